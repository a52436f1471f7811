//! Files of a case: what is refused leaves none behind, what was approved is what goes out.

use super::{at, draft, received, reviewer, submission, text_file};
use crate::county::county;
use crate::database::Record;
use crate::on_both_databases;
use domain::request::{Event, EventKind, LetterKind, Outcome, State, Way};
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

    async fn what_was_approved_is_what_goes_out(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let id = received(record, &county).await;
        let keep = async |purpose, text: &str| {
            store::request::keep(store, &county.clerk, id, vec![text_file(purpose, "名单.txt", text)]).await
        };
        keep(Purpose::Material, "申请人的原件").await.unwrap();
        keep(Purpose::Reply, "甲、乙").await.unwrap();
        let files = async || store::request::case(store, id).await.unwrap().unwrap().files;
        let [material, reply] = [files().await[0].id, files().await[1].id];
        let refused = store::request::replace_file(store, &county.clerk, id, material, "遮盖".into()).await;
        assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("保持原样")), "{refused:?}");
        store::request::replace_file(store, &county.clerk, id, reply, "甲、某某".into()).await.unwrap();
        let reply = files().await.iter().find(|file| file.purpose == Purpose::Reply).unwrap().id;

        let answer = Event { outcome: Some(Outcome::Granted), ..Event::new(date(2020, 8, 3), EventKind::Replied) };
        let letter = draft(LetterKind::ReplyGranted, Some(Outcome::Granted), &[("公开内容", "名单"), ("提供方式", "电子文件")]);
        let propose = async || store::request::propose(store, &county.clerk, &calendar, id, None, answer.clone(), vec![letter.clone()]).await.unwrap();
        let changes = async |why: &str| {
            let outcomes = [
                keep(Purpose::Reply, "丙").await,
                store::request::remove_file(store, &county.clerk, id, reply).await,
                store::request::replace_file(store, &county.clerk, id, reply, "丁".into()).await,
            ];
            for outcome in outcomes {
                assert!(matches!(&outcome, Err(Error::Refused(words)) if words.contains(why)), "{outcome:?}");
            }
        };
        let proposal = propose().await;
        changes("正在审批").await;
        keep(Purpose::Internal, "会商记录").await.unwrap();

        // Whoever changes the record past the program does not change what was looked at either.
        let raw = record.raw().await;
        raw.execute_unprepared(&format!("UPDATE request_file SET purpose = 'internal' WHERE id = {reply}")).await.unwrap();
        let swapped = store::request::approve(store, &reviewer(&county), &calendar, id, proposal).await;
        assert!(matches!(&swapped, Err(Error::Refused(why)) if why.contains("有变动")), "{swapped:?}");
        raw.execute_unprepared(&format!("UPDATE request_file SET purpose = 'reply' WHERE id = {reply}")).await.unwrap();
        raw.close().await.unwrap();

        store::request::return_(store, &reviewer(&county), id, proposal, "请核对").await.unwrap();
        keep(Purpose::Reply, "附表").await.unwrap();
        let proposal = propose().await;
        let case = store::request::case(store, id).await.unwrap().unwrap();
        assert_eq!((case.fixes_reply(), case.proposals[0].files.len()), (true, 2));
        store::request::approve(store, &reviewer(&county), &calendar, id, proposal).await.unwrap();
        assert_eq!(store::request::find(store, id).await.unwrap().unwrap().state, State::Replied);
        changes("已经办结").await;
        let kept: Vec<Purpose> = files().await.iter().map(|file| file.purpose).collect();
        assert_eq!(kept.iter().filter(|purpose| **purpose == Purpose::Reply).count(), 2);
    }

    async fn what_a_given_up_case_would_have_provided_can_be_taken_out(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let id = received(record, &county).await;
        store::request::keep(store, &county.clerk, id, vec![text_file(Purpose::Reply, "名单.txt", "甲")]).await.unwrap();
        let ask = Event { working_days: Some(5), ..Event::new(date(2020, 8, 3), EventKind::SupplementAsked) };
        store::request::take(store, &county.clerk, &calendar, id, None, ask, vec![]).await.unwrap();
        at(record, date(2020, 8, 20));
        assert_eq!(store::request::renew(store, &calendar, date(2020, 8, 20)).await.unwrap(), 1);
        let case = store::request::case(store, id).await.unwrap().unwrap();
        assert_eq!((case.row.state, case.fixes_reply()), (State::GivenUp, false));
        store::request::remove_file(store, &county.clerk, id, case.files[0].id).await.unwrap();
    }
}
