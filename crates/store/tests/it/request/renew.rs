//! The daily look at open cases: days pass, holidays are announced, steps come in between, a case cannot be read.

use super::{at, received, submission};
use crate::county::county;
use crate::on_both_databases;
use domain::request::{Event, EventKind, LetterKind, State, Way, step};
use domain::workday::{Calendar, CalendarYear};
use jiff::civil::date;
use sea_orm::{ConnectionTrait, TransactionTrait};
use std::time::Duration;
use store::Error;
use store::request::Office;

/// The calendar once the holidays of 2029 are announced.
fn announced(calendar: &Calendar) -> Calendar {
    let days: String = (1..=7)
        .map(|day| format!("[[days]]\ndate = '2029-10-0{day}'\nname = '国庆节'\nkind = 'off'\n"))
        .collect();
    let year = format!("year = 2029\ntitle = '通知'\nnotice_unverified = true\n{days}");
    calendar.clone().with(CalendarYear::parse(&year).unwrap())
}

on_both_databases! {
    async fn days_pass_and_holidays_move_dues(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        at(record, date(2029, 9, 20));
        let receipt = store::request::submit(store, &county.clerk, &calendar, submission(&county, Way::InPerson, date(2029, 9, 20))).await.unwrap();
        let row = store::request::find(store, receipt.id).await.unwrap().unwrap();
        assert!(row.provisional);
        assert_eq!(store::request::renew(store, &calendar, date(2029, 9, 20)).await.unwrap(), 0);
        let known = announced(&calendar);
        assert_eq!(store::request::renew(store, &known, date(2029, 9, 20)).await.unwrap(), 1);
        let moved = store::request::find(store, receipt.id).await.unwrap().unwrap();
        assert!(moved.due_on > row.due_on && !moved.provisional, "{:?} {:?}", row.due_on, moved.due_on);
        assert_eq!(store::request::renew(store, &known, date(2029, 9, 20)).await.unwrap(), 0, "a second look changes nothing");
        let case = store::request::case(store, receipt.id).await.unwrap().unwrap();
        assert!(case.notices[0].text.contains("节假日安排公布"), "{:?}", case.notices);
        let late = moved.due_on.unwrap().tomorrow().unwrap();
        assert_eq!(store::request::renew(store, &known, late).await.unwrap(), 1);
        assert_eq!(store::request::find(store, receipt.id).await.unwrap().unwrap().state, State::Overdue);
        at(record, late);
        let case = store::request::case(store, receipt.id).await.unwrap().unwrap();
        let asked = Event { party: Some("示例公司".into()), ..Event::new(late, EventKind::ThirdPartyAsked) };
        let after = step(&case.told(), asked.clone(), &known, store.rules(), late).unwrap();
        let told = store::request::prefill(LetterKind::ConsultationNotice, &case, &Office::default(), Some(&asked), &after);
        assert!(told["期限说明"].contains("不能从答复期限中扣除"), "{told:?}");
        store::request::take(store, &county.clerk, &known, receipt.id, None, asked, vec![]).await.unwrap();
        let case = store::request::case(store, receipt.id).await.unwrap().unwrap();
        assert!(case.notices[0].text.contains("不能从答复期限中扣除"), "{:?}", case.notices);
        let extend = Event { working_days: Some(5), ..Event::new(late, EventKind::Extended) };
        let refused = store::request::propose(store, &county.clerk, &known, receipt.id, None, extend, vec![]).await;
        assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("届满")), "{refused:?}");
    }

    async fn while_somebody_is_asked_no_moved_due_is_told(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        at(record, date(2029, 9, 20));
        let id = store::request::submit(store, &county.clerk, &calendar, submission(&county, Way::InPerson, date(2029, 9, 20))).await.unwrap().id;
        let ask = Event { party: Some("示例公司".into()), ..Event::new(date(2029, 9, 20), EventKind::ThirdPartyAsked) };
        store::request::take(store, &county.clerk, &calendar, id, None, ask, vec![]).await.unwrap();
        let notices = async || store::request::case(store, id).await.unwrap().unwrap().notices.len();
        let before = notices().await;
        let due = async || store::request::find(store, id).await.unwrap().unwrap().due_on;
        let first = due().await;
        for day in [21, 24, 25] {
            assert_eq!(store::request::renew(store, &calendar, date(2029, 9, day)).await.unwrap(), 1, "the due moves with each day");
        }
        let known = announced(&calendar);
        assert_eq!(store::request::renew(store, &known, date(2029, 9, 26)).await.unwrap(), 1);
        assert!(due().await > first);
        assert_eq!(notices().await, before, "nobody is told of what moves tomorrow again");
    }

    async fn a_step_in_between_is_not_overwritten(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let (one, other) = (received(record, &county).await, received(record, &county).await);
        let raw = record.raw().await;
        let writing = raw.begin().await.unwrap();
        writing.execute_unprepared("UPDATE journal_head SET sequence = sequence").await.unwrap();
        // Both are late and looked at; while the first one waits for its turn to be written, the other one is extended.
        let step = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let extended = format!("UPDATE request SET version = version + 1, due_on = '2020-09-28', legal_on = '2020-09-28' WHERE id = {other}");
            writing.execute_unprepared(&extended).await.unwrap();
            writing.commit().await.unwrap();
        };
        let (changed, ()) = tokio::join!(store::request::renew(store, &calendar, date(2020, 9, 1)), step);
        assert_eq!(changed.unwrap(), 1);
        assert_eq!(store::request::find(store, one).await.unwrap().unwrap().state, State::Overdue);
        let row = store::request::find(store, other).await.unwrap().unwrap();
        assert_eq!((row.state, row.due_on), (State::Running, Some(date(2020, 9, 28))));
        raw.close().await.unwrap();
    }

    async fn a_case_that_cannot_be_read_holds_up_no_other(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let (broken, sound) = (received(record, &county).await, received(record, &county).await);
        let raw = record.raw().await;
        raw.execute_unprepared(&format!("UPDATE request_event SET content = 'x1:AAAA' WHERE request_id = {broken}")).await.unwrap();
        raw.close().await.unwrap();
        assert_eq!(store::request::renew(store, &calendar, date(2020, 9, 1)).await.unwrap(), 1);
        assert_eq!(store::request::find(store, broken).await.unwrap().unwrap().state, State::Running);
        assert_eq!(store::request::find(store, sound).await.unwrap().unwrap().state, State::Overdue);
    }
}
