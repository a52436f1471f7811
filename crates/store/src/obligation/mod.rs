//! Obligations (应公开事项): what the items of catalogues in force ask for, and when it became public. Information that was
//! formed is noted by a person; periodic items are opened by [`renew`] and whenever a version comes into force. The due
//! is worked out once, by the rules of that day, and kept with its basis.

mod coverage;
mod note;
mod period;

pub use coverage::{Coverage, ItemCoverage, coverage};
pub use note::{cancel, note, publish};
pub use period::renew;
pub(crate) use period::{close_periods, open_periods};

use crate::commit::Transaction;
use crate::entity::{catalogue, catalogue_version, obligation};
use crate::instant::{date, date_or_none, instant, word};
use crate::like::holds;
use crate::{Error, Page, PageRequest, Result, Store};
use domain::catalogue::{Catalogue, Item};
use domain::obligation::{Cause, Obligation, Standing, standing};
use domain::unit::UnitId;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An obligation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObligationView {
    /// Identity.
    pub id: i64,
    /// The catalogue that asks for it.
    pub catalogue: i64,
    /// Whose it is.
    pub unit: UnitId,
    /// The catalogue's sector; `None` for the unit's own.
    pub sector: Option<String>,
    /// The item's code.
    pub item: String,
    /// The item's name then.
    pub item_name: String,
    /// What information; empty for a period.
    pub about: String,
    /// Why it fell due.
    pub cause: Cause,
    /// The day of the cause.
    pub cause_on: Date,
    /// The last day.
    pub due_on: Date,
    /// Whether the due cannot move any more.
    pub due_known: bool,
    /// On what the due rests.
    pub basis: String,
    /// The first day on which it was public.
    pub published_on: Option<Date>,
    /// Where.
    pub address: String,
    /// Who changed it last.
    pub changed_by_name: String,
    /// When.
    pub changed_at: Timestamp,
    /// For optimistic locking.
    pub version: i64,
}

/// Information that was formed or changed, or an event to be announced.
#[derive(Debug, Clone)]
pub struct Noted {
    /// The catalogue.
    pub catalogue: i64,
    /// The item's code.
    pub item: String,
    /// What information.
    pub about: String,
    /// The day it was formed or changed, or the event's.
    pub on: Date,
    /// When it became public, if it is.
    pub published: Option<Publication>,
}

/// When and where something became public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Publication {
    /// The first day.
    pub on: Date,
    /// The page's address; may be empty for what is only posted.
    pub address: String,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these units only; `None` for all.
    pub units: Option<BTreeSet<UnitId>>,
    /// Of one sector; empty for units' own.
    pub sector: Option<String>,
    /// Of one catalogue.
    pub catalogue: Option<i64>,
    /// Of one item.
    pub item: Option<String>,
    /// Standing so.
    pub standing: Option<Standing>,
    /// Not public yet.
    pub open: bool,
    /// Due by this day.
    pub due_until: Option<Date>,
    /// Whose item or information holds this text.
    pub text: String,
}

fn view(row: obligation::Model) -> Result<ObligationView> {
    Ok(ObligationView {
        id: row.id,
        catalogue: row.catalogue_id,
        unit: row.unit_id,
        sector: (!row.sector.is_empty()).then_some(row.sector),
        item: row.item_code,
        item_name: row.item_name,
        about: row.about,
        cause: word(Cause::from_word(&row.cause), &row.cause)?,
        cause_on: date(&row.cause_on)?,
        due_on: date(&row.due_on)?,
        due_known: row.due_known,
        basis: row.basis,
        published_on: date_or_none(row.published_on.as_ref())?,
        address: row.address,
        changed_by_name: row.changed_by_name,
        changed_at: instant(row.changed_at)?,
        version: row.version,
    })
}

/// The condition under which an obligation stands so; the same rule as `domain::obligation::standing`.
fn stands(wanted: Standing, today: Date, soon: Date) -> Condition {
    use obligation::Column::{DueOn, PublishedOn};
    let open = || Condition::all().add(PublishedOn.is_null());
    let (today, soon) = (today.to_string(), soon.to_string());
    match wanted {
        Standing::Overdue => open().add(DueOn.lt(today)),
        Standing::Soon => open().add(DueOn.gte(today)).add(DueOn.lte(soon)),
        Standing::Open => open().add(DueOn.gte(today)).add(DueOn.gt(soon)),
        Standing::KeptLate => Condition::all().add(Expr::col(PublishedOn).gt(Expr::col(DueOn))),
        Standing::Kept => Condition::all().add(Expr::col(PublishedOn).lte(Expr::col(DueOn))),
    }
}

fn select(filter: &Filter) -> Select<obligation::Entity> {
    use obligation::Column;
    let mut query = obligation::Entity::find();
    if let Some(units) = &filter.units {
        query = query.filter(Column::UnitId.is_in(units.iter().copied()));
    }
    if let Some(sector) = &filter.sector {
        query = query.filter(Column::Sector.eq(sector));
    }
    if let Some(catalogue) = filter.catalogue {
        query = query.filter(Column::CatalogueId.eq(catalogue));
    }
    if let Some(item) = &filter.item {
        query = query.filter(Column::ItemCode.eq(item));
    }
    if filter.open {
        query = query.filter(Column::PublishedOn.is_null());
    }
    if let Some(until) = filter.due_until {
        query = query.filter(Column::DueOn.lte(until.to_string()));
    }
    if !filter.text.is_empty() {
        let either = holds(Column::ItemName, &filter.text);
        query = query.filter(Condition::any().add(either).add(holds(Column::About, &filter.text)));
    }
    query
}

/// Obligations: what is not public yet by its due, then what was published last.
///
/// # Errors
/// The database's.
pub async fn list(
    store: &Store,
    filter: &Filter,
    today: Date,
    soon: Date,
    request: PageRequest,
) -> Result<Page<ObligationView>> {
    use obligation::Column;
    let mut query = select(filter);
    if let Some(wanted) = filter.standing {
        query = query.filter(stands(wanted, today, soon));
    }
    let total = query.clone().count(store.reader()).await?;
    let found = query
        .order_by_desc(Column::PublishedOn.is_null())
        .order_by_desc(Column::PublishedOn)
        .order_by_asc(Column::DueOn)
        .order_by_asc(Column::Id)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    Ok(Page::new(found.into_iter().map(view).collect::<Result<_>>()?, total, request))
}

/// What is not public and falls due until a day, the nearest due first.
pub(crate) async fn open_until(store: &Store, until: Date) -> Result<Vec<ObligationView>> {
    let found = select(&Filter { open: true, due_until: Some(until), ..Filter::default() })
        .order_by_asc(obligation::Column::DueOn)
        .order_by_asc(obligation::Column::Id)
        .all(store.reader())
        .await?;
    found.into_iter().map(view).collect()
}

/// The obligation of that id.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<ObligationView>> {
    obligation::Entity::find_by_id(id).one(store.reader()).await?.map(view).transpose()
}

/// The catalogues of some obligations; `None` when one of them is no more.
///
/// # Errors
/// The database's.
pub async fn catalogues(store: &Store, ids: &[i64]) -> Result<Option<BTreeSet<i64>>> {
    use obligation::Column;
    let mut catalogues = BTreeSet::new();
    for some in ids.chunks(5_000) {
        let found: Vec<i64> = obligation::Entity::find()
            .select_only()
            .column(Column::CatalogueId)
            .filter(Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(store.reader())
            .await?;
        if found.len() < some.len() {
            return Ok(None);
        }
        catalogues.extend(found);
    }
    Ok(Some(catalogues))
}

/// How many obligations stand how; the filter's own standing does not count.
///
/// # Errors
/// The database's.
pub async fn count_by_standing(
    store: &Store,
    filter: &Filter,
    today: Date,
    soon: Date,
) -> Result<BTreeMap<Standing, u64>> {
    let mut counts = BTreeMap::new();
    for standing in Standing::ALL {
        let query = select(filter).filter(stands(standing, today, soon));
        counts.insert(standing, query.count(store.reader()).await?);
    }
    Ok(counts)
}

async fn content_in_force(db: &impl sea_orm::ConnectionTrait, row: &catalogue::Model) -> Result<Catalogue> {
    let version = catalogue_version::Entity::find()
        .filter(catalogue_version::Column::CatalogueId.eq(row.id))
        .filter(catalogue_version::Column::Number.eq(row.current.unwrap_or(0)))
        .one(db)
        .await?;
    let version = version.ok_or(Error::NotFound("该目录的现行版本"))?;
    Ok(serde_json::from_str(&version.content)?)
}

pub(crate) fn row(
    catalogue: &catalogue::Model,
    item: &Item,
    about: &str,
    found: &Obligation,
    transaction: &Transaction,
) -> obligation::ActiveModel {
    obligation::ActiveModel {
        id: NotSet,
        catalogue_id: Set(catalogue.id),
        unit_id: Set(catalogue.unit_id),
        sector: Set(catalogue.sector.clone()),
        item_code: Set(item.code.clone()),
        item_name: Set(item.name()),
        about: Set(about.to_owned()),
        cause: Set(found.cause.word().to_owned()),
        cause_on: Set(found.cause_on.to_string()),
        due_on: Set(found.due.to_string()),
        due_known: Set(found.known),
        basis: Set(found.basis.clone()),
        published_on: Set(None),
        address: Set(String::new()),
        changed_by_name: Set(transaction.user_name.clone()),
        changed_at: Set(transaction.now),
        version: Set(1),
    }
}

impl ObligationView {
    /// How it stands.
    pub fn standing(&self, today: Date, soon: Date) -> Standing {
        standing(self.due_on, self.published_on, today, soon)
    }
}
