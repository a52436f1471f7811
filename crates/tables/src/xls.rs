//! Old Excel workbooks (.xls, .et). The record stream is measured before it is handed on, and what it claims of its
//! sheets' sizes is taken away, so that a hostile file cannot ask for a sheet of the largest size; values and merged
//! cells come from calamine.

use crate::xlsx::style::day_of;
use crate::{Cell, Document, Grid, Limits, Refusal};
use calamine::{Data, Reader, SheetType, SheetVisible, Xls};
use domain::finding::Finding;
use std::collections::HashMap;
use std::io::{Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) fn read(bytes: &[u8], limits: &Limits, findings: &mut Vec<Finding>) -> Result<Document, Refusal> {
    let mut records = records(bytes, limits)?;
    let sheets = globals(&records, limits)?;
    for sheet in sheets {
        measure(&mut records, sheet, limits)?;
    }
    let workbook = compound(&records).map_err(|_| DAMAGED)?;
    drop(records);
    // calamine indexes into records it trusts; a broken file may make it panic, which is a broken file and no more.
    catch_unwind(AssertUnwindSafe(|| values(&workbook, limits, findings))).unwrap_or(Err(DAMAGED))
}

const DAMAGED: Refusal = Refusal::Damaged { part: "工作簿" };

/// The stream of records that is the workbook.
fn records(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| DAMAGED)?;
    let name = if file.is_stream(WORKBOOK) { WORKBOOK } else { "/Book" };
    let mut stream = Vec::new();
    let mut source = file.open_stream(name).map_err(|_| DAMAGED)?;
    source.by_ref().take(limits.bytes as u64).read_to_end(&mut stream).map_err(|_| Refusal::Truncated)?;
    Ok(stream)
}

/// A compound file of that stream alone: what was measured is what is read.
fn compound(records: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
    file.create_stream(WORKBOOK)?.write_all(records)?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// The record at a place: its kind and where its data begin and end.
fn record(stream: &[u8], at: usize) -> Option<(u16, usize, usize)> {
    Some((word(stream, at)?, at + 4, at + 4 + usize::from(word(stream, at + 2)?)))
}

fn word(stream: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*stream.get(at)?, *stream.get(at + 1)?]))
}

/// Walks all records from the first: is there a password, how large are the sheets in truth, and where do they begin?
fn globals(stream: &[u8], limits: &Limits) -> Result<Vec<usize>, Refusal> {
    let mut sheets = Vec::new();
    let mut at = 0;
    while let Some((kind, data, next)) = record(stream, at) {
        match kind {
            FILE_PASS => return Err(Refusal::Encrypted),
            BOUND_SHEET => {
                let place = (word(stream, data), word(stream, data + 2));
                let (Some(low), Some(high)) = place else { return Err(DAMAGED) };
                sheets.push(usize::from(low) | usize::from(high) << 16);
            }
            _ => {}
        }
        at = next;
    }
    if sheets.len() > limits.tables {
        return Err(Refusal::too_large("工作表", limits.tables, "个"));
    }
    Ok(sheets)
}

/// Walks a sheet's records to the end of the stream: it may begin anywhere, even inside another record. A sheet's
/// DIMENSIONS only tell how much memory to ask for; they are set to one cell.
fn measure(stream: &mut [u8], sheet: usize, limits: &Limits) -> Result<(), Refusal> {
    let mut size = Size::default();
    // An embedded chart has its own beginning and end within the sheet's.
    let mut depth = 0_usize;
    let mut at = sheet;
    while let Some((kind, data, next)) = record(stream, at) {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            _ if depth > 1 => {}
            DIMENSIONS => {
                if let Some(claimed) = stream.get_mut(data..next) {
                    claimed.fill(0);
                    let ends = if claimed.len() == 10 { [2, 6] } else { [4, 10] };
                    ends.into_iter()
                        .for_each(|end| claimed.get_mut(end).into_iter().for_each(|byte| *byte = 1));
                }
            }
            kind if CELLS.contains(&kind) => {
                let row = usize::from(word(stream, data).unwrap_or(0));
                let column = usize::from(word(stream, data + 2).unwrap_or(0));
                let more =
                    if matches!(kind, MUL_RK | MUL_BLANK) { (next - data).saturating_sub(6) / 6 } else { 0 };
                size.cell(row, column + more);
            }
            _ => {}
        }
        at = next;
    }
    size.check(limits)
}

const WORKBOOK: &str = "/Workbook";
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;
const FILE_PASS: u16 = 0x002f;
const BOUND_SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const MUL_RK: u16 = 0x00bd;
const MUL_BLANK: u16 = 0x00be;
/// NUMBER, RK, LABELSST, LABEL, FORMULA, BLANK, BOOLERR, RSTRING, and their older forms.
const CELLS: [u16; 14] = [
    0x0203, 0x0003, 0x027e, 0x007e, 0x00fd, 0x0204, 0x0004, 0x0006, 0x0201, 0x0205, 0x0005, 0x00d6, MUL_RK,
    MUL_BLANK,
];

/// The box around a sheet's cells.
#[derive(Default)]
struct Size {
    first: Option<(usize, usize)>,
    last: (usize, usize),
}

impl Size {
    fn cell(&mut self, row: usize, column: usize) {
        let first = self.first.get_or_insert((row, column));
        *first = (first.0.min(row), first.1.min(column));
        self.last = (self.last.0.max(row), self.last.1.max(column));
    }

    fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        let Some(first) = self.first else { return Ok(()) };
        let (rows, columns) = (self.last.0 + 1 - first.0, self.last.1 + 1 - first.1);
        if rows.saturating_mul(columns) > limits.cells {
            return Err(Refusal::too_large("表格的单元格", limits.cells, "个"));
        }
        Ok(())
    }
}

fn values(bytes: &[u8], limits: &Limits, findings: &mut Vec<Finding>) -> Result<Document, Refusal> {
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsError::Password => Refusal::Encrypted,
        _ => Refusal::Damaged { part: "工作簿" },
    })?;
    let since_1904 = workbook.has_1904_epoch();
    let mut document = Document::default();
    for listed in workbook.sheets_metadata().to_vec() {
        if listed.typ != SheetType::WorkSheet {
            continue;
        }
        if listed.visible != SheetVisible::Visible {
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
        let Ok(range) = workbook.worksheet_range(&listed.name) else { continue };
        let mut grid = Grid { name: listed.name.clone(), knows_merges: true, ..Grid::default() };
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        for (row, column, value) in range.used_cells() {
            let text = say(value, since_1904);
            let (row, column) = (row + wide(first_row), column + wide(first_column));
            if row >= limits.rows || column >= limits.columns {
                return Err(Refusal::too_large("表格", limits.rows, "行"));
            }
            grid.rows = grid.rows.max(row + 1);
            grid.columns = grid.columns.max(column + 1);
            grid.cells.push(Cell::new(row, column, text));
        }
        spans(&mut grid, &workbook.merge_cells_by_sheet_name(&listed.name).unwrap_or_default());
        document.tables.push(grid);
    }
    Ok(document)
}

fn wide(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

fn spans(grid: &mut Grid, merges: &[calamine::Dimensions]) {
    let places: HashMap<(usize, usize), usize> =
        grid.cells.iter().enumerate().map(|(index, cell)| ((cell.row, cell.column), index)).collect();
    for merge in merges {
        let place = (wide(merge.start.0), wide(merge.start.1));
        let (row_span, column_span) = (
            wide(merge.end.0).saturating_sub(place.0).saturating_add(1),
            wide(merge.end.1).saturating_sub(place.1).saturating_add(1),
        );
        match places.get(&place).and_then(|index| grid.cells.get_mut(*index)) {
            Some(cell) => (cell.row_span, cell.column_span) = (row_span, column_span),
            None => grid.cells.push(Cell { row_span, column_span, ..Cell::new(place.0, place.1, "") }),
        }
    }
}

fn say(value: &Data, since_1904: bool) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => if *value { "是" } else { "否" }.to_owned(),
        Data::DateTime(moment) if moment.as_f64() >= 1.0 => day_of(moment.as_f64(), since_1904)
            .map_or_else(|| moment.as_f64().to_string(), |day| day.to_string()),
        Data::DateTime(moment) => moment.as_f64().to_string(),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Error(error) => format!("{error:?}"),
    }
}
