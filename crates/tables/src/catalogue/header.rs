//! Headers of catalogues: one to three rows, merged or not, repeated after a page break.

use super::role::{is_group, meaning, names_item};
use super::{ColumnRole, MappedColumn, Mapping};
use crate::Grid;
use crate::document::Cover;
use std::collections::BTreeSet;

/// A header within a table.
#[derive(Debug)]
pub(super) struct Header {
    /// Its first row.
    pub(super) row: usize,
    /// How many rows it has.
    pub(super) rows: usize,
    /// What the columns mean.
    pub(super) mapping: Mapping,
}

/// Every header of a table, from top to bottom.
pub(super) fn find_all(grid: &Grid, cover: &Cover<'_>) -> Vec<Header> {
    let mut headers = Vec::new();
    let mut row = 0;
    while row < grid.rows {
        if is_header(cover, row) {
            let rows = height(grid, cover, row);
            headers.push(Header { row, rows, mapping: Mapping { columns: columns(grid, cover, row, rows) } });
            row += rows;
        } else {
            row += 1;
        }
    }
    headers
}

/// Columns that only a catalogue has.
const TELLING: [ColumnRole; 5] =
    [ColumnRole::Elements, ColumnRole::Basis, ColumnRole::Limit, ColumnRole::Publisher, ColumnRole::Channels];

/// The longest header, instructions included; a longer cell is none.
const HEADER_BYTES: usize = 300;

/// What the telling columns of a catalogue begin with; most cells of most rows do not.
const BEGINNINGS: &str = "公内主依法政时期限更责发渠";

/// Whether a cell may be a telling header: it is short, or begins like one. Spares most rows the closer look.
fn may_tell(text: &str) -> bool {
    const SHORT: usize = 60;
    if text.len() > HEADER_BYTES {
        return false;
    }
    let first = text.chars().find_map(domain::text::half_width);
    first.is_some_and(|c| if text.len() > SHORT { c == '公' } else { BEGINNINGS.contains(c) })
}

fn is_header(cover: &Cover<'_>, row: usize) -> bool {
    let cells: Vec<_> = cover.row(row).into_iter().filter(|cell| cell.row == row).collect();
    let telling = cells.iter().filter(|cell| may_tell(&cell.text)).filter_map(|cell| meaning(&cell.text));
    let telling: BTreeSet<ColumnRole> = telling.filter(|role| TELLING.contains(role)).collect();
    if telling.len() < 2 {
        return false;
    }
    let names = |text: &str| {
        names_item(text) || matches!(meaning(text), Some(ColumnRole::Level1 | ColumnRole::Level2))
    };
    telling.len() >= 3 || cells.iter().any(|cell| cell.text.len() <= HEADER_BYTES && names(&cell.text))
}

/// A header is as tall as its tallest cell; where merges are not known, rows below that hold only header words belong
/// to it.
fn height(grid: &Grid, cover: &Cover<'_>, row: usize) -> usize {
    let own = cover.row(row).into_iter().filter(|cell| cell.row == row && !cell.text.is_empty());
    let tall = own.map(|cell| cell.row_span).max().unwrap_or(1).min(3);
    let mut rows = tall;
    while rows < 3 && row + rows < grid.rows && is_sub_header(cover, row + rows, row + rows - 1) {
        rows += 1;
    }
    rows.min(grid.rows - row)
}

fn is_sub_header(cover: &Cover<'_>, row: usize, above: usize) -> bool {
    let cells: Vec<_> =
        cover.row(row).into_iter().filter(|cell| cell.row == row && !cell.text.is_empty()).collect();
    let sub = |text: &str| {
        meaning(text).is_some_and(|role| {
            role.is_ticked()
                || matches!(role, ColumnRole::Level1 | ColumnRole::Level2 | ColumnRole::AudienceGroups)
        }) || role_like(text)
    };
    let known = cells.iter().filter(|cell| sub(&cell.text)).count();
    // Marks of an item (县级 in a column 公开层级) are no header: one stands over groups or empty places.
    let under_group = cells
        .iter()
        .any(|cell| is_group(cover.text(above, cell.column)) || names_item(cover.text(above, cell.column)));
    known >= 2 && known * 2 > cells.len() && (under_group || cells.len() == known)
}

/// Levels beyond the second: 三级事项.
fn role_like(text: &str) -> bool {
    ["三级", "四级", "五级", "六级"].iter().any(|level| text.trim().starts_with(level))
}

fn columns(grid: &Grid, cover: &Cover<'_>, row: usize, rows: usize) -> Vec<MappedColumn> {
    let mut columns = Vec::with_capacity(grid.columns);
    for column in 0..grid.columns {
        let mut parts: Vec<&str> = Vec::new();
        for header_row in row..row + rows {
            let text = cover.text(header_row, column);
            if !text.is_empty() && parts.last() != Some(&text) {
                parts.push(text);
            }
        }
        // The lower header is the nearer one: 公开对象 over 全社会 and 特定群体.
        let role = parts.iter().rev().find_map(|part| meaning(part)).unwrap_or_default();
        let header = parts
            .iter()
            .map(|part| part.split_whitespace().collect::<String>())
            .collect::<Vec<_>>()
            .join(" ");
        columns.push(MappedColumn { header, role });
    }
    settle(&mut columns);
    columns
}

/// Each meaning is given to one column; a column naming the item as such takes the level that is free.
fn settle(columns: &mut [MappedColumn]) {
    let has = |columns: &[MappedColumn], role| columns.iter().any(|column| column.role == role);
    for index in 0..columns.len() {
        let Some(last) = columns.get(index).and_then(|column| column.header.split(' ').next_back()) else {
            continue;
        };
        if columns.get(index).is_some_and(|column| column.role == ColumnRole::Extra) && names_item(last) {
            let role = match (has(columns, ColumnRole::Level1), has(columns, ColumnRole::Level2)) {
                (false, _) => ColumnRole::Level1,
                (true, false) => ColumnRole::Level2,
                (true, true) => ColumnRole::Extra,
            };
            if let Some(column) = columns.get_mut(index) {
                column.role = role;
            }
        }
    }
    let mut seen = BTreeSet::new();
    for column in columns.iter_mut() {
        if column.role != ColumnRole::Extra && !seen.insert(column.role) {
            column.role = ColumnRole::Extra;
        }
    }
    // Columns of words give way to the ticked ones of the same field.
    for (words, ticked) in [
        (ColumnRole::Audience, ColumnRole::AudienceAll),
        (ColumnRole::Mode, ColumnRole::Proactive),
        (ColumnRole::Tiers, ColumnRole::County),
    ] {
        if has(columns, ticked) {
            for column in columns.iter_mut().filter(|column| column.role == words) {
                column.role = ColumnRole::Extra;
            }
        }
    }
}
