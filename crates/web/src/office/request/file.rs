//! Files of a case: kept, read, looked through for what must not go out, masked.

use super::{Done, HANDLE, PATH, READ, back, found, frame};
use crate::app::App;
use crate::form::{Form, Upload};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::request::{case_file, read_files};
use crate::scan::{Choice, Group, masked};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use store::request::{Case, FileRow, NewFile, Purpose};

pub(super) async fn keep(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, Problem> {
    found(&app, &staff, id, HANDLE).await?;
    let purpose = Purpose::from_word(upload.field("purpose"));
    let purpose = purpose.filter(|purpose| matches!(purpose, Purpose::Reply | Purpose::Internal));
    let purpose = purpose.ok_or_else(|| Problem::bad_input("请选择文件的用途。"))?;
    let files = read_files(&upload.files, purpose).map_err(Problem::bad_input)?;
    if files.is_empty() {
        return Err(Problem::bad_input("请先选择文件，再上传。"));
    }
    store::request::keep(&app.store, &staff.actor, id, files).await?;
    Ok(back(&format!("{PATH}/{id}#files"), "request-file"))
}

pub(super) async fn download(
    State(app): State<App>,
    staff: Staff,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, Problem> {
    found(&app, &staff, id, READ).await?;
    let (row, content) = store::request::read_file(&app.store, id, file).await?;
    Ok(case_file(&row, content))
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn remove(
    State(app): State<App>,
    staff: Staff,
    Path((id, file)): Path<(i64, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    found(&app, &staff, id, HANDLE).await?;
    store::request::remove_file(&app.store, &staff.actor, id, file).await?;
    Ok(back(&format!("{PATH}/{id}#files"), "request-file-removed"))
}

/// Why personal data stays in a file is an internal file of the case: sealed, journaled, before the approver's eyes, and
/// at an end when the file is replaced.
fn reason_name(file: &FileRow) -> String {
    format!("不遮盖的理由（文件{}）.txt", file.id)
}

/// What keeps a case's files from being provided: personal data that is neither masked nor given a reason for.
pub(super) async fn unmasked(app: &App, case: &Case) -> Result<Option<String>, Problem> {
    for file in case.files.iter().filter(|file| file.purpose == Purpose::Reply) {
        let reason = reason_name(file);
        if case.files.iter().any(|other| other.purpose == Purpose::Internal && other.name == reason) {
            continue;
        }
        let (_, content) = store::request::read_file(&app.store, case.row.id, file.id).await?;
        let found = app.scan.loose(&app.store, &file.name, content).await?.personal();
        if found > 0 {
            return Ok(Some(format!(
                "提供给申请人的文件“{}”中有{found}处个人信息没有遮盖，也没有注明理由。请先“检查、遮盖”。",
                file.name
            )));
        }
    }
    Ok(None)
}

#[derive(Template)]
#[template(path = "office/request/scan.html")]
struct ScanPage {
    page: Page,
    csrf: String,
    id: i64,
    file: FileRow,
    group: Group,
    mendable: usize,
    reasoned: bool,
}

pub(super) async fn scan(
    State(app): State<App>,
    staff: Staff,
    Path((id, file)): Path<(i64, i64)>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let case = found(&app, &staff, id, HANDLE).await?;
    let (file, content) = store::request::read_file(&app.store, id, file).await?;
    let group = app.scan.loose(&app.store, &file.name, content).await?;
    let template = ScanPage {
        page: frame(&app, &staff, &headers, "区分处理", PATH)
            .await?
            .under("依申请公开", PATH)
            .under(&format!("申请 {}", case.row.number), &format!("{PATH}/{id}"))
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        reasoned: case.files.iter().any(|other| other.name == reason_name(&file)),
        file,
        mendable: group.noticed.iter().filter(|noticed| noticed.fix.is_some()).count(),
        group,
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct MaskForm {
    #[serde(default)]
    marks: Vec<String>,
    #[serde(default)]
    reason: String,
    action: String,
}

pub(super) async fn mask(
    State(app): State<App>,
    staff: Staff,
    Path((id, file)): Path<(i64, i64)>,
    Form(form): Form<MaskForm>,
) -> Result<Response, Problem> {
    found(&app, &staff, id, HANDLE).await?;
    let (row, content) = store::request::read_file(&app.store, id, file).await?;
    if form.action == "keep" {
        let reason = form.reason.trim();
        if reason.is_empty() {
            return Err(Problem::bad_input("请写明不遮盖的理由。"));
        }
        let note = NewFile {
            purpose: Purpose::Internal,
            name: reason_name(&row),
            media_type: "text/plain; charset=utf-8".to_owned(),
            content: format!("文件：{}\n不遮盖的理由：{reason}\n", row.name).into(),
        };
        store::request::keep(&app.store, &staff.actor, id, vec![note]).await?;
        return Ok(back(&format!("{PATH}/{id}#files"), "request-unmasked"));
    }
    let group = app.scan.loose(&app.store, &row.name, content.clone()).await?;
    let choice = if form.action == "everything" { Choice::Everything } else { Choice::Marks(&form.marks) };
    let changed = masked(&row.name, content, &group, &choice).await?;
    store::request::replace_file(&app.store, &staff.actor, id, file, changed.into()).await?;
    Ok(back(&format!("{PATH}/{id}#files"), "request-masked"))
}
