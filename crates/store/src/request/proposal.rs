//! Proposals: an extension and the reply are proposed by one person and approved by another.

use super::step::{Bench, checked, enter, found, readable};
use super::{LetterDraft, PROPOSAL, ProvidedFile, REASON, SUBJECT, file, letter, number};
use crate::commit::Transaction;
use crate::entity::request_proposal::{ActiveModel as Proposed, Column, Entity as Proposals, Model};
use crate::instant::{instant, word};
use crate::notification::{Notice, notify, people_of, people_over};
use crate::seal::SealKey;
use crate::text::written;
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::request::{Clock, Event, EventKind, read_events};
use domain::role::{Actor, Role};
use domain::workday::Calendar;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};
use serde::{Deserialize, Serialize};

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalState {
    /// Nobody has decided.
    Pending,
    /// Approved; the step is taken.
    Approved,
    /// Given back with a reason.
    Returned,
}

impl ProposalState {
    /// The word kept in the record.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Returned => "returned",
        }
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "待审批",
            Self::Approved => "已批准",
            Self::Returned => "已退回",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Pending, Self::Approved, Self::Returned].into_iter().find(|state| state.word() == word)
    }
}

/// A step somebody proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalRow {
    /// Identity.
    pub id: i64,
    /// The step; its day is that of the approval.
    pub event: Event,
    /// The letters that go with it.
    pub letters: Vec<LetterDraft>,
    /// The files that go out with a reply.
    pub files: Vec<ProvidedFile>,
    /// Where it stands.
    pub state: ProposalState,
    /// Why it was given back.
    pub reason: String,
    /// Who proposed; `None` for the program.
    pub proposed_by: Option<i64>,
    /// By name.
    pub proposed_by_name: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Who decided.
    pub decided_by_name: String,
}

impl ProposalRow {
    /// The step as it is taken when somebody approves on that day.
    pub fn approved_on(&self, day: Date) -> Event {
        let approved = (self.event.kind == EventKind::Extended).then_some(true);
        Event { on: day, approved, ..self.event.clone() }
    }
}

#[derive(Serialize, Deserialize)]
struct Kept {
    event: String,
    letters: Vec<LetterDraft>,
    files: Vec<ProvidedFile>,
}

fn seal_proposal(
    key: &SealKey,
    event: &Event,
    letters: Vec<LetterDraft>,
    files: Vec<ProvidedFile>,
) -> Result<String> {
    let kept = Kept { event: serde_json::to_string(event)?, letters, files };
    key.seal(PROPOSAL, &serde_json::to_string(&kept)?)
}

/// What goes out with a step: the files of a reply, nothing with another one.
async fn going_out(db: &impl ConnectionTrait, id: i64, event: &Event) -> Result<Vec<ProvidedFile>> {
    if event.kind == EventKind::Replied { file::provided(db, id).await } else { Ok(Vec::new()) }
}

/// Whether a reply waits for approval.
pub(super) async fn reply_waits(db: &impl ConnectionTrait, id: i64) -> Result<bool> {
    let waits = waiting(id).filter(Column::Kind.eq(EventKind::Replied.word()));
    Ok(waits.one(db).await?.is_some())
}

fn waiting(id: i64) -> Select<Proposals> {
    Proposals::find().filter(Column::RequestId.eq(id)).filter(Column::State.eq(ProposalState::Pending.word()))
}

fn open_proposal(key: &SealKey, row: Model) -> Result<ProposalRow> {
    let kept: Kept = serde_json::from_str(&key.open(PROPOSAL, &row.content)?)?;
    let event = read_events(&format!("[{}]", kept.event)).events.pop();
    Ok(ProposalRow {
        id: row.id,
        event: event.ok_or_else(|| Error::Unreadable(format!("proposal {}", row.id)))?,
        letters: kept.letters,
        files: kept.files,
        state: word(ProposalState::from_word(&row.state), &row.state)?,
        reason: key.open(REASON, &row.reason)?,
        proposed_by: row.proposed_by,
        proposed_by_name: row.proposed_by_name,
        proposed_at: instant(row.proposed_at)?,
        decided_by_name: row.decided_by_name,
    })
}

/// The proposals of a case, the last one first.
pub(super) async fn proposals_of(store: &Store, id: i64) -> Result<Vec<ProposalRow>> {
    let query = Proposals::find().filter(Column::RequestId.eq(id)).order_by_desc(Column::Id);
    query.all(store.reader()).await?.into_iter().map(|row| open_proposal(store.key(), row)).collect()
}

/// Proposes an extension or a reply; whoever approves is told.
///
/// # Errors
/// As [`take`]; another proposal that waits.
pub async fn propose(
    store: &Store,
    actor: &Actor,
    calendar: &Calendar,
    id: i64,
    version: Option<i64>,
    event: Event,
    letters: Vec<LetterDraft>,
) -> Result<i64> {
    if event.kind == EventKind::Replied && event.outcome.is_none() {
        return Err(Error::refused("请选定处理结果。"));
    }
    readable(&event)?;
    let case = super::find(store, id).await?.ok_or(Error::NotFound("这件申请"))?;
    let bench = Bench::new(store, calendar, case.unit).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = found(transaction, id, version).await?;
                if waiting(id).one(&transaction.db).await?.is_some() {
                    return Err(Error::refused("已有拟办意见待审批，请等审批人批准或者退回后再报。"));
                }
                checked(&transaction.db, &bench, id, &event).await?;
                for draft in &letters {
                    letter::rendered(&transaction.db, &bench, row.unit_id, draft).await?;
                }
                let files = going_out(&transaction.db, id, &event).await?;
                let model = Proposed {
                    id: NotSet,
                    request_id: Set(id),
                    kind: Set(event.kind.word().to_owned()),
                    content: Set(seal_proposal(&bench.key, &event, letters, files)?),
                    state: Set(ProposalState::Pending.word().to_owned()),
                    reason: Set(bench.key.seal(REASON, "")?),
                    proposed_by: Set(transaction.user),
                    proposed_by_name: Set(transaction.user_name.clone()),
                    proposed_at: Set(transaction.now),
                    decided_by_name: Set(String::new()),
                    decided_at: Set(None),
                };
                let proposal = model.insert(&transaction.db).await?.id;
                transaction.note(Action::RequestProposed, SUBJECT, id, event.kind.word());
                let roles = [Role::Reviewer, Role::Coordinator];
                let mut people = people_over(transaction, &bench.directory, row.unit_id, &roles).await?;
                people.retain(|user| Some(*user) != transaction.user);
                let told = Notice {
                    subject: format!(
                        "公开申请 {}：{}，请审批",
                        number(row.year, row.serial),
                        event.kind.label()
                    ),
                    body: String::new(),
                    link: format!("/office/requests/{id}"),
                    key: format!("request-proposal-{proposal}"),
                };
                notify(transaction, &people, &told).await?;
                Ok(proposal)
            })
        })
        .await
}

async fn pending(transaction: &Transaction, id: i64, proposal: i64) -> Result<Model> {
    let row = Proposals::find_by_id(proposal).one(&transaction.db).await?;
    let row = row.filter(|row| row.request_id == id).ok_or(Error::NotFound("这条拟办意见"))?;
    if row.state != ProposalState::Pending.word() {
        return Err(Error::refused("这条拟办意见已经处理过了，请刷新页面查看。"));
    }
    Ok(row)
}

/// Approves what somebody else proposed: the step is taken, on this day, and its letters are issued, with the due this
/// day gives.
///
/// # Errors
/// The own proposal; files that are no longer those proposed; what the law no longer allows; decided already.
pub async fn approve(
    store: &Store,
    actor: &Actor,
    calendar: &Calendar,
    id: i64,
    proposal: i64,
) -> Result<Clock> {
    let case = super::find(store, id).await?.ok_or(Error::NotFound("这件申请"))?;
    let bench = Bench::new(store, calendar, case.unit).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let kept = pending(transaction, id, proposal).await?;
                if transaction.user.is_some() && kept.proposed_by == transaction.user {
                    return Err(Error::refused("不能审批本人报请的事项，请由其他审批人审批。"));
                }
                let proposed = open_proposal(&bench.key, kept.clone())?;
                let event = proposed.approved_on(bench.today);
                if going_out(&transaction.db, id, &event).await? != proposed.files {
                    return Err(Error::refused(
                        "报请审批以后，提供给申请人的文件有变动，不能批准。请退回，由承办人核对文件后再报请审批。",
                    ));
                }
                let row = found(transaction, id, None).await?;
                let unit = row.unit_id;
                let shown = number(row.year, row.serial);
                let (_, after) = checked(&transaction.db, &bench, id, &event).await?;
                let letters = letter::dated(proposed.letters, &after);
                let after = enter(transaction, &bench, row, &event, &letters).await?;
                decide(transaction, kept, ProposalState::Approved, None).await?;
                let told = Notice {
                    subject: format!("公开申请 {shown}：{}已批准", event.kind.label()),
                    body: String::new(),
                    link: format!("/office/requests/{id}"),
                    key: format!("request-approved-{proposal}"),
                };
                notify(transaction, &people_of(transaction, unit).await?, &told).await?;
                Ok(after)
            })
        })
        .await
}

/// Decides a proposal, with the sealed reason where there is one.
async fn decide(
    transaction: &Transaction,
    row: Model,
    state: ProposalState,
    reason: Option<String>,
) -> Result<()> {
    let mut change: Proposed = row.into();
    change.state = Set(state.word().to_owned());
    if let Some(reason) = reason {
        change.reason = Set(reason);
    }
    change.decided_by_name = Set(transaction.user_name.clone());
    change.decided_at = Set(Some(transaction.now));
    change.update(&transaction.db).await?;
    Ok(())
}

/// Gives a proposal back with a reason; who proposed may take it back too.
///
/// # Errors
/// No reason; decided already.
pub async fn return_(store: &Store, actor: &Actor, id: i64, proposal: i64, reason: &str) -> Result<()> {
    let reason = written(reason)?;
    if reason.is_empty() {
        return Err(Error::refused("请写明退回的理由。"));
    }
    let case = super::find(store, id).await?.ok_or(Error::NotFound("这件申请"))?;
    let reason = store.key().seal(REASON, &reason)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let kept = pending(transaction, id, proposal).await?;
                let by = kept.proposed_by;
                decide(transaction, kept, ProposalState::Returned, Some(reason)).await?;
                transaction.note(Action::RequestReturned, SUBJECT, id, "");
                let told = Notice {
                    subject: format!("公开申请 {} 的拟办意见被退回", case.number),
                    body: String::new(),
                    link: format!("/office/requests/{id}"),
                    key: format!("request-returned-{proposal}"),
                };
                notify(transaction, &by.into_iter().collect(), &told).await
            })
        })
        .await
}
