//! `cargo xtask`: every check, the tests, the benchmarks and the README's pictures, each one command.

mod bench;
mod browser;
mod deny;
mod fuzz;
mod pictures;
mod postgres;
mod setup;
mod step;
mod test;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask test              install what the tests need, then run everything (about half an hour on two cores)
cargo xtask test --fast       without fuzzing and browser walks
cargo xtask test --only tidy  one step: fmt tidy deny clippy nextest doc fuzz browser
cargo xtask tidy              directions between crates, sizes, words that must not appear
cargo xtask deny              licences, banned crates, sources, against deny.toml
cargo xtask fuzz 60           every reader, so many seconds in all
cargo xtask bench             compare with the peers named in bench/README.md; writes bench/RESULTS.md
cargo xtask pictures          the README's pictures, of this program";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test", rest @ ..] => test::run(rest),
        ["tidy"] => tidy::run(),
        ["deny"] => deny::run(),
        ["fuzz", seconds] => seconds.parse().map_err(Into::into).and_then(fuzz::run),
        ["bench"] => bench::run(),
        ["pictures"] => setup::browser().and_then(|()| pictures::run()),
        _ => {
            println!("{HELP}");
            return if words.is_empty() || words == ["--help"] { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
