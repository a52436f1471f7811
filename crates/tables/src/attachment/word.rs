//! Word documents: every text with its place, what a reader does not see, and the document without it.

use super::markup::{Markup, Patch, Sort, escape};
use super::package::Package;
use super::{Edit, Hidden, HiddenKind, Piece, Read, Segment, Source};
use crate::{Limits, Refusal};
use std::ops::Range;

const PART: &str = "正文";

/// Parts whose text people read or may find, with the words for the place.
fn place(name: &str) -> Option<&'static str> {
    let file = name.strip_prefix("word/")?;
    let starts = |word: &str| file.starts_with(word) && file.ends_with(".xml") && !file.contains('/');
    Some(match () {
        () if file == "document.xml" => "",
        () if starts("header") => "页眉",
        () if starts("footer") => "页脚",
        () if file == "footnotes.xml" => "脚注",
        () if file == "endnotes.xml" => "尾注",
        () if file == "comments.xml" => "批注",
        () if file == "glossary/document.xml" => "自动图文集",
        () => return None,
    })
}

/// Reads all text and what is hidden.
pub(super) fn read(package: &Package, limits: &Limits) -> Result<Read, Refusal> {
    let mut read = Read::default();
    let names: Vec<&str> = package.names().filter(|name| place(name).is_some()).collect();
    for name in names {
        let Some(markup) = package.markup(name, limits, PART)? else { continue };
        part(name, place(name).unwrap_or_default(), &markup, &mut read);
    }
    super::office::hidden(package, limits, &mut read)?;
    super::office::outside(package, limits, &mut read)?;
    settings(package, limits, &mut read)?;
    Ok(read)
}

/// A paragraph being read.
#[derive(Default)]
struct Paragraph {
    text: String,
    pieces: Vec<Piece>,
    inserted: bool,
    deleted: String,
    vanished: String,
}

fn part(name: &str, place: &str, markup: &Markup<'_>, read: &mut Read) {
    let mut open: Vec<Paragraph> = Vec::new();
    let mut number = 0;
    let (mut skipped, mut deleted, mut inserted, mut vanished) = (0..0, 0..0, 0..0, 0..0);
    // Old programs show the fallback of a text box: the same words once more.
    let mut fallback = 0..0;
    for index in 0..markup.tokens.len() {
        let Some(token) = markup.tokens.get(index) else { break };
        if skipped.contains(&index) {
            continue;
        }
        match (token.sort, markup.name(index)) {
            (Sort::Open, "Fallback") => fallback = markup.within(index),
            (Sort::Open, "instrText" | "delInstrText") => skipped = markup.within(index),
            (Sort::Open, "p") => open.push(Paragraph::default()),
            (Sort::Close, "p") => {
                let Some(paragraph) = open.pop() else { continue };
                number += usize::from(!fallback.contains(&index));
                let place = match place {
                    "" => format!("第{number}段"),
                    place => place.to_owned(),
                };
                finish(name, &place, paragraph, read);
            }
            (Sort::Open, "ins" | "moveTo") => {
                inserted = index..inserted.end.max(token.end());
            }
            (Sort::Open, "del" | "moveFrom") => deleted = markup.within(index),
            (Sort::Open, "r") if is_vanished(markup, index) => vanished = markup.within(index),
            (Sort::Open, "t" | "delText") => {
                let Some(paragraph) = open.last_mut() else { continue };
                let words = markup.text(index);
                if deleted.contains(&index) {
                    paragraph.deleted.push_str(&words);
                } else if vanished.contains(&index) {
                    paragraph.vanished.push_str(&words);
                }
                paragraph.inserted |= inserted.contains(&index) && !words.trim().is_empty();
                if let Some(inner) = markup.inner(index) {
                    let text = paragraph.text.len()..paragraph.text.len() + words.len();
                    paragraph.pieces.push(Piece { text, bytes: inner });
                }
                paragraph.text.push_str(&words);
            }
            (Sort::Empty | Sort::Open, "tab") if !in_properties(markup, index) => push(open.last_mut(), '\t'),
            (Sort::Empty | Sort::Open, "br" | "cr") => push(open.last_mut(), '\n'),
            (Sort::Empty, "noBreakHyphen") => push(open.last_mut(), '-'),
            _ => {}
        }
    }
}

/// A tab stop of a paragraph's properties says nothing.
fn in_properties(markup: &Markup<'_>, index: usize) -> bool {
    markup.attribute(index, "pos").is_some()
}

fn push(paragraph: Option<&mut Paragraph>, c: char) {
    if let Some(paragraph) = paragraph {
        paragraph.text.push(c);
    }
}

fn finish(part: &str, place: &str, paragraph: Paragraph, read: &mut Read) {
    let mut hide = |what, detail: &str| {
        if !detail.trim().is_empty() {
            let detail = domain::text::head(detail.trim(), 60);
            read.hidden.push(Hidden { what, place: place.to_owned(), detail });
        }
    };
    hide(HiddenKind::TrackedDeletion, &paragraph.deleted);
    hide(HiddenKind::HiddenText, &paragraph.vanished);
    if paragraph.inserted {
        hide(HiddenKind::TrackedInsertion, &paragraph.text);
    }
    if place == "批注" {
        hide(HiddenKind::Comment, &paragraph.text);
    }
    if !paragraph.text.trim().is_empty() {
        read.segments.push(Segment { place: place.to_owned(), text: paragraph.text, cell: None });
        read.sources.push(Source::Pieces { part: part.to_owned(), pieces: paragraph.pieces });
    }
}

/// Whether a run is hidden (`w:vanish`) by its own properties.
fn is_vanished(markup: &Markup<'_>, run: usize) -> bool {
    let properties = run + 1;
    markup.begins(properties, "rPr")
        && markup.within(properties).any(|index| {
            markup.begins(index, "vanish")
                && !matches!(markup.attribute(index, "val").as_deref(), Some("0" | "false" | "off"))
        })
}

/// Names of files and templates on the author's computer.
fn settings(package: &Package, limits: &Limits, read: &mut Read) -> Result<(), Refusal> {
    let Some(markup) = package.markup("word/settings.xml", limits, PART)? else { return Ok(()) };
    for index in 0..markup.tokens.len() {
        let named = ["docVars", "mailMerge"].iter().any(|name| markup.begins(index, name));
        if named && !markup.within(index).is_empty() {
            let detail = if markup.begins(index, "mailMerge") {
                "邮件合并的数据来源"
            } else {
                "文档变量"
            };
            read.hidden.push(Hidden {
                what: HiddenKind::ExternalLink,
                place: "文档设置".to_owned(),
                detail: detail.to_owned(),
            });
        }
    }
    Ok(())
}

/// Elements that go with all in them when a document is stripped.
const GOES: [&str; 24] = [
    "del",
    "moveFrom",
    "rPrChange",
    "pPrChange",
    "sectPrChange",
    "tblPrChange",
    "tblPrExChange",
    "trPrChange",
    "tcPrChange",
    "tblGridChange",
    "numberingChange",
    "commentRangeStart",
    "commentRangeEnd",
    "commentReference",
    "annotationRef",
    "moveFromRangeStart",
    "moveFromRangeEnd",
    "moveToRangeStart",
    "moveToRangeEnd",
    "cellIns",
    "cellDel",
    "docVars",
    "mailMerge",
    "trackRevisions",
];

/// Takes out what a reader does not see; changes are accepted.
///
/// # Errors
/// A part that cannot be read.
pub(super) fn strip(package: &mut Package, limits: &Limits) -> Result<(), Refusal> {
    super::office::strip(package, limits)?;
    let names: Vec<String> = package
        .names()
        .filter(|name| place(name).is_some() || *name == "word/settings.xml")
        .map(str::to_owned)
        .collect();
    for name in names {
        let Some(markup) = package.markup(&name, limits, PART)? else { continue };
        let mut patch = Patch::default();
        for index in 0..markup.tokens.len() {
            let Some(token) = markup.tokens.get(index) else { break };
            if !matches!(token.sort, Sort::Open | Sort::Empty) {
                continue;
            }
            let tag = markup.name(index);
            match tag {
                "ins" | "moveTo" => patch.unwrap(&markup, index),
                "tr" if is_deleted_row(&markup, index) => patch.remove(markup.element(index)),
                "r" if is_vanished(&markup, index) => patch.remove(markup.element(index)),
                _ if GOES.contains(&tag) => patch.remove(markup.element(index)),
                _ => {}
            }
        }
        package.patch(&name, patch);
    }
    Ok(())
}

fn is_deleted_row(markup: &Markup<'_>, row: usize) -> bool {
    let properties = markup.within(row).take(6).find(|index| markup.begins(*index, "trPr"));
    properties.is_some_and(|properties| markup.within(properties).any(|index| markup.begins(index, "del")))
}

/// Puts other words into paragraphs, wherever runs cut them.
pub(super) fn mask(package: &mut Package, read: &Read, edits: &[Edit]) {
    let mut patches: Vec<(String, Patch)> = Vec::new();
    for (segment, source) in read.sources.iter().enumerate() {
        let Source::Pieces { part, pieces } = source else { continue };
        let Some(text) = read.segments.get(segment).map(|segment| segment.text.as_str()) else { continue };
        let edits: Vec<&Edit> = edits.iter().filter(|edit| edit.segment == segment).collect();
        if edits.is_empty() {
            continue;
        }
        if patches.last().is_none_or(|(name, _)| name != part) {
            patches.push((part.clone(), Patch::default()));
        }
        for piece in pieces {
            let words = rewritten(text, &piece.text, &edits);
            if text.get(piece.text.clone()) != Some(words.as_str())
                && let Some((_, patch)) = patches.last_mut()
            {
                patch.replace(piece.bytes.clone(), escape(&words));
            }
        }
    }
    for (name, patch) in patches {
        package.patch(&name, patch);
    }
}

/// The words of a piece after the edits: those of an edit that began in an earlier piece stand there, not here.
pub(super) fn rewritten(text: &str, piece: &Range<usize>, edits: &[&Edit]) -> String {
    let mut out = String::new();
    let mut at = piece.start;
    for edit in edits.iter().filter(|edit| edit.range.start < piece.end && edit.range.end > piece.start) {
        if edit.range.start >= at {
            out.push_str(text.get(at..edit.range.start).unwrap_or_default());
            out.push_str(&edit.with);
        }
        at = at.max(edit.range.end);
    }
    if at < piece.end {
        out.push_str(text.get(at..piece.end).unwrap_or_default());
    }
    out
}
