//! Fuzzing every reader with libFuzzer on the stable compiler: the coverage flags are passed by hand, no other tool is
//! needed. A crash fails the run and its input stays in fuzz/artifacts.

use crate::step::{command, root, run as run_command};
use anyhow::{Context, Result, bail};

/// What makes the compiler count edges for libFuzzer.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0 -Ccodegen-units=1";

/// Fuzzes every target, `seconds` in all.
pub fn run(seconds: u64) -> Result<()> {
    let folder = root().join("fuzz");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).context("fuzz/Cargo.toml")?;
    let parsed: toml::Table = toml::from_str(&manifest)?;
    let targets = parsed.get("bin").and_then(toml::Value::as_array).into_iter().flatten();
    let targets: Vec<String> =
        targets.filter_map(|bin| Some(bin.get("name")?.as_str()?.to_owned())).collect();
    if targets.is_empty() {
        bail!("fuzz/Cargo.toml names no target");
    }
    let host = "x86_64-unknown-linux-gnu";
    let mut build = command("cargo", &["build", "--release", "--locked", "--target", host]);
    // With an explicit target, build scripts and macros are built without the flags.
    build.current_dir(&folder).env("RUSTFLAGS", FLAGS);
    run_command(build)?;
    let each = (seconds / targets.len() as u64).max(3);
    std::fs::create_dir_all(folder.join("artifacts"))?;
    for target in &targets {
        println!("fuzzing {target} for {each} s");
        let corpus = folder.join("corpus").join(target);
        std::fs::create_dir_all(&corpus)?;
        let program = folder.join("target").join(host).join("release").join(target);
        let mut fuzzing = command(&program.to_string_lossy(), &[]);
        fuzzing.arg(&corpus);
        let seeds = folder.join("seeds").join(target);
        if seeds.is_dir() {
            fuzzing.arg(seeds);
        }
        fuzzing.arg(format!("-max_total_time={each}")).args([
            "-timeout=10",
            "-rss_limit_mb=1024",
            "-verbosity=0",
        ]);
        fuzzing.arg(format!("-artifact_prefix={}/{target}-", folder.join("artifacts").display()));
        run_command(fuzzing).with_context(|| format!("fuzzing {target}: the input is in fuzz/artifacts"))?;
    }
    Ok(())
}
