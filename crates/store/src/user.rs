//! People: one person, one account, with roles within scopes. Signing in is `session`'s matter.

use crate::commit::Transaction;
use crate::entity::{session, user, user_grant};
use crate::instant::{instant, word};
use crate::journal::conflict;
use crate::like::holds;
use crate::secret::{hash_password, password_matches};
use crate::text::printable;
use crate::{Error, Page, PageRequest, Result, Store};
use domain::journal::Action;
use domain::password;
use domain::role::{Actor, Grant, Person, Role, Scope};
use domain::unit::UnitId;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// A person about to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What is typed to sign in; kept in lower case.
    pub login: String,
    /// The name shown beside what they do.
    pub name: String,
    /// The unit they work for.
    pub unit: UnitId,
    /// Where reminders are mailed.
    pub email: Option<String>,
    /// What they may do, and where.
    pub grants: BTreeSet<Grant>,
    /// The first password.
    pub password: String,
    /// Whether it must be changed at the first sign-in.
    pub must_change_password: bool,
}

/// A person's new state.
#[derive(Debug, Clone)]
pub struct UserChange {
    /// The name shown.
    pub name: String,
    /// The unit.
    pub unit: UnitId,
    /// Where reminders are mailed.
    pub email: Option<String>,
    /// What they may do.
    pub grants: BTreeSet<Grant>,
    /// Whether they may sign in.
    pub active: bool,
}

/// A person as lists and forms show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserView {
    /// Identity.
    pub id: i64,
    /// Login.
    pub login: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: UnitId,
    /// Mail.
    pub email: Option<String>,
    /// Grants.
    pub grants: BTreeSet<Grant>,
    /// May sign in.
    pub active: bool,
    /// Locked until, when that is to come.
    pub locked_until: Option<Timestamp>,
    /// For optimistic locking.
    pub version: i64,
}

/// What the journal keeps of a person: everything but secrets.
#[derive(Serialize)]
struct Recorded<'a> {
    login: &'a str,
    name: &'a str,
    unit: UnitId,
    active: bool,
    grants: &'a BTreeSet<Grant>,
}

fn clean_login(login: &str) -> Result<String> {
    let login = login.trim().to_lowercase();
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if !(2..=40).contains(&login.len()) || !login.chars().all(allowed) {
        return Err(Error::refused("登录名应为 2 至 40 位的字母、数字，可含下划线、短横线和点。"));
    }
    Ok(login)
}

fn clean_name(name: &str) -> Result<String> {
    let name = printable(name.trim());
    if name.is_empty() || name.chars().count() > domain::limits::NAME_CHARACTERS_MAX {
        return Err(Error::refused("请填写姓名。"));
    }
    Ok(name)
}

fn clean_email(email: Option<&str>) -> Result<Option<String>> {
    let Some(email) = email.map(str::trim).filter(|email| !email.is_empty()) else { return Ok(None) };
    let well_formed =
        email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if !well_formed || email.len() > 200 || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::refused("邮箱地址不正确，请检查；不使用邮件提醒的可留空。"));
    }
    Ok(Some(email.to_owned()))
}

/// Adds a person.
///
/// # Errors
/// A login that is taken or malformed, a weak password.
pub async fn create(store: &Store, actor: &Actor, new: NewUser) -> Result<i64> {
    let (login, name) = (clean_login(&new.login)?, clean_name(&new.name)?);
    let email = clean_email(new.email.as_deref())?;
    password::check(&new.password, &login, store.rules()).map_err(Error::refused)?;
    let password_hash = hash_password(&new.password).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let taken =
                    user::Entity::find().filter(user::Column::Login.eq(&login)).one(&transaction.db).await?;
                if taken.is_some() {
                    return Err(Error::refused(format!("登录名 {login} 已被使用，请换一个。")));
                }
                let row = user::ActiveModel {
                    id: NotSet,
                    login: Set(login.clone()),
                    name: Set(name.clone()),
                    unit_id: Set(new.unit),
                    email: Set(email),
                    password_hash: Set(password_hash),
                    active: Set(true),
                    must_change_password: Set(new.must_change_password),
                    failed_attempts: Set(0),
                    locked_until: Set(None),
                    version: Set(1),
                };
                let id = row.insert(&transaction.db).await?.id;
                write_grants(transaction, id, &new.grants).await?;
                let after = Recorded {
                    login: &login,
                    name: &name,
                    unit: new.unit,
                    active: true,
                    grants: &new.grants,
                };
                transaction.record(Action::UserCreated, "user", id, None::<&()>, Some(&after))?;
                Ok(id)
            })
        })
        .await
}

async fn write_grants(transaction: &Transaction, user: i64, grants: &BTreeSet<Grant>) -> Result<()> {
    user_grant::Entity::delete_many()
        .filter(user_grant::Column::UserId.eq(user))
        .exec(&transaction.db)
        .await?;
    for grant in grants {
        let (unit, region) = match grant.scope {
            Scope::Unit(unit) => (Some(unit), None),
            Scope::Region(region) => (None, Some(region)),
        };
        let row = user_grant::ActiveModel {
            id: NotSet,
            user_id: Set(user),
            role: Set(grant.role.word().to_owned()),
            unit_id: Set(unit),
            region_id: Set(region),
        };
        row.insert(&transaction.db).await?;
    }
    Ok(())
}

/// The grants of some people.
pub(crate) async fn grants_of(
    db: &impl ConnectionTrait,
    users: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, BTreeSet<Grant>>> {
    let rows = user_grant::Entity::find().filter(user_grant::Column::UserId.is_in(users)).all(db).await?;
    let mut grants: HashMap<i64, BTreeSet<Grant>> = HashMap::new();
    for row in rows {
        let role = word(Role::from_word(&row.role), &row.role)?;
        let scope = row.unit_id.map(Scope::Unit).or(row.region_id.map(Scope::Region));
        let Some(scope) = scope else { continue };
        grants.entry(row.user_id).or_default().insert(Grant { role, scope });
    }
    Ok(grants)
}

/// The person as an actor, with nothing handed to them.
pub(crate) fn person(row: &user::Model, grants: BTreeSet<Grant>) -> Person {
    Person { user: row.id, name: row.name.clone(), unit: row.unit_id, grants, delegated: Vec::new() }
}

/// Some active people with their own grants.
pub(crate) async fn people(
    db: &impl ConnectionTrait,
    users: impl IntoIterator<Item = i64>,
) -> Result<Vec<Person>> {
    let rows = user::Entity::find()
        .filter(user::Column::Id.is_in(users))
        .filter(user::Column::Active.eq(true))
        .order_by_asc(user::Column::Id)
        .all(db)
        .await?;
    with_grants(db, rows).await
}

/// The active people of some units, with their own grants.
pub(crate) async fn people_of_units(
    db: &impl ConnectionTrait,
    units: impl IntoIterator<Item = UnitId>,
) -> Result<Vec<Person>> {
    let rows = user::Entity::find()
        .filter(user::Column::UnitId.is_in(units))
        .filter(user::Column::Active.eq(true))
        .order_by_asc(user::Column::Id)
        .all(db)
        .await?;
    with_grants(db, rows).await
}

async fn with_grants(db: &impl ConnectionTrait, rows: Vec<user::Model>) -> Result<Vec<Person>> {
    let mut grants = grants_of(db, rows.iter().map(|row| row.id)).await?;
    Ok(rows.iter().map(|row| person(row, grants.remove(&row.id).unwrap_or_default())).collect())
}

/// Those who hold one of the roles somewhere.
pub(crate) async fn holders(db: &impl ConnectionTrait, roles: &BTreeSet<Role>) -> Result<BTreeSet<i64>> {
    let found: Vec<i64> = user_grant::Entity::find()
        .select_only()
        .column(user_grant::Column::UserId)
        .filter(user_grant::Column::Role.is_in(roles.iter().map(|role| role.word())))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

fn view(row: user::Model, grants: BTreeSet<Grant>, now: i64) -> Result<UserView> {
    Ok(UserView {
        id: row.id,
        login: row.login,
        name: row.name,
        unit: row.unit_id,
        email: row.email,
        grants,
        active: row.active,
        locked_until: row.locked_until.filter(|until| *until > now).map(instant).transpose()?,
        version: row.version,
    })
}

/// People of some units (`None`: of all) whose login or name holds the text, by login.
///
/// # Errors
/// The database's.
pub async fn list(
    store: &Store,
    units: Option<&BTreeSet<UnitId>>,
    text: &str,
    request: PageRequest,
) -> Result<Page<UserView>> {
    let mut query = user::Entity::find();
    if let Some(units) = units {
        query = query.filter(user::Column::UnitId.is_in(units.iter().copied()));
    }
    if !text.trim().is_empty() {
        let text = text.trim();
        query = query.filter(holds(user::Column::Login, text).or(holds(user::Column::Name, text)));
    }
    let total = query.clone().count(store.reader()).await?;
    let rows = query
        .order_by_asc(user::Column::Login)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    let mut grants = grants_of(store.reader(), rows.iter().map(|row| row.id)).await?;
    let now = store.now();
    let rows = rows.into_iter().map(|row| {
        let own = grants.remove(&row.id).unwrap_or_default();
        view(row, own, now)
    });
    Ok(Page::new(rows.collect::<Result<_>>()?, total, request))
}

/// The person of that id.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<UserView>> {
    let Some(row) = user::Entity::find_by_id(id).one(store.reader()).await? else { return Ok(None) };
    let mut grants = grants_of(store.reader(), [id]).await?;
    view(row, grants.remove(&id).unwrap_or_default(), store.now()).map(Some)
}

async fn load(transaction: &Transaction, id: i64) -> Result<user::Model> {
    user::Entity::find_by_id(id).one(&transaction.db).await?.ok_or(Error::NotFound("该人员"))
}

pub(crate) async fn end_sessions(transaction: &Transaction, user: i64) -> Result<()> {
    session::Entity::delete_many().filter(session::Column::UserId.eq(user)).exec(&transaction.db).await?;
    Ok(())
}

/// Changes a person; one who may no longer sign in is signed out everywhere.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed them since `version`.
pub async fn change(store: &Store, actor: &Actor, id: i64, version: i64, change: UserChange) -> Result<()> {
    let name = clean_name(&change.name)?;
    let email = clean_email(change.email.as_deref())?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id).await?;
                if row.version != version {
                    let actions = [Action::UserCreated, Action::UserChanged];
                    return Err(conflict(transaction, "该人员的信息", "user", id, &actions).await);
                }
                let mut grants = grants_of(&transaction.db, [id]).await?;
                let old_grants = grants.remove(&id).unwrap_or_default();
                let (login, old_name) = (row.login.clone(), row.name.clone());
                let (old_unit, old_active) = (row.unit_id, row.active);
                let mut row: user::ActiveModel = row.into();
                row.name = Set(name.clone());
                row.unit_id = Set(change.unit);
                let mails = email.is_some() && change.active;
                row.email = Set(email);
                row.active = Set(change.active);
                row.version = Set(version + 1);
                row.update(&transaction.db).await?;
                write_grants(transaction, id, &change.grants).await?;
                if !change.active {
                    end_sessions(transaction, id).await?;
                }
                if !mails {
                    crate::notification::drop_mails(transaction, id).await?;
                }
                let before = Recorded {
                    login: &login,
                    name: &old_name,
                    unit: old_unit,
                    active: old_active,
                    grants: &old_grants,
                };
                let after = Recorded {
                    login: &login,
                    name: &name,
                    unit: change.unit,
                    active: change.active,
                    grants: &change.grants,
                };
                transaction.record(Action::UserChanged, "user", id, Some(&before), Some(&after))
            })
        })
        .await
}

/// Gives a person a new first password, which they must change; they are signed out everywhere.
///
/// # Errors
/// A weak password.
pub async fn set_password(store: &Store, actor: &Actor, id: i64, password: &str) -> Result<()> {
    write_password(store, actor, id, password, true).await
}

/// Changes the own password; all sessions end.
///
/// # Errors
/// A wrong old password, a weak or unchanged new one.
pub async fn change_password(store: &Store, person: &Person, old: &str, new: &str) -> Result<()> {
    let row =
        user::Entity::find_by_id(person.user).one(store.reader()).await?.ok_or(Error::NotFound("该人员"))?;
    if !password_matches(old, Some(&row.password_hash)).await? {
        return Err(Error::refused("原密码不正确，请重新输入。"));
    }
    if old == new {
        return Err(Error::refused("新密码不能与原密码相同。"));
    }
    write_password(store, &Actor::Person(person.clone()), person.user, new, false).await
}

async fn write_password(
    store: &Store,
    actor: &Actor,
    id: i64,
    password: &str,
    must_change: bool,
) -> Result<()> {
    let row = user::Entity::find_by_id(id).one(store.reader()).await?.ok_or(Error::NotFound("该人员"))?;
    password::check(password, &row.login, store.rules()).map_err(Error::refused)?;
    let hash = hash_password(password).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let mut row: user::ActiveModel = load(transaction, id).await?.into();
                row.password_hash = Set(hash);
                row.must_change_password = Set(must_change);
                row.failed_attempts = Set(0);
                row.locked_until = Set(None);
                row.update(&transaction.db).await?;
                end_sessions(transaction, id).await?;
                transaction.note(
                    Action::PasswordChanged,
                    "user",
                    id,
                    if must_change { "重置" } else { "本人修改" },
                );
                Ok(())
            })
        })
        .await
}

/// Lifts the lock of a person who mistyped too often.
///
/// # Errors
/// The database's.
pub async fn unlock(store: &Store, actor: &Actor, id: i64) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let mut row: user::ActiveModel = load(transaction, id).await?.into();
                row.failed_attempts = Set(0);
                row.locked_until = Set(None);
                row.update(&transaction.db).await?;
                transaction.note(Action::UserUnlocked, "user", id, "解除锁定");
                Ok(())
            })
        })
        .await
}
