//! Requests for disclosure: the queue by legal day, the case with its calendar, and what the law allows now.

mod dispute;
mod file;
mod letter;
mod list;
mod paper;
mod register;
mod setting;
mod show;
mod step;

pub(super) use list::{Row, near};

use super::{Done, back, frame, left, moment, unit_name};
use crate::app::App;
use crate::problem::Problem;
use crate::session::Staff;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use domain::role::{Act, Denied};
use domain::unit::UnitId;
use std::collections::BTreeSet;
use store::request::Case;

/// The room's address, for the menu.
pub(super) const PATH: &str = "/office/requests";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PATH, get(list::show))
        .route(
            "/office/requests/new",
            get(register::form).post(register::send).layer(DefaultBodyLimit::disable()),
        )
        .route("/office/requests/topics", get(list::topics))
        .route("/office/requests/offices/{unit}", get(setting::office).post(setting::set_office))
        .route("/office/requests/templates", get(setting::templates))
        .route("/office/requests/templates/{kind}", get(setting::template).post(setting::set_template))
        .route("/office/requests/{id}", get(show::show))
        .route("/office/requests/{id}/steps/{kind}", get(step::form).post(step::send))
        .route("/office/requests/{id}/proposals/{proposal}", post(step::decide))
        .route("/office/requests/{id}/files", post(file::keep).layer(DefaultBodyLimit::disable()))
        .route("/office/requests/{id}/files/{file}", get(file::download).post(file::remove))
        .route("/office/requests/{id}/files/{file}/scan", get(file::scan).post(file::mask))
        .route("/office/requests/{id}/letters", get(letter::form).post(letter::send))
        .route("/office/requests/{id}/letters/{letter}/{ending}", get(letter::download))
        .route(
            "/office/requests/{id}/letters/{letter}",
            post(letter::deliver).layer(DefaultBodyLimit::disable()),
        )
        .route("/office/requests/{id}/disputes", post(dispute::enter))
        .route("/office/requests/{id}/contact", post(register::correct))
}

/// The units whose requests the person may see.
pub(super) fn units(staff: &Staff) -> BTreeSet<UnitId> {
    let mut units = staff.units(Act::HandleRequest);
    units.extend(staff.units(Act::ApproveRequest));
    units
}

/// Whether the person works with requests at all; for the menu.
pub(super) fn concerns(staff: &Staff) -> bool {
    staff.may(Act::HandleRequest) || staff.may(Act::ApproveRequest)
}

/// Refuses who has nothing to do with requests.
fn enter(staff: &Staff) -> Result<(), Problem> {
    if concerns(staff) { Ok(()) } else { Err(Denied { act: Act::HandleRequest }.into()) }
}

/// The case, for whoever may do one of these things with it.
async fn found(app: &App, staff: &Staff, id: i64, acts: &[Act]) -> Result<Case, Problem> {
    let case = store::request::case(&app.store, id).await?;
    let case = case.ok_or_else(|| Problem::not_found("这件申请"))?;
    if acts.iter().any(|act| staff.authorise_unit(*act, case.row.unit).is_ok()) {
        return Ok(case);
    }
    let act = acts.first().copied().unwrap_or(Act::HandleRequest);
    Err(Denied { act }.into())
}

/// Whoever handles or approves.
const READ: &[Act] = &[Act::HandleRequest, Act::ApproveRequest];
/// Whoever handles.
const HANDLE: &[Act] = &[Act::HandleRequest];
