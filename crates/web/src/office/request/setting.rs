//! What a unit's letters say of it, and the templates of letters.

use super::paper::Paper;
use super::{Done, PATH, back, enter, frame, unit_name};
use crate::app::App;
use crate::form::Form;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::request::{FactLine, Fields, LetterKind, Template as Wording, render};
use domain::role::{Act, Denied};
use serde::Deserialize;
use store::request::Office;

#[derive(Template)]
#[template(path = "office/request/office.html")]
struct OfficePage {
    page: Page,
    csrf: String,
    unit: i64,
    unit_name: String,
    office: Office,
    problem: Option<String>,
}

async fn office_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    unit: i64,
    (office, problem, done): (Office, Option<String>, Option<&str>),
) -> Result<Response, Problem> {
    let template = OfficePage {
        page: frame(app, staff, headers, "文书设置", PATH).await?.under("依申请公开", PATH).with_done(done),
        csrf: staff.session.csrf.clone(),
        unit,
        unit_name: unit_name(staff, unit),
        office,
        problem,
    };
    page(&template)
}

pub(super) async fn office(
    State(app): State<App>,
    staff: Staff,
    Path(unit): Path<i64>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    staff.authorise_unit(Act::HandleRequest, unit)?;
    let office = store::request::office(&app.store, unit).await?;
    office_page(&app, &staff, &headers, unit, (office, None, done.done.as_deref())).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct OfficeForm {
    agency: String,
    word: String,
    reviewer: String,
    court: String,
    contact_name: String,
    contact_phone: String,
    address: String,
    payment: String,
}

pub(super) async fn set_office(
    State(app): State<App>,
    staff: Staff,
    Path(unit): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<OfficeForm>,
) -> Result<Response, Problem> {
    staff.authorise_unit(Act::HandleRequest, unit)?;
    let office = Office {
        agency: form.agency,
        word: form.word,
        reviewer: form.reviewer,
        court: form.court,
        contact_name: form.contact_name,
        contact_phone: form.contact_phone,
        address: form.address,
        payment: form.payment,
    };
    match store::request::set_office(&app.store, &staff.actor, unit, office.clone()).await {
        Ok(()) => Ok(back(&format!("{PATH}/offices/{unit}"), "request-office")),
        Err(store::Error::Refused(words)) => {
            let page = office_page(&app, &staff, &headers, unit, (office, Some(words), None)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

struct Line {
    kind: LetterKind,
    changed: String,
}

#[derive(Template)]
#[template(path = "office/request/templates.html")]
struct TemplatesPage {
    page: Page,
    lines: Vec<Line>,
}

pub(super) async fn templates(
    State(app): State<App>,
    staff: Staff,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    enter(&staff)?;
    let changed = store::request::templates(&app.store).await?;
    let lines = LetterKind::ALL.iter().map(|kind| Line {
        kind: *kind,
        changed: changed
            .get(kind)
            .map(|changed| format!("{}　{}", changed.by_name, super::moment(changed.at)))
            .unwrap_or_default(),
    });
    let template = TemplatesPage {
        page: frame(&app, &staff, &headers, "文书模板", PATH)
            .await?
            .under("依申请公开", PATH)
            .with_done(done.done.as_deref()),
        lines: lines.collect(),
    };
    page(&template)
}

#[derive(Template)]
#[template(path = "office/request/template.html")]
struct TemplatePage {
    page: Page,
    csrf: String,
    wording: Wording,
    fields: Vec<&'static str>,
    changed: bool,
    writes: bool,
    problem: Option<String>,
    paper: Option<Paper>,
}

impl TemplatePage {
    /// Rows of the table as they are, and two to be written.
    fn rows(&self) -> Vec<FactLine> {
        let blank = FactLine { name: String::new(), value: String::new() };
        self.wording.facts.iter().cloned().chain([blank.clone(), blank]).collect()
    }
}

/// The letter with the names of its fields in their places.
fn sample(app: &App, wording: &Wording) -> Option<Paper> {
    let (kind, automatic) = (wording.kind, wording.kind.automatic());
    let by_hand = kind.fields().into_iter().filter(|field| !automatic.contains(field));
    let fields = Fields {
        agency: "发文机关".to_owned(),
        number: Some("文号".to_owned()),
        date: app.today(),
        outcome: kind.outcomes().first().copied(),
        values: by_hand.map(|field| (field.to_owned(), format!("〈{field}〉"))).collect(),
        sample: app.settings.site.sample,
    };
    render(kind, &fields, wording, app.store.rules()).ok().map(|letter| Paper::of(&letter))
}

/// Templates are shared by every unit: who is in charge of the county's requests changes them.
fn authorise_write(staff: &Staff) -> Result<(), Denied> {
    staff.authorise_county(Act::HandleRequest)?;
    staff.authorise_county(Act::ApproveRequest)
}

fn letter_kind(word: &str) -> Result<LetterKind, Problem> {
    LetterKind::from_word(word).ok_or_else(|| Problem::not_found("这种文书"))
}

async fn template_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    wording: Wording,
    problem: Option<String>,
) -> Result<Response, Problem> {
    let template = TemplatePage {
        page: frame(app, staff, headers, wording.kind.label(), PATH)
            .await?
            .under("依申请公开", PATH)
            .under("文书模板", "/office/requests/templates"),
        csrf: staff.session.csrf.clone(),
        fields: wording.kind.fields(),
        changed: store::request::templates(&app.store).await?.contains_key(&wording.kind),
        writes: authorise_write(staff).is_ok(),
        paper: sample(app, &wording),
        wording,
        problem,
    };
    page(&template)
}

pub(super) async fn template(
    State(app): State<App>,
    staff: Staff,
    Path(kind): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    enter(&staff)?;
    let wording = store::request::template(&app.store, letter_kind(&kind)?).await?;
    template_page(&app, &staff, &headers, wording, None).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct WordingForm {
    action: String,
    title: String,
    addressee: String,
    body: String,
    fact_names: Vec<String>,
    fact_values: Vec<String>,
    closing: String,
    attachments: String,
    note: String,
}

/// Lines with words in them.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

pub(super) async fn set_template(
    State(app): State<App>,
    staff: Staff,
    Path(kind): Path<String>,
    headers: HeaderMap,
    Form(form): Form<WordingForm>,
) -> Result<Response, Problem> {
    authorise_write(&staff)?;
    let kind = letter_kind(&kind)?;
    let list = "/office/requests/templates";
    if form.action == "reset" {
        store::request::reset_template(&app.store, &staff.actor, kind).await?;
        return Ok(back(list, "request-template-reset"));
    }
    let unix = |text: String| text.replace("\r\n", "\n");
    let facts = form.fact_names.into_iter().zip(form.fact_values).filter(|(name, _)| !name.trim().is_empty());
    let wording = Wording {
        kind,
        title: Some(form.title.trim().to_owned()).filter(|title| !title.is_empty()),
        addressee: form.addressee,
        body: unix(form.body),
        facts: facts.map(|(name, value)| FactLine { name, value: unix(value) }).collect(),
        closing: unix(form.closing),
        attachments: lines(&form.attachments),
        note: form.note,
    };
    if form.action == "preview" {
        let problem = wording.check().err().map(|error| error.to_string());
        return template_page(&app, &staff, &headers, wording, problem).await;
    }
    match store::request::set_template(&app.store, &staff.actor, wording.clone()).await {
        Ok(()) => Ok(back(list, "request-template")),
        Err(store::Error::Refused(words)) => {
            let page = template_page(&app, &staff, &headers, wording, Some(words)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
