//! An attachment's text and tables as plain HTML, for reading without opening the file.

use crate::document::{Document, Grid};
use crate::rendered::{Level, heading};
use crate::{Limits, Refusal};
use std::fmt::Write as _;

/// Rows of one table shown: more are read in the file.
const ROWS_MAX: usize = 1_000;

/// The lines and tables of a Word, Excel, text or web page file, everything escaped.
///
/// # Errors
/// [`Refusal`], when the file cannot be read as such.
pub fn preview(name: &str, bytes: &[u8], limits: &Limits) -> Result<String, Refusal> {
    let document = match crate::read_any(name, bytes, limits) {
        Ok((document, _)) => document,
        Err(Refusal::NoTable) if name.to_ascii_lowercase().ends_with(".csv") => {
            crate::text::read_csv(bytes, limits)?
        }
        // Text that is no table is lines.
        Err(Refusal::NoTable) => {
            let text = crate::text::decode(bytes, false, &mut Vec::new())?;
            Document { trailing: text.lines().map(str::to_owned).collect(), ..Document::default() }
        }
        Err(refusal) => return Err(refusal),
    };
    let mut html = String::new();
    for grid in &document.tables {
        lines(&mut html, &grid.leading);
        table(&mut html, grid);
    }
    lines(&mut html, &document.trailing);
    Ok(html)
}

fn lines(html: &mut String, lines: &[String]) {
    for line in lines {
        // The page's own title is the heading above these.
        let tag = match heading(line) {
            Some(Level::First) => "h2",
            Some(Level::Second) => "h3",
            None => "p",
        };
        let _ = write!(html, "<{tag}>");
        escape(html, line);
        let _ = write!(html, "</{tag}>");
    }
}

fn table(html: &mut String, grid: &Grid) {
    if grid.cells.is_empty() {
        return;
    }
    html.push_str("<table>");
    if !grid.name.is_empty() {
        html.push_str("<caption>");
        escape(html, &grid.name);
        html.push_str("</caption>");
    }
    html.push_str("<tbody>");
    let cover = grid.cover();
    for row in 0..grid.rows.min(ROWS_MAX) {
        html.push_str("<tr>");
        for column in 0..grid.columns {
            let Some(cell) = cover.at(row, column) else {
                html.push_str("<td></td>");
                continue;
            };
            if (cell.row, cell.column) != (row, column) {
                continue;
            }
            let tag = if cell.bold { "th" } else { "td" };
            let _ = write!(html, "<{tag}");
            for (name, span) in [("rowspan", cell.row_span), ("colspan", cell.column_span)] {
                if span > 1 {
                    let _ = write!(html, " {name}=\"{span}\"");
                }
            }
            html.push('>');
            escape(html, &cell.text);
            let _ = write!(html, "</{tag}>");
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    if grid.rows > ROWS_MAX {
        let _ = write!(html, "<p>共{}行，这里显示前{ROWS_MAX}行。其余的请下载文件查看。</p>", grid.rows);
    }
}

fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\n' => html.push_str("<br>"),
            c => html.push(c),
        }
    }
}
