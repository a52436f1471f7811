//! Tables as HTML, to stand within a page: plain tags, everything escaped.

use super::{Rendered, RenderedCell, RenderedRow};
use crate::rich::escape;
use std::fmt::Write as _;

/// Writes a table, without what stands above and below it. `mark` may put its own markup into a cell with a key.
pub(crate) fn write_html(
    table: &Rendered,
    caption: Option<&str>,
    mark: &dyn Fn(&str, &str) -> Option<String>,
) -> String {
    let mut html = "<table>".to_owned();
    if let Some(caption) = caption {
        let _ = write!(html, "<caption>{}</caption>", escape(caption));
    }
    if table.header_rows > 0 {
        html.push_str("<thead>");
        for row in 0..table.header_rows {
            html.push_str("<tr>");
            let mut cells: Vec<_> = table.header.iter().filter(|cell| cell.row == row).collect();
            cells.sort_by_key(|cell| cell.column);
            for cell in cells {
                html.push_str("<th");
                spans(&mut html, cell.row_span, cell.column_span);
                html.push('>');
                html.push_str(&lines(&cell.text));
                html.push_str("</th>");
            }
            html.push_str("</tr>");
        }
        html.push_str("</thead>");
    }
    html.push_str("<tbody>");
    for row in &table.rows {
        html.push_str("<tr>");
        match row {
            RenderedRow::Heading(text) => {
                let _ = write!(html, "<th colspan=\"{}\">{}</th>", table.widths.len(), lines(text));
            }
            RenderedRow::Cells(cells) => {
                for cell in cells.iter().filter(|cell| cell.row_span > 0 && cell.column_span > 0) {
                    write_cell(&mut html, cell, mark);
                }
            }
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    html
}

fn write_cell(html: &mut String, cell: &RenderedCell, mark: &dyn Fn(&str, &str) -> Option<String>) {
    // What has a key is a value; the rest are labels.
    let tag = if cell.key.is_some() { "td" } else { "th" };
    let _ = write!(html, "<{tag}");
    spans(html, cell.row_span, cell.column_span);
    html.push('>');
    let marked = cell.key.as_deref().and_then(|key| mark(key, &cell.text));
    html.push_str(&marked.unwrap_or_else(|| lines(&cell.text)));
    let _ = write!(html, "</{tag}>");
}

fn spans(html: &mut String, rows: usize, columns: usize) {
    for (name, span) in [("rowspan", rows), ("colspan", columns)] {
        if span > 1 {
            let _ = write!(html, " {name}=\"{span}\"");
        }
    }
}

fn lines(text: &str) -> String {
    escape(text).replace('\n', "<br>")
}
