//! How accounts are published to by program, sealed: it holds the keys to them.

use crate::entity::{account, account_publisher};
use crate::text::web_address;
use crate::{Error, Result, Store};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::account::{Account, Publisher};
use domain::journal::Action;
use domain::role::Actor;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ModelTrait, QueryFilter};

/// The place under the seal.
const PLACE: &str = "account.publisher";

async fn kept(db: &impl ConnectionTrait, account: i64) -> Result<Option<account_publisher::Model>> {
    let query = account_publisher::Entity::find();
    Ok(query.filter(account_publisher::Column::AccountId.eq(account)).one(db).await?)
}

/// Whether an account is published to by program.
pub(crate) async fn has_publisher(db: &impl ConnectionTrait, account: i64) -> Result<bool> {
    Ok(kept(db, account).await?.is_some())
}

/// How an account is published to by program, if it is.
///
/// # Errors
/// The database's; a seal that does not open.
pub async fn publisher(store: &Store, account: i64) -> Result<Option<Publisher>> {
    let Some(model) = kept(store.reader(), account).await? else { return Ok(None) };
    Ok(Some(serde_json::from_str(&store.key().open(PLACE, &model.sealed)?)?))
}

/// The same with what a person need not type again: an empty secret is the one kept, or a new one for messages.
fn completed(new: Publisher, old: Option<Publisher>) -> Result<Publisher> {
    match (new, old) {
        (Publisher::Wechat { api, app_id, secret, cover }, old) => {
            let kept = match old {
                Some(Publisher::Wechat { secret, .. }) => secret,
                _ => String::new(),
            };
            let secret = if secret.is_empty() { kept } else { secret };
            if [&app_id, &secret, &cover].iter().any(|text| text.is_empty()) {
                return Err(Error::refused(
                    "请填写公众号的AppID、AppSecret和封面素材编号，在公众平台后台可以查到。",
                ));
            }
            web_address(&api)?;
            Ok(Publisher::Wechat { api: api.trim_end_matches('/').to_owned(), app_id, secret, cover })
        }
        (Publisher::Webhook { url, .. }, old) => {
            web_address(&url)?;
            let secret = match old {
                Some(Publisher::Webhook { secret, .. }) => secret,
                _ => format!("whsec_{}", STANDARD.encode(crate::secret::random::<32>()?)),
            };
            Ok(Publisher::Webhook { url, secret })
        }
    }
}

/// Sets how an account is published to; `None` for by a person.
///
/// # Errors
/// What the interface needs and is not said; one that is not for the account's platform.
pub async fn set_publisher(store: &Store, actor: &Actor, account: i64, new: Option<Publisher>) -> Result<()> {
    let old = publisher(store, account).await?;
    let new = new.map(|new| completed(new, old.clone())).transpose()?;
    if new == old {
        return Ok(());
    }
    let sealed = new.as_ref().map(serde_json::to_string).transpose()?;
    let sealed = sealed.map(|text| store.key().seal(PLACE, &text)).transpose()?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let of = account::Entity::find_by_id(account).one(&transaction.db).await?;
                let of: Account = serde_json::from_str(&of.ok_or(Error::NotFound("这个账号"))?.content)?;
                if new.as_ref().is_some_and(|new| !new.fits(of.platform)) {
                    return Err(Error::refused("这种发布方式不适用于这个平台的账号，请选择其他方式。"));
                }
                let known = kept(&transaction.db, account).await?;
                if let Some(sealed) = sealed {
                    let model = account_publisher::ActiveModel {
                        id: known.as_ref().map_or(NotSet, |known| Set(known.id)),
                        account_id: Set(account),
                        sealed: Set(sealed),
                        changed_by_name: Set(transaction.user_name.clone()),
                        changed_at: Set(transaction.now),
                    };
                    if known.is_some() {
                        model.update(&transaction.db).await?;
                    } else {
                        model.insert(&transaction.db).await?;
                    }
                } else if let Some(known) = known {
                    known.delete(&transaction.db).await?;
                }
                let said = |one: &Publisher| format!("{}　{}", one.label(), one.target());
                let (before, after) = (old.as_ref().map(said), new.as_ref().map(said));
                transaction.record(
                    Action::AccountPublisherSet,
                    "account",
                    account,
                    before.as_ref(),
                    after.as_ref(),
                )
            })
        })
        .await
}
