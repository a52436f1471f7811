//! The clock of responses against cases worked by hand (`response_clock.toml`), and against counts minute by minute and
//! day by day.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use domain::clock::{civil_date, civil_time};
use domain::response::{
    Kept, Level, Standing, Step, dues, is_long_unanswered, kept, long_unanswered_on, next_due, standing,
};
use domain::rule::Rules;
use domain::workday::Calendar;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use serde::Deserialize;
use std::sync::LazyLock;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::builtin);
static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::builtin().unwrap());

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
    long: Vec<Long>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    level: String,
    received: DateTime,
    rule: Option<String>,
    due: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    received: toml::value::Datetime,
    until: toml::value::Datetime,
}

fn file() -> File {
    toml::from_str(include_str!("response_clock.toml")).unwrap()
}

fn day(written: toml::value::Datetime) -> Date {
    written.to_string().parse().unwrap()
}

fn china(time: DateTime) -> Timestamp {
    Offset::constant(8).to_timestamp(time).unwrap()
}

fn rules(own: Option<&str>) -> Rules {
    let Some((id, value)) = own.and_then(|own| own.split_once('=')) else { return RULES.clone() };
    let text = format!(
        "[[rule]]\nid='{id}'\nvalue={value}\nunit='working_day'\nbasis='本单位规定'\ntext='本单位规定'\n"
    );
    RULES.clone().overridden(&text).unwrap()
}

#[test]
fn dues_are_as_the_table_says() {
    let cases = file().case;
    assert!(cases.len() >= 10);
    for case in cases {
        let rules = rules(case.rule.as_deref());
        let level = Level::from_word(&case.level).unwrap();
        let found = dues(level, china(case.received), &rules, &CALENDAR);
        let found: Vec<String> = found
            .iter()
            .map(|due| format!("{} {:.16}", due.step.word(), civil_time(due.at).to_string()))
            .collect();
        assert_eq!(found, case.due, "{}", case.name);
    }
}

#[test]
fn what_is_long_unanswered_is_as_the_table_says() {
    for long in file().long {
        let (received, until) = (day(long.received), day(long.until));
        assert_eq!(long_unanswered_on(received, &RULES), until);
        let at = |day: Date| china(day.at(12, 0, 0, 0));
        let is_long = |answered, now| is_long_unanswered(at(received), answered, at(now), &RULES);
        let after = until.tomorrow().unwrap();
        assert!(!is_long(None, until) && is_long(None, after), "{received}");
        assert!(!is_long(Some(at(until)), after.saturating_add(1.year())), "{received}");
    }
}

#[test]
fn a_word_is_kept_up_to_the_last_instant() {
    let received = china(date(2020, 9, 7).at(10, 30, 0, 0));
    let found = dues(Level::Emergency, received, &RULES, &CALENDAR);
    let first = next_due(&found, &[]).unwrap();
    let before = first.at - SignedDuration::from_micros(1);
    assert_eq!(first.step, Step::FirstWord);
    assert_eq!((kept(first, None, before), kept(first, None, first.at)), (Kept::Open, Kept::Overdue));
    assert_eq!(
        (kept(first, Some(before), first.at), kept(first, Some(first.at), first.at)),
        (Kept::InTime, Kept::Late)
    );
    assert_eq!(next_due(&found, &[Step::FirstWord]).unwrap().step, Step::Conference);
    assert_eq!(next_due(&found, &[Step::FirstWord, Step::Conference]), None);
    assert!(found.iter().all(|due| !due.rule.basis.is_empty()));
}

#[test]
fn the_most_urgent_comes_first() {
    let received = china(date(2020, 6, 8).at(9, 0, 0, 0));
    let on = |given: &[Step], ended, day| {
        let now = china(date(2020, 9, day).at(9, 0, 0, 0));
        standing(Level::Emergency, received, given, ended, now, &RULES, &CALENDAR)
    };
    assert_eq!(on(&[], false, 9), Standing::LongUnanswered);
    assert_eq!(on(&[], false, 8), Standing::Overdue);
    assert_eq!(on(&[Step::FirstWord], false, 8), Standing::Overdue);
    assert_eq!(on(&[Step::FirstWord, Step::Conference], false, 8), Standing::Open);
    assert_eq!(on(&[], true, 9), Standing::Ended);
    assert!(Standing::LongUnanswered < Standing::Overdue && Standing::Overdue < Standing::Open);
}

proptest! {
    /// Hours run minute by minute, whatever the night or holiday.
    #[test]
    fn hours_are_minutes(minutes in 0_i64..600_000, emergency in any::<bool>()) {
        let received = china(date(2020, 1, 1).at(0, 0, 0, 0)) + SignedDuration::from_mins(minutes);
        let level = if emergency { Level::Emergency } else { Level::Concern };
        for due in dues(level, received, &RULES, &CALENDAR) {
            let (mut at, mut counted) = (received, 0);
            while at < due.at {
                at += SignedDuration::from_mins(1);
                counted += 1;
            }
            prop_assert_eq!((at, counted), (due.at, due.rule.value * 60));
            prop_assert!(due.known);
        }
    }

    /// Working days are counted day by day from the day after; the last one counts to its end.
    #[test]
    fn questions_are_counted_day_by_day(minutes in 0_i64..2_600_000) {
        let received = china(date(2020, 1, 1).at(0, 0, 0, 0)) + SignedDuration::from_mins(minutes);
        let due = &dues(Level::Question, received, &RULES, &CALENDAR)[0];
        let (mut day, mut left) = (civil_date(received), due.rule.value);
        while left > 0 {
            day = day.tomorrow().unwrap();
            left -= i64::from(CALENDAR.is_working_day(day).value);
        }
        prop_assert_eq!(due.at, china(day.tomorrow().unwrap().at(0, 0, 0, 0)));
    }
}
