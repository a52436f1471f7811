//! An attachment read in the browser: Word, Excel and text files as a plain page, without opening another program; PDF and
//! pictures by the browser itself, shut off from everything of ours.

use crate::app::App;
use crate::office::{media_type, sent_inline};
use crate::page::Page;
use crate::portal::frame;
use crate::portal::platform::DISCLOSURES;
use crate::problem::{Problem, page};
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use store::disclosure::public;

#[derive(Template)]
#[template(path = "portal/disclosure_preview.html")]
struct PreviewPage {
    page: Page,
    name: String,
    size: String,
    download: String,
    /// Plain tags only, everything escaped.
    content: String,
}

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As a page of ours.
    Page,
    /// Its own bytes, by the browser.
    Itself,
}

/// How a file of this name is shown; `None` for one that can only be opened by another program.
pub(crate) fn shown(name: &str) -> Option<Shown> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref()? {
        "docx" | "xlsx" | "xls" | "txt" | "csv" | "html" | "htm" => Some(Shown::Page),
        "pdf" | "png" | "jpg" | "jpeg" => Some(Shown::Itself),
        _ => None,
    }
}

/// A file's own bytes for the browser to show.
pub(crate) fn itself(name: &str, body: Body) -> Response {
    let mut response = sent_inline(name, media_type(name), body);
    let policy = HeaderValue::from_static(crate::security_header::PREVIEW_POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

pub(in crate::portal) async fn show(
    State(app): State<App>,
    Path((id, file)): Path<(i64, i64)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found("这个附件");
    let file = public::file(&app.store, id, file).await?.ok_or_else(missing)?;
    if shown(&file.name).ok_or_else(missing)? == Shown::Itself {
        let (_, content) = store::attachment::get(&app.store, file.id).await?;
        return Ok(itself(&file.name, Body::from_stream(content)));
    }
    let (_, bytes) = store::attachment::read(&app.store, file.id).await?;
    let name = file.name.clone();
    let made = move || tables::attachment::preview(&name, &bytes, &tables::Limits::default());
    let content = tokio::task::spawn_blocking(made).await.map_err(|_| Problem::fault())?;
    let content = content
        .map_err(|refusal| Problem::bad_input(format!("这个附件不能预览，请下载后查看。{refusal}")))?;
    let base = format!("/disclosures/{id}");
    let path = format!("{base}/files/{}/preview", file.id);
    let frame = frame(&app, &headers, &file.name, &path)
        .under("首页", "/")
        .under(DISCLOSURES.name, DISCLOSURES.link)
        .under("附件所在的信息", &base);
    let template = PreviewPage {
        page: DISCLOSURES.labelled(frame),
        size: super::size(file.bytes),
        download: format!("{base}/files/{}", file.id),
        name: file.name,
        content,
    };
    page(&template)
}
