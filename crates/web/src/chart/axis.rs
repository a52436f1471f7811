//! The time axis of a chart, in shares of its width: whole numbers, so that no picture depends on rounding, and a chart
//! can be as wide as the page or the sheet of paper allows.

use jiff::civil::Date;
use std::fmt;

/// A share of the chart's width, in hundredths of a percent; shows as a percentage, as SVG takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Share(i64);

impl Share {
    /// The left edge.
    #[cfg(test)]
    pub(crate) const START: Self = Self(0);
    /// The right edge.
    #[cfg(test)]
    pub(crate) const END: Self = Self(10_000);

    /// `part` of `whole`, never beyond the edges.
    pub(crate) fn of_whole(part: i64, whole: i64) -> Self {
        Self((part.saturating_mul(10_000) / whole.max(1)).clamp(0, 10_000))
    }

    /// How far beyond `other`.
    pub(crate) fn minus(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0))
    }

    /// This share of a length.
    pub(crate) fn of(self, length: i64) -> i64 {
        length.saturating_mul(self.0) / 10_000
    }

    /// Whole percents.
    pub(crate) fn percent(self) -> i64 {
        self.0 / 100
    }
}

impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:02}%", self.0 / 100, self.0 % 100)
    }
}

/// A mark on the axis: where a month or a year begins.
#[derive(Debug)]
pub(crate) struct Tick {
    /// Where.
    pub(crate) x: Share,
    /// The month, or the year on long axes; empty where there is no room.
    pub(crate) label: String,
    /// The year, where one begins.
    pub(crate) year: String,
}

/// The longest time drawn. A plan runs for a year or a few; a mistyped year must not squeeze it into a line.
const MONTHS_MAX: i64 = 120;
/// A span is at least so wide, in hundredths of a percent, so that one day can be seen.
const WIDTH_MIN: i64 = 60;

/// Whole months, day by day.
#[derive(Debug)]
pub(crate) struct Axis {
    first: Date,
    months: i64,
    days: i64,
}

fn month_index(date: Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

fn month_start(index: i64) -> Date {
    let year = i16::try_from(index.div_euclid(12)).unwrap_or(Date::MAX.year());
    let month = i8::try_from(index.rem_euclid(12) + 1).unwrap_or(1);
    Date::new(year, month, 1).unwrap_or(Date::MAX)
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

impl Axis {
    /// The months from `first` to `last`. Where they are too many, those around today.
    pub(crate) fn over(first: Date, last: Date, today: Date) -> Self {
        let (mut from, mut to) = (month_index(first), month_index(last.max(first)));
        if to - from >= MONTHS_MAX {
            let middle = month_index(today).clamp(from, to);
            from = from.max(middle - MONTHS_MAX / 2);
            to = to.min(from + MONTHS_MAX - 1);
        }
        let first = month_start(from);
        let days = days_between(first, month_start(to).last_of_month()) + 1;
        Self { first, months: to - from + 1, days }
    }

    /// How many months.
    pub(crate) fn months(&self) -> i64 {
        self.months
    }

    /// Whether the day lies on the axis.
    pub(crate) fn holds(&self, date: Date) -> bool {
        (0..self.days).contains(&days_between(self.first, date))
    }

    /// Where a day begins; days outside lie at the edge.
    pub(crate) fn at(&self, date: Date) -> Share {
        Share::of_whole(days_between(self.first, date), self.days)
    }

    /// From the beginning of one day to the end of another, wide enough to be seen.
    pub(crate) fn between(&self, from: Date, to: Date) -> (Share, Share) {
        let start = self.at(from.min(to));
        let end = Share::of_whole(days_between(self.first, to).saturating_add(1), self.days);
        let end = Share(end.0.max(start.0 + WIDTH_MIN).min(10_000));
        (Share(start.0.min(end.0 - WIDTH_MIN)), end)
    }

    /// Marks at months, quarters or years, as many as can be read.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        let first = month_index(self.first);
        let every = match self.months {
            ..=24 => 1,
            25..=60 => 3,
            _ => 12,
        };
        (first..first + self.months)
            .filter(|month| *month == first || (*month % every) == 0)
            .map(|month| Tick {
                x: self.at(month_start(month)),
                label: if every == 12 { String::new() } else { format!("{}月", month.rem_euclid(12) + 1) },
                year: if month == first || month.rem_euclid(12) == 0 {
                    format!("{}年", month.div_euclid(12))
                } else {
                    String::new()
                },
            })
            .collect()
    }

    /// `2020年8月至2021年3月`.
    pub(crate) fn in_words(&self) -> String {
        let words = |index: i64| format!("{}年{}月", index.div_euclid(12), index.rem_euclid(12) + 1);
        let first = month_index(self.first);
        format!("{}至{}", words(first), words(first + self.months - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_keep_their_order() {
        let axis = Axis::over(date(2020, 8, 1), date(2021, 3, 31), date(2020, 9, 1));
        let mut day = date(2020, 8, 1);
        while day < date(2021, 3, 31) {
            let next = day.tomorrow().unwrap();
            assert!(axis.at(next) > axis.at(day), "{day}");
            day = next;
        }
        assert_eq!(axis.between(date(2020, 8, 1), date(2021, 3, 31)), (Share::START, Share::END));
    }

    #[test]
    fn a_mistyped_year_does_not_squeeze_the_rest() {
        let axis = Axis::over(date(2020, 8, 1), date(2202, 9, 4), date(2020, 9, 21));
        assert_eq!(axis.months(), MONTHS_MAX);
        assert!(axis.holds(date(2020, 9, 21)) && !axis.holds(date(2202, 9, 4)));
        assert_eq!(axis.between(date(2202, 1, 1), date(2202, 9, 4)).1, Share::END);
    }

    #[test]
    fn shares_show_as_percentages() {
        assert_eq!(Share::of_whole(1, 3).to_string(), "33.33%");
        assert_eq!(Share::of_whole(1, 1_999).to_string(), "0.05%");
        assert_eq!(Share::of_whole(5, 0).to_string(), "100.00%");
    }

    #[test]
    fn long_axes_carry_few_marks() {
        let ticks = |last| Axis::over(date(2020, 8, 15), last, date(2020, 9, 1)).ticks();
        let labels = |last| ticks(last).into_iter().map(|tick| tick.label).collect::<Vec<_>>();
        assert_eq!(labels(date(2020, 11, 1)), ["8月", "9月", "10月", "11月"]);
        assert_eq!(labels(date(2022, 12, 1))[..3], ["8月", "10月", "1月"]);
        assert_eq!(ticks(date(2027, 1, 1)).len(), 8);
    }
}
