//! Obligations: noted, published, corrected, cancelled; periods that open by themselves and go with their version; how a
//! catalogue is kept; reminders that come once.

use crate::county::{County, county};
use crate::database::Record;
use crate::on_both_databases;
use domain::catalogue::phase::Step;
use domain::catalogue::{Audience, Catalogue, Field, Item, Mode};
use domain::obligation::{Cause, Keeping, Standing};
use domain::time_limit::TimeLimit;
use domain::workday::Calendar;
use jiff::civil::{Date, date};
use std::collections::BTreeSet;
use store::catalogue::{CellChange, NewCatalogue};
use store::obligation::{Filter, Noted, ObligationView, Publication};
use store::{Error, PageRequest};

const TODAY: Date = date(2020, 8, 3);
const SOON: Date = date(2020, 8, 17);

fn item(level2: &str, limit: &str, mode: Mode) -> Item {
    Item {
        level1: "补偿".into(),
        level2: level2.into(),
        elements: vec!["全文".into()],
        basis: vec!["《中华人民共和国土地管理法》".into()],
        limit: TimeLimit::parse(limit),
        publisher: vec!["示例旗自然资源局".into()],
        audience: Audience { all: Some(true), groups: vec![] },
        mode: BTreeSet::from([mode]),
        ..Item::default()
    }
}

async fn step(record: &Record, county: &County, id: i64, wanted: Step) {
    let version = store::catalogue::find(&record.store, id).await.unwrap().unwrap().version;
    store::catalogue::take(&record.store, &county.office, id, version, wanted).await.unwrap();
}

/// A catalogue in force: one item after its forming, one every quarter, one on request.
async fn in_force(record: &Record, county: &County) -> (i64, Vec<String>) {
    let content = Catalogue {
        sector: Some("land-expropriation".into()),
        title: "示例旗征地补偿领域标准目录".into(),
        items: vec![
            item("政策文件", "10个工作日内", Mode::Proactive),
            item("补偿进度", "每季度首月20日前", Mode::Proactive),
            item("勘测报告", "20个工作日内", Mode::OnRequest),
        ],
        notes: Vec::new(),
    };
    let (region, unit) = (county.county, county.land);
    let new =
        NewCatalogue { region, unit, content, parent: None, powers: BTreeSet::new(), from_guide: false };
    let id = store::catalogue::create(&record.store, &county.clerk, new).await.unwrap();
    for wanted in [Step::Submit, Step::Approve, Step::Publish] {
        step(record, county, id, wanted).await;
    }
    let row = store::catalogue::version(&record.store, id, 1).await.unwrap().unwrap();
    (id, row.1.items.into_iter().map(|item| item.code).collect())
}

fn noted(catalogue: i64, item: &str, about: &str, on: Date) -> Noted {
    Noted { catalogue, item: item.into(), about: about.into(), on, published: None }
}

async fn note(record: &Record, county: &County, noted: Noted) -> Result<i64, Error> {
    store::obligation::note(&record.store, &county.clerk, &Calendar::builtin(), noted).await
}

async fn all(record: &Record) -> Vec<ObligationView> {
    let whole = PageRequest::whole();
    store::obligation::list(&record.store, &Filter::default(), TODAY, SOON, whole).await.unwrap().rows
}

fn refusal(result: Result<impl std::fmt::Debug, Error>) -> String {
    result.unwrap_err().to_string()
}

on_both_databases! {
    async fn information_is_noted_published_and_corrected(record: &Record) {
        let county = county(record).await;
        let (catalogue, codes) = in_force(record, &county).await;
        let id = note(record, &county, noted(catalogue, &codes[0], "补偿标准的通知", date(2020, 7, 30))).await.unwrap();
        let row = store::obligation::find(&record.store, id).await.unwrap().unwrap();
        assert_eq!((row.cause, row.due_on, row.standing(TODAY, SOON)), (Cause::Formed, date(2020, 8, 13), Standing::Soon));
        assert_eq!(row.basis, "目录规定的公开时限：10个工作日内");

        let publish = async |version, on, address: &str| {
            let publication = Publication { on, address: address.into() };
            store::obligation::publish(&record.store, &county.clerk, id, version, publication).await
        };
        assert!(refusal(publish(1, date(2020, 7, 29), "").await).contains("早于信息形成日期"));
        assert!(refusal(publish(1, date(2020, 8, 4), "").await).contains("还没有到"));
        assert!(refusal(publish(1, TODAY, "javascript:alert(1)").await).contains("http://"));
        publish(1, TODAY, "https://example.invalid/1").await.unwrap();
        assert!(matches!(publish(1, TODAY, "").await, Err(Error::Conflict { .. })), "the second is told");
        publish(2, date(2020, 7, 31), "https://example.invalid/1").await.unwrap();
        let row = store::obligation::find(&record.store, id).await.unwrap().unwrap();
        assert_eq!((row.published_on, row.standing(TODAY, SOON)), (Some(date(2020, 7, 31)), Standing::Kept));
        store::journal::verify(&record.store).await.unwrap().unwrap();
    }

    async fn what_cannot_fall_due_is_refused_in_a_sentence(record: &Record) {
        let county = county(record).await;
        let (catalogue, codes) = in_force(record, &county).await;
        let day = date(2020, 7, 30);
        let refused = async |noted| refusal(note(record, &county, noted).await);
        assert!(refused(noted(catalogue, &codes[1], "二季度", day)).await.contains("按期公开"));
        assert!(refused(noted(catalogue, &codes[2], "报告", day)).await.contains("只依申请公开"));
        assert!(refused(noted(catalogue, "none", "甲", day)).await.contains("这个事项"));
        assert!(refused(noted(catalogue + 99, &codes[0], "甲", day)).await.contains("这份公布的目录"));
        assert!(refused(noted(catalogue, &codes[0], " ", day)).await.contains("什么信息"));
        assert!(refused(noted(catalogue, &codes[0], "甲", date(2020, 8, 4))).await.contains("还没有到"));
        let id = note(record, &county, noted(catalogue, &codes[0], "甲", day)).await.unwrap();
        assert!(refused(noted(catalogue, &codes[0], "甲", day)).await.contains("已经登记过"));
        let cancel = async |reason| store::obligation::cancel(&record.store, &county.clerk, id, 1, reason).await;
        assert!(refusal(cancel("").await).contains("原因"));
        cancel("登记有误").await.unwrap();
        assert!(store::obligation::find(&record.store, id).await.unwrap().is_none());
        note(record, &county, noted(catalogue, &codes[0], "甲", day)).await.unwrap();
    }

    async fn periods_open_by_themselves_and_go_with_their_version(record: &Record) {
        let county = county(record).await;
        let (catalogue, codes) = in_force(record, &county).await;
        let dues = async || -> Vec<Date> {
            let mut dues: Vec<Date> = all(record).await.iter().map(|row| row.due_on).collect();
            dues.sort_unstable();
            dues
        };
        assert_eq!(dues().await, [date(2020, 10, 20)], "publishing opens the next period");
        let renew = async |today| store::obligation::renew(&record.store, &Calendar::builtin(), today).await.unwrap();
        assert_eq!(renew(TODAY).await, 0, "nothing to do twice");
        assert_eq!(renew(date(2021, 2, 1)).await, 2, "a long standstill is made up for");
        assert_eq!(dues().await, [date(2020, 10, 20), date(2021, 1, 20), date(2021, 4, 20)]);

        record.set_clock("2021-02-01T01:00:00Z");
        step(record, &county, catalogue, Step::Adjust { reason: "上级指引修订".into() }).await;
        let change = CellChange {
            code: codes[1].clone(),
            field: Field::Limit,
            before: "每季度首月20日前".into(),
            after: "每月10日前".into(),
        };
        store::catalogue::change_cell(&record.store, &county.clerk, catalogue, change).await.unwrap();
        for wanted in [Step::Submit, Step::Approve, Step::Publish] {
            step(record, &county, catalogue, wanted).await;
        }
        let monthly = [date(2020, 10, 20), date(2021, 1, 20), date(2021, 2, 10)];
        assert_eq!(dues().await, monthly, "what was late stays, what is to come follows the new words");
        step(record, &county, catalogue, Step::Withdraw { reason: "职能调整".into() }).await;
        assert_eq!(dues().await, [date(2020, 10, 20), date(2021, 1, 20)]);
    }

    async fn a_catalogue_shows_how_it_is_kept(record: &Record) {
        let county = county(record).await;
        let (catalogue, codes) = in_force(record, &county).await;
        let kept = async |today| -> Vec<Keeping> {
            let units = BTreeSet::from([county.land]);
            let found = store::obligation::coverage(&record.store, Some(&units), None, today).await.unwrap();
            found[0].items.iter().map(|item| item.keeping).collect()
        };
        assert_eq!(kept(TODAY).await, [Keeping::Blank, Keeping::Blank, Keeping::OnRequest]);
        assert_eq!(kept(date(2020, 10, 21)).await[1], Keeping::Overdue);
        let published = Some(Publication { on: TODAY, address: "https://example.invalid/1".into() });
        let noted = Noted { published, ..noted(catalogue, &codes[0], "甲", date(2020, 6, 1)) };
        note(record, &county, noted).await.unwrap();
        assert_eq!(kept(TODAY).await[0], Keeping::Late);
        let period = all(record).await.into_iter().find(|row| row.cause == Cause::Period).unwrap();
        let on_time = Publication { on: TODAY, address: String::new() };
        store::obligation::publish(&record.store, &county.clerk, period.id, 1, on_time).await.unwrap();
        assert_eq!(kept(TODAY).await, [Keeping::Late, Keeping::Kept, Keeping::OnRequest]);
        let others = BTreeSet::from([county.finance]);
        assert!(store::obligation::coverage(&record.store, Some(&others), None, TODAY).await.unwrap().is_empty());
    }

    async fn lists_count_and_filter_as_the_rule_says(record: &Record) {
        let county = county(record).await;
        let (catalogue, codes) = in_force(record, &county).await;
        for (about, on) in [("旧事", date(2020, 6, 1)), ("新事", date(2020, 7, 31)), ("100%_补偿", date(2020, 8, 3))] {
            note(record, &county, noted(catalogue, &codes[0], about, on)).await.unwrap();
        }
        let counts = store::obligation::count_by_standing(&record.store, &Filter::default(), TODAY, SOON).await.unwrap();
        let rows = all(record).await;
        for standing in Standing::ALL {
            let filter = Filter { standing: Some(standing), ..Filter::default() };
            let found = store::obligation::list(&record.store, &filter, TODAY, SOON, PageRequest::whole()).await.unwrap();
            let expected: Vec<i64> =
                rows.iter().filter(|row| row.standing(TODAY, SOON) == standing).map(|row| row.id).collect();
            assert_eq!(found.rows.iter().map(|row| row.id).collect::<Vec<_>>(), expected, "{standing:?}");
            assert_eq!(counts[&standing], found.total, "{standing:?}");
        }
        assert_eq!(rows[0].about, "旧事", "the most urgent first");
        let filter = Filter { text: "100%_".into(), ..Filter::default() };
        let found = store::obligation::list(&record.store, &filter, TODAY, SOON, PageRequest::whole()).await.unwrap();
        assert_eq!(found.total, 1);
    }

    async fn what_falls_due_on_one_day_is_reminded_of_once(record: &Record) {
        let county = county(record).await;
        let (catalogue, codes) = in_force(record, &county).await;
        for about in ["甲", "乙"] {
            note(record, &county, noted(catalogue, &codes[0], about, date(2020, 7, 30))).await.unwrap();
        }
        let send = async |today| {
            store::reminder::send_for_obligations(&record.store, &Calendar::builtin(), today).await.unwrap()
        };
        assert_eq!((send(TODAY).await, send(TODAY).await), (2, 0));
        assert_eq!(send(date(2020, 8, 14)).await, 2, "late: the office in charge hears of it too");
        let list = store::notification::list(&record.store, county.clerk_user, PageRequest::default()).await.unwrap();
        let subjects: Vec<&str> = list.rows.iter().map(|row| row.subject.as_str()).collect();
        assert!(subjects.contains(&"示例旗自然资源局：2项应公开事项距公开期限还有10个工作日"), "{subjects:?}");
        assert!(subjects.contains(&"示例旗自然资源局：2项应公开事项已逾期1个工作日"), "{subjects:?}");
    }
}
