//! temporary
use crate::county::county;
use crate::database::{Kind, Record};
use domain::plan::*;
use jiff::civil::date;
use std::time::Instant;
use store::PageRequest;
use store::assignment::{Filter, Sort};

async fn run(kind: Kind) {
    let record = Record::new(kind).await;
    let c = county(&record).await;
    let m = |t: &str| UnitMention { text: t.into(), kind: MentionKind::Unit, role: UnitRole::Responsible };
    let tasks = (0..100).map(|t| Task { number: t.to_string(), name: format!("任务{t}编制标准目录"), assignments: (0..100).map(|a| Assignment {
        content: format!("编制目录，覆盖率达到100%，第{a}项具体内容，梳理公开事项并在门户网站公开，接受社会监督。第{t}号"),
        units: vec![m("旗财政局"), m("旗自然资源局"), m("乙苏木")],
        due: crate::county::due(Some(date(2020, (a % 12 + 1) as i8, 15)), "月中"),
        ..Assignment::default() }).collect(), ..Task::default() }).collect();
    let file = store::attachment::put(&record.store, &c.office, "a", "b", "x".into()).await.unwrap();
    let new = store::plan_draft::NewDraft {
        region: c.county,
        attachment: file.id,
        file_name: "a".into(),
        plan: Plan { title: "大表".into(), tasks },
        findings: vec![],
        document: serde_json::json!({}),
        mapping: serde_json::json!({}),
    };
    let t = Instant::now();
    let id = store::plan_draft::create(&record.store, &c.office, new).await.unwrap();
    let plan = store::plan_draft::accept(&record.store, &c.office, id, 1).await.unwrap();
    println!("{kind:?} create+accept {:?}", t.elapsed());
    let (today, soon) = (date(2020, 8, 1), date(2020, 8, 20));
    let dir = store::unit::directory(&record.store).await.unwrap();
    let all: std::collections::BTreeSet<_> = dir.units().iter().map(|u| u.id).collect();
    for (name, filter) in [
        ("plain", Filter::default()),
        ("plan", Filter { plan: Some(plan), ..Filter::default() }),
        (
            "visible all + due sort",
            Filter { visible: Some(all.clone()), sort: Sort::Due, ..Filter::default() },
        ),
        ("visible one", Filter { visible: Some([c.land].into()), ..Filter::default() }),
        (
            "overdue",
            Filter {
                standing: Some(domain::progress::Standing::Overdue),
                visible: Some(all.clone()),
                ..Filter::default()
            },
        ),
        ("text", Filter { text: "第99号".into(), visible: Some(all.clone()), ..Filter::default() }),
    ] {
        for page in [1, 190] {
            store::assignment::list(&record.store, &filter, today, soon, PageRequest::number(page))
                .await
                .unwrap();
            let t = Instant::now();
            let p = store::assignment::list(&record.store, &filter, today, soon, PageRequest::number(page))
                .await
                .unwrap();
            println!(
                "{kind:?} list {name} page {page}: {:?} rows {} of {}",
                t.elapsed(),
                p.rows.len(),
                p.total
            );
        }
    }
    let t = Instant::now();
    let p = store::assignment::list(&record.store, &Filter::default(), today, soon, PageRequest::whole())
        .await
        .unwrap();
    println!("{kind:?} whole {:?} {}", t.elapsed(), p.rows.len());
    let t = Instant::now();
    store::assignment::schedule(&record.store, &Filter::default(), today, soon).await.unwrap();
    println!("{kind:?} schedule {:?}", t.elapsed());
    let t = Instant::now();
    let p =
        store::responsibility::list(&record.store, &Default::default(), today, soon, PageRequest::whole())
            .await
            .unwrap();
    println!("{kind:?} resp whole {:?} {}", t.elapsed(), p.rows.len());
    let t = Instant::now();
    store::responsibility::list(&record.store, &Default::default(), today, soon, PageRequest::default())
        .await
        .unwrap();
    println!("{kind:?} resp page {:?}", t.elapsed());
    let domain::role::Actor::Person(person) = &c.office else { unreachable!() };
    let t = Instant::now();
    store::today::for_person(&record.store, person, today, soon).await.unwrap();
    println!("{kind:?} today {:?}", t.elapsed());
    let t = Instant::now();
    println!("{kind:?} plan list {}", store::plan::list(&record.store).await.unwrap().len());
    println!("{kind:?} {:?}", t.elapsed());
    let t = Instant::now();
    let n = store::reminder::send(&record.store, &domain::workday::Calendar::builtin(), date(2020, 8, 14))
        .await
        .unwrap();
    println!("{kind:?} reminders {n} {:?}", t.elapsed());
    let t = Instant::now();
    store::backup::write(&record.store, &record.folder.path().join("b.zip")).await.unwrap();
    println!("{kind:?} backup {:?}", t.elapsed());
    let t = Instant::now();
    store::journal::verify(&record.store).await.unwrap().unwrap();
    println!("{kind:?} verify {:?}", t.elapsed());
    record.close().await;
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn measure() {
    run(Kind::Sqlite).await;
    run(Kind::Postgres).await;
}
