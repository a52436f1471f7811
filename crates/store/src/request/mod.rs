//! Disclosure on request (依申请公开): a case is its row, with the columns its clock gave last, and its events. What is asked
//! for, who asks, and every word of the course lie sealed; the journal holds numbers, steps and days, nothing of a person.

mod by_applicant;
mod case;
mod dispute;
mod fee;
mod file;
mod intake;
mod letter;
mod notice;
mod office;
mod proposal;
mod renew;
mod step;
mod template;
mod topic;

pub use by_applicant::{give_reasons, supplement, withdraw};
pub use case::{Case, EventRow, case, events, holder};
pub use dispute::{DisputeDraft, DisputeRow, dispute};
pub use fee::{fee_items_before, fees_paid};
pub use file::{FileRow, NewFile, ProvidedFile, Purpose, keep, read_file, remove_file, replace_file};
pub use intake::{Applicant, Missing, Receipt, Submission, correct_contact, problems, submit};
pub use letter::{Delivery, LetterDraft, LetterRow, dated, deliver, issue, prefill, preview};
pub use notice::{NoticeMail, NoticeRow, mail_failed, mail_pending, mail_sent};
pub use office::{Office, office, set_office};
pub use proposal::{ProposalRow, ProposalState, approve, propose, return_};
pub use renew::renew;
pub use step::take;
pub use template::{Changed, reset_template, set_template, template, templates};
pub use topic::{Like, Topic, similar, topics};

use crate::entity::request::{Column, Entity, Model};
use crate::entity::request_dispute;
use crate::instant::{date, date_or_none, instant, word};
use crate::{Page, PageRequest, Result, Store};
use domain::annual_report::{CaseSummary, Dispute};
use domain::request::{ApplicantKind, Clock, Obtaining, Outcome, Providing, State, Way};
use domain::unit::UnitId;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The places under the seals.
pub(crate) const WANTED: &str = "request.wanted";
const APPLICANT: &str = "request.applicant";
const EVENT: &str = "request.event";
const PROPOSAL: &str = "request.proposal";
const LETTER: &str = "request.letter";
const DELIVERY: &str = "request.delivery";
const REASON: &str = "request.reason";
const DISPUTE_BODY: &str = "request.dispute_body";
const DISPUTE_NUMBER: &str = "request.dispute_number";
const DISPUTE_REMARK: &str = "request.dispute_remark";
const FILE: &str = "request.file";
const FILE_NAME: &str = "request.file_name";
/// What the tags are made of.
const CODE: &str = "request.code";
const FORM: &str = "request.form";
const IDENTITY: &str = "request.identity";

/// The subject's word in the journal.
const SUBJECT: &str = "request";
/// Values one statement names at most.
const KEYS: usize = 1_000;

/// A case as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Identity.
    pub id: i64,
    /// The receipt number, `2020-00017`.
    pub number: String,
    /// The agency asked.
    pub unit: UnitId,
    /// Who asks, by kind.
    pub applicant: ApplicantKind,
    /// How it came.
    pub way: Way,
    /// On what the information is wanted.
    pub providing: Providing,
    /// How it is to reach the applicant.
    pub obtaining: Obtaining,
    /// What is asked for.
    pub wanted: String,
    /// The day it came.
    pub arrived_on: Date,
    /// Where it stood when its clock was last looked at.
    pub state: State,
    /// The last day for the reply.
    pub due_on: Option<Date>,
    /// The last day for the reply if nobody who is asked answers.
    pub latest_on: Option<Date>,
    /// The last day of whoever is awaited.
    pub waits_until: Option<Date>,
    /// The day that matters next; none once it has ended and the applicant was told.
    pub legal_on: Option<Date>,
    /// Leans on a year whose holidays are not published.
    pub provisional: bool,
    /// The day of receipt (art. 31).
    pub received_on: Option<Date>,
    /// When it ended.
    pub ended_on: Option<Date>,
    /// How.
    pub outcome: Option<Outcome>,
    /// Who registered it; empty for what came over the portal.
    pub registered_by_name: String,
    /// When.
    pub created_at: Timestamp,
    /// For optimistic locking.
    pub version: i64,
}

/// Which cases to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these units only; `None` for all.
    pub units: Option<BTreeSet<UnitId>>,
    /// In these states; empty for all.
    pub states: Vec<State>,
    /// Only those on which something is still to be done.
    pub open: bool,
    /// Only those whose next legal day is not after this.
    pub legal_until: Option<Date>,
    /// The receipt number or its beginning.
    pub number: String,
}

/// A word for a form, so that one sent twice unchanged is one request.
///
/// # Errors
/// No random bytes.
pub fn form_word() -> Result<String> {
    crate::secret::token()
}

/// The receipt number of a year's n-th case.
fn number(year: i32, serial: i64) -> String {
    format!("{year}-{serial:05}")
}

/// A receipt number as typed: `2020-17`, `202000017`, `2020 00017`.
fn typed_number(typed: &str) -> Option<(i32, i64)> {
    let half: String = typed.chars().filter_map(domain::text::half_width).collect();
    let digits: String = half.chars().filter(char::is_ascii_digit).take(16).collect();
    let (year, serial) = digits.split_at_checked(4)?;
    Some((year.parse().ok()?, serial.parse().ok()?))
}

fn row(store: &Store, model: Model) -> Result<CaseRow> {
    Ok(CaseRow {
        id: model.id,
        number: number(model.year, model.serial),
        unit: model.unit_id,
        applicant: word(ApplicantKind::from_word(&model.applicant_kind), &model.applicant_kind)?,
        way: word(Way::from_word(&model.way), &model.way)?,
        providing: word(Providing::from_word(&model.providing), &model.providing)?,
        obtaining: word(Obtaining::from_word(&model.obtaining), &model.obtaining)?,
        wanted: store.key().open(WANTED, &model.wanted)?,
        arrived_on: date(&model.arrived_on)?,
        state: word(State::from_word(&model.state), &model.state)?,
        due_on: date_or_none(model.due_on.as_ref())?,
        latest_on: date_or_none(model.latest_on.as_ref())?,
        waits_until: date_or_none(model.waits_until.as_ref())?,
        legal_on: date_or_none(model.legal_on.as_ref())?,
        provisional: model.provisional,
        received_on: date_or_none(model.received_on.as_ref())?,
        ended_on: date_or_none(model.ended_on.as_ref())?,
        outcome: outcome(model.outcome.as_ref())?,
        registered_by_name: model.registered_by_name,
        created_at: instant(model.created_at)?,
        version: model.version,
    })
}

fn outcome(kept: Option<&String>) -> Result<Option<Outcome>> {
    kept.map(|kept| word(Outcome::from_word(kept), kept)).transpose()
}

/// The day that matters next: of the reply, of whoever is awaited, or of the receipt still to be confirmed.
fn legal_on(clock: &Clock, arrived: Date) -> Option<Date> {
    match clock.state {
        State::NotReceived | State::AwaitingConfirmation => Some(arrived),
        State::AwaitingSupplement | State::AwaitingFee => clock.waits_until,
        State::Running | State::Consulting | State::Overdue => clock.due,
        // The letter that says it is given up is still to be sent.
        State::GivenUp if clock.untold => clock.ended,
        State::Replied | State::GivenUp | State::Withdrawn => None,
    }
}

fn select(filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find();
    if let Some(units) = &filter.units {
        query = query.filter(Column::UnitId.is_in(units.iter().copied()));
    }
    if !filter.states.is_empty() {
        query = query.filter(Column::State.is_in(filter.states.iter().map(|state| state.word())));
    }
    if filter.open {
        query = query.filter(Column::LegalOn.is_not_null());
    }
    if let Some(until) = filter.legal_until {
        query = query.filter(Column::LegalOn.lte(until.to_string()));
    }
    if !filter.number.trim().is_empty() {
        let (year, serial) = typed_number(&filter.number).unwrap_or((0, 0));
        query = query.filter(Column::Year.eq(year)).filter(Column::Serial.eq(serial));
    }
    query
}

/// Cases, those that are open first, the nearest legal day before.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, filter: &Filter, request: PageRequest) -> Result<Page<CaseRow>> {
    let query = select(filter);
    let total = query.clone().count(store.reader()).await?;
    let query = if filter.open || filter.legal_until.is_some() {
        query.order_by_asc(Column::LegalOn)
    } else {
        query.order_by_asc(Column::LegalOn.is_null()).order_by_asc(Column::LegalOn)
    };
    let found = query
        .order_by_desc(Column::Id)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    let rows = found.into_iter().map(|model| row(store, model)).collect::<Result<_>>()?;
    Ok(Page::new(rows, total, request))
}

/// How many cases there are of each state.
///
/// # Errors
/// The database's.
pub async fn count_by_state(store: &Store, filter: &Filter) -> Result<BTreeMap<State, u64>> {
    let rows: Vec<(String, i64)> = select(filter)
        .select_only()
        .column(Column::State)
        .column_as(Column::Id.count(), "cases")
        .group_by(Column::State)
        .into_tuple()
        .all(store.reader())
        .await?;
    rows.into_iter()
        .map(|(state, count)| {
            Ok((word(State::from_word(&state), &state)?, u64::try_from(count).unwrap_or(0)))
        })
        .collect()
}

/// The case of that id.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<CaseRow>> {
    Entity::find_by_id(id).one(store.reader()).await?.map(|model| row(store, model)).transpose()
}

/// A case as the annual report counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedCase {
    /// Identity.
    pub id: i64,
    /// The receipt number.
    pub number: String,
    /// The agency asked.
    pub unit: UnitId,
    /// Its days, how it ended, what followed.
    pub summary: CaseSummary,
}

#[derive(FromQueryResult)]
struct Counted {
    id: i64,
    year: i32,
    serial: i64,
    unit_id: i64,
    received_on: String,
    applicant_kind: String,
    ended_on: Option<String>,
    outcome: Option<String>,
}

/// What the annual report of a year needs of these units' cases: those received until the year's end that were open in
/// it, and those with a review or lawsuit.
///
/// # Errors
/// The database's.
pub async fn counted(store: &Store, units: &BTreeSet<UnitId>, year: i16) -> Result<Vec<CountedCase>> {
    let of_units = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::UnitId.is_in(units.iter().copied()))
        .into_query();
    let found =
        request_dispute::Entity::find().filter(request_dispute::Column::RequestId.in_subquery(of_units));
    let mut disputes: HashMap<i64, Vec<Dispute>> = HashMap::new();
    for model in found.order_by_asc(request_dispute::Column::Id).all(store.reader()).await? {
        disputes.entry(model.request_id).or_default().push(dispute::summary(&model)?);
    }
    let disputed = request_dispute::Entity::find()
        .select_only()
        .column(request_dispute::Column::RequestId)
        .distinct()
        .into_query();
    let concerns = Condition::any()
        .add(Column::EndedOn.is_null())
        .add(Column::EndedOn.gte(format!("{year:04}-01-01")))
        // The day of receipt is the least a case ends on.
        .add(Column::ReceivedOn.gte(format!("{year:04}-01-01")))
        .add(Column::Id.in_subquery(disputed));
    let found = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Year, Column::Serial, Column::UnitId])
        .columns([Column::ReceivedOn, Column::ApplicantKind, Column::EndedOn, Column::Outcome])
        .filter(Column::UnitId.is_in(units.iter().copied()))
        .filter(Column::ReceivedOn.lte(format!("{year:04}-12-31")))
        .filter(concerns)
        .order_by_asc(Column::Id)
        .into_model::<Counted>()
        .all(store.reader())
        .await?;
    let one = |case: Counted| {
        let ended = date_or_none(case.ended_on.as_ref())?;
        let outcome = outcome(case.outcome.as_ref())?.unwrap_or(Outcome::Other);
        let summary = CaseSummary {
            received: date(&case.received_on)?,
            applicant: word(ApplicantKind::from_word(&case.applicant_kind), &case.applicant_kind)?,
            ended: ended.map(|on| (on, outcome)),
            disputes: disputes.remove(&case.id).unwrap_or_default(),
        };
        Ok(CountedCase { id: case.id, number: number(case.year, case.serial), unit: case.unit_id, summary })
    };
    found.into_iter().map(one).collect()
}
