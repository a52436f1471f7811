//! Requests come in: a form sent twice is one request, a changed one another; which ones a fee counts.

use super::{at, submission, text_file};
use crate::county::county;
use crate::on_both_databases;
use domain::request::Way;
use domain::role::Actor;
use domain::workday::Calendar;
use jiff::civil::date;
use store::request::{Purpose, Submission};

on_both_databases! {
    async fn a_form_sent_twice_is_one_request_and_a_changed_one_another(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let form = |way| Submission { form: Some("once".into()), ..submission(&county, way, date(2020, 8, 3)) };
        let online = async |submission| store::request::submit(store, &Actor::System, &calendar, submission).await.unwrap().number;
        assert_eq!(online(form(Way::Internet)).await, "2020-00001");
        assert_eq!(online(form(Way::Internet)).await, "2020-00001");
        let changed = Submission { wanted: "2018年的补偿标准".into(), ..form(Way::Internet) };
        assert_eq!(online(changed.clone()).await, "2020-00002", "what was changed meanwhile is not dropped");
        assert_eq!(online(changed).await, "2020-00002");
        let with_file = Submission { files: vec![text_file(Purpose::Material, "委托书.txt", "委托")], ..form(Way::Internet) };
        assert_eq!(online(with_file).await, "2020-00003");
        at(record, date(2020, 8, 4));
        let next_day = Submission { arrived: date(2020, 8, 4), ..form(Way::Internet) };
        assert_eq!(online(next_day).await, "2020-00001", "on the portal the day is nothing one types");

        let registered = async |submission| store::request::submit(store, &county.clerk, &calendar, submission).await.unwrap().number;
        assert_eq!(registered(form(Way::InPerson)).await, "2020-00004");
        assert_eq!(registered(form(Way::InPerson)).await, "2020-00004");
        let corrected = Submission { arrived: date(2020, 8, 4), ..form(Way::InPerson) };
        assert_eq!(registered(corrected).await, "2020-00005");
    }

    async fn a_fee_by_item_counts_what_the_same_agency_was_asked(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        at(record, date(2020, 9, 2));
        let ask = async |unit, day| {
            let submission = Submission { unit, ..submission(&county, Way::InPerson, day) };
            store::request::submit(store, &county.office, &calendar, submission).await.unwrap().id
        };
        ask(county.land, date(2020, 8, 31)).await;
        ask(county.land, date(2020, 9, 1)).await;
        ask(county.finance, date(2020, 9, 1)).await;
        let id = ask(county.land, date(2020, 9, 2)).await;
        assert_eq!(store::request::fee_items_before(store, id).await.unwrap(), 1);
    }
}
