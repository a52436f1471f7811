//! Columns lined up with spaces: at least two spaces (or one ideographic) between cells. Last resort.

use super::Shape;

pub(super) fn read(_: &str, lines: &[&str]) -> Option<Shape> {
    let rows: Vec<Vec<String>> = lines.iter().map(|line| cells(line)).collect();
    let wide = |row: &Vec<String>| row.len() >= 3;
    let first = rows.iter().position(wide)?;
    let last = rows.iter().rposition(wide)?;
    let width = rows.get(first)?.len();
    let body = rows.get(first..=last)?;
    let fitting = body.iter().filter(|row| row.len() == width).count();
    // Prose with stray spaces is not a table: most lines must have the header's width.
    if fitting < 2 || fitting * 2 < body.iter().filter(|row| !row.is_empty()).count() {
        return None;
    }
    let own = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    let mut shape =
        Shape { leading: own(lines.get(..first)?), rows: Vec::new(), trailing: own(lines.get(last + 1..)?) };
    for row in body.iter().filter(|row| !row.is_empty()) {
        shape.rows.push(row.clone());
    }
    Some(shape)
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut spaces = 0;
    for c in line.trim().chars() {
        match c {
            ' ' | '\u{a0}' => spaces += 1,
            '\u{3000}' | '\t' => spaces += 2,
            c => {
                if spaces >= 2 && !cell.is_empty() {
                    cells.push(std::mem::take(&mut cell));
                } else if spaces == 1 {
                    cell.push(' ');
                }
                spaces = 0;
                cell.push(c);
            }
        }
    }
    if !cell.is_empty() {
        cells.push(cell);
    }
    cells
}
