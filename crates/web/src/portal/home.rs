//! The home page, the site map, and the page about the site.

use super::disclosure::{Line, lines};
use super::frame;
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::disclosure::Kind;
use domain::letter::written_date;
use domain::progress::State as Progress;
use domain::sector;
use store::PageRequest;
use store::disclosure::public::{self, Filter};

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
    newest: Vec<Line>,
    policies: Vec<Line>,
    sectors: Vec<(String, String, u64)>,
}

/// Lines of each list on the home page.
const NEWEST: u64 = 8;

async fn newest(app: &App, filter: &Filter) -> Result<Vec<Line>, Problem> {
    let found = public::list(&app.store, filter, PageRequest { page: 1, size: NEWEST }).await?;
    lines(app, found.rows).await
}

/// The sectors in which something is public, with how much.
async fn sectors(app: &App) -> Result<Vec<(String, String, u64)>, Problem> {
    let counts = public::count_by_sector(&app.store).await?;
    let counted = sector::all().iter().filter_map(|sector| {
        let count = counts.get(&sector.id).copied()?;
        Some((format!("/disclosures?sector={}", sector.id), sector.name_on(app.today()).to_owned(), count))
    });
    Ok(counted.collect())
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
    let others: Vec<Kind> = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != Kind::Policy && !kind.is_about_disclosure())
        .collect();
    let others = Filter { kinds: others, ..Filter::default() };
    let policies = Filter { kinds: vec![Kind::Policy], ..Filter::default() };
    let template = HomePage {
        page: frame(&app, &headers, "首页", "/")
            .labelled("ColumnType", "首页")
            .labelled("ColumnName", "首页"),
        plans: plans(&app).await?,
        newest: newest(&app, &others).await?,
        policies: newest(&app, &policies).await?,
        sectors: sectors(&app).await?,
    };
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
