//! A person's notifications.

use super::{back, frame, moment};
use crate::app::App;
use crate::form::Form;
use crate::list::Pages;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use store::PageRequest;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/notifications", get(show))
        .route("/office/notifications/read", post(read_all))
        .route("/office/notifications/{id}", get(open))
}

struct Row {
    id: i64,
    at: String,
    subject: String,
    body: String,
    read: bool,
}

#[derive(Template)]
#[template(path = "office/notifications.html")]
struct NotificationsPage {
    page: Page,
    csrf: String,
    rows: Vec<Row>,
    pages: Pages,
    unread: bool,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    page: u64,
    done: Option<String>,
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let request = PageRequest::number(wanted.page);
    let found = store::notification::list(&app.store, staff.person.user, request).await?;
    let pages = Pages::of(&found, "/office/notifications", &[]);
    let rows: Vec<Row> = found
        .rows
        .into_iter()
        .map(|row| Row {
            id: row.id,
            at: moment(row.at),
            subject: row.subject,
            body: row.body,
            read: row.read,
        })
        .collect();
    let frame = frame(&app, &staff, &headers, "提醒", "/office/notifications").await?;
    let template = NotificationsPage {
        page: frame.with_done(wanted.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        unread: rows.iter().any(|row| !row.read),
        rows,
        pages,
    };
    page(&template)
}

#[derive(Deserialize)]
struct Nothing {}

async fn read_all(
    State(app): State<App>,
    staff: Staff,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    store::notification::mark_read(&app.store, staff.person.user, None).await?;
    Ok(back("/office/notifications", "read"))
}

/// Opening one marks it as read and leads to where to act.
async fn open(State(app): State<App>, staff: Staff, Path(id): Path<i64>) -> Result<Response, Problem> {
    let found = store::notification::find(&app.store, staff.person.user, id).await?;
    let found = found.ok_or_else(|| Problem::not_found("这条提醒"))?;
    store::notification::mark_read(&app.store, staff.person.user, Some(id)).await?;
    Ok(Redirect::to(&found.link).into_response())
}
