//! Comments on the cells of a catalogue's draft.

use super::m0001_foundation::{create_indexes, linked};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, text};

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = vec![
            big_pk_auto("id"),
            big_integer("catalogue_id"),
            text("item_code"),
            // Empty for the item as a whole.
            text("field"),
            text("text"),
            text("user_name"),
            big_integer("at"),
            text("resolved_by_name"),
            big_integer_null("resolved_at"),
        ];
        let table = linked("catalogue_comment", columns, &[("catalogue_id", "catalogue")]);
        manager.create_table(table).await?;
        create_indexes(manager, &[("catalogue_comment", &["catalogue_id", "resolved_at"], false)]).await
    }
}
