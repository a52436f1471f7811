//! Templates of letters: those shipped, each replaced by the office's own where it changed one.

use crate::entity::letter_template::{ActiveModel, Column, Entity};
use crate::instant::instant;
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::request::{LetterKind, Template};
use domain::role::Actor;
use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait};
use std::collections::BTreeMap;

/// By whom and when a template was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// By whom.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

/// Subject of the journal's entries; its id says nothing, the word of the letter stands in the entry.
const SUBJECT: &str = "letter_template";

/// Which templates the office changed.
///
/// # Errors
/// The database's.
pub async fn templates(store: &Store) -> Result<BTreeMap<LetterKind, Changed>> {
    let rows = Entity::find().all(store.reader()).await?;
    rows.into_iter()
        .filter_map(|row| Some((LetterKind::from_word(&row.kind)?, row)))
        .map(|(kind, row)| Ok((kind, Changed { by_name: row.changed_by_name, at: instant(row.changed_at)? })))
        .collect()
}

/// The template of a letter.
///
/// # Errors
/// The database's.
pub async fn template(store: &Store, kind: LetterKind) -> Result<Template> {
    template_in(store.reader(), kind).await
}

pub(super) async fn template_in(db: &impl ConnectionTrait, kind: LetterKind) -> Result<Template> {
    if let Some(row) = Entity::find_by_id(kind.word()).one(db).await? {
        return Ok(serde_json::from_str(&row.content)?);
    }
    builtin(kind)
}

fn builtin(kind: LetterKind) -> Result<Template> {
    let all = Template::builtin().map_err(Error::refused)?;
    all.into_iter().find(|template| template.kind == kind).ok_or(Error::NotFound("这种文书的模板"))
}

/// Puts the office's own template in the place of the shipped one.
///
/// # Errors
/// A field the letter does not have, no text (see [`Template::check`]).
pub async fn set_template(store: &Store, actor: &Actor, template: Template) -> Result<()> {
    template.check().map_err(Error::refused)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let before = template_in(&transaction.db, template.kind).await?;
                let row = ActiveModel {
                    kind: Set(template.kind.word().to_owned()),
                    content: Set(serde_json::to_string(&template)?),
                    changed_by_name: Set(transaction.user_name.clone()),
                    changed_at: Set(transaction.now),
                };
                let again = OnConflict::column(Column::Kind)
                    .update_columns([Column::Content, Column::ChangedByName, Column::ChangedAt])
                    .to_owned();
                Entity::insert(row).on_conflict(again).exec_without_returning(&transaction.db).await?;
                transaction.record(Action::LetterTemplateChanged, SUBJECT, 0, Some(&before), Some(&template))
            })
        })
        .await
}

/// Goes back to the shipped template.
///
/// # Errors
/// The database's.
pub async fn reset_template(store: &Store, actor: &Actor, kind: LetterKind) -> Result<()> {
    let shipped = builtin(kind)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let before = template_in(&transaction.db, kind).await?;
                let gone = Entity::delete_by_id(kind.word()).exec(&transaction.db).await?;
                if gone.rows_affected > 0 {
                    transaction.record(
                        Action::LetterTemplateChanged,
                        SUBJECT,
                        0,
                        Some(&before),
                        Some(&shipped),
                    )?;
                }
                Ok(())
            })
        })
        .await
}
