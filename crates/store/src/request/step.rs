//! Steps: an event the law allows now, with its letters, in one transaction.

use super::case::{events_of, set_clock};
use super::intake::{self, Recorded, by_name};
use super::{EVENT, LetterDraft, SUBJECT, letter, notice, number};
use crate::commit::Transaction;
use crate::entity::{request, request_applicant, request_event};
use crate::instant::{date, instant};
use crate::notification::{Notice, notify, people_of};
use crate::seal::SealKey;
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::limits::REQUEST_NOTE_CHARACTERS;
use domain::request::{Clock, Event, EventKind, clock, corrected, step};
use domain::role::Actor;
use domain::rule::Rules;
use domain::unit::{Directory, UnitId};
use domain::workday::Calendar;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait};
use std::sync::Arc;

/// What a step needs beside the database.
pub(super) struct Bench {
    pub(super) key: SealKey,
    pub(super) calendar: Calendar,
    pub(super) rules: Rules,
    pub(super) today: Date,
    pub(super) directory: Arc<Directory>,
    pub(super) unit_name: String,
}

impl Bench {
    pub(super) async fn new(store: &Store, calendar: &Calendar, unit: UnitId) -> Result<Self> {
        let directory = crate::unit::directory(store).await?;
        Ok(Self {
            key: store.key().clone(),
            calendar: calendar.clone(),
            rules: store.rules().clone(),
            today: store.clock().today(),
            unit_name: directory.unit(unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            directory,
        })
    }
}

pub(super) async fn found(
    transaction: &Transaction,
    id: i64,
    version: Option<i64>,
) -> Result<request::Model> {
    let row = request::Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("这件申请"))?;
    if version.is_some_and(|version| version != row.version) {
        let changed_by =
            if row.changed_by_name.is_empty() { "申请人".to_owned() } else { row.changed_by_name };
        return Err(Error::Conflict {
            what: "这件申请", changed_by, changed_at: instant(row.changed_at)?
        });
    }
    Ok(row)
}

pub(super) fn readable(event: &Event) -> Result<()> {
    let texts = [event.note.as_deref(), event.party.as_deref()];
    if texts.into_iter().flatten().any(|text| text.chars().count() > REQUEST_NOTE_CHARACTERS) {
        return Err(Error::refused(format!(
            "填写的文字超过{REQUEST_NOTE_CHARACTERS}字，请删减，或者作为文件上传。"
        )));
    }
    Ok(())
}

/// What the events before and this one make of the case.
pub(super) async fn checked(
    db: &impl ConnectionTrait,
    bench: &Bench,
    id: i64,
    event: &Event,
) -> Result<(Vec<Event>, Clock)> {
    let before = events_of(db, &bench.key, &[id]).await?.remove(&id).unwrap_or_default();
    let told: Vec<Event> = before.into_iter().map(|row| row.event).collect();
    let clock =
        step(&told, event.clone(), &bench.calendar, &bench.rules, bench.today).map_err(Error::refused)?;
    Ok((told, clock))
}

/// Enters an event with its letters: the one way into a case after it came.
pub(super) async fn enter(
    transaction: &mut Transaction,
    bench: &Bench,
    row: request::Model,
    event: &Event,
    letters: &[LetterDraft],
) -> Result<Clock> {
    let id = row.id;
    let (told, after) = checked(&transaction.db, bench, id, event).await?;
    let before =
        told.last().map(|last| (last.clone(), clock(&told, &bench.calendar, &bench.rules, bench.today)));
    let model = request_event::ActiveModel {
        id: NotSet,
        request_id: Set(id),
        kind: Set(event.kind.word().to_owned()),
        on_day: Set(event.on.to_string()),
        content: Set(bench.key.seal(EVENT, &serde_json::to_string(event)?)?),
        by_name: Set(by_name(transaction)),
        at: Set(transaction.now),
    };
    let entered = model.insert(&transaction.db).await?.id;
    let number = number(row.year, row.serial);
    let (unit, version, mut arrived) = (row.unit_id, row.version, date(&row.arrived_on)?);
    let mut change: request::ActiveModel = row.into();
    if event.kind == EventKind::Corrected {
        let all = [told.as_slice(), std::slice::from_ref(event)].concat();
        let came = corrected(&all, event.on).into_iter().find(|event| event.kind == EventKind::Arrived);
        arrived = came.map_or(arrived, |event| event.on);
        change.arrived_on = Set(arrived.to_string());
    }
    set_clock(&mut change, &after, arrived);
    change.version = Set(version + 1);
    change.changed_by_name = Set(by_name(transaction));
    change.changed_at = Set(transaction.now);
    change.update(&transaction.db).await?;
    for draft in letters {
        letter::insert(transaction, bench, (id, unit), Some(entered), draft).await?;
    }
    let was = before.as_ref().map(|(last, clock)| Recorded::of(&number, last, clock));
    transaction.record(
        Action::RequestStepped,
        SUBJECT,
        id,
        was.as_ref(),
        Some(&Recorded::of(&number, event, &after)),
    )?;
    let kept = request_applicant::Entity::find_by_id(id).one(&transaction.db).await?;
    let (applicant, _) = intake::open(&bench.key, &kept.ok_or(Error::NotFound("申请人"))?.content)?;
    notice::tell(transaction, id, &notice::words(event, &after), !applicant.email.is_empty()).await?;
    if transaction.user.is_none() {
        let told = Notice {
            subject: format!("公开申请 {number}：{}", event.kind.label()),
            body: String::new(),
            link: format!("/office/requests/{id}"),
            key: format!("request-{id}-{entered}"),
        };
        notify(transaction, &people_of(transaction, unit).await?, &told).await?;
    }
    Ok(after)
}

/// Takes a step, with the letters that go with it. `version` is that of the page the person saw.
///
/// # Errors
/// What the law does not allow; a step that somebody else must approve; a field of a letter nobody filled; a conflict.
pub async fn take(
    store: &Store,
    actor: &Actor,
    calendar: &Calendar,
    id: i64,
    version: Option<i64>,
    event: Event,
    letters: Vec<LetterDraft>,
) -> Result<Clock> {
    if event.kind.needs_approval() {
        return Err(Error::refused("延长答复期限、答复和更正登记须经审批，请报请审批。"));
    }
    readable(&event)?;
    let case = super::find(store, id).await?.ok_or(Error::NotFound("这件申请"))?;
    let bench = Bench::new(store, calendar, case.unit).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = found(transaction, id, version).await?;
                enter(transaction, &bench, row, &event, &letters).await
            })
        })
        .await
}
