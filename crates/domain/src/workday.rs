//! Working days (工作日): Monday to Friday less the State Council's public holidays, plus the weekend days declared at
//! work (调休). Years are data ([`CalendarYear`]); a year without data counts plain weekdays and says so.

mod year;

pub use year::{ArrangedDay, CalendarError, CalendarYear, Kind, Notice, weekday_name};

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is shown beside every result that touches a day whose arrangement is not published.
pub const UNKNOWN_NOTICE: &str = "节假日安排尚未公布，可能变化";

/// At most so many days are listed by [`Calendar::skipped`]; 10,000 working days skip about half as many.
pub const SKIPPED_MAX: usize = 10_000;

/// From this day of December on, a year also needs the next year's notice: the New Year's holiday has moved days from
/// 29 December on (2007, 2018), and notices come out in November or December.
const NEW_YEAR_REACHES_BACK_TO: i8 = 25;

/// The files shipped with the program, one a year.
const BUILTIN: [&str; 20] = [
    include_str!("../../../data/calendar/2007.toml"),
    include_str!("../../../data/calendar/2008.toml"),
    include_str!("../../../data/calendar/2009.toml"),
    include_str!("../../../data/calendar/2010.toml"),
    include_str!("../../../data/calendar/2011.toml"),
    include_str!("../../../data/calendar/2012.toml"),
    include_str!("../../../data/calendar/2013.toml"),
    include_str!("../../../data/calendar/2014.toml"),
    include_str!("../../../data/calendar/2015.toml"),
    include_str!("../../../data/calendar/2016.toml"),
    include_str!("../../../data/calendar/2017.toml"),
    include_str!("../../../data/calendar/2018.toml"),
    include_str!("../../../data/calendar/2019.toml"),
    include_str!("../../../data/calendar/2020.toml"),
    include_str!("../../../data/calendar/2021.toml"),
    include_str!("../../../data/calendar/2022.toml"),
    include_str!("../../../data/calendar/2023.toml"),
    include_str!("../../../data/calendar/2024.toml"),
    include_str!("../../../data/calendar/2025.toml"),
    include_str!("../../../data/calendar/2026.toml"),
];

/// A value that may still change while a year's arrangement is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Known<T> {
    /// The value as far as can be told today.
    pub value: T,
    /// Whether every day it rests on is published.
    pub known: bool,
}

impl<T> Known<T> {
    /// What to show beside the value: [`UNKNOWN_NOTICE`] or nothing.
    pub fn notice(&self) -> Option<&'static str> {
        (!self.known).then_some(UNKNOWN_NOTICE)
    }
}

/// The last day of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The day.
    pub date: Date,
    /// Whether every day counted is published; otherwise the date may still move.
    pub known: bool,
}

impl Deadline {
    /// What to show beside the date: [`UNKNOWN_NOTICE`] or nothing.
    pub fn notice(&self) -> Option<&'static str> {
        (!self.known).then_some(UNKNOWN_NOTICE)
    }
}

/// A day that was not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The day.
    pub date: Date,
    /// The holiday's name, or `星期六`, `星期日`.
    pub reason: String,
}

/// The working-day calendar: every year loaded, ready to count in O(log n). Made once, then only read.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    years: BTreeMap<i16, CalendarYear>,
    arranged: Vec<Arranged>,
}

/// A day named by a notice, with what it and all before it change against plain weekdays.
#[derive(Debug, Clone)]
struct Arranged {
    number: i64,
    balance: i64,
    day: ArrangedDay,
}

impl Calendar {
    /// A calendar of plain weekdays in which no year is published.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The years shipped with the program, 2007–2026. Reads the files: make it once and keep it.
    ///
    /// ```
    /// use domain::workday::Calendar;
    /// use jiff::civil::date;
    /// let calendar = Calendar::builtin();
    /// let deadline = calendar.add_working_days(date(2026, 9, 18), 20);
    /// assert_eq!((deadline.date, deadline.known), (date(2026, 10, 22), true));
    /// ```
    pub fn builtin() -> Self {
        // That each file reads is held by a test; one that did not would leave its year marked as not published.
        Self::of(BUILTIN.into_iter().filter_map(|text| CalendarYear::parse(text).ok()))
    }

    /// Adds a year, or replaces it. Where two years' files name the same day, the later year's notice holds.
    #[must_use]
    pub fn with(self, year: CalendarYear) -> Self {
        Self::of(self.years.into_values().chain([year]))
    }

    fn of(years: impl IntoIterator<Item = CalendarYear>) -> Self {
        let years: BTreeMap<i16, CalendarYear> = years.into_iter().map(|year| (year.year(), year)).collect();
        let days = years.values().flat_map(CalendarYear::days);
        let latest: BTreeMap<Date, &ArrangedDay> = days.map(|day| (day.date, day)).collect();
        let mut balance = 0;
        let arranged = latest.into_values().map(|day| {
            balance += match (day.kind, year::is_weekend(day.date)) {
                (Kind::Off, false) => -1,
                (Kind::Work, true) => 1,
                (Kind::Off, true) | (Kind::Work, false) => 0,
            };
            Arranged { number: number(day.date), balance, day: day.clone() }
        });
        let arranged = arranged.collect();
        Self { years, arranged }
    }

    /// The years loaded, in order.
    pub fn years(&self) -> impl Iterator<Item = &CalendarYear> {
        self.years.values()
    }

    /// What a notice says of the day, if one names it: for the marks 休 and 班 on a calendar.
    pub fn arranged(&self, date: Date) -> Option<&ArrangedDay> {
        let index = self.arranged.binary_search_by_key(&number(date), |arranged| arranged.number).ok()?;
        self.arranged.get(index).map(|arranged| &arranged.day)
    }

    /// Whether the day is a working day.
    pub fn is_working_day(&self, date: Date) -> Known<bool> {
        Known { value: self.works(date), known: self.published(date, date) }
    }

    /// The `count`-th working day after `start`, whose own day is not counted ("自…之日起N个工作日"). With a count of 0
    /// it is `start` itself, working day or not. Beyond the end of the calendar (9999-12-31) it is that day, not known.
    pub fn add_working_days(&self, start: Date, count: u32) -> Deadline {
        if count == 0 {
            return Deadline { date: start, known: true };
        }
        let first = number(start).saturating_add(1);
        let Some(date) = self.nth(first, self.through(number(start)).saturating_add(count.into())) else {
            return Deadline { date: Date::MAX, known: false };
        };
        Deadline { date, known: self.published(next(start), date) }
    }

    /// The `count`-th working day before `end`, whose own day is not counted ("提前N个工作日"). With a count of 0 it is
    /// `end` itself. Before the calendar's beginning it is that day, not known.
    ///
    /// ```
    /// use domain::workday::Calendar;
    /// use jiff::civil::date;
    /// // 12 October 2026: the 10th, a Saturday, is worked; the 1st to the 7th is the holiday.
    /// assert_eq!(Calendar::builtin().subtract_working_days(date(2026, 10, 12), 4).date, date(2026, 9, 30));
    /// ```
    pub fn subtract_working_days(&self, end: Date, count: u32) -> Deadline {
        if count == 0 {
            return Deadline { date: end, known: true };
        }
        let target = self.through(number(end) - 1) + 1 - i64::from(count);
        // No holiday is so long that three days for each working day and sixty more were not far enough back.
        let first = (number(end) - i64::from(count) * 3 - 60).max(number(Date::MIN));
        match self.nth(first, target) {
            Some(date) if self.works(date) => {
                Deadline { date, known: self.published(date, end.yesterday().unwrap_or(end)) }
            }
            _ => Deadline { date: Date::MIN, known: false },
        }
    }

    /// The day itself if it is a working day, otherwise the first one after it: where a period ending that day ends.
    /// (The first working day strictly after a day is `add_working_days(day, 1)`.)
    pub fn next_working_day(&self, date: Date) -> Deadline {
        let first = number(date);
        let Some(end) = self.nth(first, self.through(first - 1) + 1) else {
            return Deadline { date: Date::MAX, known: false };
        };
        Deadline { date: end, known: self.published(date, end) }
    }

    /// The end of a period of `days` calendar days after `start`, whose own day is not counted; a period that would end
    /// on a day off ends on the next working day. Saturates at 9999-12-31.
    ///
    /// ```
    /// use domain::workday::Calendar;
    /// use jiff::civil::date;
    /// // Thirty days from 3 September 2026 end on 3 October, a holiday until the 7th.
    /// assert_eq!(Calendar::builtin().add_days_rolled(date(2026, 9, 3), 30).date, date(2026, 10, 8));
    /// ```
    pub fn add_days_rolled(&self, start: Date, days: u32) -> Deadline {
        match date_of(number(start).saturating_add(days.into())) {
            Some(end) => self.next_working_day(end),
            None => Deadline { date: Date::MAX, known: false },
        }
    }

    /// How many working days lie after `start` up to and including `end`; negative when `end` is before `start`.
    pub fn working_days_between(&self, start: Date, end: Date) -> Known<i64> {
        let (earlier, later) = (start.min(end), start.max(end));
        Known {
            value: self.through(number(end)) - self.through(number(start)),
            known: earlier == later || self.published(next(earlier), later),
        }
    }

    /// How many working days are left: 0 on the due day itself (or when only days off remain), negative when overdue.
    /// Overdue is always at least one: on a Saturday after a Friday's due, what is still to be done can be done on
    /// Monday, the first working day late, and so counts −1.
    ///
    /// ```
    /// use domain::workday::Calendar;
    /// use jiff::civil::date;
    /// let (calendar, friday) = (Calendar::builtin(), date(2020, 9, 4));
    /// let left = |day| calendar.working_days_left(date(2020, 9, day), friday).value;
    /// assert_eq!([3, 4, 5, 7, 8].map(left), [1, 0, -1, -1, -2]);
    /// ```
    pub fn working_days_left(&self, today: Date, due: Date) -> Known<i64> {
        if today <= due {
            return self.working_days_between(today, due);
        }
        let late = self.working_days_between(due, self.next_working_day(today).date);
        Known { value: late.value.max(1).saturating_neg(), known: late.known }
    }

    /// The days after `start` up to and including `end` that are not working days, with the reason of each; at most
    /// [`SKIPPED_MAX`]. Kept apart from the counting, which does not walk the days.
    pub fn skipped(&self, start: Date, end: Date) -> Vec<Skipped> {
        let days = (number(start) + 1..=number(end)).map_while(date_of);
        let off = days.filter(|day| !self.works(*day)).take(SKIPPED_MAX);
        off.map(|date| {
            let name = self.arranged(date).map_or_else(|| weekday_name(date), |day| &day.name);
            Skipped { date, reason: name.to_owned() }
        })
        .collect()
    }

    fn works(&self, date: Date) -> bool {
        match self.arranged(date) {
            Some(day) => day.kind == Kind::Work,
            None => !year::is_weekend(date),
        }
    }

    /// Whether the arrangement of every day from `first` to `last` is published.
    fn published(&self, first: Date, last: Date) -> bool {
        let turns = last.month() == 12 && last.day() >= NEW_YEAR_REACHES_BACK_TO;
        let needed = last.year().saturating_add(turns.into());
        (first.year()..=needed).all(|year| self.years.contains_key(&year))
    }

    /// Working days up to and including a day, counted from a fixed day long ago: only differences mean something.
    fn through(&self, day: i64) -> i64 {
        let weekdays = day.div_euclid(7) * 5 + (day.rem_euclid(7) + 1).min(5);
        let named = self.arranged.partition_point(|arranged| arranged.number <= day);
        let balance =
            named.checked_sub(1).and_then(|last| self.arranged.get(last)).map_or(0, |last| last.balance);
        weekdays + balance
    }

    /// The first day, from `first` on, at which the count reaches `target`.
    fn nth(&self, first: i64, target: i64) -> Option<Date> {
        let weekdays_enough =
            target - self.through(first - 1) + i64::try_from(self.arranged.len()).unwrap_or(0);
        let (mut low, mut high) = (first, number(Date::MAX).min(first + (weekdays_enough / 5 + 2) * 7));
        if self.through(high) < target {
            return None;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.through(middle) < target {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        date_of(low)
    }
}

/// A Monday, from which days are numbered.
const MONDAY: Date = date(1970, 1, 5);

fn number(date: Date) -> i64 {
    date.duration_since(MONDAY).as_hours() / 24
}

fn date_of(number: i64) -> Option<Date> {
    let seconds = number.checked_mul(24 * 60 * 60)?;
    MONDAY.checked_add(SignedDuration::from_secs(seconds)).ok()
}

fn next(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}
