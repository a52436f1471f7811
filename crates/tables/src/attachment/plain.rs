//! Plain text and web pages as attachments: lines and blocks with their place.

use super::{Edit, Hidden, HiddenKind, Piece, Read, Segment, Source};
use crate::rich::block::{self, Place, Sort};
use crate::{Limits, Refusal};

fn text_of(bytes: &[u8], is_page: bool, limits: &Limits) -> Result<String, Refusal> {
    if bytes.len() > limits.text_bytes {
        return Err(Refusal::too_large("文本文件", limits.text_bytes / 1_000_000, " MB "));
    }
    crate::text::decode(bytes, is_page, &mut Vec::new())
}

/// Bytes as programs of an office open them: what was not UTF-8 says that it is now.
fn encoded(text: &str, before: &[u8]) -> Vec<u8> {
    let was = std::str::from_utf8(before).is_ok() && !before.starts_with(b"\xef\xbb\xbf");
    if was { text.as_bytes().to_vec() } else { [b"\xef\xbb\xbf", text.as_bytes()].concat() }
}

/// The lines of a text.
pub(super) fn read_text(bytes: &[u8], limits: &Limits) -> Result<Read, Refusal> {
    let text = text_of(bytes, false, limits)?;
    let mut read = Read::default();
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let words = line.trim_end_matches(['\n', '\r']);
        if !words.trim().is_empty() {
            let place = format!("第{}行", index + 1);
            read.segments.push(Segment { place, text: words.to_owned(), cell: None });
            let piece = Piece { text: 0..words.len(), bytes: at..at + words.len() };
            read.sources.push(Source::Pieces { part: String::new(), pieces: vec![piece] });
        }
        at += line.len();
    }
    Ok(read)
}

/// A text with other words in some lines.
pub(super) fn mask_text(bytes: &[u8], edits: &[Edit], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let read = read_text(bytes, limits)?;
    let text = text_of(bytes, false, limits)?;
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let Some(Source::Pieces { pieces, .. }) = read.sources.get(edit.segment) else { continue };
        let Some(start) = pieces.first().map(|piece| piece.bytes.start) else { continue };
        let range = start + edit.range.start..start + edit.range.end;
        if range.start < at {
            continue;
        }
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&edit.with);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Ok(encoded(&out, bytes))
}

/// The blocks of a web page, and what is only in its source.
pub(super) fn read_page(bytes: &[u8], limits: &Limits) -> Result<Read, Refusal> {
    let html = text_of(bytes, true, limits)?;
    let mut read = Read::default();
    for (index, block) in block::blocks(&html).into_iter().enumerate() {
        read.segments.push(Segment { place: format!("第{}段", index + 1), text: block.text, cell: None });
        read.sources.push(Source::Fixed);
    }
    for (sort, range) in block::stretches(&html) {
        let raw = html.get(range).unwrap_or_default();
        let what = match sort {
            Sort::Comment => HiddenKind::Comment,
            Sort::Unread if is_script(raw) => HiddenKind::Script,
            _ => continue,
        };
        read.hidden.push(Hidden {
            what,
            place: "网页源代码".to_owned(),
            detail: domain::text::head(raw, 60),
        });
    }
    Ok(read)
}

fn is_script(raw: &str) -> bool {
    raw.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("<script"))
}

/// A page without comments and scripts.
pub(super) fn strip_page(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let html = text_of(bytes, true, limits)?;
    let kept = block::stretches(&html).into_iter().filter_map(|(sort, range)| {
        let raw = html.get(range)?;
        let goes = sort == Sort::Comment || sort == Sort::Unread && is_script(raw);
        (!goes).then_some(raw)
    });
    Ok(encoded(&kept.collect::<String>(), bytes))
}

/// A page with other words in some blocks.
pub(super) fn mask_page(bytes: &[u8], edits: &[Edit], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let html = text_of(bytes, true, limits)?;
    let place = |edit: &Edit| Place { block: edit.segment, range: edit.range.clone() };
    let edits: Vec<(Place, String)> = edits.iter().map(|edit| (place(edit), edit.with.clone())).collect();
    Ok(encoded(&block::replace(&html, &edits), bytes))
}
