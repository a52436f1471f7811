//! Plans in force (任务分解表): lists, contents, publication. What the public sees is a type of its own.

use crate::entity::{assignment, plan, responsibility, task};
use crate::instant::{instant, word};
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::plan::{Assignment, Plan, Task};
use domain::progress::State;
use domain::role::Actor;
use domain::row::Origin;
use domain::unit::RegionId;
use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Select, SelectModel, Selector,
};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// How many responsibilities are in each state.
pub type Counts = BTreeMap<State, u64>;

/// A plan in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Identity.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Whose plan.
    pub region: RegionId,
    /// When it came into force.
    pub accepted_at: Timestamp,
    /// When it was published, if it is.
    pub published_at: Option<Timestamp>,
    /// Assignments in it.
    pub assignments: u64,
    /// Responsibilities by state.
    pub counts: Counts,
}

/// A task's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// Identity.
    pub id: i64,
    /// Number as written in the table.
    pub number: String,
    /// Name as written.
    pub name: String,
}

/// A plan with its tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanView {
    /// The plan.
    pub plan: PlanRow,
    /// Its tasks, in order.
    pub tasks: Vec<TaskRow>,
}

/// A published plan in a list, with only what the public may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicPlanRow {
    /// Identity.
    pub id: i64,
    /// Title.
    pub title: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// Assignments in it.
    pub assignments: u64,
    /// Responsibilities by state.
    pub counts: Counts,
}

/// A published plan, with only what the public may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicPlan {
    /// Identity.
    pub id: i64,
    /// Title.
    pub title: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// Its tasks.
    pub tasks: Vec<PublicTask>,
    /// Responsibilities by state.
    pub counts: Counts,
}

/// A task as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicTask {
    /// Number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Its assignments.
    pub assignments: Vec<PublicAssignment>,
}

/// An assignment as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAssignment {
    /// Content as written.
    pub content: String,
    /// Units as written.
    pub units: Vec<String>,
    /// Due as written.
    pub due: String,
    /// Remark as written.
    pub remark: String,
    /// Its responsibilities by state.
    pub counts: Counts,
}

/// A plan without its layout, which holds a whole document.
#[derive(FromQueryResult)]
struct Lean {
    id: i64,
    region_id: i64,
    title: String,
    accepted_at: i64,
    published_at: Option<i64>,
}

fn lean(query: Select<plan::Entity>) -> Selector<SelectModel<Lean>> {
    query
        .select_only()
        .columns([
            plan::Column::Id,
            plan::Column::RegionId,
            plan::Column::Title,
            plan::Column::AcceptedAt,
            plan::Column::PublishedAt,
        ])
        .into_model()
}

#[derive(FromQueryResult)]
struct StateCount {
    plan_id: i64,
    state: String,
    count: i64,
}

async fn counts(store: &Store, plans: Vec<i64>) -> Result<HashMap<i64, Counts>> {
    let rows = responsibility::Entity::find()
        .select_only()
        .column(responsibility::Column::PlanId)
        .column(responsibility::Column::State)
        .column_as(responsibility::Column::Id.count(), "count")
        .filter(responsibility::Column::PlanId.is_in(plans))
        .group_by(responsibility::Column::PlanId)
        .group_by(responsibility::Column::State)
        .into_model::<StateCount>()
        .all(store.reader())
        .await?;
    let mut counts: HashMap<i64, Counts> = HashMap::new();
    for row in rows {
        let state = word(State::from_word(&row.state), &row.state)?;
        counts.entry(row.plan_id).or_default().insert(state, u64::try_from(row.count).unwrap_or(0));
    }
    Ok(counts)
}

async fn rows(store: &Store, found: Vec<Lean>) -> Result<Vec<PlanRow>> {
    let ids: Vec<i64> = found.iter().map(|row| row.id).collect();
    let mut counts = counts(store, ids.clone()).await?;
    let assignments: Vec<(i64, i64)> = assignment::Entity::find()
        .select_only()
        .column(assignment::Column::PlanId)
        .column_as(assignment::Column::Id.count(), "count")
        .filter(assignment::Column::PlanId.is_in(ids))
        .group_by(assignment::Column::PlanId)
        .into_tuple()
        .all(store.reader())
        .await?;
    let assignments: HashMap<i64, i64> = assignments.into_iter().collect();
    let mut rows = Vec::new();
    for row in found {
        rows.push(PlanRow {
            id: row.id,
            title: row.title,
            region: row.region_id,
            accepted_at: instant(row.accepted_at)?,
            published_at: row.published_at.map(instant).transpose()?,
            assignments: assignments.get(&row.id).and_then(|count| u64::try_from(*count).ok()).unwrap_or(0),
            counts: counts.remove(&row.id).unwrap_or_default(),
        });
    }
    Ok(rows)
}

/// Plans, newest first.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store) -> Result<Vec<PlanRow>> {
    let query = plan::Entity::find().order_by_desc(plan::Column::Id).limit(domain::limits::PAGE_ROWS);
    rows(store, lean(query).all(store.reader()).await?).await
}

/// The plan of that id with its tasks.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<PlanView>> {
    let found = lean(plan::Entity::find_by_id(id)).one(store.reader()).await?;
    let Some(found) = found else { return Ok(None) };
    let tasks = task::Entity::find()
        .filter(task::Column::PlanId.eq(id))
        .order_by_asc(task::Column::Position)
        .all(store.reader())
        .await?;
    let tasks =
        tasks.into_iter().map(|row| TaskRow { id: row.id, number: row.number, name: row.name }).collect();
    let plan = rows(store, vec![found]).await?.into_iter().next();
    Ok(plan.map(|plan| PlanView { plan, tasks }))
}

/// The plan as it stands today, in the shape it was read in: what exports write.
///
/// # Errors
/// No such plan.
pub async fn content(store: &Store, id: i64) -> Result<Plan> {
    Ok(content_by_assignment(store, id).await?.0)
}

/// [`content`], and the assignments' ids in the same order.
///
/// # Errors
/// No such plan.
pub async fn content_by_assignment(store: &Store, id: i64) -> Result<(Plan, Vec<i64>)> {
    let found = lean(plan::Entity::find_by_id(id)).one(store.reader()).await?;
    let found = found.ok_or(Error::NotFound("该任务分解表"))?;
    let tasks = task::Entity::find()
        .filter(task::Column::PlanId.eq(id))
        .order_by_asc(task::Column::Position)
        .all(store.reader())
        .await?;
    let assignments = assignment::Entity::find()
        .filter(assignment::Column::PlanId.eq(id))
        .order_by_asc(assignment::Column::Position)
        .all(store.reader())
        .await?;
    let mut by_task: HashMap<i64, Vec<Assignment>> = HashMap::new();
    let mut ids = Vec::with_capacity(assignments.len());
    for row in assignments {
        ids.push(row.id);
        by_task.entry(row.task_id).or_default().push(Assignment {
            content: row.content,
            units: serde_json::from_str(&row.mentions)?,
            due: serde_json::from_str(&row.due)?,
            remark: row.remark,
            extra: serde_json::from_str(&row.extra)?,
            origin: Origin::default(),
        });
    }
    let tasks = tasks.into_iter().map(|row| Task {
        number: row.number,
        name: row.name,
        section: row.section,
        assignments: by_task.remove(&row.id).unwrap_or_default(),
    });
    Ok((Plan { title: found.title, tasks: tasks.collect() }, ids))
}

/// The document and mapping the plan was read from: the layout it came in.
///
/// # Errors
/// No such plan.
pub async fn layout(store: &Store, id: i64) -> Result<Value> {
    let found =
        plan::Entity::find_by_id(id).one(store.reader()).await?.ok_or(Error::NotFound("该任务分解表"))?;
    Ok(serde_json::from_str(&found.layout)?)
}

/// Shows a plan to the public.
///
/// # Errors
/// No such plan.
pub async fn publish(store: &Store, actor: &Actor, id: i64) -> Result<()> {
    set_published(store, actor, id, true).await
}

/// Takes a plan off the portal.
///
/// # Errors
/// No such plan.
pub async fn unpublish(store: &Store, actor: &Actor, id: i64) -> Result<()> {
    set_published(store, actor, id, false).await
}

async fn set_published(store: &Store, actor: &Actor, id: i64, published: bool) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = plan::Entity::find_by_id(id).one(&transaction.db).await?;
                let row = row.ok_or(Error::NotFound("该任务分解表"))?;
                if row.published_at.is_some() == published {
                    return Ok(());
                }
                let title = row.title.clone();
                let mut row: plan::ActiveModel = row.into();
                row.published_at = Set(published.then_some(transaction.now));
                row.update(&transaction.db).await?;
                let action = if published { Action::PlanPublished } else { Action::PlanUnpublished };
                transaction.note(action, "plan", id, &title);
                Ok(())
            })
        })
        .await
}

/// Published plans, newest first.
///
/// # Errors
/// The database's.
pub async fn public_list(store: &Store) -> Result<Vec<PublicPlanRow>> {
    let query = plan::Entity::find()
        .filter(plan::Column::PublishedAt.is_not_null())
        .order_by_desc(plan::Column::PublishedAt)
        .limit(domain::limits::PAGE_ROWS);
    let published = rows(store, lean(query).all(store.reader()).await?).await?;
    let row = |row: PlanRow| {
        Some(PublicPlanRow {
            id: row.id,
            title: row.title,
            published_at: row.published_at?,
            assignments: row.assignments,
            counts: row.counts,
        })
    };
    Ok(published.into_iter().filter_map(row).collect())
}

/// A published plan; `None` when there is none of that id, or it is not published.
///
/// # Errors
/// The database's.
pub async fn public_find(store: &Store, id: i64) -> Result<Option<PublicPlan>> {
    let query = plan::Entity::find_by_id(id).filter(plan::Column::PublishedAt.is_not_null());
    let Some(found) = lean(query).one(store.reader()).await? else { return Ok(None) };
    let Some(published_at) = found.published_at else { return Ok(None) };
    let shares: Vec<(i64, String, i64)> = responsibility::Entity::find()
        .select_only()
        .column(responsibility::Column::AssignmentId)
        .column(responsibility::Column::State)
        .column_as(responsibility::Column::Id.count(), "count")
        .filter(responsibility::Column::PlanId.eq(id))
        .group_by(responsibility::Column::AssignmentId)
        .group_by(responsibility::Column::State)
        .into_tuple()
        .all(store.reader())
        .await?;
    let mut by_assignment: HashMap<i64, Counts> = HashMap::new();
    let mut counts = Counts::new();
    for (assignment, state, count) in shares {
        let state = word(State::from_word(&state), &state)?;
        let count = u64::try_from(count).unwrap_or(0);
        *by_assignment.entry(assignment).or_default().entry(state).or_default() += count;
        *counts.entry(state).or_default() += count;
    }
    let (contents, ids) = content_by_assignment(store, id).await?;
    let mut ids = ids.into_iter();
    let tasks = contents.tasks.into_iter().map(|task| PublicTask {
        number: task.number,
        name: task.name,
        assignments: task
            .assignments
            .into_iter()
            .zip(ids.by_ref())
            .map(|(assignment, id)| PublicAssignment {
                content: assignment.content,
                units: assignment.units.into_iter().map(|mention| mention.text).collect(),
                due: assignment.due.text.trim().to_owned(),
                remark: assignment.remark,
                counts: by_assignment.remove(&id).unwrap_or_default(),
            })
            .collect(),
    });
    let tasks = tasks.collect();
    Ok(Some(PublicPlan { id, title: found.title, published_at: instant(published_at)?, tasks, counts }))
}
