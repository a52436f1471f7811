//! How catalogues are kept: item by item, by what was published when.

use super::{Publication, content_in_force};
use crate::entity::{catalogue, obligation};
use crate::instant::{date, date_or_none};
use crate::{Result, Store};
use domain::obligation::{Keeping, keeping};
use domain::unit::UnitId;
use jiff::civil::Date;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeSet, HashMap};

/// How a catalogue in force is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The catalogue.
    pub catalogue: i64,
    /// Whose it is.
    pub unit: UnitId,
    /// Its sector; `None` for the unit's own.
    pub sector: Option<String>,
    /// Its title.
    pub title: String,
    /// Each item's code and name, how it is kept, and when something of it was last published.
    pub items: Vec<ItemCoverage>,
}

/// How an item is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemCoverage {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How it is kept.
    pub keeping: Keeping,
    /// When something of it was last published, and where.
    pub last: Option<Publication>,
}

impl Coverage {
    /// How many items are kept so.
    pub fn count(&self, keeping: Keeping) -> usize {
        self.items.iter().filter(|item| item.keeping == keeping).count()
    }
}

/// How the catalogues in force of some units are kept, item by item; of one catalogue when asked for.
///
/// # Errors
/// The database's.
pub async fn coverage(
    store: &Store,
    units: Option<&BTreeSet<UnitId>>,
    only: Option<i64>,
    today: Date,
) -> Result<Vec<Coverage>> {
    let mut catalogues = catalogue::Entity::find().filter(catalogue::Column::Current.is_not_null());
    let mut days = obligation::Entity::find();
    if let Some(units) = units {
        catalogues = catalogues.filter(catalogue::Column::UnitId.is_in(units.iter().copied()));
        days = days.filter(obligation::Column::UnitId.is_in(units.iter().copied()));
    }
    if let Some(only) = only {
        catalogues = catalogues.filter(catalogue::Column::Id.eq(only));
        days = days.filter(obligation::Column::CatalogueId.eq(only));
    }
    let days: Vec<(i64, String, String, Option<String>, String)> = days
        .select_only()
        .columns([
            obligation::Column::CatalogueId,
            obligation::Column::ItemCode,
            obligation::Column::DueOn,
            obligation::Column::PublishedOn,
            obligation::Column::Address,
        ])
        .into_tuple()
        .all(store.reader())
        .await?;
    let mut known: HashMap<(i64, String), Kept> = HashMap::new();
    for (catalogue, item, due, published, address) in days {
        let published = date_or_none(published.as_ref())?;
        let kept = known.entry((catalogue, item)).or_default();
        kept.days.push((date(&due)?, published));
        if let Some(on) = published
            && kept.last.as_ref().is_none_or(|last| last.on <= on)
        {
            kept.last = Some(Publication { on, address });
        }
    }
    let rows = catalogues
        .order_by_asc(catalogue::Column::Sector)
        .order_by_asc(catalogue::Column::UnitId)
        .all(store.reader())
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let content = content_in_force(store.reader(), &row).await?;
        let items = content.items.iter().map(|item| {
            let kept = known.remove(&(row.id, item.code.clone())).unwrap_or_default();
            let keeping = keeping(item, &kept.days, today);
            ItemCoverage { code: item.code.clone(), name: item.name(), keeping, last: kept.last }
        });
        found.push(Coverage {
            catalogue: row.id,
            unit: row.unit_id,
            items: items.collect(),
            title: content.title,
            sector: (!row.sector.is_empty()).then_some(row.sector),
        });
    }
    Ok(found)
}

/// The days of an item's obligations, and its last publication.
#[derive(Default)]
struct Kept {
    days: Vec<(Date, Option<Date>)>,
    last: Option<Publication>,
}
