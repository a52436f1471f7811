//! The requests of the demonstration (示例数据): two years of them, in every state and with every outcome, told day by day
//! through the same commands that people's clicks call. Applicants and what they ask for are made up.

use super::request_plot::plan;
use super::{morning, request_words as words};
use anyhow::{Context, Result};
use domain::annual_report::{DisputeEnd, DisputeKind};
use domain::clock::{Clock as _, FixedClock};
use domain::request::{
    ApplicantKind, Clock, Event, Identity, LetterKind, Obtaining, Outcome, Providing, Way, clock, step,
};
use domain::role::{Actor, Person};
use domain::unit::UnitId;
use domain::workday::Calendar;
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use std::collections::BTreeMap;
use store::request::{Applicant, Delivery, DisputeDraft, LetterDraft, NewFile, Office, Purpose, Submission};
use store::{PageRequest, Store};

/// Something that happens to a case.
pub(super) enum Act {
    Arrive { way: Way, kind: ApplicantKind, corrects: bool },
    Take(Event),
    Decide(Event),
    Supplement,
    Reasons,
    Withdraw,
    Provide,
    Deliver,
    Issue(LetterKind),
    Dispute(DisputeKind, Option<DisputeEnd>),
}

/// An act with its day and its case.
pub(super) struct Planned {
    pub(super) on: Date,
    pub(super) case: usize,
    pub(super) act: Act,
}

/// The requests still to be told.
pub(super) struct Requests<'a> {
    store: &'a Store,
    clock: &'a FixedClock,
    calendar: Calendar,
    clerks: Vec<Person>,
    approver: Actor,
    planned: std::iter::Peekable<std::vec::IntoIter<Planned>>,
    /// The cases by their number in the plan.
    known: BTreeMap<usize, (i64, UnitId, Actor)>,
    minutes: i64,
}

impl<'a> Requests<'a> {
    /// Plans all of it and sets what the units' letters say.
    pub(super) async fn new(store: &'a Store, clock: &'a FixedClock) -> Result<Self> {
        let users = store::user::list(store, None, "", PageRequest::whole()).await?.rows;
        let person = |login: &str| {
            let user = users.iter().find(|user| user.login == login);
            let user = user.with_context(|| format!("no account {login} in the demonstration"))?;
            anyhow::Ok(Person {
                user: user.id,
                name: user.name.clone(),
                unit: user.unit,
                grants: user.grants.iter().copied().collect(),
                delegated: Vec::new(),
            })
        };
        let clerks = vec![person("ziran")?, person("minzheng")?, person("galutu")?];
        for (clerk, word) in clerks.iter().zip(["乌自然资公复", "乌民公复", "嘎政公复"]) {
            let office = Office {
                word: word.to_owned(),
                reviewer: "乌审旗人民政府（示例）".to_owned(),
                court: "乌审旗人民法院（示例）".to_owned(),
                contact_name: "示例受理人".to_owned(),
                contact_phone: "0477-0000000".to_owned(),
                address: "示例办公地址".to_owned(),
                payment: "按缴款通知书缴入财政专户（示例）".to_owned(),
                ..store::request::office(store, clerk.unit).await?
            };
            store::request::set_office(store, &Actor::Person(clerk.clone()), clerk.unit, office).await?;
        }
        let calendar = Calendar::builtin();
        let mut planned = plan(&calendar);
        planned.sort_by_key(|planned| planned.on);
        Ok(Self {
            store,
            clock,
            calendar,
            approver: Actor::Person(person("gongkai")?),
            clerks,
            planned: planned.into_iter().peekable(),
            known: BTreeMap::new(),
            minutes: 0,
        })
    }

    /// Tells what happens before a day.
    pub(super) async fn tell_until(&mut self, day: Date) -> Result<()> {
        while let Some(planned) = self.planned.next_if(|planned| planned.on < day) {
            self.minutes = (self.minutes + 7) % 400;
            self.clock.set(morning(planned.on)?.checked_add(SignedDuration::from_mins(self.minutes))?);
            let told = self.tell(&planned).await;
            told.with_context(|| format!("request {} of the demonstration, {}", planned.case, planned.on))?;
        }
        Ok(())
    }

    /// What people were told of until now they have read.
    pub(super) async fn all_read(&self) -> Result<()> {
        let Actor::Person(approver) = &self.approver else { return Ok(()) };
        for person in self.clerks.iter().chain([approver]) {
            store::notification::mark_read(self.store, person.user, None).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, planned: &Planned) -> Result<()> {
        let (store, calendar) = (self.store, &self.calendar);
        if let Act::Arrive { way, kind, corrects } = planned.act {
            let clerk = self.clerks.get(planned.case % self.clerks.len()).context("no clerk")?.clone();
            let actor = Actor::Person(clerk.clone());
            let online = way == Way::Internet;
            let by = if online { &Actor::System } else { &actor };
            let submission = submission(planned, clerk.unit, (way, kind, corrects));
            let receipt = store::request::submit(store, by, calendar, submission).await?;
            if !way.is_confirmed() {
                self.issue(receipt.id, clerk.unit, &actor, LetterKind::Receipt).await?;
            }
            self.known.insert(planned.case, (receipt.id, clerk.unit, actor));
            return Ok(());
        }
        let (id, unit, clerk) = self.known.get(&planned.case).context("a case is missing")?;
        match &planned.act {
            Act::Arrive { .. } => {}
            Act::Take(event) => {
                let letters = self.letters(*id, *unit, event).await?;
                store::request::take(store, clerk, calendar, *id, None, event.clone(), letters).await?;
            }
            Act::Decide(event) => {
                let letters = self.letters(*id, *unit, event).await?;
                let proposal =
                    store::request::propose(store, clerk, calendar, *id, None, event.clone(), letters)
                        .await?;
                // The last one still waits for approval on the demonstration's first morning.
                if event.note.is_none() {
                    store::request::approve(store, &self.approver, calendar, *id, proposal).await?;
                }
            }
            Act::Supplement => {
                let words = "补充：位于某嘎查，2019年办理（示例数据）。";
                store::request::supplement(store, calendar, *id, words, Vec::new()).await?;
            }
            Act::Reasons => {
                store::request::give_reasons(store, calendar, *id, "了解有关情况（示例数据）。").await?;
            }
            Act::Withdraw => store::request::withdraw(store, calendar, *id).await?,
            Act::Provide => {
                let file = NewFile {
                    purpose: Purpose::Reply,
                    name: "提供的信息（示例）.txt".to_owned(),
                    media_type: "text/plain; charset=utf-8".to_owned(),
                    content: "示例数据：所申请信息的内容。联系人：示例人，电话13800000000。\n".into(),
                };
                store::request::keep(store, clerk, *id, vec![file]).await?;
            }
            Act::Deliver => {
                let case = store::request::case(store, *id).await?.context("a case is missing")?;
                let waits = case.letters.iter().rev().find(|letter| letter.delivered_on.is_none());
                if let Some(letter) = waits {
                    let delivery =
                        Delivery {
                            on: planned.on, how: "挂号信，已签收（示例）".to_owned(), proof: None
                        };
                    store::request::deliver(store, clerk, calendar, *id, letter.id, delivery).await?;
                }
            }
            Act::Issue(kind) => self.issue(*id, *unit, clerk, *kind).await?,
            Act::Dispute(kind, end) => {
                let draft = DisputeDraft {
                    kind: *kind,
                    body: if *kind == DisputeKind::Review {
                        "乌审旗人民政府（示例）"
                    } else {
                        "乌审旗人民法院（示例）"
                    }
                    .to_owned(),
                    number: format!("示例〔{}〕{}号", planned.on.year(), planned.case + 1),
                    started: planned.on,
                    ended: end.map(|end| (planned.on, end)),
                    remark: "示例数据".to_owned(),
                };
                let case = store::request::case(store, *id).await?.context("a case is missing")?;
                let open =
                    case.disputes.iter().find(|row| row.draft.ended.is_none() && row.draft.kind == *kind);
                let draft = match open {
                    Some(row) => DisputeDraft { ended: draft.ended, ..row.draft.clone() },
                    None => draft,
                };
                store::request::dispute(store, clerk, *id, open.map(|row| row.id), draft).await?;
            }
        }
        Ok(())
    }

    /// The letters of an event, what nobody knows filled in with sample words.
    async fn letters(&self, id: i64, unit: UnitId, event: &Event) -> Result<Vec<LetterDraft>> {
        let case = store::request::case(self.store, id).await?.context("a case is missing")?;
        let office = store::request::office(self.store, unit).await?;
        let after: Clock = step(&case.told(), event.clone(), &self.calendar, self.store.rules(), event.on)?;
        let mut letters = Vec::new();
        for kind in LetterKind::of_event(event.kind, event.outcome) {
            let values = store::request::prefill(kind, &case, &office, Some(event), &after);
            letters.push(self.letter(kind, values, (event.on, event.outcome)).await?);
        }
        Ok(letters)
    }

    /// Issues a letter that goes with no event.
    async fn issue(&self, id: i64, unit: UnitId, clerk: &Actor, kind: LetterKind) -> Result<()> {
        let case = store::request::case(self.store, id).await?.context("a case is missing")?;
        let office = store::request::office(self.store, unit).await?;
        let today = self.clock.today();
        let now = clock(&case.told(), &self.calendar, self.store.rules(), today);
        let values = store::request::prefill(kind, &case, &office, None, &now);
        let letter = self.letter(kind, values, (today, None)).await?;
        store::request::issue(self.store, clerk, &self.calendar, id, letter).await?;
        Ok(())
    }

    /// A letter with what nobody knows filled in.
    async fn letter(
        &self,
        kind: LetterKind,
        mut values: BTreeMap<String, String>,
        (on, outcome): (Date, Option<Outcome>),
    ) -> Result<LetterDraft> {
        for field in store::request::template(self.store, kind).await?.fields() {
            let words = match field.as_str() {
                "说明期限" => domain::letter::written_date(on.saturating_add(14.days())),
                field => words::of(field, outcome).to_owned(),
            };
            values.entry(field).or_insert(words);
        }
        let outcome = outcome.filter(|outcome| outcome.letter() == Some(kind));
        Ok(LetterDraft { kind, values, outcome, sample: true })
    }
}

fn submission(
    planned: &Planned,
    unit: UnitId,
    (way, kind, corrects): (Way, ApplicantKind, bool),
) -> Submission {
    const SIGNS: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
    let sign = SIGNS.get(planned.case % SIGNS.len()).copied().unwrap_or("甲");
    let ways = [
        (Providing::Paper, Obtaining::Post),
        (Providing::Electronic, Obtaining::Network),
        (Providing::Paper, Obtaining::InPerson),
        (Providing::Disc, Obtaining::InPerson),
        (Providing::Paper, Obtaining::Fax),
        (Providing::Reading, Obtaining::InPerson),
    ];
    let usual = (Providing::Paper, Obtaining::Post);
    let (providing, obtaining) = ways.get(planned.case % ways.len()).copied().unwrap_or(usual);
    let name = if kind == ApplicantKind::Person { "示例申请人" } else { "示例单位" };
    Submission {
        unit,
        applicant: Applicant {
            kind,
            name: format!("{name}{sign}"),
            identity: Identity::Other,
            identity_number: format!("示例身份证明{}", planned.case % SIGNS.len() + 1),
            phone: "13800000000".to_owned(),
            address: "示例地址".to_owned(),
            email: String::new(),
        },
        wanted: format!(
            "{}（示例数据）",
            if corrects { words::CORRECTED } else { words::wanted(planned.case) }
        ),
        way,
        arrived: planned.on,
        providing,
        obtaining,
        files: Vec::new(),
        form: None,
    }
}
