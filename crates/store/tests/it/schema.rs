//! The tables: made from nothing, the same on both databases.

use crate::database::{Kind, Record};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::collections::BTreeSet;

async fn texts(db: &DatabaseConnection, backend: DbBackend, sql: &str) -> BTreeSet<String> {
    let rows = db.query_all_raw(Statement::from_string(backend, sql.to_owned())).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect()
}

/// `table.column` of every column, with `!` where it may not be missing; and every index.
async fn schema(record: &Record) -> (BTreeSet<String>, BTreeSet<String>) {
    let db = record.raw().await;
    let (backend, columns, indexes) = match record.kind {
        Kind::Sqlite => (
            DbBackend::Sqlite,
            "SELECT m.name || '.' || c.name || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN '!' ELSE '' END \
             FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
            "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'",
        ),
        Kind::Postgres => (
            DbBackend::Postgres,
            "SELECT table_name || '.' || column_name || CASE WHEN is_nullable = 'NO' THEN '!' ELSE '' END \
             FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey'",
        ),
    };
    let found = (texts(&db, backend, columns).await, texts(&db, backend, indexes).await);
    db.close().await.unwrap();
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_have_the_same_tables() {
    let (sqlite, postgres) = (Record::new(Kind::Sqlite).await, Record::new(Kind::Postgres).await);
    let (one, two) = (schema(&sqlite).await, schema(&postgres).await);
    assert!(one.0.contains("assignment.due_on") && one.0.contains("journal.hash!"), "{:?}", one.0);
    assert_eq!(one, two);
    sqlite.store.migrate().await.unwrap();
    postgres.store.migrate().await.unwrap();
    assert_eq!(schema(&sqlite).await, one, "a second start changes nothing");
    sqlite.close().await;
    postgres.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_may_have_any_name() {
    let outside = tempfile::tempdir().unwrap();
    let key = store::seal::SealKey::at(&outside.path().join("personal.key")).unwrap();
    let folder = outside.path().join("公开 100%?数据#1");
    let settings = || store::Settings {
        rules: domain::rule::Rules::builtin().unwrap(),
        database: format!("sqlite:{}/record.db", folder.display()),
        attachments: folder.join("attachments"),
        key: key.clone(),
    };
    let clock =
        std::sync::Arc::new(domain::clock::FixedClock::new(crate::database::MORNING.parse().unwrap()));
    let store = store::Store::open(settings(), clock.clone()).await.unwrap();
    store.migrate().await.unwrap();
    store.close().await.unwrap();
    assert!(folder.join("record.db").is_file());
    let again = store::Store::open(settings(), clock).await.unwrap();
    assert!(store::unit::directory(&again).await.unwrap().units().is_empty());
    again.close().await.unwrap();
}
