//! Calendar feeds: a secret address for each unit, because calendar programs cannot sign in. A new address ends the
//! old one.

use crate::commit::Transaction;
use crate::entity::feed;
use crate::secret::{token, token_hash};
use crate::{Result, Store};
use domain::journal::Action;
use domain::role::Actor;
use domain::unit::UnitId;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};

/// Makes a unit's feed address; returns its token, which is not kept.
///
/// # Errors
/// The database's.
pub async fn issue(store: &Store, actor: &Actor, unit: UnitId) -> Result<String> {
    let token = token()?;
    let hash = token_hash(&token);
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                end(transaction, unit).await?;
                let row = feed::ActiveModel {
                    id: NotSet,
                    unit_id: Set(unit),
                    token_hash: Set(hash),
                    created_by_name: Set(transaction.user_name.clone()),
                    created_at: Set(transaction.now),
                    revoked_at: Set(None),
                };
                row.insert(&transaction.db).await?;
                transaction.note(Action::FeedIssued, "unit", unit, "日历订阅");
                Ok(())
            })
        })
        .await?;
    Ok(token)
}

async fn end(transaction: &Transaction, unit: UnitId) -> Result<u64> {
    let ended = feed::Entity::update_many()
        .col_expr(feed::Column::RevokedAt, Expr::value(Some(transaction.now)))
        .filter(feed::Column::UnitId.eq(unit))
        .filter(feed::Column::RevokedAt.is_null())
        .exec(&transaction.db)
        .await?;
    Ok(ended.rows_affected)
}

/// Ends a unit's feed address.
///
/// # Errors
/// The database's.
pub async fn revoke(store: &Store, actor: &Actor, unit: UnitId) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                if end(transaction, unit).await? > 0 {
                    transaction.note(Action::FeedRevoked, "unit", unit, "日历订阅");
                }
                Ok(())
            })
        })
        .await
}

/// The unit of a feed's token.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, token: &str) -> Result<Option<UnitId>> {
    let row = feed::Entity::find()
        .filter(feed::Column::TokenHash.eq(token_hash(token)))
        .filter(feed::Column::RevokedAt.is_null())
        .one(store.reader())
        .await?;
    Ok(row.map(|row| row.unit_id))
}

/// Whether a unit has a feed address.
///
/// # Errors
/// The database's.
pub async fn exists(store: &Store, unit: UnitId) -> Result<bool> {
    let row = feed::Entity::find()
        .filter(feed::Column::UnitId.eq(unit))
        .filter(feed::Column::RevokedAt.is_null())
        .one(store.reader())
        .await?;
    Ok(row.is_some())
}
