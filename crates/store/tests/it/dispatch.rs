//! Forwarding to accounts: after the portal only, one line an account, each change in the journal.

use crate::county::county;
use crate::disclosure::{begin, content, publish};
use crate::on_both_databases;
use domain::account::Platform;
use domain::disclosure::dispatch::State;
use store::Error;
use store::dispatch::{Note, accounts, list, note};

fn said(state: State, link: &str, remark: &str) -> Note {
    Note {
        channel: Platform::Wechat,
        account: " 示例发布 ".into(),
        state,
        link: link.into(),
        remark: remark.into(),
    }
}

on_both_databases! {
    async fn the_portal_is_first_and_each_account_has_one_line(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let id = begin(record, &county, content("示例公告")).await;
        let early = note(store, &county.clerk, id, said(State::Planned, "", "")).await;
        assert!(matches!(early, Err(Error::Refused(_))));
        publish(record, &county, id).await;
        note(store, &county.clerk, id, said(State::Planned, "", "")).await.unwrap();
        record.set_clock("2020-08-03T02:00:00Z");
        note(store, &county.clerk, id, said(State::Done, "https://mp.example/s/1", "")).await.unwrap();
        let entries = store::journal::history(store, "disclosure", &[id]).await.unwrap().len();
        note(store, &county.clerk, id, said(State::Done, "https://mp.example/s/1", "")).await.unwrap();
        let after = store::journal::history(store, "disclosure", &[id]).await.unwrap();
        assert_eq!(after.len(), entries, "nothing changed is nothing recorded");
        let rows = list(store, id).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].state, rows[0].account.as_str()), (State::Done, "示例发布"));
        assert_eq!(rows[0].done_at.unwrap().to_string(), "2020-08-03T02:00:00Z");
        assert_eq!(accounts(store).await.unwrap(), [(Platform::Wechat, "示例发布".to_owned())]);
        for wrong in [said(State::Dropped, "", " "), said(State::Done, "mp.example", ""), Note { account: " ".into(), ..said(State::Done, "", "") }] {
            assert!(matches!(note(store, &county.clerk, id, wrong).await, Err(Error::Refused(_))));
        }
    }
}
