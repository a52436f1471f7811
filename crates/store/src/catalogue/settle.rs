//! The plan's assignments that catalogues complete: to compile them, and to readjust them in the year of the due.
//! Publishing completes a unit's share, withdrawing opens it again.

use crate::commit::Transaction;
use crate::entity::{assignment, catalogue, catalogue_version, responsibility, task};
use crate::instant::{date_or_none, instant, word};
use crate::{Result, Store};
use domain::catalogue::lineage::{asked_for, asks_to_readjust, readjusted};
use domain::clock::civil_date;
use domain::plan::{Due, Phase};
use domain::progress::State;
use domain::unit::UnitId;
use jiff::civil::Date;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, BTreeSet};

/// A unit's catalogues in force, each with the day on which a year's readjusted version came into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readjustment {
    /// The unit.
    pub unit: UnitId,
    /// Sector (`None` for its own), title, the day.
    pub catalogues: Vec<(Option<String>, String, Option<Date>)>,
}

impl Readjustment {
    /// The day on which the last of the unit's catalogues was readjusted; `None` while one is not.
    pub fn done_on(&self) -> Option<Date> {
        let days: Option<Vec<Date>> = self.catalogues.iter().map(|(_, _, day)| *day).collect();
        days?.into_iter().max()
    }
}

/// How far the readjustment of a year is, for the units that have a sector's catalogue in force.
///
/// # Errors
/// The database's.
pub async fn readjustment(store: &Store, units: &BTreeSet<UnitId>, year: i16) -> Result<Vec<Readjustment>> {
    let all = of_units(store.reader(), units, year).await?;
    Ok(all.into_iter().filter(|found| found.catalogues.iter().any(|(sector, ..)| sector.is_some())).collect())
}

async fn of_units(
    db: &impl ConnectionTrait,
    units: &BTreeSet<UnitId>,
    year: i16,
) -> Result<Vec<Readjustment>> {
    let rows = catalogue::Entity::find()
        .filter(catalogue::Column::UnitId.is_in(units.iter().copied()))
        .filter(catalogue::Column::Current.is_not_null())
        .all(db)
        .await?;
    let versions: Vec<(i64, i32, i64)> = catalogue_version::Entity::find()
        .select_only()
        .columns([
            catalogue_version::Column::CatalogueId,
            catalogue_version::Column::Number,
            catalogue_version::Column::PublishedAt,
        ])
        .filter(catalogue_version::Column::CatalogueId.is_in(rows.iter().map(|row| row.id)))
        .filter(catalogue_version::Column::WithdrawnAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let mut published: BTreeMap<i64, Vec<(u32, Date)>> = BTreeMap::new();
    for (catalogue, number, at) in versions {
        let number = super::number(number)?;
        published.entry(catalogue).or_default().push((number, civil_date(instant(at)?)));
    }
    let mut found: BTreeMap<UnitId, Readjustment> = BTreeMap::new();
    for row in rows {
        let versions = published.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        let sector = (!row.sector.is_empty()).then_some(row.sector);
        let empty = || Readjustment { unit: row.unit_id, catalogues: Vec::new() };
        let unit = found.entry(row.unit_id).or_insert_with(empty);
        unit.catalogues.push((sector, row.title, readjusted(versions, year)));
    }
    Ok(found.into_values().collect())
}

/// What the plans in force ask for a sector.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Who is to compile it.
    pub units: BTreeSet<UnitId>,
    /// The phases it is to go through.
    pub phases: Vec<Phase>,
}

/// Who is to compile which sector's catalogue, in what phases, as the plans in force say.
///
/// # Errors
/// The database's.
pub async fn asked(store: &Store) -> Result<BTreeMap<String, Asked>> {
    let tasks: Vec<(i64, String)> = task::Entity::find()
        .select_only()
        .columns([task::Column::Id, task::Column::Name])
        .filter(task::Column::Name.contains("目录"))
        .into_tuple()
        .all(store.reader())
        .await?;
    let tasks: BTreeMap<i64, String> = tasks.into_iter().collect();
    let assignments = assignment::Entity::find()
        .filter(assignment::Column::TaskId.is_in(tasks.keys().copied()))
        .order_by_asc(assignment::Column::Id)
        .all(store.reader())
        .await?;
    let mut all: BTreeMap<String, Asked> = BTreeMap::new();
    for row in assignments {
        let sectors = asked_for(tasks.get(&row.task_id).map_or("", String::as_str), &row.content);
        if sectors.iter().all(String::is_empty) {
            continue;
        }
        let due: Due = serde_json::from_str(&row.due)?;
        let units: Vec<UnitId> = responsibility::Entity::find()
            .select_only()
            .column(responsibility::Column::UnitId)
            .filter(responsibility::Column::AssignmentId.eq(row.id))
            .into_tuple()
            .all(store.reader())
            .await?;
        for sector in sectors {
            let asked = all.entry(sector).or_default();
            asked.units.extend(units.iter().copied());
            if !due.phases().is_empty() {
                asked.phases = due.phases().to_vec();
            }
        }
    }
    Ok(all)
}

/// What happened to a unit's catalogue.
pub(super) struct Settled<'a> {
    pub(super) unit: UnitId,
    pub(super) sector: &'a str,
    pub(super) title: &'a str,
    /// The version that came into force; `None` when one was taken back.
    pub(super) number: Option<i32>,
    /// Why it was taken back.
    pub(super) reason: &'a str,
}

/// Completes the unit's assignments whose catalogues are all there, or opens them again.
pub(super) async fn settle_plan(transaction: &mut Transaction, settled: &Settled<'_>) -> Result<()> {
    let unit = settled.unit;
    let in_force: Vec<String> = catalogue::Entity::find()
        .select_only()
        .column(catalogue::Column::Sector)
        .filter(catalogue::Column::UnitId.eq(unit))
        .filter(catalogue::Column::Current.is_not_null())
        .into_tuple()
        .all(&transaction.db)
        .await?;
    let shares = responsibility::Entity::find()
        .filter(responsibility::Column::UnitId.eq(unit))
        .all(&transaction.db)
        .await?;
    let this_year = civil_date(instant(transaction.now)?).year();
    for share in shares {
        let Some(row) = assignment::Entity::find_by_id(share.assignment_id).one(&transaction.db).await?
        else {
            continue;
        };
        let task = task::Entity::find_by_id(row.task_id).one(&transaction.db).await?;
        let task = task.map_or_else(String::new, |task| task.name);
        let asked = asked_for(&task, &row.content);
        let done = if asked.iter().any(|asked| asked == settled.sector) {
            asked.iter().all(|asked| in_force.contains(asked))
        } else if asks_to_readjust(&task, &row.content) {
            let year = date_or_none(share.due_on.as_ref())?.map_or(this_year, Date::year);
            let found = of_units(&transaction.db, &BTreeSet::from([unit]), year).await?;
            found.iter().any(|found| found.done_on().is_some())
        } else {
            continue;
        };
        let state = word(State::from_word(&share.state), &share.state)?;
        let title = settled.title;
        match (settled.number, state) {
            (Some(number), state) if done && state != State::Completed => {
                let text = format!("《{title}》第{number}版已公布，系统自动确认完成。");
                crate::responsibility::complete_in(transaction, share, &text).await?;
            }
            (None, State::Completed) if !done => {
                let text = format!("《{title}》已撤回，任务重新打开。撤回原因：{}", settled.reason);
                crate::responsibility::reopen_in(transaction, share, &text).await?;
            }
            _ => {}
        }
    }
    Ok(())
}
