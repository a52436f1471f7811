//! Assignments (任务): the list with filters, its export, and each assignment's own page.

use super::{back, frame, left, moment, unit_name};
use crate::app::App;
use crate::form::Form;
use crate::list::{Pages, link};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::letter::written_date;
use domain::progress::{Standing, State as Progress};
use domain::role::Act;
use domain::unit::UnitId;
use jiff::civil::Date;
use serde::Deserialize;
use store::PageRequest;
use store::assignment::{AssignmentChange, AssignmentRow, AssignmentView, Filter, Sort};
use store::evidence::{Evidence, Proof};
use tables::sheet::{self, Column, Value};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/assignments", get(list))
        .route("/office/assignments/export.xlsx", get(export))
        .route("/office/assignments/{id}", get(show).post(change))
        .route("/office/assignments/{id}/comments", post(comment))
}

/// What the list is asked for.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Wanted {
    page: u64,
    q: String,
    plan: String,
    unit: String,
    state: String,
    standing: String,
    from: String,
    to: String,
    sort: String,
}

impl Wanted {
    fn query(&self) -> Vec<(&'static str, String)> {
        vec![
            ("q", self.q.clone()),
            ("plan", self.plan.clone()),
            ("unit", self.unit.clone()),
            ("state", self.state.clone()),
            ("standing", self.standing.clone()),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("sort", self.sort.clone()),
        ]
    }

    fn filter(&self, staff: &Staff) -> Filter {
        let day = |text: &str| text.parse::<Date>().ok();
        Filter {
            plan: self.plan.parse().ok(),
            task: None,
            unit: self.unit.parse().ok(),
            visible: Some(staff.units(Act::ReadPlan)),
            state: Progress::from_word(&self.state),
            standing: Standing::from_word(&self.standing),
            text: self.q.chars().take(domain::limits::NAME_CHARACTERS_MAX).collect(),
            due_from: day(&self.from),
            due_to: day(&self.to),
            sort: if self.sort == "due" { Sort::Due } else { Sort::Position },
        }
    }
}

/// An assignment as lists show it.
pub(super) struct Row {
    pub(super) link: String,
    pub(super) task: String,
    pub(super) content: String,
    pub(super) units: String,
    pub(super) due: String,
    pub(super) left: String,
    pub(super) standing: Option<Standing>,
    pub(super) done: u64,
    pub(super) total: u64,
}

/// A row with its words.
pub(super) fn row(app: &App, row: AssignmentRow) -> Row {
    let total = row.counts.values().sum();
    let done = row.counts.get(&Progress::Completed).copied().unwrap_or(0);
    let deadline = row.due.deadline();
    Row {
        link: format!("/office/assignments/{}", row.id),
        task: format!("{} {}", row.task_number, row.task_name).trim().to_owned(),
        content: row.content,
        units: row.units.join("、"),
        due: deadline.map_or_else(|| row.due.text.trim().to_owned(), written_date),
        left: if row.standing == Some(Standing::Done) { String::new() } else { left(app, deadline) },
        standing: row.standing,
        done,
        total,
    }
}

#[derive(Template)]
#[template(path = "office/assignments.html")]
struct AssignmentsPage {
    page: Page,
    wanted: Wanted,
    rows: Vec<Row>,
    pages: Pages,
    plans: Vec<(String, String)>,
    units: Vec<(String, String)>,
    export: String,
    filtered: bool,
}

impl AssignmentsPage {
    fn standings(&self) -> [(&'static str, &'static str); 6] {
        Standing::ALL.map(|standing| (standing.word(), standing.label()))
    }
}

async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let filter = wanted.filter(&staff);
    let request = PageRequest::number(wanted.page);
    let found = store::assignment::list(&app.store, &filter, app.today(), app.soon(), request).await?;
    let query = wanted.query();
    let pages = Pages::of(&found, "/office/assignments", &query);
    let visible = staff.units(Act::ReadPlan);
    let units = staff.directory.units().iter().filter(|unit| visible.contains(&unit.id));
    let plans = store::plan::list(&app.store).await?;
    let template = AssignmentsPage {
        page: frame(&app, &staff, &headers, "全部任务", "/office/assignments").await?,
        rows: found.rows.into_iter().map(|found| row(&app, found)).collect(),
        pages,
        plans: plans.into_iter().map(|plan| (plan.id.to_string(), plan.title)).collect(),
        units: units.map(|unit| (unit.id.to_string(), unit.name.clone())).collect(),
        export: link("/office/assignments/export.xlsx", &query),
        filtered: query.iter().any(|(name, value)| *name != "sort" && !value.is_empty()),
        wanted,
    };
    page(&template)
}

async fn export(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let filter = wanted.filter(&staff);
    let found =
        store::assignment::list(&app.store, &filter, app.today(), app.soon(), PageRequest::whole()).await?;
    let columns = [
        Column::new("任务", 28.0),
        Column::new("具体内容", 60.0),
        Column::new("责任单位", 36.0),
        Column::new("完成时限", 14.0),
        Column::new("时限原文", 28.0),
        Column::new("状态", 12.0),
        Column::new("已完成单位数", 14.0),
        Column::new("责任单位数", 14.0),
    ];
    let rows = found.rows.into_iter().map(|found| {
        let (deadline, words) = (found.due.deadline(), found.due.text.clone());
        let row = row(&app, found);
        vec![
            Value::Text(row.task),
            Value::Text(row.content),
            Value::Text(row.units),
            deadline.map_or(Value::Empty, Value::Date),
            Value::Text(words),
            Value::Text(row.standing.map_or("未落实责任单位", Standing::label).to_owned()),
            Value::Number(row.done as f64),
            Value::Number(row.total as f64),
        ]
    });
    let bytes = sheet::write("任务清单", &columns, rows).map_err(|error| {
        tracing::error!(?error, "a list could not be written as xlsx");
        Problem::fault()
    })?;
    let name = format!("任务清单{}.xlsx", app.today());
    Ok(super::attachment::sent_as_file(&name, super::attachment::media_type(&name), Body::from(bytes)))
}

struct ReportRow {
    at: String,
    who: String,
    state: Progress,
    percent: u8,
    text: String,
}

struct EvidenceRow {
    id: i64,
    text: String,
    link: Option<String>,
    kind: &'static str,
    who: String,
    at: String,
}

struct Share {
    id: i64,
    version: i64,
    unit: String,
    role: &'static str,
    state: Progress,
    standing: Standing,
    percent: u8,
    left: String,
    reports: Vec<ReportRow>,
    evidence: Vec<EvidenceRow>,
    notices: Vec<(String, String)>,
    reportable: bool,
    confirmable: bool,
    supervisable: bool,
    /// Shown whole at once: the person's own, the only one, the one refused; others open with a click.
    unfolded: bool,
}

struct HistoryRow {
    at: String,
    who: String,
    what: String,
}

#[derive(Template)]
#[template(path = "office/assignment.html")]
struct AssignmentPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    plan_link: String,
    plan_title: String,
    task: String,
    content: String,
    units: Vec<(String, bool)>,
    due_text: String,
    due_read: String,
    left: String,
    remark: String,
    phases: Vec<(String, String, String)>,
    shares: Vec<Share>,
    done: usize,
    hidden: usize,
    comments: Vec<(String, String, String)>,
    history: Vec<HistoryRow>,
    edits: bool,
    comments_allowed: bool,
    problem: Option<Kept>,
}

/// A form that was refused: its sentence, and the text the person typed.
pub(super) struct Kept {
    pub(super) share: i64,
    pub(super) message: String,
    pub(super) text: String,
}

async fn found(app: &App, staff: &Staff, id: i64) -> Result<AssignmentView, Problem> {
    let found = store::assignment::find(&app.store, id).await?;
    let found = found.ok_or_else(|| Problem::not_found("这项任务"))?;
    let units = found.responsibilities.iter().map(|share| share.unit);
    if staff.authorise_region(Act::ReadPlan, found.region).is_err() {
        staff.authorise_any(Act::ReadPlan, units)?;
    }
    Ok(found)
}

#[derive(Deserialize, Default)]
struct Outcome {
    done: Option<String>,
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(query): Query<Outcome>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    assignment_page(&app, &staff, &headers, id, query.done.as_deref(), None).await
}

fn evidence_row(evidence: Evidence) -> EvidenceRow {
    let (link, kind) = match evidence.proof {
        Proof::File { attachment } => (Some(format!("/office/attachments/{attachment}")), "文件"),
        Proof::Link { url } => (Some(url), "链接"),
        Proof::Statement => (None, "情况说明"),
    };
    EvidenceRow {
        id: evidence.id,
        text: evidence.text,
        link,
        kind,
        who: evidence.user_name,
        at: moment(evidence.at),
    }
}

/// The assignment's page; with a refused form it says why and keeps what was typed.
pub(super) async fn assignment_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    id: i64,
    done: Option<&str>,
    problem: Option<Kept>,
) -> Result<Response, Problem> {
    let found = found(app, staff, id).await?;
    let (today, soon) = (app.today(), app.soon());
    let whole = found.responsibilities.len();
    let completed = found.responsibilities.iter().filter(|share| share.state == Progress::Completed).count();
    let mut shares = Vec::new();
    for share in &found.responsibilities {
        if staff.authorise_unit(Act::ReadPlan, share.unit).is_err() {
            continue;
        }
        let reports = found.reports.iter().filter(|report| report.responsibility == share.id);
        let evidence = found.evidence.iter().filter(|evidence| evidence.responsibility == share.id).cloned();
        let about = store::supervision::Filter { responsibility: Some(share.id), ..Default::default() };
        let notices = store::supervision::list(&app.store, &about, PageRequest::default()).await?.rows;
        let open = share.state != Progress::Completed;
        shares.push(Share {
            id: share.id,
            version: share.version,
            unit: unit_name(staff, share.unit),
            role: share.role.label(),
            state: share.state,
            standing: domain::progress::standing(share.state, share.due_on, today, soon),
            percent: share.percent,
            left: if open { left(app, share.due_on) } else { String::new() },
            reports: reports
                .map(|report| ReportRow {
                    at: moment(report.at),
                    who: report.user_name.clone(),
                    state: report.state,
                    percent: report.percent,
                    text: report.text.clone(),
                })
                .collect(),
            evidence: evidence.map(evidence_row).collect(),
            notices: notices
                .into_iter()
                .map(|notice| {
                    let words = format!("{}（{}）", notice.number, notice.state.label());
                    (format!("/office/supervision/{}", notice.id), words)
                })
                .collect(),
            reportable: staff.authorise_unit(Act::ReportProgress, share.unit).is_ok(),
            confirmable: staff.authorise_unit(Act::ConfirmCompletion, share.unit).is_ok(),
            supervisable: open && staff.authorise_unit(Act::Supervise, share.unit).is_ok(),
            unfolded: whole == 1
                || share.unit == staff.person.unit
                || problem.as_ref().is_some_and(|problem| problem.share == share.id),
        });
    }
    let named: Vec<&str> = found.responsibilities.iter().map(|share| share.named_as.as_str()).collect();
    let deadline = found.due.deadline();
    let phase = |phase: &domain::plan::Phase| {
        (phase.name.clone(), phase.from.map_or_else(String::new, written_date), written_date(phase.to))
    };
    let task = format!("{} {}", found.task_number, found.task_name).trim().to_owned();
    let title = crate::chart::shorten(&found.content, 24);
    let frame = frame(app, staff, headers, &title, "/office/assignments").await?;
    let plan_link = format!("/office/plans/{}", found.plan);
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = AssignmentPage {
        page: frame
            .under("任务分解表", "/office/plans")
            .under(&crate::chart::shorten(&found.plan_title, 20), &plan_link)
            .with_done(done),
        csrf: staff.session.csrf.clone(),
        id,
        version: found.version,
        plan_link,
        plan_title: found.plan_title,
        task,
        units: found
            .mentions
            .iter()
            .map(|unit| (unit.text.clone(), named.contains(&unit.text.as_str())))
            .collect(),
        due_text: found.due.text.clone(),
        due_read: found.due.kind.words(),
        left: left(app, deadline),
        phases: found.due.phases().iter().map(phase).collect(),
        remark: found.remark,
        content: found.content,
        hidden: whole - shares.len(),
        done: completed,
        shares,
        comments: found
            .comments
            .into_iter()
            .map(|comment| (comment.user_name, moment(comment.at), comment.text))
            .collect(),
        history: found
            .history
            .into_iter()
            .map(|entry| HistoryRow { at: moment(entry.at), who: entry.actor_name, what: entry.action })
            .collect(),
        edits: staff.authorise_region(Act::EditPlan, found.region).is_ok(),
        comments_allowed: staff.may(Act::Comment),
        problem,
    };
    Ok((status, page(&template)?).into_response())
}

#[derive(Deserialize)]
struct ChangeForm {
    version: i64,
    content: String,
    due: String,
    remark: String,
}

async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<ChangeForm>,
) -> Result<Response, Problem> {
    let found = found(&app, &staff, id).await?;
    staff.authorise_region(Act::EditPlan, found.region)?;
    let year = found.due.deadline().or(found.due.start()).map(Date::year);
    let (due, findings) = domain::plan::due::parse(&form.due, year);
    if let Some(wrong) = findings.iter().find(|finding| finding.severity == domain::finding::Severity::Error)
    {
        return Err(Problem::bad_input(wrong.message.clone()));
    }
    let change = AssignmentChange { content: form.content, due, remark: form.remark };
    store::assignment::change(&app.store, &staff.actor, id, form.version, change).await?;
    Ok(back(&format!("/office/assignments/{id}"), "changed"))
}

#[derive(Deserialize)]
struct CommentForm {
    text: String,
}

async fn comment(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<CommentForm>,
) -> Result<Response, Problem> {
    let found = found(&app, &staff, id).await?;
    let units: Vec<UnitId> = found.responsibilities.iter().map(|share| share.unit).collect();
    if staff.authorise_region(Act::Comment, found.region).is_err() {
        staff.authorise_any(Act::Comment, units)?;
    }
    store::comment::add(&app.store, &staff.actor, id, &form.text).await?;
    Ok(back(&format!("/office/assignments/{id}#comments"), "commented"))
}
