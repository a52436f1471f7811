//! Progress (进展) of one unit's share of an assignment: states, the moves between them, and how a share stands
//! against its due. Completion is evidence, not a tick: nothing is submitted as done without evidence, and the
//! office in charge confirms it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The state of one unit's responsibility for an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing reported yet.
    NotStarted,
    /// Work reported.
    Underway,
    /// Reported as done with evidence, awaiting confirmation.
    Submitted,
    /// Confirmed by the office in charge.
    Completed,
}

impl State {
    /// Every state, in order of progress.
    pub const ALL: [Self; 4] = [Self::NotStarted, Self::Underway, Self::Submitted, Self::Completed];

    /// The word kept in the record and used in URLs.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Underway => "underway",
            Self::Submitted => "submitted",
            Self::Completed => "completed",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotStarted => "未开始",
            Self::Underway => "进行中",
            Self::Submitted => "待确认",
            Self::Completed => "已完成",
        }
    }
}

/// What someone does to a responsibility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// The unit tells how far it is.
    Report {
        /// Share done, 0–100.
        percent: u8,
    },
    /// The unit says it is done.
    Submit,
    /// The office in charge agrees.
    Confirm,
    /// The office in charge sends it back.
    Return {
        /// Why.
        reason: String,
    },
}

/// Why a move is not possible now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Completion without evidence.
    #[error("报请确认完成前，请至少添加一项佐证（文件、网页链接或情况说明）。")]
    NoEvidence,
    /// A percentage over 100.
    #[error("完成比例应为 0 至 100 之间的整数。")]
    Percent,
    /// Already completed.
    #[error("该项任务已确认完成，不能再报送进展；确需更正的，请联系政务公开办退回。")]
    Completed,
    /// Awaiting confirmation.
    #[error("该项任务已报请确认，正待政务公开办确认。")]
    AlreadySubmitted,
    /// Nothing was submitted.
    #[error("责任单位尚未报请确认完成，暂不能确认。")]
    NotSubmitted,
    /// Nothing to send back.
    #[error("该项任务尚未报请确认，无需退回。")]
    NothingToReturn,
    /// Sent back without a reason.
    #[error("请写明退回原因，以便责任单位补正。")]
    NoReason,
}

/// The state after a move.
///
/// # Errors
/// [`Refused`], a sentence for the person who tried.
pub fn step(state: State, wanted: &Move, evidence: usize) -> Result<State, Refused> {
    match (wanted, state) {
        (Move::Report { percent }, _) if *percent > 100 => Err(Refused::Percent),
        (Move::Report { .. } | Move::Submit, State::Completed) => Err(Refused::Completed),
        (Move::Report { .. } | Move::Submit, State::Submitted) => Err(Refused::AlreadySubmitted),
        (Move::Report { .. }, _) => Ok(State::Underway),
        (Move::Submit, _) if evidence == 0 => Err(Refused::NoEvidence),
        (Move::Submit, _) => Ok(State::Submitted),
        (Move::Confirm, State::Submitted) => Ok(State::Completed),
        (Move::Confirm, _) => Err(Refused::NotSubmitted),
        (Move::Return { reason }, _) if reason.trim().is_empty() => Err(Refused::NoReason),
        (Move::Return { .. }, State::Submitted | State::Completed) => Ok(State::Underway),
        (Move::Return { .. }, _) => Err(Refused::NothingToReturn),
    }
}

/// How a responsibility stands against its due, today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Past due and not submitted.
    Overdue,
    /// Due within the working days of the rule `due_soon`.
    DueSoon,
    /// Due later.
    OnTime,
    /// Without a date: ongoing work, or none was given.
    Undated,
    /// Submitted, awaiting confirmation.
    Awaiting,
    /// Confirmed.
    Done,
}

impl Standing {
    /// Every standing, most pressing first.
    pub const ALL: [Self; 6] =
        [Self::Overdue, Self::DueSoon, Self::OnTime, Self::Undated, Self::Awaiting, Self::Done];

    /// The word used in URLs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::DueSoon => "due_soon",
            Self::OnTime => "on_time",
            Self::Undated => "undated",
            Self::Awaiting => "awaiting",
            Self::Done => "done",
        }
    }

    /// The standing of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Overdue => "已逾期",
            Self::DueSoon => "临近期限",
            Self::OnTime => "按期推进",
            Self::Undated => "持续推进",
            Self::Awaiting => "待确认",
            Self::Done => "已完成",
        }
    }
}

/// How a responsibility in `state`, due on `due`, stands `today`; `soon` is the first date counted as due soon's end:
/// the date so many working days from today as the rule `due_soon` says.
pub fn standing(state: State, due: Option<Date>, today: Date, soon: Date) -> Standing {
    match (state, due) {
        (State::Completed, _) => Standing::Done,
        (State::Submitted, _) => Standing::Awaiting,
        (_, None) => Standing::Undated,
        (_, Some(due)) if due < today => Standing::Overdue,
        (_, Some(due)) if due <= soon => Standing::DueSoon,
        (_, Some(_)) => Standing::OnTime,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn completion_needs_evidence_and_a_second_person() {
        assert_eq!(step(State::NotStarted, &Move::Submit, 0), Err(Refused::NoEvidence));
        assert_eq!(step(State::NotStarted, &Move::Submit, 1), Ok(State::Submitted));
        assert_eq!(step(State::Underway, &Move::Confirm, 1), Err(Refused::NotSubmitted));
        assert_eq!(step(State::Submitted, &Move::Confirm, 1), Ok(State::Completed));
    }

    #[test]
    fn nothing_moves_after_completion_but_a_return_with_a_reason() {
        assert_eq!(step(State::Completed, &Move::Report { percent: 5 }, 1), Err(Refused::Completed));
        assert_eq!(step(State::Completed, &Move::Return { reason: " ".into() }, 1), Err(Refused::NoReason));
        assert_eq!(
            step(State::Completed, &Move::Return { reason: "缺少发布链接".into() }, 1),
            Ok(State::Underway)
        );
        assert_eq!(
            step(State::NotStarted, &Move::Return { reason: "x".into() }, 1),
            Err(Refused::NothingToReturn)
        );
        assert_eq!(step(State::Underway, &Move::Report { percent: 101 }, 0), Err(Refused::Percent));
    }

    #[test]
    fn the_due_day_itself_is_not_late() {
        let (today, soon) = (date(2020, 9, 4), date(2020, 9, 18));
        let at = |state, due| standing(state, due, today, soon);
        assert_eq!(at(State::NotStarted, Some(date(2020, 9, 3))), Standing::Overdue);
        assert_eq!(at(State::NotStarted, Some(today)), Standing::DueSoon);
        assert_eq!(at(State::Underway, Some(soon)), Standing::DueSoon);
        assert_eq!(at(State::Underway, Some(date(2020, 9, 21))), Standing::OnTime);
        assert_eq!(at(State::Underway, None), Standing::Undated);
        assert_eq!(at(State::Submitted, Some(date(2020, 9, 3))), Standing::Awaiting);
        assert_eq!(at(State::Completed, Some(date(2020, 9, 3))), Standing::Done);
    }
}
