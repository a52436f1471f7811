//! Webhooks: every public act becomes one delivery for each address, claimed by one node at a time, tried until taken.

use crate::county::county;
use crate::database::Record;
use crate::disclosure::{begin, content, publish, step};
use crate::on_both_databases;
use domain::disclosure::state::Step;
use serde_json::Value;
use store::webhook::{self, DeliveryState, Outgoing};
use store::{Error, PageRequest};

const ROOT: &str = "https://gongkai.example";

async fn claimed(record: &Record) -> Vec<Outgoing> {
    webhook::claim(&record.store, ROOT, 10).await.unwrap()
}

on_both_databases! {
    async fn other_systems_are_told_once_and_until_they_listen(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        publish(record, &county, begin(record, &county, content("以前的")).await).await;
        let (id, secret) = webhook::add(store, &county.office, "示例办公系统", "http://127.0.0.1:9/hook").await.unwrap();
        assert_eq!(webhook::collect(store, ROOT).await.unwrap(), 0, "what was public before is not told");
        let disclosure = begin(record, &county, content("示例公告")).await;
        publish(record, &county, disclosure).await;
        assert_eq!(webhook::collect(store, ROOT).await.unwrap(), 1);
        assert_eq!(webhook::collect(&record.reopen().await, ROOT).await.unwrap(), 0, "nor twice by another node");
        let outgoing = claimed(record).await.remove(0);
        assert!(claimed(record).await.is_empty(), "one node at a time");
        let said: Value = serde_json::from_str(&outgoing.body).unwrap();
        assert_eq!(said["type"], "disclosure.published");
        assert_eq!(said["data"]["url"], format!("{ROOT}/disclosures/{disclosure}"));
        assert_eq!(said["data"]["title"], "示例公告");
        let expected = webhook::signature(&secret, &outgoing.message_id, outgoing.timestamp, &outgoing.body);
        assert_eq!(outgoing.signature, expected);

        webhook::answered(store, outgoing.id, Err((Some(500), "对方系统出错".into()))).await.unwrap();
        assert!(claimed(record).await.is_empty());
        record.set_clock("2020-08-03T01:05:00Z");
        let again = claimed(record).await.remove(0);
        assert_eq!((again.message_id.clone(), &again.body), (outgoing.message_id, &outgoing.body));
        assert_ne!(again.signature, outgoing.signature, "the time is signed too");
        webhook::answered(store, again.id, Ok(204)).await.unwrap();
        let rows = webhook::deliveries(store, id, PageRequest::default()).await.unwrap().rows;
        assert_eq!((rows.len(), rows[0].state, rows[0].attempts, rows[0].status), (1, DeliveryState::Sent, 2, Some(204)));

        step(record, &county.office, disclosure, Step::Withdraw { reason: "示例：有误".into() }).await.unwrap();
        webhook::collect(store, ROOT).await.unwrap();
        let told = claimed(record).await.remove(0);
        assert!(told.body.contains("disclosure.withdrawn") && told.body.contains("示例：有误"));
        assert!(!told.body.contains("示例公告"), "what was taken back is not told again");
        webhook::repeat(store, id, rows[0].id).await.unwrap();
        let again = claimed(record).await.remove(0);
        assert_eq!(again.id, rows[0].id);
        assert!(again.body.contains("disclosure.published") && !again.body.contains("示例公告"), "nor by a repetition");
        assert!(matches!(webhook::repeat(store, id + 1, rows[0].id).await, Err(Error::NotFound(_))));
    }

    async fn what_waits_is_told_as_the_record_stands(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let (id, _) = webhook::add(store, &county.office, "示例系统", "https://example.invalid/hook").await.unwrap();
        let disclosure = begin(record, &county, content("随后撤回的")).await;
        publish(record, &county, disclosure).await;
        webhook::collect(store, ROOT).await.unwrap();
        step(record, &county.office, disclosure, Step::Withdraw { reason: "示例：有误".into() }).await.unwrap();
        assert!(!claimed(record).await.remove(0).body.contains("随后撤回的"));
        let kept = webhook::deliveries(store, id, PageRequest::default()).await.unwrap().rows.remove(0);
        assert!(!kept.body.contains("随后撤回的"), "the title is not kept either");
    }

    async fn old_deliveries_are_forgotten(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let (id, _) = webhook::add(store, &county.office, "示例系统", "https://example.invalid/hook").await.unwrap();
        for title in ["送达的", "放弃的", "待推送的"] {
            publish(record, &county, begin(record, &county, content(title)).await).await;
        }
        webhook::collect(store, ROOT).await.unwrap();
        let [sent, given_up, _] = &claimed(record).await[..] else { panic!("three are told") };
        webhook::answered(store, sent.id, Ok(200)).await.unwrap();
        for _ in 0..14 {
            webhook::answered(store, given_up.id, Err((None, "连不上".into()))).await.unwrap();
        }
        record.set_clock("2020-11-01T01:00:00Z");
        assert_eq!(webhook::forget(store).await.unwrap(), 0, "within ninety days");
        record.set_clock("2020-11-06T01:00:00Z");
        assert_eq!(webhook::forget(store).await.unwrap(), 2);
        let left = webhook::deliveries(store, id, PageRequest::default()).await.unwrap().rows;
        assert_eq!((left.len(), left[0].state), (1, DeliveryState::Pending));
    }

    async fn a_secret_is_told_once_and_can_be_made_anew(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let url = "https://example.invalid/hook";
        let (id, first) = webhook::add(store, &county.office, "示例系统", url).await.unwrap();
        let again = webhook::add(store, &county.office, "示例系统", url).await;
        assert!(matches!(again, Err(Error::Refused(_))), "a reload registers nothing twice");
        let second = webhook::renew_secret(store, &county.office, id).await.unwrap();
        assert_ne!(first, second);
        publish(record, &county, begin(record, &county, content("示例公告")).await).await;
        webhook::collect(store, ROOT).await.unwrap();
        let told = claimed(record).await.remove(0);
        let by = |secret: &str| webhook::signature(secret, &told.message_id, told.timestamp, &told.body);
        assert_eq!((told.signature == by(&second), told.signature == by(&first)), (true, false));
        assert!(webhook::renew_secret(store, &county.office, id + 1).await.is_err());
        for entry in store::journal::list(store, &store::journal::Filter::default(), PageRequest::whole()).await.unwrap().rows {
            let said = format!("{entry:?}");
            assert!(!said.contains(&first) && !said.contains(&second), "{said}");
        }
    }

    async fn an_address_is_given_up_in_the_end_stopped_and_removed(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let (id, _) = webhook::add(store, &county.office, "示例系统", "https://example.invalid/hook").await.unwrap();
        publish(record, &county, begin(record, &county, content("示例公告")).await).await;
        webhook::collect(store, ROOT).await.unwrap();
        let mut tries = 0;
        for day in 3..20 {
            record.set_clock(&format!("2020-08-{day:02}T01:00:00Z"));
            for outgoing in claimed(record).await {
                tries += 1;
                webhook::answered(store, outgoing.id, Err((None, "连不上".into()))).await.unwrap();
            }
        }
        assert_eq!(tries, 14);
        assert_eq!(webhook::list(store).await.unwrap()[0].failed, 1);
        webhook::set_active(store, &county.office, id, false).await.unwrap();
        publish(record, &county, begin(record, &county, content("停用期间的")).await).await;
        assert_eq!(webhook::collect(store, ROOT).await.unwrap(), 0);
        webhook::set_active(store, &county.office, id, true).await.unwrap();
        assert_eq!(webhook::collect(store, ROOT).await.unwrap(), 1, "it is told from where it stood");
        webhook::remove(store, &county.office, id).await.unwrap();
        assert!(webhook::list(store).await.unwrap().is_empty());
        for (name, url) in [("", "https://a.example"), ("甲", "ftp://a.example"), ("甲", "https://"), ("甲", "javascript:x"), ("甲", "https://user:pass@a.example/"), ("甲", "https://user@a.example"), ("甲", "https://user@a.example?x"), ("甲", "https://a.example\\@b.example/")] {
            let refused = webhook::add(store, &county.office, name, url).await;
            assert!(matches!(refused, Err(Error::Refused(_))), "{name} {url}");
        }
    }
}
