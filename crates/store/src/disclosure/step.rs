//! The way of a disclosure: handed in, reviewed, returned, scheduled, published, revised, withdrawn.

use super::draft::refuse_report;
use super::notice::tell;
use super::settle::{self, Basis};
use super::{PASSED, RETURNED, load, version_of, waiver};
use crate::commit::Transaction;
use crate::entity::{
    catalogue, counter, disclosure, disclosure_item, disclosure_link, disclosure_review, disclosure_version,
    region, unit,
};
use crate::instant::{instant, word};
use crate::interpretation;
use crate::review::{candidates, routes};
use crate::text::written;
use crate::transparency::{self, Public};
use crate::unit::place;
use crate::{Error, Result, Store};
use domain::clock::civil_date;
use domain::disclosure::index_number::IndexNumber;
use domain::disclosure::state::{Facts, Review, State, Step, next_review, step};
use domain::disclosure::{Disclosure, Kind, check};
use domain::journal::Action;
use domain::review::{Candidate, Stage, acting, reviews, right_to_return, route};
use domain::role::{Actor, Place};
use domain::transparency::Act;
use domain::unit::Directory;
use domain::workday::Calendar;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the journal keeps of a step.
#[derive(Serialize)]
struct Recorded<'a> {
    state: State,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<Review>,
    /// What it was handed in under.
    #[serde(skip_serializing_if = "<[Stage]>::is_empty")]
    route: &'a [Stage],
}

/// A step as a person asked for it.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Which.
    pub step: Step,
    /// What a reviewer remarks; may be empty.
    pub remark: String,
    /// When to publish, for [`Step::Schedule`].
    pub at: Option<Timestamp>,
    /// The fingerprints of what the scan found in this version of the draft and must not stay without a reason.
    pub marks: Vec<String>,
    /// Why a policy file goes out before its interpretation, for [`Step::Publish`] and [`Step::Schedule`]; may be empty.
    pub alone: String,
    /// The same fingerprints of the interpretations that go out with it, by their ids.
    pub together: BTreeMap<i64, Vec<String>>,
}

impl From<Step> for Wanted {
    fn from(step: Step) -> Self {
        Self {
            step,
            remark: String::new(),
            at: None,
            marks: Vec::new(),
            alone: String::new(),
            together: BTreeMap::new(),
        }
    }
}

/// Takes a step.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed it since `version`; the domain's refusal.
pub async fn take(
    store: &Store,
    actor: &Actor,
    calendar: &Calendar,
    id: i64,
    version: i64,
    wanted: impl Into<Wanted>,
) -> Result<()> {
    let mut wanted: Wanted = wanted.into();
    if let Step::Return { reason } | Step::Revise { reason } | Step::Withdraw { reason } = &mut wanted.step {
        *reason = written(reason)?;
    }
    wanted.remark = written(&wanted.remark)?;
    wanted.alone = written(&wanted.alone)?;
    let directory = crate::unit::directory(store).await?;
    let basis = Basis::new(store, calendar);
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                if wanted.step == Step::Submit {
                    refuse_report(transaction, id).await?;
                }
                within(transaction, &directory, &basis, id, version, &wanted).await
            })
        })
        .await
}

/// Publishes what was scheduled until now; returns how many. `scan` looks once more at each and gives the fingerprints of
/// what must not stay without a reason.
///
/// # Errors
/// The database's; one that cannot be published is left and told of in the log.
pub async fn publish_scheduled<S, F>(store: &Store, calendar: &Calendar, scan: S) -> Result<usize>
where
    S: Fn(Disclosure) -> F,
    F: Future<Output = Result<Vec<String>>>,
{
    let now = store.now();
    let due = disclosure::Entity::find()
        .filter(disclosure::Column::State.eq(State::Scheduled.word()))
        .filter(disclosure::Column::ScheduledAt.lte(now))
        .all(store.reader())
        .await?;
    let mut count = 0;
    for row in due {
        let Some(draft) = row.draft.as_deref() else { continue };
        let marks = scan(serde_json::from_str(draft)?).await?;
        let mut together = BTreeMap::new();
        for (id, draft) in interpretation::going_with(store, row.id).await? {
            together.insert(id, scan(draft).await?);
        }
        let wanted = Wanted { marks, together, ..Step::Publish.into() };
        match take(store, &Actor::System, calendar, row.id, row.version, wanted).await {
            Ok(()) => count += 1,
            // Somebody was faster, or took it back.
            Err(Error::Conflict { .. } | Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

/// The same within a transaction. A policy file takes its approved interpretations with it.
pub(crate) async fn within(
    transaction: &mut Transaction,
    directory: &Arc<Directory>,
    basis: &Basis,
    id: i64,
    version: i64,
    wanted: &Wanted,
) -> Result<()> {
    one(transaction, directory, basis, id, version, wanted).await?;
    if wanted.step != Step::Publish {
        return Ok(());
    }
    for (id, version) in interpretation::ready(&transaction.db, id).await? {
        let marks = wanted.together.get(&id).cloned().unwrap_or_default();
        let along = Wanted { marks, ..Step::Publish.into() };
        one(transaction, directory, basis, id, version, &along).await?;
    }
    Ok(())
}

/// A step of one disclosure.
async fn one(
    transaction: &mut Transaction,
    directory: &Arc<Directory>,
    basis: &Basis,
    id: i64,
    version: i64,
    wanted: &Wanted,
) -> Result<()> {
    let row = load(transaction, id, version).await?;
    let today = civil_date(instant(transaction.now)?);
    let mut content: Option<Disclosure> = row.draft.as_deref().map(serde_json::from_str).transpose()?;
    let passed: Vec<Review> = serde_json::from_str(&row.passed)?;
    let place = place(directory, row.unit_id);
    let stages = stages(transaction, &row, content.as_ref(), &place).await?;
    let required = reviews(&stages);
    let next = next_review(&required, &passed);
    let next = stages.iter().find(|stage| Some(stage.review) == next);
    let people = match (&wanted.step, transaction.user) {
        (Step::Pass { .. } | Step::Return { .. }, Some(_)) => candidates(&transaction.db, today).await?,
        _ => Vec::new(),
    };
    let signature = signature(transaction, &wanted.step, next, &people, &row, &place);
    let old = word(State::from_word(&row.state), &row.state)?;
    let facts = Facts {
        errors: content.as_ref().is_none_or(|content| {
            check::has_errors(&check::disclosure(content, today))
                || check::has_errors(&check::sections(content, "", basis.rules()))
        }),
        required: &required,
        passed: &passed,
        public: row.current.is_some() && row.withdrawn_at.is_none(),
        own: transaction.user.is_some() && row.submitted_by == transaction.user,
        foreign: signature.is_none(),
        unsettled: waiver::is_unsettled(&transaction.db, id, &wanted.marks).await?,
    };
    let new = step(old, &wanted.step, facts).map_err(Error::refused)?;
    // Who acts for another is recorded with both names, in the review and in the journal.
    transaction.user_name = signature.unwrap_or_default();
    let was = row.clone();
    let mut change: disclosure::ActiveModel = row.into();
    change.state = Set(new.word().to_owned());
    let mut number = was.current;
    let mut reviewed = None;
    let mut reason = "";
    let action = match &wanted.step {
        Step::Submit => {
            change.submitted_by = Set(transaction.user);
            change.passed = Set("[]".to_owned());
            change.route = Set(Some(serde_json::to_string(&stages)?));
            Action::DisclosureSubmitted
        }
        Step::Pass { review } => {
            let mut passed = passed.clone();
            passed.push(*review);
            change.passed = Set(serde_json::to_string(&passed)?);
            reviewed = Some(*review);
            record_review(transaction, id, *review, PASSED, &wanted.remark).await?;
            Action::DisclosurePassed
        }
        Step::Return { reason: why } => {
            let review = next.map_or(Review::Issue, |stage| stage.review);
            reviewed = Some(review);
            reason = why;
            record_review(transaction, id, review, RETURNED, why).await?;
            change.passed = Set("[]".to_owned());
            change.route = Set(None);
            change.scheduled_at = Set(None);
            Action::DisclosureReturned
        }
        Step::Schedule => {
            let at = wanted.at.map(Timestamp::as_microsecond).filter(|at| *at > transaction.now);
            let at = at.ok_or_else(|| Error::refused("定时公开的时间应晚于现在。请重新选择。"))?;
            let content = content.as_mut().ok_or(Error::NotFound("这条信息的草稿"))?;
            reason = alone(transaction, &was, content, wanted).await?;
            change.draft = Set(Some(serde_json::to_string(content)?));
            change.scheduled_at = Set(Some(at));
            Action::DisclosureScheduled
        }
        Step::Publish => {
            let content = content.as_mut().ok_or(Error::NotFound("这条信息的草稿"))?;
            reason = alone(transaction, &was, content, wanted).await?;
            let next = publish(transaction, &was, content, today, basis).await?;
            number = Some(next.number);
            next.apply(&mut change, content, &was, transaction.now);
            Action::DisclosurePublished
        }
        Step::Revise { reason: why } => {
            let current = version_of(&transaction.db, id, was.current.unwrap_or(0)).await?;
            let current = current.ok_or(Error::NotFound("这条信息的现行版本"))?;
            reason = why;
            change.reason = Set(why.clone());
            change.draft_title = Set(was.title.clone());
            change.draft = Set(Some(current.content));
            change.passed = Set("[]".to_owned());
            change.submitted_by = Set(None);
            Action::DisclosureRevising
        }
        Step::Abandon => {
            if was.current.is_none() {
                return Err(Error::refused("这条信息还没有公开过。不再需要的，请删除草稿。"));
            }
            interpretation::forget_plan(transaction, id).await?;
            clear_draft(&mut change);
            Action::DisclosureAbandoned
        }
        Step::Withdraw { reason: why } => {
            reason = why;
            clear_draft(&mut change);
            change.withdrawn_at = Set(Some(transaction.now));
            change.withdrawn_reason = Set(why.clone());
            forget_items_and_links(transaction, id).await?;
            settle::withdraw(transaction, id).await?;
            Action::DisclosureWithdrawn
        }
    };
    change.changed_by_name = Set(transaction.user_name.clone());
    change.changed_at = Set(transaction.now);
    change.version = Set(version + 1);
    let row = change.update(&transaction.db).await?;
    let now_passed: Vec<Review> = serde_json::from_str(&row.passed)?;
    let next = next_review(&required, &now_passed).filter(|_| new == State::Reviewing);
    let next = stages.iter().find(|stage| Some(stage.review) == next);
    if action.is_public() {
        let act = match (action, was.current) {
            (Action::DisclosureWithdrawn, _) => Act::Withdraw,
            (_, None) => Act::Publish,
            (_, Some(_)) => Act::Revise,
        };
        let why = match act {
            Act::Publish => "",
            Act::Revise => &was.reason,
            Act::Withdraw => reason,
        };
        log(transaction, directory, act, &row, why).await?;
    }
    let before = Recorded { state: old, reason: "", number: was.current, review: None, route: &[] };
    let under = if wanted.step == Step::Submit { stages.as_slice() } else { &[] };
    let after = Recorded { state: new, reason, number, review: reviewed, route: under };
    transaction.record(action, "disclosure", id, Some(&before), Some(&after))?;
    tell(transaction, directory, action, (&was, row.submitted_by), next, reason).await
}

/// Asks whether a draft may go out now, for the first time: a policy file with its interpretation or with a reason, which is
/// kept with it, an interpretation not before its policy file. Returns the reason.
async fn alone<'a>(
    transaction: &Transaction,
    was: &disclosure::Model,
    content: &mut Disclosure,
    wanted: &'a Wanted,
) -> Result<&'a str> {
    match content.kind {
        Kind::Policy if was.current.is_none() => {
            if let Some(scheme) = content.scheme.as_mut().filter(|_| !wanted.alone.is_empty()) {
                scheme.alone.clone_from(&wanted.alone);
            }
            interpretation::refuse_alone(&transaction.db, was.id, content).await?;
            Ok(&wanted.alone)
        }
        Kind::Interpretation if wanted.step == Step::Publish => {
            interpretation::refuse_early(&transaction.db, content).await?;
            Ok("")
        }
        _ => Ok(""),
    }
}

/// Enters what became public, or is so no longer, in the transparency log.
async fn log(
    transaction: &Transaction,
    directory: &Directory,
    act: Act,
    row: &disclosure::Model,
    reason: &str,
) -> Result<()> {
    let number = row.current.unwrap_or(0);
    let version = version_of(&transaction.db, row.id, number).await?;
    let version = version.ok_or(Error::NotFound("这条信息的版本"))?;
    let public = Public {
        act,
        subject: ("disclosure", row.id),
        number,
        index_number: &row.index_number,
        unit: directory.unit(row.unit_id).map_or("", |unit| unit.name.as_str()),
        content: &version.content,
        reason,
    };
    transparency::append(transaction, &public).await
}

fn clear_draft(change: &mut disclosure::ActiveModel) {
    change.draft = Set(None);
    change.draft_title = Set(String::new());
    change.reason = Set(String::new());
    change.passed = Set("[]".to_owned());
    change.route = Set(None);
    change.submitted_by = Set(None);
    change.scheduled_at = Set(None);
}

/// What the draft goes through: the route it was handed in under, before that the one in force.
async fn stages(
    transaction: &Transaction,
    row: &disclosure::Model,
    content: Option<&Disclosure>,
    place: &Place,
) -> Result<Vec<Stage>> {
    match (&row.route, content) {
        (Some(kept), _) => Ok(serde_json::from_str(kept)?),
        (None, Some(content)) => Ok(route(&routes(&transaction.db).await?, place, content.kind)),
        (None, None) => Ok(Vec::new()),
    }
}

/// The name under which the step is recorded; `None` for a review that is left to others.
fn signature(
    transaction: &Transaction,
    wanted: &Step,
    next: Option<&Stage>,
    people: &[Candidate],
    row: &disclosure::Model,
    place: &Place,
) -> Option<String> {
    let name = &transaction.user_name;
    let Some(user) = transaction.user else { return Some(name.clone()) };
    let right = match wanted {
        Step::Pass { .. } => {
            let mut acting = acting(people, next?, place, row.submitted_by).into_iter();
            acting.find(|one| one.candidate.person.user == user)?.right
        }
        Step::Return { .. } => right_to_return(people, user, next, place)?,
        _ => return Some(name.clone()),
    };
    Some(right.signature(name))
}

async fn record_review(
    transaction: &Transaction,
    id: i64,
    review: Review,
    outcome: &str,
    remark: &str,
) -> Result<()> {
    let row = disclosure_review::ActiveModel {
        id: NotSet,
        disclosure_id: Set(id),
        review: Set(review.word().to_owned()),
        outcome: Set(outcome.to_owned()),
        remark: Set(remark.to_owned()),
        user_name: Set(transaction.user_name.clone()),
        at: Set(transaction.now),
    };
    row.insert(&transaction.db).await?;
    Ok(())
}

/// A version just made.
struct Next {
    number: i32,
    index_number: String,
}

impl Next {
    fn apply(
        self,
        change: &mut disclosure::ActiveModel,
        content: &Disclosure,
        was: &disclosure::Model,
        now: i64,
    ) {
        clear_draft(change);
        change.current = Set(Some(self.number));
        change.index_number = Set(self.index_number);
        change.title = Set(content.title.clone());
        change.kind = Set(content.kind.word().to_owned());
        change.subject = Set(content.subject.clone());
        change.document_number = Set(content.document_number.clone());
        change.summary = Set(content.head());
        change.formed_on = Set(content.formed_on.map(|day| day.to_string()));
        change.effective_on = Set(content.effective_on.map(|day| day.to_string()));
        change.expires_on = Set(content.expires_on.map(|day| day.to_string()));
        if was.published_at.is_none() {
            change.published_at = Set(Some(now));
        } else {
            change.revised_at = Set(Some(now));
        }
    }
}

async fn publish(
    transaction: &mut Transaction,
    row: &disclosure::Model,
    content: &Disclosure,
    today: Date,
    basis: &Basis,
) -> Result<Next> {
    let number = row.current.unwrap_or(0) + 1;
    let version = disclosure_version::ActiveModel {
        id: NotSet,
        disclosure_id: Set(row.id),
        number: Set(number),
        content: Set(serde_json::to_string(content)?),
        reason: Set(row.reason.clone()),
        published_by_name: Set(transaction.user_name.clone()),
        published_at: Set(transaction.now),
    };
    version.insert(&transaction.db).await?;
    forget_items_and_links(transaction, row.id).await?;
    for item in &content.items {
        let of = catalogue::Entity::find_by_id(item.catalogue).one(&transaction.db).await?;
        let Some(of) = of else { continue };
        let link = disclosure_item::ActiveModel {
            id: NotSet,
            disclosure_id: Set(row.id),
            catalogue_id: Set(item.catalogue),
            item_code: Set(item.code.clone()),
            sector: Set(of.sector),
        };
        link.insert(&transaction.db).await?;
    }
    let links = [
        ("amends", &content.amends),
        ("repeals", &content.repeals),
        (interpretation::PUBLIC, &content.interprets),
    ];
    for (kind, others) in links {
        for to in others.iter().filter(|to| **to != row.id) {
            if disclosure::Entity::find_by_id(*to).one(&transaction.db).await?.is_none() {
                return Err(Error::refused("所修改、废止或解读的文件不在记录中。请核对后重新选择。"));
            }
            let link = disclosure_link::ActiveModel {
                id: NotSet,
                from_id: Set(row.id),
                to_id: Set(*to),
                kind: Set(kind.to_owned()),
            };
            link.insert(&transaction.db).await?;
        }
    }
    let index_number = match row.index_number.as_str() {
        "" => give_index_number(transaction, row.unit_id, today).await?.to_string(),
        given => given.to_owned(),
    };
    if row.current.is_none() {
        settle::publish(transaction, (row.id, row.obligation_id), content, today, basis).await?;
    }
    Ok(Next { number, index_number })
}

async fn forget_items_and_links(transaction: &Transaction, id: i64) -> Result<()> {
    disclosure_item::Entity::delete_many()
        .filter(disclosure_item::Column::DisclosureId.eq(id))
        .exec(&transaction.db)
        .await?;
    disclosure_link::Entity::delete_many()
        .filter(disclosure_link::Column::FromId.eq(id))
        .exec(&transaction.db)
        .await?;
    Ok(())
}

/// The unit's next index number of the year.
async fn give_index_number(transaction: &Transaction, unit: i64, today: Date) -> Result<IndexNumber> {
    let of = unit::Entity::find_by_id(unit).one(&transaction.db).await?.ok_or(Error::NotFound("该单位"))?;
    let region = region::Entity::find_by_id(of.region_id).one(&transaction.db).await?;
    let region = region.ok_or(Error::NotFound("该行政区划"))?;
    let code = format!("{}-{unit:03}", region.code);
    let name = format!("index:{code}:{}", today.year());
    let counted = counter::Entity::find_by_id(&name).one(&transaction.db).await?;
    let value = counted.as_ref().map_or(0, |counted| counted.value) + 1;
    match counted {
        Some(counted) => {
            let mut counted: counter::ActiveModel = counted.into();
            counted.value = Set(value);
            counted.update(&transaction.db).await?;
        }
        None => {
            let first = counter::ActiveModel { name: Set(name), value: Set(value) };
            counter::Entity::insert(first).exec_without_returning(&transaction.db).await?;
        }
    }
    let serial = u32::try_from(value).map_err(|_| Error::Unreadable(format!("serial {value}")))?;
    Ok(IndexNumber { code, year: today.year(), serial })
}
