//! Slips of the pen: characters nobody can see, brackets with one half, the same words twice.

use super::{Hit, Rule};

/// Private use, replacement, directions, zero width: nobody means them.
pub(super) fn is_bad(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Tells of a run of bad characters; returns where to go on.
pub(super) fn bad(line: &str, at: usize, hits: &mut Vec<Hit>) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    let length: usize = rest
        .chars()
        .take_while(|c| is_bad(*c) || c.is_control() && !matches!(c, '\t' | '\r'))
        .map(char::len_utf8)
        .sum();
    let end = at + length.max(1);
    hits.push(Hit {
        rule: Rule::BadCharacter,
        range: at..end,
        replacement: Some(String::new()),
        note: String::new(),
    });
    end
}

/// The opening bracket of a closing one, in the width it is written.
fn opening(close: char) -> Option<char> {
    Some(match close {
        '）' => '（',
        ')' => '(',
        '》' => '《',
        '〉' => '〈',
        '】' => '【',
        '〕' => '〔',
        ']' => '[',
        _ => return None,
    })
}

/// Brackets seen in a line and not closed yet.
#[derive(Default)]
pub(super) struct Brackets {
    open: Vec<(char, usize)>,
    alone: Vec<(char, usize)>,
}

/// Brackets open at once in one line; more is a drawing, no text.
const OPEN_MAX: usize = 64;

impl Brackets {
    /// Takes a bracket; returns where to go on.
    pub(super) fn see(&mut self, line: &str, at: usize) -> usize {
        let Some(c) = line.get(at..).and_then(|rest| rest.chars().next()) else { return at + 1 };
        match opening(c) {
            None if self.open.len() < OPEN_MAX => self.open.push((c, at)),
            None => {}
            Some(wanted) => {
                // A half-width bracket may close a full-width one: another rule's matter, and common.
                let same = |open: char| open == wanted || matches!((open, c), ('（', ')') | ('(', '）'));
                match self.open.iter().rposition(|(open, _)| same(*open)) {
                    Some(index) => self.alone.extend(self.open.drain(index..).skip(1)),
                    None if numbers_item(line.get(..at).unwrap_or_default()) => {}
                    None if self.alone.len() < OPEN_MAX => self.alone.push((c, at)),
                    None => {}
                }
            }
        }
        at + c.len_utf8()
    }

    /// Tells of those left alone.
    pub(super) fn end(self, hits: &mut Vec<Hit>) {
        for (c, at) in self.alone.into_iter().chain(self.open) {
            hits.push(Hit {
                rule: Rule::Unpaired,
                range: at..at + c.len_utf8(),
                replacement: None,
                note: String::new(),
            });
        }
    }
}

/// `1）`, `a)`, `一）`: a number of a list needs no opening bracket.
fn numbers_item(before: &str) -> bool {
    before.ends_with(|c: char| c.is_ascii_alphanumeric() || "一二三四五六七八九十".contains(c))
}

/// Bytes of one Chinese character.
const WIDE: usize = 3;

/// Phrases of this many characters are compared with what follows them.
const PHRASE: std::ops::RangeInclusive<usize> = 3..=30;
/// The common Chinese characters, U+4E00 to U+9FFF.
const CHARACTERS: usize = 0x5200;

/// Where each character was seen last: a phrase written twice brings each of its characters back at the same distance.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// One more than the place in all that was read; nought for never.
    last: Vec<usize>,
    read: usize,
}

impl Seen {
    /// Three or more characters written twice on end.
    pub(super) fn repeated(&mut self, line: &str, hits: &mut Vec<Hit>) {
        if line.len() < 2 * PHRASE.start() * WIDE {
            return;
        }
        self.last.resize(CHARACTERS, 0);
        let bytes = line.as_bytes();
        let base = self.read + 1;
        self.read += line.len();
        let mut from = 0;
        let mut at = 0;
        while let Some(character) = bytes.get(at..at + WIDE) {
            let Some(place) = place(character) else {
                at += 1;
                continue;
            };
            let Some(last) = self.last.get_mut(place) else { break };
            let before = std::mem::replace(last, base + at);
            if let Some(before) = before.checked_sub(base).filter(|before| *before >= from) {
                let width = at - before;
                if width % WIDE == 0
                    && PHRASE.contains(&(width / WIDE))
                    && let Some(range) = twice(bytes, at, width, from)
                {
                    from = range.end;
                    at = range.end;
                    hits.push(Hit {
                        rule: Rule::Repeated,
                        range,
                        replacement: Some(String::new()),
                        note: String::new(),
                    });
                    continue;
                }
            }
            at += WIDE;
        }
    }
}

/// The place of a Chinese character in the table.
fn place(character: &[u8]) -> Option<usize> {
    let [lead @ 0xe4..=0xe9, second, third] = character else { return None };
    let code = usize::from(lead & 0x0f) << 12 | usize::from(second & 0x3f) << 6 | usize::from(third & 0x3f);
    code.checked_sub(0x4e00).filter(|place| *place < CHARACTERS)
}

/// The second of two equal phrases around `at`, which are `width` bytes long.
fn twice(bytes: &[u8], at: usize, width: usize, from: usize) -> Option<std::ops::Range<usize>> {
    let equal = |place: usize| {
        place >= from + width
            && bytes.get(place..place + WIDE) == bytes.get(place - width..place - width + WIDE)
    };
    let mut start = at;
    while start >= WIDE && equal(start - WIDE) {
        start -= WIDE;
    }
    let mut end = at + WIDE;
    while end < start + width && end + WIDE <= bytes.len() && equal(end) {
        end += WIDE;
    }
    let range = start..start + width;
    (end == range.end && is_phrase(bytes.get(range.clone())?)).then_some(range)
}

/// Chinese characters throughout, and not one character over and over.
fn is_phrase(bytes: &[u8]) -> bool {
    let mut characters = bytes.chunks_exact(WIDE);
    let first = characters.next();
    bytes.chunks_exact(WIDE).all(|character| matches!(character.first(), Some(0xe4..=0xe9)))
        && characters.any(|character| Some(character) != first)
}
