//! Backup and restore: the whole record as one archive that either database reads. A zip with a manifest, one file of
//! JSON lines a table, and the attachments by hash. Sessions are left out: people sign in again.

use crate::commit::read_hash;
use crate::entity::*;
use crate::secret::hex;
use crate::{Error, Result, Store};
use domain::journal::{Entry, Verifier};
use futures_util::TryStreamExt;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStoreExt, PutPayload};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    AccessMode, ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait,
    IntoActiveModel, IsolationLevel, Iterable, ModelTrait, PrimaryKeyToColumn, QueryOrder, QuerySelect,
    TransactionOptions, TransactionTrait,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The archive's form; raised when an older program could not read a newer archive.
const FORMAT: u32 = 1;
/// Rows read or written at once.
const ROWS: u64 = 1_000;
/// The longest line a table may have: a plan draft holds a whole document.
const LINE_BYTES_MAX: u64 = 512_000_000;

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    journal_entries: i64,
    journal_head: String,
}

/// Calls a generic function for every table, parents before children.
macro_rules! for_each_table {
    ($call:ident, $($argument:expr),+) => {
        $call::<region::Entity>("region", $($argument),+).await?;
        $call::<unit::Entity>("unit", $($argument),+).await?;
        $call::<unit_alias::Entity>("unit_alias", $($argument),+).await?;
        $call::<unit_group::Entity>("unit_group", $($argument),+).await?;
        $call::<unit_group_alias::Entity>("unit_group_alias", $($argument),+).await?;
        $call::<unit_group_member::Entity>("unit_group_member", $($argument),+).await?;
        $call::<counter::Entity>("counter", $($argument),+).await?;
        $call::<user::Entity>("user", $($argument),+).await?;
        $call::<user_grant::Entity>("user_grant", $($argument),+).await?;
        $call::<attachment::Entity>("attachment", $($argument),+).await?;
        $call::<column_mapping::Entity>("column_mapping", $($argument),+).await?;
        $call::<plan::Entity>("plan", $($argument),+).await?;
        $call::<plan_draft::Entity>("plan_draft", $($argument),+).await?;
        $call::<task::Entity>("task", $($argument),+).await?;
        $call::<assignment::Entity>("assignment", $($argument),+).await?;
        $call::<responsibility::Entity>("responsibility", $($argument),+).await?;
        $call::<progress_report::Entity>("progress_report", $($argument),+).await?;
        $call::<evidence::Entity>("evidence", $($argument),+).await?;
        $call::<comment::Entity>("comment", $($argument),+).await?;
        $call::<supervision_notice::Entity>("supervision_notice", $($argument),+).await?;
        $call::<notification::Entity>("notification", $($argument),+).await?;
        $call::<reminder::Entity>("reminder", $($argument),+).await?;
        $call::<feed::Entity>("feed", $($argument),+).await?;
        $call::<journal::Entity>("journal", $($argument),+).await?;
        $call::<journal_head::Entity>("journal_head", $($argument),+).await?;
    };
}

fn broken(reason: impl std::fmt::Display) -> Error {
    Error::Refused(format!("备份文件不完整或已损坏（{reason}），没有恢复任何数据。请换用另一份备份。"))
}

fn zip_error(error: zip::result::ZipError) -> Error {
    Error::Input(error.into())
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().large_file(true)
}

/// Writes the record to `path` as it stood at one instant; other people go on working.
///
/// # Errors
/// The database's, the disk's. A half-written file is deleted.
pub async fn write(store: &Store, path: &Path) -> Result<()> {
    let written = write_archive(store, path).await;
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written
}

async fn write_archive(store: &Store, path: &Path) -> Result<()> {
    let postgres = store.reader().get_database_backend() == DbBackend::Postgres;
    let snapshot = TransactionOptions {
        isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
        access_mode: postgres.then_some(AccessMode::ReadOnly),
        ..TransactionOptions::default()
    };
    let db = store.reader().begin_with_options(snapshot).await?;
    let head = journal_head::Entity::find_by_id(1).one(&db).await?.ok_or(Error::NotFound("操作日志"))?;
    let mut zip = ZipWriter::new(File::create_new(path)?);
    zip.start_file("manifest.json", options()).map_err(zip_error)?;
    let manifest = Manifest { format: FORMAT, journal_entries: head.sequence, journal_head: head.hash };
    zip.write_all(serde_json::to_string_pretty(&manifest)?.as_bytes())?;
    for_each_table!(write_table, &db, &mut zip);
    let hashes: Vec<String> = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::Hash)
        .distinct()
        .into_tuple()
        .all(&db)
        .await?;
    for hash in hashes.into_iter().collect::<BTreeSet<_>>() {
        zip.start_file(format!("attachments/{hash}"), options()).map_err(zip_error)?;
        let mut content = store.files().get(&object_path(&hash)).await?.into_stream();
        while let Some(piece) = content.try_next().await? {
            zip.write_all(&piece)?;
        }
    }
    db.commit().await?;
    zip.finish().map_err(zip_error)?.sync_all()?;
    Ok(())
}

fn object_path(hash: &str) -> ObjectPath {
    crate::attachment::object_path(hash)
}

async fn write_table<E>(name: &str, db: &DatabaseTransaction, zip: &mut ZipWriter<File>) -> Result<()>
where
    E: EntityTrait,
    E::Model: Serialize + Sync,
{
    zip.start_file(format!("{name}.jsonl"), options()).map_err(zip_error)?;
    let Some(key) = E::PrimaryKey::iter().next().map(PrimaryKeyToColumn::into_column) else { return Ok(()) };
    let mut last: Option<sea_orm::Value> = None;
    loop {
        let mut query = E::find().order_by_asc(key).limit(ROWS);
        if let Some(last) = last.take() {
            query = sea_orm::QueryFilter::filter(query, sea_orm::ColumnTrait::gt(&key, last));
        }
        let rows = query.all(db).await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = Some(end.get(key));
        for row in &rows {
            serde_json::to_writer(&mut *zip, row)?;
            zip.write_all(b"\n")?;
        }
    }
}

/// Reads an archive into an empty record whose tables are up to date. Everything is checked before anything counts:
/// the journal's chain, the head, each attachment's hash.
///
/// # Errors
/// A record that is not empty, an archive that is not whole; nothing is written then.
pub async fn restore(store: &Store, path: &Path) -> Result<()> {
    let mut zip = ZipArchive::new(File::open(path)?).map_err(broken)?;
    let manifest: Manifest = {
        let entry = zip.by_name("manifest.json").map_err(broken)?;
        serde_json::from_reader(entry.take(100_000)).map_err(broken)?
    };
    if manifest.format > FORMAT {
        return Err(Error::refused("该备份由更新版本的程序写成，请先升级本程序。"));
    }
    let db = store.writer().begin().await?;
    let head = journal_head::Entity::find_by_id(1).one(&db).await?.ok_or(Error::NotFound("操作日志"))?;
    if head.sequence != 0 || region::Entity::find().one(&db).await?.is_some() {
        return Err(Error::refused("目标库中已有数据。为免覆盖，只能恢复到空库。"));
    }
    journal_head::Entity::delete_by_id(1).exec(&db).await?;
    check_journal(&mut zip, &manifest)?;
    for_each_table!(read_table, &db, &mut zip);
    for hash in attachment_names(&zip) {
        let mut content = Vec::new();
        zip.by_name(&format!("attachments/{hash}")).map_err(broken)?.read_to_end(&mut content)?;
        if hex(&Sha256::digest(&content)) != hash {
            return Err(broken("附件内容与校验值不符"));
        }
        store.files().put(&object_path(&hash), PutPayload::from(content)).await?;
    }
    db.commit().await?;
    Ok(())
}

fn attachment_names(zip: &ZipArchive<File>) -> Vec<String> {
    zip.file_names().filter_map(|name| name.ok()?.strip_prefix("attachments/").map(str::to_owned)).collect()
}

fn check_journal(zip: &mut ZipArchive<File>, manifest: &Manifest) -> Result<()> {
    let mut verifier = Verifier::default();
    for row in lines::<journal::Model>("journal", zip)? {
        let row = row?;
        let entry = Entry {
            sequence: row.sequence,
            at: row.at,
            actor: row.actor_id,
            actor_name: row.actor_name,
            action: row.action,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            before: row.before,
            after: row.after,
            previous: read_hash(&row.previous)?,
            hash: read_hash(&row.hash)?,
        };
        verifier.check(&entry).map_err(broken)?;
    }
    let (entries, head) = verifier.head();
    if entries != manifest.journal_entries || hex(&head) != manifest.journal_head {
        return Err(broken("操作日志与清单不符"));
    }
    Ok(())
}

fn lines<'z, M: DeserializeOwned + 'z>(
    name: &str,
    zip: &'z mut ZipArchive<File>,
) -> Result<impl Iterator<Item = Result<M>> + 'z> {
    let entry = zip.by_name(&format!("{name}.jsonl")).map_err(broken)?;
    let mut reader = BufReader::new(entry);
    let mut line = String::new();
    Ok(std::iter::from_fn(move || {
        line.clear();
        match reader.by_ref().take(LINE_BYTES_MAX).read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(serde_json::from_str(&line).map_err(broken)),
            Err(error) => Some(Err(broken(error))),
        }
    }))
}

async fn read_table<E>(name: &str, db: &DatabaseTransaction, zip: &mut ZipArchive<File>) -> Result<()>
where
    E: EntityTrait,
    E::Model: DeserializeOwned + IntoActiveModel<E::ActiveModel> + Send,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let mut rows = Vec::new();
    let mut pending = Vec::new();
    for row in lines::<E::Model>(name, zip)? {
        pending.push(row?);
        if pending.len() as u64 == ROWS {
            rows.push(std::mem::take(&mut pending));
        }
    }
    rows.push(pending);
    for chunk in rows {
        if chunk.is_empty() {
            continue;
        }
        // `reset_all` marks every value as given, so that ids are kept.
        let chunk = chunk.into_iter().map(|row| row.into_active_model().reset_all());
        E::insert_many(chunk).exec_without_returning(db).await?;
    }
    let auto_increment = <E::PrimaryKey as sea_orm::PrimaryKeyTrait>::auto_increment();
    if auto_increment && db.get_database_backend() == DbBackend::Postgres {
        raise_sequence(name, db).await?;
    }
    Ok(())
}

/// PostgreSQL gives ids from a sequence that does not notice given ids.
async fn raise_sequence(name: &str, db: &DatabaseTransaction) -> Result<()> {
    let largest = Expr::col(Alias::new("id")).max();
    let sequence =
        sea_orm::sea_query::Func::cust("pg_get_serial_sequence").arg(format!("\"{name}\"")).arg("id");
    let query = Query::select()
        .expr(sea_orm::sea_query::Func::cust("setval").arg(sequence).arg(largest))
        .from(Alias::new(name))
        .take();
    db.query_all(&query).await?;
    Ok(())
}
