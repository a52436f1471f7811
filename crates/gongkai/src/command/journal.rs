//! `gongkai journal`: checks that nobody changed the past.

use super::{Place, say};
use anyhow::{Result, bail};
use clap::Subcommand;

/// What to do with the journal.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Checks every entry.
    #[command(about = "逐条核验操作日志：内容与校验值相符、前后相接、无缺失")]
    Verify(Place),
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Verify(place) = command;
    let (_, store) = place.open().await?;
    match store::journal::verify(&store).await? {
        Ok(verified) => {
            let head: String = verified.head.iter().map(|byte| format!("{byte:02x}")).collect();
            say(&format!("操作日志完整：共 {} 条，末条校验值 {head}。", verified.entries));
            Ok(())
        }
        Err(broken) => bail!("操作日志未通过核验。{broken}请立即停用系统、保全数据，并与最近的备份比对。"),
    }
}
