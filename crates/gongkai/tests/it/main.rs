//! The program as people run it: commands, the demonstration's starts, bad uploads, kill -9.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a case that cannot go on fails")]

mod cache;
mod command;
mod demo;
mod export;
mod fault;
mod grant;
mod http;
mod log;
mod program;
mod reader;
mod report;
mod request;
mod upload;
