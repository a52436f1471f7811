//! The rows below the header as they stand: which are tasks, which headings, notes, repeated headers; which cells go
//! on from above. Tables that go on from the plan's table are joined to it.

use super::line::{heading_level, is_note, note};
use super::{Mapping, header, realign};
use crate::document::Cover;
use crate::{Cell, Document, Grid};
use domain::finding::{Finding, Place};
use std::collections::HashSet;

/// A row of the plan's table.
pub(super) enum Row {
    /// A heading between tasks, with its level.
    Heading(String, usize),
    /// A row of cells.
    Cells(RowCells),
}

/// A row of cells, a field for each mapped column.
pub(super) struct RowCells {
    pub(super) at: Place,
    pub(super) fields: Vec<Field>,
    /// The format or the table knows no merged cells: a blank may stand for the cell above.
    pub(super) blanks_continue: bool,
}

/// What stands in one column of a row.
#[derive(Clone, Default)]
pub(super) struct Field {
    pub(super) text: String,
    /// The cell began in a row above.
    pub(super) goes_on: bool,
}

impl Field {
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

/// What stands below a header.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) rows: Vec<Row>,
    /// Lines below the tasks.
    pub(super) notes: Vec<String>,
}

/// Gathers the rows and reports what was tidied.
pub(super) fn rows(document: &Document, mapping: &Mapping, findings: &mut Vec<Finding>) -> Vec<Row> {
    let gathered = gather(document, mapping, findings);
    let notes: Vec<&str> = gathered.notes.iter().map(String::as_str).collect();
    findings.extend(note("末尾", &notes, Place::table(mapping.table)));
    gathered.rows
}

/// Gathers the rows of the mapped table and of those that go on from it.
pub(super) fn gather(document: &Document, mapping: &Mapping, findings: &mut Vec<Finding>) -> Gathered {
    let mut gathered = Gathered::default();
    let Some(grid) = document.tables.get(mapping.table) else { return gathered };
    one_table(grid, mapping, &mut gathered, findings);
    for (table, grid) in document.tables.iter().enumerate() {
        let Some(same) = header::continued(table, grid, mapping) else { continue };
        findings.push(
            Finding::info(
                "tables-joined",
                "这个表的表头与上一个表相同，已按同一个任务分解表接续读取。请核对。",
            )
            .at(Place::table(table)),
        );
        for line in &grid.leading {
            if let Some(level) = heading_level(line) {
                gathered.rows.push(Row::Heading(line.clone(), level));
            }
        }
        one_table(grid, &same, &mut gathered, findings);
    }
    gathered
}

fn one_table(grid: &Grid, mapping: &Mapping, gathered: &mut Gathered, findings: &mut Vec<Finding>) {
    let cover = grid.cover();
    let ragged: HashSet<usize> = grid.ragged.iter().copied().collect();
    let body = mapping.body_row();
    let merged = grid.cells.iter().any(|cell| cell.row >= body && cell.is_tall());
    let blanks_continue = !grid.knows_merges || !merged;
    let mut realigned: Option<(usize, usize)> = None;
    let mut repeated_headers = 0;
    let mut collapsed = Collapsed::default();
    for row in body..grid.rows {
        let cells = cover.row(row);
        let own: Vec<&Cell> =
            cells.iter().copied().filter(|cell| cell.row == row && !cell.text.is_empty()).collect();
        if own.is_empty() {
            continue;
        }
        if is_header_again(&cover, mapping, row) {
            repeated_headers += 1;
            continue;
        }
        let at = Place::row(mapping.table, row);
        if let Some((text, level)) = heading(grid, &cells, &own) {
            if is_note(&text) || (level == 0 && row + 1 == grid.rows && heading_level(&text).is_none()) {
                gathered.notes.push(text);
            } else {
                gathered.rows.push(Row::Heading(text.replace('\n', ""), level));
            }
            continue;
        }
        let mut fields = plain_fields(&cover, mapping, row);
        if ragged.contains(&row)
            && let Some(moved) = realigned_fields(&cover, mapping, row, &own)
        {
            fields = moved;
            let first = realigned.map_or(row, |(first, _)| first);
            realigned = Some((first, realigned.map_or(1, |(_, count)| count + 1)));
        }
        for (column, field) in fields.iter_mut().enumerate() {
            collapse(field, mapping, column, Place::cell(mapping.table, row, column), &mut collapsed);
        }
        gathered.rows.push(Row::Cells(RowCells { at, fields, blanks_continue }));
    }
    findings.append(&mut collapsed.findings);
    if repeated_headers > 0 {
        findings.push(
            Finding::info(
                "header-repeated",
                format!("表头在分页处重复了{repeated_headers}次，已略去重复的表头。"),
            )
            .at(Place::table(mapping.table)),
        );
    }
    if let Some((row, count)) = realigned {
        findings.push(
            Finding::warning(
                "row-realigned",
                format!("有{count}行的单元格比表头少，已按内容推定各属于哪一列。请从这一行起逐行核对。"),
            )
            .at(Place::row(mapping.table, row)),
        );
    }
}

/// A header that stands again, as after a page break.
fn is_header_again(cover: &Cover<'_>, mapping: &Mapping, row: usize) -> bool {
    if mapping.header_rows == 0 {
        return false;
    }
    let bare = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let mut same = 0;
    for column in 0..mapping.columns.len() {
        let text = bare(cover.text(row, column));
        if text.is_empty() {
            continue;
        }
        let is_header =
            (mapping.header_row..mapping.body_row()).any(|header| bare(cover.text(header, column)) == text);
        if !is_header {
            return false;
        }
        same += 1;
    }
    same >= 2
}

/// A row that holds one text for the whole width, with its level (0 when it has no ordinal).
fn heading(grid: &Grid, cells: &[&Cell], own: &[&Cell]) -> Option<(String, usize)> {
    let [only] = own else { return None };
    // A cell that goes on from above says that this is a row of a task.
    if cells.iter().any(|cell| cell.row != only.row && !cell.text.is_empty()) || only.is_tall() {
        return None;
    }
    let level = heading_level(&only.text);
    let spans = only.column_span * 2 > grid.columns && grid.columns > 1;
    match level {
        Some(level) if only.column == 0 || spans => Some((only.text.clone(), level)),
        _ if spans || is_note(&only.text) => Some((only.text.clone(), 0)),
        _ => None,
    }
}

fn plain_fields(cover: &Cover<'_>, mapping: &Mapping, row: usize) -> Vec<Field> {
    (0..mapping.columns.len())
        .map(|column| cover.at(row, column).map_or_else(Field::default, |cell| field(cell, row)))
        .collect()
}

fn field(cell: &Cell, row: usize) -> Field {
    Field { text: cell.text.clone(), goes_on: cell.row < row }
}

/// Places the cells of a short row by what they say, around the cells that go on from above.
fn realigned_fields(cover: &Cover<'_>, mapping: &Mapping, row: usize, own: &[&Cell]) -> Option<Vec<Field>> {
    let columns = mapping.columns.len();
    let free: Vec<usize> =
        (0..columns).filter(|column| cover.at(row, *column).is_none_or(|cell| cell.row == row)).collect();
    let texts: Vec<&str> = own.iter().map(|cell| cell.text.as_str()).collect();
    let chosen = realign::columns(&texts, &free, mapping)?;
    if chosen.iter().zip(own).all(|(column, cell)| *column == cell.column) {
        return None;
    }
    let mut fields: Vec<Field> = (0..columns)
        .map(|column| match cover.at(row, column) {
            Some(cell) if cell.row < row => field(cell, row),
            _ => Field::default(),
        })
        .collect();
    for (column, cell) in chosen.into_iter().zip(own) {
        *fields.get_mut(column)? = field(cell, row);
    }
    Some(fields)
}

#[derive(Default)]
struct Collapsed {
    findings: Vec<Finding>,
}

/// A text that stands twice in its cell, as after a page break: `2⏎⏎2`.
fn collapse(field: &mut Field, mapping: &Mapping, column: usize, at: Place, collapsed: &mut Collapsed) {
    let Some(once) = doubled(&field.text) else { return };
    let once = once.to_owned();
    if !field.goes_on {
        let name = mapping.columns.get(column).map_or("", |column| column.header.as_str());
        let head: String = once.chars().filter(|c| *c != '\n').take(20).collect();
        collapsed.findings.push(
            Finding::info("repeated-cell", format!("“{name}”中“{head}”在同一格里写了两遍，已合并为一遍。"))
                .at(at),
        );
    }
    field.text = once;
}

/// The first half, if the lines of the second half are the same.
fn doubled(text: &str) -> Option<&str> {
    let middle = text.len() / 2;
    let first = text.get(..middle)?;
    let second = text.get(middle + 1..)?;
    (text.get(middle..=middle)? == "\n" && first == second && !first.is_empty()).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_written_twice_is_one() {
        assert_eq!(doubled("2\n2"), Some("2"));
        assert_eq!(doubled("编制目录。\n编制目录。"), Some("编制目录。"));
        assert_eq!(doubled("甲\n乙\n甲\n乙"), Some("甲\n乙"));
        for other in ["", "\n", "2", "22", "甲\n乙", "2\n2\n2", "甲乙\n甲"] {
            assert_eq!(doubled(other), None, "{other:?}");
        }
    }
}
