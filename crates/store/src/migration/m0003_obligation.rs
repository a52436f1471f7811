//! Obligations: items falling due, and when what they ask for became public.

use super::m0001_foundation::{create_indexes, linked};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_pk_auto, boolean, text, text_null};

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

fn table() -> TableCreateStatement {
    linked(
        "obligation",
        vec![
            big_pk_auto("id"),
            big_integer("catalogue_id"),
            big_integer("unit_id"),
            text("sector"),
            text("item_code"),
            text("item_name"),
            text("about"),
            text("cause"),
            text("cause_on"),
            text("due_on"),
            boolean("due_known"),
            text("basis"),
            text_null("published_on"),
            text("address"),
            text("changed_by_name"),
            big_integer("changed_at"),
            big_integer("version"),
        ],
        &[("catalogue_id", "catalogue"), ("unit_id", "unit")],
    )
}

/// `(table, columns, unique)`. The same information of an item is noted once.
const INDEXES: &[(&str, &[&str], bool)] = &[
    ("obligation", &["catalogue_id", "item_code", "cause", "cause_on", "about"], true),
    ("obligation", &["unit_id", "published_on", "due_on"], false),
    ("obligation", &["due_on"], false),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table()).await?;
        create_indexes(manager, INDEXES).await
    }
}
