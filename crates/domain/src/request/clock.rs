//! The clock of a request: until when it is to be answered, how many days are counted, what stopped it and why. Pure: the
//! events, the calendar, the rules and today go in.

use super::course::{Anchor, Course, days};
use super::event::{Event, EventKind, read_events};
use super::outcome::Outcome;
use super::state::State;
use super::strip::{StripDay, strip};
use crate::finding::Finding;
use crate::letter::written_date;
use crate::rule::{Rule, Rules};
use crate::vocabulary::words;
use crate::workday::{Calendar, Deadline};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// Why days are not counted.
    StopKind {
        /// Until the supplement comes.
        Supplement = "supplement", "等待申请人补正";
        /// While a third party is asked.
        ThirdParty = "third_party", "征求第三方意见";
        /// While a jointly making agency is asked.
        Agency = "agency", "征求共同制作机关意见";
        /// Until the fee is paid.
        Fee = "fee", "等待申请人缴费";
    }
}

impl StopKind {
    /// The articles by which these days are not counted.
    pub fn basis(self) -> &'static str {
        match self {
            Self::Supplement => "政府信息公开条例第三十条",
            Self::ThirdParty => "政府信息公开条例第三十二条、第三十三条第三款",
            Self::Agency => "政府信息公开条例第三十三条第三款、第三十四条",
            Self::Fee => "政府信息公开信息处理费管理办法（国办函〔2020〕109号）",
        }
    }
}

/// Days that are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stop {
    /// The first one.
    pub from: Date,
    /// The last one; `None` while it lasts.
    pub to: Option<Date>,
    /// When it ends at the latest.
    pub until: Date,
    /// What kind.
    pub kind: StopKind,
    /// The same in words.
    pub reason: &'static str,
    /// The articles.
    pub basis: &'static str,
}

/// How a request stands on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// Where it stands.
    pub state: State,
    /// The last day for the reply. While somebody is being asked: if the answer came today. None before receipt, while
    /// the applicant is awaited, and when the case was given up.
    pub due: Option<Date>,
    /// While somebody is being asked: the last day for the reply if no answer comes.
    pub due_at_latest: Option<Date>,
    /// Working days of the period counted so far, never more than `total`.
    pub counted: u32,
    /// Working days of the whole period.
    pub total: u32,
    /// The day of receipt.
    pub received: Option<Date>,
    /// The applicant's, the third party's or the agency's last day, while it is awaited.
    pub waits_until: Option<Date>,
    /// When the case ended.
    pub ended: Option<Date>,
    /// How it ended, where the reply says so, the applicant gave up or took the request back.
    pub outcome: Option<Outcome>,
    /// It was given up and the letter that says so is still to be sent.
    pub untold: bool,
    /// What is not counted, by first day.
    pub stopped: Vec<Stop>,
    /// On what the due rests, step by step.
    pub basis: Vec<String>,
    /// What the office should know about how days are counted; the applicant is not told.
    pub notes: Vec<String>,
    /// Leans on a year whose holiday arrangement is not published.
    pub provisional: bool,
    /// What is wrong or should be known.
    pub findings: Vec<Finding>,
    /// Day by day, for a calendar.
    #[serde(skip)]
    pub days: Vec<StripDay>,
}

impl Clock {
    /// Whether the reply's period had ended before a day: whoever is asked for an opinion then stops nothing.
    pub fn is_past(&self, day: Date) -> bool {
        self.due.is_some_and(|due| day > due)
    }
}

/// The clock of a case on `today`.
///
/// ```
/// use domain::request::{Event, EventKind, clock};
/// use domain::{rule::Rules, workday::Calendar};
/// use jiff::civil::date;
/// let events = [Event::new(date(2026, 9, 18), EventKind::Received)];
/// let clock = clock(&events, &Calendar::builtin(), &Rules::builtin().unwrap(), date(2026, 9, 30));
/// assert_eq!((clock.due, clock.counted, clock.total), (Some(date(2026, 10, 22)), 8, 20));
/// ```
pub fn clock(events: &[Event], calendar: &Calendar, rules: &Rules, today: Date) -> Clock {
    let mut course = Course::of(events, calendar, rules, today);
    course.note_silence(today);
    let state = course.state(today);
    let at = course.end.map_or(today, |(end, _)| end.min(today));
    let running = course.waiting().is_none();
    let due = course.due(at).filter(|_| running);
    let spans = course.spans(at);
    let open = spans.iter().any(|span| span.open);
    let latest = if open && running && !state.is_ended() { course.due(Date::MAX) } else { None };
    let (counted, total) = match (course.anchor, due) {
        (Some(Anchor { on, .. }), Some(due)) => {
            let count = |to: Date| course.count(on, to, &spans);
            (count(at.min(due.date)), count(due.date))
        }
        _ => (0, 0),
    };
    let waits_until = match course.waiting() {
        Some(wait) if !state.is_ended() => Some(wait.last),
        _ => spans.iter().filter(|span| span.open && !state.is_ended()).map(|span| span.last).max(),
    };
    let known = |day: Option<Date>| match (course.anchor, day) {
        (Some(Anchor { on, .. }), Some(day)) => calendar.working_days_between(on, day).known,
        _ => true,
    };
    let provisional =
        !(known(due.map(|due| due.date)) && known(latest.map(|due| due.date)) && known(waits_until));
    let stopped = spans.iter().map(|span| Stop {
        from: span.from,
        to: (!span.open).then_some(span.to),
        until: span.last,
        kind: span.kind,
        reason: span.kind.label(),
        basis: span.kind.basis(),
    });
    Clock {
        state,
        due: due.map(|due| due.date),
        due_at_latest: latest.map(|due| due.date),
        counted,
        total,
        received: course.received,
        waits_until,
        ended: course.end.map(|(on, _)| on),
        outcome: course.outcome,
        untold: state == State::GivenUp && !course.told,
        stopped: stopped.collect(),
        basis: course.basis(),
        notes: course.notes(),
        provisional,
        days: strip(&course, &spans, due.map(|due| due.date), today),
        findings: course.findings,
    }
}

/// The clock of a case written as JSON (see [`read_events`]); what could not be read is among the findings.
pub fn clock_of_json(text: &str, calendar: &Calendar, rules: &Rules, today: Date) -> Clock {
    let reading = read_events(text);
    let mut clock = clock(&reading.events, calendar, rules, today);
    clock.findings.splice(0..0, reading.findings);
    clock
}

/// Days not counted, as they stand on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Date,
    pub(super) to: Date,
    pub(super) last: Date,
    pub(super) open: bool,
    pub(super) kind: StopKind,
}

impl Course<'_> {
    /// What is not counted when it is looked at on `at`: what is still open lasts until then, at most until its own end.
    pub(super) fn spans(&self, at: Date) -> Vec<Span> {
        let consults = self.consults.iter().map(|consult| {
            let to = consult.answered.map_or(at, |answered| self.consult_to(answered));
            Span {
                from: self.consult_from(consult.asked),
                to: to.min(consult.last),
                last: consult.last,
                open: consult.is_open(at) && self.end.is_none(),
                kind: consult.kind,
            }
        });
        let waits = self.waits.iter().map(|wait| Span {
            from: wait.asked.tomorrow().unwrap_or(Date::MAX),
            to: wait.ended.unwrap_or_else(|| at.min(wait.last)),
            last: wait.last,
            open: wait.ended.is_none() && at <= wait.last && self.end.is_none(),
            kind: wait.kind,
        });
        let mut spans: Vec<Span> =
            consults.chain(waits).filter(|span| span.open || span.from <= span.to).collect();
        spans.sort_by_key(|span| (span.from, span.to, span.kind));
        spans
    }

    /// The last day for the reply when looked at on `at`. None before receipt and while a supplement is awaited. While a
    /// fee is awaited: as if it were paid on `at` and the count went on.
    pub(super) fn due(&self, at: Date) -> Option<Deadline> {
        let Anchor { on, .. } = self.anchor?;
        if self.waiting().is_some_and(|wait| wait.kind == StopKind::Supplement) {
            return None;
        }
        if let Some(delayed) = self.delayed {
            return Some(self.calendar.next_working_day(delayed));
        }
        let spans = self.spans(at);
        let total = self.rules.request_reply.value.saturating_add(self.extension);
        let (mut day, mut left) = (on, days(total));
        while left > 0 {
            let Ok(next) = day.tomorrow() else { return Some(Deadline { date: Date::MAX, known: false }) };
            day = next;
            left -= u32::from(self.counts(day, &spans));
        }
        Some(Deadline { date: day, known: self.calendar.working_days_between(on, day).known })
    }

    /// Whether a day after the anchor counts.
    pub(super) fn counts(&self, day: Date, spans: &[Span]) -> bool {
        self.calendar.is_working_day(day).value
            && !spans.iter().any(|span| span.from <= day && day <= span.to)
    }

    /// How many days after `from` up to and including `to` count.
    fn count(&self, from: Date, to: Date, spans: &[Span]) -> u32 {
        let (mut day, mut count) = (from, 0);
        while day < to {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            count += u32::from(self.counts(day, spans));
        }
        count
    }

    fn state(&self, today: Date) -> State {
        if let Some((_, state)) = self.end {
            return state;
        }
        if self.anchor.is_none() {
            return if self.arrived.is_some() { State::AwaitingConfirmation } else { State::NotReceived };
        }
        match self.waiting().map(|wait| wait.kind) {
            Some(StopKind::Supplement) => return State::AwaitingSupplement,
            Some(_) => return State::AwaitingFee,
            None => {}
        }
        if self.due(today).is_some_and(|due| today > due.date) {
            return State::Overdue;
        }
        let consulting = self.consults.iter().any(|consult| consult.is_open(today));
        if consulting { State::Consulting } else { State::Running }
    }

    /// Says what the silence of those who were asked means: for a third party nothing, for an agency consent.
    fn note_silence(&mut self, today: Date) {
        let at = self.end.map_or(today, |(end, _)| end.min(today));
        let silent = self.consults.iter().filter(|consult| consult.answered.is_none() && at > consult.last);
        let notes: Vec<Finding> = silent
            .map(|consult| {
                let last = written_date(consult.last);
                match consult.kind {
                    StopKind::ThirdParty => Finding::info(
                        "third-party-silent",
                        format!(
                            "第三方到{last}没有提出意见，不视为同意，由行政机关依照条例决定是否公开（政府信息公开条例第三十二条）。"
                        ),
                    ),
                    _ => Finding::info(
                        "agency-silent",
                        format!("共同制作机关到{last}没有提出意见，视为同意公开（政府信息公开条例第三十四条）。"),
                    ),
                }
            })
            .collect();
        self.findings.extend(notes);
    }

    /// What the rules that were applied say to the office alone.
    fn notes(&self) -> Vec<String> {
        let paid = self.waits.iter().any(|wait| wait.kind == StopKind::Fee);
        let asked = !self.consults.is_empty();
        let applied = [
            (&self.rules.request_fee_afterwards, paid),
            (&self.rules.request_consult_from, asked),
            (&self.rules.request_consult_resume, asked),
        ];
        let noted = applied.into_iter().filter(|(rule, applied)| *applied && !rule.note.is_empty());
        noted.map(|(rule, _)| rule.note.clone()).collect()
    }

    fn basis(&self) -> Vec<String> {
        let Some(received) = self.received else { return Vec::new() };
        let mut basis = vec![match self.way {
            Some(way) => format!("{}（{}）。", way.basis(), written_date(received)),
            None => format!("政府信息公开条例第三十一条：收到申请之日为{}。", written_date(received)),
        }];
        let said = |rule: &Rule| format!("{}：{}", rule.basis, rule.text);
        basis.push(said(&self.rules.request_reply));
        for wait in self.waits.iter().filter(|wait| wait.kind == StopKind::Supplement) {
            basis.push(format!(
                "政府信息公开条例第三十条：{}要求补正，补正期限到{}；答复期限自收到补正的申请之日起计算。",
                written_date(wait.asked),
                written_date(wait.last)
            ));
        }
        if self.waits.iter().any(|wait| wait.kind == StopKind::Fee) {
            basis.push(said(&self.rules.request_fee_pay));
            basis.push(said(&self.rules.request_fee_afterwards));
        }
        if self.extension > 0 {
            basis.push(format!(
                "{}本次延长{}个工作日。",
                said(&self.rules.request_extension),
                self.extension
            ));
        }
        if let Some(delayed) = self.delayed {
            basis.push(format!(
                "政府信息公开条例第三十五条：申请理由合理但无法在期限内答复，延迟答复的合理期限到{}。",
                written_date(delayed)
            ));
        }
        if let Some(Anchor { on, cause }) = self.anchor.filter(|anchor| anchor.cause != EventKind::Received) {
            basis.push(format!("答复期限自{}{}起重新计算。", written_date(on), cause.label()));
        }
        for (kind, rule) in [
            (StopKind::ThirdParty, &self.rules.request_third_party),
            (StopKind::Agency, &self.rules.request_agency),
        ] {
            if self.consults.iter().any(|consult| consult.kind == kind) {
                basis.push(said(rule));
            }
        }
        if !self.consults.is_empty() {
            basis.push(said(&self.rules.request_consult_from));
            basis.push(said(&self.rules.request_consult_resume));
        }
        basis
    }
}
