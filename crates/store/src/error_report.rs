//! Error reports (我为政府网站找错): kept as sent, with the contact sealed; the journal holds what is said, masked, and never
//! who said it.

use crate::commit::Transaction;
use crate::entity::error_report::{ActiveModel, Column, Entity, Model};
use crate::instant::{date, instant, word};
use crate::notification::{Notice, notify, people_of, people_over_region};
use crate::secret::{code, typed_code};
use crate::text::{masked, printable, written};
use crate::{Error, Page, PageRequest, Result, Store};
use domain::clock::civil_date;
use domain::error_report::{Kind, Refused, State, answer, due};
use domain::journal::Action;
use domain::role::{Actor, Role};
use domain::unit::{Directory, UnitId};
use domain::workday::Calendar;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The place under the seal of a contact.
const CONTACT: &str = "error_report.contact";
/// Characters of a path and of a contact.
const PATH_CHARACTERS_MAX: usize = 300;
const CONTACT_CHARACTERS_MAX: usize = 100;

/// What a reader sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The page, a path of the portal.
    pub path: String,
    /// The unit whose page it is; `None` for pages of the site itself.
    pub unit: Option<UnitId>,
    /// What is wrong.
    pub kind: Kind,
    /// Where and how.
    pub text: String,
    /// A telephone number or mail address for questions; may be empty.
    pub contact: String,
}

/// A report as the office works on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Identity.
    pub id: i64,
    /// The code under which its sender finds it.
    pub code: String,
    /// The report.
    pub report: Report,
    /// What became of it.
    pub state: State,
    /// The last day for the answer.
    pub due_on: Date,
    /// When it came.
    pub received_at: Timestamp,
    /// The answer, once there is one.
    pub answer: String,
    /// Who answered.
    pub answered_by_name: String,
    /// When.
    pub answered_at: Option<Timestamp>,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these units only; `None` for all.
    pub units: Option<BTreeSet<UnitId>>,
    /// Also those of the site itself.
    pub of_site: bool,
    /// In this state.
    pub state: Option<State>,
}

/// What the journal says of a report: nothing by which a person is known.
#[derive(Clone, Serialize)]
struct Recorded {
    path: String,
    kind: Kind,
    text: String,
    state: State,
    answer: String,
}

impl Recorded {
    /// A report that waits. What comes after a page's own path may hold what somebody typed.
    fn open(path: &str, kind: Kind, text: &str) -> Self {
        let page = path.split(['?', '#']).next().unwrap_or_default();
        Self { path: masked(page), kind, text: masked(text), state: State::Open, answer: String::new() }
    }
}

fn row(store: &Store, model: Model) -> Result<ReportRow> {
    let contact = model.contact.map(|sealed| store.key().open(CONTACT, &sealed)).transpose()?;
    Ok(ReportRow {
        id: model.id,
        code: model.code,
        report: Report {
            path: model.path,
            unit: model.unit_id,
            kind: word(Kind::from_word(&model.kind), &model.kind)?,
            text: model.text,
            contact: contact.unwrap_or_default(),
        },
        state: word(State::from_word(&model.state), &model.state)?,
        due_on: date(&model.due_on)?,
        received_at: instant(model.received_at)?,
        answer: model.answer,
        answered_by_name: model.answered_by_name,
        answered_at: model.answered_at.map(instant).transpose()?,
    })
}

/// Takes a report; returns the code under which its sender finds the answer. The same words about the same page, while
/// they wait for an answer, are one report.
///
/// # Errors
/// Nothing said, or far too much.
pub async fn receive(store: &Store, calendar: &Calendar, report: Report) -> Result<String> {
    let text = written(&report.text)?;
    if text.is_empty() {
        return Err(Error::refused(Refused::Empty));
    }
    let path: String = printable(report.path.trim()).chars().take(PATH_CHARACTERS_MAX).collect();
    let contact: String = printable(report.contact.trim()).chars().take(CONTACT_CHARACTERS_MAX).collect();
    let sealed = if contact.is_empty() { None } else { Some(store.key().seal(CONTACT, &contact)?) };
    let due_on = due(civil_date(instant(store.now())?), store.rules(), calendar).date;
    let directory = crate::unit::directory(store).await?;
    let new_code = code()?;
    store
        .commit(&Actor::System, move |transaction| {
            Box::pin(async move {
                let known = Entity::find()
                    .filter(Column::Path.eq(&path))
                    .filter(Column::Text.eq(&text))
                    .filter(Column::State.eq(State::Open.word()))
                    .one(&transaction.db)
                    .await?;
                if let Some(known) = known {
                    return Ok(known.code);
                }
                let recorded = Recorded::open(&path, report.kind, &text);
                let model = ActiveModel {
                    id: NotSet,
                    code: Set(new_code.clone()),
                    unit_id: Set(report.unit),
                    path: Set(path.clone()),
                    kind: Set(report.kind.word().to_owned()),
                    text: Set(text.clone()),
                    contact: Set(sealed),
                    state: Set(State::Open.word().to_owned()),
                    due_on: Set(due_on.to_string()),
                    received_at: Set(transaction.now),
                    answer: Set(String::new()),
                    answered_by_name: Set(String::new()),
                    answered_at: Set(None),
                };
                let id = model.insert(&transaction.db).await?.id;
                transaction.record(
                    Action::ErrorReportReceived,
                    "error_report",
                    id,
                    None::<&()>,
                    Some(&recorded),
                )?;
                tell(transaction, &directory, id, report.unit, report.kind).await?;
                Ok(new_code)
            })
        })
        .await
}

async fn tell(
    transaction: &Transaction,
    directory: &Arc<Directory>,
    id: i64,
    unit: Option<UnitId>,
    kind: Kind,
) -> Result<()> {
    let users = match unit {
        Some(unit) => people_of(transaction, unit).await?,
        None => match directory.county() {
            Some(county) => {
                people_over_region(transaction, directory, county.id, &[Role::Coordinator]).await?
            }
            None => return Ok(()),
        },
    };
    let notice = Notice {
        subject: format!("网民找错：{}，请核实答复", kind.label()),
        body: String::new(),
        link: format!("/office/error-reports/{id}"),
        key: format!("error-report-{id}"),
    };
    notify(transaction, &users, &notice).await
}

/// Answers a report; its contact, no longer needed, is forgotten.
///
/// # Errors
/// The rule's; one that is not there.
pub async fn settle(store: &Store, actor: &Actor, id: i64, outcome: State, words: &str) -> Result<()> {
    let words = written(words)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let found = Entity::find_by_id(id).one(&transaction.db).await?;
                let found = found.ok_or(Error::NotFound("这条找错"))?;
                let old = word(State::from_word(&found.state), &found.state)?;
                let new = answer(old, outcome, &words).map_err(Error::refused)?;
                let kind = word(Kind::from_word(&found.kind), &found.kind)?;
                let before = Recorded { state: old, ..Recorded::open(&found.path, kind, &found.text) };
                let after = Recorded { state: new, answer: masked(&words), ..before.clone() };
                let mut change: ActiveModel = found.into();
                change.state = Set(new.word().to_owned());
                change.answer = Set(words.clone());
                change.contact = Set(None);
                change.answered_by_name = Set(transaction.user_name.clone());
                change.answered_at = Set(Some(transaction.now));
                change.update(&transaction.db).await?;
                transaction.record(
                    Action::ErrorReportAnswered,
                    "error_report",
                    id,
                    Some(&before),
                    Some(&after),
                )
            })
        })
        .await
}

fn select(filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find();
    if let Some(units) = &filter.units {
        let mut any = Condition::any().add(Column::UnitId.is_in(units.iter().copied()));
        if filter.of_site {
            any = any.add(Column::UnitId.is_null());
        }
        query = query.filter(any);
    }
    if let Some(state) = filter.state {
        query = query.filter(Column::State.eq(state.word()));
    }
    query
}

/// Reports, those that wait first, the nearest due before.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, filter: &Filter, request: PageRequest) -> Result<Page<ReportRow>> {
    let query = select(filter);
    let total = query.clone().count(store.reader()).await?;
    let found = query
        .order_by_asc(Column::AnsweredAt.is_not_null())
        .order_by_asc(Column::DueOn)
        .order_by_desc(Column::Id)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    let rows = found.into_iter().map(|model| row(store, model)).collect::<Result<_>>()?;
    Ok(Page::new(rows, total, request))
}

/// How many wait for an answer.
///
/// # Errors
/// The database's.
pub async fn count(store: &Store, filter: &Filter) -> Result<u64> {
    Ok(select(filter).count(store.reader()).await?)
}

/// The report of that id.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<ReportRow>> {
    Entity::find_by_id(id).one(store.reader()).await?.map(|model| row(store, model)).transpose()
}

/// The report of that code, as its sender types it.
///
/// # Errors
/// The database's.
pub async fn by_code(store: &Store, typed: &str) -> Result<Option<ReportRow>> {
    let query = Entity::find().filter(Column::Code.eq(typed_code(typed)));
    query.one(store.reader()).await?.map(|model| row(store, model)).transpose()
}
