//! Disclosures: drafts, versions, the items they answer to, links between policy files, reviews.

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
            "disclosure",
            vec![
                big_pk_auto("id"),
                big_integer("unit_id"),
                text("state"),
                text_null("draft"),
                text("draft_title"),
                text("reason"),
                big_integer_null("obligation_id"),
                big_integer_null("submitted_by"),
                text("passed"),
                big_integer_null("scheduled_at"),
                integer_null("current"),
                text("index_number"),
                text("title"),
                text("kind"),
                text("subject"),
                text("document_number"),
                text("summary"),
                text_null("formed_on"),
                text_null("effective_on"),
                text_null("expires_on"),
                big_integer_null("published_at"),
                big_integer_null("revised_at"),
                big_integer_null("withdrawn_at"),
                text("withdrawn_reason"),
                text("changed_by_name"),
                big_integer("changed_at"),
                big_integer("version"),
            ],
            &[("unit_id", "unit")],
        ),
        linked(
            "disclosure_version",
            vec![
                big_pk_auto("id"),
                big_integer("disclosure_id"),
                integer("number"),
                text("content"),
                text("reason"),
                text("published_by_name"),
                big_integer("published_at"),
            ],
            &[("disclosure_id", "disclosure")],
        ),
        linked(
            "disclosure_item",
            vec![
                big_pk_auto("id"),
                big_integer("disclosure_id"),
                big_integer("catalogue_id"),
                text("item_code"),
                text("sector"),
            ],
            &[("disclosure_id", "disclosure"), ("catalogue_id", "catalogue")],
        ),
        linked(
            "disclosure_link",
            vec![big_pk_auto("id"), big_integer("from_id"), big_integer("to_id"), text("kind")],
            &[("from_id", "disclosure"), ("to_id", "disclosure")],
        ),
        linked(
            "disclosure_review",
            vec![
                big_pk_auto("id"),
                big_integer("disclosure_id"),
                text("review"),
                text("outcome"),
                text("remark"),
                text("user_name"),
                big_integer("at"),
            ],
            &[("disclosure_id", "disclosure")],
        ),
    ]
}

/// `(table, columns, unique)`.
const INDEXES: &[(&str, &[&str], bool)] = &[
    ("disclosure", &["unit_id", "state"], false),
    ("disclosure", &["published_at"], false),
    ("disclosure", &["index_number"], false),
    ("disclosure_version", &["disclosure_id", "number"], true),
    ("disclosure_item", &["disclosure_id"], false),
    ("disclosure_item", &["catalogue_id", "item_code"], false),
    ("disclosure_item", &["sector"], false),
    ("disclosure_link", &["from_id"], false),
    ("disclosure_link", &["to_id"], false),
    ("disclosure_review", &["disclosure_id"], false),
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
