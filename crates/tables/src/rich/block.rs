//! The text of a page or of a disclosure, block by block, each word with the bytes of markup it comes from: what is found
//! in the text can be marked or replaced in the markup.

use std::borrow::Cow;
use std::ops::Range;

/// A paragraph, a cell, a heading: text that reads on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// Its text without markup; `\n` for a line break within.
    pub text: String,
    /// The pieces of the text and the bytes they come from, in order.
    pub(crate) pieces: Vec<Piece>,
}

/// A run of text; an entity is a piece of its own, so that elsewhere both ranges are of one length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: Range<usize>,
    pub(crate) bytes: Range<usize>,
}

/// Words of a block to be marked or replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The block, by its place in [`blocks`].
    pub block: usize,
    /// The bytes of its text.
    pub range: Range<usize>,
}

/// Elements within a line of text; all others begin a block.
const INLINE: [&str; 19] = [
    "a", "abbr", "b", "big", "code", "del", "em", "font", "i", "ins", "label", "mark", "small", "span",
    "strong", "sub", "sup", "u", "bdi",
];

/// Elements whose content nobody reads.
const UNREAD: [&str; 6] = ["script", "style", "template", "noscript", "head", "xml"];

/// What a stretch of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Text,
    Tag,
    Comment,
    /// An element whose content nobody reads, whole.
    Unread,
}

/// The stretches of a page.
pub(crate) fn stretches(html: &str) -> Vec<(Sort, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < html.len() {
        let rest = html.get(at..).unwrap_or_default();
        let (sort, length) = stretch(rest);
        found.push((sort, at..at + length));
        at += length;
    }
    found
}

fn stretch(rest: &str) -> (Sort, usize) {
    let until = |mark: &str| rest.find(mark).map_or(rest.len(), |end| end + mark.len());
    if rest.starts_with("<!--") {
        return (Sort::Comment, until("-->"));
    }
    if rest.starts_with("<!") || rest.starts_with("<?") {
        return (Sort::Tag, until(">"));
    }
    let name = name(rest);
    if name.is_empty() {
        let begins = |at: &usize| {
            let from = rest.get(*at..).unwrap_or_default();
            from.starts_with("<!") || from.starts_with("<?") || !self::name(from).is_empty()
        };
        let text = rest.match_indices('<').map(|(at, _)| at).filter(|at| *at > 0).find(begins);
        return (Sort::Text, text.unwrap_or(rest.len()));
    }
    let tag = tag_length(rest);
    if UNREAD.contains(&name.as_str())
        && !rest.starts_with("</")
        && !rest.get(..tag).unwrap_or_default().ends_with("/>")
    {
        let closes = |at: &usize| {
            let word = rest.get(at + 2..at + 2 + name.len());
            word.is_some_and(|word| word.eq_ignore_ascii_case(&name))
        };
        let close = rest.match_indices("</").map(|(at, _)| at).find(closes);
        let end = close.map_or(rest.len(), |at| at + tag_length(rest.get(at..).unwrap_or_default()));
        return (Sort::Unread, end);
    }
    (Sort::Tag, tag)
}

/// The name of the tag a text begins with, in lower case; empty when it begins with none.
fn name(rest: &str) -> String {
    let Some(inner) = rest.strip_prefix('<') else { return String::new() };
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return String::new();
    }
    inner
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == ':')
        .take(20)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// Up to the `>` that is in no quotes.
fn tag_length(rest: &str) -> usize {
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    rest.find('>').map_or(rest.len(), |at| at + 1)
}

/// The blocks of a page or of clean rich text that say something, in reading order.
pub fn blocks(html: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut block = Block::default();
    for (sort, range) in stretches(html) {
        let raw = html.get(range.clone()).unwrap_or_default();
        match sort {
            Sort::Text => text(&mut block, raw, range.start),
            Sort::Tag => match name(raw).as_str() {
                "br" => block.text.push('\n'),
                name if INLINE.contains(&name) || name.is_empty() => {}
                _ => found.push(std::mem::take(&mut block)),
            },
            Sort::Comment => {}
            Sort::Unread => found.push(std::mem::take(&mut block)),
        }
    }
    found.push(block);
    found.retain(|block| !block.text.trim().is_empty());
    found
}

fn text(block: &mut Block, raw: &str, start: usize) {
    let mut at = 0;
    while at < raw.len() {
        let rest = raw.get(at..).unwrap_or_default();
        let (words, length): (Cow<'_, str>, usize) = match rest.find('&') {
            Some(0) => entity(rest),
            Some(end) => (rest.get(..end).unwrap_or_default().into(), end),
            None => (rest.into(), rest.len()),
        };
        let from = block.text.len();
        block.text.push_str(&words);
        block.pieces.push(Piece { text: from..block.text.len(), bytes: start + at..start + at + length });
        at += length.max(1);
    }
}

/// What `&…;` at the start stands for, and its length.
fn entity(rest: &str) -> (Cow<'_, str>, usize) {
    let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(at, _)| at + 1);
    let Some((raw, end)) = end.and_then(|end| Some((rest.get(..end)?, end))) else { return ("&".into(), 1) };
    let words = crate::html::entities(raw);
    if words == raw { ("&".into(), 1) } else { (words.into_owned().into(), end) }
}

/// The markup with places wrapped in `<mark>`, each with an identity `mark-1`, `mark-2`…, in the order given.
pub fn mark(html: &str, places: &[Place]) -> String {
    let blocks = blocks(html);
    let mut inserts: Vec<(usize, bool, String)> = Vec::new();
    for (number, place) in places.iter().enumerate() {
        let Some(block) = blocks.get(place.block) else { continue };
        let mut first = true;
        for bytes in touched(block, &place.range) {
            let open = if first { format!("<mark id=\"mark-{}\">", number + 1) } else { "<mark>".to_owned() };
            first = false;
            inserts.push((bytes.start, true, open));
            inserts.push((bytes.end, false, "</mark>".to_owned()));
        }
    }
    // An end stands before a beginning at the same place.
    inserts.sort_by_key(|(at, opens, _)| (*at, *opens));
    let mut out = String::with_capacity(html.len() + inserts.len() * 24);
    let mut at = 0;
    for (place, _, tag) in inserts {
        out.push_str(html.get(at..place).unwrap_or_default());
        out.push_str(&tag);
        at = place;
    }
    out.push_str(html.get(at..).unwrap_or_default());
    out
}

/// The bytes of markup a range of a block's text comes from, piece by piece.
fn touched(block: &Block, range: &Range<usize>) -> Vec<Range<usize>> {
    let overlapping =
        block.pieces.iter().filter(|piece| piece.text.start < range.end && piece.text.end > range.start);
    overlapping
        .map(|piece| {
            if piece.text.len() != piece.bytes.len() {
                return piece.bytes.clone();
            }
            let start = piece.bytes.start + range.start.saturating_sub(piece.text.start);
            let end = piece.bytes.end - piece.text.end.saturating_sub(range.end);
            start..end
        })
        .collect()
}

/// The markup with other words in some places, sorted by block and range.
pub fn replace(html: &str, edits: &[(Place, String)]) -> String {
    let blocks = blocks(html);
    let mut out = String::with_capacity(html.len());
    let mut at = 0;
    for (place, with) in edits {
        let Some(block) = blocks.get(place.block) else { continue };
        for (index, bytes) in touched(block, &place.range).into_iter().enumerate() {
            if bytes.start < at {
                continue;
            }
            out.push_str(html.get(at..bytes.start).unwrap_or_default());
            if index == 0 {
                out.push_str(&with.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
            }
            at = bytes.end;
        }
    }
    out.push_str(html.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(html: &str) -> Vec<String> {
        blocks(html).into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn a_block_reads_on_through_inline_tags() {
        assert_eq!(
            texts(
                "<h2>标题</h2><p>电话138<b>1234</b>5678&amp;<br>二</p><table><tr><td>甲</td><td>乙</td></tr></table>"
            ),
            ["标题", "电话13812345678&\n二", "甲", "乙"]
        );
        assert_eq!(
            texts("<p>a < b，<18岁</p><script>var x='13812345678'</script><!-- 密 -->尾"),
            ["a < b，<18岁", "尾"]
        );
    }

    #[test]
    fn words_are_marked_and_replaced_wherever_tags_cut_them() {
        let html = "<p>电话138<b>1234</b>5678&amp;完</p>";
        let range = "电话".len().."电话13812345678".len();
        let place = Place { block: 0, range };
        assert_eq!(
            mark(html, std::slice::from_ref(&place)),
            "<p>电话<mark id=\"mark-1\">138</mark><b><mark>1234</mark></b><mark>5678</mark>&amp;完</p>"
        );
        assert_eq!(
            replace(html, &[(place, "138****5678".to_owned())]),
            "<p>电话138****5678<b></b>&amp;完</p>"
        );
    }

    proptest! {
        #[test]
        fn stretches_cover_every_byte(html in "(<(p|b|/p|/b|script|/script|!--|td a='>'|x)>?|[甲 &<>\"'a-]|-->|&lt;|&#65;){0,30}") {
            let mut at = 0;
            for (_, range) in stretches(&html) {
                prop_assert_eq!(range.start, at);
                prop_assert!(range.end > at && html.is_char_boundary(range.end));
                at = range.end;
            }
            prop_assert_eq!(at, html.len());
        }

        #[test]
        fn replacing_changes_just_the_words(words in proptest::collection::vec("[甲乙&<a]{1,4}", 1..5), at in 0_usize..5) {
            let html: String = words.iter().map(|word| format!("<p>{}</p>", word.replace('&', "&amp;").replace('<', "&lt;"))).collect();
            let at = at % words.len();
            let edited = replace(&html, &[(Place { block: at, range: 0..words[at].len() }, "丙<丁".to_owned())]);
            let mut expected = words;
            expected[at] = "丙<丁".to_owned();
            prop_assert_eq!(texts(&edited), expected);
        }
    }
}
