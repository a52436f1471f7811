//! What a careful clerk notices in a disclosure before it is handed in: fields missing, days that cannot be, numbers
//! written wrongly.

use super::{Disclosure, Kind, SUBJECTS};
use crate::document_number::DocumentNumber;
use crate::finding::{Finding, Severity};
use crate::interpretation::{self, Section};
use crate::rule::Rules;
use jiff::civil::Date;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// 标题.
    Title,
    /// 正文.
    Body,
    /// 制度类别.
    RuleHead,
    /// 对应目录事项.
    Items,
    /// 主题分类.
    Subject,
    /// 文号.
    DocumentNumber,
    /// 成文日期.
    FormedOn,
    /// 施行日期.
    EffectiveOn,
    /// 失效日期.
    ExpiresOn,
    /// 附件.
    Files,
    /// 解读方案.
    Scheme,
    /// 被解读的文件.
    Interprets,
    /// A section of an interpretation.
    Section(Section),
}

impl Field {
    /// The name of the form's field.
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
            Self::RuleHead => "rule_head",
            Self::Items => "items",
            Self::Subject => "subject",
            Self::DocumentNumber => "document_number",
            Self::FormedOn => "formed_on",
            Self::EffectiveOn => "effective_on",
            Self::ExpiresOn => "expires_on",
            Self::Files => "files",
            Self::Scheme => "scheme",
            Self::Interprets => "interprets",
            Self::Section(section) => section.word(),
        }
    }

    /// The words people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Title => "标题",
            Self::Body => "正文",
            Self::RuleHead => "制度类别",
            Self::Items => "对应目录事项",
            Self::Subject => "主题分类",
            Self::DocumentNumber => "文号",
            Self::FormedOn => "成文日期",
            Self::EffectiveOn => "施行日期",
            Self::ExpiresOn => "失效日期",
            Self::Files => "附件",
            Self::Scheme => "解读方案",
            Self::Interprets => "被解读的文件",
            Self::Section(section) => section.label(),
        }
    }
}

/// The longest title: what a list can show.
const TITLE_CHARACTERS_MAX: usize = 120;

/// Everything noticed, with the field it is about; errors keep the disclosure from being handed in.
pub fn disclosure(disclosure: &Disclosure, today: Date) -> Vec<(Field, Finding)> {
    let mut found = Vec::new();
    let mut say = |field, finding| found.push((field, finding));
    let title = disclosure.title.trim();
    if title.is_empty() {
        say(Field::Title, Finding::error("title-missing", "没有标题。请填写标题，让公众一看就知道是什么。"));
    } else if title.chars().count() > TITLE_CHARACTERS_MAX {
        let message = format!("标题超过{TITLE_CHARACTERS_MAX}字，列表中显示不完。请缩短，细节写入正文。");
        say(Field::Title, Finding::warning("title-long", message));
    }
    if disclosure.text().is_empty() && disclosure.kind != Kind::Interpretation {
        if disclosure.files.is_empty() {
            say(Field::Body, Finding::error("body-missing", "没有正文，也没有附件。请填写正文或上传附件。"));
        } else {
            say(
                Field::Body,
                Finding::warning(
                    "body-only-files",
                    "只有附件、没有正文，手机上不便阅读，读屏软件也读不到。请写一段正文说明主要内容。",
                ),
            );
        }
    }
    if disclosure.body.contains("（请填写）") {
        let message = "正文中还有“（请填写）”。请写上内容，没有的写“无”或者删去这一节。";
        say(Field::Body, Finding::error("body-unfilled", message));
    }
    if disclosure.kind == Kind::Rule && disclosure.rule_head.is_none() {
        let message = "公开制度没有选择类别，制度页面上没有它的位置。请在六个类别中选择一个。";
        say(Field::RuleHead, Finding::error("rule-head-missing", message));
    }
    if disclosure.kind == Kind::Policy {
        let found = match &disclosure.scheme {
            Some(scheme) => scheme.check(),
            None => vec![Finding::error("scheme-undecided", interpretation::Refused::Undecided.to_string())],
        };
        found.into_iter().for_each(|finding| say(Field::Scheme, finding));
    }
    if disclosure.kind == Kind::Interpretation && disclosure.interprets.is_empty() {
        let message = "没有关联被解读的政策文件，文件的页面上看不到这份解读。上级文件不在本站的，可以不关联，请在正文中写明文件名称。";
        say(Field::Interprets, Finding::warning("interprets-nothing", message));
    }
    if disclosure.items.is_empty() && !disclosure.kind.is_about_disclosure() {
        say(
            Field::Items,
            Finding::warning(
                "items-missing",
                "没有选择对应的目录事项，这条信息不计入目录的公开情况。请选择。",
            ),
        );
    }
    if disclosure.subject.is_empty() {
        say(
            Field::Subject,
            Finding::warning("subject-missing", "没有选择主题分类，公众按主题找不到它。请选择。"),
        );
    } else if !SUBJECTS.contains(&disclosure.subject.as_str()) {
        say(Field::Subject, Finding::error("subject-unknown", "主题分类不在22个大类之内。请重新选择。"));
    }
    days(disclosure, today, &mut say);
    let number = disclosure.document_number.trim();
    if !number.is_empty() {
        match DocumentNumber::read(number) {
            Some(read) if read.to_string() != number => {
                let message = format!("文号“{number}”写法不规范，应为“{read}”。请改正。");
                say(Field::DocumentNumber, Finding::warning("number-form", message));
            }
            Some(read) if disclosure.formed_on.is_some_and(|day| day.year() != read.year) => {
                let message = format!("文号“{number}”的年份与成文日期不是同一年。请核对。");
                say(Field::DocumentNumber, Finding::warning("number-year", message));
            }
            Some(_) => {}
            // 国令第711号 and the like bear no year.
            None if number.ends_with('号') => {}
            None => {
                let message =
                    format!("文号“{number}”看不出机关代字、年份和序号。请按“机关代字〔年份〕序号号”填写。");
                say(Field::DocumentNumber, Finding::warning("number-unreadable", message));
            }
        }
    } else if disclosure.kind == Kind::Policy {
        say(
            Field::DocumentNumber,
            Finding::warning("number-missing", "政策文件没有文号。有文号的请填写；没有的，请核对信息种类。"),
        );
    }
    found
}

fn days(disclosure: &Disclosure, today: Date, say: &mut impl FnMut(Field, Finding)) {
    match disclosure.formed_on {
        None => say(
            Field::FormedOn,
            Finding::error("formed-missing", "没有成文日期，无法计算公开期限。请填写信息形成或变更的日期。"),
        ),
        Some(day) if day > today => {
            say(Field::FormedOn, Finding::error("formed-future", "成文日期晚于今天。请核对。"));
        }
        Some(_) => {}
    }
    if let (Some(from), Some(until)) = (disclosure.effective_on, disclosure.expires_on)
        && until < from
    {
        say(Field::ExpiresOn, Finding::error("expires-early", "失效日期早于施行日期。请核对。"));
    }
}

/// What is wanting in the sections of an interpretation, beside what [`disclosure`] notices; `policy` is the text of what
/// it interprets.
pub fn sections(disclosure: &Disclosure, policy: &str, rules: &Rules) -> Vec<(Field, Finding)> {
    if disclosure.kind != Kind::Interpretation {
        return Vec::new();
    }
    let structure = disclosure.interpretation.clone().unwrap_or_default();
    let found = interpretation::check(&structure, policy, rules).into_iter();
    found.map(|(section, finding)| (Field::Section(section), finding)).collect()
}

/// Whether anything noticed keeps the disclosure from being handed in.
pub fn has_errors(found: &[(Field, Finding)]) -> bool {
    found.iter().any(|(_, finding)| finding.severity == Severity::Error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn whole() -> Disclosure {
        Disclosure {
            title: "关于公布示例名单的通知".into(),
            body: "<p>正文</p>".into(),
            subject: "综合政务".into(),
            formed_on: Some(date(2020, 8, 3)),
            document_number: "乌政务发〔2020〕10号".into(),
            items: vec![super::super::ItemLink { catalogue: 1, code: "a".into(), name: "甲".into() }],
            ..Disclosure::default()
        }
    }

    fn codes(disclosure: &Disclosure) -> Vec<String> {
        let found = super::disclosure(disclosure, date(2020, 9, 4));
        found.into_iter().map(|(_, finding)| finding.code.into_owned()).collect()
    }

    #[test]
    fn a_whole_one_raises_nothing() {
        assert_eq!(codes(&whole()), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_or_cannot_be_is_noticed() {
        type Spoil = fn(&mut Disclosure);
        let cases: [(Spoil, &str); 13] = [
            (|d| d.body = "<h2>标准</h2><p>（请填写）</p>".into(), "body-unfilled"),
            (|d| d.title = " ".into(), "title-missing"),
            (|d| d.title = "长".repeat(121), "title-long"),
            (|d| d.body = "<p> </p>".into(), "body-missing"),
            (|d| d.items.clear(), "items-missing"),
            (|d| d.subject.clear(), "subject-missing"),
            (|d| d.subject = "杂项".into(), "subject-unknown"),
            (|d| d.formed_on = None, "formed-missing"),
            (|d| d.formed_on = Some(date(2020, 9, 5)), "formed-future"),
            (|d| d.document_number = "乌政务发(2020)10号".into(), "number-form"),
            (|d| d.document_number = "乌政务发〔2019〕10号".into(), "number-year"),
            (|d| d.document_number = "十号文".into(), "number-unreadable"),
            (
                |d| {
                    d.effective_on = Some(date(2020, 9, 1));
                    d.expires_on = Some(date(2020, 8, 1));
                },
                "expires-early",
            ),
        ];
        for (spoil, code) in cases {
            let mut disclosure = whole();
            spoil(&mut disclosure);
            assert_eq!(codes(&disclosure), [code]);
        }
        let rule = Disclosure { kind: Kind::Rule, items: Vec::new(), ..whole() };
        assert_eq!(codes(&rule), ["rule-head-missing"]);
        let scheme = Some(interpretation::Scheme::of(1));
        let policy = Disclosure { kind: Kind::Policy, document_number: String::new(), scheme, ..whole() };
        assert_eq!(codes(&policy), ["number-missing"]);
        let undecided = Disclosure { kind: Kind::Policy, ..whole() };
        assert_eq!(codes(&undecided), ["scheme-undecided"]);
    }

    #[test]
    fn an_interpretation_is_checked_section_by_section() {
        let empty = Disclosure { kind: Kind::Interpretation, body: String::new(), ..whole() };
        assert_eq!(codes(&empty), ["interprets-nothing"]);
        let rules = Rules::builtin().unwrap();
        let found = sections(&empty, "", &rules);
        assert!(has_errors(&found));
        assert!(found.iter().any(|(field, _)| *field == Field::Section(Section::Contact)), "{found:?}");
        assert_eq!(sections(&whole(), "", &rules), []);
    }
}
