//! Readers' error reports: due in working days, told to the unit, answered once; contacts sealed and forgotten.

use crate::county::county;
use crate::database::Record;
use crate::on_both_databases;
use domain::error_report::{Kind, State};
use domain::workday::Calendar;
use jiff::civil::date;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use store::error_report::{Filter, Report};
use store::{Error, PageRequest};

fn report(unit: Option<i64>, text: &str) -> Report {
    Report {
        path: "/disclosures/1".into(),
        unit,
        kind: Kind::Wording,
        text: text.into(),
        contact: "13812345678".into(),
    }
}

/// Everything a table and the journal hold, as the database keeps it.
async fn kept(record: &Record) -> String {
    let raw = record.raw().await;
    let backend = if record.url.starts_with("sqlite") { DbBackend::Sqlite } else { DbBackend::Postgres };
    let mut all = String::new();
    for (table, columns) in [
        ("error_report", ["text", "contact"]),
        ("journal", ["before", "after"]),
        ("notification", ["subject", "body"]),
    ] {
        let [one, two] = columns;
        let sql =
            format!("SELECT COALESCE(\"{one}\", '') || ' ' || COALESCE(\"{two}\", '') AS line FROM {table}");
        for row in raw.query_all_raw(Statement::from_string(backend, sql)).await.unwrap() {
            all.push_str(&row.try_get::<String>("", "line").unwrap());
            all.push('\n');
        }
    }
    raw.close().await.unwrap();
    all
}

on_both_databases! {
    async fn a_report_goes_to_its_unit_and_is_answered_once(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let said = report(Some(county.land), "第二段的电话13912345678打不通");
        let code = store::error_report::receive(store, &calendar, said.clone()).await.unwrap();
        let again = store::error_report::receive(store, &calendar, said.clone()).await.unwrap();
        assert_eq!(code, again, "the same words about the same page are one report");
        let row = store::error_report::by_code(store, &code.to_lowercase().replace('-', "")).await.unwrap().unwrap();
        assert_eq!((row.due_on, row.state, &row.report), (date(2020, 8, 6), State::Open, &said));
        assert_eq!(store::notification::unread_count(store, county.clerk_user).await.unwrap(), 1);

        let all = kept(record).await;
        assert!(!all.contains("13812345678"), "a contact is kept sealed only: {all}");
        let journal = all.lines().filter(|line| line.contains("\"path\"")).collect::<String>();
        assert!(!journal.contains("13912345678") && journal.contains("139****5678"), "{journal}");

        let typed = Report { path: "/search/13912345678?q=张三13912345678".into(), ..report(None, "搜索页打不开") };
        store::error_report::receive(store, &calendar, typed).await.unwrap();
        let journal = kept(record).await.lines().filter(|line| line.contains("\"path\"")).collect::<String>();
        assert!(journal.contains("/search/139****5678\""), "{journal}");
        assert!(!journal.contains("13912345678") && !journal.contains("张三"), "what was searched for is nobody's business: {journal}");

        let settle = async |words: &str| {
            store::error_report::settle(store, &county.clerk, row.id, State::Corrected, words).await
        };
        assert!(matches!(settle(" ").await, Err(Error::Refused(_))));
        settle("电话已更正为13912345679").await.unwrap();
        let journal = kept(record).await.lines().filter(|line| line.contains("\"path\"")).collect::<String>();
        assert!(!journal.contains("13912345679") && journal.contains("电话已更正为139****5679"), "{journal}");
        assert!(matches!(settle("再改").await, Err(Error::Refused(_))));
        let row = store::error_report::find(store, row.id).await.unwrap().unwrap();
        assert_eq!((row.state, row.answer.as_str(), row.report.contact.as_str()), (State::Corrected, "电话已更正为13912345679", ""));
        assert_eq!(row.answered_by_name, "自然资源局信息员");
        let later = store::error_report::receive(store, &calendar, said).await.unwrap();
        assert_ne!(later, code, "what was answered can be reported again");
    }

    async fn lists_show_what_waits_first_and_only_what_is_allowed(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        for (unit, text) in [(Some(county.land), "甲"), (Some(county.finance), "乙"), (None, "丙")] {
            store::error_report::receive(store, &calendar, report(unit, text)).await.unwrap();
        }
        let first = store::error_report::list(store, &Filter::default(), PageRequest::default()).await.unwrap();
        let id = first.rows.iter().find(|row| row.report.text == "甲").unwrap().id;
        store::error_report::settle(store, &county.office, id, State::Unrelated, "与网站无关").await.unwrap();
        let texts = async |filter: Filter| {
            let page = store::error_report::list(store, &filter, PageRequest::default()).await.unwrap();
            page.rows.into_iter().map(|row| row.report.text).collect::<Vec<_>>()
        };
        let last = texts(Filter::default()).await.pop();
        assert_eq!(last.as_deref(), Some("甲"));
        let own = Filter { units: Some([county.finance].into()), ..Filter::default() };
        assert_eq!(texts(own.clone()).await, ["乙"]);
        assert_eq!(texts(Filter { of_site: true, ..own }).await.len(), 2);
        let open = Filter { state: Some(State::Open), ..Filter::default() };
        assert_eq!(store::error_report::count(store, &open).await.unwrap(), 2);
        assert!(store::error_report::by_code(store, "ABCD-EFGH-JKLM").await.unwrap().is_none());
        let empty = store::error_report::receive(store, &calendar, report(None, " \n ")).await;
        assert!(matches!(empty, Err(Error::Refused(_))));
    }
}
