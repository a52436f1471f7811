//! The cells of a catalogue: limits, channels, lists, marks. What is read is written so that it is read again.

#![no_main]

use domain::catalogue::{channel, list, mark};
use domain::time_limit::TimeLimit;
use domain::workday::Calendar;
use jiff::civil::date;
use std::sync::LazyLock;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::builtin);

libfuzzer_sys::fuzz_target!(|cell: &str| {
    let limit = TimeLimit::parse(cell);
    assert_eq!(limit.text(), cell.trim());
    let day = date(2026, 1, 1);
    if let Some(due) = limit.due_after(day, 20, &CALENDAR) {
        assert!(due.date > day);
    }
    assert!(limit.dues(day, date(2027, 1, 1)).iter().all(|due| *due >= day));
    let json = serde_json::to_string(&limit).unwrap_or_default();
    assert_eq!(serde_json::from_str::<TimeLimit>(&json).ok(), Some(limit));
    let channels = channel::parse(cell);
    assert!(channels.open.iter().all(|open| !channels.chosen.contains(open)));
    for read in [list::elements, list::basis, list::publishers] {
        assert!(read(cell).iter().all(|entry| !entry.trim().is_empty()));
    }
    let _ = mark::read(cell, "县级");
});
