//! Rhythms (每月, 每季度末, 每年1月31日前, 按季度, 半年一次): of ongoing work in a plan and of periodic disclosure in a catalogue.

use crate::text::number;
use crate::words::Text;
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// 每日.
    Day,
    /// 每周.
    Week,
    /// 每月.
    Month,
    /// 每季度.
    Quarter,
    /// 每半年.
    HalfYear,
    /// 每年.
    Year,
}

impl Every {
    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Day => "每日",
            Self::Week => "每周",
            Self::Month => "每月",
            Self::Quarter => "每季度",
            Self::HalfYear => "每半年",
            Self::Year => "每年",
        }
    }

    fn months(self) -> i64 {
        match self {
            Self::Day | Self::Week => 0,
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::Year => 12,
        }
    }
}

/// Work that comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rhythm {
    /// How often.
    pub every: Every,
    /// The month within the period, from 1 (每季度首月 = 1); the last one when left out.
    pub month: Option<i8>,
    /// The day of the month (or of the week, Monday = 1); the last one when left out.
    pub day: Option<i8>,
}

impl Rhythm {
    /// The first day on or after `from` by which the work is due again; `None` beyond the calendar's end.
    pub fn next(&self, from: Date) -> Option<Date> {
        match self.every {
            Every::Day => Some(from),
            Every::Week => {
                let wanted = i64::from(self.day.unwrap_or(7).clamp(1, 7));
                let ahead = (wanted - i64::from(from.weekday().to_monday_one_offset())).rem_euclid(7);
                from.checked_add(Span::new().days(ahead)).ok()
            }
            Every::Month | Every::Quarter | Every::HalfYear | Every::Year => {
                let length = self.every.months();
                let elapsed = (i64::from(from.month()) - 1) % length;
                let first = from.first_of_month().checked_sub(elapsed.months()).ok()?;
                let this = self.within(first)?;
                if this >= from { Some(this) } else { self.within(first.checked_add(length.months()).ok()?) }
            }
        }
    }

    /// In words that an office would write: `每季度首月20日前`.
    pub fn words(&self) -> String {
        let every = self.every.label();
        let day = self.day.map(|day| format!("{day}日前"));
        match self.every {
            Every::Day => every.to_owned(),
            Every::Week => {
                let names = ["一", "二", "三", "四", "五", "六", "日"];
                let day = self.day.and_then(|day| names.get(usize::try_from(day - 1).ok()?));
                format!("每周{}", day.unwrap_or(&""))
            }
            Every::Month => format!("{every}{}", day.unwrap_or_default()),
            Every::Quarter | Every::HalfYear | Every::Year => {
                let month = match (self.month, self.every) {
                    (Some(1), Every::Quarter) => "首月".to_owned(),
                    (Some(month), _) => format!("{month}月"),
                    (None, _) if self.day.is_some() => "末月".to_owned(),
                    (None, _) => String::new(),
                };
                let end = if self.month.is_some() { "底前" } else { "" };
                format!("{every}{month}{}", day.unwrap_or_else(|| end.to_owned()))
            }
        }
    }

    /// The due day of the period that starts on `first`.
    fn within(&self, first: Date) -> Option<Date> {
        let length = self.every.months();
        let month = self.month.map_or(length, i64::from).clamp(1, length) - 1;
        let month = first.checked_add(month.months()).ok()?;
        let day = self.day.unwrap_or(31).clamp(1, month.days_in_month());
        Date::new(month.year(), month.month(), day).ok()
    }
}

/// A month within a period longer than one.
const MONTHS: [(&str, Option<i8>); 6] = [
    ("首个月", Some(1)),
    ("首月", Some(1)),
    ("第一个月", Some(1)),
    ("最后一个月", None),
    ("末月", None),
    ("末", None),
];

/// A rhythm with the characters it takes.
pub(crate) struct Found {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) rhythm: Rhythm,
}

const PERIODS: [(&str, Every); 13] = [
    ("半年", Every::HalfYear),
    ("季度", Every::Quarter),
    ("年度", Every::Year),
    ("学年", Every::Year),
    ("星期", Every::Week),
    ("月份", Every::Month),
    ("季", Every::Quarter),
    ("年", Every::Year),
    ("月", Every::Month),
    ("周", Every::Week),
    ("日", Every::Day),
    ("天", Every::Day),
    ("旬", Every::Month),
];

/// Every rhythm in the text, in order.
pub(crate) fn scan(text: &Text) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.chars.len() {
        match here(text, at) {
            Some(rhythm) => {
                at = rhythm.end;
                found.push(rhythm);
            }
            None => at += 1,
        }
    }
    found
}

fn here(text: &Text, start: usize) -> Option<Found> {
    let lead = ["每一个", "每个", "每一", "每", "按", "逐"].into_iter().find(|lead| text.starts(start, lead));
    let Some(lead) = lead else {
        return once_a(text, start);
    };
    let mut at = start + lead.chars().count();
    let (word, every) = PERIODS.into_iter().find(|(word, _)| text.starts(at, word))?;
    at += word.chars().count();
    if matches!(lead, "按" | "逐") && not_a_rhythm(text, at, every) {
        return None;
    }
    let mut rhythm = Rhythm { every, month: None, day: None };
    at = detail(text, at, &mut rhythm);
    Some(Found { start, end: at, rhythm })
}

/// `按年度计划`, `按日常要求` name no rhythm, unlike `按季度`.
fn not_a_rhythm(text: &Text, at: usize, every: Every) -> bool {
    every == Every::Day
        || ["计划", "要求", "工作", "安排", "目标", "任务", "份"].iter().any(|word| text.starts(at, word))
}

/// `半年一次`, `一季度一次`.
fn once_a(text: &Text, start: usize) -> Option<Found> {
    let at = start + usize::from(text.starts(start, "一"));
    let (word, every) = PERIODS.into_iter().find(|(word, _)| text.starts(at, word))?;
    let end = at + word.chars().count();
    let times = ["一次", "1次"].into_iter().find(|times| text.starts(end, times))?;
    let rhythm = Rhythm { every, month: None, day: None };
    Some(Found { start, end: end + times.chars().count(), rhythm })
}

/// What follows the period: a month, a day, 末. Returns where it ends.
fn detail(text: &Text, mut at: usize, rhythm: &mut Rhythm) -> usize {
    if rhythm.every == Every::Week {
        let day = text.chars.get(at).and_then(|c| "一二三四五六日天".chars().position(|d| d == *c));
        if let Some(day) = day {
            rhythm.day = i8::try_from(day + 1).ok().map(|day| day.min(7));
            at += 1;
        }
        return at;
    }
    if rhythm.every == Every::Year && text.starts(at, "年") {
        at += 1;
    }
    if rhythm.every.months() > 1 {
        let of = at + usize::from(text.starts(at, "的"));
        let found = MONTHS.into_iter().find(|(word, _)| text.starts(of, word));
        if let Some((word, month)) = found {
            rhythm.month = month;
            at = of + word.chars().count();
            at += usize::from(text.starts(at, "的"));
        }
    }
    if rhythm.every == Every::Year {
        for (word, month) in [("上半年", 6), ("下半年", 12)] {
            if text.starts(at, word) {
                rhythm.month = Some(month);
                return at + 3;
            }
        }
        let from = at + usize::from(text.starts(at, "第"));
        let quarter = number(text.chars.get(from..).unwrap_or_default());
        if let Some((quarter, length)) = quarter.filter(|(quarter, _)| (1..=4).contains(quarter))
            && text.starts(from + length, "季度")
        {
            rhythm.month = i8::try_from(quarter * 3).ok();
            return from + length + 2;
        }
    }
    if matches!(rhythm.every, Every::Year | Every::HalfYear) {
        let month = number(text.chars.get(at..).unwrap_or_default());
        if let Some((month, length)) = month.filter(|(month, _)| (1..=12).contains(month))
            && text.starts(at + length, "月")
        {
            rhythm.month = i8::try_from(month).ok();
            at += length + 1 + usize::from(text.starts(at + length + 1, "份"));
        }
    }
    let day = number(text.chars.get(at..).unwrap_or_default());
    if let Some((day, length)) = day.filter(|(day, _)| (1..=31).contains(day))
        && ["日", "号"].iter().any(|word| text.starts(at + length, word))
    {
        rhythm.day = i8::try_from(day).ok();
        return at + length + 1;
    }
    for (word, day) in [("上旬", Some(10)), ("中旬", Some(20)), ("下旬", None)] {
        if text.starts(at, word) {
            rhythm.day = day;
            return at + 2;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn comes_back_on_the_right_day() {
        let rhythm = |every, month, day| Rhythm { every, month, day };
        for (rhythm, from, next) in [
            (rhythm(Every::Month, None, None), date(2020, 2, 1), date(2020, 2, 29)),
            (rhythm(Every::Month, None, Some(5)), date(2020, 2, 6), date(2020, 3, 5)),
            (rhythm(Every::Month, None, Some(31)), date(2020, 4, 30), date(2020, 4, 30)),
            (rhythm(Every::Quarter, None, None), date(2020, 2, 6), date(2020, 3, 31)),
            (rhythm(Every::Quarter, Some(1), Some(20)), date(2020, 1, 21), date(2020, 4, 20)),
            (rhythm(Every::HalfYear, None, None), date(2020, 7, 1), date(2020, 12, 31)),
            (rhythm(Every::Year, Some(1), Some(31)), date(2020, 2, 1), date(2021, 1, 31)),
            (rhythm(Every::Week, None, Some(5)), date(2020, 9, 4), date(2020, 9, 4)),
            (rhythm(Every::Week, None, Some(5)), date(2020, 9, 5), date(2020, 9, 11)),
            (rhythm(Every::Day, None, None), date(2020, 9, 5), date(2020, 9, 5)),
        ] {
            assert_eq!(rhythm.next(from), Some(next), "{rhythm:?} {from}");
        }
    }
}
