//! What readers reported as wrong (网民找错), the nearest due first, and the answers.

use super::{Done, back, frame, left, moment, unit_name};
use crate::app::App;
use crate::form::Form;
use crate::list::{Pages, link};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use domain::error_report::State as Standing;
use domain::letter::written_date;
use domain::role::Act;
use serde::Deserialize;
use store::PageRequest;
use store::error_report::{Filter, ReportRow};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/error-reports", get(list))
        .route("/office/error-reports/{id}", get(show).post(answer))
}

/// What the person may see: the reports of their units, and those of the site itself for who is in charge of the county.
pub(super) fn filter(staff: &Staff, state: Option<Standing>) -> Filter {
    let of_site = staff.authorise_county(Act::AnswerErrorReport).is_ok();
    Filter { units: Some(staff.units(Act::AnswerErrorReport)), of_site, state }
}

/// Refuses who may not work on this report.
fn authorise(staff: &Staff, row: &ReportRow) -> Result<(), Problem> {
    match row.report.unit {
        Some(unit) => Ok(staff.authorise_unit(Act::AnswerErrorReport, unit)?),
        None => Ok(staff.authorise_county(Act::AnswerErrorReport)?),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    page: u64,
    state: String,
}

struct Row {
    link: String,
    text: String,
    path: String,
    /// The title of the page's disclosure, else its address.
    title: String,
    kind: &'static str,
    unit: String,
    state: Standing,
    due: String,
    left: String,
}

#[derive(Template)]
#[template(path = "office/error_reports.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    pages: Pages,
    states: Vec<(Standing, String, bool)>,
    filtered: bool,
}

async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !staff.may(Act::AnswerErrorReport) {
        return Err(domain::role::Denied { act: Act::AnswerErrorReport }.into());
    }
    let state = Standing::from_word(&wanted.state);
    let request = PageRequest::number(wanted.page);
    let found = store::error_report::list(&app.store, &filter(&staff, state), request).await?;
    let of = |state: Standing| link("/office/error-reports", &[("state", state.word().to_owned())]);
    let id = |row: &ReportRow| row.report.path.strip_prefix("/disclosures/")?.parse::<i64>().ok();
    let ids: Vec<i64> = found.rows.iter().filter_map(id).collect();
    let named = store::disclosure::public::rows(&app.store, &ids).await?;
    let title = |row: &ReportRow| {
        let known = named.iter().find(|one| Some(one.id) == id(row));
        known.map_or_else(|| row.report.path.clone(), |one| one.title.clone())
    };
    let row = |found: &ReportRow| Row {
        title: title(found),
        link: format!("/office/error-reports/{}", found.id),
        text: found.report.text.clone(),
        path: found.report.path.clone(),
        kind: found.report.kind.label(),
        unit: found.report.unit.map_or_else(|| "网站".to_owned(), |unit| unit_name(&staff, unit)),
        state: found.state,
        due: written_date(found.due_on),
        left: if found.state == Standing::Open { left(&app, Some(found.due_on)) } else { String::new() },
    };
    let template = ListPage {
        page: frame(&app, &staff, &headers, "网民找错", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .with_done(done.done.as_deref()),
        pages: Pages::of(&found, "/office/error-reports", &[("state", wanted.state.clone())]),
        rows: found.rows.iter().map(row).collect(),
        states: Standing::ALL.iter().copied().map(|one| (one, of(one), Some(one) == state)).collect(),
        filtered: state.is_some(),
    };
    page(&template)
}

#[derive(Template)]
#[template(path = "office/error_report.html")]
struct ShowPage {
    page: Page,
    csrf: String,
    id: i64,
    row: ReportRow,
    unit: String,
    received: String,
    due: String,
    left: String,
    answered: String,
    outcomes: Vec<Standing>,
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = store::error_report::find(&app.store, id).await?;
    let row = row.ok_or_else(|| Problem::not_found("这条找错"))?;
    authorise(&staff, &row)?;
    let template = ShowPage {
        page: frame(&app, &staff, &headers, "找错核实", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .under("网民找错", "/office/error-reports")
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        unit: row.report.unit.map_or_else(|| "网站".to_owned(), |unit| unit_name(&staff, unit)),
        received: moment(row.received_at),
        due: written_date(row.due_on),
        left: left(&app, Some(row.due_on)),
        answered: row.answered_at.map(moment).unwrap_or_default(),
        outcomes: Standing::ALL.iter().copied().filter(|state| *state != Standing::Open).collect(),
        row,
    };
    page(&template)
}

#[derive(Deserialize)]
struct AnswerForm {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    text: String,
}

async fn answer(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<AnswerForm>,
) -> Result<Response, Problem> {
    let row = store::error_report::find(&app.store, id).await?;
    authorise(&staff, &row.ok_or_else(|| Problem::not_found("这条找错"))?)?;
    let outcome = Standing::from_word(&form.outcome).unwrap_or(Standing::Open);
    store::error_report::settle(&app.store, &staff.actor, id, outcome, &form.text).await?;
    Ok(back("/office/error-reports", "error-report-answered"))
}
