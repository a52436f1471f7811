//! The record: one code base on SQLite (embedded) and PostgreSQL. The only crate that knows SeaORM and object_store.
//!
//! One file a room. Commands take `(&Store, &Actor, …)`, go through [`Store::commit`] and append to the journal in the
//! same transaction; reads return view types. Rows (`entity`) never leave the crate.

mod commit;
mod entity;
mod epoch;
mod error;
mod instant;
mod lease;
mod like;
mod migration;
mod open;
mod page;
mod retry;
pub mod search_miss;
mod secret;
mod text;

pub mod absence;
pub mod account;
pub mod annual_report;
pub mod assignment;
pub mod attachment;
pub mod backup;
pub mod catalogue;
pub mod column_mapping;
pub mod comment;
pub mod disclosure;
pub mod dispatch;
pub mod error_report;
pub mod evidence;
pub mod feed;
pub mod guide;
pub mod interpretation;
pub mod journal;
pub mod notification;
pub mod obligation;
pub mod plan;
pub mod plan_draft;
pub mod reminder;
pub mod request;
pub mod responsibility;
pub mod review;
pub mod seal;
pub mod session;
pub mod subscription;
pub mod supervision;
pub mod today;
pub mod transparency;
pub mod unit;
pub mod user;
pub mod webhook;
pub mod wording;

pub use commit::Transaction;
pub use error::{Error, Result};
pub use open::{Settings, Store};
pub use page::{Page, PageRequest};
