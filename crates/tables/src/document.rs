//! A file as tables and the lines of text around them: what all readers deliver and all importers start from.

use crate::Kind;
use serde::{Deserialize, Serialize};

/// A file that was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What the file is.
    pub kind: Kind,
    /// Pages lie on their side.
    #[serde(default)]
    pub landscape: bool,
    /// The tables or worksheets, in order.
    pub tables: Vec<Grid>,
    /// Lines of text after the last table.
    #[serde(default)]
    pub trailing: Vec<String>,
}

/// One table or worksheet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// The worksheet's name; empty elsewhere.
    #[serde(default)]
    pub name: String,
    /// Lines of text before the table.
    #[serde(default)]
    pub leading: Vec<String>,
    /// Widths of the columns in characters of Excel's measure; `None` where the file gives none.
    #[serde(default)]
    pub widths: Vec<Option<f64>>,
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// The cells that hold text or span others, in reading order. A cell stands at the first row and column it
    /// covers.
    pub cells: Vec<Cell>,
    /// Rows with fewer cells than columns: which column a cell belongs to is then not certain.
    #[serde(default)]
    pub ragged: Vec<usize>,
    /// The format can say that cells are merged. Where it cannot, an empty cell may stand for the one above.
    #[serde(default)]
    pub knows_merges: bool,
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Its first row, from 0.
    pub row: usize,
    /// Its first column, from 0.
    pub column: usize,
    /// How many rows it covers.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub row_span: usize,
    /// How many columns it covers.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub column_span: usize,
    /// Its text: lines without space around them, no empty lines.
    pub text: String,
    /// All of it is bold, as headings are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bold: bool,
}

fn one() -> usize {
    1
}

fn is_one(span: &usize) -> bool {
    *span == 1
}

impl Cell {
    /// A cell of one row and one column.
    pub fn new(row: usize, column: usize, text: impl Into<String>) -> Self {
        Self { row, column, row_span: 1, column_span: 1, text: text.into(), bold: false }
    }

    /// Whether it covers more than one row.
    pub fn is_tall(&self) -> bool {
        self.row_span > 1
    }
}

/// Which cell covers each place of a grid.
pub(crate) struct Cover<'a> {
    grid: &'a Grid,
    /// Index into `grid.cells` plus one; 0 where there is none.
    places: Vec<u32>,
}

impl Grid {
    /// Prepares look-ups by row and column.
    pub(crate) fn cover(&self) -> Cover<'_> {
        let mut places = vec![0_u32; self.rows.saturating_mul(self.columns)];
        for (index, cell) in self.cells.iter().enumerate() {
            let mark = u32::try_from(index + 1).unwrap_or(0);
            let last_row = cell.row.saturating_add(cell.row_span).min(self.rows);
            let last_column = cell.column.saturating_add(cell.column_span).min(self.columns);
            for row in cell.row..last_row {
                for column in cell.column..last_column {
                    if let Some(place) = places.get_mut(row * self.columns + column)
                        && *place == 0
                    {
                        *place = mark;
                    }
                }
            }
        }
        Cover { grid: self, places }
    }
}

impl<'a> Cover<'a> {
    /// The cell that covers a place.
    pub(crate) fn at(&self, row: usize, column: usize) -> Option<&'a Cell> {
        if column >= self.grid.columns {
            return None;
        }
        let place = self.places.get(row.checked_mul(self.grid.columns)?.checked_add(column)?)?;
        self.grid.cells.get(usize::try_from(*place).ok()?.checked_sub(1)?)
    }

    /// The text at a place; empty where there is no cell.
    pub(crate) fn text(&self, row: usize, column: usize) -> &'a str {
        self.at(row, column).map_or("", |cell| cell.text.as_str())
    }

    /// The cells that cover a row, each once, from left to right.
    pub(crate) fn row(&self, row: usize) -> Vec<&'a Cell> {
        let mut cells: Vec<&Cell> = Vec::new();
        for column in 0..self.grid.columns {
            if let Some(cell) = self.at(row, column)
                && !cells.last().is_some_and(|last| std::ptr::eq(*last, cell))
            {
                cells.push(cell);
            }
        }
        cells
    }
}
