//! Table 4 of a report: fifteen columns in their order, one row of numbers.

use super::value::core;
use super::{Reading, Rows};
use crate::Grid;
use crate::document::Cover;
use domain::annual_report::{Cell, DisputeKind, DisputeResult};
use domain::finding::Place;

pub(super) fn read(
    reading: &mut Reading,
    table: usize,
    grid: &Grid,
    cover: &Cover<'_>,
    again: bool,
) -> Option<Rows> {
    let direct = DisputeKind::LawsuitDirect.label();
    let middle = grid.cells.iter().find(|cell| core(&cell.text) == direct)?.row;
    let top = middle.saturating_sub(1);
    let upheld = DisputeResult::Upheld.label();
    let bottom = grid.cells.iter().filter(|cell| cell.row >= top && core(&cell.text) == upheld);
    let bottom = bottom.map(|cell| cell.row).max()?;
    if again {
        let message = "又有一张“行政复议、行政诉讼情况”的表格，只读了第一张。".to_owned();
        reading.warn("report-table-twice", message, Place::table(table));
        return Some((top, grid.rows.saturating_sub(1)));
    }
    let result = |place: usize| {
        DisputeResult::ALL
            .iter()
            .copied()
            .find(|result| (top..=bottom).any(|row| core(cover.text(row, place)) == core(result.label())))
    };
    let places: Vec<(usize, DisputeResult)> =
        (0..grid.columns).filter_map(|place| result(place).map(|result| (place, result))).collect();
    let width = DisputeResult::ALL.len();
    let ordered =
        places.iter().map(|(_, result)| result).eq(DisputeResult::ALL.iter().cycle().take(width * 3));
    if !ordered {
        let message =
            "行政复议、行政诉讼的表头不是三组“维持、纠正、其他、尚未审结、总计”，这张表没有读取。".to_owned();
        reading.err("report-columns-unknown", message, Place::row(table, top));
        return Some((top, bottom));
    }
    let row = bottom + 1;
    if row >= grid.rows {
        let message = "行政复议、行政诉讼的表格没有数字，按0处理。".to_owned();
        reading.warn("report-row-missing", message, Place::table(table));
        return Some((top, bottom));
    }
    let kinds = DisputeKind::ALL.iter().flat_map(|kind| std::iter::repeat_n(*kind, width));
    for ((place, result), kind) in places.into_iter().zip(kinds) {
        let at = Place::cell(table, row, place);
        reading.take(Cell::Dispute(kind, result), cover.text(row, place), at);
    }
    Some((top, row))
}
