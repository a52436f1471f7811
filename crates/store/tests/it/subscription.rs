//! Subscriptions: confirmed before anything is sent, each new disclosure told once though mails fail, ended for good.

use crate::county::county;
use crate::database::Record;
use crate::disclosure::{begin, content, publish};
use crate::on_both_databases;
use domain::disclosure::Kind;
use domain::limits::SUBSCRIPTIONS_UNCONFIRMED_MAX;
use domain::subscription::{Rhythm, Topic};
use jiff::civil::date;
use sea_orm::ConnectionTrait;
use store::Error;
use store::subscription::{self, Letter};

async fn asked(record: &Record) -> Vec<Letter> {
    subscription::to_confirm(&record.store, 50).await.unwrap()
}

async fn due(record: &Record) -> Vec<Letter> {
    subscription::to_write(&record.store, 50).await.unwrap()
}

async fn titles(record: &Record, letter: &Letter) -> (Vec<String>, i64) {
    let (page, epoch) = subscription::news(&record.store, letter, 50).await.unwrap();
    (page.rows.into_iter().map(|row| row.title).collect(), epoch)
}

on_both_databases! {
    async fn each_new_disclosure_is_written_about_once(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        publish(record, &county, begin(record, &county, content("订阅以前的")).await).await;
        let land = Topic { unit: Some(county.land), ..Topic::default() };
        let finance = Topic { unit: Some(county.finance), ..Topic::default() };
        for topic in [land, finance] {
            subscription::ask(store, "Reader@Example.com", topic, Rhythm::Daily).await.unwrap();
        }
        subscription::ask(store, "reader@example.com", Topic { unit: Some(county.land), ..Topic::default() }, Rhythm::Daily)
            .await
            .unwrap();
        let waiting = asked(record).await;
        assert_eq!(waiting.len(), 2, "one subscription for an address and a topic, however it is typed");
        assert_eq!(waiting[0].address, "Reader@example.com");
        assert!(due(record).await.is_empty(), "nothing is sent before it is confirmed");
        for letter in &waiting {
            subscription::asked(store, letter.id).await.unwrap();
            assert!(subscription::confirm(store, &letter.token).await.unwrap());
        }
        assert!(asked(record).await.is_empty());
        assert!(due(record).await.is_empty(), "nothing is new");

        publish(record, &county, begin(record, &county, content("订阅以后的")).await).await;
        let letters = due(record).await;
        assert_eq!(letters.len(), 2);
        let of = |letters: &[Letter], unit| letters.iter().find(|letter| letter.topic.unit == Some(unit)).unwrap().clone();
        let (land, finance) = (of(&letters, county.land), of(&letters, county.finance));
        assert_eq!(titles(record, &land).await.0, ["订阅以后的"]);
        let (none, epoch) = titles(record, &finance).await;
        assert!(none.is_empty());
        subscription::written(store, finance.id, epoch, None).await.unwrap();
        // The mail server is down: later, the same again.
        subscription::failed(store, land.id).await.unwrap();
        assert!(due(record).await.is_empty());
        record.set_clock("2020-08-03T02:00:00Z");
        let land = of(&due(record).await, county.land);
        let (new, epoch) = titles(record, &land).await;
        assert_eq!(new, ["订阅以后的"]);
        subscription::written(store, land.id, epoch, Some(date(2020, 8, 3))).await.unwrap();
        publish(record, &county, begin(record, &county, content("同一天再公开的")).await).await;
        assert!(due(record).await.iter().all(|letter| letter.id != land.id), "one mail a day");
        record.set_clock("2020-08-04T01:00:00Z");
        let land = of(&due(record).await, county.land);
        assert_eq!(titles(record, &land).await.0, ["同一天再公开的"]);

        assert_eq!(subscription::count(store).await.unwrap(), 2);
        assert!(subscription::end(store, &land.token).await.unwrap());
        assert!(!subscription::end(store, &land.token).await.unwrap());
        assert!(subscription::find(store, &land.token).await.unwrap().is_none());
        subscription::failed(store, land.id).await.unwrap();
        assert_eq!(subscription::count(store).await.unwrap(), 1);
    }

    async fn a_mailbox_is_not_filled_by_topics_nor_the_list_by_addresses(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let ask = async |typed: &str, topic: Topic| subscription::ask(store, typed, topic, Rhythm::Daily).await;
        let unknown = ask("a@example.com", Topic { unit: Some(987_654), ..Topic::default() }).await;
        assert!(matches!(unknown, Err(Error::Refused(words)) if words.contains("重新选择单位")));
        for kind in Kind::ALL {
            let topic = Topic { kind: Some(*kind), unit: Some(county.land), ..Topic::default() };
            ask("a@example.com", topic).await.unwrap();
        }
        let letters = asked(record).await;
        assert_eq!(letters.len(), 3, "the others are not asked about, and nobody is told");
        subscription::asked(store, letters[0].id).await.unwrap();
        assert!(subscription::confirm(store, &letters[0].token).await.unwrap());
        ask("a@example.com", Topic::default()).await.unwrap();
        assert_eq!(asked(record).await.len(), 1, "who confirms may go on");

        // Asked in vain for very many mailboxes; the first of them long ago.
        record.set_clock("2020-08-03T03:00:00Z");
        let raw = record.raw().await;
        let max = SUBSCRIPTIONS_UNCONFIRMED_MAX;
        let then = "2020-08-03T02:00:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond();
        raw.execute_unprepared(&format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {max}) \
             INSERT INTO subscription (email, email_tag, topic, rhythm, token, asked_at, asked_mail_at, cursor, attempts, next_at) \
             SELECT 'x', 'tag' || i, '{{}}', 'daily', 'token' || i, {then} + i, {then}, 0, 0, {then} FROM n"
        )).await.unwrap();
        raw.close().await.unwrap();
        ask("new@example.com", Topic::default()).await.unwrap();
        let letter = asked(record).await.into_iter().find(|letter| letter.address == "new@example.com").unwrap();
        assert!(subscription::find(store, "token1").await.unwrap().is_none(), "the oldest made room");
        let last = format!("token{max}");
        assert!(subscription::find(store, &last).await.unwrap().is_some());
        assert!(subscription::confirm(store, &letter.token).await.unwrap());
        assert_eq!(subscription::count(store).await.unwrap(), 2, "confirmed ones stay");
    }

    async fn two_nodes_write_each_mail_once(record: &Record) {
        let county = county(record).await;
        let other = record.reopen().await;
        subscription::ask(&record.store, "a@example.com", Topic::default(), Rhythm::Weekly).await.unwrap();
        let letter = asked(record).await.remove(0);
        assert!(subscription::to_confirm(&other, 50).await.unwrap().is_empty());
        record.set_clock("2020-08-03T01:30:00Z");
        assert_eq!(subscription::to_confirm(&other, 50).await.unwrap(), std::slice::from_ref(&letter), "the first one stopped half-way");
        subscription::asked(&other, letter.id).await.unwrap();
        subscription::confirm(&other, &letter.token).await.unwrap();
        publish(record, &county, begin(record, &county, content("示例公告")).await).await;
        record.set_clock("2020-08-03T14:00:00Z");
        assert!(due(record).await.is_empty(), "nobody is woken");
        record.set_clock("2020-08-04T01:00:00Z");
        let letter = due(record).await.remove(0);
        assert!(subscription::to_write(&other, 50).await.unwrap().is_empty());
        let (_, epoch) = titles(record, &letter).await;
        subscription::written(&record.store, letter.id, epoch, Some(date(2020, 8, 4))).await.unwrap();
        publish(record, &county, begin(record, &county, content("又一公告")).await).await;
        record.set_clock("2020-08-09T01:00:00Z");
        assert!(due(record).await.is_empty(), "its turn is next week");
        record.set_clock("2020-08-10T01:00:00Z");
        assert_eq!(due(record).await.len(), 1);
        other.close().await.unwrap();
    }

    async fn an_address_that_is_never_confirmed_is_forgotten(record: &Record) {
        let store = &record.store;
        let policy = Topic { kind: Some(Kind::Policy), ..Topic::default() };
        subscription::ask(store, "a@example.com", policy.clone(), Rhythm::Weekly).await.unwrap();
        let letter = asked(record).await.remove(0);
        let found = subscription::find(store, &letter.token).await.unwrap().unwrap();
        assert_eq!((found.topic, found.rhythm, found.confirmed), (policy.clone(), Rhythm::Weekly, false));
        subscription::asked(store, letter.id).await.unwrap();
        subscription::ask(store, "a@example.com", policy.clone(), Rhythm::Weekly).await.unwrap();
        assert!(asked(record).await.is_empty(), "nobody's mailbox is filled by asking again and again");
        record.set_clock("2020-08-03T03:00:00Z");
        subscription::ask(store, "a@example.com", policy, Rhythm::Weekly).await.unwrap();
        assert_eq!(asked(record).await.len(), 1);
        record.set_clock("2020-08-06T03:00:00Z");
        assert!(asked(record).await.is_empty());
        assert!(subscription::find(store, &letter.token).await.unwrap().is_none());
        for wrong in ["", "a@b", "a@example.com,b@example.com", "a@example.com\r\nBcc: b@example.com"] {
            let refused = subscription::ask(store, wrong, Topic::default(), Rhythm::Daily).await;
            assert!(matches!(refused, Err(Error::Refused(_))), "{wrong:?}");
        }
    }
}
