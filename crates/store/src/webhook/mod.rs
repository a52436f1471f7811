//! Webhooks (推送): other systems are told what became public. Each address stands at a sequence of the journal; what follows
//! it becomes a delivery, once, and a delivery is tried until the other system has taken it or a person gives up.
//! Messages are signed as the Standard Webhooks specification has it, so their libraries check them.

mod delivery;
mod message;

pub use delivery::{
    DeliveryRow, DeliveryState, Outgoing, answered, claim, collect, deliveries, forget, repeat,
};
pub use message::signature;

use crate::entity::{webhook, webhook_delivery};
use crate::instant::instant;
use crate::secret::random;
use crate::text::{printable, web_address};
use crate::{Error, Result, Store};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::journal::Action;
use domain::limits::{NAME_CHARACTERS_MAX, WEBHOOKS_MAX};
use domain::role::Actor;
use jiff::Timestamp;
use message::SECRET_PREFIX;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::json;

/// The place under the seal of a secret.
const SECRET: &str = "webhook.secret";
const PENDING: &str = "pending";
const SENT: &str = "sent";
const FAILED: &str = "failed";

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

/// A new secret, and how it is kept.
fn new_secret(store: &Store) -> Result<(String, String)> {
    let secret = format!("{SECRET_PREFIX}{}", STANDARD.encode(random::<32>()?));
    let sealed = store.key().seal(SECRET, &secret)?;
    Ok((secret, sealed))
}

/// Adds an address; it is told what becomes public from now on. Returns its id and the secret that its messages are signed
/// with, which is told this once.
///
/// # Errors
/// No name, an address that is none or is there already, more than are kept.
pub async fn add(store: &Store, actor: &Actor, name: &str, url: &str) -> Result<(i64, String)> {
    let name = printable(name.trim());
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
        return Err(Error::refused("请填写对方系统的名称，不超过100字。"));
    }
    let url = url.trim().to_owned();
    web_address(&url)?;
    let (secret, sealed) = new_secret(store)?;
    let epoch = crate::journal::epoch(store).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                if webhook::Entity::find().count(&transaction.db).await? >= WEBHOOKS_MAX {
                    return Err(Error::refused("推送地址已达上限。请先删除不用的。"));
                }
                let same = webhook::Entity::find().filter(webhook::Column::Url.eq(&url));
                if same.one(&transaction.db).await?.is_some() {
                    return Err(Error::refused(
                        "这个接收地址已经登记。需要新的签名密钥的，请在它的页面上更换。",
                    ));
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
                Ok((id, secret))
            })
        })
        .await
}

/// Makes a new secret for an address, which is told this once; messages are signed with it from now on.
///
/// # Errors
/// One that is not there.
pub async fn renew_secret(store: &Store, actor: &Actor, id: i64) -> Result<String> {
    let (secret, sealed) = new_secret(store)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let found = webhook::Entity::find_by_id(id).one(&transaction.db).await?;
                let mut change: webhook::ActiveModel = found.ok_or(Error::NotFound("这个推送地址"))?.into();
                change.secret = Set(sealed);
                change.update(&transaction.db).await?;
                transaction.note(Action::WebhookSecretRenewed, "webhook", id, "");
                Ok(secret)
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

/// The address of that id.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<WebhookRow>> {
    let Some(model) = webhook::Entity::find_by_id(id).one(store.reader()).await? else { return Ok(None) };
    row(store, model).await.map(Some)
}
