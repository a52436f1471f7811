//! Notifications (提醒): in the program at once, by mail when the person has an address and a server is set up. The key
//! keeps each single; marking one as read is bookkeeping, not journaled.

use crate::commit::Transaction;
use crate::entity::{notification, user, user_grant};
use crate::instant::instant;
use crate::lease;
use crate::retry::MAIL;
use crate::{Page, PageRequest, Result, Store};
use domain::role::Role;
use domain::unit::{Directory, RegionId, UnitId};
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeSet, HashMap};

/// A notification as its person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Identity.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub subject: String,
    /// More of it.
    pub body: String,
    /// Where to act, a path of the office.
    pub link: String,
    /// Whether it was read.
    pub read: bool,
}

/// A mail that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingMail {
    /// The notification.
    pub id: i64,
    /// To whom.
    pub address: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// Path of the office.
    pub link: String,
}

/// What to tell some people.
pub(crate) struct Notice {
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) link: String,
    /// Names the matter: the same key reaches a person once.
    pub(crate) key: String,
}

const MAIL_NONE: &str = "none";
const MAIL_PENDING: &str = "pending";
const MAIL_SENT: &str = "sent";
const MAIL_FAILED: &str = "failed";

/// Tells people something, within a transaction; who was told under the same key is not told again.
pub(crate) async fn notify(transaction: &Transaction, users: &BTreeSet<i64>, notice: &Notice) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    let people = user::Entity::find()
        .filter(user::Column::Id.is_in(users.iter().copied()))
        .all(&transaction.db)
        .await?;
    let rows = people.into_iter().map(|person| notification::ActiveModel {
        id: NotSet,
        user_id: Set(person.id),
        at: Set(transaction.now),
        subject: Set(notice.subject.clone()),
        body: Set(notice.body.clone()),
        link: Set(notice.link.clone()),
        dedup_key: Set(notice.key.clone()),
        read_at: Set(None),
        mail_state: Set(if person.email.is_some() { MAIL_PENDING } else { MAIL_NONE }.to_owned()),
        mail_attempts: Set(0),
        mail_next_at: Set(transaction.now),
    });
    let mut once = OnConflict::columns([notification::Column::UserId, notification::Column::DedupKey]);
    notification::Entity::insert_many(rows)
        .on_conflict(once.do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&transaction.db)
        .await?;
    Ok(())
}

/// The active people who coordinate the regions a unit belongs to.
pub(crate) async fn coordinators_of(
    transaction: &Transaction,
    directory: &Directory,
    unit: UnitId,
) -> Result<BTreeSet<i64>> {
    people_over(transaction, directory, unit, &[Role::Coordinator]).await
}

/// The active people with some roles over a unit or the regions it belongs to.
pub(crate) async fn people_over(
    transaction: &Transaction,
    directory: &Directory,
    unit: UnitId,
    roles: &[Role],
) -> Result<BTreeSet<i64>> {
    let regions = crate::unit::place(directory, unit).regions;
    let within = user_grant::Column::RegionId.is_in(regions).or(user_grant::Column::UnitId.eq(unit));
    granted(transaction, roles, within).await
}

/// The active people with some roles over a region or those above it.
pub(crate) async fn people_over_region(
    transaction: &Transaction,
    directory: &Directory,
    region: RegionId,
    roles: &[Role],
) -> Result<BTreeSet<i64>> {
    granted(transaction, roles, user_grant::Column::RegionId.is_in(directory.chain(region))).await
}

/// Who answers for a unit: its clerks and reviewers; where none is named, the active people who work there.
pub(crate) async fn people_of(transaction: &Transaction, unit: UnitId) -> Result<BTreeSet<i64>> {
    let own = user_grant::Column::UnitId.eq(unit);
    let named = granted(transaction, &[Role::Clerk, Role::Reviewer], own).await?;
    if !named.is_empty() {
        return Ok(named);
    }
    let rows: Vec<i64> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::UnitId.eq(unit))
        .filter(user::Column::Active.eq(true))
        .into_tuple()
        .all(&transaction.db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The active people with one of the roles within some scopes.
async fn granted(transaction: &Transaction, roles: &[Role], within: SimpleExpr) -> Result<BTreeSet<i64>> {
    let rows: Vec<i64> = user_grant::Entity::find()
        .select_only()
        .column(user_grant::Column::UserId)
        .filter(user_grant::Column::Role.is_in(roles.iter().map(|role| role.word())))
        .filter(within)
        .into_tuple()
        .all(&transaction.db)
        .await?;
    let active: Vec<i64> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::Id.is_in(rows))
        .filter(user::Column::Active.eq(true))
        .into_tuple()
        .all(&transaction.db)
        .await?;
    Ok(active.into_iter().collect())
}

/// A person's notifications, newest first.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, user: i64, request: PageRequest) -> Result<Page<Notification>> {
    let query = notification::Entity::find().filter(notification::Column::UserId.eq(user));
    let total = query.clone().count(store.reader()).await?;
    let rows = query
        .order_by_desc(notification::Column::Id)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    Ok(Page::new(rows.into_iter().map(view).collect::<Result<_>>()?, total, request))
}

/// One of a person's own notifications.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, user: i64, id: i64) -> Result<Option<Notification>> {
    let row = notification::Entity::find_by_id(id)
        .filter(notification::Column::UserId.eq(user))
        .one(store.reader())
        .await?;
    row.map(view).transpose()
}

fn view(row: notification::Model) -> Result<Notification> {
    Ok(Notification {
        id: row.id,
        at: instant(row.at)?,
        subject: row.subject,
        body: row.body,
        link: row.link,
        read: row.read_at.is_some(),
    })
}

/// How many a person has not read.
///
/// # Errors
/// The database's.
pub async fn unread_count(store: &Store, user: i64) -> Result<u64> {
    let query = notification::Entity::find()
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::ReadAt.is_null());
    Ok(query.count(store.reader()).await?)
}

/// Marks one as read, or all when `id` is `None`; only the person's own.
///
/// # Errors
/// The database's.
pub async fn mark_read(store: &Store, user: i64, id: Option<i64>) -> Result<()> {
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let mut update = notification::Entity::update_many()
                    .col_expr(notification::Column::ReadAt, Expr::value(Some(transaction.now)))
                    .filter(notification::Column::UserId.eq(user))
                    .filter(notification::Column::ReadAt.is_null());
                if let Some(id) = id {
                    update = update.filter(notification::Column::Id.eq(id));
                }
                update.exec(&transaction.db).await?;
                Ok(())
            })
        })
        .await
}

/// Takes mails whose time has come.
///
/// # Errors
/// The database's.
pub async fn mail_pending(store: &Store, limit: u64) -> Result<Vec<PendingMail>> {
    let waiting = notification::Entity::find().filter(notification::Column::MailState.eq(MAIL_PENDING));
    let place = (notification::Column::Id, notification::Column::MailNextAt);
    let rows = lease::take(store, waiting, place, limit).await?;
    let people = user::Entity::find()
        .filter(user::Column::Id.is_in(rows.iter().map(|row| row.user_id)))
        .all(store.reader())
        .await?;
    let addresses: HashMap<i64, String> =
        people.into_iter().filter_map(|person| Some((person.id, person.email?))).collect();
    let mail = |row: notification::Model| {
        let address = addresses.get(&row.user_id)?.clone();
        Some(PendingMail { id: row.id, address, subject: row.subject, body: row.body, link: row.link })
    };
    Ok(rows.into_iter().filter_map(mail).collect())
}

/// Gives up the mails that wait for a person who is to get none any more; they stay as notifications.
pub(crate) async fn drop_mails(transaction: &Transaction, user: i64) -> Result<()> {
    notification::Entity::update_many()
        .col_expr(notification::Column::MailState, Expr::value(MAIL_NONE))
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::MailState.eq(MAIL_PENDING))
        .exec(&transaction.db)
        .await?;
    Ok(())
}

/// A mail was taken by the server.
///
/// # Errors
/// The database's.
pub async fn mail_sent(store: &Store, id: i64) -> Result<()> {
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                notification::Entity::update_many()
                    .col_expr(notification::Column::MailState, Expr::value(MAIL_SENT))
                    .filter(notification::Column::Id.eq(id))
                    .exec(&transaction.db)
                    .await?;
                Ok(())
            })
        })
        .await
}

/// A mail was not taken: tried again later, and given up in the end.
///
/// # Errors
/// The database's.
pub async fn mail_failed(store: &Store, id: i64) -> Result<()> {
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let Some(row) = notification::Entity::find_by_id(id).one(&transaction.db).await? else {
                    return Ok(());
                };
                let attempts = row.mail_attempts + 1;
                let state = if MAIL.given_up(attempts) { MAIL_FAILED } else { MAIL_PENDING };
                notification::Entity::update_many()
                    .col_expr(notification::Column::MailState, Expr::value(state))
                    .col_expr(notification::Column::MailAttempts, Expr::value(attempts))
                    .col_expr(
                        notification::Column::MailNextAt,
                        Expr::value(transaction.now + MAIL.wait(attempts)),
                    )
                    .filter(notification::Column::Id.eq(id))
                    .exec(&transaction.db)
                    .await?;
                Ok(())
            })
        })
        .await
}
