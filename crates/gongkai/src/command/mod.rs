//! The command line. Each command is a file; each explains itself by example.

mod backup;
mod calendar;
mod catalogue;
mod export;
mod journal;
mod plan;
mod report;
mod request;
mod setup;
mod user;
mod verify;

use crate::{configuration::Configuration, demo, serve};
use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use domain::clock::Clock;
use domain::finding::Finding;
use domain::rule::Rules;
use domain::workday::{Calendar, CalendarYear};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use store::Store;
use store::seal::SealKey;

/// What was typed.
#[derive(Parser)]
#[command(
    name = "gongkai",
    version,
    about = "政务公开平台：从任务分解表到村务公示栏的一本账。",
    after_help = "示例：\n  \
        gongkai demo                                启动演示（示例数据，http://127.0.0.1:8080）\n  \
        gongkai plan read 分解表.docx --json         读取任务分解表，不写入任何数据\n  \
        gongkai catalogue read 就业领域目录.xlsx --json  读取标准目录，不写入任何数据\n  \
        gongkai report check 年报.docx --json         核对年度报告中的数字\n  \
        gongkai calendar add 2026-09-25 20          九月二十五日起二十个工作日是哪一天\n  \
        gongkai serve --config gongkai.toml         正式运行\n  \
        gongkai export site --out 静态网站          把公众网站写成静态文件\n  \
        gongkai journal verify --config gongkai.toml  核验操作日志是否被改动",
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    /// Log as JSON lines instead of text.
    #[arg(long, global = true, help = "日志按 JSON 输出")]
    json_log: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Demonstration.
    #[command(about = "启动演示：自动建库、读入试点任务分解表、创建演示账号")]
    Demo(demo::Options),
    /// The real thing.
    #[command(about = "按配置文件正式运行")]
    Serve(Place),
    /// Tables.
    #[command(about = "建立或升级数据库表结构")]
    Migrate(Place),
    /// Regions, units, groups.
    #[command(about = "登记行政区划、单位和单位组（首次安装）")]
    Setup(setup::Setup),
    /// People.
    #[command(subcommand, about = "人员")]
    User(user::Command),
    /// Plans.
    #[command(subcommand, about = "任务分解表")]
    Plan(plan::Command),
    /// Catalogues.
    #[command(subcommand, about = "标准目录")]
    Catalogue(catalogue::Command),
    /// Requests for disclosure.
    #[command(subcommand, about = "依申请公开")]
    Request(request::Command),
    /// Annual reports.
    #[command(subcommand, about = "年度报告：由记录生成，核对文件中的数字")]
    Report(report::Command),
    /// Working days.
    #[command(subcommand, about = "工作日历")]
    Calendar(calendar::Command),
    /// The journal.
    #[command(subcommand, about = "操作日志")]
    Journal(journal::Command),
    /// A proof.
    #[command(about = "核验公开存证的证明，不需要联网")]
    Verify(verify::Verify),
    /// The transparency log.
    #[command(subcommand, about = "公开存证：核验、见证")]
    Log(verify::Command),
    /// Static files.
    #[command(subcommand, about = "导出公众网站的静态文件")]
    Export(export::Command),
    /// Backup.
    #[command(about = "备份全部数据和附件到一个文件（两种数据库通用）")]
    Backup(backup::Backup),
    /// Restore.
    #[command(about = "把备份恢复到一个空库")]
    Restore(backup::Restore),
}

/// Where the record lies.
#[derive(Args, Clone)]
pub(crate) struct Place {
    /// The configuration file.
    #[arg(
        long,
        env = "GONGKAI_CONFIG",
        default_value = "gongkai.toml",
        value_name = "文件",
        help = "配置文件"
    )]
    pub(crate) config: PathBuf,
}

impl Place {
    /// Opens the record the configuration names, its tables brought up to date.
    pub(crate) async fn open(&self) -> Result<(Configuration, Store)> {
        let configuration = Configuration::read(&self.config)?;
        let store = open(&configuration, Arc::new(crate::clock::SystemClock)).await?;
        Ok((configuration, store))
    }
}

/// Opens a record and brings its tables up to date.
pub(crate) async fn open(configuration: &Configuration, clock: Arc<dyn Clock>) -> Result<Store> {
    let settings = store::Settings {
        database: configuration.database.clone(),
        attachments: configuration.attachments.clone(),
        rules: rules(configuration.rules.as_deref())?,
        key: personal_key(configuration)?,
    };
    let store = Store::open(settings, clock)
        .await
        .context("打不开数据库。请检查配置中的 database 是否正确、数据库是否已启动、目录是否可写。")?;
    store.migrate().await.context("数据库表结构升级失败，数据没有改动。请把下面的原因告知技术支持。")?;
    Ok(store)
}

/// The key that seals personal data; made on the first start.
fn personal_key(configuration: &Configuration) -> Result<SealKey> {
    let beside = configuration.attachments.with_file_name("personal.key");
    let path = configuration.personal_key.as_deref().unwrap_or(&beside);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("不能建立目录 {}。", folder.display()))?;
    }
    SealKey::at(path).with_context(|| {
        format!(
            "个人信息密钥文件 {} 不能使用。请检查目录是否可写；已有数据的，请恢复原来的密钥文件。",
            path.display()
        )
    })
}

/// The built-in rules, with those of the office's own file in their place.
fn rules(own: Option<&Path>) -> Result<Rules> {
    let rules = Rules::builtin()?;
    let Some(own) = own else { return Ok(rules) };
    let text = std::fs::read_to_string(own).with_context(|| format!("读不到规则文件 {}。", own.display()))?;
    rules.overridden(&text).with_context(|| format!("规则文件 {} 没有采用。", own.display()))
}

/// The built-in calendar and the years in `folder`.
pub(crate) fn calendar(folder: Option<&Path>) -> Result<Calendar> {
    let mut calendar = Calendar::builtin();
    let Some(folder) = folder else { return Ok(calendar) };
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("读不到日历目录 {}。", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "toml")) {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("读不到日历文件 {}。", file.display()))?;
        let year =
            CalendarYear::parse(&text).with_context(|| format!("日历文件 {} 有误。", file.display()))?;
        calendar = calendar.with(year);
    }
    Ok(calendar)
}

/// Carries out a command; the code says what it found, where it was asked to look.
pub(crate) async fn run(arguments: Arguments) -> Result<ExitCode> {
    let done: Result<()> = match arguments.command {
        Command::Demo(options) => demo::run(options).await,
        Command::Serve(place) => serve::run(&place).await,
        Command::Migrate(place) => {
            place.open().await?;
            say("数据库表结构已是最新。");
            Ok(())
        }
        Command::Setup(command) => setup::run(command).await,
        Command::User(command) => user::run(command).await,
        Command::Plan(command) => plan::run(command).await,
        Command::Catalogue(command) => catalogue::run(&command).await,
        Command::Request(command) => request::run(&command),
        Command::Report(command) => return report::run(command).await,
        Command::Calendar(command) => calendar::run(&command),
        Command::Journal(command) => journal::run(command).await,
        Command::Verify(arguments) => tokio::task::spawn_blocking(move || verify::verify(&arguments)).await?,
        Command::Log(command) => verify::run(command).await,
        Command::Export(command) => export::run(command).await,
        Command::Backup(command) => backup::write(command).await,
        Command::Restore(command) => backup::restore(command).await,
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// Sets up the log on standard error; `RUST_LOG` chooses what.
pub(crate) fn log_to_stderr(arguments: &Arguments) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new("info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn")
    });
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if arguments.json_log { log.json().init() } else { log.compact().init() }
}

/// The one door to standard output. A reader that went away (`| head`) is no reason to stop.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// The one door to standard error: what failed, then each cause.
#[expect(clippy::print_stderr, reason = "this is the command line's own output")]
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("没有完成：{error}");
    for cause in error.chain().skip(1) {
        eprintln!("  原因：{cause}");
    }
}

/// Findings, one a line.
pub(crate) fn say_findings(findings: &[Finding]) {
    for finding in findings {
        say(&format!("[{}] {} {}", finding.severity.label(), finding.at, finding.message));
    }
}

/// A value as indented JSON on standard output.
pub(crate) fn say_json(value: &impl serde::Serialize) -> Result<()> {
    say(&serde_json::to_string_pretty(value)?);
    Ok(())
}
