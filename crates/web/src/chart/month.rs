//! The month as a table: what falls due on which day, which days are off (休) or worked (班). On a phone it becomes the
//! list of those days on which something happens.

use super::shorten;
use askama::Template;
use domain::workday::{Calendar, weekday_name};
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
    weekday: &'static str,
    class: String,
    today: bool,
    mark: Option<Mark>,
    entries: Vec<(Entry, String)>,
    more: usize,
}

/// What the State Council's arrangement says of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    class: &'static str,
    word: &'static str,
    meaning: &'static str,
}

/// The drawn month.
#[derive(Template, Debug)]
#[template(path = "chart/month.html")]
pub(crate) struct Month {
    title: String,
    weeks: Vec<Vec<Day>>,
    nothing: bool,
}

/// Entries shown a day; the rest is counted.
const ENTRIES: usize = 4;
/// Characters of an entry; the page cuts what does not fit, this only bounds it.
const LABEL: usize = 40;

impl Month {
    /// The month that holds `within`; `None` at the very edge of the calendar.
    pub(crate) fn draw(
        within: Date,
        today: Date,
        calendar: &Calendar,
        mut entries: BTreeMap<Date, Vec<Entry>>,
    ) -> Option<Self> {
        let first = within.first_of_month();
        let nothing = entries.range(first..=within.last_of_month()).next().is_none();
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
        Some(Self { title: format!("{}年{}月", within.year(), within.month()), weeks, nothing })
    }
}

fn draw_day(day: Date, within: Date, today: Date, calendar: &Calendar, entries: Vec<Entry>) -> Day {
    let mark = calendar.arranged(day).map(|arranged| match arranged.kind.mark() {
        "休" => Mark { class: "rest", word: "休", meaning: "放假" },
        other => Mark { class: "work", word: other, meaning: "调休上班" },
    });
    let classes = [
        (!calendar.is_working_day(day).value, "off"),
        (day == today, "now"),
        (day.month() != within.month(), "outside"),
        (!entries.is_empty(), "has"),
    ];
    let more = entries.len().saturating_sub(ENTRIES);
    let shown = entries.into_iter().take(ENTRIES).map(|entry| {
        let label = shorten(&entry.label, LABEL);
        (entry, label)
    });
    Day {
        number: day.day(),
        iso: day.to_string(),
        weekday: weekday_name(day),
        class: classes.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect::<Vec<_>>().join(" "),
        today: day == today,
        mark,
        entries: shown.collect(),
        more,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn entry(label: &str) -> Entry {
        Entry { label: label.into(), link: "/office/assignments/1".into(), standing: "按期推进" }
    }

    #[test]
    fn a_month_has_whole_weeks_and_marks_holidays() {
        let calendar = Calendar::builtin();
        let month = Month::draw(date(2020, 10, 9), date(2020, 10, 9), &calendar, BTreeMap::new()).unwrap();
        assert!(month.weeks.iter().all(|week| week.len() == 7));
        let inside = month.weeks.iter().flatten().filter(|day| !day.class.contains("outside"));
        let days: Vec<&Day> = inside.collect();
        assert_eq!(days.len(), 31);
        assert_eq!(days[0].mark.map(|mark| mark.meaning), Some("放假"));
        assert_eq!(
            (days[7].class.as_str(), days[8].class.as_str()),
            ("off", "now"),
            "the holiday ends on the 8th"
        );
        assert_eq!(days[9].mark.map(|mark| mark.word), Some("班"), "the 10th, a Saturday, is worked");
        assert_eq!(days[9].class, "");
        assert!(month.nothing);
    }

    #[test]
    fn a_full_day_counts_what_it_does_not_show() {
        let calendar = Calendar::builtin();
        let day = date(2020, 10, 20);
        let entries = BTreeMap::from([(day, vec![entry("公布截止：城乡规划领域"); 6])]);
        let month = Month::draw(day, date(2020, 9, 21), &calendar, entries).unwrap();
        let drawn = month.weeks.iter().flatten().find(|drawn| drawn.iso == "2020-10-20").unwrap();
        assert_eq!((drawn.entries.len(), drawn.more), (4, 2));
        let html = month.render().unwrap();
        assert!(html.contains("另有 2 项") && html.contains("星期二"), "{html}");
    }

    #[test]
    fn the_edges_of_the_calendar_do_not_panic() {
        let calendar = Calendar::builtin();
        let draw = |day| Month::draw(day, day, &calendar, BTreeMap::new());
        // The first day that can be told is a Monday; the week of the last one goes beyond it.
        assert!(draw(Date::MIN).is_some_and(|month| month.weeks[0].len() == 7));
        assert!(draw(Date::MAX).is_none());
    }
}
