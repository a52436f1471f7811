//! Review routes, days away and reviews handed on; the route a draft was handed in under.

use super::m0001_foundation::{create_indexes, linked};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, boolean, text, text_null};

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        linked(
            "review_route",
            vec![
                big_pk_auto("id"),
                big_integer_null("unit_id"),
                big_integer_null("region_id"),
                text_null("kind"),
                text("stages"),
                text("basis"),
                text("changed_by_name"),
                big_integer("changed_at"),
                big_integer("version"),
            ],
            &[("unit_id", "unit"), ("region_id", "region")],
        ),
        linked(
            "absence",
            vec![
                big_pk_auto("id"),
                big_integer("user_id"),
                text("from_on"),
                text("until_on"),
                text("reason"),
                boolean("away"),
                big_integer_null("delegate_id"),
                big_integer("noted_at"),
                big_integer_null("ended_at"),
            ],
            &[("user_id", "user"), ("delegate_id", "user")],
        ),
    ]
}

/// `(table, columns, unique)`.
const INDEXES: &[(&str, &[&str], bool)] =
    &[("absence", &["user_id", "until_on"], false), ("absence", &["delegate_id", "until_on"], false)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        create_indexes(manager, INDEXES).await?;
        let mut change = Table::alter();
        change.table(Alias::new("disclosure")).add_column(text_null("route"));
        manager.alter_table(change.take()).await
    }
}
