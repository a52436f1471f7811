//! The clock of a request against cases worked by hand (`request_clock/*.toml`) and against a day-by-day count that knows
//! neither events nor articles, only a set of days left out.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use domain::request::{
    Clock, Event, EventKind, Mark, Outcome, Refused, State, Way, actions, clock, clock_of_json, outcomes,
    read_events, step,
};
use domain::rule::Rules;
use domain::workday::Calendar;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::builtin);
static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::builtin().unwrap());

const CHAPTERS: [(&str, &str); 8] = [
    ("receipt", include_str!("request_clock/receipt.toml")),
    ("reply", include_str!("request_clock/reply.toml")),
    ("supplement", include_str!("request_clock/supplement.toml")),
    ("extension", include_str!("request_clock/extension.toml")),
    ("consult", include_str!("request_clock/consult.toml")),
    ("fee", include_str!("request_clock/fee.toml")),
    ("reasons", include_str!("request_clock/reasons.toml")),
    ("disorder", include_str!("request_clock/disorder.toml")),
];

#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    events: Vec<String>,
    today: Date,
    /// An office's own rule, `id=value`.
    rule: Option<String>,
    state: String,
    due: Option<Date>,
    latest: Option<Date>,
    waits: Option<Date>,
    ended: Option<Date>,
    #[serde(default)]
    counted: u32,
    #[serde(default)]
    total: u32,
    #[serde(default)]
    stopped: Vec<String>,
    #[serde(default)]
    findings: Vec<String>,
    #[serde(default)]
    provisional: bool,
    why: String,
}

/// `2026-09-22 要求补正 until=2026-10-16` as the JSON a person would write.
fn json_of(line: &str) -> Value {
    let mut words = line.split(' ');
    let (on, what) = (words.next().unwrap(), words.next().unwrap());
    let kind = EventKind::ALL.into_iter().find(|kind| kind.label() == what);
    let kind = kind.map_or_else(|| what.to_owned(), |kind| kind.word().to_owned());
    let mut event = Map::from_iter([("kind".to_owned(), json!(kind))]);
    if on != "-" {
        event.insert("on".to_owned(), json!(on));
    }
    for word in words {
        let (name, text) = word.split_once('=').unwrap();
        event.insert(name.to_owned(), serde_json::from_str(text).unwrap_or_else(|_| json!(text)));
    }
    Value::Object(event)
}

fn rules_of(own: Option<&str>) -> Rules {
    let Some((id, value)) = own.and_then(|own| own.split_once('=')) else { return RULES.clone() };
    let unit = match RULES.all().find(|rule| rule.id == id).unwrap().unit {
        domain::rule::Unit::Day => "day",
        domain::rule::Unit::Kind => "kind",
        domain::rule::Unit::Item => "item",
        _ => "time",
    };
    let text = format!(
        "[[rule]]\nid = '{id}'\nvalue = {value}\nunit = '{unit}'\nbasis = '本单位规定'\ntext = '本单位规定'\n"
    );
    RULES.clone().overridden(&text).unwrap()
}

fn told(clock: &Clock) -> Vec<String> {
    let written = |stop: &domain::request::Stop| {
        let to = stop.to.map_or(String::new(), |to| to.to_string());
        format!("{}..{to} {}", stop.from, stop.kind.word())
    };
    clock.stopped.iter().map(written).collect()
}

#[test]
fn cases_worked_by_hand() {
    let (mut count, mut wrong) = (0, Vec::new());
    for (chapter, text) in CHAPTERS {
        let file: File = toml::from_str(text).unwrap();
        for case in file.case {
            count += 1;
            let events = Value::Array(case.events.iter().map(|line| json_of(line)).collect());
            let rules = rules_of(case.rule.as_deref());
            let clock = clock_of_json(&events.to_string(), &CALENDAR, &rules, case.today);
            let mut codes: Vec<&str> = clock.findings.iter().map(|finding| &*finding.code).collect();
            codes.sort_unstable();
            let mut expected = case.findings.clone();
            expected.sort_unstable();
            let seen = json!({
                "state": clock.state.word(), "due": clock.due, "latest": clock.due_at_latest,
                "waits": clock.waits_until, "ended": clock.ended, "counted": clock.counted, "total": clock.total,
                "stopped": told(&clock), "findings": codes, "provisional": clock.provisional,
            });
            let should = json!({
                "state": case.state, "due": case.due, "latest": case.latest, "waits": case.waits,
                "ended": case.ended, "counted": case.counted, "total": case.total, "stopped": case.stopped,
                "findings": expected, "provisional": case.provisional,
            });
            if seen != should {
                wrong.push(format!(
                    "{chapter} {}\n  is     {seen}\n  should {should}\n  {}",
                    case.name, case.why
                ));
            }
            for finding in &clock.findings {
                assert!(finding.message.ends_with(['。', '）']), "{}", finding.message);
            }
            let counted = clock.days.iter().filter(|day| matches!(day.mark, Mark::Counted(_)) && !day.ahead);
            if clock.ended.is_none() && clock.due.is_some_and(|due| due > case.today) {
                assert_eq!(counted.count(), usize::try_from(clock.counted).unwrap(), "{}", case.name);
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 120);
}

#[test]
fn json_has_the_shape_others_read() {
    let text = r#"[{"on":"2026-03-02","kind":"received"},{"on":"2026-03-04","kind":"third_party_asked"}]"#;
    let clock = clock_of_json(text, &CALENDAR, &RULES, date(2026, 3, 6));
    let written = serde_json::to_value(&clock).unwrap();
    assert_eq!(
        (&written["state"], &written["due"], &written["counted"], &written["provisional"]),
        (&json!("consulting"), &json!("2026-04-01"), &json!(2), &json!(false))
    );
    assert_eq!(
        written["stopped"],
        json!([{"from": "2026-03-05", "to": null, "until": "2026-03-25", "kind": "third_party",
            "reason": "征求第三方意见", "basis": "政府信息公开条例第三十二条、第三十三条第三款"}])
    );
    assert!(written["basis"][1].as_str().unwrap().contains("第三十三条第二款"));
    assert_eq!((&written["findings"], written.get("days")), (&json!([]), None));
    let events = read_events(text).events;
    assert_eq!(
        read_events(&serde_json::to_string(&events).unwrap()).events,
        events,
        "what is written is read"
    );
}

#[test]
fn what_the_office_keeps_to_itself_is_not_among_the_reasons() {
    let text = r#"[{"on":"2026-03-02","kind":"received"},{"on":"2026-03-04","kind":"agency_asked"},
        {"on":"2026-03-06","kind":"agency_answered"},{"on":"2026-03-06","kind":"fee_noticed"}]"#;
    let clock = clock_of_json(text, &CALENDAR, &RULES, date(2026, 3, 6));
    let public = clock.basis.join("\n");
    assert!(public.contains("征求意见书发出次日起至收到意见之日止，不计入答复期限。"), "{public}");
    assert!(public.contains("缴清费用次日起，答复期限重新计算。"), "{public}");
    for reserved in ["从严", "存件", "条文未写", "第2日", "第2种"] {
        assert!(!public.contains(reserved), "{public}");
    }
    assert_eq!(clock.notes.len(), 3);
    assert!(
        clock.notes.iter().all(|note| note.contains("从严") || note.contains("视为")),
        "{:?}",
        clock.notes
    );
}

#[test]
fn the_calendar_shows_why_each_day_counts_or_not() {
    let text = r#"[{"on":"2026-03-02","kind":"arrived","way":"internet"},{"on":"2026-03-05","kind":"confirmed"},
        {"on":"2026-03-05","kind":"agency_asked"},{"on":"2026-03-06","kind":"agency_answered"}]"#;
    let days = clock_of_json(text, &CALENDAR, &RULES, date(2026, 3, 10)).days;
    let marks: Vec<String> = days.iter().take(9).map(|day| format!("{} {:?}", day.date, day.mark)).collect();
    assert_eq!(
        marks,
        [
            "2026-03-02 Before",
            "2026-03-03 Before",
            "2026-03-04 Before",
            "2026-03-05 Start",
            "2026-03-06 Stopped(Agency)",
            "2026-03-07 Off(\"星期六\")",
            "2026-03-08 Off(\"星期日\")",
            "2026-03-09 Counted(1)",
            "2026-03-10 Counted(2)",
        ]
    );
    assert_eq!(days.last().map(|day| (day.mark.clone(), day.ahead)), Some((Mark::Counted(20), true)));
}

fn on(day: Date, kind: EventKind) -> Event {
    Event::new(day, kind)
}

#[test]
fn what_the_law_allows_now_comes_with_its_article_and_day() {
    let allowed = |events: &[Event], today| -> Vec<(EventKind, Option<Date>)> {
        let allowed = actions(events, &CALENDAR, &RULES, today);
        assert!(allowed.iter().all(|action| !action.article.is_empty()));
        allowed.into_iter().map(|action| (action.event, action.until)).collect()
    };
    let received = on(date(2026, 3, 2), EventKind::Received);
    let due = Some(date(2026, 3, 30));
    assert_eq!(allowed(&[], date(2026, 3, 2)), [(EventKind::Arrived, None), (EventKind::Received, None)]);
    assert_eq!(
        allowed(std::slice::from_ref(&received), date(2026, 3, 4)),
        [
            (EventKind::SupplementAsked, Some(date(2026, 3, 11))),
            (EventKind::ReasonsAsked, None),
            (EventKind::FeeNoticed, due),
            (EventKind::Extended, due),
            (EventKind::ThirdPartyAsked, None),
            (EventKind::AgencyAsked, None),
            (EventKind::Replied, due),
            (EventKind::Withdrawn, None),
            (EventKind::Corrected, None),
        ]
    );
    let asked = Event { until: Some(date(2026, 3, 20)), ..on(date(2026, 3, 4), EventKind::SupplementAsked) };
    let waiting = [received.clone(), asked];
    assert!(
        allowed(&waiting, date(2026, 3, 20))
            .contains(&(EventKind::SupplementReceived, Some(date(2026, 3, 20))))
    );
    assert_eq!(
        allowed(&waiting, date(2026, 3, 23)),
        [(EventKind::SupplementReceived, None), (EventKind::Replied, None), (EventKind::Corrected, None)],
        "with good reason, or the letter that says it is given up"
    );
    let overdue = allowed(std::slice::from_ref(&received), date(2026, 3, 31));
    let kinds: Vec<EventKind> = overdue.iter().map(|(kind, _)| *kind).collect();
    assert!(kinds.contains(&EventKind::Replied) && !kinds.contains(&EventKind::Extended), "{kinds:?}");
    let replied = [received, on(date(2026, 3, 9), EventKind::Replied)];
    assert_eq!(allowed(&replied, date(2026, 3, 10)), [(EventKind::Corrected, None)]);
}

#[test]
fn a_step_is_taken_or_refused_with_the_article() {
    let received = [on(date(2026, 3, 2), EventKind::Received)];
    let take = |event| step(&received, event, &CALENDAR, &RULES, date(2026, 4, 20));
    let extended =
        |day, count| Event { working_days: Some(count), ..on(date(2026, 3, day), EventKind::Extended) };
    assert_eq!(take(extended(20, 20)).map(|clock| clock.due), Ok(Some(date(2026, 4, 28))));
    assert_eq!(take(extended(20, 21)), Err(Refused::ExtensionTooLong { limit: 20 }));
    assert_eq!(take(extended(31, 5)), Err(Refused::ExtendedLate { due: date(2026, 3, 30) }));
    assert_eq!(take(on(date(2026, 3, 1), EventKind::Replied)), Err(Refused::Past { last: date(2026, 3, 2) }));
    assert_eq!(take(on(date(2026, 4, 21), EventKind::Replied)), Err(Refused::Future));
    let late = take(on(date(2026, 4, 1), EventKind::Replied)).unwrap();
    assert_eq!((late.state, late.findings.len()), (State::Replied, 1), "late, but a reply");
    let refused = take(on(date(2026, 3, 12), EventKind::SupplementAsked)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "应当在收到申请之日起7个工作日内（2026年3月11日前）一次性告知补正，现在已经超过，答复期限照常计算，请按现有内容答复（政府信息公开条例第三十条）。"
    );
}

#[test]
fn a_reply_that_presupposes_a_step_is_refused_without_it() {
    let received = on(date(2026, 3, 2), EventKind::Received);
    let reply = |before: &[Event], outcome| {
        let reply = Event { outcome: Some(outcome), ..on(date(2026, 3, 12), EventKind::Replied) };
        step(before, reply, &CALENDAR, &RULES, date(2026, 3, 12)).map(|clock| clock.state)
    };
    let alone = std::slice::from_ref(&received);
    for (outcome, refused) in [
        (Outcome::StillUnclear, Refused::OutcomeWithoutSupplement),
        (Outcome::Unreasonable, Refused::OutcomeWithoutReasons),
        (Outcome::ThirdParty, Refused::OutcomeWithoutOpinion),
        (Outcome::FeeOverdue, Refused::OutcomeTooEarly),
        (Outcome::Withdrawn, Refused::OutcomeByApplicant),
    ] {
        assert_eq!(reply(alone, outcome), Err(refused));
        assert!(!outcomes(alone, &CALENDAR, &RULES, date(2026, 3, 12)).contains(&outcome), "{outcome:?}");
    }
    assert_eq!(reply(alone, Outcome::NotHeld), Ok(State::Replied));
    let asked = [received.clone(), on(date(2026, 3, 4), EventKind::ReasonsAsked)];
    assert_eq!(reply(&asked, Outcome::Unreasonable), Ok(State::Replied));
    let until = Some(date(2026, 3, 6));
    let lapsed = [received, Event { until, ..on(date(2026, 3, 4), EventKind::SupplementAsked) }];
    assert_eq!(outcomes(&lapsed, &CALENDAR, &RULES, date(2026, 3, 12)), [Outcome::SupplementOverdue]);
    assert_eq!(reply(&lapsed, Outcome::SupplementOverdue), Ok(State::GivenUp));
    assert!(clock(&lapsed, &CALENDAR, &RULES, date(2026, 3, 12)).untold);
    let outcome = Some(Outcome::SupplementOverdue);
    let told = [
        lapsed[0].clone(),
        lapsed[1].clone(),
        Event { outcome, ..on(date(2026, 3, 12), EventKind::Replied) },
    ];
    assert!(!clock(&told, &CALENDAR, &RULES, date(2026, 3, 12)).untold, "the letter was sent");
}

#[test]
fn while_the_applicant_is_awaited_nothing_else_is_begun() {
    let received = on(date(2026, 3, 2), EventKind::Received);
    let ask = |count| Event { working_days: Some(count), ..on(date(2026, 3, 4), EventKind::SupplementAsked) };
    let fee = on(date(2026, 3, 4), EventKind::FeeNoticed);
    for (wait, refused) in [(ask(10), Refused::AwaitingSupplement), (fee, Refused::AwaitingFee)] {
        let told = [received.clone(), wait];
        let possible = actions(&told, &CALENDAR, &RULES, date(2026, 3, 5));
        for kind in
            [EventKind::ReasonsAsked, EventKind::ThirdPartyAsked, EventKind::AgencyAsked, EventKind::Replied]
        {
            let event = on(date(2026, 3, 5), kind);
            assert_eq!(step(&told, event, &CALENDAR, &RULES, date(2026, 3, 5)), Err(refused), "{kind:?}");
            assert!(possible.iter().all(|action| action.event != kind), "{kind:?}");
        }
        assert!(possible.iter().any(|action| action.event == EventKind::Withdrawn));
    }
    let alone = [received];
    let take = |event| step(&alone, event, &CALENDAR, &RULES, date(2026, 3, 4)).map(|clock| clock.state);
    assert_eq!(take(ask(60)), Ok(State::AwaitingSupplement));
    assert_eq!(take(ask(61)), Err(Refused::SupplementTooLong { limit: 60 }));
    let far = Event { until: Some(date(2026, 12, 31)), ..ask(10) };
    assert_eq!(take(far), Err(Refused::SupplementTooLong { limit: 60 }));
}

#[test]
fn an_opinion_binds_nobody_and_is_reminded_of() {
    let codes = |agrees: bool, outcome: &str| {
        let text = format!(
            r#"[{{"on":"2026-03-02","kind":"received"}},{{"on":"2026-03-04","kind":"third_party_asked"}},
            {{"on":"2026-03-06","kind":"third_party_answered","agrees":{agrees}}},
            {{"on":"2026-03-09","kind":"replied","outcome":"{outcome}"}}]"#
        );
        let clock = clock_of_json(&text, &CALENDAR, &RULES, date(2026, 3, 9));
        assert_eq!(clock.state, State::Replied);
        clock.findings.into_iter().map(|finding| finding.code.into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes(false, "granted"), ["granted-though-opposed"]);
    assert_eq!(codes(true, "third_party"), ["refused-though-agreed"]);
    assert!(codes(true, "granted").is_empty() && codes(false, "third_party").is_empty());
}

#[test]
fn a_wrong_day_of_receipt_is_put_right_with_a_reason() {
    let told = [
        Event { way: Some(Way::SignedPost), ..on(date(2026, 3, 4), EventKind::Arrived) },
        Event { outcome: Some(Outcome::Granted), ..on(date(2026, 3, 12), EventKind::Replied) },
    ];
    let correct = |received, note: Option<&str>| {
        let event = Event {
            received: Some(received),
            note: note.map(str::to_owned),
            ..on(date(2026, 3, 20), EventKind::Corrected)
        };
        step(&told, event, &CALENDAR, &RULES, date(2026, 3, 20)).map(|clock| (clock.received, clock.state))
    };
    let right = date(2026, 2, 27);
    assert_eq!(correct(right, Some("签收回执")), Ok((Some(right), State::Replied)));
    assert_eq!(correct(right, Some(" ")), Err(Refused::CorrectionWithoutReason));
    let next = date(2026, 3, 12);
    assert_eq!(correct(date(2026, 3, 13), Some("理由")), Err(Refused::CorrectionAfterStep { next }));
    let confirmed = [
        Event { way: Some(Way::Internet), ..on(date(2026, 3, 4), EventKind::Arrived) },
        on(date(2026, 3, 6), EventKind::Confirmed),
        Event { received: Some(date(2026, 3, 5)), ..on(date(2026, 3, 9), EventKind::Corrected) },
    ];
    let clock = clock(&confirmed, &CALENDAR, &RULES, date(2026, 3, 9));
    assert_eq!((clock.received, clock.due), (Some(date(2026, 3, 5)), Some(date(2026, 4, 2))));
    assert!(clock.findings.is_empty(), "{:?}", clock.findings);
}

#[test]
fn the_clock_says_how_the_case_ended() {
    let ended = |events: &str| {
        let text = format!(r#"[{{"on":"2026-03-02","kind":"received"}},{events}]"#);
        clock_of_json(&text, &CALENDAR, &RULES, date(2026, 6, 1)).outcome
    };
    let waiting = r#"{"on":"2026-03-04","kind":"supplement_asked","until":"2026-03-20"}"#;
    assert_eq!(ended(waiting), Some(Outcome::SupplementOverdue));
    let excused = r#"{"on":"2026-03-25","kind":"supplement_received","justified":true}"#;
    assert_eq!(ended(&format!("{waiting},{excused}")), None, "taken up again");
    assert_eq!(ended(r#"{"on":"2026-03-04","kind":"fee_noticed"}"#), Some(Outcome::FeeOverdue));
    assert_eq!(ended(r#"{"on":"2026-03-04","kind":"withdrawn"}"#), Some(Outcome::Withdrawn));
    assert_eq!(ended(r#"{"on":"2026-03-04","kind":"replied","outcome":"not_held"}"#), Some(Outcome::NotHeld));
}

/// A consultation: which side, asked so many days after receipt, answered so many days later or not at all.
type Asked = (bool, i64, Option<i64>);

fn consultations() -> impl Strategy<Value = Vec<Asked>> {
    prop::collection::vec((any::<bool>(), 0_i64..40, prop::option::of(0_i64..40)), 0..5)
}

fn any_day() -> impl Strategy<Value = Date> {
    (2007_i16..=2026, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

fn story(received: Date, asked: &[Asked]) -> Vec<Event> {
    let mut events = vec![on(received, EventKind::Received)];
    for (index, (third, after, answered)) in asked.iter().enumerate() {
        let day = received + after.days();
        let (ask, answer) = if *third {
            (EventKind::ThirdPartyAsked, EventKind::ThirdPartyAnswered)
        } else {
            (EventKind::AgencyAsked, EventKind::AgencyAnswered)
        };
        let party = Some(index.to_string());
        events.push(Event { party: party.clone(), ..on(day, ask) });
        events.extend(answered.map(|later| Event { party, ..on(day + later.days(), answer) }));
    }
    events.sort_by_key(|event| event.on);
    events
}

/// Walks the days, leaving out those in the set.
fn walk(from: Date, count: u32, out: &BTreeSet<Date>) -> Date {
    let (mut day, mut left) = (from, count);
    while left > 0 {
        day = day.tomorrow().unwrap();
        left -= u32::from(CALENDAR.is_working_day(day).value && !out.contains(&day));
    }
    day
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_clock_agrees_with_walking_the_days(
        received in any_day(), extension in prop::option::of(1_u32..=20), asked in consultations(),
        restart in prop::option::of((any::<bool>(), 0_i64..8, 0_i64..15)),
    ) {
        let mut out = BTreeSet::new();
        for (_, after, answered) in &asked {
            let sent = received + after.days();
            let last = walk(sent, 15, &BTreeSet::new());
            let end = answered.map_or(last, |later| last.min(sent + later.days()));
            let mut day = sent.tomorrow().unwrap();
            while day <= end {
                out.insert(day);
                day = day.tomorrow().unwrap();
            }
        }
        let mut events = story(received, &asked);
        let mut anchor = received;
        if let Some((fee, after, later)) = restart {
            let (ask, answer) = if fee {
                (EventKind::FeeNoticed, EventKind::FeePaid)
            } else {
                (EventKind::SupplementAsked, EventKind::SupplementReceived)
            };
            // Seven days hold at most seven working days; twenty working days are longer than fourteen days.
            let sent = received + after.days();
            anchor = sent + later.days();
            let working_days = (!fee).then_some(20);
            events.push(Event { working_days, ..on(sent, ask) });
            events.push(on(anchor, answer));
        }
        events.extend(extension.map(|count| Event { working_days: Some(count), ..on(anchor, EventKind::Extended) }));
        let total = 20 + extension.unwrap_or(0);
        let due = walk(anchor, total, &out);
        let clock = clock(&events, &CALENDAR, &RULES, received + 400.days());
        prop_assert_eq!(clock.due, Some(due));
        prop_assert_eq!(clock.state, State::Overdue);
        prop_assert_eq!((clock.counted, clock.total), (total, total));
    }

    #[test]
    fn another_stop_never_makes_the_due_earlier(
        received in any_day(), asked in consultations(), more in (any::<bool>(), 0_i64..40, prop::option::of(0_i64..40)),
        today in 0_i64..90,
    ) {
        let due = |asked: &[Asked]| {
            clock(&story(received, asked), &CALENDAR, &RULES, received + today.days()).due
        };
        let with = asked.iter().copied().chain([more]).collect::<Vec<_>>();
        prop_assert!(due(&with) >= due(&asked));
    }

    #[test]
    fn what_was_entered_first_on_a_day_does_not_matter(
        received in any_day(), asked in consultations(), order in prop::collection::vec(any::<u8>(), 12),
    ) {
        let events = story(received, &asked);
        let mut shuffled: Vec<(u8, Event)> = order.into_iter().cycle().zip(events.iter().cloned()).collect();
        shuffled.sort_by_key(|(key, event)| (event.on, *key));
        let shuffled: Vec<Event> = shuffled.into_iter().map(|(_, event)| event).collect();
        let today = received + 60.days();
        prop_assert_eq!(
            clock(&events, &CALENDAR, &RULES, today),
            clock(&shuffled, &CALENDAR, &RULES, today)
        );
    }

    #[test]
    fn any_events_in_any_order_give_a_clock(
        events in prop::collection::vec((0_usize..18, 0_i64..120, prop::option::of(0_u32..60), prop::option::of(-20_i64..60)), 0..20),
        today in 0_i64..160,
    ) {
        let first = date(2026, 9, 1);
        let events: Vec<Event> = events.into_iter().map(|(kind, after, working_days, until)| Event {
            working_days,
            until: until.map(|days| first + (after + days).days()),
            received: until.map(|days| first + (after + days).days()),
            way: Some(Way::Internet),
            ..on(first + after.days(), EventKind::ALL[kind])
        }).collect();
        let today = first + today.days();
        let clock = clock(&events, &CALENDAR, &RULES, today);
        prop_assert!(clock.counted <= clock.total);
        prop_assert!(clock.days.is_sorted_by(|one, next| one.date < next.date));
        prop_assert!(clock.stopped.iter().all(|stop| stop.to.is_none_or(|to| stop.from <= to)));
        for action in actions(&events, &CALENDAR, &RULES, today) {
            let after = [EventKind::SupplementReceived, EventKind::Replied, EventKind::Corrected];
            prop_assert!(!clock.state.is_ended() || after.contains(&action.event));
        }
    }

    /// What `step` lets in is never a mistake afterwards.
    #[test]
    fn steps_taken_leave_no_error_behind(
        tried in prop::collection::vec((0_usize..17, 1_i64..15, prop::option::of(0_u32..30)), 0..25),
    ) {
        let mut events = vec![on(date(2026, 3, 2), EventKind::Received)];
        let mut day = date(2026, 3, 2);
        for (kind, later, working_days) in tried {
            day += later.days();
            let event = Event { working_days, until: Some(day + 30.days()), ..on(day, EventKind::ALL[kind]) };
            if let Ok(taken) = step(&events, event.clone(), &CALENDAR, &RULES, day) {
                events.push(event);
                let errors = taken.findings.iter().filter(|finding| finding.severity == domain::finding::Severity::Error);
                prop_assert_eq!(errors.count(), 0, "{:?}", taken.findings);
            }
        }
    }

    #[test]
    fn any_text_is_read_without_panic(text in ".{0,80}", word in "[a-z_]{0,12}", value in "[0-9\"a-z-]{0,12}") {
        let _ = read_events(&text);
        let read = read_events(&format!("[{{\"on\":\"2026-03-02\",\"kind\":\"received\",\"{word}\":{value}}}]"));
        prop_assert_eq!(read.events.len() + read.unread.len(), 1);
    }
}
