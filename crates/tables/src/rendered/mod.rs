//! A table ready to be written: lines above and below, a header of one or more rows, cells that may span rows. Excel,
//! Word and pages are written from this; what becomes a cell is decided by whoever renders (a plan, a catalogue).

mod html;
mod word;
mod workbook;

pub(crate) use html::write_html;
pub(crate) use word::write_docx;
pub(crate) use workbook::write_xlsx;

/// A table ready to be written.
pub(crate) struct Rendered {
    /// The worksheet's name, where there are worksheets.
    pub(crate) sheet: String,
    pub(crate) title: String,
    pub(crate) above: Vec<RenderedLine>,
    pub(crate) header: Vec<RenderedHeader>,
    pub(crate) header_rows: usize,
    /// Of the columns, in characters.
    pub(crate) widths: Vec<f64>,
    pub(crate) rows: Vec<RenderedRow>,
    pub(crate) below: Vec<RenderedLine>,
    pub(crate) paper: Paper,
}

/// A line above or below the table.
pub(crate) struct RenderedLine {
    pub(crate) text: String,
    pub(crate) kind: LineKind,
}

impl RenderedLine {
    /// A line as it stands.
    pub(crate) fn plain(text: String) -> Self {
        Self { text, kind: LineKind::Plain }
    }

    /// Where the table's title stands.
    pub(crate) fn title() -> Self {
        Self { text: String::new(), kind: LineKind::Title }
    }

    /// A line of a text: one of its headings, or a paragraph.
    pub(crate) fn of_text(text: &str) -> Self {
        let kind = match heading(text) {
            Some(Level::First) => LineKind::Heading,
            Some(Level::Second) => LineKind::Subheading,
            None => LineKind::Paragraph,
        };
        Self { text: text.to_owned(), kind }
    }
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// The title stands here, as the table has it now.
    Title,
    /// 一、
    Heading,
    /// （一）
    Subheading,
    /// A paragraph of a text, two characters from the left.
    Paragraph,
    /// A note, a name, a number: as it stands.
    Plain,
}

/// Levels of headings in official texts (GB/T 9704).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// 一、
    First,
    /// （一）
    Second,
}

/// Longer lines are paragraphs that begin like a heading.
const HEADING_CHARACTERS_MAX: usize = 40;

/// The level of a line that is a heading: numbered as such, short, and no sentence.
pub(crate) fn heading(line: &str) -> Option<Level> {
    let line = line.trim();
    if line.chars().count() > HEADING_CHARACTERS_MAX || line.ends_with(['。', '；', '：', '，']) {
        return None;
    }
    let numbered = line.trim_start_matches(|c| "一二三四五六七八九十".contains(c));
    match crate::plan::heading_level(line)? {
        // Of the signs that number a row of a table, a text's heading has this one.
        1 => numbered.starts_with('、').then_some(Level::First),
        _ => Some(Level::Second),
    }
}

/// A cell of the header.
pub(crate) struct RenderedHeader {
    pub(crate) text: String,
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) row_span: usize,
    pub(crate) column_span: usize,
}

impl RenderedHeader {
    /// A header of one row, a cell a column.
    pub(crate) fn flat(headers: impl IntoIterator<Item = String>) -> Vec<Self> {
        let cell = |(column, text)| Self { text, row: 0, column, row_span: 1, column_span: 1 };
        headers.into_iter().enumerate().map(cell).collect()
    }
}

/// A row.
pub(crate) enum RenderedRow {
    /// One text over the whole width.
    Heading(String),
    /// A cell for each column.
    Cells(Vec<RenderedCell>),
}

/// A cell.
pub(crate) struct RenderedCell {
    pub(crate) text: String,
    /// How many rows it covers; 0 when one above covers it.
    pub(crate) row_span: usize,
    /// How many columns it covers; 0 when one to its left covers it.
    pub(crate) column_span: usize,
    /// Short texts stand in the middle, long ones on the left.
    pub(crate) centred: bool,
    /// What the cell is, for writers that do more with some than show their text.
    pub(crate) key: Option<String>,
}

impl RenderedCell {
    /// A cell of one row.
    pub(crate) fn new(text: String) -> Self {
        Self { centred: text.chars().count() <= 12, text, row_span: 1, column_span: 1, key: None }
    }
}

/// What it is printed on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paper {
    A4,
    A4Landscape,
    A3Landscape,
}

/// Makes equal cells of a column one below the other into one; empty ones only if `whole`.
pub(crate) fn merge(table: &mut [Vec<RenderedCell>], column: usize, whole: bool) {
    let mut anchor = 0;
    for row in 1..table.len() {
        let text =
            |row: usize| table.get(row).and_then(|cells| cells.get(column)).map(|cell| cell.text.as_str());
        let joins = text(row) == text(anchor) && (whole || text(row).is_some_and(|text| !text.is_empty()));
        if !joins {
            anchor = row;
            continue;
        }
        if let Some(cell) = table.get_mut(row).and_then(|cells| cells.get_mut(column)) {
            cell.row_span = 0;
        }
        if let Some(cell) = table.get_mut(anchor).and_then(|cells| cells.get_mut(column)) {
            cell.row_span += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_told_from_sentences() {
        for (line, level) in [
            ("三、收到和处理政府信息公开申请情况", Some(Level::First)),
            ("十一、附则", Some(Level::First)),
            ("（二）依申请公开", Some(Level::Second)),
            ("一、本办法自公布之日起施行。", None),
            ("一是公开不及时", None),
            ("（示例数据）", None),
            ("二〇二〇年", None),
            ("一 甲", None),
            ("", None),
        ] {
            assert_eq!(heading(line), level, "{line}");
        }
    }
}
