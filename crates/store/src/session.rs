//! Sessions: signing in, staying in, leaving. Tokens are random; only their hashes are kept. How long a session lasts
//! and when an account locks are rules (`data/rules.toml`, GB/T 22239).

use crate::entity::{session, user};
use crate::instant::instant;
use crate::secret::{form_token, password_matches, token, token_hash};
use crate::user::{grants_of, person};
use crate::{Result, Store};
use domain::clock::civil_date;
use domain::journal::Action;
use domain::role::{Actor, Person};
use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};

const SECOND: i64 = 1_000_000;
/// A session's last use is noted at most this often.
const TOUCH_EVERY: i64 = 60 * SECOND;
/// The rules of sessions, in microseconds and times.
struct Limits {
    idle: i64,
    whole: i64,
    failures: i64,
    lock: i64,
}

impl Limits {
    fn of(store: &Store) -> Self {
        let rules = store.rules();
        Self {
            idle: rules.session_idle.value * 60 * SECOND,
            whole: rules.session_longest.value * 3600 * SECOND,
            failures: rules.lockout_failures.value,
            lock: rules.lockout_period.value * 60 * SECOND,
        }
    }
}

/// A session under way.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// Their login.
    pub login: String,
    /// The token that forms carry.
    pub csrf: String,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
}

/// The outcome of signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// Welcome.
    SignedIn {
        /// The session's token, for the cookie.
        token: String,
    },
    /// Wrong login or password; the two look alike.
    Wrong,
    /// Too many wrong passwords.
    Locked {
        /// When to try again.
        until: Timestamp,
    },
}

/// A token for the sign-in form, which has no session yet.
///
/// # Errors
/// No random bytes to be had.
pub fn sign_in_form_token() -> Result<String> {
    token()
}

/// Signs in. `peer` (the client's address) goes to the journal.
///
/// # Errors
/// The database's.
pub async fn sign_in(store: &Store, login: &str, password: &str, peer: &str) -> Result<SignIn> {
    let limits = Limits::of(store);
    let login = login.trim().to_lowercase();
    let row = user::Entity::find().filter(user::Column::Login.eq(&login)).one(store.reader()).await?;
    let matches = password_matches(password, row.as_ref().map(|row| row.password_hash.as_str())).await?;
    let Some(row) = row.filter(|row| row.active) else { return Ok(SignIn::Wrong) };
    let (id, peer, new_token) = (row.id, peer.to_owned(), token()?);
    let actor = Actor::Person(person(&row, Default::default()));
    store
        .commit(&actor, move |transaction| {
            Box::pin(async move {
                let Some(row) = user::Entity::find_by_id(id).one(&transaction.db).await? else {
                    return Ok(SignIn::Wrong);
                };
                if let Some(until) = row.locked_until.filter(|until| *until > transaction.now) {
                    return Ok(SignIn::Locked { until: instant(until)? });
                }
                let attempts = row.failed_attempts + 1;
                let mut row: user::ActiveModel = row.into();
                if !matches {
                    let locked_until = transaction.now + limits.lock;
                    let locks = i64::from(attempts) >= limits.failures;
                    row.failed_attempts = Set(if locks { 0 } else { attempts });
                    row.locked_until = Set(locks.then_some(locked_until));
                    row.update(&transaction.db).await?;
                    transaction.note(Action::SignInFailed, "user", id, &peer);
                    if locks {
                        transaction.note(Action::UserLocked, "user", id, &peer);
                        return Ok(SignIn::Locked { until: instant(locked_until)? });
                    }
                    return Ok(SignIn::Wrong);
                }
                row.failed_attempts = Set(0);
                row.locked_until = Set(None);
                row.update(&transaction.db).await?;
                let now = transaction.now;
                // Sessions that have ended are swept when somebody signs in.
                session::Entity::delete_many()
                    .filter(
                        session::Column::LastSeenAt
                            .lt(now - limits.idle)
                            .or(session::Column::CreatedAt.lt(now - limits.whole)),
                    )
                    .exec(&transaction.db)
                    .await?;
                let new = session::ActiveModel {
                    token_hash: Set(token_hash(&new_token)),
                    user_id: Set(id),
                    created_at: Set(now),
                    last_seen_at: Set(now),
                };
                session::Entity::insert(new).exec_without_returning(&transaction.db).await?;
                transaction.note(Action::SignedIn, "user", id, &peer);
                Ok(SignIn::SignedIn { token: new_token })
            })
        })
        .await
}

/// The session of a token, when it is still under way.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, token: &str) -> Result<Option<Session>> {
    let now = store.now();
    let limits = Limits::of(store);
    let hash = token_hash(token);
    let Some(row) = session::Entity::find_by_id(hash.clone()).one(store.reader()).await? else {
        return Ok(None);
    };
    if row.last_seen_at < now - limits.idle || row.created_at < now - limits.whole {
        return Ok(None);
    }
    let found = user::Entity::find_by_id(row.user_id).one(store.reader()).await?;
    let Some(found) = found.filter(|user| user.active) else { return Ok(None) };
    if row.last_seen_at < now - TOUCH_EVERY {
        store
            .bookkeep(move |transaction| {
                Box::pin(async move {
                    session::Entity::update_many()
                        .col_expr(session::Column::LastSeenAt, transaction.now.into())
                        .filter(session::Column::TokenHash.eq(hash))
                        .exec(&transaction.db)
                        .await?;
                    Ok(())
                })
            })
            .await?;
    }
    let mut grants = grants_of(store.reader(), [found.id]).await?;
    let mut people = [person(&found, grants.remove(&found.id).unwrap_or_default())];
    crate::absence::hand_on(store.reader(), &mut people, civil_date(instant(now)?)).await?;
    let [person] = people;
    Ok(Some(Session {
        person,
        login: found.login,
        csrf: form_token(token),
        must_change_password: found.must_change_password,
    }))
}

/// Ends a session.
///
/// # Errors
/// The database's.
pub async fn sign_out(store: &Store, person: &Person, token: &str) -> Result<()> {
    let (hash, user) = (token_hash(token), person.user);
    store
        .commit(&Actor::Person(person.clone()), move |transaction| {
            Box::pin(async move {
                session::Entity::delete_by_id(hash).exec(&transaction.db).await?;
                transaction.note(Action::SignedOut, "user", user, "退出");
                Ok(())
            })
        })
        .await
}
