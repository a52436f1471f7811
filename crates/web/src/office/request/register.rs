//! Registering what came by post, fax, in person, by mouth; correcting where the applicant can be reached.

use super::{Done, HANDLE, PATH, back, found, frame};
use crate::app::App;
use crate::form::{Form, Upload};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::request::read_files;
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::request::{ApplicantKind, Identity, Obtaining, Providing, Way};
use domain::role::{Act, Denied};
use jiff::ToSpan;
use serde::Deserialize;
use std::collections::HashMap;
use store::request::{Applicant, Missing, Purpose, Submission};

#[derive(Template)]
#[template(path = "office/request/register.html")]
struct RegisterPage {
    page: Page,
    csrf: String,
    units: Vec<(i64, String)>,
    typed: HashMap<String, String>,
    problems: Vec<(&'static str, String)>,
    today: String,
}

impl RegisterPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed(name) == value
    }

    /// Whether the day of receipt is doubted.
    fn asks_again(&self) -> bool {
        self.problems.iter().any(|(field, _)| *field == "arrived")
    }

    fn ways(&self) -> &'static [Way] {
        Way::ALL
    }

    fn kinds(&self) -> &'static [ApplicantKind] {
        ApplicantKind::ALL
    }

    fn identities(&self) -> &'static [Identity] {
        Identity::ALL
    }

    fn providings(&self) -> &'static [Providing] {
        Providing::ALL
    }

    fn obtainings(&self) -> &'static [Obtaining] {
        Obtaining::ALL
    }
}

async fn register_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    typed: HashMap<String, String>,
    problems: Vec<(&'static str, String)>,
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
    let usual = [
        ("unit", staff.person.unit.to_string()),
        ("providing", Providing::Paper.word().to_owned()),
        ("obtaining", Obtaining::InPerson.word().to_owned()),
    ];
    let typed = usual.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    register_page(&app, &staff, &headers, typed, Vec::new()).await
}

/// A day of receipt longer ago, in days, is asked about: it is probably a slip of the pen.
const LONG_AGO: i64 = 30;

fn field(missing: Missing) -> &'static str {
    match missing {
        Missing::Wanted => "wanted",
        Missing::Name => "applicant",
        Missing::Identity => "identity_number",
        Missing::Contact => "phone",
        Missing::Address => "address",
        Missing::Email => "email",
        Missing::Obtaining => "obtaining",
    }
}

pub(super) async fn send(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Response, Problem> {
    let unit = upload.field("unit").parse().unwrap_or(0);
    staff.authorise_unit(Act::HandleRequest, unit)?;
    let text = |name: &str| upload.field(name).to_owned();
    let mut problems: Vec<(&'static str, String)> = Vec::new();
    let way = Way::from_word(upload.field("way"));
    if way.is_none() {
        problems.push(("way", "请选择提交方式。".to_owned()));
    }
    let arrived = upload.field("arrived").parse();
    if arrived.is_err() {
        problems.push(("arrived", "请填写收到日期，写成 2020-09-21 的样子。".to_owned()));
    }
    if let Ok(day) = arrived
        && day < app.today().saturating_sub(LONG_AGO.days())
        && upload.field("sure").is_empty()
    {
        let words = format!(
            "收到日期在{LONG_AGO}天以前，登记后须经审批才能更正，答复期限和年度报告都以它为准。请核对；确实是这一天的，请勾选“收到日期没有写错”。"
        );
        problems.push(("arrived", words));
    }
    let files = read_files(&upload.files, Purpose::Material);
    let submission = Submission {
        unit,
        applicant: Applicant {
            kind: ApplicantKind::from_word(upload.field("kind")).unwrap_or(ApplicantKind::Person),
            name: text("applicant"),
            identity: Identity::from_word(upload.field("identity")).unwrap_or(Identity::ResidentCard),
            identity_number: text("identity_number"),
            phone: text("phone"),
            address: text("address"),
            email: text("email"),
        },
        wanted: text("wanted"),
        way: way.unwrap_or(Way::InPerson),
        arrived: arrived.unwrap_or_else(|_| app.today()),
        providing: Providing::from_word(upload.field("providing")).unwrap_or(Providing::Paper),
        obtaining: Obtaining::from_word(upload.field("obtaining")).unwrap_or(Obtaining::InPerson),
        files: files.clone().unwrap_or_default(),
        form: Some(text("form")).filter(|form| !form.is_empty()),
    };
    let missing = store::request::problems(&submission);
    problems.extend(missing.into_iter().map(|(missing, words)| (field(missing), words)));
    if let Err(refusal) = files {
        problems.push(("files", refusal));
    }
    if problems.is_empty() {
        match store::request::submit(&app.store, &staff.actor, &app.calendar, submission).await {
            Ok(receipt) => {
                // What needs no confirmation is received: its receipt is issued next.
                let receipted = way.is_some_and(|way| !way.is_confirmed());
                let next = if receipted { "/letters?kind=receipt" } else { "" };
                return Ok(back(&format!("{PATH}/{}{next}", receipt.id), "request-registered"));
            }
            Err(store::Error::Refused(words)) => problems.push(("arrived", words)),
            Err(error) => return Err(error.into()),
        }
    }
    let page = register_page(&app, &staff, &headers, upload.fields, problems).await?;
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
