//! Annual reports (年度报告): what people write of them is kept here; their numbers are counted from the record in `numbers`
//! each time. A report is handed in, reviewed and published as a disclosure, so where it is follows from that one.

mod numbers;

pub use numbers::{Built, PolicyRow, UnitReport, build, policies, reporting};

use crate::commit::Transaction;
use crate::disclosure::{Basis, Wanted, put, within};
use crate::entity::annual_report::{ActiveModel, Column, Entity, Model};
use crate::entity::disclosure;
use crate::instant::{instant, word};
use crate::text::{masked, written};
use crate::{Error, Result, Store};
use domain::annual_report::{Refused, State, Working};
use domain::disclosure::Disclosure;
use domain::disclosure::state::{State as DisclosureState, Step};
use domain::journal::Action;
use domain::role::{Actor, Scope};
use domain::unit::UnitId;
use domain::workday::Calendar;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::BTreeMap;

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Identity.
    pub id: i64,
    /// Whose.
    pub scope: Scope,
    /// The year it reports on.
    pub year: i16,
    /// What a person wrote.
    pub working: Working,
    /// Where it is.
    pub state: State,
    /// The disclosure it was handed in as.
    pub disclosure: Option<i64>,
    /// Who changed it last.
    pub changed_by_name: String,
    /// When.
    pub changed_at: Timestamp,
    /// For optimistic locking.
    pub version: i64,
}

fn view(row: &Model, states: &BTreeMap<i64, DisclosureState>) -> Result<ReportRow> {
    let scope = row.unit_id.map(Scope::Unit).or(row.region_id.map(Scope::Region));
    let disclosure = row.disclosure_id.filter(|id| states.contains_key(id));
    Ok(ReportRow {
        id: row.id,
        scope: word(scope, "scope")?,
        year: i16::try_from(row.year).map_err(|_| Error::Unreadable(format!("year {}", row.year)))?,
        working: serde_json::from_str(&row.content)?,
        state: State::of(disclosure.and_then(|id| states.get(&id).copied())),
        disclosure,
        changed_by_name: row.changed_by_name.clone(),
        changed_at: instant(row.changed_at)?,
        version: row.version,
    })
}

/// Where the disclosures of some reports are; those thrown away are missing.
async fn states(db: &impl ConnectionTrait, rows: &[Model]) -> Result<BTreeMap<i64, DisclosureState>> {
    let ids: Vec<i64> = rows.iter().filter_map(|row| row.disclosure_id).collect();
    let found = disclosure::Entity::find().filter(disclosure::Column::Id.is_in(ids)).all(db).await?;
    let state =
        |row: disclosure::Model| Ok((row.id, word(DisclosureState::from_word(&row.state), &row.state)?));
    found.into_iter().map(state).collect()
}

/// The reports on a year, regions' first; on every year when none is given, the newest first.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, year: Option<i16>) -> Result<Vec<ReportRow>> {
    let mut query = Entity::find();
    if let Some(year) = year {
        query = query.filter(Column::Year.eq(i32::from(year)));
    }
    let rows = query.order_by_desc(Column::Year).order_by_asc(Column::Id).all(store.reader()).await?;
    let states = states(store.reader(), &rows).await?;
    let mut rows = rows.iter().map(|row| view(row, &states)).collect::<Result<Vec<_>>>()?;
    rows.sort_by_key(|row| (-i32::from(row.year), matches!(row.scope, Scope::Unit(_))));
    Ok(rows)
}

/// The report of that id.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<ReportRow>> {
    let Some(row) = Entity::find_by_id(id).one(store.reader()).await? else { return Ok(None) };
    let states = states(store.reader(), std::slice::from_ref(&row)).await?;
    view(&row, &states).map(Some)
}

/// The report of a unit or region on a year.
///
/// # Errors
/// The database's.
pub async fn find_of(store: &Store, scope: Scope, year: i16) -> Result<Option<ReportRow>> {
    Ok(list(store, Some(year)).await?.into_iter().find(|row| row.scope == scope))
}

/// The report that was handed in as a disclosure.
///
/// # Errors
/// The database's.
pub async fn find_handed_in(store: &Store, disclosure: i64) -> Result<Option<ReportRow>> {
    let row = Entity::find().filter(Column::DisclosureId.eq(disclosure)).one(store.reader()).await?;
    let Some(row) = row else { return Ok(None) };
    let states = states(store.reader(), std::slice::from_ref(&row)).await?;
    view(&row, &states).map(Some)
}

/// Texts as they are kept.
fn clean(mut working: Working) -> Result<Working> {
    for text in [&mut working.overall, &mut working.problems, &mut working.others, &mut working.explanation] {
        *text = written(text)?;
    }
    Ok(working)
}

/// What the journal keeps.
fn recorded(working: &Working) -> Working {
    Working {
        overall: masked(&working.overall),
        problems: masked(&working.problems),
        others: masked(&working.others),
        explanation: masked(&working.explanation),
        entered: working.entered.clone(),
    }
}

/// The years that are reported on: since the regulation first asked for it, and none that has not begun.
const FIRST_YEAR: i16 = 2008;

/// Begins a report, from last year's where there is one; returns its id.
///
/// # Errors
/// A report that is there already, or on a year that has not begun.
pub async fn begin(store: &Store, actor: &Actor, scope: Scope, year: i16) -> Result<i64> {
    let this = domain::clock::civil_date(instant(store.now())?).year();
    if !(FIRST_YEAR..=this).contains(&year) {
        return Err(Error::refused(format!("年报的年份应在{FIRST_YEAR}年至{this}年之间。请重新选择。")));
    }
    let working = match find_of(store, scope, year.saturating_sub(1)).await? {
        Some(last) => numbers::next(store, &last).await?,
        None => Working::default(),
    };
    let (unit, region) = match scope {
        Scope::Unit(unit) => (Some(unit), None),
        Scope::Region(region) => (None, Some(region)),
    };
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let of = match scope {
                    Scope::Unit(unit) => Column::UnitId.eq(unit),
                    Scope::Region(region) => Column::RegionId.eq(region),
                };
                let same = Entity::find().filter(Column::Year.eq(i32::from(year))).filter(of);
                let same = same.one(&transaction.db).await?;
                if same.is_some() {
                    return Err(Error::refused("这一年的年报已经建立。请打开原来的一份继续编写。"));
                }
                let row = ActiveModel {
                    id: NotSet,
                    unit_id: Set(unit),
                    region_id: Set(region),
                    year: Set(year.into()),
                    content: Set(serde_json::to_string(&working)?),
                    disclosure_id: Set(None),
                    changed_by_name: Set(transaction.user_name.clone()),
                    changed_at: Set(transaction.now),
                    version: Set(1),
                };
                let id = row.insert(&transaction.db).await?.id;
                let after = (scope, year, recorded(&working));
                transaction.record(
                    Action::AnnualReportBegun,
                    "annual_report",
                    id,
                    None::<&()>,
                    Some(&after),
                )?;
                Ok(id)
            })
        })
        .await
}

/// The report as the person saw it, while it is being written.
async fn writing(transaction: &Transaction, id: i64, version: i64) -> Result<Model> {
    let row = Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("这份年报"))?;
    if row.version != version {
        return Err(Error::Conflict {
            what: "这份年报",
            changed_by: row.changed_by_name,
            changed_at: instant(row.changed_at)?,
        });
    }
    let states = states(&transaction.db, std::slice::from_ref(&row)).await?;
    if view(&row, &states)?.state != State::Draft {
        return Err(Error::refused(Refused::NotDraft));
    }
    Ok(row)
}

/// Keeps what a person wrote; returns the new version. Nothing changed is nothing recorded.
///
/// # Errors
/// [`Error::Conflict`]; a report that is under review or public.
pub async fn edit(store: &Store, actor: &Actor, id: i64, version: i64, working: Working) -> Result<i64> {
    let working = clean(working)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = writing(transaction, id, version).await?;
                let before: Working = serde_json::from_str(&row.content)?;
                if before == working {
                    return Ok(version);
                }
                let mut change: ActiveModel = row.into();
                change.content = Set(serde_json::to_string(&working)?);
                change.changed_by_name = Set(transaction.user_name.clone());
                change.changed_at = Set(transaction.now);
                change.version = Set(version + 1);
                change.update(&transaction.db).await?;
                let (before, after) = (recorded(&before), recorded(&working));
                let action = Action::AnnualReportChanged;
                transaction.record(action, "annual_report", id, Some(&before), Some(&after))?;
                Ok(version + 1)
            })
        })
        .await
}

/// What a report is handed in as.
#[derive(Debug, Clone)]
pub struct HandedIn {
    /// Who publishes it.
    pub unit: UnitId,
    /// Its page and files.
    pub content: Disclosure,
    /// As [`Wanted::marks`].
    pub marks: Vec<String>,
}

/// Hands a report in for review as a disclosure: the draft it was returned as, or a new one; returns the disclosure's id.
///
/// # Errors
/// [`Error::Conflict`]; a report that is under review or public; what the disclosure's own rules refuse.
pub async fn hand_in(
    store: &Store,
    actor: &Actor,
    calendar: &Calendar,
    id: i64,
    version: i64,
    handed: HandedIn,
) -> Result<i64> {
    let directory = crate::unit::directory(store).await?;
    let basis = Basis::new(store, calendar);
    let HandedIn { unit, content, marks } = handed;
    let submit = Wanted { marks, ..Step::Submit.into() };
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = writing(transaction, id, version).await?;
                let before = row.disclosure_id;
                let known = match before {
                    Some(before) => disclosure::Entity::find_by_id(before).one(&transaction.db).await?,
                    None => None,
                };
                let known = known.filter(|known| known.state == DisclosureState::Draft.word());
                let (target, at) = put(transaction, unit, known.as_ref(), content).await?;
                within(transaction, &directory, &basis, target, at, &submit).await?;
                let mut change: ActiveModel = row.into();
                change.disclosure_id = Set(Some(target));
                change.changed_by_name = Set(transaction.user_name.clone());
                change.changed_at = Set(transaction.now);
                change.version = Set(version + 1);
                change.update(&transaction.db).await?;
                let action = Action::AnnualReportHandedIn;
                transaction.record(action, "annual_report", id, before.as_ref(), Some(&target))?;
                Ok(target)
            })
        })
        .await
}
