//! A request's days one by one, for a calendar: which count, which do not and why.

use super::clock::{Span, StopKind};
use super::course::{Anchor, Course};
use crate::limits::REQUEST_STRIP_DAYS_MAX;
use crate::workday::weekday_name;
use jiff::civil::Date;
use serde::Serialize;

/// What a day is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Before the period began, or before it began anew.
    Before,
    /// The day from which the period is counted; it does not count itself.
    Start,
    /// The n-th day that counts.
    Counted(u32),
    /// A day off: the holiday's name, or 星期六, 星期日.
    Off(String),
    /// Not counted.
    Stopped(StopKind),
    /// After the last day or the end.
    After,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StripDay {
    /// The day.
    pub date: Date,
    /// What it is.
    pub mark: Mark,
    /// It is still to come.
    pub ahead: bool,
    /// Whether its arrangement is published.
    pub known: bool,
}

/// The days from the first event on record to the last day that matters, at most [`REQUEST_STRIP_DAYS_MAX`].
pub(super) fn strip(course: &Course<'_>, spans: &[Span], due: Option<Date>, today: Date) -> Vec<StripDay> {
    let Some(first) = course.arrived.or(course.received) else { return Vec::new() };
    let end = course.end.map(|(on, _)| on);
    let wait = course.waiting().map(|wait| wait.last);
    let last = [due, end, wait, Some(first)].into_iter().flatten().max().unwrap_or(first);
    let last = if end.is_none() { last.max(today) } else { last };
    let mut count = 0;
    let mut strip = Vec::new();
    let mut day = first;
    while day <= last && strip.len() < REQUEST_STRIP_DAYS_MAX {
        let mark = mark(course, spans, day, due, end, &mut count);
        let known = course.calendar.is_working_day(day).known;
        strip.push(StripDay { date: day, mark, ahead: day > today, known });
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    strip
}

fn mark(
    course: &Course<'_>,
    spans: &[Span],
    day: Date,
    due: Option<Date>,
    end: Option<Date>,
    count: &mut u32,
) -> Mark {
    let anchor = course.anchor.map(|Anchor { on, .. }| on);
    if anchor == Some(day) {
        return Mark::Start;
    }
    if end.is_some_and(|end| day > end) || due.is_some_and(|due| day > due) {
        return Mark::After;
    }
    if let Some(span) = spans.iter().find(|span| span.from <= day && day <= span.to) {
        return Mark::Stopped(span.kind);
    }
    if anchor.is_none_or(|anchor| day < anchor) {
        return Mark::Before;
    }
    if !course.calendar.is_working_day(day).value {
        let name = course.calendar.arranged(day).map_or_else(|| weekday_name(day), |arranged| &arranged.name);
        return Mark::Off(name.to_owned());
    }
    if due.is_none() {
        return Mark::Before;
    }
    *count += 1;
    Mark::Counted(*count)
}
