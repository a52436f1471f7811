//! Webhooks (推送): other systems are told what became public. Each address stands at a sequence of the journal; what follows
//! it becomes a delivery, once, and a delivery is tried until the other system has taken it or a person gives up.
//! Messages are signed as the Standard Webhooks specification has it, so their libraries check them.

use crate::disclosure::public::{self, Found};
use crate::entity::{journal, webhook, webhook_delivery};
use crate::instant::instant;
use crate::retry::Retry;
use crate::secret::random;
use crate::text::{printable, web_address};
use crate::{Error, Page, PageRequest, Result, Store};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::journal::Action;
use domain::limits::{NAME_CHARACTERS_MAX, WEBHOOKS_MAX};
use domain::role::Actor;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use sha2::Sha256;

/// The place under the seal of a secret.
const SECRET: &str = "webhook.secret";
/// What a secret begins with (Standard Webhooks).
const SECRET_PREFIX: &str = "whsec_";
/// Entries of the journal made into deliveries in one turn.
const COLLECTED_MAX: u64 = 500;
/// A delivery somebody works on is left alone for so long.
const LEASE: i64 = 2 * 60 * 1_000_000;
/// From half a minute on, about three days in all.
const RETRY: Retry = Retry::new(30, 14);

const PENDING: &str = "pending";
const SENT: &str = "sent";
const FAILED: &str = "failed";

/// The acts that are told of.
const TOLD: [Action; 4] = [
    Action::DisclosurePublished,
    Action::DisclosureWithdrawn,
    Action::CataloguePublished,
    Action::CatalogueWithdrawn,
];

/// An address that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Identity.
    pub id: i64,
    /// What system it is.
    pub name: String,
    /// Where it listens.
    pub url: String,
    /// Whether it is told at present.
    pub active: bool,
    /// Who added it.
    pub created_by_name: String,
    /// When.
    pub created_at: Timestamp,
    /// Deliveries that wait.
    pub waiting: u64,
    /// Deliveries that were given up.
    pub failed: u64,
}

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

/// The signature of a message: HMAC-SHA256 over id, timestamp and body (Standard Webhooks, symmetric).
pub fn signature(secret: &str, message_id: &str, timestamp: i64, body: &str) -> String {
    let key = STANDARD.decode(secret.trim_start_matches(SECRET_PREFIX)).unwrap_or_default();
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
    mac.update(format!("{message_id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Adds an address; it is told what becomes public from now on.
///
/// # Errors
/// No name, an address that is none, more than are kept.
pub async fn add(store: &Store, actor: &Actor, name: &str, url: &str) -> Result<i64> {
    let name = printable(name.trim());
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
        return Err(Error::refused("请填写对方系统的名称，不超过100字。"));
    }
    let url = url.trim().to_owned();
    web_address(&url)?;
    let secret = format!("{SECRET_PREFIX}{}", STANDARD.encode(random::<32>()?));
    let sealed = store.key().seal(SECRET, &secret)?;
    let epoch = crate::journal::epoch(store).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                if webhook::Entity::find().count(&transaction.db).await? >= WEBHOOKS_MAX {
                    return Err(Error::refused("推送地址已达上限。请先删除不用的。"));
                }
                let model = webhook::ActiveModel {
                    id: NotSet,
                    name: Set(name.clone()),
                    url: Set(url.clone()),
                    secret: Set(sealed),
                    active: Set(true),
                    cursor: Set(epoch),
                    created_by_name: Set(transaction.user_name.clone()),
                    created_at: Set(transaction.now),
                };
                let id = model.insert(&transaction.db).await?.id;
                let after = json!({ "name": name, "url": url });
                transaction.record(Action::WebhookAdded, "webhook", id, None::<&()>, Some(&after))?;
                Ok(id)
            })
        })
        .await
}

/// Stops telling an address, or tells it again from where it stood.
///
/// # Errors
/// One that is not there.
pub async fn set_active(store: &Store, actor: &Actor, id: i64, active: bool) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let found = webhook::Entity::find_by_id(id).one(&transaction.db).await?;
                let found = found.ok_or(Error::NotFound("这个推送地址"))?;
                if found.active == active {
                    return Ok(());
                }
                let mut change: webhook::ActiveModel = found.into();
                change.active = Set(active);
                change.update(&transaction.db).await?;
                transaction.record(Action::WebhookChanged, "webhook", id, Some(&!active), Some(&active))
            })
        })
        .await
}

/// Removes an address with its deliveries.
///
/// # Errors
/// One that is not there.
pub async fn remove(store: &Store, actor: &Actor, id: i64) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let found = webhook::Entity::find_by_id(id).one(&transaction.db).await?;
                let found = found.ok_or(Error::NotFound("这个推送地址"))?;
                let deliveries = webhook_delivery::Entity::delete_many();
                deliveries.filter(webhook_delivery::Column::WebhookId.eq(id)).exec(&transaction.db).await?;
                let before = json!({ "name": found.name, "url": found.url });
                webhook::Entity::delete_by_id(id).exec(&transaction.db).await?;
                transaction.record(Action::WebhookRemoved, "webhook", id, Some(&before), None::<&()>)
            })
        })
        .await
}

async fn row(store: &Store, model: webhook::Model) -> Result<WebhookRow> {
    let count = |state: &'static str| {
        webhook_delivery::Entity::find()
            .filter(webhook_delivery::Column::WebhookId.eq(model.id))
            .filter(webhook_delivery::Column::State.eq(state))
            .count(store.reader())
    };
    Ok(WebhookRow {
        waiting: count(PENDING).await?,
        failed: count(FAILED).await?,
        id: model.id,
        name: model.name,
        url: model.url,
        active: model.active,
        created_by_name: model.created_by_name,
        created_at: instant(model.created_at)?,
    })
}

/// Every address, oldest first.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store) -> Result<Vec<WebhookRow>> {
    let found = webhook::Entity::find().order_by_asc(webhook::Column::Id).all(store.reader()).await?;
    let mut rows = Vec::with_capacity(found.len());
    for model in found {
        rows.push(row(store, model).await?);
    }
    Ok(rows)
}

/// An address with the secret that its messages are signed with.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<(WebhookRow, String)>> {
    let Some(model) = webhook::Entity::find_by_id(id).one(store.reader()).await? else { return Ok(None) };
    let secret = store.key().open(SECRET, &model.secret)?;
    Ok(Some((row(store, model).await?, secret)))
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

/// The message that tells of an entry; `root` is the site's address.
async fn message(store: &Store, entry: &journal::Model, root: &str) -> Result<Value> {
    let mut data = json!({
        "id": entry.subject_id,
        "url": format!("{root}/{}s/{}", entry.subject_kind, entry.subject_id),
    });
    if entry.subject_kind == "disclosure" {
        match public::find(store, entry.subject_id).await? {
            Some(Found::Public(found)) => {
                let (row, _) = *found;
                data["title"] = row.title.into();
                data["kind"] = row.kind.word().into();
                data["index_number"] = row.index_number.into();
                data["document_number"] = row.document_number.into();
                data["version"] = row.number.into();
            }
            Some(Found::Withdrawn(left)) => {
                data["index_number"] = left.index_number.into();
                data["reason"] = left.reason.into();
            }
            None => {}
        }
    }
    Ok(json!({
        "type": entry.action,
        "timestamp": instant(entry.at)?.to_string(),
        "sequence": entry.sequence,
        "data": data,
    }))
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
            messages.push((entry.sequence, message(store, &entry, root).await?.to_string()));
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

/// Takes deliveries whose time has come; for a while no other node takes them.
///
/// # Errors
/// The database's.
pub async fn claim(store: &Store, limit: u64) -> Result<Vec<Outgoing>> {
    use webhook_delivery::Column;
    let now = store.now();
    let active = webhook::Entity::find().filter(webhook::Column::Active.eq(true)).all(store.reader()).await?;
    let due = webhook_delivery::Entity::find()
        .filter(Column::State.eq(PENDING))
        .filter(Column::NextAt.lte(now))
        .filter(Column::WebhookId.is_in(active.iter().map(|webhook| webhook.id)))
        .order_by_asc(Column::NextAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(store.reader())
        .await?;
    let mut outgoing = Vec::new();
    for model in due {
        let Some(of) = active.iter().find(|webhook| webhook.id == model.webhook_id) else { continue };
        if !lease(store, model.id, model.next_at).await? {
            continue;
        }
        let secret = store.key().open(SECRET, &of.secret)?;
        let (message_id, timestamp) = (format!("{}-{}", of.id, model.sequence), now / 1_000_000);
        outgoing.push(Outgoing {
            signature: signature(&secret, &message_id, timestamp, &model.body),
            id: model.id,
            url: of.url.clone(),
            body: model.body,
            message_id,
            timestamp,
        });
    }
    Ok(outgoing)
}

async fn lease(store: &Store, id: i64, seen: i64) -> Result<bool> {
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                use webhook_delivery::Column;
                let taken = webhook_delivery::Entity::update_many()
                    .col_expr(Column::NextAt, Expr::value(transaction.now + LEASE))
                    .filter(Column::Id.eq(id))
                    .filter(Column::NextAt.eq(seen))
                    .exec(&transaction.db)
                    .await?;
                Ok(taken.rows_affected == 1)
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

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn a_message_is_signed_as_the_specification_has_it() {
        // HMAC-SHA256 worked out with another implementation over `msg_1.1600000000.{"a":1}`.
        let signed = signature("whsec_c2VjcmV0", "msg_1", 1_600_000_000, r#"{"a":1}"#);
        assert_eq!(signed, "v1,cqOzd0ciB7mDi38IFmr2FkBdO6ogUHcEnXn/v2LnuXs=");
        assert_ne!(signed, signature("whsec_c2VjcmV1", "msg_1", 1_600_000_000, r#"{"a":1}"#));
    }
}
