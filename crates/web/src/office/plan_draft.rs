//! Importing a breakdown table: upload, look at what was read beside what is doubtful, correct in place, accept.

use super::attachment::media_type;
use super::{back, frame};
use crate::app::App;
use crate::form::{Form, Upload};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::reading::{self, Kept};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::finding::{Finding, Severity};
use domain::plan::{Plan, UnitMention, UnitRole};
use domain::role::Act;
use domain::unit::{RegionId, Resolution, Tier, UnitId};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::plan_draft::{DraftChange, DraftState, DraftView};
use tables::plan::ColumnRole;

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

struct DraftRow {
    link: String,
    title: String,
    file_name: String,
    created_at: String,
}

#[derive(Template)]
#[template(path = "office/import.html")]
struct ImportPage {
    page: Page,
    csrf: String,
    drafts: Vec<DraftRow>,
    regions: Vec<(RegionId, String)>,
    problem: Option<String>,
    libreoffice: bool,
    megabytes: usize,
}

async fn show_import(State(app): State<App>, staff: Staff, headers: HeaderMap) -> Result<Response, Problem> {
    import_page(&app, &staff, &headers, None).await
}

/// The regions whose tables the person may import: counties and townships.
fn regions(staff: &Staff) -> Vec<(RegionId, String)> {
    let region = |region: &domain::unit::Region| (region.id, region.name.clone());
    let regions = staff.directory.regions().iter().filter(|region| region.tier != Tier::Village);
    regions.filter(|region| staff.authorise_region(Act::ImportPlan, region.id).is_ok()).map(region).collect()
}

async fn import_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    problem: Option<Problem>,
) -> Result<Response, Problem> {
    let regions = regions(staff);
    if regions.is_empty() {
        return Err(domain::role::Denied { act: Act::ImportPlan }.into());
    }
    let drafts = store::plan_draft::list_open(&app.store).await?;
    let drafts = drafts.into_iter().filter(|draft| regions.iter().any(|(id, _)| *id == draft.region));
    let row = |draft: store::plan_draft::DraftRow| DraftRow {
        link: format!("/office/plan-drafts/{}", draft.id),
        title: if draft.title.is_empty() { draft.file_name.clone() } else { draft.title },
        file_name: draft.file_name,
        created_at: super::moment(draft.created_at),
    };
    let frame = frame(app, staff, headers, "导入任务分解表", "/office/plans").await?;
    let status = problem.as_ref().map_or(StatusCode::OK, |problem| problem.status);
    let template = ImportPage {
        page: frame.under("任务分解表", "/office/plans"),
        csrf: staff.session.csrf.clone(),
        drafts: drafts.map(row).collect(),
        regions,
        problem: problem.map(|problem| problem.message),
        libreoffice: app.settings.libreoffice.is_some(),
        megabytes: domain::limits::UPLOAD_BYTES_MAX / 1_000_000,
    };
    Ok((status, page(&template)?).into_response())
}

async fn import(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Response, Problem> {
    let region: RegionId =
        upload.field("region").parse().map_err(|_| Problem::bad_input("请选择该表所属的地区。"))?;
    staff.authorise_region(Act::ImportPlan, region)?;
    match take_in(&app, &staff, region, &upload).await {
        Ok(draft) => {
            Ok(axum::response::Redirect::to(&format!("/office/plan-drafts/{draft}")).into_response())
        }
        Err(problem) if problem.status.is_client_error() => {
            import_page(&app, &staff, &headers, Some(problem)).await
        }
        Err(problem) => Err(problem),
    }
}

async fn take_in(app: &App, staff: &Staff, region: RegionId, upload: &Upload) -> Result<i64, Problem> {
    let file = upload.file("file").ok_or_else(|| Problem::bad_input("请先选择一个文件。"))?;
    let reading = reading::read_upload(app, &staff.directory, &file.name, file.file.path()).await?;
    let (name, kind) = (file.name.as_str(), media_type(&file.name));
    let kept = store::attachment::put_file(&app.store, &staff.actor, name, kind, file.file.path()).await?;
    Ok(reading::keep(&app.store, &staff.actor, region, &file.name, kept.id, reading).await?)
}

struct FindingRow {
    severity: Severity,
    class: &'static str,
    place: String,
    message: String,
    link: Option<String>,
}

struct AssignmentCells {
    position: usize,
    content: String,
    units: String,
    unit_texts: Vec<(String, bool)>,
    due: String,
    due_read: String,
    remark: String,
    class: &'static str,
    row: Option<u32>,
}

struct TaskRows {
    number: String,
    name: String,
    section: String,
    assignments: Vec<AssignmentCells>,
}

struct UnknownUnit {
    text: String,
    suggestions: Vec<(UnitId, String)>,
    chosen: Vec<UnitId>,
}

struct ColumnChoice {
    index: usize,
    header: String,
    options: Vec<(&'static str, &'static str, bool)>,
}

#[derive(Template)]
#[template(path = "office/plan_draft.html")]
struct DraftPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    attachment: i64,
    title: String,
    file_name: String,
    task_count: usize,
    assignment_count: usize,
    errors: usize,
    warnings: usize,
    tasks: Vec<TaskRows>,
    findings: Vec<FindingRow>,
    unknown: Vec<UnknownUnit>,
    units: Vec<(UnitId, String)>,
    columns: Vec<ColumnChoice>,
    editing: Option<usize>,
    problem: Option<String>,
    open: bool,
    accepted_plan: Option<i64>,
}

impl DraftPage {
    fn is_editing(&self, position: &usize) -> bool {
        self.open && self.editing == Some(*position)
    }
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

/// Unit texts as one cell, roles in words.
fn units_cell(units: &[UnitMention]) -> String {
    let of = |role: UnitRole| {
        let texts: Vec<&str> =
            units.iter().filter(|unit| unit.role == role).map(|unit| unit.text.as_str()).collect();
        texts.join("、")
    };
    let parts =
        [("", UnitRole::Responsible), ("牵头单位：", UnitRole::Lead), ("配合单位：", UnitRole::Cooperating)];
    let written =
        parts.into_iter().map(|(words, role)| (words, of(role))).filter(|(_, texts)| !texts.is_empty());
    written.map(|(words, texts)| format!("{words}{texts}")).collect::<Vec<_>>().join("\n")
}

async fn draft_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    draft: DraftView,
    wanted: Wanted,
    problem: Option<String>,
) -> Result<Response, Problem> {
    let kept = Kept::read(&draft)?;
    let severity_at = |row: Option<u32>| {
        let here = draft.findings.iter().filter(|finding| row.is_some() && finding.at.row == row);
        here.map(|finding| finding.severity).min()
    };
    let known = |text: &str| {
        draft.resolutions.contains_key(text)
            || matches!(staff.directory.resolve(text), Resolution::Unit(_) | Resolution::Group(_))
    };
    let mut position = 0;
    let mut tasks = Vec::new();
    for task in &kept.plan.tasks {
        let mut assignments = Vec::new();
        for assignment in &task.assignments {
            let row = assignment.origin.0.row;
            let class = match severity_at(row) {
                Some(Severity::Error) => "wrong-cell",
                Some(Severity::Warning) => "doubtful",
                _ => "",
            };
            assignments.push(AssignmentCells {
                position,
                content: assignment.content.clone(),
                units: units_cell(&assignment.units),
                unit_texts: assignment
                    .units
                    .iter()
                    .map(|unit| (unit.text.clone(), known(&unit.text)))
                    .collect(),
                due: assignment.due.text.clone(),
                due_read: assignment.due.kind.words(),
                remark: assignment.remark.clone(),
                class,
                row,
            });
            position += 1;
        }
        tasks.push(TaskRows {
            number: task.number.clone(),
            name: task.name.clone(),
            section: task.section.clone(),
            assignments,
        });
    }
    let link = |finding: &Finding| {
        let row = finding.at.row?;
        let cells = tasks.iter().flat_map(|task| &task.assignments).find(|cells| cells.row == Some(row))?;
        Some(format!("#a{}", cells.position))
    };
    let mut findings: Vec<&Finding> = draft.findings.iter().collect();
    findings.sort_by_key(|finding| (finding.severity, finding.at));
    let findings = findings.into_iter().map(|finding| FindingRow {
        severity: finding.severity,
        class: severity_word(finding.severity),
        place: finding.at.to_string(),
        message: finding.message.clone(),
        link: link(finding),
    });
    let findings = findings.collect();
    let count = |severity| draft.findings.iter().filter(|finding| finding.severity == severity).count();
    let title = if kept.plan.title.is_empty() { draft.file_name.clone() } else { kept.plan.title.clone() };
    let frame = frame(app, staff, headers, "核对任务分解表", "/office/plans").await?;
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = DraftPage {
        page: frame
            .under("任务分解表", "/office/plans")
            .under("导入", "/office/plans/import")
            .with_done(wanted.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id: draft.id,
        version: draft.version,
        attachment: draft.attachment,
        title,
        task_count: tasks.len(),
        assignment_count: position,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        tasks,
        findings,
        unknown: unknown(staff, &kept.plan, &draft),
        units: staff.directory.units().iter().map(|unit| (unit.id, unit.name.clone())).collect(),
        columns: columns(&kept),
        file_name: draft.file_name,
        editing: wanted.edit,
        problem,
        open: draft.state == DraftState::Open,
        accepted_plan: match draft.state {
            DraftState::Accepted(plan) => Some(plan),
            _ => None,
        },
    };
    Ok((status, page(&template)?).into_response())
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// Unit texts that mean nobody or several, and whom they may mean.
fn unknown(staff: &Staff, plan: &Plan, draft: &DraftView) -> Vec<UnknownUnit> {
    let texts: BTreeSet<&str> = plan
        .assignments()
        .flat_map(|(_, assignment)| &assignment.units)
        .map(|unit| unit.text.as_str())
        .collect();
    let mut unknown = Vec::new();
    for text in texts {
        let candidates = match staff.directory.resolve(text) {
            Resolution::Unit(_) | Resolution::Group(_) => continue,
            Resolution::Ambiguous(ids) => ids,
            Resolution::Unknown => staff.directory.suggest(text, 5),
        };
        let named =
            candidates.into_iter().filter_map(|id| Some((id, staff.directory.unit(id)?.name.clone())));
        unknown.push(UnknownUnit {
            text: text.to_owned(),
            suggestions: named.collect(),
            chosen: draft.resolutions.get(text).cloned().unwrap_or_default(),
        });
    }
    unknown
}

fn columns(kept: &Kept) -> Vec<ColumnChoice> {
    let options =
        |current: ColumnRole| ColumnRole::ALL.map(|role| (role.word(), role.label(), role == current));
    let columns = kept.mapping.columns.iter().enumerate().map(|(index, column)| ColumnChoice {
        index,
        header: column.header.clone(),
        options: options(column.role).to_vec(),
    });
    columns.collect()
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
