//! From dates in words to days: the year that was left out, the last day of a period, what is assumed on the way.

use super::expression::{Expression, Period, Point, Year};
use crate::finding::Finding;
use jiff::civil::Date;

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
