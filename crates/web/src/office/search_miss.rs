//! What people searched for and did not find: a hint at what should be written, or named otherwise.

use super::{frame, moment};
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use domain::role::Act;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/office/searches", get(show))
}

/// Searches shown.
const SHOWN: u64 = 200;

struct Line {
    words: String,
    times: i64,
    last_at: String,
    link: String,
}

#[derive(Template)]
#[template(path = "office/search_miss.html")]
struct MissPage {
    page: Page,
    lines: Vec<Line>,
}

async fn show(State(app): State<App>, staff: Staff, headers: HeaderMap) -> Result<Response, Problem> {
    if !staff.may(Act::ReadDisclosure) {
        return Err(domain::role::Denied { act: Act::ReadDisclosure }.into());
    }
    let line = |miss: store::search_miss::Miss| Line {
        link: crate::list::link("/search", &[("q", miss.words.clone())]),
        words: miss.words,
        times: miss.times,
        last_at: moment(miss.last_at),
    };
    let found = store::search_miss::list(&app.store, SHOWN).await?;
    let template = MissPage {
        page: frame(&app, &staff, &headers, "没有搜到的", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures"),
        lines: found.into_iter().map(line).collect(),
    };
    page(&template)
}
