//! Browser walks: node's own test runner drives Chromium against the program.

use crate::step::{command, root, run as run_command, run_and_keep};
use anyhow::{Result, bail};

/// Runs the walks; returns the runner's summary and its counts.
pub fn run() -> Result<(String, u64, u64)> {
    run_command(command("cargo", &["build", "--locked", "--package", "gongkai"]))?;
    let mut walks = command("node", &["--test", "--test-reporter=spec", "--test-concurrency=1", "browser/"]);
    walks.current_dir(root().join("tests")).env("GONGKAI", root().join("target/debug/gongkai"));
    let (success, output) = run_and_keep(walks)?;
    let count = |word: &str| {
        let line = output.lines().rev().find(|line| line.trim_start_matches('ℹ').trim_start().starts_with(word))?;
        line.split_whitespace().last()?.parse::<u64>().ok()
    };
    let (Some(passed), Some(failed)) = (count("pass "), count("fail ")) else {
        bail!("node's runner ended without its counts");
    };
    let failed = if success { failed } else { failed.max(1) };
    Ok((format!("browser walks: {passed} passed; {failed} failed"), passed, failed))
}

