//! The record on both databases: every case runs on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a case that cannot go on fails")]

mod account;
mod annual_report;
mod backup;
mod catalogue;
mod commit;
mod county;
mod database;
mod disclosure;
mod dispatch;
mod error_report;
mod guide;
mod interpretation;
mod journal;
mod obligation;
mod people;
mod plan;
mod request;
mod review;
mod schema;
mod search_miss;
mod subscription;
mod supervision;
mod transparency;
mod unit;
mod webhook;
mod wording;
