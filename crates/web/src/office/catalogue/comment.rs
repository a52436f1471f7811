//! Comments on the cells of a draft.

use super::found;
use crate::app::App;
use crate::form::Form;
use crate::office::{back, moment};
use crate::problem::Problem;
use crate::session::Staff;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::catalogue::Field;
use domain::role::Act;
use serde::Deserialize;
use store::catalogue::CellComment;

/// A comment as pages show it.
pub(super) struct Remark {
    pub(super) id: i64,
    pub(super) place: &'static str,
    pub(super) text: String,
    pub(super) by: String,
    /// Who settled it and when; empty while it is open.
    pub(super) settled: String,
}

pub(super) fn remark(comment: CellComment) -> Remark {
    Remark {
        id: comment.id,
        place: comment.field.map_or("整项", Field::label),
        text: comment.text,
        by: format!("{}　{}", comment.user_name, moment(comment.at)),
        settled: comment.resolved.map(|(name, at)| format!("{name}　{}", moment(at))).unwrap_or_default(),
    }
}

#[derive(Deserialize)]
pub(super) struct CommentForm {
    #[serde(default)]
    field: String,
    text: String,
}

pub(super) async fn add(
    State(app): State<App>,
    staff: Staff,
    Path((id, code)): Path<(i64, String)>,
    Form(form): Form<CommentForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id).await?;
    staff.authorise_unit(Act::Comment, row.unit)?;
    let field = Field::from_word(&form.field);
    store::catalogue::comment(&app.store, &staff.actor, id, &code, field, &form.text).await?;
    Ok(back(&format!("/office/catalogues/{id}/items/{code}#comments"), "commented"))
}

pub(super) async fn settle(
    State(app): State<App>,
    staff: Staff,
    Path((id, code, comment)): Path<(i64, String, i64)>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id).await?;
    let either = [Act::EditCatalogue, Act::ReviewCatalogue];
    if let [Err(denied), Err(_)] = either.map(|act| staff.authorise_unit(act, row.unit)) {
        return Err(denied.into());
    }
    store::catalogue::resolve(&app.store, &staff.actor, id, comment).await?;
    Ok(back(&format!("/office/catalogues/{id}/items/{code}#comments"), "settled"))
}
