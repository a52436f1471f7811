//! Forwarding to accounts: after the portal only, one line an account of the ledger, each change in the journal.

use crate::account::{account, opened};
use crate::county::county;
use crate::disclosure::{begin, content, publish, step};
use crate::on_both_databases;
use domain::account::{Act, Platform, Publisher};
use domain::disclosure::dispatch::State;
use domain::disclosure::state::Step;
use store::Error;
use store::account::{Proposal, set_publisher};
use store::dispatch::{Note, Published, answered, claim, list, note};

fn said(account: i64, state: State, link: &str, remark: &str) -> Note {
    Note { account, state, planned_at: None, link: link.into(), remark: remark.into() }
}

on_both_databases! {
    async fn the_portal_is_first_and_each_account_has_one_line(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let to = opened(record, &county, account(county.land, "示例发布", Platform::Wechat)).await;
        let id = begin(record, &county, content("示例公告")).await;
        let early = note(store, &county.clerk, id, said(to, State::Planned, "", "")).await;
        assert!(matches!(early, Err(Error::Refused(_))));
        publish(record, &county, id).await;
        let planned_at = Some("2020-08-04T01:00:00Z".parse().unwrap());
        note(store, &county.clerk, id, Note { planned_at, ..said(to, State::Planned, "", "") }).await.unwrap();
        assert_eq!(list(store, id).await.unwrap()[0].planned_at, planned_at);
        record.set_clock("2020-08-03T02:00:00Z");
        note(store, &county.clerk, id, said(to, State::Done, "https://mp.example/s/1", "")).await.unwrap();
        let entries = store::journal::history(store, "disclosure", &[id]).await.unwrap().len();
        note(store, &county.clerk, id, said(to, State::Done, "https://mp.example/s/1", "")).await.unwrap();
        let after = store::journal::history(store, "disclosure", &[id]).await.unwrap();
        assert_eq!(after.len(), entries, "nothing changed is nothing recorded");
        let rows = list(store, id).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].state, rows[0].account.as_str()), (State::Done, "示例发布"));
        assert_eq!((rows[0].account_id, rows[0].channel), (Some(to), Platform::Wechat));
        assert_eq!(rows[0].done_at.unwrap().to_string(), "2020-08-03T02:00:00Z");
        for wrong in [said(to, State::Dropped, "", " "), said(to, State::Done, "mp.example", "")] {
            assert!(matches!(note(store, &county.clerk, id, wrong).await, Err(Error::Refused(_))));
        }
        assert!(matches!(
            note(store, &county.clerk, id, said(to + 1, State::Done, "", "")).await,
            Err(Error::NotFound(_))
        ));
    }

    async fn a_planned_one_is_sent_when_its_time_has_come(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let id = begin(record, &county, content("示例公告")).await;
        publish(record, &county, id).await;
        let wechat = opened(record, &county, account(county.land, "示例发布", Platform::Wechat)).await;
        let weibo = opened(record, &county, account(county.land, "示例微博", Platform::Weibo)).await;
        let official = |secret: &str| Publisher::Wechat {
            api: "http://127.0.0.1:9/".into(),
            app_id: "wx-shili".into(),
            secret: secret.into(),
            cover: "COVER".into(),
        };
        for (account, new) in [(wechat, official("")), (weibo, official("geheim"))] {
            assert!(matches!(set_publisher(store, &county.office, account, Some(new)).await, Err(Error::Refused(_))));
        }
        set_publisher(store, &county.office, wechat, Some(official("geheim"))).await.unwrap();
        let changed = Publisher::Wechat {
            api: "http://127.0.0.1:9".into(), app_id: "wx-other".into(), secret: String::new(), cover: "COVER".into(),
        };
        set_publisher(store, &county.office, wechat, Some(changed)).await.unwrap();
        let Some(Publisher::Wechat { app_id, secret, .. }) = store::account::publisher(store, wechat).await.unwrap() else {
            panic!("it is set")
        };
        assert_eq!((app_id.as_str(), secret.as_str()), ("wx-other", "geheim"), "the secret is typed once");
        let entries = store::journal::history(store, "account", &[wechat]).await.unwrap();
        assert!(entries.iter().all(|entry| !format!("{entry:?}").contains("geheim")));

        for to in [wechat, weibo] {
            let planned_at = Some("2020-08-03T03:00:00Z".parse().unwrap());
            note(store, &county.clerk, id, Note { planned_at, ..said(to, State::Planned, "", "") }).await.unwrap();
        }
        assert!(claim(store, "https://x.cn", 10).await.unwrap().is_empty(), "its time has not come");
        record.set_clock("2020-08-03T03:00:00Z");
        let due = claim(store, "https://x.cn", 10).await.unwrap();
        assert_eq!(due.len(), 1, "the other is a person's to publish");
        assert_eq!((due[0].content.title.as_str(), due[0].unit.as_str()), ("示例公告", "示例旗自然资源局"));
        assert_eq!(due[0].address, format!("https://x.cn/disclosures/{id}"));
        assert!(claim(store, "https://x.cn", 10).await.unwrap().is_empty(), "somebody works on it");
        answered(store, due[0].id, Err("公众平台繁忙".into())).await.unwrap();
        let row = &list(store, id).await.unwrap()[0];
        assert_eq!((row.state, row.error.as_str()), (State::Planned, "公众平台繁忙"));
        record.set_clock("2020-08-03T03:05:00Z");
        let again = claim(store, "https://x.cn", 10).await.unwrap();
        answered(store, again[0].id, Ok(Published::Draft("MEDIA_1".into()))).await.unwrap();
        let row = &list(store, id).await.unwrap()[0];
        assert_eq!((row.state, row.error.as_str(), row.next_at), (State::Drafted, "", None));
        assert!(row.remark.contains("MEDIA_1"));
        note(store, &county.clerk, id, said(wechat, State::Done, "https://mp.example/s/1", "")).await.unwrap();
        assert_eq!(list(store, id).await.unwrap()[0].state, State::Done);
    }

    async fn what_is_taken_back_is_not_sent(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let id = begin(record, &county, content("示例公告")).await;
        publish(record, &county, id).await;
        let weibo = opened(record, &county, account(county.land, "示例微博", Platform::Weibo)).await;
        let webhook = Publisher::Webhook { url: "http://127.0.0.1:9/".into(), secret: String::new() };
        set_publisher(store, &county.office, weibo, Some(webhook)).await.unwrap();
        note(store, &county.clerk, id, said(weibo, State::Planned, "", "")).await.unwrap();
        let reason = "内容有误".to_owned();
        step(record, &county.office, id, Step::Withdraw { reason }).await.unwrap();
        assert!(claim(store, "https://x.cn", 10).await.unwrap().is_empty());
        let row = &list(store, id).await.unwrap()[0];
        assert_eq!((row.state, row.remark.as_str()), (State::Dropped, "信息已从网站撤回，没有发布。"));
    }

    async fn what_is_closed_or_a_site_gets_nothing_new(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let id = begin(record, &county, content("示例公告")).await;
        publish(record, &county, id).await;
        let site = opened(record, &county, account(county.land, "示例网站", Platform::Site)).await;
        let begun = opened(record, &county, account(county.land, "示例发布", Platform::Wechat)).await;
        let other = opened(record, &county, account(county.land, "示例微博", Platform::Weibo)).await;
        note(store, &county.clerk, id, said(begun, State::Planned, "", "")).await.unwrap();
        for account in [begun, other] {
            let close = Proposal { act: Act::Close, after: None, reason: "停止更新".into() };
            store::account::propose(store, &county.clerk, Some(account), close).await.unwrap();
            let event = store::account::events(store, account).await.unwrap()[0].id;
            store::account::approve(store, &county.office, event, "").await.unwrap();
        }
        note(store, &county.clerk, id, said(begun, State::Dropped, "", "账号已关停")).await.unwrap();
        for account in [site, other] {
            let refused = note(store, &county.clerk, id, said(account, State::Done, "", "")).await;
            assert!(matches!(refused, Err(Error::Refused(_))));
        }
    }
}
