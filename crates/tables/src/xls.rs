//! Old Excel workbooks (.xls, .et). The record stream is measured before it is handed on, so that a hostile file
//! cannot claim a sheet of the largest size; values and merged cells come from calamine.

use crate::xlsx::style::day_of;
use crate::{Cell, Document, Grid, Limits, Refusal};
use calamine::{Data, Reader, SheetType, SheetVisible, Xls};
use domain::finding::Finding;
use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) fn read(bytes: &[u8], limits: &Limits, findings: &mut Vec<Finding>) -> Result<Document, Refusal> {
    measure(bytes, limits)?;
    // calamine indexes into records it trusts; a broken file may make it panic, which is a broken file and no more.
    catch_unwind(AssertUnwindSafe(|| values(bytes, limits, findings)))
        .unwrap_or(Err(Refusal::Damaged { part: "工作簿" }))
}

/// Walks the records: is there a password, and how large are the sheets in truth?
fn measure(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let damaged = Refusal::Damaged { part: "工作簿" };
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| damaged.clone())?;
    let name = if file.is_stream("/Workbook") { "/Workbook" } else { "/Book" };
    let mut stream = Vec::new();
    let mut source = file.open_stream(name).map_err(|_| damaged.clone())?;
    source.by_ref().take(limits.bytes as u64).read_to_end(&mut stream).map_err(|_| Refusal::Truncated)?;
    let word = |at: usize| Some(u16::from_le_bytes([*stream.get(at)?, *stream.get(at + 1)?]));
    let mut sizes = Sizes::default();
    let mut at = 0;
    while let (Some(kind), Some(length)) = (word(at), word(at + 2)) {
        let length = usize::from(length);
        let data = at + 4;
        match kind {
            FILE_PASS => return Err(Refusal::Encrypted),
            BOF => sizes.close(limits)?,
            kind if CELLS.contains(&kind) => {
                let row = usize::from(word(data).unwrap_or(0));
                let column = usize::from(word(data + 2).unwrap_or(0));
                let more = if matches!(kind, MUL_RK | MUL_BLANK) { length.saturating_sub(6) / 6 } else { 0 };
                sizes.cell(row, column + more);
            }
            _ => {}
        }
        at = data + length;
    }
    sizes.close(limits)
}

const BOF: u16 = 0x0809;
const FILE_PASS: u16 = 0x002f;
const MUL_RK: u16 = 0x00bd;
const MUL_BLANK: u16 = 0x00be;
/// NUMBER, RK, LABELSST, LABEL, FORMULA, BLANK, BOOLERR, RSTRING, and their older forms.
const CELLS: [u16; 14] = [
    0x0203, 0x0003, 0x027e, 0x007e, 0x00fd, 0x0204, 0x0004, 0x0006, 0x0201, 0x0205, 0x0005, 0x00d6, MUL_RK,
    MUL_BLANK,
];

/// The box around the cells of the sheet being walked.
#[derive(Default)]
struct Sizes {
    seen: bool,
    first: (usize, usize),
    last: (usize, usize),
}

impl Sizes {
    fn cell(&mut self, row: usize, column: usize) {
        if !self.seen {
            (self.seen, self.first, self.last) = (true, (row, column), (row, column));
            return;
        }
        self.first = (self.first.0.min(row), self.first.1.min(column));
        self.last = (self.last.0.max(row), self.last.1.max(column));
    }

    fn close(&mut self, limits: &Limits) -> Result<(), Refusal> {
        let (rows, columns) = (self.last.0 + 1 - self.first.0, self.last.1 + 1 - self.first.1);
        let seen = std::mem::take(&mut self.seen);
        if seen && rows.saturating_mul(columns) > limits.cells {
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
