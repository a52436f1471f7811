//! The column of annual reports (公开年报): every one published, by the year it reports on.

use super::frame;
use super::platform::REPORTS;
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::disclosure::Kind;
use domain::role::Scope;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::PageRequest;
use store::disclosure::public::{self, Filter, PublicRow};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    year: String,
    unit: String,
}

struct Line {
    link: String,
    title: String,
    unit: String,
    published_on: String,
    of_region: bool,
}

#[derive(Template)]
#[template(path = "portal/annual_reports.html")]
struct ReportsPage {
    page: Page,
    years: Vec<(i16, bool)>,
    units: Vec<(i64, String, bool)>,
    groups: Vec<(i16, Vec<Line>)>,
    filtered: bool,
}

pub(super) async fn show(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let filter = Filter { kinds: vec![Kind::AnnualReport], ..Filter::default() };
    let found = public::list(&app.store, &filter, PageRequest::whole()).await?.rows;
    let reports = store::annual_report::list(&app.store, None).await?;
    let directory = store::unit::directory(&app.store).await?;
    let of = |row: &PublicRow| reports.iter().find(|report| report.disclosure == Some(row.id));
    // One that was not written here tells its year by its title.
    let year = |row: &PublicRow| of(row).map_or_else(|| titled(row), |report| report.year);
    let mut years: Vec<i16> = found.iter().map(year).collect();
    years.sort_unstable_by(|one, next| next.cmp(one));
    years.dedup();
    let name = |unit: i64| directory.unit(unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let mut units: Vec<i64> = found.iter().map(|row| row.unit).collect();
    units.sort_unstable();
    units.dedup();
    let (wanted_year, wanted_unit) = (wanted.year.parse::<i16>().ok(), wanted.unit.parse::<i64>().ok());
    let shown = found.iter().filter(|row| {
        wanted_year.is_none_or(|wanted| year(row) == wanted)
            && wanted_unit.is_none_or(|wanted| row.unit == wanted)
    });
    let mut groups: BTreeMap<i16, Vec<Line>> = BTreeMap::new();
    for row in shown {
        groups.entry(year(row)).or_default().push(Line {
            link: format!("/disclosures/{}", row.id),
            title: row.title.clone(),
            unit: name(row.unit),
            published_on: domain::clock::civil_date(row.published_at).to_string(),
            of_region: of(row).is_some_and(|report| matches!(report.scope, Scope::Region(_))),
        });
    }
    for lines in groups.values_mut() {
        lines.sort_by_key(|line| !line.of_region);
    }
    let frame = frame(&app, &headers, REPORTS.name, REPORTS.link).under("首页", "/");
    let template = ReportsPage {
        page: REPORTS.labelled(frame),
        years: years.into_iter().map(|year| (year, wanted_year == Some(year))).collect(),
        units: units.into_iter().map(|unit| (unit, name(unit), wanted_unit == Some(unit))).collect(),
        groups: groups.into_iter().rev().collect(),
        filtered: wanted_year.is_some() || wanted_unit.is_some(),
    };
    page(&template)
}

/// The year a title names, else the one before its publication.
fn titled(row: &PublicRow) -> i16 {
    let named = row.title.match_indices('年').find_map(|(at, _)| {
        let year: i16 = row.title.get(at.checked_sub(4)?..at)?.parse().ok()?;
        (2008..=2199).contains(&year).then_some(year)
    });
    named.unwrap_or_else(|| domain::clock::civil_date(row.published_at).year().saturating_sub(1))
}
