//! 我为政府网站找错: a reader says what is wrong on a page, gets a code, and finds the answer under it.

use super::frame;
use crate::app::App;
use crate::form::PublicForm;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::security_header::keep_secret;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::error_report::{Kind, State as Standing};
use domain::letter::written_date;
use domain::unit::UnitId;
use serde::Deserialize;
use store::disclosure::public::{self, Found};
use store::error_report::Report;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/error-reports", get(form).post(send))
        .route("/error-reports/find", get(find).layer(from_fn(keep_secret)))
        .route("/error-reports/{code}", get(show).layer(from_fn(keep_secret)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    page: String,
    kind: String,
    text: String,
    contact: String,
}

#[derive(Template)]
#[template(path = "portal/error_report_form.html")]
struct FormPage {
    page: Page,
    typed: Typed,
    kinds: Vec<(&'static str, &'static str)>,
    problem: Option<String>,
    days: i64,
}

fn form_page(app: &App, headers: &HeaderMap, typed: Typed, problem: Option<String>) -> FormPage {
    FormPage {
        page: frame(app, headers, "我为政府网站找错", "/error-reports")
            .under("首页", "/")
            .labelled("ColumnName", "我为政府网站找错")
            .labelled("ColumnDescription", "网民对本站内容找错，承办单位核实改正并答复")
            .labelled("ColumnKeywords", "网站找错,纠错,监督")
            .labelled("ColumnType", "咨询投诉"),
        typed,
        kinds: Kind::ALL.iter().map(|kind| (kind.word(), kind.label())).collect(),
        problem,
        days: app.store.rules().error_report_period.value,
    }
}

async fn form(
    State(app): State<App>,
    Query(typed): Query<Typed>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let typed = Typed { page: own_path(&typed.page), ..Typed::default() };
    page(&form_page(&app, &headers, typed, None))
}

/// A path of this site, from what the link or the reader gave; empty for anything else.
fn own_path(given: &str) -> String {
    let given = given.trim();
    // The whole address, as a browser's bar shows it.
    let path = match given.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => given,
    };
    let plain = path.starts_with('/') && !path.starts_with("//") && !path.chars().any(char::is_control);
    if plain { path.chars().take(300).collect() } else { String::new() }
}

/// The unit whose page it is.
async fn unit_of(app: &App, path: &str) -> Result<Option<UnitId>, Problem> {
    let mut parts = path.split(['/', '?', '#']).filter(|part| !part.is_empty());
    let (room, id) = (parts.next(), parts.next().and_then(|id| id.parse::<i64>().ok()));
    let (Some(room), Some(id)) = (room, id) else { return Ok(None) };
    Ok(match room {
        "disclosures" => match public::find(&app.store, id).await? {
            Some(Found::Public(found)) => Some(found.0.unit),
            Some(Found::Withdrawn(left)) => Some(left.unit),
            None => None,
        },
        "catalogues" => store::catalogue::find(&app.store, id).await?.map(|found| found.unit),
        _ => None,
    })
}

async fn send(
    State(app): State<App>,
    headers: HeaderMap,
    PublicForm(typed): PublicForm<Typed>,
) -> Result<Response, Problem> {
    let path = own_path(&typed.page);
    let report = Report {
        unit: unit_of(&app, &path).await?,
        path,
        kind: Kind::from_word(&typed.kind).unwrap_or(Kind::Other),
        text: typed.text.clone(),
        contact: typed.contact.clone(),
    };
    match store::error_report::receive(&app.store, &app.calendar, report).await {
        Ok(code) => Ok(Redirect::to(&format!("/error-reports/{code}")).into_response()),
        Err(store::Error::Refused(problem)) => {
            let template = form_page(&app, &headers, typed, Some(problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&template)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    code: String,
}

async fn find(Query(wanted): Query<Wanted>) -> Redirect {
    let code: String = wanted.code.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    Redirect::to(&format!("/error-reports/{}", if code.is_empty() { "0" } else { &code }))
}

#[derive(Template)]
#[template(path = "portal/error_report.html")]
struct ShowPage {
    page: Page,
    code: String,
    path: String,
    kind: &'static str,
    text: String,
    received: String,
    due: String,
    state: Standing,
    answer: String,
    answered: String,
}

async fn show(
    State(app): State<App>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = store::error_report::by_code(&app.store, &code).await?;
    let found = found.ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "没有找到这个编号", "请核对编号，字母不分大小写，横线可以不填。")
    })?;
    let day = |at| written_date(domain::clock::civil_date(at));
    let template = ShowPage {
        page: frame(&app, &headers, "找错办理情况", "/error-reports")
            .under("首页", "/")
            .under("我为政府网站找错", "/error-reports"),
        code: found.code,
        path: found.report.path,
        kind: found.report.kind.label(),
        text: found.report.text,
        received: day(found.received_at),
        due: written_date(found.due_on),
        state: found.state,
        answer: found.answer,
        answered: found.answered_at.map(day).unwrap_or_default(),
    };
    page(&template)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn a_page_is_one_of_this_site() {
        assert_eq!(own_path("/disclosures/1?a=2"), "/disclosures/1?a=2");
        assert_eq!(own_path(" https://gongkai.example/disclosures/1 "), "/disclosures/1");
        assert_eq!(own_path("https://gongkai.example"), "/");
        for other in ["", "//evil.example/", "javascript:alert(1)", "第二段"] {
            assert_eq!(own_path(other), "", "{other}");
        }
    }
}
