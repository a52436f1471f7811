//! The course of one request, told event by event. Each event is first held against the law ([`Course::check`]); one
//! that is refused changes nothing. The counting of days is [`super::clock`]'s, over what stands here.

use super::correction::corrected;
use super::event::{Event, EventKind};
use super::outcome::Outcome;
use super::refused::{Refused, YEARS_MAX};
use super::state::State;
use super::{StopKind, Way};
use crate::finding::Finding;
use crate::letter::written_date;
use crate::rule::Rules;
use crate::workday::Calendar;
use jiff::Span;
use jiff::civil::Date;

/// From which event the reply's period is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Anchor {
    pub(super) on: Date,
    pub(super) cause: EventKind,
}

/// Waiting for the applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) kind: StopKind,
    pub(super) asked: Date,
    pub(super) last: Date,
    pub(super) ended: Option<Date>,
}

/// Asking a third party or another agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Consult {
    pub(super) kind: StopKind,
    pub(super) party: Option<String>,
    pub(super) asked: Date,
    pub(super) last: Date,
    pub(super) answered: Option<Date>,
    pub(super) agrees: Option<bool>,
}

impl Consult {
    /// Whether an answer is awaited on a day.
    pub(super) fn is_open(&self, on: Date) -> bool {
        self.answered.is_none() && on <= self.last
    }
}

pub(super) struct Course<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) rules: &'a Rules,
    pub(super) arrived: Option<Date>,
    pub(super) way: Option<Way>,
    pub(super) received: Option<Date>,
    pub(super) anchor: Option<Anchor>,
    /// Working days added to the present period.
    pub(super) extension: i64,
    pub(super) extensions: i64,
    pub(super) delayed: Option<Date>,
    /// Waits in their order; the last one may still be open.
    pub(super) waits: Vec<Wait>,
    pub(super) consults: Vec<Consult>,
    pub(super) reasons_asked: Option<Date>,
    pub(super) reasons_given: Option<Date>,
    pub(super) end: Option<(Date, State)>,
    pub(super) outcome: Option<Outcome>,
    /// The letter was sent that says it was given up.
    pub(super) told: bool,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Course<'a> {
    pub(super) fn new(calendar: &'a Calendar, rules: &'a Rules) -> Self {
        Self {
            calendar,
            rules,
            arrived: None,
            way: None,
            received: None,
            anchor: None,
            extension: 0,
            extensions: 0,
            delayed: None,
            waits: Vec::new(),
            consults: Vec::new(),
            reasons_asked: None,
            reasons_given: None,
            end: None,
            outcome: None,
            told: false,
            findings: Vec::new(),
        }
    }

    /// The course these events make, as it stands on `today`. What the law does not allow is a finding.
    pub(super) fn of(events: &[Event], calendar: &'a Calendar, rules: &'a Rules, today: Date) -> Self {
        let mut course = Self::new(calendar, rules);
        if !events.is_sorted_by_key(|event| event.on) {
            course.findings.push(Finding::info(
                "event-order",
                "事件没有按日期先后登记，已经按日期排列后计算。请核对有没有写错日期。",
            ));
        }
        let events = corrected(events, today);
        let mut ordered: Vec<&Event> = events.iter().collect();
        ordered.sort_by(|one, other| {
            let key = |event: &Event| (event.on, event.kind, event.delivered, event.working_days);
            key(one).cmp(&key(other)).then_with(|| one.party.cmp(&other.party))
        });
        for (index, event) in ordered.iter().enumerate() {
            if index.checked_sub(1).and_then(|before| ordered.get(before)) == Some(event) {
                course.find("event-twice", event, "同一件事登记了两次，只算一次。");
            } else if event.on > today {
                course.find("event-in-future", event, &Refused::Future.to_string());
            } else {
                course.tell(event, today);
            }
        }
        course.settle(today);
        course
    }

    /// Takes an event of the past: refused ones become findings; an extension beyond the law is cut to its length.
    fn tell(&mut self, event: &Event, today: Date) {
        self.settle(event.on);
        let mut believed = event.clone();
        if event.delivered.is_some_and(|day| day < event.on || day > today) {
            believed.delivered = None;
            let message = "送达的日期早于发出之日或者晚于今天，没有采用，按发出之日计算。请核对。";
            self.find("delivered-not-believed", event, message);
        }
        let event = &believed;
        match self.check(event) {
            Ok(()) => self.apply(event),
            Err(refused) => {
                let message = format!("{}：{refused}", self.said(event));
                self.findings.push(Finding::error(refused.code(), message));
                if let Refused::ExtensionTooLong { .. } = refused {
                    self.apply(event);
                }
            }
        }
    }

    /// Ends the case when the applicant has let a period pass before `day`.
    pub(super) fn settle(&mut self, day: Date) {
        if self.end.is_some() {
            return;
        }
        if let Some(wait) = self.waiting().filter(|wait| day > wait.last) {
            let after = wait.last.tomorrow().unwrap_or(Date::MAX);
            self.end = Some((after, State::GivenUp));
            self.outcome = Some(given_up_by(wait.kind));
        }
    }

    /// The wait for the applicant that is open.
    pub(super) fn waiting(&self) -> Option<Wait> {
        self.waits.last().copied().filter(|wait| wait.ended.is_none())
    }

    /// Whether the law allows the event on its day, after all that went before.
    pub(super) fn check(&self, event: &Event) -> Result<(), Refused> {
        self.check_end(event)?;
        if event.until.is_some_and(|until| until.year() > event.on.year().saturating_add(YEARS_MAX)) {
            return Err(Refused::PeriodTooLong);
        }
        let before_receipt =
            matches!(event.kind, EventKind::Arrived | EventKind::Confirmed | EventKind::Received);
        let early = matches!(event.kind, EventKind::Withdrawn | EventKind::Corrected);
        let here = self.received.is_some() || early && self.arrived.is_some();
        if !before_receipt && !here {
            return Err(Refused::NotReceived);
        }
        match event.kind {
            EventKind::Arrived if self.arrived.is_some() || self.received.is_some() => {
                Err(Refused::ReceivedTwice)
            }
            EventKind::Confirmed | EventKind::Received if self.received.is_some() => {
                Err(Refused::ReceivedTwice)
            }
            EventKind::Confirmed if self.arrived.is_none() => Err(Refused::NotArrived),
            EventKind::SupplementAsked => self.check_supplement(event),
            EventKind::SupplementReceived => match self.waiting() {
                Some(Wait { kind: StopKind::Supplement, .. }) => Ok(()),
                _ => Err(Refused::SupplementNotAsked),
            },
            EventKind::Extended => self.check_extension(event),
            EventKind::ThirdPartyAsked | EventKind::AgencyAsked => {
                let asking = |consult: &&Consult| {
                    consult.is_open(event.on)
                        && is_side(consult.kind, event.kind)
                        && consult.party == event.party
                };
                self.consults.iter().find(asking).map_or(Ok(()), |_| Err(Refused::ConsultedTwice))
            }
            EventKind::ThirdPartyAnswered | EventKind::AgencyAnswered => {
                self.asked_of(event).map(|_| ()).ok_or(Refused::NotConsulted)
            }
            EventKind::FeeNoticed => self.check_fee(event),
            EventKind::FeePaid => match self.waiting() {
                Some(Wait { kind: StopKind::Fee, .. }) => Ok(()),
                _ => Err(Refused::FeeNotAsked),
            },
            EventKind::ReasonsAsked if self.reasons_asked.is_some() => Err(Refused::ReasonsAskedTwice),
            EventKind::ReasonsGiven if self.reasons_asked.is_none() || self.reasons_given.is_some() => {
                Err(Refused::ReasonsNotAsked)
            }
            EventKind::Delayed => self.check_delay(event),
            _ => Ok(()),
        }
    }

    /// Whether a person may enter the event now: what a history is told of all the same, with a finding, is refused.
    pub(super) fn check_now(&self, event: &Event) -> Result<(), Refused> {
        self.check(event)?;
        match event.kind {
            EventKind::ReasonsAsked | EventKind::ThirdPartyAsked | EventKind::AgencyAsked => {
                self.check_waiting()?;
            }
            EventKind::Replied if self.end.is_none() => self.check_waiting()?,
            EventKind::SupplementAsked => self.check_supplement_length(event)?,
            _ => {}
        }
        let unprepared = event.outcome.filter(|_| event.kind == EventKind::Replied && self.end.is_none());
        unprepared.and_then(|outcome| self.unprepared(outcome)).map_or(Ok(()), Err)
    }

    fn check_end(&self, event: &Event) -> Result<(), Refused> {
        let Some((_, state)) = self.end else { return Ok(()) };
        // Annual reports count ended cases by their day of receipt.
        if event.kind == EventKind::Corrected {
            return Ok(());
        }
        if state != State::GivenUp {
            return Err(Refused::Ended(state));
        }
        // The letter that says so may follow.
        if event.kind == EventKind::Replied && event.outcome.is_some() && event.outcome == self.outcome {
            return Ok(());
        }
        match self.waiting() {
            Some(Wait { kind: StopKind::Supplement, last, .. }) => {
                let excused = event.kind == EventKind::SupplementReceived && event.justified == Some(true);
                if excused { Ok(()) } else { Err(Refused::SupplementLate { last }) }
            }
            Some(Wait { last, .. }) => Err(Refused::FeeUnpaid { last }),
            None => Err(Refused::Ended(state)),
        }
    }

    fn check_waiting(&self) -> Result<(), Refused> {
        match self.waiting() {
            Some(Wait { kind: StopKind::Supplement, .. }) => Err(Refused::AwaitingSupplement),
            Some(_) => Err(Refused::AwaitingFee),
            None => Ok(()),
        }
    }

    fn check_supplement(&self, event: &Event) -> Result<(), Refused> {
        self.check_waiting()?;
        let asks = self.waits.iter().filter(|wait| wait.kind == StopKind::Supplement).count();
        if asks >= usize::try_from(self.rules.request_supplement_asks.value).unwrap_or(usize::MAX) {
            return Err(Refused::SupplementAskedTwice);
        }
        if let Some(last) = self.supplement_ask_last().filter(|last| event.on > *last) {
            return Err(Refused::SupplementAskedLate {
                limit: self.rules.request_supplement_ask.value,
                last,
            });
        }
        match (event.until, event.working_days) {
            (Some(until), _) if until <= event.on => Err(Refused::PeriodBackwards),
            (None, Some(0)) => Err(Refused::PeriodBackwards),
            _ => Ok(()),
        }
    }

    fn check_supplement_length(&self, event: &Event) -> Result<(), Refused> {
        let limit = self.rules.request_supplement_longest.value;
        let last = self.calendar.add_working_days(event.on, days(limit)).date;
        let long = match (event.until, event.working_days) {
            (Some(until), _) => until > last,
            (None, count) => count.is_some_and(|count| i64::from(count) > limit),
        };
        if long { Err(Refused::SupplementTooLong { limit }) } else { Ok(()) }
    }

    /// The last day to ask for a supplement: counted from the receipt, which nothing that happens later moves.
    pub(super) fn supplement_ask_last(&self) -> Option<Date> {
        let received = self.received?;
        Some(self.calendar.add_working_days(received, days(self.rules.request_supplement_ask.value)).date)
    }

    fn check_extension(&self, event: &Event) -> Result<(), Refused> {
        if let Some(Wait { kind: StopKind::Supplement, .. }) = self.waiting() {
            return Err(Refused::AwaitingSupplement);
        }
        if self.extensions >= self.rules.request_extensions.value {
            return Err(Refused::ExtendedTwice);
        }
        if let Some(due) = self.due(event.on).filter(|due| event.on > due.date) {
            return Err(Refused::ExtendedLate { due: due.date });
        }
        if event.approved == Some(false) {
            return Err(Refused::NotApproved);
        }
        let limit = self.rules.request_extension.value;
        match self.extension_of(event) {
            0 => Err(Refused::ExtensionEmpty),
            asked if asked > limit => Err(Refused::ExtensionTooLong { limit }),
            _ => Ok(()),
        }
    }

    /// By how many working days an event extends; a day written instead is measured from the due of that day.
    pub(super) fn extension_of(&self, event: &Event) -> i64 {
        if let Some(count) = event.working_days {
            return count.into();
        }
        let due = self.due(event.on);
        let measured = event.until.zip(due).map(|(until, due)| {
            self.calendar.working_days_between(due.date, self.calendar.next_working_day(until).date).value
        });
        measured.unwrap_or(0).max(0)
    }

    fn check_fee(&self, event: &Event) -> Result<(), Refused> {
        self.check_waiting()?;
        if self.waits.iter().any(|wait| wait.kind == StopKind::Fee) {
            return Err(Refused::FeeTwice);
        }
        match self.due(event.on).filter(|due| event.on > due.date) {
            Some(due) => Err(Refused::FeeLate { due: due.date }),
            None => Ok(()),
        }
    }

    fn check_delay(&self, event: &Event) -> Result<(), Refused> {
        self.check_waiting()?;
        if self.reasons_given.is_none() {
            return Err(Refused::NoReasons);
        }
        let (Some(due), Some(until)) = (self.due(event.on), event.until) else {
            return Err(Refused::DelayNotLater);
        };
        if event.on > due.date {
            return Err(Refused::DelayedLate { due: due.date });
        }
        if self.delayed.is_some() || until <= due.date { Err(Refused::DelayNotLater) } else { Ok(()) }
    }

    /// The consultation that an answer belongs to: the oldest unanswered one of the party named, or of any.
    pub(super) fn asked_of(&self, event: &Event) -> Option<usize> {
        self.consults.iter().position(|consult| {
            consult.answered.is_none()
                && is_side(consult.kind, event.kind)
                && (event.party.is_none() || consult.party == event.party)
        })
    }

    /// Whether the period begins anew after payment, as the office's rules say.
    pub(super) fn fee_restarts(&self) -> bool {
        self.rules.request_fee_afterwards.value >= 2
    }

    /// The first day that consulting takes out of the period, for a letter sent on `asked`.
    pub(super) fn consult_from(&self, asked: Date) -> Date {
        shifted(asked, self.rules.request_consult_from.value.saturating_sub(1))
    }

    /// The last day that consulting takes out of the period, for an answer that came on `answered`.
    pub(super) fn consult_to(&self, answered: Date) -> Date {
        shifted(answered, self.rules.request_consult_resume.value.saturating_sub(2))
    }

    fn said(&self, event: &Event) -> String {
        format!("{}{}", written_date(event.on), event.kind.label())
    }

    pub(super) fn find(&mut self, code: &'static str, event: &Event, message: &str) {
        let message = format!("{}：{message}", self.said(event));
        self.findings.push(Finding::warning(code, message));
    }
}

fn is_side(kind: StopKind, event: EventKind) -> bool {
    match event {
        EventKind::ThirdPartyAsked | EventKind::ThirdPartyAnswered => kind == StopKind::ThirdParty,
        _ => kind == StopKind::Agency,
    }
}

/// How a case ends whose applicant was waited for in vain.
fn given_up_by(kind: StopKind) -> Outcome {
    if kind == StopKind::Fee { Outcome::FeeOverdue } else { Outcome::SupplementOverdue }
}

/// A few days before or after a day.
fn shifted(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days.clamp(-31, 31)))
}

/// A rule's number as a count of days.
pub(super) fn days(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}
