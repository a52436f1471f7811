//! Dues: words of real tables against what they mean (`plan_due.toml`), and properties over arbitrary words.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use domain::plan::Phase;
use domain::plan::due::{self, Due, DueKind};
use domain::rhythm::{Every, Rhythm};
use jiff::civil::Date;
use proptest::prelude::*;
use serde::Deserialize;
use std::fmt::Write;

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    year: Option<i16>,
    is: String,
    #[serde(default)]
    codes: Vec<String>,
}

fn every(every: Every) -> String {
    serde_json::to_value(every).unwrap().as_str().unwrap().to_owned()
}

fn span(phase: &Phase) -> String {
    format!("{}..{}", phase.from.map(|from| from.to_string()).unwrap_or_default(), phase.to)
}

fn say(due: &Due) -> String {
    match &due.kind {
        DueKind::By(day) => format!("by {day}"),
        DueKind::Phases(phases) if phases.len() == 1 && phases[0].name.is_empty() => {
            format!("span {}", span(&phases[0]))
        }
        DueKind::Phases(phases) => {
            let phases: Vec<String> =
                phases.iter().map(|phase| format!("{} {}", phase.name, span(phase))).collect();
            format!("phases {}", phases.join(" | "))
        }
        DueKind::Ongoing(None) => "ongoing".to_owned(),
        DueKind::Ongoing(Some(rhythm)) => {
            let mut text = format!("ongoing {}", every(rhythm.every));
            if let Some(month) = rhythm.month {
                write!(text, " month {month}").unwrap();
            }
            if let Some(day) = rhythm.day {
                write!(text, " day {day}").unwrap();
            }
            text
        }
        DueKind::Unspecified => "unspecified".to_owned(),
    }
}

#[test]
fn every_wording_is_read_as_offices_mean_it() {
    let cases: Cases = toml::from_str(include_str!("plan_due.toml")).unwrap();
    assert!(cases.case.len() > 100);
    let mut wrong = String::new();
    for case in &cases.case {
        let (due, findings) = due::parse(&case.text, case.year);
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_ref()).collect();
        if say(&due) != case.is || codes != case.codes {
            writeln!(
                wrong,
                "{:?}\n  is   {} {:?}\n  read {} {codes:?}",
                case.text,
                case.is,
                case.codes,
                say(&due)
            )
            .unwrap();
        }
        assert_eq!(due.text, case.text.trim(), "the words themselves are kept");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn messages_quote_the_words_and_say_what_to_do() {
    let (_, findings) = due::parse("2020年2月30日前", None);
    assert_eq!(
        findings[0].message,
        "完成时限中的“2020年2月30日前”不存在这一天，没有采用，已保留原文。请改正日期。"
    );
}

#[test]
fn the_first_year_of_a_title() {
    assert_eq!(due::first_year("乌审旗2020年政务公开工作要点"), Some(2020));
    assert_eq!(due::first_year("（乌政务发〔2020〕10号）"), None);
    assert_eq!(due::first_year("30年规划"), None);
    assert_eq!(due::first_year(""), None);
}

#[test]
fn json_has_the_agreed_shape_and_refuses_nonsense() {
    let (due, _) = due::parse("8月1日至8月31日", Some(2020));
    let json = serde_json::to_value(&due).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"kind": "phases", "date": null, "text": "8月1日至8月31日",
            "phases": [{"name": "", "from": "2020-08-01", "to": "2020-08-31"}]})
    );
    assert!(serde_json::from_str::<Due>(r#"{"kind":"by","date":null,"phases":[],"text":""}"#).is_err());
    assert!(serde_json::from_str::<Due>(r#"{"kind":"phases","date":null,"phases":[],"text":""}"#).is_err());
}

fn words() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "2020年",
        "20年",
        "9月",
        "12月",
        "2月",
        "30日",
        "31日",
        "4日",
        "底",
        "前",
        "之前",
        "至",
        "-",
        "—",
        "第",
        "三",
        "季度",
        "每",
        "年",
        "月",
        "阶段",
        "第一",
        "（一）",
        "；",
        "，",
        "。",
        "完成",
        "持续推进",
        "1",
        "20200904",
        ".",
        "/",
        "上半年",
        "明年",
        "18:00",
        "\n",
        " ",
        "〇",
        "十",
        "廿",
        "一次",
        "T",
        "44078",
        "为",
        "分",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

fn kinds() -> impl Strategy<Value = DueKind> {
    let day = (0i64..36_500)
        .prop_map(|days| jiff::civil::date(1990, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap());
    let phases = prop::sample::subsequence(vec!["梳理", "审查", "公布", "总结提升"], 1..4);
    let phases = (phases, prop::collection::vec((prop::option::of(day.clone()), 0i64..400), 4));
    let phases = phases.prop_map(|(names, spans)| {
        let phase = |(name, (from, days)): (&str, (Option<Date>, i64))| {
            let start = from.unwrap_or(jiff::civil::date(2020, 8, 1));
            let to = start.checked_add(jiff::Span::new().days(days)).unwrap();
            Phase { name: name.to_owned(), from, to }
        };
        DueKind::Phases(names.into_iter().zip(spans).map(phase).collect())
    });
    let rhythm = |every, month, day| DueKind::Ongoing(Some(Rhythm { every, month, day }));
    prop_oneof![
        day.prop_map(DueKind::By),
        phases,
        Just(DueKind::Ongoing(None)),
        Just(rhythm(Every::Day, None, None)),
        prop::option::of(1i8..8).prop_map(move |day| rhythm(Every::Week, None, day)),
        prop::option::of(1i8..29).prop_map(move |day| rhythm(Every::Month, None, day)),
        (prop::sample::select(vec![None, Some(1)]), prop::option::of(1i8..29))
            .prop_map(move |(month, day)| rhythm(Every::Quarter, month, day)),
        (prop::option::of(1i8..13), prop::option::of(1i8..29)).prop_map(move |(month, day)| rhythm(
            Every::Year,
            month,
            day
        )),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_can_be_read_and_kept_as_json(words in words(), year in prop::option::of(1949i16..2100)) {
        let (due, _) = due::parse(&words, year);
        prop_assert_eq!(&due.text, words.trim());
        let json = serde_json::to_string(&due).unwrap();
        prop_assert_eq!(serde_json::from_str::<Due>(&json).unwrap(), due);
    }

    /// What people are shown as the reading is itself read so.
    #[test]
    fn the_meaning_in_words_means_the_same(kind in kinds()) {
        let said = kind.words();
        prop_assert_eq!(due::parse(&said, None).0.kind, kind, "{}", said);
    }

    #[test]
    fn arbitrary_text_never_panics(words in ".{0,60}") {
        let _ = due::parse(&words, Some(2020));
        let _ = due::first_year(&words);
    }

    #[test]
    fn a_plain_day_is_read_exactly(days in 0i64..36_500) {
        let day: Date = jiff::civil::date(1990, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        for text in [
            format!("{}年{}月{}日前", day.year(), day.month(), day.day()),
            format!("{}.{}.{}", day.year(), day.month(), day.day()),
            day.to_string(),
            day.strftime("%Y%m%d").to_string(),
        ] {
            let (due, findings) = due::parse(&text, None);
            prop_assert_eq!(due.deadline(), Some(day), "{}", text);
            prop_assert!(findings.is_empty(), "{}", text);
        }
    }
}
