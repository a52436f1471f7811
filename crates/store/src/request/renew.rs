//! The daily look at every open case: days pass, holidays are announced. Columns that no longer hold are set anew; an
//! applicant whose due was provisional and has moved is told; whoever handles a case is reminded as its day comes near.

use super::case::{kept_events, opened, set_clock};
use super::{SUBJECT, intake, legal_on, notice, number};
use crate::commit::Transaction;
use crate::entity::request::{ActiveModel, Column, Entity, Model};
use crate::entity::{request_applicant, request_event};
use crate::instant::date;
use crate::notification::{Notice, notify, people_of};
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::letter::written_date;
use domain::request::{Clock, Event, State, clock};
use domain::role::Actor;
use domain::workday::Calendar;
use jiff::civil::Date;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// Cases looked at together.
const BATCH: u64 = 1_000;

/// A case whose columns no longer hold.
struct Stale {
    id: i64,
    /// Of the row that was read before the events the clock is of: a step in between is another version.
    version: i64,
    clock: Clock,
}

/// What moved, for the journal.
#[derive(Serialize)]
struct Moved<'a> {
    number: &'a str,
    state: State,
    due: Option<&'a str>,
}

/// Looks at every open case on `today`; returns how many changed. Idempotent: a second look changes nothing. A case that
/// cannot be looked at is logged by its number and holds up no other.
///
/// # Errors
/// The database's.
pub async fn renew(store: &Store, calendar: &Calendar, today: Date) -> Result<usize> {
    let near = u32::try_from(store.rules().due_soon.value).unwrap_or(0);
    let soon = calendar.add_working_days(today, near).date;
    let mut last = 0;
    let mut changed = 0;
    loop {
        let rows = Entity::find()
            .filter(Column::Id.gt(last))
            .filter(Column::LegalOn.is_not_null())
            .order_by_asc(Column::Id)
            .limit(BATCH)
            .all(store.reader())
            .await?;
        let Some(end) = rows.last() else { return Ok(changed) };
        last = end.id;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut all = kept_events(store.reader(), &ids).await?;
        let mut stale = Vec::new();
        let mut reminded = Vec::new();
        for row in rows {
            let kept = all.remove(&row.id).unwrap_or_default();
            match looked_at(store, calendar, today, &row, kept) {
                Ok(Some(case)) => stale.push((number(row.year, row.serial), case)),
                Ok(None) if row.legal_on.as_deref().is_some_and(|day| day <= soon.to_string().as_str()) => {
                    reminded.push(row);
                }
                Ok(None) => {}
                Err(error) => passed_over(&number(row.year, row.serial), &error),
            }
        }
        for (number, case) in stale {
            match settle(store, case).await {
                Ok(settled) => changed += usize::from(settled),
                Err(error) => passed_over(&number, &error),
            }
        }
        remind(store, reminded).await?;
    }
}

/// The case with its clock, when its columns no longer hold.
fn looked_at(
    store: &Store,
    calendar: &Calendar,
    today: Date,
    row: &Model,
    kept: Vec<request_event::Model>,
) -> Result<Option<Stale>> {
    let told: Vec<Event> = opened(store.key(), kept)?.into_iter().map(|row| row.event).collect();
    let clock = clock(&told, calendar, store.rules(), today);
    let stale = differs(row, &clock)?;
    Ok(stale.then_some(Stale { id: row.id, version: row.version, clock }))
}

/// Logs a case that was passed over. What cannot be read may be the words of a person: of that only the number is said.
fn passed_over(number: &str, error: &Error) {
    match error {
        Error::Unreadable(_) => {
            tracing::error!(number, "a request cannot be read; its days are not looked at");
        }
        error => tracing::error!(number, ?error, "a request could not be looked at; tried again later"),
    }
}

fn differs(row: &Model, clock: &Clock) -> Result<bool> {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    Ok(row.state != clock.state.word()
        || row.due_on != day(clock.due)
        || row.latest_on != day(clock.due_at_latest)
        || row.waits_until != day(clock.waits_until)
        || row.legal_on != day(legal_on(clock, date(&row.arrived_on)?))
        || row.provisional != clock.provisional)
}

/// Sets a case's columns anew; returns whether it did. It may have changed since it was looked at: then the next round
/// looks again.
async fn settle(store: &Store, case: Stale) -> Result<bool> {
    let key = store.key().clone();
    store
        .commit(&Actor::System, move |transaction| {
            Box::pin(async move {
                let Stale { id, version, clock } = case;
                let row = Entity::find_by_id(id).one(&transaction.db).await?;
                let Some(row) = row.filter(|row| row.version == version) else { return Ok(false) };
                let number = number(row.year, row.serial);
                let before = row.clone();
                let arrived = date(&row.arrived_on)?;
                // Another node may have looked at it too.
                if !differs(&row, &clock)? {
                    return Ok(false);
                }
                let mut change: ActiveModel = row.into();
                set_clock(&mut change, &clock, arrived);
                let after = change.update(&transaction.db).await?;
                let state_of = |model: &Model| State::from_word(&model.state).unwrap_or(State::NotReceived);
                transaction.record(
                    Action::RequestDueMoved,
                    SUBJECT,
                    id,
                    Some(&Moved { number: &number, state: state_of(&before), due: before.due_on.as_deref() }),
                    Some(&Moved { number: &number, state: clock.state, due: after.due_on.as_deref() }),
                )?;
                tell(transaction, &key, &before, &clock).await?;
                Ok(true)
            })
        })
        .await
}

/// Tells the applicant of a due that was provisional and is settled, or that the case was given up. While somebody is asked
/// the due moves with each day: that is no news.
async fn tell(
    transaction: &Transaction,
    key: &crate::seal::SealKey,
    before: &Model,
    clock: &Clock,
) -> Result<()> {
    let settled =
        before.provisional && !clock.provisional && clock.stopped.iter().all(|stop| stop.to.is_some());
    let moved = settled && clock.due.map(|day| day.to_string()) != before.due_on;
    let words = match (clock.state, clock.due, &before.due_on) {
        (State::GivenUp, ..) => "期限已过，没有收到您的补正或者缴费，申请视为放弃，不再处理。".to_owned(),
        (_, Some(due), Some(old)) if moved => {
            format!("因节假日安排公布，答复期限由{}调整为{}。", written_date(date(old)?), written_date(due))
        }
        _ => return Ok(()),
    };
    let kept = request_applicant::Entity::find_by_id(before.id).one(&transaction.db).await?;
    let (applicant, _) = intake::open(key, &kept.ok_or(Error::NotFound("申请人"))?.content)?;
    notice::tell(transaction, before.id, &words, !applicant.email.is_empty()).await
}

/// Reminds whoever handles these cases, once for each day that comes near.
async fn remind(store: &Store, rows: Vec<Model>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let mut people: HashMap<i64, BTreeSet<i64>> = HashMap::new();
                for row in rows {
                    if let std::collections::hash_map::Entry::Vacant(place) = people.entry(row.unit_id) {
                        place.insert(people_of(transaction, row.unit_id).await?);
                    }
                    let Some(users) = people.get(&row.unit_id) else { continue };
                    let Some(day) = &row.legal_on else { continue };
                    let state = State::from_word(&row.state).unwrap_or(State::NotReceived);
                    let notice = Notice {
                        subject: format!(
                            "公开申请 {}（{}）期限到{}，请办理",
                            number(row.year, row.serial),
                            state.label(),
                            written_date(date(day)?)
                        ),
                        body: String::new(),
                        link: format!("/office/requests/{}", row.id),
                        key: format!("request-{}-near-{day}", row.id),
                    };
                    notify(transaction, users, &notice).await?;
                }
                Ok(())
            })
        })
        .await
}
