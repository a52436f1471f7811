//! What the words of a page tell whoever fetches it: marks of the footer, elements of a guide, what a column is about, words
//! the scanner stopped at. Taking a page apart into words is others' work.

use super::seen::{ColumnKind, FooterMark, GuideElement, WordsSeen};
use crate::finding::Severity;
use crate::scan::Scanner;
use crate::text::half_width;
use std::collections::BTreeSet;

/// Words in a footer, any of which shows the mark. The emblem is a picture: its words and address count as words.
const FOOTER: [(FooterMark, &[&str]); 9] = [
    (FooterMark::Host, &["主办"]),
    (FooterMark::Operator, &["承办", "维护单位", "运维"]),
    (FooterMark::Contact, &["联系", "电话", "地址"]),
    (FooterMark::Code, &["标识码"]),
    (FooterMark::Icp, &["icp备"]),
    (FooterMark::Police, &["公网安备", "公安备"]),
    (FooterMark::Emblem, &["党政机关", "bszs.conac.cn"]),
    (FooterMark::Report, &["找错"]),
    (FooterMark::Map, &["网站地图", "站点地图"]),
];

/// Words in a guide, any of which says the element.
const GUIDE: [(GuideElement, &[&str]); 8] = [
    (GuideElement::Name, &["事项名称", "服务名称"]),
    (GuideElement::Basis, &["设定依据", "法律依据", "办理依据", "实施依据", "政策依据"]),
    (GuideElement::Conditions, &["申请条件", "受理条件", "办理条件", "申报条件", "服务对象"]),
    (GuideElement::Materials, &["办理材料", "申请材料", "申报材料", "所需材料", "提交材料"]),
    (GuideElement::Place, &["办理地点", "受理地点", "办理地址", "办公地址", "办理窗口"]),
    (GuideElement::Hours, &["办理时间", "办公时间", "工作时间", "受理时间"]),
    (GuideElement::Phone, &["联系电话", "咨询电话", "咨询方式", "联系方式"]),
    (GuideElement::Process, &["办理流程", "办理程序", "办事流程", "流程图"]),
];

/// Words in a column's name; the first that stands in it holds.
const COLUMNS: [(&str, ColumnKind); 21] = [
    ("指南", ColumnKind::Standing),
    ("概况", ColumnKind::Standing),
    ("简介", ColumnKind::Standing),
    ("机构", ColumnKind::Standing),
    ("职能", ColumnKind::Standing),
    ("领导", ColumnKind::Standing),
    ("负责人", ColumnKind::Standing),
    ("联系", ColumnKind::Standing),
    ("公告", ColumnKind::Notice),
    ("公示", ColumnKind::Notice),
    ("通知", ColumnKind::Notice),
    ("政策", ColumnKind::Notice),
    ("文件", ColumnKind::Notice),
    ("解读", ColumnKind::Notice),
    ("动态", ColumnKind::News),
    ("要闻", ColumnKind::News),
    ("新闻", ColumnKind::News),
    ("快讯", ColumnKind::News),
    ("资讯", ColumnKind::News),
    ("头条", ColumnKind::News),
    ("时政", ColumnKind::News),
];

fn plain(text: &str) -> String {
    text.chars().filter_map(half_width).flat_map(char::to_lowercase).collect()
}

fn said<T: Copy + Ord>(text: &str, known: &[(T, &[&str])]) -> BTreeSet<T> {
    let text = plain(text);
    known
        .iter()
        .filter(|(_, words)| words.iter().any(|word| text.contains(word)))
        .map(|(one, _)| *one)
        .collect()
}

impl FooterMark {
    /// The marks a footer shows, by its words and those of its pictures.
    ///
    /// ```
    /// use domain::inspection::FooterMark;
    /// let marks = FooterMark::said_in("主办：示例旗人民政府　网站标识码：1506260001　蒙ICP备00000000号");
    /// assert_eq!(Vec::from_iter(marks), [FooterMark::Host, FooterMark::Code, FooterMark::Icp]);
    /// ```
    pub fn said_in(footer: &str) -> BTreeSet<Self> {
        said(footer, &FOOTER)
    }
}

impl GuideElement {
    /// The elements a guide names, by the words of its headings and tables.
    pub fn said_in(guide: &str) -> BTreeSet<Self> {
        said(guide, &GUIDE)
    }
}

impl ColumnKind {
    /// What a column is about, by its name; a person may say otherwise.
    ///
    /// ```
    /// use domain::inspection::ColumnKind;
    /// assert_eq!(ColumnKind::of_name("政府信息公开指南"), ColumnKind::Standing);
    /// assert_eq!(ColumnKind::of_name("部门动态"), ColumnKind::News);
    /// ```
    pub fn of_name(name: &str) -> Self {
        let name = plain(name);
        COLUMNS.iter().find(|(word, _)| name.contains(word)).map_or(Self::Other, |(_, kind)| *kind)
    }
}

impl WordsSeen {
    /// What the scanner stops at in a text; personal data is masked, or only named where it has no mask, so that the
    /// finding does not spread it.
    pub fn of_text(text: &str, scanner: &Scanner) -> Vec<Self> {
        let hits = scanner.scan(text).into_iter().filter(|hit| hit.rule.severity() != Severity::Info);
        let words = |hit: crate::scan::Hit| {
            let words = if hit.rule.is_personal() {
                hit.replacement.unwrap_or_else(|| hit.rule.label().to_owned())
            } else {
                text.get(hit.range).unwrap_or_default().to_owned()
            };
            Self { rule: hit.rule, words }
        };
        hits.map(words).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Rule;

    #[test]
    fn every_mark_and_element_has_its_words() {
        for mark in FooterMark::ALL {
            assert!(FOOTER.iter().any(|(one, _)| one == mark), "{mark:?}");
        }
        for element in GuideElement::ALL {
            assert!(
                GuideElement::said_in(&format!("<th>{}</th>", element.label())).contains(element),
                "{element:?}"
            );
        }
        let footer = "主办单位：甲　承办单位：乙　联系电话：0477-0000000　网站标识码1506260001　蒙ＩＣＰ备0号　蒙公网安备0号　\
                      党政机关　我为政府网站找错　网站地图";
        assert_eq!(FooterMark::said_in(footer).len(), FooterMark::ALL.len());
        assert!(FooterMark::said_in("版权所有").is_empty());
    }

    #[test]
    fn columns_are_told_by_their_names() {
        for (name, kind) in [
            ("通知公告", ColumnKind::Notice),
            ("政策解读", ColumnKind::Notice),
            ("今日要闻", ColumnKind::News),
            ("机构职能", ColumnKind::Standing),
            ("统计数据", ColumnKind::Other),
        ] {
            assert_eq!(ColumnKind::of_name(name), kind, "{name}");
        }
    }

    #[test]
    fn a_finding_does_not_spread_what_it_found() {
        let seen = WordsSeen::of_text("联系人张某某，手机13812345678，负责按装。", &Scanner::default());
        assert_eq!(seen[0], WordsSeen { rule: Rule::Mobile, words: "138****5678".into() });
        assert_eq!(seen[1], WordsSeen { rule: Rule::Wrong, words: "按装".into() });
        assert_eq!(seen.len(), 2);
    }
}
