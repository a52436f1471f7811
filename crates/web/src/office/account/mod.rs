//! The matrix of platforms (平台矩阵): the ledger by unit and platform and as a list (`ledger`), an account with what was done
//! to it (`show`), what is proposed (`entry`), a ledger taken over from a table (`import`), publishing by program (`publisher`).

mod entry;
mod import;
mod ledger;
mod publisher;
mod show;

use crate::app::App;
use crate::problem::Problem;
use crate::session::Staff;
use axum::Router;
use axum::routing::{get, post};
use domain::account::{Account, Field, State};
use domain::role::{Act, Denied};
use store::account::AccountRow;

/// Where the matrix is.
pub(super) const PATH: &str = "/office/accounts";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PATH, get(ledger::matrix))
        .route("/office/accounts/list", get(ledger::list))
        .route("/office/accounts/export.xlsx", get(ledger::export))
        .route("/office/accounts/new", get(entry::show_new).post(entry::open))
        .route("/office/accounts/import", get(import::show).post(import::take_in))
        .route("/office/accounts/import/{file}", get(import::preview).post(import::accept))
        .route("/office/accounts/{id}", get(show::show))
        .route("/office/accounts/{id}/entry", get(entry::show_change).post(entry::change))
        .route("/office/accounts/{id}/propose", post(show::propose))
        .route("/office/accounts/{id}/publisher", get(publisher::show).post(publisher::set))
        .route("/office/accounts/events/{event}", post(show::decide))
}

/// Refuses who reads no ledger.
fn authorise(staff: &Staff) -> Result<(), Denied> {
    if staff.may(Act::ReadAccount) { Ok(()) } else { Err(Denied { act: Act::ReadAccount }) }
}

/// An account for which the person may do this.
async fn found(app: &App, staff: &Staff, id: i64, act: Act) -> Result<AccountRow, Problem> {
    let row = store::account::find(&app.store, id).await?;
    let row = row.ok_or_else(|| Problem::not_found("这个账号"))?;
    staff.authorise_unit(act, row.account.host)?;
    Ok(row)
}

/// How many proposals wait for this person.
pub(super) async fn waiting(app: &App, staff: &Staff) -> Result<usize, Problem> {
    if !staff.may(Act::ApproveAccount) {
        return Ok(0);
    }
    let units = Some(staff.units(Act::ApproveAccount));
    let filter = store::account::Filter { units, pending: true, ..Default::default() };
    Ok(store::account::list(&app.store, &filter).await?.len())
}

/// The ledger's columns of an account with their cells.
fn cells(staff: &Staff, account: &Account, state: State) -> Vec<(Field, String)> {
    let name = |unit| super::unit_name(staff, unit);
    Field::ALL.iter().copied().zip(account.row(state, name)).collect()
}
