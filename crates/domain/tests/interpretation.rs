//! The clock of interpretations, day by day, and the rate against a plain count.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use domain::interpretation::{FileStanding, Need, PolicyFile, due, rates};
use domain::rule::Rules;
use domain::workday::Calendar;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde::Deserialize;
use std::sync::LazyLock;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::builtin);
static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::builtin().unwrap());

#[derive(Deserialize)]
struct Vectors {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    published: toml::value::Datetime,
    due: toml::value::Datetime,
    why: String,
}

#[test]
fn interpretations_are_due_as_the_table_says() {
    let vectors: Vectors = toml::from_str(include_str!("interpretation_due.toml")).unwrap();
    assert!(vectors.case.len() >= 6);
    for case in vectors.case {
        let published: Date = case.published.to_string().parse().unwrap();
        assert_eq!(due(published, &RULES, &CALENDAR).date.to_string(), case.due.to_string(), "{}", case.why);
    }
}

fn file() -> impl Strategy<Value = (i64, i64, bool, Option<i64>)> {
    (0_i64..3, 0_i64..700, any::<bool>(), proptest::option::of(-3_i64..12))
}

proptest! {
    /// Every file is in one number and no other; the rate is interpreted ÷ needed.
    #[test]
    fn each_file_counts_once(files in proptest::collection::vec(file(), 0..40)) {
        let files: Vec<PolicyFile> = files
            .into_iter()
            .enumerate()
            .map(|(id, (unit, after, needed, interpreted))| {
                let published = date(2019, 1, 1).saturating_add(after.days());
                PolicyFile {
                    id: i64::try_from(id).unwrap(),
                    unit,
                    published,
                    need: Some(if needed { Need::Needed } else { Need::NotNeeded { reason: "人事任免".into() } }),
                    interpreted: interpreted.map(|days| published.saturating_add(days.days())),
                }
            })
            .collect();
        let rates = rates(&files, date(2020, 6, 1), &RULES, &CALENDAR);
        let mut ids: Vec<i64> = rates.iter().flat_map(|rate| rate.files.iter().map(|file| file.id)).collect();
        ids.sort_unstable();
        prop_assert_eq!(ids, files.iter().map(|file| file.id).collect::<Vec<_>>());
        for rate in &rates {
            let own = || files.iter().filter(|file| file.unit == rate.unit && file.published.year() == rate.year);
            let needed = own().filter(|file| file.need == Some(Need::Needed) || file.interpreted.is_some()).count();
            let interpreted = own().filter(|file| file.interpreted.is_some()).count();
            prop_assert_eq!((rate.needed(), rate.interpreted()), (needed, interpreted));
            prop_assert_eq!(rate.per_mille(), (interpreted * 1000 + needed / 2).checked_div(needed));
            let all: usize = FileStanding::ALL.iter().map(|standing| rate.count(*standing)).sum();
            prop_assert_eq!(all, rate.files.len());
        }
    }
}
