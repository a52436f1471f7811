//! `gongkai backup` and `gongkai restore`: the whole record as one file, readable into either database.

use super::{Place, say};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;

/// What to back up.
#[derive(Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    place: Place,
    /// The archive to write; must not exist.
    #[arg(value_name = "备份文件")]
    file: PathBuf,
}

/// What to restore.
#[derive(Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    place: Place,
    /// The archive to read.
    #[arg(value_name = "备份文件")]
    file: PathBuf,
}

/// Writes a backup.
pub(crate) async fn write(command: Backup) -> Result<()> {
    if command.file.exists() {
        bail!("{} 已存在，为免覆盖没有写入。请换一个文件名。", command.file.display());
    }
    let (_, store) = command.place.open().await?;
    store::backup::write(&store, &command.file).await.context("备份没有完成。")?;
    let bytes = std::fs::metadata(&command.file)?.len();
    say(&format!(
        "已备份到 {}（{} KB）。请另存到其他机器，并定期试恢复。",
        command.file.display(),
        bytes / 1000
    ));
    Ok(())
}

/// Reads a backup into an empty record.
pub(crate) async fn restore(command: Restore) -> Result<()> {
    let (_, store) = command.place.open().await?;
    store::backup::restore(&store, &command.file).await.context("恢复没有完成，目标库未改动。")?;
    say("已恢复，操作日志和附件均已核验。");
    Ok(())
}
