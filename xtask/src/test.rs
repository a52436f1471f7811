//! Everything a change must pass, in the order in which mistakes are cheapest to find. Ends with the runners' own
//! summaries and the count of all executed tests.

use crate::postgres::Server;
use crate::step::{command, run_and_keep, timed};
use crate::{FUZZ_SECONDS, browser, deny, fuzz, setup, tidy};
use anyhow::{Result, bail};

/// The steps in their order.
const STEPS: [&str; 8] = ["fmt", "tidy", "deny", "clippy", "nextest", "doc", "fuzz", "browser"];
/// What `--fast` leaves out.
const SLOW: [&str; 2] = ["fuzz", "browser"];

/// What the runners said at their ends.
#[derive(Default)]
pub struct Tally {
    summaries: Vec<String>,
    passed: u64,
    failed: u64,
}

impl Tally {
    /// Takes a runner's own summary and counts; a runner that failed has at least one failure.
    pub fn add(&mut self, summary: String, passed: u64, failed: u64, success: bool) {
        self.summaries.push(summary);
        self.passed += passed;
        self.failed += if success { failed } else { failed.max(1) };
    }
}

/// Runs the tests; `--fast` leaves out the slow ones, `--only STEP` runs one.
pub fn run(arguments: &[&str]) -> Result<()> {
    let steps: Vec<&str> = match arguments {
        [] => STEPS.to_vec(),
        ["--fast"] => STEPS.into_iter().filter(|step| !SLOW.contains(step)).collect(),
        ["--only", step] if STEPS.contains(step) => vec![*step],
        other => bail!("`{}` is not understood; the steps are {}", other.join(" "), STEPS.join(" ")),
    };
    timed("setup", || set_up(&steps))?;
    let mut tally = Tally::default();
    let outcome = steps.iter().try_for_each(|step| timed(step, || one(step, &mut tally)));
    if !tally.summaries.is_empty() {
        println!();
        for summary in &tally.summaries {
            println!("{summary}");
        }
        println!("{} passed, {} failed", tally.passed, tally.failed);
    }
    outcome?;
    if tally.failed > 0 {
        bail!("{} tests failed", tally.failed);
    }
    Ok(())
}

/// Installs for every step before the first one runs, so that nobody waits half an hour for that answer.
fn set_up(steps: &[&str]) -> Result<()> {
    for step in steps {
        match *step {
            "nextest" => setup::tests()?,
            "fuzz" => setup::fuzz()?,
            "browser" => setup::browser()?,
            _ => {}
        }
    }
    Ok(())
}

fn one(step: &str, tally: &mut Tally) -> Result<()> {
    match step {
        "fmt" => cargo(&["fmt", "--all", "--check"]),
        "tidy" => tidy::run(),
        "deny" => deny::run(),
        "clippy" => cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
        "nextest" => nextest(tally),
        "doc" => doc_tests(tally),
        "fuzz" => fuzz::run(FUZZ_SECONDS),
        _ => browser::run(tally),
    }
}

fn cargo(arguments: &[&str]) -> Result<()> {
    crate::step::run(command("cargo", arguments))
}

fn nextest(tally: &mut Tally) -> Result<()> {
    let server = Server::start()?;
    let mut tests = command("cargo", &["nextest", "run", "--workspace", "--no-fail-fast", "--locked"]);
    tests.env("GONGKAI_TEST_POSTGRES", server.url()).env("CARGO_TERM_COLOR", "never");
    let (success, output) = run_and_keep(tests)?;
    let Some(summary) = output.lines().rev().find(|line| line.trim_start().starts_with("Summary [")) else {
        bail!("nextest ended without its summary: the tests did not compile, or none ran");
    };
    let failed = ["failed", "timed", "exec"].iter().map(|word| before(summary, word)).sum();
    tally.add(summary.to_owned(), before(summary, "passed"), failed, success);
    Ok(())
}

fn doc_tests(tally: &mut Tally) -> Result<()> {
    let (success, output) =
        run_and_keep(command("cargo", &["test", "--doc", "--workspace", "--no-fail-fast", "--locked"]))?;
    let lines = || output.lines().filter(|line| line.starts_with("test result:"));
    if lines().next().is_none() {
        bail!("the doc tests ended without a result: they did not compile");
    }
    let total = |word: &str| lines().map(|line| before(line, word)).sum::<u64>();
    let (passed, failed, ignored) = (total("passed"), total("failed"), total("ignored"));
    let word = if success { "ok" } else { "FAILED" };
    let summary =
        format!("test result: {word}. {passed} passed; {failed} failed; {ignored} ignored (doc tests)");
    tally.add(summary, passed, failed, success);
    Ok(())
}

/// The number right before a word in a runner's summary; zero when the word is not there.
fn before(summary: &str, word: &str) -> u64 {
    let words: Vec<&str> = summary.split_whitespace().map(|word| word.trim_end_matches([',', ';'])).collect();
    let pairs = words.windows(2).filter(|pair| pair[1] == word);
    pairs.filter_map(|pair| pair[0].parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn nextests_summary_is_counted() {
        let all_well = "     Summary [  12.345s] 410 tests run: 410 passed (2 slow), 3 skipped";
        assert_eq!((before(all_well, "passed"), before(all_well, "failed")), (410, 0));
        let bad =
            "Summary [ 1.2s] 10/12 tests run: 5 passed, 2 failed, 1 exec failed, 2 timed out, 0 skipped";
        let counts = ["passed", "failed", "exec", "timed"].map(|word| before(bad, word));
        assert_eq!(counts, [5, 2, 1, 2]);
    }

    #[test]
    fn cargos_result_is_counted() {
        let line = "test result: FAILED. 7 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.4s";
        assert_eq!((before(line, "passed"), before(line, "failed"), before(line, "ignored")), (7, 2, 1));
    }
}
