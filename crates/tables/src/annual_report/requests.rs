//! Table 3 of a report: rows and columns by their labels.

use super::value::core;
use super::{Reading, Rows};
use crate::Grid;
use crate::document::Cover;
use domain::annual_report::{Cell, Column, ReportRow};
use domain::finding::Place;
use domain::request::Row;
use domain::text::head;
use std::collections::{BTreeMap, BTreeSet};

/// Other labels for a row: of the reports on 2019 and 2020, and shortened ones.
const ALIASES: [(&str, ReportRow); 5] = [
    ("其他处理", ReportRow::Result(Row::Other)),
    ("部分公开", ReportRow::Result(Row::Partial)),
    ("三类内部事务信息", ReportRow::Result(Row::InternalAffairs)),
    ("四类过程性信息", ReportRow::Result(Row::ProcessInformation)),
    ("行政执法案卷", ReportRow::Result(Row::EnforcementFile)),
];

/// Characters of a label that tell it from all others, where the rest is worded differently.
const TELLING: usize = 5;

fn row_of(label: &str) -> Option<ReportRow> {
    let label = core(label);
    let exact = ReportRow::all().find(|row| core(row.label()) == label);
    let alias = || ALIASES.iter().find(|(alias, _)| *alias == label).map(|(_, row)| *row);
    let begins = || {
        let start: String = label.chars().take(TELLING).collect();
        let long = start.chars().count() == TELLING;
        ReportRow::all().filter(|_| long).find(|row| core(row.label()).starts_with(&start))
    };
    exact.or_else(alias).or_else(begins)
}

/// The rightmost words before the numbers.
fn label<'a>(cover: &Cover<'a>, row: usize, numbers: usize) -> &'a str {
    (0..numbers).rev().map(|column| cover.text(row, column)).find(|text| !text.is_empty()).unwrap_or("")
}

pub(super) fn read(
    reading: &mut Reading,
    table: usize,
    grid: &Grid,
    cover: &Cover<'_>,
    again: bool,
) -> Option<Rows> {
    let person = grid
        .cells
        .iter()
        .find(|cell| core(&cell.text) == Column::Of(domain::request::ApplicantKind::Person).label())?;
    let (head_row, numbers) = (person.row, person.column);
    let is_new = |row: &usize| row_of(label(cover, *row, numbers)) == Some(ReportRow::New);
    let first = (head_row + 1..grid.rows).find(is_new)?;
    if again {
        let message = "又有一张“收到和处理政府信息公开申请情况”的表格，只读了第一张。".to_owned();
        reading.warn("report-table-twice", message, Place::table(table));
        return Some((head_row, grid.rows.saturating_sub(1)));
    }
    let columns = columns(reading, table, grid, cover, (head_row, first), numbers)?;
    let mut seen = BTreeSet::new();
    let mut last = first;
    let mut unknown = Vec::new();
    for row in first..grid.rows {
        let words = label(cover, row, numbers);
        let Some(known) = row_of(words) else {
            unknown.push(row);
            continue;
        };
        if !seen.insert(known) {
            let message = format!("“{}”有两行，只读了前一行。", known.label());
            reading.warn("report-row-twice", message, Place::row(table, row));
            continue;
        }
        last = row;
        for (column, place) in &columns {
            let cell = Cell::Request(known, *column);
            reading.take(cell, cover.text(row, *place), Place::cell(table, row, *place));
        }
        if known == ReportRow::CarriedOut {
            break;
        }
    }
    for row in unknown.into_iter().filter(|row| *row < last) {
        let words: Vec<&str> = cover.row(row).iter().map(|cell| cell.text.as_str()).collect();
        let message = format!("这一行不是表中应有的一行，没有采用：{}。", head(&words.join(" "), 60));
        reading.warn("report-row-unknown", message, Place::row(table, row));
    }
    let missing: Vec<&str> =
        ReportRow::all().filter(|row| !seen.contains(row)).map(ReportRow::label).collect();
    if !missing.is_empty() {
        let message = format!("表中缺少下列各行，按0处理：{}。", missing.join("、"));
        reading.warn("report-row-missing", message, Place::table(table));
    }
    let top = (0..=head_row).rev().take_while(|row| cover.row(*row).len() > 1).last().unwrap_or(head_row);
    Some((top, last))
}

/// Where each column stands: by its header, or one after the other where the headers cannot be told.
fn columns(
    reading: &mut Reading,
    table: usize,
    grid: &Grid,
    cover: &Cover<'_>,
    (head_row, first): Rows,
    numbers: usize,
) -> Option<BTreeMap<Column, usize>> {
    let mut found = BTreeMap::new();
    for place in numbers..grid.columns {
        let named = |column: &Column| {
            (head_row.saturating_sub(1)..first).any(|row| core(cover.text(row, place)) == column.label())
        };
        if let Some(column) = Column::all().find(named) {
            found.entry(column).or_insert(place);
        }
    }
    if found.len() == Column::COUNT {
        return Some(found);
    }
    if grid.columns - numbers == Column::COUNT {
        let message = "各列的表头没有全部认出，按“自然人”起依次七列读取。请核对。".to_owned();
        reading.warn("report-columns-by-order", message, Place::row(table, head_row));
        return Some(Column::all().zip(numbers..).collect());
    }
    let message = "各列的表头没有全部认出，列数也不是七列，这张表没有读取。".to_owned();
    reading.err("report-columns-unknown", message, Place::row(table, head_row));
    None
}
