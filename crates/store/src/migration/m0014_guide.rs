//! Disclosure guides (公开指南), one a unit or region.

use super::m0001_foundation::linked;
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
            big_integer_null("unit_id"),
            big_integer_null("region_id"),
            text("content"),
            text("changed_by_name"),
            big_integer("changed_at"),
            big_integer("version"),
        ];
        let references = [("unit_id", "unit"), ("region_id", "region")];
        manager.create_table(linked("guide", columns, &references)).await
    }
}
