//! Conventions held by a machine: the direction between crates, sizes, words that must not appear.

use crate::step::{command, output, root};
use anyhow::{Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Which crates of ours each may use (DESIGN.md: dependencies point one way).
const DIRECTIONS: [(&str, &[&str]); 7] = [
    ("domain", &[]),
    ("tables", &["domain"]),
    ("print", &["domain"]),
    ("store", &["domain"]),
    ("web", &["domain", "print", "store", "tables"]),
    ("gongkai", &["domain", "print", "store", "tables", "web"]),
    ("xtask", &[]),
];

/// Crates only one of ours may know.
const KNOWN_ONLY_BY: [(&str, &str); 8] = [
    ("sea-orm", "store"),
    ("sea-orm-migration", "store"),
    ("object_store", "store"),
    ("typst", "print"),
    ("typst-pdf", "print"),
    ("askama", "web"),
    ("calamine", "tables"),
    ("clap", "gongkai"),
];

/// What the domain must compile without.
const NEVER_IN_DOMAIN: [&str; 4] = ["tokio", "axum", "sea-orm", "getrandom"];

/// Lines after which a file is too long to read in a sitting.
const LINES_MAX: usize = 600;

/// Runs the checks; every fault is named.
pub fn run() -> Result<()> {
    let mut faults = directions()?;
    for path in output(command("git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?.split('\0') {
        let Ok(text) = std::fs::read_to_string(root().join(path)) else { continue };
        faults.extend(file_faults(path, &text));
    }
    faults.extend(unused_rules()?);
    if faults.is_empty() {
        return Ok(());
    }
    bail!("{}", faults.join("\n"))
}

fn directions() -> Result<Vec<String>> {
    let metadata: Value = serde_json::from_str(&output(command(
        "cargo",
        &["metadata", "--no-deps", "--format-version", "1", "--locked"],
    ))?)?;
    let mut faults = Vec::new();
    let allowed: BTreeMap<&str, &[&str]> = DIRECTIONS.into_iter().collect();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(may_use) = allowed.get(name) else {
            faults.push(format!("the crate {name} has no place in xtask's DIRECTIONS"));
            continue;
        };
        let used: BTreeSet<&str> =
            package["dependencies"].as_array().into_iter().flatten().filter_map(|used| used["name"].as_str()).collect();
        for other in &used {
            if allowed.contains_key(other) && !may_use.contains(other) {
                faults.push(format!("{name} must not use {other}"));
            }
            if let Some((_, only)) = KNOWN_ONLY_BY.iter().find(|(known, only)| known == other && *only != name) {
                faults.push(format!("{name} must not know {other}: only {only} does"));
            }
            if name == "domain" && NEVER_IN_DOMAIN.contains(other) {
                faults.push(format!("the domain must compile without {other}"));
            }
        }
    }
    Ok(faults)
}

fn file_faults(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = text.lines().count();
    let rust = path.ends_with(".rs");
    if rust && !text.starts_with("//!") && !path.starts_with("fuzz/") {
        faults.push(format!("{path}: begins without `//!`, the words on what it is for"));
    }
    if rust && lines > LINES_MAX && !path.contains("/tests") {
        faults.push(format!("{path}: {lines} lines are too many for a sitting"));
    }
    if path.starts_with("crates/web/templates/") {
        for (number, line) in text.lines().enumerate() {
            let inline = (line.contains("<script") && !line.contains("src=")) || line.contains(" style=\"") || line.contains(" onclick=");
            if inline {
                faults.push(format!("{path}:{}: inline script or style, which the page's policy forbids", number + 1));
            }
        }
    }
    let statements = rust && path.starts_with("crates/") && path.contains("/src/") && !path.starts_with("crates/store/");
    if statements && ["\"UPDATE ", "\"DELETE ", "\"INSERT "].iter().any(|word| text.contains(word)) {
        faults.push(format!("{path}: a statement that writes rows belongs into store"));
    }
    let prose = !path.ends_with("Cargo.lock") && !path.starts_with("xtask/src/tidy.rs");
    for word in ["/work/main", "/root/", "registry.npmjs", "static.crates"] {
        if prose && text.contains(word) {
            faults.push(format!("{path}: names `{word}`"));
        }
    }
    faults
}

/// Every rule of `data/rules.toml` is read somewhere in the domain.
fn unused_rules() -> Result<Vec<String>> {
    let rules = std::fs::read_to_string(root().join("data/rules.toml"))?;
    let reader = std::fs::read_to_string(root().join("crates/domain/src/rule.rs"))?;
    let ids = rules.lines().filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"'));
    Ok(ids.filter(|id| !reader.contains(id)).map(|id| format!("data/rules.toml: nobody reads {id}")).collect())
}
