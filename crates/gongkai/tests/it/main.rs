//! The program as people run it: commands, the demonstration's starts, bad uploads, kill -9.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a case that cannot go on fails")]

mod command;
mod demo;
mod fault;
mod http;
mod log;
mod program;
mod reader;
mod report;
mod request;
mod upload;
