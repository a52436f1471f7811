//! The transparency log: its entries and the hashes of the complete subtrees over them.

use super::m0001_foundation::{create_indexes, table};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text};

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

fn number_key(name: &'static str) -> ColumnDef {
    big_integer(name).primary_key().take()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let entry = vec![
            number_key("position"),
            text("entry"),
            text("subject_kind"),
            big_integer("subject_id"),
            integer("number"),
        ];
        manager.create_table(table("log_entry", entry)).await?;
        // The level in the upper bits, the position within it in the lower 48.
        manager.create_table(table("log_node", vec![number_key("place"), text("hash")])).await?;
        create_indexes(manager, &[("log_entry", &["subject_kind", "subject_id"], false)]).await
    }
}
