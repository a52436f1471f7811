//! What the scan before publication rests on: the office's own words, and reasons for leaving something as it is.

use super::m0001_foundation::{create_indexes, linked, table, text_key};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_pk_auto, boolean, text};

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let waiver = vec![
            big_pk_auto("id"),
            big_integer("disclosure_id"),
            // What was found, by its fingerprint: the words themselves are not kept twice.
            text("mark"),
            text("what"),
            text("reason"),
            text("user_name"),
            big_integer("at"),
        ];
        manager.create_table(linked("disclosure_waiver", waiver, &[("disclosure_id", "disclosure")])).await?;
        create_indexes(manager, &[("disclosure_waiver", &["disclosure_id", "mark"], false)]).await?;
        let wording = vec![
            text_key("word"),
            text("rule"),
            text("right"),
            text("reason"),
            boolean("removed"),
            text("user_name"),
            big_integer("at"),
        ];
        manager.create_table(table("wording", wording)).await
    }
}
