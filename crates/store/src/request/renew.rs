//! The daily look at every open case: days pass, holidays are announced. Columns that no longer hold are set anew; an
//! applicant whose due was provisional and has moved is told; whoever handles a case is reminded as its day comes near.

use super::case::{events_of, set_clock};
use super::{SUBJECT, intake, legal_on, notice, number};
use crate::commit::Transaction;
use crate::entity::request::{ActiveModel, Column, Entity, Model};
use crate::entity::request_applicant;
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
    clock: Clock,
}

/// What moved, for the journal.
#[derive(Serialize)]
struct Moved<'a> {
    number: &'a str,
    state: State,
    due: Option<&'a str>,
}

/// Looks at every open case on `today`; returns how many changed. Idempotent: a second look changes nothing.
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
        let mut all = events_of(store.reader(), store.key(), &ids).await?;
        let mut stale = Vec::new();
        let mut reminded = Vec::new();
        for row in rows {
            let told = all.remove(&row.id).unwrap_or_default();
            let told: Vec<Event> = told.into_iter().map(|row| row.event).collect();
            let clock = clock(&told, calendar, store.rules(), today);
            if differs(&row, &clock)? {
                stale.push(Stale { id: row.id, clock });
            } else if row.legal_on.as_deref().is_some_and(|day| day <= soon.to_string().as_str()) {
                reminded.push(row);
            }
        }
        changed += stale.len();
        for case in stale {
            settle(store, case).await?;
        }
        remind(store, reminded).await?;
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

/// Sets a case's columns anew. It may have changed since it was looked at: then the next round looks again.
async fn settle(store: &Store, case: Stale) -> Result<()> {
    let key = store.key().clone();
    let seen = super::find(store, case.id).await?.ok_or(Error::NotFound("这件申请"))?.version;
    store
        .commit(&Actor::System, move |transaction| {
            Box::pin(async move {
                let Stale { id, clock } = case;
                let row = Entity::find_by_id(id).one(&transaction.db).await?;
                let Some(row) = row.filter(|row| row.version == seen) else { return Ok(()) };
                let number = number(row.year, row.serial);
                let before = row.clone();
                let arrived = date(&row.arrived_on)?;
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
                tell(transaction, &key, &before, &clock).await
            })
        })
        .await
}

/// Tells the applicant of a due that was provisional and has moved, or that the case was given up.
async fn tell(
    transaction: &Transaction,
    key: &crate::seal::SealKey,
    before: &Model,
    clock: &Clock,
) -> Result<()> {
    let moved = before.provisional && clock.due.map(|day| day.to_string()) != before.due_on;
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
