//! A day of receipt that was entered wrongly: put right for all that follows from it, while what was entered stays in the
//! history.

use super::event::{Event, EventKind};
use super::refused::Refused;
use jiff::civil::Date;

/// The event that settles the day of receipt: the confirmation where there is one.
fn settles(events: &[Event]) -> Option<usize> {
    let place = |kind| events.iter().position(|event| event.kind == kind);
    place(EventKind::Confirmed).or_else(|| place(EventKind::Received)).or_else(|| place(EventKind::Arrived))
}

/// The events with the day of receipt as it was last corrected until `today`.
///
/// ```
/// use domain::request::{corrected, read_events};
/// use jiff::civil::date;
/// let told = read_events(r#"[{"on":"2026-03-02","kind":"received"},{"on":"2026-03-04","kind":"corrected","received":"2026-02-27"}]"#);
/// assert_eq!(corrected(&told.events, date(2026, 3, 4))[0].on, date(2026, 2, 27));
/// assert_eq!(corrected(&told.events, date(2026, 3, 3))[0].on, date(2026, 3, 2));
/// ```
pub fn corrected(events: &[Event], today: Date) -> Vec<Event> {
    let mut events = events.to_vec();
    let last = events.iter().rev().find(|event| event.kind == EventKind::Corrected && event.on <= today);
    let received = last.and_then(|event| event.received);
    if let Some(settling) = settles(&events).and_then(|place| events.get_mut(place)) {
        settling.on = received.unwrap_or(settling.on);
    }
    events
}

/// Between which days the day of receipt may lie: after the request came, before anything else was done.
fn correctable(events: &[Event]) -> (Option<Date>, Option<Date>) {
    let Some(settling) = settles(events) else { return (None, None) };
    let before = events.iter().take(settling).filter(|event| event.kind == EventKind::Arrived);
    let after = events.iter().skip(settling + 1).filter(|event| event.kind != EventKind::Corrected);
    (before.map(|event| event.on).max(), after.map(|event| event.on).min())
}

/// Whether the day of receipt may be put right so.
pub(super) fn check_correction(events: &[Event], event: &Event) -> Result<(), Refused> {
    let Some(received) = event.received else { return Err(Refused::CorrectionEmpty) };
    if event.note.as_deref().is_none_or(|note| note.trim().is_empty()) {
        return Err(Refused::CorrectionWithoutReason);
    }
    if received > event.on {
        return Err(Refused::Future);
    }
    match correctable(events) {
        (Some(first), _) if received < first => Err(Refused::CorrectionBeforeArrival { first }),
        (_, Some(next)) if received > next => Err(Refused::CorrectionAfterStep { next }),
        _ => Ok(()),
    }
}
