//! One unit's share of an assignment: reports, submission, confirmation. The moves are the domain's
//! (`domain::progress::step`); this room keeps them.

use crate::commit::Transaction;
use crate::entity::{assignment, evidence, progress_report, responsibility, task};
use crate::instant::{date_or_none, from_json_word, instant, word};
use crate::notification::{Notice, coordinators_of, notify, people_of};
use crate::text::written;
use crate::{Error, Page, PageRequest, Result, Store};
use domain::journal::Action;
use domain::plan::{Due, UnitRole};
use domain::progress::{Move, Standing, State, standing, step};
use domain::role::Actor;
use domain::unit::UnitId;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// A responsibility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponsibilityView {
    /// Identity.
    pub id: i64,
    /// The assignment it is a share of.
    pub assignment: i64,
    /// The plan.
    pub plan: i64,
    /// Whose it is.
    pub unit: UnitId,
    /// Responsible, lead or cooperating.
    pub role: UnitRole,
    /// The words of the table that name the unit.
    pub named_as: String,
    /// How far it is.
    pub state: State,
    /// Share done, 0–100.
    pub percent: u8,
    /// Last day.
    pub due_on: Option<Date>,
    /// When it was last reported on.
    pub reported_at: Option<Timestamp>,
    /// When it was confirmed.
    pub completed_at: Option<Timestamp>,
    /// For optimistic locking.
    pub version: i64,
}

/// A progress report (进展).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Of which responsibility.
    pub responsibility: i64,
    /// Who.
    pub user_name: String,
    /// When.
    pub at: Timestamp,
    /// The state then.
    pub state: State,
    /// The share done then.
    pub percent: u8,
    /// What was said.
    pub text: String,
}

/// A responsibility in a list, with the words of its assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponsibilityRow {
    /// The responsibility.
    pub responsibility: ResponsibilityView,
    /// The task's number.
    pub task_number: String,
    /// The task's name.
    pub task_name: String,
    /// The assignment's content.
    pub content: String,
    /// The due's own words.
    pub due_text: String,
    /// How it stands.
    pub standing: Standing,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these units only; `None` for all.
    pub units: Option<BTreeSet<UnitId>>,
    /// Of one plan.
    pub plan: Option<i64>,
    /// In these states; empty for all.
    pub states: Vec<State>,
    /// Standing so.
    pub standing: Option<Standing>,
}

/// Keys asked for in one statement; SQLite takes at most 32,766 values.
pub(crate) const KEYS: usize = 5_000;

/// What the journal keeps of a move.
#[derive(Serialize)]
struct Recorded<'a> {
    state: &'a str,
    percent: i32,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
}

pub(crate) fn view(row: responsibility::Model) -> Result<ResponsibilityView> {
    Ok(ResponsibilityView {
        id: row.id,
        assignment: row.assignment_id,
        plan: row.plan_id,
        unit: row.unit_id,
        role: from_json_word::<UnitRole>(&row.role)?,
        named_as: row.named_as,
        state: word(State::from_word(&row.state), &row.state)?,
        percent: u8::try_from(row.percent).unwrap_or(0),
        due_on: date_or_none(row.due_on.as_ref())?,
        reported_at: row.reported_at.map(instant).transpose()?,
        completed_at: row.completed_at.map(instant).transpose()?,
        version: row.version,
    })
}

/// The condition under which a responsibility stands so; the same rule as `domain::progress::standing`.
pub(crate) fn stands(wanted: Standing, today: Date, soon: Date) -> Condition {
    use responsibility::Column::{DueOn, State as StateColumn};
    let (today, soon) = (today.to_string(), soon.to_string());
    let open = || StateColumn.is_in([State::NotStarted.word(), State::Underway.word()]);
    let state = |state: State| StateColumn.eq(state.word());
    match wanted {
        Standing::Overdue => Condition::all().add(open()).add(DueOn.lt(today)),
        Standing::DueSoon => Condition::all().add(open()).add(DueOn.gte(today)).add(DueOn.lte(soon)),
        Standing::OnTime => Condition::all().add(open()).add(DueOn.gt(Ord::max(soon, today))),
        Standing::Undated => Condition::all().add(open()).add(DueOn.is_null()),
        Standing::Awaiting => Condition::all().add(state(State::Submitted)),
        Standing::Done => Condition::all().add(state(State::Completed)),
    }
}

/// Dated rows first: the two databases put missing dates at different ends.
fn undated_last() -> SimpleExpr {
    responsibility::Column::DueOn.is_null()
}

/// Responsibilities, the nearest due first.
///
/// # Errors
/// The database's.
pub async fn list(
    store: &Store,
    filter: &Filter,
    today: Date,
    soon: Date,
    request: PageRequest,
) -> Result<Page<ResponsibilityRow>> {
    let mut query = responsibility::Entity::find();
    if let Some(units) = &filter.units {
        query = query.filter(responsibility::Column::UnitId.is_in(units.iter().copied()));
    }
    if let Some(plan) = filter.plan {
        query = query.filter(responsibility::Column::PlanId.eq(plan));
    }
    if !filter.states.is_empty() {
        query =
            query.filter(responsibility::Column::State.is_in(filter.states.iter().map(|state| state.word())));
    }
    if let Some(wanted) = filter.standing {
        query = query.filter(stands(wanted, today, soon));
    }
    let total = query.clone().count(store.reader()).await?;
    let found = query
        .order_by_asc(undated_last())
        .order_by_asc(responsibility::Column::DueOn)
        .order_by_asc(responsibility::Column::AssignmentId)
        .order_by_asc(responsibility::Column::UnitId)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    Ok(Page::new(with_words(store, found, today, soon).await?, total, request))
}

/// The tasks of those ids.
pub(crate) async fn tasks(store: &Store, ids: BTreeSet<i64>) -> Result<HashMap<i64, task::Model>> {
    let mut tasks = HashMap::new();
    for chunk in ids.into_iter().collect::<Vec<_>>().chunks(KEYS) {
        let query = task::Entity::find().filter(task::Column::Id.is_in(chunk.iter().copied()));
        tasks.extend(query.all(store.reader()).await?.into_iter().map(|row| (row.id, row)));
    }
    Ok(tasks)
}

async fn with_words(
    store: &Store,
    found: Vec<responsibility::Model>,
    today: Date,
    soon: Date,
) -> Result<Vec<ResponsibilityRow>> {
    let ids: BTreeSet<i64> = found.iter().map(|row| row.assignment_id).collect();
    let mut assignments: HashMap<i64, assignment::Model> = HashMap::new();
    for chunk in ids.into_iter().collect::<Vec<_>>().chunks(KEYS) {
        let query = assignment::Entity::find().filter(assignment::Column::Id.is_in(chunk.iter().copied()));
        assignments.extend(query.all(store.reader()).await?.into_iter().map(|row| (row.id, row)));
    }
    let tasks = tasks(store, assignments.values().map(|row| row.task_id).collect()).await?;
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        let responsibility = view(row)?;
        let Some(assignment) = assignments.get(&responsibility.assignment) else { continue };
        let Some(task) = tasks.get(&assignment.task_id) else { continue };
        let due: Due = serde_json::from_str(&assignment.due)?;
        rows.push(ResponsibilityRow {
            task_number: task.number.clone(),
            task_name: task.name.clone(),
            content: assignment.content.clone(),
            due_text: due.text,
            standing: standing(responsibility.state, responsibility.due_on, today, soon),
            responsibility,
        });
    }
    Ok(rows)
}

/// How many responsibilities of some units stand how.
///
/// # Errors
/// The database's.
pub async fn count_by_standing(
    store: &Store,
    filter: &Filter,
    today: Date,
    soon: Date,
) -> Result<HashMap<UnitId, HashMap<Standing, u64>>> {
    let mut query = responsibility::Entity::find()
        .select_only()
        .column(responsibility::Column::UnitId)
        .column(responsibility::Column::State)
        .column(responsibility::Column::DueOn)
        .column_as(responsibility::Column::Id.count(), "count")
        .group_by(responsibility::Column::UnitId)
        .group_by(responsibility::Column::State)
        .group_by(responsibility::Column::DueOn);
    if let Some(units) = &filter.units {
        query = query.filter(responsibility::Column::UnitId.is_in(units.iter().copied()));
    }
    if let Some(plan) = filter.plan {
        query = query.filter(responsibility::Column::PlanId.eq(plan));
    }
    let rows: Vec<(i64, String, Option<String>, i64)> = query.into_tuple().all(store.reader()).await?;
    let mut counts: HashMap<UnitId, HashMap<Standing, u64>> = HashMap::new();
    for (unit, state, due_on, count) in rows {
        let state = word(State::from_word(&state), &state)?;
        let standing = standing(state, date_or_none(due_on.as_ref())?, today, soon);
        *counts.entry(unit).or_default().entry(standing).or_default() += u64::try_from(count).unwrap_or(0);
    }
    Ok(counts)
}

/// The responsibility of that id.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<ResponsibilityView>> {
    responsibility::Entity::find_by_id(id).one(store.reader()).await?.map(view).transpose()
}

/// The reports on some responsibilities, newest first.
pub(crate) async fn reports(store: &Store, ids: Vec<i64>) -> Result<Vec<Report>> {
    let rows = progress_report::Entity::find()
        .filter(progress_report::Column::ResponsibilityId.is_in(ids))
        .order_by_desc(progress_report::Column::Id)
        .all(store.reader())
        .await?;
    let report = |row: progress_report::Model| {
        Ok(Report {
            responsibility: row.responsibility_id,
            user_name: row.user_name,
            at: instant(row.at)?,
            state: word(State::from_word(&row.state), &row.state)?,
            percent: u8::try_from(row.percent).unwrap_or(0),
            text: row.text,
        })
    };
    rows.into_iter().map(report).collect()
}

/// The row as the person saw it.
pub(crate) async fn load(transaction: &Transaction, id: i64, version: i64) -> Result<responsibility::Model> {
    let row = responsibility::Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("该项责任"))?;
    if row.version != version {
        return Err(Error::Conflict {
            what: "该项任务的进展",
            changed_by: row.changed_by_name,
            changed_at: instant(row.changed_at)?,
        });
    }
    Ok(row)
}

/// The unit reports how far it is.
///
/// # Errors
/// [`Error::Conflict`], the domain's refusal, an empty or overlong text.
pub async fn report(
    store: &Store,
    actor: &Actor,
    id: i64,
    version: i64,
    percent: u8,
    text: &str,
) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::refused("请填写进展情况：做了什么、下一步做什么。"));
    }
    advance(store, actor, id, version, Move::Report { percent }, text).await
}

/// The unit reports it as done.
///
/// # Errors
/// [`Error::Conflict`], the domain's refusal (no evidence).
pub async fn submit(store: &Store, actor: &Actor, id: i64, version: i64, text: &str) -> Result<()> {
    advance(store, actor, id, version, Move::Submit, text).await
}

/// The office in charge confirms it.
///
/// # Errors
/// [`Error::Conflict`], the domain's refusal.
pub async fn confirm(store: &Store, actor: &Actor, id: i64, version: i64, text: &str) -> Result<()> {
    advance(store, actor, id, version, Move::Confirm, text).await
}

/// The office in charge sends it back.
///
/// # Errors
/// [`Error::Conflict`], the domain's refusal (no reason).
pub async fn return_(store: &Store, actor: &Actor, id: i64, version: i64, reason: &str) -> Result<()> {
    advance(store, actor, id, version, Move::Return { reason: reason.to_owned() }, reason).await
}

async fn advance(
    store: &Store,
    actor: &Actor,
    id: i64,
    version: i64,
    wanted: Move,
    text: &str,
) -> Result<()> {
    let text = written(text)?;
    let directory = crate::unit::directory(store).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                let evidence = evidence::Entity::find().filter(evidence::Column::ResponsibilityId.eq(id));
                let evidence = usize::try_from(evidence.count(&transaction.db).await?).unwrap_or(usize::MAX);
                let old = word(State::from_word(&row.state), &row.state)?;
                let new = step(old, &wanted, evidence).map_err(Error::refused)?;
                let percent = match (&wanted, new) {
                    (Move::Report { percent }, _) => i32::from(*percent),
                    (_, State::Completed | State::Submitted) => 100,
                    _ => Ord::min(row.percent, 99),
                };
                let (unit, assignment) = (row.unit_id, row.assignment_id);
                let action = match wanted {
                    Move::Report { .. } => Action::ProgressReported,
                    Move::Submit => Action::CompletionSubmitted,
                    Move::Confirm => Action::CompletionConfirmed,
                    Move::Return { .. } => Action::CompletionReturned,
                };
                settle(transaction, row, new, percent, action, &text).await?;
                tell(transaction, &directory, action, unit, assignment, id, &text).await
            })
        })
        .await
}

/// Completes a share because the record itself holds what was asked for; `text` is kept as the evidence.
pub(crate) async fn complete_in(
    transaction: &mut Transaction,
    row: responsibility::Model,
    text: &str,
) -> Result<()> {
    let proof = evidence::ActiveModel {
        id: NotSet,
        responsibility_id: Set(row.id),
        kind: Set("statement".to_owned()),
        attachment_id: Set(None),
        url: Set(None),
        text: Set(text.to_owned()),
        user_id: Set(transaction.user),
        user_name: Set(transaction.user_name.clone()),
        at: Set(transaction.now),
    };
    proof.insert(&transaction.db).await?;
    settle(transaction, row, State::Completed, 100, Action::CompletionConfirmed, text).await
}

/// Opens a completed share again because what had completed it is gone.
pub(crate) async fn reopen_in(
    transaction: &mut Transaction,
    row: responsibility::Model,
    text: &str,
) -> Result<()> {
    settle(transaction, row, State::Underway, 99, Action::CompletionReturned, text).await
}

/// Writes a share's new state with its report and entry.
async fn settle(
    transaction: &mut Transaction,
    row: responsibility::Model,
    new: State,
    percent: i32,
    action: Action,
    text: &str,
) -> Result<()> {
    let id = row.id;
    let (old_state, old_percent, version) = (row.state.clone(), row.percent, row.version);
    let mut row: responsibility::ActiveModel = row.into();
    row.state = Set(new.word().to_owned());
    row.percent = Set(percent);
    row.reported_at = Set(Some(transaction.now));
    row.completed_at = Set((new == State::Completed).then_some(transaction.now));
    row.changed_by_name = Set(transaction.user_name.clone());
    row.changed_at = Set(transaction.now);
    row.version = Set(version + 1);
    row.update(&transaction.db).await?;
    let report = progress_report::ActiveModel {
        id: NotSet,
        responsibility_id: Set(id),
        user_id: Set(transaction.user),
        user_name: Set(transaction.user_name.clone()),
        at: Set(transaction.now),
        state: Set(new.word().to_owned()),
        percent: Set(percent),
        text: Set(text.to_owned()),
    };
    report.insert(&transaction.db).await?;
    let before = Recorded { state: &old_state, percent: old_percent, text: "" };
    let after = Recorded { state: new.word(), percent, text };
    transaction.record(action, "responsibility", id, Some(&before), Some(&after))
}

/// Tells those who have to act next.
async fn tell(
    transaction: &Transaction,
    directory: &domain::unit::Directory,
    action: Action,
    unit: UnitId,
    assignment: i64,
    id: i64,
    text: &str,
) -> Result<()> {
    let name = directory.unit(unit).map_or("", |unit| unit.name.as_str());
    let (users, subject) = match action {
        Action::CompletionSubmitted => {
            (coordinators_of(transaction, directory, unit).await?, format!("{name}报请确认任务完成"))
        }
        Action::CompletionConfirmed => (people_of(transaction, unit).await?, "任务已确认完成".to_owned()),
        Action::CompletionReturned => (people_of(transaction, unit).await?, "任务被退回，请补正".to_owned()),
        _ => return Ok(()),
    };
    let key = format!("{}-{id}-{}", action.word(), transaction.now);
    let notice = Notice {
        subject,
        body: text.to_owned(),
        link: format!("/office/assignments/{assignment}#r{id}"),
        key,
    };
    notify(transaction, &users, &notice).await
}
