//! How well a text fits a column of a breakdown table: for rows that lost the cells a merged one covers.

use super::{ColumnRole, Mapping};
use domain::plan::mention::{self, UnitRole};
use domain::plan::{DueKind, due};

/// The column for each cell of a short row; see [`crate::realign::columns`].
pub(super) fn columns(texts: &[&str], free: &[usize], mapping: &Mapping) -> Option<Vec<usize>> {
    // A merged number covers its task's name too: a row without the one is without the other.
    let numbered = mapping.column(ColumnRole::Number).is_none()
        || texts.first().is_some_and(|text| fit(text, ColumnRole::Number) > 0);
    crate::realign::columns(texts, free, |text, column| {
        let role = mapping.columns.get(column).map_or(ColumnRole::Extra, |column| column.role);
        if role == ColumnRole::Task && !numbered { -4 } else { fit(text, role) }
    })
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
