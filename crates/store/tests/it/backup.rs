//! Backup and restore, from each database into each.

use crate::county::{accepted, county, plan, share_of};
use crate::database::{Kind, Record};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use store::Error;

async fn worked_on(kind: Kind) -> (Record, i64) {
    let record = Record::new(kind).await;
    let county = county(&record).await;
    let plan = accepted(&record, &county).await;
    let share = share_of(&record, county.land).await;
    let store = &record.store;
    store::responsibility::report(store, &county.clerk, share.id, share.version, 40, "进行中").await.unwrap();
    store::comment::add(store, &county.office, share.assignment, "请加快").await.unwrap();
    (record, plan)
}

fn contents(path: &std::path::Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    (0..zip.len())
        .map(|index| {
            let mut entry = zip.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

async fn round_trip(from: Kind, to: Kind) {
    let (source, id) = worked_on(from).await;
    let archive = source.folder.path().join("backup.zip");
    store::backup::write(&source.store, &archive).await.unwrap();
    let target = Record::new(to).await;
    store::backup::restore(&target.store, &archive).await.unwrap();
    assert!(store::journal::verify(&target.store).await.unwrap().is_ok());
    assert_eq!(store::plan::content(&target.store, id).await.unwrap(), plan());
    let again = target.folder.path().join("again.zip");
    store::backup::write(&target.store, &again).await.unwrap();
    assert_eq!(contents(&archive), contents(&again));
    // The restored record goes on: new rows get new ids, the chain continues.
    let county = domain::role::Actor::System;
    store::plan::publish(&target.store, &county, id).await.unwrap();
    let new = store::unit::NewUnit {
        region: 1,
        name: "示例旗司法局".into(),
        kind: domain::unit::UnitKind::Department,
        aliases: vec!["旗司法局".into()],
    };
    store::unit::create_unit(&target.store, &county, new).await.unwrap();
    assert!(store::journal::verify(&target.store).await.unwrap().is_ok());
    let refused = store::backup::restore(&target.store, &archive).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "only into an empty record: {refused:?}");
    source.close().await;
    target.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_to_postgres() {
    round_trip(Kind::Sqlite, Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_to_sqlite() {
    round_trip(Kind::Postgres, Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_backup_is_never_overwritten() {
    let (source, _) = worked_on(Kind::Sqlite).await;
    let archive = source.folder.path().join("backup.zip");
    store::backup::write(&source.store, &archive).await.unwrap();
    let first = std::fs::read(&archive).unwrap();
    let again = store::backup::write(&source.store, &archive).await;
    assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
    assert_eq!(std::fs::read(&archive).unwrap(), first);
    source.close().await;
}

/// The archive with one entry's bytes changed, or left out.
fn meddled(archive: &std::path::Path, changed: &str, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> PathBuf {
    let path = archive.with_file_name("meddled.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let mut found = false;
    for (name, bytes) in contents(archive) {
        let meant = name.starts_with(changed);
        found |= meant;
        let Some(bytes) = (if meant { change(bytes) } else { Some(bytes) }) else { continue };
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, &bytes).unwrap();
    }
    zip.finish().unwrap();
    assert!(found, "{changed}");
    path
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meddled_archive_is_refused_whole() {
    let (source, _) = worked_on(Kind::Sqlite).await;
    let archive = source.folder.path().join("backup.zip");
    store::backup::write(&source.store, &archive).await.unwrap();
    let target = Record::new(Kind::Sqlite).await;
    let replace = |bytes: Vec<u8>, from: &str, to: &str| {
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains(from), "{from}");
        Some(text.replacen(from, to, 1).into_bytes())
    };
    for (entry, change) in [
        (
            "journal.jsonl",
            &(|bytes| replace(bytes, "公开办", "别的人")) as &dyn Fn(Vec<u8>) -> Option<Vec<u8>>,
        ),
        ("responsibility.jsonl", &|bytes| replace(bytes, "underway", "completed")),
        ("task.jsonl", &|_| Some(Vec::new())),
        ("attachments/", &|_| Some(b"another file".to_vec())),
        ("attachments/", &|_| None),
        ("manifest.json", &|_| None),
    ] {
        let refused = store::backup::restore(&target.store, &meddled(&archive, entry, change)).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{entry}: {refused:?}");
        assert!(store::unit::directory(&target.store).await.unwrap().units().is_empty(), "{entry}");
    }
    let truncated = source.folder.path().join("truncated.zip");
    let bytes = std::fs::read(&archive).unwrap();
    std::fs::write(&truncated, &bytes[..bytes.len() / 2]).unwrap();
    assert!(store::backup::restore(&target.store, &truncated).await.is_err());
    source.close().await;
    target.close().await;
}
