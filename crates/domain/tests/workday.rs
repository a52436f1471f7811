//! The working-day calendar against what others computed, against a naive count, and against bad files.
//! The naive count reads `data/calendar` by itself, day by day, so that it shares nothing with the code it checks.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use domain::workday::{Calendar, CalendarYear, Kind, SKIPPED_MAX, UNKNOWN_NOTICE};
use jiff::civil::{Date, Weekday, date};
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::builtin);
static NAIVE: LazyLock<BTreeMap<Date, bool>> = LazyLock::new(naive);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/calendar")
}

fn naive() -> BTreeMap<Date, bool> {
    let mut days = BTreeMap::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let file: toml::Table =
            toml::from_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        for day in file["days"].as_array().unwrap() {
            let date: Date = day["date"].as_str().unwrap().parse().unwrap();
            assert_eq!(
                days.insert(date, day["kind"].as_str().unwrap() == "work"),
                None,
                "{date} stands twice"
            );
        }
    }
    days
}

fn naive_works(day: Date) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    NAIVE.get(&day).copied().unwrap_or(!weekend)
}

fn naive_add(start: Date, count: u32) -> Date {
    let mut day = start;
    for _ in 0..count {
        day = day.tomorrow().unwrap();
        while !naive_works(day) {
            day = day.tomorrow().unwrap();
        }
    }
    day
}

#[derive(Deserialize)]
struct Vectors {
    counts: Vec<u32>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    received: Date,
    ends: Vec<Date>,
    plain_20: Date,
}

#[test]
fn periods_end_where_two_other_calendars_say() {
    let vectors: Vectors = toml::from_str(include_str!("workday_vectors.toml")).unwrap();
    for Case { received, ends, plain_20 } in &vectors.case {
        let computed: Vec<Date> =
            vectors.counts.iter().map(|count| CALENDAR.add_working_days(*received, *count).date).collect();
        assert_eq!(&computed, ends, "received {received}");
        let plain = Calendar::empty().add_working_days(*received, 20);
        assert_eq!((plain.date, plain.known), (*plain_20, false), "without data, received {received}");
    }
}

#[test]
fn every_month_has_the_working_days_another_source_counts() {
    let table: toml::Table = toml::from_str(include_str!("workday_months.toml")).unwrap();
    for (year, months) in table["working_days"].as_table().unwrap() {
        let first = date(year.parse().unwrap(), 1, 1);
        for (month, expected) in (1..).zip(months.as_array().unwrap()) {
            let first = first.with().month(month).build().unwrap();
            let counted =
                CALENDAR.working_days_between(first.yesterday().unwrap(), first.last_of_month()).value;
            assert_eq!(Some(counted), expected.as_integer(), "{first}");
        }
    }
}

#[test]
fn every_file_in_the_folder_is_built_in_and_names_its_notice() {
    let files: BTreeSet<String> =
        std::fs::read_dir(folder()).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    let built_in: BTreeSet<String> = CALENDAR.years().map(|year| format!("{}.toml", year.year())).collect();
    assert_eq!(built_in, files);
    for year in CALENDAR.years() {
        assert_eq!(year.notice().title, format!("国务院办公厅关于{}年部分节假日安排的通知", year.year()));
        for notice in [year.notice()].into_iter().chain(year.amendments()) {
            let Some(number) = &notice.number else { continue };
            let issued_in = notice.issued.map_or(number.year, Date::year);
            assert_eq!(number.year, issued_in, "{number} and its date");
        }
    }
    let unverified = CALENDAR.years().filter(|year| year.notice().number.is_none()).map(CalendarYear::year);
    assert_eq!(unverified.collect::<Vec<_>>(), [2008]);
    let amended: Vec<i16> =
        CALENDAR.years().filter(|year| !year.amendments().is_empty()).map(CalendarYear::year).collect();
    assert_eq!(amended, [2015, 2019, 2020]);
}

#[test]
fn amended_days_stand_as_last_amended() {
    let works = |day| CALENDAR.is_working_day(day).value;
    assert!(!works(date(2015, 9, 4)) && works(date(2015, 9, 6)), "the 2015 commemoration");
    assert!(!works(date(2019, 5, 2)) && works(date(2019, 5, 5)), "Labour Day 2019, four days instead of one");
    assert!(
        !works(date(2020, 1, 31)) && !works(date(2020, 2, 1)),
        "the Spring Festival of 2020 was extended"
    );
    assert_eq!(
        CALENDAR.arranged(date(2026, 9, 20)).map(|day| (day.kind, day.kind.mark())),
        Some((Kind::Work, "班"))
    );
    assert_eq!(CALENDAR.arranged(date(2026, 9, 21)), None);
}

#[test]
fn what_is_skipped_is_named() {
    let end = CALENDAR.add_working_days(date(2026, 9, 25), 5);
    assert_eq!(end.date, date(2026, 10, 9));
    let skipped = CALENDAR.skipped(date(2026, 9, 25), end.date);
    let named: Vec<String> = skipped.iter().map(|day| format!("{} {}", day.date, day.reason)).collect();
    assert_eq!(
        named,
        [
            "2026-09-26 中秋节",
            "2026-09-27 中秋节",
            "2026-10-01 国庆节",
            "2026-10-02 国庆节",
            "2026-10-03 国庆节",
            "2026-10-04 国庆节",
            "2026-10-05 国庆节",
            "2026-10-06 国庆节",
            "2026-10-07 国庆节"
        ]
    );
    let json = serde_json::to_value(CALENDAR.skipped(date(2026, 9, 11), date(2026, 9, 12))).unwrap();
    assert_eq!(json, serde_json::json!([{ "date": "2026-09-12", "reason": "星期六" }]));
    assert!(CALENDAR.skipped(date(2026, 9, 12), date(2026, 9, 11)).is_empty());
}

#[test]
fn a_count_that_touches_an_unpublished_day_says_so() {
    let known = |start, count| CALENDAR.add_working_days(start, count).known;
    assert!(known(date(2026, 12, 1), 17), "24 December");
    assert!(!known(date(2026, 12, 1), 18), "25 December: next year's notice may still move the last days");
    assert!(!known(date(2026, 11, 23), 40), "into 2027");
    assert!(known(date(2006, 12, 31), 5), "the start itself is not counted");
    assert!(!known(date(2006, 12, 30), 5), "31 December 2006 has no file of its own");
    assert_eq!(CALENDAR.add_working_days(date(2026, 12, 25), 5).notice(), Some(UNKNOWN_NOTICE));
    assert_eq!(CALENDAR.is_working_day(date(2026, 7, 1)).notice(), None);
}

#[test]
fn a_later_file_makes_the_year_known_and_moves_what_it_moves() {
    let before = CALENDAR.add_working_days(date(2026, 12, 24), 5);
    assert_eq!((before.date, before.known), (date(2026, 12, 31), false));
    let notice = "year = 2027\ntitle = '通知'\nnotice_unverified = true\n\
        [[days]]\ndate = '2026-12-27'\nname = '元旦'\nkind = 'work'\n\
        [[days]]\ndate = '2027-01-01'\nname = '元旦'\nkind = 'off'\n";
    let calendar = CALENDAR.clone().with(CalendarYear::parse(notice).unwrap());
    let after = calendar.add_working_days(date(2026, 12, 24), 5);
    assert_eq!((after.date, after.known), (date(2026, 12, 30), true));

    let replaced = calendar.with(CalendarYear::parse(&notice.replace("2026-12-27", "2027-01-03")).unwrap());
    assert_eq!(replaced.add_working_days(date(2026, 12, 24), 5).date, date(2026, 12, 31));
    assert!(replaced.is_working_day(date(2027, 1, 3)).value);
}

#[test]
fn days_left_are_negative_from_the_first_day_after_the_due() {
    let left = |today, due| CALENDAR.working_days_left(today, due).value;
    assert_eq!(left(date(2020, 9, 30), date(2020, 9, 30)), 0);
    assert_eq!(left(date(2020, 9, 29), date(2020, 9, 30)), 1);
    assert_eq!(left(date(2020, 10, 1), date(2020, 9, 30)), -1, "a holiday after the due");
    assert_eq!(left(date(2020, 10, 9), date(2020, 9, 30)), -1, "the first working day after it");
    assert_eq!(left(date(2020, 10, 10), date(2020, 9, 30)), -2, "a Saturday at work");
    assert_eq!(left(date(2020, 10, 30), date(2020, 10, 31)), 0, "only a Saturday is left");
    assert_eq!(left(date(2020, 11, 1), date(2020, 10, 31)), -1);
    assert!(!CALENDAR.working_days_left(date(2027, 3, 1), date(2026, 11, 30)).known);
}

#[test]
fn no_date_and_no_count_panics() {
    let edges = [Date::MIN, date(-1, 1, 1), date(2026, 10, 1), date(9999, 12, 30), Date::MAX];
    for start in edges {
        for count in [0, 1, 10_000, u32::MAX] {
            let end = CALENDAR.add_working_days(start, count);
            assert!(end.date >= start);
            let rolled = CALENDAR.add_days_rolled(start, count);
            assert!(rolled.date >= start);
            if count == u32::MAX {
                assert_eq!((end.date, end.known, rolled.date), (Date::MAX, false, Date::MAX));
            }
        }
        for end in edges {
            let between = CALENDAR.working_days_between(start, end).value;
            assert_eq!(between, -CALENDAR.working_days_between(end, start).value);
            assert_eq!(CALENDAR.working_days_left(start, end).value < 0, start > end);
            assert!(CALENDAR.skipped(start, end).len() <= SKIPPED_MAX);
        }
        CALENDAR.is_working_day(start);
    }
}

const GOOD: &str = r#"year = 2027
title = "国务院办公厅关于2027年部分节假日安排的通知"
number = "国办发明电〔2026〕8号"

[[days]]
date = "2027-01-01"
name = "元旦"
kind = "off"

[[days]]
date = "2027-01-02"
name = "除夕"
kind = "work"
"#;

#[derive(Deserialize)]
struct Mistake {
    find: String,
    put: String,
    says: String,
}

#[test]
fn every_mistake_in_a_file_is_answered_with_its_line() {
    assert!(CalendarYear::parse(&format!("\u{feff}{}", GOOD.replace('\n', "\r\n"))).is_ok());
    let file: BTreeMap<String, Vec<Mistake>> = toml::from_str(include_str!("workday_mistakes.toml")).unwrap();
    for Mistake { find, put, says } in &file["mistake"] {
        assert_eq!(GOOD.matches(find.as_str()).count(), 1, "{find}");
        let answer = CalendarYear::parse(&GOOD.replace(find.as_str(), put)).unwrap_err();
        assert_eq!(&answer.to_string(), says);
    }
    for (text, says) in [("", "第1行“”写法不对"), (&*"#".repeat(300_000), "文件太大")] {
        assert!(CalendarYear::parse(text).unwrap_err().to_string().starts_with(says));
    }
    let working_only = GOOD.replace("\"off\"", "\"work\"").replace("2027-01-01", "2027-01-03");
    let says = "列出的日子共2天，其中放假0天，不像是一年的安排（至少放假1天，总数不超过120天）。";
    assert_eq!(CalendarYear::parse(&working_only).unwrap_err().to_string(), says);
}

fn any_day() -> impl Strategy<Value = Date> {
    (2007_i16..=2030, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn counting_back_agrees_with_walking_the_days(end in any_day(), count in 0_u32..400) {
        let (mut day, mut left) = (end, count);
        while left > 0 {
            day = day.yesterday().unwrap();
            left -= u32::from(naive_works(day));
        }
        prop_assert_eq!(CALENDAR.subtract_working_days(end, count).date, day);
    }

    #[test]
    fn counting_agrees_with_walking_the_days(start in any_day(), count in 0_u32..400) {
        let end = naive_add(start, count);
        prop_assert_eq!(CALENDAR.add_working_days(start, count).date, end);
        prop_assert_eq!(CALENDAR.working_days_between(start, end).value, i64::from(count));
        let mut rolled = end;
        while !naive_works(rolled) {
            rolled = rolled.tomorrow().unwrap();
        }
        prop_assert_eq!(CALENDAR.next_working_day(end).date, rolled);
        let days = u32::try_from(end.duration_since(start).as_hours() / 24).unwrap();
        prop_assert_eq!(CALENDAR.add_days_rolled(start, days).date, rolled);
        let skipped = CALENDAR.skipped(start, end);
        prop_assert_eq!(skipped.len(), usize::try_from(days - count).unwrap());
        prop_assert!(skipped.iter().all(|day| !naive_works(day.date)));
    }

    #[test]
    fn a_damaged_file_never_panics(cut in 0_usize..GOOD.len(), put in ".{0,8}", take in 0_usize..20) {
        let text: String =
            GOOD.chars().take(cut).chain(put.chars()).chain(GOOD.chars().skip(cut + take)).collect();
        if let Err(mistake) = CalendarYear::parse(&text) {
            prop_assert!(mistake.to_string().ends_with('。'));
        }
    }
}
