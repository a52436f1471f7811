//! What people searched for and did not find: the words and how often, never who. It says nothing about the county's record,
//! so it is bookkeeping.

use crate::entity::search_miss::{ActiveModel, Column, Entity};
use crate::instant::instant;
use crate::text::{masked, printable};
use crate::{Result, Store};
use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, PaginatorTrait, QueryOrder, QuerySelect};

/// Words that were searched for in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// What was typed; numbers of people are masked.
    pub words: String,
    /// How often.
    pub times: i64,
    /// The last time.
    pub last_at: Timestamp,
}

/// Characters of a search that are kept.
const CHARACTERS_MAX: usize = 40;
/// Different searches that are kept; when there are more, new ones are not.
const KEPT_MAX: u64 = 5_000;

/// Counts a search that found nothing.
///
/// # Errors
/// The database's.
pub async fn count(store: &Store, typed: &str) -> Result<()> {
    let words: String = printable(typed.trim()).chars().take(CHARACTERS_MAX).collect();
    let words = masked(&words);
    if words.is_empty() {
        return Ok(());
    }
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let known = Entity::find_by_id(words.clone()).one(&transaction.db).await?;
                let times = known.as_ref().map_or(0, |known| known.times) + 1;
                let row = ActiveModel { words: Set(words), times: Set(times), last_at: Set(transaction.now) };
                if known.is_some() {
                    row.update(&transaction.db).await?;
                } else if Entity::find().count(&transaction.db).await? < KEPT_MAX {
                    Entity::insert(row).exec_without_returning(&transaction.db).await?;
                }
                Ok(())
            })
        })
        .await
}

/// The most frequent searches that found nothing.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, most: u64) -> Result<Vec<Miss>> {
    let rows = Entity::find()
        .order_by_desc(Column::Times)
        .order_by_desc(Column::LastAt)
        .limit(most)
        .all(store.reader())
        .await?;
    rows.into_iter()
        .map(|row| Ok(Miss { words: row.words, times: row.times, last_at: instant(row.last_at)? }))
        .collect()
}
