//! Where a public disclosure went after the portal (平台矩阵): an account of the ledger, what became of it there, its address.
//! The portal is first: nothing is noted for what is not public. Lines from before there was a ledger bear a name only.

mod sending;

pub use sending::{Outgoing, Published, answered, claim};

use crate::commit::Transaction;
use crate::entity::dispatch::{ActiveModel, Column, Entity, Model};
use crate::entity::{account, disclosure};
use crate::instant::{instant, word};
use crate::text::{web_address, written};
use crate::{Error, Result, Store};
use domain::account::{Account, Platform, State as Standing};
use domain::disclosure::dispatch::State;
use domain::journal::Action;
use domain::role::Actor;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;

/// A dispatch as the office sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchRow {
    /// Identity.
    pub id: i64,
    /// What kind of account.
    pub channel: Platform,
    /// Its name, as it was then.
    pub account: String,
    /// The account in the ledger.
    pub account_id: Option<i64>,
    /// What became of it.
    pub state: State,
    /// When it is to be out, where that is planned.
    pub planned_at: Option<Timestamp>,
    /// Its address there; may be empty.
    pub link: String,
    /// Why it was left out, or what else there is to say.
    pub remark: String,
    /// When the program sends it, or tries again.
    pub next_at: Option<Timestamp>,
    /// Why it was not taken at the last try; empty where it was not tried.
    pub error: String,
    /// When it was out.
    pub done_at: Option<Timestamp>,
    /// Who noted it.
    pub changed_by_name: String,
    /// When.
    pub changed_at: Timestamp,
}

/// What a person notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The account in the ledger.
    pub account: i64,
    /// What became of it.
    pub state: State,
    /// When it is to be out, where that is planned.
    pub planned_at: Option<Timestamp>,
    /// Its address there.
    pub link: String,
    /// Why it was left out, or what else there is to say.
    pub remark: String,
}

fn row(model: Model) -> Result<DispatchRow> {
    Ok(DispatchRow {
        id: model.id,
        channel: word(Platform::from_word(&model.channel), &model.channel)?,
        account: model.account,
        account_id: model.account_id,
        state: word(State::from_word(&model.state), &model.state)?,
        planned_at: model.planned_at.map(instant).transpose()?,
        link: model.link,
        remark: model.remark,
        next_at: model.next_at.map(instant).transpose()?,
        error: model.error.unwrap_or_default(),
        done_at: model.done_at.map(instant).transpose()?,
        changed_by_name: model.changed_by_name,
        changed_at: instant(model.changed_at)?,
    })
}

fn note_of(model: &Model) -> Result<Note> {
    Ok(Note {
        account: model.account_id.unwrap_or_default(),
        state: word(State::from_word(&model.state), &model.state)?,
        planned_at: model.planned_at.map(instant).transpose()?,
        link: model.link.clone(),
        remark: model.remark.clone(),
    })
}

/// Notes where a disclosure is to go or went; the same account again changes its line.
///
/// # Errors
/// A disclosure that is not public, an account that is not in use, a link that is none, one left out without a reason.
pub async fn note(store: &Store, actor: &Actor, disclosure: i64, note: Note) -> Result<()> {
    let link = note.link.trim().to_owned();
    if !link.is_empty() {
        web_address(&link)?;
    }
    let remark = written(&note.remark)?;
    if note.state == State::Dropped && remark.is_empty() {
        return Err(Error::refused("不在这个账号发布的，请写明原因。"));
    }
    if note.state == State::Drafted {
        return Err(Error::refused("草稿由系统送达，不用登记。请选择其他状态。"));
    }
    let planned_at = note.planned_at.filter(|_| note.state == State::Planned);
    let note = Note { link, remark, planned_at, ..note };
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let of = disclosure::Entity::find_by_id(disclosure).one(&transaction.db).await?;
                let public = of.is_some_and(|of| of.current.is_some() && of.withdrawn_at.is_none());
                if !public {
                    return Err(Error::refused(
                        "这条信息还没有在网站公开。请先在网站公开，再转发到其他账号。",
                    ));
                }
                let known = Entity::find()
                    .filter(Column::DisclosureId.eq(disclosure))
                    .filter(Column::AccountId.eq(note.account))
                    .one(&transaction.db)
                    .await?;
                let before = known.as_ref().map(note_of).transpose()?;
                let failed = known.as_ref().is_some_and(|known| known.error.is_some());
                if before.as_ref() == Some(&note) && !failed {
                    return Ok(());
                }
                let sends = note.state == State::Planned
                    && crate::account::has_publisher(&transaction.db, note.account).await?;
                let at = note.planned_at.map_or(transaction.now, Timestamp::as_microsecond);
                let entry = entry(transaction, note.account, known.is_some()).await?;
                let was_done = known.as_ref().and_then(|known| known.done_at);
                let done_at = (note.state == State::Done).then(|| was_done.unwrap_or(transaction.now));
                let model = ActiveModel {
                    id: known.as_ref().map_or(NotSet, |known| Set(known.id)),
                    disclosure_id: Set(disclosure),
                    channel: Set(entry.platform.word().to_owned()),
                    account: Set(entry.name),
                    account_id: Set(Some(note.account)),
                    state: Set(note.state.word().to_owned()),
                    planned_at: Set(note.planned_at.map(Timestamp::as_microsecond)),
                    link: Set(note.link.clone()),
                    remark: Set(note.remark.clone()),
                    next_at: Set(sends.then(|| at.max(transaction.now))),
                    attempts: Set(None),
                    error: Set(None),
                    done_at: Set(done_at),
                    changed_by_name: Set(transaction.user_name.clone()),
                    changed_at: Set(transaction.now),
                };
                if known.is_some() {
                    model.update(&transaction.db).await?;
                } else {
                    model.insert(&transaction.db).await?;
                }
                transaction.record(
                    Action::DispatchNoted,
                    "disclosure",
                    disclosure,
                    before.as_ref(),
                    Some(&note),
                )
            })
        })
        .await
}

/// Where a disclosure went, in the order noted.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, disclosure: i64) -> Result<Vec<DispatchRow>> {
    let query = Entity::find().filter(Column::DisclosureId.eq(disclosure)).order_by_asc(Column::Id);
    query.all(store.reader()).await?.into_iter().map(row).collect()
}

/// The ledger's entry of an account. What goes to one that is closed meanwhile may still be noted to its end.
async fn entry(transaction: &Transaction, id: i64, begun: bool) -> Result<Account> {
    let found = account::Entity::find_by_id(id).one(&transaction.db).await?;
    let found = found.ok_or(Error::NotFound("这个账号"))?;
    let entry: Account = serde_json::from_str(&found.content)?;
    if entry.platform.is_site() {
        return Err(Error::refused("网站和栏目上的公开就是本系统的公开，不用登记转发。请选择其他账号。"));
    }
    if found.state != Standing::Normal.word() && !begun {
        return Err(Error::refused("这个账号不在使用中，不能登记转发。请选择状态为“正常”的账号。"));
    }
    Ok(entry)
}
