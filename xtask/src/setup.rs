//! Installs what a step needs and does not find: from Debian, from npm, and nextest from source. What cannot be
//! installed here is named in a sentence, with the command that installs it.

use crate::step::{command, on_path, output, root, run};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// A Debian package, and how to tell that what it brings is there.
type Package = (&'static str, fn() -> bool);

const POSTGRESQL: Package = ("postgresql", || crate::postgres::programs().is_some());
const CHROMIUM: Package = ("chromium", || Path::new("/usr/bin/chromium").exists());
const FONTS: Package = ("fonts-noto-cjk", || Path::new("/usr/share/fonts/opentype/noto").is_dir());
const NODE: Package = ("nodejs", || on_path("node"));
/// Runs the W3C's HTML checker.
const JAVA: Package = ("default-jre-headless", || on_path("java"));
const NPM: Package = ("npm", || on_path("npm"));
const NGINX: Package = ("nginx-light", || Path::new("/usr/sbin/nginx").exists());
const WRK: Package = ("wrk", || on_path("wrk"));
const HUGO: Package = ("hugo", || on_path("hugo"));
const CURL: Package = ("curl", || on_path("curl"));
const COMPILER: Package = ("g++", || on_path("g++") || on_path("c++"));

/// The oldest node that runs the walks: Debian 12's.
const NODE_OLDEST: u32 = 18;

/// What the Rust tests need.
pub fn tests() -> Result<()> {
    debian(&[POSTGRESQL, NGINX])?;
    nextest()
}

/// What the benchmarks need: the peers, and what measures them.
pub fn bench() -> Result<()> {
    debian(&[NGINX, WRK, HUGO, CURL])
}

/// What fuzzing needs: libFuzzer is C++.
pub fn fuzz() -> Result<()> {
    debian(&[COMPILER])
}

/// What browser walks and pictures need.
pub fn browser() -> Result<()> {
    debian(&[CHROMIUM, FONTS, NODE, NPM, JAVA])?;
    node()
}

/// Whether this process may install packages and must not run PostgreSQL.
pub fn is_root() -> bool {
    output(command("id", &["-u"])).is_ok_and(|id| id.trim() == "0")
}

fn debian(packages: &[Package]) -> Result<()> {
    let missing: Vec<&str> = packages.iter().filter(|(_, there)| !there()).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let advice = format!("install these packages and run again: apt-get install {list}");
    if !on_path("apt-get") {
        bail!(
            "this is no Debian system, so nothing was installed; look for the packages that Debian calls {list}"
        );
    }
    if !is_root() {
        bail!("only root may install packages; as root, {advice}");
    }
    println!("installing from Debian: {list}");
    let patience = "DPkg::Lock::Timeout=300";
    run(command("apt-get", &["-o", patience, "update", "-qq"])).with_context(|| advice.clone())?;
    let mut install =
        command("apt-get", &["-o", patience, "install", "-y", "-qq", "--no-install-recommends"]);
    install.args(&missing).env("DEBIAN_FRONTEND", "noninteractive");
    run(install).with_context(|| advice.clone())?;
    match packages.iter().find(|(name, there)| missing.contains(name) && !there()) {
        Some((name, _)) => bail!("{name} was installed but is not found where it should be"),
        None => Ok(()),
    }
}

fn nextest() -> Result<()> {
    if on_path("cargo-nextest") || output(command("cargo", &["nextest", "--version"])).is_ok() {
        return Ok(());
    }
    println!("installing cargo-nextest from source: ten minutes on two cores, once");
    run(command("cargo", &["install", "--locked", "cargo-nextest"]))
        .context("install the test runner and run again: cargo install --locked cargo-nextest")
}

fn node() -> Result<()> {
    let version = output(command("node", &["--version"]))?;
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_OLDEST) {
        bail!("the browser walks need node {NODE_OLDEST} or newer, this is {}", version.trim());
    }
    let folder = root().join("tests");
    let lock = std::fs::read(folder.join("package-lock.json")).context("tests/package-lock.json")?;
    let stamp = folder.join("node_modules/.installed-from");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("installing playwright-core, axe-core and the HTML checker from npm");
    let mut install = command("npm", &["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
    install.current_dir(&folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run(install).context("playwright-core and axe-core could not be installed: run `npm ci` in tests/")?;
    Ok(std::fs::write(stamp, lock)?)
}
