//! The requests of the demonstration (示例数据): two years of them, in every state and with every outcome, told day by day
//! through the same commands that people's clicks call. Applicants and what they ask for are made up.

use super::morning;
use anyhow::{Context, Result};
use domain::annual_report::{DisputeEnd, DisputeKind};
use domain::clock::FixedClock;
use domain::request::{
    ApplicantKind, Clock, Event, EventKind, Identity, LetterKind, Obtaining, Outcome, Providing, Way, step,
};
use domain::role::{Actor, Person};
use domain::unit::UnitId;
use domain::workday::Calendar;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};
use std::collections::BTreeMap;
use store::request::{Applicant, Delivery, DisputeDraft, LetterDraft, NewFile, Office, Purpose, Submission};
use store::{PageRequest, Store};

/// The first day on which somebody asks.
const FIRST: Date = date(2019, 5, 15);
/// Days between two of those that have ended.
const APART: i64 = 8;

/// What people ask for; asked again and again, as in life.
const WANTED: [&str; 12] = [
    "某嘎查2019年征地补偿安置方案及补偿标准",
    "某镇2019年度草原生态保护补助奖励资金发放明细",
    "某小区建设工程规划许可证及附图",
    "2019年城乡最低生活保障标准及调整依据",
    "某路段改造工程的施工招标结果",
    "某嘎查集体土地确权登记的公告和结果",
    "2018年至2019年某镇危房改造补助对象名单",
    "某企业矿山地质环境治理恢复方案的批复",
    "某镇敬老院建设项目的立项批复",
    "某宗土地出让合同的主要条款",
    "关于某嘎查饮水安全工程验收的文件",
    "2019年公益性岗位招聘的标准和结果",
];

/// Something that happens to a case.
enum Act {
    Arrive { way: Way, kind: ApplicantKind },
    Take(Event),
    Decide(Event),
    Supplement,
    Reasons,
    Withdraw,
    Provide,
    Deliver,
    Dispute(DisputeKind, Option<DisputeEnd>),
}

/// An act with its day and its case.
struct Planned {
    on: Date,
    case: usize,
    act: Act,
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
        if let Act::Arrive { way, kind } = planned.act {
            let clerk = self.clerks.get(planned.case % self.clerks.len()).context("no clerk")?.clone();
            let actor = Actor::Person(clerk.clone());
            let online = way == Way::Internet;
            let by = if online { &Actor::System } else { &actor };
            let submission = submission(planned, clerk.unit, way, kind);
            let receipt = store::request::submit(store, by, calendar, submission).await?;
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
            let mut values = store::request::prefill(kind, &case, &office, Some(event), &after);
            for field in store::request::template(self.store, kind).await?.fields() {
                let words = match field.as_str() {
                    "收费金额" => "700".to_owned(),
                    "计收数量" => "100页".to_owned(),
                    "计收方式" => "按量计收".to_owned(),
                    "收费明细" => "第1至30页，每页0元，计0元；第31至100页，每页10元，计700元".to_owned(),
                    "说明期限" => domain::letter::written_date(event.on.saturating_add(14.days())),
                    other => format!("{other}（示例数据）"),
                };
                values.entry(field).or_insert(words);
            }
            let outcome = event.outcome.filter(|_| kind.has_remedies());
            letters.push(LetterDraft { kind, values, outcome, sample: true });
        }
        Ok(letters)
    }
}

fn submission(planned: &Planned, unit: UnitId, way: Way, kind: ApplicantKind) -> Submission {
    const SIGNS: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
    let sign = SIGNS.get(planned.case % SIGNS.len()).copied().unwrap_or("甲");
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
            WANTED.get(planned.case % WANTED.len()).copied().unwrap_or_default()
        ),
        way,
        arrived: planned.on,
        providing: Providing::ALL.get(planned.case % 4).copied().unwrap_or(Providing::Paper),
        obtaining: Obtaining::ALL.get(planned.case % 4).copied().unwrap_or(Obtaining::Post),
        files: Vec::new(),
        form: None,
    }
}

/// A case being planned: acts one after another, so many working days apart.
struct Plot<'a> {
    calendar: &'a Calendar,
    case: usize,
    on: Date,
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
        self.after(0, |_| Act::Arrive { way, kind });
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
            Act::Take(Event { party: party(), ..Event::new(on, EventKind::ThirdPartyAnswered) })
        });
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
            Outcome::Unreasonable => {
                self.after(3, |on| Act::Take(Event::new(on, EventKind::ReasonsAsked)));
                self.after(5, |_| Act::Reasons);
            }
            Outcome::Granted if self.case.is_multiple_of(3) => {
                self.pay_notice();
                self.after(3, |on| Act::Take(Event::new(on, EventKind::FeePaid)));
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
        self.after(2, |_| Act::Deliver);
    }
}

/// Every outcome twice, the usual ones more often; then what is open in September 2020.
fn plan(calendar: &Calendar) -> Vec<Planned> {
    let usual = [Outcome::Granted, Outcome::AlreadyPublic, Outcome::NotHeld];
    let outcomes = Outcome::ALL.iter().chain(&usual).chain(Outcome::ALL).chain(&usual).copied();
    let mut all = Vec::new();
    for (case, outcome) in outcomes.enumerate() {
        let days = i64::try_from(case).unwrap_or(0) * APART;
        let came = calendar.next_working_day(FIRST.saturating_add(days.days())).date;
        let mut plot = Plot { calendar, case, on: came, acts: Vec::new() };
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
        let mut plot = Plot { calendar, case: first + index, on: came, acts: Vec::new() };
        plot.come();
        tell(&mut plot);
        all.append(&mut plot.acts);
    }
    // These have come over the portal; nobody has confirmed them yet.
    for (index, came) in [date(2020, 9, 18), date(2020, 9, 18)].into_iter().enumerate() {
        let act = Act::Arrive { way: Way::Internet, kind: ApplicantKind::Person };
        all.push(Planned { on: came, case: next + index, act });
    }
    all
}
