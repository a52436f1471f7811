//! Installs what the tests need and is not there: from Debian, from npm, and nextest.

use crate::step::{command, on_path, root, run};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// What Debian gives, and how to tell that it is there.
const PACKAGES: [(&str, fn() -> bool); 4] = [
    ("postgresql", || crate::postgres::programs().is_some()),
    ("chromium", || Path::new("/usr/bin/chromium").exists()),
    ("fonts-noto-cjk", || Path::new("/usr/share/fonts/opentype/noto").is_dir()),
    ("g++", || on_path("g++")),
];

/// Everything.
pub fn everything() -> Result<()> {
    debian(&PACKAGES.map(|(name, there)| (name, there())))?;
    nextest()?;
    node()
}

/// What browser walks and pictures need.
pub fn browser() -> Result<()> {
    debian(&[("chromium", PACKAGES[1].1()), ("fonts-noto-cjk", PACKAGES[2].1())])?;
    node()
}

fn debian(packages: &[(&str, bool)]) -> Result<()> {
    let mut missing: Vec<&str> = packages.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect();
    if !on_path("node") || !on_path("npm") {
        missing.extend(["nodejs", "npm"]);
    }
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let advice = format!("install these Debian packages and run again: apt-get install {list}");
    if !on_path("apt-get") {
        bail!("this is no Debian system; {advice}");
    }
    println!("installing from Debian: {list}");
    run(command("apt-get", &["update", "-qq"])).with_context(|| advice.clone())?;
    let mut install = command("apt-get", &["install", "-y", "-qq", "--no-install-recommends"]);
    install.args(&missing).env("DEBIAN_FRONTEND", "noninteractive");
    run(install).context(advice)
}

fn nextest() -> Result<()> {
    if on_path("cargo-nextest") {
        return Ok(());
    }
    println!("installing cargo-nextest from source; this takes some minutes, once");
    run(command("cargo", &["install", "--locked", "cargo-nextest"]))
        .context("install the test runner and run again: cargo install --locked cargo-nextest")
}

fn node() -> Result<()> {
    let folder = root().join("tests");
    let lock = std::fs::read(folder.join("package-lock.json")).unwrap_or_default();
    let stamp = folder.join("node_modules/.gongkai-lock");
    if std::fs::read(&stamp).is_ok_and(|seen| seen == lock) {
        return Ok(());
    }
    let mut install = command("npm", &["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
    install.current_dir(&folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run(install).context("the browser tests need playwright-core and axe-core from npm: run `npm ci` in tests/")?;
    Ok(std::fs::write(stamp, lock)?)
}
