//! Web pages: their data tables with row and column spans. Tables that only lay out the page are looked through.
//! One pass over the tags, without building a tree: pages in the wild are broken in every way, and a hostile one must
//! not cost more than its length.

mod grid;
mod tag;

use crate::{Document, Limits, Refusal};
use domain::finding::Finding;
use grid::OpenTable;
pub(crate) use tag::entities;
use tag::{Piece, Tag, Tags};

pub(crate) fn read(bytes: &[u8], limits: &Limits, findings: &mut Vec<Finding>) -> Result<Document, Refusal> {
    if bytes.len() > limits.text_bytes {
        return Err(Refusal::too_large("网页", limits.text_bytes / 1_000_000, " MB "));
    }
    let source = crate::text::decode(bytes, true, findings)?;
    let mut page = Page {
        limits,
        document: Document::default(),
        open: Vec::new(),
        lines: Vec::new(),
        line: String::new(),
        cells: 0,
    };
    for piece in Tags::new(&source) {
        match piece {
            Piece::Text(text) => page.text(&text),
            Piece::Open(tag) => page.open(&tag)?,
            Piece::Close(name) => page.close(&name)?,
        }
    }
    while !page.open.is_empty() {
        page.end_table();
    }
    page.end_line();
    page.document.trailing = std::mem::take(&mut page.lines);
    Ok(page.document)
}

struct Page<'a> {
    limits: &'a Limits,
    document: Document,
    /// Tables being read, outermost first.
    open: Vec<OpenTable>,
    /// Lines since the last data table.
    lines: Vec<String>,
    line: String,
    cells: usize,
}

/// Elements that begin a new line.
const BLOCKS: [&str; 20] = [
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header",
    "footer", "center", "dd", "dt", "hr",
];

impl Page<'_> {
    fn text(&mut self, text: &str) {
        match self.open.last_mut() {
            Some(table) => table.push(text),
            None => push_collapsed(&mut self.line, text),
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.trim().is_empty() && self.lines.len() < domain::limits::TEXT_LINES_MAX {
            self.lines.push(line);
        }
    }

    fn open(&mut self, tag: &Tag) -> Result<(), Refusal> {
        match tag.name.as_str() {
            "table" => {
                if self.open.len() >= self.limits.depth {
                    return Err(Refusal::TooDeep);
                }
                if self.open.is_empty() {
                    self.end_line();
                }
                self.open.push(OpenTable::default());
            }
            "tr" => {
                if let Some(table) = self.open.last_mut() {
                    table.begin_row();
                    if table.rows() > self.limits.rows {
                        return Err(Refusal::too_large("表格的行数", self.limits.rows, "行"));
                    }
                }
            }
            "td" | "th" => {
                if let Some(table) = self.open.last_mut() {
                    table.begin_cell(
                        tag.number("rowspan"),
                        tag.number("colspan"),
                        tag.name == "th",
                        self.limits,
                    );
                    self.cells += 1;
                    if self.cells > self.limits.cells {
                        return Err(Refusal::too_large("表格的单元格", self.limits.cells, "个"));
                    }
                }
            }
            name if BLOCKS.contains(&name) => self.break_line(),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), Refusal> {
        match name {
            "table" => {
                self.end_table();
                if self.document.tables.len() > self.limits.tables {
                    return Err(Refusal::too_large("表格", self.limits.tables, "个"));
                }
            }
            "tr" => {
                if let Some(table) = self.open.last_mut() {
                    table.end_row();
                }
            }
            "td" | "th" => {
                if let Some(table) = self.open.last_mut() {
                    table.end_cell();
                }
            }
            name if BLOCKS.contains(&name) => self.break_line(),
            _ => {}
        }
        Ok(())
    }

    fn break_line(&mut self) {
        match self.open.last_mut() {
            Some(table) => table.push_line(),
            None => self.end_line(),
        }
    }

    fn end_table(&mut self) {
        let Some(mut table) = self.open.pop() else { return };
        table.end_row();
        let nested = !self.open.is_empty();
        if table.is_layout() || !table.is_data(nested) {
            self.flow(table);
            return;
        }
        // Whatever stands around a data table lays out the page: its text becomes lines in their order.
        for outer in &mut self.open {
            self.lines.extend(outer.drain_as_layout());
        }
        let mut grid = table.finish();
        grid.leading = std::mem::take(&mut self.lines);
        self.document.tables.push(grid);
    }

    /// A table that is no data table: its cells go on as lines of what it stands in.
    fn flow(&mut self, mut table: OpenTable) {
        let lines = table.drain_as_layout();
        match self.open.last_mut() {
            Some(outer) => {
                for line in lines {
                    outer.push_line();
                    outer.push(&line);
                }
                outer.push_line();
            }
            None => self.lines.extend(lines),
        }
        self.lines.truncate(domain::limits::TEXT_LINES_MAX);
    }
}

/// Adds text as a browser shows it: runs of white space are one space.
pub(super) fn push_collapsed(line: &mut String, text: &str) {
    for c in text.chars() {
        if matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{c}') {
            if !line.is_empty() && !line.ends_with([' ', '\n']) {
                line.push(' ');
            }
        } else {
            line.push(c);
        }
    }
}
