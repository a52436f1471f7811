//! One worksheet: cells, merged cells, widths, what is hidden.

use super::plain;
use super::shared::{Rich, unescape};
use super::style::{Shown, Style, show};
use crate::archive::Part;
use crate::xml::{Xml, attribute, number, push_reference};
use crate::{Cell, Grid, Limits, Refusal};
use quick_xml::events::{BytesStart, Event};
use std::io;

/// What all sheets of a workbook share.
pub(crate) struct Context<'a> {
    pub(crate) strings: &'a [String],
    pub(crate) styles: &'a [Style],
    pub(crate) since_1904: bool,
    pub(crate) limits: &'a Limits,
}

/// A sheet with what a person should know about it.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) grid: Grid,
    pub(crate) landscape: bool,
    pub(crate) hidden_rows: Vec<usize>,
    pub(crate) hidden_columns: Vec<usize>,
    pub(crate) errors: Vec<(usize, usize, String)>,
    pub(crate) struck: Vec<(usize, usize, String)>,
}

/// At most so many cells are named one by one in findings.
const NAMED_MAX: usize = 20;

#[derive(Default)]
struct Open {
    row: usize,
    column: usize,
    kind: Kind,
    style: usize,
    value: String,
    in_value: bool,
    rich: Option<Rich>,
}

/// What a cell's value is.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Inline,
    Boolean,
    Error,
    Date,
}

impl Kind {
    fn of(word: &str) -> Self {
        match word {
            "s" => Self::Shared,
            "str" => Self::Text,
            "inlineStr" => Self::Inline,
            "b" => Self::Boolean,
            "e" => Self::Error,
            "d" => Self::Date,
            _ => Self::Number,
        }
    }
}

/// Reads a sheet.
pub(crate) fn read(part: &mut Part<impl io::Read>, context: &Context<'_>) -> Result<Read, Refusal> {
    let mut xml = Xml::new(part, context.limits.depth, "工作表");
    let mut sheet = Read { grid: Grid { knows_merges: true, ..Grid::default() }, ..Read::default() };
    let mut merges: Vec<(usize, usize, usize, usize)> = Vec::new();
    let (mut row, mut next_row, mut next_column) = (0, 0, 0);
    let mut row_hidden = false;
    let mut open: Option<Open> = None;
    // One buffer for the values of all cells: most are numbers of shared strings.
    let mut spare = String::new();
    // A row or a cell has just been read, so that cells may follow.
    let mut among_cells = false;
    loop {
        while among_cells
            && open.is_none()
            && let Some(cell) = plain::read(xml.ahead(2))
        {
            let (row, column) = reference(cell.reference).unwrap_or((row, next_column));
            next_column = column.saturating_add(1);
            if let Some(value) = cell.value {
                spare.push_str(value);
                let style = cell.style.parse().unwrap_or(0);
                let kind = Kind::of(cell.kind);
                let mut cell = Open { row, column, kind, style, value: spare, ..Open::default() };
                close_cell(&mut cell, row_hidden, context, &mut sheet)?;
                spare = cell.value;
                spare.clear();
            }
            xml.pass(cell.length);
        }
        let event = xml.next()?;
        let empty = matches!(event, Event::Empty(_));
        among_cells = match &event {
            Event::Start(element) => element.local_name().into_inner() == "row",
            Event::Empty(element) => element.local_name().into_inner() == "c",
            Event::End(element) => element.local_name().into_inner() == "c",
            _ => false,
        };
        match event {
            Event::Start(element) | Event::Empty(element) => match element.local_name().into_inner() {
                "row" => {
                    row = number::<usize>(&element, "r").map_or(next_row, |row| row.saturating_sub(1));
                    next_row = row.saturating_add(1);
                    next_column = 0;
                    row_hidden = matches!(attribute(&element, "hidden").as_deref(), Some("1" | "true"));
                }
                "c" => {
                    let started = start_cell(&element, row, next_column);
                    next_column = started.column.saturating_add(1);
                    if empty {
                        continue;
                    }
                    open = Some(Open { value: std::mem::take(&mut spare), ..started });
                }
                "v" => set(&mut open, |cell| cell.in_value = !empty),
                "is" => set(&mut open, |cell| cell.rich = Some(Rich::default())),
                "mergeCell" => {
                    let span = attribute(&element, "ref").and_then(|reference| area(&reference));
                    if merges.len() < context.limits.cells {
                        merges.extend(span);
                    }
                }
                "col" => column_width(&element, &mut sheet, context.limits),
                "pageSetup" => {
                    sheet.landscape = attribute(&element, "orientation").as_deref() == Some("landscape");
                }
                name => set(&mut open, |cell| {
                    if let Some(rich) = &mut cell.rich {
                        rich.start(name);
                    }
                }),
            },
            Event::End(element) => match element.local_name().into_inner() {
                "c" => {
                    if let Some(mut cell) = open.take() {
                        close_cell(&mut cell, row_hidden, context, &mut sheet)?;
                        spare = cell.value;
                        spare.clear();
                    }
                }
                "v" => set(&mut open, |cell| cell.in_value = false),
                name => set(&mut open, |cell| {
                    if let Some(rich) = &mut cell.rich {
                        rich.end(name);
                    }
                }),
            },
            Event::Text(text) => set(&mut open, |cell| take(cell, &text.xml10_content())),
            Event::CData(text) => set(&mut open, |cell| take(cell, &text.xml10_content())),
            Event::GeneralRef(reference) => set(&mut open, |cell| match &mut cell.rich {
                Some(rich) if rich.takes() => push_reference(&mut rich.text, &reference),
                None if cell.in_value => push_reference(&mut cell.value, &reference),
                _ => {}
            }),
            Event::Eof => break,
            _ => {}
        }
    }
    merge(&mut sheet.grid, &merges);
    sheet.hidden_columns.retain(|column| *column < sheet.grid.columns);
    Ok(sheet)
}

fn set(open: &mut Option<Open>, change: impl FnOnce(&mut Open)) {
    if let Some(cell) = open {
        change(cell);
    }
}

fn take(cell: &mut Open, text: &str) {
    match &mut cell.rich {
        Some(rich) => rich.text(text),
        None if cell.in_value => cell.value.push_str(text),
        None => {}
    }
}

fn start_cell(element: &BytesStart<'_>, row: usize, next_column: usize) -> Open {
    let (mut cell_row, mut column, mut kind, mut style) = (row, next_column, Kind::Number, 0);
    for attribute in element.attributes().with_checks(false).flatten() {
        match attribute.key.into_inner() {
            "r" => (cell_row, column) = reference(&attribute.value).unwrap_or((row, next_column)),
            "t" => kind = Kind::of(&attribute.value),
            "s" => style = attribute.value.parse().unwrap_or(0),
            _ => {}
        }
    }
    Open { row: cell_row, column, kind, style, ..Open::default() }
}

/// Keeps what a cell says; its value is left in place only where the text is another one.
fn close_cell(
    cell: &mut Open,
    row_hidden: bool,
    context: &Context<'_>,
    sheet: &mut Read,
) -> Result<(), Refusal> {
    let style = context.styles.get(cell.style).copied().unwrap_or_default();
    let (row, column, rich) = (cell.row, cell.column, cell.rich.take());
    let value = &mut cell.value;
    let text = match (cell.kind, rich) {
        (Kind::Inline | Kind::Number, Some(rich)) => rich.finish(),
        (Kind::Shared, _) => value
            .trim()
            .parse()
            .ok()
            .and_then(|index: usize| context.strings.get(index))
            .cloned()
            .unwrap_or_default(),
        (Kind::Text | Kind::Inline, _) => unescape(std::mem::take(value)),
        (Kind::Boolean, _) => if value.trim() == "1" { "是" } else { "否" }.to_owned(),
        (Kind::Error, _) => {
            if sheet.errors.len() < NAMED_MAX {
                sheet.errors.push((row, column, value.clone()));
            }
            std::mem::take(value)
        }
        (Kind::Date, _) => iso(value),
        (Kind::Number, None) => match value.trim().parse() {
            Ok(number) => show(number, shown(style), context.since_1904),
            Err(_) => std::mem::take(value),
        },
    };
    if text.trim().is_empty() {
        return Ok(());
    }
    if row >= context.limits.rows {
        return Err(Refusal::too_large("表格的行数", context.limits.rows, "行"));
    }
    if column >= context.limits.columns {
        return Err(Refusal::too_large("表格的列数", context.limits.columns, "列"));
    }
    if sheet.grid.cells.len() >= context.limits.cells {
        return Err(Refusal::too_large("表格的单元格", context.limits.cells, "个"));
    }
    if row_hidden && sheet.hidden_rows.last() != Some(&row) {
        sheet.hidden_rows.push(row);
    }
    if style.struck && sheet.struck.len() < NAMED_MAX {
        sheet.struck.push((row, column, text.clone()));
    }
    sheet.grid.rows = sheet.grid.rows.max(row + 1);
    sheet.grid.columns = sheet.grid.columns.max(column + 1);
    sheet.grid.cells.push(Cell { bold: style.bold, ..Cell::new(row, column, text) });
    Ok(())
}

fn shown(style: Style) -> Shown {
    style.shown
}

/// `2020-09-04T00:00:00` without the time that says nothing.
fn iso(value: &str) -> String {
    let value = value.trim();
    value.strip_suffix("T00:00:00").or_else(|| value.strip_suffix("T00:00:00Z")).unwrap_or(value).to_owned()
}

fn column_width(element: &BytesStart<'_>, sheet: &mut Read, limits: &Limits) {
    let first: usize = number(element, "min").unwrap_or(1);
    let last: usize = number(element, "max").unwrap_or(first);
    let width: Option<f64> = number(element, "width").filter(|width: &f64| (0.5..=255.0).contains(width));
    let hidden = matches!(attribute(element, "hidden").as_deref(), Some("1" | "true"));
    for column in first.max(1)..=last.min(limits.columns) {
        if sheet.grid.widths.len() < column {
            sheet.grid.widths.resize(column, None);
        }
        if let Some(place) = sheet.grid.widths.get_mut(column - 1) {
            *place = width.filter(|_| !hidden);
        }
        if hidden {
            sheet.hidden_columns.push(column - 1);
        }
    }
}

/// Gives the cell at the corner of each merged area its spans.
fn merge(grid: &mut Grid, merges: &[(usize, usize, usize, usize)]) {
    let place = |cell: &Cell| (cell.row, cell.column);
    if !grid.cells.is_sorted_by_key(place) {
        grid.cells.sort_by_key(place);
    }
    let mut corners: Vec<Cell> = Vec::new();
    for (first_row, first_column, last_row, last_column) in merges.iter().copied() {
        if first_row >= grid.rows || first_column >= grid.columns {
            continue;
        }
        let found = grid.cells.binary_search_by_key(&(first_row, first_column), place);
        let Some(cell) = (match found {
            Ok(index) => grid.cells.get_mut(index),
            Err(_) => {
                corners.push(Cell::new(first_row, first_column, ""));
                corners.last_mut()
            }
        }) else {
            continue;
        };
        cell.row_span = last_row.saturating_sub(first_row).saturating_add(1).min(grid.rows - first_row);
        cell.column_span =
            last_column.saturating_sub(first_column).saturating_add(1).min(grid.columns - first_column);
    }
    grid.cells.append(&mut corners);
}

/// `B12` as row and column from 0.
fn reference(text: &str) -> Option<(usize, usize)> {
    let text = text.trim().as_bytes();
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if letters == 0 || letters > 3 {
        return None;
    }
    let (letters, digits) = text.split_at(letters);
    let column =
        letters.iter().fold(0, |sum, byte| sum * 26 + usize::from(byte.to_ascii_uppercase() - b'A') + 1);
    let row: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

/// `A1:C3` as first row and column, last row and column.
fn area(text: &str) -> Option<(usize, usize, usize, usize)> {
    let (from, to) = text.split_once(':')?;
    let ((first_row, first_column), (last_row, last_column)) = (reference(from)?, reference(to)?);
    Some((
        first_row.min(last_row),
        first_column.min(last_column),
        first_row.max(last_row),
        first_column.max(last_column),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{BufReader, Cursor, Read as _};

    fn read_part(mut part: Part<io::Empty>) -> Option<Grid> {
        let strings = ["甲".to_owned(), "乙 & 丙".to_owned()];
        let context = Context {
            strings: &strings,
            styles: &[Style::default(), Style { bold: true, ..Style::default() }],
            since_1904: false,
            limits: &Limits::default(),
        };
        read(&mut part, &context).ok().map(|read| read.grid)
    }

    proptest! {
        // Plain cells are told by their bytes, others by the parser: both must say the same, in memory and as a stream.
        #[test]
        fn a_sheet_says_the_same_however_it_is_read(
            rows in proptest::collection::vec(proptest::collection::vec(
                ("( r=\"[A-C][1-4]\")?", "( s=\"[0-2]\")?", "( t=\"(s|str|b|e|n|d)\")?", "/>|><v>([0-2]|[0-9.]{1,4}|[a-z&;_]{0,4}|<)</v></c>|></c>"),
                0..4,
            ), 0..4),
        ) {
            let cells = |row: &Vec<(String, String, String, String)>| {
                row.iter().map(|(r, s, t, rest)| format!("<c{r}{s}{t}{rest}")).collect::<String>()
            };
            let rows: String = rows.iter().map(|row| format!("<row>{}</row>", cells(row))).collect();
            let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
            let whole = read_part(Part::Whole(sheet.clone().into_bytes()));
            let parsed = read_part(Part::Whole(sheet.replace('"', "'").into_bytes()));
            let bytes = Cursor::new(sheet.into_bytes());
            let stream = read_part(Part::Stream(BufReader::with_capacity(7, bytes.chain(io::empty()))));
            prop_assert_eq!(&whole, &parsed);
            prop_assert_eq!(&whole, &stream);
        }
    }

    #[test]
    fn references_are_places() {
        assert_eq!(reference("A1"), Some((0, 0)));
        assert_eq!(reference("AB12"), Some((11, 27)));
        assert_eq!(reference("XFD1048576"), Some((1_048_575, 16_383)));
        for wrong in ["", "1", "A", "A0", "AAAA1", "Aé", "A99999999999999999999"] {
            assert_eq!(reference(wrong), None, "{wrong}");
        }
        assert_eq!(area("C3:A1"), Some((0, 0, 2, 2)));
    }
}
