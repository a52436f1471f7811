//! Excel workbooks, read part by part as streams: cell values with their number formats, merged cells, widths,
//! hidden rows and sheets. Memory grows with the cells that hold something, not with the sheet's declared size.

mod plain;
mod shared;
mod sheet;
pub(crate) mod style;

use crate::archive::Archive;
use crate::xml::{Xml, attribute};
use crate::{Document, Limits, Refusal};
use domain::finding::{Finding, Place};
use quick_xml::events::Event;
use std::collections::HashMap;

struct Listed {
    name: String,
    relation: String,
    hidden: bool,
}

struct Workbook {
    sheets: Vec<Listed>,
    /// Dates count from 1904, as old Macs did.
    since_1904: bool,
}

pub(crate) fn read(bytes: &[u8], limits: &Limits, findings: &mut Vec<Finding>) -> Result<Document, Refusal> {
    let mut archive = Archive::open(bytes, limits)?;
    let main = relations(&mut archive, "_rels/.rels", "", limits)?
        .into_values()
        .find(|relation| relation.kind.ends_with("/officeDocument"))
        .map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
    let workbook = workbook(&mut archive, &main, limits)?;
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
    let relations = relations(&mut archive, &format!("{folder}/_rels/{file}.rels"), folder, limits)?;
    let target = |kind: &str, usual: &str| {
        let found = relations.values().find(|relation| relation.kind.ends_with(kind));
        found.map_or_else(|| format!("{folder}/{usual}"), |relation| relation.target.clone())
    };
    let strings = shared::read(&mut archive, &target("/sharedStrings", "sharedStrings.xml"), limits)?;
    let styles = style::read(&mut archive, &target("/styles", "styles.xml"), limits)?;
    let context =
        sheet::Context { strings: &strings, styles: &styles, since_1904: workbook.since_1904, limits };
    let mut document = Document::default();
    let mut cells = 0;
    for listed in &workbook.sheets {
        let Some(relation) = relations.get(&listed.relation) else { continue };
        if !relation.kind.ends_with("/worksheet") {
            continue;
        }
        if listed.hidden {
            findings.push(Finding::warning(
                "hidden-sheet",
                format!(
                    "工作表“{}”是隐藏的，没有读取。其中有需要的内容时，请取消隐藏后重新上传。",
                    listed.name
                ),
            ));
            continue;
        }
        if document.tables.len() >= limits.tables {
            return Err(Refusal::too_large("工作表", limits.tables, "个"));
        }
        let table = document.tables.len();
        let Some(mut part) = archive.part(&relation.target)? else { continue };
        let mut read = sheet::read(&mut part, &context)?;
        cells += read.grid.cells.len();
        if cells > limits.cells {
            return Err(Refusal::too_large("表格的单元格", limits.cells, "个"));
        }
        read.grid.name.clone_from(&listed.name);
        document.landscape |= read.landscape;
        report(&read, table, findings);
        document.tables.push(read.grid);
    }
    if document.tables.is_empty() && workbook.sheets.is_empty() {
        return Err(Refusal::Damaged { part: "工作表目录" });
    }
    Ok(document)
}

fn report(read: &sheet::Read, table: usize, findings: &mut Vec<Finding>) {
    if let Some(row) = read.hidden_rows.first() {
        findings.push(
            Finding::warning(
                "hidden-row",
                format!(
                    "工作表“{}”有{}行是隐藏的，已一并读取。不需要的，请在原文件中删除后重新上传。",
                    read.grid.name,
                    read.hidden_rows.len()
                ),
            )
            .at(Place::row(table, *row)),
        );
    }
    if let Some(column) = read.hidden_columns.first() {
        findings.push(
            Finding::warning(
                "hidden-column",
                format!(
                    "工作表“{}”有隐藏的列，已一并读取。不需要的，请在原文件中删除后重新上传。",
                    read.grid.name
                ),
            )
            .at(Place { row: None, ..Place::cell(table, 0, *column) }),
        );
    }
    for (row, column, text) in &read.errors {
        findings.push(
            Finding::warning(
                "cell-error",
                format!("单元格是公式错误“{text}”，按原样保留。请在原文件中改正。"),
            )
            .at(Place::cell(table, *row, *column)),
        );
    }
    for (row, column, text) in &read.struck {
        let head: String = text.chars().take(20).collect();
        findings.push(
            Finding::warning(
                "struck-text",
                format!("“{head}”带有删除线，仍按有效内容读取。已作废的请删去。"),
            )
            .at(Place::cell(table, *row, *column)),
        );
    }
}

fn workbook(archive: &mut Archive<'_>, path: &str, limits: &Limits) -> Result<Workbook, Refusal> {
    let mut part = archive.part(path)?.ok_or(Refusal::Damaged { part: "工作簿" })?;
    let mut xml = Xml::new(&mut part, limits.depth, "工作簿");
    let mut workbook = Workbook { sheets: Vec::new(), since_1904: false };
    loop {
        match xml.next()? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().into_inner() {
                "workbookPr" => {
                    workbook.since_1904 =
                        matches!(attribute(&element, "date1904").as_deref(), Some("1" | "true" | "on"));
                }
                "sheet" if workbook.sheets.len() < limits.tables * 4 => workbook.sheets.push(Listed {
                    name: attribute(&element, "name").unwrap_or_default(),
                    relation: attribute(&element, "id").unwrap_or_default(),
                    hidden: matches!(attribute(&element, "state").as_deref(), Some("hidden" | "veryHidden")),
                }),
                _ => {}
            },
            Event::Eof => return Ok(workbook),
            _ => {}
        }
    }
}

/// A part another part points to.
pub(crate) struct Relation {
    pub(crate) kind: String,
    pub(crate) target: String,
}

/// Reads a `.rels` part; targets come out as paths within the zip.
pub(crate) fn relations(
    archive: &mut Archive<'_>,
    path: &str,
    folder: &str,
    limits: &Limits,
) -> Result<HashMap<String, Relation>, Refusal> {
    let mut relations = HashMap::new();
    let Some(mut part) = archive.part(path.trim_start_matches('/'))? else {
        return Ok(relations);
    };
    let mut xml = Xml::new(&mut part, limits.depth, "目录");
    loop {
        match xml.next()? {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().into_inner() == "Relationship"
                    && relations.len() < limits.entries =>
            {
                let target = attribute(&element, "Target").unwrap_or_default();
                if attribute(&element, "TargetMode").as_deref() == Some("External") {
                    continue;
                }
                let kind = attribute(&element, "Type").unwrap_or_default();
                let id = attribute(&element, "Id").unwrap_or_default();
                relations.insert(id, Relation { kind, target: resolve(folder, &target) });
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// A target as a path within the zip.
pub(crate) fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    path.join("/")
}
