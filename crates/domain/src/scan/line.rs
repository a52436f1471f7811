//! One line: a single pass over its bytes stops only where something may begin.

use super::wording::Wording;
use super::{Hit, Rule, character, number, personal};

/// What a byte may begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    Nothing,
    Digit,
    Capital,
    Star,
    At,
    Bracket,
    Control,
    /// The lead byte of characters among which some are bad, full-width or brackets.
    Wide,
}

const TABLE: [Begins; 256] = {
    let mut table = [Begins::Nothing; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => Begins::Digit,
            b'A'..=b'Z' => Begins::Capital,
            b'*' => Begins::Star,
            b'@' => Begins::At,
            b'(' | b')' | b'[' | b']' => Begins::Bracket,
            b'\t' | b'\r' => Begins::Nothing,
            0..=31 | 127 => Begins::Control,
            0xe2 | 0xe3 | 0xee | 0xef => Begins::Wide,
            _ => Begins::Nothing,
        };
        byte += 1;
    }
    table
};

/// Everything in a line, in its order.
pub(super) fn scan(line: &str, wording: &Wording, seen: &mut character::Seen) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut brackets = character::Brackets::default();
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match TABLE.get(usize::from(*byte)).copied().unwrap_or(Begins::Nothing) {
            Begins::Nothing => at += 1,
            Begins::Digit => at = number::run(line, at, &mut hits),
            Begins::Capital => at = personal::plate(line, at, &mut hits),
            Begins::Star => at += 1,
            Begins::At => at = personal::mail(line, at, &mut hits),
            Begins::Bracket => at = brackets.see(line, at),
            Begins::Control => at = character::bad(line, at, &mut hits),
            Begins::Wide => {
                let c = line.get(at..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
                at = match c {
                    '０'..='９' => number::run(line, at, &mut hits),
                    '（' | '）' | '《' | '》' | '【' | '】' | '〔' | '〕' | '〈' | '〉' => {
                        brackets.see(line, at)
                    }
                    c if character::is_bad(c) => character::bad(line, at, &mut hits),
                    c => at + c.len_utf8(),
                };
            }
        }
    }
    brackets.end(&mut hits);
    wording.scan(line, &mut hits);
    seen.repeated(line, &mut hits);
    settle(hits)
}

/// In the line's order; of personal hits over each other the one that matters more holds, and nothing else is said within it.
fn settle(mut hits: Vec<Hit>) -> Vec<Hit> {
    if hits.len() < 2 {
        return hits;
    }
    hits.sort_by_key(|hit| (hit.range.start, hit.rule));
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        let over = kept
            .iter()
            .rposition(|other| other.range.end > hit.range.start && other.range.start < hit.range.end);
        match over.and_then(|index| kept.get_mut(index)) {
            Some(other)
                if hit.rule.is_personal()
                    && (hit.rule, other.range.start) < (other.rule, hit.range.start) =>
            {
                *other = hit;
            }
            Some(other) if other.rule.is_personal() || other.rule == Rule::ImpossibleDate => {}
            Some(other) if hit.rule == other.rule => {}
            _ => kept.push(hit),
        }
    }
    kept
}
