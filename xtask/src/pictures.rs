//! The README's pictures: of this program, by a script, so that they never show another.

use crate::browser::program;
use crate::step::{command, root};
use anyhow::{Result, bail};

/// Largest picture in bytes: the README loads on slow networks.
const BYTES_MAX: u64 = 300_000;

/// Takes them into docs/pictures.
pub fn run() -> Result<()> {
    let folder = root().join("docs/pictures");
    std::fs::create_dir_all(&folder)?;
    let mut pictures = command("node", &["pictures.mjs"]);
    pictures.current_dir(root().join("tests")).env("GONGKAI", program()?).env("PICTURES", &folder);
    crate::step::run(pictures)?;
    for entry in std::fs::read_dir(&folder)? {
        let entry = entry?;
        let bytes = entry.metadata()?.len();
        println!("{} {} kB", entry.path().display(), bytes / 1000);
        if bytes > BYTES_MAX {
            bail!("{} is larger than {} kB", entry.path().display(), BYTES_MAX / 1000);
        }
    }
    Ok(())
}
