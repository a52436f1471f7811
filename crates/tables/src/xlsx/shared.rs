//! Shared strings, and the text of rich strings: runs joined, phonetic guides left out.

use crate::archive::Archive;
use crate::xml::{Xml, push_reference};
use crate::{Limits, Refusal};
use quick_xml::events::Event;

/// Reads the table of strings; empty if the workbook has none.
pub(crate) fn read(archive: &mut Archive<'_>, path: &str, limits: &Limits) -> Result<Vec<String>, Refusal> {
    let mut strings = Vec::new();
    let Some(mut part) = archive.part(path)? else {
        return Ok(strings);
    };
    let mut xml = Xml::new(&mut part, limits.depth, "共享字符串");
    let mut rich = Rich::default();
    let mut characters = 0;
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().into_inner() {
                "si" => rich = Rich::default(),
                name => rich.start(name),
            },
            Event::End(element) => match element.local_name().into_inner() {
                "si" => {
                    let text = std::mem::take(&mut rich).finish();
                    characters += text.len() / 3;
                    strings.push(text);
                    if strings.len() > limits.cells || characters > limits.characters {
                        return Err(Refusal::too_large("表格的文字", limits.characters / 10_000, "万字"));
                    }
                }
                name => rich.end(name),
            },
            Event::Empty(element) if element.local_name().into_inner() == "si" => strings.push(String::new()),
            Event::Text(text) => rich.text(&text.xml10_content()),
            Event::CData(text) => rich.text(&text.xml10_content()),
            Event::GeneralRef(reference) if rich.takes() => push_reference(&mut rich.text, &reference),
            Event::Eof => return Ok(strings),
            _ => {}
        }
    }
}

/// Gathers the text of `<si>` or `<is>`.
#[derive(Default)]
pub(crate) struct Rich {
    pub(crate) text: String,
    in_text: bool,
    in_phonetic: bool,
}

impl Rich {
    pub(crate) fn start(&mut self, name: &str) {
        match name {
            "t" => self.in_text = true,
            "rPh" => self.in_phonetic = true,
            _ => {}
        }
    }

    pub(crate) fn end(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "rPh" => self.in_phonetic = false,
            _ => {}
        }
    }

    pub(crate) fn takes(&self) -> bool {
        self.in_text && !self.in_phonetic
    }

    pub(crate) fn text(&mut self, text: &str) {
        if self.takes() {
            self.text.push_str(text);
        }
    }

    pub(crate) fn finish(self) -> String {
        unescape(self.text)
    }
}

/// `_x000D_` stands for the character of that number.
pub(crate) fn unescape(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let code = from.get(2..6).filter(|_| from.get(6..7) == Some("_"));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}
