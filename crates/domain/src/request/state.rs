//! Where a request stands, what the law allows next, and the door every new event goes through.

use super::StopKind;
use super::applicant::Way;
use super::clock::{Clock, clock};
use super::correction::check_correction;
use super::course::Course;
use super::event::{Event, EventKind};
use super::outcome::Outcome;
use super::refused::Refused;
use crate::rule::Rules;
use crate::vocabulary::words;
use crate::workday::Calendar;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// Where a request stands.
    State {
        /// Nothing on record.
        NotReceived = "not_received", "尚未收到";
        /// It came; the day of receipt is to be confirmed with the applicant.
        AwaitingConfirmation = "awaiting_confirmation", "待确认收到";
        /// The reply's period runs.
        Running = "running", "办理中";
        /// The applicant is to supplement.
        AwaitingSupplement = "awaiting_supplement", "待申请人补正";
        /// A third party or another agency is being asked; the period stands still.
        Consulting = "consulting", "征求意见中";
        /// The applicant is to pay.
        AwaitingFee = "awaiting_fee", "待申请人缴费";
        /// The period has ended without a reply.
        Overdue = "overdue", "逾期未答复";
        /// Answered.
        Replied = "replied", "已答复";
        /// The applicant did not supplement or pay in time.
        GivenUp = "given_up", "视为放弃，不再处理";
        /// The applicant took it back.
        Withdrawn = "withdrawn", "申请人已撤回";
    }
}

impl State {
    /// Whether the case is over.
    pub fn is_ended(self) -> bool {
        matches!(self, Self::Replied | Self::GivenUp | Self::Withdrawn)
    }
}

/// Something the law allows now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Action {
    /// What may be entered.
    pub event: EventKind,
    /// The article.
    pub article: &'static str,
    /// The latest day, where there is one.
    pub until: Option<Date>,
}

/// What may be entered today, in the order of a case.
///
/// ```
/// use domain::request::{Event, EventKind, actions};
/// use domain::{rule::Rules, workday::Calendar};
/// use jiff::civil::date;
/// let (calendar, rules) = (Calendar::builtin(), Rules::builtin().unwrap());
/// let events = [Event::new(date(2026, 9, 18), EventKind::Received)];
/// let allowed = actions(&events, &calendar, &rules, date(2026, 9, 21));
/// let supplement = allowed.iter().find(|action| action.event == EventKind::SupplementAsked).unwrap();
/// assert_eq!(supplement.until, Some(date(2026, 9, 29)));
/// ```
pub fn actions(events: &[Event], calendar: &Calendar, rules: &Rules, today: Date) -> Vec<Action> {
    let course = Course::of(events, calendar, rules, today);
    let confirming = course.check(&Event::new(today, EventKind::Confirmed)).is_ok();
    let allowed = EventKind::ALL.into_iter().filter(|kind| {
        let doubled = *kind == EventKind::Received && confirming;
        !doubled && course.check_now(&probe(*kind, &course, today)).is_ok()
    });
    allowed
        .map(|event| Action { event, article: event.article(), until: latest(event, &course, today) })
        .collect()
}

/// How the law lets the case end today, in the order of the articles.
///
/// ```
/// use domain::request::{Event, EventKind, Outcome, outcomes};
/// use domain::{rule::Rules, workday::Calendar};
/// use jiff::civil::date;
/// let (calendar, rules) = (Calendar::builtin(), Rules::builtin().unwrap());
/// let events = [Event::new(date(2026, 9, 18), EventKind::Received)];
/// let possible = outcomes(&events, &calendar, &rules, date(2026, 9, 21));
/// assert!(possible.contains(&Outcome::Granted) && !possible.contains(&Outcome::StillUnclear));
/// ```
pub fn outcomes(events: &[Event], calendar: &Calendar, rules: &Rules, today: Date) -> Vec<Outcome> {
    let course = Course::of(events, calendar, rules, today);
    let reply = |outcome| Event { outcome: Some(outcome), ..Event::new(today, EventKind::Replied) };
    Outcome::ALL.iter().copied().filter(|outcome| course.check_now(&reply(*outcome)).is_ok()).collect()
}

/// The least an event of that kind would say.
fn probe(kind: EventKind, course: &Course<'_>, today: Date) -> Event {
    let due = course.due(today).map(|due| due.date);
    Event {
        way: Some(Way::InPerson),
        working_days: Some(1),
        until: if kind == EventKind::Delayed { due.and_then(|due| due.tomorrow().ok()) } else { None },
        // Whoever is already being asked, somebody else may still be.
        party: matches!(kind, EventKind::ThirdPartyAsked | EventKind::AgencyAsked).then(String::new),
        justified: Some(true),
        outcome: course.outcome,
        ..Event::new(today, kind)
    }
}

fn latest(kind: EventKind, course: &Course<'_>, today: Date) -> Option<Date> {
    let asked = |kind: StopKind| {
        course.consults.iter().find(|consult| consult.kind == kind && consult.answered.is_none())
    };
    match kind {
        EventKind::SupplementAsked => course.supplement_ask_last(),
        EventKind::SupplementReceived | EventKind::FeePaid => {
            course.waiting().map(|wait| wait.last).filter(|last| today <= *last)
        }
        EventKind::ThirdPartyAnswered => asked(StopKind::ThirdParty).map(|consult| consult.last),
        EventKind::AgencyAnswered => asked(StopKind::Agency).map(|consult| consult.last),
        EventKind::Extended | EventKind::FeeNoticed | EventKind::Delayed | EventKind::Replied => {
            course.due(today).map(|due| due.date).filter(|_| course.waiting().is_none())
        }
        _ => None,
    }
}

/// The clock after one more event, entered `today` for its own day.
///
/// # Errors
/// [`Refused`], a sentence for the person who tried; a reply that is late is taken, with a finding.
pub fn step(
    events: &[Event],
    event: Event,
    calendar: &Calendar,
    rules: &Rules,
    today: Date,
) -> Result<Clock, Refused> {
    if event.on > today {
        return Err(Refused::Future);
    }
    let mut course = Course::of(events, calendar, rules, event.on);
    if let Some(last) = events.iter().map(|before| before.on).max().filter(|last| event.on < *last) {
        return Err(Refused::Past { last });
    }
    course.settle(event.on);
    course.check_now(&event)?;
    if event.kind == EventKind::Corrected {
        check_correction(events, &event)?;
    }
    let mut all = events.to_vec();
    all.push(event);
    Ok(clock(&all, calendar, rules, today))
}
