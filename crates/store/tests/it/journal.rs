//! The journal: complete, chained, and honest about being meddled with.

use crate::county::{accepted, county};
use crate::on_both_databases;
use domain::journal::{Action, Broken};
use sea_orm::ConnectionTrait;
use store::PageRequest;
use store::journal::Filter;

on_both_databases! {
    async fn every_step_has_its_entry(record: &Record) {
        let county = county(record).await;
        let plan = accepted(record, &county).await;
        let filter = Filter { action: Some(Action::PlanAccepted), ..Filter::default() };
        let entries = store::journal::list(&record.store, &filter, PageRequest::default()).await.unwrap();
        assert_eq!(entries.total, 1);
        let entry = &entries.rows[0];
        assert_eq!((entry.actor_name.as_str(), entry.subject_id), ("公开办", plan));
        assert!(entry.after.as_deref().unwrap().contains("编制目录"), "the entry keeps the plan as it came into force");
        assert!(store::journal::verify(&record.store).await.unwrap().is_ok());
    }

    async fn a_changed_entry_is_named(record: &Record) {
        county(record).await;
        let raw = record.raw().await;
        raw.execute_unprepared("UPDATE journal SET actor_name = '别人' WHERE sequence = 3").await.unwrap();
        let broken = store::journal::verify(&record.store).await.unwrap();
        assert_eq!(broken, Err(Broken::Content { sequence: 3 }));
        raw.close().await.unwrap();
    }

    async fn a_lost_entry_is_named(record: &Record) {
        county(record).await;
        let raw = record.raw().await;
        raw.execute_unprepared("DELETE FROM journal WHERE sequence = 2").await.unwrap();
        let broken = store::journal::verify(&record.store).await.unwrap();
        assert_eq!(broken, Err(Broken::Sequence { expected: 2, found: 3 }));
        raw.close().await.unwrap();
    }

    async fn a_cut_off_end_is_found(record: &Record) {
        county(record).await;
        let raw = record.raw().await;
        raw.execute_unprepared("DELETE FROM journal WHERE sequence = (SELECT max(sequence) FROM journal)").await.unwrap();
        assert!(store::journal::verify(&record.store).await.unwrap().is_err());
        raw.close().await.unwrap();
    }

    async fn only_public_acts_raise_the_epoch(record: &Record) {
        let county = county(record).await;
        let plan = accepted(record, &county).await;
        store::plan::publish(&record.store, &county.office, plan).await.unwrap();
        let epoch = store::journal::epoch(&record.store).await.unwrap();
        store::session::sign_in(&record.store, "clerk", crate::county::PASSWORD, "peer").await.unwrap();
        assert_eq!(store::journal::epoch(&record.store).await.unwrap(), epoch);
        store::plan::unpublish(&record.store, &county.office, plan).await.unwrap();
        assert!(store::journal::epoch(&record.store).await.unwrap() > epoch);
    }

    async fn the_epoch_in_memory_follows_every_writer(record: &Record) {
        let county = county(record).await;
        let plan = accepted(record, &county).await;
        let other = record.reopen().await;
        let both = async || {
            let ours = store::journal::recent_epoch(&record.store).await.unwrap();
            (ours, store::journal::recent_epoch(&other).await.unwrap())
        };
        let (ours, theirs) = both().await;
        assert_eq!(ours, theirs);
        store::plan::publish(&record.store, &county.office, plan).await.unwrap();
        let epoch = store::journal::epoch(&record.store).await.unwrap();
        assert_eq!(store::journal::recent_epoch(&record.store).await.unwrap(), epoch, "our own commit, at once");
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        assert_eq!(both().await, (epoch, epoch), "the other's, when the last look is too old");
        other.close().await.unwrap();
    }

    async fn filters_take_what_is_typed_as_it_stands(record: &Record) {
        county(record).await;
        let find = async |actor: &str| {
            let filter = Filter { actor: actor.into(), ..Filter::default() };
            store::journal::list(&record.store, &filter, PageRequest::default()).await.unwrap().total
        };
        assert!(find("系统").await > 0);
        assert_eq!(find("系%").await, 0);
        assert_eq!(find("' OR 1=1 --").await, 0);
    }
}
