//! Supervision: numbers, answers, reminders that reach each person once, feeds.

use crate::county::{accepted, county, share_of};
use crate::on_both_databases;
use domain::supervision::{NoticeDraft, NoticeState};
use domain::workday::Calendar;
use jiff::civil::date;
use store::{Error, PageRequest};

fn draft(due_on: jiff::civil::Date) -> NoticeDraft {
    NoticeDraft { facts: "目录尚未编制".into(), requirement: "限期编制并公开".into(), due_on }
}

on_both_databases! {
    async fn numbers_run_on_within_the_year(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let share = share_of(record, county.land).await;
        let store = &record.store;
        let issue = async || {
            let id = store::supervision::issue(store, &county.office, "示政公开督", share.id, draft(date(2021, 2, 1)));
            let id = id.await.unwrap();
            store::supervision::find(store, id).await.unwrap().unwrap().number.to_string()
        };
        assert_eq!(issue().await, "示政公开督〔2020〕1号");
        assert_eq!(issue().await, "示政公开督〔2020〕2号");
        record.set_clock("2021-01-04T01:00:00Z");
        assert_eq!(issue().await, "示政公开督〔2021〕1号");
    }

    async fn a_notice_is_answered_returned_and_settled(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let share = share_of(record, county.land).await;
        let store = &record.store;
        let passed = store::supervision::issue(store, &county.office, "督", share.id, draft(date(2020, 8, 3))).await;
        assert!(matches!(passed, Err(Error::Refused(_))), "a deadline of today leaves no time: {passed:?}");
        let id = store::supervision::issue(store, &county.office, "督", share.id, draft(date(2020, 8, 10))).await.unwrap();
        let told = store::notification::list(store, county.clerk_user, PageRequest::default()).await.unwrap();
        assert_eq!(told.rows[0].subject, "收到督办单 督〔2020〕1号，请于2020-08-10前答复");
        store::supervision::answer(store, &county.clerk, id, 1, "正在办理", None).await.unwrap();
        let again = store::supervision::answer(store, &county.clerk, id, 2, "再答", None).await;
        assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
        let stale = store::supervision::close(store, &county.office, id, 1).await;
        assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
        store::supervision::return_(store, &county.office, id, 2, "请附链接").await.unwrap();
        store::supervision::answer(store, &county.clerk, id, 3, "已公开，链接附后", None).await.unwrap();
        store::supervision::close(store, &county.office, id, 4).await.unwrap();
        let closed = store::supervision::find(store, id).await.unwrap().unwrap();
        assert_eq!(closed.state, NoticeState::Closed);
        assert_eq!(closed.answer.as_deref(), Some("已公开，链接附后"));
    }

    async fn reminders_reach_each_person_once_a_stage(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let send = async |day| store::reminder::send(store, &calendar, day).await.unwrap();
        let unread = async || store::notification::unread_count(store, county.clerk_user).await.unwrap();
        assert_eq!(send(date(2020, 8, 3)).await, 0, "too early");
        assert_eq!(send(date(2020, 8, 21)).await, 3, "ten working days before 4 September");
        assert_eq!(send(date(2020, 8, 21)).await, 0, "not twice");
        assert_eq!(send(date(2020, 8, 24)).await, 0, "nor on the next day");
        assert_eq!(unread().await, 1);
        assert_eq!(send(date(2020, 9, 4)).await, 3);
        assert_eq!(send(date(2020, 9, 7)).await, 3, "one working day late");
        assert_eq!(unread().await, 3);
        store::notification::mark_read(store, county.clerk_user, None).await.unwrap();
        assert_eq!(unread().await, 0);
    }

    async fn what_stands_alike_comes_as_one_reminder(record: &Record) {
        let county = county(record).await;
        for _ in 0..12 {
            accepted(record, &county).await;
        }
        let (store, calendar) = (&record.store, Calendar::builtin());
        assert_eq!(store::reminder::send(store, &calendar, date(2020, 9, 4)).await.unwrap(), 36);
        let told = store::notification::list(store, county.clerk_user, PageRequest::default()).await.unwrap();
        assert_eq!(told.total, 1);
        assert_eq!(told.rows[0].subject, "示例旗自然资源局：12项任务今天是完成时限");
        let lines: Vec<_> = told.rows[0].body.lines().collect();
        assert_eq!(lines.len(), 11);
        assert_eq!(lines[0], "编制目录，覆盖率100%（完成时限：2020年9月4日）");
        assert_eq!(lines[10], "……共12项");
        accepted(record, &county).await;
        assert_eq!(store::reminder::send(store, &calendar, date(2020, 9, 4)).await.unwrap(), 3, "only what is new");
        assert_eq!(store::notification::unread_count(store, county.clerk_user).await.unwrap(), 2);
    }

    async fn what_is_late_reaches_the_office_in_charge(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let domain::role::Actor::Person(office) = &county.office else { unreachable!() };
        let office = office.user;
        let (store, calendar) = (&record.store, Calendar::builtin());
        store::reminder::send(store, &calendar, date(2020, 9, 4)).await.unwrap();
        assert_eq!(store::notification::unread_count(store, office).await.unwrap(), 0);
        store::reminder::send(store, &calendar, date(2020, 9, 7)).await.unwrap();
        assert_eq!(store::notification::unread_count(store, office).await.unwrap(), 3);
    }

    async fn mail_that_fails_is_tried_later(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let store = &record.store;
        store::reminder::send(store, &Calendar::builtin(), date(2020, 9, 4)).await.unwrap();
        let waiting = store::notification::mail_pending(store, 50).await.unwrap();
        assert_eq!(waiting.len(), 1, "only the clerk works for a reminded unit: {waiting:?}");
        assert_eq!(waiting[0].address, "clerk@example.invalid");
        assert!(store::notification::mail_pending(&record.reopen().await, 50).await.unwrap().is_empty(), "one node writes");
        store::notification::mail_failed(store, waiting[0].id).await.unwrap();
        assert!(store::notification::mail_pending(store, 50).await.unwrap().is_empty(), "not at once");
        record.set_clock("2020-08-03T01:01:01Z");
        assert_eq!(store::notification::mail_pending(store, 50).await.unwrap().len(), 1);
        store::notification::mail_sent(store, waiting[0].id).await.unwrap();
        record.set_clock("2020-08-05T01:00:00Z");
        assert!(store::notification::mail_pending(store, 50).await.unwrap().is_empty());
    }

    async fn mail_ends_with_the_account(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let store = &record.store;
        store::reminder::send(store, &Calendar::builtin(), date(2020, 9, 4)).await.unwrap();
        let seen = store::user::find(store, county.clerk_user).await.unwrap().unwrap();
        let gone = store::user::UserChange {
            name: seen.name,
            unit: seen.unit,
            email: seen.email,
            grants: seen.grants,
            active: false,
        };
        store::user::change(store, &county.office, seen.id, seen.version, gone).await.unwrap();
        assert!(store::notification::mail_pending(store, 50).await.unwrap().is_empty());
    }

    async fn today_shows_each_person_their_own(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let store = &record.store;
        let today = async |actor: &domain::role::Actor| {
            let domain::role::Actor::Person(person) = actor else { unreachable!() };
            store::today::for_person(store, person, date(2020, 9, 7), date(2020, 9, 21)).await.unwrap()
        };
        let clerk = today(&county.clerk).await;
        assert_eq!((clerk.due_total, clerk.to_confirm.len()), (1, 0));
        let office = today(&county.office).await;
        assert_eq!(office.due_total, 4);
        assert_eq!(office.standings[&domain::progress::Standing::Overdue], 3);
        let share = share_of(record, county.land).await;
        let proof = store::evidence::Proof::Statement;
        store::evidence::add(store, &county.clerk, share.id, proof, "已公开").await.unwrap();
        store::responsibility::submit(store, &county.clerk, share.id, share.version, "").await.unwrap();
        assert_eq!(today(&county.office).await.to_confirm.len(), 1);
        assert_eq!(today(&county.clerk).await.due_total, 0);
    }

    async fn a_new_feed_address_ends_the_old_one(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let old = store::feed::issue(store, &county.office, county.land).await.unwrap();
        assert_eq!(store::feed::find(store, &old).await.unwrap(), Some(county.land));
        let new = store::feed::issue(store, &county.office, county.land).await.unwrap();
        assert_eq!(store::feed::find(store, &old).await.unwrap(), None);
        assert_eq!(store::feed::find(store, &new).await.unwrap(), Some(county.land));
        store::feed::revoke(store, &county.office, county.land).await.unwrap();
        assert_eq!(store::feed::find(store, &new).await.unwrap(), None);
        assert!(!store::feed::exists(store, county.land).await.unwrap());
    }
}
