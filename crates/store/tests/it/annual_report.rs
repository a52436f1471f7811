//! Annual reports: counted from cases and policy files, entered figures added; handed in as a disclosure; a region's summed
//! over its units; reminders once a stage.

use crate::county::{County, county};
use crate::database::Record;
use crate::disclosure::{begin as begin_disclosure, content, policy, publish, publish_from_review, step};
use crate::on_both_databases;
use crate::request::submission;
use domain::annual_report::{Cell, Column, Constraint, ProactiveCell, ReportRow, State, Working};
use domain::disclosure::state::Step;
use domain::disclosure::{Disclosure, Kind};
use domain::request::{ApplicantKind, Event, EventKind, Way};
use domain::role::{Actor, Scope};
use domain::workday::Calendar;
use jiff::civil::{Date, date};
use store::annual_report::{self, HandedIn, ReportRow as Row};
use store::{Error, PageRequest};

fn new(kind: ApplicantKind) -> Cell {
    Cell::Request(ReportRow::New, Column::Of(kind))
}

fn at(record: &Record, day: Date) {
    record.clock.set(domain::clock::start_of_day(day).unwrap() + jiff::SignedDuration::from_hours(9));
}

async fn found(record: &Record, id: i64) -> Row {
    annual_report::find(&record.store, id).await.unwrap().unwrap()
}

/// A case of this year that is still open, and a policy file that repeals an older one.
async fn happened(record: &Record, county: &County) {
    let case = submission(county, Way::InPerson, date(2020, 8, 3));
    let (calendar, day) = (Calendar::builtin(), date(2020, 8, 3));
    let id = store::request::submit(&record.store, &county.clerk, &calendar, case).await.unwrap().id;
    for event in [
        Event { yuan: Some(700), ..Event::new(day, EventKind::FeeNoticed) },
        Event::new(day, EventKind::FeePaid),
    ] {
        store::request::take(&record.store, &county.clerk, &calendar, id, None, event, vec![]).await.unwrap();
    }
    let policy = |title: &str, formed_on, repeals: Vec<i64>| Disclosure {
        normative: true,
        formed_on: Some(formed_on),
        repeals,
        ..policy(county, title)
    };
    let old = begin_disclosure(record, county, policy("旧办法", date(2018, 3, 1), vec![])).await;
    publish(record, county, old).await;
    let new = begin_disclosure(record, county, policy("新办法", date(2020, 7, 1), vec![old])).await;
    publish(record, county, new).await;
    // A plan of work is a policy file, and no normative document.
    let plan = Disclosure { normative: false, ..policy("工作方案", date(2020, 7, 2), Vec::new()) };
    let plan = begin_disclosure(record, county, plan).await;
    publish(record, county, plan).await;
}

on_both_databases! {
    async fn a_report_is_counted_entered_and_handed_in(record: &Record) {
        let county = county(record).await;
        happened(record, &county).await;
        let (store, clerk) = (&record.store, &county.clerk);
        let unit = Scope::Unit(county.land);
        let calendar = Calendar::builtin();
        // 2019 from before the platform: entered, with one carried over.
        let old = annual_report::begin(store, clerk, unit, 2019).await.unwrap();
        assert!(matches!(annual_report::begin(store, clerk, unit, 2019).await, Err(Error::Refused(_))));
        assert!(matches!(annual_report::begin(store, clerk, unit, 2021).await, Err(Error::Refused(_))));
        let mut working = Working { overall: "2019年新收政府信息公开申请1件。".into(), ..Working::default() };
        working.entered.set(new(ApplicantKind::Company), Some(1));
        working.entered.set(Cell::Request(ReportRow::CarriedOut, Column::Of(ApplicantKind::Company)), Some(1));
        annual_report::edit(store, clerk, old, 1, working.clone()).await.unwrap();
        assert!(matches!(annual_report::edit(store, clerk, old, 1, Working::default()).await, Err(Error::Conflict { .. })));

        // 2020 begins from it, and is counted.
        let id = annual_report::begin(store, clerk, unit, 2020).await.unwrap();
        let row = found(record, id).await;
        assert_eq!(row.state, State::Draft);
        let overall: Vec<&str> = row.working.overall.lines().collect();
        assert_eq!(overall.len(), 2, "last year's number is not taken over: {overall:?}");
        assert!(overall[0].starts_with("2020年，制发行政规范性文件1件，废止行政规范性文件1件"), "{overall:?}");
        assert!(overall[1].starts_with("2020年，新收政府信息公开申请1件，上年结转1件"), "{overall:?}");
        assert_eq!(row.working.others, "2020年，收取政府信息公开信息处理费700元。");
        let built = annual_report::build(store, unit, 2020).await.unwrap();
        let number = |cell| built.report.number(cell);
        assert_eq!(number(new(ApplicantKind::Person)), 1);
        assert_eq!((built.fees, annual_report::build(store, unit, 2019).await.unwrap().fees), (700, 0));
        assert_eq!(number(Cell::Request(ReportRow::CarriedIn, Column::Total)), 1, "as it was carried out of 2019");
        assert_eq!(number(Cell::Proactive(ProactiveCell::NormativeIssued)), 1);
        assert_eq!(number(Cell::Proactive(ProactiveCell::NormativeRepealed)), 1);
        assert_eq!(number(Cell::Proactive(ProactiveCell::NormativeInForce)), 1);
        let broken: Vec<Constraint> = built.found.iter().map(|one| one.constraint).collect();
        assert_eq!(broken, [Constraint::Balance; 2], "the one carried in has to end or be carried on");

        // Handed in, it follows its disclosure.
        let handed = || HandedIn {
            unit: county.land,
            content: Disclosure { kind: Kind::AnnualReport, items: Vec::new(), ..content("年报") },
            marks: Vec::new(),
        };
        let disclosure = annual_report::hand_in(store, clerk, &calendar, id, row.version, handed()).await.unwrap();
        assert_eq!(found(record, id).await.state, State::Submitted);
        let again = annual_report::hand_in(store, clerk, &calendar, id, row.version, handed()).await;
        assert!(matches!(again, Err(Error::Conflict { .. })));
        // Sent back, its text is changed here only; handed in anew, it is the same disclosure.
        step(record, &county.office, disclosure, Step::Return { reason: "请补充".into() }).await.unwrap();
        let version = store::disclosure::find(store, disclosure).await.unwrap().unwrap().version;
        let around = store::disclosure::edit(store, clerk, disclosure, version, handed().content).await;
        assert!(matches!(&around, Err(Error::Refused(why)) if why.contains("年度报告")), "{around:?}");
        assert!(matches!(step(record, clerk, disclosure, Step::Submit).await, Err(Error::Refused(_))));
        let row = found(record, id).await;
        assert_eq!(row.state, State::Draft);
        let same = annual_report::hand_in(store, clerk, &calendar, id, row.version, handed()).await.unwrap();
        assert_eq!(same, disclosure);
        publish_from_review(record, &county, disclosure).await;
        let row = found(record, id).await;
        assert_eq!((row.state, row.disclosure), (State::Published, Some(disclosure)));
        assert!(matches!(annual_report::edit(store, clerk, id, row.version, working).await, Err(Error::Refused(_))));

        // The region's: what units have, and a figure of its own that differs.
        let region = Scope::Region(county.county);
        let whole = annual_report::begin(store, &county.office, region, 2020).await.unwrap();
        let mut working = Working::default();
        working.entered.set(Cell::Request(ReportRow::New, Column::Total), Some(9));
        annual_report::edit(store, &county.office, whole, 1, working).await.unwrap();
        let built = annual_report::build(store, region, 2020).await.unwrap();
        assert_eq!((built.units.len(), built.fees), (4, 700));
        assert_eq!(built.units.iter().filter(|unit| unit.state == Some(State::Published)).count(), 1);
        assert_eq!(built.waiting().count(), 3);
        let handed_in = annual_report::find_handed_in(store, disclosure).await.unwrap().unwrap();
        assert_eq!((handed_in.id, handed_in.scope), (id, unit));
        assert_eq!(built.report.number(new(ApplicantKind::Person)), 1);
        let differing: Vec<_> = built.found.iter().filter(|one| one.constraint == Constraint::UnitsSum).collect();
        assert_eq!(differing.len(), 1);
        assert_eq!((differing[0].expected, differing[0].found), (1, 9));

        // Units are reminded before 31 January, the region before 31 March; once a stage, and not of what is public.
        at(record, date(2021, 1, 18));
        let sent = store::reminder::send_for_reports(store, &calendar, date(2021, 1, 18)).await.unwrap();
        assert_eq!(sent, 1, "one unit has people who are not done: the other one has published");
        assert_eq!(store::reminder::send_for_reports(store, &calendar, date(2021, 1, 18)).await.unwrap(), 0);
        at(record, date(2021, 3, 30));
        store::reminder::send_for_reports(store, &calendar, date(2021, 3, 30)).await.unwrap();
        let Actor::Person(office) = &county.office else { unreachable!() };
        let told = store::notification::list(store, office.user, PageRequest::default()).await.unwrap();
        let told: Vec<&str> = told.rows.iter().map(|one| one.subject.as_str()).collect();
        assert!(told.iter().any(|subject| subject.starts_with("示例旗：2020年政府信息公开工作年度报告距公布期限")), "{told:?}");
        assert_eq!(store::reminder::send_for_reports(store, &calendar, date(2021, 5, 10)).await.unwrap(), 0);
    }
}
