//! Who is how far: the sectors against the units as a matrix, with the phases that the plan asks for, then as a list.

use super::sector_name;
use crate::app::App;
use crate::office::{Done, frame, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::catalogue::phase::{Phase, expected};
use domain::role::{Act, Scope};
use domain::sector;
use domain::unit::{Tier, UnitId};
use std::collections::{BTreeMap, BTreeSet};
use store::catalogue::{Asked, CatalogueRow, Filter};

/// One unit's catalogue, or what is asked of it.
struct Share {
    link: Option<String>,
    unit: String,
    phase: Option<Phase>,
    adjusting: bool,
    /// Behind the plan's phases.
    late: bool,
    number: Option<u32>,
    items: u32,
    /// Where a unit's own and its sectors' catalogues are reconciled.
    reconcile: String,
}

impl Share {
    /// The class of its mark.
    fn class(&self) -> &'static str {
        match self.phase {
            None => "none",
            Some(Phase::Compiling) => "underway",
            Some(Phase::Reviewing) => "awaiting",
            Some(Phase::Approved) => "due_soon",
            Some(Phase::Published) => "done",
        }
    }

    fn label(&self) -> &'static str {
        self.phase.map_or("未开始", Phase::label)
    }

    /// One character for a narrow cell.
    fn mark(&self) -> &'static str {
        match self.phase {
            None => "未",
            Some(Phase::Compiling) => "理",
            Some(Phase::Reviewing) => "审",
            Some(Phase::Approved) => "待",
            Some(Phase::Published) => "公",
        }
    }
}

struct SectorRow {
    name: &'static str,
    shares: Vec<Share>,
    /// One for each column of the matrix: where its share is in `shares`.
    cells: Vec<Option<usize>>,
}

impl SectorRow {
    fn cell(&self, place: &Option<usize>) -> Option<&Share> {
        place.and_then(|place| self.shares.get(place))
    }
}

/// A phase of the plan's.
struct Stage {
    name: String,
    span: String,
    now: bool,
}

#[derive(Template)]
#[template(path = "office/catalogues.html")]
struct ListPage {
    page: Page,
    columns: Vec<String>,
    rows: Vec<SectorRow>,
    stages: Vec<Stage>,
    own: Vec<Share>,
    villages: Vec<(&'static str, Share)>,
    counts: Vec<(Phase, usize)>,
    missing: usize,
    late: usize,
    whole: bool,
    may_begin: bool,
}

fn share(staff: &Staff, row: &CatalogueRow, expected: Option<Phase>) -> Share {
    Share {
        link: Some(format!("/office/catalogues/{}", row.id)),
        unit: unit_name(staff, row.unit),
        adjusting: row.phase != Phase::Published && row.current.is_some(),
        late: row.current.is_none() && expected.is_some_and(|phase| row.phase < phase),
        phase: Some(row.phase),
        number: row.current,
        items: row.items,
        reconcile: format!("/office/catalogues/reconcile/{}", row.unit),
    }
}

fn stages(asked: &BTreeMap<String, Asked>, today: jiff::civil::Date) -> Vec<Stage> {
    let phases = asked.values().map(|asked| &asked.phases).find(|phases| !phases.is_empty());
    let short = |day: jiff::civil::Date| day.strftime("%-m月%-d日").to_string();
    let stage = |phase: &domain::plan::Phase| Stage {
        name: phase.name.clone(),
        span: match phase.from {
            Some(from) => format!("{}至{}", short(from), short(phase.to)),
            None => format!("{}前", short(phase.to)),
        },
        now: phase.from.is_some_and(|from| from <= today) && today <= phase.to,
    };
    phases.into_iter().flatten().map(stage).collect()
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visible = staff.units(Act::ReadCatalogue);
    if visible.is_empty() {
        return Err(domain::role::Denied { act: Act::ReadCatalogue }.into());
    }
    let units: Vec<UnitId> = visible.iter().copied().collect();
    let found =
        store::catalogue::list(&app.store, &Filter { units: Some(units), ..Filter::default() }).await?;
    let asked = store::catalogue::asked(&app.store).await?;
    let today = app.today();
    let village = |row: &CatalogueRow| {
        staff.directory.region(row.region).is_some_and(|region| region.tier == Tier::Village)
    };
    let counts = Phase::ALL.map(|phase| (phase, found.iter().filter(|row| row.phase == phase).count()));
    let mut in_matrix: BTreeSet<UnitId> = asked
        .values()
        .flat_map(|asked| asked.units.iter().copied())
        .filter(|unit| visible.contains(unit))
        .collect();
    in_matrix.extend(found.iter().filter(|row| row.sector.is_some() && !village(row)).map(|row| row.unit));
    let columns: Vec<UnitId> =
        staff.directory.units().iter().map(|unit| unit.id).filter(|unit| in_matrix.contains(unit)).collect();
    let nothing = Asked::default();
    let mut rows = Vec::new();
    for sector in sector::all() {
        let asked = asked.get(&sector.id).unwrap_or(&nothing);
        let expected = expected(&asked.phases, today);
        let mut row = SectorRow { name: sector.name.as_str(), shares: Vec::new(), cells: Vec::new() };
        for unit in &columns {
            let of_unit =
                |row: &&CatalogueRow| row.unit == *unit && row.sector.as_deref() == Some(&sector.id);
            let place = match found.iter().find(of_unit) {
                Some(catalogue) => Some(share(&staff, catalogue, expected)),
                None if asked.units.contains(unit) => Some(Share {
                    link: None,
                    unit: unit_name(&staff, *unit),
                    phase: None,
                    adjusting: false,
                    late: expected.is_some(),
                    number: None,
                    items: 0,
                    reconcile: String::new(),
                }),
                None => None,
            };
            row.cells.push(place.is_some().then_some(row.shares.len()));
            row.shares.extend(place);
        }
        rows.push(row);
    }
    // The whole picture is for those who see a region; a unit sees its own sectors.
    let whole = staff.scopes(Act::ReadCatalogue).iter().any(|scope| matches!(scope, Scope::Region(_)));
    rows.retain(|row| whole || !row.shares.is_empty());
    let columns = if whole { columns } else { Vec::new() };
    let own = found.iter().filter(|row| row.sector.is_none()).map(|row| share(&staff, row, None)).collect();
    let villages = found.iter().filter(|row| row.sector.is_some() && village(row));
    let template = ListPage {
        page: frame(&app, &staff, &headers, "标准目录", "/office/catalogues")
            .await?
            .with_done(done.done.as_deref()),
        columns: columns.iter().map(|unit| staff.directory.short_name(*unit).to_owned()).collect(),
        missing: rows.iter().filter(|row| row.shares.iter().all(|share| share.phase.is_none())).count(),
        late: rows.iter().flat_map(|row| &row.shares).filter(|share| share.late).count(),
        rows,
        stages: stages(&asked, today),
        own,
        villages: villages
            .map(|row| (sector_name(row.sector.as_deref()), share(&staff, row, None)))
            .collect(),
        counts: counts.to_vec(),
        whole,
        may_begin: staff.may(Act::EditCatalogue),
    };
    page(&template)
}
