//! Puts the parts together and serves until told to stop; requests under way are finished first.

use crate::clock::SystemClock;
use crate::command::{self, Place};
use crate::configuration::Configuration;
use crate::mail::Mailer;
use crate::webhook::Pusher;
use crate::{command::say, job};
use anyhow::{Context, Result, bail};
use domain::clock::Clock;
use domain::transparency::note::Signer;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Store;
use tokio::net::TcpListener;
use web::app::{App, Parts, Settings};
use web::search::Search;

/// Serves by the configuration file.
pub(crate) async fn run(place: &Place) -> Result<()> {
    let (configuration, store) = place.open().await?;
    let listener = listen(configuration.listen).await?;
    let app = app(&configuration, store, Arc::new(SystemClock), false)?;
    let mailer = configuration.smtp.as_ref().map(Mailer::new).transpose()?;
    say(&format!("政务公开平台已启动：{}（按 Ctrl+C 停止）", configuration.public_url));
    until_stopped(listener, app, mailer, Pusher::new(configuration.internal_receivers)).await
}

/// Takes the port.
///
/// # Errors
/// A sentence saying that it is taken, and what to do.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "端口 {} 已被其他程序占用（也可能本程序已在运行）。请关闭占用它的程序，或换一个端口，例如：--port {}。",
            address.port(),
            address.port().checked_add(1).unwrap_or(8081)
        ),
        Err(error) => Err(error).with_context(|| format!("不能在 {address} 上提供服务。")),
    }
}

/// Puts the parts together.
pub(crate) fn app(
    configuration: &Configuration,
    store: Store,
    clock: Arc<dyn Clock>,
    demonstration: bool,
) -> Result<App> {
    let search = search(configuration)?;
    assembled(configuration, store, clock, demonstration, search)
}

/// Puts the parts together with an index of another place.
pub(crate) fn assembled(
    configuration: &Configuration,
    store: Store,
    clock: Arc<dyn Clock>,
    demonstration: bool,
    search: Search,
) -> Result<App> {
    Ok(App::new(Parts {
        store,
        clock,
        calendar: command::calendar(configuration.calendars.as_deref())?,
        settings: Settings {
            site: configuration.site.site(demonstration),
            public_url: configuration.public_url.trim_end_matches('/').to_owned(),
            notice_agency: configuration.supervision.agency.clone(),
            notice_issuer: configuration.supervision.issuer.clone(),
            secure_cookies: configuration.public_url.starts_with("https://"),
            behind_proxy: configuration.behind_proxy,
            libreoffice: configuration.libreoffice.clone().or_else(find_libreoffice),
            sends_mail: configuration.smtp.is_some(),
            demonstration,
        },
        fonts: print::Fonts::find(configuration.fonts.as_deref()),
        pages: web::cache::PageCache::default(),
        signer: signer(configuration)?,
        search,
        scan: web::scan::Scan::default(),
        rate_limits: web::rate::RateLimits::default(),
        metrics: web::operations::install_metrics()?,
    }))
}

/// The search index.
fn search(configuration: &Configuration) -> Result<Search> {
    let beside = configuration.attachments.with_file_name("search");
    let folder = configuration.search.as_deref().unwrap_or(&beside);
    Search::open(folder).with_context(|| {
        format!(
            "搜索索引目录 {} 不能使用。请检查目录是否可写、磁盘是否已满、本程序是否已在运行。",
            folder.display()
        )
    })
}

/// The key that signs the transparency log; made on the first start.
fn signer(configuration: &Configuration) -> Result<Signer> {
    let beside = configuration.attachments.with_file_name("transparency.key");
    let path = configuration.log_key.as_deref().unwrap_or(&beside);
    match std::fs::read_to_string(path) {
        Ok(text) => Signer::from_text(&text).with_context(|| {
            format!("存证签名密钥文件 {} 不能使用。请从备份中恢复这个文件。", path.display())
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let address = configuration.public_url.trim_end_matches('/');
            let host = address.split_once("://").map_or(address, |(_, host)| host);
            let signer = store::transparency::new_signer(&format!("{host}/log"))?;
            write_private(path, &signer.to_text())
                .with_context(|| format!("存证签名密钥不能写入 {}。", path.display()))?;
            tracing::info!(path = %path.display(), "made a key for the transparency log; keep a copy of it in a safe place");
            Ok(signer)
        }
        Err(error) => Err(error).with_context(|| format!("存证签名密钥文件 {} 不能读取。", path.display())),
    }
}

/// Writes a file that nobody else may read.
pub(crate) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    file.sync_all()
}

/// Serves until the process is asked to stop.
pub(crate) async fn until_stopped(
    listener: TcpListener,
    app: App,
    mailer: Option<Mailer>,
    pusher: Pusher,
) -> Result<()> {
    job::start(&app, mailer, pusher);
    let store = app.store.clone();
    web::server::serve(listener, app, stop_signal()).await;
    store.close().await?;
    Ok(())
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}

/// LibreOffice, where it is usually installed.
pub(crate) fn find_libreoffice() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&folders)
        .flat_map(|folder| [folder.join("soffice"), folder.join("libreoffice")]);
    let usual =
        ["/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice"].map(PathBuf::from);
    on_path.chain(usual).find(|path| Path::new(path).is_file())
}
