//! XML parts read as a stream of events, with a bound on depth. Nothing outside the part is ever fetched: entities
//! other than XML's own five and character numbers vanish.

use crate::{Refusal, archive};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::io::BufRead;

/// A part being read.
pub(crate) struct Xml<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    depth: usize,
    deepest: usize,
    part: &'static str,
}

impl<R: BufRead> Xml<R> {
    /// `part` is what the person is told when it cannot be read.
    pub(crate) fn new(source: R, deepest: usize, part: &'static str) -> Self {
        let mut reader = Reader::from_reader(source);
        let config = reader.config_mut();
        config.check_end_names = true;
        config.allow_dangling_amp = true;
        Self { reader, buffer: Vec::new(), depth: 0, deepest, part }
    }

    /// The next event.
    pub(crate) fn next(&mut self) -> Result<Event<'_>, Refusal> {
        self.buffer.clear();
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(error)) => return Err(archive::refusal(&error)),
            Err(_) => return Err(Refusal::Damaged { part: self.part }),
        };
        match event {
            Event::Start(_) => {
                self.depth += 1;
                if self.depth > self.deepest {
                    return Err(Refusal::TooDeep);
                }
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => return Err(Refusal::Truncated),
            _ => {}
        }
        Ok(event)
    }
}

/// The value of an attribute, by its name without prefix.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element.attributes().with_checks(false).flatten().find_map(|attribute| {
        (attribute.key.local_name().into_inner() == name).then(|| {
            quick_xml::escape::unescape(&attribute.value)
                .map_or_else(|_| attribute.value.to_string(), Into::into)
        })
    })
}

/// The attribute as a number.
pub(crate) fn number<T: std::str::FromStr>(element: &BytesStart<'_>, name: &str) -> Option<T> {
    attribute(element, name)?.trim().parse().ok()
}

/// An on/off attribute; `w:b` alone means on.
pub(crate) fn on(element: &BytesStart<'_>, name: &str) -> bool {
    !matches!(attribute(element, name).as_deref(), Some("0" | "false" | "off" | "none"))
}

/// Adds what `&…;` stands for.
pub(crate) fn push_reference(text: &mut String, reference: &BytesRef<'_>) {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        text.push(c);
        return;
    }
    let named = quick_xml::escape::resolve_predefined_entity(&reference.xml10_content());
    text.push_str(named.unwrap_or_default());
}
