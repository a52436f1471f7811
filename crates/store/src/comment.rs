//! Comments (意见) on an assignment.

use crate::entity::{assignment, comment};
use crate::instant::instant;
use crate::text::written;
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::role::Actor;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Who.
    pub user_name: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// The comments on an assignment, oldest first.
pub(crate) async fn list(store: &Store, assignment: i64) -> Result<Vec<Comment>> {
    let rows = comment::Entity::find()
        .filter(comment::Column::AssignmentId.eq(assignment))
        .order_by_asc(comment::Column::Id)
        .all(store.reader())
        .await?;
    let view =
        |row: comment::Model| Ok(Comment { user_name: row.user_name, at: instant(row.at)?, text: row.text });
    rows.into_iter().map(view).collect()
}

/// Adds a comment.
///
/// # Errors
/// An empty or overlong text; no such assignment.
pub async fn add(store: &Store, actor: &Actor, assignment_id: i64, text: &str) -> Result<()> {
    let text = written(text)?;
    if text.is_empty() {
        return Err(Error::refused("请填写意见内容。"));
    }
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                if assignment::Entity::find_by_id(assignment_id).one(&transaction.db).await?.is_none() {
                    return Err(Error::NotFound("该项任务"));
                }
                let row = comment::ActiveModel {
                    id: NotSet,
                    assignment_id: Set(assignment_id),
                    user_id: Set(transaction.user),
                    user_name: Set(transaction.user_name.clone()),
                    at: Set(transaction.now),
                    text: Set(text.clone()),
                };
                row.insert(&transaction.db).await?;
                transaction.note(Action::CommentAdded, "assignment", assignment_id, &text);
                Ok(())
            })
        })
        .await
}
