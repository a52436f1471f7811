//! Supervision (督办): reminders before and after a due, and the supervision notice (督办单) with its answer.

use crate::document_number::DocumentNumber;
use crate::rule::Rules;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The state of a supervision notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// Issued, awaiting the unit's answer.
    Issued,
    /// Answered, awaiting the office in charge.
    Answered,
    /// The answer did not do; the unit answers again.
    Returned,
    /// Settled (办结).
    Closed,
}

impl NoticeState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Issued, Self::Answered, Self::Returned, Self::Closed];

    /// The word kept in the record and used in URLs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Answered => "answered",
            Self::Returned => "returned",
            Self::Closed => "closed",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Issued => "待答复",
            Self::Answered => "已答复",
            Self::Returned => "退回重答",
            Self::Closed => "已办结",
        }
    }
}

/// What someone does to a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeMove {
    /// The unit answers.
    Answer {
        /// The answer's text.
        text: String,
    },
    /// The office in charge sends the answer back.
    Return {
        /// Why.
        reason: String,
    },
    /// The office in charge settles it.
    Close,
}

/// What is wrong with a draft notice or a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No facts.
    #[error("请写明督办事由：哪项任务、应于何时完成、目前进展如何。")]
    NoFacts,
    /// No requirement.
    #[error("请写明办理要求。")]
    NoRequirement,
    /// A new deadline that is not after today.
    #[error("新的办理期限应晚于今天。")]
    DeadlinePassed,
    /// An empty answer.
    #[error("请填写答复内容：采取了什么措施、何时完成。")]
    NoAnswer,
    /// Sent back without a reason.
    #[error("请写明退回原因。")]
    NoReason,
    /// The unit cannot answer now.
    #[error("该督办单已答复或已办结，不能重复答复。")]
    NotAwaitingAnswer,
    /// Nothing to decide on.
    #[error("责任单位尚未答复，暂不能办结或退回。")]
    NotAnswered,
}

/// A notice about to be issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeDraft {
    /// What happened: the assignment, its due, how it stands.
    pub facts: String,
    /// What the unit has to do.
    pub requirement: String,
    /// The new deadline.
    pub due_on: Date,
}

impl NoticeDraft {
    /// What must be mended before the notice can be issued on `today`.
    pub fn problems(&self, today: Date) -> Vec<Refused> {
        let mut problems = Vec::new();
        if self.facts.trim().is_empty() {
            problems.push(Refused::NoFacts);
        }
        if self.requirement.trim().is_empty() {
            problems.push(Refused::NoRequirement);
        }
        if self.due_on <= today {
            problems.push(Refused::DeadlinePassed);
        }
        problems
    }
}

/// The notice's state after a move.
///
/// # Errors
/// [`Refused`], a sentence for the person who tried.
pub fn step(state: NoticeState, wanted: &NoticeMove) -> Result<NoticeState, Refused> {
    match (wanted, state) {
        (NoticeMove::Answer { text }, _) if text.trim().is_empty() => Err(Refused::NoAnswer),
        (NoticeMove::Answer { .. }, NoticeState::Issued | NoticeState::Returned) => Ok(NoticeState::Answered),
        (NoticeMove::Answer { .. }, _) => Err(Refused::NotAwaitingAnswer),
        (NoticeMove::Return { reason }, _) if reason.trim().is_empty() => Err(Refused::NoReason),
        (NoticeMove::Return { .. }, NoticeState::Answered) => Ok(NoticeState::Returned),
        (NoticeMove::Close, NoticeState::Answered) => Ok(NoticeState::Closed),
        (NoticeMove::Return { .. } | NoticeMove::Close, _) => Err(Refused::NotAnswered),
    }
}

/// The next number of an office's notices in a year: agency words such as `乌政公开督`.
pub fn next_number(agency: &str, year: i16, last_serial: u32) -> DocumentNumber {
    DocumentNumber { agency: agency.to_owned(), year, serial: last_serial.saturating_add(1) }
}

/// A reminder that is due on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// So many working days are left.
    Before(i64),
    /// The due day itself.
    Today,
    /// So many working days late.
    Late(i64),
}

impl Reminder {
    /// Names the reminder within its assignment, so that none is sent twice.
    pub fn key(self) -> String {
        match self {
            Self::Before(days) => format!("before-{days}"),
            Self::Today => "today".to_owned(),
            Self::Late(days) => format!("late-{days}"),
        }
    }

    /// The heading of the reminder.
    pub fn label(self) -> String {
        match self {
            Self::Before(days) => format!("距完成时限还有{days}个工作日"),
            Self::Today => "今天是完成时限".to_owned(),
            Self::Late(days) => format!("已逾期{days}个工作日"),
        }
    }
}

/// The reminder to send, given the working days left until the due (negative when late). A reminder whose own day was
/// missed, because the program stood still, is sent on the next day it runs: the nearest passed stage answers, and its
/// [`Reminder::key`] keeps it single.
pub fn reminder(working_days_left: i64, rules: &Rules) -> Option<Reminder> {
    if working_days_left == 0 {
        return Some(Reminder::Today);
    }
    if working_days_left > 0 {
        let stages = [&rules.reminder_last, &rules.reminder_second, &rules.reminder_first];
        let stage = stages.map(|rule| rule.value).into_iter().find(|stage| working_days_left <= *stage)?;
        return Some(Reminder::Before(stage));
    }
    let late = working_days_left.saturating_neg();
    let every = rules.reminder_late_every.value.max(1);
    Some(Reminder::Late((late - 1) / every * every + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_notice_says_what_why_and_until_when() {
        let empty = NoticeDraft { facts: " ".into(), requirement: String::new(), due_on: date(2020, 9, 7) };
        assert_eq!(
            empty.problems(date(2020, 9, 7)),
            vec![Refused::NoFacts, Refused::NoRequirement, Refused::DeadlinePassed]
        );
        let whole = NoticeDraft {
            facts: "目录未编制".into(),
            requirement: "限期编制".into(),
            due_on: date(2020, 9, 8),
        };
        assert!(whole.problems(date(2020, 9, 7)).is_empty());
    }

    #[test]
    fn a_notice_goes_to_and_fro_until_settled() {
        let answer = NoticeMove::Answer { text: "已完成".into() };
        assert_eq!(step(NoticeState::Issued, &answer), Ok(NoticeState::Answered));
        assert_eq!(step(NoticeState::Issued, &NoticeMove::Close), Err(Refused::NotAnswered));
        assert_eq!(step(NoticeState::Answered, &answer), Err(Refused::NotAwaitingAnswer));
        assert_eq!(
            step(NoticeState::Answered, &NoticeMove::Return { reason: "未附链接".into() }),
            Ok(NoticeState::Returned)
        );
        assert_eq!(step(NoticeState::Returned, &answer), Ok(NoticeState::Answered));
        assert_eq!(step(NoticeState::Closed, &answer), Err(Refused::NotAwaitingAnswer));
        assert_eq!(
            step(NoticeState::Answered, &NoticeMove::Answer { text: "\n".into() }),
            Err(Refused::NoAnswer)
        );
    }

    #[test]
    fn each_stage_is_named_once() {
        let rules = Rules::builtin().unwrap();
        let stage = |left| reminder(left, &rules);
        let mut distinct: Vec<String> =
            (-12..=12).rev().filter_map(|left| stage(left).map(|stage| stage.key())).collect();
        distinct.dedup();
        assert_eq!(distinct, ["before-10", "before-5", "before-1", "today", "late-1", "late-6", "late-11"]);
        assert_eq!(stage(11), None);
        assert_eq!(stage(i64::MIN + 1).map(|stage| matches!(stage, Reminder::Late(_))), Some(true));
    }

    #[test]
    fn numbers_run_within_a_year() {
        assert_eq!(next_number("乌政公开督", 2020, 2).to_string(), "乌政公开督〔2020〕3号");
    }
}
