//! One XML part in memory as a list of its tags and texts, each with its place in the bytes, and changes to it as
//! replaced ranges: what is not touched stays byte for byte as it was.

use crate::{Limits, Refusal};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;
use std::ops::Range;

/// What a piece of markup is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// An opening tag.
    Open,
    /// A closing tag.
    Close,
    /// A tag without content.
    Empty,
    /// Text.
    Text,
    /// `&…;`.
    Reference,
    /// CDATA.
    Verbatim,
    /// Declarations, comments, instructions.
    Other,
}

/// A tag or a text: where it stands. Large sheets have millions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) sort: Sort,
    start: u32,
    stop: u32,
    end: u32,
}

impl Token {
    /// Its bytes.
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.stop as usize
    }

    /// The index of the closing tag of an opening one; its own index elsewhere.
    pub(super) fn end(self) -> usize {
        self.end as usize
    }
}

/// A part.
pub(super) struct Markup<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) tokens: Vec<Token>,
}

impl<'a> Markup<'a> {
    /// Reads a part; `name` is what the person is told when it cannot be read.
    pub(super) fn read(bytes: &'a [u8], limits: &Limits, name: &'static str) -> Result<Self, Refusal> {
        const MOST: usize = domain::limits::MARKUP_BYTES_MAX;
        let damaged = || Refusal::Damaged { part: name };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.len() > MOST {
            return Err(Refusal::too_large("附件中的一个部分", MOST / 1_000_000, " MB "));
        }
        let mut reader = Reader::from_reader(bytes);
        reader.config_mut().check_end_names = true;
        reader.config_mut().allow_dangling_amp = true;
        let mut tokens: Vec<Token> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut start = 0;
        loop {
            let sort = match reader.read_event().map_err(|_| damaged())? {
                Event::Start(_) => Sort::Open,
                Event::Empty(_) => Sort::Empty,
                Event::End(_) => Sort::Close,
                Event::Text(_) => Sort::Text,
                Event::CData(_) => Sort::Verbatim,
                Event::GeneralRef(_) => Sort::Reference,
                Event::Eof => break,
                _ => Sort::Other,
            };
            let index = tokens.len();
            let stop = u32::try_from(reader.buffer_position()).map_err(|_| damaged())?;
            tokens.push(Token { sort, start, stop, end: u32::try_from(index).map_err(|_| damaged())? });
            start = stop;
            match sort {
                Sort::Open => {
                    open.push(index);
                    if open.len() > limits.depth {
                        return Err(Refusal::TooDeep);
                    }
                }
                Sort::Close => {
                    if let Some(opening) = open.pop().and_then(|at| tokens.get_mut(at)) {
                        opening.end = u32::try_from(index).map_err(|_| damaged())?;
                    }
                }
                _ => {}
            }
        }
        if open.is_empty() { Ok(Self { bytes, tokens }) } else { Err(Refusal::Truncated) }
    }

    /// The local name of a tag; empty for anything else.
    pub(super) fn name(&self, index: usize) -> &'a str {
        let whole = self.whole_name(index);
        whole.rsplit_once(':').map_or(whole, |(_, local)| local)
    }

    /// Whether the token opens an element of that local name, empty or not.
    pub(super) fn begins(&self, index: usize, name: &str) -> bool {
        let opens = |token: &Token| matches!(token.sort, Sort::Open | Sort::Empty);
        self.tokens.get(index).is_some_and(opens) && self.name(index) == name
    }

    /// The name with its prefix, of a tag.
    pub(super) fn whole_name(&self, index: usize) -> &'a str {
        let Some(raw) = self.raw(index).strip_prefix('<') else { return "" };
        let raw = raw.trim_start_matches('/');
        raw.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default()
    }

    /// The bytes of a token as text.
    pub(super) fn raw(&self, index: usize) -> &'a str {
        let range = self.tokens.get(index).map(|token| token.range()).unwrap_or_default();
        self.bytes.get(range).and_then(|raw| std::str::from_utf8(raw).ok()).unwrap_or_default()
    }

    /// The value of an attribute by its name without prefix.
    pub(super) fn attribute(&self, index: usize, name: &str) -> Option<String> {
        let inner = self.raw(index).trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
        let tag = BytesStart::from_content(inner, self.whole_name(index).len());
        crate::xml::attribute(&tag, name)
    }

    /// The bytes of an element with all in it.
    pub(super) fn element(&self, index: usize) -> Range<usize> {
        let Some(token) = self.tokens.get(index) else { return 0..0 };
        let end = self.tokens.get(token.end()).unwrap_or(token);
        token.range().start..end.range().end
    }

    /// The bytes between an element's tags; `None` where it has none.
    pub(super) fn inner(&self, index: usize) -> Option<Range<usize>> {
        let token = self.tokens.get(index).filter(|token| token.sort == Sort::Open)?;
        Some(token.range().end..self.tokens.get(token.end())?.range().start)
    }

    /// The tokens within an element.
    pub(super) fn within(&self, index: usize) -> Range<usize> {
        self.tokens.get(index).map_or(0..0, |token| index + 1..token.end().max(index + 1))
    }

    /// What a text token says; empty for tags.
    pub(super) fn words(&self, index: usize) -> Cow<'a, str> {
        let raw = self.raw(index);
        match self.tokens.get(index).map(|token| token.sort) {
            Some(Sort::Text) => Cow::Borrowed(raw),
            Some(Sort::Verbatim) => Cow::Borrowed(
                raw.strip_prefix("<![CDATA[").and_then(|raw| raw.strip_suffix("]]>")).unwrap_or(raw),
            ),
            Some(Sort::Reference) => {
                let mut text = String::new();
                let name = raw.trim_start_matches('&').trim_end_matches(';');
                crate::xml::push_reference(&mut text, &BytesRef::new(name));
                Cow::Owned(text)
            }
            _ => Cow::Borrowed(""),
        }
    }

    /// All text within an element.
    pub(super) fn text(&self, index: usize) -> String {
        self.within(index).map(|index| self.words(index)).collect()
    }
}

/// Changes to a part: ranges of bytes and what stands there instead.
#[derive(Default)]
pub(super) struct Patch {
    edits: Vec<(Range<usize>, String)>,
}

impl Patch {
    /// Puts something in the place of a range.
    pub(super) fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.edits.push((range, with.into()));
    }

    /// Takes a range away.
    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.replace(range, "");
    }

    /// Takes away the tags of an element, leaving what is within.
    pub(super) fn unwrap(&mut self, markup: &Markup<'_>, index: usize) {
        let Some(token) = markup.tokens.get(index) else { return };
        self.remove(token.range());
        if token.sort == Sort::Open
            && let Some(closing) = markup.tokens.get(token.end())
        {
            self.remove(closing.range());
        }
    }

    /// Whether nothing changes.
    pub(super) fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The changed bytes. Of changes within each other the outermost holds.
    pub(super) fn apply(mut self, bytes: &[u8]) -> Vec<u8> {
        self.edits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for (range, with) in self.edits {
            if range.start < at {
                continue;
            }
            out.extend_from_slice(bytes.get(at..range.start).unwrap_or_default());
            out.extend_from_slice(with.as_bytes());
            at = range.end;
        }
        out.extend_from_slice(bytes.get(at..).unwrap_or_default());
        out
    }
}

/// Text as it stands in XML.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if u32::from(c) < 32 => {}
            c => out.push(c),
        }
    }
    out
}
