//! Table 2 of a report: the ten numbers of the present form, or those of the reports on 2019 and 2020.

use super::value::{core, old_amount, old_change, old_count};
use super::{Reading, Rows};
use crate::Grid;
use crate::document::Cover;
use domain::annual_report::{Cell, OldProactive, Proactive, ProactiveCell};
use domain::finding::Place;

/// Headers that only the old form has.
const OLD: [&str; 3] = ["本年新制作数量", "本年新公开数量", "上一年项目数量"];

pub(super) fn read(
    reading: &mut Reading,
    table: usize,
    grid: &Grid,
    cover: &Cover<'_>,
    again: bool,
) -> Option<Rows> {
    let labels: Vec<String> = grid.cells.iter().map(|cell| core(&cell.text)).collect();
    let has = |word: &str| labels.iter().any(|label| label == word);
    let old = OLD.iter().any(|word| has(word));
    if !(old || has("本年制发件数") || has("行政规范性文件")) {
        return None;
    }
    if again {
        let message = "又有一张“主动公开政府信息情况”的表格，只读了第一张。".to_owned();
        reading.warn("report-table-twice", message, Place::table(table));
        return Some((0, grid.rows.saturating_sub(1)));
    }
    let rows = if old { read_old(reading, grid, cover) } else { read_current(reading, table, grid, cover) };
    let first = *rows.first()?;
    // The heads of the block above the first row of numbers.
    let top = (0..first).rev().take_while(|row| is_head(cover, *row)).last().unwrap_or(first);
    let last = *rows.last()?;
    Some((top, last))
}

fn is_head(cover: &Cover<'_>, row: usize) -> bool {
    let cells = cover.row(row);
    cells.len() > 1 || cells.iter().any(|cell| cell.text.starts_with("第二十条"))
}

/// A row's label, where it stands, and the texts after it with theirs.
type Line<'a> = (String, Vec<(usize, &'a str)>);

fn line<'a>(grid: &Grid, cover: &Cover<'a>, row: usize) -> Option<Line<'a>> {
    let start = (0..grid.columns).find(|column| !cover.text(row, *column).is_empty())?;
    let mut values: Vec<(usize, &str)> = Vec::new();
    let mut previous = cover.at(row, start);
    for column in start + 1..grid.columns {
        let cell = cover.at(row, column);
        let goes_on = match (cell, previous) {
            (Some(cell), Some(previous)) => std::ptr::eq(cell, previous),
            _ => false,
        };
        if !goes_on {
            values.push((column, cover.text(row, column)));
        }
        previous = cell;
    }
    Some((core(cover.text(row, start)), values))
}

fn read_current(reading: &mut Reading, table: usize, grid: &Grid, cover: &Cover<'_>) -> Vec<usize> {
    let mut rows = Vec::new();
    let mut missing: Vec<&str> = Vec::new();
    for cells in ProactiveCell::ALL.chunk_by(|one, next| one.row() == next.row()) {
        let Some(name) = cells.first().map(|cell| cell.row()) else { continue };
        let found = (0..grid.rows).find_map(|row| {
            let (label, values) = line(grid, cover, row)?;
            let same = label == name || name == "行政规范性文件" && label == "规范性文件";
            same.then_some((row, values))
        });
        let Some((row, values)) = found else {
            missing.push(name);
            continue;
        };
        rows.push(row);
        let mut values = values.into_iter();
        for cell in cells {
            let (column, text) = values.next().unwrap_or((0, ""));
            reading.take(Cell::Proactive(*cell), text, Place::cell(table, row, column));
        }
    }
    if !missing.is_empty() {
        let message = format!("表中缺少下列各行，按0处理：{}。", missing.join("、"));
        reading.warn("report-row-missing", message, Place::table(table));
    }
    rows.sort_unstable();
    rows
}

fn read_old(reading: &mut Reading, grid: &Grid, cover: &Cover<'_>) -> Vec<usize> {
    let mut old = OldProactive::default();
    let mut rows = Vec::new();
    for row in 0..grid.rows {
        let Some((label, values)) = line(grid, cover, row) else { continue };
        let at = |index: usize| values.get(index).map_or("", |(_, text)| *text);
        let power = match label.as_str() {
            "规章" => {
                old.documents[0] = [0, 1, 2].map(|index| old_count(at(index)));
                None
            }
            "规范性文件" | "行政规范性文件" => {
                old.documents[1] = [0, 1, 2].map(|index| old_count(at(index)));
                None
            }
            "行政许可" => Some(0),
            "其他对外管理服务事项" => Some(1),
            "行政处罚" => Some(2),
            "行政强制" => Some(3),
            "行政事业性收费" => {
                old.charges = [0, 1].map(|index| old_change(at(index)));
                None
            }
            "政府集中采购" => {
                old.purchases = old_count(at(0));
                old.purchased = old_amount(at(1));
                None
            }
            _ => continue,
        };
        rows.push(row);
        if let Some(place) = power.and_then(|index: usize| old.powers.get_mut(index)) {
            *place = [0, 1, 2].map(|index| old_change(at(index)));
        }
    }
    reading.report.proactive = Proactive::Old(Box::new(old));
    rows
}
