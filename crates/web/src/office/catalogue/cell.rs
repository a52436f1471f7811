//! One cell at a time: the table's editor sends what was changed as soon as it was typed and hears what is kept and what
//! was noticed. And taking changes back.

use super::{content, found};
use crate::app::App;
use crate::form::Form;
use crate::office::back;
use crate::problem::Problem;
use crate::session::Staff;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::catalogue::{Field, check};
use domain::finding::Severity;
use domain::obligation;
use domain::role::Act;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::catalogue::CellChange;

#[derive(Deserialize)]
pub(super) struct CellForm {
    code: String,
    field: String,
    before: String,
    after: String,
}

/// What the editor hears: the cell's words as they are kept, and what was noticed on the item.
#[derive(Serialize)]
pub(super) struct Kept {
    words: String,
    version: i64,
    /// The worst that was noticed of each column: `error`, `warning`.
    marks: BTreeMap<&'static str, &'static str>,
    /// Severity, its class, the sentence.
    notes: Vec<(&'static str, &'static str, String)>,
    /// The entry that undoing would take back, and what it was.
    undo: Option<(i64, String)>,
}

/// The class of a severity's badge.
pub(super) fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "undated",
    }
}

pub(super) async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<CellForm>,
) -> Result<Json<Kept>, Problem> {
    let row = found(&app, &staff, id).await?;
    staff.authorise_unit(Act::EditCatalogue, row.unit)?;
    let field = Field::from_word(&form.field);
    let field = field.ok_or_else(|| Problem::bad_input("没有这一栏。请刷新页面后再改。"))?;
    // Browsers send line breaks as CR LF.
    let sent = |words: &str| words.replace("\r\n", "\n");
    let change =
        CellChange { code: form.code.clone(), field, before: sent(&form.before), after: sent(&form.after) };
    let version = store::catalogue::change_cell(&app.store, &staff.actor, id, change).await?;
    let content = content(&app, &row).await?;
    let at = content.items.iter().position(|item| item.code == form.code);
    let at = at.ok_or_else(|| Problem::not_found("这个事项"))?;
    let item = content.items.get(at).ok_or_else(|| Problem::not_found("这个事项"))?;
    let mut marks: BTreeMap<&'static str, Severity> = BTreeMap::new();
    let mut notes = Vec::new();
    let findings = check::catalogue(&content, obligation::period(app.store.rules()));
    for found in findings.into_iter().filter(|found| found.item == at) {
        let severity = found.finding.severity;
        if let Some(field) = found.field {
            let worst = marks.entry(field.word()).or_insert(severity);
            *worst = severity.min(*worst);
        }
        notes.push((severity.label(), class(severity), found.finding.message));
    }
    let marks = marks.into_iter().map(|(field, severity)| (field, class(severity))).collect();
    let undo = store::catalogue::undoable(&app.store, id).await?;
    let undo = undo.map(|undo| (undo.sequence, format!("{}（{}）", undo.words, undo.user_name)));
    Ok(Json(Kept { words: item.words(field), version, marks, notes, undo }))
}

#[derive(Deserialize)]
pub(super) struct UndoForm {
    version: i64,
    sequence: i64,
}

pub(super) async fn undo(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<UndoForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id).await?;
    staff.authorise_unit(Act::EditCatalogue, row.unit)?;
    store::catalogue::undo(&app.store, &staff.actor, id, form.version, form.sequence).await?;
    Ok(back(&format!("/office/catalogues/{id}"), "undone"))
}
