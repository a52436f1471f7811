//! A breakdown table that was read and is being checked: kept as read, corrected in place, then accepted as a plan or
//! given up. Nothing of it is in force before that.

use crate::commit::Transaction;
use crate::entity::{self, plan_draft};
use crate::instant::{instant, json_word};
use crate::text::{printable, printable_plan};
use crate::unit::add_alias_in;
use crate::{Error, Result, Store};
use domain::finding::Finding;
use domain::journal::Action;
use domain::plan::{Assignment, Due, Plan, UnitMention};
use domain::progress::State;
use domain::role::Actor;
use domain::unit::{Directory, RegionId, Resolution, UnitId};
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Whom a person chose for a unit text that the directory does not know: its text, its units.
pub type Resolutions = BTreeMap<String, Vec<UnitId>>;

/// A table as it was read.
#[derive(Debug, Clone)]
pub struct NewDraft {
    /// The county or township whose table it is.
    pub region: RegionId,
    /// The file.
    pub attachment: i64,
    /// The file's name.
    pub file_name: String,
    /// The plan read from it.
    pub plan: Plan,
    /// What was noticed.
    pub findings: Vec<Finding>,
    /// The whole document, for another reading with another mapping; opaque here.
    pub document: Value,
    /// Which column is what; opaque here.
    pub mapping: Value,
}

/// A draft's new state.
#[derive(Debug, Clone)]
pub struct DraftChange {
    /// The plan as corrected.
    pub plan: Plan,
    /// What is still noticed.
    pub findings: Vec<Finding>,
    /// The document with what the reader noticed; opaque here.
    pub document: Value,
    /// The mapping.
    pub mapping: Value,
    /// Whom unknown unit texts mean.
    pub resolutions: Resolutions,
}

/// Where a draft is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftState {
    /// Being checked.
    Open,
    /// In force as that plan.
    Accepted(i64),
    /// Given up.
    Discarded,
}

/// A draft.
#[derive(Debug, Clone)]
pub struct DraftView {
    /// Identity.
    pub id: i64,
    /// Whose table.
    pub region: RegionId,
    /// The file.
    pub attachment: i64,
    /// Its name.
    pub file_name: String,
    /// The plan as it stands.
    pub plan: Plan,
    /// What is noticed.
    pub findings: Vec<Finding>,
    /// The document.
    pub document: Value,
    /// The mapping.
    pub mapping: Value,
    /// Whom unknown unit texts mean.
    pub resolutions: Resolutions,
    /// Where it is.
    pub state: DraftState,
    /// When it was read.
    pub created_at: Timestamp,
    /// Who changed it last.
    pub changed_by_name: String,
    /// When.
    pub changed_at: Timestamp,
    /// For optimistic locking.
    pub version: i64,
}

/// A draft in a list.
#[derive(Debug, Clone)]
pub struct DraftRow {
    /// Identity.
    pub id: i64,
    /// The table's title.
    pub title: String,
    /// The file's name.
    pub file_name: String,
    /// Whose table.
    pub region: RegionId,
    /// When it was read.
    pub created_at: Timestamp,
}

const OPEN: &str = "open";
const ACCEPTED: &str = "accepted";
const DISCARDED: &str = "discarded";

/// Keeps a table that was read.
///
/// # Errors
/// The database's.
pub async fn create(store: &Store, actor: &Actor, new: NewDraft) -> Result<i64> {
    let new = NewDraft { plan: printable_plan(new.plan), ..new };
    let row = plan_draft::ActiveModel {
        id: NotSet,
        region_id: Set(new.region),
        attachment_id: Set(new.attachment),
        file_name: Set(printable(&new.file_name)),
        title: Set(new.plan.title.clone()),
        plan: Set(serde_json::to_string(&new.plan)?),
        document: Set(new.document.to_string()),
        mapping: Set(new.mapping.to_string()),
        findings: Set(serde_json::to_string(&new.findings)?),
        resolutions: Set("{}".to_owned()),
        state: Set(OPEN.to_owned()),
        plan_id: Set(None),
        created_by: NotSet,
        created_at: NotSet,
        changed_by_name: NotSet,
        changed_at: NotSet,
        version: Set(1),
    };
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let mut row = row;
                row.created_by = Set(transaction.user);
                row.created_at = Set(transaction.now);
                row.changed_by_name = Set(transaction.user_name.clone());
                row.changed_at = Set(transaction.now);
                let row = row.insert(&transaction.db).await?;
                transaction.note(Action::DraftCreated, "plan_draft", row.id, &row.title);
                Ok(row.id)
            })
        })
        .await
}

fn view(row: plan_draft::Model) -> Result<DraftView> {
    let state = match (row.state.as_str(), row.plan_id) {
        (OPEN, _) => DraftState::Open,
        (ACCEPTED, Some(plan)) => DraftState::Accepted(plan),
        _ => DraftState::Discarded,
    };
    Ok(DraftView {
        id: row.id,
        region: row.region_id,
        attachment: row.attachment_id,
        file_name: row.file_name,
        plan: serde_json::from_str(&row.plan)?,
        findings: serde_json::from_str(&row.findings)?,
        document: serde_json::from_str(&row.document)?,
        mapping: serde_json::from_str(&row.mapping)?,
        resolutions: serde_json::from_str(&row.resolutions)?,
        state,
        created_at: instant(row.created_at)?,
        changed_by_name: row.changed_by_name,
        changed_at: instant(row.changed_at)?,
        version: row.version,
    })
}

/// The draft of that id.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<DraftView>> {
    plan_draft::Entity::find_by_id(id).one(store.reader()).await?.map(view).transpose()
}

/// Drafts that are still being checked, newest first.
///
/// # Errors
/// The database's.
pub async fn list_open(store: &Store) -> Result<Vec<DraftRow>> {
    use plan_draft::Column;
    let rows: Vec<(i64, String, String, i64, i64)> = plan_draft::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Title, Column::FileName, Column::RegionId, Column::CreatedAt])
        .filter(Column::State.eq(OPEN))
        .order_by_desc(Column::Id)
        .limit(domain::limits::PAGE_ROWS)
        .into_tuple()
        .all(store.reader())
        .await?;
    let row = |(id, title, file_name, region, created_at)| {
        Ok(DraftRow { id, title, file_name, region, created_at: instant(created_at)? })
    };
    rows.into_iter().map(row).collect()
}

/// The region whose table an attachment is; for deciding who may download it.
///
/// # Errors
/// The database's.
pub async fn region_of_attachment(store: &Store, attachment: i64) -> Result<Option<RegionId>> {
    let region = plan_draft::Entity::find()
        .select_only()
        .column(plan_draft::Column::RegionId)
        .filter(plan_draft::Column::AttachmentId.eq(attachment))
        .into_tuple()
        .one(store.reader())
        .await?;
    Ok(region)
}

/// The open draft, as the person saw it.
async fn load(transaction: &Transaction, id: i64, version: i64) -> Result<plan_draft::Model> {
    let row = plan_draft::Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("该导入草稿"))?;
    if row.state != OPEN {
        return Err(Error::refused("该表已生效或已放弃，不能再修改。"));
    }
    if row.version != version {
        return Err(Error::Conflict {
            what: "该任务分解表",
            changed_by: row.changed_by_name,
            changed_at: instant(row.changed_at)?,
        });
    }
    Ok(row)
}

/// Corrects a draft; returns its new version.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed it since `version`.
pub async fn change(store: &Store, actor: &Actor, id: i64, version: i64, change: DraftChange) -> Result<i64> {
    let resolutions = change.resolutions.into_iter().map(|(text, units)| (printable(&text), units)).collect();
    let change = DraftChange { plan: printable_plan(change.plan), resolutions, ..change };
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                let before = row.plan.clone();
                let mut row: plan_draft::ActiveModel = row.into();
                row.title = Set(change.plan.title.clone());
                row.plan = Set(serde_json::to_string(&change.plan)?);
                row.findings = Set(serde_json::to_string(&change.findings)?);
                row.document = Set(change.document.to_string());
                row.mapping = Set(change.mapping.to_string());
                row.resolutions = Set(serde_json::to_string(&change.resolutions)?);
                stamp(&mut row, transaction, version);
                row.update(&transaction.db).await?;
                let before: Value = serde_json::from_str(&before)?;
                transaction.record(
                    Action::DraftChanged,
                    "plan_draft",
                    id,
                    Some(&before),
                    Some(&change.plan),
                )?;
                Ok(version + 1)
            })
        })
        .await
}

fn stamp(row: &mut plan_draft::ActiveModel, transaction: &Transaction, version: i64) {
    row.changed_by_name = Set(transaction.user_name.clone());
    row.changed_at = Set(transaction.now);
    row.version = Set(version + 1);
}

/// Gives a draft up; the file stays.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed it since `version`.
pub async fn discard(store: &Store, actor: &Actor, id: i64, version: i64) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                let title = row.title.clone();
                let mut row: plan_draft::ActiveModel = row.into();
                row.state = Set(DISCARDED.to_owned());
                stamp(&mut row, transaction, version);
                row.update(&transaction.db).await?;
                transaction.note(Action::DraftDiscarded, "plan_draft", id, &title);
                Ok(())
            })
        })
        .await
}

/// The units a text means: whom a person chose, else whom the directory knows.
pub fn units_of(directory: &Directory, resolutions: &Resolutions, text: &str) -> Vec<UnitId> {
    match resolutions.get(text) {
        Some(units) => units.clone(),
        None => directory.members(&directory.resolve(text)),
    }
}

/// Puts a draft into force as a plan; returns the plan. Each unit gets one responsibility for each assignment that
/// names it, alone or within a group. A unit text that means nobody stays in the assignment's words. Names a person
/// resolved to one unit are remembered as aliases.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed it since `version`; an empty plan.
pub async fn accept(store: &Store, actor: &Actor, id: i64, version: i64) -> Result<i64> {
    let directory = crate::unit::directory(store).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let draft = load(transaction, id, version).await?;
                let contents: Plan = serde_json::from_str(&draft.plan)?;
                let resolutions: Resolutions = serde_json::from_str(&draft.resolutions)?;
                if contents.tasks.iter().all(|task| task.assignments.is_empty()) {
                    return Err(Error::refused("表中没有可以生效的任务，请检查表头对应关系。"));
                }
                let layout = format!(r#"{{"document":{},"mapping":{}}}"#, draft.document, draft.mapping);
                let plan = entity::plan::ActiveModel {
                    id: NotSet,
                    region_id: Set(draft.region_id),
                    title: Set(contents.title.clone()),
                    layout: Set(layout),
                    accepted_at: Set(transaction.now),
                    published_at: Set(None),
                };
                let plan = plan.insert(&transaction.db).await?.id;
                write_tasks(transaction, plan, &contents, &directory, &resolutions).await?;
                let mut row: plan_draft::ActiveModel = draft.into();
                row.state = Set(ACCEPTED.to_owned());
                row.plan_id = Set(Some(plan));
                stamp(&mut row, transaction, version);
                row.update(&transaction.db).await?;
                transaction.record(Action::PlanAccepted, "plan", plan, None::<&()>, Some(&contents))?;
                for (text, units) in &resolutions {
                    let [unit] = units.as_slice() else { continue };
                    if directory.resolve(text) == Resolution::Unknown {
                        add_alias_in(transaction, *unit, text.clone()).await?;
                    }
                }
                Ok(plan)
            })
        })
        .await
}

async fn write_tasks(
    transaction: &Transaction,
    plan: i64,
    contents: &Plan,
    directory: &Directory,
    resolutions: &Resolutions,
) -> Result<()> {
    let mut rows = Vec::new();
    for (position, task) in (0_i32..).zip(&contents.tasks) {
        let row = entity::task::ActiveModel {
            id: NotSet,
            plan_id: Set(plan),
            position: Set(position),
            number: Set(task.number.clone()),
            name: Set(task.name.clone()),
            section: Set(task.section.clone()),
        };
        let task_id = row.insert(&transaction.db).await?.id;
        for assignment in &task.assignments {
            let place = i32::try_from(rows.len()).unwrap_or(i32::MAX);
            rows.push(assignment_row(transaction, plan, task_id, place, assignment)?);
        }
    }
    for chunk in rows.chunks(1_000) {
        entity::assignment::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(&transaction.db)
            .await?;
    }
    // Rows inserted at once get ids in no promised order; their positions tell which is which.
    let ids: Vec<i64> = entity::assignment::Entity::find()
        .select_only()
        .column(entity::assignment::Column::Id)
        .filter(entity::assignment::Column::PlanId.eq(plan))
        .order_by_asc(entity::assignment::Column::Position)
        .into_tuple()
        .all(&transaction.db)
        .await?;
    let mut shares = Vec::new();
    for ((_, assignment), id) in contents.assignments().zip(ids) {
        let mut named = BTreeSet::new();
        for mention in &assignment.units {
            for unit in units_of(directory, resolutions, &mention.text) {
                if named.insert(unit) {
                    shares.push(share_row(transaction, plan, id, unit, mention, &assignment.due)?);
                }
            }
        }
    }
    for chunk in shares.chunks(1_000) {
        entity::responsibility::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(&transaction.db)
            .await?;
    }
    Ok(())
}

fn assignment_row(
    transaction: &Transaction,
    plan: i64,
    task: i64,
    position: i32,
    assignment: &Assignment,
) -> Result<entity::assignment::ActiveModel> {
    Ok(entity::assignment::ActiveModel {
        id: NotSet,
        plan_id: Set(plan),
        task_id: Set(task),
        position: Set(position),
        content: Set(assignment.content.clone()),
        mentions: Set(serde_json::to_string(&assignment.units)?),
        due: Set(serde_json::to_string(&assignment.due)?),
        due_from: Set(assignment.due.start().map(|date| date.to_string())),
        due_on: Set(assignment.due.deadline().map(|date| date.to_string())),
        remark: Set(assignment.remark.clone()),
        extra: Set(serde_json::to_string(&assignment.extra)?),
        changed_by_name: Set(transaction.user_name.clone()),
        changed_at: Set(transaction.now),
        version: Set(1),
    })
}

fn share_row(
    transaction: &Transaction,
    plan: i64,
    assignment: i64,
    unit: UnitId,
    mention: &UnitMention,
    due: &Due,
) -> Result<entity::responsibility::ActiveModel> {
    Ok(entity::responsibility::ActiveModel {
        id: NotSet,
        assignment_id: Set(assignment),
        plan_id: Set(plan),
        unit_id: Set(unit),
        role: Set(json_word(&mention.role)?),
        named_as: Set(mention.text.clone()),
        state: Set(State::NotStarted.word().to_owned()),
        percent: Set(0),
        due_on: Set(due.deadline().map(|date| date.to_string())),
        reported_at: Set(None),
        completed_at: Set(None),
        changed_by_name: Set(transaction.user_name.clone()),
        changed_at: Set(transaction.now),
        version: Set(1),
    })
}
