//! Letters of a case: which delivery moves a period, what an approved letter says.

use super::{at, draft, received, reviewer};
use crate::county::county;
use crate::on_both_databases;
use domain::request::{Event, EventKind, LetterKind};
use domain::workday::Calendar;
use jiff::civil::date;
use sea_orm::{ConnectionTrait, TransactionTrait};
use std::time::Duration;
use store::request::Delivery;

on_both_databases! {
    async fn only_the_letter_to_whom_is_asked_moves_the_period(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let id = received(record, &county).await;
        let ask = Event { party: Some("示例公司".into()), ..Event::new(date(2020, 8, 3), EventKind::ThirdPartyAsked) };
        let letters = vec![
            draft(LetterKind::ThirdPartyOpinion, None, &[("第三方", "示例公司"), ("征求事项", "合同")]),
            draft(LetterKind::ConsultationNotice, None, &[("被征求意见方", "第三方"), ("发出日期", "2020年8月3日"), ("期限说明", "征求意见所需时间不计算在答复期限内。")]),
        ];
        store::request::take(store, &county.clerk, &calendar, id, None, ask, letters).await.unwrap();
        let waits = async || store::request::find(store, id).await.unwrap().unwrap().waits_until;
        assert_eq!(waits().await, Some(date(2020, 8, 24)));
        at(record, date(2020, 8, 10));
        let letters = store::request::case(store, id).await.unwrap().unwrap().letters;
        let deliver = async |kind: LetterKind| {
            let letter = letters.iter().find(|letter| letter.kind == kind).unwrap().id;
            let delivery = Delivery { on: date(2020, 8, 10), how: "挂号信".into(), proof: None };
            store::request::deliver(store, &county.clerk, &calendar, id, letter, delivery).await.unwrap();
        };
        deliver(LetterKind::ConsultationNotice).await;
        assert_eq!(waits().await, Some(date(2020, 8, 24)), "what the applicant got is nothing to the third party");
        deliver(LetterKind::ThirdPartyOpinion).await;
        assert_eq!(waits().await, Some(date(2020, 8, 31)), "the period runs from the delivery to the third party");
    }

    async fn a_letter_is_looked_at_while_somebody_writes(record: &Record) {
        let county = county(record).await;
        let raw = record.raw().await;
        let writing = raw.begin().await.unwrap();
        writing.execute_unprepared("UPDATE journal_head SET sequence = sequence").await.unwrap();
        let receipt = draft(LetterKind::Receipt, None, &[("提交方式", "当面提交"), ("答复期限", "2020年8月31日")]);
        let calendar = Calendar::builtin();
        let preview = store::request::preview(&record.store, &calendar, county.land, receipt, 0);
        let letter = tokio::time::timeout(Duration::from_secs(2), preview).await.expect("it waits for the writer").unwrap();
        assert_eq!(letter.number.as_deref(), Some("依申请公开〔2020〕1号"));
        writing.rollback().await.unwrap();
        raw.close().await.unwrap();
    }

    async fn an_approved_extension_names_the_due_of_its_day(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let id = received(record, &county).await;
        let ask = Event { party: Some("示例公司".into()), ..Event::new(date(2020, 8, 3), EventKind::ThirdPartyAsked) };
        store::request::take(store, &county.clerk, &calendar, id, None, ask, vec![]).await.unwrap();
        at(record, date(2020, 8, 10));
        let extend = Event { working_days: Some(10), ..Event::new(date(2020, 8, 10), EventKind::Extended) };
        let notice = draft(LetterKind::ExtensionNotice, None, &[("延期理由", "资料较多"), ("延长工作日", "10"), ("答复期限", "2020年9月21日")]);
        let proposal = store::request::propose(store, &county.clerk, &calendar, id, None, extend, vec![notice]).await.unwrap();
        at(record, date(2020, 8, 12));
        let clock = store::request::approve(store, &reviewer(&county), &calendar, id, proposal).await.unwrap();
        assert_eq!(clock.due, Some(date(2020, 9, 23)), "two more days of asking are not counted");
        let letter = store::request::case(store, id).await.unwrap().unwrap().letters.pop().unwrap();
        let said = format!("{:?}", letter.letter.body);
        assert!(said.contains("2020年9月23日") && !said.contains("2020年9月21日"), "{said}");
    }
}
