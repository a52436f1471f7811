//! Reviews and lawsuits over a case: entered when they are admitted, and again when they are decided.

use super::show::{Tried, refused, result};
use super::{HANDLE, PATH, back, found};
use crate::app::App;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Staff;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::annual_report::{DisputeEnd, DisputeKind};
use std::collections::HashMap;
use store::request::{Case, DisputeDraft};

/// The results a person may choose, by the words people read.
pub(super) const ENDS: [DisputeEnd; 3] = [DisputeEnd::Upheld, DisputeEnd::Corrected, DisputeEnd::Other];

pub(super) async fn enter(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(typed): Form<HashMap<String, String>>,
) -> Result<Response, Problem> {
    let case = found(&app, &staff, id, HANDLE).await?;
    let known = typed.get("dispute").and_then(|known| known.parse().ok());
    let outcome = match draft(&case, known, &typed)? {
        Ok(draft) => store::request::dispute(&app.store, &staff.actor, id, known, draft).await,
        Err(problem) => Err(store::Error::refused(problem)),
    };
    match outcome {
        Ok(()) => Ok(back(&format!("{PATH}/{id}#disputes"), "request-disputed")),
        Err(store::Error::Refused(problem)) => {
            let (form, of) = known.map_or(("new-dispute", id), |known| ("dispute", known));
            let tried = Tried { form, of, typed, problem };
            refused(&app, &staff, &headers, case, tried).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What the form says of a review or lawsuit, or why it cannot be read.
///
/// # Errors
/// No such review or lawsuit of the case.
fn draft(
    case: &Case,
    known: Option<i64>,
    typed: &HashMap<String, String>,
) -> Result<Result<DisputeDraft, String>, Problem> {
    let text = |name: &str| typed.get(name).map_or("", |text| text.trim());
    let day =
        |name: &str| text(name).parse().map_err(|_| "日期写法不对，应写成 2020-09-21 的样子。".to_owned());
    let end = ENDS.into_iter().find(|end| result(*end) == text("result"));
    let ended = match (text("ended").is_empty(), end) {
        (true, None) => Ok(None),
        (false, Some(end)) => day("ended").map(|on| Some((on, end))),
        _ => Err("已经审结的，请把审结日期和结果都填上；没有审结的，都不填。".to_owned()),
    };
    let Some(known) = known else {
        let Some(kind) = DisputeKind::from_word(text("kind")) else {
            return Ok(Err("请选择是行政复议还是行政诉讼。".to_owned()));
        };
        let new = |ended, started| DisputeDraft {
            kind,
            body: text("body").to_owned(),
            number: text("number").to_owned(),
            started,
            ended,
            remark: text("remark").to_owned(),
        };
        return Ok(ended.and_then(|ended| Ok(new(ended, day("started")?))));
    };
    // Only what became of it is entered later.
    let row = case.disputes.iter().find(|row| row.id == known);
    let row = row.ok_or_else(|| Problem::not_found("这件复议或者诉讼"))?;
    Ok(ended.map(|ended| DisputeDraft { ended, ..row.draft.clone() }))
}
