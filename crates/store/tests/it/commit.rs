//! Commits: all or nothing, one after another, never without an entry.

use crate::county::{accepted, county, share_of};
use crate::on_both_databases;
use domain::role::Actor;
use domain::unit::{Tier, UnitKind};
use sea_orm::ConnectionTrait;
use store::unit::{NewRegion, NewUnit};
use store::{Error, PageRequest};

on_both_databases! {
    async fn a_failed_command_leaves_nothing(record: &Record) {
        let county = county(record).await;
        let before = store::journal::list(&record.store, &Default::default(), PageRequest::whole()).await.unwrap().total;
        let taken = NewUnit {
            region: county.county,
            name: "示例旗财政局".into(),
            kind: UnitKind::Department,
            aliases: vec![],
        };
        let refused = store::unit::create_unit(&record.store, &county.office, taken).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        let after = store::journal::list(&record.store, &Default::default(), PageRequest::whole()).await.unwrap().total;
        assert_eq!(before, after);
        assert_eq!(store::unit::directory(&record.store).await.unwrap().units().len(), 4);
    }

    async fn fifty_writers_at_once_keep_the_chain(record: &Record) {
        let county = county(record).await.county;
        let before = store::journal::verify(&record.store).await.unwrap().unwrap().entries;
        let other_node = record.reopen().await;
        let tasks: Vec<_> = (0..50).map(|n| {
            let store = if n % 2 == 0 { record.store.clone() } else { other_node.clone() };
            tokio::spawn(async move {
                let new = NewRegion {
                    code: format!("1506261{n:02}9"),
                    name: format!("村{n}"),
                    tier: Tier::Village,
                    parent: Some(county),
                };
                store::unit::create_region(&store, &Actor::System, new).await
            })
        }).collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let verified = store::journal::verify(&record.store).await.unwrap().unwrap();
        assert_eq!(verified.entries, before + 50);
        other_node.close().await.unwrap();
    }

    async fn the_second_editor_is_told_and_nothing_is_lost(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let seen = share_of(record, county.land).await;
        let store = &record.store;
        store::responsibility::report(store, &county.clerk, seen.id, seen.version, 30, "已起草").await.unwrap();
        let late = store::responsibility::report(store, &county.office, seen.id, seen.version, 10, "旧页面").await;
        let Err(Error::Conflict { changed_by, .. }) = late else { panic!("{late:?}") };
        assert_eq!(changed_by, "自然资源局信息员");
        let now = share_of(record, county.land).await;
        assert_eq!((now.percent, now.version), (30, seen.version + 1));
    }

    async fn another_node_sees_a_changed_directory(record: &Record) {
        let county = county(record).await;
        let other_node = record.reopen().await;
        assert_eq!(store::unit::directory(&other_node).await.unwrap().units().len(), 4);
        let new = NewUnit {
            region: county.county,
            name: "示例旗司法局".into(),
            kind: UnitKind::Department,
            aliases: vec![],
        };
        store::unit::create_unit(&record.store, &county.office, new).await.unwrap();
        assert_eq!(store::unit::directory(&other_node).await.unwrap().units().len(), 5);
        other_node.close().await.unwrap();
    }

    async fn a_full_sync_guards_what_was_acknowledged(record: &Record) {
        if record.kind == crate::database::Kind::Sqlite {
            let raw = record.raw().await;
            let mode = raw.query_one_raw(sea_orm::Statement::from_string(
                sea_orm::DbBackend::Sqlite,
                "PRAGMA journal_mode".to_owned(),
            )).await.unwrap().unwrap();
            assert_eq!(mode.try_get_by_index::<String>(0).unwrap(), "wal");
            raw.close().await.unwrap();
        } else {
            let raw = record.raw().await;
            let mode = raw.query_one_raw(sea_orm::Statement::from_string(
                sea_orm::DbBackend::Postgres,
                "SHOW synchronous_commit".to_owned(),
            )).await.unwrap().unwrap();
            assert_eq!(mode.try_get_by_index::<String>(0).unwrap(), "on");
            raw.close().await.unwrap();
        }
    }
}
