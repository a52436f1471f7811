//! Deliveries: one for each public act and each address, made once, leased while it is sent, tried until it is taken or a
//! person gives up, and forgotten some time afterwards.

use super::message::{message, signature};
use super::{FAILED, PENDING, SECRET, SENT};
use crate::entity::{journal, webhook, webhook_delivery};
use crate::instant::instant;
use crate::retry::Retry;
use crate::{Error, Page, PageRequest, Result, Store, lease};
use domain::journal::Action;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;

/// Entries of the journal made into deliveries in one turn.
const COLLECTED_MAX: u64 = 500;
/// From half a minute on, about three days in all.
const RETRY: Retry = Retry::new(30, 14);
const DAY: i64 = 24 * 3600 * 1_000_000;

/// The acts that are told of.
const TOLD: [Action; 4] = [
    Action::DisclosurePublished,
    Action::DisclosureWithdrawn,
    Action::CataloguePublished,
    Action::CatalogueWithdrawn,
];

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// 待推送.
    Pending,
    /// 已送达.
    Sent,
    /// 未送达.
    Failed,
}

impl DeliveryState {
    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "待推送",
            Self::Sent => "已送达",
            Self::Failed => "未送达",
        }
    }
}

/// A delivery as the office sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Identity.
    pub id: i64,
    /// The journal's entry it tells of.
    pub sequence: i64,
    /// The message.
    pub body: String,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i32,
    /// The other system's last answer.
    pub status: Option<i32>,
    /// Why it was not taken; empty when it was.
    pub error: String,
    /// When it is tried next, while it waits.
    pub next_at: Timestamp,
    /// When it was taken.
    pub sent_at: Option<Timestamp>,
}

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The delivery.
    pub id: i64,
    /// The address it is for: what is for one goes out in order.
    pub webhook: i64,
    /// Where to.
    pub url: String,
    /// The message.
    pub body: String,
    /// `webhook-id`: the same each time it is tried, so that the receiver can tell a repetition.
    pub message_id: String,
    /// `webhook-timestamp`, seconds.
    pub timestamp: i64,
    /// `webhook-signature`.
    pub signature: String,
}

fn delivery(model: webhook_delivery::Model) -> Result<DeliveryRow> {
    let state = match model.state.as_str() {
        PENDING => DeliveryState::Pending,
        SENT => DeliveryState::Sent,
        FAILED => DeliveryState::Failed,
        other => return Err(Error::Unreadable(format!("word {other}"))),
    };
    Ok(DeliveryRow {
        id: model.id,
        sequence: model.sequence,
        body: model.body,
        state,
        attempts: model.attempts,
        status: model.status,
        error: model.error,
        next_at: instant(model.next_at)?,
        sent_at: model.sent_at.map(instant).transpose()?,
    })
}

/// The deliveries of an address, newest first.
///
/// # Errors
/// The database's.
pub async fn deliveries(store: &Store, id: i64, request: PageRequest) -> Result<Page<DeliveryRow>> {
    use webhook_delivery::Column;
    let query = webhook_delivery::Entity::find().filter(Column::WebhookId.eq(id));
    let total = query.clone().count(store.reader()).await?;
    let found = query
        .order_by_desc(Column::Sequence)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    Ok(Page::new(found.into_iter().map(delivery).collect::<Result<_>>()?, total, request))
}

/// Sends a delivery once more, now.
///
/// # Errors
/// One that is not there.
pub async fn repeat(store: &Store, webhook: i64, id: i64) -> Result<()> {
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                use webhook_delivery::Column;
                let changed = webhook_delivery::Entity::update_many()
                    .col_expr(Column::State, Expr::value(PENDING))
                    .col_expr(Column::Attempts, Expr::value(0))
                    .col_expr(Column::NextAt, Expr::value(transaction.now))
                    .filter(Column::Id.eq(id))
                    .filter(Column::WebhookId.eq(webhook))
                    .exec(&transaction.db)
                    .await?;
                if changed.rows_affected == 0 {
                    return Err(Error::NotFound("这次推送"));
                }
                Ok(())
            })
        })
        .await
}

/// Makes deliveries of what became public since each address was last looked at; returns how many.
///
/// # Errors
/// The database's.
pub async fn collect(store: &Store, root: &str) -> Result<usize> {
    let epoch = crate::journal::epoch(store).await?;
    let behind = webhook::Entity::find()
        .filter(webhook::Column::Active.eq(true))
        .filter(webhook::Column::Cursor.lt(epoch))
        .all(store.reader())
        .await?;
    let mut count = 0;
    for model in behind {
        let entries = journal::Entity::find()
            .filter(journal::Column::Sequence.gt(model.cursor))
            .filter(journal::Column::Sequence.lte(epoch))
            .filter(journal::Column::Action.is_in(TOLD.iter().map(|action| action.word())))
            .order_by_asc(journal::Column::Sequence)
            .limit(COLLECTED_MAX)
            .all(store.reader())
            .await?;
        let more = entries.len() as u64 >= COLLECTED_MAX;
        let cursor = if more { entries.last().map_or(epoch, |last| last.sequence) } else { epoch };
        let mut messages = Vec::with_capacity(entries.len());
        for entry in entries {
            messages.push((entry.sequence, message(store, &entry, root).await?));
        }
        count += messages.len();
        keep(store, model.id, messages, cursor).await?;
    }
    Ok(count)
}

async fn keep(store: &Store, id: i64, messages: Vec<(i64, String)>, cursor: i64) -> Result<()> {
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                use webhook_delivery::Column;
                let now = transaction.now;
                let row = |(sequence, body): (i64, String)| webhook_delivery::ActiveModel {
                    id: NotSet,
                    webhook_id: Set(id),
                    sequence: Set(sequence),
                    body: Set(body),
                    state: Set(PENDING.to_owned()),
                    attempts: Set(0),
                    next_at: Set(now),
                    status: Set(None),
                    error: Set(String::new()),
                    sent_at: Set(None),
                };
                // It may have been removed meanwhile, or another node may have been faster.
                if webhook::Entity::find_by_id(id).one(&transaction.db).await?.is_none() {
                    return Ok(());
                }
                let mut once = OnConflict::columns([Column::WebhookId, Column::Sequence]);
                if !messages.is_empty() {
                    webhook_delivery::Entity::insert_many(messages.into_iter().map(row))
                        .on_conflict(once.do_nothing().to_owned())
                        .try_insert()
                        .exec_without_returning(&transaction.db)
                        .await?;
                }
                webhook::Entity::update_many()
                    .col_expr(webhook::Column::Cursor, Expr::value(cursor))
                    .filter(webhook::Column::Id.eq(id))
                    .filter(webhook::Column::Cursor.lt(cursor))
                    .exec(&transaction.db)
                    .await?;
                Ok(())
            })
        })
        .await
}

/// Takes deliveries whose time has come; for a while no other node takes them. Their messages say what the record says now:
/// `root` is the site's address.
///
/// # Errors
/// The database's.
pub async fn claim(store: &Store, root: &str, limit: u64) -> Result<Vec<Outgoing>> {
    use webhook_delivery::Column;
    let active = webhook::Entity::find().filter(webhook::Column::Active.eq(true)).all(store.reader()).await?;
    let waiting = webhook_delivery::Entity::find()
        .filter(Column::State.eq(PENDING))
        .filter(Column::WebhookId.is_in(active.iter().map(|webhook| webhook.id)));
    let found = lease::take(store, waiting, (Column::Id, Column::NextAt), limit).await?;
    let told: HashMap<i64, journal::Model> = journal::Entity::find()
        .filter(journal::Column::Sequence.is_in(found.iter().map(|delivery| delivery.sequence)))
        .all(store.reader())
        .await?
        .into_iter()
        .map(|entry| (entry.sequence, entry))
        .collect();
    let timestamp = store.now() / 1_000_000;
    let mut outgoing = Vec::with_capacity(found.len());
    for delivery in found {
        let of = active.iter().find(|webhook| webhook.id == delivery.webhook_id);
        let (Some(of), Some(entry)) = (of, told.get(&delivery.sequence)) else { continue };
        let body = message(store, entry, root).await?;
        if body != delivery.body {
            rewrite(store, delivery.id, body.clone()).await?;
        }
        let secret = store.key().open(SECRET, &of.secret)?;
        let message_id = format!("{}-{}", of.id, delivery.sequence);
        outgoing.push(Outgoing {
            signature: signature(&secret, &message_id, timestamp, &body),
            id: delivery.id,
            webhook: of.id,
            url: of.url.clone(),
            body,
            message_id,
            timestamp,
        });
    }
    Ok(outgoing)
}

async fn rewrite(store: &Store, id: i64, body: String) -> Result<()> {
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                webhook_delivery::Entity::update_many()
                    .col_expr(webhook_delivery::Column::Body, Expr::value(body))
                    .filter(webhook_delivery::Column::Id.eq(id))
                    .exec(&transaction.db)
                    .await?;
                Ok(())
            })
        })
        .await
}

/// Notes how the other system answered: `Ok` with its status when it took the message, else why it did not.
///
/// # Errors
/// The database's.
pub async fn answered(store: &Store, id: i64, answer: Result<u16, (Option<u16>, String)>) -> Result<()> {
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let found = webhook_delivery::Entity::find_by_id(id).one(&transaction.db).await?;
                let Some(found) = found else { return Ok(()) };
                let attempts = found.attempts.saturating_add(1);
                let mut change: webhook_delivery::ActiveModel = found.into();
                change.attempts = Set(attempts);
                match answer {
                    Ok(status) => {
                        change.state = Set(SENT.to_owned());
                        change.status = Set(Some(i32::from(status)));
                        change.error = Set(String::new());
                        change.sent_at = Set(Some(transaction.now));
                    }
                    Err((status, reason)) => {
                        change.state =
                            Set(if RETRY.given_up(attempts) { FAILED } else { PENDING }.to_owned());
                        change.status = Set(status.map(i32::from));
                        change.error = Set(reason.chars().take(500).collect());
                        change.next_at = Set(transaction.now + RETRY.wait(attempts));
                    }
                }
                change.update(&transaction.db).await?;
                Ok(())
            })
        })
        .await
}

/// Forgets deliveries that were taken or given up longer ago than they are kept; returns how many.
///
/// # Errors
/// The database's.
pub async fn forget(store: &Store) -> Result<usize> {
    use webhook_delivery::Column;
    let before = store.now().saturating_sub(store.rules().webhook_retention.value.saturating_mul(DAY));
    let sent = Column::State.eq(SENT).and(Column::SentAt.lt(before));
    let given_up = Column::State.eq(FAILED).and(Column::NextAt.lt(before));
    let old = sent.or(given_up);
    let any = webhook_delivery::Entity::find().filter(old.clone()).one(store.reader()).await?;
    if any.is_none() {
        return Ok(0);
    }
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let forgotten = webhook_delivery::Entity::delete_many().filter(old).exec(&transaction.db);
                Ok(usize::try_from(forgotten.await?.rows_affected).unwrap_or(usize::MAX))
            })
        })
        .await
}
