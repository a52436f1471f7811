//! XML parts read as a stream of events, with a bound on depth. Nothing outside the part is ever fetched: entities
//! other than XML's own five and character numbers vanish.

use crate::Refusal;
use crate::archive::{self, Part};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Config;
use std::io::Read;

/// A part being read.
pub(crate) struct Xml<'a, R> {
    source: Source<'a, R>,
    depth: usize,
    deepest: usize,
    part: &'static str,
}

enum Source<'a, R> {
    Memory(Reader<&'a [u8]>),
    Stream { reader: Reader<&'a mut archive::Stream<R>>, buffer: Vec<u8> },
}

fn configure(config: &mut Config) {
    config.check_end_names = true;
    config.allow_dangling_amp = true;
}

impl<'a, R: Read> Xml<'a, R> {
    /// `name` is what the person is told when it cannot be read.
    pub(crate) fn new(part: &'a mut Part<R>, deepest: usize, name: &'static str) -> Self {
        let source = match part {
            Part::Whole(bytes) => {
                let mut reader = Reader::from_reader(bytes.as_slice());
                configure(reader.config_mut());
                Source::Memory(reader)
            }
            Part::Stream(stream) => {
                let mut reader = Reader::from_reader(stream);
                configure(reader.config_mut());
                Source::Stream { reader, buffer: Vec::new() }
            }
        };
        Self { source, depth: 0, deepest, part: name }
    }

    /// The bytes not read yet, as far as they are at hand, when `levels` more may be opened.
    pub(crate) fn ahead(&self, levels: usize) -> &'a [u8] {
        match &self.source {
            Source::Memory(reader) if self.depth + levels <= self.deepest => reader.get_ref(),
            _ => &[],
        }
    }

    /// Passes over bytes seen by [`Xml::ahead`]: whole elements, between two events.
    pub(crate) fn pass(&mut self, bytes: usize) {
        if let Source::Memory(reader) = &mut self.source {
            let rest = reader.get_mut();
            *rest = rest.get(bytes..).unwrap_or_default();
        }
    }

    /// The next event.
    pub(crate) fn next(&mut self) -> Result<Event<'_>, Refusal> {
        let read = match &mut self.source {
            Source::Memory(reader) => reader.read_event(),
            Source::Stream { reader, buffer } => {
                buffer.clear();
                reader.read_event_into(buffer)
            }
        };
        let event = match read {
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
