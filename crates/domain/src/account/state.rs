//! What is done to an account (开设, 变更, 年度审核, 关停, 注销) and where it stands. One person of the host unit proposes,
//! another of the office in charge approves; only then it holds.

use crate::rule::Rules;
use crate::vocabulary::words;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// Where an account stands.
    State {
        /// Not opened, or its opening is not approved.
        Absent = "absent", "未开设";
        /// In use.
        Normal = "normal", "正常";
        /// Not written to any more, still to be seen.
        Closed = "closed", "已关停";
        /// Gone.
        Cancelled = "cancelled", "已注销";
    }
}

words! {
    /// What is done to an account.
    Act {
        /// Opened, or opened again after it was closed.
        Open = "open", "开设";
        /// Its entry changes.
        Change = "change", "变更";
        /// Looked through as every year.
        Audit = "audit", "年度审核";
        /// Not written to any more.
        Close = "close", "关停";
        /// Taken off its platform.
        Cancel = "cancel", "注销";
    }
}

impl Act {
    /// Whether it needs a reason.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Close | Self::Cancel)
    }
}

/// Why an act was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The account is open.
    #[error("账号已经开设，不能再次开设。信息有变的，请办理变更。")]
    Opened,
    /// It is not open.
    #[error("账号{}，不能办理{}。", .0.label(), .1.label())]
    NotNormal(State, Act),
    /// It is gone.
    #[error("账号已经注销，不能再办理。重新启用的，请作为新账号开设。")]
    Cancelled,
    /// Another act is waiting.
    #[error("这个账号还有一项申请没有审批。请等审批完或者撤回后再申请。")]
    Pending,
    /// No reason.
    #[error("请写明原因，例如“停止更新，合并到旗政府公众号”。")]
    NoReason,
    /// Somebody approves the own proposal.
    #[error("申请人不能审批自己的申请。请由另一人审批。")]
    Own,
    /// It is on the ledger already.
    #[error("清单中已有这个账号，不能重复登记。信息有变的，请办理变更。")]
    Duplicate,
}

/// Where an account stands after an act.
///
/// # Errors
/// [`Refused`], a sentence for the person who tried.
pub fn step(state: State, act: Act) -> Result<State, Refused> {
    match (state, act) {
        (State::Cancelled, _) => Err(Refused::Cancelled),
        (State::Absent | State::Closed, Act::Open) => Ok(State::Normal),
        (State::Normal, Act::Open) => Err(Refused::Opened),
        (State::Normal, Act::Change | Act::Audit) => Ok(State::Normal),
        (State::Normal, Act::Close) => Ok(State::Closed),
        (State::Normal | State::Closed, Act::Cancel) => Ok(State::Cancelled),
        (State::Absent | State::Closed, _) => Err(Refused::NotNormal(state, act)),
    }
}

impl State {
    /// Whether an account in this state stands in the way of registering it again; one that is not opened does while its
    /// opening waits.
    pub fn is_held(self, pending: bool) -> bool {
        match self {
            Self::Absent => pending,
            Self::Normal | Self::Closed => true,
            Self::Cancelled => false,
        }
    }

    /// The acts that may be proposed from here, in the order shown to people.
    pub fn acts(self) -> impl Iterator<Item = Act> {
        Act::ALL.iter().copied().filter(move |act| step(self, *act).is_ok())
    }
}

words! {
    /// Where a proposal stands.
    Decision {
        /// Nobody has decided.
        Pending = "pending", "待审批";
        /// It holds.
        Approved = "approved", "已批准";
        /// It does not, and why is said.
        Returned = "returned", "已退回";
        /// Its proposer thought better of it.
        TakenBack = "taken_back", "已撤回";
    }
}

/// Whether an act may be proposed; `pending` says that another one waits for approval.
///
/// # Errors
/// [`Refused`], a sentence for the person who tried.
pub fn propose(state: State, act: Act, pending: bool, reason: &str) -> Result<(), Refused> {
    step(state, act)?;
    if pending {
        return Err(Refused::Pending);
    }
    if act.needs_reason() && reason.trim().is_empty() {
        return Err(Refused::NoReason);
    }
    Ok(())
}

/// Whether a person may approve what another proposed, and where the account stands then. Looked at anew at approval,
/// as the account may have moved.
///
/// # Errors
/// [`Refused`], a sentence for the person who tried.
pub fn approve(state: State, act: Act, proposed_by: i64, approver: i64) -> Result<State, Refused> {
    if proposed_by == approver {
        return Err(Refused::Own);
    }
    step(state, act)
}

/// The last day for the next yearly audit of a normal account, after it was opened or last audited.
///
/// ```
/// let rules = domain::rule::Rules::builtin().unwrap();
/// let due = domain::account::audit_due(jiff::civil::date(2020, 2, 29), &rules);
/// assert_eq!(due, jiff::civil::date(2021, 2, 28));
/// ```
pub fn audit_due(last: Date, rules: &Rules) -> Date {
    last.saturating_add(rules.account_audit.value.months())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state with every act; what is not named here is refused.
    #[test]
    fn an_account_is_opened_kept_closed_and_gone() {
        let allowed = [
            (State::Absent, Act::Open, State::Normal),
            (State::Normal, Act::Change, State::Normal),
            (State::Normal, Act::Audit, State::Normal),
            (State::Normal, Act::Close, State::Closed),
            (State::Normal, Act::Cancel, State::Cancelled),
            (State::Closed, Act::Open, State::Normal),
            (State::Closed, Act::Cancel, State::Cancelled),
        ];
        for state in State::ALL {
            for act in Act::ALL {
                let expected = allowed.iter().find(|(from, by, _)| (from, by) == (state, act));
                assert_eq!(step(*state, *act).ok(), expected.map(|(.., to)| *to), "{state:?} {act:?}");
                assert_eq!(
                    propose(*state, *act, false, "并入旗政府公众号").is_ok(),
                    approve(*state, *act, 1, 2).is_ok()
                );
                assert!(approve(*state, *act, 1, 1).is_err());
            }
        }
    }

    #[test]
    fn one_thing_at_a_time_and_with_a_reason() {
        assert_eq!(propose(State::Normal, Act::Change, true, ""), Err(Refused::Pending));
        assert_eq!(propose(State::Normal, Act::Change, false, ""), Ok(()));
        assert_eq!(propose(State::Normal, Act::Close, false, " "), Err(Refused::NoReason));
        assert_eq!(approve(State::Normal, Act::Close, 3, 3), Err(Refused::Own));
        assert_eq!(
            step(State::Closed, Act::Audit).unwrap_err().to_string(),
            "账号已关停，不能办理年度审核。"
        );
    }
}
