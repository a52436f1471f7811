//! The home page, the site map, and the page about the site.

use super::frame;
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::letter::written_date;
use domain::progress::State as Progress;

struct PlanTile {
    link: String,
    title: String,
    published_on: String,
    assignments: u64,
    done: u64,
    total: u64,
}

#[derive(Template)]
#[template(path = "portal/home.html")]
struct HomePage {
    page: Page,
    plans: Vec<PlanTile>,
}

async fn plans(app: &App) -> Result<Vec<PlanTile>, Problem> {
    let plans = store::plan::public_list(&app.store).await?;
    let tile = |plan: store::plan::PublicPlanRow| PlanTile {
        link: format!("/plans/{}", plan.id),
        title: plan.title,
        published_on: written_date(domain::clock::civil_date(plan.published_at)),
        assignments: plan.assignments,
        done: plan.counts.get(&Progress::Completed).copied().unwrap_or(0),
        total: plan.counts.values().sum(),
    };
    Ok(plans.into_iter().map(tile).collect())
}

pub(super) async fn show(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let template = HomePage { page: frame(&app, &headers, "首页", "/"), plans: plans(&app).await? };
    page(&template)
}

#[derive(Template)]
#[template(path = "portal/map.html")]
struct MapPage {
    page: Page,
    plans: Vec<PlanTile>,
}

pub(super) async fn map(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let frame = frame(&app, &headers, "网站地图", "/map").under("首页", "/");
    page(&MapPage { page: frame, plans: plans(&app).await? })
}

#[derive(Template)]
#[template(path = "portal/about.html")]
struct AboutPage {
    page: Page,
}

pub(super) async fn about(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    page(&AboutPage { page: frame(&app, &headers, "关于本站", "/about").under("首页", "/") })
}
