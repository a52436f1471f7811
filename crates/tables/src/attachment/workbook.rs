//! Excel workbooks: the words of every cell, what a reader does not see, and the workbook without it.

use super::markup::{Markup, Patch, escape};
use super::package::Package;
use super::{Edit, Hidden, HiddenKind, Read, Segment, Source, office};
use crate::{Limits, Refusal};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

const PART: &str = "工作表";
const WORKBOOK: &str = "xl/workbook.xml";
const STRINGS: &str = "xl/sharedStrings.xml";

/// A sheet as the workbook lists it.
struct Sheet {
    name: String,
    part: String,
    hidden: bool,
}

fn sheets(package: &Package, limits: &Limits) -> Result<Vec<Sheet>, Refusal> {
    let markup = package.markup(WORKBOOK, limits, "工作簿")?.ok_or(Refusal::Damaged { part: "工作簿" })?;
    let relations = package.relations(WORKBOOK, limits)?;
    let mut found = Vec::new();
    for index in 0..markup.tokens.len() {
        if !markup.begins(index, "sheet") {
            continue;
        }
        let id = markup.attribute(index, "id").unwrap_or_default();
        let Some((_, part)) = relations.get(&id) else { continue };
        found.push(Sheet {
            name: markup.attribute(index, "name").unwrap_or_default(),
            part: part.clone(),
            hidden: matches!(markup.attribute(index, "state").as_deref(), Some("hidden" | "veryHidden")),
        });
    }
    Ok(found)
}

/// The shared strings with the bytes of each.
fn strings(package: &Package, limits: &Limits) -> Result<Vec<(String, Range<usize>)>, Refusal> {
    let mut found = Vec::new();
    let Some(markup) = package.markup(STRINGS, limits, "共享字符串")? else { return Ok(found) };
    for index in 0..markup.tokens.len() {
        if markup.begins(index, "si") {
            found.push((rich_text(&markup, index), markup.element(index)));
        }
    }
    Ok(found)
}

/// The text of `<si>` or `<is>`: its runs, without phonetic guides.
fn rich_text(markup: &Markup<'_>, element: usize) -> String {
    let mut text = String::new();
    let mut guide = 0..0;
    for index in markup.within(element) {
        if markup.begins(index, "rPh") {
            guide = markup.within(index);
        } else if markup.begins(index, "t") && !guide.contains(&index) {
            text.push_str(&markup.text(index));
        }
    }
    text
}

/// A cell's place and words.
struct Cell {
    row: usize,
    column: usize,
    element: Range<usize>,
    shared: Option<usize>,
    text: String,
}

/// `B3` as row 2, column 1.
fn place_of(reference: &str) -> Option<(usize, usize)> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    let column = reference
        .bytes()
        .take(letters.min(3))
        .fold(0_usize, |sum, letter| sum * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row: usize = reference.get(letters..)?.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

fn name_of(row: usize, column: usize) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    format!("{letters}{}", row + 1)
}

/// Rows and columns that are not shown.
#[derive(Default)]
struct Unseen {
    rows: HashSet<usize>,
    columns: Vec<Range<usize>>,
}

fn cells(markup: &Markup<'_>, strings: &[(String, Range<usize>)]) -> (Vec<Cell>, Unseen) {
    let mut cells = Vec::new();
    let mut unseen = Unseen::default();
    let (mut row, mut column) = (0_usize, 0_usize);
    let mut rows = 0_usize;
    let on =
        |index, name: &str| matches!(markup.attribute(index, name).as_deref(), Some("1" | "true" | "on"));
    let zero =
        |index, name: &str| markup.attribute(index, name).and_then(|size| size.parse().ok()) == Some(0.0_f64);
    for index in 0..markup.tokens.len() {
        if markup.begins(index, "row") {
            row = markup
                .attribute(index, "r")
                .and_then(|r| r.parse::<usize>().ok())
                .map_or(rows, |r| r.saturating_sub(1));
            rows = row + 1;
            column = 0;
            if on(index, "hidden") || zero(index, "ht") {
                unseen.rows.insert(row);
            }
        } else if markup.begins(index, "col") && (on(index, "hidden") || zero(index, "width")) {
            let number =
                |name| markup.attribute(index, name).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
            unseen.columns.push(number("min").saturating_sub(1)..number("max"));
        } else if markup.begins(index, "c") {
            if let Some(place) = markup.attribute(index, "r").as_deref().and_then(place_of) {
                column = place.1;
            }
            let shared = markup.attribute(index, "t").as_deref() == Some("s");
            let mut cell =
                Cell { row, column, element: markup.element(index), shared: None, text: String::new() };
            for inner in markup.within(index) {
                if markup.begins(inner, "v") {
                    cell.text = markup.text(inner);
                } else if markup.begins(inner, "is") {
                    cell.text = rich_text(markup, inner);
                }
            }
            if shared && let Ok(number) = cell.text.trim().parse::<usize>() {
                cell.shared = Some(number);
                cell.text = strings.get(number).map(|(text, _)| text.clone()).unwrap_or_default();
            }
            column += 1;
            if !cell.text.trim().is_empty() {
                cells.push(cell);
            }
        }
    }
    (cells, unseen)
}

impl Unseen {
    fn has(&self, cell: &Cell) -> Option<HiddenKind> {
        if self.rows.contains(&cell.row) {
            return Some(HiddenKind::HiddenRow);
        }
        self.columns.iter().any(|columns| columns.contains(&cell.column)).then_some(HiddenKind::HiddenColumn)
    }
}

/// Reads all text and what is hidden.
pub(super) fn read(package: &Package, limits: &Limits) -> Result<Read, Refusal> {
    let mut read = Read::default();
    let strings = strings(package, limits)?;
    let mut used: HashSet<usize> = HashSet::new();
    for (number, sheet) in sheets(package, limits)?.into_iter().enumerate() {
        let Some(markup) = package.markup(&sheet.part, limits, PART)? else { continue };
        let (cells, unseen) = cells(&markup, &strings);
        let mut told: BTreeMap<HiddenKind, (usize, String)> = BTreeMap::new();
        for cell in cells {
            used.extend(cell.shared);
            if let Some(what) = if sheet.hidden { Some(HiddenKind::HiddenSheet) } else { unseen.has(&cell) } {
                let (count, first) = told.entry(what).or_default();
                *count += 1;
                if first.is_empty() {
                    first.clone_from(&cell.text);
                }
            }
            let place = format!("工作表“{}”{}", sheet.name, name_of(cell.row, cell.column));
            read.sources.push(Source::Cell { part: sheet.part.clone(), element: cell.element });
            read.segments.push(Segment {
                place,
                text: cell.text,
                cell: Some((number, cell.row, cell.column)),
            });
        }
        if sheet.hidden {
            told.entry(HiddenKind::HiddenSheet).or_default();
        }
        for (what, (count, first)) in told {
            let detail = format!("{count}个单元格，如“{}”", domain::text::head(&first, 20));
            let detail = if count == 0 { "没有内容".to_owned() } else { detail };
            read.hidden.push(Hidden { what, place: format!("工作表“{}”", sheet.name), detail });
        }
    }
    for (index, (text, _)) in strings.iter().enumerate() {
        if !used.contains(&index) && !text.trim().is_empty() {
            let detail = domain::text::head(text, 40);
            read.hidden.push(Hidden { what: HiddenKind::Leftover, place: "工作簿".to_owned(), detail });
        }
    }
    beside_cells(package, limits, &mut read)?;
    office::hidden(package, limits, &mut read)?;
    office::outside(package, limits, &mut read)?;
    Ok(read)
}

/// Comments, headers and footers.
fn beside_cells(package: &Package, limits: &Limits, read: &mut Read) -> Result<(), Refusal> {
    let names: Vec<&str> = package.names().filter(|name| name.ends_with(".xml")).collect();
    for name in names {
        let comments = name.starts_with("xl/comments") || name.starts_with("xl/threadedComments/");
        let sheet = name.starts_with("xl/worksheets/sheet");
        let drawing = name.starts_with("xl/drawings/drawing");
        if !(comments || sheet || drawing) {
            continue;
        }
        let Some(markup) = package.markup(name, limits, PART)? else { continue };
        for index in 0..markup.tokens.len() {
            let tag = markup.name(index);
            let (place, text) =
                if comments && (markup.begins(index, "comment") || markup.begins(index, "threadedComment")) {
                    ("批注", rich_text(&markup, index))
                } else if drawing && markup.begins(index, "p") {
                    ("文本框", rich_text(&markup, index))
                } else if sheet
                    && ["oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"]
                        .contains(&tag)
                {
                    ("页眉页脚", markup.text(index))
                } else {
                    continue;
                };
            let text = if text.is_empty() { markup.text(index) } else { text };
            if text.trim().is_empty() {
                continue;
            }
            if comments {
                let detail = domain::text::head(text.trim(), 60);
                read.hidden.push(Hidden { what: HiddenKind::Comment, place: place.to_owned(), detail });
            }
            read.segments.push(Segment { place: place.to_owned(), text, cell: None });
            read.sources.push(Source::Fixed);
        }
    }
    Ok(())
}

/// A cell that shows just these words.
fn inline(raw: &str, words: &str) -> String {
    let kept = |name: &str| {
        let at = raw.find(&format!(" {name}=\""))?;
        let value = raw.get(at + name.len() + 3..)?.split('"').next()?;
        Some(format!(" {name}=\"{value}\""))
    };
    let (place, style) = (kept("r").unwrap_or_default(), kept("s").unwrap_or_default());
    if words.is_empty() {
        return format!("<c{place}{style}/>");
    }
    format!("<c{place}{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", escape(words))
}

/// Strings that no cell shows any more are emptied: they would stay in the file.
fn empty_leftovers(package: &mut Package, limits: &Limits) -> Result<(), Refusal> {
    let strings = strings(package, limits)?;
    let mut used: HashSet<usize> = HashSet::new();
    for sheet in sheets(package, limits)? {
        if let Some(markup) = package.markup(&sheet.part, limits, PART)? {
            used.extend(cells(&markup, &strings).0.into_iter().filter_map(|cell| cell.shared));
        }
    }
    let mut patch = Patch::default();
    for (index, (text, element)) in strings.into_iter().enumerate() {
        if !used.contains(&index) && !text.is_empty() {
            patch.replace(element, "<si><t></t></si>");
        }
    }
    package.patch(STRINGS, patch);
    Ok(())
}

/// Takes out what a reader does not see. Formulas become their values where what they count on is taken out.
///
/// # Errors
/// A part that cannot be read.
pub(super) fn strip(package: &mut Package, limits: &Limits) -> Result<(), Refusal> {
    let strings = strings(package, limits)?;
    let listed = sheets(package, limits)?;
    let hidden: HashSet<String> =
        listed.iter().filter(|sheet| sheet.hidden).map(|sheet| sheet.part.clone()).collect();
    if !hidden.is_empty() && hidden.len() < listed.len() {
        forget_names(package, &listed, limits)?;
        package.remove(|name| hidden.contains(name), |_| false, limits)?;
    }
    office::strip(package, limits)?;
    for sheet in listed.iter().filter(|sheet| !hidden.contains(&sheet.part)) {
        let Some(markup) = package.markup(&sheet.part, limits, PART)? else { continue };
        let (cells, unseen) = cells(&markup, &strings);
        let mut patch = Patch::default();
        let mut emptied = false;
        for cell in &cells {
            if unseen.has(cell).is_some() {
                emptied = true;
                let raw =
                    markup.bytes.get(cell.element.clone()).and_then(|raw| std::str::from_utf8(raw).ok());
                patch.replace(cell.element.clone(), inline(raw.unwrap_or_default(), ""));
            }
        }
        let values_only = emptied || !hidden.is_empty();
        for index in 0..markup.tokens.len() {
            let outside = markup.begins(index, "f") && markup.text(index).contains('[');
            if markup.begins(index, "f") && (values_only || outside) {
                patch.remove(markup.element(index));
            }
        }
        package.patch(&sheet.part, patch);
    }
    empty_leftovers(package, limits)
}

/// Names and views that count sheets by their place, or name one that goes.
fn forget_names(package: &mut Package, listed: &[Sheet], limits: &Limits) -> Result<(), Refusal> {
    let Some(markup) = package.markup(WORKBOOK, limits, "工作簿")? else { return Ok(()) };
    let mut places: HashMap<usize, usize> = HashMap::new();
    for (place, _) in listed.iter().enumerate().filter(|(_, sheet)| !sheet.hidden) {
        places.insert(place, places.len());
    }
    let mut patch = Patch::default();
    for index in 0..markup.tokens.len() {
        if markup.begins(index, "bookViews") {
            patch.remove(markup.element(index));
        } else if markup.begins(index, "definedName") {
            let text = markup.text(index);
            let names_gone = listed.iter().any(|sheet| sheet.hidden && text.contains(&sheet.name));
            let local = markup.attribute(index, "localSheetId").and_then(|id| id.parse::<usize>().ok());
            match local.map(|local| places.get(&local)) {
                _ if names_gone => patch.remove(markup.element(index)),
                Some(None) => patch.remove(markup.element(index)),
                Some(Some(place)) => {
                    let raw = markup.raw(index);
                    let id = format!("localSheetId=\"{}\"", local.unwrap_or_default());
                    let start = markup.element(index).start;
                    if let Some(at) = raw.find(&id) {
                        patch.replace(start + at..start + at + id.len(), format!("localSheetId=\"{place}\""));
                    }
                }
                None => {}
            }
        }
    }
    package.patch(WORKBOOK, patch);
    Ok(())
}

/// Puts other words into cells.
///
/// # Errors
/// A part that cannot be read.
pub(super) fn mask(
    package: &mut Package,
    read: &Read,
    edits: &[Edit],
    limits: &Limits,
) -> Result<(), Refusal> {
    let mut patches: BTreeMap<&str, Patch> = BTreeMap::new();
    for (index, (segment, source)) in read.segments.iter().zip(&read.sources).enumerate() {
        let Source::Cell { part, element } = source else { continue };
        let edits: Vec<&Edit> = edits.iter().filter(|edit| edit.segment == index).collect();
        if edits.is_empty() {
            continue;
        }
        let words = super::word::rewritten(&segment.text, &(0..segment.text.len()), &edits);
        let raw = package.part(part).and_then(|bytes| {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            std::str::from_utf8(bytes.get(element.clone())?).ok()
        });
        let cell = inline(raw.unwrap_or_default(), &words);
        patches.entry(part.as_str()).or_default().replace(element.clone(), cell);
    }
    for (part, patch) in patches {
        package.patch(part, patch);
    }
    package.remove(|name| name.starts_with("xl/calcChain"), |_| false, limits)?;
    empty_leftovers(package, limits)
}
