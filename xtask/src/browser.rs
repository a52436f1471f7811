//! Browser walks: node's own test runner drives Chromium against the program.

use crate::step::{command, root, run_and_keep};
use crate::test::Tally;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// Builds the program as the tests did, so that nothing is compiled twice, and says where it is.
pub fn program() -> Result<PathBuf> {
    crate::step::run(command("cargo", &["build", "--workspace", "--bins", "--tests", "--locked"]))?;
    Ok(target().join("debug/gongkai"))
}

/// Cargo's build folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Runs the walks; whether all went well, and what the runner printed.
fn walk(program: &Path) -> Result<(bool, String)> {
    let folder = root().join("tests");
    let mut files: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder.join("browser")).context("tests/browser")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            files.push(format!("browser/{name}"));
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("tests/browser holds no walk");
    }
    let mut walks = command("node", &["--test", "--test-reporter=spec"]);
    walks.args(files).current_dir(folder).env("GONGKAI", program);
    run_and_keep(walks)
}

/// Builds the program, runs the walks and counts them.
pub fn run(tally: &mut Tally) -> Result<()> {
    let (success, output) = walk(&program()?)?;
    let summary: Vec<&str> = output.lines().filter(|line| total(line).is_some()).collect();
    let count =
        |wanted: &str| summary.iter().rev().filter_map(|line| total(line)).find(|(word, _)| *word == wanted);
    let (Some((_, passed)), Some((_, failed)), Some((_, cancelled))) =
        (count("pass"), count("fail"), count("cancelled"))
    else {
        bail!("node's runner ended without its counts");
    };
    tally.add(summary.join("\n"), passed, failed + cancelled, success);
    Ok(())
}

/// A line of the runner's closing counts, such as `ℹ pass 12`.
fn total(line: &str) -> Option<(&str, u64)> {
    let (word, number) = line.strip_prefix("ℹ ")?.split_once(' ')?;
    let known = ["tests", "pass", "fail", "cancelled", "skipped", "todo"].contains(&word);
    known.then_some((word, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::total;

    #[test]
    fn nodes_counts_are_told_from_other_lines() {
        assert_eq!(total("ℹ pass 12"), Some(("pass", 12)));
        assert_eq!(total("ℹ duration_ms 812.5"), None);
        assert_eq!(total("✔ pass 12"), None);
    }
}
