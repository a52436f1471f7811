//! Disclosures: written, reviewed, published with a number, revised, taken back; what that means for what fell due; two
//! people at once; what the portal may see.

use crate::county::{County, county};
use crate::database::Record;
use crate::on_both_databases;
use domain::catalogue::phase::Step as CatalogueStep;
use domain::catalogue::{Audience, Catalogue, Item, Mode};
use domain::disclosure::state::{Review, State, Step};
use domain::disclosure::{Disclosure, ItemLink, Kind, Validity};
use domain::interpretation::{Need, Scheme};
use domain::role::Actor;
use domain::time_limit::TimeLimit;
use domain::workday::Calendar;
use jiff::civil::date;
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;
use store::catalogue::NewCatalogue;
use store::disclosure::public::{self, Found};
use store::disclosure::whole::{self, Standing};
use store::disclosure::{DisclosureRow, Wanted};
use store::{Error, PageRequest};

pub(crate) fn content(title: &str) -> Disclosure {
    Disclosure {
        title: title.into(),
        body: "<p>现将有关事项公告如下。</p>".into(),
        kind: Kind::Notice,
        subject: "国土资源、能源".into(),
        formed_on: Some(date(2020, 7, 30)),
        ..Disclosure::default()
    }
}

/// A policy file that needs no interpretation.
pub(crate) fn policy(county: &County, title: &str) -> Disclosure {
    let need = Some(Need::NotNeeded { reason: "不涉及群众办事".into() });
    let scheme = Some(Scheme { need, ..Scheme::of(county.land) });
    Disclosure { kind: Kind::Policy, scheme, ..content(title) }
}

pub(crate) async fn begin(record: &Record, county: &County, content: Disclosure) -> i64 {
    store::disclosure::create(&record.store, &county.clerk, county.land, None, content).await.unwrap()
}

pub(crate) async fn found(record: &Record, id: i64) -> DisclosureRow {
    store::disclosure::find(&record.store, id).await.unwrap().unwrap()
}

pub(crate) async fn step(
    record: &Record,
    actor: &Actor,
    id: i64,
    wanted: impl Into<Wanted>,
) -> store::Result<()> {
    let version = found(record, id).await.version;
    store::disclosure::take(&record.store, actor, &Calendar::builtin(), id, version, wanted).await
}

/// A scan that finds nothing.
async fn clean(_: Disclosure) -> store::Result<Vec<String>> {
    Ok(Vec::new())
}

/// All the way to the public.
pub(crate) async fn publish(record: &Record, county: &County, id: i64) {
    step(record, &county.clerk, id, Step::Submit).await.unwrap();
    publish_from_review(record, county, id).await;
}

/// From its reviews to the public.
pub(crate) async fn publish_from_review(record: &Record, county: &County, id: i64) {
    for _ in 0..4 {
        let row = found(record, id).await;
        let next = Review::ALL.into_iter().find(|review| !row.passed.contains(review));
        if row.state != State::Reviewing {
            break;
        }
        let passed = step(record, &county.office, id, Step::Pass { review: next.unwrap() }).await;
        if matches!(passed, Err(Error::Refused(_))) {
            step(record, &county.office, id, Step::Pass { review: Review::Issue }).await.unwrap();
        }
    }
    step(record, &county.clerk, id, Step::Publish).await.unwrap();
}

async fn listed(record: &Record, filter: &public::Filter) -> Vec<String> {
    let page = public::list(&record.store, filter, PageRequest::default()).await.unwrap();
    page.rows.into_iter().map(|row| row.title).collect()
}

/// A catalogue in force with an item after its forming and one every quarter.
async fn catalogue(record: &Record, county: &County) -> (i64, Vec<String>) {
    let item = |level2: &str, limit: &str| Item {
        level1: "补偿".into(),
        level2: level2.into(),
        elements: vec!["全文".into()],
        basis: vec!["《中华人民共和国土地管理法》".into()],
        limit: TimeLimit::parse(limit),
        publisher: vec!["示例旗自然资源局".into()],
        audience: Audience { all: Some(true), groups: vec![] },
        mode: BTreeSet::from([Mode::Proactive]),
        ..Item::default()
    };
    let content = Catalogue {
        sector: Some("land-expropriation".into()),
        title: "示例旗征地补偿领域标准目录".into(),
        items: vec![item("政策文件", "10个工作日内"), item("补偿进度", "每季度首月20日前")],
        notes: Vec::new(),
    };
    let (region, unit) = (county.county, county.land);
    let new =
        NewCatalogue { region, unit, content, parent: None, powers: BTreeSet::new(), from_guide: false };
    let id = store::catalogue::create(&record.store, &county.clerk, new).await.unwrap();
    for wanted in [CatalogueStep::Submit, CatalogueStep::Approve, CatalogueStep::Publish] {
        let version = store::catalogue::find(&record.store, id).await.unwrap().unwrap().version;
        store::catalogue::take(&record.store, &county.office, id, version, wanted).await.unwrap();
    }
    let (_, content) = store::catalogue::version(&record.store, id, 1).await.unwrap().unwrap();
    (id, content.items.into_iter().map(|item| item.code).collect())
}

on_both_databases! {
    async fn what_has_no_day_comes_last(record: &Record) {
        let county = county(record).await;
        for (title, kind, day) in [
            ("早的", Kind::Rule, Some(1)),
            ("没有日期的", Kind::Rule, None),
            ("晚的", Kind::Rule, Some(2)),
            ("有日期的文件", Kind::Policy, Some(1)),
            ("没有日期的文件", Kind::Policy, None),
        ] {
            let said = match kind {
                Kind::Policy => Disclosure { normative: true, ..policy(&county, title) },
                _ => content(title),
            };
            let id = begin(record, &county, said).await;
            publish(record, &county, id).await;
            // As rows are that came in before a day was asked for.
            let day = day.map_or("NULL".to_owned(), |day| format!("'2020-07-0{day}'"));
            let sql = format!("UPDATE disclosure SET kind = '{}', formed_on = {day} WHERE id = {id}", kind.word());
            let raw = record.raw().await;
            raw.execute_unprepared(&sql).await.unwrap();
            raw.close().await.unwrap();
        }
        let rules = public::rules(&record.store).await.unwrap();
        assert_eq!(rules.iter().map(|(row, _)| row.title.as_str()).collect::<Vec<_>>(), ["晚的", "早的", "没有日期的"]);
        let policies = store::annual_report::policies(&record.store).await.unwrap();
        assert_eq!(policies.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["有日期的文件", "没有日期的文件"]);
    }

    async fn a_disclosure_goes_from_draft_to_public_and_back(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let id = begin(record, &county, content("征地公告")).await;
        assert!(public::find(store, id).await.unwrap().is_none(), "a draft is nobody's business");
        step(record, &county.clerk, id, Step::Submit).await.unwrap();
        let own = step(record, &county.clerk, id, Step::Pass { review: Review::Secrecy }).await;
        assert!(matches!(own, Err(Error::Refused(_))), "who writes does not review: {own:?}");
        let early = step(record, &county.clerk, id, Step::Publish).await;
        assert!(matches!(early, Err(Error::Refused(_))), "{early:?}");
        step(record, &county.office, id, Step::Return { reason: "缺附图".into() }).await.unwrap();
        let reviews = store::disclosure::reviews(store, id).await.unwrap();
        assert_eq!((reviews[0].passed, reviews[0].remark.as_str()), (false, "缺附图"));
        publish(record, &county, id).await;
        let row = found(record, id).await;
        assert_eq!((row.state, row.current), (State::Published, Some(1)));
        assert_eq!(row.index_number, format!("150626-{:03}/2020-00001", county.land));
        assert_eq!(listed(record, &public::Filter::default()).await, ["征地公告"]);

        step(record, &county.clerk, id, Step::Revise { reason: "更正面积".into() }).await.unwrap();
        let version = found(record, id).await.version;
        let revised = Disclosure { title: "征地公告（更正）".into(), ..content("") };
        store::disclosure::edit(store, &county.clerk, id, version, revised).await.unwrap();
        assert_eq!(listed(record, &public::Filter::default()).await, ["征地公告"], "until it is published");
        publish(record, &county, id).await;
        assert_eq!(listed(record, &public::Filter::default()).await, ["征地公告（更正）"]);
        let versions = public::versions(store, id).await.unwrap();
        assert_eq!(versions.iter().map(|row| (row.number, row.reason.as_str())).collect::<Vec<_>>(), [(2, "更正面积"), (1, "")]);
        assert_eq!(public::version(store, id, 1).await.unwrap().unwrap().1.title, "征地公告");
        assert_eq!(found(record, id).await.index_number, row.index_number, "a number is given once");

        step(record, &county.office, id, Step::Withdraw { reason: "公开有误".into() }).await.unwrap();
        assert!(listed(record, &public::Filter::default()).await.is_empty());
        assert!(public::version(store, id, 1).await.unwrap().is_none(), "old versions go with it");
        match public::find(store, id).await.unwrap() {
            Some(Found::Withdrawn(left)) => assert_eq!((left.reason.as_str(), left.unit), ("公开有误", county.land)),
            other => panic!("{other:?}"),
        }
        let after = step(record, &county.clerk, id, Step::Revise { reason: "再公开".into() }).await;
        assert!(matches!(after, Err(Error::Refused(_))), "{after:?}");
    }

    async fn index_numbers_run_on_within_unit_and_year(record: &Record) {
        let county = county(record).await;
        let number = async |title: &str| {
            let id = begin(record, &county, content(title)).await;
            publish(record, &county, id).await;
            let number = found(record, id).await.index_number;
            number.rsplit_once('/').unwrap().1.to_owned()
        };
        assert_eq!(number("甲").await, "2020-00001");
        assert_eq!(number("乙").await, "2020-00002");
        record.set_clock("2021-01-04T01:00:00Z");
        assert_eq!(number("丙").await, "2021-00001");
        let of = |year| public::Filter { year: Some(year), ..public::Filter::default() };
        assert_eq!(listed(record, &of(2020)).await, ["乙", "甲"]);
        assert_eq!(listed(record, &of(2021)).await, ["丙"]);
        assert_eq!(public::years(&record.store).await.unwrap(), [2021, 2020]);
    }

    async fn publishing_keeps_what_fell_due_and_withdrawing_opens_it_again(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let (catalogue, codes) = catalogue(record, &county).await;
        let items = codes.iter().map(|code| ItemLink { catalogue, code: code.clone(), name: "项".into() });
        record.set_clock("2020-10-09T01:00:00Z");
        store::obligation::renew(store, &Calendar::builtin(), date(2020, 10, 9)).await.unwrap();
        let id = begin(record, &county, Disclosure { items: items.collect(), ..content("补偿公告") }).await;
        publish(record, &county, id).await;
        let kept = async || {
            let filter = store::obligation::Filter { catalogue: Some(catalogue), ..Default::default() };
            let (today, soon) = (date(2020, 10, 9), date(2020, 10, 23));
            let page = store::obligation::list(store, &filter, today, soon, PageRequest::default()).await.unwrap();
            page.rows.into_iter().filter(|row| row.published_on.is_some()).collect::<Vec<_>>()
        };
        let address = format!("/disclosures/{id}");
        let now = kept().await;
        assert_eq!(now.len(), 2, "the information formed, and the open quarter: {now:?}");
        assert!(now.iter().all(|row| row.address == address && row.published_on == Some(date(2020, 10, 9))));
        let of = public::Filter { item: Some((catalogue, codes[0].clone())), ..public::Filter::default() };
        assert_eq!(listed(record, &of).await, ["补偿公告"]);
        let of = public::Filter { sector: Some("land-expropriation".into()), ..public::Filter::default() };
        assert_eq!(listed(record, &of).await, ["补偿公告"]);
        step(record, &county.office, id, Step::Withdraw { reason: "有误".into() }).await.unwrap();
        assert!(kept().await.is_empty());
        assert!(public::count_by_sector(store).await.unwrap().is_empty());
    }

    async fn later_files_decide_how_a_policy_stands(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let policy = |title: &str| policy(&county, title);
        let old = begin(record, &county, policy("老办法")).await;
        publish(record, &county, old).await;
        let validity = async || {
            let Some(Standing::Public(found)) = whole::find(store, old).await.unwrap() else { panic!() };
            found.links.validity(&found.row, date(2020, 8, 3))
        };
        assert_eq!(validity().await, Validity::InForce);
        let new = begin(record, &county, Disclosure { repeals: vec![old], ..policy("新办法") }).await;
        assert_eq!(validity().await, Validity::InForce, "a draft repeals nothing");
        publish(record, &county, new).await;
        assert_eq!(validity().await, Validity::Repealed);
        assert_eq!(public::touched(store, &[old, new]).await.unwrap().1, BTreeSet::from([old]));
        assert_eq!(whole::neighbours(store, &[old]).await.unwrap(), BTreeSet::from([new]));
        step(record, &county.office, new, Step::Withdraw { reason: "有误".into() }).await.unwrap();
        assert_eq!(validity().await, Validity::InForce);
        assert_eq!(whole::neighbours(store, &[new]).await.unwrap(), BTreeSet::from([old]), "it named it once");
    }

    async fn what_pages_are_made_of_is_read_at_once(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let days = (Some(date(2020, 8, 10)), Some(date(2020, 8, 20)));
        let policy = Disclosure { effective_on: days.0, expires_on: days.1, ..policy(&county, "办法") };
        let (one, two, draft) =
            (begin(record, &county, policy).await, begin(record, &county, content("公告")).await, begin(record, &county, content("草稿")).await);
        for id in [one, two] {
            publish(record, &county, id).await;
        }
        step(record, &county.office, two, Step::Withdraw { reason: "有误".into() }).await.unwrap();
        assert_eq!(whole::ids_after(store, 0, 10).await.unwrap(), [one, two]);
        let standing = whole::standing(store, &[one, two, draft]).await.unwrap();
        let [Standing::Public(whole), Standing::Withdrawn(id, left)] = standing.as_slice() else { panic!("{standing:?}") };
        assert_eq!((*id, left.reason.as_str()), (two, "有误"));
        let Some(Found::Public(found)) = public::find(store, one).await.unwrap() else { panic!() };
        assert_eq!((&whole.row, &whole.version(1).unwrap().content().unwrap()), (&found.0, &found.1));
        assert_eq!(whole.positions.get(&1), Some(&0));
        assert_eq!(whole::indexed(store, None).await.unwrap(), whole::indexed(store, Some(&[one, two])).await.unwrap());
        // The validity changes on the day it begins to hold and on the day after its last.
        let turning = async |after: i8, until: i8| {
            whole::turning(store, date(2020, 8, after), date(2020, 8, until)).await.unwrap().len()
        };
        assert_eq!((turning(8, 9).await, turning(9, 10).await, turning(10, 11).await), (0, 1, 0));
        assert_eq!((turning(19, 20).await, turning(20, 21).await, turning(21, 22).await), (0, 1, 0));
    }

    async fn two_people_publish_at_once_and_one_does(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let id = begin(record, &county, content("公告")).await;
        step(record, &county.clerk, id, Step::Submit).await.unwrap();
        for review in [Review::Secrecy, Review::Issue] {
            step(record, &county.office, id, Step::Pass { review }).await.unwrap();
        }
        let version = found(record, id).await.version;
        let calendar = Calendar::builtin();
        let one = store::disclosure::take(store, &county.clerk, &calendar, id, version, Step::Publish);
        let two = store::disclosure::take(store, &county.office, &calendar, id, version, Step::Publish);
        let (one, two) = tokio::join!(one, two);
        assert_eq!([&one, &two].iter().filter(|outcome| outcome.is_ok()).count(), 1, "{one:?} {two:?}");
        let conflict = one.and(two).unwrap_err();
        assert!(matches!(conflict, Error::Conflict { .. }), "{conflict:?}");
        assert_eq!(public::versions(store, id).await.unwrap().len(), 1);
    }

    async fn what_is_scheduled_is_published_in_its_time_once(record: &Record) {
        let county = county(record).await;
        let (store, calendar) = (&record.store, Calendar::builtin());
        let id = begin(record, &county, content("公告")).await;
        step(record, &county.clerk, id, Step::Submit).await.unwrap();
        for review in [Review::Secrecy, Review::Issue] {
            step(record, &county.office, id, Step::Pass { review }).await.unwrap();
        }
        let at = |text: &str| Wanted { at: Some(text.parse().unwrap()), ..Step::Schedule.into() };
        let past = step(record, &county.clerk, id, at("2020-08-01T00:00:00Z")).await;
        assert!(matches!(past, Err(Error::Refused(_))), "{past:?}");
        step(record, &county.clerk, id, at("2020-08-05T01:00:00Z")).await.unwrap();
        assert_eq!(store::disclosure::publish_scheduled(store, &calendar, clean).await.unwrap(), 0);
        record.set_clock("2020-08-05T01:00:01Z");
        assert_eq!(store::disclosure::publish_scheduled(store, &calendar, clean).await.unwrap(), 1);
        assert_eq!(store::disclosure::publish_scheduled(store, &calendar, clean).await.unwrap(), 0);
        assert_eq!(listed(record, &public::Filter::default()).await, ["公告"]);
    }

    async fn what_the_scan_found_is_put_right_or_left_with_a_reason(record: &Record) {
        let county = county(record).await;
        let id = begin(record, &county, Disclosure { body: "<p>电话13812345678</p>".into(), ..content("公告") }).await;
        let marked = Wanted { marks: vec!["a".into(), "b".into()], ..Step::Submit.into() };
        let refused = step(record, &county.clerk, id, marked.clone()).await;
        assert!(matches!(&refused, Err(Error::Refused(reason)) if reason.contains("发布前检查")), "{refused:?}");
        let version = found(record, id).await.version;
        let noticed = |mark: &str| vec![(mark.to_owned(), "正文第1段：手机号".to_owned())];
        let waive = |found, version, reason| store::disclosure::waive(&record.store, &county.clerk, id, version, found, reason);
        assert!(matches!(waive(noticed("a"), version, " ").await, Err(Error::Refused(_))));
        assert!(matches!(waive(noticed("a"), version - 1, "甲").await, Err(Error::Conflict { .. })));
        let version = waive(noticed("a"), version, "是对外公布的电话").await.unwrap();
        assert!(step(record, &county.clerk, id, marked.clone()).await.is_err());
        waive(noticed("b"), version, "同上").await.unwrap();
        step(record, &county.clerk, id, marked).await.unwrap();
        let waivers = store::disclosure::waivers(&record.store, id).await.unwrap();
        assert_eq!(waivers.iter().map(|waiver| waiver.reason.as_str()).collect::<Vec<_>>(), ["是对外公布的电话", "同上"]);
        // The journal tells what was left and why, and never the number itself.
        let entries = store::journal::history(&record.store, "disclosure", &[id]).await.unwrap();
        let journal = format!("{entries:?}");
        assert!(journal.contains("是对外公布的电话") && !journal.contains("13812345678"), "{journal}");
    }

    async fn drafts_keep_only_what_is_theirs(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let (catalogue, codes) = catalogue(record, &county).await;
        let item = ItemLink { catalogue, code: codes[0].clone(), name: "项".into() };
        let foreign = Disclosure { items: vec![item], ..content("别家的事项") };
        let refused = store::disclosure::create(store, &county.office, county.finance, None, foreign).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        let file = store::attachment::put(store, &county.office, "表.csv", "text/csv", "内容".into()).await.unwrap();
        let with = |id| domain::disclosure::File { id, name: "改名.csv".into(), hash: String::new(), bytes: 0 };
        let not_mine = Disclosure { files: vec![with(file.id)], ..content("别人的文件") };
        let refused = store::disclosure::create(store, &county.clerk, county.land, None, not_mine).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        let file = store::attachment::put(store, &county.clerk, "表.csv", "text/csv", "内容".into()).await.unwrap();
        let id = begin(record, &county, Disclosure { files: vec![with(file.id)], ..content("公告") }).await;
        let kept = store::disclosure::draft(store, id).await.unwrap().unwrap();
        assert_eq!((kept.files[0].name.as_str(), &kept.files[0].hash), ("表.csv", &file.hash), "as it was kept");
        assert_eq!(store::disclosure::units_of_attachment(store, file.id).await.unwrap(), [county.land]);
        let stale = store::disclosure::edit(store, &county.clerk, id, 0, content("旧")).await;
        assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
        let version = found(record, id).await.version;
        store::disclosure::discard(store, &county.clerk, id, version).await.unwrap();
        assert!(store::disclosure::find(store, id).await.unwrap().is_none());
    }

    async fn the_data_page_lists_what_has_tables(record: &Record) {
        let county = county(record).await;
        let (store, clerk) = (&record.store, &county.clerk);
        let mut ids = Vec::new();
        for (name, body) in [("名单.CSV", "<p>名单</p>"), ("说明.pdf", "<p>见\"name\":\"名单.csv\",\"hash\":</p>"), ("表.xlsx", "<p>表</p>")] {
            let kept = store::attachment::put(store, clerk, name, "text/csv", name.to_owned().into()).await.unwrap();
            let file = domain::disclosure::File { id: kept.id, name: kept.name, hash: kept.hash, bytes: kept.bytes };
            let id = begin(record, &county, Disclosure { body: body.into(), files: vec![file], ..content(name) }).await;
            publish(record, &county, id).await;
            ids.push(id);
        }
        let listed = async |request| {
            let page = public::with_files(store, &["csv", "xlsx"], request).await.unwrap();
            let rows: Vec<i64> = page.rows.iter().map(|(row, files)| { assert_eq!(files.len(), 1); row.id }).collect();
            (page.total, rows)
        };
        assert_eq!(listed(PageRequest::default()).await, (2, vec![ids[2], ids[0]]));
        assert_eq!(listed(PageRequest { page: 2, size: 1 }).await, (2, vec![ids[0]]));
    }
}
