//! Cases handed over by the 12345 hotline as a table: its columns with the names they go by, a row read into a case.

use super::{Level, Source};
use crate::clock::start_of_day;
use crate::finding::Finding;
use crate::text::half_width;
use crate::vocabulary::words;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// A column of the hotline's table.
    HotlineField {
        /// The hotline's own number, by which a case taken twice is known.
        Number = "number", "工单编号";
        /// When it came.
        Received = "received", "来电时间";
        /// What it is about, in a few words.
        Title = "title", "标题";
        /// What was asked.
        Text = "text", "诉求内容";
        /// Whom to answer; sealed by who keeps it.
        Contact = "contact", "联系方式";
        /// The unit the hotline has in mind.
        Unit = "unit", "承办单位";
    }
}

/// Other headers of a column, in reading form.
const ALIASES: [(&str, HotlineField); 20] = [
    ("编号", HotlineField::Number),
    ("工单号", HotlineField::Number),
    ("受理编号", HotlineField::Number),
    ("诉求编号", HotlineField::Number),
    ("时间", HotlineField::Received),
    ("受理时间", HotlineField::Received),
    ("诉求时间", HotlineField::Received),
    ("登记时间", HotlineField::Received),
    ("受理日期", HotlineField::Received),
    ("工单标题", HotlineField::Title),
    ("诉求标题", HotlineField::Title),
    ("主题", HotlineField::Title),
    ("内容", HotlineField::Text),
    ("工单内容", HotlineField::Text),
    ("问题描述", HotlineField::Text),
    ("联系电话", HotlineField::Contact),
    ("来电号码", HotlineField::Contact),
    ("电话", HotlineField::Contact),
    ("责任单位", HotlineField::Unit),
    ("办理单位", HotlineField::Unit),
];

impl HotlineField {
    /// The column a header names; `None` for one that is not needed.
    pub fn of_header(header: &str) -> Option<Self> {
        let plain: String = header.chars().filter_map(half_width).collect();
        let own = Self::ALL.iter().copied().find(|field| field.label() == plain);
        own.or_else(|| ALIASES.iter().find(|(alias, _)| *alias == plain).map(|(_, field)| *field))
    }
}

/// A case as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Where from.
    pub source: Source,
    /// How much is at stake; a person may say otherwise.
    pub level: Level,
    /// When it came.
    pub received: Timestamp,
    /// The number it has where it comes from; may be empty.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// What was asked.
    pub text: String,
    /// Whom to answer; may be empty.
    pub contact: String,
    /// The unit named, in the table's words; may be empty.
    pub unit: String,
}

/// Reads a row of the hotline's table; a row without a question or a time is no case, and the finding says why.
///
/// # Errors
/// The finding, with the column it is about.
pub fn read(row: &BTreeMap<HotlineField, String>) -> Result<Incoming, (HotlineField, Finding)> {
    let cell = |field| row.get(&field).map_or("", |text| text.trim());
    let text = if cell(HotlineField::Text).is_empty() {
        cell(HotlineField::Title)
    } else {
        cell(HotlineField::Text)
    };
    if text.is_empty() {
        let message = "没有诉求内容，不能登记。请补上标题或者内容。";
        return Err((HotlineField::Text, Finding::error("hotline-no-text", message)));
    }
    let written = cell(HotlineField::Received);
    let received = instant(written).ok_or_else(|| {
        let message = format!("没有看懂来电时间“{written}”，答复期限无从计算。请写成2020-09-01 10:30这样。");
        (HotlineField::Received, Finding::error("hotline-no-time", message))
    })?;
    let title = match cell(HotlineField::Title) {
        "" => crate::text::head(text, TITLE_CHARACTERS),
        title => title.to_owned(),
    };
    Ok(Incoming {
        source: Source::Hotline,
        level: Level::Question,
        received,
        number: cell(HotlineField::Number).to_owned(),
        title,
        text: text.to_owned(),
        contact: cell(HotlineField::Contact).to_owned(),
        unit: cell(HotlineField::Unit).to_owned(),
    })
}

/// Characters of a title made from the text: what a list shows.
const TITLE_CHARACTERS: usize = 30;

/// An instant in China as tables write it: a day with a time or without.
fn instant(words: &str) -> Option<Timestamp> {
    let words =
        words.replace(['/', '.'], "-").replace(['年', '月'], "-").replace('日', " ").replace('：', ":");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let time = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
        .into_iter()
        .find_map(|form| DateTime::strptime(form, &words).ok());
    match time {
        Some(time) => Offset::constant(8).to_timestamp(time).ok(),
        None => start_of_day(Date::strptime("%Y-%m-%d", &words).ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[(HotlineField, &str)]) -> BTreeMap<HotlineField, String> {
        cells.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
    }

    #[test]
    fn headers_go_by_many_names() {
        assert_eq!(HotlineField::of_header("工单 编号"), Some(HotlineField::Number));
        assert_eq!(HotlineField::of_header("问题描述"), Some(HotlineField::Text));
        assert_eq!(HotlineField::of_header("坐席"), None);
    }

    #[test]
    fn a_row_is_a_case_or_says_why_not() {
        let case =
            read(&row(&[(HotlineField::Received, "2020/9/7 8:30"), (HotlineField::Text, "医保怎么缴费？")]))
                .unwrap();
        assert_eq!((case.source, case.level), (Source::Hotline, Level::Question));
        assert_eq!(case.received, "2020-09-07T00:30:00Z".parse().unwrap());
        assert_eq!((case.title.as_str(), case.text.as_str()), ("医保怎么缴费？", "医保怎么缴费？"));
        let wrong = |cells: &[_]| read(&row(cells)).unwrap_err().1.code;
        assert_eq!(wrong(&[(HotlineField::Received, "2020-09-07")]), "hotline-no-text");
        assert_eq!(
            wrong(&[(HotlineField::Title, "医保"), (HotlineField::Received, "上周")]),
            "hotline-no-time"
        );
    }

    #[test]
    fn times_are_read_as_tables_write_them() {
        let at = |time: &str| Some(time.parse::<Timestamp>().unwrap());
        for (words, expected) in [
            ("2020-09-07 18:05:09", at("2020-09-07T10:05:09Z")),
            ("2020年9月7日 18：05", at("2020-09-07T10:05:00Z")),
            ("2020.9.7", at("2020-09-06T16:00:00Z")),
            ("2020-09-31", None),
            ("", None),
        ] {
            assert_eq!(instant(words), expected, "{words}");
        }
    }
}
