//! 今日: what needs a person now, the nearest legal day first.

use crate::obligation::{self, ObligationView};
use crate::responsibility::{self, ResponsibilityRow};
use crate::review::{self, Waiting};
use crate::supervision::{self, NoticeView};
use crate::{PageRequest, Result, Store, notification};
use domain::progress::{Standing, State};
use domain::role::{Act, Person, scopes};
use domain::supervision::NoticeState;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What the first page shows.
#[derive(Debug, Clone)]
pub struct Today {
    /// Open responsibilities of the person's units, nearest due first.
    pub due: Vec<ResponsibilityRow>,
    /// How many there are in all.
    pub due_total: u64,
    /// Submitted ones the person may confirm.
    pub to_confirm: Vec<ResponsibilityRow>,
    /// What the person can review now.
    pub reviews: Vec<Waiting>,
    /// Notices to answer, or answers to decide on.
    pub notices: Vec<NoticeView>,
    /// What falls due soon or is late to be published by the person's units.
    pub obligations: Vec<ObligationView>,
    /// How many there are in all.
    pub obligations_total: u64,
    /// Unread notifications.
    pub unread: u64,
    /// Responsibilities of the person's units by standing.
    pub standings: BTreeMap<Standing, u64>,
}

/// Rows shown of each kind.
const ROWS: PageRequest = PageRequest { page: 1, size: 12 };

/// What needs this person now.
///
/// # Errors
/// The database's.
pub async fn for_person(store: &Store, person: &Person, today: Date, soon: Date) -> Result<Today> {
    let directory = crate::unit::directory(store).await?;
    let units = |act: Act| crate::unit::visible(&directory, &scopes(person, act));
    let readable = units(Act::ReadPlan);
    let open = responsibility::Filter {
        units: Some(readable.clone()),
        states: vec![State::NotStarted, State::Underway],
        ..Default::default()
    };
    let due = responsibility::list(store, &open, today, soon, ROWS).await?;
    let confirmable = units(Act::ConfirmCompletion);
    let submitted = responsibility::Filter {
        units: Some(confirmable),
        states: vec![State::Submitted],
        ..Default::default()
    };
    let to_confirm = responsibility::list(store, &submitted, today, soon, ROWS).await?.rows;
    let owed = obligation::Filter {
        units: Some(units(Act::NotePublication)),
        open: true,
        due_until: Some(soon),
        ..Default::default()
    };
    let owed = obligation::list(store, &owed, today, soon, ROWS).await?;
    let mut notices = Vec::new();
    for (act, states) in [
        (Act::Supervise, &[NoticeState::Answered][..]),
        (Act::AnswerSupervision, &[NoticeState::Issued, NoticeState::Returned]),
    ] {
        for state in states {
            let filter =
                supervision::Filter { units: Some(units(act)), state: Some(*state), ..Default::default() };
            notices.extend(supervision::list(store, &filter, ROWS).await?.rows);
        }
    }
    notices.sort_by_key(|notice| (notice.due_on, notice.id));
    let all = responsibility::Filter { units: Some(readable), ..Default::default() };
    let mut standings: BTreeMap<Standing, u64> = BTreeMap::new();
    for counts in responsibility::count_by_standing(store, &all, today, soon).await?.into_values() {
        for (standing, count) in counts {
            *standings.entry(standing).or_default() += count;
        }
    }
    Ok(Today {
        due: due.rows,
        due_total: due.total,
        to_confirm,
        reviews: review::waiting(store, person).await?,
        notices,
        obligations: owed.rows,
        obligations_total: owed.total,
        unread: notification::unread_count(store, person.user).await?,
        standings,
    })
}
