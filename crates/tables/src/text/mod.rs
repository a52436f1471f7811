//! Plain text: its encoding, and the tables people keep in it: a cell a line behind a tab, tabs, commas, pipes, or
//! columns lined up with spaces.

mod aligned;
mod decode;
mod delimited;
mod pipes;
mod tabbed;

use crate::{Cell, Document, Grid, Limits, Refusal};
use domain::finding::{Finding, Place};

pub(crate) use decode::decode;

/// Rows of cells with the lines around them, as the shapes deliver them.
#[derive(Default)]
pub(crate) struct Shape {
    leading: Vec<String>,
    rows: Vec<Vec<String>>,
    trailing: Vec<String>,
}

/// Reads one shape, from the text and its lines; `None` when the text has another.
type Reader = fn(&str, &[&str]) -> Option<Shape>;

pub(crate) fn read(bytes: &[u8], limits: &Limits, findings: &mut Vec<Finding>) -> Result<Document, Refusal> {
    if bytes.len() > limits.text_bytes {
        return Err(Refusal::too_large("文本文件", limits.text_bytes / 1_000_000, " MB "));
    }
    let text = decode(bytes, false, findings)?;
    let lines: Vec<&str> = text.lines().collect();
    let shapes: [Reader; 5] = [tabbed::read, pipes::read, delimited::tabs, delimited::commas, aligned::read];
    let shape = shapes.iter().find_map(|shape| shape(&text, &lines)).ok_or(Refusal::NoTable)?;
    document(shape, limits, findings)
}

/// A file of comma-separated values as one table, even of two columns, which in a text might be sentences.
///
/// # Errors
/// Bytes that are no text, more cells than there may be.
pub(crate) fn read_csv(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let mut findings = Vec::new();
    let text = decode(bytes, false, &mut findings)?;
    document(delimited::by_name(&text), limits, &mut findings)
}

fn document(shape: Shape, limits: &Limits, findings: &mut Vec<Finding>) -> Result<Document, Refusal> {
    let columns = usual_width(&shape.rows);
    let mut grid = Grid { leading: shape.leading, rows: shape.rows.len(), columns, ..Grid::default() };
    for (row, cells) in shape.rows.into_iter().enumerate() {
        if grid.cells.len() > limits.cells {
            return Err(Refusal::too_large("表格的单元格", limits.cells, "个"));
        }
        // A heading of one cell is no broken row.
        if cells.len() < columns && cells.iter().filter(|cell| !cell.trim().is_empty()).count() > 1 {
            grid.ragged.push(row);
        }
        if cells.len() > columns {
            grid.columns = grid.columns.max(cells.len());
            findings.push(
                Finding::warning(
                    "row-too-long",
                    "这一行的列数比表头多，多出的内容放在后面的列。请核对分隔符。",
                )
                .at(Place::row(0, row)),
            );
        }
        let filled = cells.into_iter().enumerate().filter(|(_, text)| !text.trim().is_empty());
        grid.cells.extend(filled.map(|(column, text)| Cell::new(row, column, text)));
    }
    Ok(Document { tables: vec![grid], trailing: shape.trailing, ..Document::default() })
}

/// The number of cells most rows have.
fn usual_width(rows: &[Vec<String>]) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    for row in rows.iter().filter(|row| row.len() > 1) {
        *counts.entry(row.len()).or_insert(0_usize) += 1;
    }
    counts.into_iter().max_by_key(|(width, count)| (*count, *width)).map_or(1, |(width, _)| width)
}
