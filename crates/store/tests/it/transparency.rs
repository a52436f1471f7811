//! The transparency log: entered with each public act, proved, cut into tiles, checked against the record.

use crate::county::{County, county};
use crate::database::Record;
use crate::on_both_databases;
use domain::disclosure::Disclosure;
use domain::disclosure::state::{Review, Step};
use domain::transparency::checkpoint::Checkpoint;
use domain::transparency::note::Signer;
use domain::transparency::tile::Tile;
use domain::transparency::{Act, tree};
use domain::workday::Calendar;
use jiff::civil::date;
use sea_orm::ConnectionTrait;
use store::PageRequest;
use store::transparency::{self, Broken};

async fn step(record: &Record, county: &County, id: i64, wanted: Step) {
    let version = store::disclosure::find(&record.store, id).await.unwrap().unwrap().version;
    let reviewing = matches!(wanted, Step::Pass { .. } | Step::Withdraw { .. });
    let actor = if reviewing { &county.office } else { &county.clerk };
    store::disclosure::take(&record.store, actor, &Calendar::builtin(), id, version, wanted).await.unwrap();
}

async fn publish(record: &Record, county: &County, id: i64) {
    step(record, county, id, Step::Submit).await;
    for review in [Review::Secrecy, Review::Issue] {
        step(record, county, id, Step::Pass { review }).await;
    }
    step(record, county, id, Step::Publish).await;
}

async fn published(record: &Record, county: &County, title: &str) -> i64 {
    let content = Disclosure {
        title: title.into(),
        body: "<p>正文</p>".into(),
        subject: "综合政务".into(),
        formed_on: Some(date(2020, 8, 3)),
        ..Disclosure::default()
    };
    let unit = county.land;
    let id = store::disclosure::create(&record.store, &county.clerk, unit, None, content).await.unwrap();
    publish(record, county, id).await;
    id
}

fn signer() -> Signer {
    Signer::from_seed("x.cn/log", [1; 32])
}

async fn head(record: &Record) -> Checkpoint {
    transparency::checkpoint(&record.store, &signer()).await.unwrap()
}

on_both_databases! {
    async fn every_public_act_is_entered_and_proved(record: &Record) {
        let county = county(record).await;
        let before = head(record).await;
        assert_eq!((before.size, before.root), (0, tree::empty_root()));
        let first = published(record, &county, "公告").await;
        let one = head(record).await;
        step(record, &county, first, Step::Revise { reason: "更正数字".into() }).await;
        assert_eq!(head(record).await, one, "a draft is no public act");
        publish(record, &county, first).await;
        for number in 0..4 {
            published(record, &county, &format!("公告{number}")).await;
        }
        step(record, &county, first, Step::Withdraw { reason: "公开有误".into() }).await;
        let entries = transparency::of(&record.store, "disclosure", first).await.unwrap();
        let acts: Vec<(Act, u32, &str)> =
            entries.iter().map(|logged| (logged.entry.act, logged.entry.version, logged.entry.reason.as_str())).collect();
        assert_eq!(acts, [(Act::Publish, 1, ""), (Act::Revise, 2, "更正数字"), (Act::Withdraw, 2, "公开有误")]);
        let now = head(record).await;
        assert_eq!(now.size, 7);
        for position in 0..now.size {
            let proof = transparency::proof(&record.store, &signer(), position).await.unwrap();
            let (entry, checkpoint) = proof.check(&signer().verifier(), None).unwrap();
            assert_eq!(checkpoint, now);
            let kept = transparency::record(&record.store, "disclosure", entry.address.rsplit('/').next().unwrap().parse().unwrap(), entry.version).await.unwrap();
            proof.check(&signer().verifier(), Some(kept.unwrap().as_bytes())).unwrap();
        }
        let hashes = transparency::consistency(&record.store, 1, 7).await.unwrap();
        assert!(tree::is_consistent((1, &one.root), (7, &now.root), &hashes));
        assert!(transparency::consistency(&record.store, 1, 8).await.is_err());
        assert!(transparency::proof(&record.store, &signer(), 7).await.is_err());
        let tile = |path: &str| transparency::tile(&record.store, Tile::read(path).unwrap());
        let leaves = tile("0/000.p/7").await.unwrap().unwrap();
        let leaves: Vec<tree::Hash> = leaves.chunks_exact(32).map(|hash| hash.try_into().unwrap()).collect();
        assert_eq!(tree::root(&leaves), now.root);
        assert_eq!(tile("0/000.p/8").await.unwrap(), None);
        let bundle = tile("entries/000.p/7").await.unwrap().unwrap();
        let length = usize::from(u16::from_be_bytes([bundle[0], bundle[1]]));
        assert_eq!(tree::leaf_hash(&bundle[2..2 + length]), leaves[0]);
        assert_eq!(transparency::list(&record.store, PageRequest::number(1)).await.unwrap().rows[0].position, 6);
        assert_eq!(transparency::verify(&record.store).await.unwrap(), Ok(7));
        // A reader of the journal is told what changed for the public since, each once.
        let (mut changed, epoch) = store::journal::changed(&record.store, "disclosure", 0).await.unwrap();
        changed.sort_unstable();
        assert_eq!((changed.len(), changed[0]), (5, first));
        assert_eq!(store::journal::changed(&record.store, "disclosure", epoch).await.unwrap(), (Vec::new(), epoch));
        step(record, &county, first + 1, Step::Withdraw { reason: "公开有误".into() }).await;
        assert_eq!(store::journal::changed(&record.store, "disclosure", epoch).await.unwrap().0, [first + 1]);
    }

    async fn whatever_is_changed_behind_its_back_is_found(record: &Record) {
        let county = county(record).await;
        for number in 0..5 {
            published(record, &county, &format!("公告{number}")).await;
        }
        let raw = record.raw().await;
        let change = async |sql: &str| { raw.execute_unprepared(sql).await.unwrap(); };
        let found = async || transparency::verify(&record.store).await.unwrap();
        assert_eq!(found().await, Ok(5));
        change("UPDATE disclosure_version SET content = replace(content, '正文', '证文') WHERE disclosure_id = 3").await;
        assert!(matches!(found().await, Err(Broken::Content { position: 2, .. })));
        change("UPDATE disclosure_version SET content = replace(content, '证文', '正文') WHERE disclosure_id = 3").await;
        assert_eq!(found().await, Ok(5));
        change("UPDATE log_entry SET entry = replace(entry, '\"version\":1', '\"version\":2') WHERE position = 1").await;
        assert_eq!(found().await, Err(Broken::Hash(1)));
        change("UPDATE log_entry SET entry = replace(entry, '\"version\":2', '\"version\":1') WHERE position = 1").await;
        change("DELETE FROM log_entry WHERE position = 2").await;
        assert_eq!(found().await, Err(Broken::Missing(2)));
    }
}
