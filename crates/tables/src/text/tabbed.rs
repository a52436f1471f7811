//! The shape text takes when a Word table is copied cell by cell: each cell begins on a new line with a tab, its
//! further lines have none, and an empty line parts the rows.

use super::Shape;

pub(super) fn read(_: &str, lines: &[&str]) -> Option<Shape> {
    let begins = |line: &&str| line.starts_with('\t');
    let cells = lines.iter().filter(|line| begins(line)).count();
    let inner_tabs =
        lines.iter().filter(|line| line.trim_matches(['\t', ' ', '\u{a0}']).contains('\t')).count();
    if cells < 6 || inner_tabs * 20 > cells {
        return None;
    }
    let first = lines.iter().position(begins)?;
    let leading = lines.get(..first)?.iter().map(|line| (*line).to_owned()).collect();
    let mut cells = cells_from(lines.get(first..)?);
    let trailing = cells.last_mut().map(Piece::split_off_notes).unwrap_or_default();
    let width = header_width(&cells)?;
    Some(Shape { leading, rows: rows(cells, width), trailing })
}

/// A cell with whether an empty line follows it, as it does at a row's end.
struct Piece {
    text: String,
    ends_row: bool,
}

impl Piece {
    /// Text after the last cell's own, parted by an empty line.
    fn split_off_notes(&mut self) -> Vec<String> {
        let Some(at) = self.text.trim_end().find("\n\n") else { return Vec::new() };
        let notes = self.text.split_off(at);
        notes.lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect()
    }
}

fn cells_from(lines: &[&str]) -> Vec<Piece> {
    let mut cells: Vec<Piece> = Vec::new();
    for line in lines {
        if let Some(text) = line.strip_prefix('\t') {
            cells.push(Piece { text: text.trim_matches('\t').to_owned(), ends_row: false });
        } else if let Some(cell) = cells.last_mut() {
            cell.ends_row = line.trim().is_empty();
            cell.text.push('\n');
            cell.text.push_str(line.trim());
        }
    }
    cells
}

/// The header's cells have one line each; the first empty line ends them.
fn header_width(cells: &[Piece]) -> Option<usize> {
    let width = cells.iter().position(|cell| cell.ends_row)? + 1;
    (2..=40).contains(&width).then_some(width)
}

/// Rows of the header's width. Where a row does not end in an empty line, something is missing or too many, and the
/// empty lines decide.
fn rows(cells: Vec<Piece>, width: usize) -> Vec<Vec<String>> {
    let count = cells.len().div_ceil(width);
    let regular = cells.chunks(width).enumerate().all(|(index, row)| {
        row.len() == width && (index + 1 == count || row.last().is_some_and(|cell| cell.ends_row))
    });
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row: Vec<String> = Vec::new();
    for cell in cells {
        let ends_row = cell.ends_row;
        row.push(cell.text);
        let full = row.len() >= width;
        // Empty lines also stand inside cells, so a row that is not full ends at one only where rows are broken.
        if full || (!regular && ends_row && row.len() + 1 >= width) {
            rows.push(std::mem::take(&mut row));
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}
