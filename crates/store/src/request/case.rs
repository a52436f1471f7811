//! One case whole: who asked, what happened, its letters, files, notices, proposals and disputes; and how its holder finds
//! it without an account.

use super::{
    APPLICANT, Applicant, CODE, CaseRow, DisputeRow, EVENT, FileRow, KEYS, LetterRow, NoticeRow, ProposalRow,
    ProposalState, dispute, file, intake, legal_on, letter, notice, proposal, row, typed_number,
};
use crate::entity::request::{ActiveModel, Column, Entity};
use crate::entity::{request_applicant, request_event};
use crate::instant::instant;
use crate::seal::SealKey;
use crate::secret::typed_code;
use crate::{Error, Result, Store};
use domain::request::{Clock, Event, EventKind, read_events};
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// Something that happened, with who entered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Identity.
    pub id: i64,
    /// What.
    pub event: Event,
    /// Who entered it; empty for what the applicant did.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

/// A case with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Case {
    /// The case.
    pub row: CaseRow,
    /// Who asked.
    pub applicant: Applicant,
    /// The query code, for telling the applicant again.
    pub code: String,
    /// What happened, in the order entered.
    pub events: Vec<EventRow>,
    /// Letters, in the order issued.
    pub letters: Vec<LetterRow>,
    /// Files that were not removed.
    pub files: Vec<FileRow>,
    /// What the applicant was told.
    pub notices: Vec<NoticeRow>,
    /// What was proposed, with what was decided.
    pub proposals: Vec<ProposalRow>,
    /// Reviews and lawsuits.
    pub disputes: Vec<DisputeRow>,
}

impl Case {
    /// The events alone, for the domain.
    pub fn told(&self) -> Vec<Event> {
        self.events.iter().map(|row| row.event.clone()).collect()
    }

    /// Whether what goes out with the reply is fixed: the reply waits for approval, or the case has ended.
    pub fn fixes_reply(&self) -> bool {
        let waits =
            |row: &ProposalRow| row.state == ProposalState::Pending && row.event.kind == EventKind::Replied;
        file::is_closed(self.row.state) || self.proposals.iter().any(waits)
    }
}

/// The case of that id with all that belongs to it.
///
/// # Errors
/// The database's.
pub async fn case(store: &Store, id: i64) -> Result<Option<Case>> {
    let Some(model) = Entity::find_by_id(id).one(store.reader()).await? else { return Ok(None) };
    let kept = request_applicant::Entity::find_by_id(id).one(store.reader()).await?;
    let kept = kept.ok_or(Error::NotFound("申请人"))?;
    let (applicant, code) = intake::open(store.key(), &kept.content)?;
    Ok(Some(Case {
        row: row(store, model)?,
        applicant,
        code,
        events: events(store, id).await?,
        letters: letter::of(store, id).await?,
        files: file::of(store, id).await?,
        notices: notice::of(store, id).await?,
        proposals: proposal::proposals_of(store, id).await?,
        disputes: dispute::of(store, id).await?,
    }))
}

/// What happened to a case.
///
/// # Errors
/// The database's.
pub async fn events(store: &Store, id: i64) -> Result<Vec<EventRow>> {
    Ok(events_of(store.reader(), store.key(), &[id]).await?.remove(&id).unwrap_or_default())
}

/// What happened to some cases.
pub(super) async fn events_of(
    db: &impl ConnectionTrait,
    key: &SealKey,
    ids: &[i64],
) -> Result<HashMap<i64, Vec<EventRow>>> {
    let kept = kept_events(db, ids).await?;
    kept.into_iter().map(|(id, models)| Ok((id, opened(key, models)?))).collect()
}

/// The same as kept: what one case holds that cannot be opened is no other case's trouble.
pub(super) async fn kept_events(
    db: &impl ConnectionTrait,
    ids: &[i64],
) -> Result<HashMap<i64, Vec<request_event::Model>>> {
    let mut all: HashMap<i64, Vec<request_event::Model>> = HashMap::new();
    for chunk in ids.chunks(KEYS) {
        let found = request_event::Entity::find()
            .filter(request_event::Column::RequestId.is_in(chunk.iter().copied()))
            .order_by_asc(request_event::Column::Id)
            .all(db)
            .await?;
        for model in found {
            all.entry(model.request_id).or_default().push(model);
        }
    }
    Ok(all)
}

/// What happened, as kept, opened.
pub(super) fn opened(key: &SealKey, models: Vec<request_event::Model>) -> Result<Vec<EventRow>> {
    models.into_iter().map(|model| event_row(key, model)).collect()
}

fn event_row(key: &SealKey, model: request_event::Model) -> Result<EventRow> {
    let content = key.open(EVENT, &model.content)?;
    let event = read_events(&format!("[{content}]")).events.pop();
    Ok(EventRow {
        id: model.id,
        event: event.ok_or_else(|| Error::Unreadable(format!("event {}", model.id)))?,
        by_name: model.by_name,
        at: instant(model.at)?,
    })
}

/// Sets the columns that follow from the clock.
pub(super) fn set_clock(change: &mut ActiveModel, clock: &Clock, arrived: Date) {
    let day = |day: Option<Date>| Set(day.map(|day| day.to_string()));
    change.state = Set(clock.state.word().to_owned());
    change.due_on = day(clock.due);
    change.latest_on = day(clock.due_at_latest);
    change.waits_until = day(clock.waits_until);
    change.legal_on = day(legal_on(clock, arrived));
    change.provisional = Set(clock.provisional);
    change.received_on = day(clock.received);
    change.ended_on = day(clock.ended);
    change.outcome = Set(clock.outcome.map(|outcome| outcome.word().to_owned()));
}

/// The case whose query code that is. With a receipt number, only if it is the number's.
///
/// # Errors
/// The database's.
pub async fn holder(store: &Store, number: Option<&str>, code: &str) -> Result<Option<i64>> {
    let tag = store.key().tag(CODE, &typed_code(code));
    let mut query = Entity::find().select_only().column(Column::Id).filter(Column::CodeTag.eq(tag));
    if let Some(number) = number {
        let Some((year, serial)) = typed_number(number) else { return Ok(None) };
        query = query.filter(Column::Year.eq(year)).filter(Column::Serial.eq(serial));
    }
    Ok(query.into_tuple().one(store.reader()).await?)
}

/// Who asked, with the code, as sealed.
pub(super) fn seal_applicant(key: &SealKey, applicant: &Applicant, code: &str) -> Result<String> {
    key.seal(APPLICANT, &serde_json::to_string(&(applicant, code))?)
}
