//! Supervision notices (督办单): issued with a number, answered, returned, settled.

use crate::attachment::refuse_foreign;
use crate::commit::Transaction;
use crate::entity::{responsibility, supervision_notice};
use crate::instant::{date, instant, word};
use crate::notification::{Notice, coordinators_of, notify, people_of, people_over};
use crate::responsibility::KEYS;
use crate::text::{printable, written};
use crate::{Error, Page, PageRequest, Result, Store};
use domain::document_number::DocumentNumber;
use domain::journal::Action;
use domain::role::{Actor, Role};
use domain::supervision::{NoticeDraft, NoticeMove, NoticeState, next_number, step};
use domain::unit::{Directory, UnitId};
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeView {
    /// Identity.
    pub id: i64,
    /// Its number.
    pub number: DocumentNumber,
    /// The responsibility it is about.
    pub responsibility: i64,
    /// The assignment that is a share of.
    pub assignment: i64,
    /// The unit it goes to.
    pub unit: UnitId,
    /// What happened.
    pub facts: String,
    /// What has to be done.
    pub requirement: String,
    /// By when.
    pub due_on: Date,
    /// Where it is.
    pub state: NoticeState,
    /// Who issued it.
    pub issued_by_name: String,
    /// When.
    pub issued_at: Timestamp,
    /// The answer.
    pub answer: Option<String>,
    /// A file with the answer.
    pub answer_attachment: Option<i64>,
    /// Who answered.
    pub answered_by_name: Option<String>,
    /// When.
    pub answered_at: Option<Timestamp>,
    /// Why the answer was sent back.
    pub returned_reason: Option<String>,
    /// When it was settled.
    pub closed_at: Option<Timestamp>,
    /// For optimistic locking.
    pub version: i64,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// To these units only; `None` for all.
    pub units: Option<BTreeSet<UnitId>>,
    /// In this state.
    pub state: Option<NoticeState>,
    /// About this responsibility.
    pub responsibility: Option<i64>,
}

#[derive(Serialize)]
struct Recorded<'a> {
    number: String,
    state: &'a str,
    text: &'a str,
}

fn view(row: supervision_notice::Model, assignment: i64) -> Result<NoticeView> {
    let number = DocumentNumber {
        agency: row.agency,
        year: i16::try_from(row.year).unwrap_or(0),
        serial: u32::try_from(row.serial).unwrap_or(0),
    };
    Ok(NoticeView {
        id: row.id,
        number,
        responsibility: row.responsibility_id,
        assignment,
        unit: row.unit_id,
        facts: row.facts,
        requirement: row.requirement,
        due_on: date(&row.due_on)?,
        state: word(NoticeState::from_word(&row.state), &row.state)?,
        issued_by_name: row.issued_by_name,
        issued_at: instant(row.issued_at)?,
        answer: row.answer,
        answer_attachment: row.answer_attachment_id,
        answered_by_name: row.answered_by_name,
        answered_at: row.answered_at.map(instant).transpose()?,
        returned_reason: row.returned_reason,
        closed_at: row.closed_at.map(instant).transpose()?,
        version: row.version,
    })
}

/// Notices: open ones first, the nearest deadline first.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, filter: &Filter, request: PageRequest) -> Result<Page<NoticeView>> {
    use supervision_notice::Column;
    let mut query = supervision_notice::Entity::find();
    if let Some(units) = &filter.units {
        query = query.filter(Column::UnitId.is_in(units.iter().copied()));
    }
    if let Some(state) = filter.state {
        query = query.filter(Column::State.eq(state.word()));
    }
    if let Some(responsibility) = filter.responsibility {
        query = query.filter(Column::ResponsibilityId.eq(responsibility));
    }
    let total = query.clone().count(store.reader()).await?;
    let found = query
        .order_by_asc(Column::State.eq(NoticeState::Closed.word()))
        .order_by_asc(Column::DueOn)
        .order_by_desc(Column::Id)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    let mut assignments: HashMap<i64, i64> = HashMap::new();
    let shares: BTreeSet<i64> = found.iter().map(|row| row.responsibility_id).collect();
    for chunk in shares.into_iter().collect::<Vec<_>>().chunks(KEYS) {
        let pairs: Vec<(i64, i64)> = responsibility::Entity::find()
            .select_only()
            .column(responsibility::Column::Id)
            .column(responsibility::Column::AssignmentId)
            .filter(responsibility::Column::Id.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(store.reader())
            .await?;
        assignments.extend(pairs);
    }
    let rows = found.into_iter().map(|row| {
        let assignment = assignments.get(&row.responsibility_id).copied();
        view(row, assignment.ok_or(Error::NotFound("该项责任"))?)
    });
    Ok(Page::new(rows.collect::<Result<_>>()?, total, request))
}

async fn assignment_of(store: &Store, responsibility: i64) -> Result<i64> {
    let row = responsibility::Entity::find_by_id(responsibility).one(store.reader()).await?;
    Ok(row.ok_or(Error::NotFound("该项责任"))?.assignment_id)
}

/// The notice of that id.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<NoticeView>> {
    let Some(row) = supervision_notice::Entity::find_by_id(id).one(store.reader()).await? else {
        return Ok(None);
    };
    let assignment = assignment_of(store, row.responsibility_id).await?;
    view(row, assignment).map(Some)
}

/// The notice that answers an attachment; for deciding who may download it.
///
/// # Errors
/// The database's.
pub async fn units_of_attachment(store: &Store, attachment: i64) -> Result<Vec<UnitId>> {
    let rows = supervision_notice::Entity::find()
        .filter(supervision_notice::Column::AnswerAttachmentId.eq(attachment))
        .all(store.reader())
        .await?;
    Ok(rows.into_iter().map(|row| row.unit_id).collect())
}

/// Issues a notice about a responsibility; returns its id. The number is the next of the agency in this year.
///
/// # Errors
/// What the draft lacks.
pub async fn issue(
    store: &Store,
    actor: &Actor,
    agency: &str,
    responsibility_id: i64,
    mut draft: NoticeDraft,
) -> Result<i64> {
    let today = store.clock().today();
    draft.facts = written(&draft.facts)?;
    draft.requirement = written(&draft.requirement)?;
    if let Some(problem) = draft.problems(today).first() {
        return Err(Error::refused(problem));
    }
    let agency = printable(agency.trim());
    let directory = crate::unit::directory(store).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let share =
                    responsibility::Entity::find_by_id(responsibility_id).one(&transaction.db).await?;
                let share = share.ok_or(Error::NotFound("该项责任"))?;
                let last: Option<i64> = supervision_notice::Entity::find()
                    .select_only()
                    .column_as(supervision_notice::Column::Serial.max(), "last")
                    .filter(supervision_notice::Column::Agency.eq(&agency))
                    .filter(supervision_notice::Column::Year.eq(i32::from(today.year())))
                    .into_tuple::<Option<i64>>()
                    .one(&transaction.db)
                    .await?
                    .flatten();
                let last = u32::try_from(last.unwrap_or(0)).unwrap_or(0);
                let number = next_number(&agency, today.year(), last);
                let row = supervision_notice::ActiveModel {
                    id: NotSet,
                    agency: Set(number.agency.clone()),
                    year: Set(i32::from(number.year)),
                    serial: Set(i64::from(number.serial)),
                    responsibility_id: Set(responsibility_id),
                    unit_id: Set(share.unit_id),
                    facts: Set(draft.facts.clone()),
                    requirement: Set(draft.requirement.clone()),
                    due_on: Set(draft.due_on.to_string()),
                    state: Set(NoticeState::Issued.word().to_owned()),
                    issued_by_name: Set(transaction.user_name.clone()),
                    issued_at: Set(transaction.now),
                    answer: Set(None),
                    answer_attachment_id: Set(None),
                    answered_by_name: Set(None),
                    answered_at: Set(None),
                    returned_reason: Set(None),
                    closed_at: Set(None),
                    changed_by_name: Set(transaction.user_name.clone()),
                    changed_at: Set(transaction.now),
                    version: Set(1),
                };
                let id = row.insert(&transaction.db).await?.id;
                transaction.record(
                    Action::NoticeIssued,
                    "supervision_notice",
                    id,
                    None::<&()>,
                    Some(&draft),
                )?;
                let subject = format!("收到督办单 {number}，请于{}前答复", draft.due_on);
                tell(transaction, &directory, Action::NoticeIssued, share.unit_id, id, subject, &draft.facts)
                    .await?;
                Ok(id)
            })
        })
        .await
}

/// The unit answers.
///
/// # Errors
/// [`Error::Conflict`], the domain's refusal.
pub async fn answer(
    store: &Store,
    actor: &Actor,
    id: i64,
    version: i64,
    text: &str,
    attachment: Option<i64>,
) -> Result<()> {
    advance(store, actor, id, version, NoticeMove::Answer { text: written(text)? }, attachment).await
}

/// The office in charge sends the answer back.
///
/// # Errors
/// [`Error::Conflict`], the domain's refusal.
pub async fn return_(store: &Store, actor: &Actor, id: i64, version: i64, reason: &str) -> Result<()> {
    advance(store, actor, id, version, NoticeMove::Return { reason: written(reason)? }, None).await
}

/// The office in charge settles it.
///
/// # Errors
/// [`Error::Conflict`], the domain's refusal.
pub async fn close(store: &Store, actor: &Actor, id: i64, version: i64) -> Result<()> {
    advance(store, actor, id, version, NoticeMove::Close, None).await
}

async fn advance(
    store: &Store,
    actor: &Actor,
    id: i64,
    version: i64,
    wanted: NoticeMove,
    attachment: Option<i64>,
) -> Result<()> {
    let directory = crate::unit::directory(store).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                let old = word(NoticeState::from_word(&row.state), &row.state)?;
                let new = step(old, &wanted).map_err(Error::refused)?;
                let number = format!("{}〔{}〕{}号", row.agency, row.year, row.serial);
                let unit = row.unit_id;
                let mut row: supervision_notice::ActiveModel = row.into();
                let (action, text) = match wanted {
                    NoticeMove::Answer { text } => {
                        if let Some(attachment) = attachment {
                            refuse_foreign(transaction, attachment).await?;
                        }
                        row.answer = Set(Some(text.clone()));
                        row.answer_attachment_id = Set(attachment);
                        row.answered_by_name = Set(Some(transaction.user_name.clone()));
                        row.answered_at = Set(Some(transaction.now));
                        (Action::NoticeAnswered, text)
                    }
                    NoticeMove::Return { reason } => {
                        row.returned_reason = Set(Some(reason.clone()));
                        (Action::NoticeReturned, reason)
                    }
                    NoticeMove::Close => {
                        row.closed_at = Set(Some(transaction.now));
                        (Action::NoticeClosed, String::new())
                    }
                };
                row.state = Set(new.word().to_owned());
                row.changed_by_name = Set(transaction.user_name.clone());
                row.changed_at = Set(transaction.now);
                row.version = Set(version + 1);
                row.update(&transaction.db).await?;
                let before = Recorded { number: number.clone(), state: old.word(), text: "" };
                let after = Recorded { number: number.clone(), state: new.word(), text: &text };
                transaction.record(action, "supervision_notice", id, Some(&before), Some(&after))?;
                let subject = format!("督办单 {number}：{}", new.label());
                tell(transaction, &directory, action, unit, id, subject, &text).await
            })
        })
        .await
}

async fn load(transaction: &Transaction, id: i64, version: i64) -> Result<supervision_notice::Model> {
    let row = supervision_notice::Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("该督办单"))?;
    if row.version != version {
        return Err(Error::Conflict {
            what: "该督办单",
            changed_by: row.changed_by_name,
            changed_at: instant(row.changed_at)?,
        });
    }
    Ok(row)
}

async fn tell(
    transaction: &Transaction,
    directory: &Arc<Directory>,
    action: Action,
    unit: UnitId,
    id: i64,
    subject: String,
    text: &str,
) -> Result<()> {
    let users = match action {
        Action::NoticeAnswered => coordinators_of(transaction, directory, unit).await?,
        Action::NoticeIssued => {
            let mut users = people_of(transaction, unit).await?;
            users.extend(people_over(transaction, directory, unit, &[Role::Leader]).await?);
            users
        }
        _ => people_of(transaction, unit).await?,
    };
    let notice = Notice {
        subject,
        body: text.to_owned(),
        link: format!("/office/supervision/{id}"),
        key: format!("{}-{id}-{}", action.word(), transaction.now),
    };
    notify(transaction, &users, &notice).await
}
