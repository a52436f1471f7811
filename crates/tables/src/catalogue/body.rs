//! The rows between one header and the next: items, headings in between, repeated page heads, notes after the table.

use super::row::Rows;
use super::{ColumnRole, Mapping};
use crate::document::Cover;
use crate::{Grid, realign};
use domain::catalogue::{Catalogue, Item, mark};
use domain::finding::{Finding, Place};
use domain::sector;
use domain::time_limit::TimeLimit;
use std::ops::Range;

/// What a run of rows holds: items in parts, each part under the title that stood before it.
#[derive(Default)]
pub(super) struct Body {
    /// The parts; the first has no title of its own.
    pub(super) parts: Vec<Part>,
    /// Rows of one cell after the last item.
    pub(super) trailing: Vec<String>,
}

/// Items under a title.
#[derive(Default)]
pub(super) struct Part {
    /// The title; empty for rows right under the header.
    pub(super) title: String,
    /// The items.
    pub(super) items: Vec<Item>,
    /// Headings and rows that could not be placed.
    pub(super) notes: Vec<String>,
}

/// Reads rows under a header.
pub(super) fn read<'a>(
    (table, grid): (usize, &'a Grid),
    cover: &Cover<'a>,
    range: Range<usize>,
    mapping: &Mapping,
    reader: &mut Rows<'a>,
    findings: &mut Vec<Finding>,
) -> Body {
    let mut body = Body { parts: vec![Part::default()], trailing: Vec::new() };
    let mut heading = String::new();
    let mut level1 = "";
    for row in range {
        let cells: Vec<_> = cover.row(row).into_iter().filter(|cell| !cell.text.is_empty()).collect();
        let place = Place::row(table, row);
        match cells.as_slice() {
            [] => continue,
            [only] if only.row == row || only.column_span > 1 => {
                let text: String = only.text.split_whitespace().collect();
                if is_title(&text) {
                    body.parts.push(Part { title: text, ..Part::default() });
                    heading.clear();
                } else {
                    body.trailing.push(text);
                }
                continue;
            }
            _ => {}
        }
        if is_counting(&cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>()) {
            continue;
        }
        let Some(part) = body.parts.last_mut() else { continue };
        // Rows of one cell with items after them were headings.
        for text in body.trailing.drain(..) {
            if !mapping.has(ColumnRole::Level1) {
                heading = name_of_heading(&text);
            } else {
                part.notes.push(text);
            }
        }
        let texts: Option<Vec<&str>> = if grid.ragged.contains(&row) {
            aligned(&cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>(), grid.columns, mapping)
        } else {
            Some((0..grid.columns).map(|column| cover.text(row, column)).collect())
        };
        let Some(mut texts) = texts else {
            let words = cells.iter().map(|cell| cell.text.replace('\n', " ")).collect::<Vec<_>>().join(" | ");
            findings.push(
                Finding::error(
                    "row-unplaced",
                    format!(
                        "这一行的格数与表头不符，无法确定各格属于哪一列，没有读成事项，原文保留在附注中：{}",
                        domain::text::head(&words, 60)
                    ),
                )
                .at(place),
            );
            part.notes.push(words);
            continue;
        };
        if !grid.knows_merges {
            fill_level1(&mut texts, mapping, &mut level1);
        }
        let mut item = reader.item(&texts, mapping, place, findings);
        if item.level1.is_empty() && !heading.is_empty() {
            item.level1.clone_from(&heading);
        }
        part.items.push(item);
    }
    // A title with nothing below it is a line like any other.
    while body.parts.len() > 1
        && body.parts.last().is_some_and(|part| part.items.is_empty() && part.notes.is_empty())
    {
        let title = body.parts.pop().map(|part| part.title);
        body.trailing.splice(0..0, title);
    }
    body
}

/// A merged level-1 cell is delivered once by formats that know no merges; below it the places are empty. `above` is
/// the last one that was not.
fn fill_level1<'a>(texts: &mut [&'a str], mapping: &Mapping, above: &mut &'a str) {
    let column = |role| mapping.columns.iter().position(|column| column.role == role);
    let (Some(level1), Some(level2)) = (column(ColumnRole::Level1), column(ColumnRole::Level2)) else {
        return;
    };
    let named = texts.get(level2).is_some_and(|text| !text.is_empty());
    match texts.get_mut(level1) {
        Some(text) if text.is_empty() && named => *text = above,
        Some(text) if !text.is_empty() => *above = text,
        _ => {}
    }
}

/// A row of one cell that begins another catalogue: it names a sector, or calls itself one.
fn is_title(text: &str) -> bool {
    let short = text.chars().count() <= 60;
    short && (text.contains("标准目录") || (text.contains("领域") && sector::titled(text).is_some()))
}

/// `（二）政策文件` without its number.
fn name_of_heading(text: &str) -> String {
    domain::catalogue::list::elements(text).concat()
}

/// A row that only counts the columns: 1 2 3 4 5.
fn is_counting(texts: &[&str]) -> bool {
    let number = |text: &&str| text.trim_matches(['（', '）', '(', ')']).parse::<usize>().ok();
    texts.len() > 3 && texts.iter().enumerate().all(|(index, text)| number(text) == Some(index + 1))
}

/// The texts of a row with too few cells, in their columns, if there is only one way to place them.
fn aligned<'a>(texts: &[&'a str], columns: usize, mapping: &Mapping) -> Option<Vec<&'a str>> {
    let free: Vec<usize> = (0..columns).collect();
    let role = |column: usize| mapping.columns.get(column).map(|column| column.role).unwrap_or_default();
    let chosen = realign::columns(texts, &free, |text, column| fit(text, role(column)))?;
    // The same from the other end: where two ways are equally good, the two ends choose differently.
    let mirrored: Vec<&str> = texts.iter().rev().copied().collect();
    let back = realign::columns(&mirrored, &free, |text, column| fit(text, role(columns - 1 - column)))?;
    let back: Vec<usize> = back.into_iter().rev().map(|column| columns - 1 - column).collect();
    let fits = chosen.iter().zip(texts).all(|(column, text)| fit(text, role(*column)) >= 0);
    if chosen != back || !fits {
        return None;
    }
    let mut row = vec![""; columns];
    for (column, text) in chosen.into_iter().zip(texts) {
        if let Some(place) = row.get_mut(column) {
            *place = text;
        }
    }
    Some(row)
}

/// How well a text fits a column's meaning.
fn fit(text: &str, role: ColumnRole) -> i32 {
    let length = text.chars().count();
    let tick = mark::read(text, role.label()) == mark::Mark::Yes && length <= 4;
    match role {
        ColumnRole::Number => {
            if length <= 5 && text.chars().all(|c| c.is_ascii_digit() || ".-（）()".contains(c)) {
                6
            } else {
                -6
            }
        }
        ColumnRole::Limit => {
            if length <= 120 && !TimeLimit::parse(text).clauses().is_empty() {
                6
            } else {
                -3
            }
        }
        ColumnRole::Channels => {
            let read = domain::catalogue::channel::parse(text);
            let known =
                read.chosen.iter().chain(&read.open).filter(|channel| channel.word() != "other").count();
            if known > 0 { 6 } else { -3 }
        }
        ColumnRole::Basis => {
            if text.contains('《') {
                5
            } else {
                -2
            }
        }
        role if role.is_ticked() => {
            if tick {
                4
            } else {
                -6
            }
        }
        ColumnRole::AudienceGroups => {
            if tick {
                3
            } else if length <= 12 {
                0
            } else {
                -4
            }
        }
        ColumnRole::Publisher => {
            let unit =
                ["局", "委员会", "政府", "中心", "部门", "办", "院", "村", "嘎查", "镇", "街道", "苏木"];
            if length <= 60 && unit.iter().any(|end| text.trim().ends_with(end)) { 5 } else { -2 }
        }
        ColumnRole::Level1 | ColumnRole::Level2 => {
            if tick || length > 60 {
                -4
            } else {
                1
            }
        }
        ColumnRole::Elements => {
            if tick {
                -6
            } else if length >= 10 {
                3
            } else {
                1
            }
        }
        _ => {
            if tick {
                -1
            } else {
                0
            }
        }
    }
}

/// Takes a part's items and notes into a catalogue.
pub(super) fn take(catalogue: &mut Catalogue, part: Part) {
    catalogue.items.extend(part.items);
    catalogue.notes.extend(part.notes);
}
