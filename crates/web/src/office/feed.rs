//! The calendar feed (ICS) of a unit: calendar programs fetch it by a secret address, without signing in.

use super::back;
use super::unit::unit_page;
use crate::app::App;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Staff;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::role::Act;
use domain::unit::UnitId;
use serde::Deserialize;
use tables::icalendar::{self, Event};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/units/{id}/feed", post(issue))
        .route("/office/units/{id}/feed/revoke", post(revoke))
        .route("/feeds/{file}", get(serve))
}

#[derive(Deserialize)]
struct Nothing {}

async fn issue(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<UnitId>,
    headers: HeaderMap,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    staff.authorise_unit(Act::ReadPlan, id)?;
    let token = store::feed::issue(&app.store, &staff.actor, id).await?;
    let address = format!("{}/feeds/{token}.ics", app.settings.public_url);
    unit_page(&app, &staff, id, &headers, None, Some(address)).await
}

async fn revoke(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<UnitId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    staff.authorise_unit(Act::ReadPlan, id)?;
    store::feed::revoke(&app.store, &staff.actor, id).await?;
    Ok(back(&format!("/office/units/{id}"), "changed"))
}

async fn serve(State(app): State<App>, Path(file): Path<String>) -> Result<Response, Problem> {
    let token = file.strip_suffix(".ics").unwrap_or(&file);
    let unit = store::feed::find(&app.store, token).await?;
    let unit = unit.ok_or_else(|| Problem::not_found("这个日历订阅（可能已停用或已更换地址）"))?;
    let directory = store::unit::directory(&app.store).await?;
    let name = directory.unit(unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let filter = store::assignment::Filter { unit: Some(unit), ..Default::default() };
    let rows = store::assignment::schedule(&app.store, &filter, app.today(), app.soon()).await?;
    let events = rows.into_iter().filter_map(|row| {
        let day = row.due.deadline()?;
        let standing = row.standing.map_or("", |standing| standing.label());
        Some(Event {
            uid: format!("assignment-{}@{}", row.id, app.settings.site.domain),
            from: day,
            to: day,
            summary: crate::chart::shorten(&row.content, 60),
            description: format!("{}\n{standing}", row.content),
            url: format!("{}/office/assignments/{}", app.settings.public_url, row.id),
        })
    });
    let events: Vec<Event> = events.collect();
    let text = icalendar::write(&format!("{name}任务时限"), &events, app.clock.now());
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}
