//! Where a case stands and what may be done with it. What was written by one person is approved by another; an answer is
//! given once and rated once.

use crate::vocabulary::words;
use serde::{Deserialize, Serialize};

words! {
    /// Where a case stands.
    State {
        /// On record, nobody's yet.
        Received = "received", "待分办";
        /// A unit has it.
        Assigned = "assigned", "待办理";
        /// An answer is being written.
        Drafting = "drafting", "拟稿中";
        /// An answer waits for approval.
        AwaitingApproval = "awaiting_approval", "待审批";
        /// Answered, and public where it may be.
        Answered = "answered", "已答复";
        /// Not for an answer: repeated, unintelligible, another way is the lawful one.
        Closed = "closed", "不予答复";
    }
}

impl State {
    /// Whether nothing more is owed.
    pub fn is_ended(self) -> bool {
        matches!(self, Self::Answered | Self::Closed)
    }
}

/// What is done to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// The office names the lead unit and those that help; again when it was wrong.
    Assign {
        /// The lead unit.
        lead: i64,
        /// Units that help.
        cooperating: Vec<i64>,
    },
    /// An answer is written, or written on.
    Draft {
        /// The answer.
        text: String,
    },
    /// The answer is handed in.
    HandIn {
        /// The answer.
        text: String,
    },
    /// The answer is sent back to its author.
    Return {
        /// Why.
        reason: String,
    },
    /// The answer is approved and given.
    Approve,
    /// No answer is owed.
    Close {
        /// Why, for who asked.
        reason: String,
    },
}

/// Why a move was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is over.
    #[error("这件已经{}，不能再办理。有新情况的，请另行登记。", .0.label())]
    Ended(State),
    /// Nobody's yet.
    #[error("还没有分给承办单位。请先分办。")]
    NotAssigned,
    /// It waits for approval.
    #[error("答复稿正在审批，不能修改。需要修改的，请审批人退回。")]
    InApproval,
    /// Nothing waits for approval.
    #[error("没有待审批的答复稿。请先拟稿送审。")]
    NotHandedIn,
    /// The lead unit helps itself.
    #[error("牵头单位不能同时是协办单位。请去掉重复的单位。")]
    LeadCooperates,
    /// An empty answer.
    #[error("请写明答复内容：情况是什么、依据是什么、怎么办。")]
    NoText,
    /// Sent back or closed without a reason.
    #[error("请写明原因。")]
    NoReason,
    /// The author approves.
    #[error("起草人不能审批自己写的答复。请由另一人审批。")]
    Own,
    /// Rated before, or before there was an answer.
    #[error("还没有答复，不能评价。")]
    NotAnswered,
    /// Rated before.
    #[error("这件已经评价过，不能再改。")]
    Rated,
    /// Not one of five.
    #[error("请在1至5分中选择一个。")]
    NoMark,
}

/// The state after a move.
///
/// # Errors
/// [`Refused`], a sentence for the person who tried.
pub fn step(state: State, wanted: &Move) -> Result<State, Refused> {
    let blank = |text: &str| text.trim().is_empty();
    if state.is_ended() {
        return Err(Refused::Ended(state));
    }
    match wanted {
        Move::Assign { .. } if state == State::AwaitingApproval => Err(Refused::InApproval),
        Move::Assign { lead, cooperating } if cooperating.contains(lead) => Err(Refused::LeadCooperates),
        // Whoever gets it begins anew.
        Move::Assign { .. } => Ok(State::Assigned),
        Move::Close { reason } if blank(reason) => Err(Refused::NoReason),
        Move::Close { .. } => Ok(State::Closed),
        _ if state == State::Received => Err(Refused::NotAssigned),
        Move::Draft { .. } | Move::HandIn { .. } if state == State::AwaitingApproval => {
            Err(Refused::InApproval)
        }
        Move::Draft { .. } => Ok(State::Drafting),
        Move::HandIn { text } if blank(text) => Err(Refused::NoText),
        Move::HandIn { .. } => Ok(State::AwaitingApproval),
        Move::Return { .. } | Move::Approve if state != State::AwaitingApproval => Err(Refused::NotHandedIn),
        Move::Return { reason } if blank(reason) => Err(Refused::NoReason),
        Move::Return { .. } => Ok(State::Drafting),
        Move::Approve => Ok(State::Answered),
    }
}

/// Whether a person may approve an answer: none of those who wrote on it may.
///
/// # Errors
/// [`Refused::Own`].
pub fn approve(authors: &[i64], approver: i64) -> Result<(), Refused> {
    if authors.contains(&approver) { Err(Refused::Own) } else { Ok(()) }
}

/// Marks a reader may give.
pub const MARKS: std::ops::RangeInclusive<u8> = 1..=5;

/// Whether a reader's mark (满意度) is taken: once, after the answer.
///
/// # Errors
/// [`Refused`], a sentence for the reader.
pub fn rate(state: State, before: Option<u8>, mark: u8) -> Result<u8, Refused> {
    if state != State::Answered {
        return Err(Refused::NotAnswered);
    }
    if before.is_some() {
        return Err(Refused::Rated);
    }
    if MARKS.contains(&mark) { Ok(mark) } else { Err(Refused::NoMark) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moves() -> [Move; 6] {
        [
            Move::Assign { lead: 1, cooperating: vec![2, 3] },
            Move::Draft { text: String::new() },
            Move::HandIn { text: "答复如下".into() },
            Move::Return { reason: "缺少依据".into() },
            Move::Approve,
            Move::Close { reason: "重复来件".into() },
        ]
    }

    /// Every state with every move.
    #[test]
    fn a_case_goes_its_way() {
        use State::*;
        let (own, busy, early) =
            (Err(Refused::NotAssigned), Err(Refused::InApproval), Err(Refused::NotHandedIn));
        let ended = |state| [Err(Refused::Ended(state)); 6];
        let table = [
            (Received, [Ok(Assigned), own, own, own, own, Ok(Closed)]),
            (Assigned, [Ok(Assigned), Ok(Drafting), Ok(AwaitingApproval), early, early, Ok(Closed)]),
            (Drafting, [Ok(Assigned), Ok(Drafting), Ok(AwaitingApproval), early, early, Ok(Closed)]),
            (AwaitingApproval, [busy, busy, busy, Ok(Drafting), Ok(Answered), Ok(Closed)]),
            (Answered, ended(Answered)),
            (Closed, ended(Closed)),
        ];
        assert_eq!(table.len(), State::ALL.len());
        for (state, expected) in table {
            assert_eq!(moves().map(|wanted| step(state, &wanted)), expected, "{state:?}");
        }
    }

    #[test]
    fn nothing_goes_without_words() {
        let blank = || " \n".to_owned();
        assert_eq!(step(State::Drafting, &Move::HandIn { text: blank() }), Err(Refused::NoText));
        assert_eq!(step(State::AwaitingApproval, &Move::Return { reason: blank() }), Err(Refused::NoReason));
        assert_eq!(step(State::Received, &Move::Close { reason: blank() }), Err(Refused::NoReason));
        let own = Move::Assign { lead: 1, cooperating: vec![2, 1] };
        assert_eq!(step(State::Received, &own), Err(Refused::LeadCooperates));
    }

    #[test]
    fn who_wrote_it_does_not_approve_it() {
        assert_eq!(approve(&[1, 2], 2), Err(Refused::Own));
        assert_eq!(approve(&[1, 2], 3), Ok(()));
    }

    #[test]
    fn an_answer_is_rated_once() {
        assert_eq!(rate(State::Answered, None, 5), Ok(5));
        assert_eq!(rate(State::Answered, Some(1), 5), Err(Refused::Rated));
        assert_eq!(rate(State::Drafting, None, 5), Err(Refused::NotAnswered));
        for mark in [0, 6] {
            assert_eq!(rate(State::Answered, None, mark), Err(Refused::NoMark));
        }
    }
}
