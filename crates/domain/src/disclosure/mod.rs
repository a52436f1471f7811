//! Disclosures (公开信息): what a unit publishes, with the fields of its head table. The way from draft to publication is in
//! `state`, what a careful clerk notices in `check`, numbers in `index_number`, validity in `validity`, what a new version
//! changes in `difference`.

pub mod check;
pub mod difference;
pub mod dispatch;
pub mod index_number;
pub mod share;
pub mod state;
pub mod validity;

use crate::document_number::DocumentNumber;
use crate::interpretation::{Need, Scheme, Structure};
use crate::rulebook::Head;
use crate::vocabulary::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
pub use validity::Validity;

words! {
    /// What kind of information it is.
    #[derive(Default)]
    Kind {
        /// What people are told.
        Notice = "notice", "通知公告";
        /// A policy file.
        Policy = "policy", "政策文件";
        /// What a policy file means, in plain words.
        Interpretation = "interpretation", "政策解读";
        /// Names or matters, listed.
        List = "list", "名单清单";
        /// How something ended.
        Result = "result", "结果公示";
        /// Money planned and spent.
        Budget = "budget", "预算决算";
        /// What is intended.
        Plan = "plan", "规划计划";
        /// Numbers.
        Statistics = "statistics", "统计数据";
        /// How something is done.
        Guide = "guide", "办事指南";
        /// What was permitted, punished, enforced.
        Enforcement = "enforcement", "行政执法";
        /// What is bought.
        Procurement = "procurement", "采购招标";
        /// Who is appointed.
        Personnel = "personnel", "人事信息";
        /// What to do in danger.
        Emergency = "emergency", "应急信息";
        /// A regulation of disclosure itself.
        Rule = "rule", "公开制度";
        /// A report of disclosure itself.
        AnnualReport = "annual_report", "公开年报";
        /// Anything else.
        #[default]
        Other = "other", "其他";
    }
}

impl Kind {
    /// Whether it is in force for a time, and may be amended and repealed: policy files, and the rules of disclosure itself.
    pub fn has_validity(self) -> bool {
        matches!(self, Self::Policy | Self::Rule)
    }

    /// Whether it is about disclosure itself, which no catalogue lists as an item: its rules and its annual reports.
    pub fn is_about_disclosure(self) -> bool {
        matches!(self, Self::Rule | Self::AnnualReport)
    }
}

/// The 22 heads of the State Council's subject list (主题分类).
pub const SUBJECTS: [&str; 22] = [
    "国务院组织机构",
    "综合政务",
    "国民经济管理、国有资产监管",
    "财政、金融、审计",
    "国土资源、能源",
    "农业、林业、水利",
    "工业、交通",
    "商贸、海关、旅游",
    "市场监管、安全生产监管",
    "城乡建设、环境保护",
    "科技、教育",
    "文化、广电、新闻出版",
    "卫生、体育",
    "人口与计划生育、妇女儿童工作",
    "劳动、人事、监察",
    "公安、安全、司法",
    "民政、扶贫、救灾",
    "民族、宗教",
    "对外事务",
    "港澳台侨工作",
    "国防",
    "其他",
];

/// The item of a catalogue that a disclosure answers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ItemLink {
    /// The catalogue.
    pub catalogue: i64,
    /// The item's permanent code.
    pub code: String,
    /// Its name when it was chosen.
    pub name: String,
}

/// A file published with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The kept attachment.
    pub id: i64,
    /// Its name, as the public downloads it.
    pub name: String,
    /// SHA-256 of its content, hexadecimal.
    pub hash: String,
    /// Its size in bytes.
    pub bytes: i64,
}

/// What a disclosure says: a draft's content, and a version's for ever.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// 标题.
    pub title: String,
    /// The text, as clean HTML: headings, paragraphs, lists, tables, links.
    #[serde(default)]
    pub body: String,
    /// What kind it is.
    pub kind: Kind,
    /// What a regulation is about; for [`Kind::Rule`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_head: Option<Head>,
    /// A policy file that is a normative document (行政规范性文件): general, binding, for repeated use. Notices, plans of
    /// work and replies are policy files too, and are none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub normative: bool,
    /// The catalogue's items it answers to.
    #[serde(default)]
    pub items: Vec<ItemLink>,
    /// 主题分类, one of [`SUBJECTS`]; may be empty in a draft.
    #[serde(default)]
    pub subject: String,
    /// 文号 as written; empty for what has none.
    #[serde(default)]
    pub document_number: String,
    /// 成文日期.
    #[serde(default)]
    pub formed_on: Option<Date>,
    /// Where it comes from when it is not the publishing unit's own (转载来源).
    #[serde(default)]
    pub source: String,
    /// 关键词.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// 内容概述, in a sentence or two.
    #[serde(default)]
    pub summary: String,
    /// From when a policy file holds.
    #[serde(default)]
    pub effective_on: Option<Date>,
    /// The last day it holds; `None` for open-ended ones.
    #[serde(default)]
    pub expires_on: Option<Date>,
    /// Policy files it amends.
    #[serde(default)]
    pub amends: Vec<i64>,
    /// Policy files it repeals.
    #[serde(default)]
    pub repeals: Vec<i64>,
    /// How it is to be interpreted (解读方案); for [`Kind::Policy`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Scheme>,
    /// Policy files it interprets; for [`Kind::Interpretation`] only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interprets: Vec<i64>,
    /// What it says, section by section, of which the text is made; for [`Kind::Interpretation`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpretation: Option<Structure>,
    /// Files published with it.
    #[serde(default)]
    pub files: Vec<File>,
}

impl Disclosure {
    /// The text without its markup, a line a block.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.body.len());
        let mut rest = self.body.as_str();
        while let Some(open) = rest.find('<') {
            let (before, tag) = rest.split_at(open);
            text.push_str(before);
            let Some(close) = tag.find('>') else {
                rest = tag;
                break;
            };
            let (tag, after) = tag.split_at(close + 1);
            let name = tag.trim_start_matches(['<', '/']);
            let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            if matches!(name, "td" | "th") {
                text.push(' ');
            } else if !matches!(name, "a" | "b" | "strong" | "em" | "u" | "sub" | "sup" | "span" | "mark") {
                text.push('\n');
            }
            rest = after;
        }
        text.push_str(rest);
        let plain =
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
        for (entity, character) in plain {
            text = text.replace(entity, character);
        }
        let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// Whether the annual report counts it as a normative document: a policy file marked as one, or numbered as such.
    ///
    /// ```
    /// use domain::disclosure::{Disclosure, Kind};
    /// let numbered = |number: &str| Disclosure {
    ///     kind: Kind::Policy,
    ///     document_number: number.to_owned(),
    ///     ..Disclosure::default()
    /// };
    /// assert!(numbered("乌政规〔2020〕3号").is_normative());
    /// assert!(!numbered("乌政办发〔2020〕12号").is_normative());
    /// assert!(Disclosure { normative: true, ..numbered("乌政办发〔2018〕9号") }.is_normative());
    /// assert!(!Disclosure { kind: Kind::Notice, ..numbered("乌政规〔2020〕3号") }.is_normative());
    /// ```
    pub fn is_normative(&self) -> bool {
        let number = DocumentNumber::read(&self.document_number);
        let numbered = number.is_some_and(|number| number.agency.contains('规'));
        self.kind == Kind::Policy && (self.normative || numbered)
    }

    /// Whether it is to be interpreted; `None` while nobody has said.
    pub fn need(&self) -> Option<&Need> {
        self.scheme.as_ref()?.need.as_ref()
    }

    /// A sentence or two for lists, feeds and page labels: the summary, else the beginning of the text.
    pub fn head(&self) -> String {
        const CHARACTERS: usize = 120;
        if self.summary.is_empty() {
            crate::text::head(&self.text().replace('\n', " "), CHARACTERS)
        } else {
            self.summary.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_a_line_a_block() {
        let body = "<h2>一、总则</h2><p>甲<strong>乙</strong>，<br>丙 &amp; 丁&lt;戊</p><table><tr><th>名</th><td>数</td></tr></table>";
        let disclosure = Disclosure { body: body.to_owned(), ..Disclosure::default() };
        assert_eq!(disclosure.text(), "一、总则\n甲乙，\n丙 & 丁<戊\n名 数");
        let broken = Disclosure { body: "甲<乙".to_owned(), ..Disclosure::default() };
        assert_eq!(broken.text(), "甲<乙");
    }
}
