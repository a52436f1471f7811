//! 订阅: a reader is written to when something new of a topic is public. The pages that a mail leads to only ask; what they
//! ask is done by a form, because mail programs open links by themselves.

use super::frame;
use crate::app::App;
use crate::form::PublicForm;
use crate::list::link;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::security_header::keep_secret;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::disclosure::{Kind, SUBJECTS};
use domain::sector;
use domain::subscription::{Rhythm, Topic};
use serde::Deserialize;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/subscriptions", get(form).post(ask))
        .route("/subscriptions/asked", get(asked))
        .route("/subscriptions/ended", get(ended))
        .route("/subscriptions/{token}", get(show).layer(from_fn(keep_secret)))
        .route("/subscriptions/{token}/confirm", post(confirm).layer(from_fn(keep_secret)))
        .route("/subscriptions/{token}/end", post(end).layer(from_fn(keep_secret)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    email: String,
    kind: String,
    unit: String,
    sector: String,
    subject: String,
    rhythm: String,
}

impl Typed {
    fn topic(&self) -> Topic {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Topic {
            kind: Kind::from_word(&self.kind),
            // No unit has the number 0: what cannot be read is refused, not taken for every unit.
            unit: text(&self.unit).map(|unit| unit.parse().unwrap_or(0)),
            sector: text(&self.sector),
            subject: text(&self.subject),
        }
    }
}

type Choice = (String, String);

#[derive(Template)]
#[template(path = "portal/subscription_form.html")]
struct FormPage {
    page: Page,
    typed: Typed,
    kinds: Vec<Choice>,
    units: Vec<Choice>,
    sectors: Vec<Choice>,
    subjects: Vec<Choice>,
    rhythms: Vec<Choice>,
    feeds: [(&'static str, String); 3],
    mail: bool,
    problem: Option<String>,
}

async fn form_page(
    app: &App,
    headers: &HeaderMap,
    typed: Typed,
    problem: Option<String>,
) -> Result<FormPage, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    let query = [
        ("kind", typed.kind.clone()),
        ("unit", typed.unit.clone()),
        ("sector", typed.sector.clone()),
        ("subject", typed.subject.clone()),
    ];
    Ok(FormPage {
        page: frame(app, headers, "订阅", "/subscriptions")
            .under("首页", "/")
            .labelled("ColumnName", "订阅")
            .labelled("ColumnDescription", "按种类、单位、领域、主题订阅新公开的政府信息")
            .labelled("ColumnKeywords", "订阅,邮件,订阅源")
            .labelled("ColumnType", "办事服务"),
        kinds: Kind::ALL.iter().map(|kind| pair(kind.word(), kind.label())).collect(),
        units: directory.units().iter().map(|unit| pair(&unit.id.to_string(), &unit.name)).collect(),
        sectors: sector::all().iter().map(|sector| pair(&sector.id, sector.name_on(app.today()))).collect(),
        subjects: SUBJECTS.iter().map(|subject| pair(subject, subject)).collect(),
        rhythms: Rhythm::ALL.iter().map(|rhythm| pair(rhythm.word(), rhythm.label())).collect(),
        feeds: [("Atom", "atom"), ("RSS", "rss"), ("JSON", "json")]
            .map(|(name, format)| (name, link(&format!("/disclosures/feed/{format}"), &query))),
        mail: app.settings.sends_mail,
        typed,
        problem,
    })
}

async fn form(
    State(app): State<App>,
    Query(typed): Query<Typed>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    page(&form_page(&app, &headers, Typed { email: String::new(), ..typed }, None).await?)
}

async fn ask(
    State(app): State<App>,
    headers: HeaderMap,
    PublicForm(typed): PublicForm<Typed>,
) -> Result<Response, Problem> {
    if !app.settings.sends_mail {
        return Err(Problem::bad_input("本站没有开通邮件订阅。请使用订阅源（Atom、RSS、JSON）。"));
    }
    let rhythm = Rhythm::from_word(&typed.rhythm).unwrap_or_default();
    match store::subscription::ask(&app.store, &typed.email, typed.topic(), rhythm).await {
        Ok(()) => Ok(Redirect::to("/subscriptions/asked").into_response()),
        Err(store::Error::Refused(problem)) => {
            let template = form_page(&app, &headers, typed, Some(problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&template)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "portal/subscription.html")]
struct ShowPage {
    page: Page,
    /// What is to be read, where there is nothing to choose.
    said: Option<&'static str>,
    topic: String,
    rhythm: &'static str,
    confirmed: bool,
    token: String,
}

fn told(app: &App, headers: &HeaderMap, title: &str, said: Option<&'static str>) -> ShowPage {
    ShowPage {
        page: frame(app, headers, title, "/subscriptions").under("首页", "/").under("订阅", "/subscriptions"),
        said,
        topic: String::new(),
        rhythm: "",
        confirmed: false,
        token: String::new(),
    }
}

async fn asked(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let said = "确认邮件将在几分钟内发到您填写的邮箱。请打开邮件中的链接确认，确认后才会开始发送。两天内没有确认的，邮箱地址会被删除。没有收到的，请看看垃圾邮件，或一小时后再试。";
    page(&told(&app, &headers, "请查收确认邮件", Some(said)))
}

async fn ended(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    page(&told(&app, &headers, "已退订", Some("已经退订，邮箱地址已从本站删除，不再发送邮件。")))
}

async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = store::subscription::find(&app.store, &token).await?.ok_or_else(gone)?;
    let directory = store::unit::directory(&app.store).await?;
    let title = if found.confirmed { "我的订阅" } else { "确认订阅" };
    let template = ShowPage {
        topic: found.topic.words(&directory, app.today()),
        rhythm: found.rhythm.label(),
        confirmed: found.confirmed,
        token,
        ..told(&app, &headers, title, None)
    };
    page(&template)
}

fn gone() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "没有找到这个订阅",
        "它可能已经退订，或者两天内没有确认。需要的请重新订阅。",
    )
}

async fn confirm(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Problem> {
    if !store::subscription::confirm(&app.store, &token).await? {
        return Err(gone());
    }
    Ok(Redirect::to(&format!("/subscriptions/{token}")).into_response())
}

/// Also what a mail program posts to when its reader presses its own button (RFC 8058).
async fn end(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Problem> {
    store::subscription::end(&app.store, &token).await?;
    Ok(Redirect::to("/subscriptions/ended").into_response())
}
