//! The record on both databases: every case runs on SQLite and on PostgreSQL.

mod backup;
mod commit;
mod county;
mod database;
mod journal;
mod people;
mod plan;
mod supervision;
