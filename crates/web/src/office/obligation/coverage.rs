//! How catalogues are kept (公开情况): for each unit and sector how many items are late, blank or in order; then item by
//! item.

use crate::app::App;
use crate::office::{frame, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::letter::written_date;
use domain::obligation::Keeping;
use domain::role::Act;
use store::obligation::Coverage;

/// The ways an item that is to be published can be kept, the most urgent first.
const COLUMNS: [Keeping; 4] = [Keeping::Overdue, Keeping::Blank, Keeping::Late, Keeping::Kept];

struct Bar {
    word: &'static str,
    x: f64,
    width: f64,
}

struct Row {
    link: String,
    unit: String,
    sector: &'static str,
    counts: Vec<(Keeping, usize)>,
    total: usize,
    bars: Vec<Bar>,
}

#[derive(Template)]
#[template(path = "office/coverage.html")]
struct CoveragePage {
    page: Page,
    rows: Vec<Row>,
    totals: Vec<(Keeping, usize)>,
    total: usize,
}

fn bars(counts: &[(Keeping, usize)], total: usize) -> Vec<Bar> {
    let mut x = 0.0;
    let mut bars = Vec::new();
    for (keeping, count) in counts.iter().filter(|(_, count)| *count > 0) {
        let width = *count as f64 * 100.0 / total.max(1) as f64;
        bars.push(Bar { word: keeping.word(), x, width });
        x += width;
    }
    bars
}

fn row(staff: &Staff, found: &Coverage) -> Row {
    let counts: Vec<(Keeping, usize)> =
        COLUMNS.into_iter().map(|keeping| (keeping, found.count(keeping))).collect();
    let total = counts.iter().map(|(_, count)| count).sum();
    Row {
        link: format!("/office/coverage/{}", found.catalogue),
        unit: unit_name(staff, found.unit),
        sector: crate::office::catalogue::sector_name(found.sector.as_deref()),
        bars: bars(&counts, total),
        counts,
        total,
    }
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let units = staff.units(Act::ReadCatalogue);
    if units.is_empty() {
        return Err(domain::role::Denied { act: Act::ReadCatalogue }.into());
    }
    let found = store::obligation::coverage(&app.store, Some(&units), None, app.today()).await?;
    let mut rows: Vec<Row> = found.iter().map(|found| row(&staff, found)).collect();
    let urgent = |row: &Row| row.counts.iter().map(|(_, count)| *count).take(2).collect::<Vec<_>>();
    rows.sort_by_key(|row| std::cmp::Reverse(urgent(row)));
    let totals: Vec<(Keeping, usize)> = COLUMNS
        .into_iter()
        .map(|keeping| (keeping, found.iter().map(|found| found.count(keeping)).sum()))
        .collect();
    let template = CoveragePage {
        page: frame(&app, &staff, &headers, "公开情况", "/office/obligations")
            .await?
            .under("应公开事项", "/office/obligations"),
        total: totals.iter().map(|(_, count)| count).sum(),
        rows,
        totals,
    };
    page(&template)
}

struct ItemRow {
    name: String,
    keeping: Keeping,
    last: String,
    address: String,
    records: String,
    note: Option<String>,
}

#[derive(Template)]
#[template(path = "office/coverage_catalogue.html")]
struct CataloguePage {
    page: Page,
    title: String,
    unit: String,
    rows: Vec<ItemRow>,
}

pub(super) async fn show_catalogue(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let units = staff.units(Act::ReadCatalogue);
    let found = store::obligation::coverage(&app.store, Some(&units), Some(id), app.today()).await?;
    let found = found.into_iter().next().ok_or_else(|| Problem::not_found("这份公布的目录"))?;
    let may_note = staff.authorise_unit(Act::NotePublication, found.unit).is_ok();
    let mut items = found.items;
    items.sort_by_key(|item| item.keeping);
    let rows = items.into_iter().map(|item| {
        let (last, address) = match item.last {
            Some(last) => (written_date(last.on), last.address),
            None => (String::new(), String::new()),
        };
        ItemRow {
            last,
            address,
            records: crate::list::link("/office/obligations", &[("q", item.name.clone())]),
            note: (may_note && item.keeping != Keeping::OnRequest)
                .then(|| format!("/office/obligations/new?catalogue={id}&item={}", item.code)),
            name: item.name,
            keeping: item.keeping,
        }
    });
    let template = CataloguePage {
        page: frame(&app, &staff, &headers, &found.title, "/office/obligations")
            .await?
            .under("应公开事项", "/office/obligations")
            .under("公开情况", "/office/coverage"),
        unit: unit_name(&staff, found.unit),
        rows: rows.collect(),
        title: found.title,
    };
    page(&template)
}
