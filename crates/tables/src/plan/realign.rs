//! Rows with fewer cells than the table has columns: web pages and text lose the cells that a merged one covers. The
//! cells keep their order and go where their content fits best.

use super::{ColumnRole, Mapping};
use domain::plan::mention::{self, UnitRole};
use domain::plan::{DueKind, due};

/// The column for each cell, from left to right, among the columns that are free; `None` if there are more cells
/// than free columns.
pub(super) fn columns(texts: &[&str], free: &[usize], mapping: &Mapping) -> Option<Vec<usize>> {
    if texts.len() > free.len() || texts.is_empty() {
        return None;
    }
    let skips = free.len() - texts.len();
    // A merged number covers its task's name too: a row without the one is without the other.
    let numbered = mapping.column(ColumnRole::Number).is_none()
        || texts.first().is_some_and(|text| fit(text, ColumnRole::Number) > 0);
    let fit = |text: &str, role: ColumnRole| {
        if role == ColumnRole::Task && !numbered { -4 } else { fit(text, role) }
    };
    // best[i][s]: the best sum for the first i cells with s free columns left out.
    let mut best = vec![vec![i32::MIN; skips + 1]; texts.len() + 1];
    let mut skipped = vec![vec![false; skips + 1]; texts.len() + 1];
    for cells in 0..=texts.len() {
        for left_out in 0..=skips {
            let mut value = if cells == 0 && left_out == 0 { 0 } else { i32::MIN };
            if cells > 0
                && let (Some(text), Some(column)) = (texts.get(cells - 1), free.get(cells - 1 + left_out))
            {
                let before = best[cells - 1][left_out];
                if before > i32::MIN {
                    value = before
                        + fit(text, mapping.columns.get(*column).map_or(ColumnRole::Extra, |c| c.role));
                }
            }
            if left_out > 0 && best[cells][left_out - 1] > value {
                value = best[cells][left_out - 1];
                skipped[cells][left_out] = true;
            }
            best[cells][left_out] = value;
        }
    }
    let (mut cells, mut left_out) = (texts.len(), skips);
    let mut chosen = Vec::with_capacity(texts.len());
    while cells > 0 {
        if skipped[cells][left_out] {
            left_out -= 1;
        } else {
            chosen.push(*free.get(cells - 1 + left_out)?);
            cells -= 1;
        }
    }
    chosen.reverse();
    Some(chosen)
}

/// How well a text fits a column's meaning.
fn fit(text: &str, role: ColumnRole) -> i32 {
    let length = text.chars().count();
    match role {
        ColumnRole::Number => {
            let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十（）().、".contains(c);
            if length <= 6 && text.chars().all(numeral) { 6 } else { -6 }
        }
        ColumnRole::Due => {
            if length > 200 {
                return -4;
            }
            let (due, _) = due::parse(text, Some(2020));
            if due.kind == DueKind::Unspecified { -3 } else { 6 }
        }
        role if role.names_units() => {
            let (units, _) = mention::parse(text, UnitRole::Responsible);
            let named = !units.is_empty() && units.iter().all(|unit| mention::is_complete(&unit.text));
            if named && length <= 200 { 5 } else { -2 }
        }
        ColumnRole::Content => {
            if length >= 12 {
                3
            } else {
                1
            }
        }
        ColumnRole::Task if (4..=60).contains(&length) => 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::MappedColumn;

    #[test]
    fn cells_go_where_they_fit() {
        use ColumnRole::{Content, Due, Number, Remark, Task, Unit};
        let columns_of = [Number, Task, Content, Unit, Due, Remark];
        let mapping = Mapping {
            columns: columns_of
                .iter()
                .map(|role| MappedColumn { header: String::new(), role: *role })
                .collect(),
            ..Mapping::default()
        };
        let all = [0, 1, 2, 3, 4, 5];
        for (texts, expected) in [
            (vec!["重大建设项目领域公开目录编制", "旗发展和改革委员会"], vec![2, 3]),
            (
                vec!["3", "更新目录", "结合上级标准指引及时调整更新目录", "各苏木镇", "2020年底"],
                vec![0, 1, 2, 3, 4],
            ),
            (vec!["持续推进"], vec![4]),
            (vec!["建立专栏，集中公开有关信息和办事指南", "旗政务服务局", "2020年10月底前"], vec![2, 3, 4]),
        ] {
            assert_eq!(columns(&texts, &all, &mapping), Some(expected), "{texts:?}");
        }
        assert_eq!(columns(&["甲", "乙"], &[0], &mapping), None);
    }
}
