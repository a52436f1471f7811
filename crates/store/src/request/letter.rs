//! Letters of a case: what goes into them, their numbers, the letters as issued (sealed, for they name people), and how
//! each reached its addressee.

use super::case::{events_of, set_clock};
use super::intake::{Applicant, by_name};
use super::office::{Office, office_of};
use super::step::Bench;
use super::template::template_in;
use super::{Case, CaseRow, DELIVERY, EVENT, LETTER, NewFile, SUBJECT, file};
use crate::commit::Transaction;
use crate::entity::request_letter::{ActiveModel, Column, Entity, Model};
use crate::entity::{request, request_event};
use crate::instant::{date, date_or_none, instant, word};
use crate::text::written;
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::letter::{Letter, written_date};
use domain::request::{Clock, Event, EventKind, Fields, LetterKind, Outcome, Refused, clock, render};
use domain::role::Actor;
use domain::unit::UnitId;
use domain::workday::Calendar;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The field that says until when there is to be an answer.
const DUE: &str = "答复期限";

/// A letter about to be issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterDraft {
    /// Which.
    pub kind: LetterKind,
    /// Its fields by name.
    pub values: BTreeMap<String, String>,
    /// How the case ends, for replies.
    pub outcome: Option<Outcome>,
    /// Invented data: the letter says so on every page.
    pub sample: bool,
}

/// An issued letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRow {
    /// Identity.
    pub id: i64,
    /// Which.
    pub kind: LetterKind,
    /// Its number.
    pub number: String,
    /// The letter.
    pub letter: Letter,
    /// Who issued it.
    pub issued_by_name: String,
    /// When.
    pub issued_at: Timestamp,
    /// When it reached its addressee.
    pub delivered_on: Option<Date>,
    /// How.
    pub delivery: String,
    /// The file that proves it.
    pub proof: Option<i64>,
}

/// How a letter reached its addressee.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// When.
    pub on: Date,
    /// How: by whom, by which post, signed by whom.
    pub how: String,
    /// What proves it.
    pub proof: Option<NewFile>,
}

/// What a case, its agency and the clock after an event tell of a letter's fields; what is missing is for a person.
pub fn prefill(
    kind: LetterKind,
    case: &Case,
    office: &Office,
    event: Option<&Event>,
    clock: &Clock,
) -> BTreeMap<String, String> {
    let Applicant { name, .. } = &case.applicant;
    let CaseRow { number, wanted, way, providing, obtaining, .. } = &case.row;
    let day = |day: Option<Date>| day.map(written_date).unwrap_or_default();
    let party = event.and_then(|event| event.party.clone()).unwrap_or_default();
    let days = event.and_then(|event| event.working_days).map(|days| days.to_string()).unwrap_or_default();
    let last = |kinds: [EventKind; 2]| {
        let known = case.events.iter().rev().map(|row| &row.event);
        event.into_iter().chain(known).find(|event| kinds.contains(&event.kind))
    };
    let asked = last([EventKind::ThirdPartyAsked, EventKind::AgencyAsked]);
    let waited = last([EventKind::SupplementAsked, EventKind::FeeNoticed]);
    let notices = [LetterKind::SupplementNotice, LetterKind::FeeNotice];
    let notice = case.letters.iter().rev().find(|letter| notices.contains(&letter.kind));
    let ended = clock.ended.and_then(|day| day.yesterday().ok());
    let known = [
        ("申请人", name.clone()),
        ("收到日期", day(clock.received)),
        ("申请编号", number.clone()),
        ("申请内容", wanted.clone()),
        ("联系人", office.contact_name.clone()),
        ("联系电话", office.contact_phone.clone()),
        ("复议机关", office.reviewer.clone()),
        ("管辖法院", office.court.clone()),
        ("提交方式", way.label().to_owned()),
        (DUE, day(due_of(kind, clock))),
        ("补正期限", waited.map(|event| supplement_period(event, clock)).unwrap_or_default()),
        ("缴费方式", office.payment.clone()),
        ("延长工作日", days),
        ("第三方", party.clone()),
        ("被征求机关", party),
        ("被征求意见方", asked.map(|event| side(event).to_owned()).unwrap_or_default()),
        ("发出日期", day(asked.map(|event| event.on))),
        ("期限说明", asked.map(|event| consulting(event, clock)).unwrap_or_default()),
        ("提供方式", format!("{}，{}", providing.label(), obtaining.label())),
        ("受送达人", name.clone()),
        ("文书名称", notice.map(|letter| letter.letter.title.clone()).unwrap_or_default()),
        ("通知文号", notice.map(|letter| letter.number.clone()).unwrap_or_default()),
        ("通知日期", day(waited.map(|event| event.on))),
        ("截止日期", day(ended)),
    ];
    let fields = kind.fields();
    known
        .into_iter()
        .filter(|(field, words)| fields.contains(field) && !words.is_empty())
        .map(|(field, words)| (field.to_owned(), words))
        .collect()
}

/// Letters with the due that the clock gives: between proposal and approval it may move.
pub fn dated(mut letters: Vec<LetterDraft>, clock: &Clock) -> Vec<LetterDraft> {
    for draft in &mut letters {
        if let (Some(said), Some(due)) = (draft.values.get_mut(DUE), due_of(draft.kind, clock)) {
            *said = written_date(due);
        }
    }
    letters
}

/// The day until which a letter's addressee, or the agency, has to answer.
fn due_of(kind: LetterKind, clock: &Clock) -> Option<Date> {
    let asked = matches!(kind, LetterKind::ThirdPartyOpinion | LetterKind::AgencyOpinion);
    if asked { clock.waits_until } else { clock.due }
}

/// Until when the applicant may supplement: so many days from the letter's receipt, or the day that was written.
fn supplement_period(event: &Event, clock: &Clock) -> String {
    match (event.until, event.working_days, clock.waits_until) {
        (None, Some(days), _) => format!("自收到本告知书之日起{days}个工作日内"),
        (_, _, Some(last)) => format!("于{}（含当日）前", written_date(last)),
        _ => String::new(),
    }
}

/// Who is asked, as the applicant may know it: the name is none of the applicant's.
fn side(asked: &Event) -> &'static str {
    if asked.kind == EventKind::ThirdPartyAsked { "第三方" } else { "其他机关" }
}

/// What asking somebody means for the reply's period.
fn consulting(asked: &Event, clock: &Clock) -> String {
    match clock.due {
        Some(due) if clock.is_past(asked.on) => format!(
            "答复期限已于{}届满，征求意见的时间不能从答复期限中扣除，本机关将尽快答复。",
            written_date(due)
        ),
        _ => "根据《中华人民共和国政府信息公开条例》第三十三条第三款的规定，征求意见所需时间不计算在答复期限内。".to_owned(),
    }
}

/// A letter as it would be issued now, with the number it would bear.
pub(super) async fn rendered(
    db: &impl ConnectionTrait,
    bench: &Bench,
    unit: UnitId,
    draft: &LetterDraft,
) -> Result<(Letter, Office, i64)> {
    let office = office_of(db, unit, bench.unit_name.clone()).await?;
    let last: Option<i64> = Entity::find()
        .select_only()
        .column_as(Column::Serial.max(), "last")
        .filter(Column::Word.eq(&office.word))
        .filter(Column::Year.eq(i32::from(bench.today.year())))
        .into_tuple::<Option<i64>>()
        .one(db)
        .await?
        .flatten();
    let serial = last.unwrap_or(0) + 1;
    let template = template_in(db, draft.kind).await?;
    let fields = Fields {
        agency: office.agency.clone(),
        number: Some(office.number(bench.today.year(), serial)),
        date: bench.today,
        outcome: draft.outcome,
        values: draft.values.clone(),
        sample: draft.sample,
    };
    let letter = render(draft.kind, &fields, &template, &bench.rules).map_err(Error::refused)?;
    Ok((letter, office, serial))
}

/// A letter as it would be issued now, after `before` others of the same step; nothing is kept, and no writer is waited
/// for.
///
/// # Errors
/// A field nobody filled.
pub async fn preview(
    store: &Store,
    calendar: &Calendar,
    unit: UnitId,
    draft: LetterDraft,
    before: usize,
) -> Result<Letter> {
    let bench = Bench::new(store, calendar, unit).await?;
    let before = i64::try_from(before).unwrap_or(0);
    let (letter, office, serial) = rendered(store.reader(), &bench, unit, &draft).await?;
    let number = office.number(bench.today.year(), serial.saturating_add(before));
    Ok(Letter { number: Some(number), ..letter })
}

/// Issues a letter within a transaction.
pub(super) async fn insert(
    transaction: &mut Transaction,
    bench: &Bench,
    case: (i64, UnitId),
    event: Option<i64>,
    draft: &LetterDraft,
) -> Result<i64> {
    let (letter, office, serial) = rendered(&transaction.db, bench, case.1, draft).await?;
    let number = office.number(bench.today.year(), serial);
    let model = ActiveModel {
        id: NotSet,
        request_id: Set(case.0),
        event_id: Set(event),
        kind: Set(draft.kind.word().to_owned()),
        word: Set(office.word),
        year: Set(i32::from(bench.today.year())),
        serial: Set(serial),
        content: Set(bench.key.seal(LETTER, &serde_json::to_string(&letter)?)?),
        issued_by_name: Set(transaction.user_name.clone()),
        issued_at: Set(transaction.now),
        delivered_on: Set(None),
        delivery: Set(bench.key.seal(DELIVERY, "")?),
        proof_id: Set(None),
    };
    let id = model.insert(&transaction.db).await?.id;
    let said = format!("{} {number}", draft.kind.label());
    transaction.note(Action::RequestLetterIssued, SUBJECT, case.0, &said);
    Ok(id)
}

/// Issues a letter that goes with no event: a receipt of what was handed in, a word to a third party whose objection did
/// not prevail, a proof of service.
///
/// # Errors
/// A field nobody filled; a letter that belongs to an event.
pub async fn issue(
    store: &Store,
    actor: &Actor,
    calendar: &Calendar,
    id: i64,
    draft: LetterDraft,
) -> Result<i64> {
    if !draft.kind.goes_alone() {
        return Err(Error::refused("这种文书随办理步骤制发，请从相应的步骤办理。"));
    }
    let case = super::find(store, id).await?.ok_or(Error::NotFound("这件申请"))?;
    let bench = Bench::new(store, calendar, case.unit).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move { insert(transaction, &bench, (id, case.unit), None, &draft).await })
        })
        .await
}

fn view(store: &Store, row: Model) -> Result<LetterRow> {
    let office = Office { word: row.word, ..Office::default() };
    Ok(LetterRow {
        id: row.id,
        kind: word(LetterKind::from_word(&row.kind), &row.kind)?,
        number: office.number(i16::try_from(row.year).unwrap_or(0), row.serial),
        letter: serde_json::from_str(&store.key().open(LETTER, &row.content)?)?,
        issued_by_name: row.issued_by_name,
        issued_at: instant(row.issued_at)?,
        delivered_on: date_or_none(row.delivered_on.as_ref())?,
        delivery: store.key().open(DELIVERY, &row.delivery)?,
        proof: row.proof_id,
    })
}

/// The letters of a case, in the order issued.
pub(super) async fn of(store: &Store, id: i64) -> Result<Vec<LetterRow>> {
    let query = Entity::find().filter(Column::RequestId.eq(id)).order_by_asc(Column::Id);
    query.all(store.reader()).await?.into_iter().map(|row| view(store, row)).collect()
}

/// Notes that a letter reached its addressee. A period that runs from that day is counted anew.
///
/// # Errors
/// A day before the letter or in the future; noted already; no such letter.
pub async fn deliver(
    store: &Store,
    actor: &Actor,
    calendar: &Calendar,
    id: i64,
    letter: i64,
    delivery: Delivery,
) -> Result<()> {
    let how = written(&delivery.how)?;
    if how.is_empty() {
        return Err(Error::refused("请写明怎样送达的，例如“挂号信，回执号……”“本人当面签收”。"));
    }
    let case = super::find(store, id).await?.ok_or(Error::NotFound("这件申请"))?;
    let bench = Bench::new(store, calendar, case.unit).await?;
    if delivery.on > bench.today {
        return Err(Error::refused(Refused::Future));
    }
    deliverable(store.reader(), id, letter, delivery.on).await?;
    let proof: Vec<NewFile> = delivery.proof.into_iter().collect();
    file::room(store.reader(), id, proof.len()).await?;
    let sealed = file::seal_all(store, proof).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = deliverable(&transaction.db, id, letter, delivery.on).await?;
                let kind = word(LetterKind::from_word(&row.kind), &row.kind)?;
                if let Some(event) = row.event_id {
                    reached(transaction, &bench, (id, event), kind, delivery.on).await?;
                }
                let proof = file::insert_all(transaction, id, sealed).await?.first().copied();
                let mut change: ActiveModel = row.into();
                change.delivered_on = Set(Some(delivery.on.to_string()));
                change.delivery = Set(bench.key.seal(DELIVERY, &how)?);
                change.proof_id = Set(proof);
                change.update(&transaction.db).await?;
                let said = delivery.on.to_string();
                transaction.note(Action::RequestDelivered, SUBJECT, id, &said);
                Ok(())
            })
        })
        .await
}

/// The letter of a case that may have reached its addressee on that day.
async fn deliverable(db: &impl ConnectionTrait, id: i64, letter: i64, on: Date) -> Result<Model> {
    let row = Entity::find_by_id(letter).one(db).await?;
    let row = row.filter(|row| row.request_id == id).ok_or(Error::NotFound("这份文书"))?;
    if row.delivered_on.is_some() {
        return Err(Error::refused("这份文书已经登记过送达。"));
    }
    let formed = domain::clock::civil_date(instant(row.issued_at)?);
    if on < formed {
        let formed = written_date(formed);
        return Err(Error::refused(format!("送达日期早于文书日期（{formed}），请核对。")));
    }
    Ok(row)
}

/// Lets an event's period run from the day its letter was delivered; a letter that only tells somebody else of the event
/// moves nothing.
async fn reached(
    transaction: &mut Transaction,
    bench: &Bench,
    (id, event): (i64, i64),
    kind: LetterKind,
    on: Date,
) -> Result<()> {
    let mut rows = events_of(&transaction.db, &bench.key, &[id]).await?.remove(&id).unwrap_or_default();
    let Some(found) = rows.iter_mut().find(|row| row.id == event) else { return Ok(()) };
    let its_own = kind.event() == Some(found.event.kind);
    if !its_own || !found.event.kind.fields().contains(&"delivered") {
        return Ok(());
    }
    found.event.delivered = Some(on);
    let content = bench.key.seal(EVENT, &serde_json::to_string(&found.event)?)?;
    let row = request_event::Entity::find_by_id(event).one(&transaction.db).await?;
    let mut change: request_event::ActiveModel = row.ok_or(Error::NotFound("这一步"))?.into();
    change.content = Set(content);
    change.update(&transaction.db).await?;
    let told: Vec<Event> = rows.into_iter().map(|row| row.event).collect();
    let clock = clock(&told, &bench.calendar, &bench.rules, bench.today);
    let row = request::Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("这件申请"))?;
    let (arrived, version) = (date(&row.arrived_on)?, row.version);
    let mut change: request::ActiveModel = row.into();
    set_clock(&mut change, &clock, arrived);
    change.version = Set(version + 1);
    change.changed_by_name = Set(by_name(transaction));
    change.changed_at = Set(transaction.now);
    change.update(&transaction.db).await?;
    Ok(())
}
