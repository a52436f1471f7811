//! Subscriptions by mail (订阅). Addresses lie sealed; a subscription that is ended, or never confirmed, is deleted. What a
//! reader wants to be told says nothing about the county, so all of it is bookkeeping.
//!
//! Each subscription stands at a sequence of the journal: what became public after it is in the next mail, and the
//! sequence moves only when the mail server has taken that mail.

use crate::disclosure::public::{self, PublicRow};
use crate::entity::journal;
use crate::entity::subscription::{ActiveModel, Column, Entity, Model};
use crate::instant::{from_json_word, instant, json_word};
use crate::lease;
use crate::retry::MAIL;
use crate::secret::token;
use crate::{Error, Page, PageRequest, Result, Store, Transaction};
use domain::clock::civil_time;
use domain::journal::Action;
use domain::limits::{
    SUBSCRIPTIONS_MAX, SUBSCRIPTIONS_UNCONFIRMED_MAX, SUBSCRIPTIONS_UNCONFIRMED_OF_ADDRESS_MAX,
};
use domain::subscription::{Rhythm, Topic, address, turn};
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

/// The place under the seal of an address.
const EMAIL: &str = "subscription.email";
/// An address that is not confirmed is forgotten after so long.
const CONFIRM_WITHIN: i64 = 2 * 24 * 3600 * 1_000_000;
/// The same address is asked for confirmation again after so long, so that nobody's mailbox can be filled.
const ASK_AGAIN: i64 = 3600 * 1_000_000;
/// New disclosures looked at for one mail; more than a reader can use.
const NEW_MAX: u64 = 1_000;

/// A mail to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subscription.
    pub id: i64,
    /// To whom.
    pub address: String,
    /// Leads to confirming and ending.
    pub token: String,
    /// What is subscribed to.
    pub topic: Topic,
    /// How often.
    pub rhythm: Rhythm,
    cursor: i64,
}

/// A subscription as its owner sees it, without the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// What is subscribed to.
    pub topic: Topic,
    /// How often.
    pub rhythm: Rhythm,
    /// Whether the address was confirmed.
    pub confirmed: bool,
}

fn rhythm(model: &Model) -> Result<Rhythm> {
    from_json_word(&model.rhythm)
}

fn letter(store: &Store, model: Model) -> Result<Letter> {
    Ok(Letter {
        id: model.id,
        address: store.key().open(EMAIL, &model.email)?,
        topic: serde_json::from_str(&model.topic)?,
        rhythm: rhythm(&model)?,
        token: model.token,
        cursor: model.cursor,
    })
}

/// Subscriptions that wait to be confirmed.
fn unconfirmed() -> Select<Entity> {
    Entity::find().filter(Column::ConfirmedAt.is_null())
}

/// Notes that somebody wants to be written to; a mail asking for confirmation follows. Whether the address was known
/// before is told to nobody, nor that it is asked no more because it was asked in vain some times.
///
/// # Errors
/// An address that is none; a unit nobody knows; more subscriptions than are kept.
pub async fn ask(store: &Store, typed: &str, topic: Topic, rhythm: Rhythm) -> Result<()> {
    let address = address(typed).map_err(Error::refused)?;
    let tag = store.key().tag(EMAIL, &address.to_ascii_lowercase());
    let sealed = store.key().seal(EMAIL, &address)?;
    let directory = crate::unit::directory(store).await?;
    let topic = serde_json::to_string(&topic.known(&directory).map_err(Error::refused)?)?;
    let rhythm = json_word(&rhythm)?;
    let token = token()?;
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let known = Entity::find()
                    .filter(Column::EmailTag.eq(&tag))
                    .filter(Column::Topic.eq(&topic))
                    .one(&transaction.db)
                    .await?;
                let now = transaction.now;
                if let Some(known) = known {
                    if known.confirmed_at.is_none() && now - known.asked_at >= ASK_AGAIN {
                        let mut change: ActiveModel = known.into();
                        change.asked_at = Set(now);
                        change.asked_mail_at = Set(None);
                        change.attempts = Set(0);
                        change.next_at = Set(now);
                        change.rhythm = Set(rhythm);
                        change.update(&transaction.db).await?;
                    }
                    return Ok(());
                }
                let confirmed = Entity::find().filter(Column::ConfirmedAt.is_not_null());
                if confirmed.count(&transaction.db).await? >= SUBSCRIPTIONS_MAX {
                    return Err(Error::refused(
                        "订阅人数已满，暂时不能订阅。请改用下面的订阅源，或稍后再试。",
                    ));
                }
                let of_address = unconfirmed().filter(Column::EmailTag.eq(&tag)).count(&transaction.db);
                if of_address.await? >= SUBSCRIPTIONS_UNCONFIRMED_OF_ADDRESS_MAX {
                    return Ok(());
                }
                make_room(transaction).await?;
                let model = ActiveModel {
                    id: NotSet,
                    email: Set(sealed),
                    email_tag: Set(tag),
                    topic: Set(topic),
                    rhythm: Set(rhythm),
                    token: Set(token),
                    asked_at: Set(now),
                    asked_mail_at: Set(None),
                    confirmed_at: Set(None),
                    cursor: Set(0),
                    last_on: Set(None),
                    attempts: Set(0),
                    next_at: Set(now),
                };
                model.insert(&transaction.db).await?;
                Ok(())
            })
        })
        .await
}

/// Forgets those that have waited longest to be confirmed, so that there is room for one more.
async fn make_room(transaction: &Transaction) -> Result<()> {
    let waiting = unconfirmed().count(&transaction.db).await?;
    let surplus = (waiting + 1).saturating_sub(SUBSCRIPTIONS_UNCONFIRMED_MAX);
    if surplus == 0 {
        return Ok(());
    }
    let oldest: Vec<i64> = unconfirmed()
        .select_only()
        .column(Column::Id)
        .order_by_asc(Column::AskedAt)
        .order_by_asc(Column::Id)
        .limit(surplus)
        .into_tuple()
        .all(&transaction.db)
        .await?;
    Entity::delete_many().filter(Column::Id.is_in(oldest)).exec(&transaction.db).await?;
    Ok(())
}

/// The subscription of a token.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, token: &str) -> Result<Option<Subscription>> {
    let found = Entity::find().filter(Column::Token.eq(token)).one(store.reader()).await?;
    let view = |model: Model| {
        Ok(Subscription {
            topic: serde_json::from_str(&model.topic)?,
            rhythm: rhythm(&model)?,
            confirmed: model.confirmed_at.is_some(),
        })
    };
    found.map(view).transpose()
}

/// Confirms an address; what becomes public from now on is written about. `false` for a token nobody has.
///
/// # Errors
/// The database's.
pub async fn confirm(store: &Store, token: &str) -> Result<bool> {
    let token = token.to_owned();
    let epoch = crate::journal::epoch(store).await?;
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let found = Entity::find().filter(Column::Token.eq(token)).one(&transaction.db).await?;
                let Some(found) = found else { return Ok(false) };
                if found.confirmed_at.is_none() {
                    let mut change: ActiveModel = found.into();
                    change.confirmed_at = Set(Some(transaction.now));
                    change.cursor = Set(epoch);
                    change.attempts = Set(0);
                    change.next_at = Set(transaction.now);
                    change.update(&transaction.db).await?;
                }
                Ok(true)
            })
        })
        .await
}

/// Ends a subscription and forgets its address. `false` for a token nobody has.
///
/// # Errors
/// The database's.
pub async fn end(store: &Store, token: &str) -> Result<bool> {
    let token = token.to_owned();
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let ended =
                    Entity::delete_many().filter(Column::Token.eq(token)).exec(&transaction.db).await?;
                Ok(ended.rows_affected > 0)
            })
        })
        .await
}

/// How many addresses are written to.
///
/// # Errors
/// The database's.
pub async fn count(store: &Store) -> Result<u64> {
    Ok(Entity::find().filter(Column::ConfirmedAt.is_not_null()).count(store.reader()).await?)
}

/// Takes addresses that wait to be asked for confirmation; those that never answered are forgotten first.
///
/// # Errors
/// The database's.
pub async fn to_confirm(store: &Store, limit: u64) -> Result<Vec<Letter>> {
    let now = store.now();
    let late = Column::AskedAt.lt(now - CONFIRM_WITHIN);
    if unconfirmed().filter(late.clone()).count(store.reader()).await? > 0 {
        store
            .bookkeep(move |transaction| {
                Box::pin(async move {
                    let forget = Entity::delete_many().filter(Column::ConfirmedAt.is_null()).filter(late);
                    forget.exec(&transaction.db).await?;
                    Ok(())
                })
            })
            .await?;
    }
    let waiting = unconfirmed().filter(Column::AskedMailAt.is_null());
    let found = lease::take(store, waiting, (Column::Id, Column::NextAt), limit).await?;
    found.into_iter().map(|model| letter(store, model)).collect()
}

/// Takes confirmed addresses whose turn it is and for which something may be new.
///
/// # Errors
/// The database's.
pub async fn to_write(store: &Store, limit: u64) -> Result<Vec<Letter>> {
    let now = civil_time(instant(store.now())?);
    let mut their_turn = Condition::any();
    for rhythm in Rhythm::ALL {
        let Some(begun_on) = turn(rhythm, now) else { return Ok(Vec::new()) };
        let not_yet = Column::LastOn.is_null().or(Column::LastOn.lt(begun_on.to_string()));
        their_turn = their_turn.add(Column::Rhythm.eq(json_word(&rhythm)?).and(not_yet));
    }
    let epoch = crate::journal::epoch(store).await?;
    let waiting = Entity::find()
        .filter(Column::ConfirmedAt.is_not_null())
        .filter(Column::Cursor.lt(epoch))
        .filter(their_turn);
    let found = lease::take(store, waiting, (Column::Id, Column::NextAt), limit).await?;
    found.into_iter().map(|model| letter(store, model)).collect()
}

/// What became public of a letter's topic since the last one, newest first, and the sequence it is as of.
///
/// # Errors
/// The database's.
pub async fn news(store: &Store, letter: &Letter, shown: u64) -> Result<(Page<PublicRow>, i64)> {
    let epoch = crate::journal::epoch(store).await?;
    let ids: Vec<i64> = journal::Entity::find()
        .select_only()
        .column(journal::Column::SubjectId)
        .filter(journal::Column::SubjectKind.eq("disclosure"))
        .filter(journal::Column::Action.eq(Action::DisclosurePublished.word()))
        .filter(journal::Column::Sequence.gt(letter.cursor))
        .filter(journal::Column::Sequence.lte(epoch))
        .group_by(journal::Column::SubjectId)
        .order_by_desc(Expr::col(journal::Column::SubjectId).max())
        .limit(NEW_MAX)
        .into_tuple()
        .all(store.reader())
        .await?;
    let topic = letter.topic.clone();
    let filter = public::Filter {
        kinds: topic.kind.into_iter().collect(),
        unit: topic.unit,
        sector: topic.sector,
        subject: topic.subject,
        ids: Some(ids),
        ..public::Filter::default()
    };
    Ok((public::list(store, &filter, PageRequest { page: 1, size: shown }).await?, epoch))
}

/// A confirmation was asked for.
///
/// # Errors
/// The database's.
pub async fn asked(store: &Store, id: i64) -> Result<()> {
    change(store, id, |change, now| {
        change.asked_mail_at = Set(Some(now));
        change.attempts = Set(0);
    })
    .await
}

/// A letter was taken by the mail server on a day, or there was nothing to write about (`None`).
///
/// # Errors
/// The database's.
pub async fn written(store: &Store, id: i64, epoch: i64, on: Option<Date>) -> Result<()> {
    change(store, id, move |change, now| {
        change.cursor = Set(epoch);
        change.attempts = Set(0);
        change.next_at = Set(now);
        if let Some(day) = on {
            change.last_on = Set(Some(day.to_string()));
        }
    })
    .await
}

/// A mail was not taken: tried again later.
///
/// # Errors
/// The database's.
pub async fn failed(store: &Store, id: i64) -> Result<()> {
    change(store, id, |change, now| {
        let attempts = change.attempts.clone().take().unwrap_or(0).saturating_add(1);
        change.next_at = Set(now + MAIL.wait(attempts));
        change.attempts = Set(attempts);
    })
    .await
}

async fn change(
    store: &Store,
    id: i64,
    how: impl FnOnce(&mut ActiveModel, i64) + Send + 'static,
) -> Result<()> {
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                // It may have been ended meanwhile.
                let Some(found) = Entity::find_by_id(id).one(&transaction.db).await? else { return Ok(()) };
                let mut model: ActiveModel = found.into();
                how(&mut model, transaction.now);
                model.update(&transaction.db).await?;
                Ok(())
            })
        })
        .await
}
