//! What an event the law allows does to the course of a request, and what about it should be known all the same.

use super::course::{Anchor, Consult, Course, Wait, days};
use super::event::{Event, EventKind};
use super::outcome::Outcome;
use super::refused::Refused;
use super::state::State;
use super::{StopKind, Way};
use crate::letter::written_date;
use jiff::civil::Date;

impl Course<'_> {
    /// Takes an event that [`Course::check`] allows.
    pub(super) fn apply(&mut self, event: &Event) {
        match event.kind {
            EventKind::Arrived => {
                self.arrived = Some(event.on);
                self.way = event.way;
                if event.way.is_some_and(|way| !way.is_confirmed()) {
                    self.receive(event.on);
                }
            }
            EventKind::Confirmed => {
                if self.way == Some(Way::OrdinaryPost) && self.arrived.is_some_and(|day| day < event.on) {
                    let message = "平常信函应当在收到当日与申请人确认，没有当日确认，请说明原因（政府信息公开条例第三十一条第二项）。";
                    self.find("confirmed-later", event, message);
                }
                self.receive(event.on);
            }
            EventKind::Received => {
                self.way = event.way.or(self.way);
                self.receive(event.on);
            }
            EventKind::SupplementAsked => self.await_supplement(event),
            EventKind::SupplementReceived => {
                self.end_wait(event.on);
                self.restart(event);
            }
            EventKind::FeeNoticed => {
                let days = days(self.rules.request_fee_pay.value);
                let last = self.calendar.add_working_days(event.delivered.unwrap_or(event.on), days).date;
                self.waits.push(Wait { kind: StopKind::Fee, asked: event.on, last, ended: None });
            }
            EventKind::FeePaid => {
                self.end_wait(event.on);
                if self.fee_restarts() {
                    self.restart(event);
                }
            }
            EventKind::Extended => {
                self.extension += self.extension_of(event).min(self.rules.request_extension.value);
                self.extensions += 1;
            }
            EventKind::Delayed => self.delayed = event.until,
            EventKind::ReasonsAsked => self.reasons_asked = Some(event.on),
            EventKind::ReasonsGiven => self.reasons_given = Some(event.on),
            EventKind::ThirdPartyAsked | EventKind::AgencyAsked => self.consult(event),
            EventKind::ThirdPartyAnswered | EventKind::AgencyAnswered => self.answered(event),
            EventKind::Replied => self.reply(event),
            // The day of receipt is put right before the events are told.
            EventKind::Corrected => {}
            EventKind::Withdrawn => {
                self.end = Some((event.on, State::Withdrawn));
                self.outcome = Some(Outcome::Withdrawn);
            }
        }
    }

    fn receive(&mut self, on: Date) {
        self.received = Some(on);
        self.anchor = Some(Anchor { on, cause: EventKind::Received });
    }

    /// The period begins anew; what was added to the old one ends with it.
    fn restart(&mut self, event: &Event) {
        self.anchor = Some(Anchor { on: event.on, cause: event.kind });
        self.delayed = None;
        if self.extension > 0 {
            self.extension = 0;
            self.find("extension-lapsed", event, "答复期限重新计算，此前的延长不再适用。");
        }
    }

    fn end_wait(&mut self, on: Date) {
        self.end = None;
        self.told = false;
        self.outcome = None;
        if let Some(wait) = self.waits.last_mut() {
            wait.ended = Some(on);
        }
    }

    fn await_supplement(&mut self, event: &Event) {
        let last = match (event.until, event.working_days) {
            (Some(until), _) => self.calendar.next_working_day(until).date,
            (None, Some(count)) => {
                self.calendar.add_working_days(event.delivered.unwrap_or(event.on), count).date
            }
            (None, None) => {
                let days = days(self.rules.request_supplement_give.value);
                let last = self.calendar.add_working_days(event.delivered.unwrap_or(event.on), days).date;
                let message = format!(
                    "没有写明补正期限，按{days}个工作日计算到{}。补正告知书应当写明合理的补正期限（政府信息公开条例第三十条）。",
                    written_date(last)
                );
                self.find("supplement-period-missing", event, &message);
                last
            }
        };
        self.waits.push(Wait { kind: StopKind::Supplement, asked: event.on, last, ended: None });
    }

    fn consult(&mut self, event: &Event) {
        if let Some(due) = self.due(event.on).filter(|due| event.on > due.date && self.waiting().is_none()) {
            let message = format!(
                "答复期限已于{}届满，届满后征求意见的时间不能再扣除（政府信息公开条例第三十三条第三款）。",
                written_date(due.date)
            );
            self.find("consulted-late", event, &message);
        }
        let (kind, rule) = match event.kind {
            EventKind::ThirdPartyAsked => (StopKind::ThirdParty, &self.rules.request_third_party),
            _ => (StopKind::Agency, &self.rules.request_agency),
        };
        let last = self.calendar.add_working_days(event.delivered.unwrap_or(event.on), days(rule.value)).date;
        let party = event.party.clone();
        self.consults.push(Consult { kind, party, asked: event.on, last, answered: None, agrees: None });
    }

    fn answered(&mut self, event: &Event) {
        let Some(index) = self.asked_of(event) else { return };
        let Some(consult) = self.consults.get_mut(index) else { return };
        consult.answered = Some(event.on);
        consult.agrees = event.agrees;
        let (kind, last) = (consult.kind, consult.last);
        if event.on > last {
            let then = match kind {
                StopKind::ThirdParty => "由行政机关依照条例决定是否公开（政府信息公开条例第三十二条）",
                _ => "已视为同意公开（政府信息公开条例第三十四条）",
            };
            let message =
                format!("意见应当在{}前提出，逾期提出的，{then}；超过的时间不扣除。", written_date(last));
            self.find("answered-late", event, &message);
        }
    }

    fn reply(&mut self, event: &Event) {
        if self.end.is_some() {
            self.told = true;
            return;
        }
        if self.waiting().is_none()
            && let Some(due) = self.due(event.on).filter(|due| event.on > due.date)
        {
            let message = format!(
                "答复期限到{}为止，逾期答复（政府信息公开条例第三十三条第二款）。",
                written_date(due.date)
            );
            self.find("replied-late", event, &message);
        }
        let unheard = |consult: &Consult| consult.kind == StopKind::ThirdParty && consult.is_open(event.on);
        if self.consults.iter().any(unheard) {
            let message =
                "第三方提出意见的期限还没有到，也没有收到意见，就作出了答复（政府信息公开条例第三十二条）。";
            self.find("replied-before-opinion", event, message);
        }
        if let Some((code, message)) = event.outcome.and_then(|outcome| self.against_opinion(outcome)) {
            self.find(code, event, message);
        }
        if let Some(refused) = event.outcome.and_then(|outcome| self.unprepared(outcome)) {
            self.find(refused.code(), event, &refused.to_string());
        }
        self.end = Some((event.on, State::Replied));
        self.outcome = event.outcome;
    }

    /// What follows when the reply goes against a third party's opinion: the agency decides, the opinion does not.
    fn against_opinion(&self, outcome: Outcome) -> Option<(&'static str, &'static str)> {
        let heard = self.consults.iter().filter(|consult| consult.kind == StopKind::ThirdParty);
        let heard: Vec<Option<bool>> = heard.map(|consult| consult.agrees).collect();
        match outcome {
            Outcome::Granted | Outcome::Partial if heard.contains(&Some(false)) => Some((
                "granted-though-opposed",
                "第三方不同意公开而决定公开的，应当将决定公开的内容和理由书面告知第三方，请制发第三方告知书（政府信息公开条例第三十二条）。",
            )),
            Outcome::ThirdParty if !heard.is_empty() && heard.iter().all(|agrees| *agrees == Some(true)) => {
                Some((
                    "refused-though-agreed",
                    "第三方同意公开，却以保护第三方合法权益不予公开，请核对理由（政府信息公开条例第三十二条）。",
                ))
            }
            _ => None,
        }
    }

    /// Why the law does not let an outcome stand: the step it presupposes was not taken.
    pub(super) fn unprepared(&self, outcome: Outcome) -> Option<Refused> {
        let supplemented =
            self.waits.iter().any(|wait| wait.kind == StopKind::Supplement && wait.ended.is_some());
        let asked = self.consults.iter().any(|consult| consult.kind == StopKind::ThirdParty);
        match outcome {
            Outcome::StillUnclear if !supplemented => Some(Refused::OutcomeWithoutSupplement),
            Outcome::Unreasonable if self.reasons_asked.is_none() => Some(Refused::OutcomeWithoutReasons),
            Outcome::ThirdParty if !asked => Some(Refused::OutcomeWithoutOpinion),
            Outcome::SupplementOverdue | Outcome::FeeOverdue => Some(Refused::OutcomeTooEarly),
            Outcome::Withdrawn => Some(Refused::OutcomeByApplicant),
            _ => None,
        }
    }
}
