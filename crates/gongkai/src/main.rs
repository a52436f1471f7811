//! Gongkai 公开: the open-government (政务公开) platform of a county. This crate is the program: its commands, its
//! configuration, the wiring of the parts, the jobs, and the one real clock.

mod clock;
mod command;
mod configuration;
mod demo;
mod job;
mod mail;
mod publisher;
mod roster;
mod serve;
mod webhook;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = command::Arguments::parse();
    command::log_to_stderr(&arguments);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(command::run(arguments)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            command::complain(&error);
            ExitCode::FAILURE
        }
    }
}
