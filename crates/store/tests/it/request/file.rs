//! Files of a case: what is refused leaves none behind.

use super::{at, draft, received, submission, text_file};
use crate::county::county;
use crate::database::Record;
use crate::on_both_databases;
use domain::request::{Event, EventKind, LetterKind, Way};
use domain::role::Actor;
use domain::workday::Calendar;
use jiff::civil::date;
use sea_orm::{ConnectionTrait, Statement};
use store::Error;
use store::request::{Delivery, Purpose, Submission};

/// How many contents the record keeps.
async fn kept(record: &Record) -> i64 {
    let raw = record.raw().await;
    let count = Statement::from_string(raw.get_database_backend(), "SELECT COUNT(*) FROM attachment");
    let count = raw.query_one_raw(count).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    raw.close().await.unwrap();
    count
}

on_both_databases! {
    async fn what_is_refused_leaves_no_file_behind(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let form = || Submission {
            form: Some("once".into()),
            files: vec![text_file(Purpose::Material, "证件.txt", "证件")],
            ..submission(&county, Way::Internet, date(2020, 8, 3))
        };
        let one = store::request::submit(store, &Actor::System, &calendar, form()).await.unwrap();
        assert_eq!(kept(record).await, 1);
        assert_eq!(store::request::submit(store, &Actor::System, &calendar, form()).await.unwrap(), one);
        assert_eq!(kept(record).await, 1, "a form sent twice is kept once");
        let many = (0..200).map(|_| text_file(Purpose::Material, "证件.txt", "证件")).collect();
        let many = Submission { files: many, ..submission(&county, Way::Internet, date(2020, 8, 3)) };
        assert!(matches!(store::request::submit(store, &Actor::System, &calendar, many).await, Err(Error::Refused(_))));

        let material = || vec![text_file(Purpose::Material, "补正.txt", "补正")];
        let refused = store::request::supplement(store, &calendar, one.id, "补正", material()).await;
        assert!(matches!(&refused, Err(Error::Refused(_))), "nobody asked for it: {refused:?}");

        let id = received(record, &county).await;
        let ask = Event { working_days: Some(10), ..Event::new(date(2020, 8, 3), EventKind::SupplementAsked) };
        let notice = draft(LetterKind::SupplementNotice, None, &[("补正期限", "2020年8月17日"), ("补正事项", "地块")]);
        store::request::take(store, &county.clerk, &calendar, id, None, ask, vec![notice]).await.unwrap();
        let letter = store::request::case(store, id).await.unwrap().unwrap().letters[0].id;
        at(record, date(2020, 8, 5));
        let early = Delivery { on: date(2020, 8, 2), how: "挂号信".into(), proof: Some(text_file(Purpose::Proof, "回执.txt", "回执")) };
        assert!(store::request::deliver(store, &county.clerk, &calendar, id, letter, early).await.is_err());
        assert_eq!(kept(record).await, 1, "no refused act left a content");
        store::request::supplement(store, &calendar, id, "补正", material()).await.unwrap();
        assert_eq!(kept(record).await, 2);
    }
}
