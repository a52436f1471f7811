//! The README's pictures: of this program, by a script, so that they never show another.

use crate::step::{command, root, run as run_command};
use anyhow::Result;

/// Takes them into docs/pictures.
pub fn run() -> Result<()> {
    run_command(command("cargo", &["build", "--locked", "--package", "gongkai"]))?;
    let mut pictures = command("node", &["pictures.mjs"]);
    pictures.current_dir(root().join("tests")).env("GONGKAI", root().join("target/debug/gongkai"));
    pictures.env("PICTURES", root().join("docs/pictures"));
    run_command(pictures)
}
