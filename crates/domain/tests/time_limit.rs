//! The grammar of time limits against the wordings of real catalogues, and its days against a day-by-day count.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use domain::rhythm::{Every, Rhythm};
use domain::time_limit::{LimitKind, TimeLimit};
use domain::workday::Calendar;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::builtin);

#[derive(serde::Deserialize)]
struct File {
    cases: BTreeMap<String, String>,
}

fn short(kind: LimitKind) -> String {
    match kind {
        LimitKind::WorkingDays { working_days } => format!("working_days:{working_days}"),
        LimitKind::Days { days } => format!("days:{days}"),
        LimitKind::Periodic { rhythm } => format!("periodic:{}", rhythm.words()),
        LimitKind::ByDate { month, day, .. } => format!("by_date:{month}-{day}"),
        LimitKind::Notice { amount, working, ahead } => {
            format!("notice:{amount}{}{}", if working { "wd" } else { "" }, if ahead { "ahead" } else { "" })
        }
        LimitKind::Immediate | LimitKind::Permanent | LimitKind::Unspecified => kind.word().to_owned(),
    }
}

#[test]
fn wordings_of_real_catalogues() {
    let file: File = toml::from_str(include_str!("time_limit.toml")).unwrap();
    assert!(file.cases.len() > 80);
    let mut wrong = Vec::new();
    for (words, expected) in &file.cases {
        let limit = TimeLimit::parse(words);
        let read: Vec<String> = limit.clauses().iter().map(|clause| short(clause.kind)).collect();
        let read = if read.is_empty() { "unspecified".to_owned() } else { read.join(" | ") };
        if read != *expected {
            wrong.push(format!("{words}: read {read}, expected {expected}"));
        }
        assert_eq!(limit.text(), words.trim());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_general_part_speaks_for_the_whole() {
    for (words, expected) in [
        ("信息形成20个工作日内公开；其中行政许可事项应自作出决定之日起7个工作日内公示", "working_days:20"),
        ("制定或获取信息之日起10个工作日内，公示7个工作日", "working_days:10"),
        ("批前公示时间不得少于30日；批后公布应在规划批准后20个工作日内向社会公布", "working_days:20"),
        ("长期公开 随时公开", "immediate"),
    ] {
        assert_eq!(short(TimeLimit::parse(words).kind()), expected, "{words}");
    }
    let about: Vec<String> =
        TimeLimit::parse("信息形成20个工作日内公开；其中行政许可事项应自作出决定之日起7个工作日内公示")
            .clauses()
            .iter()
            .map(|clause| clause.about.clone())
            .collect();
    assert_eq!(about, ["信息形成", "其中行政许可事项应自作出决定"]);
}

#[test]
fn days_of_the_law() {
    let due = |words: &str, day| TimeLimit::parse(words).due_after(day, 20, &CALENDAR);
    let formed = date(2026, 9, 18);
    assert_eq!(due("信息形成后20个工作日内", formed).unwrap().date, date(2026, 10, 22));
    let unreadable = due("按规定时限", formed).unwrap();
    assert_eq!((unreadable.date, unreadable.statutory), (date(2026, 10, 22), true));
    assert_eq!(due("及时公开", formed).unwrap().date, date(2026, 10, 22));
    // Twenty calendar days end on 8 October, the first working day after the holiday.
    assert_eq!(due("批准后20日内", date(2026, 9, 13)).unwrap().date, date(2026, 10, 8));
    assert_eq!(due("每季度", formed), None);
    assert_eq!(due("提前30日", formed), None);
    assert!(!due("20个工作日", date(2026, 12, 20)).unwrap().known);
}

#[test]
fn periodic_limits_come_back() {
    let dues = |words: &str, from, to| TimeLimit::parse(words).dues(from, to);
    assert_eq!(
        dues("每季度首月20日", date(2026, 1, 21), date(2026, 12, 31)),
        [date(2026, 4, 20), date(2026, 7, 20), date(2026, 10, 20)]
    );
    assert_eq!(
        dues("每年1月31日前", date(2026, 2, 1), date(2028, 1, 31)),
        [date(2027, 1, 31), date(2028, 1, 31)]
    );
    assert_eq!(
        dues("每年2月底前", date(2026, 1, 1), date(2028, 12, 31)),
        [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]
    );
    assert_eq!(dues("2026年3月31日前", date(2020, 1, 1), date(2030, 1, 1)), [date(2026, 3, 31)]);
    assert!(dues("及时公开", date(2026, 1, 1), date(2030, 1, 1)).is_empty());
    assert_eq!(dues("实时公开 每日", date(2000, 1, 1), date(2020, 1, 1)).len(), 1_000, "bounded");
}

/// Walks the days one by one, as a clerk with a wall calendar does.
fn counted(start: Date, working_days: u32) -> Date {
    let (mut day, mut left) = (start, working_days);
    while left > 0 {
        day = day.tomorrow().unwrap();
        left -= u32::from(CALENDAR.is_working_day(day).value);
    }
    day
}

prop_compose! {
    fn any_day()(year in 2007i16..2027, ordinal in 0i64..365) -> Date {
        date(year, 1, 1).checked_add(jiff::Span::new().days(ordinal)).unwrap()
    }
}

proptest! {
    #[test]
    fn working_days_equal_a_count_by_hand(formed in any_day(), days in 1u32..60) {
        let limit = TimeLimit::parse(&format!("自信息形成或变更之日起{days}个工作日内"));
        prop_assert_eq!(limit.due_after(formed, 20, &CALENDAR).unwrap().date, counted(formed, days));
    }

    #[test]
    fn calendar_days_equal_a_count_by_hand(formed in any_day(), days in 1u32..100) {
        let limit = TimeLimit::parse(&format!("批准后{days}日内"));
        let mut day = formed;
        for _ in 0..days {
            day = day.tomorrow().unwrap();
        }
        while !CALENDAR.is_working_day(day).value {
            day = day.tomorrow().unwrap();
        }
        prop_assert_eq!(limit.due_after(formed, 20, &CALENDAR).unwrap().date, day);
    }

    #[test]
    fn quarters_equal_a_count_by_hand(from in any_day(), length in 1i64..900, day in 1i8..29) {
        let to = from.checked_add(jiff::Span::new().days(length)).unwrap();
        let rhythm = Rhythm { every: Every::Quarter, month: Some(1), day: Some(day) };
        let mut expected = Vec::new();
        let mut at = from;
        while at <= to {
            if at.day() == day && [1, 4, 7, 10].contains(&at.month()) {
                expected.push(at);
            }
            at = at.tomorrow().unwrap();
        }
        prop_assert_eq!(TimeLimit::parse(&rhythm.words()).dues(from, to), expected);
    }

    #[test]
    fn any_words_are_kept_and_read_again_alike(words in ".{0,60}") {
        let limit = TimeLimit::parse(&words);
        prop_assert_eq!(limit.text(), words.trim());
        let json = serde_json::to_string(&limit).unwrap();
        prop_assert_eq!(serde_json::from_str::<TimeLimit>(&json).unwrap(), limit);
    }

    #[test]
    fn what_is_understood_is_read_so_again(amount in 1u32..400, working: bool, ahead: bool) {
        let kinds = [
            LimitKind::WorkingDays { working_days: amount },
            LimitKind::Days { days: amount },
            LimitKind::Notice { amount, working, ahead },
            LimitKind::Immediate,
            LimitKind::Permanent,
        ];
        for kind in kinds {
            prop_assert_eq!(TimeLimit::parse(&kind.words()).kind(), kind);
        }
    }
}
