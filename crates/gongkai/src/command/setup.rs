//! `gongkai setup`: the regions, units and groups of a new installation, from one file.

use super::{Place, say};
use crate::roster::Roster;
use anyhow::{Context, Result};
use clap::Args;
use std::path::PathBuf;

/// The roster to register.
#[derive(Args)]
pub(crate) struct Setup {
    #[command(flatten)]
    place: Place,
    /// The roster.
    #[arg(value_name = "单位名录")]
    file: PathBuf,
}

/// Registers the roster.
pub(crate) async fn run(command: Setup) -> Result<()> {
    let text = std::fs::read_to_string(&command.file)
        .with_context(|| format!("读不到单位名录 {}。", command.file.display()))?;
    let roster = Roster::parse(&text)?;
    let (_, store) = command.place.open().await?;
    roster.register(&store).await?;
    let directory = store::unit::directory(&store).await?;
    say(&format!(
        "已登记 {} 个行政区划、{} 个单位、{} 个单位组。",
        directory.regions().len(),
        directory.units().len(),
        directory.groups().len()
    ));
    Ok(())
}
