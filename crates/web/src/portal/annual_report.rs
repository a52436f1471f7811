//! Annual reports (公开年报) as the public reads them: each is a disclosure; this page lists them.

use super::disclosure::{Line, lines};
use super::frame;
use super::platform::REPORTS;
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::disclosure::Kind;
use store::PageRequest;
use store::disclosure::public::{self, Filter};

#[derive(Template)]
#[template(path = "portal/annual_reports.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

pub(super) async fn list(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let filter = Filter { kinds: vec![Kind::AnnualReport], ..Filter::default() };
    let found = public::list(&app.store, &filter, PageRequest::whole()).await?;
    let frame = frame(&app, &headers, REPORTS.name, REPORTS.link).under("首页", "/");
    page(&ListPage { page: REPORTS.labelled(frame), lines: lines(&app, found.rows).await? })
}
