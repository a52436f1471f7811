//! An attachment read in the browser: Word, Excel and text files as a plain page, without opening another program.

use crate::app::App;
use crate::page::Page;
use crate::portal::frame;
use crate::portal::platform::DISCLOSURES;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
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

/// Whether a file of this name can be shown as a page; PDF and pictures are shown by the browser itself.
pub(crate) fn can_show(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("docx" | "xlsx" | "xls" | "txt" | "csv" | "html" | "htm"))
}

pub(in crate::portal) async fn show(
    State(app): State<App>,
    Path((id, file)): Path<(i64, i64)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found("这个附件");
    let file =
        public::file(&app.store, id, file).await?.filter(|file| can_show(&file.name)).ok_or_else(missing)?;
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
