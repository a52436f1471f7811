//! What the scan found and a person left as it is, with the reason. A fingerprint stands for the words, so that they are
//! not kept in a second place; changed words are another fingerprint and ask for a reason anew.

use super::load;
use crate::entity::{disclosure, disclosure_waiver};
use crate::instant::instant;
use crate::text::written;
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::role::Actor;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;
use std::collections::HashSet;

/// Something left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The fingerprint of what was found.
    pub mark: String,
    /// What and where, without the words.
    pub what: String,
    /// Why it stays.
    pub reason: String,
    /// Who says so.
    pub user_name: String,
    /// When.
    pub at: Timestamp,
}

#[derive(Serialize)]
struct Recorded<'a> {
    what: Vec<&'a str>,
    reason: &'a str,
}

/// Leaves some findings (fingerprint, what and where) as they are; returns the disclosure's new version.
///
/// # Errors
/// No reason; [`Error::Conflict`] when somebody changed the disclosure since `version`.
pub async fn waive(
    store: &Store,
    actor: &Actor,
    id: i64,
    version: i64,
    found: Vec<(String, String)>,
    reason: &str,
) -> Result<i64> {
    let reason = written(reason)?;
    if reason.is_empty() {
        return Err(Error::refused("请写明保留的理由，例如：是对外公布的办公电话。理由记入操作日志。"));
    }
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                for (mark, what) in &found {
                    let row = disclosure_waiver::ActiveModel {
                        id: NotSet,
                        disclosure_id: Set(id),
                        mark: Set(mark.clone()),
                        what: Set(what.clone()),
                        reason: Set(reason.clone()),
                        user_name: Set(transaction.user_name.clone()),
                        at: Set(transaction.now),
                    };
                    row.insert(&transaction.db).await?;
                }
                let mut change: disclosure::ActiveModel = row.into();
                change.version = Set(version + 1);
                change.update(&transaction.db).await?;
                let after =
                    Recorded { what: found.iter().map(|(_, what)| what.as_str()).collect(), reason: &reason };
                transaction.record(Action::DisclosureWaived, "disclosure", id, None::<&()>, Some(&after))?;
                Ok(version + 1)
            })
        })
        .await
}

/// What was left as it is, oldest first.
///
/// # Errors
/// The database's.
pub async fn waivers(store: &Store, id: i64) -> Result<Vec<Waiver>> {
    let rows = disclosure_waiver::Entity::find()
        .filter(disclosure_waiver::Column::DisclosureId.eq(id))
        .order_by_asc(disclosure_waiver::Column::Id)
        .all(store.reader())
        .await?;
    let view = |row: disclosure_waiver::Model| {
        Ok(Waiver {
            mark: row.mark,
            what: row.what,
            reason: row.reason,
            user_name: row.user_name,
            at: instant(row.at)?,
        })
    };
    rows.into_iter().map(view).collect()
}

/// Whether one of these has no reason to stay.
pub(super) async fn is_unsettled(db: &impl ConnectionTrait, id: i64, marks: &[String]) -> Result<bool> {
    if marks.is_empty() {
        return Ok(false);
    }
    let rows = disclosure_waiver::Entity::find()
        .filter(disclosure_waiver::Column::DisclosureId.eq(id))
        .all(db)
        .await?;
    let waived: HashSet<String> = rows.into_iter().map(|row| row.mark).collect();
    Ok(marks.iter().any(|mark| !waived.contains(mark)))
}
