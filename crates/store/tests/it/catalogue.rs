//! Catalogues: written by several people at once, taken through the phases, versions that never change, the plan's
//! assignments completed by them.

use crate::county::{County, county, draft};
use crate::database::Record;
use crate::on_both_databases;
use domain::catalogue::phase::{Phase, Step};
use domain::catalogue::{Audience, Catalogue, Channel, Field, Item, Mode};
use domain::progress::State;
use domain::time_limit::TimeLimit;
use domain::unit::Tier;
use std::collections::BTreeSet;
use store::Error;
use store::catalogue::{CellChange, Edit, Filter, NewCatalogue, NewDerived};

fn item(level2: &str) -> Item {
    Item {
        level1: "征地管理政策".into(),
        level2: level2.into(),
        elements: vec!["文件标题".into(), "文号".into(), "全文".into()],
        basis: vec!["《中华人民共和国土地管理法》".into()],
        limit: TimeLimit::parse("20个工作日内"),
        publisher: vec!["旗自然资源局".into()],
        channels: Channel::parse("政府网站").into_iter().collect(),
        audience: Audience { all: Some(true), groups: vec![] },
        mode: BTreeSet::from([Mode::Proactive]),
        tiers: BTreeSet::from([Tier::County]),
        ..Item::default()
    }
}

fn content(sector: Option<&str>, items: &[&str]) -> Catalogue {
    Catalogue {
        sector: sector.map(str::to_owned),
        title: "示例旗征地补偿领域标准目录".into(),
        items: items.iter().map(|name| item(name)).collect(),
        notes: Vec::new(),
    }
}

async fn begun(record: &Record, county: &County, items: &[&str]) -> i64 {
    let new = NewCatalogue {
        region: county.county,
        unit: county.land,
        content: content(Some("land-expropriation"), items),
        parent: None,
        powers: BTreeSet::new(),
        from_guide: false,
    };
    store::catalogue::create(&record.store, &county.clerk, new).await.unwrap()
}

async fn step(record: &Record, county: &County, id: i64, wanted: Step) -> Result<(), Error> {
    let version = store::catalogue::find(&record.store, id).await.unwrap().unwrap().version;
    store::catalogue::take(&record.store, &county.office, id, version, wanted).await
}

async fn published(record: &Record, county: &County, id: i64) {
    for wanted in [Step::Submit, Step::Approve, Step::Publish] {
        step(record, county, id, wanted).await.unwrap();
    }
}

async fn codes(record: &Record, id: i64) -> Vec<String> {
    let draft = store::catalogue::draft(&record.store, id).await.unwrap().unwrap();
    draft.items.into_iter().map(|item| item.code).collect()
}

fn cell(code: &str, before: &str, after: &str) -> CellChange {
    CellChange { code: code.into(), field: Field::Limit, before: before.into(), after: after.into() }
}

on_both_databases! {
    async fn a_catalogue_becomes_a_version_that_never_changes(record: &Record) {
        let county = county(record).await;
        let id = begun(record, &county, &["法律法规", "补偿标准"]).await;
        let first = codes(record, id).await;
        assert_eq!(first.len(), 2);
        assert!(first[0].starts_with("land-expropriation-150626-") && first[0].ends_with("-001"), "{first:?}");
        published(record, &county, id).await;
        let row = store::catalogue::find(&record.store, id).await.unwrap().unwrap();
        assert_eq!((row.phase, row.current, row.items), (Phase::Published, Some(1), 2));
        assert_eq!(store::catalogue::draft(&record.store, id).await.unwrap(), None);
        let (_, one) = store::catalogue::version(&record.store, id, 1).await.unwrap().unwrap();

        step(record, &county, id, Step::Adjust { reason: "土地管理法修订".into() }).await.unwrap();
        let store = &record.store;
        store::catalogue::change_cell(store, &county.clerk, id, cell(&first[0], "20个工作日内", "7个工作日内")).await.unwrap();
        let version = store::catalogue::find(store, id).await.unwrap().unwrap().version;
        let version = store::catalogue::edit(store, &county.clerk, id, version, Edit::Remove { code: first[1].clone() }).await.unwrap();
        store::catalogue::edit(store, &county.clerk, id, version, Edit::Copy { code: first[0].clone() }).await.unwrap();
        published(record, &county, id).await;
        let versions = store::catalogue::versions(store, id).await.unwrap();
        let seen: Vec<_> = versions.iter().map(|row| (row.number, row.reason.as_str(), row.summary.as_str())).collect();
        assert_eq!(seen, [(2, "土地管理法修订", "新增1项，调整1项，取消1项"), (1, "", "共2项")]);
        assert_eq!(store::catalogue::version(store, id, 1).await.unwrap().unwrap().1, one);
        assert_eq!(store::catalogue::item_versions(store, id, &first[1]).await.unwrap(), Some((1, 1)));
        assert_eq!(store::catalogue::item_versions(store, id, &first[0]).await.unwrap(), Some((1, 2)));
        assert_eq!(store::catalogue::item_versions(store, id, "never").await.unwrap(), None);
    }

    async fn a_code_is_never_given_again(record: &Record) {
        let county = county(record).await;
        let id = begun(record, &county, &["甲"]).await;
        let first = codes(record, id).await.remove(0);
        let store = &record.store;
        let version = store::catalogue::edit(store, &county.clerk, id, 1, Edit::Remove { code: first.clone() }).await.unwrap();
        let version = store::catalogue::edit(store, &county.clerk, id, version, Edit::Add { below: None }).await.unwrap();
        let second = codes(record, id).await.remove(0);
        assert_ne!(first, second);
        let split = Edit::Split { code: second.clone(), elements: 1 };
        let refused = store::catalogue::edit(store, &county.clerk, id, version, split).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "nothing to split: {refused:?}");
    }

    async fn rows_are_copied_split_and_moved(record: &Record) {
        let county = county(record).await;
        let id = begun(record, &county, &["甲", "乙"]).await;
        let [one, two] = <[String; 2]>::try_from(codes(record, id).await).unwrap();
        let store = &record.store;
        let version = store::catalogue::edit(store, &county.clerk, id, 1, Edit::Split { code: one.clone(), elements: 1 }).await.unwrap();
        let version = store::catalogue::edit(store, &county.clerk, id, version, Edit::Move { code: two.clone(), to: 0 }).await.unwrap();
        let draft = store::catalogue::draft(store, id).await.unwrap().unwrap();
        let seen: Vec<_> = draft.items.iter().map(|item| (item.number.as_str(), item.level2.as_str(), item.elements.len())).collect();
        assert_eq!(seen, [("1", "乙", 3), ("2", "甲", 1), ("3", "甲", 2)]);
        assert_eq!((draft.items[0].code.as_str(), draft.items[1].code.as_str()), (two.as_str(), one.as_str()));
        // Undo puts back what was there, with the codes it had.
        let before = Catalogue { items: vec![item("甲"), item("乙")], ..draft.clone() };
        store::catalogue::edit(store, &county.clerk, id, version, Edit::Replace(Box::new(before))).await.unwrap();
        assert_eq!(codes(record, id).await, [one, two], "the same names are the same items");
    }

    async fn two_editors_work_on_different_cells_and_clash_on_one(record: &Record) {
        let county = county(record).await;
        let id = begun(record, &county, &["甲", "乙"]).await;
        let codes = codes(record, id).await;
        let store = &record.store;
        let one = store::catalogue::change_cell(store, &county.clerk, id, cell(&codes[0], "20个工作日内", "及时公开"));
        let two = store::catalogue::change_cell(store, &county.office, id, cell(&codes[1], "20个工作日内", "每季度"));
        let (one, two) = tokio::join!(one, two);
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        let late = store::catalogue::change_cell(store, &county.office, id, cell(&codes[0], "20个工作日内", "10个工作日内")).await;
        assert!(matches!(late, Err(Error::Conflict { .. })), "{late:?}");
        let again = store::catalogue::change_cell(store, &county.clerk, id, cell(&codes[0], "20个工作日内", "及时公开")).await;
        assert!(again.is_ok(), "saying the same again is no clash: {again:?}");
        let draft = store::catalogue::draft(store, id).await.unwrap().unwrap();
        let limits: Vec<_> = draft.items.iter().map(|item| item.limit.text().to_owned()).collect();
        assert_eq!(limits, ["及时公开", "每季度"]);
    }

    async fn a_version_is_published_once(record: &Record) {
        let county = county(record).await;
        let id = begun(record, &county, &["甲"]).await;
        step(record, &county, id, Step::Submit).await.unwrap();
        step(record, &county, id, Step::Approve).await.unwrap();
        let version = store::catalogue::find(&record.store, id).await.unwrap().unwrap().version;
        let publish = || store::catalogue::take(&record.store, &county.office, id, version, Step::Publish);
        let (one, two) = tokio::join!(publish(), publish());
        assert_eq!([&one, &two].iter().filter(|result| result.is_ok()).count(), 1, "{one:?} {two:?}");
        assert_eq!(store::catalogue::versions(&record.store, id).await.unwrap().len(), 1);
    }

    async fn what_is_wrong_is_refused_and_what_is_public_stays(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let new = |content| NewCatalogue { region: county.county, unit: county.land, content, parent: None, powers: BTreeSet::new(), from_guide: false };
        let unknown = store::catalogue::create(store, &county.clerk, new(content(Some("magic"), &["甲"]))).await;
        assert!(matches!(unknown, Err(Error::Refused(_))), "{unknown:?}");
        let id = begun(record, &county, &["甲"]).await;
        let twice = store::catalogue::create(store, &county.clerk, new(content(Some("land-expropriation"), &["甲"]))).await;
        assert!(matches!(twice, Err(Error::Refused(_))), "{twice:?}");
        let own = store::catalogue::create(store, &county.clerk, new(content(None, &["甲"]))).await;
        assert!(own.is_ok(), "a unit's own stands beside: {own:?}");
        published(record, &county, id).await;
        let code = store::catalogue::version(store, id, 1).await.unwrap().unwrap().1.items[0].code.clone();
        let locked = store::catalogue::change_cell(store, &county.clerk, id, cell(&code, "20个工作日内", "改")).await;
        assert!(matches!(locked, Err(Error::Refused(_))), "{locked:?}");
        step(record, &county, id, Step::Adjust { reason: "机构职能调整".into() }).await.unwrap();
        let version = store::catalogue::find(store, id).await.unwrap().unwrap().version;
        let nobody = CellChange { field: Field::Publisher, ..cell(&code, "旗自然资源局", "") };
        store::catalogue::change_cell(store, &county.clerk, id, nobody).await.unwrap();
        let stale = store::catalogue::edit(store, &county.clerk, id, version, Edit::Title("甲".into())).await;
        assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
        let errors = step(record, &county, id, Step::Submit).await;
        assert!(matches!(&errors, Err(Error::Refused(why)) if why.contains("错误级")), "{errors:?}");
        let public = store::catalogue::list(store, &Filter { in_force: true, ..Filter::default() }).await.unwrap();
        assert_eq!(public.iter().map(|row| (row.id, row.current)).collect::<Vec<_>>(), [(id, Some(1))]);
        step(record, &county, id, Step::Abandon).await.unwrap();
        let row = store::catalogue::find(store, id).await.unwrap().unwrap();
        assert_eq!((row.phase, row.current), (Phase::Published, Some(1)));
    }

    async fn publishing_completes_the_plans_assignment_and_withdrawing_opens_it(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let plan_draft = draft(record, &county).await;
        let found = store::plan_draft::find(store, plan_draft).await.unwrap().unwrap();
        let mut plan = found.plan.clone();
        plan.tasks[0].name = "编制26个领域标准目录。".into();
        plan.tasks[0].assignments[0].content = "征地补偿领域、城乡规划领域。".into();
        let change = store::plan_draft::DraftChange {
            plan,
            findings: Vec::new(),
            document: serde_json::json!({}),
            mapping: serde_json::json!({}),
            resolutions: std::collections::BTreeMap::new(),
        };
        let version = store::plan_draft::change(store, &county.office, plan_draft, 1, change).await.unwrap();
        store::plan_draft::accept(store, &county.office, plan_draft, version).await.unwrap();
        let state = async || crate::county::share_of(record, county.land).await.state;

        let one = begun(record, &county, &["甲"]).await;
        published(record, &county, one).await;
        assert_eq!(state().await, State::NotStarted, "two sectors were asked for");
        let new = NewCatalogue {
            region: county.county,
            unit: county.land,
            content: content(Some("urban-rural-planning"), &["乙"]),
            parent: None, powers: BTreeSet::new(), from_guide: false
        };
        let two = store::catalogue::create(store, &county.clerk, new).await.unwrap();
        published(record, &county, two).await;
        assert_eq!(state().await, State::Completed);
        step(record, &county, two, Step::Withdraw { reason: "发现错误".into() }).await.unwrap();
        assert_eq!(state().await, State::Underway);
        let versions = store::catalogue::versions(store, two).await.unwrap();
        assert_eq!(versions[0].withdrawn.as_ref().map(|(_, why)| why.as_str()), Some("发现错误"));
        published(record, &county, two).await;
        assert_eq!(state().await, State::Completed);
        let numbers: Vec<u32> = store::catalogue::versions(store, two).await.unwrap().iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 1], "a number is not given again");
    }

    async fn changes_are_taken_back_one_after_the_other(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let id = begun(record, &county, &["甲", "乙", "丙"]).await;
        let codes = codes(record, id).await;
        let draft = async || store::catalogue::draft(store, id).await.unwrap().unwrap();
        let version = async || store::catalogue::find(store, id).await.unwrap().unwrap().version;
        let change = async |wanted| store::catalogue::edit(store, &county.clerk, id, version().await, wanted).await.unwrap();
        let mut states = vec![draft().await];
        store::catalogue::change_cell(store, &county.clerk, id, cell(&codes[0], "20个工作日内", "7个工作日内")).await.unwrap();
        states.push(draft().await);
        for wanted in [
            Edit::Remove { code: codes[1].clone() },
            Edit::Copy { code: codes[2].clone() },
            Edit::Move { code: codes[0].clone(), to: 2 },
            Edit::Title("另一个标题".into()),
        ] {
            change(wanted).await;
            states.push(draft().await);
        }
        store::catalogue::comment(store, &county.office, id, &codes[0], None, "请核对").await.unwrap();
        let mut words = Vec::new();
        while let Some(next) = store::catalogue::undoable(store, id).await.unwrap() {
            assert_eq!(states.pop().unwrap(), draft().await, "before taking back {}", next.words);
            words.push(next.words);
            store::catalogue::undo(store, &county.clerk, id, version().await, next.sequence).await.unwrap();
        }
        assert_eq!(words, ["修改标题", "移动事项", "增加1项", "删除1项", "修改公开时限"]);
        assert_eq!(states, [draft().await]);
        let twice = store::catalogue::undo(store, &county.clerk, id, version().await, 1).await;
        assert!(matches!(twice, Err(Error::Refused(_))), "{twice:?}");
        change(Edit::Title("再一个标题".into())).await;
        step(record, &county, id, Step::Submit).await.unwrap();
        step(record, &county, id, Step::Return { reason: "补充".into() }).await.unwrap();
        assert_eq!(store::catalogue::undoable(store, id).await.unwrap(), None, "not past a step");
    }

    async fn the_largest_catalogue_is_kept_and_a_larger_one_refused(record: &Record) {
        let county = county(record).await;
        let names: Vec<String> = (0..=domain::limits::CATALOGUE_ITEMS_MAX).map(|at| format!("事项{at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let new = |items: &[&str]| NewCatalogue {
            region: county.county,
            unit: county.land,
            content: content(Some("land-expropriation"), items),
            parent: None,
            powers: BTreeSet::new(), from_guide: false
        };
        let refused = store::catalogue::create(&record.store, &county.clerk, new(&names)).await;
        assert!(refused.unwrap_err().to_string().contains("这份有20001项"));
        let id = store::catalogue::create(&record.store, &county.clerk, new(&names[1..])).await.unwrap();
        let row = store::catalogue::find(&record.store, id).await.unwrap().unwrap();
        assert_eq!(row.items, 20_000);
    }

    async fn cells_are_commented_on_and_comments_settled(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let id = begun(record, &county, &["甲"]).await;
        let code = codes(record, id).await.remove(0);
        let say = async |actor: &domain::role::Actor, code: &str, text: &str| {
            store::catalogue::comment(store, actor, id, code, Some(Field::Limit), text).await
        };
        assert!(say(&county.office, &code, " ").await.is_err());
        assert!(say(&county.office, "none", "请核对").await.is_err());
        say(&county.office, &code, "应为15个工作日").await.unwrap();
        say(&county.clerk, &code, "已按部门指引核对").await.unwrap();
        let found = store::catalogue::comments(store, id).await.unwrap();
        let said: Vec<_> = found.iter().map(|found| (found.field, found.text.as_str(), found.resolved.is_some())).collect();
        assert_eq!(said, [(Some(Field::Limit), "应为15个工作日", false), (Some(Field::Limit), "已按部门指引核对", false)]);
        let told = store::notification::list(store, county.clerk_user, store::PageRequest::default()).await.unwrap();
        assert_eq!(told.total, 1, "the unit hears of the office's words, not of its own");
        store::catalogue::resolve(store, &county.clerk, id, found[0].id).await.unwrap();
        store::catalogue::resolve(store, &county.clerk, id, found[0].id).await.unwrap();
        assert!(store::catalogue::resolve(store, &county.clerk, id + 1, found[1].id).await.is_err());
        let found = store::catalogue::comments(store, id).await.unwrap();
        assert_eq!(found.iter().map(|found| found.resolved.is_some()).collect::<Vec<_>>(), [true, false]);
        step(record, &county, id, Step::Submit).await.unwrap();
        say(&county.office, &code, "审查时也能提").await.unwrap();
        step(record, &county, id, Step::Approve).await.unwrap();
        step(record, &county, id, Step::Publish).await.unwrap();
        assert!(say(&county.office, &code, "公布以后").await.is_err());
    }

    async fn a_newer_guide_is_followed_and_the_offices_wording_stays(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let guide = content(Some("land-expropriation"), &["甲", "乙", "丙"]);
        let new = NewCatalogue {
            region: county.county,
            unit: county.land,
            content: guide.clone(),
            parent: None,
            powers: BTreeSet::new(),
            from_guide: true,
        };
        let id = store::catalogue::create(store, &county.clerk, new).await.unwrap();
        let codes = codes(record, id).await;
        assert!(store::catalogue::guide_proposal(store, id, &guide).await.unwrap().is_none(), "nothing new");
        store::catalogue::change_cell(store, &county.clerk, id, cell(&codes[0], "20个工作日内", "7个工作日内")).await.unwrap();
        published(record, &county, id).await;
        let mut newer = guide.clone();
        newer.items[0].limit = TimeLimit::parse("10个工作日内");
        newer.items[1].limit = TimeLimit::parse("15个工作日内");
        newer.items[2] = item("丁");
        let merged = store::catalogue::guide_proposal(store, id, &newer).await.unwrap().unwrap();
        assert_eq!((merged.taken.len(), merged.conflicts.len()), (3, 1), "{merged:?}");
        let version = store::catalogue::find(store, id).await.unwrap().unwrap().version;
        store::catalogue::follow_guide(store, &county.clerk, id, version, &newer, &[]).await.unwrap();
        let draft = store::catalogue::draft(store, id).await.unwrap().unwrap();
        let said: Vec<_> = draft.items.iter().map(|item| (item.level2.as_str(), item.limit.text())).collect();
        assert_eq!(said, [("甲", "7个工作日内"), ("乙", "15个工作日内"), ("丁", "20个工作日内")]);
        assert_eq!((&draft.items[0].code, &draft.items[1].code), (&codes[0], &codes[1]));
        assert!(draft.items[2].code.ends_with("-004"), "{}", draft.items[2].code);
        assert!(store::catalogue::guide_proposal(store, id, &newer).await.unwrap().is_none(), "followed");
        let public = store::catalogue::version(store, id, 1).await.unwrap().unwrap().1;
        assert_eq!(public.items.len(), 3, "what is public stays");
        let begun_otherwise = store::catalogue::guide_proposal(store, id + 1, &newer).await.unwrap();
        assert!(begun_otherwise.is_none());
    }

    async fn readjusting_in_the_year_completes_the_plans_assignment(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let plan_draft = draft(record, &county).await;
        let mut plan = store::plan_draft::find(store, plan_draft).await.unwrap().unwrap().plan;
        plan.tasks[0].name = "更新完善政务公开事项标准目录。".into();
        plan.tasks[0].assignments[0].content = "各部门要重新调整更新本部门政务公开事项标准目录。".into();
        let change = store::plan_draft::DraftChange {
            plan,
            findings: Vec::new(),
            document: serde_json::json!({}),
            mapping: serde_json::json!({}),
            resolutions: std::collections::BTreeMap::new(),
        };
        let version = store::plan_draft::change(store, &county.office, plan_draft, 1, change).await.unwrap();
        store::plan_draft::accept(store, &county.office, plan_draft, version).await.unwrap();
        let state = async || crate::county::share_of(record, county.land).await.state;
        let units = BTreeSet::from([county.land, county.finance]);
        let done = async |year| {
            let found = store::catalogue::readjustment(store, &units, year).await.unwrap();
            found.iter().map(store::catalogue::Readjustment::done_on).collect::<Vec<_>>()
        };
        let id = begun(record, &county, &["甲"]).await;
        assert_eq!(done(2020).await, [], "nothing in force, nothing to readjust");
        published(record, &county, id).await;
        assert_eq!((state().await, done(2020).await), (State::NotStarted, vec![None]));
        step(record, &county, id, Step::Adjust { reason: "年度调整".into() }).await.unwrap();
        published(record, &county, id).await;
        assert_eq!(state().await, State::Completed);
        assert_eq!(done(2020).await, [Some(jiff::civil::date(2020, 8, 3))]);
        assert_eq!(done(2021).await, [None], "the next year asks again");
        step(record, &county, id, Step::Withdraw { reason: "发现错误".into() }).await.unwrap();
        assert_eq!(state().await, State::Underway);
    }

    async fn a_township_follows_the_county_and_keeps_its_wording(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let mut items = content(Some("land-expropriation"), &["甲", "乙", "丙"]);
        items.items[0].tiers.insert(Tier::Township);
        let new = NewCatalogue { region: county.county, unit: county.land, content: items, parent: None, powers: BTreeSet::new(), from_guide: false };
        let upper = store::catalogue::create(store, &county.clerk, new).await.unwrap();
        let derived = |powers: BTreeSet<String>| NewDerived {
            unit: county.town_two,
            upper,
            powers,
            title: "乙苏木征地补偿领域标准目录".into(),
        };
        let early = store::catalogue::begin_derived(store, &county.office, derived(BTreeSet::new())).await;
        assert!(matches!(early, Err(Error::Refused(_))), "nothing in force yet: {early:?}");
        published(record, &county, upper).await;
        let codes: Vec<String> = store::catalogue::version(store, upper, 1).await.unwrap().unwrap().1.items.into_iter().map(|item| item.code).collect();
        let lower = store::catalogue::begin_derived(store, &county.office, derived(BTreeSet::from([codes[1].clone()]))).await.unwrap();
        let draft = store::catalogue::draft(store, lower).await.unwrap().unwrap();
        let held: Vec<&str> = draft.items.iter().map(|item| item.code.as_str()).collect();
        assert_eq!(held, [&codes[0], &codes[1]], "its tier, and the power it took over");
        assert!(draft.items.iter().all(|item| item.publisher == ["乙苏木人民政府"]));
        assert!(store::catalogue::proposal(store, lower).await.unwrap().is_none(), "it stands on the version in force");

        // The township words one name and one limit its own way and publishes.
        let own = |field, before: &str, after: &str| CellChange { code: codes[0].clone(), field, before: before.into(), after: after.into() };
        store::catalogue::change_cell(store, &county.office, lower, own(Field::Level2, "甲", "甲（牧区）")).await.unwrap();
        store::catalogue::change_cell(store, &county.office, lower, own(Field::Limit, "20个工作日内", "15个工作日内")).await.unwrap();
        published(record, &county, lower).await;

        // The county shortens the limit and adds an item of the township's tier.
        step(record, &county, upper, Step::Adjust { reason: "指引修订".into() }).await.unwrap();
        store::catalogue::change_cell(store, &county.clerk, upper, cell(&codes[0], "20个工作日内", "7个工作日内")).await.unwrap();
        store::catalogue::change_cell(store, &county.clerk, upper, CellChange { field: Field::Tiers, ..cell(&codes[2], "县级", "县级；乡级") }).await.unwrap();
        published(record, &county, upper).await;
        let proposal = store::catalogue::proposal(store, lower).await.unwrap().unwrap();
        assert_eq!((proposal.from, proposal.to, proposal.merged.conflicts.len()), (1, 2, 1));
        assert_eq!(proposal.merged.catalogue.items.len(), 3);

        let version = store::catalogue::find(store, lower).await.unwrap().unwrap().version;
        let stale = store::catalogue::follow(store, &county.office, lower, version, 1, &[]).await;
        assert!(matches!(stale, Err(Error::Refused(_))), "{stale:?}");
        let theirs = [(codes[0].clone(), Field::Limit)];
        store::catalogue::follow(store, &county.office, lower, version, 2, &theirs).await.unwrap();
        let row = store::catalogue::find(store, lower).await.unwrap().unwrap();
        assert_eq!((row.phase, row.current, row.parent), (Phase::Compiling, Some(1), Some((upper, 2))));
        let draft = store::catalogue::draft(store, lower).await.unwrap().unwrap();
        assert_eq!(draft.items[0].level2, "甲（牧区）", "the office's wording stays");
        assert_eq!(draft.items[0].limit.text(), "7个工作日内", "where it chose the upper one");
        assert_eq!(draft.title, "乙苏木征地补偿领域标准目录");
        assert!(store::catalogue::proposal(store, lower).await.unwrap().is_none());
        let below = store::catalogue::lower(store, upper).await.unwrap();
        assert_eq!(below.iter().map(|row| row.id).collect::<Vec<_>>(), [lower]);

        let upward = NewDerived { unit: county.land, upper: lower, ..derived(BTreeSet::new()) };
        let upward = store::catalogue::begin_derived(store, &county.office, upward).await;
        assert!(matches!(upward, Err(Error::Refused(_))), "a county's does not come from its township's: {upward:?}");
    }
}
