//! The dependency tree against deny.toml, without the network: licences, banned crates, sources. `cargo deny` reads the
//! same file and adds advisories where the network reaches their database.

use crate::step::{command, on_path, output, root};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What deny.toml says, as far as it can be checked without a network.
struct Rules {
    targets: Vec<String>,
    licences: BTreeSet<String>,
    /// Further licences of single crates.
    exceptions: BTreeMap<String, BTreeSet<String>>,
    banned: BTreeSet<String>,
    registries: BTreeSet<String>,
}

/// Runs the check; every fault is named.
pub fn run() -> Result<()> {
    let text = std::fs::read_to_string(root().join("deny.toml")).context("deny.toml")?;
    let rules = Rules::read(&text).context("deny.toml")?;
    let mut metadata = command("cargo", &["metadata", "--format-version", "1", "--locked", "--all-features"]);
    for target in &rules.targets {
        metadata.args(["--filter-platform", target]);
    }
    let metadata: Value = serde_json::from_str(&output(metadata)?)?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let faults: Vec<String> = packages.iter().flat_map(|package| rules.faults(package)).collect();
    if !faults.is_empty() {
        bail!("against deny.toml:\n  {}", faults.join("\n  "));
    }
    println!("{} crates keep to deny.toml", packages.len());
    if on_path("cargo-deny") {
        crate::step::run(command("cargo", &["deny", "--offline", "check", "licenses", "bans", "sources"]))?;
    }
    Ok(())
}

impl Rules {
    fn read(text: &str) -> Result<Self> {
        let table: toml::Table = toml::from_str(text)?;
        let list = |section: &str, key: &str| -> Vec<&toml::Value> {
            let found =
                table.get(section).and_then(|section| section.get(key)).and_then(toml::Value::as_array);
            found.into_iter().flatten().collect()
        };
        let words = |section: &str, key: &str| list(section, key).into_iter().filter_map(name).collect();
        let exception = |value: &toml::Value| {
            let allowed = value.get("allow")?.as_array()?.iter().filter_map(name).collect();
            Some((name(value)?, allowed))
        };
        let rules = Self {
            targets: list("graph", "targets").into_iter().filter_map(name).collect(),
            licences: words("licenses", "allow"),
            exceptions: list("licenses", "exceptions").into_iter().filter_map(exception).collect(),
            banned: words("bans", "deny"),
            registries: words("sources", "allow-registry"),
        };
        if rules.licences.is_empty() || rules.banned.is_empty() || rules.registries.is_empty() {
            bail!("it allows no licence or no registry, or bans no crate: it was not understood");
        }
        Ok(rules)
    }

    /// What a package of `cargo metadata` does that the rules forbid.
    fn faults(&self, package: &Value) -> Vec<String> {
        let name = package["name"].as_str().unwrap_or_default();
        let mut faults = Vec::new();
        let Some(source) = package["source"].as_str() else {
            let used = package["dependencies"].as_array().into_iter().flatten();
            let open = used.filter(|used| used["req"] == "*" && used["path"].is_null());
            faults.extend(open.map(|used| format!("{name} takes any version of {}", used["name"])));
            return faults;
        };
        if !source.strip_prefix("registry+").is_some_and(|registry| self.registries.contains(registry)) {
            faults.push(format!("{name} comes from {source}"));
        }
        if self.banned.contains(name) {
            faults.push(format!("{name} is banned"));
        }
        let mut allowed = self.licences.clone();
        allowed.extend(self.exceptions.get(name).into_iter().flatten().cloned());
        match package["license"].as_str() {
            None | Some("") => faults.push(format!("{name} names no licence")),
            Some(licence) if satisfied(licence, &allowed) => {}
            Some(licence) => faults.push(format!("{name}: the licence {licence} is not allowed")),
        }
        faults
    }
}

/// A word of deny.toml: plain, or the name in a table.
fn name(value: &toml::Value) -> Option<String> {
    let named = ["crate", "name"].iter().find_map(|key| value.get(*key)?.as_str());
    let whole = value.as_str().or(named)?;
    Some(whole.split('@').next().unwrap_or(whole).to_owned())
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
    use super::{Rules, satisfied};
    use serde_json::json;

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

    #[test]
    fn what_the_rules_forbid_is_named() {
        let rules = Rules::read(
            r#"
            licenses = { allow = ["MIT"], exceptions = [{ crate = "known", allow = ["MPL-2.0"] }] }
            bans = { deny = [{ crate = "openssl" }, "native-tls"] }
            sources = { allow-registry = ["index"] }
            "#,
        )
        .unwrap();
        let faults = |name: &str, source: &str, license: Option<&str>| {
            rules.faults(&json!({ "name": name, "source": source, "license": license })).len()
        };
        assert_eq!(faults("serde", "registry+index", Some("MIT")), 0);
        assert_eq!(faults("known", "registry+index", Some("MPL-2.0")), 0);
        assert_eq!(faults("other", "registry+index", Some("MPL-2.0")), 1);
        assert_eq!(faults("native-tls", "registry+index", Some("MIT")), 1);
        assert_eq!(faults("openssl", "git+elsewhere", None), 3);
        let open = json!({ "name": "ours", "source": null, "dependencies": [{ "name": "x", "req": "*" }] });
        assert_eq!(rules.faults(&open).len(), 1);
    }

    #[test]
    fn rules_that_say_nothing_are_refused() {
        assert!(Rules::read("[licenses]\nallow = []").is_err());
    }
}
