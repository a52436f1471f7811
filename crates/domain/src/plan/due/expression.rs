//! Dates and spans of dates in the words of a due: 2020年9月4日, 9月底, 第三季度, 2020.9.4, 8月1日至31日, 8-10月.

use crate::rhythm;
use crate::words::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Year {
    Unsaid,
    Exact(u32),
    /// 20年 for 2020年.
    Short(u32),
    /// 今年 = 0, 明年 = 1.
    Relative(i16),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Year,
    Half(u32),
    Quarter(u32),
    Month(u32),
    /// 上旬, 中旬, 下旬 = 1, 2, 3.
    Third(u32, u32),
    /// 月初, 月中.
    Early(u32),
    Middle(u32),
    /// 年中.
    MidYear,
    Day(u32, u32),
    /// 31日, the second end of `8月1日至31日`.
    DayOnly(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) year: Year,
    pub(super) period: Period,
    /// 底, 末: the last day is said, not assumed.
    pub(super) at_end: bool,
    /// 前, 之前.
    pub(super) before: bool,
    pub(super) end: usize,
}

/// A date or a span of dates, with the characters it takes.
pub(super) struct Expression {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) from: Option<Point>,
    pub(super) to: Point,
}

/// The first year the text names, as a date or in a title (`2020年政务公开工作要点`, `〔2020〕10号` does not count).
pub fn first_year(words: &str) -> Option<i16> {
    let text = Text::new(words);
    (0..text.chars.len()).find_map(|at| {
        if at > 0 && text.at(at - 1).is_some_and(|c| c.is_ascii_digit()) {
            return None;
        }
        let (year, end) =
            year_here(&text, at).or_else(|| numeric_date(&text, at).map(|p| (p.year, p.end)))?;
        let Year::Exact(year) = year else { return None };
        (end > at).then(|| i16::try_from(year).ok())?
    })
}

/// Every date or span in the text, in order, outside of rhythms.
pub(super) fn scan(text: &Text, rhythms: &[rhythm::Found]) -> Vec<Expression> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.chars.len() {
        if let Some(rhythm) = rhythms.iter().find(|rhythm| (rhythm.start..rhythm.end).contains(&at)) {
            at = rhythm.end;
            continue;
        }
        let after_digit = at > 0 && text.at(at - 1).is_some_and(|c| c.is_ascii_digit());
        match span(text, at).filter(|_| !after_digit) {
            Some(expression) => {
                at = expression.end.max(at + 1);
                found.push(expression);
            }
            None => at += 1,
        }
    }
    found
}

fn span(text: &Text, start: usize) -> Option<Expression> {
    if let Some((from, to)) = short_span(text, start) {
        return Some(Expression { start, end: to.end, from: Some(from), to });
    }
    let from = point(text, start).filter(|p| !matches!(p.period, Period::DayOnly(_)))?;
    let second = (!from.before).then(|| connector(text, from.end)).flatten().and_then(|at| point(text, at));
    Some(match second {
        Some(to) => Expression { start, end: to.end, from: Some(from), to },
        None => Expression { start, end: from.end, from: None, to: from },
    })
}

/// 至, 到, a dash or a tilde, perhaps after 起.
fn connector(text: &Text, at: usize) -> Option<usize> {
    let at = text.word(at, &["起,", "起", "开始,", "开始"]).unwrap_or(at);
    let mut end = text.word(at, &["至", "到", "-", "~"])?;
    while let Some(next) = text.word(end, &["-", "~"]) {
        end = next;
    }
    Some(end)
}

/// Spans whose first end borrows its unit from the second: `8-10月`, `8月1-31日`, `2020-2022年`, `一至三季度`.
fn short_span(text: &Text, start: usize) -> Option<(Point, Point)> {
    let (year, at) = year_here(text, start).unwrap_or((Year::Unsaid, start));
    let point = |year, period, end| Point { year, period, at_end: false, before: false, end };
    let (month, after_month) = text
        .number(at)
        .and_then(|(month, end)| text.word(end, &["月"]).map(|end| (Some(month), end)))
        .unwrap_or((None, at));
    let first_at = if month.is_some() { after_month } else { text.word(at, &["第"]).unwrap_or(at) };
    let (first, end) = text.number(first_at)?;
    let second_at = connector(text, end)?;
    let second_at = text.word(second_at, &["第"]).unwrap_or(second_at);
    let (second, end) = text.number(second_at)?;
    let pair = match month {
        Some(month) => {
            let end = text.word(end, &["日", "号"])?;
            (point(year, Period::Day(month, first), end), point(year, Period::Day(month, second), end))
        }
        None if text.starts(end, "月") => {
            let end = text.word(end, &["月份", "月"])?;
            // `8至10月20日` is not a span of months.
            if text.number(end).is_some_and(|(_, end)| text.word(end, &["日", "号"]).is_some()) {
                return None;
            }
            (point(year, Period::Month(first), end), point(year, Period::Month(second), end))
        }
        None if text.starts(end, "季度") => {
            let end = end + 2;
            (point(year, Period::Quarter(first), end), point(year, Period::Quarter(second), end))
        }
        None if text.starts(end, "年") && is_year(first) && is_year(second) => {
            // `2020-2021年3月` ends in March.
            if text.number(end + 1).is_some_and(|(_, end)| text.starts(end, "月")) {
                return None;
            }
            let end = text.word(end, &["年度", "年"])?;
            (point(Year::Exact(first), Period::Year, end), point(Year::Exact(second), Period::Year, end))
        }
        None => return None,
    };
    let (from, to) = pair;
    Some((from, finish(text, to)))
}

fn is_year(value: u32) -> bool {
    (1949..=2100).contains(&value)
}

/// A year here: `2020年`, `20年` before a month, `今年`, `明年`; with where it ends.
fn year_here(text: &Text, at: usize) -> Option<(Year, usize)> {
    if let Some(end) = text.word(at, &["今年", "本年度", "本年", "当年"]) {
        return Some((Year::Relative(0), end));
    }
    if let Some(end) = text.word(at, &["明年", "次年", "翌年", "下一年度", "下一年", "下年"]) {
        return Some((Year::Relative(1), end));
    }
    let (value, end) = text.number(at)?;
    let end = text.word(end, &["年度", "年"])?;
    if is_year(value) {
        return Some((Year::Exact(value), end));
    }
    let month_follows = text.number(end).is_some_and(|(_, end)| text.starts(end, "月"));
    ((10..=99).contains(&value) && month_follows).then_some((Year::Short(value), end))
}

/// One date or period here.
fn point(text: &Text, at: usize) -> Option<Point> {
    if let Some(numeric) = numeric_date(text, at) {
        return Some(finish(text, numeric));
    }
    let (year, end) = year_here(text, at).unwrap_or((Year::Unsaid, at));
    let period = period(text, end, year)?;
    Some(finish(text, Point { year, ..period }))
}

/// What stands after the year, or alone.
fn period(text: &Text, at: usize, year: Year) -> Option<Point> {
    let point = |period, at_end, end| Some(Point { year, period, at_end, before: false, end });
    let said = year != Year::Unsaid;
    if let Some(end) = text.word(at, &["上半年"]) {
        return point(Period::Half(1), false, end);
    }
    if let Some(end) = text.word(at, &["下半年"]) {
        return point(Period::Half(2), false, end);
    }
    let year_end: &[&str] = if said {
        &["年底", "年末", "底", "末", "终"]
    } else {
        &["年底", "年末", "岁末", "年终"]
    };
    if let Some(end) = text.word(at, year_end) {
        return point(Period::Year, true, end);
    }
    let within: &[&str] = if said { &["内", "以内"] } else { &["年内", "年度内"] };
    if let Some(end) = text.word(at, within) {
        return point(Period::Year, true, end);
    }
    if let Some(end) = text.word(at, if said { &["年中", "中"] } else { &["年中"] }) {
        return point(Period::MidYear, false, end);
    }
    let quarter_at = text.word(at, &["第"]).unwrap_or(at);
    if let Some((quarter, end)) = text.number(quarter_at)
        && let Some(end) = text.word(end, &["个季度", "季度"])
    {
        return point(Period::Quarter(quarter), false, end);
    }
    let Some((value, end)) = text.number(at) else {
        return if said { point(Period::Year, false, at) } else { None };
    };
    if text.starts(end, "月") {
        return month(text, value, text.word(end, &["月份", "月"])?, year);
    }
    match text.word(end, &["日", "号"]) {
        // `20日内` is a length of time, `国发20号` a document.
        Some(end) if !said && !text.starts(end, "内") => point(Period::DayOnly(value), false, end),
        _ if said => point(Period::Year, false, at),
        _ => None,
    }
}

/// What stands after `8月`.
fn month(text: &Text, month: u32, at: usize, year: Year) -> Option<Point> {
    let point = |period, at_end, end| Some(Point { year, period, at_end, before: false, end });
    for (word, third) in [("上旬", 1), ("中旬", 2), ("下旬", 3)] {
        if let Some(end) = text.word(at, &[word]) {
            return point(Period::Third(month, third), true, end);
        }
    }
    if let Some(end) = text.word(at, &["初"]) {
        return point(Period::Early(month), false, end);
    }
    if let Some(end) = text.word(at, &["中"]) {
        return point(Period::Middle(month), false, end);
    }
    let Some((day, end)) = text.number(at) else {
        return point(Period::Month(month), false, at);
    };
    if let Some(end) = text.word(end, &["日", "号"]) {
        return point(Period::Day(month, day), false, end);
    }
    // `9月30前`, `9月30至…`: the 日 was forgotten.
    if text.word(end, &["前", "之前", "至", "到", "-", "~"]).is_some() && text.digits(at, 2).is_some() {
        return point(Period::Day(month, day), false, end);
    }
    point(Period::Month(month), false, at)
}

/// 2020-9-4, 2020/9/4, 2020.9.4, 2020.9, 20200904, 9.30前.
fn numeric_date(text: &Text, at: usize) -> Option<Point> {
    let point = |year, period, end| Some(Point { year, period, at_end: false, before: false, end });
    let separator = |at: usize| text.at(at).filter(|c| matches!(c, '-' | '/' | '.'));
    if let Some((packed, end)) = text.digits(at, 8).filter(|(_, end)| end - at == 8) {
        let (year, month, day) = (packed / 10_000, packed / 100 % 100, packed % 100);
        let plausible = is_year(year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        return if plausible { point(Year::Exact(year), Period::Day(month, day), end) } else { None };
    }
    if let Some((year, end)) = text.digits(at, 4).filter(|(year, end)| end - at == 4 && is_year(*year)) {
        let first = separator(end)?;
        let (month, end) = text.digits(end + 1, 2)?;
        if separator(end) != Some(first) {
            let clear = !["月", "日", "年", "季度"].iter().any(|word| text.starts(end, word));
            return if clear && month <= 12 {
                point(Year::Exact(year), Period::Month(month), end)
            } else {
                None
            };
        }
        let (day, end) = text.digits(end + 1, 2)?;
        let end = text.word(end, &["日"]).unwrap_or(end);
        return point(Year::Exact(year), Period::Day(month, day), iso_time(text, end));
    }
    let (month, end) = text.digits(at, 2)?;
    let first = separator(end).filter(|c| *c != '-')?;
    let (day, end) = text.digits(end + 1, 2)?;
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && separator(end) != Some(first);
    let ends = end == text.chars.len()
        || text.word(end, &["前", "之前", "以前", "底", "日", "号", "至", "到", "-", "~", "止"]).is_some();
    let end = text.word(end, &["日", "号"]).unwrap_or(end);
    if fits && ends { point(Year::Unsaid, Period::Day(month, day), end) } else { None }
}

/// The time of a date cell: `T00:00:00`.
fn iso_time(text: &Text, at: usize) -> usize {
    text.word(at, &["T"]).and_then(|at| clock_time(text, at)).unwrap_or(at)
}

/// `18:00`, `18时30分`, `18点`, with 上午, 下午 before it.
fn clock_time(text: &Text, at: usize) -> Option<usize> {
    let at = text.word(at, &[" "]).unwrap_or(at);
    let at = text.word(at, &["上午", "下午", "中午", "晚上", "晚", "早上"]).unwrap_or(at);
    let at = text.word(at, &[" "]).unwrap_or(at);
    let (_, end) = text.number(at)?;
    if let Some(mut end) = text.word(end, &[":"]) {
        while let Some((_, next)) = text.digits(end, 2) {
            end = text.word(next, &[":", "."]).unwrap_or(next);
            if end == next {
                break;
            }
        }
        return Some(end);
    }
    let end = text.word(end, &["时", "点"])?;
    let end = text.number(end).and_then(|(_, end)| text.word(end, &["分"])).unwrap_or(end);
    Some(text.word(end, &["半", "整"]).unwrap_or(end))
}

/// Reads the words after a date: 18:00, 底, 前, 止.
fn finish(text: &Text, mut point: Point) -> Point {
    let mut end = clock_time(text, point.end).unwrap_or(point.end);
    if let Some(next) = text.word(end, &["份", "期间"]) {
        end = next;
    }
    if !matches!(point.period, Period::Day(..) | Period::DayOnly(_))
        && let Some(next) = text.word(end, &["底", "末", "内", "以内"])
    {
        point.at_end = true;
        end = next;
    }
    if let Some(next) = text.word(end, &["之前", "以前", "前"]) {
        point.before = true;
        end = next;
    }
    if let Some(next) = text.word(end, &["截止", "止"]) {
        end = next;
    }
    point.end = end;
    point
}
