//! Finding the header: the row whose cells mean most, in the table that looks most like a plan.

use super::line::heading_level;
use super::synonym::{Sureness, meaning};
use super::{ColumnRole, MappedColumn, Mapping, guess};
use crate::document::Cover;
use crate::{Document, Grid};
use domain::finding::{Finding, Place};

/// Rows searched for a header: titles and notes above it take a few.
const SEARCHED_ROWS: usize = 60;

/// Finds the plan's table and the meaning of its columns.
pub(super) fn find(document: &Document, findings: &mut Vec<Finding>) -> Option<Mapping> {
    let mut best: Option<(usize, Mapping)> = None;
    for (table, grid) in document.tables.iter().enumerate() {
        if let Some((score, mapping)) = in_table(table, grid)
            && best.as_ref().is_none_or(|(known, _)| score > *known)
        {
            best = Some((score, mapping));
        }
    }
    if let Some((_, mapping)) = best {
        return Some(first_part(document, mapping));
    }
    let guessed = document.tables.iter().enumerate().find_map(|(table, grid)| guess::columns(table, grid));
    let message = match &guessed {
        Some(mapping) => {
            let named: Vec<&str> = mapping
                .columns
                .iter()
                .filter(|column| column.role != ColumnRole::Extra)
                .map(|column| column.role.label())
                .collect();
            format!("没有找到表头，已按内容推测各列为：{}。请逐列确认，或在原表加上表头后重新上传。", named.join("、"))
        }
        None => "没有找到表头（如“序号、主要任务、具体内容、责任单位、完成时限、备注”），无法确定各列的含义。请在原表加上表头后重新上传，或逐列指定含义。".to_owned(),
    };
    let table = guessed.as_ref().map_or(0, |mapping| mapping.table);
    findings.push(Finding::error("header-missing", message).at(Place::table(table)));
    guessed
}

/// Says what else the file holds, and what is missing.
pub(super) fn report(document: &Document, mapping: &Mapping, findings: &mut Vec<Finding>) {
    for (table, grid) in document.tables.iter().enumerate() {
        if table == mapping.table || continued(table, grid, mapping).is_some() {
            continue;
        }
        let name = if grid.name.is_empty() { String::new() } else { format!("“{}”", grid.name) };
        let head: String =
            grid.cells.iter().map(|cell| cell.text.as_str()).take(3).collect::<Vec<_>>().join("、");
        let head: String = head.chars().take(30).collect();
        findings.push(
            Finding::warning(
                "other-table",
                format!("文件中另有一个表{name}（{}行，开头是“{head}”），没有读入。需要读入的，请单独存成一个文件上传。", grid.rows),
            )
            .at(Place::table(table)),
        );
    }
    let missing: Vec<&str> = [
        (mapping.column(ColumnRole::Task).or(mapping.column(ColumnRole::Content)).is_none(), "具体内容"),
        (!mapping.has_units(), "责任单位"),
        (mapping.column(ColumnRole::Due).is_none(), "完成时限"),
    ]
    .into_iter()
    .filter_map(|(missing, label)| missing.then_some(label))
    .collect();
    if !missing.is_empty() {
        findings.push(
            Finding::warning(
                "column-missing",
                format!(
                    "表头中没有找到“{}”列。有这一列的，请指定是哪一列；确实没有的，可以继续。",
                    missing.join("”“")
                ),
            )
            .at(Place::row(mapping.table, mapping.header_row)),
        );
    }
    for (column, mapped) in mapping.columns.iter().enumerate() {
        if mapped.role == ColumnRole::Extra && !mapped.header.is_empty() {
            findings.push(
                Finding::info(
                    "column-extra",
                    format!(
                        "“{}”列没有对应的含义，内容原样保留在各行的其他信息中。含义不对的，请重新指定。",
                        mapped.header
                    ),
                )
                .at(Place::cell(mapping.table, mapping.header_row, column)),
            );
        }
    }
}

/// Where the plan begins if the table found only goes on from one before it.
fn first_part(document: &Document, mut mapping: Mapping) -> Mapping {
    for (table, grid) in document.tables.iter().enumerate().take(mapping.table).rev() {
        let Some(longer) = document.tables.get(mapping.table) else { break };
        if let Some((_, before)) = in_table(table, grid)
            && continued(mapping.table, longer, &before).is_some()
        {
            mapping = before;
        }
    }
    mapping
}

/// The mapping of a table that goes on from the plan's: it stands after it, has the same header, and nothing but
/// headings before it. With a title it would be a plan of its own.
pub(super) fn continued(table: usize, grid: &Grid, mapping: &Mapping) -> Option<Mapping> {
    if table <= mapping.table || mapping.header_rows == 0 {
        return None;
    }
    let (_, found) = in_table(table, grid)?;
    let heading = |line: &String| heading_level(line).is_some() || line.starts_with('续') || line.len() <= 9;
    let goes_on = found.header_row == 0 && grid.leading.iter().all(heading);
    let same = found.signature() == mapping.signature() && found.columns.len() == mapping.columns.len();
    (goes_on && same).then(|| Mapping { columns: mapping.columns.clone(), ..found })
}

/// The best header of one table, with how much it looks like a plan's.
pub(super) fn in_table(table: usize, grid: &Grid) -> Option<(usize, Mapping)> {
    let cover = grid.cover();
    let mut best: Option<(usize, usize)> = None;
    for row in 0..grid.rows.min(SEARCHED_ROWS) {
        let score = score(&cover, row);
        if score > 0 && best.is_none_or(|(known, _)| score > known) {
            best = Some((score, row));
        }
    }
    let (score, row) = best?;
    let rows = height(grid, &cover, row);
    let columns = columns(grid, &cover, row, rows);
    // Among tables with the same header the longer one is the plan.
    Some((score * 1_000 + grid.rows.min(999), Mapping { table, header_row: row, header_rows: rows, columns }))
}

/// How much a row looks like a header: distinct meanings, sure ones counting double.
fn score(cover: &Cover<'_>, row: usize) -> usize {
    let mut roles: Vec<(ColumnRole, Sureness)> = Vec::new();
    for cell in cover.row(row).into_iter().filter(|cell| cell.row == row) {
        if let Some((role, sureness)) = meaning(&cell.text)
            && !roles.iter().any(|(known, _)| *known == role)
        {
            roles.push((role, sureness));
        }
    }
    let has = |role: ColumnRole| roles.iter().any(|(known, _)| *known == role);
    let says_what = has(ColumnRole::Task) || has(ColumnRole::Content);
    let says_who = has(ColumnRole::Unit) || has(ColumnRole::LeadUnit) || has(ColumnRole::CooperatingUnit);
    if roles.len() < 2 || !(says_what || says_who) || !roles.iter().any(|(_, s)| *s == Sureness::Certain) {
        return 0;
    }
    roles.iter().map(|(_, sureness)| if *sureness == Sureness::Certain { 2 } else { 1 }).sum()
}

/// A header is as tall as its tallest cell, or two rows where a merged cell has headers of its own below.
fn height(grid: &Grid, cover: &Cover<'_>, row: usize) -> usize {
    let cells: Vec<_> =
        cover.row(row).into_iter().filter(|cell| cell.row == row && !cell.text.is_empty()).collect();
    let tall = cells.iter().map(|cell| cell.row_span).max().unwrap_or(1);
    if tall > 1 {
        return tall.min(3).min(grid.rows - row);
    }
    let wide = cells.iter().filter(|cell| cell.column_span > 1);
    for parent in wide {
        let below = (parent.column..parent.column + parent.column_span)
            .filter(|column| meaning(cover.text(row + 1, *column)).is_some())
            .count();
        if below >= 2 && row + 1 < grid.rows {
            return 2;
        }
    }
    1
}

fn columns(grid: &Grid, cover: &Cover<'_>, row: usize, rows: usize) -> Vec<MappedColumn> {
    let mut columns: Vec<MappedColumn> = Vec::with_capacity(grid.columns);
    for column in 0..grid.columns {
        let mut parts: Vec<&str> = Vec::new();
        for header_row in row..row + rows {
            let text = cover.text(header_row, column);
            if !text.is_empty() && parts.last() != Some(&text) {
                parts.push(text);
            }
        }
        // The lower header is the nearer one: 责任单位 over 牵头单位 and 配合单位.
        let role =
            parts.iter().rev().find_map(|part| meaning(part)).map_or(ColumnRole::Extra, |(role, _)| role);
        let header = parts.join(" ").replace('\n', "");
        columns.push(MappedColumn { header, role });
    }
    settle(&mut columns);
    columns
}

/// Each meaning that must be single is given to one column.
pub(super) fn settle(columns: &mut [MappedColumn]) {
    let of = |columns: &[MappedColumn], role| -> Vec<usize> {
        columns.iter().enumerate().filter(|(_, column)| column.role == role).map(|(index, _)| index).collect()
    };
    // 重点任务 beside 工作任务: the second says what exactly.
    let tasks = of(columns, ColumnRole::Task);
    if let (Some(second), true) = (tasks.get(1), of(columns, ColumnRole::Content).is_empty())
        && let Some(column) = columns.get_mut(*second)
    {
        column.role = ColumnRole::Content;
    }
    // 工作目标 beside 具体措施: the surer and, of two sure ones, the first.
    for role in ColumnRole::ALL.into_iter().filter(|role| !role.may_repeat()) {
        let found = of(columns, role);
        let sure = found.iter().copied().find(|index| {
            columns.get(*index).and_then(|c| meaning(&c.header)).is_some_and(|(_, s)| s == Sureness::Certain)
        });
        let Some(kept) = sure.or(found.first().copied()) else { continue };
        for index in found.into_iter().filter(|index| *index != kept) {
            if let Some(column) = columns.get_mut(index) {
                column.role = ColumnRole::Extra;
            }
        }
    }
}
