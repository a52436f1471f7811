//! The numbers of a report, from the record: policy files for table 2, cases for tables 3 and 4; a region's from its units'.

use super::{ReportRow, list};
use crate::entity::{disclosure, disclosure_link, disclosure_version};
use crate::instant::{date_or_none, instant};
use crate::{Result, Store};
use domain::annual_report::{
    AnnualReport, CaseSummary, Counted, Discrepancy, Disputes, PolicyFile, ProactiveNumbers, Requests, State,
    Working, against_units, check,
};
use domain::clock::civil_date;
use domain::disclosure::{Disclosure, Kind};
use domain::role::Scope;
use domain::unit::{Directory, UnitId, UnitKind};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeMap, BTreeSet};

/// A policy file as table 2 counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRow {
    /// The disclosure.
    pub id: i64,
    /// Whose.
    pub unit: UnitId,
    /// 标题.
    pub title: String,
    /// Its days.
    pub file: PolicyFile,
}

/// A unit's report within a region's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitReport {
    /// The unit.
    pub unit: UnitId,
    /// Where its own report is; `None` for a unit that has not begun one: its numbers are the record's.
    pub state: Option<State>,
    /// Its numbers.
    pub report: AnnualReport,
}

/// A report with everything that is known of its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The report as it would be handed in now.
    pub report: AnnualReport,
    /// What the record counts; of a region, the sum of its units'.
    pub counted: AnnualReport,
    /// Handling fees collected in the year, in yuan; part 六 states them.
    pub fees: u64,
    /// The report on the year before, if there is one.
    pub previous: Option<AnnualReport>,
    /// What does not agree.
    pub found: Vec<Discrepancy>,
    /// Of a region: its units'.
    pub units: Vec<UnitReport>,
}

impl Built {
    /// Of a region: the units that have not handed in theirs; their numbers are the record's for now.
    pub fn waiting(&self) -> impl Iterator<Item = UnitId> + '_ {
        let handed_in = |state| matches!(state, Some(State::Submitted | State::Approved | State::Published));
        self.units.iter().filter(move |unit| !handed_in(unit.state)).map(|unit| unit.unit)
    }
}

/// Every public normative document with its days.
///
/// # Errors
/// The database's.
pub async fn policies(store: &Store) -> Result<Vec<PolicyRow>> {
    use disclosure::Column;
    let mut rows = disclosure::Entity::find()
        .filter(Column::Kind.eq(Kind::Policy.word()))
        .filter(Column::Current.is_not_null())
        .filter(Column::WithdrawnAt.is_null())
        .order_by_asc(Column::FormedOn.is_null())
        .order_by_asc(Column::FormedOn)
        .order_by_asc(Column::Id)
        .all(store.reader())
        .await?;
    let normative = normative(store, &rows).await?;
    rows.retain(|row| normative.contains(&row.id));
    let links = disclosure_link::Entity::find()
        .filter(disclosure_link::Column::Kind.eq("repeals"))
        .all(store.reader())
        .await?;
    let day = |row: &disclosure::Model| {
        let formed = date_or_none(row.effective_on.as_ref().or(row.formed_on.as_ref()))?;
        let published = civil_date(instant(row.published_at.unwrap_or_default())?);
        Ok::<_, crate::Error>(formed.unwrap_or(published))
    };
    // A file may be repealed by one of another kind.
    let ids = links.iter().map(|link| link.from_id);
    let repealing = disclosure::Entity::find().filter(Column::Id.is_in(ids)).all(store.reader()).await?;
    let days: BTreeMap<i64, jiff::civil::Date> =
        repealing.iter().map(|row| Ok((row.id, day(row)?))).collect::<Result<_>>()?;
    let view = |row: disclosure::Model| {
        let by = links.iter().filter(|link| link.to_id == row.id);
        let published = civil_date(instant(row.published_at.unwrap_or_default())?);
        Ok(PolicyRow {
            id: row.id,
            unit: row.unit_id,
            file: PolicyFile {
                issued_on: date_or_none(row.formed_on.as_ref())?.unwrap_or(published),
                expires_on: date_or_none(row.expires_on.as_ref())?,
                repealed_on: by.filter_map(|link| days.get(&link.from_id).copied()).min(),
            },
            title: row.title,
        })
    };
    rows.into_iter().map(view).collect()
}

/// Which of some policy files are normative documents, by their versions in view.
async fn normative(store: &Store, rows: &[disclosure::Model]) -> Result<BTreeSet<i64>> {
    use disclosure_version::Column;
    let current: BTreeMap<i64, Option<i32>> = rows.iter().map(|row| (row.id, row.current)).collect();
    let mut found = BTreeSet::new();
    for ids in rows.chunks(CHUNK) {
        let versions = disclosure_version::Entity::find()
            .filter(Column::DisclosureId.is_in(ids.iter().map(|row| row.id)))
            .all(store.reader())
            .await?;
        for version in versions {
            let in_view = current.get(&version.disclosure_id) == Some(&Some(version.number));
            if in_view && serde_json::from_str::<Disclosure>(&version.content)?.is_normative() {
                found.insert(version.disclosure_id);
            }
        }
    }
    Ok(found)
}

/// Policy files whose contents are held at once.
const CHUNK: usize = 500;

/// What the record counts for some units in a year, unit by unit.
async fn counted(
    store: &Store,
    policies: &[PolicyRow],
    units: &BTreeSet<UnitId>,
    year: i16,
) -> Result<BTreeMap<UnitId, Counted>> {
    let mut cases: BTreeMap<UnitId, Vec<CaseSummary>> = BTreeMap::new();
    for case in crate::request::counted(store, units, year).await? {
        cases.entry(case.unit).or_default().push(case.summary);
    }
    let of_unit = |unit: &UnitId| {
        let own = policies.iter().filter(|policy| policy.unit == *unit).map(|policy| &policy.file);
        let cases = cases.get(unit).map(Vec::as_slice).unwrap_or_default();
        let counted = Counted {
            proactive: ProactiveNumbers::from_policies(own, year),
            requests: Requests::from_cases(cases, year),
            disputes: Disputes::from_cases(cases, year),
        };
        (*unit, counted)
    };
    Ok(units.iter().map(of_unit).collect())
}

/// The same for one.
async fn counted_of(store: &Store, policies: &[PolicyRow], unit: UnitId, year: i16) -> Result<Counted> {
    Ok(counted(store, policies, &BTreeSet::from([unit]), year).await?.remove(&unit).unwrap_or_default())
}

/// The units that report to a region: its departments and townships.
pub fn reporting(directory: &Directory, region: i64) -> Vec<UnitId> {
    let of = directory
        .units()
        .iter()
        .filter(|unit| unit.kind != UnitKind::Village && directory.chain(unit.region).contains(&region));
    of.map(|unit| unit.id).collect()
}

fn name(directory: &Directory, scope: Scope) -> String {
    match scope {
        Scope::Unit(unit) => directory.unit(unit).map(|unit| unit.name.clone()),
        Scope::Region(region) => directory.region(region).map(|region| region.name.clone()),
    }
    .unwrap_or_default()
}

/// The reports of a region's units on a year.
async fn of_units(
    store: &Store,
    directory: &Directory,
    policies: &[PolicyRow],
    region: i64,
    year: i16,
) -> Result<Vec<UnitReport>> {
    let rows = list(store, Some(year)).await?;
    let units = reporting(directory, region);
    let mut counted = counted(store, policies, &units.iter().copied().collect(), year).await?;
    let report = |unit: UnitId| {
        let row = rows.iter().find(|row| row.scope == Scope::Unit(unit));
        let working = row.map(|row| row.working.clone()).unwrap_or_default();
        let counted = counted.remove(&unit).unwrap_or_default();
        let report = working.of_unit(&name(directory, Scope::Unit(unit)), year, &counted);
        UnitReport { unit, state: row.map(|row| row.state), report }
    };
    Ok(units.into_iter().map(report).collect())
}

/// The report of a unit or region on a year with its numbers as they stand now; of one nobody has begun, the record's.
///
/// # Errors
/// The database's.
pub async fn build(store: &Store, scope: Scope, year: i16) -> Result<Built> {
    let directory = crate::unit::directory(store).await?;
    let policies = policies(store).await?;
    let working = super::find_of(store, scope, year).await?.map(|row| row.working).unwrap_or_default();
    let (report, counted, units) = one(store, &directory, &policies, scope, year, &working).await?;
    let before = year.saturating_sub(1);
    let previous = match super::find_of(store, scope, before).await? {
        Some(row) => Some(one(store, &directory, &policies, scope, before, &row.working).await?.0),
        None => None,
    };
    let mut found = check(&report, previous.as_ref());
    if matches!(scope, Scope::Region(_)) {
        found.extend(against_units(&report, units.iter().map(|unit| &unit.report)));
    }
    let paying = match scope {
        Scope::Unit(unit) => BTreeSet::from([unit]),
        Scope::Region(region) => reporting(&directory, region).into_iter().collect(),
    };
    let fees = crate::request::fees_paid(store, &paying, year).await?;
    Ok(Built { report, counted, fees, previous, found, units })
}

/// A report, what the record counts for it, and those of its units.
async fn one(
    store: &Store,
    directory: &Directory,
    policies: &[PolicyRow],
    scope: Scope,
    year: i16,
    working: &Working,
) -> Result<(AnnualReport, AnnualReport, Vec<UnitReport>)> {
    let name = name(directory, scope);
    match scope {
        Scope::Unit(unit) => {
            let counted = counted_of(store, policies, unit, year).await?;
            let plain = Working::default().of_unit(&name, year, &counted);
            Ok((working.of_unit(&name, year, &counted), plain, Vec::new()))
        }
        Scope::Region(region) => {
            let units = of_units(store, directory, policies, region, year).await?;
            let reports = || units.iter().map(|unit| &unit.report);
            let plain = Working::default().of_region(&name, year, reports());
            Ok((working.of_region(&name, year, reports()), plain, units))
        }
    }
}

/// What the report on the next year begins with.
pub(super) async fn next(store: &Store, last: &ReportRow) -> Result<Working> {
    let year = last.year.saturating_add(1);
    let report = build(store, last.scope, last.year).await?.report;
    let Built { counted, fees, .. } = build(store, last.scope, year).await?;
    let counted = Counted {
        proactive: counted.proactive.current().cloned().unwrap_or_default(),
        requests: counted.requests,
        disputes: counted.disputes,
    };
    let next = last.working.next(&report, &counted, fees);
    Ok(match last.scope {
        Scope::Unit(_) => next,
        // A region's numbers come from its units.
        Scope::Region(_) => Working { entered: Default::default(), ..next },
    })
}
