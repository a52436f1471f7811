//! Undo: the last change of a draft is taken back, then the one before it, up to the last step of its phases. What takes a
//! change back stands in its journal entry, so nothing else needs to be kept; the undoing is an entry itself.

use super::draft::{compiling, keep};
use super::load;
use crate::entity::journal::{Column, Entity, Model};
use crate::{Error, Result, Store};
use domain::catalogue::change::{Difference, apply};
use domain::catalogue::{Catalogue, Field};
use domain::journal::Action;
use domain::role::Actor;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the journal keeps of a changed cell.
#[derive(Serialize, Deserialize)]
pub(super) struct Cell {
    pub(super) code: String,
    pub(super) field: Field,
    pub(super) words: String,
}

/// The change that would be taken back next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoable {
    /// Its entry in the journal.
    pub sequence: i64,
    /// Who made it.
    pub user_name: String,
    /// What it was, in words.
    pub words: String,
}

/// How what was done is kept: one cell, or everything at once.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Cell(Cell),
    Rows(Box<Difference>),
}

/// Changes looked back at for one that can still be undone.
const LOOK_BACK: u64 = 400;

async fn next(db: &impl ConnectionTrait, id: i64) -> Result<Option<(Model, Kept)>> {
    let rows = Entity::find()
        .filter(Column::SubjectKind.eq("catalogue"))
        .filter(Column::SubjectId.eq(id))
        .order_by_desc(Column::Sequence)
        .limit(LOOK_BACK)
        .all(db)
        .await?;
    let mut undone: BTreeSet<i64> = BTreeSet::new();
    for row in rows {
        match Action::from_word(&row.action) {
            Some(Action::CatalogueUndone) => {
                let taken_back: Option<i64> = row.before.as_deref().map(serde_json::from_str).transpose()?;
                undone.extend(taken_back);
            }
            Some(Action::CatalogueChanged) if undone.remove(&row.sequence) => {}
            Some(Action::CatalogueChanged) => {
                let Some(before) = row.before.as_deref() else { return Ok(None) };
                let kept = serde_json::from_str(before)?;
                return Ok(Some((row, kept)));
            }
            Some(
                Action::CatalogueCommented | Action::CatalogueCommentSettled | Action::ObligationsRenewed,
            ) => {}
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// The change that [`undo`] would take back.
///
/// # Errors
/// The database's.
pub async fn undoable(store: &Store, id: i64) -> Result<Option<Undoable>> {
    let Some((row, kept)) = next(store.reader(), id).await? else { return Ok(None) };
    let words = match kept {
        Kept::Cell(cell) => format!("修改{}", cell.field.label()),
        // The difference leads back: what it would drop was added.
        Kept::Rows(back) => match (back.added.len(), back.dropped.len()) {
            (0, 0) if back.heading.is_some() => "修改标题".to_owned(),
            (0, 0) => "移动事项".to_owned(),
            (0, added) => format!("增加{added}项"),
            (dropped, 0) => format!("删除{dropped}项"),
            (dropped, added) => format!("增加{added}项、删除{dropped}项"),
        },
    };
    Ok(Some(Undoable { sequence: row.sequence, user_name: row.actor_name, words }))
}

/// Takes back a draft's last change; `sequence` is the one the person saw.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed the draft since; nothing to take back.
pub async fn undo(store: &Store, actor: &Actor, id: i64, version: i64, sequence: i64) -> Result<i64> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                let content = compiling(&row)?;
                let found = next(&transaction.db, id).await?.filter(|(entry, _)| entry.sequence == sequence);
                let (entry, kept) =
                    found.ok_or_else(|| Error::refused("没有可以撤销的修改，或者已经撤销过了。"))?;
                let content = match kept {
                    Kept::Rows(back) => apply(&content, &back),
                    Kept::Cell(cell) => without_cell(content, &cell)?,
                };
                transaction.record(
                    Action::CatalogueUndone,
                    "catalogue",
                    id,
                    Some(&entry.sequence),
                    Some(&entry.before),
                )?;
                keep(transaction, row, &content).await
            })
        })
        .await
}

fn without_cell(mut content: Catalogue, cell: &Cell) -> Result<Catalogue> {
    let item = content.items.iter_mut().find(|item| item.code == cell.code);
    item.ok_or(Error::NotFound("该事项，可能已被删除"))?.write(cell.field, &cell.words);
    Ok(content)
}
