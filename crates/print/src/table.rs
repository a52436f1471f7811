//! Wide tables (catalogues, plans, ledgers) on landscape sheets: the header on each page, spans kept, nothing clipped.

use crate::font::{Fonts, Role};
use crate::press::{self, Day};
use crate::text::breakable;
use crate::{Pdf, PrintError};
use jiff::civil::Date;
use serde_json::{Value, json};

/// The most rows on one print: 1,000 rows are about 120 sheets and 230 MB while they are laid out.
pub const TABLE_ROWS: usize = 3_000;
/// The most columns: narrower ones than on an A3 sheet's fortieth hold no text.
pub const TABLE_COLUMNS: usize = 40;
/// The most characters on one print, for the same reason as [`TABLE_ROWS`].
pub const TABLE_CHARACTERS: usize = 1_000_000;

/// A table with what stands above and below it.
#[derive(Debug, Clone, PartialEq)]
pub struct TablePage {
    /// The title, printed once and kept as the file's title.
    pub title: String,
    /// A line below the title, e.g. who made it and when; none when empty.
    pub subtitle: String,
    /// The columns, 1 to [`TABLE_COLUMNS`].
    pub columns: Vec<Column>,
    /// The rows, each with the cells that begin in it, from left to right; a place taken by a cell from above is left out.
    /// Places left over at the end of a row stay empty.
    pub rows: Vec<Vec<Cell>>,
    /// Text below the table, e.g. how to fill it in; none when empty.
    pub footer: String,
    /// The sheet, always landscape.
    pub sheet: Sheet,
    /// The file's date.
    pub date: Date,
    /// The table shows invented data and must say so on every page.
    pub sample: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its header.
    pub title: String,
    /// What stands above it and its neighbours of the same group, in a row of its own; none when empty.
    pub group: String,
    /// Its share of the width, against the other columns'; taken as 0.2 to 100.
    pub weight: f64,
    /// How its cells stand.
    pub align: Align,
}

/// How the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left: running text.
    Start,
    /// In the middle: numbers, dates, short names.
    Center,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its text; may hold line breaks.
    pub text: String,
    /// How many rows it takes; 0 counts as 1, more than there are is cut.
    pub row_span: usize,
    /// How many columns it takes; 0 counts as 1.
    pub col_span: usize,
    /// Printed heavy: headings in between, totals.
    pub bold: bool,
}

impl Cell {
    /// A plain cell of one place.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), row_span: 1, col_span: 1, bold: false }
    }
}

/// A sheet of paper, landscape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// 420 × 297 mm, what catalogues are printed on.
    A3,
    /// 297 × 210 mm.
    A4,
}

impl Sheet {
    fn name(self) -> &'static str {
        match self {
            Self::A3 => "a3",
            Self::A4 => "a4",
        }
    }

    /// Width between the margins, in points.
    fn width(self) -> f64 {
        let millimetres = match self {
            Self::A3 => 420.0,
            Self::A4 => 297.0,
        };
        (millimetres - 2.0 * MARGIN) / 25.4 * 72.0
    }

    /// The text's size in points: 五号 on A3, 小五 on A4.
    fn text_size(self) -> f64 {
        match self {
            Self::A3 => 10.5,
            Self::A4 => 9.0,
        }
    }
}

/// Left and right margin in millimetres.
const MARGIN: f64 = 15.0;
/// Room between a cell's text and its left or right line, in points.
const INSET: f64 = 4.0;

/// Prints a table. Takes a processor for about a second a thousand rows and waits for other prints: call it off the
/// request's thread.
///
/// # Errors
/// [`PrintError::NoTitle`], [`PrintError::NoColumns`], [`PrintError::TooMuch`], [`PrintError::RowTooWide`],
/// [`PrintError::Layout`].
pub fn table(page: &TablePage, fonts: &Fonts) -> Result<Pdf, PrintError> {
    press::print(&press::TABLE, &|fonts| data(page, fonts), fonts)
}

pub(crate) fn data(page: &TablePage, fonts: &Fonts) -> Result<Value, PrintError> {
    check(page)?;
    let weights: Vec<f64> = page.columns.iter().map(|column| weight(column.weight)).collect();
    let total: f64 = weights.iter().sum();
    let ems = |first: usize, span: usize| {
        let share: f64 = weights.iter().skip(first).take(span).sum::<f64>() / total;
        (share * page.sheet.width() - 2.0 * INSET) / page.sheet.text_size()
    };
    let places = places(page.columns.len(), &page.rows)?;
    let lines = row_lines(page.rows.len(), &places, &ems);
    let mut cells = Vec::new();
    for place in &places {
        let cell = place.cell;
        let text = cell.map_or("", |cell| cell.text.trim());
        cells.push(json!({
            "x": place.x, "y": place.y, "w": place.width, "h": place.height,
            "text": breakable(text, ems(place.x, place.width)),
            "bold": cell.is_some_and(|cell| cell.bold),
            "whole": stays_whole(place, &lines, ems(place.x, place.width)),
        }));
    }
    let columns: Vec<Value> = page
        .columns
        .iter()
        .zip(&weights)
        .map(|(column, weight)| json!({ "weight": weight, "center": column.align == Align::Center }))
        .collect();
    let heads = heads(&page.columns);
    let head_rows = heads.iter().map(|head| head.y + head.height).max().unwrap_or(1);
    let heads: Vec<Value> = heads
        .iter()
        .map(|head| {
            json!({
                "x": head.x, "y": head.y, "w": head.width, "h": head.height,
                "text": breakable(head.text.trim(), ems(head.x, head.width)),
            })
        })
        .collect();
    Ok(json!({
        "heads": heads,
        "head_rows": head_rows,
        "faces": {
            "body": fonts.face(Role::Song),
            "head": fonts.face(Role::XiaoBiaoSong),
            "bold": fonts.face(Role::Hei),
        },
        "title": page.title.trim(),
        "subtitle": page.subtitle.trim(),
        "columns": columns,
        "cells": cells,
        "footer": page.footer.trim(),
        "sheet": page.sheet.name(),
        "size": page.sheet.text_size(),
        "margin": MARGIN,
        "inset": INSET,
        "date": Day::from(page.date),
        "sample": page.sample,
    }))
}

/// A cell of the header.
struct Head<'a> {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    text: &'a str,
}

/// The header's cells: one row, or two where columns stand in groups.
fn heads(columns: &[Column]) -> Vec<Head<'_>> {
    let grouped = columns.iter().any(|column| !column.group.is_empty());
    let mut heads: Vec<Head<'_>> = Vec::new();
    let mut last = "";
    for (x, column) in columns.iter().enumerate() {
        if column.group.is_empty() {
            let height = if grouped { 2 } else { 1 };
            heads.push(Head { x, y: 0, width: 1, height, text: &column.title });
        } else {
            let goes_on = column.group == last;
            match heads.iter_mut().rfind(|head| goes_on && head.y == 0) {
                Some(group) => group.width += 1,
                None => heads.push(Head { x, y: 0, width: 1, height: 1, text: &column.group }),
            }
            heads.push(Head { x, y: 1, width: 1, height: 1, text: &column.title });
        }
        last = &column.group;
    }
    heads
}

fn check(page: &TablePage) -> Result<(), PrintError> {
    if page.title.trim().is_empty() {
        return Err(PrintError::NoTitle);
    }
    if page.columns.is_empty() {
        return Err(PrintError::NoColumns);
    }
    let cells = || page.rows.iter().flatten().map(|cell| &cell.text);
    let characters = cells()
        .chain(page.columns.iter().flat_map(|column| [&column.title, &column.group]))
        .chain([&page.title, &page.subtitle, &page.footer])
        .map(|text| text.chars().count())
        .sum();
    for (what, found, limit) in [
        ("列数", page.columns.len(), TABLE_COLUMNS),
        ("行数", page.rows.len(), TABLE_ROWS),
        ("字数", characters, TABLE_CHARACTERS),
    ] {
        if found > limit {
            return Err(PrintError::TooMuch { what, found, limit });
        }
    }
    Ok(())
}

fn weight(weight: f64) -> f64 {
    if weight.is_finite() { weight.clamp(0.2, 100.0) } else { 1.0 }
}

/// Rows under one spanning cell are kept on one sheet when they are this many lines at most, a third of a sheet.
const WHOLE_LINES: usize = 16;

/// About how many lines each row takes, the space between rows counted as half a line.
fn row_lines(rows: usize, places: &[Place<'_>], ems: &impl Fn(usize, usize) -> f64) -> Vec<usize> {
    let mut lines = vec![1_usize; rows];
    for place in places.iter().filter(|place| place.height == 1) {
        let count = place.cell.map_or(0, |cell| lines_of(&cell.text, ems(place.x, place.width)));
        if let Some(row) = lines.get_mut(place.y) {
            *row = (*row).max(count);
        }
    }
    lines
}

/// About how many lines a text takes in a cell `width` ems wide. Latin letters are narrower than an em, so this errs
/// towards more lines, and that towards breaking.
fn lines_of(text: &str, width: f64) -> usize {
    text.lines().map(|line| (line.chars().count() as f64 / width.max(1.0)).ceil() as usize).sum()
}

fn stays_whole(place: &Place<'_>, lines: &[usize], width: f64) -> bool {
    let under = lines.iter().skip(place.y).take(place.height);
    let own = place.cell.map_or(0, |cell| lines_of(&cell.text, width));
    place.height > 1
        && own <= WHOLE_LINES
        && under.map(|lines| 2 * lines + 1).sum::<usize>() <= 2 * WHOLE_LINES
}

/// Where a cell stands; an empty place has no cell.
#[derive(Debug, PartialEq, Eq)]
struct Place<'a> {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    cell: Option<&'a Cell>,
}

/// Puts each cell in the first free place of its row, as a browser does, and fills what stays free.
fn places(columns: usize, rows: &[Vec<Cell>]) -> Result<Vec<Place<'_>>, PrintError> {
    // How many more rows each column is taken by a cell from above.
    let mut taken = vec![0_usize; columns];
    let mut places = Vec::new();
    for (y, row) in rows.iter().enumerate() {
        let mut busy: Vec<bool> = taken.iter().map(|rest| *rest > 0).collect();
        for rest in &mut taken {
            *rest = rest.saturating_sub(1);
        }
        let mut x = 0;
        for cell in row {
            while busy.get(x) == Some(&true) {
                x += 1;
            }
            let width = cell.col_span.max(1);
            let free = busy.get(x..x.saturating_add(width)).is_some_and(|span| !span.contains(&true));
            if !free {
                return Err(PrintError::RowTooWide { row: y + 1 });
            }
            let height = cell.row_span.clamp(1, rows.len() - y);
            for (busy, rest) in busy.iter_mut().zip(&mut taken).skip(x).take(width) {
                *busy = true;
                *rest = height - 1;
            }
            places.push(Place { x, y, width, height, cell: Some(cell) });
            x += width;
        }
        for (x, _) in busy.iter().enumerate().filter(|(_, busy)| !**busy) {
            places.push(Place { x, y, width: 1, height: 1, cell: None });
        }
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spanning(text: &str, row_span: usize, col_span: usize) -> Cell {
        Cell { row_span, col_span, ..Cell::new(text) }
    }

    fn drawn(columns: usize, rows: &[Vec<Cell>]) -> Result<Vec<String>, PrintError> {
        let mut grid = vec![vec!['!'; columns]; rows.len()];
        for place in places(columns, rows)? {
            let mark = place.cell.map_or('-', |cell| cell.text.chars().next().unwrap_or('?'));
            for line in &mut grid[place.y..place.y + place.height] {
                for slot in &mut line[place.x..place.x + place.width] {
                    assert_eq!(*slot, '!', "two cells in one place");
                    *slot = mark;
                }
            }
        }
        Ok(grid.into_iter().map(|line| line.into_iter().collect()).collect())
    }

    #[test]
    fn every_place_is_filled_once() {
        let rows = vec![
            vec![spanning("a", 3, 1), Cell::new("b"), spanning("c", 2, 2)],
            vec![Cell::new("d")],
            vec![Cell::new("e")],
            vec![spanning("f", 9, 4)],
        ];
        assert_eq!(drawn(4, &rows).unwrap(), ["abcc", "adcc", "ae--", "ffff"]);
    }

    #[test]
    fn a_row_with_too_much_is_named() {
        let rows = vec![vec![spanning("a", 2, 1), Cell::new("b")], vec![Cell::new("c"), Cell::new("d")]];
        assert_eq!(drawn(2, &rows), Err(PrintError::RowTooWide { row: 2 }));
        assert_eq!(drawn(2, &[vec![spanning("a", 1, usize::MAX)]]), Err(PrintError::RowTooWide { row: 1 }));
    }
}
