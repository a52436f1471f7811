//! Being away (外出) and handing one's reviews to somebody else (委托办理), from a day to a day. What the other may do in
//! these days is `role`'s matter.

use crate::role::{Act, Person, is_apart, may_somewhere};
use crate::unit::{Directory, UnitId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Some days of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// The first day.
    pub from: Date,
    /// The last day; the day after, everything is as before.
    pub until: Date,
    /// Why.
    pub reason: String,
    /// Whether the person is away; who is not may still hand reviews on.
    pub away: bool,
    /// Who does the reviews meanwhile.
    pub delegate: Option<i64>,
}

impl Absence {
    /// Whether it holds on that day.
    pub fn covers(&self, day: Date) -> bool {
        (self.from..=self.until).contains(&day)
    }

    /// Whether they have a day in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from <= other.until && other.from <= self.until
    }
}

/// Why it was not noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Ends before it begins, or began in the past.
    #[error("起止日期不对：开始日期不能早于今天，结束日期不能早于开始日期。请修改日期。")]
    Days,
    /// No reason.
    #[error("请写明外出或委托的原因。")]
    NoReason,
    /// Neither away nor handed on.
    #[error("请勾选外出，或选择受委托人，至少一项。")]
    Nothing,
    /// Another one in the same days.
    #[error("这段时间已经登记过外出或委托。需要改动的，请先结束原来的登记。")]
    Overlap,
    /// Nothing of one's own to hand on.
    #[error("您自己没有审查权限，不能委托他人办理。受他人委托的审查，不能再转委托。")]
    NothingToHandOn,
    /// Not somebody who may act for the person.
    #[error(
        "受委托人应是本单位或者上级单位的在用人员，不能是本人，也不能是系统管理员、安全管理员、审计员。请重新选择。"
    )]
    NotSuitable,
}

/// Whether one unit is the other, or one of a region above it.
fn is_same_or_higher(directory: &Directory, unit: UnitId, than: UnitId) -> bool {
    let region = |unit| directory.unit(unit).map(|unit| unit.region);
    let above = region(than).map(|region| directory.chain(region)).unwrap_or_default();
    unit == than || region(unit).is_some_and(|region| above.iter().skip(1).any(|known| *known == region))
}

/// Whether the person has reviews of their own to hand on.
pub fn may_delegate(person: &Person) -> bool {
    let own = Person { delegated: Vec::new(), ..person.clone() };
    [Act::ReviewDisclosure, Act::SignDisclosure].iter().any(|act| may_somewhere(&own, *act))
}

/// Whether somebody may do a person's reviews: of the same or a higher unit, and not of those who are kept apart.
pub fn is_suitable(directory: &Directory, person: &Person, delegate: &Person) -> bool {
    delegate.user != person.user
        && !is_apart(&delegate.grants)
        && is_same_or_higher(directory, delegate.unit, person.unit)
}

/// Whether it may be noted on `today`, beside what is noted already. `delegate` is the active person it names.
///
/// # Errors
/// [`Refused`], a sentence for the person who tried.
pub fn check(
    new: &Absence,
    noted: &[Absence],
    today: Date,
    directory: &Directory,
    person: &Person,
    delegate: Option<&Person>,
) -> Result<(), Refused> {
    if new.from < today || new.until < new.from {
        return Err(Refused::Days);
    }
    if new.reason.trim().is_empty() {
        return Err(Refused::NoReason);
    }
    if new.delegate.is_some() {
        if !may_delegate(person) {
            return Err(Refused::NothingToHandOn);
        }
        if !delegate.is_some_and(|delegate| is_suitable(directory, person, delegate)) {
            return Err(Refused::NotSuitable);
        }
    } else if !new.away {
        return Err(Refused::Nothing);
    }
    if noted.iter().any(|known| known.overlaps(new)) { Err(Refused::Overlap) } else { Ok(()) }
}
