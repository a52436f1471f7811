//! Paper: letters and tables as PDF files, laid out by typst from static templates; text goes in as data, never as
//! source. The only crate that knows typst. Who may print what, and where the text comes from, is decided elsewhere.
#![warn(missing_docs)]

mod font;
mod handout;
mod letter;
mod press;
mod report;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use font::{Choice, Fonts, Role};
pub use handout::{Code, HANDOUT_CHARACTERS, Handout, HandoutSection, handout};
pub use letter::letter;
pub use report::{Grid, GridCell, Piece, REPORT_CHARACTERS, Report, report};
pub use table::{Align, Cell, Column, Sheet, TABLE_CHARACTERS, TABLE_COLUMNS, TABLE_ROWS, TablePage, table};

/// A finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// Characters no font at hand can draw, each once, in code point order; they are printed as `〓`.
    pub missing: Vec<char>,
    /// The file keeps PDF/A-2a (ISO 19005-2); false when a font or a text made that impossible.
    pub archival: bool,
}

impl Pdf {
    /// The sentence that tells a person which characters were not printed; `None` when all were.
    pub fn missing_notice(&self) -> Option<String> {
        if self.missing.is_empty() {
            return None;
        }
        let shown: Vec<String> =
            self.missing.iter().take(20).map(|c| format!("{c}（U+{:04X}）", *c as u32)).collect();
        let more = if self.missing.len() > shown.len() { "等" } else { "" };
        Some(format!(
            "有{}个字符现有字体无法显示，已印为“〓”：{}{more}。请在字体目录中加入含有这些字符的字体后重新生成，或手工补写。",
            self.missing.len(),
            shown.join("、")
        ))
    }
}

/// Why nothing was printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// No title: a file must be nameable (and PDF/A asks for it).
    #[error("没有标题，无法生成打印文件。请先填写标题。")]
    NoTitle,
    /// A table without columns.
    #[error("表格没有列，无法生成打印文件。")]
    NoColumns,
    /// More than a page of its kind may hold.
    #[error(
        "内容过多（{what}{found}，最多{limit}），无法生成打印文件。请缩小范围后分次打印，或导出为Excel。"
    )]
    TooMuch {
        /// What there is too much of, in Chinese.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A row holds more cells than the table has columns.
    #[error("表格第{row}行的单元格超出了列数，无法排版。请检查该行的合并单元格。")]
    RowTooWide {
        /// The row, from 1, the header not counted.
        row: usize,
    },
    /// The layout failed although the data is in order: a mistake in this program.
    #[error("排版失败（{0}）。请将此提示告知系统维护人员。")]
    Layout(String),
}
