//! A document's tables, cut into catalogues: at headers, at titles between rows; put together again where a page or a
//! sheet broke one.

use super::row::Rows;
use super::{Mapping, Read, body, header};
use crate::{Document, Grid};
use domain::catalogue::Catalogue;
use domain::finding::{Finding, Place};
use domain::sector;

/// Every catalogue of the document.
pub(super) fn read(document: &Document, known: &[Mapping], findings: &mut Vec<Finding>) -> Vec<Read> {
    let mut reads: Vec<Read> = Vec::new();
    let mut reader = Rows::default();
    for (table, grid) in document.tables.iter().enumerate() {
        one(document, (table, grid), known, &mut reads, &mut reader, findings);
    }
    if let Some(last) = reads.last_mut() {
        last.catalogue.notes.extend(document.trailing.iter().cloned());
    }
    reads.retain(|read| !read.catalogue.items.is_empty() || !read.catalogue.notes.is_empty());
    for read in &reads {
        if read.catalogue.sector.is_none() {
            let first = read.catalogue.items.first().map(|item| item.origin.0).unwrap_or_default();
            let title = if read.catalogue.title.is_empty() { "无标题" } else { &read.catalogue.title };
            findings.push(
                Finding::info("sector-unknown", format!("“{title}”没有写明属于26个领域中的哪一个，按本单位目录读取。属于某一领域的，请指定领域。"))
                    .at(Place { table: first.table, row: None, column: None }),
            );
        }
    }
    reads
}

fn one<'a>(
    document: &'a Document,
    (table, grid): (usize, &'a Grid),
    known: &[Mapping],
    reads: &mut Vec<Read>,
    reader: &mut Rows<'a>,
    findings: &mut Vec<Finding>,
) {
    let cover = grid.cover();
    let headers = header::find_all(grid, &cover);
    let Some(first) = headers.first() else {
        headless(document, (table, grid), reads, reader, findings);
        return;
    };
    let mut lines: Vec<String> = grid.leading.clone();
    lines.extend((0..first.row).map(|row| line(grid, row)).filter(|line| !line.is_empty()));
    for (index, found) in headers.iter().enumerate() {
        let end = headers.get(index + 1).map_or(grid.rows, |next| next.row);
        let mapping = corrected(&found.mapping, known);
        let name = if index == 0 { grid.name.as_str() } else { "" };
        let goes_on = lines.is_empty()
            && reads.last().is_some_and(|last| {
                last.mapping == mapping && (index > 0 || name.is_empty() || continues(name))
            });
        if !goes_on {
            reader.begin();
            let mut above = std::mem::take(&mut lines);
            // What stands between a table and the next one's title are the first one's notes.
            if let (Some(before), Some(title)) = (reads.last_mut(), title_among(&above)) {
                before.catalogue.notes.extend(above.drain(..title).filter(|line| !line.starts_with("附件")));
            }
            reads.push(begin(above, name, mapping.clone()));
        }
        let mut rows =
            body::read((table, grid), &cover, found.row + found.rows..end, &mapping, reader, findings);
        let last = headers.len() == index + 1;
        if last {
            if let Some(part) = rows.parts.last_mut() {
                part.notes.append(&mut rows.trailing);
            }
        } else {
            lines.append(&mut rows.trailing);
        }
        for part in rows.parts {
            if !part.title.is_empty() {
                reads.push(begin(vec![part.title.clone()], "", mapping.clone()));
            }
            if let Some(read) = reads.last_mut() {
                body::take(&mut read.catalogue, part);
            }
        }
    }
}

/// A sheet named like the next part of the one before: 续表, Sheet2.
fn continues(name: &str) -> bool {
    name.starts_with('续') || name.to_ascii_lowercase().starts_with("sheet")
}

/// A table without header: the rest of the one before where a page broke it, else not a catalogue.
fn headless<'a>(
    document: &'a Document,
    (table, grid): (usize, &'a Grid),
    reads: &mut Vec<Read>,
    reader: &mut Rows<'a>,
    findings: &mut Vec<Finding>,
) {
    let whole = grid.ragged.is_empty() && grid.leading.is_empty();
    if let Some(read) = reads.last_mut().filter(|read| whole && read.mapping.columns.len() == grid.columns) {
        let mapping = read.mapping.clone();
        findings.push(
            Finding::info(
                "table-continued",
                "这个表没有表头，列数与前一个表相同，已接在前一个表之后。请核对第一行。",
            )
            .at(Place::table(table)),
        );
        let rows = body::read((table, grid), &grid.cover(), 0..grid.rows, &mapping, reader, findings);
        for part in rows.parts {
            if !part.title.is_empty() {
                reads.push(begin(vec![part.title.clone()], "", mapping.clone()));
            }
            if let Some(read) = reads.last_mut() {
                body::take(&mut read.catalogue, part);
            }
        }
        if let Some(read) = reads.last_mut() {
            read.catalogue.notes.extend(rows.trailing);
        }
        return;
    }
    let words: Vec<String> =
        (0..grid.rows).map(|row| line(grid, row)).filter(|line| !line.is_empty()).collect();
    let head = domain::text::head(&words.join(" "), 30);
    let only = document.tables.len() == 1;
    let message = if only {
        format!(
            "表中没有能看懂的表头，无法确定各列的含义（开头是“{head}”）。请加上“公开事项、公开内容、公开依据、公开时限、公开主体”等表头后重新上传。"
        )
    } else {
        format!(
            "文件中另有一个表（{}行，开头是“{head}”），看不出表头，没有读成目录。需要读入的，请加上表头后重新上传。",
            grid.rows
        )
    };
    let finding = if only {
        Finding::error("header-missing", message)
    } else {
        Finding::warning("other-table", message)
    };
    findings.push(finding.at(Place::table(table)));
    if let Some(read) = reads.last_mut() {
        read.catalogue.notes.extend(grid.leading.iter().cloned());
    }
}

/// The texts of a row in one line.
fn line(grid: &Grid, row: usize) -> String {
    let cells = grid.cells.iter().filter(|cell| cell.row == row && !cell.text.is_empty());
    cells.map(|cell| cell.text.split_whitespace().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The mapping a person corrected for a table with these headers, else the one found.
fn corrected(found: &Mapping, known: &[Mapping]) -> Mapping {
    let signature = found.signature();
    known
        .iter()
        .find(|mapping| mapping.signature() == signature && mapping.columns.len() == found.columns.len())
        .unwrap_or(found)
        .clone()
}

/// The line that calls itself a catalogue, or names a sector; notes speak of catalogues too.
fn title_among(lines: &[String]) -> Option<usize> {
    let note =
        |line: &str| ["注", "说明", "备注", "来源", "填报", "范本"].iter().any(|word| line.starts_with(word));
    let last = |test: &dyn Fn(&str) -> bool| lines.iter().rposition(|line| !note(line) && test(line));
    let named = || last(&|line| sector::titled(line).is_some());
    last(&|line| line.contains("标准目录")).or_else(|| last(&|line| line.contains("目录"))).or_else(named)
}

/// A catalogue begins: of the lines above it the last that calls itself one is the title, the others are notes.
fn begin(lines: Vec<String>, sheet: &str, mapping: Mapping) -> Read {
    let title = title_among(&lines);
    let mut catalogue = Catalogue::default();
    for (index, line) in lines.into_iter().enumerate() {
        if Some(index) == title {
            catalogue.title = line;
        } else if !line.starts_with("附件") {
            catalogue.notes.push(line);
        }
    }
    if catalogue.title.is_empty() && !continues(sheet) {
        sheet.clone_into(&mut catalogue.title);
    }
    let named = sector::titled(&catalogue.title).or_else(|| sector::titled(sheet));
    let named = named.or_else(|| catalogue.notes.iter().find_map(|line| sector::titled(line)));
    catalogue.sector = named.map(|sector| sector.id.clone());
    Read { catalogue, mapping }
}
