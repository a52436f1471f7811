//! A table of a web page while it is being read: cells find their columns around the spans above them.

use super::push_collapsed;
use crate::{Cell, Grid, Limits};

/// A table being read.
#[derive(Default)]
pub(super) struct OpenTable {
    cells: Vec<Cell>,
    /// By column: the first row that is free again below a tall cell.
    free_from: Vec<usize>,
    rows: usize,
    columns: usize,
    column: usize,
    in_row: bool,
    open: Option<Cell>,
    layout: bool,
    ragged: Vec<usize>,
    /// Text between cells, which browsers show before the table.
    stray: String,
}

impl OpenTable {
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn begin_row(&mut self) {
        self.end_row();
        self.in_row = true;
        self.rows += 1;
        self.column = 0;
    }

    pub(super) fn begin_cell(
        &mut self,
        row_span: Option<usize>,
        column_span: Option<usize>,
        bold: bool,
        limits: &Limits,
    ) {
        self.end_cell();
        if !self.in_row {
            self.begin_row();
        }
        let row = self.rows - 1;
        while self.free_from.get(self.column).is_some_and(|free| *free > row) {
            self.column += 1;
        }
        let row_span = match row_span {
            None => 1,
            // rowspan="0" reaches to the end of the table.
            Some(0) => limits.rows,
            Some(span) => span.min(limits.rows),
        };
        let column_span = column_span.unwrap_or(1).clamp(1, limits.columns);
        let column = self.column.min(limits.columns);
        self.open = Some(Cell { row_span, column_span, bold, ..Cell::new(row, column, "") });
    }

    pub(super) fn end_cell(&mut self) {
        let Some(cell) = self.open.take() else { return };
        let end = cell.column + cell.column_span;
        if self.free_from.len() < end {
            self.free_from.resize(end, 0);
        }
        for free in self.free_from.iter_mut().take(end).skip(cell.column) {
            *free = (*free).max(cell.row + cell.row_span);
        }
        self.column = end;
        self.columns = self.columns.max(end);
        self.cells.push(cell);
    }

    pub(super) fn end_row(&mut self) {
        self.end_cell();
        if std::mem::take(&mut self.in_row) {
            let row = self.rows - 1;
            let covered = self.free_from.iter().filter(|free| **free > row).count();
            if covered < self.columns {
                self.ragged.push(row);
            }
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        match &mut self.open {
            Some(cell) => push_collapsed(&mut cell.text, text),
            None => push_collapsed(&mut self.stray, text),
        }
    }

    pub(super) fn push_line(&mut self) {
        let text = self.open.as_mut().map_or(&mut self.stray, |cell| &mut cell.text);
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
    }

    /// A data table stands within.
    pub(super) fn is_layout(&self) -> bool {
        self.layout
    }

    /// Whether it is a table of data: a grid, and within another table a grid of some size.
    pub(super) fn is_data(&self, nested: bool) -> bool {
        let least = if nested { 3 } else { 2 };
        let filled = self.cells.iter().filter(|cell| !cell.text.trim().is_empty()).count();
        self.rows >= least && self.columns >= least && filled >= 4
    }

    /// Gives up the structure: the text so far, a cell a line.
    pub(super) fn drain_as_layout(&mut self) -> Vec<String> {
        self.layout = true;
        let stray = std::mem::take(&mut self.stray);
        let mut lines = vec![stray];
        lines.extend(self.cells.drain(..).map(|cell| cell.text));
        if let Some(cell) = &mut self.open {
            lines.push(std::mem::take(&mut cell.text));
        }
        lines.retain(|line| !line.trim().is_empty());
        lines
    }

    pub(super) fn finish(mut self) -> Grid {
        self.end_row();
        let columns = self.columns;
        // Rows that were complete when read may be short of columns that came later.
        let mut covered = vec![0_usize; self.rows];
        for cell in &self.cells {
            for row in cell.row..cell.row.saturating_add(cell.row_span).min(self.rows) {
                if let Some(count) = covered.get_mut(row) {
                    *count += cell.column_span;
                }
            }
        }
        let ragged =
            (0..self.rows).filter(|row| covered.get(*row).is_some_and(|count| *count < columns)).collect();
        if !self.stray.trim().is_empty() {
            let stray = std::mem::take(&mut self.stray);
            self.cells.push(Cell::new(self.rows, 0, stray));
            self.rows += 1;
        }
        Grid { rows: self.rows, columns, cells: self.cells, ragged, knows_merges: true, ..Grid::default() }
    }
}
