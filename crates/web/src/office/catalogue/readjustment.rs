//! The yearly readjustment (年度调整): which departments have published a readjusted version this year. It is done when all
//! have.

use super::sector_name;
use crate::app::App;
use crate::office::{frame, left, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::catalogue::lineage::readjustment_due;
use domain::letter::written_date;
use domain::role::Act;
use serde::Deserialize;

struct Row {
    unit: String,
    catalogues: Vec<(String, Option<String>)>,
    done_on: Option<String>,
}

#[derive(Template)]
#[template(path = "office/catalogue_readjustment.html")]
struct ReadjustmentPage {
    page: Page,
    year: i16,
    due: String,
    left: String,
    basis: String,
    rows: Vec<Row>,
    done: usize,
    /// When the last department had published, once all have.
    closed_on: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    year: i16,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let units = staff.units(Act::ReadCatalogue);
    if units.is_empty() {
        return Err(domain::role::Denied { act: Act::ReadCatalogue }.into());
    }
    let year = if (2000..=2999).contains(&wanted.year) { wanted.year } else { app.today().year() };
    let found = store::catalogue::readjustment(&app.store, &units, year).await?;
    let days: Option<Vec<_>> = found.iter().map(store::catalogue::Readjustment::done_on).collect();
    let closed_on = days.and_then(|days| days.into_iter().max());
    let mut rows: Vec<Row> = found
        .into_iter()
        .map(|found| Row {
            unit: unit_name(&staff, found.unit),
            done_on: found.done_on().map(written_date),
            catalogues: found
                .catalogues
                .into_iter()
                .map(|(sector, _, day)| (sector_name(sector.as_deref()).to_owned(), day.map(written_date)))
                .collect(),
        })
        .collect();
    rows.sort_by_key(|row| row.done_on.is_some());
    let due = readjustment_due(year, app.store.rules());
    let template = ReadjustmentPage {
        page: frame(&app, &staff, &headers, &format!("{year}年度目录调整"), "/office/catalogues")
            .await?
            .under("标准目录", "/office/catalogues"),
        year,
        due: due.map(written_date).unwrap_or_default(),
        left: if closed_on.is_some() { String::new() } else { left(&app, due) },
        basis: app.store.rules().readjustment_lead.basis.clone(),
        done: rows.iter().filter(|row| row.done_on.is_some()).count(),
        rows,
        closed_on: closed_on.map(written_date),
    };
    page(&template)
}
