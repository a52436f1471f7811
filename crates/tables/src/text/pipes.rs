//! Tables drawn with pipes: Markdown, and boxes of line characters whose rows take several lines.

use super::Shape;

pub(super) fn read(_: &str, lines: &[&str]) -> Option<Shape> {
    let is_row = |line: &&str| pipes(line) >= 2;
    let drawn = lines.iter().filter(|line| is_row(line)).count();
    if drawn < 2 {
        return None;
    }
    let part = |line: &&str| is_row(line) || is_border(line);
    let first = lines.iter().position(part)?;
    let last = lines.iter().rposition(part)?;
    let own = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    let body = lines.get(first..=last)?;
    // Borders between all rows mean that the lines between two borders are one row; one border is Markdown's.
    let boxed = body.iter().filter(|line| is_border(line)).count() > 2;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row: Vec<String> = Vec::new();
    for line in body {
        if is_border(line) {
            if !row.is_empty() {
                rows.push(std::mem::take(&mut row));
            }
            continue;
        }
        if !is_row(line) {
            // A line of text between rows is the last cell going on, or a heading.
            match row.last_mut().or_else(|| rows.last_mut().and_then(|row| row.last_mut())) {
                Some(cell) if boxed => {
                    cell.push('\n');
                    cell.push_str(line.trim());
                }
                _ if !line.trim().is_empty() => rows.push(vec![line.trim().to_owned()]),
                _ => {}
            }
            continue;
        }
        let cells = cells(line);
        if boxed && row.len() == cells.len() {
            for (whole, more) in row.iter_mut().zip(cells) {
                whole.push('\n');
                whole.push_str(&more);
            }
            continue;
        }
        if !row.is_empty() {
            rows.push(std::mem::take(&mut row));
        }
        row = cells;
        if !boxed {
            rows.push(std::mem::take(&mut row));
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
    let shape = Shape { leading: own(lines.get(..first)?), rows, trailing: own(lines.get(last + 1..)?) };
    (shape.rows.len() >= 2).then_some(shape)
}

fn is_pipe(c: char) -> bool {
    matches!(c, '|' | '｜' | '│' | '┃' | '║')
}

fn pipes(line: &str) -> usize {
    line.chars().filter(|c| is_pipe(*c)).count()
}

/// A line of dashes and corners: `|---|---|`, `+----+`, `├──┼──┤`.
fn is_border(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() >= 3
        && line.chars().all(|c| {
            is_pipe(c)
                || c.is_whitespace()
                || matches!(c, '-' | '+' | ':' | '=' | '_' | '─' | '━' | '═' | '\u{2500}'..='\u{257f}')
        })
        && line.chars().any(|c| !is_pipe(c) && !c.is_whitespace())
}

/// The cells of a line; Markdown writes a line break as `<br>` and a pipe as `\|`.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.trim().chars() {
        if is_pipe(c) && !escaped {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            if escaped && is_pipe(c) {
                cell.pop();
            }
            cell.push(c);
        }
        escaped = c == '\\';
    }
    if line.trim().starts_with(is_pipe) {
        cells.remove(0);
    }
    if line.trim().ends_with(is_pipe) && cells.len() > 1 {
        cells.pop();
    }
    cells.into_iter().map(|cell| cell.trim().replace("<br>", "\n").replace("<br/>", "\n")).collect()
}
