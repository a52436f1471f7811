//! What happens to the demonstration's requests, planned day by day: every outcome, then what is open on its first morning.

use super::requests::{Act, Planned};
use domain::annual_report::{DisputeEnd, DisputeKind};
use domain::request::{ApplicantKind, Event, EventKind, LetterKind, Outcome, Way};
use domain::workday::Calendar;
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// The first day on which somebody asks.
const FIRST: Date = date(2019, 5, 15);
/// Days between two of those that have ended.
const APART: i64 = 8;

/// A case being planned: acts one after another, so many working days apart.
struct Plot<'a> {
    calendar: &'a Calendar,
    case: usize,
    on: Date,
    /// It asks for a correction of one's own data (art. 41).
    corrects: bool,
    acts: Vec<Planned>,
}

impl Plot<'_> {
    fn after(&mut self, working_days: u32, act: impl FnOnce(Date) -> Act) {
        self.on = self.calendar.add_working_days(self.on, working_days).date;
        self.acts.push(Planned { on: self.on, case: self.case, act: act(self.on) });
    }

    /// It comes, and its receipt is confirmed where that is needed.
    fn come(&mut self) {
        let way = Way::ALL.get((self.case + 4) % Way::ALL.len()).copied().unwrap_or(Way::Internet);
        let kind = ApplicantKind::ALL.get(self.case % 11).copied().unwrap_or(ApplicantKind::Person);
        let corrects = self.corrects;
        self.after(0, |_| Act::Arrive { way, kind, corrects });
        if way.is_confirmed() {
            let days = u32::from(way != Way::OrdinaryPost);
            self.after(days, |on| Act::Take(Event::new(on, EventKind::Confirmed)));
        }
    }

    fn ask_supplement(&mut self) {
        self.after(3, |on| {
            Act::Take(Event { working_days: Some(10), ..Event::new(on, EventKind::SupplementAsked) })
        });
    }

    fn ask_third_party(&mut self) {
        let party = || Some("示例第三方公司".to_owned());
        self.after(4, |on| Act::Take(Event { party: party(), ..Event::new(on, EventKind::ThirdPartyAsked) }));
    }

    fn third_party_answers(&mut self) {
        let party = || Some("示例第三方公司".to_owned());
        self.after(8, |on| {
            let agrees = Some(false);
            Act::Take(Event { party: party(), agrees, ..Event::new(on, EventKind::ThirdPartyAnswered) })
        });
    }

    /// The agency that made it too is asked and agrees.
    fn ask_agency(&mut self) {
        let party = || Some("乌审旗发展和改革委员会（示例）".to_owned());
        self.after(3, |on| Act::Take(Event { party: party(), ..Event::new(on, EventKind::AgencyAsked) }));
        self.after(6, |on| {
            let agrees = Some(true);
            Act::Take(Event { party: party(), agrees, ..Event::new(on, EventKind::AgencyAnswered) })
        });
    }

    fn ask_reasons(&mut self) {
        self.after(3, |on| Act::Take(Event::new(on, EventKind::ReasonsAsked)));
        self.after(5, |_| Act::Reasons);
    }

    fn delay(&mut self) {
        let until = self.calendar.add_working_days(self.on, 30).date;
        self.after(1, |on| Act::Take(Event { until: Some(until), ..Event::new(on, EventKind::Delayed) }));
    }

    fn pay_notice(&mut self) {
        self.after(5, |on| Act::Take(Event { yuan: Some(700), ..Event::new(on, EventKind::FeeNoticed) }));
    }

    fn extend(&mut self) {
        self.after(6, |on| {
            Act::Decide(Event { working_days: Some(15), ..Event::new(on, EventKind::Extended) })
        });
    }

    fn reply(&mut self, working_days: u32, outcome: Outcome) {
        self.after(working_days, |on| {
            Act::Decide(Event { outcome: Some(outcome), ..Event::new(on, EventKind::Replied) })
        });
    }

    /// From its coming to its end.
    fn end_with(&mut self, outcome: Outcome) {
        self.corrects = outcome == Outcome::Other;
        self.come();
        match outcome {
            Outcome::Withdrawn => return self.after(4, |_| Act::Withdraw),
            Outcome::SupplementOverdue => self.ask_supplement(),
            Outcome::FeeOverdue => self.pay_notice(),
            Outcome::StillUnclear => {
                self.ask_supplement();
                self.after(4, |_| Act::Supplement);
            }
            Outcome::ThirdParty | Outcome::Partial => {
                self.ask_third_party();
                self.third_party_answers();
            }
            Outcome::Unreasonable => self.ask_reasons(),
            Outcome::Granted if self.case % 3 == 2 => {
                self.pay_notice();
                self.after(3, |on| Act::Take(Event::new(on, EventKind::FeePaid)));
            }
            Outcome::Granted if self.case % 3 == 1 => self.ask_agency(),
            Outcome::NeedsMaking => {
                self.ask_reasons();
                self.delay();
            }
            _ if self.case.is_multiple_of(5) => {
                self.ask_supplement();
                self.after(3, |_| Act::Supplement);
                self.extend();
            }
            _ => {}
        }
        if matches!(outcome, Outcome::Granted | Outcome::Partial) {
            self.after(1, |_| Act::Provide);
        }
        let lapse = matches!(outcome, Outcome::SupplementOverdue | Outcome::FeeOverdue);
        self.reply(if lapse { 24 } else { 7 }, outcome);
        match outcome {
            Outcome::Partial => self.after(1, |_| Act::Issue(LetterKind::ThirdPartyDecision)),
            // One the unit corrects itself, one it hands on.
            Outcome::Other if self.case < 30 => self.after(1, |_| Act::Issue(LetterKind::Correction)),
            Outcome::Other => self.after(1, |_| Act::Issue(LetterKind::Forward)),
            Outcome::StateSecret => self.after(1, |_| Act::Issue(LetterKind::ServiceReturn)),
            _ => {}
        }
        self.after(2, |_| Act::Deliver);
    }
}

/// Every outcome twice, the usual ones more often; then what is open in September 2020.
pub(super) fn plan(calendar: &Calendar) -> Vec<Planned> {
    let usual = [Outcome::Granted, Outcome::AlreadyPublic, Outcome::NotHeld];
    let outcomes = Outcome::ALL.iter().chain(&usual).chain(Outcome::ALL).chain(&usual).copied();
    let mut all = Vec::new();
    for (case, outcome) in outcomes.enumerate() {
        let days = i64::try_from(case).unwrap_or(0) * APART;
        let came = calendar.next_working_day(FIRST.saturating_add(days.days())).date;
        let mut plot = Plot { calendar, case, on: came, corrects: false, acts: Vec::new() };
        plot.end_with(outcome);
        if outcome == Outcome::ThirdParty || outcome == Outcome::Partial {
            plot.after(15, |_| Act::Dispute(DisputeKind::Review, None));
            let end = if case < 20 { DisputeEnd::Upheld } else { DisputeEnd::Corrected };
            plot.after(30, |_| Act::Dispute(DisputeKind::Review, Some(end)));
        }
        if outcome == Outcome::NotHeld && case < 40 {
            plot.after(20, |_| Act::Dispute(DisputeKind::LawsuitDirect, None));
        }
        all.append(&mut plot.acts);
    }
    let first = Outcome::ALL.len() * 2 + usual.len() * 2;
    all.extend(open(calendar, first));
    all
}

/// What is open on the demonstration's first morning, one of each state and some more.
fn open(calendar: &Calendar, first: usize) -> Vec<Planned> {
    type Tell = fn(&mut Plot<'_>);
    let told: [(Date, Tell); 12] = [
        (date(2020, 8, 12), |_| {}),
        (date(2020, 8, 19), |plot| plot.ask_third_party()),
        (date(2020, 8, 25), |plot| plot.extend()),
        (date(2020, 8, 28), |plot| plot.pay_notice()),
        (date(2020, 8, 31), |_| {}),
        (date(2020, 9, 2), |plot| {
            plot.after(5, |on| {
                let note = Some("拟予以公开，请审批（示例数据）。".to_owned());
                Act::Decide(Event {
                    outcome: Some(Outcome::Granted),
                    note,
                    ..Event::new(on, EventKind::Replied)
                })
            });
        }),
        (date(2020, 9, 4), |plot| plot.ask_supplement()),
        (date(2020, 9, 8), |plot| plot.ask_third_party()),
        (date(2020, 9, 10), |plot| {
            plot.ask_supplement();
            plot.after(2, |_| Act::Supplement);
        }),
        (date(2020, 8, 14), |plot| plot.ask_supplement()),
        (date(2020, 9, 16), |_| {}),
        (date(2020, 9, 17), |_| {}),
    ];
    let next = first + told.len();
    let mut all = Vec::new();
    for (index, (came, tell)) in told.into_iter().enumerate() {
        let mut plot = Plot { calendar, case: first + index, on: came, corrects: false, acts: Vec::new() };
        plot.come();
        tell(&mut plot);
        all.append(&mut plot.acts);
    }
    // These have come over the portal; nobody has confirmed them yet.
    for (index, came) in [date(2020, 9, 18), date(2020, 9, 18)].into_iter().enumerate() {
        let act = Act::Arrive { way: Way::Internet, kind: ApplicantKind::Person, corrects: false };
        all.push(Planned { on: came, case: next + index, act });
    }
    all
}
