//! The ledger of accounts (平台矩阵): the office reads it in whole, the portal without the people who answer for accounts.
//! What is proposed and decided is in `step`, a ledger taken over as it stands in `import`.

mod import;
mod publisher;
mod reminder;
mod step;

pub use import::{Imported, import};
pub(crate) use publisher::has_publisher;
pub use publisher::{publisher, set_publisher};
pub use reminder::remind;
pub use step::{Proposal, approve, propose, send_back, take_back};

use crate::entity::{account, account_event};
use crate::instant::{date_or_none, instant, word};
use crate::text::masked;
use crate::{Result, Store};
use domain::account::{Account, Act, Decision, Platform, State, audit_due, is_called};
use domain::rule::Rules;
use domain::unit::UnitId;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// An account as the office sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Identity.
    pub id: i64,
    /// Its entry; of one that is not opened yet, as it was proposed.
    pub account: Account,
    /// Where it stands.
    pub state: State,
    /// The last day for the next yearly audit of a normal one.
    pub audit_due: Option<Date>,
    /// What waits for a decision.
    pub pending: Option<Act>,
    /// When it changed last.
    pub changed_at: Timestamp,
}

/// What the public sees of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAccount {
    /// 账号名称.
    pub name: String,
    /// 平台.
    pub platform: Platform,
    /// Its id there.
    pub number: String,
    /// 主办单位.
    pub host: UnitId,
    /// 开设日期.
    pub opened_on: Option<Date>,
    /// Where it is found.
    pub address: String,
    /// Where it stands; never absent.
    pub state: State,
}

/// A proposal and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Identity.
    pub id: i64,
    /// The account.
    pub account: i64,
    /// What was to be done.
    pub act: Act,
    /// Why.
    pub reason: String,
    /// The entry before.
    pub before: Account,
    /// The entry as it is to be.
    pub after: Account,
    /// Who proposed; `None` for the program.
    pub proposed_by: Option<i64>,
    /// Their name.
    pub proposed_by_name: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Where it stands.
    pub decision: Decision,
    /// Who decided.
    pub decided_by_name: String,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// What was said to it.
    pub remark: String,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these units only; `None` for all.
    pub units: Option<BTreeSet<UnitId>>,
    /// On this platform.
    pub platform: Option<Platform>,
    /// In this state.
    pub state: Option<State>,
    /// Whose name or id holds these words; empty for all.
    pub words: String,
    /// Only those for which something waits for a decision.
    pub pending: bool,
    /// Normal ones to be audited by this day.
    pub audit_until: Option<Date>,
}

impl Filter {
    fn keeps(&self, row: &AccountRow) -> bool {
        let account = &row.account;
        self.units.as_ref().is_none_or(|units| units.contains(&account.host))
            && self.platform.is_none_or(|platform| platform == account.platform)
            && self.state.is_none_or(|state| state == row.state)
            && (self.words.trim().is_empty() || is_called(&account.name, &account.number, &self.words))
            && (!self.pending || row.pending.is_some())
            && self.audit_until.is_none_or(|until| row.audit_due.is_some_and(|due| due <= until))
    }
}

/// What the journal keeps of a step: without telephone numbers.
#[derive(Serialize)]
struct Recorded {
    act: Act,
    state: State,
    reason: String,
    account: Account,
}

impl Recorded {
    fn new(act: Act, state: State, reason: &str, account: &Account) -> Self {
        let account = Account { phone: masked(&account.phone), ..account.clone() };
        Self { act, state, reason: masked(reason), account }
    }
}

fn state_of(model: &account::Model) -> Result<State> {
    word(State::from_word(&model.state), &model.state)
}

fn row(model: &account::Model, pending: Option<Act>, rules: &Rules) -> Result<AccountRow> {
    let state = state_of(model)?;
    let audited_on = date_or_none(model.audited_on.as_ref())?.filter(|_| state == State::Normal);
    Ok(AccountRow {
        id: model.id,
        account: serde_json::from_str(&model.content)?,
        state,
        audit_due: audited_on.map(|day| audit_due(day, rules)),
        pending,
        changed_at: instant(model.changed_at)?,
    })
}

fn event(model: account_event::Model) -> Result<EventRow> {
    Ok(EventRow {
        id: model.id,
        account: model.account_id,
        act: word(Act::from_word(&model.act), &model.act)?,
        reason: model.reason,
        before: serde_json::from_str(&model.before)?,
        after: serde_json::from_str(&model.after)?,
        proposed_by: model.proposed_by,
        proposed_by_name: model.proposed_by_name,
        proposed_at: instant(model.proposed_at)?,
        decision: word(Decision::from_word(&model.decision), &model.decision)?,
        decided_by_name: model.decided_by_name,
        decided_at: model.decided_at.map(instant).transpose()?,
        remark: model.remark,
    })
}

/// What waits for a decision, by account.
async fn pending(db: &impl ConnectionTrait) -> Result<HashMap<i64, Act>> {
    use account_event::Column;
    let rows: Vec<(i64, String)> = account_event::Entity::find()
        .select_only()
        .columns([Column::AccountId, Column::Act])
        .filter(Column::Decision.eq(Decision::Pending.word()))
        .into_tuple()
        .all(db)
        .await?;
    rows.into_iter().map(|(id, act)| Ok((id, word(Act::from_word(&act), &act)?))).collect()
}

/// Every account, by host and platform.
async fn rows(db: &impl ConnectionTrait, rules: &Rules) -> Result<Vec<AccountRow>> {
    let pending = pending(db).await?;
    let models = account::Entity::find().order_by_asc(account::Column::Id).all(db).await?;
    let row = |model: &account::Model| row(model, pending.get(&model.id).copied(), rules);
    let mut rows = models.iter().map(row).collect::<Result<Vec<_>>>()?;
    rows.sort_by_key(|row| (row.account.host, row.account.platform, row.id));
    Ok(rows)
}

/// The accounts of the ledger, by host and platform.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, filter: &Filter) -> Result<Vec<AccountRow>> {
    let mut rows = rows(store.reader(), store.rules()).await?;
    rows.retain(|row| filter.keeps(row));
    Ok(rows)
}

/// What the public sees: every account that is or was open, by host and platform.
///
/// # Errors
/// The database's.
pub async fn public(store: &Store) -> Result<Vec<PublicAccount>> {
    let rows = rows(store.reader(), store.rules()).await?;
    let public = |row: AccountRow| PublicAccount {
        name: row.account.name,
        platform: row.account.platform,
        number: row.account.number,
        host: row.account.host,
        opened_on: row.account.opened_on,
        address: row.account.address,
        state: row.state,
    };
    Ok(rows.into_iter().filter(|row| row.state != State::Absent).map(public).collect())
}

/// An account.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<AccountRow>> {
    let found = account::Entity::find_by_id(id).one(store.reader()).await?;
    let Some(model) = found else { return Ok(None) };
    let pending = events(store, id).await?.into_iter().find(|event| event.decision == Decision::Pending);
    row(&model, pending.map(|event| event.act), store.rules()).map(Some)
}

/// What was proposed for an account and what became of it, newest first.
///
/// # Errors
/// The database's.
pub async fn events(store: &Store, account: i64) -> Result<Vec<EventRow>> {
    use account_event::Column;
    let query = account_event::Entity::find().filter(Column::AccountId.eq(account));
    query.order_by_desc(Column::Id).all(store.reader()).await?.into_iter().map(event).collect()
}

/// A proposal.
///
/// # Errors
/// The database's.
pub async fn find_event(store: &Store, id: i64) -> Result<Option<EventRow>> {
    account_event::Entity::find_by_id(id).one(store.reader()).await?.map(event).transpose()
}
