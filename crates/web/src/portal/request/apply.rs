//! Asking: say what is wanted, see what is public already, say who asks, send. No script is needed; what was typed is in
//! the form itself until it is sent.

use super::{REQUESTS, frame, own, units};
use crate::app::App;
use crate::form::{PublicForm, PublicUpload};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::request::{Typed, Wrong};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use domain::request::{Obtaining, Providing, Way};
use domain::role::Actor;
use serde::Deserialize;

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
    problems: Vec<Wrong>,
}

async fn describe_page(
    app: &App,
    headers: &HeaderMap,
    typed: Wanted,
    problems: Vec<Wrong>,
) -> Result<Response, Problem> {
    let frame =
        frame(app, headers, "我要申请", "/requests").under("首页", "/").under("依申请公开", "/requests");
    let units = units(app).await?;
    page(&DescribePage { page: REQUESTS.labelled(frame), units, typed, problems })
}

pub(super) async fn describe(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    describe_page(&app, &headers, Wanted::default(), Vec::new()).await
}

#[derive(Template)]
#[template(path = "portal/request/identity.html")]
struct IdentityPage {
    page: Page,
    typed: Typed,
    unit_name: String,
    likely: Vec<(String, String, String)>,
    problems: Vec<Wrong>,
    mail: bool,
}

impl IdentityPage {
    fn wrong(&self, field: &str) -> bool {
        self.problems.iter().any(|(name, _)| *name == field)
    }
}

async fn identity_page(
    app: &App,
    headers: &HeaderMap,
    typed: Typed,
    problems: Vec<Wrong>,
) -> Result<Response, Problem> {
    let unit_name = units(app).await?.into_iter().find(|(id, _)| id.to_string() == typed.get("unit"));
    // Offered once: who goes on has seen it.
    let likely = if problems.is_empty() {
        super::super::search::likely(app, typed.get("unit"), typed.get("wanted")).await?
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

/// What is wrong with the unit that is asked.
async fn wrong_unit(app: &App, unit: &str) -> Result<Option<Wrong>, Problem> {
    let known = units(app).await?.iter().any(|(id, _)| id.to_string() == unit);
    let words = "请选择向哪个单位申请。不清楚的，可以先选政府办公室，由其告知。";
    Ok((!known).then(|| ("unit", words.to_owned())))
}

pub(super) async fn check(
    State(app): State<App>,
    headers: HeaderMap,
    PublicForm(typed): PublicForm<Wanted>,
) -> Result<Response, Problem> {
    let mut problems: Vec<Wrong> = wrong_unit(&app, &typed.unit).await?.into_iter().collect();
    if typed.wanted.trim().is_empty() {
        problems.push(("wanted", domain::request::Missing::Wanted.to_string()));
    }
    if !problems.is_empty() {
        let page = describe_page(&app, &headers, typed, problems).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let begun = Typed::from([
        ("form", store::request::form_word()?),
        ("unit", typed.unit),
        ("wanted", typed.wanted),
        ("providing", Providing::Electronic.word().to_owned()),
        ("obtaining", Obtaining::Network.word().to_owned()),
    ]);
    identity_page(&app, &headers, begun, Vec::new()).await
}

pub(super) async fn submit(
    State(app): State<App>,
    jar: CookieJar,
    headers: HeaderMap,
    PublicUpload(upload): PublicUpload,
) -> Result<Response, Problem> {
    let (typed, files) = Typed::of(upload);
    let mut problems: Vec<Wrong> = wrong_unit(&app, typed.get("unit")).await?.into_iter().collect();
    let unit = typed.get("unit").parse().unwrap_or(0);
    match typed.submission(unit, Way::Internet, app.today(), &files) {
        Err(wrong) => problems.extend(wrong),
        Ok(submission) if problems.is_empty() => {
            match store::request::submit(&app.store, &Actor::System, &app.calendar, submission).await {
                Ok(receipt) => return Ok(own::enter(&app, jar, &receipt.code)),
                Err(store::Error::Refused(words)) => problems.push(("wanted", words)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(_) => {}
    }
    let page = identity_page(&app, &headers, typed, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
