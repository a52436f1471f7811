//! Files of a case: what the applicant sent, what others answered, what is provided, proofs of delivery. Content and name
//! are sealed before they reach the attachments' store, where they have no name of their own.

use super::{FILE, FILE_NAME, SUBJECT};
use crate::commit::Transaction;
use crate::entity::request_file::{ActiveModel, Column, Entity, Model};
use crate::entity::{attachment, request};
use crate::instant::{instant, word};
use crate::text::printable;
use crate::{Error, Result, Store};
use bytes::Bytes;
use domain::journal::Action;
use domain::limits::{REQUEST_FILE_BYTES_MAX, REQUEST_FILES_MAX};
use domain::request::State;
use domain::role::Actor;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

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

/// A file that goes out with a reply, by what it is and what it holds: a proposal keeps it, an approval compares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvidedFile {
    /// The file.
    pub id: i64,
    /// SHA-256 of its sealed content, hexadecimal.
    pub hash: String,
}

/// The files that would go out with a reply now.
pub(super) async fn provided(db: &impl ConnectionTrait, id: i64) -> Result<Vec<ProvidedFile>> {
    let found = Entity::find()
        .filter(Column::RequestId.eq(id))
        .filter(Column::Removed.eq(false))
        .filter(Column::Purpose.eq(Purpose::Reply.word()))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    let contents = attachment::Entity::find()
        .filter(attachment::Column::Id.is_in(found.iter().map(|file| file.attachment_id)))
        .all(db)
        .await?;
    let hashes: HashMap<i64, String> = contents.into_iter().map(|row| (row.id, row.hash)).collect();
    let named = found.into_iter().map(|file| {
        let hash = hashes.get(&file.attachment_id).cloned().ok_or(Error::NotFound("这个文件"))?;
        Ok(ProvidedFile { id: file.id, hash })
    });
    named.collect()
}

/// Whether no reply can follow any more. A case that was given up still gets the letter that says so, and what was kept for
/// another reply has to be taken out before.
pub(super) fn is_closed(state: State) -> bool {
    matches!(state, State::Replied | State::Withdrawn)
}

/// Whether files for these purposes may change: what goes out with a reply is nobody's alone to change once the reply waits
/// for approval, nor after the case has ended.
async fn changeable(db: &impl ConnectionTrait, id: i64, purposes: &[Purpose]) -> Result<()> {
    let case = request::Entity::find_by_id(id).one(db).await?;
    let case = case.ok_or(Error::NotFound("这件申请"))?;
    if !purposes.contains(&Purpose::Reply) {
        return Ok(());
    }
    if is_closed(word(State::from_word(&case.state), &case.state)?) {
        return Err(Error::refused(
            "这件申请已经办结，提供给申请人的信息不能再改。需要补充提供的，请另行登记。",
        ));
    }
    if super::proposal::reply_waits(db, id).await? {
        return Err(Error::refused(
            "答复正在审批，提供给申请人的信息不能改动。请先收回或者由审批人退回，改好后再报请审批。",
        ));
    }
    Ok(())
}

/// Keeps files in a case.
///
/// # Errors
/// Too large, too many; the case is not there; what goes out with the reply is fixed.
pub async fn keep(store: &Store, actor: &Actor, id: i64, files: Vec<NewFile>) -> Result<()> {
    let purposes: Vec<Purpose> = files.iter().map(|file| file.purpose).collect();
    changeable(store.reader(), id, &purposes).await?;
    room(store.reader(), id, files.len()).await?;
    let sealed = seal_all(store, files).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                changeable(&transaction.db, id, &purposes).await?;
                insert_all(transaction, id, sealed).await?;
                Ok(())
            })
        })
        .await
}

/// Puts another content in the place of a file that goes out with the reply, under the same name: the original stays as an
/// internal file.
///
/// # Errors
/// No such file of that case; a file for something else; what goes out with the reply is fixed.
pub async fn replace_file(store: &Store, actor: &Actor, id: i64, file: i64, content: Bytes) -> Result<()> {
    let row = own(store.reader(), id, file).await?;
    replaceable(store.reader(), &row).await?;
    room(store.reader(), id, 1).await?;
    let old = view(store, row)?;
    let new = NewFile { purpose: old.purpose, name: old.name, media_type: old.media_type, content };
    let sealed = seal_all(store, vec![new]).await?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = own(&transaction.db, id, file).await?;
                replaceable(&transaction.db, &row).await?;
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
/// No such file; one of the applicant's; what goes out with the reply is fixed.
pub async fn remove_file(store: &Store, actor: &Actor, id: i64, file: i64) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = own(&transaction.db, id, file).await?;
                let purpose = word(Purpose::from_word(&row.purpose), &row.purpose)?;
                if matches!(purpose, Purpose::Material | Purpose::Proof) {
                    return Err(Error::refused("申请人提交的材料和送达凭证应当存档，不能移除。"));
                }
                changeable(&transaction.db, id, &[purpose]).await?;
                let mut change: ActiveModel = row.into();
                change.removed = Set(true);
                change.update(&transaction.db).await?;
                transaction.note(Action::RequestFileRemoved, SUBJECT, id, &file.to_string());
                Ok(())
            })
        })
        .await
}

async fn replaceable(db: &impl ConnectionTrait, row: &Model) -> Result<()> {
    if row.purpose != Purpose::Reply.word() {
        return Err(Error::refused(
            "只有提供给申请人的信息可以遮盖后替换；申请人提交的材料和办理材料应当保持原样。",
        ));
    }
    changeable(db, row.request_id, &[Purpose::Reply]).await
}

async fn own(db: &impl ConnectionTrait, id: i64, file: i64) -> Result<Model> {
    let row = Entity::find_by_id(file).one(db).await?;
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
    let row = own(store.reader(), id, file).await?;
    let (_, sealed) = crate::attachment::read(store, row.attachment_id).await?;
    let key = store.key().clone();
    let opened = tokio::task::spawn_blocking(move || key.open_bytes(FILE, &sealed)).await;
    let opened = opened.map_err(|error| Error::Input(std::io::Error::other(error)))??;
    Ok((view(store, row)?, opened.into()))
}
