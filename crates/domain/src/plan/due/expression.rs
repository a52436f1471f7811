//! Dates and spans of dates in the words of a due: 2020年9月4日, 9月底, 第三季度, 2020.9.4, 8月1日至31日, 8-10月.

use super::rhythm;
use crate::finding::Finding;
use crate::plan::text::{half_width, number};
use jiff::civil::Date;

/// The words in half-width form without white space, beside the words as written.
pub(super) struct Text {
    pub(super) chars: Vec<char>,
    originals: Vec<char>,
}

impl Text {
    pub(super) fn new(words: &str) -> Self {
        let mut text = Self { chars: Vec::new(), originals: Vec::new() };
        let mut rest = words.chars();
        while let Some(c) = rest.next() {
            match half_width(c) {
                Some(half) => text.push(half, c),
                // `2020-09-04 12:00` must not become `…0412:00`.
                None if is_time(rest.as_str()) => text.push(' ', c),
                None => {}
            }
        }
        text
    }

    fn push(&mut self, half: char, original: char) {
        self.chars.push(half);
        self.originals.push(original);
    }

    pub(super) fn starts(&self, at: usize, word: &str) -> bool {
        let mut rest = self.chars.get(at..).unwrap_or_default().iter();
        word.chars().all(|c| rest.next() == Some(&c))
    }

    pub(super) fn contains(&self, word: &str) -> bool {
        (0..self.chars.len()).any(|at| self.starts(at, word))
    }

    /// The words as written between two places.
    pub(super) fn original(&self, start: usize, end: usize) -> String {
        self.originals.get(start..end).unwrap_or_default().iter().collect()
    }

    /// Nothing but punctuation, or `无`.
    pub(super) fn is_blank(&self) -> bool {
        let word = |c: &char| c.is_alphanumeric();
        !self.chars.iter().any(word) || matches!(self.chars.as_slice(), ['无'])
    }

    fn at(&self, index: usize) -> Option<char> {
        self.chars.get(index).copied()
    }

    /// The first of the words that stands here, and where it ends.
    fn word(&self, at: usize, words: &[&str]) -> Option<usize> {
        words.iter().find(|word| self.starts(at, word)).map(|word| at + word.chars().count())
    }

    /// A number here, with where it ends.
    fn number(&self, at: usize) -> Option<(u32, usize)> {
        number(self.chars.get(at..)?).map(|(value, length)| (value, at + length))
    }

    /// A run of Arabic digits here that is not longer than `most`.
    fn digits(&self, at: usize, most: usize) -> Option<(u32, usize)> {
        let length = self.chars.get(at..)?.iter().take_while(|c| c.is_ascii_digit()).count();
        let run = (1..=most).contains(&length).then(|| self.chars.get(at..at + length))??;
        Some((run.iter().filter_map(|c| c.to_digit(10)).fold(0, |sum, d| sum * 10 + d), at + length))
    }
}

fn is_time(rest: &str) -> bool {
    let digits = rest.bytes().take(3).take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && rest.as_bytes().get(digits) == Some(&b':')
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Year {
    Unsaid,
    Exact(u32),
    /// 20年 for 2020年.
    Short(u32),
    /// 今年 = 0, 明年 = 1.
    Relative(i16),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Period {
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
struct Point {
    year: Year,
    period: Period,
    /// 底, 末: the last day is said, not assumed.
    at_end: bool,
    /// 前, 之前.
    before: bool,
    end: usize,
}

/// A date or a span of dates, with the characters it takes.
pub(super) struct Expression {
    pub(super) start: usize,
    pub(super) end: usize,
    from: Option<Point>,
    to: Point,
}

/// What dates without a year are read by; moves on from one expression to the next.
pub(super) struct Context {
    pub(super) year: Option<i16>,
    /// The month of the date before this one.
    pub(super) month: Option<i8>,
    pub(super) notes: Vec<Note>,
}

/// What was assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    YearFromContext(i16),
    YearShort(i16),
    YearCrossed(i16),
    Before(Date),
    Vague(Date),
}

impl Note {
    pub(super) fn finding(self, quoted: &str) -> Finding {
        match self {
            Self::YearFromContext(year) => Finding::info(
                "year-from-context",
                format!("完成时限“{quoted}”没有写年份，已按标题或表中其他日期推定为{year}年。请核对。"),
            ),
            Self::YearShort(year) => Finding::info(
                "year-short",
                format!("完成时限“{quoted}”的年份只写了两位，已按{year}年读取。请核对。"),
            ),
            Self::YearCrossed(year) => Finding::warning(
                "year-crossed",
                format!(
                    "完成时限“{quoted}”后一个日期的月份更早且没有写年份，已按跨年（{year}年）读取。请核对。"
                ),
            ),
            Self::Before(day) => Finding::warning(
                "due-vague",
                format!(
                    "完成时限“{quoted}”中的“前”可理解为含当期或不含当期，暂按{day}（含当期）读取。请写明到日。"
                ),
            ),
            Self::Vague(day) => Finding::warning(
                "due-vague",
                format!("完成时限“{quoted}”没有写到日，暂按{day}读取。请核对，必要时写明到日。"),
            ),
        }
    }
}

/// Why an expression has no days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Impossible,
    NoYear,
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
    let year_end: &[&str] =
        if said { &["底", "末", "终"] } else { &["年底", "年末", "岁末", "年终"] };
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

impl Expression {
    /// Names no year of its own, or nothing but a year: `2020年每季度末` is a rhythm, not the end of 2020.
    pub(super) fn is_loose(&self) -> bool {
        self.from.is_none() && (self.to.period == Period::Year || self.to.year == Year::Unsaid)
    }

    /// The days meant: the first (of a span only) and the last.
    pub(super) fn resolve(&self, context: &mut Context) -> Result<(Option<Date>, Date), Fault> {
        let Some(from) = self.from else {
            let year = year_of(self.to, context)?;
            let (_, last) = days(self.to, year, context.month)?;
            note_vagueness(self.to, last, context);
            context.year = Some(year);
            context.month = Some(last.month());
            return Ok((None, last));
        };
        // `9月1日至2020年10月9日`: the year stands only at the second end.
        let borrowed = Point { year: self.to.year, ..from };
        let from =
            if from.year == Year::Unsaid && matches!(self.to.year, Year::Exact(_)) { borrowed } else { from };
        let from_year = year_of(from, context)?;
        let (mut first, _) = days(from, from_year, None)?;
        let mut to_year = match self.to.year {
            Year::Unsaid => from_year,
            _ => year_of(self.to, &mut Context { year: Some(from_year), month: None, notes: Vec::new() })?,
        };
        let (_, mut last) = days(self.to, to_year, Some(first.month()))?;
        if from == borrowed && self.from != Some(borrowed) && first > last {
            first = days(from, from_year.saturating_sub(1), None)?.0;
        }
        if self.to.year == Year::Unsaid && last.month() < first.month() {
            to_year += 1;
            last = days(self.to, to_year, Some(first.month()))?.1;
            context.note(Note::YearCrossed(to_year));
        }
        note_vagueness(self.to, last, context);
        context.year = Some(to_year);
        context.month = Some(last.month());
        Ok((Some(first), last))
    }
}

impl Context {
    fn note(&mut self, note: Note) {
        let same_kind = |other: &Note| std::mem::discriminant(other) == std::mem::discriminant(&note);
        if !self.notes.iter().any(same_kind) {
            self.notes.push(note);
        }
    }
}

fn note_vagueness(point: Point, last: Date, context: &mut Context) {
    match point.period {
        Period::Early(_) | Period::Middle(_) | Period::MidYear => context.note(Note::Vague(last)),
        Period::Day(..) | Period::DayOnly(_) | Period::Third(..) => {}
        _ if point.at_end => {}
        _ if point.before => context.note(Note::Before(last)),
        _ => {}
    }
}

fn year_of(point: Point, context: &mut Context) -> Result<i16, Fault> {
    let known = context.year;
    match point.year {
        Year::Exact(year) => i16::try_from(year).map_err(|_| Fault::Impossible),
        Year::Short(year) => {
            let year = i16::try_from(2000 + year).map_err(|_| Fault::Impossible)?;
            context.note(Note::YearShort(year));
            Ok(year)
        }
        Year::Relative(ahead) => {
            let year = known.ok_or(Fault::NoYear)?.saturating_add(ahead);
            if context.month.is_none() {
                context.note(Note::YearFromContext(year));
            }
            Ok(year)
        }
        Year::Unsaid => {
            let year = known.ok_or(Fault::NoYear)?;
            let Some(month) = context.month else {
                context.note(Note::YearFromContext(year));
                return Ok(year);
            };
            // After 11月底 comes 1月底 of the next year; after 12月 a 9月 is only an unordered list.
            let crossed = first_month(point.period).is_some_and(|next| month - next >= 7);
            if crossed {
                context.note(Note::YearCrossed(year.saturating_add(1)));
            }
            Ok(if crossed { year.saturating_add(1) } else { year })
        }
    }
}

fn first_month(period: Period) -> Option<i8> {
    let month = match period {
        Period::Month(m) | Period::Third(m, _) | Period::Early(m) | Period::Middle(m) | Period::Day(m, _) => {
            m
        }
        Period::Quarter(quarter) => quarter.saturating_mul(3),
        Period::Half(half) => half.saturating_mul(6),
        Period::MidYear => 6,
        Period::Year => 12,
        Period::DayOnly(_) => return None,
    };
    i8::try_from(month).ok()
}

/// The first and the last day of a period.
fn days(point: Point, year: i16, month_before: Option<i8>) -> Result<(Date, Date), Fault> {
    let first_of = |month: u32| {
        let month = i8::try_from(month).map_err(|_| Fault::Impossible)?;
        Date::new(year, month, 1).map_err(|_| Fault::Impossible)
    };
    let months = |first: u32, last: u32| Ok((first_of(first)?, first_of(last)?.last_of_month()));
    let day_of = |month: u32, day: u32| {
        let month = i8::try_from(month).map_err(|_| Fault::Impossible)?;
        let day = i8::try_from(day).map_err(|_| Fault::Impossible)?;
        Date::new(year, month, day).map_err(|_| Fault::Impossible)
    };
    match point.period {
        Period::Year => months(1, 12),
        Period::Half(half) => months(half * 6 - 5, half * 6),
        Period::Quarter(quarter @ 1..=4) => months(quarter * 3 - 2, quarter * 3),
        Period::Quarter(_) => Err(Fault::Impossible),
        Period::Month(month) => months(month, month),
        Period::Third(month, 1) => Ok((day_of(month, 1)?, day_of(month, 10)?)),
        Period::Third(month, 2) => Ok((day_of(month, 11)?, day_of(month, 20)?)),
        Period::Third(month, _) => Ok((day_of(month, 21)?, first_of(month)?.last_of_month())),
        Period::Early(month) => Ok((day_of(month, 1)?, day_of(month, 10)?)),
        Period::MidYear => day_of(6, 30).map(|day| (day, day)),
        Period::Middle(month) => Ok((day_of(month, 15)?, day_of(month, 15)?)),
        Period::Day(month, day) => day_of(month, day).map(|day| (day, day)),
        Period::DayOnly(day) => {
            let month =
                u32::try_from(month_before.ok_or(Fault::Impossible)?).map_err(|_| Fault::Impossible)?;
            day_of(month, day).map(|day| (day, day))
        }
    }
}
