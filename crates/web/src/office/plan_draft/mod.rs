//! Importing a breakdown table: upload, look at what was read beside what is doubtful, correct in place, accept.

mod import;
mod view;

use super::back;
use crate::app::App;
use crate::form::Form;
use crate::problem::Problem;
use crate::reading::{self, Kept};
use crate::session::Staff;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use domain::finding::Severity;
use domain::role::Act;
use domain::unit::UnitId;
use import::{import, show_import};
use serde::Deserialize;
use store::plan_draft::{DraftChange, DraftView};
use view::draft_page;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/plans/import", get(show_import).post(import).layer(DefaultBodyLimit::disable()))
        .route("/office/plan-drafts/{id}", get(show))
        .route("/office/plan-drafts/{id}/title", post(change_title))
        .route("/office/plan-drafts/{id}/assignments/{position}", post(change_assignment))
        .route("/office/plan-drafts/{id}/units", post(choose_units))
        .route("/office/plan-drafts/{id}/mapping", post(change_mapping))
        .route("/office/plan-drafts/{id}/accept", post(accept))
        .route("/office/plan-drafts/{id}/discard", post(discard))
}

#[derive(Deserialize, Default)]
struct Wanted {
    edit: Option<usize>,
    done: Option<String>,
}

/// The draft, when the person may see it.
async fn draft(app: &App, staff: &Staff, id: i64) -> Result<DraftView, Problem> {
    let draft = store::plan_draft::find(&app.store, id).await?;
    let draft = draft.ok_or_else(|| Problem::not_found("这份导入草稿"))?;
    staff.authorise_region(Act::ImportPlan, draft.region)?;
    Ok(draft)
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let draft = draft(&app, &staff, id).await?;
    draft_page(&app, &staff, &headers, draft, wanted, None).await
}

/// Writes a corrected plan back with fresh checks.
async fn write(
    app: &App,
    staff: &Staff,
    draft: &DraftView,
    version: i64,
    kept: Kept,
) -> Result<i64, Problem> {
    let change = DraftChange {
        findings: kept.findings(&staff.directory, &draft.resolutions),
        document: kept.source_json()?,
        mapping: kept.mapping_json()?,
        plan: kept.plan,
        resolutions: draft.resolutions.clone(),
    };
    Ok(store::plan_draft::change(&app.store, &staff.actor, draft.id, version, change).await?)
}

#[derive(Deserialize)]
struct TitleForm {
    version: i64,
    title: String,
}

async fn change_title(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<TitleForm>,
) -> Result<Response, Problem> {
    let draft = draft(&app, &staff, id).await?;
    let mut kept = Kept::read(&draft)?;
    kept.plan.title = form.title.trim().to_owned();
    write(&app, &staff, &draft, form.version, kept).await?;
    Ok(back(&format!("/office/plan-drafts/{id}"), "changed"))
}

#[derive(Deserialize)]
struct AssignmentForm {
    version: i64,
    number: String,
    name: String,
    content: String,
    units: String,
    due: String,
    remark: String,
}

async fn change_assignment(
    State(app): State<App>,
    staff: Staff,
    Path((id, position)): Path<(i64, usize)>,
    Form(form): Form<AssignmentForm>,
) -> Result<Response, Problem> {
    let draft = draft(&app, &staff, id).await?;
    let mut kept = Kept::read(&draft)?;
    let correction = reading::Correction {
        number: form.number,
        name: form.name,
        content: form.content,
        units: form.units,
        due: form.due,
        remark: form.remark,
    };
    if !kept.correct(position, &correction) {
        return Err(Problem::not_found("这一行任务"));
    }
    write(&app, &staff, &draft, form.version, kept).await?;
    Ok(back(&format!("/office/plan-drafts/{id}#a{position}"), "changed"))
}

#[derive(Deserialize)]
struct UnitsForm {
    version: i64,
    text: String,
    #[serde(default)]
    unit: Vec<UnitId>,
}

async fn choose_units(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<UnitsForm>,
) -> Result<Response, Problem> {
    let mut draft = draft(&app, &staff, id).await?;
    let known: Vec<UnitId> =
        form.unit.into_iter().filter(|unit| staff.directory.unit(*unit).is_some()).collect();
    if known.is_empty() {
        draft.resolutions.remove(&form.text);
    } else {
        draft.resolutions.insert(form.text, known);
    }
    let kept = Kept::read(&draft)?;
    write(&app, &staff, &draft, form.version, kept).await?;
    Ok(back(&format!("/office/plan-drafts/{id}#units"), "changed"))
}

#[derive(Deserialize)]
struct MappingForm {
    version: i64,
    #[serde(default)]
    column: Vec<String>,
}

async fn change_mapping(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<MappingForm>,
) -> Result<Response, Problem> {
    let draft = draft(&app, &staff, id).await?;
    let kept = Kept::read(&draft)?.remapped(&form.column)?;
    let (signature, mapping) = (kept.mapping.signature(), kept.mapping_json()?);
    write(&app, &staff, &draft, form.version, kept).await?;
    store::column_mapping::remember(&app.store, &staff.actor, &signature, &mapping).await?;
    Ok(back(&format!("/office/plan-drafts/{id}"), "mapping"))
}

#[derive(Deserialize)]
struct VersionForm {
    version: i64,
}

async fn accept(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<VersionForm>,
) -> Result<Response, Problem> {
    let draft = draft(&app, &staff, id).await?;
    if draft.findings.iter().any(|finding| finding.severity == Severity::Error) {
        let problem = "还有错误级问题没有改正，暂不能生效。请逐条改正左侧标红的单元格。".to_owned();
        return draft_page(&app, &staff, &headers, draft, Wanted::default(), Some(problem)).await;
    }
    let plan = store::plan_draft::accept(&app.store, &staff.actor, id, form.version).await?;
    Ok(back(&format!("/office/plans/{plan}"), "accepted"))
}

async fn discard(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<VersionForm>,
) -> Result<Response, Problem> {
    draft(&app, &staff, id).await?;
    store::plan_draft::discard(&app.store, &staff.actor, id, form.version).await?;
    Ok(back("/office/plans/import", "discarded"))
}
