//! From draft to publication and back: which step is possible when. A disclosure has at most one draft; its published
//! versions stand apart and are touched by publishing and withdrawing only.

use crate::role::Act;
use serde::{Deserialize, Serialize};

/// Where the draft is; without one, what the public sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 拟稿: being written, new or returned.
    Draft,
    /// 审查中.
    Reviewing,
    /// 待发布: every review passed.
    Approved,
    /// 定时发布.
    Scheduled,
    /// 已公开, and no draft of a next version.
    Published,
    /// 已撤回: a tombstone.
    Withdrawn,
}

impl State {
    /// Every state, in the order shown to people.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Reviewing, Self::Approved, Self::Scheduled, Self::Published, Self::Withdrawn];

    /// The word kept in the record and used in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Reviewing => "reviewing",
            Self::Approved => "approved",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "拟稿",
            Self::Reviewing => "审查中",
            Self::Approved => "待发布",
            Self::Scheduled => "定时发布",
            Self::Published => "已公开",
            Self::Withdrawn => "已撤回",
        }
    }
}

/// A review before publication (政府信息公开条例第十七条: 先审查、后公开).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// 保密审查.
    Secrecy,
    /// 法制审核.
    Legality,
    /// 领导审签, where an office asks for it.
    Leader,
    /// 签发.
    Issue,
}

impl Review {
    /// Every review, in their order.
    pub const ALL: [Self; 4] = [Self::Secrecy, Self::Legality, Self::Leader, Self::Issue];

    /// The word kept in the record.
    pub fn word(self) -> &'static str {
        match self {
            Self::Secrecy => "secrecy",
            Self::Legality => "legality",
            Self::Leader => "leader",
            Self::Issue => "issue",
        }
    }

    /// The review of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|review| review.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Secrecy => "保密审查",
            Self::Legality => "法制审核",
            Self::Leader => "领导审签",
            Self::Issue => "签发",
        }
    }

    /// What a person must be allowed to do, to do it.
    pub fn act(self) -> Act {
        match self {
            Self::Leader => Act::SignDisclosure,
            Self::Secrecy | Self::Legality | Self::Issue => Act::ReviewDisclosure,
        }
    }
}

/// The review that comes next; `None` when all have passed.
pub fn next_review(required: &[Review], passed: &[Review]) -> Option<Review> {
    required.iter().copied().find(|review| !passed.contains(review))
}

/// What a person wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Hand it in for review.
    Submit,
    /// The next review passes.
    Pass {
        /// Which one the reviewer saw.
        review: Review,
    },
    /// Back to the writer.
    Return {
        /// Why.
        reason: String,
    },
    /// Publish at a later time.
    Schedule,
    /// Publish now.
    Publish,
    /// Open a draft of the next version.
    Revise {
        /// Why.
        reason: String,
    },
    /// Give the draft up.
    Abandon,
    /// Take what is public back.
    Withdraw {
        /// Why, for everyone to read.
        reason: String,
    },
}

/// What a step needs to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// Something in the draft must be put right first.
    pub errors: bool,
    /// The reviews it must pass.
    pub required: &'a [Review],
    /// Those it has passed since it was handed in.
    pub passed: &'a [Review],
    /// A version is public.
    pub public: bool,
    /// The one who acts wrote it.
    pub own: bool,
    /// The one who acts is none of those the review route leaves the next review to.
    pub foreign: bool,
    /// The scan found something that was neither put right nor left with a reason.
    pub unsettled: bool,
}

/// Why a step is not possible now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Something must be put right first.
    #[error("还有必须改正的问题，不能提交。请先改正标为“错误”的各项。")]
    Errors,
    /// The scan found something.
    #[error(
        "检查发现还有必须处理的内容（例如没有遮盖的身份证号）。请在“发布前检查”中遮盖、改正，或者说明保留的理由。"
    )]
    Unsettled,
    /// Not being written.
    #[error("这条信息不在拟稿中，不能修改或提交。需要修改的，请审查人退回，或在公开后修订。")]
    NotDraft,
    /// Not handed in.
    #[error("这条信息没有提交审查，不能办理审查。")]
    NotReviewing,
    /// Somebody passed it meanwhile, or it is not this one's turn.
    #[error("这一项审查已经办理，或还没有轮到。请刷新页面核对。")]
    NotNext,
    /// Who writes does not review.
    #[error("撰写人不能审查自己提交的信息，请由其他审查人办理。")]
    Own,
    /// The route leaves it to others.
    #[error("按审查流程，这一项现在不由您办理。谁能办理，见页面上的“现在可以办理的人”。")]
    Foreign,
    /// Reviews are missing.
    #[error("审查没有全部通过，不能公开（政府信息公开条例第十七条：先审查、后公开）。")]
    NotApproved,
    /// Nothing public.
    #[error("这条信息还没有公开，不能修订或撤回。")]
    NotPublic,
    /// There is already a draft.
    #[error("这条信息正在修订，请先办完这一次修订，或放弃修订。")]
    Revising,
    /// Taken back for good.
    #[error("这条信息已经撤回，不能再修改。需要重新公开的，请另行拟稿。")]
    Withdrawn,
    /// No reason given.
    #[error("请写明原因。撤回的原因会向社会公开。")]
    NoReason,
}

/// The state after a step. Passing the last review leads to [`State::Approved`].
///
/// # Errors
/// [`Refused`], a sentence for the person who tried.
pub fn step(state: State, wanted: &Step, facts: Facts<'_>) -> Result<State, Refused> {
    let reasoned =
        |reason: &str, next| if reason.trim().is_empty() { Err(Refused::NoReason) } else { Ok(next) };
    match (wanted, state) {
        (_, State::Withdrawn) => Err(Refused::Withdrawn),
        (Step::Submit, State::Draft) if facts.errors => Err(Refused::Errors),
        (Step::Submit, State::Draft) if facts.unsettled => Err(Refused::Unsettled),
        (Step::Schedule | Step::Publish, State::Approved | State::Scheduled) if facts.unsettled => {
            Err(Refused::Unsettled)
        }
        (Step::Submit, State::Draft) if facts.required.is_empty() => Ok(State::Approved),
        (Step::Submit, State::Draft) => Ok(State::Reviewing),
        (Step::Submit, _) => Err(Refused::NotDraft),
        (Step::Pass { .. }, State::Reviewing) if facts.own => Err(Refused::Own),
        (Step::Pass { .. }, State::Reviewing) if facts.foreign => Err(Refused::Foreign),
        (Step::Pass { review }, State::Reviewing) => {
            if next_review(facts.required, facts.passed) != Some(*review) {
                return Err(Refused::NotNext);
            }
            let mut passed = facts.passed.to_vec();
            passed.push(*review);
            let done = next_review(facts.required, &passed).is_none();
            Ok(if done { State::Approved } else { State::Reviewing })
        }
        (Step::Return { .. }, State::Reviewing | State::Approved | State::Scheduled) if facts.foreign => {
            Err(Refused::Foreign)
        }
        (Step::Return { reason }, State::Reviewing | State::Approved | State::Scheduled) => {
            reasoned(reason, State::Draft)
        }
        (Step::Pass { .. } | Step::Return { .. }, _) => Err(Refused::NotReviewing),
        (Step::Schedule, State::Approved | State::Scheduled) => Ok(State::Scheduled),
        (Step::Publish, State::Approved | State::Scheduled) => Ok(State::Published),
        (Step::Schedule | Step::Publish, _) => Err(Refused::NotApproved),
        (Step::Revise { reason }, State::Published) => reasoned(reason, State::Draft),
        (Step::Revise { .. }, _) if facts.public => Err(Refused::Revising),
        (Step::Abandon, State::Draft) => Ok(State::Published),
        (Step::Abandon, _) => Err(Refused::NotDraft),
        (Step::Withdraw { reason }, _) if facts.public => reasoned(reason, State::Withdrawn),
        (Step::Revise { .. } | Step::Withdraw { .. }, _) => Err(Refused::NotPublic),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: &[Review] = &[Review::Secrecy, Review::Issue];

    fn why(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn a_disclosure_goes_its_way() {
        let facts = Facts { required: BOTH, ..Facts::default() };
        let secrecy = Step::Pass { review: Review::Secrecy };
        let issue = Step::Pass { review: Review::Issue };
        let once = Facts { passed: &[Review::Secrecy], ..facts };
        let public = Facts { public: true, ..facts };
        let way = [
            (Step::Submit, facts, State::Reviewing),
            (secrecy, facts, State::Reviewing),
            (issue, once, State::Approved),
            (Step::Schedule, facts, State::Scheduled),
            (Step::Publish, facts, State::Published),
            (Step::Revise { reason: why("更正数字") }, public, State::Draft),
            (Step::Abandon, public, State::Published),
            (Step::Withdraw { reason: why("公开有误") }, public, State::Withdrawn),
        ];
        let mut state = State::Draft;
        for (wanted, facts, next) in way {
            state = step(state, &wanted, facts).unwrap();
            assert_eq!(state, next, "{wanted:?}");
        }
    }

    #[test]
    fn steps_out_of_order_are_refused_in_a_sentence() {
        let facts = Facts { required: BOTH, ..Facts::default() };
        let public = Facts { public: true, ..facts };
        let issue = Step::Pass { review: Review::Issue };
        for (state, wanted, facts, refused) in [
            (State::Draft, Step::Submit, Facts { errors: true, ..facts }, Refused::Errors),
            (State::Draft, Step::Submit, Facts { unsettled: true, ..facts }, Refused::Unsettled),
            (State::Approved, Step::Publish, Facts { unsettled: true, ..facts }, Refused::Unsettled),
            (State::Scheduled, Step::Schedule, Facts { unsettled: true, ..facts }, Refused::Unsettled),
            (State::Reviewing, Step::Submit, facts, Refused::NotDraft),
            (State::Reviewing, issue.clone(), facts, Refused::NotNext),
            (State::Reviewing, issue.clone(), Facts { own: true, ..facts }, Refused::Own),
            (State::Reviewing, issue.clone(), Facts { foreign: true, ..facts }, Refused::Foreign),
            (
                State::Reviewing,
                Step::Return { reason: why("甲") },
                Facts { foreign: true, ..facts },
                Refused::Foreign,
            ),
            (State::Draft, issue, facts, Refused::NotReviewing),
            (State::Reviewing, Step::Return { reason: why(" ") }, facts, Refused::NoReason),
            (State::Reviewing, Step::Publish, facts, Refused::NotApproved),
            (State::Draft, Step::Withdraw { reason: why("甲") }, facts, Refused::NotPublic),
            (State::Draft, Step::Revise { reason: why("甲") }, public, Refused::Revising),
            (State::Published, Step::Withdraw { reason: why("") }, public, Refused::NoReason),
            (State::Withdrawn, Step::Revise { reason: why("甲") }, facts, Refused::Withdrawn),
        ] {
            assert_eq!(step(state, &wanted, facts), Err(refused), "{state:?} {wanted:?}");
        }
    }

    #[test]
    fn words_survive() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Some(state));
        }
        for review in Review::ALL {
            assert_eq!(Review::from_word(review.word()), Some(review));
        }
    }
}
