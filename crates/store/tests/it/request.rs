//! Disclosure on request: a case from the form to the reply, on both databases; what a person tells stays sealed.

mod file;
mod intake;
mod letter;
mod renew;

use crate::county::{County, county};
use crate::database::{Kind, Record};
use crate::on_both_databases;
use domain::annual_report::{DisputeEnd, DisputeKind, Disputes, Requests};
use domain::request::{
    ApplicantKind, Event, EventKind, Identity, LetterKind, Obtaining, Outcome, Providing, State, Template,
    Way, step,
};
use domain::role::{Actor, Grant, Person, Role, Scope};
use domain::workday::Calendar;
use jiff::civil::{Date, date};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::collections::{BTreeMap, BTreeSet};
use store::request::{
    Applicant, Delivery, DisputeDraft, Filter, LetterDraft, Missing, NewFile, Office, Purpose, Submission,
};
use store::{Error, PageRequest};

const NAME: &str = "示例申请人甲乙丙";
const IDENTITY: &str = "11010519491231002X";
const PHONE: &str = "13812345678";
const EMAIL: &str = "jiayibing@example.invalid";
const ADDRESS: &str = "示例旗示例镇示例路99号";
const PRIVATE: &str = "本人低保金发放记录甲乙丙";

const RETURNED: &str = "申请人庚辛壬来过两次";
const SIGNED: &str = "由其妻癸子丑签收";
const COURT: &str = "示例旗寅卯辰复议机构";
const CASE: &str = "示例复〔2020〕巳午未号";
const REMARK: &str = "因申酉戌的低保被停";

fn applicant() -> Applicant {
    Applicant {
        kind: ApplicantKind::Person,
        name: NAME.into(),
        identity: Identity::ResidentCard,
        identity_number: IDENTITY.into(),
        phone: PHONE.into(),
        address: ADDRESS.into(),
        email: EMAIL.into(),
    }
}

pub(crate) fn submission(county: &County, way: Way, arrived: Date) -> Submission {
    Submission {
        unit: county.land,
        applicant: applicant(),
        wanted: format!("{PRIVATE}及2019年补偿标准"),
        way,
        arrived,
        providing: Providing::Electronic,
        obtaining: Obtaining::Network,
        files: Vec::new(),
        form: None,
    }
}

fn draft(kind: LetterKind, outcome: Option<Outcome>, values: &[(&str, &str)]) -> LetterDraft {
    let common = [
        ("申请人", NAME),
        ("收到日期", "2020年8月3日"),
        ("申请编号", "2020-00001"),
        ("申请内容", "补偿标准"),
        ("联系人", "示例受理人"),
        ("联系电话", "0477-0000000"),
    ];
    let remedy = [("复议机关", "示例旗人民政府"), ("管辖法院", "示例旗人民法院")];
    let remedy = if outcome.is_some() { &remedy[..] } else { &[] };
    let values = common.iter().chain(remedy).chain(values);
    let values: BTreeMap<String, String> =
        values.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    LetterDraft { kind, values, outcome, sample: true }
}

fn at(record: &Record, day: Date) {
    record.clock.set(domain::clock::start_of_day(day).unwrap() + jiff::SignedDuration::from_hours(9));
}

fn reviewer(county: &County) -> Actor {
    Actor::Person(Person {
        user: county.clerk_user + 1_000,
        name: "审核人".into(),
        unit: county.land,
        grants: BTreeSet::from([Grant { role: Role::Reviewer, scope: Scope::Unit(county.land) }]),
        delegated: Vec::new(),
    })
}

/// A request handed in on the first morning, so that its period runs.
async fn received(record: &Record, county: &County) -> i64 {
    let submission = submission(county, Way::InPerson, date(2020, 8, 3));
    store::request::submit(&record.store, &county.clerk, &Calendar::builtin(), submission).await.unwrap().id
}

fn text_file(purpose: Purpose, name: &str, text: &str) -> NewFile {
    NewFile { purpose, name: name.into(), media_type: "text/plain".into(), content: text.to_owned().into() }
}

/// Every value of every table, as the database keeps it, and every byte of the files beside it.
async fn everything(record: &Record) -> Vec<u8> {
    let raw = record.raw().await;
    let (backend, tables) = match record.kind {
        Kind::Sqlite => (
            DbBackend::Sqlite,
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        ),
        Kind::Postgres => (
            DbBackend::Postgres,
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
        ),
    };
    let mut all = Vec::new();
    for row in raw.query_all_raw(Statement::from_string(backend, tables)).await.unwrap() {
        let table: String = row.try_get_by_index(0).unwrap();
        let sql = match record.kind {
            Kind::Postgres => format!("SELECT t::text FROM \"{table}\" t"),
            Kind::Sqlite => {
                let columns = format!(
                    "SELECT group_concat('COALESCE(CAST(\"' || name || '\" AS TEXT), '''')', ' || '' '' || ') FROM pragma_table_info('{table}')"
                );
                let columns =
                    raw.query_one_raw(Statement::from_string(backend, columns)).await.unwrap().unwrap();
                format!("SELECT {} FROM \"{table}\"", columns.try_get_by_index::<String>(0).unwrap())
            }
        };
        for row in raw.query_all_raw(Statement::from_string(backend, sql)).await.unwrap() {
            all.extend_from_slice(row.try_get_by_index::<String>(0).unwrap().as_bytes());
        }
    }
    raw.close().await.unwrap();
    let mut folders = vec![record.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { all.extend(std::fs::read(path).unwrap()) }
        }
    }
    all
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

on_both_databases! {
    async fn a_request_goes_from_the_form_to_the_reply(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let receipt = store::request::submit(store, &Actor::System, &calendar, submission(&county, Way::Internet, date(2020, 8, 3))).await.unwrap();
        assert_eq!(receipt.number, "2020-00001");
        assert_eq!(store::request::holder(store, Some("2020-1"), &receipt.code.to_lowercase()).await.unwrap(), Some(receipt.id));
        assert_eq!(store::request::holder(store, Some("2020-2"), &receipt.code).await.unwrap(), None);
        assert_eq!(store::request::holder(store, None, "AAAA").await.unwrap(), None);
        assert_eq!(store::notification::unread_count(store, county.clerk_user).await.unwrap(), 1);
        let row = store::request::find(store, receipt.id).await.unwrap().unwrap();
        assert_eq!((row.state, row.legal_on, row.due_on), (State::AwaitingConfirmation, Some(date(2020, 8, 3)), None));

        let confirm = Event::new(date(2020, 8, 3), EventKind::Confirmed);
        let receipt_letter = draft(LetterKind::Receipt, None, &[("提交方式", "互联网"), ("答复期限", "2020年8月31日")]);
        let clock = store::request::take(store, &county.clerk, &calendar, receipt.id, Some(1), confirm.clone(), vec![receipt_letter.clone()]).await.unwrap();
        assert_eq!((clock.state, clock.due), (State::Running, Some(date(2020, 8, 31))));
        let stale = store::request::take(store, &county.clerk, &calendar, receipt.id, Some(1), confirm.clone(), vec![]).await;
        assert!(matches!(stale, Err(Error::Conflict { .. })));
        let twice = store::request::take(store, &county.clerk, &calendar, receipt.id, None, confirm, vec![]).await;
        assert!(matches!(twice, Err(Error::Refused(_))), "{twice:?}");

        at(record, date(2020, 8, 5));
        let ask = Event { working_days: Some(10), ..Event::new(date(2020, 8, 5), EventKind::SupplementAsked) };
        let unfilled = draft(LetterKind::SupplementNotice, None, &[("补正期限", "2020年8月19日")]);
        let case = store::request::case(store, receipt.id).await.unwrap().unwrap();
        let after = step(&case.told(), ask.clone(), &calendar, store.rules(), date(2020, 8, 5)).unwrap();
        let told = store::request::prefill(LetterKind::SupplementNotice, &case, &Office::default(), Some(&ask), &after);
        assert_eq!(told["补正期限"], "自收到本告知书之日起10个工作日内");
        let refused = store::request::take(store, &county.clerk, &calendar, receipt.id, None, ask.clone(), vec![unfilled]).await;
        assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("补正事项")), "{refused:?}");
        assert_eq!(store::request::events(store, receipt.id).await.unwrap().len(), 2, "a letter that fails takes its step back");
        let notice = draft(LetterKind::SupplementNotice, None, &[("补正期限", "2020年8月19日"), ("补正事项", "请写明地块位置")]);
        store::request::take(store, &county.clerk, &calendar, receipt.id, None, ask, vec![notice]).await.unwrap();
        let letter = store::request::case(store, receipt.id).await.unwrap().unwrap().letters.pop().unwrap();
        assert_eq!(letter.number, "依申请公开〔2020〕2号");
        at(record, date(2020, 8, 7));
        let delivery = || Delivery { on: date(2020, 8, 7), how: "本人当面签收".into(), proof: None };
        store::request::deliver(store, &county.clerk, &calendar, receipt.id, letter.id, delivery()).await.unwrap();
        let again = store::request::deliver(store, &county.clerk, &calendar, receipt.id, letter.id, delivery()).await;
        assert!(matches!(again, Err(Error::Refused(_))));
        let row = store::request::find(store, receipt.id).await.unwrap().unwrap();
        assert_eq!(row.waits_until, Some(date(2020, 8, 21)), "the period runs from the delivery");

        at(record, date(2020, 8, 10));
        assert!(store::request::supplement(store, &calendar, receipt.id, " ", vec![]).await.is_err());
        let file = NewFile { purpose: Purpose::Material, name: "甲乙丙的身份证.txt".into(), media_type: "text/plain".into(), content: format!("{NAME}{IDENTITY}").into() };
        store::request::supplement(store, &calendar, receipt.id, "甲镇某地块", vec![file]).await.unwrap();
        let row = store::request::find(store, receipt.id).await.unwrap().unwrap();
        assert_eq!((row.state, row.due_on), (State::Running, Some(date(2020, 9, 7))));

        let extend = Event { working_days: Some(10), ..Event::new(date(2020, 8, 10), EventKind::Extended) };
        let letter = draft(LetterKind::ExtensionNotice, None, &[("延期理由", "资料较多"), ("延长工作日", "10"), ("答复期限", "2020年9月21日")]);
        assert!(store::request::take(store, &county.clerk, &calendar, receipt.id, None, extend.clone(), vec![]).await.is_err());
        let proposal = store::request::propose(store, &county.clerk, &calendar, receipt.id, None, extend.clone(), vec![letter.clone()]).await.unwrap();
        let own = store::request::approve(store, &county.clerk, &calendar, receipt.id, proposal).await;
        assert!(matches!(&own, Err(Error::Refused(why)) if why.contains("本人")), "{own:?}");
        assert!(store::request::propose(store, &county.clerk, &calendar, receipt.id, None, extend, vec![letter]).await.is_err(), "one at a time");
        at(record, date(2020, 8, 11));
        let clock = store::request::approve(store, &reviewer(&county), &calendar, receipt.id, proposal).await.unwrap();
        assert_eq!(clock.due, Some(date(2020, 9, 21)));
        assert!(store::request::approve(store, &reviewer(&county), &calendar, receipt.id, proposal).await.is_err());

        let third = Event { party: Some("示例公司".into()), ..Event::new(date(2020, 8, 11), EventKind::ThirdPartyAsked) };
        let after = store::request::take(store, &county.clerk, &calendar, receipt.id, None, third, vec![]).await.unwrap();
        let case = store::request::case(store, receipt.id).await.unwrap().unwrap();
        let told = store::request::prefill(LetterKind::ConsultationNotice, &case, &Office::default(), None, &after);
        assert_eq!(told["被征求意见方"], "第三方", "the name is none of the applicant's");
        assert!(told["期限说明"].contains("不计算在答复期限内"));
        assert_eq!(store::request::find(store, receipt.id).await.unwrap().unwrap().state, State::Consulting);
        at(record, date(2020, 8, 20));
        let answered = Event { party: Some("示例公司".into()), note: Some("不同意".into()), ..Event::new(date(2020, 8, 20), EventKind::ThirdPartyAnswered) };
        store::request::take(store, &county.clerk, &calendar, receipt.id, None, answered, vec![]).await.unwrap();

        let reply = Event { outcome: Some(Outcome::Partial), ..Event::new(date(2020, 8, 20), EventKind::Replied) };
        let letter = draft(LetterKind::ReplyPartial, Some(Outcome::Partial), &[("公开内容", "补偿标准"), ("提供方式", "电子文件"), ("不予公开内容", "经营数据"), ("不予公开理由", "商业秘密")]);
        let proposal = store::request::propose(store, &county.clerk, &calendar, receipt.id, None, reply.clone(), vec![letter.clone()]).await.unwrap();
        store::request::return_(store, &reviewer(&county), receipt.id, proposal, "请补充理由").await.unwrap();
        let proposal = store::request::propose(store, &county.clerk, &calendar, receipt.id, None, reply, vec![letter]).await.unwrap();
        store::request::approve(store, &reviewer(&county), &calendar, receipt.id, proposal).await.unwrap();
        let case = store::request::case(store, receipt.id).await.unwrap().unwrap();
        assert_eq!((case.row.state, case.row.outcome, case.row.legal_on), (State::Replied, Some(Outcome::Partial), None));
        assert_eq!(case.letters.len(), 4);
        assert!(case.letters[3].letter.body.iter().any(|block| format!("{block:?}").contains("应当先申请行政复议")));
        assert_eq!((case.applicant, case.code), (applicant(), receipt.code));
        assert!(store::request::withdraw(store, &calendar, receipt.id).await.is_err());

        let dispute = |ended| DisputeDraft { kind: DisputeKind::Review, body: "示例旗人民政府".into(), number: "示例复〔2020〕1号".into(), started: date(2020, 8, 20), ended, remark: String::new() };
        store::request::dispute(store, &county.clerk, receipt.id, None, dispute(None)).await.unwrap();
        assert!(store::request::dispute(store, &county.clerk, receipt.id, None, dispute(Some((date(2020, 8, 19), DisputeEnd::Upheld)))).await.is_err());
        let early = DisputeDraft { started: date(2020, 8, 2), ..dispute(None) };
        let refused = store::request::dispute(store, &county.clerk, receipt.id, None, early).await;
        assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("早于收到申请之日")), "{refused:?}");
        let after_review = DisputeDraft { kind: DisputeKind::LawsuitAfterReview, ..dispute(None) };
        let refused = store::request::dispute(store, &county.clerk, receipt.id, None, after_review.clone()).await;
        assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("审结的复议")), "{refused:?}");
        let kept = store::request::case(store, receipt.id).await.unwrap().unwrap().disputes.pop().unwrap();
        store::request::dispute(store, &county.clerk, receipt.id, Some(kept.id), dispute(Some((date(2020, 8, 20), DisputeEnd::Corrected)))).await.unwrap();
        store::request::dispute(store, &county.clerk, receipt.id, None, after_review).await.unwrap();
        let counted = async |unit, year| {
            let counted = store::request::counted(store, &BTreeSet::from([unit]), year).await.unwrap();
            counted.into_iter().map(|case| case.summary).collect::<Vec<_>>()
        };
        let summaries = counted(county.land, 2020).await;
        let (table, disputes) = (Requests::from_cases(&summaries, 2020), Disputes::from_cases(&summaries, 2020));
        assert_eq!(summaries.len(), 1);
        let right = Event { received: Some(date(2020, 8, 4)), note: Some("确认之日登记错误".into()), ..Event::new(date(2020, 8, 20), EventKind::Corrected) };
        let alone = store::request::take(store, &county.clerk, &calendar, receipt.id, None, right.clone(), vec![]).await;
        assert!(matches!(alone, Err(Error::Refused(_))), "another person approves it");
        let proposal = store::request::propose(store, &county.clerk, &calendar, receipt.id, None, right, vec![]).await.unwrap();
        store::request::approve(store, &reviewer(&county), &calendar, receipt.id, proposal).await.unwrap();
        let row = store::request::find(store, receipt.id).await.unwrap().unwrap();
        assert_eq!((row.received_on, row.arrived_on, row.state), (Some(date(2020, 8, 4)), date(2020, 8, 3), State::Replied));
        assert!(format!("{table:?}").contains('1') && format!("{disputes:?}").contains('1'));
        assert!(counted(county.land, 2019).await.is_empty());
        assert!(counted(county.finance, 2020).await.is_empty());
    }

    async fn what_a_person_tells_is_nowhere_in_clear(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let proof = NewFile { purpose: Purpose::Material, name: format!("{NAME}身份证.txt"), media_type: "text/plain".into(), content: format!("{NAME} {IDENTITY} {ADDRESS}").into() };
        let told = Submission { files: vec![proof], ..submission(&county, Way::InPerson, date(2020, 8, 3)) };
        let receipt = store::request::submit(store, &county.clerk, &calendar, told).await.unwrap();
        let letter = draft(LetterKind::ThirdPartyOpinion, None, &[("第三方", "示例第三方丁戊己"), ("征求事项", "合同")]);
        let event = Event { party: Some("示例第三方丁戊己".into()), note: Some(format!("{NAME}来电询问")), ..Event::new(date(2020, 8, 3), EventKind::ThirdPartyAsked) };
        store::request::take(store, &county.clerk, &calendar, receipt.id, None, event, vec![letter]).await.unwrap();
        let reply = Event { outcome: Some(Outcome::NotHeld), note: Some(PRIVATE.into()), ..Event::new(date(2020, 8, 3), EventKind::Replied) };
        let letter = draft(LetterKind::ReplyNotHeld, Some(Outcome::NotHeld), &[("检索情况", PRIVATE)]);
        let proposal = store::request::propose(store, &county.clerk, &calendar, receipt.id, None, reply.clone(), vec![letter.clone()]).await.unwrap();
        store::request::return_(store, &reviewer(&county), receipt.id, proposal, RETURNED).await.unwrap();
        let proposal = store::request::propose(store, &county.clerk, &calendar, receipt.id, None, reply, vec![letter]).await.unwrap();
        store::request::approve(store, &reviewer(&county), &calendar, receipt.id, proposal).await.unwrap();
        let letters = store::request::case(store, receipt.id).await.unwrap().unwrap().letters;
        let delivery = Delivery { on: date(2020, 8, 3), how: SIGNED.into(), proof: Some(text_file(Purpose::Proof, &format!("{SIGNED}.txt"), SIGNED)) };
        store::request::deliver(store, &county.clerk, &calendar, receipt.id, letters[1].id, delivery).await.unwrap();
        let dispute = DisputeDraft { kind: DisputeKind::Review, body: COURT.into(), number: CASE.into(), started: date(2020, 8, 3), ended: None, remark: REMARK.into() };
        store::request::dispute(store, &county.clerk, receipt.id, None, dispute).await.unwrap();
        store::request::correct_contact(store, &Actor::System, receipt.id, "13987654321", ADDRESS, EMAIL).await.unwrap();
        assert_eq!(store::request::mail_pending(store, 10).await.unwrap()[0].address, EMAIL, "it is there to be written to");
        let case = store::request::case(store, receipt.id).await.unwrap().unwrap();
        let (file, content) = store::request::read_file(store, receipt.id, case.files[0].id).await.unwrap();
        assert_eq!((file.name, &content[..NAME.len()]), (format!("{NAME}身份证.txt"), NAME.as_bytes()));
        let DisputeDraft { body, number, remark, .. } = &case.disputes[0].draft;
        assert_eq!((body.as_str(), number.as_str(), remark.as_str()), (COURT, CASE, REMARK));
        assert_eq!((case.letters[1].delivery.as_str(), case.letters[0].delivery.as_str()), (SIGNED, ""));
        assert_eq!((case.proposals[1].reason.as_str(), case.proposals[0].reason.as_str()), (RETURNED, ""));
        let all = everything(record).await;
        assert!(holds(&all, "request.received"), "the whole record is looked at");
        for planted in [NAME, IDENTITY, PHONE, "13987654321", EMAIL, ADDRESS, PRIVATE, "示例第三方丁戊己", receipt.code.as_str(), RETURNED, SIGNED, COURT, CASE, REMARK] {
            assert!(!holds(&all, planted), "{planted} lies in clear");
        }
    }

    async fn mails_wait_for_one_node_and_for_an_address(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let told = submission(&county, Way::Internet, date(2020, 8, 3));
        let receipt = store::request::submit(store, &Actor::System, &calendar, told).await.unwrap();
        let other = record.reopen().await;
        assert_eq!(store::request::mail_pending(store, 10).await.unwrap().len(), 1);
        assert!(store::request::mail_pending(&other, 10).await.unwrap().is_empty(), "one node writes");
        record.set_clock("2020-08-03T01:30:00Z");
        store::request::correct_contact(store, &Actor::System, receipt.id, PHONE, ADDRESS, "").await.unwrap();
        assert!(store::request::mail_pending(&other, 10).await.unwrap().is_empty(), "nobody is there to be written to");
        store::request::correct_contact(store, &Actor::System, receipt.id, PHONE, ADDRESS, EMAIL).await.unwrap();
        record.set_clock("2020-08-03T03:00:00Z");
        assert!(store::request::mail_pending(store, 10).await.unwrap().is_empty(), "what was said stays on the page only");
        assert_eq!(store::request::case(store, receipt.id).await.unwrap().unwrap().notices.len(), 1);
        other.close().await.unwrap();
    }

    async fn what_is_missing_is_named_and_nothing_is_kept(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let mut empty = submission(&county, Way::Internet, date(2020, 8, 3));
        empty.applicant = Applicant { name: " ".into(), identity_number: "123".into(), phone: String::new(), address: String::new(), email: "nowhere".into(), ..applicant() };
        empty.wanted = String::new();
        let fields: Vec<Missing> = store::request::problems(&empty).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [Missing::Wanted, Missing::Name, Missing::Identity, Missing::Email]);
        assert!(store::request::submit(store, &Actor::System, &calendar, empty).await.is_err());
        let ahead = submission(&county, Way::Fax, date(2020, 8, 4));
        assert!(store::request::submit(store, &Actor::System, &calendar, ahead).await.is_err());
        let all = store::request::list(store, &Filter::default(), PageRequest::default()).await.unwrap();
        assert_eq!(all.total, 0);

        let one = store::request::submit(store, &Actor::System, &calendar, submission(&county, Way::Internet, date(2020, 8, 3))).await.unwrap();
        let other = store::request::submit(store, &Actor::System, &calendar, submission(&county, Way::Internet, date(2020, 8, 3))).await.unwrap();
        let alike = store::request::similar(store, other.id, &BTreeSet::from([county.land])).await.unwrap();
        assert_eq!(alike.iter().map(|like| (like.id, like.percent, like.same_applicant)).collect::<Vec<_>>(), [(one.id, 100, true)]);
        let topics = async || store::request::topics(store, &BTreeSet::from([county.land]), date(2020, 1, 1)).await.unwrap();
        assert!(topics().await.is_empty(), "twice is not often");
        store::request::submit(store, &Actor::System, &calendar, submission(&county, Way::Internet, date(2020, 8, 3))).await.unwrap();
        let topics = topics().await;
        assert_eq!((topics.len(), topics[0].cases.len(), topics[0].applicants), (1, 3, 1));
    }

    async fn the_queue_is_ordered_by_the_legal_day(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        at(record, date(2020, 8, 20));
        let mut ids = Vec::new();
        for day in [date(2020, 8, 12), date(2020, 8, 3), date(2020, 8, 18)] {
            ids.push(store::request::submit(store, &county.clerk, &calendar, submission(&county, Way::InPerson, day)).await.unwrap().id);
        }
        store::request::withdraw(store, &calendar, ids[2]).await.unwrap();
        let list = async |filter: Filter| {
            let page = store::request::list(store, &filter, PageRequest::default()).await.unwrap();
            page.rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        let units = Some(BTreeSet::from([county.land]));
        assert_eq!(list(Filter { units: units.clone(), open: true, ..Filter::default() }).await, [ids[1], ids[0]]);
        assert_eq!(list(Filter { units: units.clone(), ..Filter::default() }).await, [ids[1], ids[0], ids[2]]);
        assert_eq!(list(Filter { number: "2020-3".into(), ..Filter::default() }).await, [ids[2]]);
        assert_eq!(list(Filter { legal_until: Some(date(2020, 8, 31)), ..Filter::default() }).await, [ids[1]]);
        assert!(list(Filter { units: Some(BTreeSet::from([county.finance])), ..Filter::default() }).await.is_empty());
        let counts = store::request::count_by_state(store, &Filter { units, ..Filter::default() }).await.unwrap();
        assert_eq!(counts, BTreeMap::from([(State::Running, 2), (State::Withdrawn, 1)]));

        let ask = Event { working_days: Some(1), ..Event::new(date(2020, 8, 20), EventKind::SupplementAsked) };
        store::request::take(store, &county.clerk, &calendar, ids[0], None, ask, vec![]).await.unwrap();
        at(record, date(2020, 8, 25));
        store::request::renew(store, &calendar, date(2020, 8, 25)).await.unwrap();
        assert_eq!(store::request::find(store, ids[0]).await.unwrap().unwrap().state, State::GivenUp);
        let open = || list(Filter { units: Some(BTreeSet::from([county.land])), open: true, ..Filter::default() });
        assert!(open().await.contains(&ids[0]), "the applicant is still to be told");
        let told = Event { outcome: Some(Outcome::SupplementOverdue), ..Event::new(date(2020, 8, 25), EventKind::Replied) };
        let letter = draft(LetterKind::NoFurther, told.outcome, &[("文书名称", "补正告知书"), ("通知文号", "1号"), ("通知日期", "2020年8月20日"), ("截止日期", "2020年8月21日")]);
        let proposal = store::request::propose(store, &county.clerk, &calendar, ids[0], None, told, vec![letter]).await.unwrap();
        store::request::approve(store, &reviewer(&county), &calendar, ids[0], proposal).await.unwrap();
        assert!(!open().await.contains(&ids[0]));
    }

    async fn an_office_words_its_letters(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let mut office = store::request::office(store, county.land).await.unwrap();
        assert_eq!((office.agency.as_str(), office.word.as_str()), ("示例旗自然资源局", "依申请公开"));
        assert!(store::request::set_office(store, &county.clerk, county.land, Office::default()).await.is_err());
        office.word = "示自然资公复".into();
        store::request::set_office(store, &county.clerk, county.land, office.clone()).await.unwrap();
        store::request::set_office(store, &county.clerk, county.land, office.clone()).await.unwrap();
        assert_eq!(store::request::office(store, county.land).await.unwrap(), office);
        assert_eq!(office.number(2020, 3), "示自然资公复〔2020〕3号");

        let shipped = store::request::template(store, LetterKind::Forward).await.unwrap();
        let wrong = Template { body: "{{没有的字段}}".into(), ..shipped.clone() };
        assert!(store::request::set_template(store, &county.office, wrong).await.is_err());
        let own = Template { body: "转送{{转送机关}}。".into(), ..shipped.clone() };
        store::request::set_template(store, &county.office, own.clone()).await.unwrap();
        assert_eq!(store::request::template(store, LetterKind::Forward).await.unwrap(), own);
        assert_eq!(store::request::templates(store).await.unwrap().len(), 1);
        store::request::reset_template(store, &county.office, LetterKind::Forward).await.unwrap();
        assert_eq!(store::request::template(store, LetterKind::Forward).await.unwrap(), shipped);
    }
}
