//! The one door for writing. [`Store::commit`] changes rows and appends to the journal in one transaction; a piece of
//! work that records nothing is rolled back, so that no change can be without its entry.
//!
//! Writers follow one another on both databases: SQLite has one writer connection and takes its lock at the start
//! (`BEGIN IMMEDIATE`); on PostgreSQL the journal's head row is locked first. So the journal's order is the order of
//! commits. Bookkeeping that says nothing about the county (a session was seen, a notification read, a mail tried) goes
//! through [`Store::bookkeep`] and is not journaled.

use crate::entity::journal_head;
use crate::secret::hex;
use crate::{Error, Result, Store, entity};
use domain::journal::{Action, Entry, Hash};
use domain::role::Actor;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use serde::Serialize;
use std::pin::Pin;

/// What a piece of work returns: a boxed future that borrows the transaction.
pub(crate) type Work<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

/// A transaction under way.
pub struct Transaction {
    pub(crate) db: DatabaseTransaction,
    pub(crate) now: i64,
    pub(crate) user: Option<i64>,
    pub(crate) user_name: String,
    entries: Vec<Pending>,
}

struct Pending {
    action: Action,
    subject_kind: &'static str,
    subject_id: i64,
    before: Option<String>,
    after: Option<String>,
}

impl Transaction {
    /// Notes what was done to a row; written to the journal at the end.
    ///
    /// # Errors
    /// A state that cannot be written as JSON.
    pub(crate) fn record(
        &mut self,
        action: Action,
        subject_kind: &'static str,
        subject_id: i64,
        before: Option<&(impl Serialize + ?Sized)>,
        after: Option<&(impl Serialize + ?Sized)>,
    ) -> Result<()> {
        let before = before.map(serde_json::to_string).transpose()?;
        let after = after.map(serde_json::to_string).transpose()?;
        self.entries.push(Pending { action, subject_kind, subject_id, before, after });
        Ok(())
    }

    /// [`Transaction::record`] for what has no state worth keeping beside its name.
    pub(crate) fn note(&mut self, action: Action, subject_kind: &'static str, subject_id: i64, text: &str) {
        let after = Some(serde_json::Value::from(text).to_string());
        self.entries.push(Pending { action, subject_kind, subject_id, before: None, after });
    }
}

/// The name under which the program itself acts.
pub(crate) const SYSTEM_NAME: &str = "系统";

impl Store {
    /// Does a piece of work as one transaction and appends what it recorded to the journal.
    ///
    /// # Errors
    /// The work's own; nothing is written then.
    pub async fn commit<T, F>(&self, actor: &Actor, work: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Transaction) -> Work<'t, T>,
    {
        let mut transaction = self.begin(actor).await?;
        let value = work(&mut transaction).await?;
        if transaction.entries.is_empty() {
            transaction.db.rollback().await?;
            return Ok(value);
        }
        let epoch = append(&mut transaction).await?;
        transaction.db.commit().await?;
        self.epoch().raise(epoch);
        Ok(value)
    }

    /// Bookkeeping without a journal entry; see the module's words on what may go here.
    pub(crate) async fn bookkeep<T, F>(&self, work: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Transaction) -> Work<'t, T>,
    {
        let mut transaction = self.begin(&Actor::System).await?;
        let value = work(&mut transaction).await?;
        transaction.db.commit().await?;
        Ok(value)
    }

    async fn begin(&self, actor: &Actor) -> Result<Transaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let db = self.writer().begin_with_options(options).await?;
        // Takes the head's row lock on PostgreSQL; SQLite holds its write lock already.
        journal_head::Entity::update_many()
            .col_expr(journal_head::Column::Sequence, Expr::col(journal_head::Column::Sequence).add(0))
            .filter(journal_head::Column::Id.eq(1))
            .exec(&db)
            .await?;
        let (user, user_name) = match actor {
            Actor::Person(person) => (Some(person.user), person.name.clone()),
            Actor::System => (None, SYSTEM_NAME.to_owned()),
        };
        Ok(Transaction { db, now: self.now(), user, user_name, entries: Vec::new() })
    }
}

/// Writes what was recorded; returns the epoch it leads to.
async fn append(transaction: &mut Transaction) -> Result<i64> {
    let head = journal_head::Entity::find_by_id(1).one(&transaction.db).await?;
    let head = head.ok_or_else(|| Error::Unreadable("journal head".to_owned()))?;
    let mut previous = read_hash(&head.hash)?;
    let (mut sequence, mut epoch) = (head.sequence, head.epoch);
    let mut rows = Vec::new();
    for pending in transaction.entries.drain(..) {
        sequence += 1;
        if pending.action.is_public() {
            epoch = sequence;
        }
        let mut entry = Entry {
            sequence,
            at: transaction.now,
            actor: transaction.user,
            actor_name: transaction.user_name.clone(),
            action: pending.action.word().to_owned(),
            subject_kind: pending.subject_kind.to_owned(),
            subject_id: pending.subject_id,
            before: pending.before,
            after: pending.after,
            previous,
            hash: domain::journal::ORIGIN,
        };
        entry.hash = entry.expected_hash();
        previous = entry.hash;
        rows.push(row(entry));
    }
    // SQLite takes at most 32,766 values a statement.
    for chunk in rows.chunks(1_000) {
        entity::journal::Entity::insert_many(chunk.to_vec()).exec_without_returning(&transaction.db).await?;
    }
    let head = journal_head::ActiveModel {
        id: Set(1),
        sequence: Set(sequence),
        hash: Set(hex(&previous)),
        epoch: Set(epoch),
    };
    head.update(&transaction.db).await?;
    Ok(epoch)
}

fn row(entry: Entry) -> entity::journal::ActiveModel {
    entity::journal::ActiveModel {
        sequence: Set(entry.sequence),
        at: Set(entry.at),
        actor_id: Set(entry.actor),
        actor_name: Set(entry.actor_name),
        action: Set(entry.action),
        subject_kind: Set(entry.subject_kind),
        subject_id: Set(entry.subject_id),
        before: Set(entry.before),
        after: Set(entry.after),
        previous: Set(hex(&entry.previous)),
        hash: Set(hex(&entry.hash)),
    }
}

/// A hash as the tables keep it.
pub(crate) fn read_hash(text: &str) -> Result<Hash> {
    let broken = || Error::Unreadable(format!("hash {text}"));
    if text.len() != 64 || !text.is_ascii() {
        return Err(broken());
    }
    let mut hash = Hash::default();
    for (position, byte) in hash.iter_mut().enumerate() {
        let digits = text.get(position * 2..position * 2 + 2).ok_or_else(broken)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| broken())?;
    }
    Ok(hash)
}
