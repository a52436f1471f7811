//! Obligations (应公开事项): what the items of catalogues in force ask for, and when it became public. Information that was
//! formed is noted by a person; periodic items are opened by [`renew`] and whenever a version comes into force. The due
//! is worked out once, by the rules of that day, and kept with its basis.

use crate::commit::Transaction;
use crate::entity::{catalogue, catalogue_version, obligation};
use crate::instant::{date, date_or_none, instant, word};
use crate::like::holds;
use crate::text::{web_address, written};
use crate::{Error, Page, PageRequest, Result, Store};
use domain::catalogue::{Catalogue, Item};
use domain::clock::civil_date;
use domain::journal::Action;
use domain::obligation::{
    Cause, Keeping, Obligation, Refused, Standing, check_days, keeping, of_day, of_periods, standing,
};
use domain::role::Actor;
use domain::unit::UnitId;
use domain::workday::Calendar;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    /// Whose item or information holds this text.
    pub text: String,
}

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
    let found = select(&Filter { open: true, ..Filter::default() })
        .filter(obligation::Column::DueOn.lte(until.to_string()))
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

async fn content_in_force(db: &impl sea_orm::ConnectionTrait, row: &catalogue::Model) -> Result<Catalogue> {
    let version = catalogue_version::Entity::find()
        .filter(catalogue_version::Column::CatalogueId.eq(row.id))
        .filter(catalogue_version::Column::Number.eq(row.current.unwrap_or(0)))
        .one(db)
        .await?;
    let version = version.ok_or(Error::NotFound("该目录的现行版本"))?;
    Ok(serde_json::from_str(&version.content)?)
}

fn checked(publication: Publication) -> Result<Publication> {
    let address = written(&publication.address)?;
    if !address.is_empty() {
        web_address(&address)?;
    }
    Ok(Publication { address, ..publication })
}

fn row(
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

/// Notes that information was formed or changed, or an event set; returns the obligation's id.
///
/// # Errors
/// An item that is not in force or never falls due so; days out of order; the same information noted before.
pub async fn note(store: &Store, actor: &Actor, calendar: &Calendar, noted: Noted) -> Result<i64> {
    let about = written(&noted.about)?;
    if about.is_empty() {
        return Err(Error::refused("请写明是什么信息，如文件标题或信息名称。"));
    }
    let published = noted.published.map(checked).transpose()?;
    let (rules, calendar) = (store.rules().clone(), calendar.clone());
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let today = civil_date(instant(transaction.now)?);
                let row_of = catalogue::Entity::find_by_id(noted.catalogue).one(&transaction.db).await?;
                let in_force = row_of.filter(|row| row.current.is_some());
                let in_force = in_force.ok_or(Error::NotFound("这份公布的目录"))?;
                let content = content_in_force(&transaction.db, &in_force).await?;
                let item = content.item(&noted.item).ok_or(Error::NotFound("现行目录中的这个事项"))?;
                let cause = Cause::of(item).ok_or(Refused::OnRequest).map_err(Error::refused)?;
                check_days(cause, noted.on, published.as_ref().map(|found| found.on), today)
                    .map_err(Error::refused)?;
                let found = of_day(item, noted.on, &rules, &calendar);
                let found = found.ok_or(Refused::Periodic).map_err(Error::refused)?;
                let same = select(&Filter {
                    catalogue: Some(in_force.id),
                    item: Some(item.code.clone()),
                    ..Filter::default()
                });
                let same = same
                    .filter(obligation::Column::Cause.eq(found.cause.word()))
                    .filter(obligation::Column::CauseOn.eq(noted.on.to_string()))
                    .filter(obligation::Column::About.eq(&about));
                if same.one(&transaction.db).await?.is_some() {
                    return Err(Error::refused("这条信息已经登记过，请在应公开事项中找到它，登记公开情况。"));
                }
                let mut new = row(&in_force, item, &about, &found, transaction);
                if let Some(published) = &published {
                    new.published_on = Set(Some(published.on.to_string()));
                    new.address = Set(published.address.clone());
                }
                let id = new.insert(&transaction.db).await?.id;
                let after = (&found, &about, &published);
                transaction.record(Action::ObligationNoted, "obligation", id, None::<&()>, Some(&after))?;
                Ok(id)
            })
        })
        .await
}

async fn load(transaction: &Transaction, id: i64, version: i64) -> Result<obligation::Model> {
    let row = obligation::Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("这条应公开事项"))?;
    if row.version != version {
        let changed_at = instant(row.changed_at)?;
        return Err(Error::Conflict {
            what: "这条应公开事项", changed_by: row.changed_by_name, changed_at
        });
    }
    Ok(row)
}

/// Notes when and where an obligation became public; written again, it corrects what was written before.
///
/// # Errors
/// [`Error::Conflict`]; days out of order; an address that is none.
pub async fn publish(
    store: &Store,
    actor: &Actor,
    id: i64,
    version: i64,
    publication: Publication,
) -> Result<()> {
    let publication = checked(publication)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                let today = civil_date(instant(transaction.now)?);
                let cause = word(Cause::from_word(&row.cause), &row.cause)?;
                check_days(cause, date(&row.cause_on)?, Some(publication.on), today)
                    .map_err(Error::refused)?;
                let before = match date_or_none(row.published_on.as_ref())? {
                    Some(on) => Some(Publication { on, address: row.address.clone() }),
                    None => None,
                };
                let mut change: obligation::ActiveModel = row.into();
                change.published_on = Set(Some(publication.on.to_string()));
                change.address = Set(publication.address.clone());
                change.changed_by_name = Set(transaction.user_name.clone());
                change.changed_at = Set(transaction.now);
                change.version = Set(version + 1);
                change.update(&transaction.db).await?;
                let action = Action::ObligationPublished;
                transaction.record(action, "obligation", id, before.as_ref(), Some(&publication))
            })
        })
        .await
}

/// Takes back what was noted by mistake; what is public or comes by the calendar stays.
///
/// # Errors
/// [`Error::Conflict`]; no reason; a period or a published one.
pub async fn cancel(store: &Store, actor: &Actor, id: i64, version: i64, reason: &str) -> Result<()> {
    let reason = written(reason)?;
    if reason.is_empty() {
        return Err(Error::refused("请写明原因，以便日后查考。"));
    }
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                if row.published_on.is_some() || row.cause == Cause::Period.word() {
                    return Err(Error::refused(
                        "已经公开的和按期公开的不能取消登记。日期有误的，请更正公开情况。",
                    ));
                }
                let before = serde_json::to_value(&row)?;
                obligation::Entity::delete_by_id(id).exec(&transaction.db).await?;
                transaction.record(
                    Action::ObligationCancelled,
                    "obligation",
                    id,
                    Some(&before),
                    Some(&reason),
                )
            })
        })
        .await
}

/// Opens the next period of every periodic item in force, and works out anew the dues that could still move; returns how
/// many obligations changed. Run as often as one likes.
///
/// # Errors
/// The database's.
pub async fn renew(store: &Store, calendar: &Calendar, today: Date) -> Result<usize> {
    let in_force = catalogue::Entity::find()
        .filter(catalogue::Column::Current.is_not_null())
        .order_by_asc(catalogue::Column::Id)
        .all(store.reader())
        .await?;
    let mut changed = 0;
    for row in in_force {
        let content = content_in_force(store.reader(), &row).await?;
        let calendar = calendar.clone();
        let rules = store.rules().clone();
        changed += store
            .commit(&Actor::System, move |transaction| {
                Box::pin(async move {
                    let opened = open_periods(transaction, &row, &content, today).await?;
                    let moved = settle_dues(transaction, &row, &content, &rules, &calendar).await?;
                    Ok(opened + moved)
                })
            })
            .await?;
    }
    Ok(changed)
}

/// Opens the periods of a version in force: every due from the day it came into force up to the next one. Open periods
/// that the version no longer asks for go. A period is kept by its due and the limit's own words, so a changed limit
/// begins anew today.
pub(crate) async fn open_periods(
    transaction: &mut Transaction,
    row_of: &catalogue::Model,
    content: &Catalogue,
    today: Date,
) -> Result<usize> {
    use obligation::Column;
    let known: Vec<obligation::Model> = obligation::Entity::find()
        .filter(Column::CatalogueId.eq(row_of.id))
        .filter(Column::Cause.eq(Cause::Period.word()))
        .all(&transaction.db)
        .await?;
    let mut last: HashMap<(&str, &str), Date> = HashMap::new();
    for row in &known {
        let due = date(&row.due_on)?;
        let entry = last.entry((&row.item_code, &row.basis)).or_insert(due);
        *entry = due.max(*entry);
    }
    let mut new = Vec::new();
    let mut wanted: BTreeSet<(String, String)> = BTreeSet::new();
    for item in content.items.iter().filter(|item| Cause::of(item) == Some(Cause::Period)) {
        let dues = of_periods(item, today, today);
        let Some(next) = dues.last() else { continue };
        wanted.insert((item.code.clone(), next.basis.clone()));
        let from = match last.get(&(item.code.as_str(), next.basis.as_str())) {
            Some(due) => due.tomorrow().unwrap_or(*due),
            None => today,
        };
        if from <= next.due {
            new.extend(
                of_periods(item, from, today)
                    .into_iter()
                    .map(|found| row(row_of, item, "", &found, transaction)),
            );
        }
    }
    let today = today.to_string();
    let stale = |row: &&obligation::Model| {
        let key = (row.item_code.clone(), row.basis.clone());
        row.published_on.is_none() && row.due_on >= today && !wanted.contains(&key)
    };
    let stale: Vec<i64> = known.iter().filter(stale).map(|row| row.id).collect();
    let changed = new.len() + stale.len();
    if changed == 0 {
        return Ok(0);
    }
    obligation::Entity::delete_many().filter(Column::Id.is_in(stale)).exec(&transaction.db).await?;
    for chunk in new.chunks(1_000) {
        // The same day may come by old and new words of a limit alike: it is asked for once.
        let once = OnConflict::new().do_nothing().to_owned();
        obligation::Entity::insert_many(chunk.to_vec())
            .on_conflict(once)
            .try_insert()
            .exec_without_returning(&transaction.db)
            .await?;
    }
    transaction.note(Action::ObligationsRenewed, "catalogue", row_of.id, &format!("{changed}项"));
    Ok(changed)
}

/// No period of a catalogue that is in force no more falls due; what is late stays on record.
pub(crate) async fn close_periods(transaction: &Transaction, catalogue: i64, today: Date) -> Result<()> {
    use obligation::Column;
    obligation::Entity::delete_many()
        .filter(Column::CatalogueId.eq(catalogue))
        .filter(Column::Cause.eq(Cause::Period.word()))
        .filter(Column::PublishedOn.is_null())
        .filter(Column::DueOn.gte(today.to_string()))
        .exec(&transaction.db)
        .await?;
    Ok(())
}

/// Works out anew the dues that rested on a calendar not yet published.
async fn settle_dues(
    transaction: &mut Transaction,
    row_of: &catalogue::Model,
    content: &Catalogue,
    rules: &domain::rule::Rules,
    calendar: &Calendar,
) -> Result<usize> {
    let open = obligation::Entity::find()
        .filter(obligation::Column::CatalogueId.eq(row_of.id))
        .filter(obligation::Column::DueKnown.eq(false))
        .filter(obligation::Column::PublishedOn.is_null())
        .all(&transaction.db)
        .await?;
    let mut moved = 0;
    for row in open {
        let Some(item) = content.item(&row.item_code) else { continue };
        let Some(found) = of_day(item, date(&row.cause_on)?, rules, calendar).filter(|found| found.known)
        else {
            continue;
        };
        let (id, before) = (row.id, row.due_on.clone());
        let mut change: obligation::ActiveModel = row.into();
        change.due_on = Set(found.due.to_string());
        change.due_known = Set(true);
        change.update(&transaction.db).await?;
        let after = found.due.to_string();
        transaction.record(Action::ObligationsRenewed, "obligation", id, Some(&before), Some(&after))?;
        moved += 1;
    }
    Ok(moved)
}

impl ObligationView {
    /// How it stands.
    pub fn standing(&self, today: Date, soon: Date) -> Standing {
        standing(self.due_on, self.published_on, today, soon)
    }
}
