//! Disclosure guides (公开指南): what units and regions say of themselves. Public as soon as one is complete.

use crate::entity::guide::{ActiveModel, Entity, Model};
use crate::instant::{instant, word};
use crate::text::written;
use crate::{Error, Result, Store};
use domain::guide::{Field, Guide};
use domain::journal::Action;
use domain::role::{Actor, Scope};
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryOrder};

/// A guide as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideRow {
    /// Whose.
    pub scope: Scope,
    /// What it says.
    pub guide: Guide,
    /// Who changed it last.
    pub changed_by_name: String,
    /// When.
    pub changed_at: Timestamp,
    /// For optimistic locking.
    pub version: i64,
}

fn view(row: &Model) -> Result<GuideRow> {
    let scope = row.unit_id.map(Scope::Unit).or(row.region_id.map(Scope::Region));
    Ok(GuideRow {
        scope: word(scope, "scope")?,
        guide: serde_json::from_str(&row.content)?,
        changed_by_name: row.changed_by_name.clone(),
        changed_at: instant(row.changed_at)?,
        version: row.version,
    })
}

async fn models(db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    use crate::entity::guide::Column;
    let query = Entity::find()
        .order_by_asc(Column::RegionId.is_null())
        .order_by_asc(Column::RegionId)
        .order_by_asc(Column::UnitId);
    Ok(query.all(db).await?)
}

fn is_of(row: &Model, scope: Scope) -> bool {
    match scope {
        Scope::Unit(unit) => row.unit_id == Some(unit),
        Scope::Region(region) => row.region_id == Some(region),
    }
}

/// Every guide, those of regions first.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store) -> Result<Vec<GuideRow>> {
    models(store.reader()).await?.iter().map(view).collect()
}

/// The guide of a unit or region, if it has written one.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, scope: Scope) -> Result<Option<GuideRow>> {
    let rows = models(store.reader()).await?;
    rows.iter().find(|row| is_of(row, scope)).map(view).transpose()
}

/// Keeps a guide in place of what was there. `version` is that of the one it replaces, 0 for none.
///
/// # Errors
/// A text that is too long; [`Error::Conflict`] when somebody changed it since.
pub async fn put(store: &Store, actor: &Actor, scope: Scope, guide: Guide, version: i64) -> Result<()> {
    let mut clean = Guide::new(guide.taken_back);
    for field in Field::ALL {
        clean.set(*field, &written(guide.get(*field))?);
    }
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let rows = models(&transaction.db).await?;
                let old = rows.iter().find(|row| is_of(row, scope));
                if let Some(old) = old.filter(|old| old.version != version) {
                    return Err(Error::Conflict {
                        what: "这份公开指南",
                        changed_by: old.changed_by_name.clone(),
                        changed_at: instant(old.changed_at)?,
                    });
                }
                let before = old.map(view).transpose()?.map(|row| row.guide);
                if before.as_ref() == Some(&clean) {
                    return Ok(());
                }
                let (unit, region) = match scope {
                    Scope::Unit(unit) => (Some(unit), None),
                    Scope::Region(region) => (None, Some(region)),
                };
                let row = ActiveModel {
                    id: old.map_or(NotSet, |old| Set(old.id)),
                    unit_id: Set(unit),
                    region_id: Set(region),
                    content: Set(serde_json::to_string(&clean)?),
                    changed_by_name: Set(transaction.user_name.clone()),
                    changed_at: Set(transaction.now),
                    version: Set(version + 1),
                };
                let row = if old.is_some() {
                    row.update(&transaction.db).await?
                } else {
                    row.insert(&transaction.db).await?
                };
                transaction.record(Action::GuideChanged, "guide", row.id, before.as_ref(), Some(&clean))
            })
        })
        .await
}
