//! Plans: read, corrected, accepted, followed, completed with evidence, shown to the public.

use crate::county::{accepted, county, draft, plan, share_of};
use crate::database::Record;
use crate::on_both_databases;
use domain::progress::{Standing, State};
use domain::role::Scope;
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};
use store::assignment::{AssignmentChange, Filter, Sort};
use store::evidence::Proof;
use store::plan_draft::DraftChange;
use store::{Error, PageRequest};

const TODAY: jiff::civil::Date = date(2020, 8, 24);
const SOON: jiff::civil::Date = date(2020, 9, 7);

async fn list(record: &Record, filter: &Filter) -> Vec<store::assignment::AssignmentRow> {
    store::assignment::list(&record.store, filter, TODAY, SOON, PageRequest::default()).await.unwrap().rows
}

on_both_databases! {
    async fn a_group_stands_for_its_units_and_nobody_is_named_twice(record: &Record) {
        let county = county(record).await;
        let plan = accepted(record, &county).await;
        let rows = list(record, &Filter { plan: Some(plan), ..Filter::default() }).await;
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].counts, BTreeMap::from([(State::NotStarted, 3)]), "自然资源局, 甲镇 once, 乙苏木");
        assert_eq!(rows[1].counts, BTreeMap::from([(State::NotStarted, 1)]), "the unknown unit has nobody yet");
        assert_eq!(rows[1].units, ["旗神秘局", "旗财政局"], "but its words stay");
        assert_eq!(rows[0].standing, Some(Standing::DueSoon));
        assert_eq!(rows[1].standing, Some(Standing::Undated));
    }

    async fn what_was_accepted_is_what_was_read(record: &Record) {
        let county = county(record).await;
        let id = accepted(record, &county).await;
        assert_eq!(store::plan::content(&record.store, id).await.unwrap(), plan());
        let layout = store::plan::layout(&record.store, id).await.unwrap();
        assert_eq!(layout["document"], serde_json::json!({"tables": []}));
    }

    async fn a_draft_is_corrected_once_and_accepted_once(record: &Record) {
        let county = county(record).await;
        let id = draft(record, &county).await;
        let mut corrected = plan();
        corrected.tasks[1].assignments[0].content = "改过的内容".into();
        let change = DraftChange {
            plan: corrected.clone(),
            findings: Vec::new(),
            document: serde_json::json!({}),
            mapping: serde_json::json!({}),
            resolutions: BTreeMap::from([("旗神秘局".to_owned(), vec![county.town_two])]),
        };
        let store = &record.store;
        let version = store::plan_draft::change(store, &county.office, id, 1, change.clone()).await.unwrap();
        let stale = store::plan_draft::change(store, &county.office, id, 1, change).await;
        assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
        let plan = store::plan_draft::accept(store, &county.office, id, version).await.unwrap();
        assert_eq!(store::plan::content(store, plan).await.unwrap(), corrected);
        let rows = list(record, &Filter { plan: Some(plan), unit: Some(county.town_two), ..Filter::default() }).await;
        assert_eq!(rows.len(), 2, "by the group, and by the person's choice");
        let directory = store::unit::directory(store).await.unwrap();
        assert_eq!(directory.resolve("旗神秘局"), domain::unit::Resolution::Unit(county.town_two), "learnt as an alias");
        let again = store::plan_draft::accept(store, &county.office, id, version + 1).await;
        assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
        assert_eq!(store::plan::list(store).await.unwrap().len(), 1);
    }

    async fn filters_find_exactly_what_they_name(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let count = async |filter: Filter| list(record, &filter).await.len();
        let text = |text: &str| Filter { text: text.into(), ..Filter::default() };
        assert_eq!(count(text("100%")).await, 1);
        assert_eq!(count(text("100_")).await, 1);
        assert_eq!(count(text("%")).await, 1);
        assert_eq!(count(text("建设平台")).await, 1, "the task's name counts");
        assert_eq!(count(text("神秘")).await, 1, "so do the units' words");
        assert_eq!(count(text("\\")).await, 0);
        assert_eq!(count(Filter { unit: Some(county.finance), ..Filter::default() }).await, 1);
        assert_eq!(count(Filter { visible: Some(BTreeSet::new()), ..Filter::default() }).await, 0);
        assert_eq!(count(Filter { visible: Some([county.land].into()), ..Filter::default() }).await, 1);
        assert_eq!(count(Filter { standing: Some(Standing::DueSoon), ..Filter::default() }).await, 1);
        assert_eq!(count(Filter { standing: Some(Standing::Overdue), ..Filter::default() }).await, 0);
        assert_eq!(count(Filter { due_to: Some(date(2020, 9, 4)), ..Filter::default() }).await, 1);
        assert_eq!(count(Filter { due_from: Some(date(2020, 9, 5)), ..Filter::default() }).await, 0);
        assert_eq!(count(Filter { state: Some(State::Completed), ..Filter::default() }).await, 0);
    }

    async fn what_nobody_is_known_for_is_seen_by_whoever_sees_the_whole_county(record: &Record) {
        let county = county(record).await;
        let id = draft(record, &county).await;
        let store = &record.store;
        let mut unknown = plan();
        unknown.tasks[1].assignments[0].units.truncate(1);
        let change = DraftChange {
            plan: unknown,
            findings: Vec::new(),
            document: serde_json::json!({}),
            mapping: serde_json::json!({}),
            resolutions: BTreeMap::new(),
        };
        let version = store::plan_draft::change(store, &county.office, id, 1, change).await.unwrap();
        store::plan_draft::accept(store, &county.office, id, version).await.unwrap();
        let directory = store::unit::directory(store).await.unwrap();
        let seen = async |scope, state| {
            let visible = Some(store::unit::visible(&directory, &[scope]));
            let filter = Filter { visible, state, ..Filter::default() };
            let scheduled = store::assignment::schedule(store, &filter, TODAY, SOON).await.unwrap().len();
            let listed = list(record, &filter).await.len();
            assert_eq!(scheduled, listed);
            listed
        };
        assert_eq!(seen(Scope::Region(county.county), None).await, 2);
        assert_eq!(seen(Scope::Unit(county.land), None).await, 1, "its own");
        assert_eq!(seen(Scope::Unit(county.finance), None).await, 0, "no longer named by any row");
        let share = share_of(record, county.town_two).await;
        store::responsibility::report(store, &county.office, share.id, share.version, 50, "已办一半").await.unwrap();
        let underway = Some(State::Underway);
        assert_eq!(seen(Scope::Region(county.county), underway).await, 1);
        assert_eq!(seen(Scope::Unit(county.town_two), underway).await, 1);
        assert_eq!(seen(Scope::Unit(county.land), underway).await, 0, "other units' states stay theirs");
    }

    async fn undated_work_comes_last_on_both(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let rows = list(record, &Filter { sort: Sort::Due, ..Filter::default() }).await;
        assert!(rows[0].due.deadline().is_some() && rows[1].due.deadline().is_none());
    }

    async fn completion_takes_evidence_and_confirmation(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let store = &record.store;
        let share = share_of(record, county.land).await;
        let early = store::responsibility::submit(store, &county.clerk, share.id, share.version, "完成").await;
        assert!(matches!(early, Err(Error::Refused(_))), "{early:?}");
        let link = Proof::Link { url: "javascript:alert(1)".into() };
        assert!(store::evidence::add(store, &county.clerk, share.id, link, "").await.is_err());
        let link = Proof::Link { url: "https://example.invalid/a".into() };
        let evidence = store::evidence::add(store, &county.clerk, share.id, link, "目录").await.unwrap();
        store::responsibility::submit(store, &county.clerk, share.id, share.version, "完成").await.unwrap();
        let told = store::notification::list(store, office_user(&county), PageRequest::default()).await.unwrap();
        assert!(told.rows.iter().any(|n| n.subject.contains("报请确认")), "{told:?}");
        let share = share_of(record, county.land).await;
        store::responsibility::confirm(store, &county.office, share.id, share.version, "").await.unwrap();
        let done = share_of(record, county.land).await;
        assert_eq!((done.state, done.percent), (State::Completed, 100));
        assert!(done.completed_at.is_some());
        let removed = store::evidence::remove(store, &county.clerk, share.id, evidence).await;
        assert!(matches!(removed, Err(Error::Refused(_))), "evidence of a completed task stays: {removed:?}");
        let view = store::assignment::find(store, share.assignment).await.unwrap().unwrap();
        assert_eq!((view.reports.len(), view.evidence.len()), (2, 1));
        assert_eq!(view.history.len(), 3);
        store::responsibility::return_(store, &county.office, done.id, done.version, "链接失效").await.unwrap();
        let back = share_of(record, county.land).await;
        assert_eq!((back.state, back.completed_at), (State::Underway, None));
    }

    async fn a_changed_due_moves_every_share(record: &Record) {
        let county = county(record).await;
        let plan = accepted(record, &county).await;
        let row = list(record, &Filter { plan: Some(plan), ..Filter::default() }).await.remove(0);
        let change = AssignmentChange {
            content: row.content.clone(),
            due: crate::county::due(Some(date(2020, 10, 30)), "2020年10月30日前"),
            remark: "延期".into(),
        };
        store::assignment::change(&record.store, &county.office, row.id, 1, change.clone()).await.unwrap();
        assert_eq!(share_of(record, county.land).await.due_on, Some(date(2020, 10, 30)));
        let stale = store::assignment::change(&record.store, &county.office, row.id, 1, change).await;
        assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
    }

    async fn the_public_sees_published_plans_only(record: &Record) {
        let county = county(record).await;
        let plan = accepted(record, &county).await;
        let store = &record.store;
        assert!(store::plan::public_list(store).await.unwrap().is_empty());
        assert!(store::plan::public_find(store, plan).await.unwrap().is_none());
        store::plan::publish(store, &county.office, plan).await.unwrap();
        let public = store::plan::public_find(store, plan).await.unwrap().unwrap();
        assert_eq!(public.tasks.len(), 2);
        assert_eq!(public.tasks[0].assignments[0].counts, BTreeMap::from([(State::NotStarted, 3)]));
        assert_eq!(public.tasks[1].assignments[0].units, ["旗神秘局", "旗财政局"]);
        store::plan::unpublish(store, &county.office, plan).await.unwrap();
        assert!(store::plan::public_find(store, plan).await.unwrap().is_none());
    }

    async fn nobody_opens_another_persons_file_by_its_number(record: &Record) {
        let county = county(record).await;
        accepted(record, &county).await;
        let store = &record.store;
        let put = async |actor| store::attachment::put(store, actor, "a.pdf", "application/pdf", "甲".into()).await.unwrap().id;
        let (own, foreign) = (put(&county.clerk).await, put(&county.office).await);
        let share = share_of(record, county.land).await;
        let add = async |attachment| {
            store::evidence::add(store, &county.clerk, share.id, Proof::File { attachment }, "a.pdf").await
        };
        add(own).await.unwrap();
        let refused = add(foreign).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        assert!(matches!(add(foreign + 100).await, Err(Error::NotFound(_))));
    }

    async fn what_people_type_is_kept_as_both_databases_can(record: &Record) {
        let county = county(record).await;
        let id = draft(record, &county).await;
        let store = &record.store;
        let mut typed = plan();
        typed.tasks[0].assignments[0].content = "第一行\r\n第二\u{0}行".into();
        let change = DraftChange {
            plan: typed,
            findings: Vec::new(),
            document: serde_json::json!({}),
            mapping: serde_json::json!({}),
            resolutions: BTreeMap::new(),
        };
        let version = store::plan_draft::change(store, &county.office, id, 1, change).await.unwrap();
        let plan = store::plan_draft::accept(store, &county.office, id, version).await.unwrap();
        let kept = store::plan::content(store, plan).await.unwrap();
        assert_eq!(kept.tasks[0].assignments[0].content, "第一行\n第二行");
        let share = share_of(record, county.land).await;
        store::responsibility::report(store, &county.clerk, share.id, share.version, 10, "一\u{0}二").await.unwrap();
        store::comment::add(store, &county.office, share.assignment, "三\u{0}四").await.unwrap();
        let view = store::assignment::find(store, share.assignment).await.unwrap().unwrap();
        assert_eq!((view.reports[0].text.as_str(), view.comments[0].text.as_str()), ("一二", "三四"));
        let long = store::comment::add(store, &county.office, share.assignment, &"长".repeat(20_001)).await;
        assert!(matches!(long, Err(Error::Refused(_))), "{long:?}");
    }

    async fn files_are_kept_once_and_read_back(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let content = vec![7_u8; 3_000_000];
        let path = record.folder.path().join("upload");
        std::fs::write(&path, &content).unwrap();
        let put = async || store::attachment::put_file(store, &county.clerk, "证明.pdf", "application/pdf", &path).await.unwrap();
        let (one, two) = (put().await, put().await);
        assert_eq!(one.hash, two.hash);
        assert_ne!(one.id, two.id);
        let (found, read) = store::attachment::read(store, two.id).await.unwrap();
        assert_eq!((found.name.as_str(), read.len()), ("证明.pdf", content.len()));
        let kept = walk(&record.folder.path().join("attachments"));
        assert_eq!(kept, 1);
    }
}

fn walk(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { walk(&path) } else { 1 })
        .sum()
}

fn office_user(county: &crate::county::County) -> i64 {
    match &county.office {
        domain::role::Actor::Person(person) => person.user,
        domain::role::Actor::System => 0,
    }
}
