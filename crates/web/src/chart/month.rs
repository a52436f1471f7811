//! The month as a table: what falls due on which day, which days are off (休) or worked (班).

use super::shorten;
use askama::Template;
use domain::workday::Calendar;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Something on a day.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Its words.
    pub label: String,
    /// Where they lead.
    pub link: String,
    /// How it stands, in words.
    pub standing: &'static str,
}

#[derive(Debug)]
struct Day {
    number: i8,
    iso: String,
    inside: bool,
    today: bool,
    off: bool,
    mark: Option<(&'static str, &'static str)>,
    entries: Vec<(Entry, String)>,
    more: usize,
}

/// The drawn month.
#[derive(Template, Debug)]
#[template(path = "chart/month.html")]
pub(crate) struct Month {
    title: String,
    weeks: Vec<Vec<Day>>,
}

/// Entries shown a day; the rest is counted.
const ENTRIES: usize = 4;

impl Month {
    /// The month that holds `within`; `None` at the very edge of the calendar.
    pub(crate) fn draw(
        within: Date,
        today: Date,
        calendar: &Calendar,
        mut entries: BTreeMap<Date, Vec<Entry>>,
    ) -> Option<Self> {
        let first = within.first_of_month();
        let start = first.checked_sub(i64::from(first.weekday().to_monday_zero_offset()).days()).ok()?;
        let mut weeks = Vec::new();
        let mut day = start;
        while day <= within.last_of_month() {
            let mut week = Vec::new();
            for _ in 0..7 {
                week.push(draw_day(day, within, today, calendar, entries.remove(&day).unwrap_or_default()));
                day = day.tomorrow().ok()?;
            }
            weeks.push(week);
        }
        Some(Self { title: format!("{}年{}月", within.year(), within.month()), weeks })
    }
}

fn draw_day(day: Date, within: Date, today: Date, calendar: &Calendar, entries: Vec<Entry>) -> Day {
    let mark = calendar.arranged(day).map(|arranged| match arranged.kind.mark() {
        "休" => ("rest", "休"),
        other => ("work", other),
    });
    let more = entries.len().saturating_sub(ENTRIES);
    let shown = entries.into_iter().take(ENTRIES).map(|entry| {
        let label = shorten(&entry.label, 14);
        (entry, label)
    });
    Day {
        number: day.day(),
        iso: day.to_string(),
        inside: day.month() == within.month(),
        today: day == today,
        off: !calendar.is_working_day(day).value,
        mark,
        entries: shown.collect(),
        more,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_month_has_whole_weeks_and_marks_holidays() {
        let calendar = Calendar::builtin();
        let month = Month::draw(date(2020, 10, 9), date(2020, 10, 9), &calendar, BTreeMap::new()).unwrap();
        assert!(month.weeks.iter().all(|week| week.len() == 7));
        let days: Vec<&Day> = month.weeks.iter().flatten().filter(|day| day.inside).collect();
        assert_eq!(days.len(), 31);
        assert_eq!(days[0].mark, Some(("rest", "休")));
        assert!(days[7].off && !days[8].off, "the holiday ends on the 8th");
        assert_eq!(days[9].mark.map(|mark| mark.1), Some("班"), "the 10th, a Saturday, is worked");
    }
}
