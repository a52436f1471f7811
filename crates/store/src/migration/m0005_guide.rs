//! The guide (标准指引) a catalogue was begun from, as it stood then: what a newer one is merged against.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter();
        change.table(Alias::new("catalogue")).add_column(text_null("guide"));
        manager.alter_table(change.take()).await
    }
}
