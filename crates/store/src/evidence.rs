//! Evidence (佐证) of a responsibility: files, links, statements. Nothing is taken away once completion is confirmed.

use crate::attachment::refuse_foreign;
use crate::entity::{evidence, responsibility};
use crate::instant::{instant, word};
use crate::text::{web_address, written};
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::progress::State;
use domain::role::Actor;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// What is shown as proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A kept file.
    File {
        /// The attachment.
        attachment: i64,
    },
    /// A page on the web.
    Link {
        /// Its address, http or https.
        url: String,
    },
    /// Words.
    Statement,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Identity.
    pub id: i64,
    /// Of which responsibility.
    pub responsibility: i64,
    /// The proof.
    pub proof: Proof,
    /// The file's name, the link's title, the statement.
    pub text: String,
    /// Who added it.
    pub user_name: String,
    /// When.
    pub at: Timestamp,
}

/// The evidence of some responsibilities, oldest first.
pub(crate) async fn list(store: &Store, responsibilities: Vec<i64>) -> Result<Vec<Evidence>> {
    let rows = evidence::Entity::find()
        .filter(evidence::Column::ResponsibilityId.is_in(responsibilities))
        .order_by_asc(evidence::Column::Id)
        .all(store.reader())
        .await?;
    rows.into_iter().map(view).collect()
}

fn view(row: evidence::Model) -> Result<Evidence> {
    let proof = match (row.kind.as_str(), row.attachment_id, row.url) {
        ("file", Some(attachment), _) => Some(Proof::File { attachment }),
        ("link", _, Some(url)) => Some(Proof::Link { url }),
        ("statement", _, _) => Some(Proof::Statement),
        _ => None,
    };
    Ok(Evidence {
        id: row.id,
        responsibility: row.responsibility_id,
        proof: word(proof, &row.kind)?,
        text: row.text,
        user_name: row.user_name,
        at: instant(row.at)?,
    })
}

/// The responsibility an attachment is evidence of; for deciding who may download it.
///
/// # Errors
/// The database's.
pub async fn responsibilities_of_attachment(store: &Store, attachment: i64) -> Result<Vec<i64>> {
    let rows = evidence::Entity::find()
        .filter(evidence::Column::AttachmentId.eq(attachment))
        .all(store.reader())
        .await?;
    Ok(rows.into_iter().map(|row| row.responsibility_id).collect())
}

fn clean(proof: &Proof, text: &str) -> Result<String> {
    let text = written(text)?;
    match proof {
        Proof::Link { url } => {
            web_address(url)?;
            Ok(if text.is_empty() { url.clone() } else { text })
        }
        Proof::Statement if text.is_empty() => Err(Error::refused("请填写情况说明。")),
        _ => Ok(text),
    }
}

/// Adds a piece of evidence.
///
/// # Errors
/// A malformed link, an empty statement, another person's file, a completed responsibility.
pub async fn add(store: &Store, actor: &Actor, responsibility: i64, proof: Proof, text: &str) -> Result<i64> {
    let text = clean(&proof, text)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                refuse_completed(transaction, responsibility).await?;
                if let Proof::File { attachment } = proof {
                    refuse_foreign(transaction, attachment).await?;
                }
                let (kind, attachment, url) = match proof {
                    Proof::File { attachment } => ("file", Some(attachment), None),
                    Proof::Link { url } => ("link", None, Some(url)),
                    Proof::Statement => ("statement", None, None),
                };
                let row = evidence::ActiveModel {
                    id: NotSet,
                    responsibility_id: Set(responsibility),
                    kind: Set(kind.to_owned()),
                    attachment_id: Set(attachment),
                    url: Set(url),
                    text: Set(text),
                    user_id: Set(transaction.user),
                    user_name: Set(transaction.user_name.clone()),
                    at: Set(transaction.now),
                };
                let row = row.insert(&transaction.db).await?;
                transaction.record(
                    Action::EvidenceAttached,
                    "responsibility",
                    responsibility,
                    None::<&()>,
                    Some(&row),
                )?;
                Ok(row.id)
            })
        })
        .await
}

/// Takes a piece of evidence away, as long as completion is not confirmed; the journal keeps what it was.
///
/// # Errors
/// A completed responsibility; no such evidence of that responsibility.
pub async fn remove(store: &Store, actor: &Actor, responsibility: i64, id: i64) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                refuse_completed(transaction, responsibility).await?;
                let row = evidence::Entity::find_by_id(id).one(&transaction.db).await?;
                let row = row.filter(|row| row.responsibility_id == responsibility);
                let row = row.ok_or(Error::NotFound("该项佐证"))?;
                evidence::Entity::delete_by_id(id).exec(&transaction.db).await?;
                transaction.record(
                    Action::EvidenceRemoved,
                    "responsibility",
                    responsibility,
                    Some(&row),
                    None::<&()>,
                )
            })
        })
        .await
}

async fn refuse_completed(transaction: &crate::Transaction, id: i64) -> Result<()> {
    let row = responsibility::Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("该项责任"))?;
    if row.state == State::Completed.word() {
        return Err(Error::refused("该项任务已确认完成，佐证不能再增减；确需更正的，请联系政务公开办退回。"));
    }
    Ok(())
}
