//! A page cut into tags and text. Comments, scripts and styles are left out; what is not a tag is text.

use std::borrow::Cow;

/// A piece of a page.
pub(super) enum Piece {
    /// Text, with its entities resolved.
    Text(String),
    /// `<name …>`.
    Open(Tag),
    /// `</name>`.
    Close(String),
}

/// An opening tag.
pub(super) struct Tag {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// An attribute as a number: the digits it begins with.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        let (_, value) = self.attributes.iter().find(|(key, _)| key == name)?;
        let value = value.trim();
        let digits = value.bytes().take_while(u8::is_ascii_digit).count();
        value.get(..digits.min(9))?.parse().ok()
    }
}

/// Iterates over a page's pieces.
pub(super) struct Tags<'a> {
    rest: &'a str,
    /// Inside `<script>` or another element whose content is no text of the page.
    raw: Option<&'static str>,
}

const RAW: [&str; 5] = ["script", "style", "title", "textarea", "template"];
/// Attributes of one tag that are kept; the spans stand among the first.
const ATTRIBUTES_MAX: usize = 64;

impl<'a> Tags<'a> {
    pub(super) fn new(page: &'a str) -> Self {
        Self { rest: page, raw: None }
    }

    fn skip_raw(&mut self, name: &str) {
        let mut from = self.rest;
        while let Some(at) = from.find("</") {
            let after = from.get(at + 2..).unwrap_or_default();
            let matches = after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
            if matches {
                self.rest = from.get(at..).unwrap_or_default();
                return;
            }
            from = after;
        }
        self.rest = "";
    }
}

impl Iterator for Tags<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            if let Some(name) = self.raw.take() {
                self.skip_raw(name);
            }
            if self.rest.is_empty() {
                return None;
            }
            let Some(at) = self.rest.find('<') else {
                let text = entities(self.rest).into_owned();
                self.rest = "";
                return Some(Piece::Text(text));
            };
            if at > 0 {
                let (text, rest) = self.rest.split_at(at);
                self.rest = rest;
                return Some(Piece::Text(entities(text).into_owned()));
            }
            if let Some(after) = self.rest.strip_prefix("<!--") {
                self.rest = after.find("-->").and_then(|end| after.get(end + 3..)).unwrap_or_default();
                continue;
            }
            if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
                self.rest = self.rest.find('>').and_then(|end| self.rest.get(end + 1..)).unwrap_or_default();
                continue;
            }
            let closing = self.rest.starts_with("</");
            let body = self.rest.get(if closing { 2 } else { 1 }..).unwrap_or_default();
            if !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
                // `<` in running text, as in “<18岁”.
                self.rest = self.rest.get(1..).unwrap_or_default();
                return Some(Piece::Text("<".to_owned()));
            }
            let length =
                body.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(body.len());
            let (name, after) = body.split_at(length);
            let name = name.to_ascii_lowercase();
            let (attributes, rest) = attributes(after);
            self.rest = rest;
            if closing {
                return Some(Piece::Close(name));
            }
            self.raw = RAW.into_iter().find(|raw| *raw == name);
            return Some(Piece::Open(Tag { name, attributes }));
        }
    }
}

/// Reads up to the tag's end.
fn attributes(mut text: &str) -> (Vec<(String, String)>, &str) {
    let mut attributes = Vec::new();
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if text.is_empty() {
            return (attributes, "");
        }
        if let Some(rest) = text.strip_prefix('>') {
            return (attributes, rest);
        }
        let length = text
            .char_indices()
            .skip(1)
            .find(|(_, c)| c.is_whitespace() || matches!(c, '>' | '/' | '='))
            .map_or(text.len(), |(at, _)| at);
        let (name, rest) = text.split_at(length);
        text = rest.trim_start();
        let mut value = "";
        if let Some(rest) = text.strip_prefix('=') {
            let rest = rest.trim_start();
            (value, text) = match rest.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inner = rest.get(1..).unwrap_or_default();
                    inner.split_once(quote).unwrap_or((inner, ""))
                }
                _ => rest.split_at(rest.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(rest.len())),
            };
        }
        if attributes.len() < ATTRIBUTES_MAX && value.len() < 100 {
            attributes.push((name.to_ascii_lowercase(), value.to_owned()));
        }
    }
}

const NAMED: [(&str, &str); 40] = [
    ("nbsp", "\u{a0}"),
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("hellip", "…"),
    ("middot", "·"),
    ("bull", "•"),
    ("ensp", " "),
    ("emsp", "\u{3000}"),
    ("thinsp", " "),
    ("times", "×"),
    ("divide", "÷"),
    ("deg", "°"),
    ("permil", "‰"),
    ("plusmn", "±"),
    ("radic", "√"),
    ("le", "≤"),
    ("ge", "≥"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("copy", "©"),
    ("reg", "®"),
    ("sect", "§"),
    ("para", "¶"),
    ("yen", "¥"),
    ("euro", "€"),
    ("rarr", "→"),
    ("larr", "←"),
    ("uarr", "↑"),
    ("darr", "↓"),
    ("zwnj", ""),
    ("zwj", ""),
];

/// Replaces `&…;`; what is not known stays as it is.
pub(crate) fn entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let body = from.get(1..).unwrap_or_default();
        let length = body.bytes().take(12).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        let name = body.get(..length).unwrap_or_default();
        let after = body.get(length..).unwrap_or_default();
        let value =
            named(name).map(Cow::Borrowed).or_else(|| numbered(name).map(|c| Cow::Owned(c.to_string())));
        match value {
            Some(value) => {
                out.push_str(&value);
                rest = after.strip_prefix(';').unwrap_or(after);
            }
            None => {
                out.push('&');
                rest = body;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn named(name: &str) -> Option<&'static str> {
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

fn numbered(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(page: &str) -> String {
        Tags::new(page)
            .map(|piece| match piece {
                Piece::Text(text) => format!("[{text}]"),
                Piece::Open(tag) => format!("<{}{:?}>", tag.name, tag.number("rowspan")),
                Piece::Close(name) => format!("</{name}>"),
            })
            .collect()
    }

    #[test]
    fn broken_pages_come_apart() {
        assert_eq!(say("<TD rowspan=3 class='a>b'>甲&nbsp;乙</td >"), "<tdSome(3)>[甲\u{a0}乙]</td>");
        assert_eq!(say("<td rowspan=\"2\"><18岁&lt;&#29579;&unknown;"), "<tdSome(2)>[<][18岁<王&unknown;]");
        assert_eq!(say("a<!-- <td> -->b<script>if (a<b) '<td>'</script>c"), "[a][b]<scriptNone></script>[c]");
        assert_eq!(say("<td rowspan='2"), "<tdSome(2)>");
        assert_eq!(say("<"), "[<]");
    }
}
