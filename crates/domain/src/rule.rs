//! The numbers that law, standards and practice set, each with its basis: `data/rules.toml`, read into named fields.
//! Code asks for `Rules::builtin().session_idle.value`; no page and no other module writes such a number again.

use serde::Deserialize;

/// What a rule's number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 工作日
    WorkingDay,
    /// 自然日
    Day,
    /// 分钟
    Minute,
    /// 小时
    Hour,
    /// 月
    Month,
    /// 次
    Time,
    /// 字符
    Character,
    /// 类
    Kind,
    /// 百分之一
    Percent,
    /// 个
    Item,
}

impl Unit {
    /// The words after the number: `20个工作日`.
    pub fn label(self) -> &'static str {
        match self {
            Self::WorkingDay => "个工作日",
            Self::Day => "日",
            Self::Minute => "分钟",
            Self::Hour => "小时",
            Self::Month => "个月",
            Self::Time => "次",
            Self::Character => "个字符",
            Self::Kind => "类",
            Self::Percent => "%",
            Self::Item => "个",
        }
    }
}

/// One number with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The field of [`Rules`] that it fills.
    pub id: String,
    /// The number.
    pub value: i64,
    /// What it counts.
    pub unit: Unit,
    /// Article, standard or practice.
    pub basis: String,
    /// One sentence for people.
    pub text: String,
    /// What the office should know about the choice of the number; never for the public.
    #[serde(default)]
    pub note: String,
}

/// Which way a number moves when an office asks more of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stricter {
    Lower,
    Higher,
}

/// Why rules were not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Not the form of `data/rules.toml`.
    #[error(
        "规则文件第{line}行写法不对。每条写 [[rule]]，下面依次写 id、value、unit、basis、text，写法见 data/rules.toml。"
    )]
    Syntax {
        /// Line, from 1.
        line: usize,
    },
    /// An id that no rule has, or the same one twice.
    #[error("规则“{0}”不存在或写了两次，请核对 id。")]
    Id(String),
    /// A rule of the shipped file is missing.
    #[error("缺少规则“{0}”。")]
    Missing(&'static str),
    /// The number is not positive, or counts something else than the shipped rule.
    #[error("规则“{0}”的数值应大于零，单位应与原规则相同。")]
    Value(String),
    /// Looser than the shipped rule, without a basis of its own.
    #[error("规则“{0}”比原规定宽，须在 basis 中写明放宽的依据。")]
    Looser(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Rule>,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $id:ident: $stricter:ident,)*) => {
        /// Every rule, by name.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Rules {
            $($(#[$doc])* pub $id: Rule,)*
        }

        impl Rules {
            fn named(mut take: impl FnMut(&'static str) -> Result<Rule, RuleError>) -> Result<Self, RuleError> {
                Ok(Self { $($id: take(stringify!($id))?,)* })
            }

            fn find(&mut self, id: &str) -> Option<(&mut Rule, Stricter)> {
                match id {
                    $(stringify!($id) => Some((&mut self.$id, Stricter::$stricter)),)*
                    _ => None,
                }
            }

            /// Every rule in the order of the file: for the page that lists them with their basis.
            pub fn all(&self) -> impl Iterator<Item = &Rule> {
                [$(&self.$id),*].into_iter()
            }
        }
    };
}

rules! {
    /// A due counts as soon: working days before it.
    due_soon: Higher,
    /// First reminder: working days before the due.
    reminder_first: Higher,
    /// Second reminder: working days before the due.
    reminder_second: Higher,
    /// Last reminder: working days before the due.
    reminder_last: Higher,
    /// When late, a recall each so many working days.
    reminder_late_every: Lower,
    /// A session ends after so many idle minutes.
    session_idle: Lower,
    /// A session ends after so many hours.
    session_longest: Lower,
    /// An account is locked after so many failures.
    lockout_failures: Lower,
    /// It stays locked for so many minutes.
    lockout_period: Higher,
    /// Shortest password, in characters.
    password_length: Higher,
    /// Kinds of characters in a password, of four.
    password_kinds: Higher,
    /// Logs are kept for so many months.
    log_retention: Higher,
    /// Proactive disclosure, in working days after the information was formed or changed.
    disclosure_period: Lower,
    /// Yearly readjustment of catalogues: days before the year's end.
    readjustment_lead: Higher,
    /// A reader's error report is answered within so many working days.
    error_report_period: Lower,
    /// Messages to other systems that were taken or given up are kept for so many days.
    webhook_retention: Lower,
    /// Reply to a request, in working days after its receipt.
    request_reply: Lower,
    /// Longest extension of the reply's period, in working days.
    request_extension: Lower,
    /// How often the period may be extended.
    request_extensions: Lower,
    /// Working days after receipt within which a supplement may be asked for.
    request_supplement_ask: Lower,
    /// How often a supplement may be asked for.
    request_supplement_asks: Lower,
    /// Working days the applicant has for the supplement where the notice says nothing else.
    request_supplement_give: Higher,
    /// Days back from which a day of receipt being registered is doubted.
    request_receipt_doubted: Lower,
    /// Requests for the same from which moving it to proactive disclosure is suggested (art. 44).
    request_topic_least: Lower,
    /// Most working days the notice may give for the supplement.
    request_supplement_longest: Lower,
    /// Working days a third party has for its opinion.
    request_third_party: Lower,
    /// Working days a jointly making agency has for its opinion.
    request_agency: Lower,
    /// From which day on consulting does not count, the day of sending being the first.
    request_consult_from: Higher,
    /// From which day on counting goes on, the day of the answer being the first.
    request_consult_resume: Lower,
    /// Working days to pay the handling fee.
    request_fee_pay: Higher,
    /// After payment: 1 = the count goes on, 2 = it begins anew.
    request_fee_afterwards: Lower,
    /// Administrative review, in days after the reply.
    request_review: Higher,
    /// Litigation, in months after the reply.
    request_lawsuit: Higher,
    /// Litigation after a review, in days after its decision.
    request_lawsuit_after_review: Higher,
    /// From how many percent of likeness on a request is shown as similar.
    request_similar: Lower,
    /// From how many percent of overlap on something public is offered to whoever asks.
    request_likely: Lower,
    /// A unit's annual report: months after the year's end.
    annual_report_unit: Lower,
    /// The region's annual report: months after the year's end.
    annual_report_region: Lower,
    /// An interpretation follows its policy within so many working days.
    interpretation_period: Lower,
    /// From how many percent of its words on an interpretation is a mere digest of its policy.
    interpretation_digest: Lower,
    /// First authoritative word after a severe emergency, in hours.
    response_first_word: Lower,
    /// Press conference after a severe emergency, in hours.
    response_conference: Lower,
    /// Response to any other public concern, in hours.
    response_concern: Lower,
    /// Answer to an ordinary question, in working days.
    response_question: Lower,
    /// A message unanswered so many months fails its site.
    response_longest: Lower,
    /// A normal account is audited every so many months.
    account_audit: Lower,
}

impl Rules {
    /// The rules shipped with the program.
    ///
    /// # Errors
    /// None for a program whose tests passed: one of them reads the file.
    ///
    /// ```
    /// let rules = domain::rule::Rules::builtin().unwrap();
    /// assert_eq!(rules.lockout_failures.value, 5);
    /// assert!(!rules.lockout_failures.basis.is_empty());
    /// ```
    pub fn builtin() -> Result<Self, RuleError> {
        let mut rules = read(include_str!("../../../data/rules.toml"))?;
        let builtin = Self::named(|id| {
            let index = rules.iter().position(|rule| rule.id == id).ok_or(RuleError::Missing(id))?;
            Ok(rules.swap_remove(index))
        })?;
        match rules.pop() {
            Some(left) => Err(RuleError::Id(left.id)),
            None => Ok(builtin),
        }
    }

    /// Replaces the rules that an office's own file names (same form). A stricter number holds as it is; a looser one
    /// needs a basis other than the shipped one, and the caller journals it.
    ///
    /// # Errors
    /// [`RuleError`]; then nothing is replaced.
    pub fn overridden(mut self, text: &str) -> Result<Self, RuleError> {
        for own in read(text)? {
            let Some((rule, stricter)) = self.find(&own.id) else { return Err(RuleError::Id(own.id)) };
            if own.unit != rule.unit {
                return Err(RuleError::Value(own.id));
            }
            let looser = match stricter {
                Stricter::Lower => own.value > rule.value,
                Stricter::Higher => own.value < rule.value,
            };
            if looser && (own.basis.trim().is_empty() || own.basis.trim() == rule.basis) {
                return Err(RuleError::Looser(own.id));
            }
            *rule = own;
        }
        Ok(self)
    }
}

fn read(text: &str) -> Result<Vec<Rule>, RuleError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file: File = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        RuleError::Syntax { line: text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1 }
    })?;
    for (index, rule) in file.rule.iter().enumerate() {
        if rule.value <= 0 {
            return Err(RuleError::Value(rule.id.clone()));
        }
        if file.rule.iter().take(index).any(|earlier| earlier.id == rule.id) {
            return Err(RuleError::Id(rule.id.clone()));
        }
    }
    Ok(file.rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(id: &str, value: i64, unit: &str, basis: &str) -> Result<Rules, RuleError> {
        let text = format!(
            "[[rule]]\nid = '{id}'\nvalue = {value}\nunit = '{unit}'\nbasis = '{basis}'\ntext = '本单位规定'\n"
        );
        Rules::builtin().unwrap().overridden(&text)
    }

    #[test]
    fn each_rule_says_its_number_in_words_and_where_it_comes_from() {
        let rules = Rules::builtin().unwrap();
        for rule in rules.all() {
            assert!(!rule.basis.is_empty(), "{}", rule.id);
            let number = rule.value.to_string();
            let said = rule.text.contains(&number) || rule.note.contains(&number);
            assert!(said && rule.text.ends_with('。'), "{}: {}", rule.id, rule.text);
        }
    }

    #[test]
    fn an_office_may_tighten_and_may_loosen_with_a_basis() {
        assert_eq!(own("lockout_failures", 3, "time", "").unwrap().lockout_failures.value, 3);
        assert_eq!(own("log_retention", 12, "month", "").unwrap().log_retention.value, 12);
        let looser = own("session_idle", 60, "minute", " ");
        assert_eq!(looser, Err(RuleError::Looser("session_idle".into())));
        assert_eq!(
            own("password_length", 6, "character", ""),
            Err(RuleError::Looser("password_length".into()))
        );
        assert_eq!(
            own("session_idle", 60, "minute", "旗政务公开办2026年第3号会议纪要").unwrap().session_idle.value,
            60
        );
    }

    #[test]
    fn a_mistaken_file_changes_nothing_and_says_where() {
        assert_eq!(own("session_idel", 10, "minute", ""), Err(RuleError::Id("session_idel".into())));
        assert_eq!(own("session_idle", 10, "hour", ""), Err(RuleError::Value("session_idle".into())));
        assert_eq!(own("session_idle", 0, "minute", ""), Err(RuleError::Value("session_idle".into())));
        assert_eq!(own("session_idle", 10, "minutes", ""), Err(RuleError::Syntax { line: 4 }));
        let twice = "[[rule]]\nid='a'\nvalue=1\nunit='day'\nbasis=''\ntext=''\n".repeat(2);
        assert_eq!(Rules::builtin().unwrap().overridden(&twice), Err(RuleError::Id("a".into())));
    }
}
