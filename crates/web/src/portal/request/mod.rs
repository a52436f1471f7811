//! 依申请公开: what the right is and how long it takes, asking in two steps (what is public already is offered first), and
//! one's own case under its number and code. The code is kept in a cookie, never in an address: addresses are logged.

mod apply;
mod own;

use super::frame;
use super::platform::REQUESTS;
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use domain::limits::PUBLIC_UPLOAD_BYTES_MAX;
use domain::request::Fees;
use domain::rule::Rules;
use domain::unit::UnitKind;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(
            "/requests",
            get(about).post(apply::submit).layer(DefaultBodyLimit::max(PUBLIC_UPLOAD_BYTES_MAX)),
        )
        .route("/requests/new", get(apply::describe))
        .route("/requests/check", post(apply::check))
        .route("/requests/find", post(own::find))
        .route("/requests/mine", get(own::show))
        .route(
            "/requests/mine/supplement",
            post(own::supplement).layer(DefaultBodyLimit::max(PUBLIC_UPLOAD_BYTES_MAX)),
        )
        .route("/requests/mine/reasons", post(own::give_reasons))
        .route("/requests/mine/contact", post(own::correct))
        .route("/requests/mine/withdraw", post(own::withdraw))
        .route("/requests/mine/leave", post(own::leave))
        .route("/requests/mine/files/{id}", get(own::file))
        .route("/requests/mine/letters/{id}/{ending}", get(own::letter))
}

/// The units that may be asked, departments first.
async fn units(app: &App) -> Result<Vec<(i64, String)>, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let asked = directory.units().iter().filter(|unit| unit.kind != UnitKind::Village);
    let mut units: Vec<_> =
        asked.map(|unit| (unit.kind != UnitKind::Department, unit.id, unit.name.clone())).collect();
    units.sort();
    Ok(units.into_iter().map(|(_, id, name)| (id, name)).collect())
}

#[derive(Template)]
#[template(path = "portal/request/about.html")]
struct AboutPage<'a> {
    page: Page,
    rules: &'a Rules,
    fees: Fees,
    problem: Option<String>,
    number: String,
}

/// The page, with what was wrong with a query.
fn about_page(
    app: &App,
    headers: &HeaderMap,
    problem: Option<String>,
    number: String,
) -> Result<Response, Problem> {
    let fees = Fees::builtin().map_err(|error| {
        tracing::error!(%error, "the prices could not be read");
        Problem::fault()
    })?;
    let frame = REQUESTS.labelled(frame(app, headers, REQUESTS.name, REQUESTS.link).under("首页", "/"));
    page(&AboutPage { page: frame, rules: app.store.rules(), fees, problem, number })
}

async fn about(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    about_page(&app, &headers, None, String::new())
}
