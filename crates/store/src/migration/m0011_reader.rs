//! What readers send and are sent: error reports, subscriptions by mail; and where else a disclosure goes: other systems
//! that are told, accounts to which it is forwarded.

use super::m0001_foundation::{create_indexes, linked, table};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, boolean, integer, integer_null, text, text_null,
};

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        linked(
            "error_report",
            vec![
                big_pk_auto("id"),
                text("code"),
                big_integer_null("unit_id"),
                text("path"),
                text("kind"),
                text("text"),
                text_null("contact"),
                text("state"),
                text("due_on"),
                big_integer("received_at"),
                text("answer"),
                text("answered_by_name"),
                big_integer_null("answered_at"),
            ],
            &[("unit_id", "unit")],
        ),
        table(
            "subscription",
            vec![
                big_pk_auto("id"),
                text("email"),
                text("email_tag"),
                text("topic"),
                text("rhythm"),
                text("token"),
                big_integer("asked_at"),
                big_integer_null("asked_mail_at"),
                big_integer_null("confirmed_at"),
                big_integer("cursor"),
                text_null("last_on"),
                integer("attempts"),
                big_integer("next_at"),
            ],
        ),
        table(
            "webhook",
            vec![
                big_pk_auto("id"),
                text("name"),
                text("url"),
                text("secret"),
                boolean("active"),
                big_integer("cursor"),
                text("created_by_name"),
                big_integer("created_at"),
            ],
        ),
        linked(
            "webhook_delivery",
            vec![
                big_pk_auto("id"),
                big_integer("webhook_id"),
                big_integer("sequence"),
                text("body"),
                text("state"),
                integer("attempts"),
                big_integer("next_at"),
                integer_null("status"),
                text("error"),
                big_integer_null("sent_at"),
            ],
            &[("webhook_id", "webhook")],
        ),
        linked(
            "dispatch",
            vec![
                big_pk_auto("id"),
                big_integer("disclosure_id"),
                text("channel"),
                text("account"),
                text("state"),
                text("link"),
                text("remark"),
                big_integer_null("done_at"),
                text("changed_by_name"),
                big_integer("changed_at"),
            ],
            &[("disclosure_id", "disclosure")],
        ),
    ]
}

/// `(table, columns, unique)`.
const INDEXES: &[(&str, &[&str], bool)] = &[
    ("error_report", &["code"], true),
    ("error_report", &["state", "due_on"], false),
    ("subscription", &["email_tag", "topic"], true),
    ("subscription", &["token"], true),
    ("subscription", &["next_at"], false),
    ("webhook_delivery", &["webhook_id", "sequence"], true),
    ("webhook_delivery", &["state", "next_at"], false),
    ("dispatch", &["disclosure_id"], false),
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
