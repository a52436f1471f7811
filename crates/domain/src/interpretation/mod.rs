//! Policy interpretation (政策解读): who drafts a policy interprets it, and prepares, approves and publishes both together. The
//! editor's sections are in `structure`, the picture in `diagram`, the whole way of a policy in `chain`, counts in `rate`.

mod chain;
mod diagram;
mod rate;
mod structure;

pub use chain::{Facts, Link, Stage, Standing, chain};
pub use diagram::{Diagram, Node, diagram, wrap};
pub use rate::{FileStanding, PolicyFile, Rate, RatedFile, rates};
pub use structure::{HANDOUT_CHARACTERS, Section, Structure, body, check, copied, handout, read_body, steps};

use crate::finding::Finding;
use crate::rule::Rules;
use crate::unit::UnitId;
use crate::vocabulary::words;
use crate::workday::{Calendar, Deadline};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// In which form a policy is interpreted; the first is the base of all others.
    Form {
        /// A text.
        Text = "text", "文字解读";
        /// A picture.
        Diagram = "diagram", "图解";
        /// Sound and pictures.
        Video = "video", "音视频解读";
        /// By an expert.
        Expert = "expert", "专家解读";
        /// At a press conference.
        Conference = "conference", "新闻发布会";
        /// Questions with answers.
        Questions = "questions", "问答";
    }
}

words! {
    /// Where a policy's interpretation stands.
    State {
        /// Nothing written.
        Missing = "missing", "未起草";
        /// Being written or approved.
        Drafting = "drafting", "起草中";
        /// Approved, to be published with the policy.
        Approved = "approved", "已审签";
        /// Published.
        Published = "published", "已公开";
    }
}

/// Whether a policy is to be interpreted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "need")]
pub enum Need {
    /// It is: it touches people's rights or is to be known widely.
    Needed,
    /// It is not.
    NotNeeded {
        /// Why, as the approval says.
        reason: String,
    },
}

/// The plan of an interpretation (解读方案), handed in with the policy's draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// Whether it is to be interpreted; `None` while nobody has said.
    pub need: Option<Need>,
    /// The unit that drafts the policy, and so interprets it.
    pub drafting: UnitId,
    /// Units that help.
    pub cooperating: Vec<UnitId>,
    /// In which forms.
    pub forms: Vec<Form>,
    /// Why the policy goes out before its interpretation; empty when both go together.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alone: String,
}

impl Scheme {
    /// What a unit's policy begins with: interpreted by who drafts it, in words.
    pub fn of(unit: UnitId) -> Self {
        Self {
            need: Some(Need::Needed),
            drafting: unit,
            cooperating: Vec::new(),
            forms: vec![Form::Text],
            alone: String::new(),
        }
    }

    /// What is wanting in the plan; errors keep the policy from being handed in.
    pub fn check(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        match &self.need {
            None => found.push(Finding::error("scheme-undecided", Refused::Undecided.to_string())),
            Some(Need::NotNeeded { reason }) if reason.trim().is_empty() => {
                found.push(Finding::error("scheme-no-reason", Refused::NoReason.to_string()));
            }
            Some(Need::NotNeeded { .. }) => {}
            Some(Need::Needed) if !self.forms.contains(&Form::Text) => found.push(Finding::error(
                "scheme-no-text",
                "解读形式中没有文字解读。图解、视频等以文字解读为基础，读屏软件也只读得出文字。请选上文字解读。",
            )),
            Some(Need::Needed) => {}
        }
        if self.cooperating.contains(&self.drafting) {
            let message = "起草单位负责解读（谁起草谁解读），不能同时是协办单位。请去掉重复的单位。";
            found.push(Finding::error("scheme-own-help", message));
        }
        found
    }
}

/// Why a policy is not published, or a link not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nobody said whether it needs one.
    #[error("没有说明这件政策文件是否需要解读。请在解读方案中选择；不需要解读的，写明原因。")]
    Undecided,
    /// It needs none, and nobody said why.
    #[error("不需要解读的，请写明原因，例如“人事任免通知，不涉及群众办事”。")]
    NoReason,
    /// Its interpretation is not ready.
    #[error(
        "这件政策文件需要解读，解读材料{}。政策文件与解读应当同步组织、同步审签、同步发布；确需先发布文件的，请写明原因，并在规定期限内补发解读。", .0.label()
    )]
    NotReady(State),
    /// Linked to itself.
    #[error("政策文件不能解读它自己。请选择另一件作为解读。")]
    Itself,
    /// An interpretation of an interpretation.
    #[error("解读材料本身不再解读。请关联到被解读的政策文件。")]
    OfInterpretation,
    /// A policy that is interpreted cannot be another's interpretation.
    #[error("选择的这件是有解读的政策文件，不能再作为别的文件的解读。请核对。")]
    IsPolicy,
}

/// The last day for a policy's interpretation after the policy was published.
///
/// ```
/// let (rules, calendar) = (domain::rule::Rules::builtin().unwrap(), domain::workday::Calendar::builtin());
/// let due = domain::interpretation::due(jiff::civil::date(2026, 9, 30), &rules, &calendar);
/// assert_eq!(due.date, jiff::civil::date(2026, 10, 10));
/// ```
pub fn due(published: Date, rules: &Rules, calendar: &Calendar) -> Deadline {
    calendar.add_working_days(published, u32::try_from(rules.interpretation_period.value).unwrap_or(u32::MAX))
}

/// Whether a policy may be published: with its interpretation approved, or with a reason on record why it goes alone.
///
/// # Errors
/// [`Refused`], a sentence for the person who publishes.
pub fn may_publish(need: Option<&Need>, interpretation: State, reason: &str) -> Result<(), Refused> {
    match need {
        None => Err(Refused::Undecided),
        Some(Need::NotNeeded { reason }) if reason.trim().is_empty() => Err(Refused::NoReason),
        Some(Need::NotNeeded { .. }) => Ok(()),
        Some(Need::Needed) => match interpretation {
            State::Approved | State::Published => Ok(()),
            State::Missing | State::Drafting if reason.trim().is_empty() => {
                Err(Refused::NotReady(interpretation))
            }
            State::Missing | State::Drafting => Ok(()),
        },
    }
}

/// Whether a disclosure may be linked to a policy as its interpretation; `links` holds every such pair, policy first. An
/// interpretation may explain several policies, a policy have several; none is both.
///
/// # Errors
/// [`Refused`], a sentence for the person who links.
pub fn may_link(policy: i64, interpretation: i64, links: &[(i64, i64)]) -> Result<(), Refused> {
    if policy == interpretation {
        return Err(Refused::Itself);
    }
    if links.iter().any(|(_, other)| *other == policy) {
        return Err(Refused::OfInterpretation);
    }
    if links.iter().any(|(other, _)| *other == interpretation) {
        return Err(Refused::IsPolicy);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(reason: &str) -> Need {
        Need::NotNeeded { reason: reason.into() }
    }

    #[test]
    fn a_policy_that_needs_one_goes_out_with_it_or_with_a_reason() {
        let may = |need: Option<Need>, state, reason| may_publish(need.as_ref(), state, reason);
        assert_eq!(may(None, State::Published, "急"), Err(Refused::Undecided));
        assert_eq!(may(Some(none(" ")), State::Missing, "急"), Err(Refused::NoReason));
        assert_eq!(may(Some(none("人事任免")), State::Missing, ""), Ok(()));
        for state in State::ALL {
            let ready = matches!(state, State::Approved | State::Published);
            assert_eq!(may(Some(Need::Needed), *state, " ").is_ok(), ready, "{state:?}");
            assert_eq!(may(Some(Need::Needed), *state, "应急处置，解读随后发布"), Ok(()));
        }
    }

    #[test]
    fn a_plan_says_what_it_lacks() {
        let scheme = Scheme { cooperating: vec![2], forms: vec![Form::Text, Form::Video], ..Scheme::of(1) };
        let codes = |scheme: &Scheme| -> Vec<String> {
            scheme.check().into_iter().map(|finding| finding.code.into_owned()).collect()
        };
        assert_eq!(codes(&scheme), Vec::<String>::new());
        let wrong = Scheme { forms: vec![Form::Diagram], cooperating: vec![2, 1], ..scheme.clone() };
        assert_eq!(codes(&wrong), ["scheme-no-text", "scheme-own-help"]);
        assert_eq!(codes(&Scheme { need: None, ..scheme.clone() }), ["scheme-undecided"]);
        let unsaid = Scheme { need: Some(none("")), forms: Vec::new(), ..scheme };
        assert_eq!(codes(&unsaid), ["scheme-no-reason"]);
        assert_eq!(codes(&Scheme { need: Some(none("人事任免")), ..unsaid }), Vec::<String>::new());
    }

    #[test]
    fn nothing_interprets_itself_or_an_interpretation() {
        let links = [(1, 10), (2, 10), (1, 11)];
        assert_eq!(may_link(1, 12, &links), Ok(()));
        assert_eq!(may_link(3, 10, &links), Ok(()), "one interpretation for several policies");
        assert_eq!(may_link(1, 1, &links), Err(Refused::Itself));
        assert_eq!(may_link(10, 13, &links), Err(Refused::OfInterpretation));
        assert_eq!(may_link(3, 1, &links), Err(Refused::IsPolicy));
    }
}
