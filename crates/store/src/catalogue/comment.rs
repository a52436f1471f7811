//! Comments (意见) on single cells of a draft: from those who review to those who write, and back, until settled.

use crate::entity::{catalogue, catalogue_comment};
use crate::instant::instant;
use crate::notification::{Notice, coordinators_of, notify, people_of};
use crate::text::written;
use crate::{Error, Result, Store};
use domain::catalogue::{Catalogue, Field};
use domain::journal::Action;
use domain::role::Actor;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// A comment on a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellComment {
    /// Identity.
    pub id: i64,
    /// The item's code.
    pub item: String,
    /// The column; `None` for the item as a whole.
    pub field: Option<Field>,
    /// What.
    pub text: String,
    /// Who.
    pub user_name: String,
    /// When.
    pub at: Timestamp,
    /// Who settled it, and when.
    pub resolved: Option<(String, Timestamp)>,
}

fn view(row: catalogue_comment::Model) -> Result<CellComment> {
    let resolved = row.resolved_at.map(instant).transpose()?;
    Ok(CellComment {
        id: row.id,
        item: row.item_code,
        field: Field::from_word(&row.field),
        text: row.text,
        user_name: row.user_name,
        at: instant(row.at)?,
        resolved: resolved.map(|at| (row.resolved_by_name, at)),
    })
}

/// The comments on a catalogue's cells, oldest first; settled ones too.
///
/// # Errors
/// The database's.
pub async fn comments(store: &Store, id: i64) -> Result<Vec<CellComment>> {
    let rows = catalogue_comment::Entity::find()
        .filter(catalogue_comment::Column::CatalogueId.eq(id))
        .order_by_asc(catalogue_comment::Column::Id)
        .all(store.reader())
        .await?;
    rows.into_iter().map(view).collect()
}

/// Comments on a cell, or on an item as a whole. Those on the other side are told: the unit's people when somebody else
/// speaks, the office in charge when the unit does.
///
/// # Errors
/// An empty or overlong text; an item that is not in the draft.
pub async fn comment(
    store: &Store,
    actor: &Actor,
    id: i64,
    code: &str,
    field: Option<Field>,
    text: &str,
) -> Result<()> {
    let text = written(text)?;
    if text.is_empty() {
        return Err(Error::refused("请填写意见内容。"));
    }
    let code = code.to_owned();
    let directory = crate::unit::directory(store).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = catalogue::Entity::find_by_id(id).one(&transaction.db).await?;
                let row = row.ok_or(Error::NotFound("该目录"))?;
                let draft = row.draft.as_deref().ok_or_else(|| {
                    Error::refused("目录已经公布，没有正在编制的草稿。需要修改的，请先调整目录。")
                })?;
                let content: Catalogue = serde_json::from_str(draft)?;
                let item = content.item(&code).ok_or(Error::NotFound("该事项，可能已被删除"))?;
                let new = catalogue_comment::ActiveModel {
                    id: NotSet,
                    catalogue_id: Set(id),
                    item_code: Set(code.clone()),
                    field: Set(field.map_or("", Field::word).to_owned()),
                    text: Set(text.clone()),
                    user_name: Set(transaction.user_name.clone()),
                    at: Set(transaction.now),
                    resolved_by_name: Set(String::new()),
                    resolved_at: Set(None),
                };
                let comment = new.insert(&transaction.db).await?.id;
                let own = people_of(transaction, row.unit_id).await?;
                let speaks_for_unit = transaction.user.is_some_and(|user| own.contains(&user));
                let users = if speaks_for_unit {
                    coordinators_of(transaction, &directory, row.unit_id).await?
                } else {
                    own
                };
                let place = field.map_or(String::new(), |field| format!("（{}）", field.label()));
                let notice = Notice {
                    subject: format!("《{}》有新的意见", row.title),
                    body: format!("{}{place}：{text}", item.name()),
                    link: format!("/office/catalogues/{id}/items/{code}"),
                    key: format!("catalogue-comment-{comment}"),
                };
                notify(transaction, &users, &notice).await?;
                let after = (&code, field, &text);
                transaction.record(Action::CatalogueCommented, "catalogue", id, None::<&()>, Some(&after))
            })
        })
        .await
}

/// Settles a comment; settling it twice changes nothing.
///
/// # Errors
/// No such comment on this catalogue.
pub async fn resolve(store: &Store, actor: &Actor, id: i64, comment: i64) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = catalogue_comment::Entity::find_by_id(comment)
                    .filter(catalogue_comment::Column::CatalogueId.eq(id))
                    .one(&transaction.db)
                    .await?;
                let row = row.ok_or(Error::NotFound("这条意见"))?;
                if row.resolved_at.is_some() {
                    return Ok(());
                }
                let text = row.text.clone();
                let mut row: catalogue_comment::ActiveModel = row.into();
                row.resolved_by_name = Set(transaction.user_name.clone());
                row.resolved_at = Set(Some(transaction.now));
                row.update(&transaction.db).await?;
                transaction.note(Action::CatalogueCommentSettled, "catalogue", id, &text);
                Ok(())
            })
        })
        .await
}
