//! Plans in force (任务分解表): the list, and one plan by task, by unit, by due, as Gantt chart, as calendar; exports.

use super::assignment::{Row, row};
use super::attachment::{media_type, sent_as_file};
use super::{back, frame, unit_name};
use crate::app::App;
use crate::chart::bars::{self, Bars};
use crate::chart::gantt::{self, Gantt};
use crate::chart::month::{self, Month};
use crate::form::Form;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::reading;
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use domain::letter::written_date;
use domain::plan::DueKind;
use domain::progress::Standing;
use domain::role::{Act, Denied};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::PageRequest;
use store::assignment::{Filter, ScheduleRow, Sort};
use store::plan::{PlanRow, PlanView};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/plans", get(list))
        .route("/office/plans/{id}", get(show))
        .route("/office/plans/{id}/publish", post(publish))
        .route("/office/plans/{id}/unpublish", post(unpublish))
        .route("/office/plans/{id}/export.xlsx", get(export_xlsx))
        .route("/office/plans/{id}/export.docx", get(export_docx))
}

struct ListRow {
    link: String,
    title: String,
    region: String,
    accepted_on: String,
    published: bool,
    assignments: u64,
    done: u64,
    total: u64,
}

#[derive(Template)]
#[template(path = "office/plans.html")]
struct PlansPage {
    page: Page,
    rows: Vec<ListRow>,
    imports: bool,
}

fn shares(plan: &PlanRow) -> (u64, u64) {
    let done = plan.counts.get(&domain::progress::State::Completed).copied().unwrap_or(0);
    (done, plan.counts.values().sum())
}

fn region_name(staff: &Staff, region: i64) -> String {
    staff.directory.region(region).map(|region| region.name.clone()).unwrap_or_default()
}

/// Whether the person may open the plan at all: the region's people, and those of units it names.
fn may_open(staff: &Staff, region: i64) -> bool {
    if staff.authorise_region(Act::ReadPlan, region).is_ok() {
        return true;
    }
    let below = |unit: &domain::unit::Unit| staff.directory.chain(unit.region).contains(&region);
    let mine = staff.units(Act::ReadPlan);
    staff.directory.units().iter().any(|unit| mine.contains(&unit.id) && below(unit))
}

async fn list(State(app): State<App>, staff: Staff, headers: HeaderMap) -> Result<Response, Problem> {
    let plans = store::plan::list(&app.store).await?;
    let rows = plans.into_iter().filter(|plan| may_open(&staff, plan.region)).map(|plan| {
        let (done, total) = shares(&plan);
        ListRow {
            link: format!("/office/plans/{}", plan.id),
            region: region_name(&staff, plan.region),
            accepted_on: written_date(domain::clock::civil_date(plan.accepted_at)),
            published: plan.published_at.is_some(),
            assignments: plan.assignments,
            title: plan.title,
            done,
            total,
        }
    });
    let template = PlansPage {
        page: frame(&app, &staff, &headers, "任务分解表", "/office/plans").await?,
        rows: rows.collect(),
        imports: staff.may(Act::ImportPlan),
    };
    page(&template)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    view: String,
    month: String,
    done: Option<String>,
}

/// The ways to look at a plan.
const VIEWS: [(&str, &str); 5] =
    [("task", "按任务"), ("unit", "按单位"), ("due", "按时限"), ("gantt", "甘特图"), ("calendar", "月历")];

struct Tab {
    label: &'static str,
    link: String,
    current: bool,
}

struct TaskGroup {
    name: String,
    rows: Vec<Row>,
}

struct UnitRow {
    name: String,
    link: String,
    counts: Vec<u64>,
    total: u64,
}

struct SpanRow {
    link: String,
    content: String,
    due: String,
    standing: Option<Standing>,
}

#[derive(Template)]
#[template(path = "office/plan.html")]
struct PlanPage {
    page: Page,
    csrf: String,
    id: i64,
    title: String,
    region: String,
    done: u64,
    total: u64,
    published: bool,
    publishes: bool,
    tabs: Vec<Tab>,
    view: &'static str,
    tasks: Vec<TaskGroup>,
    by_due: Vec<Row>,
    units: Vec<UnitRow>,
    bars: Option<Bars>,
    gantt: Option<Gantt>,
    month: Option<Month>,
    previous_month: String,
    next_month: String,
    spans: Vec<SpanRow>,
}

async fn found(app: &App, staff: &Staff, id: i64) -> Result<PlanView, Problem> {
    let found = store::plan::find(&app.store, id).await?;
    let found = found.ok_or_else(|| Problem::not_found("这张任务分解表"))?;
    if !may_open(staff, found.plan.region) {
        return Err(Denied { act: Act::ReadPlan }.into());
    }
    Ok(found)
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = found(&app, &staff, id).await?;
    let view = VIEWS.iter().find(|(word, _)| *word == wanted.view).map_or("task", |(word, _)| word);
    let (done, total) = shares(&found.plan);
    let title = found.plan.title.clone();
    let frame = frame(&app, &staff, &headers, &crate::chart::shorten(&title, 30), "/office/plans").await?;
    let tab = |(word, label): &(&str, &'static str)| Tab {
        label,
        link: format!("/office/plans/{id}?view={word}"),
        current: *word == view,
    };
    let mut template = PlanPage {
        page: frame.under("任务分解表", "/office/plans").with_done(wanted.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        title,
        region: region_name(&staff, found.plan.region),
        done,
        total,
        published: found.plan.published_at.is_some(),
        publishes: staff.authorise_region(Act::EditPlan, found.plan.region).is_ok(),
        tabs: VIEWS.iter().map(tab).collect(),
        view,
        tasks: Vec::new(),
        by_due: Vec::new(),
        units: Vec::new(),
        bars: None,
        gantt: None,
        month: None,
        previous_month: String::new(),
        next_month: String::new(),
        spans: Vec::new(),
    };
    match view {
        "unit" => fill_units(&app, &staff, id, &mut template).await?,
        "due" => template.by_due = rows(&app, id, Sort::Due).await?.into_iter().map(|(_, row)| row).collect(),
        "gantt" => fill_gantt(&app, id, &mut template).await?,
        "calendar" => fill_calendar(&app, id, &wanted.month, &mut template).await?,
        _ => {
            let rows = rows(&app, id, Sort::Position).await?;
            let mut rows = rows.into_iter().peekable();
            for task in found.tasks {
                let mut group = TaskGroup {
                    name: format!("{} {}", task.number, task.name).trim().to_owned(),
                    rows: Vec::new(),
                };
                while let Some((_, row)) = rows.next_if(|(of, _)| *of == task.id) {
                    group.rows.push(row);
                }
                template.tasks.push(group);
            }
        }
    }
    page(&template)
}

async fn rows(app: &App, plan: i64, sort: Sort) -> Result<Vec<(i64, Row)>, Problem> {
    let filter = Filter { plan: Some(plan), sort, ..Filter::default() };
    let request = PageRequest { page: 1, size: 2_000 };
    let found = store::assignment::list(&app.store, &filter, app.today(), app.soon(), request).await?;
    Ok(found.rows.into_iter().map(|found| (found.task, row(app, found))).collect())
}

async fn fill_units(app: &App, staff: &Staff, plan: i64, template: &mut PlanPage) -> Result<(), Problem> {
    let filter = store::responsibility::Filter { plan: Some(plan), ..Default::default() };
    let counts =
        store::responsibility::count_by_standing(&app.store, &filter, app.today(), app.soon()).await?;
    let units = staff.directory.units().iter().filter_map(|unit| Some((unit.id, counts.get(&unit.id)?)));
    let mut bars = Vec::new();
    for (unit, counts) in units {
        let link = format!("/office/assignments?plan={plan}&unit={unit}");
        let of = |standing: &Standing| counts.get(standing).copied().unwrap_or(0);
        bars.push(bars::Row {
            label: unit_name(staff, unit),
            link: link.clone(),
            counts: counts.iter().map(|(standing, count)| (*standing, *count)).collect(),
        });
        template.units.push(UnitRow {
            name: unit_name(staff, unit),
            link,
            counts: Standing::ALL.iter().map(of).collect(),
            total: counts.values().sum(),
        });
    }
    template.bars = Bars::draw("各单位任务进展", &bars);
    Ok(())
}

async fn schedule(app: &App, plan: i64) -> Result<Vec<ScheduleRow>, Problem> {
    let filter = Filter { plan: Some(plan), ..Filter::default() };
    Ok(store::assignment::schedule(&app.store, &filter, app.today(), app.soon()).await?)
}

fn span_row(row: &ScheduleRow) -> SpanRow {
    SpanRow {
        link: format!("/office/assignments/{}", row.id),
        content: row.content.clone(),
        due: row.due.kind.words(),
        standing: row.standing,
    }
}

async fn fill_gantt(app: &App, plan: i64, template: &mut PlanPage) -> Result<(), Problem> {
    let rows = schedule(app, plan).await?;
    // A due without a start begins, for the picture, where the plan's first date lies.
    let first = rows.iter().filter_map(|row| row.due.start().or(row.due.deadline())).min();
    let first = first.map_or(app.today(), |first| first.first_of_month());
    let last = rows.iter().filter_map(|row| row.due.deadline()).max().unwrap_or(app.today()).max(app.today());
    let spans = |row: &ScheduleRow| match &row.due.kind {
        DueKind::By(day) => {
            vec![gantt::Span { from: first.min(*day), to: *day, label: String::new(), open: false }]
        }
        DueKind::Phases(phases) => phases
            .iter()
            .map(|phase| gantt::Span {
                from: phase.from.unwrap_or(first).min(phase.to),
                to: phase.to,
                label: phase.name.clone(),
                open: false,
            })
            .collect(),
        DueKind::Ongoing(_) => {
            vec![gantt::Span {
                from: first,
                to: last.last_of_month(),
                label: "持续推进".to_owned(),
                open: true,
            }]
        }
        DueKind::Unspecified => Vec::new(),
    };
    let drawn: Vec<gantt::Row> = rows
        .iter()
        .map(|row| gantt::Row {
            label: row.content.clone(),
            link: format!("/office/assignments/{}", row.id),
            class: row.standing.map_or("none", Standing::word),
            standing: row.standing.map_or("未落实责任单位", Standing::label),
            spans: spans(row),
        })
        .collect();
    template.gantt = Gantt::draw("任务进度甘特图", &drawn, app.today());
    template.spans = rows.iter().map(span_row).collect();
    Ok(())
}

async fn fill_calendar(app: &App, plan: i64, wanted: &str, template: &mut PlanPage) -> Result<(), Problem> {
    let month: Date = format!("{wanted}-01").parse().unwrap_or(app.today().first_of_month());
    let rows = schedule(app, plan).await?;
    let mut entries: BTreeMap<Date, Vec<month::Entry>> = BTreeMap::new();
    for row in &rows {
        let days = match &row.due.kind {
            DueKind::Phases(phases) => phases
                .iter()
                .map(|phase| (phase.to, format!("{}截止：{}", phase.name, row.content)))
                .collect(),
            _ => row.due.deadline().map(|day| (day, row.content.clone())).into_iter().collect::<Vec<_>>(),
        };
        for (day, label) in days {
            entries.entry(day).or_default().push(month::Entry {
                label,
                link: format!("/office/assignments/{}", row.id),
                standing: row.standing.map_or("未落实责任单位", Standing::label),
            });
        }
    }
    let link = |day: Option<Date>| {
        let day = day.unwrap_or(month);
        format!("/office/plans/{plan}?view=calendar&month={:04}-{:02}", day.year(), day.month())
    };
    template.previous_month = link(month.checked_sub(1.month()).ok());
    template.next_month = link(month.checked_add(1.month()).ok());
    template.month = Month::draw(month, app.today(), &app.calendar, entries);
    let dated = rows.iter().filter(|row| row.due.deadline().is_some());
    template.spans = dated.map(span_row).collect();
    Ok(())
}

#[derive(Deserialize)]
struct Nothing {}

async fn publish(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let found = found(&app, &staff, id).await?;
    staff.authorise_region(Act::EditPlan, found.plan.region)?;
    store::plan::publish(&app.store, &staff.actor, id).await?;
    Ok(back(&format!("/office/plans/{id}"), "published"))
}

async fn unpublish(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let found = found(&app, &staff, id).await?;
    staff.authorise_region(Act::EditPlan, found.plan.region)?;
    store::plan::unpublish(&app.store, &staff.actor, id).await?;
    Ok(back(&format!("/office/plans/{id}"), "unpublished"))
}

#[derive(Deserialize, Default)]
struct ExportWanted {
    #[serde(default)]
    progress: bool,
}

async fn export_xlsx(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(wanted): Query<ExportWanted>,
) -> Result<Response, Problem> {
    let found = found(&app, &staff, id).await?;
    let bytes = reading::export(&app, id, reading::Form::Xlsx, wanted.progress).await?;
    let name = format!("{}.xlsx", found.plan.title);
    Ok(sent_as_file(&name, media_type(&name), Body::from(bytes)))
}

async fn export_docx(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(wanted): Query<ExportWanted>,
) -> Result<Response, Problem> {
    let found = found(&app, &staff, id).await?;
    let bytes = reading::export(&app, id, reading::Form::Docx, wanted.progress).await?;
    let name = format!("{}.docx", found.plan.title);
    Ok(sent_as_file(&name, media_type(&name), Body::from(bytes)))
}
