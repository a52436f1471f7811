//! A table ready to be written: lines above and below, a header of one or more rows, cells that may span rows. Excel,
//! Word and pages are written from this; what becomes a cell is decided by whoever renders (a plan, a catalogue).

mod html;
mod word;
mod workbook;

pub(crate) use html::write_html;
pub(crate) use word::write_docx;
pub(crate) use workbook::write_xlsx;

/// A table ready to be written.
pub(crate) struct Rendered {
    /// The worksheet's name, where there are worksheets.
    pub(crate) sheet: String,
    pub(crate) title: String,
    pub(crate) above: Vec<RenderedLine>,
    pub(crate) header: Vec<RenderedHeader>,
    pub(crate) header_rows: usize,
    /// Of the columns, in characters.
    pub(crate) widths: Vec<f64>,
    pub(crate) rows: Vec<RenderedRow>,
    pub(crate) below: Vec<String>,
    pub(crate) paper: Paper,
}

/// A line above the table.
pub(crate) struct RenderedLine {
    pub(crate) text: String,
    /// The title stands here, as the table has it now.
    pub(crate) is_title: bool,
}

/// A cell of the header.
pub(crate) struct RenderedHeader {
    pub(crate) text: String,
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) row_span: usize,
    pub(crate) column_span: usize,
}

impl RenderedHeader {
    /// A header of one row, a cell a column.
    pub(crate) fn flat(headers: impl IntoIterator<Item = String>) -> Vec<Self> {
        let cell = |(column, text)| Self { text, row: 0, column, row_span: 1, column_span: 1 };
        headers.into_iter().enumerate().map(cell).collect()
    }
}

/// A row.
pub(crate) enum RenderedRow {
    /// One text over the whole width.
    Heading(String),
    /// A cell for each column.
    Cells(Vec<RenderedCell>),
}

/// A cell.
pub(crate) struct RenderedCell {
    pub(crate) text: String,
    /// How many rows it covers; 0 when one above covers it.
    pub(crate) row_span: usize,
    /// How many columns it covers; 0 when one to its left covers it.
    pub(crate) column_span: usize,
    /// Short texts stand in the middle, long ones on the left.
    pub(crate) centred: bool,
    /// What the cell is, for writers that do more with some than show their text.
    pub(crate) key: Option<String>,
}

impl RenderedCell {
    /// A cell of one row.
    pub(crate) fn new(text: String) -> Self {
        Self { centred: text.chars().count() <= 12, text, row_span: 1, column_span: 1, key: None }
    }
}

/// What it is printed on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paper {
    A4,
    A4Landscape,
    A3Landscape,
}

/// Makes equal cells of a column one below the other into one; empty ones only if `whole`.
pub(crate) fn merge(table: &mut [Vec<RenderedCell>], column: usize, whole: bool) {
    let mut anchor = 0;
    for row in 1..table.len() {
        let text =
            |row: usize| table.get(row).and_then(|cells| cells.get(column)).map(|cell| cell.text.as_str());
        let joins = text(row) == text(anchor) && (whole || text(row).is_some_and(|text| !text.is_empty()));
        if !joins {
            anchor = row;
            continue;
        }
        if let Some(cell) = table.get_mut(row).and_then(|cells| cells.get_mut(column)) {
            cell.row_span = 0;
        }
        if let Some(cell) = table.get_mut(anchor).and_then(|cells| cells.get_mut(column)) {
            cell.row_span += 1;
        }
    }
}
