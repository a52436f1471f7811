//! Registering what came by post, fax, in person, by mouth; correcting where the applicant can be reached.

use super::{Done, HANDLE, PATH, back, found, frame};
use crate::app::App;
use crate::form::{Form, Upload};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::request::{Typed, Wrong};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::request::{Obtaining, Providing, Way};
use domain::role::{Act, Denied};
use jiff::ToSpan;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "office/request/register.html")]
struct RegisterPage {
    page: Page,
    csrf: String,
    units: Vec<(i64, String)>,
    typed: Typed,
    problems: Vec<Wrong>,
    today: String,
}

impl RegisterPage {
    /// Whether the day of receipt is doubted.
    fn asks_again(&self) -> bool {
        self.problems.iter().any(|(field, _)| *field == "arrived")
    }
}

async fn register_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    typed: Typed,
    problems: Vec<Wrong>,
) -> Result<Response, Problem> {
    let own = staff.units(Act::HandleRequest);
    let units = staff.directory.units().iter().filter(|unit| own.contains(&unit.id));
    let template = RegisterPage {
        page: frame(app, staff, headers, "登记申请", PATH).await?.under("依申请公开", PATH),
        csrf: staff.session.csrf.clone(),
        units: units.map(|unit| (unit.id, unit.name.clone())).collect(),
        typed,
        problems,
        today: app.today().to_string(),
    };
    page(&template)
}

pub(super) async fn form(
    State(app): State<App>,
    staff: Staff,
    Query(_): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !staff.may(Act::HandleRequest) {
        return Err(Denied { act: Act::HandleRequest }.into());
    }
    let usual = Typed::from([
        ("form", store::request::form_word()?),
        ("unit", staff.person.unit.to_string()),
        ("arrived", app.today().to_string()),
        ("providing", Providing::Paper.word().to_owned()),
        ("obtaining", Obtaining::InPerson.word().to_owned()),
    ]);
    register_page(&app, &staff, &headers, usual, Vec::new()).await
}

pub(super) async fn send(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Response, Problem> {
    let (typed, files) = Typed::of(upload);
    let unit = typed.get("unit").parse().unwrap_or(0);
    staff.authorise_unit(Act::HandleRequest, unit)?;
    let mut problems: Vec<Wrong> = Vec::new();
    let way = Way::from_word(typed.get("way"));
    if way.is_none() {
        problems.push(("way", "请选择提交方式。".to_owned()));
    }
    let arrived = typed.get("arrived").parse();
    if arrived.is_err() {
        problems.push(("arrived", "请填写收到日期，写成 2020-09-21 的样子。".to_owned()));
    }
    let doubted = app.store.rules().request_receipt_doubted.value;
    if let Ok(day) = arrived
        && day < app.today().saturating_sub(doubted.days())
        && typed.get("sure").is_empty()
    {
        let words = format!(
            "收到日期在{doubted}天以前，登记后须经审批才能更正，答复期限和年度报告都以它为准。请核对；确实是这一天的，请勾选“收到日期没有写错”。"
        );
        problems.push(("arrived", words));
    }
    let (way, arrived) = (way.unwrap_or(Way::InPerson), arrived.unwrap_or_else(|_| app.today()));
    match typed.submission(unit, way, arrived, &files) {
        Err(wrong) => problems.extend(wrong),
        Ok(submission) if problems.is_empty() => {
            match store::request::submit(&app.store, &staff.actor, &app.calendar, submission).await {
                Ok(receipt) => {
                    // What needs no confirmation is received: its receipt is issued next.
                    let next = if way.is_confirmed() { "" } else { "/letters?kind=receipt" };
                    return Ok(back(&format!("{PATH}/{}{next}", receipt.id), "request-registered"));
                }
                Err(store::Error::Refused(words)) => problems.push(("arrived", words)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(_) => {}
    }
    let page = register_page(&app, &staff, &headers, typed, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Contact {
    phone: String,
    address: String,
    email: String,
}

pub(super) async fn correct(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(new): Form<Contact>,
) -> Result<Response, Problem> {
    found(&app, &staff, id, HANDLE).await?;
    store::request::correct_contact(&app.store, &staff.actor, id, &new.phone, &new.address, &new.email)
        .await?;
    Ok(back(&format!("{PATH}/{id}#applicant"), "request-contact"))
}
