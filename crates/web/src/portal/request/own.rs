//! One's own case: where it stands, each step and clock, letters and files; supplement, reasons, contact, withdrawal.

use super::{REQUESTS, about_page, frame};
use crate::app::App;
use crate::form::{PublicForm, PublicUpload};
use crate::office::{Done, back};
use crate::page::Page;
use crate::portal::size;
use crate::problem::{Problem, page};
use crate::request::{Month, case_file, letter_file, months, read_files};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use domain::letter::written_date;
use domain::request::{EventKind, Outcome, State as Standing, clock};
use serde::Deserialize;
use store::request::{Applicant, Case, Office, Purpose};

/// Holds the query code while the browser is open.
const COOKIE: &str = "gongkai_request";
const MINE: &str = "/requests/mine";

/// Opens a case in this browser.
pub(super) fn enter(app: &App, jar: CookieJar, code: &str) -> Response {
    let cookie = Cookie::build((COOKIE, code.to_owned()))
        .path("/requests")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(app.settings.secure_cookies)
        .build();
    (jar.add(cookie), Redirect::to(MINE)).into_response()
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    number: String,
    code: String,
}

pub(super) async fn find(
    State(app): State<App>,
    jar: CookieJar,
    headers: HeaderMap,
    PublicForm(asked): PublicForm<Asked>,
) -> Result<Response, Problem> {
    if store::request::holder(&app.store, Some(&asked.number), &asked.code).await?.is_some() {
        return Ok(enter(&app, jar, &asked.code));
    }
    let problem = "没有找到这件申请。请核对申请编号和查询码，字母不分大小写，横线可以不填。".to_owned();
    let page = about_page(&app, &headers, Some(problem), asked.number)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The case of the browser's code.
async fn held(app: &App, headers: &HeaderMap) -> Result<i64, Problem> {
    let jar = CookieJar::from_headers(headers);
    let code = jar.get(COOKIE).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let found = store::request::holder(&app.store, None, &code).await?;
    found.ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "请先查询您的申请",
            "请在“依申请公开”栏目输入申请编号和查询码。为保护您的信息，关闭浏览器后需要重新输入。",
        )
    })
}

async fn held_case(app: &App, headers: &HeaderMap) -> Result<Case, Problem> {
    let id = held(app, headers).await?;
    store::request::case(&app.store, id).await?.ok_or_else(|| Problem::not_found("这件申请"))
}

struct Step {
    on: String,
    label: &'static str,
    note: String,
}

struct LetterLine {
    id: i64,
    title: String,
    number: String,
    date: String,
}

struct FileLine {
    id: i64,
    name: String,
    size: String,
}

#[derive(Template)]
#[template(path = "portal/request/own.html")]
struct OwnPage {
    page: Page,
    number: String,
    code: String,
    unit: String,
    wanted: String,
    state: Standing,
    arrived: String,
    received: String,
    due: String,
    latest: String,
    waits_until: String,
    provisional: bool,
    outcome: String,
    counted: u32,
    total: u32,
    basis: Vec<String>,
    months: Vec<Month>,
    steps: Vec<Step>,
    letters: Vec<LetterLine>,
    replies: Vec<FileLine>,
    materials: Vec<FileLine>,
    notices: Vec<(String, String)>,
    providing: &'static str,
    obtaining: &'static str,
    /// What is to be paid, in yuan, while it is awaited.
    charged: Option<u64>,
    /// The time for the supplement has passed without one.
    lapsed: bool,
    office: Office,
    supplementing: bool,
    reasoning: bool,
    open: bool,
    applicant: Applicant,
    tried: Tried,
}

impl OwnPage {
    /// What was typed into a panel that was refused.
    fn typed(&self, panel: &str) -> &str {
        if self.tried.panel == panel { &self.tried.text } else { "" }
    }
}

/// What the applicant tried in vain: the panel, what was typed there, why not.
#[derive(Default)]
struct Tried {
    panel: &'static str,
    text: String,
    contact: Option<Contact>,
    problem: String,
}

async fn own_page(
    app: &App,
    headers: &HeaderMap,
    done: Option<&str>,
    tried: Tried,
) -> Result<Response, Problem> {
    let mut case = held_case(app, headers).await?;
    if let Some(Contact { phone, address, email }) = tried.contact.clone() {
        case.applicant = Applicant { phone, address, email, ..case.applicant };
    }
    let directory = store::unit::directory(&app.store).await?;
    let today = app.today();
    let told = case.told();
    let clock = clock(&told, &app.calendar, app.store.rules(), today);
    let actions = domain::request::actions(&told, &app.calendar, app.store.rules(), today);
    let may = |kind| actions.iter().any(|action| action.event == kind);
    let office = store::request::office(&app.store, case.row.unit).await?;
    let lapsed = clock.state == Standing::GivenUp && clock.outcome == Some(Outcome::SupplementOverdue);
    let charged =
        told.iter().rev().find_map(|event| event.yuan.filter(|_| event.kind == EventKind::FeeNoticed));
    let day = |day: Option<jiff::civil::Date>| day.map(written_date).unwrap_or_default();
    let step = |row: &store::request::EventRow| Step {
        on: written_date(row.event.on),
        label: if row.event.kind == EventKind::Arrived { "已提交申请" } else { row.event.kind.label() },
        // What the office notes for itself, and whom it asked, is not the applicant's.
        note: if row.by_name.is_empty() { row.event.note.clone().unwrap_or_default() } else { String::new() },
    };
    let files = |purpose: Purpose| {
        case.files
            .iter()
            .filter(|file| file.purpose == purpose)
            .map(|file| FileLine { id: file.id, name: file.name.clone(), size: size(file.bytes) })
            .collect::<Vec<_>>()
    };
    let replied = clock.state == Standing::Replied;
    let template = OwnPage {
        page: REQUESTS.labelled(
            frame(app, headers, "我的申请", MINE)
                .under("首页", "/")
                .under("依申请公开", "/requests")
                .with_done(done),
        ),
        number: case.row.number.clone(),
        code: case.code.clone(),
        unit: directory.unit(case.row.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
        wanted: case.row.wanted.clone(),
        state: clock.state,
        arrived: written_date(case.row.arrived_on),
        received: day(clock.received),
        due: day(clock.due),
        latest: day(clock.due_at_latest),
        waits_until: day(clock.waits_until),
        provisional: clock.provisional,
        outcome: clock.outcome.map(|outcome| outcome.label().to_owned()).unwrap_or_default(),
        counted: clock.counted,
        total: clock.total,
        basis: clock.basis.clone(),
        months: months(&clock),
        steps: case.events.iter().map(step).collect(),
        letters: case
            .letters
            .iter()
            .filter(|letter| letter.kind.is_for_applicant())
            .map(|letter| LetterLine {
                id: letter.id,
                title: letter.letter.title.clone(),
                number: letter.number.clone(),
                date: written_date(letter.letter.date),
            })
            .collect(),
        replies: if replied { files(Purpose::Reply) } else { Vec::new() },
        materials: files(Purpose::Material),
        notices: case
            .notices
            .iter()
            .map(|notice| (written_date(domain::clock::civil_date(notice.at)), notice.text.clone()))
            .collect(),
        providing: case.row.providing.label(),
        obtaining: case.row.obtaining.label(),
        charged: charged.filter(|_| clock.state == Standing::AwaitingFee),
        lapsed,
        office,
        supplementing: clock.state == Standing::AwaitingSupplement,
        reasoning: may(EventKind::ReasonsGiven),
        open: !clock.state.is_ended(),
        applicant: case.applicant.clone(),
        tried,
    };
    let mut response = page(&template)?;
    // Nobody who uses the browser afterwards finds it by going back.
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}

pub(super) async fn show(
    State(app): State<App>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    own_page(&app, &headers, done.done.as_deref(), Tried::default()).await
}

/// Back to the page, which says what was done or why not.
async fn answered(
    app: &App,
    headers: &HeaderMap,
    outcome: store::Result<()>,
    done: &str,
    tried: Tried,
) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => Ok(back(MINE, done)),
        Err(store::Error::Refused(problem)) => refused(app, headers, Tried { problem, ..tried }).await,
        Err(error) => Err(error.into()),
    }
}

async fn refused(app: &App, headers: &HeaderMap, tried: Tried) -> Result<Response, Problem> {
    let page = own_page(app, headers, None, tried).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub(super) async fn supplement(
    State(app): State<App>,
    headers: HeaderMap,
    PublicUpload(upload): PublicUpload,
) -> Result<Response, Problem> {
    let id = held(&app, &headers).await?;
    let text = upload.field("text").to_owned();
    let tried = Tried { panel: "supplement", text: text.clone(), ..Tried::default() };
    let files = match read_files(&upload.files, Purpose::Material) {
        Ok(files) => files,
        Err(problem) => return refused(&app, &headers, Tried { problem, ..tried }).await,
    };
    let outcome = store::request::supplement(&app.store, &app.calendar, id, &text, files).await;
    answered(&app, &headers, outcome, "request-supplemented", tried).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Words {
    text: String,
}

pub(super) async fn give_reasons(
    State(app): State<App>,
    headers: HeaderMap,
    PublicForm(words): PublicForm<Words>,
) -> Result<Response, Problem> {
    let id = held(&app, &headers).await?;
    let outcome = store::request::give_reasons(&app.store, &app.calendar, id, &words.text).await;
    let tried = Tried { panel: "reasons", text: words.text, ..Tried::default() };
    answered(&app, &headers, outcome, "request-reasons", tried).await
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Contact {
    phone: String,
    address: String,
    email: String,
}

pub(super) async fn correct(
    State(app): State<App>,
    headers: HeaderMap,
    PublicForm(new): PublicForm<Contact>,
) -> Result<Response, Problem> {
    let id = held(&app, &headers).await?;
    let actor = domain::role::Actor::System;
    let outcome =
        store::request::correct_contact(&app.store, &actor, id, &new.phone, &new.address, &new.email).await;
    let tried = Tried { panel: "contact", contact: Some(new), ..Tried::default() };
    answered(&app, &headers, outcome, "request-contact", tried).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Sure {
    sure: String,
}

pub(super) async fn withdraw(
    State(app): State<App>,
    headers: HeaderMap,
    PublicForm(form): PublicForm<Sure>,
) -> Result<Response, Problem> {
    let id = held(&app, &headers).await?;
    let tried = Tried { panel: "withdraw", ..Tried::default() };
    if form.sure.is_empty() {
        let problem = "请先勾选确认，再撤回申请。".to_owned();
        return refused(&app, &headers, Tried { problem, ..tried }).await;
    }
    let outcome = store::request::withdraw(&app.store, &app.calendar, id).await;
    answered(&app, &headers, outcome, "request-withdrawn", tried).await
}

/// Forgets the code in this browser.
pub(super) async fn leave(jar: CookieJar) -> Response {
    let gone = Cookie::build((COOKIE, "")).path("/requests").build();
    (jar.remove(gone), Redirect::to("/requests")).into_response()
}

pub(super) async fn file(
    State(app): State<App>,
    Path(file): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let case = held_case(&app, &headers).await?;
    let may = |found: &&store::request::FileRow| {
        found.id == file
            && found.purpose.is_for_applicant()
            && (found.purpose == Purpose::Material || case.row.state == Standing::Replied)
    };
    case.files.iter().find(may).ok_or_else(|| Problem::not_found("这个文件"))?;
    let (row, content) = store::request::read_file(&app.store, case.row.id, file).await?;
    Ok(case_file(&row, content))
}

pub(super) async fn letter(
    State(app): State<App>,
    Path((letter, ending)): Path<(i64, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let case = held_case(&app, &headers).await?;
    let found = case.letters.iter().find(|row| row.id == letter && row.kind.is_for_applicant());
    letter_file(&app, found.ok_or_else(|| Problem::not_found("这份文书"))?, &ending).await
}
