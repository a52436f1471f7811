//! Taking what waits to be sent, mails and messages: one node takes it, and for a while no other does. What a node that
//! stopped half-way had taken is taken again afterwards.

use crate::{Result, Store};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ModelTrait, QueryFilter, QueryOrder, QuerySelect, Select};

/// How long what was taken is left alone: more than a batch may take to send.
const LEASE: i64 = 10 * 60 * 1_000_000;

/// Takes those of some rows whose time (`next`) has come, the longest waiting first.
pub(crate) async fn take<E: EntityTrait>(
    store: &Store,
    waiting: Select<E>,
    (id, next): (E::Column, E::Column),
    limit: u64,
) -> Result<Vec<E::Model>> {
    let due = waiting.filter(next.lte(store.now())).order_by_asc(next).order_by_asc(id).limit(limit);
    // Mostly nothing waits, and looking is cheaper than writing.
    if due.clone().one(store.reader()).await?.is_none() {
        return Ok(Vec::new());
    }
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                // Writers follow one another: nobody takes them between looking and noting.
                let found = due.all(&transaction.db).await?;
                E::update_many()
                    .col_expr(next, Expr::value(transaction.now + LEASE))
                    .filter(id.is_in(found.iter().map(|row| row.get(id))))
                    .exec(&transaction.db)
                    .await?;
                Ok(found)
            })
        })
        .await
}
