//! Backup and restore: the whole record as one archive that either database reads. A zip with a manifest, one file of
//! JSON lines a table, and the attachments by hash. Sessions are left out: people sign in again.

use crate::entity::*;
use crate::journal::entry;
use crate::secret::hex;
use crate::{Error, Result, Store};
use domain::journal::Verifier;
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
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc::Sender;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The archive's form; raised when an older program could not read a newer archive.
const FORMAT: u32 = 1;
/// Rows read or written at once, and about how many bytes of them.
const ROWS: u64 = 1_000;
const BATCH_BYTES: usize = 4_000_000;
/// The longest line a table may have: a plan draft holds a whole document.
const LINE_BYTES_MAX: u64 = 512_000_000;

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    journal_entries: i64,
    journal_head: String,
    /// SHA-256 of each table's lines.
    tables: BTreeMap<String, String>,
}

/// An archive being written.
struct Archive {
    zip: ZipWriter<File>,
    tables: BTreeMap<String, String>,
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
        $call::<catalogue::Entity>("catalogue", $($argument),+).await?;
        $call::<catalogue_version::Entity>("catalogue_version", $($argument),+).await?;
        $call::<catalogue_item::Entity>("catalogue_item", $($argument),+).await?;
        $call::<catalogue_comment::Entity>("catalogue_comment", $($argument),+).await?;
        $call::<obligation::Entity>("obligation", $($argument),+).await?;
        $call::<review_route::Entity>("review_route", $($argument),+).await?;
        $call::<guide::Entity>("guide", $($argument),+).await?;
        $call::<absence::Entity>("absence", $($argument),+).await?;
        $call::<disclosure::Entity>("disclosure", $($argument),+).await?;
        $call::<disclosure_waiver::Entity>("disclosure_waiver", $($argument),+).await?;
        $call::<search_miss::Entity>("search_miss", $($argument),+).await?;
        $call::<log_entry::Entity>("log_entry", $($argument),+).await?;
        $call::<log_node::Entity>("log_node", $($argument),+).await?;
        $call::<wording::Entity>("wording", $($argument),+).await?;
        $call::<annual_report::Entity>("annual_report", $($argument),+).await?;
        $call::<disclosure_version::Entity>("disclosure_version", $($argument),+).await?;
        $call::<disclosure_item::Entity>("disclosure_item", $($argument),+).await?;
        $call::<disclosure_link::Entity>("disclosure_link", $($argument),+).await?;
        $call::<disclosure_review::Entity>("disclosure_review", $($argument),+).await?;
        $call::<error_report::Entity>("error_report", $($argument),+).await?;
        $call::<subscription::Entity>("subscription", $($argument),+).await?;
        $call::<webhook::Entity>("webhook", $($argument),+).await?;
        $call::<webhook_delivery::Entity>("webhook_delivery", $($argument),+).await?;
        $call::<account::Entity>("account", $($argument),+).await?;
        $call::<account_publisher::Entity>("account_publisher", $($argument),+).await?;
        $call::<account_event::Entity>("account_event", $($argument),+).await?;
        $call::<dispatch::Entity>("dispatch", $($argument),+).await?;
        $call::<request::Entity>("request", $($argument),+).await?;
        $call::<request_applicant::Entity>("request_applicant", $($argument),+).await?;
        $call::<request_event::Entity>("request_event", $($argument),+).await?;
        $call::<request_proposal::Entity>("request_proposal", $($argument),+).await?;
        $call::<request_file::Entity>("request_file", $($argument),+).await?;
        $call::<request_letter::Entity>("request_letter", $($argument),+).await?;
        $call::<request_notice::Entity>("request_notice", $($argument),+).await?;
        $call::<request_dispute::Entity>("request_dispute", $($argument),+).await?;
        $call::<request_office::Entity>("request_office", $($argument),+).await?;
        $call::<letter_template::Entity>("letter_template", $($argument),+).await?;
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
/// A file that exists (it is left alone), the database's, the disk's. A half-written archive is deleted.
pub async fn write(store: &Store, path: &Path) -> Result<()> {
    if path.exists() {
        return Err(Error::refused(format!(
            "文件 {} 已存在。为免覆盖，没有备份；请换一个文件名，或先移走原文件。",
            path.display()
        )));
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    if let Err(error) = write_archive(store, &part).await {
        let _ = std::fs::remove_file(&part);
        return Err(error);
    }
    std::fs::rename(&part, path)?;
    // Not every system can sync a folder; the archive itself is on the disk already.
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
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
    let mut archive = Archive { zip: ZipWriter::new(File::create(path)?), tables: BTreeMap::new() };
    for_each_table!(write_table, &db, &mut archive);
    let hashes: Vec<String> = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::Hash)
        .distinct()
        .into_tuple()
        .all(&db)
        .await?;
    db.commit().await?;
    let Archive { mut zip, tables } = archive;
    for hash in hashes.into_iter().collect::<BTreeSet<_>>() {
        zip.start_file(format!("attachments/{hash}"), options()).map_err(zip_error)?;
        let mut content = store.files().get(&object_path(&hash)).await?.into_stream();
        while let Some(piece) = content.try_next().await? {
            zip.write_all(&piece)?;
        }
    }
    zip.start_file("manifest.json", options()).map_err(zip_error)?;
    let (journal_entries, journal_head) = (head.sequence, head.hash);
    let manifest = Manifest { format: FORMAT, journal_entries, journal_head, tables };
    zip.write_all(serde_json::to_string_pretty(&manifest)?.as_bytes())?;
    zip.finish().map_err(zip_error)?.sync_all()?;
    Ok(())
}

async fn write_table<E>(name: &str, db: &DatabaseTransaction, archive: &mut Archive) -> Result<()>
where
    E: EntityTrait,
    E::Model: Serialize + Sync,
{
    archive.zip.start_file(format!("{name}.jsonl"), options()).map_err(zip_error)?;
    let Some(key) = E::PrimaryKey::iter().next().map(PrimaryKeyToColumn::into_column) else { return Ok(()) };
    let mut hasher = Sha256::new();
    let mut last: Option<sea_orm::Value> = None;
    // Some rows hold a number, some a whole document: as many at once as their size allows.
    let mut wanted = 8;
    loop {
        let mut query = E::find().order_by_asc(key).limit(wanted);
        if let Some(last) = last.take() {
            query = sea_orm::QueryFilter::filter(query, sea_orm::ColumnTrait::gt(&key, last));
        }
        let rows = query.all(db).await?;
        let Some(end) = rows.last() else { break };
        last = Some(end.get(key));
        let mut lines = Vec::new();
        for row in &rows {
            serde_json::to_writer(&mut lines, row)?;
            lines.push(b'\n');
        }
        hasher.update(&lines);
        archive.zip.write_all(&lines)?;
        wanted = if lines.len() < BATCH_BYTES { wanted * 2 } else { wanted / 2 }.clamp(1, ROWS);
    }
    archive.tables.insert(name.to_owned(), hex(&hasher.finalize()));
    Ok(())
}

fn object_path(hash: &str) -> ObjectPath {
    crate::attachment::object_path(hash)
}

/// Reads an archive into an empty record whose tables are up to date. Everything is checked before anything counts:
/// each table's hash, the journal's chain and head, each attachment's hash.
///
/// # Errors
/// A record that is not empty, an archive that is not whole; no row is written then.
pub async fn restore(store: &Store, path: &Path) -> Result<()> {
    let file = path.to_owned();
    let manifest = blocking(move || check(&file)).await?;
    let tables = manifest.tables.keys().map(String::as_str).collect::<BTreeSet<_>>();
    let db = store.writer().begin().await?;
    let head = journal_head::Entity::find_by_id(1).one(&db).await?.ok_or(Error::NotFound("操作日志"))?;
    if head.sequence != 0 || region::Entity::find().one(&db).await?.is_some() {
        return Err(Error::refused("目标库中已有数据。为免覆盖，只能恢复到空库。"));
    }
    journal_head::Entity::delete_by_id(1).exec(&db).await?;
    for_each_table!(read_table, &db, path, &tables);
    let kept: Vec<(String, i64)> = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::Hash)
        .column(attachment::Column::Bytes)
        .distinct()
        .into_tuple()
        .all(&db)
        .await?;
    for (hash, bytes) in kept {
        let (file, wanted) = (path.to_owned(), hash.clone());
        let content = blocking(move || attachment_content(&file, &wanted, bytes)).await?;
        store.files().put(&object_path(&hash), PutPayload::from(content)).await?;
    }
    db.commit().await?;
    store.epoch().forget();
    Ok(())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Input(std::io::Error::other(error)))?
}

fn open(path: &Path) -> Result<ZipArchive<File>> {
    ZipArchive::new(File::open(path)?).map_err(broken)
}

/// Checks all that can be checked without a database.
fn check(path: &Path) -> Result<Manifest> {
    let mut zip = open(path)?;
    let manifest: Manifest = {
        let entry = zip.by_name("manifest.json").map_err(broken)?;
        serde_json::from_reader(entry.take(100_000)).map_err(broken)?
    };
    if manifest.format > FORMAT {
        return Err(Error::refused("该备份由更新版本的程序写成，请先升级本程序。"));
    }
    let mut verifier = Verifier::default();
    for (name, hash) in &manifest.tables {
        let mut hasher = Sha256::new();
        each_line(&mut zip, name, |line| {
            hasher.update(line);
            if name == "journal" {
                let row: journal::Model = serde_json::from_str(line).map_err(broken)?;
                verifier.check(&entry(row)?).map_err(broken)?;
            }
            Ok(true)
        })?;
        if hex(&hasher.finalize()) != *hash {
            return Err(broken(format!("{name} 的内容与校验值不符")));
        }
    }
    let (entries, head) = verifier.head();
    if entries != manifest.journal_entries || hex(&head) != manifest.journal_head {
        return Err(broken("操作日志与清单不符"));
    }
    Ok(manifest)
}

fn attachment_content(path: &Path, hash: &str, bytes: i64) -> Result<Vec<u8>> {
    let mut zip = open(path)?;
    let entry = zip.by_name(&format!("attachments/{hash}")).map_err(broken)?;
    let mut content = Vec::new();
    entry
        .take(u64::try_from(bytes).unwrap_or(0).saturating_add(1))
        .read_to_end(&mut content)
        .map_err(broken)?;
    if hex(&Sha256::digest(&content)) != hash {
        return Err(broken("附件内容与校验值不符"));
    }
    Ok(content)
}

/// Hands out a table's lines until the work says that it has enough.
fn each_line(
    zip: &mut ZipArchive<File>,
    name: &str,
    mut work: impl FnMut(&str) -> Result<bool>,
) -> Result<()> {
    let entry = zip.by_name(&format!("{name}.jsonl")).map_err(broken)?;
    let mut reader = BufReader::new(entry);
    let mut line = String::new();
    loop {
        line.clear();
        let read = reader.by_ref().take(LINE_BYTES_MAX).read_line(&mut line).map_err(broken)?;
        if read == 0 || !work(&line)? {
            return Ok(());
        }
    }
}

async fn read_table<E>(
    name: &str,
    db: &DatabaseTransaction,
    path: &Path,
    tables: &BTreeSet<&str>,
) -> Result<()>
where
    E: EntityTrait,
    E::Model: DeserializeOwned + IntoActiveModel<E::ActiveModel> + Send + 'static,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    // A table made after the archive was written.
    if !tables.contains(name) {
        return Ok(());
    }
    let (sender, mut batches) = tokio::sync::mpsc::channel(1);
    let (file, table) = (path.to_owned(), name.to_owned());
    let reader = tokio::task::spawn_blocking(move || send_rows::<E::Model>(&file, &table, &sender));
    while let Some(rows) = batches.recv().await {
        // `reset_all` marks every value as given, so that ids are kept.
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        E::insert_many(rows).exec_without_returning(db).await?;
    }
    reader.await.map_err(|error| Error::Input(std::io::Error::other(error)))??;
    let auto_increment = <E::PrimaryKey as sea_orm::PrimaryKeyTrait>::auto_increment();
    if auto_increment && db.get_database_backend() == DbBackend::Postgres {
        raise_sequence(name, db).await?;
    }
    Ok(())
}

/// Sends a table's rows in batches, as fast as they are taken.
fn send_rows<M: DeserializeOwned>(path: &Path, table: &str, sender: &Sender<Vec<M>>) -> Result<()> {
    let mut zip = open(path)?;
    let (mut rows, mut bytes) = (Vec::new(), 0);
    each_line(&mut zip, table, |line| {
        rows.push(serde_json::from_str(line).map_err(broken)?);
        bytes += line.len();
        if bytes < BATCH_BYTES && (rows.len() as u64) < ROWS {
            return Ok(true);
        }
        bytes = 0;
        Ok(sender.blocking_send(std::mem::take(&mut rows)).is_ok())
    })?;
    if !rows.is_empty() {
        let _ = sender.blocking_send(rows);
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
