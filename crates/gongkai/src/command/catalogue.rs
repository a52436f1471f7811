//! `gongkai catalogue`: reads standard catalogues at the command line, compares and converts them.

use super::{Place, say, say_findings, say_json};
use anyhow::{Context, Result, bail};
use clap::{Subcommand, ValueEnum};
use domain::catalogue::change::{self, Difference};
use domain::catalogue::{Catalogue, Item};
use domain::finding::Finding;
use domain::obligation;
use domain::role::Actor;
use domain::rule::Rules;
use domain::sector;
use domain::unit::Resolution;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use store::catalogue::NewCatalogue;
use tables::catalogue::Starter;

/// What to do with catalogues.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Reads a file and says what it found; writes nothing.
    #[command(
        about = "读取标准目录并列出发现的问题，不写入任何数据",
        after_help = "示例：gongkai catalogue read 就业领域目录.docx --json"
    )]
    Read {
        /// The table: xlsx, xls, docx, html, csv, txt; doc, wps, et with LibreOffice.
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// Print JSON.
        #[arg(long, help = "按 JSON 输出")]
        json: bool,
    },
    /// Says what changed between two files.
    #[command(
        about = "比较两份标准目录，逐项逐格列出增、改、删",
        after_help = "示例：gongkai catalogue diff 2020年目录.xlsx 2021年目录.xlsx"
    )]
    Diff {
        /// The older one.
        #[arg(value_name = "旧目录")]
        before: PathBuf,
        /// The newer one.
        #[arg(value_name = "新目录")]
        after: PathBuf,
        /// Print JSON.
        #[arg(long, help = "按 JSON 输出")]
        json: bool,
    },
    /// Reads a file and keeps its catalogues as a unit's drafts.
    #[command(
        about = "读取标准目录，作为一个单位的草稿保存；本单位已有同一领域目录的，不写入",
        after_help = "示例：gongkai catalogue import 就业领域目录.xlsx --unit 人力资源和社会保障局 --config gongkai.toml"
    )]
    Import {
        #[command(flatten)]
        place: Place,
        /// The table.
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// Who writes it, by name or alias.
        #[arg(long, value_name = "单位", help = "编制单位的名称或别名")]
        unit: String,
        /// The sector, where the file does not say; by name or id.
        #[arg(long, value_name = "领域", help = "文件没有写明领域时指定；文件中只能有一份目录")]
        sector: Option<String>,
    },
    /// Writes a catalogue in another form.
    #[command(
        about = "把标准目录（文件，或 26 个领域之一的范本）转成官方版式的表格",
        after_help = "示例：gongkai catalogue export 就业 --format xlsx --out 就业.xlsx\n      \
            gongkai catalogue export 目录.html --format docx --out 目录.docx"
    )]
    Export {
        /// A file, or a sector's name or id for its starter.
        #[arg(value_name = "文件或领域")]
        source: String,
        /// The form.
        #[arg(long, help = "格式")]
        format: Form,
        /// Where to write; standard output when left out.
        #[arg(long, value_name = "文件", help = "写到哪里；不写则输出到屏幕")]
        out: Option<PathBuf>,
    },
}

/// A form to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Excel.
    Xlsx,
    /// Word.
    Docx,
    /// Comma-separated text.
    Csv,
    /// JSON.
    Json,
}

#[derive(serde::Serialize)]
struct Reading {
    catalogues: Vec<Catalogue>,
    findings: Vec<Finding>,
}

/// Runs the command.
pub(crate) async fn run(command: &Command) -> Result<()> {
    match command {
        Command::Import { place, file, unit, sector } => import(place, file, unit, sector.as_deref()).await,
        Command::Read { file, json } => show(&read(file)?, *json),
        Command::Diff { before, after, json } => diff(before, after, *json),
        Command::Export { source, format, out } => export(source, *format, out.as_deref()),
    }
}

fn read(file: &Path) -> Result<Reading> {
    let bytes = std::fs::read(file).with_context(|| format!("读不到文件 {}。", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let libreoffice = crate::serve::find_libreoffice();
    let converter = libreoffice.as_deref().map(tables::convert::Converter::new);
    let limits = tables::Limits::default();
    let (document, mut findings) = tables::convert::read(&name, &bytes, &limits, converter.as_ref())?;
    let statutory = obligation::period(&Rules::builtin()?);
    let (reads, more) = tables::catalogue::read(&document, &[], statutory);
    findings.extend(more);
    let catalogues = reads.into_iter().map(|read| read.catalogue).collect();
    Ok(Reading { catalogues, findings: domain::finding::arrange(findings) })
}

fn show(reading: &Reading, json: bool) -> Result<()> {
    if json {
        return say_json(reading);
    }
    for catalogue in &reading.catalogues {
        let sector = catalogue.sector.as_deref().and_then(sector::find);
        let sector = sector.map_or("本单位目录", |sector| sector.name.as_str());
        say(&format!("{}（{sector}，{} 项）", catalogue.title, catalogue.items.len()));
        for item in &catalogue.items {
            say(&format!(
                "    {} {} | {} | {}",
                item.number,
                item.name(),
                item.limit.text(),
                item.publisher.join("、")
            ));
        }
    }
    say_findings(&reading.findings);
    Ok(())
}

/// The catalogues of a file as one with codes: those of `known` for items of the same name, new ones for others.
fn coded(file: &Path, known: &[Item]) -> Result<Catalogue> {
    let mut whole = Catalogue::default();
    for catalogue in read(file)?.catalogues {
        if whole.title.is_empty() {
            whole.title.clone_from(&catalogue.title);
            whole.sector.clone_from(&catalogue.sector);
        }
        whole.items.extend(catalogue.items);
        whole.notes.extend(catalogue.notes);
    }
    if whole.items.is_empty() {
        bail!("文件 {} 中没有读到目录事项。请先用 gongkai catalogue read 查看原因。", file.display());
    }
    let mut number = 0;
    whole.identify(known, || {
        number += 1;
        format!("item-{number:05}")
    });
    Ok(whole)
}

fn diff(before: &Path, after: &Path, json: bool) -> Result<()> {
    let before = coded(before, &[])?;
    let difference = change::between(&before, &coded(after, &before.items)?);
    if json {
        return say_json(&difference);
    }
    say(&difference.summary());
    say_difference(&difference);
    Ok(())
}

fn say_difference(difference: &Difference) {
    for item in &difference.added {
        say(&format!("[新增] {}", item.name()));
    }
    for changed in &difference.changed {
        let sentences: Vec<String> = changed.cells().iter().map(change::CellChange::sentence).collect();
        if !sentences.is_empty() {
            say(&format!("[调整] {}：{}", changed.after.name(), sentences.join("；")));
        }
    }
    for item in &difference.dropped {
        say(&format!("[取消] {}", item.name()));
    }
}

async fn import(place: &Place, file: &Path, unit: &str, sector: Option<&str>) -> Result<()> {
    let Reading { mut catalogues, findings } = read(file)?;
    say_findings(&findings);
    if catalogues.is_empty() {
        bail!("文件中没有读到目录，没有写入。");
    }
    if let Some(name) = sector {
        let found = sector::titled(name).or_else(|| sector::find(name));
        let found = found.with_context(|| format!("没有“{name}”这个领域。请写26个领域之一的名称。"))?;
        match catalogues.as_mut_slice() {
            [only] => only.sector = Some(found.id.clone()),
            _ => bail!("文件中有 {} 份目录，不能都作为“{name}”。请去掉 --sector。", catalogues.len()),
        }
    }
    let (_, store) = place.open().await?;
    let directory = store::unit::directory(&store).await?;
    let Resolution::Unit(id) = directory.resolve(unit) else {
        bail!("单位名录中没有“{unit}”。请写名录中的名称或别名。");
    };
    let region = directory.unit(id).context("单位名录已变化，请重试。")?.region;
    for content in catalogues {
        let (title, items) = (content.title.clone(), content.items.len());
        let new = NewCatalogue {
            region,
            unit: id,
            content,
            parent: None,
            powers: BTreeSet::new(),
            from_guide: false,
        };
        let id = store::catalogue::create(&store, &Actor::System, new).await;
        let id = id.with_context(|| format!("《{title}》没有写入"))?;
        say(&format!("《{title}》（{items} 项）已作为草稿保存，编号 {id}。"));
    }
    Ok(())
}

fn export(source: &str, format: Form, out: Option<&Path>) -> Result<()> {
    let catalogues = match sector::titled(source).or_else(|| sector::find(source)) {
        Some(sector) if !Path::new(source).exists() => {
            let starter =
                Starter::of(&sector.id).with_context(|| format!("领域“{}”没有范本。", sector.name))?;
            vec![starter.read()?.0]
        }
        _ => read(Path::new(source))?.catalogues,
    };
    let bytes = match format {
        Form::Xlsx => tables::catalogue::write_xlsx(&catalogues)?,
        Form::Docx => tables::catalogue::write_docx(&catalogues)?,
        Form::Csv => catalogues.iter().map(tables::catalogue::write_csv).collect::<String>().into_bytes(),
        Form::Json => serde_json::to_vec_pretty(&catalogues)?,
    };
    match out {
        Some(path) => std::fs::write(path, bytes).with_context(|| format!("写不进文件 {}。", path.display())),
        None => Ok(std::io::stdout().write_all(&bytes)?),
    }
}
