//! Tick marks: what stands in a column of √. What cannot be read is neither yes nor no.

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Ticked.
    Yes,
    /// Empty, or struck.
    No,
    /// Something else.
    Unknown,
}

/// Reads the cell of a ticked column. `label` is what the column says (`县级`): a cell that repeats it is ticked.
///
/// ```
/// use domain::catalogue::mark::{Mark, read};
/// assert_eq!(read("√", "县级"), Mark::Yes);
/// assert_eq!(read("县级", "县级"), Mark::Yes);
/// assert_eq!(read("", "县级"), Mark::No);
/// assert_eq!(read("?", "县级"), Mark::Unknown);
/// ```
pub fn read(cell: &str, label: &str) -> Mark {
    let bare: String = cell.chars().filter_map(crate::text::half_width).collect();
    match bare.as_str() {
        "" | "×" | "✗" | "✘" | "x" | "X" | "□" | "☐" | "○" | "零" | "否" | "无" | "不" | "-" | "--" | "/"
        | "\\" | "N" | "n" | "0" | "£" | "口" => Mark::No,
        "√" | "✓" | "✔" | "☑" | "■" | "●" | "▲" | "◆" | "★" | "是" | "有" | "Y" | "y" | "V" | "v" | "1"
        | "t" | "R" | "∨" | "√√" | "\u{f0fc}" | "\u{f052}" => Mark::Yes,
        _ if !label.is_empty() && bare.contains(label.trim_end_matches('级')) => Mark::Yes,
        _ => Mark::Unknown,
    }
}
