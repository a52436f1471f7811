//! The meaning of columns without a header, from what stands in them. A guess, for a person to confirm.

use super::{ColumnRole, MappedColumn, Mapping};
use crate::Grid;
use domain::plan::mention::{self, UnitRole};
use domain::plan::{DueKind, due};

/// Cells of a column looked at.
const SAMPLE: usize = 100;

#[derive(Default)]
struct Column {
    cells: usize,
    numbers: usize,
    dues: usize,
    units: usize,
    characters: usize,
}

/// Guesses, if the table has a column of content and one of units or dues.
pub(super) fn columns(table: usize, grid: &Grid) -> Option<Mapping> {
    let mut seen: Vec<Column> = (0..grid.columns).map(|_| Column::default()).collect();
    for cell in grid.cells.iter().filter(|cell| cell.column_span == 1 && !cell.text.is_empty()) {
        if let Some(column) = seen.get_mut(cell.column).filter(|column| column.cells < SAMPLE) {
            look(column, &cell.text);
        }
    }
    let most = |count: fn(&Column) -> usize| {
        let likely = seen.iter().enumerate().filter(|(_, c)| c.cells > 0 && count(c) * 10 >= c.cells * 6);
        likely.max_by_key(|(_, c)| count(c)).map(|(index, _)| index)
    };
    let mut roles = vec![ColumnRole::Extra; grid.columns];
    let due = most(|c| c.dues);
    let unit = most(|c| c.units).filter(|unit| Some(*unit) != due);
    let number = most(|c| c.numbers).filter(|number| Some(*number) != due);
    let mut texts: Vec<usize> = (0..grid.columns)
        .filter(|column| ![due, unit, number].contains(&Some(*column)))
        .filter(|column| seen.get(*column).is_some_and(|c| c.cells >= 2 && c.characters / c.cells >= 5))
        .collect();
    texts.sort_by_key(|column| {
        std::cmp::Reverse(seen.get(*column).map_or(0, |c| c.characters / c.cells.max(1)))
    });
    let content = *texts.first()?;
    unit.or(due)?;
    let before = texts.get(1).copied().filter(|task| *task < content);
    for (column, role) in [
        (number, ColumnRole::Number),
        (before, ColumnRole::Task),
        (Some(content), ColumnRole::Content),
        (unit, ColumnRole::Unit),
        (due, ColumnRole::Due),
    ] {
        if let Some(place) = column.and_then(|column| roles.get_mut(column)) {
            *place = role;
        }
    }
    let columns = roles.into_iter().map(|role| MappedColumn { header: String::new(), role }).collect();
    Some(Mapping { table, header_row: 0, header_rows: 0, columns })
}

fn look(column: &mut Column, text: &str) {
    column.cells += 1;
    let characters = text.chars().count();
    column.characters += characters;
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十（）().、".contains(c);
    if characters <= 5 && text.chars().all(numeral) {
        column.numbers += 1;
    } else if characters <= 120 {
        let (due, _) = due::parse(text, Some(2020));
        column.dues += usize::from(due.kind != DueKind::Unspecified && characters <= 60);
        let (units, _) = mention::parse(text, UnitRole::Responsible);
        let complete = !units.is_empty() && units.iter().all(|unit| mention::is_complete(&unit.text));
        column.units += usize::from(complete);
    }
}
