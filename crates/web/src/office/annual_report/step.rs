//! The way of a report to the public: handed in as a disclosure with its files, reviewed and published like any other;
//! corrected as the disclosure's next version.

use super::{LIST, found};
use crate::annual_report::{Attached, Unwritten, disclosure};
use crate::app::App;
use crate::form::Form;
use crate::office::back;
use crate::problem::Problem;
use crate::session::Staff;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::annual_report::Standing;
use domain::disclosure::File;
use domain::disclosure::state::Step;
use domain::role::{Act, Scope};
use serde::Deserialize;
use store::annual_report::HandedIn;
use tokio::task::JoinError;

/// What was written off the request's thread.
pub(super) fn written<T>(written: Result<Result<T, Unwritten>, JoinError>) -> Result<T, Problem> {
    match written {
        Ok(Ok(written)) => Ok(written),
        Ok(Err(error)) => {
            tracing::error!(?error, "an annual report could not be written");
            Err(Problem::bad_input(error.to_string()))
        }
        Err(error) => {
            tracing::error!(?error, "writing broke off");
            Err(Problem::fault())
        }
    }
}

#[derive(Deserialize)]
pub(super) struct SubmitForm {
    version: i64,
}

pub(super) async fn submit(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<SubmitForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::WriteDisclosure).await?;
    let unit = match row.scope {
        Scope::Unit(unit) => unit,
        // The region's report is published by the office that writes it.
        Scope::Region(_) => staff.person.unit,
    };
    staff.authorise_unit(Act::WriteDisclosure, unit)?;
    let built = store::annual_report::build(&app.store, row.scope, row.year).await?;
    let standing = Standing {
        year: row.year,
        today: app.today(),
        found: &built.found,
        waiting: built.waiting().count(),
    };
    if let Some(refused) = row.working.refusal(&standing) {
        return Err(Problem::bad_input(refused.to_string()));
    }
    let (about, fonts) = ((app.today(), app.settings.site.sample), app.fonts.clone());
    let made = tokio::task::spawn_blocking(move || disclosure(&built.report, about, &fonts)).await;
    let (mut content, files) = written(made)?;
    for Attached { name, media_type, bytes } in files {
        let kept = store::attachment::put(&app.store, &staff.actor, &name, media_type, bytes).await?;
        content.files.push(File { id: kept.id, name: kept.name, hash: kept.hash, bytes: kept.bytes });
    }
    let marks = app.scan.marks(&app.store, &content).await?;
    let handed = HandedIn { unit, content, marks };
    store::annual_report::hand_in(&app.store, &staff.actor, &app.calendar, id, form.version, handed).await?;
    Ok(back(&format!("{LIST}/{id}"), "report-submitted"))
}

#[derive(Deserialize)]
pub(super) struct CorrectForm {
    reason: String,
}

pub(super) async fn correct(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<CorrectForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::WriteDisclosure).await?;
    let missing = || Problem::bad_input("这份年报还没有公布，不需要更正。");
    let known = store::disclosure::find(&app.store, row.disclosure.ok_or_else(missing)?).await?;
    let known = known.ok_or_else(missing)?;
    staff.authorise_unit(Act::WriteDisclosure, known.unit)?;
    let wanted = Step::Revise { reason: form.reason };
    store::disclosure::take(&app.store, &staff.actor, &app.calendar, known.id, known.version, wanted).await?;
    Ok(back(&format!("{LIST}/{id}"), "report-correcting"))
}
