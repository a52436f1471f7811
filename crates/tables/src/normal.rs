//! Brings every document into one form: control characters out, lines trimmed, empty lines and rows gone, spans and
//! sizes within the grid.

use crate::{Document, Grid, Limits, Refusal};
use domain::finding::{Finding, Place};
use domain::limits;

/// Tidies a document and checks its size.
pub(crate) fn tidy(
    document: &mut Document,
    limits: &Limits,
    findings: &mut Vec<Finding>,
) -> Result<(), Refusal> {
    let mut counter = Counter::default();
    for (index, grid) in document.tables.iter_mut().enumerate() {
        lines(&mut grid.leading, &mut counter);
        for cell in &mut grid.cells {
            let struck = counter.controls;
            if is_normal(&cell.text) {
                counter.characters += cell.text.chars().count();
            } else {
                cell.text = normal(&cell.text, &mut counter);
            }
            if counter.controls > struck && counter.first.is_none() {
                counter.first = Some(Place::cell(index, cell.row, cell.column));
            }
            if cell.text.len() > limits::CELL_CHARACTERS_MAX
                && cell.text.chars().count() > limits::CELL_CHARACTERS_MAX
            {
                return Err(Refusal::too_large("单个单元格", limits::CELL_CHARACTERS_MAX, "字"));
            }
        }
        counter.cells += grid.cells.len();
        if counter.cells > limits.cells {
            return Err(Refusal::too_large("表格的单元格", limits.cells, "个"));
        }
        if counter.characters > limits.characters {
            return Err(Refusal::too_large("表格的文字", limits.characters / 10_000, "万字"));
        }
        fit(grid, limits)?;
    }
    lines(&mut document.trailing, &mut counter);
    if counter.controls > 0 {
        findings.push(
            Finding::warning(
                "control-characters",
                format!(
                    "文件中有{}个看不见的控制字符，已去掉。如文字有缺漏，请对照原文件改正。",
                    counter.controls
                ),
            )
            .at(counter.first.unwrap_or_default()),
        );
    }
    gather(document);
    Ok(())
}

#[derive(Default)]
struct Counter {
    controls: usize,
    characters: usize,
    cells: usize,
    first: Option<Place>,
}

fn lines(lines: &mut Vec<String>, counter: &mut Counter) {
    lines.truncate(limits::TEXT_LINES_MAX);
    *lines = lines
        .iter()
        .flat_map(|line| normal(line, counter).split('\n').map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| !line.is_empty())
        .collect();
}

/// Whether [`normal`] would leave a text as it is; most texts of most files. Says no where a closer look is needed.
fn is_normal(text: &str) -> bool {
    if text.starts_with([' ', '\u{3000}']) || text.ends_with([' ', '\u{3000}']) {
        return false;
    }
    let bytes = text.as_bytes();
    let next = |at: usize| bytes.get(at).copied().unwrap_or(0);
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        0..=0x1f | 0x7f | 0xc2 => false,
        // General punctuation: dashes, quotes and dots are words' own; spaces and marks of direction are not.
        0xe2 => {
            next(at + 1) > 0x81
                || matches!((next(at + 1), next(at + 2)), (0x80, 0x94..=0x9f | 0xa2 | 0xa6 | 0xb0))
        }
        0xef => next(at + 1) != 0xbb && (next(at + 1) != 0xbf || next(at + 2) < 0xbe),
        _ => true,
    })
}

/// Lines without space around them, no empty ones, nothing invisible.
fn normal(text: &str, counter: &mut Counter) -> String {
    let mut out = String::with_capacity(text.len());
    let mut line_start = 0;
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                end_line(&mut out, line_start);
                line_start = out.len();
            }
            '\t' | '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => {
                if out.len() > line_start {
                    out.push(' ');
                }
            }
            // Soft hyphens, zero-width marks, byte-order marks: no mistake of anybody's, and nothing is lost.
            '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            // Direction marks can show a text in another order than it has; the rest is plain rubbish.
            '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                counter.controls += 1;
            }
            c if c.is_control() => counter.controls += 1,
            ' ' | '\u{3000}' if out.len() == line_start => {}
            c => out.push(c),
        }
        counter.characters += 1;
    }
    end_line(&mut out, line_start);
    while out.ends_with('\n') {
        out.pop();
    }
    out
}

fn end_line(out: &mut String, line_start: usize) {
    let kept = out.get(line_start..).map_or(0, |line| line.trim_end().len());
    out.truncate(line_start + kept);
    if kept > 0 {
        out.push('\n');
    }
}

/// Drops empty rows and columns at the end, cells that say nothing, and spans that reach outside.
fn fit(grid: &mut Grid, limits: &Limits) -> Result<(), Refusal> {
    // A cell merged to the foot of the sheet does not make the sheet that long: what counts is where text begins.
    let texts = grid.cells.iter().filter(|cell| !cell.text.is_empty());
    let (rows, columns) = texts.fold((0, 0), |(rows, columns), cell| {
        (rows.max(cell.row.saturating_add(1)), columns.max(cell.column.saturating_add(1)))
    });
    if rows > limits.rows {
        return Err(Refusal::too_large("表格的行数", limits.rows, "行"));
    }
    if columns > limits.columns {
        return Err(Refusal::too_large("表格的列数", limits.columns, "列"));
    }
    (grid.rows, grid.columns) = (rows, columns);
    if grid.rows.saturating_mul(grid.columns) > limits.cells {
        return Err(Refusal::too_large("表格的单元格", limits.cells, "个"));
    }
    grid.cells.retain_mut(|cell| {
        if cell.row >= rows || cell.column >= columns {
            return false;
        }
        cell.row_span = cell.row_span.clamp(1, rows - cell.row);
        cell.column_span = cell.column_span.clamp(1, columns - cell.column);
        !cell.text.is_empty() || cell.row_span > 1 || cell.column_span > 1
    });
    grid.cells.sort_by_key(|cell| (cell.row, cell.column));
    grid.cells.dedup_by_key(|cell| (cell.row, cell.column));
    grid.widths.resize(columns, None);
    grid.ragged.retain(|row| *row < rows);
    Ok(())
}

/// A table without any text is no table; its lines go to the next one.
fn gather(document: &mut Document) {
    let mut pending: Vec<String> = Vec::new();
    document.tables.retain_mut(|grid| {
        if grid.cells.iter().all(|cell| cell.text.is_empty()) {
            pending.append(&mut grid.leading);
            return false;
        }
        if !pending.is_empty() {
            pending.append(&mut grid.leading);
            grid.leading = std::mem::take(&mut pending);
        }
        true
    });
    pending.append(&mut document.trailing);
    document.trailing = pending;
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_left_alone_is_in_that_form(text in "[甲“”—…·、 \u{3000}\u{a0}\u{200b}\u{202e}\u{feff}\u{fffe}\n\ta1]{0,12}|.{0,20}") {
            let mut counter = Counter::default();
            let tidied = normal(&text, &mut counter);
            proptest::prop_assert!(!is_normal(&text) || tidied == text, "{:?} became {:?}", text, tidied);
            proptest::prop_assert_eq!(counter.characters, text.chars().count());
        }
    }

    #[test]
    fn text_comes_into_one_form() {
        let mut counter = Counter::default();
        assert_eq!(normal(" \u{a0}持续推进\n \n ", &mut counter), "持续推进");
        assert_eq!(normal("2\r\n\r\n2\n\n", &mut counter), "2\n2");
        assert_eq!(normal("\u{3000}甲\u{a0}乙\t丙 ", &mut counter), "甲 乙 丙");
        assert_eq!(counter.controls, 0);
        assert_eq!(normal("甲\u{1}乙\u{202e}丙\u{feff}", &mut counter), "甲乙丙");
        assert_eq!(counter.controls, 2);
    }
}
