//! `gongkai plan`: reads a breakdown table at the command line, or takes it into the record.

use super::{Place, say, say_findings, say_json};
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use domain::finding::{Finding, Severity};
use domain::plan::Plan;
use domain::role::Actor;
use domain::unit::Tier;
use std::path::{Path, PathBuf};

/// What to do with plans.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Reads a file and says what it found; writes nothing.
    #[command(
        about = "读取任务分解表并列出发现的问题，不写入任何数据",
        after_help = "示例：gongkai plan read 分解表.xlsx --json"
    )]
    Read {
        /// The table: xlsx, xls, docx, html, txt; doc, wps, et with LibreOffice.
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// Print JSON.
        #[arg(long, help = "按 JSON 输出")]
        json: bool,
    },
    /// Reads a file and puts it into force.
    #[command(
        about = "读取任务分解表并直接生效；有错误级问题时不写入",
        after_help = "示例：gongkai plan import 分解表.docx --config gongkai.toml"
    )]
    Import {
        #[command(flatten)]
        place: Place,
        /// The table.
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
}

#[derive(serde::Serialize)]
struct Reading<'a> {
    #[serde(flatten)]
    plan: &'a Plan,
    findings: &'a [Finding],
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Read { file, json } => read(&file, json),
        Command::Import { place, file } => import(&place, &file).await,
    }
}

fn read(file: &Path, json: bool) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("读不到文件 {}。", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let reading = web::reading::read_plan(&name, &bytes, crate::serve::find_libreoffice().as_deref(), None)?;
    if json {
        return say_json(&Reading { plan: &reading.plan, findings: &reading.findings });
    }
    say(&reading.plan.title);
    for task in &reading.plan.tasks {
        say(&format!("{} {}（{} 项）", task.number, task.name, task.assignments.len()));
        for assignment in &task.assignments {
            let units: Vec<&str> = assignment.units.iter().map(|unit| unit.text.as_str()).collect();
            say(&format!(
                "    {} | {} | {}",
                shorten(&assignment.content),
                units.join("、"),
                assignment.due.text
            ));
        }
    }
    say_findings(&reading.findings);
    Ok(())
}

async fn import(place: &Place, file: &Path) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("读不到文件 {}。", file.display()))?;
    let (_, store) = place.open().await?;
    let directory = store::unit::directory(&store).await?;
    let county = directory.regions().iter().find(|region| region.tier == Tier::County);
    let county = county.context("还没有登记行政区划和单位。请先登记后再导入。")?.id;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let reading = web::reading::read_plan(
        &name,
        &bytes,
        crate::serve::find_libreoffice().as_deref(),
        Some(&directory),
    )?;
    say_findings(&reading.findings);
    if reading.findings.iter().any(|finding| finding.severity == Severity::Error) {
        bail!("有错误级问题，没有写入。请修改文件后重试，或在网页上导入并逐项改正。");
    }
    let plan = web::reading::keep_and_accept(&store, &Actor::System, county, &name, bytes, reading).await?;
    say(&format!("任务分解表已生效，编号 {plan}。"));
    Ok(())
}

fn shorten(text: &str) -> String {
    let line: String = text.split_whitespace().collect();
    if line.chars().count() <= 40 { line } else { line.chars().take(39).chain(['…']).collect() }
}
