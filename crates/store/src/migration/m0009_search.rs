//! What people searched for and did not find.

use super::m0001_foundation::{table, text_key};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer;

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = vec![text_key("words"), big_integer("times"), big_integer("last_at")];
        manager.create_table(table("search_miss", columns)).await
    }
}
