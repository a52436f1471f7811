//! A ledger taken over from a table: what was read beside what is strange about it, then taken over in one step. The file is
//! kept; each look reads it anew.

use super::PATH;
use crate::app::App;
use crate::form::{Form, Upload};
use crate::office::{frame, media_type, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::reading;
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::account::{Account, Known, State as Standing, check};
use domain::finding::{Finding, arrange};
use domain::role::{Act, Denied};
use serde::Deserialize;
use store::account::Filter;
use tables::account::Read;

/// Findings shown; the rest is counted.
const FINDINGS: usize = 60;

#[derive(Template)]
#[template(path = "office/account/import.html")]
struct ImportPage {
    page: Page,
    csrf: String,
    problem: Option<String>,
    megabytes: usize,
}

async fn import_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    problem: Option<Problem>,
) -> Result<Response, Problem> {
    let status = problem.as_ref().map_or(StatusCode::OK, |problem| problem.status);
    let template = ImportPage {
        page: frame(app, staff, headers, "导入清单", PATH).await?.under("平台矩阵", PATH),
        csrf: staff.session.csrf.clone(),
        problem: problem.map(|problem| problem.message),
        megabytes: domain::limits::UPLOAD_BYTES_MAX / 1_000_000,
    };
    Ok((status, page(&template)?).into_response())
}

fn authorise(staff: &Staff) -> Result<(), Denied> {
    if staff.may(Act::ApproveAccount) { Ok(()) } else { Err(Denied { act: Act::ApproveAccount }) }
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    import_page(&app, &staff, &headers, None).await
}

pub(super) async fn take_in(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    match keep(&app, &staff, &upload).await {
        Ok(file) => Ok(Redirect::to(&format!("{PATH}/import/{file}")).into_response()),
        Err(problem) if problem.status.is_client_error() => {
            import_page(&app, &staff, &headers, Some(problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// Keeps a file that holds accounts.
async fn keep(app: &App, staff: &Staff, upload: &Upload) -> Result<i64, Problem> {
    let file = upload.file("file").ok_or_else(|| Problem::bad_input("请先选择一个文件。"))?;
    let bytes = tokio::fs::read(file.file.path()).await.map_err(|error| {
        tracing::error!(%error, "an upload could not be read back");
        Problem::fault()
    })?;
    let read = reading::read_accounts(app, &staff.directory, &file.name, bytes.into()).await?;
    if read.rows.is_empty() {
        let why = read.findings.first();
        return Err(Problem::bad_input(why.map_or("文件中没有读到账号。", |why| why.message.as_str())));
    }
    let (name, kind) = (file.name.as_str(), media_type(&file.name));
    Ok(store::attachment::put_file(&app.store, &staff.actor, name, kind, file.file.path()).await?.id)
}

/// The file, read; only who uploaded it may go on with it.
async fn read(app: &App, staff: &Staff, file: i64) -> Result<(String, Read), Problem> {
    authorise(staff)?;
    let own = store::attachment::find_own(&app.store, &staff.actor, file).await?;
    own.ok_or_else(|| Problem::not_found("您上传的这个文件"))?;
    let (own, bytes) = store::attachment::read(&app.store, file).await?;
    let read = reading::read_accounts(app, &staff.directory, &own.name, bytes).await?;
    Ok((own.name, read))
}

/// A row as it would be taken over.
struct Line {
    name: String,
    platform: &'static str,
    number: String,
    host: String,
    state: Standing,
    /// What becomes of it.
    fate: &'static str,
    taken: bool,
}

#[derive(Template)]
#[template(path = "office/account/preview.html")]
struct PreviewPage {
    page: Page,
    csrf: String,
    file: i64,
    name: String,
    lines: Vec<Line>,
    taken: usize,
    findings: Vec<Finding>,
    more: usize,
}

pub(super) async fn preview(
    State(app): State<App>,
    staff: Staff,
    Path(file): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (name, read) = read(&app, &staff, file).await?;
    let on_record = store::account::list(&app.store, &Filter::default()).await?;
    let held = on_record.iter().filter(|row| row.state.is_held(row.pending.is_some()));
    let mut known: Known<()> = held.map(|row| ((), &row.account)).collect();
    let normal = |state: Standing| state == Standing::Normal;
    let others: Vec<&Account> = (on_record.iter().filter(|row| normal(row.state)).map(|row| &row.account))
        .chain(read.rows.iter().filter(|row| normal(row.state)).map(|row| &row.account))
        .collect();
    let mut findings = read.findings;
    let mut lines = Vec::new();
    for row in &read.rows {
        let permitted = staff.authorise_unit(Act::ApproveAccount, row.account.host).is_ok();
        let fate = match known.find(&row.account) {
            Some(()) => "已在清单中，不重复登记",
            None if !permitted => "不是您负责的单位，不登记",
            None => "登记",
        };
        let taken = fate == "登记";
        if taken {
            known.add((), &row.account);
            let others = others.iter().copied().filter(|other| !std::ptr::eq(*other, &row.account));
            let wanting = check(&row.account, others, app.today());
            findings.extend(wanting.into_iter().map(|(_, finding)| finding.at(row.at)));
        }
        lines.push(Line {
            name: row.account.name.clone(),
            platform: row.account.platform.label(),
            number: row.account.number.clone(),
            host: unit_name(&staff, row.account.host),
            state: row.state,
            fate,
            taken,
        });
    }
    let mut findings = arrange(findings);
    let more = findings.len().saturating_sub(FINDINGS);
    findings.truncate(FINDINGS);
    let template = PreviewPage {
        page: frame(&app, &staff, &headers, "核对清单", PATH).await?.under("平台矩阵", PATH),
        csrf: staff.session.csrf.clone(),
        file,
        name,
        taken: lines.iter().filter(|line| line.taken).count(),
        lines,
        findings,
        more,
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct AcceptForm {}

/// Takes over what the preview shows as taken.
pub(super) async fn accept(
    State(app): State<App>,
    staff: Staff,
    Path(file): Path<i64>,
    Form(AcceptForm {}): Form<AcceptForm>,
) -> Result<Response, Problem> {
    let (name, read) = read(&app, &staff, file).await?;
    let permitted = |host| staff.authorise_unit(Act::ApproveAccount, host).is_ok();
    let rows = read.rows.into_iter().filter(|row| permitted(row.account.host));
    let rows = rows.map(|row| (row.account, row.state)).collect();
    let imported = store::account::import(&app.store, &staff.actor, &name, rows).await?;
    tracing::info!(taken = imported.taken, known = imported.known, "a ledger was taken over");
    Ok(crate::office::back(PATH, "account-imported"))
}
