//! Files of a case: what the applicant sent, what others answered, what is provided, proofs of delivery. Content and name
//! are sealed before they reach the attachments' store, where they have no name of their own.

use super::{FILE, FILE_NAME, SUBJECT};
use crate::commit::Transaction;
use crate::entity::request_file::{ActiveModel, Column, Entity, Model};
use crate::instant::{instant, word};
use crate::text::printable;
use crate::{Error, Result, Store};
use bytes::Bytes;
use domain::journal::Action;
use domain::limits::{REQUEST_FILE_BYTES_MAX, REQUEST_FILES_MAX};
use domain::role::Actor;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Sent by the applicant: proof of identity, a supplement.
    Material,
    /// A third party's or agency's opinion, notes, approvals; the office's own.
    Internal,
    /// Provided to the applicant with the reply.
    Reply,
    /// Proof that a letter was delivered.
    Proof,
}

impl Purpose {
    /// Every one, in the order shown.
    pub const ALL: [Self; 4] = [Self::Material, Self::Reply, Self::Internal, Self::Proof];

    /// The word kept in the record.
    pub fn word(self) -> &'static str {
        match self {
            Self::Material => "material",
            Self::Internal => "internal",
            Self::Reply => "reply",
            Self::Proof => "proof",
        }
    }

    /// The one of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Material => "申请人提交的材料",
            Self::Internal => "办理材料（不提供给申请人）",
            Self::Reply => "提供给申请人的信息",
            Self::Proof => "送达凭证",
        }
    }

    /// Whether the applicant may read it.
    pub fn is_for_applicant(self) -> bool {
        matches!(self, Self::Material | Self::Reply)
    }
}

/// A file about to be kept.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// What for.
    pub purpose: Purpose,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its content.
    pub content: Bytes,
}

/// A kept file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Identity.
    pub id: i64,
    /// The case.
    pub request: i64,
    /// What for.
    pub purpose: Purpose,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// Who brought it in; empty for the applicant.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

/// A file whose content is kept already.
pub(super) struct Sealed {
    purpose: Purpose,
    name: String,
    media_type: String,
    bytes: i64,
    attachment: i64,
}

fn view(store: &Store, row: Model) -> Result<FileRow> {
    Ok(FileRow {
        id: row.id,
        request: row.request_id,
        purpose: word(Purpose::from_word(&row.purpose), &row.purpose)?,
        name: store.key().open(FILE_NAME, &row.name)?,
        media_type: row.media_type,
        bytes: row.bytes,
        by_name: row.by_name,
        at: instant(row.at)?,
    })
}

/// Seals and keeps contents; rows follow in the case's own transaction. Whoever calls has asked the rules before: content
/// that is kept for a refused act would belong to nothing.
pub(super) async fn seal_all(store: &Store, files: Vec<NewFile>) -> Result<Vec<Sealed>> {
    if let Some(large) = files.iter().find(|file| file.content.len() > REQUEST_FILE_BYTES_MAX) {
        return Err(Error::refused(format!(
            "文件“{}”超过{}MB，没有保存。请压缩或者拆分后重新上传。",
            large.name,
            REQUEST_FILE_BYTES_MAX / 1_000_000
        )));
    }
    let mut kept = Vec::new();
    for file in files {
        let (key, content) = (store.key().clone(), file.content.clone());
        let sealed = tokio::task::spawn_blocking(move || key.seal_bytes(FILE, &content)).await;
        let sealed = sealed.map_err(|error| Error::Input(std::io::Error::other(error)))??;
        let neutral = "依申请公开材料";
        let octets = "application/octet-stream";
        let attachment =
            crate::attachment::put(store, &Actor::System, neutral, octets, sealed.into()).await?;
        kept.push(Sealed {
            purpose: file.purpose,
            name: store.key().seal(FILE_NAME, &printable(&file.name))?,
            media_type: file.media_type,
            bytes: i64::try_from(file.content.len()).unwrap_or(i64::MAX),
            attachment: attachment.id,
        });
    }
    Ok(kept)
}

/// Whether a case holds so many files.
///
/// # Errors
/// It does not.
pub(super) fn fits(files: u64) -> Result<()> {
    if files > REQUEST_FILES_MAX {
        return Err(Error::refused(format!("一件申请最多存{REQUEST_FILES_MAX}个文件，请合并后再上传。")));
    }
    Ok(())
}

/// Whether a case has room for some more files.
pub(super) async fn room(db: &impl ConnectionTrait, id: i64, more: usize) -> Result<()> {
    let before = Entity::find().filter(Column::RequestId.eq(id)).count(db).await?;
    fits(before + more as u64)
}

/// Notes sealed files in a case; returns their ids.
pub(super) async fn insert_all(
    transaction: &mut Transaction,
    id: i64,
    files: Vec<Sealed>,
) -> Result<Vec<i64>> {
    let mut ids = Vec::new();
    if files.is_empty() {
        return Ok(ids);
    }
    room(&transaction.db, id, files.len()).await?;
    let by = super::intake::by_name(transaction);
    for file in files {
        let model = ActiveModel {
            id: NotSet,
            request_id: Set(id),
            purpose: Set(file.purpose.word().to_owned()),
            name: Set(file.name),
            media_type: Set(file.media_type),
            bytes: Set(file.bytes),
            attachment_id: Set(file.attachment),
            removed: Set(false),
            by_name: Set(by.clone()),
            at: Set(transaction.now),
        };
        let kept = model.insert(&transaction.db).await?.id;
        transaction.note(Action::RequestFileKept, SUBJECT, id, file.purpose.word());
        ids.push(kept);
    }
    Ok(ids)
}

/// Keeps files in a case.
///
/// # Errors
/// Too large, too many; the case is not there.
pub async fn keep(store: &Store, actor: &Actor, id: i64, files: Vec<NewFile>) -> Result<()> {
    let sealed = seal_all(store, files).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let case = crate::entity::request::Entity::find_by_id(id).one(&transaction.db).await?;
                case.ok_or(Error::NotFound("这件申请"))?;
                insert_all(transaction, id, sealed).await?;
                Ok(())
            })
        })
        .await
}

/// Puts another content in a file's place, under the same name: the original stays as an internal file.
///
/// # Errors
/// No such file of that case.
pub async fn replace_file(store: &Store, actor: &Actor, id: i64, file: i64, content: Bytes) -> Result<()> {
    let (old, _) = read_file(store, id, file).await?;
    let new = NewFile { purpose: old.purpose, name: old.name, media_type: old.media_type, content };
    let sealed = seal_all(store, vec![new]).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = own(transaction, id, file).await?;
                let mut change: ActiveModel = row.into();
                change.purpose = Set(Purpose::Internal.word().to_owned());
                change.update(&transaction.db).await?;
                insert_all(transaction, id, sealed).await?;
                Ok(())
            })
        })
        .await
}

/// Takes a file of the office out of a case; what the applicant sent stays.
///
/// # Errors
/// No such file; one of the applicant's.
pub async fn remove_file(store: &Store, actor: &Actor, id: i64, file: i64) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = own(transaction, id, file).await?;
                if row.purpose == Purpose::Material.word() || row.purpose == Purpose::Proof.word() {
                    return Err(Error::refused("申请人提交的材料和送达凭证应当存档，不能移除。"));
                }
                let mut change: ActiveModel = row.into();
                change.removed = Set(true);
                change.update(&transaction.db).await?;
                transaction.note(Action::RequestFileRemoved, SUBJECT, id, &file.to_string());
                Ok(())
            })
        })
        .await
}

async fn own(transaction: &Transaction, id: i64, file: i64) -> Result<Model> {
    let row = Entity::find_by_id(file).one(&transaction.db).await?;
    row.filter(|row| row.request_id == id && !row.removed).ok_or(Error::NotFound("这个文件"))
}

/// The files of a case, in the order they came.
pub(super) async fn of(store: &Store, id: i64) -> Result<Vec<FileRow>> {
    let query = Entity::find().filter(Column::RequestId.eq(id)).filter(Column::Removed.eq(false));
    let rows = query.order_by_asc(Column::Id).all(store.reader()).await?;
    rows.into_iter().map(|row| view(store, row)).collect()
}

/// A file of a case with its content.
///
/// # Errors
/// No such file of that case; the store's.
pub async fn read_file(store: &Store, id: i64, file: i64) -> Result<(FileRow, Bytes)> {
    let row = Entity::find_by_id(file).one(store.reader()).await?;
    let row = row.filter(|row| row.request_id == id && !row.removed);
    let row = row.ok_or(Error::NotFound("这个文件"))?;
    let (_, sealed) = crate::attachment::read(store, row.attachment_id).await?;
    let key = store.key().clone();
    let opened = tokio::task::spawn_blocking(move || key.open_bytes(FILE, &sealed)).await;
    let opened = opened.map_err(|error| Error::Input(std::io::Error::other(error)))??;
    Ok((view(store, row)?, opened.into()))
}
