//! Standard catalogues: drafts, versions in force, the permanent codes of items.

use super::m0001_foundation::{create_indexes, linked};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, integer, integer_null, text, text_null,
};

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        linked(
            "catalogue",
            vec![
                big_pk_auto("id"),
                big_integer("region_id"),
                big_integer("unit_id"),
                // Empty for the unit's own: two missing values would not be the same to an index.
                text("sector"),
                text("title"),
                text("phase"),
                text_null("draft"),
                text("reason"),
                integer("items"),
                integer_null("current"),
                big_integer_null("parent_id"),
                integer_null("parent_number"),
                text("powers"),
                text("changed_by_name"),
                big_integer("changed_at"),
                big_integer("version"),
            ],
            &[("region_id", "region"), ("unit_id", "unit"), ("parent_id", "catalogue")],
        ),
        linked(
            "catalogue_version",
            vec![
                big_pk_auto("id"),
                big_integer("catalogue_id"),
                integer("number"),
                text("content"),
                text("reason"),
                text("summary"),
                text("published_by_name"),
                big_integer("published_at"),
                big_integer_null("withdrawn_at"),
                text("withdrawn_reason"),
            ],
            &[("catalogue_id", "catalogue")],
        ),
        linked(
            "catalogue_item",
            vec![
                big_pk_auto("id"),
                text("code"),
                big_integer("catalogue_id"),
                integer("first_number"),
                integer("last_number"),
                text("name"),
            ],
            &[("catalogue_id", "catalogue")],
        ),
    ]
}

/// `(table, columns, unique)`.
const INDEXES: &[(&str, &[&str], bool)] = &[
    ("catalogue", &["unit_id", "sector"], true),
    ("catalogue", &["sector", "phase"], false),
    ("catalogue_version", &["catalogue_id", "number"], true),
    ("catalogue_item", &["catalogue_id", "code"], true),
    ("catalogue_item", &["code"], false),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        create_indexes(manager, INDEXES).await
    }
}
