//! Dispatches that the program sends: what has come due, taken by one node at a time, and how the platform answered. What is
//! not public any more is not sent.

use super::{Note, note_of};
use crate::disclosure::public::{self, Found};
use crate::entity::dispatch::{ActiveModel, Column, Entity, Model};
use crate::retry::Retry;
use crate::{Result, Store};
use domain::account::Publisher;
use domain::disclosure::Disclosure;
use domain::disclosure::dispatch::State;
use domain::journal::Action;
use domain::role::Actor;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// One that somebody works on is left alone for so long.
const LEASE: i64 = 2 * 60 * 1_000_000;
/// From a minute on, about four hours in all: news of yesterday is for a person to decide on.
const RETRY: Retry = Retry::new(60, 8);

/// Something to send.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The dispatch.
    pub id: i64,
    /// How.
    pub publisher: Publisher,
    /// What.
    pub content: Disclosure,
    /// Whose.
    pub unit: String,
    /// Where it is public.
    pub address: String,
    /// Now, in seconds.
    pub timestamp: i64,
}

/// What a platform made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// A draft, by its number there.
    Draft(String),
    /// It is out, with its address there if that is known.
    Live(String),
}

/// Takes dispatches whose time has come; for a while no other node takes them. `root` is the site's address.
///
/// # Errors
/// The database's; a seal that does not open.
pub async fn claim(store: &Store, root: &str, limit: u64) -> Result<Vec<Outgoing>> {
    let due = Entity::find()
        .filter(Column::State.eq(State::Planned.word()))
        .filter(Column::NextAt.lte(store.now()))
        .order_by_asc(Column::NextAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(store.reader())
        .await?;
    let directory = crate::unit::directory(store).await?;
    let mut outgoing = Vec::new();
    for model in due {
        if !lease(store, &model).await? {
            continue;
        }
        let publisher = match model.account_id {
            Some(account) => crate::account::publisher(store, account).await?,
            None => None,
        };
        let Some(publisher) = publisher else {
            answered(store, model.id, Err("账号已不再自动发布，请由人员发布。".to_owned())).await?;
            continue;
        };
        let Some(Found::Public(found)) = public::find(store, model.disclosure_id).await? else {
            settle(store, model.id, State::Dropped, "", "信息已从网站撤回，没有发布。").await?;
            continue;
        };
        let (row, content) = *found;
        outgoing.push(Outgoing {
            id: model.id,
            publisher,
            content,
            unit: directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            address: format!("{root}/disclosures/{}", model.disclosure_id),
            timestamp: store.now() / 1_000_000,
        });
    }
    Ok(outgoing)
}

async fn lease(store: &Store, seen: &Model) -> Result<bool> {
    let (id, seen) = (seen.id, seen.next_at);
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let taken = Entity::update_many()
                    .col_expr(Column::NextAt, Expr::value(transaction.now + LEASE))
                    .filter(Column::Id.eq(id))
                    .filter(Column::State.eq(State::Planned.word()))
                    .filter(Column::NextAt.eq(seen))
                    .exec(&transaction.db)
                    .await?;
                Ok(taken.rows_affected == 1)
            })
        })
        .await
}

/// Notes how the platform answered: what it made of it, or why it did not take it.
///
/// # Errors
/// The database's.
pub async fn answered(store: &Store, id: i64, answer: Result<Published, String>) -> Result<()> {
    match answer {
        Ok(Published::Draft(number)) => {
            let remark =
                format!("草稿已送到公众号草稿箱（{number}）。请在公众平台后台核对、发表后，登记链接。");
            settle(store, id, State::Drafted, "", &remark).await
        }
        Ok(Published::Live(link)) => settle(store, id, State::Done, &link, "").await,
        Err(reason) => failed(store, id, reason).await,
    }
}

/// What became of it, in the journal.
async fn settle(store: &Store, id: i64, state: State, link: &str, remark: &str) -> Result<()> {
    let (link, remark) = (link.to_owned(), remark.to_owned());
    store
        .commit(&Actor::System, move |transaction| {
            Box::pin(async move {
                let found = Entity::find_by_id(id).one(&transaction.db).await?;
                // A person may have noted something else meanwhile.
                let Some(found) = found.filter(|found| found.state == State::Planned.word()) else {
                    return Ok(());
                };
                let before = note_of(&found)?;
                let after = Note { state, planned_at: None, link, remark, ..before.clone() };
                let disclosure = found.disclosure_id;
                let mut change: ActiveModel = found.into();
                change.state = Set(state.word().to_owned());
                change.link = Set(after.link.clone());
                change.remark = Set(after.remark.clone());
                change.planned_at = Set(None);
                change.next_at = Set(None);
                change.error = Set(None);
                change.done_at = Set((state == State::Done).then_some(transaction.now));
                change.changed_by_name = Set(transaction.user_name.clone());
                change.changed_at = Set(transaction.now);
                change.update(&transaction.db).await?;
                transaction.record(
                    Action::DispatchNoted,
                    "disclosure",
                    disclosure,
                    Some(&before),
                    Some(&after),
                )
            })
        })
        .await
}

async fn failed(store: &Store, id: i64, reason: String) -> Result<()> {
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let Some(found) = Entity::find_by_id(id).one(&transaction.db).await? else { return Ok(()) };
                let failures = found.attempts.unwrap_or_default().saturating_add(1);
                let tries = i32::try_from(failures).unwrap_or(i32::MAX);
                let mut change: ActiveModel = found.into();
                change.attempts = Set(Some(failures));
                change.error = Set(Some(reason.chars().take(500).collect()));
                let again = transaction.now + RETRY.wait(tries);
                change.next_at = Set((!RETRY.given_up(tries)).then_some(again));
                change.update(&transaction.db).await?;
                Ok(())
            })
        })
        .await
}
