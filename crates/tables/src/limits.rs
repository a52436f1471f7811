//! How much a reader may take; the numbers and their reasons stand in [`domain::limits`].

use domain::limits;

/// Bounds on one file. [`Limits::default`] is what the program uses; tests set smaller ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Bytes of a web page or text file.
    pub text_bytes: usize,
    /// Bytes of all inflated parts.
    pub inflated_bytes: u64,
    /// Inflated ÷ deflated size of a part.
    pub ratio: u64,
    /// Entries of a zip.
    pub entries: usize,
    /// Depth of XML elements.
    pub depth: usize,
    /// Rows of a table.
    pub rows: usize,
    /// Columns of a table.
    pub columns: usize,
    /// Cells of a file.
    pub cells: usize,
    /// Characters of all cells of a file.
    pub characters: usize,
    /// Tables of a file.
    pub tables: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: limits::UPLOAD_BYTES_MAX,
            text_bytes: limits::TEXT_BYTES_MAX,
            inflated_bytes: limits::INFLATED_BYTES_MAX,
            ratio: limits::INFLATE_RATIO_MAX,
            entries: limits::ZIP_ENTRIES_MAX,
            depth: limits::XML_DEPTH_MAX,
            rows: limits::TABLE_ROWS_MAX,
            columns: limits::TABLE_COLUMNS_MAX,
            cells: limits::TABLE_CELLS_MAX,
            characters: limits::TABLE_CHARACTERS_MAX,
            tables: limits::TABLES_MAX,
        }
    }
}
