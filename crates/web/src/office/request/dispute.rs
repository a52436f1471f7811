//! Reviews and lawsuits over a case: entered when they are admitted, and again when they are decided.

use super::show::result;
use super::{HANDLE, PATH, back, found};
use crate::app::App;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Staff;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::annual_report::{DisputeEnd, DisputeKind};
use serde::Deserialize;
use store::request::DisputeDraft;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct DisputeForm {
    dispute: Option<i64>,
    kind: String,
    body: String,
    number: String,
    started: String,
    ended: String,
    result: String,
    remark: String,
}

/// The results a person may choose, by the words people read.
const ENDS: [DisputeEnd; 3] = [DisputeEnd::Upheld, DisputeEnd::Corrected, DisputeEnd::Other];

pub(super) async fn enter(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<DisputeForm>,
) -> Result<Response, Problem> {
    let case = found(&app, &staff, id, HANDLE).await?;
    let day = |text: &str| {
        text.trim().parse().map_err(|_| Problem::bad_input("日期写法不对，应写成 2020-09-21 的样子。"))
    };
    let end = ENDS.into_iter().find(|end| result(*end) == form.result);
    let ended = match (form.ended.trim().is_empty(), end) {
        (true, None) => None,
        (false, Some(end)) => Some((day(&form.ended)?, end)),
        _ => return Err(Problem::bad_input("已经审结的，请把审结日期和结果都填上；没有审结的，都不填。")),
    };
    let draft = match form.dispute {
        // Only what became of it is entered later.
        Some(known) => {
            let row = case.disputes.iter().find(|row| row.id == known);
            let row = row.ok_or_else(|| Problem::not_found("这件复议或者诉讼"))?;
            DisputeDraft { ended, ..row.draft.clone() }
        }
        None => DisputeDraft {
            kind: DisputeKind::from_word(&form.kind)
                .ok_or_else(|| Problem::bad_input("请选择是行政复议还是行政诉讼。"))?,
            body: form.body,
            number: form.number,
            started: day(&form.started)?,
            ended,
            remark: form.remark,
        },
    };
    store::request::dispute(&app.store, &staff.actor, id, form.dispute, draft).await?;
    Ok(back(&format!("{PATH}/{id}#disputes"), "request-disputed"))
}
