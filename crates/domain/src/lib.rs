//! The rules of open government (政务公开) as pure values and functions.
//!
//! Nothing here waits, asks the time, draws a random number or touches a file: `today`, ids and texts are
//! arguments. Whoever looks for a term of the field finds the module of that name.
#![warn(missing_docs)]

pub mod absence;
pub mod account;
pub mod annual_report;
pub mod catalogue;
pub mod clock;
pub mod disclosure;
pub mod document_number;
pub mod error_report;
pub mod finding;
pub mod guide;
pub mod inspection;
pub mod interpretation;
pub mod journal;
pub mod letter;
pub mod limits;
pub mod network;
pub mod obligation;
pub mod password;
pub mod plan;
pub mod progress;
pub mod request;
pub mod response;
pub mod review;
pub mod rhythm;
pub mod role;
pub mod row;
pub mod rule;
pub mod rulebook;
pub mod scan;
pub mod sector;
pub mod special_limit;
pub mod subscription;
pub mod supervision;
pub mod text;
pub mod time_limit;
pub mod transparency;
pub mod unit;
mod vocabulary;
mod words;
pub mod workday;
