//! Uploading a table: the page, the reading, the drafts that wait to be checked.

use crate::app::App;
use crate::form::Upload;
use crate::office::attachment::media_type;
use crate::office::{frame, moment};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::reading;
use crate::session::Staff;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::role::Act;
use domain::unit::{RegionId, Tier};

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

pub(super) async fn show_import(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
) -> Result<Response, Problem> {
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
        created_at: moment(draft.created_at),
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

pub(super) async fn import(
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
