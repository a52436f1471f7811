//! A report as HTML, and laid out for print.

use super::write::render;
use crate::rendered::{Rendered, RenderedRow, write_html as write_table};
use crate::rich::escape;
use domain::annual_report::{AnnualReport, Cell, PARTS};

/// One of the three tables as HTML with its caption, from 0. `mark` may put its own markup into a number's cell.
pub fn table_html(
    report: &AnnualReport,
    index: usize,
    mark: &dyn Fn(Cell, &str) -> Option<String>,
) -> String {
    let tables = render(report);
    let marked = |key: &str, text: &str| mark(Cell::from_word(key)?, text);
    tables
        .get(index)
        .map_or_else(String::new, |table| write_table(table, PARTS.get(index + 1).copied(), &marked))
}

/// The six parts as HTML, to stand below the title.
pub fn write_html(report: &AnnualReport) -> String {
    let tables = render(report);
    let mut html = String::with_capacity(16 * 1024);
    for (part, heading) in PARTS.iter().enumerate() {
        html.push_str(&format!("<h2>{heading}</h2>"));
        match part {
            0 => push_text(&mut html, &report.overall),
            4 => push_text(&mut html, &report.problems),
            5 => push_text(&mut html, &report.others),
            table => {
                let table = tables.get(table - 1);
                html.push_str(
                    &table.map_or_else(String::new, |table| write_table(table, None, &|_, _| None)),
                );
            }
        }
    }
    html
}

fn push_text(html: &mut String, text: &str) {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        html.push_str(&format!("<p>{}</p>", escape(line)));
    }
}

/// A piece of a report, laid out.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// The heading of a part.
    Heading(&'static str),
    /// A line of text.
    Paragraph(String),
    /// A table.
    Table(TableLayout),
}

/// A table with the places of its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct TableLayout {
    /// Widths of the columns against one another.
    pub widths: Vec<f64>,
    /// Rows of the header, to be repeated.
    pub header_rows: usize,
    /// The cells.
    pub cells: Vec<PlacedCell>,
}

/// A cell and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedCell {
    /// Its text.
    pub text: String,
    /// Row and column, from 0.
    pub at: (usize, usize),
    /// Rows and columns it covers.
    pub span: (usize, usize),
    /// A label, not a number.
    pub is_label: bool,
}

/// The six parts, for whoever prints them.
pub fn lay_out(report: &AnnualReport) -> Vec<Piece> {
    let tables = render(report);
    let mut pieces = Vec::new();
    for (part, heading) in PARTS.iter().enumerate() {
        pieces.push(Piece::Heading(heading));
        let text = match part {
            0 => &report.overall,
            4 => &report.problems,
            5 => &report.others,
            table => {
                pieces.extend(tables.get(table - 1).map(|table| Piece::Table(placed(table))));
                continue;
            }
        };
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        pieces.extend(lines.map(|line| Piece::Paragraph(line.to_owned())));
    }
    pieces
}

fn placed(table: &Rendered) -> TableLayout {
    let header = table.header.iter().map(|cell| PlacedCell {
        text: cell.text.clone(),
        at: (cell.row, cell.column),
        span: (cell.row_span, cell.column_span),
        is_label: true,
    });
    let mut cells: Vec<PlacedCell> = header.collect();
    for (row, line) in table.rows.iter().enumerate() {
        let RenderedRow::Cells(line) = line else { continue };
        for (column, cell) in
            line.iter().enumerate().filter(|(_, cell)| cell.row_span > 0 && cell.column_span > 0)
        {
            cells.push(PlacedCell {
                text: cell.text.clone(),
                at: (table.header_rows + row, column),
                span: (cell.row_span, cell.column_span),
                is_label: cell.key.is_none(),
            });
        }
    }
    TableLayout { widths: table.widths.clone(), header_rows: table.header_rows, cells }
}
