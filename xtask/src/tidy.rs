//! Conventions held by a machine: the direction between crates, sizes, words that must not appear.

use crate::step::{command, output, root};
use anyhow::{Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Which crates of ours each may use (DESIGN.md: dependencies point one way).
const DIRECTIONS: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("tables", &["domain"]),
    ("print", &["domain"]),
    ("store", &["domain"]),
    ("search", &["domain"]),
    ("web", &["domain", "print", "search", "store", "tables"]),
    ("gongkai", &["domain", "print", "store", "tables", "web"]),
    ("xtask", &[]),
];

/// Crates only some of ours may know.
const KNOWN_ONLY_BY: [(&str, &[&str]); 16] = [
    ("sea-orm", &["store"]),
    ("sea-orm-migration", &["store"]),
    ("sqlx", &["store"]),
    ("tantivy", &["search"]),
    ("object_store", &["store"]),
    ("typst", &["print"]),
    ("typst-layout", &["print"]),
    ("typst-pdf", &["print"]),
    ("askama", &["web"]),
    ("axum", &["web"]),
    ("hyper", &["web"]),
    ("calamine", &["tables"]),
    ("quick-xml", &["tables"]),
    ("rust_xlsxwriter", &["tables"]),
    ("clap", &["gongkai"]),
    ("lettre", &["gongkai"]),
];

/// What the domain must compile without.
const NEVER_IN_DOMAIN: [&str; 4] = ["tokio", "axum", "sea-orm", "getrandom"];

/// Lines after which a file is too long to read in a sitting, and lines after which it is named as on its way there.
const LINES_MAX: usize = 600;
const LINES_MANY: usize = 450;

/// Paths of a machine and hosts of registries: neither is the project's.
const FOREIGN_WORDS: [&str; 8] = [
    "/work/",
    "/root/",
    "/home/",
    "registry.npmjs",
    "static.crates.io",
    "index.crates.io",
    "files.pythonhosted",
    "deb.debian.org",
];

/// SQL that writes rows: `store`'s alone.
const WRITING: [&str; 3] = ["UPDATE ", "DELETE FROM ", "INSERT INTO "];

/// Runs the checks; every fault is named.
pub fn run() -> Result<()> {
    let mut faults = directions()?;
    let mut rust = Vec::new();
    for path in
        output(command("git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?.split('\0')
    {
        // What is no text, or listed and deleted, has no lines to check.
        let Ok(text) = std::fs::read_to_string(root().join(path)) else { continue };
        faults.extend(file_faults(path, &text));
        if path.ends_with(".rs") {
            rust.push((path.to_owned(), text));
        }
    }
    for (path, text) in &rust {
        let lines = text.lines().count();
        if (LINES_MANY + 1..=LINES_MAX).contains(&lines) && !is_test(path) {
            println!("note: {path} has {lines} lines; {LINES_MAX} are the most");
        }
    }
    faults.extend(unused_rules(&rust)?);
    if faults.is_empty() {
        return Ok(());
    }
    bail!("not tidy:\n  {}", faults.join("\n  "))
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
        let used: BTreeSet<&str> = package["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|used| used["name"].as_str())
            .collect();
        for other in &used {
            if allowed.contains_key(other) && !may_use.contains(other) {
                faults.push(format!("{name} must not use {other}"));
            }
            let rule = KNOWN_ONLY_BY.iter().find(|(known, _)| known == other);
            if let Some((_, only)) = rule.filter(|(_, only)| !only.contains(&name)) {
                faults.push(format!("{name} must not know {other}: only {} may", only.join(" and ")));
            }
            if name == "domain" && NEVER_IN_DOMAIN.contains(other) {
                faults.push(format!("the domain must compile without {other}"));
            }
        }
    }
    Ok(faults)
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

fn file_faults(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if path.ends_with(".rs") {
        if !text.starts_with("//!") && !text.starts_with("#![") {
            faults.push(format!("{path}: begins without `//!`, the words on what it is for"));
        }
        let lines = text.lines().count();
        if lines > LINES_MAX && !is_test(path) {
            faults.push(format!("{path}: {lines} lines are too many for a sitting"));
        }
    }
    let program = path.starts_with("crates/") && path.ends_with(".rs") && !is_test(path);
    for (number, line) in text.lines().enumerate() {
        let mut fault = |what: String| faults.push(format!("{path}:{}: {what}", number + 1));
        let comment = line.trim_start().starts_with("//");
        let writes = WRITING.iter().find(|word| program && !comment && line.contains(**word));
        if let Some(word) = writes.filter(|_| !path.starts_with("crates/store/")) {
            fault(format!("`{word}` writes rows, which only store does"));
        }
        if path.contains("/templates/")
            && let Some(inline) = inline(line)
        {
            fault(format!("`{inline}` is inline, which the pages' policy forbids"));
        }
        let foreign = FOREIGN_WORDS.iter().find(|word| line.contains(**word));
        if let Some(word) = foreign.filter(|_| path != "xtask/src/tidy.rs") {
            fault(format!("names `{word}`"));
        }
    }
    faults
}

/// A script, a style or a handler written into a template's line.
fn inline(line: &str) -> Option<&str> {
    for start in ["<script", "<style"] {
        if let Some(place) = line.find(start) {
            let tag = line[place..].split('>').next().unwrap_or_default();
            // Data that is never run is no script.
            if !tag.contains(" src=") && !tag.contains(" type=\"application/ld+json\"") {
                return Some(tag);
            }
        }
    }
    line.split_whitespace().find_map(|word| {
        let (attribute, _) = word.split_once('=')?;
        let handler =
            attribute.strip_prefix("on").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_lowercase()));
        (attribute == "style" || (handler && attribute.len() > 2)).then_some(attribute)
    })
}

/// Every number of `data/rules.toml` is asked for by name somewhere outside the file that reads it.
fn unused_rules(rust: &[(String, String)]) -> Result<Vec<String>> {
    let rules: toml::Table = toml::from_str(&std::fs::read_to_string(root().join("data/rules.toml"))?)?;
    let rules = rules.get("rule").and_then(toml::Value::as_array);
    let ids: Vec<&str> = rules.into_iter().flatten().filter_map(|rule| rule.get("id")?.as_str()).collect();
    if ids.is_empty() {
        bail!("data/rules.toml holds no rule");
    }
    let readers = || rust.iter().filter(|(path, _)| path != "crates/domain/src/rule.rs" && !is_test(path));
    let unread = ids.into_iter().filter(|id| !readers().any(|(_, text)| names(text, id)));
    Ok(unread.map(|id| format!("data/rules.toml: nobody reads {id}")).collect())
}

/// Whether a field of this name is read.
fn names(text: &str, field: &str) -> bool {
    text.match_indices(field).any(|(place, _)| {
        let after = text[place + field.len()..].chars().next();
        text[..place].ends_with('.') && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::{file_faults, inline, names};

    #[test]
    fn inline_code_is_told_from_words_like_it() {
        assert_eq!(inline("<p>online=1 的说明</p>"), None);
        assert_eq!(inline(r#"<script defer src="/a.js"></script>"#), None);
        assert_eq!(inline("<script>alert(1)</script>"), Some("<script"));
        assert_eq!(inline(r#"<script type="application/ld+json">{}</script>"#), None);
        assert_eq!(inline(r#"<p class="a" style="x">"#), Some("style"));
        assert_eq!(inline(r#"<a onclick="x()">"#), Some("onclick"));
    }

    #[test]
    fn rows_are_written_in_store_alone() {
        let text = "//! Words.\nfn f() { run(\"UPDATE plan SET a = 1\") }\n// UPDATE is forbidden here\n";
        assert_eq!(file_faults("crates/web/src/a.rs", text).len(), 1);
        assert_eq!(file_faults("crates/store/src/a.rs", text).len(), 0);
    }

    #[test]
    fn a_machines_paths_are_found_in_any_file() {
        assert_eq!(file_faults("docs/a.md", "see /root/notes").len(), 1);
    }

    #[test]
    fn a_field_is_read_only_by_its_whole_name() {
        assert!(names("rules.due_soon.value", "due_soon"));
        assert!(!names("rules.due_soon_more.value", "due_soon"));
        assert!(!names("due_soon: Lower", "due_soon"));
    }
}
