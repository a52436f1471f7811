//! A unit's share of an assignment: report, add evidence, submit, confirm, return. A refused form comes back with its
//! words kept.

use super::assignment::{Kept, assignment_page};
use super::attachment::media_type;
use super::back;
use crate::app::App;
use crate::form::{Form, Upload};
use crate::problem::Problem;
use crate::session::Staff;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use domain::role::Act;
use serde::Deserialize;
use store::evidence::Proof;
use store::responsibility::ResponsibilityView;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/responsibilities/{id}/report", post(report))
        .route("/office/responsibilities/{id}/submit", post(submit))
        .route("/office/responsibilities/{id}/confirm", post(confirm))
        .route("/office/responsibilities/{id}/return", post(return_))
        .route(
            "/office/responsibilities/{id}/evidence",
            post(add_evidence).layer(DefaultBodyLimit::disable()),
        )
        .route("/office/responsibilities/{id}/evidence/{evidence}/remove", post(remove_evidence))
}

async fn found(app: &App, staff: &Staff, id: i64, act: Act) -> Result<ResponsibilityView, Problem> {
    let share = store::responsibility::find(&app.store, id).await?;
    let share = share.ok_or_else(|| Problem::not_found("这项责任"))?;
    staff.authorise_unit(act, share.unit)?;
    Ok(share)
}

fn page_of(share: &ResponsibilityView) -> String {
    format!("/office/assignments/{}#r{}", share.assignment, share.id)
}

/// The next page after a command: the assignment, saying what was done, or saying why not with the words kept.
async fn answer(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    share: &ResponsibilityView,
    outcome: store::Result<()>,
    done: &str,
    text: String,
) -> Result<Response, Problem> {
    let message = match outcome {
        Ok(()) => return Ok(back(&page_of(share), done)),
        Err(store::Error::Refused(message)) => message,
        Err(error @ store::Error::Conflict { .. }) => error.to_string(),
        Err(error) => return Err(error.into()),
    };
    let kept = Kept { share: share.id, message, text };
    assignment_page(app, staff, headers, share.assignment, None, Some(kept)).await
}

#[derive(Deserialize)]
struct ReportForm {
    version: i64,
    #[serde(default)]
    percent: String,
    text: String,
}

async fn report(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<ReportForm>,
) -> Result<Response, Problem> {
    let share = found(&app, &staff, id, Act::ReportProgress).await?;
    let outcome = match form.percent.trim().parse::<u8>() {
        Ok(percent) => {
            store::responsibility::report(&app.store, &staff.actor, id, form.version, percent, &form.text)
                .await
        }
        Err(_) => Err(store::Error::refused(domain::progress::Refused::Percent)),
    };
    answer(&app, &staff, &headers, &share, outcome, "reported", form.text).await
}

#[derive(Deserialize)]
struct TextForm {
    version: i64,
    #[serde(default)]
    text: String,
}

async fn submit(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<TextForm>,
) -> Result<Response, Problem> {
    let share = found(&app, &staff, id, Act::ReportProgress).await?;
    let outcome = store::responsibility::submit(&app.store, &staff.actor, id, form.version, &form.text).await;
    answer(&app, &staff, &headers, &share, outcome, "submitted", form.text).await
}

async fn confirm(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<TextForm>,
) -> Result<Response, Problem> {
    let share = found(&app, &staff, id, Act::ConfirmCompletion).await?;
    let outcome =
        store::responsibility::confirm(&app.store, &staff.actor, id, form.version, &form.text).await;
    answer(&app, &staff, &headers, &share, outcome, "confirmed", form.text).await
}

async fn return_(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<TextForm>,
) -> Result<Response, Problem> {
    let share = found(&app, &staff, id, Act::ConfirmCompletion).await?;
    let outcome =
        store::responsibility::return_(&app.store, &staff.actor, id, form.version, &form.text).await;
    answer(&app, &staff, &headers, &share, outcome, "returned", form.text).await
}

/// One form for the three kinds: whatever is given is added, files first.
async fn add_evidence(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Response, Problem> {
    let share = found(&app, &staff, id, Act::ReportProgress).await?;
    let text = upload.field("text").to_owned();
    let outcome = add_all(&app, &staff, id, &upload).await;
    answer(&app, &staff, &headers, &share, outcome, "evidence", text).await
}

async fn add_all(app: &App, staff: &Staff, id: i64, upload: &Upload) -> store::Result<()> {
    let (url, text) = (upload.field("url"), upload.field("text"));
    if upload.files.is_empty() && url.is_empty() && text.is_empty() {
        return Err(store::Error::refused("请选择文件、填写网页链接或情况说明，至少一项。"));
    }
    for file in &upload.files {
        let (name, kind) = (file.name.as_str(), media_type(&file.name));
        let kept =
            store::attachment::put_file(&app.store, &staff.actor, name, kind, file.file.path()).await?;
        let proof = Proof::File { attachment: kept.id };
        store::evidence::add(&app.store, &staff.actor, id, proof, &kept.name).await?;
    }
    if !url.is_empty() {
        let proof = Proof::Link { url: url.to_owned() };
        store::evidence::add(&app.store, &staff.actor, id, proof, text).await?;
    } else if !text.is_empty() {
        store::evidence::add(&app.store, &staff.actor, id, Proof::Statement, text).await?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct Nothing {}

async fn remove_evidence(
    State(app): State<App>,
    staff: Staff,
    Path((id, evidence)): Path<(i64, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let share = found(&app, &staff, id, Act::ReportProgress).await?;
    store::evidence::remove(&app.store, &staff.actor, id, evidence).await?;
    Ok(back(&page_of(&share), "evidence-removed"))
}
