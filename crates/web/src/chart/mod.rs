//! Pictures drawn by the server: SVG and tables that need no script, print well, and stand beside the same facts as text.

mod axis;
pub(crate) mod bars;
pub(crate) mod diagram;
pub(crate) mod gantt;
pub(crate) mod month;

/// A label that fits: at most `length` characters, the last one an ellipsis when cut.
pub(crate) fn shorten(text: &str, length: usize) -> String {
    let line: String = text.split_whitespace().collect();
    if line.chars().count() <= length {
        return line;
    }
    line.chars().take(length.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_long_label_is_cut_to_its_length() {
        assert_eq!(super::shorten("编制政务公开\n事项标准目录", 6), "编制政务公…");
        assert_eq!(super::shorten("目录", 6), "目录");
    }
}
