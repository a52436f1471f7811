//! Asking: say what is wanted, see what is public already, say who asks, send. No script is needed; what was typed is in
//! the form itself until it is sent.

use super::{REQUESTS, frame, own, units};
use crate::app::App;
use crate::form::{PublicForm, PublicUpload, Upload};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::request::read_files;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use domain::request::{ApplicantKind, Identity, Obtaining, Providing, Way};
use domain::role::Actor;
use serde::Deserialize;
use store::request::{Applicant, Missing, Purpose, Submission};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    unit: String,
    wanted: String,
}

#[derive(Template)]
#[template(path = "portal/request/describe.html")]
struct DescribePage {
    page: Page,
    units: Vec<(i64, String)>,
    typed: Wanted,
    problems: Vec<(&'static str, String)>,
}

async fn describe_page(
    app: &App,
    headers: &HeaderMap,
    typed: Wanted,
    problems: Vec<(&'static str, String)>,
) -> Result<Response, Problem> {
    let frame =
        frame(app, headers, "我要申请", "/requests").under("首页", "/").under("依申请公开", "/requests");
    let units = units(app).await?;
    page(&DescribePage { page: REQUESTS.labelled(frame), units, typed, problems })
}

pub(super) async fn describe(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    describe_page(&app, &headers, Wanted::default(), Vec::new()).await
}

/// What was typed about the applicant.
#[derive(Default)]
struct Typed {
    unit: String,
    wanted: String,
    form: String,
    kind: String,
    name: String,
    identity: String,
    identity_number: String,
    phone: String,
    address: String,
    email: String,
    providing: String,
    obtaining: String,
}

impl Typed {
    fn of(upload: &Upload) -> Self {
        let field = |name: &str| upload.field(name).to_owned();
        Self {
            unit: field("unit"),
            wanted: field("wanted"),
            form: field("form"),
            kind: field("kind"),
            name: field("applicant"),
            identity: field("identity"),
            identity_number: field("identity_number"),
            phone: field("phone"),
            address: field("address"),
            email: field("email"),
            providing: field("providing"),
            obtaining: field("obtaining"),
        }
    }

    fn applicant(&self) -> Applicant {
        Applicant {
            kind: ApplicantKind::from_word(&self.kind).unwrap_or(ApplicantKind::Person),
            name: self.name.clone(),
            identity: Identity::from_word(&self.identity).unwrap_or(Identity::ResidentCard),
            identity_number: self.identity_number.clone(),
            phone: self.phone.clone(),
            address: self.address.clone(),
            email: self.email.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "portal/request/identity.html")]
struct IdentityPage {
    page: Page,
    typed: Typed,
    unit_name: String,
    likely: Vec<(String, String, String)>,
    problems: Vec<(&'static str, String)>,
    mail: bool,
}

impl IdentityPage {
    fn wrong(&self, field: &str) -> bool {
        self.problems.iter().any(|(name, _)| *name == field)
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

async fn identity_page(
    app: &App,
    headers: &HeaderMap,
    typed: Typed,
    problems: Vec<(&'static str, String)>,
) -> Result<Response, Problem> {
    let unit_name = units(app).await?.into_iter().find(|(id, _)| id.to_string() == typed.unit);
    // Offered once: who goes on has seen it.
    let likely = if problems.is_empty() {
        super::super::search::likely(app, &typed.unit, &typed.wanted).await?
    } else {
        Vec::new()
    };
    let frame = frame(app, headers, "填写申请人信息", "/requests")
        .under("首页", "/")
        .under("依申请公开", "/requests");
    page(&IdentityPage {
        page: REQUESTS.labelled(frame),
        unit_name: unit_name.map(|(_, name)| name).unwrap_or_default(),
        typed,
        likely,
        problems,
        mail: app.settings.sends_mail,
    })
}

/// What is wrong with the first step.
async fn first_step(app: &App, unit: &str, wanted: &str) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut problems = Vec::new();
    if !units(app).await?.iter().any(|(id, _)| id.to_string() == unit) {
        problems.push(("unit", "请选择向哪个单位申请。不清楚的，可以先选政府办公室，由其告知。".to_owned()));
    }
    if wanted.trim().is_empty() {
        problems.push(("wanted", domain::request::Missing::Wanted.to_string()));
    }
    Ok(problems)
}

pub(super) async fn check(
    State(app): State<App>,
    headers: HeaderMap,
    PublicForm(typed): PublicForm<Wanted>,
) -> Result<Response, Problem> {
    let problems = first_step(&app, &typed.unit, &typed.wanted).await?;
    if !problems.is_empty() {
        let page = describe_page(&app, &headers, typed, problems).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let form = store::request::form_word()?;
    let typed = Typed { unit: typed.unit, wanted: typed.wanted, form, ..Typed::default() };
    identity_page(&app, &headers, typed, Vec::new()).await
}

/// The field of the form that a problem is about.
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

pub(super) async fn submit(
    State(app): State<App>,
    jar: CookieJar,
    headers: HeaderMap,
    PublicUpload(upload): PublicUpload,
) -> Result<Response, Problem> {
    let typed = Typed::of(&upload);
    let mut problems = first_step(&app, &typed.unit, &typed.wanted).await?;
    let files = read_files(&upload.files, Purpose::Material);
    let submission = Submission {
        unit: typed.unit.parse().unwrap_or(0),
        applicant: typed.applicant(),
        wanted: typed.wanted.clone(),
        way: Way::Internet,
        arrived: app.today(),
        providing: Providing::from_word(&typed.providing).unwrap_or(Providing::Electronic),
        obtaining: Obtaining::from_word(&typed.obtaining).unwrap_or(Obtaining::Network),
        files: files.clone().unwrap_or_default(),
        form: Some(typed.form.clone()),
    };
    let missing =
        store::request::problems(&submission).into_iter().filter(|(missing, _)| *missing != Missing::Wanted);
    problems.extend(missing.map(|(missing, words)| (field(missing), words)));
    if let Err(refusal) = files {
        problems.push(("files", refusal));
    }
    if problems.is_empty() {
        match store::request::submit(&app.store, &Actor::System, &app.calendar, submission).await {
            Ok(receipt) => return Ok(own::enter(&app, jar, &receipt.code)),
            Err(store::Error::Refused(words)) => problems.push(("wanted", words)),
            Err(error) => return Err(error.into()),
        }
    }
    let page = identity_page(&app, &headers, typed, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
