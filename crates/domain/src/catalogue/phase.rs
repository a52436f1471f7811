//! The phases of a catalogue (梳理, 审查, 公布) and the steps between them. A published catalogue that is adjusted goes
//! through the phases again as a draft of its next version; what is public stays until that one is published.

use crate::plan::due;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where a catalogue's draft is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 梳理: the unit writes it.
    Compiling,
    /// 审查: the office in charge looks at it.
    Reviewing,
    /// 审查通过: it may be published.
    Approved,
    /// 公布: there is no draft; the version in force says it all.
    Published,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 4] = [Self::Compiling, Self::Reviewing, Self::Approved, Self::Published];

    /// The word kept in the record and used in URLs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Compiling => "compiling",
            Self::Reviewing => "reviewing",
            Self::Approved => "approved",
            Self::Published => "published",
        }
    }

    /// The phase of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Compiling => "梳理",
            Self::Reviewing => "审查",
            Self::Approved => "待公布",
            Self::Published => "已公布",
        }
    }
}

/// How far a catalogue should be by a day, given the phases that the plan names (梳理, 审查, 公布): past the last day of one
/// it should be in the next. `None` while the first runs, and where the plan names none of them.
pub fn expected(phases: &[due::Phase], today: Date) -> Option<Phase> {
    let next = |name: &str| {
        if name.contains("公布") || name.contains("公开") || name.contains("发布") {
            Some(Phase::Published)
        } else if name.contains("审查") || name.contains("审核") {
            Some(Phase::Approved)
        } else if name.contains("梳理") || name.contains("编制") {
            Some(Phase::Reviewing)
        } else {
            None
        }
    };
    phases.iter().filter(|phase| phase.to < today).filter_map(|phase| next(&phase.name)).max()
}

/// What someone does to a catalogue as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The unit hands it in for review.
    Submit,
    /// The office in charge sends it back.
    Return {
        /// Why.
        reason: String,
    },
    /// The office in charge finds it in order.
    Approve,
    /// It becomes the next version, public from now on.
    Publish,
    /// A change opens a draft of the next version.
    Adjust {
        /// What changed: a law, functions, the upper guide.
        reason: String,
    },
    /// The draft is given up; the version in force stays.
    Abandon,
    /// The version in force is taken back and becomes a draft again.
    Withdraw {
        /// Why.
        reason: String,
    },
}

/// Why a step is not possible now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing in it.
    #[error("目录中还没有事项，不能提交。请先添加事项，或从范本、文件导入。")]
    Empty,
    /// Something must be put right first.
    #[error("目录中还有错误级问题，不能提交。请先改正标红的单元格。")]
    Errors,
    /// Not being compiled.
    #[error("目录不在梳理阶段，不能再修改或提交。需要修改的，请政务公开办退回。")]
    NotCompiling,
    /// Not handed in.
    #[error("目录没有提交审查，不能办理审查。")]
    NotReviewing,
    /// Not approved.
    #[error("目录没有通过审查，不能公布。")]
    NotApproved,
    /// Not in force.
    #[error("目录还没有公布，不能调整或撤回。")]
    NotPublished,
    /// There is already a draft.
    #[error("目录正在调整，请先办完这一次调整。")]
    AlreadyAdjusting,
    /// There is no version to go back to.
    #[error("目录还没有公布过，没有可以保留的版本，不能放弃。")]
    NothingInForce,
    /// No reason given.
    #[error("请写明原因，以便对方办理和日后查考。")]
    NoReason,
}

/// What the step needs to know of the draft.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Draft {
    /// How many items it has.
    pub items: usize,
    /// Findings of the worst kind are open.
    pub errors: bool,
    /// A version is in force.
    pub in_force: bool,
}

/// The phase after a step.
///
/// # Errors
/// [`Refused`], a sentence for the person who tried.
pub fn step(phase: Phase, wanted: &Step, draft: Draft) -> Result<Phase, Refused> {
    let reasoned =
        |reason: &str, next| if reason.trim().is_empty() { Err(Refused::NoReason) } else { Ok(next) };
    match (wanted, phase) {
        (Step::Submit, Phase::Compiling) if draft.items == 0 => Err(Refused::Empty),
        (Step::Submit, Phase::Compiling) if draft.errors => Err(Refused::Errors),
        (Step::Submit, Phase::Compiling) => Ok(Phase::Reviewing),
        (Step::Submit, _) => Err(Refused::NotCompiling),
        (Step::Return { reason }, Phase::Reviewing | Phase::Approved) => reasoned(reason, Phase::Compiling),
        (Step::Approve, Phase::Reviewing) => Ok(Phase::Approved),
        (Step::Return { .. } | Step::Approve, _) => Err(Refused::NotReviewing),
        (Step::Publish, Phase::Approved) => Ok(Phase::Published),
        (Step::Publish, _) => Err(Refused::NotApproved),
        (Step::Adjust { reason }, Phase::Published) => reasoned(reason, Phase::Compiling),
        (Step::Adjust { .. }, _) if draft.in_force => Err(Refused::AlreadyAdjusting),
        (Step::Abandon, Phase::Compiling) if draft.in_force => Ok(Phase::Published),
        (Step::Abandon, Phase::Compiling) => Err(Refused::NothingInForce),
        (Step::Abandon, _) => Err(Refused::NotCompiling),
        (Step::Withdraw { reason }, Phase::Published) => reasoned(reason, Phase::Compiling),
        (Step::Withdraw { .. }, _) if draft.in_force => Err(Refused::AlreadyAdjusting),
        (Step::Adjust { .. } | Step::Withdraw { .. }, _) => Err(Refused::NotPublished),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Draft = Draft { items: 3, errors: false, in_force: false };

    #[test]
    fn a_catalogue_goes_through_its_phases() {
        let reason = || "法律修订".to_owned();
        let mut phase = Phase::Compiling;
        let way = [
            (Step::Submit, Phase::Reviewing),
            (Step::Return { reason: reason() }, Phase::Compiling),
            (Step::Submit, Phase::Reviewing),
            (Step::Approve, Phase::Approved),
            (Step::Publish, Phase::Published),
            (Step::Adjust { reason: reason() }, Phase::Compiling),
            (Step::Submit, Phase::Reviewing),
        ];
        for (wanted, next) in way {
            phase = step(phase, &wanted, FULL).unwrap();
            assert_eq!(phase, next, "{wanted:?}");
        }
    }

    #[test]
    fn steps_out_of_order_are_refused_in_a_sentence() {
        let in_force = Draft { in_force: true, ..FULL };
        let why = |text: &str| text.to_owned();
        for (phase, wanted, draft, refused) in [
            (Phase::Compiling, Step::Submit, Draft { items: 0, ..FULL }, Refused::Empty),
            (Phase::Compiling, Step::Submit, Draft { errors: true, ..FULL }, Refused::Errors),
            (Phase::Reviewing, Step::Submit, FULL, Refused::NotCompiling),
            (Phase::Compiling, Step::Approve, FULL, Refused::NotReviewing),
            (Phase::Reviewing, Step::Return { reason: why(" ") }, FULL, Refused::NoReason),
            (Phase::Reviewing, Step::Publish, FULL, Refused::NotApproved),
            (Phase::Published, Step::Publish, in_force, Refused::NotApproved),
            (Phase::Compiling, Step::Adjust { reason: why("甲") }, in_force, Refused::AlreadyAdjusting),
            (Phase::Compiling, Step::Adjust { reason: why("甲") }, FULL, Refused::NotPublished),
            (Phase::Published, Step::Withdraw { reason: why("") }, in_force, Refused::NoReason),
            (Phase::Compiling, Step::Abandon, FULL, Refused::NothingInForce),
        ] {
            assert_eq!(step(phase, &wanted, draft), Err(refused), "{phase:?} {wanted:?}");
        }
        assert_eq!(step(Phase::Compiling, &Step::Abandon, in_force), Ok(Phase::Published));
    }

    #[test]
    fn the_plans_phases_say_how_far_a_catalogue_should_be() {
        use crate::plan::DueKind;
        use jiff::civil::date;
        let words = "梳理阶段：2020年8月1日至8月31日；审查阶段：9月1日至9月30日；公布阶段：10月9日至10月20日";
        let (due, _) = due::parse(words, Some(2020));
        assert!(matches!(due.kind, DueKind::Phases(_)), "{due:?}");
        for (day, phase) in [
            (date(2020, 8, 31), None),
            (date(2020, 9, 1), Some(Phase::Reviewing)),
            (date(2020, 10, 1), Some(Phase::Approved)),
            (date(2020, 10, 20), Some(Phase::Approved)),
            (date(2020, 10, 21), Some(Phase::Published)),
        ] {
            assert_eq!(expected(due.phases(), day), phase, "{day}");
        }
    }

    #[test]
    fn a_phase_survives_its_word() {
        for phase in Phase::ALL {
            assert_eq!(Phase::from_word(phase.word()), Some(phase));
        }
    }
}
