//! Supervision (督办): notices issued, answered, settled; each as Word and PDF.

use super::attachment::{media_type, sent_as_file};
use super::{back, frame, left, moment, unit_name};
use crate::app::App;
use crate::form::{Form, Upload};
use crate::list::Pages;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::letter::written_date;
use domain::letter::{Block, Fact, Letter, paragraphs};
use domain::role::Act;
use domain::supervision::{NoticeDraft, NoticeState};
use jiff::civil::Date;
use serde::Deserialize;
use store::PageRequest;
use store::supervision::{Filter, NoticeView};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/supervision", get(list))
        .route("/office/responsibilities/{id}/supervise", get(draft).post(issue))
        .route("/office/supervision/{id}", get(show))
        .route("/office/supervision/{id}/answer", post(answer).layer(DefaultBodyLimit::disable()))
        .route("/office/supervision/{id}/return", post(return_))
        .route("/office/supervision/{id}/close", post(close))
        .route("/office/supervision/{id}/notice.docx", get(docx))
        .route("/office/supervision/{id}/notice.pdf", get(pdf))
}

struct Row {
    link: String,
    number: String,
    unit: String,
    facts: String,
    due_on: String,
    left: String,
    state: NoticeState,
}

#[derive(Template)]
#[template(path = "office/supervision.html")]
struct SupervisionPage {
    page: Page,
    rows: Vec<Row>,
    pages: Pages,
    state: String,
}

impl SupervisionPage {
    fn states(&self) -> [(&'static str, &'static str); 4] {
        NoticeState::ALL.map(|state| (state.word(), state.label()))
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    page: u64,
    state: String,
}

async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let filter = Filter {
        units: Some(staff.units(Act::ReadPlan)),
        state: NoticeState::from_word(&wanted.state),
        responsibility: None,
    };
    let found = store::supervision::list(&app.store, &filter, PageRequest::number(wanted.page)).await?;
    let pages = Pages::of(&found, "/office/supervision", &[("state", wanted.state.clone())]);
    let rows = found.rows.into_iter().map(|notice| Row {
        link: format!("/office/supervision/{}", notice.id),
        number: notice.number.to_string(),
        unit: unit_name(&staff, notice.unit),
        facts: notice.facts,
        due_on: written_date(notice.due_on),
        left: if notice.state == NoticeState::Closed {
            String::new()
        } else {
            left(&app, Some(notice.due_on))
        },
        state: notice.state,
    });
    let template = SupervisionPage {
        page: frame(&app, &staff, &headers, "督办", "/office/supervision").await?,
        rows: rows.collect(),
        pages,
        state: wanted.state,
    };
    page(&template)
}

#[derive(Template)]
#[template(path = "office/supervise.html")]
struct DraftPage {
    page: Page,
    csrf: String,
    id: i64,
    unit: String,
    agency: String,
    facts: String,
    requirement: String,
    due_on: String,
    problems: Vec<String>,
}

/// What a notice says unless the office writes otherwise.
async fn proposed(app: &App, staff: &Staff, id: i64) -> Result<(String, NoticeDraft), Problem> {
    let share = store::responsibility::find(&app.store, id).await?;
    let share = share.ok_or_else(|| Problem::not_found("这项责任"))?;
    staff.authorise_unit(Act::Supervise, share.unit)?;
    let assignment = store::assignment::find(&app.store, share.assignment).await?;
    let assignment = assignment.ok_or_else(|| Problem::not_found("这项任务"))?;
    let unit = unit_name(staff, share.unit);
    let late = match share.due_on {
        Some(due) => format!("应于{}前完成", written_date(due)),
        None => format!("时限要求为“{}”", assignment.due.text.trim()),
    };
    let facts = format!(
        "《{}》第{}项“{}”中，“{}”由你单位负责，{late}，目前{}（完成比例{}%），{}。",
        assignment.plan_title,
        assignment.task_number,
        assignment.task_name.trim_end_matches('。'),
        assignment.content.trim_end_matches('。'),
        share.state.label(),
        share.percent,
        left(app, share.due_on),
    );
    let facts = facts.replace("，。", "。");
    let due_on = app.calendar.add_working_days(app.today(), 5).date;
    let requirement = "请明确责任人和完成时间，抓紧办理，并在期限内书面答复办理情况，附相关佐证。".to_owned();
    Ok((unit, NoticeDraft { facts, requirement, due_on }))
}

fn draft_page(
    frame: Page,
    app: &App,
    csrf: &str,
    id: i64,
    unit: String,
    draft: NoticeDraft,
    problems: Vec<String>,
) -> Result<Response, Problem> {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let template = DraftPage {
        page: frame.under("督办", "/office/supervision"),
        csrf: csrf.to_owned(),
        id,
        unit,
        agency: format!("{}〔{}〕", app.settings.notice_agency, app.today().year()),
        facts: draft.facts,
        requirement: draft.requirement,
        due_on: draft.due_on.to_string(),
        problems,
    };
    Ok((status, page(&template)?).into_response())
}

async fn draft(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (unit, draft) = proposed(&app, &staff, id).await?;
    let frame = frame(&app, &staff, &headers, "发督办单", "/office/supervision").await?;
    draft_page(frame, &app, &staff.session.csrf, id, unit, draft, Vec::new())
}

#[derive(Deserialize)]
struct IssueForm {
    facts: String,
    requirement: String,
    due_on: String,
}

async fn issue(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<IssueForm>,
) -> Result<Response, Problem> {
    let (unit, proposal) = proposed(&app, &staff, id).await?;
    let day = form.due_on.parse::<Date>();
    let draft = NoticeDraft {
        facts: form.facts,
        requirement: form.requirement,
        due_on: *day.as_ref().unwrap_or(&proposal.due_on),
    };
    let mut problems: Vec<String> = draft.problems(app.today()).iter().map(ToString::to_string).collect();
    if day.is_err() {
        problems.push("请填写新的办理期限，例如 2020-09-28。".to_owned());
    }
    if !problems.is_empty() {
        let frame = frame(&app, &staff, &headers, "发督办单", "/office/supervision").await?;
        return draft_page(frame, &app, &staff.session.csrf, id, unit, draft, problems);
    }
    let agency = &app.settings.notice_agency;
    let notice = store::supervision::issue(&app.store, &staff.actor, agency, id, draft).await?;
    Ok(back(&format!("/office/supervision/{notice}"), "issued"))
}

#[derive(Template)]
#[template(path = "office/notice.html")]
struct NoticePage {
    page: Page,
    csrf: String,
    notice: NoticeView,
    number: String,
    unit: String,
    issued: String,
    due_on: String,
    left: String,
    answered: String,
    answer: String,
    answer_file: Option<i64>,
    closed: String,
    answers: bool,
    decides: bool,
    problem: Option<String>,
    text: String,
}

async fn found(app: &App, staff: &Staff, id: i64, act: Act) -> Result<NoticeView, Problem> {
    let notice = store::supervision::find(&app.store, id).await?;
    let notice = notice.ok_or_else(|| Problem::not_found("这份督办单"))?;
    staff.authorise_unit(act, notice.unit)?;
    Ok(notice)
}

#[derive(Deserialize, Default)]
struct Outcome {
    done: Option<String>,
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(outcome): Query<Outcome>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let notice = found(&app, &staff, id, Act::ReadPlan).await?;
    notice_page(&app, &staff, &headers, notice, outcome.done.as_deref(), None, String::new()).await
}

async fn notice_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    notice: NoticeView,
    done: Option<&str>,
    problem: Option<String>,
    text: String,
) -> Result<Response, Problem> {
    let number = notice.number.to_string();
    let frame = frame(app, staff, headers, &number, "/office/supervision").await?;
    let awaits_answer = matches!(notice.state, NoticeState::Issued | NoticeState::Returned);
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let answered = match (&notice.answered_by_name, notice.answered_at) {
        (Some(name), Some(at)) => format!("{name}　{}", moment(at)),
        _ => String::new(),
    };
    let template = NoticePage {
        page: frame.under("督办", "/office/supervision").with_done(done),
        csrf: staff.session.csrf.clone(),
        number,
        unit: unit_name(staff, notice.unit),
        issued: format!("{}　{}", notice.issued_by_name, moment(notice.issued_at)),
        due_on: written_date(notice.due_on),
        left: if notice.state == NoticeState::Closed {
            String::new()
        } else {
            left(app, Some(notice.due_on))
        },
        answered,
        answer: notice.answer.clone().unwrap_or_default(),
        answer_file: notice.answer_attachment,
        closed: notice.closed_at.map(moment).unwrap_or_default(),
        answers: awaits_answer && staff.authorise_unit(Act::AnswerSupervision, notice.unit).is_ok(),
        decides: notice.state == NoticeState::Answered
            && staff.authorise_unit(Act::Supervise, notice.unit).is_ok(),
        problem,
        text,
        notice,
    };
    Ok((status, page(&template)?).into_response())
}

/// The next page after a command: the notice, saying what was done, or saying why not with the words kept.
async fn next(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    notice: NoticeView,
    outcome: store::Result<()>,
    done: &str,
    text: String,
) -> Result<Response, Problem> {
    let message = match outcome {
        Ok(()) => return Ok(back(&format!("/office/supervision/{}", notice.id), done)),
        Err(store::Error::Refused(message)) => message,
        Err(error @ store::Error::Conflict { .. }) => error.to_string(),
        Err(error) => return Err(error.into()),
    };
    notice_page(app, staff, headers, notice, None, Some(message), text).await
}

async fn answer(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Response, Problem> {
    let notice = found(&app, &staff, id, Act::AnswerSupervision).await?;
    let text = upload.field("text").to_owned();
    let version = upload.field("version").parse().unwrap_or(0);
    let attachment = match upload.files.first() {
        Some(file) if !text.is_empty() => {
            let (name, kind) = (file.name.as_str(), media_type(&file.name));
            let kept = store::attachment::put_file(&app.store, &staff.actor, name, kind, file.file.path());
            Some(kept.await?.id)
        }
        _ => None,
    };
    let outcome = store::supervision::answer(&app.store, &staff.actor, id, version, &text, attachment).await;
    next(&app, &staff, &headers, notice, outcome, "answered", text).await
}

#[derive(Deserialize)]
struct DecisionForm {
    version: i64,
    #[serde(default)]
    text: String,
}

async fn return_(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<DecisionForm>,
) -> Result<Response, Problem> {
    let notice = found(&app, &staff, id, Act::Supervise).await?;
    let outcome = store::supervision::return_(&app.store, &staff.actor, id, form.version, &form.text).await;
    next(&app, &staff, &headers, notice, outcome, "returned", form.text).await
}

async fn close(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<DecisionForm>,
) -> Result<Response, Problem> {
    let notice = found(&app, &staff, id, Act::Supervise).await?;
    let outcome = store::supervision::close(&app.store, &staff.actor, id, form.version).await;
    next(&app, &staff, &headers, notice, outcome, "closed", form.text).await
}

/// The notice as an official letter.
fn letter(app: &App, staff: &Staff, notice: &NoticeView) -> Letter {
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    let mut body = paragraphs(&notice.facts);
    body.extend(paragraphs(&notice.requirement));
    body.push(Block::Facts(vec![
        fact("督办事项", notice.number.to_string()),
        fact("办理期限", written_date(notice.due_on)),
        fact("办理状态", notice.state.label().to_owned()),
    ]));
    if let Some(answer) = &notice.answer {
        body.extend(paragraphs(&format!("责任单位答复：{answer}")));
    }
    Letter {
        agency: app.settings.notice_issuer.clone(),
        number: Some(notice.number.to_string()),
        title: "政务公开工作督办单".to_owned(),
        addressee: Some(unit_name(staff, notice.unit)),
        body,
        attachments: Vec::new(),
        signature: app.settings.notice_issuer.clone(),
        date: domain::clock::civil_date(notice.issued_at),
        note: None,
        copies: None,
        sample: app.settings.site.sample,
    }
}

async fn docx(State(app): State<App>, staff: Staff, Path(id): Path<i64>) -> Result<Response, Problem> {
    let notice = found(&app, &staff, id, Act::ReadPlan).await?;
    let bytes = tables::letter::write_docx(&letter(&app, &staff, &notice)).map_err(|error| {
        tracing::error!(?error, "a notice could not be written as docx");
        Problem::fault()
    })?;
    let name = format!("督办单 {}.docx", notice.number);
    Ok(sent_as_file(&name, media_type(&name), Body::from(bytes)))
}

async fn pdf(State(app): State<App>, staff: Staff, Path(id): Path<i64>) -> Result<Response, Problem> {
    let notice = found(&app, &staff, id, Act::ReadPlan).await?;
    let (letter, fonts) = (letter(&app, &staff, &notice), app.fonts.clone());
    let printed = tokio::task::spawn_blocking(move || print::letter(&letter, &fonts)).await;
    let pdf = match printed {
        Ok(Ok(pdf)) => pdf,
        Ok(Err(error)) => {
            tracing::error!(?error, "a notice could not be printed");
            return Err(Problem::bad_input(error.to_string()));
        }
        Err(error) => {
            tracing::error!(?error, "printing broke off");
            return Err(Problem::fault());
        }
    };
    let name = format!("督办单 {}.pdf", notice.number);
    Ok(sent_as_file(&name, media_type(&name), Body::from(pdf.bytes)))
}
