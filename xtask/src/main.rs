//! `cargo xtask`: every check, the tests, the benchmarks and the README's pictures, each one command.

mod bench;
mod browser;
mod deny;
mod fuzz;
mod http;
mod pictures;
mod postgres;
mod setup;
mod step;
mod test;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask test               install what the tests need, then run everything
cargo xtask test --fast        without fuzzing and browser walks
cargo xtask test --only tidy   one step: fmt tidy deny clippy nextest doc fuzz browser
cargo xtask tidy               directions between crates, sizes, words that must not appear
cargo xtask deny               licences, banned crates, sources, against deny.toml
cargo xtask fuzz               every reader, a minute in all
cargo xtask fuzz 600           the same for ten minutes
cargo xtask bench              times and memory; writes bench/RESULTS.md (builds with the profile `dist`)
cargo xtask bench release      the same with the profile of the README's command
cargo xtask bench only portal  pages from the cache beside nginx; prints only
cargo xtask bench only site    the static export beside hugo; prints only
cargo xtask pictures           the README's pictures, of this program

On Debian and as root, what is missing is installed; elsewhere a sentence says what to install.";

/// Seconds for all fuzz targets together when nobody says otherwise.
const FUZZ_SECONDS: u64 = 60;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test", rest @ ..] => test::run(rest),
        ["tidy"] => tidy::run(),
        ["deny"] => deny::run(),
        ["fuzz"] => setup::fuzz().and_then(|()| fuzz::run(FUZZ_SECONDS)),
        ["fuzz", seconds] => match seconds.parse() {
            Ok(seconds) => setup::fuzz().and_then(|()| fuzz::run(seconds)),
            Err(_) => Err(anyhow::anyhow!("`{seconds}` is not a number of seconds")),
        },
        ["bench"] => bench::run("dist"),
        ["bench", "only", part] => bench::part("dist", part),
        ["bench", profile] => bench::run(profile),
        ["pictures"] => setup::browser().and_then(|()| pictures::run()),
        [] | ["--help" | "-h" | "help"] => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => Err(anyhow::anyhow!("no such command: {}\n\n{HELP}", other.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
