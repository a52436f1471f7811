//! Downloads of kept files. Who may read the matter a file belongs to may read the file; nobody else.

use crate::app::App;
use crate::problem::Problem;
use crate::session::Staff;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::role::{Act, Denied};
use std::path::Path as FilePath;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/office/attachments/{id}", get(download))
}

async fn download(State(app): State<App>, staff: Staff, Path(id): Path<i64>) -> Result<Response, Problem> {
    authorise(&app, &staff, id).await?;
    let (attachment, content) = store::attachment::get(&app.store, id).await?;
    Ok(sent_as_file(&attachment.name, &attachment.media_type, Body::from_stream(content)))
}

/// The units whose matters the file is evidence of or an answer in.
async fn authorise(app: &App, staff: &Staff, id: i64) -> Result<(), Problem> {
    for share in store::evidence::responsibilities_of_attachment(&app.store, id).await? {
        if let Some(share) = store::responsibility::find(&app.store, share).await?
            && staff.authorise_unit(Act::ReadPlan, share.unit).is_ok()
        {
            return Ok(());
        }
    }
    for unit in store::supervision::units_of_attachment(&app.store, id).await? {
        if staff.authorise_unit(Act::ReadPlan, unit).is_ok() {
            return Ok(());
        }
    }
    for unit in store::disclosure::units_of_attachment(&app.store, id).await? {
        if staff.authorise_unit(Act::ReadDisclosure, unit).is_ok() {
            return Ok(());
        }
    }
    if let Some(region) = store::plan_draft::region_of_attachment(&app.store, id).await? {
        staff.authorise_region(Act::ImportPlan, region)?;
        return Ok(());
    }
    Err(Denied { act: Act::ReadPlan }.into())
}

/// A response the browser saves under its name; never shown as a page of ours, whatever it holds.
pub(crate) fn sent_as_file(name: &str, media_type: &str, body: Body) -> Response {
    sent("attachment", name, media_type, body)
}

/// A response the browser shows by itself, where it can.
pub(crate) fn sent_inline(name: &str, media_type: &str, body: Body) -> Response {
    sent("inline", name, media_type, body)
}

fn sent(how: &str, name: &str, media_type: &str, body: Body) -> Response {
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let encoded = encoded.replace('+', "%20");
    let disposition = format!("{how}; filename=\"file\"; filename*=UTF-8''{encoded}");
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let text = |value: &str| HeaderValue::from_str(value).ok();
    if let Some(value) = text(media_type) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    if let Some(value) = text(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// The media type of a file, by its name's ending among those offices use; anything else is plain bytes.
pub(crate) fn media_type(name: &str) -> &'static str {
    let ending = FilePath::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "doc" | "wps" => "application/msword",
        "xls" | "et" => "application/vnd.ms-excel",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "jsonld" => "application/ld+json; charset=utf-8",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}
