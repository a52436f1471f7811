//! Everything a change must pass, in the order in which mistakes are cheapest to find. Ends with the runners' own
//! summaries and the count of all executed tests.

use crate::postgres::Server;
use crate::step::{command, run_and_keep, timed};
use crate::{browser, deny, fuzz, setup, tidy};
use anyhow::{Result, bail};

/// Seconds for all fuzz targets together.
const FUZZ_SECONDS: u64 = 60;

/// What a runner said at its end.
#[derive(Default)]
struct Tally {
    summaries: Vec<String>,
    passed: u64,
    failed: u64,
}

/// Runs the tests; `--fast` leaves out the slow ones, `--only STEP` runs one.
pub fn run(arguments: &[&str]) -> Result<()> {
    let (fast, only) = match arguments {
        [] => (false, None),
        ["--fast"] => (true, None),
        ["--only", step] => (false, Some(*step)),
        other => bail!("unknown arguments {other:?}; see cargo xtask --help"),
    };
    let wanted = |step: &str| only.is_none_or(|only| only == step);
    timed("setup", setup::everything)?;
    if wanted("fmt") {
        timed("fmt", || cargo(&["fmt", "--all", "--check"]))?;
    }
    if wanted("tidy") {
        timed("tidy", tidy::run)?;
    }
    if wanted("deny") {
        timed("deny", deny::run)?;
    }
    if wanted("clippy") {
        timed("clippy", || {
            cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
        })?;
    }
    let mut tally = Tally::default();
    if wanted("nextest") {
        timed("nextest", || nextest(&mut tally))?;
    }
    if wanted("doc") {
        timed("doc", || doc_tests(&mut tally))?;
    }
    if wanted("fuzz") && !fast {
        timed("fuzz", || fuzz::run(FUZZ_SECONDS))?;
    }
    if wanted("browser") && !fast {
        timed("browser", || {
            let (summary, passed, failed) = browser::run()?;
            tally.summaries.push(summary);
            tally.passed += passed;
            tally.failed += failed;
            Ok(())
        })?;
    }
    println!();
    for summary in &tally.summaries {
        println!("{summary}");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed > 0 {
        bail!("{} tests failed", tally.failed);
    }
    Ok(())
}

fn cargo(arguments: &[&str]) -> Result<()> {
    crate::step::run(command("cargo", arguments))
}

fn nextest(tally: &mut Tally) -> Result<()> {
    let server = Server::start()?;
    let mut tests = command("cargo", &["nextest", "run", "--workspace", "--no-fail-fast", "--locked"]);
    tests.env("GONGKAI_TEST_POSTGRES", server.url()).env("CARGO_TERM_COLOR", "never");
    let (success, output) = run_and_keep(tests)?;
    let summary = output.lines().rev().find(|line| line.trim_start().starts_with("Summary ["));
    let Some(summary) = summary else { bail!("nextest ended without its summary") };
    let number_before = |word: &str| {
        let words: Vec<&str> = summary.split_whitespace().collect();
        let place = words.iter().position(|found| found.trim_end_matches(',') == word)?;
        words.get(place.checked_sub(1)?)?.parse::<u64>().ok()
    };
    tally.passed += number_before("passed").unwrap_or(0);
    let failed = number_before("failed").unwrap_or(0) + number_before("exec").unwrap_or(0);
    tally.failed += if success { failed } else { failed.max(1) };
    tally.summaries.push(summary.trim().to_owned());
    Ok(())
}

fn doc_tests(tally: &mut Tally) -> Result<()> {
    let (success, output) = run_and_keep(command("cargo", &["test", "--doc", "--workspace", "--locked"]))?;
    let (mut passed, mut failed) = (0, 0);
    for line in output.lines().filter(|line| line.starts_with("test result:")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |word: &str| {
            let place = words.iter().position(|found| found.trim_end_matches(';') == word)?;
            words.get(place.checked_sub(1)?)?.parse::<u64>().ok()
        };
        passed += number("passed").unwrap_or(0);
        failed += number("failed").unwrap_or(0);
    }
    tally.passed += passed;
    tally.failed += if success { failed } else { failed.max(1) };
    tally.summaries.push(format!("doc tests: {passed} passed; {failed} failed"));
    Ok(())
}
