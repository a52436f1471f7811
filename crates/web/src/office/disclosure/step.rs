//! The steps of a disclosure: handed in, reviewed, returned, scheduled, published, revised, taken back.

use super::{back, found};
use crate::app::App;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Staff;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::disclosure::state::{Review, Step};
use domain::role::Act;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::Deserialize;
use store::disclosure::Wanted;

#[derive(Deserialize)]
pub(super) struct StepForm {
    version: i64,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    review: String,
    #[serde(default)]
    at: String,
}

/// The step an address names, what it needs permission for, and what is said when it is done.
fn named(name: &str, form: &StepForm) -> Option<(Wanted, Act, &'static str)> {
    let reason = form.reason.clone();
    let (step, act, done) = match name {
        "submit" => (Step::Submit, Act::WriteDisclosure, "disclosure-submitted"),
        "pass" => (
            Step::Pass { review: Review::from_word(&form.review)? },
            Act::ReviewDisclosure,
            "disclosure-passed",
        ),
        "return" => (Step::Return { reason }, Act::ReviewDisclosure, "disclosure-returned"),
        "schedule" => (Step::Schedule, Act::WriteDisclosure, "disclosure-scheduled"),
        "publish" => (Step::Publish, Act::WriteDisclosure, "disclosure-published"),
        "revise" => (Step::Revise { reason }, Act::WriteDisclosure, "disclosure-revising"),
        "abandon" => (Step::Abandon, Act::WriteDisclosure, "disclosure-abandoned"),
        "withdraw" => (Step::Withdraw { reason }, Act::WithdrawDisclosure, "disclosure-withdrawn"),
        _ => return None,
    };
    let remark = if name == "pass" { form.reason.clone() } else { String::new() };
    Some((Wanted { step, remark, at: None, marks: Vec::new() }, act, done))
}

pub(super) async fn take(
    State(app): State<App>,
    staff: Staff,
    Path((id, name)): Path<(i64, String)>,
    Form(form): Form<StepForm>,
) -> Result<Response, Problem> {
    let (mut wanted, act, done) = named(&name, &form).ok_or_else(|| Problem::not_found("这个操作"))?;
    found(&app, &staff, id, act).await?;
    if name == "schedule" {
        let at: Result<DateTime, _> = form.at.trim().parse();
        let at = at.ok().and_then(|at| Offset::constant(8).to_timestamp(at).ok());
        wanted.at = Some(at.ok_or_else(|| {
            Problem::bad_input("公开时间没有填写或写法不对。请按“2020-09-04 09:00”的写法填写。")
        })?);
    }
    if matches!(name.as_str(), "submit" | "schedule" | "publish")
        && let Some(content) = store::disclosure::draft(&app.store, id).await?
    {
        wanted.marks = app.scan.disclosure(&app.store, Some(id), &content).await?.marks();
    }
    store::disclosure::take(&app.store, &staff.actor, &app.calendar, id, form.version, wanted).await?;
    Ok(back(&format!("/office/disclosures/{id}"), done))
}
