//! The dependency tree against deny.toml, without the network: licences, banned crates, sources. `cargo deny` reads the
//! same file and adds advisories where the network reaches their database.

use crate::step::{command, on_path, output, root, run as run_command};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;

/// Runs the check.
pub fn run() -> Result<()> {
    let text = std::fs::read_to_string(root().join("deny.toml"))?;
    let rules: toml::Table = toml::from_str(&text).context("deny.toml")?;
    let words = |section: &str, key: &str| -> BTreeSet<String> {
        let list = rules.get(section).and_then(|section| section.get(key)).and_then(toml::Value::as_array);
        let word = |value: &toml::Value| match value {
            toml::Value::String(word) => Some(word.clone()),
            toml::Value::Table(table) => ["crate", "name"].iter().find_map(|key| Some(table.get(*key)?.as_str()?.to_owned())),
            _ => None,
        };
        list.into_iter().flatten().filter_map(word).collect()
    };
    let (allowed, banned) = (words("licenses", "allow"), words("bans", "deny"));
    if allowed.is_empty() || banned.is_empty() {
        bail!("deny.toml allows no licence or bans no crate: it was not understood");
    }
    let target = "x86_64-unknown-linux-gnu";
    let arguments = ["metadata", "--format-version", "1", "--locked", "--filter-platform", target];
    let metadata: Value = serde_json::from_str(&output(command("cargo", &arguments))?)?;
    let mut faults = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(source) = package["source"].as_str() else { continue };
        if !source.starts_with("registry+") {
            faults.push(format!("{name} comes from {source}"));
        }
        if banned.contains(name) {
            faults.push(format!("{name} is banned"));
        }
        let license = package["license"].as_str().unwrap_or_default();
        if !license.is_empty() && !satisfied(license, &allowed) {
            faults.push(format!("{name}: the licence {license} is not allowed"));
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    if on_path("cargo-deny") {
        run_command(command("cargo", &["deny", "check", "licenses", "bans", "sources"]))?;
    }
    Ok(())
}

/// Whether an SPDX expression can be met with the allowed licences.
fn satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut place = 0;
    either(&tokens, &mut place, allowed)
}

fn either(tokens: &[&str], place: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut met = both(tokens, place, allowed);
    while tokens.get(*place) == Some(&"OR") {
        *place += 1;
        met |= both(tokens, place, allowed);
    }
    met
}

fn both(tokens: &[&str], place: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut met = one(tokens, place, allowed);
    while tokens.get(*place) == Some(&"AND") {
        *place += 1;
        met &= one(tokens, place, allowed);
    }
    met
}

fn one(tokens: &[&str], place: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let Some(token) = tokens.get(*place) else { return false };
    *place += 1;
    if *token == "(" {
        let met = either(tokens, place, allowed);
        *place += 1;
        return met;
    }
    if tokens.get(*place) == Some(&"WITH") {
        let whole = format!("{token} WITH {}", tokens.get(*place + 1).unwrap_or(&""));
        *place += 2;
        return allowed.contains(&whole);
    }
    allowed.contains(*token)
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        let allowed = ["MIT", "BSD-3-Clause", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).into();
        for (expression, met) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT OR GPL-3.0", true),
            ("GPL-3.0/MIT", true),
            ("MIT AND GPL-3.0", false),
            ("(GPL-3.0 OR MIT) AND BSD-3-Clause", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache-2.0", false),
            ("", false),
        ] {
            assert_eq!(satisfied(expression, &allowed), met, "{expression}");
        }
    }
}
