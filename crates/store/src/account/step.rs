//! What is done to an account: proposed by one person, decided on by another. What the rules refuse is in the journal.

use super::{AccountRow, EventRow, Recorded, event, rows};
use crate::commit::Transaction;
use crate::entity::{account, account_event};
use crate::instant::instant;
use crate::notification::{Notice, coordinators_of, notify};
use crate::text::{printable, web_address, written};
use crate::{Error, Result, Store};
use domain::account::{self as rule, Account, Act, Decision, Known, Refused, State, check};
use domain::clock::civil_date;
use domain::finding::Severity;
use domain::journal::Action;
use domain::limits::NAME_CHARACTERS_MAX;
use domain::role::Actor;
use domain::rule::Rules;
use domain::unit::Directory;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use std::collections::BTreeSet;

/// What a person proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What is to be done.
    pub act: Act,
    /// The entry as it is to be, of an opening or a change; else it stays as it is.
    pub after: Option<Account>,
    /// Why; may be empty where none is needed.
    pub reason: String,
}

/// An entry whose texts can be kept.
///
/// # Errors
/// Texts that are too long.
pub(super) fn cleaned(mut account: Account) -> Result<Account> {
    for text in [&mut account.name, &mut account.number, &mut account.responsible, &mut account.phone] {
        *text = printable(text.trim()).replace(['\n', '\t'], " ");
        if text.chars().count() > NAME_CHARACTERS_MAX {
            return Err(Error::refused("名称、平台账号、责任人、电话不能超过100字，请核对是否填错了栏。"));
        }
    }
    account.address = printable(account.address.trim()).chars().take(2_000).collect();
    Ok(account)
}

/// Those that stand in the way of registering one again.
pub(super) fn known(rows: &[AccountRow], without: Option<i64>) -> Known<i64> {
    let held = |row: &&AccountRow| row.state.is_held(row.pending.is_some());
    let others = rows.iter().filter(|row| Some(row.id) != without).filter(held);
    others.map(|row| (row.id, &row.account)).collect()
}

/// Notes a refusal; its sentence goes to the person.
fn refuse<T>(transaction: &mut Transaction, id: i64, refused: Refused) -> Result<T, Refused> {
    transaction.note(Action::AccountRefused, "account", id, &refused.to_string());
    Err(refused)
}

fn today(transaction: &Transaction) -> Result<Date> {
    Ok(civil_date(instant(transaction.now)?))
}

/// Whether an entry lacks nothing that it must have.
fn refuse_incomplete(after: &Account, rows: &[AccountRow], id: Option<i64>, today: Date) -> Result<()> {
    let others = rows.iter().filter(|row| row.state == State::Normal && Some(row.id) != id);
    let findings = check(after, others.map(|row| &row.account), today);
    let error = findings.into_iter().map(|(_, finding)| finding).find(|one| one.severity == Severity::Error);
    error.map_or(Ok(()), |error| Err(Error::refused(error.message)))
}

/// Proposes an act for an account; without one, the opening of a new account. Returns the account.
///
/// # Errors
/// What the rules refuse (noted in the journal); an entry that lacks what it must have; a change that changes nothing.
pub async fn propose(store: &Store, actor: &Actor, account: Option<i64>, proposal: Proposal) -> Result<i64> {
    let reason = written(&proposal.reason)?;
    let after = proposal.after.map(cleaned).transpose()?;
    if let Some(after) = after.as_ref().filter(|after| !after.address.is_empty()) {
        web_address(&after.address)?;
    }
    let proposal = Proposal { after, reason, ..proposal };
    let (rules, directory) = (store.rules().clone(), crate::unit::directory(store).await?);
    let proposed = store.commit(actor, move |transaction| {
        Box::pin(async move { propose_in(transaction, &rules, &directory, account, proposal).await })
    });
    proposed.await?.map_err(Error::refused)
}

async fn propose_in(
    transaction: &mut Transaction,
    rules: &Rules,
    directory: &Directory,
    id: Option<i64>,
    proposal: Proposal,
) -> Result<Result<i64, Refused>> {
    let rows = rows(&transaction.db, rules).await?;
    let old = match id {
        Some(id) => Some(rows.iter().find(|row| row.id == id).ok_or(Error::NotFound("这个账号"))?),
        None => None,
    };
    let state = old.map_or(State::Absent, |old| old.state);
    let Proposal { act, after, reason } = proposal;
    let waits = old.is_some_and(|old| old.pending.is_some());
    if let Err(refused) = rule::propose(state, act, waits, &reason) {
        return Ok(refuse(transaction, id.unwrap_or_default(), refused));
    }
    let writes = matches!(act, Act::Open | Act::Change);
    let after = after.filter(|_| writes).or_else(|| old.map(|old| old.account.clone()));
    let after = after.ok_or_else(|| Error::refused("请填写要开设的账号。"))?;
    let before = old.map_or_else(|| after.clone(), |old| old.account.clone());
    if act == Act::Change && before == after {
        return Err(Error::refused("没有改动。请改好有变化的项目再提交。"));
    }
    if writes {
        if let Some(other) = known(&rows, id).find(&after) {
            return Ok(refuse(transaction, other, Refused::Duplicate));
        }
        refuse_incomplete(&after, &rows, id, today(transaction)?)?;
    }
    let id = if let Some(old) = old {
        // What was never opened has no entry but the proposed one.
        if state == State::Absent {
            keep(transaction, old.id, &after, state, None).await?;
        }
        old.id
    } else {
        insert(transaction, &after, state, None).await?
    };
    let event = account_event::ActiveModel {
        id: NotSet,
        account_id: Set(id),
        act: Set(act.word().to_owned()),
        reason: Set(reason.clone()),
        before: Set(serde_json::to_string(&before)?),
        after: Set(serde_json::to_string(&after)?),
        proposed_by: Set(transaction.user),
        proposed_by_name: Set(transaction.user_name.clone()),
        proposed_at: Set(transaction.now),
        decision: Set(Decision::Pending.word().to_owned()),
        decided_by_name: Set(String::new()),
        decided_at: Set(None),
        remark: Set(String::new()),
    };
    let event = event.insert(&transaction.db).await?;
    let said = (Recorded::new(act, state, "", &before), Recorded::new(act, state, &reason, &after));
    transaction.record(Action::AccountProposed, "account", id, Some(&said.0), Some(&said.1))?;
    let mut users = coordinators_of(transaction, directory, after.host).await?;
    users.retain(|user| Some(*user) != transaction.user);
    let notice = Notice {
        subject: format!("账号“{}”申请{}，待审批", after.name, act.label()),
        body: reason,
        link: format!("/office/accounts/{id}"),
        key: format!("account-event-{}", event.id),
    };
    notify(transaction, &users, &notice).await?;
    Ok(Ok(id))
}

/// Registers an account; returns its number.
pub(super) async fn insert(
    transaction: &Transaction,
    entry: &Account,
    state: State,
    audited_on: Option<Date>,
) -> Result<i64> {
    let model = account::ActiveModel {
        id: NotSet,
        name: Set(entry.name.clone()),
        platform: Set(entry.platform.word().to_owned()),
        number: Set(entry.number.clone()),
        host_id: Set(entry.host),
        state: Set(state.word().to_owned()),
        content: Set(serde_json::to_string(entry)?),
        audited_on: Set(audited_on.map(|day| day.to_string())),
        changed_at: Set(transaction.now),
    };
    Ok(model.insert(&transaction.db).await?.id)
}

/// Keeps what an account now is; without a day, its audit stays where it was.
async fn keep(
    transaction: &Transaction,
    id: i64,
    entry: &Account,
    state: State,
    audited_on: Option<Date>,
) -> Result<()> {
    let model = account::ActiveModel {
        id: Set(id),
        name: Set(entry.name.clone()),
        platform: Set(entry.platform.word().to_owned()),
        number: Set(entry.number.clone()),
        host_id: Set(entry.host),
        state: Set(state.word().to_owned()),
        content: Set(serde_json::to_string(entry)?),
        audited_on: audited_on.map_or(NotSet, |day| Set(Some(day.to_string()))),
        changed_at: Set(transaction.now),
    };
    model.update(&transaction.db).await?;
    Ok(())
}

/// Approves what another proposed; from now on it holds.
///
/// # Errors
/// What the rules refuse (noted in the journal), among it the own proposal; one that is decided.
pub async fn approve(store: &Store, actor: &Actor, event: i64, remark: &str) -> Result<()> {
    let remark = written(remark)?;
    let rules = store.rules().clone();
    let approved = store.commit(actor, move |transaction| {
        Box::pin(async move { approve_in(transaction, &rules, event, remark).await })
    });
    approved.await?.map_err(Error::refused)
}

async fn approve_in(
    transaction: &mut Transaction,
    rules: &Rules,
    event: i64,
    remark: String,
) -> Result<Result<(), Refused>> {
    let event = waiting(transaction, event).await?;
    let rows = rows(&transaction.db, rules).await?;
    let old = rows.iter().find(|row| row.id == event.account).ok_or(Error::NotFound("这个账号"))?;
    // The program has no number of its own and cannot approve what it proposed either.
    let (by, approver) = (event.proposed_by.unwrap_or_default(), transaction.user.unwrap_or_default());
    let state = match rule::approve(old.state, event.act, by, approver) {
        Ok(state) => state,
        Err(refused) => return Ok(refuse(transaction, old.id, refused)),
    };
    if matches!(event.act, Act::Open | Act::Change)
        && let Some(other) = known(&rows, Some(old.id)).find(&event.after)
    {
        return Ok(refuse(transaction, other, Refused::Duplicate));
    }
    let looked_through = matches!(event.act, Act::Open | Act::Audit);
    let audited_on = if looked_through { Some(today(transaction)?) } else { None };
    keep(transaction, old.id, &event.after, state, audited_on).await?;
    decide(transaction, &event, Decision::Approved, &remark).await?;
    let before = Recorded::new(event.act, old.state, "", &event.before);
    let after = Recorded::new(event.act, state, &event.reason, &event.after);
    transaction.record(Action::AccountApproved, "account", old.id, Some(&before), Some(&after))?;
    Ok(Ok(()))
}

/// A proposal that nobody has decided on.
async fn waiting(transaction: &Transaction, id: i64) -> Result<EventRow> {
    let model = account_event::Entity::find_by_id(id).one(&transaction.db).await?;
    let found = event(model.ok_or(Error::NotFound("这项申请"))?)?;
    if found.decision != Decision::Pending {
        return Err(Error::refused("这项申请已经处理过了，请刷新页面查看。"));
    }
    Ok(found)
}

/// Notes the decision and tells who proposed.
async fn decide(transaction: &Transaction, event: &EventRow, decision: Decision, remark: &str) -> Result<()> {
    let row = account_event::Entity::find_by_id(event.id).one(&transaction.db).await?;
    let mut model = row.ok_or(Error::NotFound("这项申请"))?.into_active_model();
    model.decision = Set(decision.word().to_owned());
    model.decided_by_name = Set(transaction.user_name.clone());
    model.decided_at = Set(Some(transaction.now));
    model.remark = Set(remark.to_owned());
    model.update(&transaction.db).await?;
    let proposer = event.proposed_by.filter(|by| Some(*by) != transaction.user);
    let users: BTreeSet<i64> = proposer.into_iter().collect();
    let notice = Notice {
        subject: format!("账号“{}”的{}申请{}", event.after.name, event.act.label(), decision.label()),
        body: remark.to_owned(),
        link: format!("/office/accounts/{}", event.account),
        key: format!("account-event-{}-decided", event.id),
    };
    notify(transaction, &users, &notice).await
}

/// Sends a proposal back with what is wrong with it.
///
/// # Errors
/// No reason; the own proposal; one that is decided.
pub async fn send_back(store: &Store, actor: &Actor, event: i64, remark: &str) -> Result<()> {
    let remark = written(remark)?;
    if remark.is_empty() {
        return Err(Error::refused("请写明退回的理由。"));
    }
    let sent = store.commit(actor, move |transaction| {
        Box::pin(async move {
            let event = waiting(transaction, event).await?;
            if event.proposed_by == transaction.user {
                return Ok(refuse(transaction, event.account, Refused::Own));
            }
            end(transaction, &event, Decision::Returned, Action::AccountReturned, &remark).await.map(Ok)
        })
    });
    sent.await?.map_err(Error::refused)
}

/// Takes the own proposal back.
///
/// # Errors
/// Another's proposal; one that is decided.
pub async fn take_back(store: &Store, actor: &Actor, event: i64) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let event = waiting(transaction, event).await?;
                if event.proposed_by != transaction.user {
                    return Err(Error::refused("只有申请人可以撤回申请。"));
                }
                end(transaction, &event, Decision::TakenBack, Action::AccountTakenBack, "").await
            })
        })
        .await
}

/// Ends a proposal that does not come to hold.
async fn end(
    transaction: &mut Transaction,
    event: &EventRow,
    decision: Decision,
    action: Action,
    remark: &str,
) -> Result<()> {
    decide(transaction, event, decision, remark).await?;
    let text = format!("{}：{}", event.act.label(), crate::text::masked(remark));
    transaction.note(action, "account", event.account, &text);
    Ok(())
}
