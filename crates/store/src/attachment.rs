//! Attachments: kept once by the hash of their content; a row names each use. The content is wholly written before
//! the row is.

use crate::commit::Transaction;
use crate::entity::attachment::{ActiveModel, Entity, Model};
use crate::instant::instant;
use crate::secret::hex;
use crate::text::printable;
use crate::{Error, Result, Store};
use bytes::Bytes;
use domain::journal::Action;
use domain::role::Actor;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStoreExt, PutPayload, WriteMultipart};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::EntityTrait;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A kept file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Identity.
    pub id: i64,
    /// SHA-256 of the content, hexadecimal.
    pub hash: String,
    /// Its name, without any folder.
    pub name: String,
    /// Its media type, by its content.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// When it came.
    pub created_at: Timestamp,
}

fn view(row: Model) -> Result<Attachment> {
    Ok(Attachment {
        id: row.id,
        hash: row.hash,
        name: row.name,
        media_type: row.media_type,
        bytes: row.bytes,
        created_at: instant(row.created_at)?,
    })
}

pub(crate) fn object_path(hash: &str) -> ObjectPath {
    let (head, tail) = hash.split_at_checked(2).unwrap_or(("", hash));
    ObjectPath::from_iter([head, tail])
}

/// Keeps bytes.
///
/// # Errors
/// The store's.
pub async fn put(
    store: &Store,
    actor: &Actor,
    name: &str,
    media_type: &str,
    content: Bytes,
) -> Result<Attachment> {
    let hash = hex(&Sha256::digest(&content));
    let path = object_path(&hash);
    let size = content.len() as u64;
    if !exists(store, &path, size).await? {
        store.files().put(&path, PutPayload::from_bytes(content)).await?;
    }
    note(store, actor, name, media_type, hash, size).await
}

/// Keeps a file, read piece by piece.
///
/// # Errors
/// The store's, the file's.
pub async fn put_file(
    store: &Store,
    actor: &Actor,
    name: &str,
    media_type: &str,
    file: &Path,
) -> Result<Attachment> {
    let (hash, size) = hash_file(file).await?;
    let path = object_path(&hash);
    if !exists(store, &path, size).await? {
        let mut writer = WriteMultipart::new(store.files().put_multipart(&path).await?);
        let mut reader = tokio::fs::File::open(file).await?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let count = reader.read(&mut buffer).await?;
            if count == 0 {
                break;
            }
            hasher.update(buffer.get(..count).unwrap_or_default());
            writer.wait_for_capacity(2).await?;
            writer.write(buffer.get(..count).unwrap_or_default());
        }
        if hex(&hasher.finalize()) != hash {
            writer.abort().await?;
            return Err(Error::refused(
                "文件在保存过程中被改动，没有保存。请关闭正在编辑该文件的程序后重试。",
            ));
        }
        writer.finish().await?;
    }
    note(store, actor, name, media_type, hash, size).await
}

async fn hash_file(file: &Path) -> Result<(String, u64)> {
    let mut reader = tokio::fs::File::open(file).await?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut size = 0;
    loop {
        let count = reader.read(&mut buffer).await?;
        if count == 0 {
            return Ok((hex(&hasher.finalize()), size));
        }
        size += count as u64;
        hasher.update(buffer.get(..count).unwrap_or_default());
    }
}

async fn exists(store: &Store, path: &ObjectPath, size: u64) -> Result<bool> {
    match store.files().head(path).await {
        Ok(found) => Ok(found.size == size),
        Err(object_store::Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn note(
    store: &Store,
    actor: &Actor,
    name: &str,
    media_type: &str,
    hash: String,
    size: u64,
) -> Result<Attachment> {
    let (name, media_type) = (printable(name), printable(media_type));
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = ActiveModel {
                    id: NotSet,
                    hash: Set(hash),
                    name: Set(name),
                    media_type: Set(media_type),
                    bytes: Set(i64::try_from(size).unwrap_or(i64::MAX)),
                    created_by: Set(transaction.user),
                    created_at: Set(transaction.now),
                };
                let attachment = view(row.insert(&transaction.db).await?)?;
                transaction.record(
                    Action::AttachmentStored,
                    "attachment",
                    attachment.id,
                    None::<&()>,
                    Some(&attachment),
                )?;
                Ok(attachment)
            })
        })
        .await
}

/// Refuses a file that the person did not bring in: its number alone must not open somebody else's file.
pub(crate) async fn refuse_foreign(transaction: &Transaction, id: i64) -> Result<()> {
    let row = Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("该附件"))?;
    if transaction.user.is_some() && row.created_by != transaction.user {
        return Err(Error::refused("只能使用本人上传的附件，请重新上传该文件。"));
    }
    Ok(())
}

/// An attachment's row.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<Attachment>> {
    Entity::find_by_id(id).one(store.reader()).await?.map(view).transpose()
}

/// An attachment that this person uploaded; `None` for any other.
///
/// # Errors
/// The database's.
pub async fn find_own(store: &Store, actor: &Actor, id: i64) -> Result<Option<Attachment>> {
    let user = match actor {
        Actor::Person(person) => Some(person.user),
        Actor::System => None,
    };
    let row = Entity::find_by_id(id).one(store.reader()).await?;
    row.filter(|row| row.created_by == user).map(view).transpose()
}

/// An attachment and its content, piece by piece.
///
/// # Errors
/// No such attachment; the store's.
pub async fn get(store: &Store, id: i64) -> Result<(Attachment, BoxStream<'static, Result<Bytes>>)> {
    let attachment = find(store, id).await?.ok_or(Error::NotFound("该附件"))?;
    let content = store.files().get(&object_path(&attachment.hash)).await?;
    Ok((attachment, content.into_stream().map_err(Error::from).boxed()))
}

/// An attachment's whole content, for files that are read as tables.
///
/// # Errors
/// No such attachment; the store's.
pub async fn read(store: &Store, id: i64) -> Result<(Attachment, Bytes)> {
    let attachment = find(store, id).await?.ok_or(Error::NotFound("该附件"))?;
    let content = store.files().get(&object_path(&attachment.hash)).await?;
    Ok((attachment, content.bytes().await?))
}

/// Puts an attachment's content at a path, by its hash: as a second name of the kept file where the file system allows,
/// else as a copy. Kept files never change.
///
/// # Errors
/// No such content; the disk's.
pub async fn place(store: &Store, hash: &str, at: &Path) -> Result<()> {
    let kept = object_path(hash);
    let file = kept.parts().fold(store.folder().to_owned(), |path, part| path.join(part.as_ref()));
    if tokio::fs::hard_link(&file, at).await.is_ok() {
        return Ok(());
    }
    let mut content = store.files().get(&kept).await?.into_stream();
    let mut written = tokio::fs::File::create(at).await?;
    while let Some(piece) = content.next().await {
        written.write_all(&piece?).await?;
    }
    Ok(written.flush().await?)
}
