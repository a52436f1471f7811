//! Annual reports, one a unit or region and year: what people write of them, and the disclosure each was handed in as.

use super::m0001_foundation::{create_indexes, linked};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, integer, text};

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
            integer("year"),
            text("content"),
            // A disclosure that was never public may be thrown away.
            big_integer_null("disclosure_id"),
            text("changed_by_name"),
            big_integer("changed_at"),
            big_integer("version"),
        ];
        let references = [("unit_id", "unit"), ("region_id", "region")];
        manager.create_table(linked("annual_report", columns, &references)).await?;
        create_indexes(manager, &[("annual_report", &["year"], false)]).await
    }
}
