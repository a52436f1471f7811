//! The home page, the site map, and the page about the site.

use super::disclosure::{Line, lines};
use super::{frame, framed};
use crate::app::App;
use crate::list::link;
use crate::page::{Page, wants_elder};
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use domain::disclosure::{Kind, SUBJECTS};
use domain::letter::written_date;
use domain::progress::State as Progress;
use domain::sector;
use domain::unit::UnitKind;
use std::collections::BTreeMap;
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

/// The sectors in which something is public, with how much.
fn sectors(app: &App, counts: &BTreeMap<String, u64>) -> Vec<(String, String, u64)> {
    let counted = sector::all().iter().filter_map(|sector| {
        let count = counts.get(&sector.id).copied()?;
        Some((format!("/disclosures?sector={}", sector.id), sector.name_on(app.today()).to_owned(), count))
    });
    counted.collect()
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
    let counts = public::count_by_sector(&app.store).await?;
    Ok(Html(first_page(&app, wants_elder(&headers), &counts).await?).into_response())
}

/// The home page, given how many are public of each sector.
pub(crate) async fn first_page(
    app: &App,
    elder: bool,
    counts: &BTreeMap<String, u64>,
) -> Result<String, Problem> {
    let others: Vec<Kind> = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != Kind::Policy && !kind.is_about_disclosure())
        .collect();
    let newest = async |kinds: Vec<Kind>| {
        let rows = public::newest(&app.store, &Filter { kinds, ..Filter::default() }, NEWEST).await?;
        lines(app, rows).await
    };
    let template = HomePage {
        page: framed(app, elder, "首页", "/").labelled("ColumnType", "首页").labelled("ColumnName", "首页"),
        plans: plans(app).await?,
        newest: newest(others).await?,
        policies: newest(vec![Kind::Policy]).await?,
        sectors: sectors(app, counts),
    };
    Ok(template.render()?)
}

#[derive(Template)]
#[template(path = "portal/map.html")]
struct MapPage {
    page: Page,
    plans: Vec<PlanTile>,
    /// Where the information of each unit and each subject is listed.
    units: Vec<(String, String)>,
    subjects: Vec<(String, &'static str)>,
}

pub(super) async fn map(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let frame = frame(&app, &headers, "网站地图", "/map")
        .under("首页", "/")
        .labelled("ColumnName", "网站地图")
        .labelled("ColumnType", "概况信息");
    let directory = store::unit::directory(&app.store).await?;
    let units = directory.units().iter().filter(|unit| unit.kind != UnitKind::Village);
    let of = |name: &str, value: &str| link("/disclosures", &[(name, value.to_owned())]);
    page(&MapPage {
        page: frame,
        plans: plans(&app).await?,
        units: units.map(|unit| (of("unit", &unit.id.to_string()), unit.name.clone())).collect(),
        subjects: SUBJECTS.iter().map(|subject| (of("subject", subject), *subject)).collect(),
    })
}

#[derive(Template)]
#[template(path = "portal/about.html")]
struct AboutPage {
    page: Page,
}

pub(super) async fn about(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let frame = frame(&app, &headers, "关于本站", "/about")
        .under("首页", "/")
        .labelled("ColumnName", "关于本站")
        .labelled("ColumnType", "概况信息");
    page(&AboutPage { page: frame })
}
