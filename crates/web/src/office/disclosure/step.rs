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
use jiff::Timestamp;
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
    /// Why a policy file goes out before its interpretation.
    #[serde(default)]
    alone: String,
}

/// What each step needs permission for; a review for one of the two, and its route decides.
const WRITE: &[Act] = &[Act::WriteDisclosure];
const REVIEW: &[Act] = &[Act::SignDisclosure, Act::ReviewDisclosure];
const WITHDRAW: &[Act] = &[Act::WithdrawDisclosure];

/// The step an address names, what it needs permission for, and what is said when it is done.
fn named(name: &str, form: &StepForm) -> Option<(Wanted, &'static [Act], &'static str)> {
    let reason = form.reason.clone();
    let (step, acts, done) = match name {
        "submit" => (Step::Submit, WRITE, "disclosure-submitted"),
        "pass" => (Step::Pass { review: Review::from_word(&form.review)? }, REVIEW, "disclosure-passed"),
        "return" => (Step::Return { reason }, REVIEW, "disclosure-returned"),
        "schedule" => (Step::Schedule, WRITE, "disclosure-scheduled"),
        "publish" => (Step::Publish, WRITE, "disclosure-published"),
        "revise" => (Step::Revise { reason }, WRITE, "disclosure-revising"),
        "abandon" => (Step::Abandon, WRITE, "disclosure-abandoned"),
        "withdraw" => (Step::Withdraw { reason }, WITHDRAW, "disclosure-withdrawn"),
        _ => return None,
    };
    let remark = if name == "pass" { form.reason.clone() } else { String::new() };
    Some((Wanted { remark, alone: form.alone.clone(), ..step.into() }, acts, done))
}

/// A time as a form sends it, in China.
pub(super) fn instant(text: &str) -> Result<Timestamp, Problem> {
    let at: Result<DateTime, _> = text.trim().parse();
    let at = at.ok().and_then(|at| Offset::constant(8).to_timestamp(at).ok());
    at.ok_or_else(|| Problem::bad_input("时间没有填写或写法不对。请按“2020-09-04 09:00”的写法填写。"))
}

pub(super) async fn take(
    State(app): State<App>,
    staff: Staff,
    Path((id, name)): Path<(i64, String)>,
    Form(form): Form<StepForm>,
) -> Result<Response, Problem> {
    let (mut wanted, acts, done) = named(&name, &form).ok_or_else(|| Problem::not_found("这个操作"))?;
    let unit = found(&app, &staff, id, Act::ReadDisclosure).await?.unit;
    let allowed = acts.iter().map(|act| staff.authorise_unit(*act, unit));
    allowed.reduce(Result::or).unwrap_or(Ok(()))?;
    if name == "schedule" {
        wanted.at = Some(instant(&form.at)?);
    }
    if matches!(name.as_str(), "submit" | "schedule" | "publish")
        && let Some(content) = store::disclosure::draft(&app.store, id).await?
    {
        wanted.marks = app.scan.disclosure(&app.store, Some(id), &content).await?.marks();
    }
    if name == "publish" {
        for (other, draft) in store::interpretation::going_with(&app.store, id).await? {
            let marks = app.scan.disclosure(&app.store, Some(other), &draft).await?.marks();
            wanted.together.insert(other, marks);
        }
    }
    store::disclosure::take(&app.store, &staff.actor, &app.calendar, id, form.version, wanted).await?;
    Ok(back(&format!("/office/disclosures/{id}"), done))
}
