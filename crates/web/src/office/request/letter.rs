//! Letters that go with no step, downloads, and how each letter reached its addressee.

use super::paper::{LetterForm, drafts, letter_forms};
use super::show::{Tried, refused};
use super::{Done, HANDLE, PATH, READ, back, found, frame};
use crate::app::App;
use crate::form::{Form, Upload};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::request::{letter_file, read_files};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::request::{LetterKind, clock};
use serde::Deserialize;
use std::collections::HashMap;
use store::request::{Case, Delivery, Purpose};

#[derive(Template)]
#[template(path = "office/request/letter.html")]
struct LetterPage {
    page: Page,
    csrf: String,
    id: i64,
    kind: LetterKind,
    letters: Vec<LetterForm>,
    problem: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    kind: String,
}

fn further(word: &str) -> Result<LetterKind, Problem> {
    let kind = LetterKind::from_word(word).filter(|kind| kind.goes_alone());
    kind.ok_or_else(|| Problem::not_found("这种文书"))
}

async fn letter_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    case: &Case,
    kind: LetterKind,
    typed: &HashMap<String, String>,
    (issue, done): (bool, Option<&str>),
) -> Result<Response, Problem> {
    let now = clock(&case.told(), &app.calendar, app.store.rules(), app.today());
    let mut made = drafts(app, case, vec![kind], (None, &now), typed, &[]).await?;
    let (letters, unfilled) = letter_forms(app, case, &made, (None, &now), &[]).await?;
    // Who sees the letter for the first time has left nothing out yet.
    let mut problem = unfilled.filter(|_| !typed.is_empty());
    let link = format!("{PATH}/{}", case.row.id);
    if issue && problem.is_none() {
        let Some(draft) = made.pop() else { return Err(Problem::fault()) };
        match store::request::issue(&app.store, &staff.actor, &app.calendar, case.row.id, draft).await {
            Ok(_) => return Ok(back(&link, "request-issued")),
            Err(store::Error::Refused(words)) => problem = Some(words),
            Err(error) => return Err(error.into()),
        }
    }
    let template = LetterPage {
        page: frame(app, staff, headers, kind.label(), PATH)
            .await?
            .under("依申请公开", PATH)
            .under(&format!("申请 {}", case.row.number), &link)
            .with_done(done),
        csrf: staff.session.csrf.clone(),
        id: case.row.id,
        kind,
        letters,
        problem,
    };
    let shown = page(&template)?;
    Ok(if issue { (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response() } else { shown })
}

pub(super) async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(wanted): Query<Wanted>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let case = found(&app, &staff, id, HANDLE).await?;
    let kind = further(&wanted.kind)?;
    let shown = (false, done.done.as_deref());
    letter_page(&app, &staff, &headers, &case, kind, &HashMap::new(), shown).await
}

pub(super) async fn send(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(typed): Form<HashMap<String, String>>,
) -> Result<Response, Problem> {
    let case = found(&app, &staff, id, HANDLE).await?;
    let kind = further(typed.get("kind").map_or("", String::as_str))?;
    let issue = typed.get("do").is_some_and(|act| act == "issue");
    letter_page(&app, &staff, &headers, &case, kind, &typed, (issue, None)).await
}

pub(super) async fn download(
    State(app): State<App>,
    staff: Staff,
    Path((id, letter, ending)): Path<(i64, i64, String)>,
) -> Result<Response, Problem> {
    let case = found(&app, &staff, id, READ).await?;
    let row = case.letters.iter().find(|row| row.id == letter);
    letter_file(&app, row.ok_or_else(|| Problem::not_found("这份文书"))?, &ending).await
}

pub(super) async fn deliver(
    State(app): State<App>,
    staff: Staff,
    Path((id, letter)): Path<(i64, i64)>,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Response, Problem> {
    let case = found(&app, &staff, id, HANDLE).await?;
    let problem = match delivered(&app, &staff, (id, letter), &upload).await {
        Ok(()) => return Ok(back(&format!("{PATH}/{id}#letters"), "request-delivered")),
        Err(store::Error::Refused(problem)) => problem,
        Err(error) => return Err(error.into()),
    };
    let tried = Tried { form: "delivery", of: letter, typed: upload.fields, problem };
    refused(&app, &staff, &headers, case, tried).await
}

async fn delivered(app: &App, staff: &Staff, (id, letter): (i64, i64), upload: &Upload) -> store::Result<()> {
    let on = upload.field("on").parse();
    let on = on.map_err(|_| store::Error::refused("请填写送达日期，写成 2020-09-21 的样子。"))?;
    let proof = read_files(&upload.files, Purpose::Proof).map_err(store::Error::refused)?;
    let delivery = Delivery { on, how: upload.field("how").to_owned(), proof: proof.into_iter().next() };
    store::request::deliver(&app.store, &staff.actor, &app.calendar, id, letter, delivery).await
}
