//! Disclosure on request: cases with what happened to them, who asked (sealed, apart), files and letters (sealed), notices
//! to applicants, disputes; what an office's letters say of it, and the templates it changed.

use super::m0001_foundation::{create_indexes, linked, table, text_key};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, boolean, integer, text, text_null,
};

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

fn case() -> TableCreateStatement {
    linked(
        "request",
        vec![
            big_pk_auto("id"),
            integer("year"),
            big_integer("serial"),
            big_integer("unit_id"),
            text("code_tag"),
            text_null("form_tag"),
            text("identity_tag"),
            text("applicant_kind"),
            text("way"),
            text("providing"),
            text("obtaining"),
            text("wanted"),
            text("arrived_on"),
            text("state"),
            text_null("due_on"),
            text_null("latest_on"),
            text_null("waits_until"),
            text_null("legal_on"),
            boolean("provisional"),
            text_null("received_on"),
            text_null("ended_on"),
            text_null("outcome"),
            text("registered_by_name"),
            big_integer("created_at"),
            text("changed_by_name"),
            big_integer("changed_at"),
            big_integer("version"),
        ],
        &[("unit_id", "unit")],
    )
}

fn parts() -> Vec<TableCreateStatement> {
    let of = &[("request_id", "request")];
    vec![
        linked(
            "request_applicant",
            vec![big_integer("request_id").primary_key().take(), text("content")],
            of,
        ),
        linked(
            "request_event",
            vec![
                big_pk_auto("id"),
                big_integer("request_id"),
                text("kind"),
                text("on_day"),
                text("content"),
                text("by_name"),
                big_integer("at"),
            ],
            of,
        ),
        linked(
            "request_proposal",
            vec![
                big_pk_auto("id"),
                big_integer("request_id"),
                text("kind"),
                text("content"),
                text("state"),
                text("reason"),
                big_integer_null("proposed_by"),
                text("proposed_by_name"),
                big_integer("proposed_at"),
                text("decided_by_name"),
                big_integer_null("decided_at"),
            ],
            of,
        ),
        linked(
            "request_file",
            vec![
                big_pk_auto("id"),
                big_integer("request_id"),
                text("purpose"),
                text("name"),
                text("media_type"),
                big_integer("bytes"),
                big_integer("attachment_id"),
                boolean("removed"),
                text("by_name"),
                big_integer("at"),
            ],
            &[("request_id", "request"), ("attachment_id", "attachment")],
        ),
        linked(
            "request_letter",
            vec![
                big_pk_auto("id"),
                big_integer("request_id"),
                big_integer_null("event_id"),
                text("kind"),
                text("word"),
                integer("year"),
                big_integer("serial"),
                text("content"),
                text("issued_by_name"),
                big_integer("issued_at"),
                text_null("delivered_on"),
                text("delivery"),
                big_integer_null("proof_id"),
            ],
            &[("request_id", "request"), ("event_id", "request_event"), ("proof_id", "request_file")],
        ),
        linked(
            "request_notice",
            vec![
                big_pk_auto("id"),
                big_integer("request_id"),
                text("text"),
                big_integer("at"),
                text("mail_state"),
                integer("mail_attempts"),
                big_integer("mail_next_at"),
            ],
            of,
        ),
        linked(
            "request_dispute",
            vec![
                big_pk_auto("id"),
                big_integer("request_id"),
                text("kind"),
                text("body"),
                text("number"),
                text("started_on"),
                text_null("ended_on"),
                text_null("result"),
                text("remark"),
                text("by_name"),
                big_integer("at"),
            ],
            of,
        ),
    ]
}

fn settings() -> Vec<TableCreateStatement> {
    vec![
        linked(
            "request_office",
            vec![
                big_integer("unit_id").primary_key().take(),
                text("agency"),
                text("word"),
                text("reviewer"),
                text("court"),
                text("contact_name"),
                text("contact_phone"),
                text("address"),
                text("payment"),
                text("changed_by_name"),
                big_integer("changed_at"),
            ],
            &[("unit_id", "unit")],
        ),
        table(
            "letter_template",
            vec![text_key("kind"), text("content"), text("changed_by_name"), big_integer("changed_at")],
        ),
    ]
}

/// `(table, columns, unique)`.
const INDEXES: &[(&str, &[&str], bool)] = &[
    ("request", &["year", "serial"], true),
    ("request", &["code_tag"], true),
    ("request", &["form_tag"], true),
    ("request", &["identity_tag", "received_on"], false),
    ("request", &["legal_on", "id"], false),
    ("request", &["unit_id", "legal_on"], false),
    ("request", &["ended_on"], false),
    ("request_event", &["request_id"], false),
    ("request_proposal", &["request_id"], false),
    ("request_proposal", &["state"], false),
    ("request_file", &["request_id"], false),
    ("request_letter", &["request_id"], false),
    ("request_letter", &["word", "year", "serial"], true),
    ("request_notice", &["request_id"], false),
    ("request_notice", &["mail_state", "mail_next_at"], false),
    ("request_dispute", &["request_id"], false),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(case()).await?;
        for table in parts().into_iter().chain(settings()) {
            manager.create_table(table).await?;
        }
        create_indexes(manager, INDEXES).await
    }
}
