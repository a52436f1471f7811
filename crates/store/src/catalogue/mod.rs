//! Standard catalogues (标准目录): a unit's own and its sectors'. Each has at most one draft, which goes through the phases,
//! and any number of versions, which never change. Writing the draft is in `draft`, taking
//! changes back in `undo`, remarks on cells in `comment`, the phases in `step`, what they mean for the plan in `settle`.

mod comment;
mod draft;
mod lineage;
mod settle;
mod step;
mod undo;

pub use comment::{CellComment, comment, comments, resolve};
pub use draft::{CellChange, Edit, NewCatalogue, change_cell, create, edit};
pub use lineage::{
    NewDerived, Proposal, begin_derived, follow, follow_guide, guide_proposal, lower, proposal,
};
pub use settle::{Asked, Readjustment, asked, readjustment};
pub use step::take;
pub use undo::{Undoable, undo, undoable};

use crate::commit::Transaction;
use crate::entity::{catalogue, catalogue_item, catalogue_version};
use crate::instant::{instant, word};
use crate::{Error, Result, Store};
use domain::catalogue::Catalogue;
use domain::catalogue::phase::Phase;
use domain::unit::{RegionId, UnitId};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeSet;

/// A catalogue without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueRow {
    /// Identity.
    pub id: i64,
    /// The region it is for.
    pub region: RegionId,
    /// The unit that writes it.
    pub unit: UnitId,
    /// The sector's id; `None` for the unit's own.
    pub sector: Option<String>,
    /// The title of the draft, else of the version in force.
    pub title: String,
    /// Where the draft is.
    pub phase: Phase,
    /// How many items the draft has, else the version in force.
    pub items: u32,
    /// The version in force.
    pub current: Option<u32>,
    /// The catalogue and version it was derived from.
    pub parent: Option<(i64, u32)>,
    /// Codes of the items whose powers the unit has taken over from above.
    pub powers: BTreeSet<String>,
    /// It was begun from a guide, which newer guides are merged against.
    pub from_guide: bool,
    /// Why the draft was opened or returned.
    pub reason: String,
    /// Who changed it last.
    pub changed_by_name: String,
    /// When.
    pub changed_at: Timestamp,
    /// For optimistic locking.
    pub version: i64,
}

/// A version, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// Of which catalogue.
    pub catalogue: i64,
    /// Its number, from 1.
    pub number: u32,
    /// Why it was made; empty for the first.
    pub reason: String,
    /// What it changed, in a line.
    pub summary: String,
    /// Who published it.
    pub published_by_name: String,
    /// When.
    pub published_at: Timestamp,
    /// When and why it was taken back.
    pub withdrawn: Option<(Timestamp, String)>,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these units only; `None` for all.
    pub units: Option<Vec<UnitId>>,
    /// Of one sector; empty for units' own.
    pub sector: Option<String>,
    /// In force only: what the public may see.
    pub in_force: bool,
}

fn number(stored: i32) -> Result<u32> {
    u32::try_from(stored).map_err(|_| Error::Unreadable(format!("number {stored}")))
}

fn row(model: catalogue::Model) -> Result<CatalogueRow> {
    let parent = match (model.parent_id, model.parent_number) {
        (Some(id), Some(of)) => Some((id, number(of)?)),
        _ => None,
    };
    Ok(CatalogueRow {
        id: model.id,
        region: model.region_id,
        unit: model.unit_id,
        sector: (!model.sector.is_empty()).then_some(model.sector),
        title: model.title,
        phase: word(Phase::from_word(&model.phase), &model.phase)?,
        items: number(model.items)?,
        current: model.current.map(number).transpose()?,
        parent,
        powers: serde_json::from_str(&model.powers)?,
        from_guide: model.guide.is_some(),
        reason: model.reason,
        changed_by_name: model.changed_by_name,
        changed_at: instant(model.changed_at)?,
        version: model.version,
    })
}

fn version_row(model: catalogue_version::Model) -> Result<VersionRow> {
    let withdrawn = model.withdrawn_at.map(instant).transpose()?;
    Ok(VersionRow {
        catalogue: model.catalogue_id,
        number: number(model.number)?,
        reason: model.reason,
        summary: model.summary,
        published_by_name: model.published_by_name,
        published_at: instant(model.published_at)?,
        withdrawn: withdrawn.map(|at| (at, model.withdrawn_reason)),
    })
}

/// Catalogues, by sector and unit.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, filter: &Filter) -> Result<Vec<CatalogueRow>> {
    use catalogue::Column;
    let mut query = catalogue::Entity::find();
    if let Some(units) = &filter.units {
        query = query.filter(Column::UnitId.is_in(units.iter().copied()));
    }
    if let Some(sector) = &filter.sector {
        query = query.filter(Column::Sector.eq(sector));
    }
    if filter.in_force {
        query = query.filter(Column::Current.is_not_null());
    }
    let found = query
        .order_by_asc(Column::Sector)
        .order_by_asc(Column::UnitId)
        .limit(domain::limits::EXPORT_ROWS_MAX)
        .all(store.reader())
        .await?;
    found.into_iter().map(row).collect()
}

/// The catalogue of that id.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<CatalogueRow>> {
    catalogue::Entity::find_by_id(id).one(store.reader()).await?.map(row).transpose()
}

/// The draft's content; `None` when there is no draft.
///
/// # Errors
/// The database's.
pub async fn draft(store: &Store, id: i64) -> Result<Option<Catalogue>> {
    let found = catalogue::Entity::find_by_id(id).one(store.reader()).await?;
    let draft = found.and_then(|found| found.draft);
    Ok(draft.map(|draft| serde_json::from_str(&draft)).transpose()?)
}

/// The versions of a catalogue, newest first.
///
/// # Errors
/// The database's.
pub async fn versions(store: &Store, id: i64) -> Result<Vec<VersionRow>> {
    let rows = catalogue_version::Entity::find()
        .filter(catalogue_version::Column::CatalogueId.eq(id))
        .order_by_desc(catalogue_version::Column::Number)
        .all(store.reader())
        .await?;
    rows.into_iter().map(version_row).collect()
}

/// A version with its content.
///
/// # Errors
/// The database's.
pub async fn version(store: &Store, id: i64, number: u32) -> Result<Option<(VersionRow, Catalogue)>> {
    let Ok(number) = i32::try_from(number) else { return Ok(None) };
    let found = catalogue_version::Entity::find()
        .filter(catalogue_version::Column::CatalogueId.eq(id))
        .filter(catalogue_version::Column::Number.eq(number))
        .one(store.reader())
        .await?;
    let Some(found) = found else { return Ok(None) };
    let content = serde_json::from_str(&found.content)?;
    Ok(Some((version_row(found)?, content)))
}

/// The first and last version that hold an item, by its permanent code; `None` for a code never given.
///
/// # Errors
/// The database's.
pub async fn item_versions(store: &Store, id: i64, code: &str) -> Result<Option<(u32, u32)>> {
    let found = catalogue_item::Entity::find()
        .filter(catalogue_item::Column::CatalogueId.eq(id))
        .filter(catalogue_item::Column::Code.eq(code))
        .one(store.reader())
        .await?;
    found.map(|found| Ok((number(found.first_number)?, number(found.last_number)?))).transpose()
}

/// The catalogue as the person saw it.
async fn load(transaction: &Transaction, id: i64, version: i64) -> Result<catalogue::Model> {
    let row = catalogue::Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("该目录"))?;
    if row.version != version {
        return Err(conflict(row)?);
    }
    Ok(row)
}

fn conflict(row: catalogue::Model) -> Result<Error> {
    Ok(Error::Conflict {
        what: "该目录",
        changed_by: row.changed_by_name,
        changed_at: instant(row.changed_at)?,
    })
}
