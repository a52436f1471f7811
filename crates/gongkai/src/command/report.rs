//! `gongkai report`: annual reports written from the record, and checked where they are files.

use super::{Place, say, say_findings, say_json};
use anyhow::{Context, Result, bail};
use clap::{Subcommand, ValueEnum};
use domain::annual_report::{AnnualReport, Cell, Discrepancy, check};
use domain::finding::Finding;
use domain::role::Scope;
use domain::unit::{Directory, Resolution};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use web::annual_report::Format;

/// What to do with reports.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Writes an annual report from the record.
    #[command(
        about = "由系统记录生成一个单位或本级政府的年度报告",
        after_help = "示例：gongkai report annual --year 2020 --unit 自然资源局 --format docx --out 年报.docx --config gongkai.toml"
    )]
    Annual {
        #[command(flatten)]
        place: Place,
        /// The year it reports on.
        #[arg(long, value_name = "年份", help = "报告年份")]
        year: i16,
        /// Whose, by name or alias.
        #[arg(long, value_name = "单位", help = "单位的名称或别名，或者区域的名称")]
        unit: String,
        /// The form.
        #[arg(long, help = "格式")]
        format: Form,
        /// Where to write; standard output when left out.
        #[arg(long, value_name = "文件", help = "写到哪里；不写则输出到屏幕")]
        out: Option<PathBuf>,
    },
    /// Checks the numbers of a report.
    #[command(
        about = "核对一份年度报告文件中的数字，不写入任何数据",
        after_help = "退出码：0 一致，2 有对不上的数字，1 读不了。\n示例：gongkai report check 年报.docx --json"
    )]
    Check {
        /// The report: html, docx, xlsx and what else is read.
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// Print JSON.
        #[arg(long, help = "按 JSON 输出")]
        json: bool,
    },
}

/// A form to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A page.
    Html,
    /// Word.
    Docx,
    /// PDF.
    Pdf,
    /// Excel.
    Xlsx,
    /// JSON.
    Json,
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Annual { place, year, unit, format, out } => {
            annual(&place, year, &unit, format, out.as_deref()).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Check { file, json } => check_file(&file, json),
    }
}

/// A number that breaks a rule.
#[derive(Serialize)]
struct Broken {
    rule: &'static str,
    row: &'static str,
    column: &'static str,
    expected: i128,
    found: i128,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    part: &'static str,
    message: String,
}

fn broken(found: &[Discrepancy]) -> Vec<Broken> {
    let one = |one: &Discrepancy| Broken {
        rule: one.constraint.word(),
        row: one.cell.row(),
        column: one.cell.column(),
        expected: one.expected,
        found: one.found,
        words: one.words.clone(),
        part: one.cell.part(),
        message: one.finding().message,
    };
    found.iter().map(one).collect()
}

/// A report with its numbers by the words of their cells; the fees in fen.
#[derive(Serialize)]
struct Written<'a> {
    unit: &'a str,
    year: i16,
    overall: &'a str,
    problems: &'a str,
    others: &'a str,
    numbers: BTreeMap<String, i128>,
    findings: Vec<Broken>,
}

fn scope(directory: &Directory, name: &str) -> Result<Scope> {
    if let Resolution::Unit(unit) = directory.resolve(name) {
        return Ok(Scope::Unit(unit));
    }
    let region = directory.regions().iter().find(|region| region.name == name.trim());
    let region = region.with_context(|| format!("没有名为“{name}”的单位或区域。请用名录中的名称或别名。"))?;
    Ok(Scope::Region(region.id))
}

async fn annual(place: &Place, year: i16, unit: &str, format: Form, out: Option<&Path>) -> Result<()> {
    let (configuration, store) = place.open().await?;
    let directory = store::unit::directory(&store).await?;
    let built = store::annual_report::build(&store, scope(&directory, unit)?, year).await?;
    store.close().await?;
    let report = built.report;
    let form = match format {
        Form::Html => Format::Html,
        Form::Docx => Format::Docx,
        Form::Pdf => Format::Pdf,
        Form::Xlsx => Format::Xlsx,
        Form::Json => {
            let written = Written {
                unit: &report.unit,
                year,
                overall: &report.overall,
                problems: &report.problems,
                others: &report.others,
                numbers: Cell::all().map(|cell| (cell.word(), report.number(cell))).collect(),
                findings: broken(&built.found),
            };
            return put(format!("{}\n", serde_json::to_string_pretty(&written)?).as_bytes(), out);
        }
    };
    let fonts = print::Fonts::find(configuration.fonts.as_deref());
    let today = domain::clock::Clock::today(&crate::clock::SystemClock);
    put(&web::annual_report::write(&report, form, (today, false), &fonts)?, out)
}

fn put(bytes: &[u8], out: Option<&Path>) -> Result<()> {
    match out {
        Some(out) => std::fs::write(out, bytes).with_context(|| format!("不能写入 {}。", out.display())),
        None => Ok(std::io::stdout().write_all(bytes)?),
    }
}

#[derive(Serialize)]
struct Checked {
    year: i16,
    /// How many of the three tables the file holds.
    tables: usize,
    findings: Vec<Broken>,
    /// What could not be read.
    notes: Vec<Finding>,
}

/// The code of a table that was not found.
const MISSING: &str = "report-table-missing";

fn no_tables(file: &Path) -> String {
    format!("文件 {} 中没有读到年度报告的表格。请核对是不是政府信息公开工作年度报告。", file.display())
}

fn read(file: &Path) -> Result<(AnnualReport, Vec<Finding>)> {
    let bytes = std::fs::read(file).with_context(|| format!("读不到文件 {}。", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let libreoffice = crate::serve::find_libreoffice();
    let converter = libreoffice.as_deref().map(tables::convert::Converter::new);
    let limits = tables::Limits::default();
    let read = tables::convert::read(&name, &bytes, &limits, converter.as_ref());
    let (document, mut findings) = match read {
        // What the reader says of tables is about other tables.
        Err(tables::Refusal::NoTable) => bail!(no_tables(file)),
        read => read?,
    };
    let (report, more) = tables::annual_report::read(&document);
    findings.extend(more);
    Ok((report, domain::finding::arrange(findings)))
}

/// The code of a report whose numbers differ; what cannot be read at all ends with 1, like every fault.
const DIFFERS: u8 = 2;

fn check_file(file: &Path, json: bool) -> Result<ExitCode> {
    let (report, notes) = read(file)?;
    let tables = 3 - notes.iter().filter(|note| note.code == MISSING).count().min(3);
    if tables == 0 {
        bail!(no_tables(file));
    }
    let found = check(&report, None);
    let code = if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(DIFFERS) };
    if json {
        say_json(&Checked { year: report.year, tables, findings: broken(&found), notes })?;
        return Ok(code);
    }
    say(&format!("{}{}年，{tables}张表。", report.unit, report.year));
    if found.is_empty() {
        say("表内和正文引用的数字都对得上。");
    }
    for one in &found {
        say(&format!("[{}] {}", one.constraint.label(), one.finding().message));
    }
    say_findings(&notes);
    Ok(code)
}
