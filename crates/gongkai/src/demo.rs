//! The demonstration (示例数据): a folder with its own record, the pilot's table read and in force, some months of work
//! on it, and a clock that stands in the autumn of 2020, when the table was alive.

use crate::clock::{ShiftedClock, SystemClock};
use crate::command::{self, say};
use crate::configuration::{Configuration, SmtpSecurity, SmtpTable, SupervisionTable};
use crate::mail::Mailer;
use crate::roster::Roster;
use crate::serve;
use crate::webhook::Pusher;
use anyhow::{Context, Result, bail};
use clap::Args;
use domain::clock::{Clock, FixedClock, start_of_day};
use domain::network::Reachable;
use domain::role::Actor;
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Store;

mod accounts;
mod annual_reports;
mod catalogues;
mod disclosures;
mod interpretations;
mod platform;
mod request_plot;
mod request_words;
mod requests;
mod reviews;
mod story;

/// The password of every demonstration account; printed at the start, never used elsewhere.
const PASSWORD: &str = "Yanshi-2026";
/// The demonstration's first morning: the first due has passed, the second phase is under way.
const FIRST_DAY: Date = date(2020, 9, 21);
/// When the pilot's table was put into force.
const TABLE_DAY: Date = date(2020, 8, 3);
/// When the office began to keep its requests here: the eve of the law of 2019.
const OPENING_DAY: Date = date(2019, 5, 14);
/// Names the folder as the demonstration's, so that `--reset` never deletes anything else; keeps the clock's shift.
const MARK: &str = "demo.toml";

/// How to run the demonstration.
#[derive(Args)]
pub(crate) struct Options {
    /// Where the demonstration keeps its data.
    #[arg(long, default_value = "gongkai-data", value_name = "目录", help = "演示数据所在目录")]
    data: PathBuf,
    /// The port.
    #[arg(long, default_value_t = 8080, value_name = "端口", help = "网页端口")]
    port: u16,
    /// The address to listen on.
    #[arg(
        long,
        default_value = "127.0.0.1",
        value_name = "地址",
        help = "监听地址；0.0.0.0 允许其他机器访问"
    )]
    address: std::net::IpAddr,
    /// Start over.
    #[arg(long, help = "清空演示数据，重新开始")]
    reset: bool,
    /// The date it pretends to be at its first start.
    #[arg(long, value_name = "日期", help = "首次启动时的演示日期，默认 2020-09-21；写 now 用真实日期")]
    today: Option<String>,
    /// A mail server that takes mail without a password.
    #[arg(
        long,
        value_name = "主机:端口",
        help = "不需要密码的邮件服务器（例如本机的测试信箱），用来演示邮件提醒和订阅"
    )]
    smtp: Option<String>,
    /// What of the local network may be sent messages.
    #[arg(
        long,
        value_name = "网段或主机",
        help = "允许推送的本机、内部网络地址（例如 127.0.0.1），用来演示推送，可以写多次"
    )]
    internal_receiver: Vec<String>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Mark {
    /// Seconds the demonstration's clock is ahead of the machine's.
    shift_seconds: i64,
}

/// Runs the demonstration.
pub(crate) async fn run(options: Options) -> Result<()> {
    let address = SocketAddr::new(options.address, options.port);
    let listener = serve::listen(address).await?;
    let port = listener.local_addr()?.port();
    if options.reset {
        clear(&options.data)?;
    }
    let roster = Roster::parse(include_str!("../../../data/demo/wushen.toml"))?;
    let configuration = configuration(&options, &roster, port)?;
    let mark = prepare(&options, &configuration, &roster).await?;
    let clock = Arc::new(ShiftedClock::new(SignedDuration::from_secs(mark.shift_seconds)));
    let mailer = configuration.smtp.as_ref().map(Mailer::new).transpose()?;
    let store = command::open(&configuration, clock.clone()).await?;
    let app = serve::app(&configuration, store, clock.clone(), true)?;
    introduce(&configuration, &roster, clock.today());
    serve::until_stopped(listener, app, mailer, Pusher::new(configuration.internal_receivers)).await
}

fn configuration(options: &Options, roster: &Roster, port: u16) -> Result<Configuration> {
    let database = options.data.join("gongkai.db");
    Ok(Configuration {
        database: format!("sqlite:{}", database.display()),
        attachments: options.data.join("attachments"),
        listen: SocketAddr::new(options.address, port),
        public_url: format!("http://{}", SocketAddr::new(options.address, port)),
        site: roster.site.clone().context("演示名录缺少站点信息。")?,
        supervision: SupervisionTable {
            agency: "乌政公开督".to_owned(),
            issuer: "乌审旗政务公开工作领导小组办公室（示例）".to_owned(),
        },
        smtp: options.smtp.as_deref().map(smtp).transpose()?,
        fonts: None,
        calendars: None,
        rules: None,
        libreoffice: None,
        log_key: None,
        personal_key: None,
        search: None,
        internal_receivers: Reachable::try_from(options.internal_receiver.clone())?,
        behind_proxy: false,
    })
}

fn smtp(place: &str) -> Result<SmtpTable> {
    let parts = place.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let (host, port) = parts.context("--smtp 应写“主机:端口”，例如 127.0.0.1:1025。")?;
    Ok(SmtpTable {
        host: host.to_owned(),
        port,
        user: None,
        password: None,
        from: "政务公开平台（示例） <gongkai@example.invalid>".to_owned(),
        security: SmtpSecurity::None,
    })
}

/// Deletes the demonstration's folder, and nothing that is not one.
fn clear(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    if !folder.join(MARK).exists() {
        bail!(
            "{} 不是演示数据目录（没有 {MARK}），为免误删没有清空。请用 --data 指定其他目录。",
            folder.display()
        );
    }
    std::fs::remove_dir_all(folder).with_context(|| format!("不能清空 {}。", folder.display()))
}

/// Makes the record at the first start; a start that broke off half-way is begun anew.
async fn prepare(options: &Options, configuration: &Configuration, roster: &Roster) -> Result<Mark> {
    let mark_path = options.data.join(MARK);
    if let Ok(text) = std::fs::read_to_string(&mark_path) {
        return toml::from_str(&text)
            .with_context(|| format!("{} 有误，请用 --reset 重新开始。", mark_path.display()));
    }
    if options.data.exists() && std::fs::read_dir(&options.data)?.next().is_some() {
        let half_made = options.data.join("preparing");
        if !half_made.exists() {
            bail!("{} 中已有其他文件，没有改动。请用 --data 指定一个新目录。", options.data.display());
        }
        std::fs::remove_dir_all(&options.data)?;
    }
    std::fs::create_dir_all(&options.data)
        .with_context(|| format!("不能建立目录 {}。", options.data.display()))?;
    let preparing = options.data.join("preparing");
    std::fs::write(&preparing, "")?;
    say("首次启动：正在建立演示数据……");
    let first_day = match options.today.as_deref() {
        None => FIRST_DAY,
        Some("now") => SystemClock.today(),
        Some(text) => text.parse().context("--today 应为日期，例如 2020-11-20，或 now。")?,
    };
    let told = Arc::new(FixedClock::new(morning(OPENING_DAY)?));
    let store = command::open(configuration, told.clone()).await?;
    let county = roster.register(&store).await?;
    roster.enrol(&store, county, PASSWORD).await?;
    let mut requests = requests::Requests::new(&store, &told).await?;
    requests.tell_until(accounts::LEDGER_DAY.min(first_day)).await?;
    told.set(morning(accounts::LEDGER_DAY)?);
    accounts::begin(&store).await?;
    requests.tell_until(TABLE_DAY.min(first_day)).await?;
    requests.all_read().await?;
    told.set(morning(TABLE_DAY)?);
    let plan = import(&store, county).await?;
    story::tell(&store, &told, plan, first_day, &mut requests).await?;
    store.close().await?;
    let mark = Mark { shift_seconds: ShiftedClock::shift_to(morning(first_day)?).as_secs() };
    std::fs::write(&mark_path, toml::to_string(&mark)?)?;
    std::fs::remove_file(&preparing)?;
    Ok(mark)
}

async fn import(store: &Store, county: i64) -> Result<i64> {
    let bytes: &[u8] = include_bytes!("../../../data/pilot/plan.docx");
    let name = "乌审旗基层政务公开标准化规范化重点任务分解表.docx";
    let directory = store::unit::directory(store).await?;
    let reading = web::reading::read_plan(name, bytes, None, Some(&directory))?;
    let plan =
        web::reading::keep_and_accept(store, &Actor::System, county, name, bytes.to_vec(), reading).await?;
    store::plan::publish(store, &Actor::System, plan).await?;
    Ok(plan)
}

/// Nine o'clock on a day.
fn morning(day: Date) -> Result<jiff::Timestamp> {
    let midnight = start_of_day(day).context("日期超出范围。")?;
    Ok(midnight.checked_add(SignedDuration::from_hours(9))?)
}

fn introduce(configuration: &Configuration, roster: &Roster, today: Date) {
    let accounts: String =
        roster.person.iter().map(|person| format!("  {:<10} {}\n", person.login, person.name)).collect();
    say(&format!(
        "\n政务公开平台演示（示例数据，演示日期 {today}）\n\n  公众网站  {url}/\n  工作入口  {url}/office\n\n演示账号（密码都是 {PASSWORD}）：\n{accounts}\n按 Ctrl+C 停止；再次启动保留数据，加 --reset 重新开始。",
        url = configuration.public_url,
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_never_deletes_another_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("重要文件.txt"), "x").unwrap();
        assert!(clear(folder.path()).is_err());
        assert!(folder.path().join("重要文件.txt").exists());
        std::fs::write(folder.path().join(MARK), "shift_seconds = 0").unwrap();
        clear(folder.path()).unwrap();
        assert!(!folder.path().exists());
    }
}
