//! The first tables: units, people, files, plans, progress, supervision, the journal.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, boolean, integer, text, text_null,
};

/// The step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

pub(super) fn table(name: &str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name));
    for column in columns {
        table.col(column);
    }
    table.take()
}

fn refer(table: &mut TableCreateStatement, from: &str, column: &str, to: &str) {
    table.foreign_key(
        ForeignKey::create().from(Alias::new(from), Alias::new(column)).to(Alias::new(to), Alias::new("id")),
    );
}

/// A table whose columns in `references` name the table they point to.
pub(super) fn linked(
    name: &str,
    columns: Vec<ColumnDef>,
    references: &[(&str, &str)],
) -> TableCreateStatement {
    let mut table = table(name, columns);
    for (column, to) in references {
        refer(&mut table, name, column, to);
    }
    table
}

pub(super) fn text_key(name: &'static str) -> ColumnDef {
    text(name).primary_key().take()
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        linked(
            "region",
            vec![big_pk_auto("id"), text("code"), text("name"), text("tier"), big_integer_null("parent_id")],
            &[("parent_id", "region")],
        ),
        linked(
            "unit",
            vec![
                big_pk_auto("id"),
                big_integer("region_id"),
                text("name"),
                text("kind"),
                big_integer("version"),
            ],
            &[("region_id", "region")],
        ),
        linked(
            "unit_alias",
            vec![big_pk_auto("id"), big_integer("unit_id"), text("name")],
            &[("unit_id", "unit")],
        ),
        table("unit_group", vec![big_pk_auto("id"), text("name"), big_integer("version")]),
        linked(
            "unit_group_alias",
            vec![big_pk_auto("id"), big_integer("group_id"), text("name")],
            &[("group_id", "unit_group")],
        ),
        linked(
            "unit_group_member",
            vec![big_pk_auto("id"), big_integer("group_id"), big_integer("unit_id")],
            &[("group_id", "unit_group"), ("unit_id", "unit")],
        ),
        table("counter", vec![text_key("name"), big_integer("value")]),
        linked(
            "user",
            vec![
                big_pk_auto("id"),
                text("login"),
                text("name"),
                big_integer("unit_id"),
                text_null("email"),
                text("password_hash"),
                boolean("active"),
                boolean("must_change_password"),
                integer("failed_attempts"),
                big_integer_null("locked_until"),
                big_integer("version"),
            ],
            &[("unit_id", "unit")],
        ),
        linked(
            "user_grant",
            vec![
                big_pk_auto("id"),
                big_integer("user_id"),
                text("role"),
                big_integer_null("unit_id"),
                big_integer_null("region_id"),
            ],
            &[("user_id", "user"), ("unit_id", "unit"), ("region_id", "region")],
        ),
        linked(
            "session",
            vec![
                text_key("token_hash"),
                big_integer("user_id"),
                big_integer("created_at"),
                big_integer("last_seen_at"),
            ],
            &[("user_id", "user")],
        ),
        linked(
            "attachment",
            vec![
                big_pk_auto("id"),
                text("hash"),
                text("name"),
                text("media_type"),
                big_integer("bytes"),
                big_integer_null("created_by"),
                big_integer("created_at"),
            ],
            &[("created_by", "user")],
        ),
        table("column_mapping", vec![text_key("signature"), text("mapping"), big_integer("remembered_at")]),
        linked(
            "plan",
            vec![
                big_pk_auto("id"),
                big_integer("region_id"),
                text("title"),
                text("layout"),
                big_integer("accepted_at"),
                big_integer_null("published_at"),
            ],
            &[("region_id", "region")],
        ),
        linked(
            "plan_draft",
            vec![
                big_pk_auto("id"),
                big_integer("region_id"),
                big_integer("attachment_id"),
                text("file_name"),
                text("title"),
                text("plan"),
                text("document"),
                text("mapping"),
                text("findings"),
                text("resolutions"),
                text("state"),
                big_integer_null("plan_id"),
                big_integer_null("created_by"),
                big_integer("created_at"),
                text("changed_by_name"),
                big_integer("changed_at"),
                big_integer("version"),
            ],
            &[
                ("region_id", "region"),
                ("attachment_id", "attachment"),
                ("plan_id", "plan"),
                ("created_by", "user"),
            ],
        ),
        linked(
            "task",
            vec![
                big_pk_auto("id"),
                big_integer("plan_id"),
                integer("position"),
                text("number"),
                text("name"),
                text("section"),
            ],
            &[("plan_id", "plan")],
        ),
        linked(
            "assignment",
            vec![
                big_pk_auto("id"),
                big_integer("plan_id"),
                big_integer("task_id"),
                integer("position"),
                text("content"),
                text("mentions"),
                text("due"),
                text_null("due_from"),
                text_null("due_on"),
                text("remark"),
                text("extra"),
                text("changed_by_name"),
                big_integer("changed_at"),
                big_integer("version"),
            ],
            &[("plan_id", "plan"), ("task_id", "task")],
        ),
        linked(
            "responsibility",
            vec![
                big_pk_auto("id"),
                big_integer("assignment_id"),
                big_integer("plan_id"),
                big_integer("unit_id"),
                text("role"),
                text("named_as"),
                text("state"),
                integer("percent"),
                text_null("due_on"),
                big_integer_null("reported_at"),
                big_integer_null("completed_at"),
                text("changed_by_name"),
                big_integer("changed_at"),
                big_integer("version"),
            ],
            &[("assignment_id", "assignment"), ("plan_id", "plan"), ("unit_id", "unit")],
        ),
        linked(
            "progress_report",
            vec![
                big_pk_auto("id"),
                big_integer("responsibility_id"),
                big_integer_null("user_id"),
                text("user_name"),
                big_integer("at"),
                text("state"),
                integer("percent"),
                text("text"),
            ],
            &[("responsibility_id", "responsibility"), ("user_id", "user")],
        ),
        linked(
            "evidence",
            vec![
                big_pk_auto("id"),
                big_integer("responsibility_id"),
                text("kind"),
                big_integer_null("attachment_id"),
                text_null("url"),
                text("text"),
                big_integer_null("user_id"),
                text("user_name"),
                big_integer("at"),
            ],
            &[("responsibility_id", "responsibility"), ("attachment_id", "attachment"), ("user_id", "user")],
        ),
        linked(
            "comment",
            vec![
                big_pk_auto("id"),
                big_integer("assignment_id"),
                big_integer_null("user_id"),
                text("user_name"),
                big_integer("at"),
                text("text"),
            ],
            &[("assignment_id", "assignment"), ("user_id", "user")],
        ),
        linked(
            "supervision_notice",
            vec![
                big_pk_auto("id"),
                text("agency"),
                integer("year"),
                big_integer("serial"),
                big_integer("responsibility_id"),
                big_integer("unit_id"),
                text("facts"),
                text("requirement"),
                text("due_on"),
                text("state"),
                text("issued_by_name"),
                big_integer("issued_at"),
                text_null("answer"),
                big_integer_null("answer_attachment_id"),
                text_null("answered_by_name"),
                big_integer_null("answered_at"),
                text_null("returned_reason"),
                big_integer_null("closed_at"),
                text("changed_by_name"),
                big_integer("changed_at"),
                big_integer("version"),
            ],
            &[
                ("responsibility_id", "responsibility"),
                ("unit_id", "unit"),
                ("answer_attachment_id", "attachment"),
            ],
        ),
        linked(
            "notification",
            vec![
                big_pk_auto("id"),
                big_integer("user_id"),
                big_integer("at"),
                text("subject"),
                text("body"),
                text("link"),
                text("dedup_key"),
                big_integer_null("read_at"),
                text("mail_state"),
                integer("mail_attempts"),
                big_integer("mail_next_at"),
            ],
            &[("user_id", "user")],
        ),
        linked(
            "reminder",
            vec![big_pk_auto("id"), big_integer("responsibility_id"), text("stage"), big_integer("at")],
            &[("responsibility_id", "responsibility")],
        ),
        linked(
            "feed",
            vec![
                big_pk_auto("id"),
                big_integer("unit_id"),
                text("token_hash"),
                text("created_by_name"),
                big_integer("created_at"),
                big_integer_null("revoked_at"),
            ],
            &[("unit_id", "unit")],
        ),
        table(
            "journal",
            vec![
                big_integer("sequence").primary_key().take(),
                big_integer("at"),
                big_integer_null("actor_id"),
                text("actor_name"),
                text("action"),
                text("subject_kind"),
                big_integer("subject_id"),
                text_null("before"),
                text_null("after"),
                text("previous"),
                text("hash"),
            ],
        ),
        table(
            "journal_head",
            vec![
                big_integer("id").primary_key().take(),
                big_integer("sequence"),
                text("hash"),
                big_integer("epoch"),
            ],
        ),
    ]
}

/// `(table, columns, unique)`: what is looked for, and what may exist only once.
const INDEXES: &[(&str, &[&str], bool)] = &[
    ("region", &["code"], true),
    ("unit", &["name"], true),
    ("unit_alias", &["unit_id", "name"], true),
    ("unit_group", &["name"], true),
    ("unit_group_alias", &["group_id", "name"], true),
    ("unit_group_member", &["group_id", "unit_id"], true),
    ("user", &["login"], true),
    ("user", &["unit_id"], false),
    ("user_grant", &["user_id"], false),
    ("session", &["user_id"], false),
    ("attachment", &["hash"], false),
    ("task", &["plan_id", "position"], false),
    ("assignment", &["plan_id", "position"], false),
    ("assignment", &["task_id", "position"], false),
    ("assignment", &["due_on", "plan_id", "position"], false),
    ("responsibility", &["assignment_id", "unit_id"], true),
    ("responsibility", &["unit_id", "state", "due_on", "assignment_id"], false),
    ("responsibility", &["plan_id", "state"], false),
    ("responsibility", &["state", "due_on", "assignment_id"], false),
    ("progress_report", &["responsibility_id"], false),
    ("evidence", &["responsibility_id"], false),
    ("comment", &["assignment_id"], false),
    ("supervision_notice", &["agency", "year", "serial"], true),
    ("supervision_notice", &["unit_id", "state"], false),
    ("supervision_notice", &["responsibility_id"], false),
    ("notification", &["user_id", "dedup_key"], true),
    ("notification", &["mail_state", "mail_next_at"], false),
    ("reminder", &["responsibility_id", "stage"], true),
    ("feed", &["token_hash"], true),
    ("journal", &["subject_kind", "subject_id"], false),
];

/// Makes indexes, named after what they hold.
pub(super) async fn create_indexes(
    manager: &SchemaManager<'_>,
    indexes: &[(&str, &[&str], bool)],
) -> Result<(), DbErr> {
    for (table, columns, unique) in indexes {
        let mut index = Index::create();
        index.name(format!("index_{table}_{}", columns.join("_"))).table(Alias::new(*table));
        for column in *columns {
            index.col(Alias::new(*column));
        }
        if *unique {
            index.unique();
        }
        manager.create_index(index.take()).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        create_indexes(manager, INDEXES).await?;
        // Typed as the entity has it: PostgreSQL keeps a statement with the types it was first sent with.
        let mut head = Query::insert();
        head.into_table(Alias::new("journal_head"))
            .columns(["id", "sequence", "hash", "epoch"].map(Alias::new))
            .values_panic([1_i64.into(), 0_i64.into(), "0".repeat(64).into(), 0_i64.into()]);
        manager.exec_stmt(head).await
    }
}
