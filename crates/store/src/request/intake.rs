//! Requests come in: over the portal, or registered by an officer for what came by post, fax, in person, by mouth. One
//! transaction each; a form that is sent twice is one request.

use super::case::{seal_applicant, set_clock};
use super::{APPLICANT, CODE, EVENT, FORM, IDENTITY, NewFile, SUBJECT, WANTED, file, notice, number};
use crate::commit::Transaction;
use crate::entity::request::{ActiveModel, Column, Entity};
use crate::entity::{request_applicant, request_event};
use crate::notification::{Notice, notify, people_of};
use crate::seal::SealKey;
use crate::secret::{code, hex};
use crate::text::{printable, written};
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::limits::NAME_CHARACTERS_MAX;
use domain::request::{
    ApplicantKind, Clock, Event, EventKind, Form, Identity, Obtaining, Providing, State, Way, clock,
};
use domain::role::Actor;
use domain::unit::UnitId;
use domain::workday::Calendar;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Who asks. Kept sealed, apart from the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    /// What kind.
    pub kind: ApplicantKind,
    /// Name of the person or organisation.
    pub name: String,
    /// What proves the identity.
    pub identity: Identity,
    /// Its number.
    pub identity_number: String,
    /// Telephone.
    pub phone: String,
    /// Where mail goes; may be empty.
    pub address: String,
    /// Where electronic mail goes; may be empty.
    pub email: String,
}

/// A request as it comes in.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The agency asked.
    pub unit: UnitId,
    /// Who asks.
    pub applicant: Applicant,
    /// For what.
    pub wanted: String,
    /// How it came.
    pub way: Way,
    /// The day it came.
    pub arrived: Date,
    /// On what the information is wanted.
    pub providing: Providing,
    /// How it is to reach the applicant.
    pub obtaining: Obtaining,
    /// What came with it.
    pub files: Vec<NewFile>,
    /// The form's own word: sent twice unchanged, it is one request.
    pub form: Option<String>,
}

/// What the applicant gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The case.
    pub id: i64,
    /// The receipt number.
    pub number: String,
    /// The query code.
    pub code: String,
}

/// What a request lacks, by the form's field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// What is asked for.
    Wanted,
    /// The name.
    Name,
    /// The identity proof.
    Identity,
    /// Telephone or another contact.
    Contact,
    /// Where mail goes.
    Address,
    /// The mail address.
    Email,
    /// By which way it is to come.
    Obtaining,
}

/// What a request lacks, with a sentence each, in the order of the form.
pub fn problems(submission: &Submission) -> Vec<(Missing, String)> {
    let Applicant { kind, name, identity, identity_number, phone, address, email } = &submission.applicant;
    let contacts = [phone, address, email].map(|text| text.trim());
    let form = Form {
        applicant: domain::request::Applicant {
            kind: *kind,
            name: name.clone(),
            // Its own sentence says more.
            identity: identity.label().to_owned(),
            contact: contacts.concat(),
        },
        wanted: submission.wanted.clone(),
        providing: submission.providing,
        obtaining: submission.obtaining,
    };
    let mut problems: Vec<(Missing, String)> = form
        .missing()
        .into_iter()
        .map(|missing| {
            let field = match missing {
                domain::request::Missing::Name => Missing::Name,
                domain::request::Missing::Identity => Missing::Identity,
                domain::request::Missing::Contact => Missing::Contact,
                domain::request::Missing::Wanted => Missing::Wanted,
                domain::request::Missing::Obtaining => Missing::Obtaining,
            };
            (field, missing.to_string())
        })
        .collect();
    if let Err(bad) = identity.number(identity_number) {
        problems.push((Missing::Identity, bad.to_string()));
    }
    if let Some(bad) = Some(email.trim())
        .filter(|email| !email.is_empty())
        .and_then(|email| domain::subscription::address(email).err())
    {
        problems.push((Missing::Email, bad.to_string()));
    }
    if submission.obtaining == Obtaining::Post && address.trim().is_empty() {
        problems.push((Missing::Address, "选择邮寄的，请填写通信地址。".to_owned()));
    }
    problems.sort_by_key(|(field, _)| *field);
    problems
}

/// Opens who asked, with the query code.
pub(super) fn open(key: &SealKey, sealed: &str) -> Result<(Applicant, String)> {
    Ok(serde_json::from_str(&key.open(APPLICANT, sealed)?)?)
}

/// What the journal says of a case: nothing of a person.
#[derive(Serialize)]
pub(super) struct Recorded<'a> {
    pub(super) number: &'a str,
    pub(super) event: &'static str,
    pub(super) on: Date,
    pub(super) state: State,
    pub(super) due: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<&'static str>,
}

impl<'a> Recorded<'a> {
    pub(super) fn of(number: &'a str, event: &Event, clock: &Clock) -> Self {
        Self {
            number,
            event: event.kind.word(),
            on: event.on,
            state: clock.state,
            due: clock.due,
            outcome: clock.outcome.map(domain::request::Outcome::word),
        }
    }
}

fn tidied(applicant: &Applicant) -> Result<Applicant> {
    let short = |text: &str| {
        printable(text.trim()).replace('\n', " ").chars().take(NAME_CHARACTERS_MAX * 2).collect()
    };
    Ok(Applicant {
        kind: applicant.kind,
        name: short(&applicant.name),
        identity: applicant.identity,
        identity_number: applicant.identity.number(&applicant.identity_number).map_err(Error::refused)?,
        phone: short(&applicant.phone),
        address: short(&applicant.address),
        email: match applicant.email.trim() {
            "" => String::new(),
            typed => domain::subscription::address(typed).map_err(Error::refused)?,
        },
    })
}

/// The tag under which the same applicant is found again.
fn identity_tag(key: &SealKey, applicant: &Applicant) -> String {
    // What is no number proves nothing without the name.
    let name = if applicant.identity == Identity::Other { applicant.name.as_str() } else { "" };
    key.tag(IDENTITY, &format!("{}\n{}\n{name}", applicant.identity.word(), applicant.identity_number))
}

/// The tag of a form, of its word and of all that was typed: the form sent twice has the same one, one that was changed
/// meanwhile another. A day counts as typed where a person enters it; the portal's is only that of the sending.
fn form_tag(key: &SealKey, actor: &Actor, submission: &Submission) -> Result<Option<String>> {
    let Some(form) = submission.form.as_deref().filter(|form| !form.is_empty()) else { return Ok(None) };
    let day = matches!(actor, Actor::Person(_)).then_some(submission.arrived);
    let files: Vec<(&str, String)> = submission
        .files
        .iter()
        .map(|file| (file.name.as_str(), hex(&Sha256::digest(&file.content))))
        .collect();
    let Submission { unit, applicant, wanted, way, providing, obtaining, .. } = submission;
    let typed = (form, unit, applicant, wanted, way, day, providing, obtaining, files);
    Ok(Some(key.tag(FORM, &serde_json::to_string(&typed)?)))
}

/// Takes a request. The same form sent again gives the same receipt; a changed one is another request.
///
/// # Errors
/// What it lacks (see [`problems`]); a day in the future; a file that is too large.
pub async fn submit(
    store: &Store,
    actor: &Actor,
    calendar: &Calendar,
    submission: Submission,
) -> Result<Receipt> {
    if let Some((_, problem)) = problems(&submission).into_iter().next() {
        return Err(Error::refused(problem));
    }
    let today = store.clock().today();
    if submission.arrived > today {
        return Err(Error::refused(domain::request::Refused::Future));
    }
    let directory = crate::unit::directory(store).await?;
    directory.unit(submission.unit).ok_or(Error::NotFound("该单位"))?;
    let applicant = tidied(&submission.applicant)?;
    let wanted = written(&submission.wanted)?;
    let event = Event { way: Some(submission.way), ..Event::new(submission.arrived, EventKind::Arrived) };
    let events = std::slice::from_ref(&event);
    let clock = clock(events, calendar, store.rules(), today);
    let new_code = code()?;
    let key = store.key().clone();
    let form_tag = form_tag(&key, actor, &submission)?;
    if let Some(form) = &form_tag
        && let Some(known) = sent_before(store.reader(), &key, form).await?
    {
        return Ok(known);
    }
    file::fits(submission.files.len() as u64)?;
    let files = file::seal_all(store, submission.files).await?;
    let (unit, way) = (submission.unit, submission.way);
    let mut model = ActiveModel {
        id: NotSet,
        year: Set(i32::from(today.year())),
        serial: NotSet,
        unit_id: Set(unit),
        code_tag: Set(key.tag(CODE, &new_code)),
        form_tag: Set(form_tag),
        identity_tag: Set(identity_tag(&key, &applicant)),
        applicant_kind: Set(applicant.kind.word().to_owned()),
        way: Set(way.word().to_owned()),
        providing: Set(submission.providing.word().to_owned()),
        obtaining: Set(submission.obtaining.word().to_owned()),
        wanted: Set(key.seal(WANTED, &wanted)?),
        arrived_on: Set(submission.arrived.to_string()),
        state: NotSet,
        due_on: NotSet,
        latest_on: NotSet,
        waits_until: NotSet,
        legal_on: NotSet,
        provisional: NotSet,
        received_on: NotSet,
        ended_on: NotSet,
        outcome: NotSet,
        registered_by_name: NotSet,
        created_at: NotSet,
        changed_by_name: NotSet,
        changed_at: NotSet,
        version: Set(1),
    };
    set_clock(&mut model, &clock, submission.arrived);
    let sealed = seal_applicant(&key, &applicant, &new_code)?;
    let content = key.seal(EVENT, &serde_json::to_string(&event)?)?;
    let has_mail = !applicant.email.is_empty();
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                if let Set(Some(form)) = &model.form_tag
                    && let Some(known) = sent_before(&transaction.db, &key, form).await?
                {
                    return Ok(known);
                }
                let year = i32::from(today.year());
                let last: Option<i64> = Entity::find()
                    .select_only()
                    .column_as(Column::Serial.max(), "last")
                    .filter(Column::Year.eq(year))
                    .into_tuple::<Option<i64>>()
                    .one(&transaction.db)
                    .await?
                    .flatten();
                let serial = last.unwrap_or(0) + 1;
                let by = by_name(transaction);
                model.serial = Set(serial);
                model.registered_by_name = Set(by.clone());
                model.created_at = Set(transaction.now);
                model.changed_by_name = Set(by.clone());
                model.changed_at = Set(transaction.now);
                let id = model.insert(&transaction.db).await?.id;
                request_applicant::Entity::insert(request_applicant::ActiveModel {
                    request_id: Set(id),
                    content: Set(sealed),
                })
                .exec_without_returning(&transaction.db)
                .await?;
                request_event::Entity::insert(request_event::ActiveModel {
                    id: NotSet,
                    request_id: Set(id),
                    kind: Set(event.kind.word().to_owned()),
                    on_day: Set(event.on.to_string()),
                    content: Set(content),
                    by_name: Set(by),
                    at: Set(transaction.now),
                })
                .exec_without_returning(&transaction.db)
                .await?;
                file::insert_all(transaction, id, files).await?;
                let number = number(year, serial);
                let recorded = Recorded::of(&number, &event, &clock);
                transaction.record(Action::RequestReceived, SUBJECT, id, None::<&()>, Some(&recorded))?;
                notice::tell(transaction, id, &notice::words(&event, &clock), has_mail).await?;
                let office = Notice {
                    subject: format!(
                        "收到政府信息公开申请 {number}（{}），请{}办理",
                        way.label(),
                        if way.is_confirmed() { "确认收到并" } else { "" }
                    ),
                    body: String::new(),
                    link: format!("/office/requests/{id}"),
                    key: format!("request-{id}"),
                };
                notify(transaction, &people_of(transaction, unit).await?, &office).await?;
                Ok(Receipt { id, number, code: new_code })
            })
        })
        .await
}

/// Who enters something: empty for what the applicant does over the portal.
pub(super) fn by_name(transaction: &Transaction) -> String {
    transaction.user.map(|_| transaction.user_name.clone()).unwrap_or_default()
}

async fn sent_before(db: &impl ConnectionTrait, key: &SealKey, form: &str) -> Result<Option<Receipt>> {
    let known = Entity::find().filter(Column::FormTag.eq(form)).one(db).await?;
    let Some(known) = known else { return Ok(None) };
    let kept = request_applicant::Entity::find_by_id(known.id).one(db).await?;
    let (_, code) = open(key, &kept.ok_or(Error::NotFound("申请人"))?.content)?;
    Ok(Some(Receipt { id: known.id, number: number(known.year, known.serial), code }))
}

/// Corrects where the applicant can be reached; name and identity stay.
///
/// # Errors
/// No contact left; a mail address that is none; a case that is not there.
pub async fn correct_contact(
    store: &Store,
    actor: &Actor,
    id: i64,
    phone: &str,
    address: &str,
    email: &str,
) -> Result<()> {
    let [phone, address, email] = [phone, address, email].map(|text| text.trim().to_owned());
    if phone.is_empty() && address.is_empty() && email.is_empty() {
        return Err(Error::refused(domain::request::Missing::Contact));
    }
    let key = store.key().clone();
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let kept = request_applicant::Entity::find_by_id(id).one(&transaction.db).await?;
                let kept = kept.ok_or(Error::NotFound("这件申请"))?;
                let (mut applicant, code) = open(&key, &kept.content)?;
                (applicant.phone, applicant.address, applicant.email) = (phone, address, email);
                let applicant = tidied(&applicant)?;
                let mut change: request_applicant::ActiveModel = kept.into();
                change.content = Set(seal_applicant(&key, &applicant, &code)?);
                change.update(&transaction.db).await?;
                transaction.note(Action::RequestContactChanged, SUBJECT, id, "");
                Ok(())
            })
        })
        .await
}
