//! Titles and snippets as HTML: everything escaped, what was looked for in `<mark>`.

use crate::text::{Class, Unit, units};
use std::collections::BTreeSet;
use std::ops::Range;

/// Characters of a snippet.
const LENGTH: usize = 120;
/// Characters before the first mark of a snippet.
const LEAD: usize = 24;
/// Bytes of a long text that are looked through.
const LOOKED_THROUGH: usize = 600_000;
/// Marks that are weighed against each other.
const MARKS_MAX: usize = 400;

/// A place of a word: places among the units, and which word.
type Found = (Range<usize>, usize);

/// Where the words stand, in order.
fn find(units: &[Unit], words: &[Vec<Unit>]) -> Vec<Found> {
    let mut found = Vec::new();
    for place in 0..units.len() {
        for (which, word) in words.iter().enumerate() {
            if found.len() < MARKS_MAX && stands(units, place, word) {
                found.push((place..place + word.len(), which));
            }
        }
    }
    found
}

/// Whether the word stands here: signs stand for each other, letters and digits begin and end where the word does.
fn stands(units: &[Unit], place: usize, word: &[Unit]) -> bool {
    let Some(here) = units.get(place..place + word.len()) else { return false };
    let same = |(here, there): (&Unit, &Unit)| {
        here.character == there.character || (here.class == Class::Sign && there.class == Class::Sign)
    };
    if word.is_empty() || !here.iter().zip(word).all(same) {
        return false;
    }
    let whole = |before: Option<&Unit>, after: Option<&Unit>| match (before, after) {
        (Some(before), Some(after)) => {
            before.class != after.class || after.apart || !matches!(after.class, Class::Letter | Class::Digit)
        }
        _ => true,
    };
    let before = place.checked_sub(1).and_then(|before| units.get(before));
    whole(before, here.first()) && whole(here.last(), units.get(place + word.len()))
}

/// The whole text with the words marked.
pub(crate) fn title(text: &str, words: &[Vec<Unit>]) -> String {
    let units = units(text);
    let found = find(&units, words);
    marked(text, 0..text.len(), &units, &found)
}

/// The part of the first text that says most, or the beginning of the first when none holds a word.
pub(crate) fn snippet(texts: &[&str], words: &[Vec<Unit>]) -> String {
    for text in texts {
        let text = beginning(text);
        let units = units(text);
        let found = find(&units, words);
        if let Some(place) = best(&found) {
            return cut(text, &units, &found, place);
        }
    }
    let text = texts.first().map(|text| beginning(text)).unwrap_or_default();
    cut(text, &units(text), &[], 0)
}

fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LOOKED_THROUGH)).unwrap_or(text)
}

/// Where the window begins that holds most different words.
fn best(found: &[Found]) -> Option<usize> {
    let words_from = |(index, (range, _)): (usize, &Found)| {
        let end = range.start + LENGTH - LEAD;
        let within = found.iter().skip(index).take_while(|(other, _)| other.end <= end);
        let words: BTreeSet<usize> = within.map(|(_, which)| *which).collect();
        (words.len(), std::cmp::Reverse(range.start))
    };
    found.iter().enumerate().map(words_from).max().map(|(_, place)| place.0)
}

fn cut(text: &str, units: &[Unit], found: &[Found], place: usize) -> String {
    let earliest = place.saturating_sub(LEAD);
    let mut sentence = units.get(earliest..place).unwrap_or_default().iter();
    let sentence =
        sentence.rposition(|unit| matches!(unit.character, '。' | '!' | '?' | ';' | '！' | '？' | '；'));
    let first = sentence.map_or(earliest, |end| earliest + end + 1);
    let last = (first + LENGTH).min(units.len());
    let bytes = |place: usize| units.get(place).map_or(text.len(), |unit| unit.start);
    let range = bytes(first)..if last == units.len() { text.len() } else { bytes(last) };
    let before = if first > 0 { "…" } else { "" };
    let after = if last < units.len() { "…" } else { "" };
    format!("{before}{}{after}", marked(text, range, units, found).trim())
}

/// A part of the text, escaped, in one line, with marks; marks that touch or overlap are one.
fn marked(text: &str, part: Range<usize>, units: &[Unit], found: &[Found]) -> String {
    let mut html = String::with_capacity(part.len() + 64);
    let mut at = part.start;
    let mut open = false;
    for (range, _) in found {
        let bytes = |place: usize| units.get(place);
        let (Some(first), Some(last)) = (bytes(range.start), bytes(range.end - 1)) else { continue };
        let (start, end) = (first.start.max(part.start), last.end.min(part.end));
        if start >= end || end <= at && open {
            continue;
        }
        if open && start > at {
            html.push_str("</mark>");
            open = false;
        }
        escape(text.get(at..start.max(at)).unwrap_or_default(), &mut html);
        if !open {
            html.push_str("<mark>");
            open = true;
        }
        escape(text.get(start.max(at)..end).unwrap_or_default(), &mut html);
        at = end.max(at);
    }
    if open {
        html.push_str("</mark>");
    }
    escape(text.get(at..part.end).unwrap_or_default(), &mut html);
    html
}

fn escape(text: &str, html: &mut String) {
    let mut space = false;
    for character in text.chars() {
        let blank = character.is_whitespace() || character.is_control();
        match character {
            _ if blank && space => {}
            _ if blank => html.push(' '),
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
        space = blank;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(words: &[&str]) -> Vec<Vec<Unit>> {
        words.iter().map(|word| units(word)).collect()
    }

    #[test]
    fn marks_and_escapes() {
        for (text, looked_for, expected) in [
            ("<b>公开</b>&", vec!["公开"], "&lt;b&gt;<mark>公开</mark>&lt;/b&gt;&amp;"),
            ("依申请公开", vec!["申请", "请公"], "依<mark>申请公</mark>开"),
            ("申请公开", vec!["申请", "公开"], "<mark>申请公开</mark>"),
            ("公 開", vec!["公开"], "<mark>公 開</mark>"),
            ("ab abc", vec!["ab"], "<mark>ab</mark> abc"),
            ("2020年和12020年", vec!["2020年"], "<mark>2020年</mark>和12020年"),
            ("无", vec!["公开"], "无"),
        ] {
            assert_eq!(title(text, &words(&looked_for)), expected);
        }
    }

    #[test]
    fn the_snippet_stands_around_the_words() {
        let text = format!("{}。低保申请条件如下{}", "甲".repeat(500), "乙".repeat(500));
        let snippet = snippet(&[&text], &words(&["申请", "条件"]));
        assert!(snippet.starts_with("…低保<mark>申请条件</mark>如下"), "{snippet}");
        assert!(snippet.ends_with('…'));
        assert_eq!(super::snippet(&["短", "附件里的公开"], &words(&["公开"])), "附件里的<mark>公开</mark>");
        assert_eq!(super::snippet(&[], &[]), "");
    }

    proptest! {
        #[test]
        fn nothing_but_marks_is_html(text in "[公开a<>&\" \u{0}申请㈱]{0,60}", word in "[公开a<]{1,3}") {
            for html in [title(&text, &words(&[&word])), snippet(&[&text], &words(&[&word]))] {
                let bare = html.replace("<mark>", "").replace("</mark>", "");
                prop_assert!(!bare.contains(['<', '>', '"', '\0']), "{}", html);
                prop_assert_eq!(html.matches("<mark>").count(), html.matches("</mark>").count());
            }
        }
    }
}
