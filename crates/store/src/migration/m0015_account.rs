//! The ledger of accounts, what is done to them and how they are published to; dispatches point to an account, may have a
//! time ahead of them and be sent by the program.

use super::m0001_foundation::{create_indexes, linked};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, text, text_null};

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        linked(
            "account",
            vec![
                big_pk_auto("id"),
                text("name"),
                text("platform"),
                text("number"),
                big_integer("host_id"),
                text("state"),
                text("content"),
                text_null("audited_on"),
                big_integer("changed_at"),
            ],
            &[("host_id", "unit")],
        ),
        linked(
            "account_publisher",
            vec![
                big_pk_auto("id"),
                big_integer("account_id"),
                text("sealed"),
                text("changed_by_name"),
                big_integer("changed_at"),
            ],
            &[("account_id", "account")],
        ),
        linked(
            "account_event",
            vec![
                big_pk_auto("id"),
                big_integer("account_id"),
                text("act"),
                text("reason"),
                text("before"),
                text("after"),
                big_integer_null("proposed_by"),
                text("proposed_by_name"),
                big_integer("proposed_at"),
                text("decision"),
                text("decided_by_name"),
                big_integer_null("decided_at"),
                text("remark"),
            ],
            &[("account_id", "account")],
        ),
    ]
}

/// `(table, columns, unique)`.
const INDEXES: &[(&str, &[&str], bool)] = &[
    ("account", &["host_id"], false),
    ("account_publisher", &["account_id"], true),
    ("account_event", &["account_id"], false),
    ("account_event", &["decision"], false),
    ("dispatch", &["account_id"], false),
    ("dispatch", &["next_at"], false),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        // One column a statement: SQLite takes no more.
        let columns = ["account_id", "planned_at", "next_at", "attempts"].map(big_integer_null);
        for column in columns.into_iter().chain([text_null("error")]) {
            let mut change = Table::alter();
            change.table(Alias::new("dispatch")).add_column(column);
            manager.alter_table(change.take()).await?;
        }
        create_indexes(manager, INDEXES).await
    }
}
