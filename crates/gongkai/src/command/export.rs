//! `gongkai export`: the portal as static files for nginx.

use super::{Place, say};
use crate::clock::SystemClock;
use crate::serve;
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::sync::Arc;
use web::export::Options;
use web::search::Search;

/// What to export.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// The portal.
    #[command(about = "把公众网站写成静态文件；再次执行只更新有变化的部分")]
    Site(Site),
}

/// Where to.
#[derive(Args)]
pub(crate) struct Site {
    #[command(flatten)]
    place: Place,
    /// The folder.
    #[arg(long, value_name = "目录", help = "导出到哪个目录")]
    out: PathBuf,
    /// The service behind nginx.
    #[arg(long, value_name = "地址:端口", help = "nginx 把搜索、表单转给哪里；默认是配置中的 listen")]
    service: Option<String>,
}

/// Exports.
pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Site(site) = command;
    let (configuration, store) = site.place.open().await?;
    // No page that is exported asks the index, and the service's own is in use.
    let folder = tempfile::tempdir()?;
    let search = Search::open(folder.path())?;
    let app = serve::assembled(&configuration, store, Arc::new(SystemClock), false, search)?;
    let service = site.service.unwrap_or_else(|| configuration.listen.to_string());
    let options = Options { folder: site.out, service };
    let report = web::export::site(&app, &options).await.context("静态网站没有导出，原有文件仍可使用。")?;
    let how = if report.whole { "全部重新生成" } else { "只更新有变化的" };
    say(&format!(
        "已导出到 {}（{how}）：写入 {} 个地址，移除 {} 个，共 {} 个；公开记录第 {} 号。",
        options.folder.display(),
        report.made,
        report.removed,
        report.addresses,
        report.epoch
    ));
    app.store.close().await?;
    Ok(())
}
