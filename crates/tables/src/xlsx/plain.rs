//! The cell as nearly every program writes it, `<c r="B2" s="1" t="s"><v>7</v></c>` or `<c r="B2" s="1"/>`, told by its
//! bytes alone. A sheet has hundreds of thousands of these; whatever looks the least different goes through the parser.

/// A cell of plain bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plain<'a> {
    /// `r`: its place.
    pub(super) reference: &'a str,
    /// `t`: what its value is.
    pub(super) kind: &'a str,
    /// `s`: its style.
    pub(super) style: &'a str,
    /// What stands in `<v>`; `None` if there is no such element.
    pub(super) value: Option<&'a str>,
    /// How many bytes the cell takes.
    pub(super) length: usize,
}

/// The cell at the beginning of these bytes, if it is a plain one.
pub(super) fn read(bytes: &[u8]) -> Option<Plain<'_>> {
    let (mut reference, mut kind, mut style) = ("", "", "");
    let mut rest = bytes.strip_prefix(b"<c")?;
    while let Some(attribute) = rest.strip_prefix(b" ") {
        let (name, written) = attribute.split_first()?;
        let (value, after) = until(written.strip_prefix(b"=\"")?, b'"', u8::is_ascii_alphanumeric)?;
        let place = match name {
            b'r' => &mut reference,
            b't' => &mut kind,
            b's' => &mut style,
            _ => return None,
        };
        // Given twice, or without a value: the parser decides.
        if value.is_empty() || !std::mem::replace(place, value).is_empty() {
            return None;
        }
        rest = after;
    }
    let (value, rest) = match rest.strip_prefix(b"/>") {
        Some(rest) => (None, rest),
        None => {
            let plain = |byte: &u8| byte.is_ascii_graphic() && !b"&>]".contains(byte);
            let (value, rest) = until(rest.strip_prefix(b"><v>")?, b'<', plain)?;
            (Some(value), rest.strip_prefix(b"/v></c>")?)
        }
    };
    Some(Plain { reference, kind, style, value, length: bytes.len() - rest.len() })
}

/// The text up to a mark, all of whose bytes are of a kind, and what follows the mark.
fn until(bytes: &[u8], mark: u8, of_kind: impl Fn(&u8) -> bool) -> Option<(&str, &[u8])> {
    let length = bytes.iter().position(|byte| *byte == mark || !of_kind(byte))?;
    let (text, rest) = bytes.split_at(length);
    Some((std::str::from_utf8(text).ok()?, rest.strip_prefix(&[mark])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_cells_are_told() {
        let shared = read(br#"<c r="B2" s="1" t="s"><v>7</v></c><c r="C2"/>"#).unwrap();
        let expected = Plain { reference: "B2", kind: "s", style: "1", value: Some("7"), length: 34 };
        assert_eq!(shared, expected);
        let empty = read(br#"<c r="C2" s="12"/></row>"#).unwrap();
        let expected = Plain { reference: "C2", kind: "", style: "12", value: None, length: 18 };
        assert_eq!(empty, expected);
    }

    #[test]
    fn others_are_left_to_the_parser() {
        for other in [
            "",
            "<c",
            "<col min=\"1\"/>",
            r#"<c r="A1"><f>B1</f><v>7</v></c>"#,
            r#"<c r="A1" cm="1"><v>7</v></c>"#,
            r#"<c r='A1'><v>7</v></c>"#,
            r#"<c r="A1" r="A2"><v>7</v></c>"#,
            r#"<c r="A&#49;"><v>7</v></c>"#,
            r#"<c r="A1"><v xml:space="preserve">7</v></c>"#,
            r#"<c r="A1"><v>7&amp;8</v></c>"#,
            r#"<c r="A1"><v>7 8</v></c>"#,
            r#"<c r="A1"><v>七</v></c>"#,
            r#"<c r="A1"><v>7</v> </c>"#,
            r#"<c r="A1"><v>7</v></c"#,
            r#"<c r="A1"><v><![CDATA[7]]></v></c>"#,
            r#"<x:c r="A1"><v>7</v></x:c>"#,
        ] {
            assert_eq!(read(other.as_bytes()), None, "{other}");
        }
    }
}
