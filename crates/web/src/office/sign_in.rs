//! Signing in and out, and the own password. The sign-in form has no session yet: it carries a token that must equal
//! a cookie, for browsers that do not say where a request comes from.

use super::{back, frame};
use crate::app::App;
use crate::form::{Form, read_body, read_form};
use crate::origin::Origin;
use crate::page::{Page, wants_elder};
use crate::problem::{Problem, page};
use crate::rate::client_address;
use crate::session::{COOKIE, Staff, cookie, removal, safe_next};
use askama::Template;
use axum::Router;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use serde::Deserialize;
use std::net::SocketAddr;
use store::session::SignIn;

/// The cookie that must equal the form's token.
const FORM_COOKIE: &str = "gongkai_form";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/sign-in", get(show).post(sign_in))
        .route("/office/sign-out", post(sign_out))
        .route("/office/password", get(show_password).post(change_password))
}

#[derive(Template)]
#[template(path = "office/sign_in.html")]
struct SignInPage {
    page: Page,
    next: String,
    login: String,
    token: String,
    problem: Option<String>,
    demonstration: bool,
}

#[derive(Deserialize)]
struct Next {
    next: Option<String>,
    done: Option<String>,
}

async fn show(
    State(app): State<App>,
    Query(query): Query<Next>,
    jar: CookieJar,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let page = frame_signed_out(&app, &headers).with_done(query.done.as_deref());
    form_page(&app, jar, page, safe_next(query.next.as_deref()), "", None)
}

fn frame_signed_out(app: &App, headers: &HeaderMap) -> Page {
    let mut page =
        Page::portal(&app.settings.site, "登录", "/office/sign-in").with_elder(wants_elder(headers));
    page.pretended_date = app.pretended_date();
    page
}

fn form_page(
    app: &App,
    jar: CookieJar,
    frame: Page,
    next: &str,
    login: &str,
    problem: Option<String>,
) -> Result<Response, Problem> {
    let token = match jar.get(FORM_COOKIE) {
        Some(cookie) if cookie.value().len() >= 32 => cookie.value().to_owned(),
        _ => store::session::sign_in_form_token()?,
    };
    let keep = Cookie::build((FORM_COOKIE, token.clone()))
        .path("/office")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.settings.secure_cookies)
        .build();
    let wrong = problem.is_some();
    let template = SignInPage {
        page: frame,
        next: next.to_owned(),
        login: login.to_owned(),
        token,
        problem,
        demonstration: app.settings.demonstration,
    };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, jar.add(keep), page(&template)?).into_response())
}

#[derive(Deserialize)]
struct Credentials {
    login: String,
    password: String,
    #[serde(default)]
    token: String,
    next: Option<String>,
}

async fn sign_in(State(app): State<App>, jar: CookieJar, request: Request) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let connection = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let vouched = request.extensions().get::<Origin>() == Some(&Origin::Same);
    let form: Credentials = read_form(&read_body(request.into_body()).await?)?;
    let expected = jar.get(FORM_COOKIE).map(|cookie| cookie.value().to_owned());
    if !vouched && expected.as_deref() != Some(form.token.as_str()) {
        return Err(Problem::foreign_form());
    }
    let peer = client_address(&headers, connection, app.settings.behind_proxy).to_string();
    let next = safe_next(form.next.as_deref());
    let problem = match store::session::sign_in(&app.store, &form.login, &form.password, &peer).await? {
        SignIn::SignedIn { token } => {
            let jar = jar.add(cookie(token, app.settings.secure_cookies));
            return Ok((jar, Redirect::to(next)).into_response());
        }
        SignIn::Wrong => format!(
            "登录名或密码不正确。连续输错{}次，该账号将锁定{}分钟。",
            app.store.rules().lockout_failures.value,
            app.store.rules().lockout_period.value
        ),
        SignIn::Locked { until } => format!(
            "该账号因连续输错密码已锁定，请于 {} 后再试，或联系安全管理员解除锁定。",
            domain::clock::civil_time(until).strftime("%H:%M")
        ),
    };
    form_page(&app, jar, frame_signed_out(&app, &headers), next, form.login.trim(), Some(problem))
}

#[derive(Deserialize)]
struct Nothing {}

async fn sign_out(
    State(app): State<App>,
    staff: Staff,
    jar: CookieJar,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    if let Some(cookie) = jar.get(COOKIE) {
        store::session::sign_out(&app.store, &staff.person, cookie.value()).await?;
    }
    Ok((jar.remove(removal()), back("/office/sign-in", "signed-out")).into_response())
}

#[derive(Template)]
#[template(path = "office/password.html")]
struct PasswordPage {
    page: Page,
    csrf: String,
    must_change: bool,
    problem: Option<String>,
}

async fn show_password(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    password_page(&app, &staff, &headers, None).await
}

async fn password_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    problem: Option<String>,
) -> Result<Response, Problem> {
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = PasswordPage {
        page: frame(app, staff, headers, "修改密码", "/office/password").await?,
        csrf: staff.session.csrf.clone(),
        must_change: staff.session.must_change_password,
        problem,
    };
    Ok((status, page(&template)?).into_response())
}

#[derive(Deserialize)]
struct Passwords {
    old: String,
    new: String,
    again: String,
}

async fn change_password(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    Form(form): Form<Passwords>,
) -> Result<Response, Problem> {
    if form.new != form.again {
        let problem = "两次输入的新密码不一致，请重新输入。".to_owned();
        return password_page(&app, &staff, &headers, Some(problem)).await;
    }
    match store::user::change_password(&app.store, &staff.person, &form.old, &form.new).await {
        Ok(()) => Ok(back("/office/sign-in", "password")),
        Err(store::Error::Refused(problem)) => password_page(&app, &staff, &headers, Some(problem)).await,
        Err(error) => Err(error.into()),
    }
}
