//! Assignments (任务分工): lists, one assignment with all that belongs to it, changes. What a list holds is `select`.

mod select;

use crate::comment::Comment;
use crate::entity::{assignment, responsibility, task};
use crate::evidence::Evidence;
use crate::instant::{date_or_none, instant, word};
use crate::journal::EntryView;
use crate::plan::Counts;
use crate::responsibility::{KEYS, Report, ResponsibilityView, tasks, view};
use crate::text::{printable, written};
use crate::{Error, Page, PageRequest, Result, Store};
use domain::journal::Action;
use domain::plan::{Due, UnitMention};
use domain::progress::{Standing, State, standing};
use domain::role::Actor;
use domain::unit::UnitId;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use select::{order, select, sight};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// In which order to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// As in the table.
    #[default]
    Position,
    /// Nearest due first, undated last.
    Due,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of one plan.
    pub plan: Option<i64>,
    /// Of one task.
    pub task: Option<i64>,
    /// Naming this unit.
    pub unit: Option<UnitId>,
    /// What a person sees to whom these units are visible: what names one of them, and wholly the plans of regions all
    /// of whose units are visible. `None` for everything.
    pub visible: Option<BTreeSet<UnitId>>,
    /// With a responsibility in this state.
    pub state: Option<State>,
    /// With a responsibility standing so.
    pub standing: Option<Standing>,
    /// Whose content, remark or task name holds this.
    pub text: String,
    /// Due on or after.
    pub due_from: Option<Date>,
    /// Due on or before.
    pub due_to: Option<Date>,
    /// Order.
    pub sort: Sort,
}

/// An assignment in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentRow {
    /// Identity.
    pub id: i64,
    /// The plan.
    pub plan: i64,
    /// The task.
    pub task: i64,
    /// The task's number.
    pub task_number: String,
    /// The task's name.
    pub task_name: String,
    /// Content as written.
    pub content: String,
    /// The unit texts as written.
    pub units: Vec<String>,
    /// The due.
    pub due: Due,
    /// Its responsibilities by state.
    pub counts: Counts,
    /// The most pressing of its responsibilities; `None` without any.
    pub standing: Option<Standing>,
}

/// An assignment with all that belongs to it.
#[derive(Debug, Clone)]
pub struct AssignmentView {
    /// Identity.
    pub id: i64,
    /// The plan.
    pub plan: i64,
    /// The plan's title.
    pub plan_title: String,
    /// Whose plan.
    pub region: i64,
    /// The task's number.
    pub task_number: String,
    /// The task's name.
    pub task_name: String,
    /// Content as written.
    pub content: String,
    /// Unit texts as written.
    pub mentions: Vec<UnitMention>,
    /// The due.
    pub due: Due,
    /// Remark as written.
    pub remark: String,
    /// Its responsibilities.
    pub responsibilities: Vec<ResponsibilityView>,
    /// The reports on them, newest first.
    pub reports: Vec<Report>,
    /// Their evidence, oldest first.
    pub evidence: Vec<Evidence>,
    /// Comments, oldest first.
    pub comments: Vec<Comment>,
    /// What was done to it and its responsibilities, oldest first.
    pub history: Vec<EntryView>,
    /// For optimistic locking.
    pub version: i64,
}

/// An assignment's new state.
#[derive(Debug, Clone, Serialize)]
pub struct AssignmentChange {
    /// Content.
    pub content: String,
    /// Due.
    pub due: Due,
    /// Remark.
    pub remark: String,
}

/// A lean row for the Gantt chart, the calendar and the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRow {
    /// Identity.
    pub id: i64,
    /// The task.
    pub task: i64,
    /// Content.
    pub content: String,
    /// The due.
    pub due: Due,
    /// The most pressing of its responsibilities.
    pub standing: Option<Standing>,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// State counts and the most pressing standing of each assignment.
async fn shares(
    store: &Store,
    assignments: &[i64],
    today: Date,
    soon: Date,
) -> Result<HashMap<i64, (Counts, Standing)>> {
    let mut shares: HashMap<i64, (Counts, Standing)> = HashMap::new();
    for chunk in assignments.chunks(KEYS) {
        let rows: Vec<(i64, String, Option<String>)> = responsibility::Entity::find()
            .select_only()
            .column(responsibility::Column::AssignmentId)
            .column(responsibility::Column::State)
            .column(responsibility::Column::DueOn)
            .filter(responsibility::Column::AssignmentId.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(store.reader())
            .await?;
        for (assignment, state, due_on) in rows {
            let state = word(State::from_word(&state), &state)?;
            let standing = standing(state, date_or_none(due_on.as_ref())?, today, soon);
            let share = shares.entry(assignment).or_insert_with(|| (Counts::new(), standing));
            *share.0.entry(state).or_default() += 1;
            share.1 = share.1.min(standing);
        }
    }
    Ok(shares)
}

/// Assignments.
///
/// # Errors
/// The database's.
pub async fn list(
    store: &Store,
    filter: &Filter,
    today: Date,
    soon: Date,
    request: PageRequest,
) -> Result<Page<AssignmentRow>> {
    let sight = sight(store, filter.visible.as_ref()).await?;
    let query = select(filter, &sight, today, soon).select_only().column(assignment::Column::Id);
    let counted = query.clone();
    let page = order(query, filter.sort).offset(request.offset()).limit(request.size).into_tuple();
    let (total, ids): (u64, Vec<i64>) =
        tokio::try_join!(counted.count(store.reader()), page.all(store.reader()))?;
    let mut found: HashMap<i64, assignment::Model> = HashMap::new();
    for chunk in ids.chunks(KEYS) {
        let query = assignment::Entity::find().filter(assignment::Column::Id.is_in(chunk.iter().copied()));
        found.extend(query.all(store.reader()).await?.into_iter().map(|row| (row.id, row)));
    }
    let tasks = tasks(store, found.values().map(|row| row.task_id).collect()).await?;
    let mut shares = shares(store, &ids, today, soon).await?;
    let row = |row: assignment::Model| {
        let task = tasks.get(&row.task_id);
        let mentions: Vec<UnitMention> = serde_json::from_str(&row.mentions)?;
        let share = shares.remove(&row.id);
        Ok(AssignmentRow {
            id: row.id,
            plan: row.plan_id,
            task: row.task_id,
            task_number: task.map(|task| task.number.clone()).unwrap_or_default(),
            task_name: task.map(|task| task.name.clone()).unwrap_or_default(),
            content: row.content,
            units: mentions.into_iter().map(|mention| mention.text).collect(),
            due: serde_json::from_str(&row.due)?,
            standing: share.as_ref().map(|share| share.1),
            counts: share.map(|share| share.0).unwrap_or_default(),
        })
    };
    let rows = ids.iter().filter_map(|id| found.remove(id)).map(row);
    Ok(Page::new(rows.collect::<Result<_>>()?, total, request))
}

/// Lean rows, in the order of the table, at most as many as an export may have.
///
/// # Errors
/// The database's.
pub async fn schedule(store: &Store, filter: &Filter, today: Date, soon: Date) -> Result<Vec<ScheduleRow>> {
    use assignment::Column;
    let sight = sight(store, filter.visible.as_ref()).await?;
    let query = order(select(filter, &sight, today, soon), filter.sort);
    let found: Vec<(i64, i64, String, String, i64)> = query
        .select_only()
        .columns([Column::Id, Column::TaskId, Column::Content, Column::Due, Column::ChangedAt])
        .limit(domain::limits::EXPORT_ROWS_MAX)
        .into_tuple()
        .all(store.reader())
        .await?;
    let ids: Vec<i64> = found.iter().map(|row| row.0).collect();
    let shares = shares(store, &ids, today, soon).await?;
    let row = |(id, task, content, due, changed_at): (i64, i64, String, String, i64)| {
        Ok(ScheduleRow {
            id,
            task,
            content,
            due: serde_json::from_str(&due)?,
            standing: shares.get(&id).map(|share| share.1),
            changed_at: instant(changed_at)?,
        })
    };
    found.into_iter().map(row).collect()
}

/// The assignment of that id with all that belongs to it.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<AssignmentView>> {
    let Some(row) = assignment::Entity::find_by_id(id).one(store.reader()).await? else { return Ok(None) };
    let Some(task) = task::Entity::find_by_id(row.task_id).one(store.reader()).await? else {
        return Ok(None);
    };
    let Some(plan) = crate::entity::plan::Entity::find_by_id(row.plan_id).one(store.reader()).await? else {
        return Ok(None);
    };
    let shares = responsibility::Entity::find()
        .filter(responsibility::Column::AssignmentId.eq(id))
        .order_by_asc(responsibility::Column::Id)
        .all(store.reader())
        .await?;
    let ids: Vec<i64> = shares.iter().map(|share| share.id).collect();
    let mut history = crate::journal::history(store, "assignment", &[id]).await?;
    history.extend(crate::journal::history(store, "responsibility", &ids).await?);
    history.sort_by_key(|entry| entry.sequence);
    Ok(Some(AssignmentView {
        id,
        plan: row.plan_id,
        plan_title: plan.title,
        region: plan.region_id,
        task_number: task.number,
        task_name: task.name,
        content: row.content,
        mentions: serde_json::from_str(&row.mentions)?,
        due: serde_json::from_str(&row.due)?,
        remark: row.remark,
        responsibilities: shares.into_iter().map(view).collect::<Result<_>>()?,
        reports: crate::responsibility::reports(store, ids.clone()).await?,
        evidence: crate::evidence::list(store, ids).await?,
        comments: crate::comment::list(store, id).await?,
        history,
        version: row.version,
    }))
}

/// Changes an assignment's words and due; its responsibilities get the new due.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed it since `version`; an empty content.
pub async fn change(
    store: &Store,
    actor: &Actor,
    id: i64,
    version: i64,
    mut change: AssignmentChange,
) -> Result<()> {
    change.content = written(&change.content)?;
    change.remark = written(&change.remark)?;
    change.due.text = printable(&change.due.text);
    if change.content.is_empty() {
        return Err(Error::refused("请填写任务的具体内容。"));
    }
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = assignment::Entity::find_by_id(id).one(&transaction.db).await?;
                let row = row.ok_or(Error::NotFound("该项任务"))?;
                if row.version != version {
                    return Err(Error::Conflict {
                        what: "该项任务",
                        changed_by: row.changed_by_name,
                        changed_at: instant(row.changed_at)?,
                    });
                }
                let before = AssignmentChange {
                    content: row.content.clone(),
                    due: serde_json::from_str(&row.due)?,
                    remark: row.remark.clone(),
                };
                let due_on = change.due.deadline().map(|date| date.to_string());
                let mut row: assignment::ActiveModel = row.into();
                row.content = Set(change.content.clone());
                row.due = Set(serde_json::to_string(&change.due)?);
                row.due_from = Set(change.due.start().map(|date| date.to_string()));
                row.due_on = Set(due_on.clone());
                row.remark = Set(change.remark.clone());
                row.changed_by_name = Set(transaction.user_name.clone());
                row.changed_at = Set(transaction.now);
                row.version = Set(version + 1);
                row.update(&transaction.db).await?;
                responsibility::Entity::update_many()
                    .col_expr(responsibility::Column::DueOn, Expr::value(due_on))
                    .filter(responsibility::Column::AssignmentId.eq(id))
                    .exec(&transaction.db)
                    .await?;
                transaction.record(Action::AssignmentChanged, "assignment", id, Some(&before), Some(&change))
            })
        })
        .await
}
