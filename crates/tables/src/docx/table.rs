//! A table of a Word document while it is being read: columns counted by spans, vertical merges followed down.

use crate::{Cell, Grid};
use std::collections::HashMap;

/// What `w:vMerge` says of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Merge {
    #[default]
    Alone,
    Begins,
    Goes,
}

/// A cell being read.
#[derive(Default)]
pub(crate) struct OpenCell {
    pub(crate) text: String,
    pub(crate) merge: Merge,
    pub(crate) span: usize,
    pub(crate) bold: bool,
    pub(crate) plain: bool,
}

/// A table being read.
#[derive(Default)]
pub(crate) struct OpenTable {
    pub(crate) grid: Grid,
    pub(crate) cell: Option<OpenCell>,
    /// The row was deleted in a tracked change.
    pub(crate) row_deleted: bool,
    row_start: usize,
    column: usize,
    /// By column: the cell that a vertical merge goes on from.
    merging: HashMap<usize, usize>,
    /// Texts of cells that Word hides behind the one they are merged with: row, column, text.
    pub(crate) hidden: Vec<(usize, usize, String)>,
}

impl OpenTable {
    /// Begins a row.
    pub(crate) fn begin_row(&mut self) {
        self.column = 0;
        self.row_deleted = false;
        self.row_start = self.grid.cells.len();
    }

    /// Leaves out columns before the first cell of a row.
    pub(crate) fn skip(&mut self, columns: usize) {
        if self.column == 0 && columns < domain::limits::TABLE_COLUMNS_MAX {
            self.column = columns;
        }
    }

    /// Takes a finished cell.
    pub(crate) fn end_cell(&mut self) {
        let Some(open) = self.cell.take() else { return };
        let (row, column) = (self.grid.rows, self.column);
        let span = open.span.clamp(1, domain::limits::TABLE_COLUMNS_MAX);
        self.column = self.column.saturating_add(span).min(domain::limits::TABLE_COLUMNS_MAX * 2);
        let begun = self.merging.get(&column).copied();
        if open.merge == Merge::Goes
            && let Some(first) = begun.and_then(|index| self.grid.cells.get_mut(index))
            && first.row + first.row_span == row
        {
            first.row_span += 1;
            let text = open.text.trim();
            if !text.is_empty() && text != first.text.trim() {
                self.hidden.push((row, column, text.to_owned()));
            }
            return;
        }
        if open.merge == Merge::Alone {
            self.merging.remove(&column);
        } else {
            self.merging.insert(column, self.grid.cells.len());
        }
        let bold = open.bold && !open.plain;
        self.grid.cells.push(Cell { column_span: span, bold, ..Cell::new(row, column, open.text) });
    }

    /// Ends a row.
    pub(crate) fn end_row(&mut self) {
        if self.row_deleted {
            self.grid.cells.truncate(self.row_start);
            let row = self.grid.rows;
            for cell in &mut self.grid.cells {
                if cell.row + cell.row_span > row {
                    cell.row_span = row - cell.row;
                }
            }
            self.merging.retain(|_, index| *index < self.row_start);
            return;
        }
        if self.column < self.grid.columns {
            self.grid.ragged.push(self.grid.rows);
        }
        self.grid.columns = self.grid.columns.max(self.column);
        self.grid.rows += 1;
    }
}
