//! Published plans: the table as it was issued, with how far each assignment is.

use super::frame;
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::letter::written_date;
use domain::progress::State as Progress;
use store::plan::{Counts, PublicPlan};

struct ListRow {
    link: String,
    title: String,
    published_on: String,
}

#[derive(Template)]
#[template(path = "portal/plans.html")]
struct PlansPage {
    page: Page,
    plans: Vec<ListRow>,
}

fn labelled(page: Page) -> Page {
    page.labelled("ColumnName", "重点任务")
        .labelled("ColumnDescription", "政务公开重点任务分解表及进展")
        .labelled("ColumnKeywords", "政务公开,任务分解,进展")
        .labelled("ColumnType", "工作动态")
}

pub(super) async fn list(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let plans = store::plan::public_list(&app.store).await?.into_iter().map(|plan| ListRow {
        link: format!("/plans/{}", plan.id),
        title: plan.title,
        published_on: written_date(domain::clock::civil_date(plan.published_at)),
    });
    let frame = labelled(frame(&app, &headers, "重点任务", "/plans")).under("首页", "/");
    page(&PlansPage { page: frame, plans: plans.collect() })
}

struct Row {
    first_of: Option<(String, String, usize)>,
    content: String,
    units: String,
    due: String,
    remark: String,
    done: u64,
    total: u64,
    underway: u64,
}

#[derive(Template)]
#[template(path = "portal/plan.html")]
struct PlanPage {
    page: Page,
    title: String,
    published_on: String,
    rows: Vec<Row>,
    counts: Vec<(Progress, u64)>,
    total: u64,
}

fn count(counts: &Counts, state: Progress) -> u64 {
    counts.get(&state).copied().unwrap_or(0)
}

fn rows(plan: &PublicPlan) -> Vec<Row> {
    let mut rows = Vec::new();
    for task in &plan.tasks {
        for (position, assignment) in task.assignments.iter().enumerate() {
            let first =
                (position == 0).then(|| (task.number.clone(), task.name.clone(), task.assignments.len()));
            rows.push(Row {
                first_of: first,
                content: assignment.content.clone(),
                units: assignment.units.join("、"),
                due: assignment.due.clone(),
                remark: assignment.remark.clone(),
                done: count(&assignment.counts, Progress::Completed),
                total: assignment.counts.values().sum(),
                underway: count(&assignment.counts, Progress::Underway)
                    + count(&assignment.counts, Progress::Submitted),
            });
        }
    }
    rows
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let plan = store::plan::public_find(&app.store, id).await?;
    let plan = plan.ok_or_else(|| Problem::not_found("这张任务分解表"))?;
    let path = format!("/plans/{id}");
    let published = domain::clock::civil_time(plan.published_at).strftime("%Y-%m-%d %H:%M").to_string();
    let frame = labelled(frame(&app, &headers, &plan.title, &path))
        .labelled("ArticleTitle", &plan.title)
        .labelled("PubDate", &published)
        .labelled("ContentSource", &app.settings.site.organiser)
        .labelled("Url", &format!("{}{path}", app.settings.public_url))
        .under("首页", "/")
        .under("重点任务", "/plans");
    let template = PlanPage {
        page: frame,
        published_on: written_date(domain::clock::civil_date(plan.published_at)),
        rows: rows(&plan),
        counts: Progress::ALL.into_iter().map(|state| (state, count(&plan.counts, state))).collect(),
        total: plan.counts.values().sum(),
        title: plan.title,
    };
    page(&template)
}
