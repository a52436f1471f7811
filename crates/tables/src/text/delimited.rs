//! Tabs or commas between cells, quotes around cells that hold them.

use super::Shape;

/// Tab-separated, as copied from Excel.
pub(super) fn tabs(text: &str, lines: &[&str]) -> Option<Shape> {
    let tabbed = lines.iter().filter(|line| line.trim_end().contains('\t')).count();
    if tabbed < 2 { None } else { shape(text, '\t') }
}

/// Comma-separated; semicolons and full-width commas do not count, they stand in sentences.
pub(super) fn commas(text: &str, lines: &[&str]) -> Option<Shape> {
    let many = lines.iter().filter(|line| line.matches(',').count() >= 2).count();
    if many < 2 { None } else { shape(text, ',') }
}

fn shape(text: &str, separator: char) -> Option<Shape> {
    let records = records(text, separator);
    let width = super::usual_width(&records);
    let full = records.iter().filter(|record| record.len() == width).count();
    if width < 2 || full < 2 {
        return None;
    }
    let is_row = |record: &Vec<String>| record.iter().filter(|cell| !cell.trim().is_empty()).count() > 1;
    let first = records.iter().position(is_row)?;
    let last = records.iter().rposition(is_row)?;
    let line = |record: Vec<String>| record.join(" ").trim().to_owned();
    let mut shape = Shape::default();
    for (index, mut record) in records.into_iter().enumerate() {
        if index < first {
            shape.leading.push(line(record));
        } else if index > last {
            shape.trailing.push(line(record));
        } else {
            while record.len() > width && record.last().is_some_and(|cell| cell.trim().is_empty()) {
                record.pop();
            }
            shape.rows.push(record);
        }
    }
    Some(shape)
}

/// Every line as a row, where the file's name says that commas separate.
pub(super) fn by_name(text: &str) -> Shape {
    let rows =
        records(text, ',').into_iter().filter(|record| record.iter().any(|cell| !cell.trim().is_empty()));
    Shape { rows: rows.collect(), ..Shape::default() }
}

/// Records and their cells. A quote only opens where a cell begins; one that never closes is an ordinary character.
fn records(text: &str, separator: char) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut cell = String::new();
    let mut at_start = true;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if at_start
            && c == '"'
            && let Some((inner, following)) = quoted(after, separator)
        {
            cell = inner;
            rest = following;
            at_start = false;
            continue;
        }
        rest = after;
        at_start = false;
        if c == separator {
            record.push(std::mem::take(&mut cell));
            at_start = true;
        } else if c == '\n' {
            record.push(std::mem::take(&mut cell));
            records.push(std::mem::take(&mut record));
            at_start = true;
        } else if c != '\r' {
            cell.push(c);
        }
    }
    if !cell.is_empty() || !record.is_empty() {
        record.push(cell);
        records.push(record);
    }
    records
}

/// The inside of a quoted cell, and what follows the closing quote: a separator, a line's end, the text's end.
fn quoted(text: &str, separator: char) -> Option<(String, &str)> {
    let mut inner = String::new();
    let mut rest = text;
    // A quote that does not close within a cell's length was no opening quote; this also keeps the search linear.
    while inner.len() < domain::limits::CELL_CHARACTERS_MAX {
        let at = rest.find('"')?;
        let (before, from) = rest.split_at(at);
        inner.push_str(before);
        rest = from.get(1..)?;
        if let Some(after) = rest.strip_prefix('"') {
            inner.push('"');
            rest = after;
            continue;
        }
        let ends = rest.is_empty() || rest.starts_with(separator) || rest.starts_with(['\n', '\r']);
        return ends.then_some((inner, rest));
    }
    None
}
