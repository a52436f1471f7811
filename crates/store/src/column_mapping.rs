//! Column mappings (表头对应关系) a person corrected, remembered by the header they were made for.

use crate::entity::column_mapping::{ActiveModel, Entity};
use crate::{Result, Store};
use domain::journal::Action;
use domain::role::Actor;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait};
use serde_json::Value;

/// The mapping remembered for a header.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, signature: &str) -> Result<Option<Value>> {
    let row = Entity::find_by_id(signature.to_owned()).one(store.reader()).await?;
    Ok(row.map(|row| serde_json::from_str(&row.mapping)).transpose()?)
}

/// Remembers a mapping; a later one takes its place.
///
/// # Errors
/// The database's.
pub async fn remember(store: &Store, actor: &Actor, signature: &str, mapping: &Value) -> Result<()> {
    let (signature, mapping) = (signature.to_owned(), mapping.clone());
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let known = Entity::find_by_id(signature.clone()).one(&transaction.db).await?;
                let row = ActiveModel {
                    signature: Set(signature),
                    mapping: Set(mapping.to_string()),
                    remembered_at: Set(transaction.now),
                };
                let before = known.as_ref().map(|known| known.mapping.clone());
                if known.is_some() {
                    row.update(&transaction.db).await?;
                } else {
                    Entity::insert(row).exec_without_returning(&transaction.db).await?;
                }
                transaction.record(
                    Action::MappingRemembered,
                    "column_mapping",
                    0,
                    before.as_ref(),
                    Some(&mapping),
                )
            })
        })
        .await
}
