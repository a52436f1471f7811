//! Interpretations: what links to what, a policy file and its interpretation going out together or with a reason, the clock
//! and the rate, what the text is made of.

use crate::county::{County, county};
use crate::database::Record;
use crate::disclosure::{begin, content, found, policy, step};
use crate::on_both_databases;
use domain::disclosure::state::{State as Stage, Step, next_review};
use domain::disclosure::{Disclosure, Kind};
use domain::interpretation::{FileStanding, Scheme, Section, State, Structure, rates};
use domain::review::reviews;
use domain::rule::Rules;
use domain::workday::Calendar;
use jiff::civil::date;
use std::collections::BTreeSet;
use store::Error;
use store::disclosure::Wanted;
use store::disclosure::whole::{self, Standing, Whole};

fn needing(county: &County, title: &str) -> Disclosure {
    Disclosure { scheme: Some(Scheme::of(county.land)), ..policy(county, title) }
}

fn structure() -> Structure {
    let mut structure = Structure::default();
    for section in Section::ALL {
        structure.set(*section, &format!("示例：{}，电话0477-0000000", section.hint()));
    }
    structure.set(Section::How, "1. 填表\n2. 交表");
    structure
}

fn interpreting(title: &str, policies: &[i64]) -> Disclosure {
    Disclosure {
        kind: Kind::Interpretation,
        interprets: policies.to_vec(),
        interpretation: Some(structure()),
        ..content(title)
    }
}

async fn approve(record: &Record, county: &County, id: i64) {
    step(record, &county.clerk, id, Step::Submit).await.unwrap();
    loop {
        let row = found(record, id).await;
        if row.state != Stage::Reviewing {
            return;
        }
        let stages = store::review::stages(&record.store, &row).await.unwrap();
        let review = next_review(&reviews(&stages), &row.passed).unwrap();
        step(record, &county.office, id, Step::Pass { review }).await.unwrap();
    }
}

async fn public(record: &Record, id: i64) -> Box<Whole> {
    match whole::find(&record.store, id).await.unwrap() {
        Some(Standing::Public(whole)) => whole,
        other => panic!("{other:?}"),
    }
}

fn refused<T: std::fmt::Debug>(outcome: &store::Result<T>, words: &str) {
    assert!(matches!(outcome, Err(Error::Refused(reason)) if reason.contains(words)), "{outcome:?}");
}

async fn keep(record: &Record, county: &County, id: i64, content: Disclosure) -> store::Result<i64> {
    let version = found(record, id).await.version;
    store::disclosure::edit(&record.store, &county.clerk, id, version, content).await
}

on_both_databases! {
    async fn a_policy_goes_out_with_its_interpretation(record: &Record) {
        let county = county(record).await;
        let file = begin(record, &county, needing(&county, "补助办法")).await;
        approve(record, &county, file).await;
        refused(&step(record, &county.clerk, file, Step::Publish).await, "解读材料未起草");
        let text = begin(record, &county, interpreting("补助办法解读", &[file])).await;
        refused(&step(record, &county.clerk, file, Step::Publish).await, "解读材料起草中");
        approve(record, &county, text).await;
        refused(&step(record, &county.clerk, text, Step::Publish).await, "被解读的政策文件还没有公开");
        assert_eq!(store::interpretation::of_policy(&record.store, file).await.unwrap()[0].state, State::Approved);
        step(record, &county.clerk, file, Step::Publish).await.unwrap();
        let (file, text) = (public(record, file).await, public(record, text).await);
        assert_eq!(file.row.published_at, text.row.published_at);
        assert_eq!(file.links.interpreted_by, std::slice::from_ref(&text.row));
        assert_eq!(text.links.interprets, std::slice::from_ref(&file.row));
        assert_eq!((file.positions[&1], text.positions[&1]), (0, 1), "the policy first");
        let names = async |id| whole::neighbours(&record.store, &[id]).await.unwrap();
        assert_eq!(names(file.row.id).await, BTreeSet::from([text.row.id]));
        assert_eq!(names(text.row.id).await, BTreeSet::from([file.row.id]));
        step(record, &county.office, text.row.id, Step::Withdraw { reason: "有误".into() }).await.unwrap();
        assert!(public(record, file.row.id).await.links.interpreted_by.is_empty());
    }

    async fn a_policy_goes_out_alone_with_a_reason_and_the_clock_runs(record: &Record) {
        let county = county(record).await;
        let (store, calendar, rules) = (&record.store, Calendar::builtin(), Rules::builtin().unwrap());
        let file = begin(record, &county, needing(&county, "应急办法")).await;
        approve(record, &county, file).await;
        let why = "应急处置，解读随后发布";
        step(record, &county.clerk, file, Wanted { alone: why.into(), ..Step::Publish.into() }).await.unwrap();
        let version = public(record, file).await.versions[0].content().unwrap();
        assert_eq!(version.scheme.unwrap().alone, why);
        let journal = store::journal::history(store, "disclosure", &[file]).await.unwrap();
        assert!(format!("{journal:?}").contains(&format!("\\\"reason\\\":\\\"{why}")), "{journal:?}");
        let standing = async |day| {
            let files = store::interpretation::files(store, None).await.unwrap();
            let files: Vec<_> = files.into_iter().map(|policy| policy.file).collect();
            let rates = rates(&files, day, &rules, &calendar);
            assert_eq!((rates[0].unit, rates[0].year), (county.land, 2020));
            rates[0].files[0].standing
        };
        // Published on Monday, 3 August: due on Thursday.
        assert_eq!(standing(date(2020, 8, 6)).await, FileStanding::Waiting);
        assert_eq!(standing(date(2020, 8, 7)).await, FileStanding::Missing);
        let remind = async |day| store::reminder::send_for_interpretations(store, &calendar, day).await.unwrap();
        assert_eq!((remind(date(2020, 8, 6)).await, remind(date(2020, 8, 6)).await), (1, 0));
        assert_eq!(remind(date(2020, 8, 7)).await, 1, "late is another reminder");
        let told = store::notification::list(store, county.clerk_user, store::PageRequest::default()).await.unwrap();
        assert!(told.rows.iter().any(|one| one.subject == "《应急办法》已逾期1个工作日"), "{told:?}");
        let turning = async |after, until| {
            let (after, until) = (date(2020, 8, after), date(2020, 8, until));
            store::interpretation::turning(store, &calendar, after, until).await.unwrap()
        };
        assert_eq!((turning(5, 6).await, turning(6, 7).await, turning(7, 8).await), (vec![], vec![file], vec![]));
        record.set_clock("2020-08-10T01:00:00Z");
        let text = begin(record, &county, interpreting("应急办法解读", &[file])).await;
        approve(record, &county, text).await;
        step(record, &county.clerk, text, Step::Publish).await.unwrap();
        assert_eq!(standing(date(2020, 8, 10)).await, FileStanding::Late);
        assert_eq!(remind(date(2020, 8, 11)).await, 0, "nothing is owed any more");
    }

    async fn what_is_scheduled_takes_its_interpretation_along(record: &Record) {
        let county = county(record).await;
        let file = begin(record, &county, needing(&county, "办法")).await;
        let text = begin(record, &county, interpreting("解读", &[file])).await;
        approve(record, &county, file).await;
        let at = Some("2020-08-05T01:00:00Z".parse().unwrap());
        let schedule = || Wanted { at, ..Step::Schedule.into() };
        refused(&step(record, &county.clerk, file, schedule()).await, "解读材料起草中");
        approve(record, &county, text).await;
        step(record, &county.clerk, file, schedule()).await.unwrap();
        record.set_clock("2020-08-05T01:00:01Z");
        // What the scan finds in the interpretation keeps both back.
        let scan = |found: bool| {
            move |content: Disclosure| async move {
                let unsound = found && content.kind == Kind::Interpretation;
                Ok(if unsound { vec!["a".to_owned()] } else { Vec::new() })
            }
        };
        let publish = async |found| {
            store::disclosure::publish_scheduled(&record.store, &Calendar::builtin(), scan(found)).await.unwrap()
        };
        assert_eq!(publish(true).await, 0);
        assert_eq!(found(record, file).await.current, None);
        assert_eq!(publish(false).await, 1);
        assert_eq!(public(record, file).await.links.interpreted_by[0].id, text);
    }

    async fn nothing_interprets_itself(record: &Record) {
        let county = county(record).await;
        let begin_as = async |content| store::disclosure::create(&record.store, &county.clerk, county.land, None, content).await;
        let file = begin(record, &county, needing(&county, "办法")).await;
        let text = begin(record, &county, interpreting("解读", &[file])).await;
        refused(&keep(record, &county, text, interpreting("解读", &[text])).await, "不能解读它自己");
        refused(&keep(record, &county, file, interpreting("办法", &[])).await, "有解读的政策文件");
        refused(&begin_as(interpreting("解读的解读", &[text])).await, "不再解读");
        refused(&begin_as(interpreting("没有的文件", &[text + 100])).await, "不在记录中");
        let version = found(record, file).await.version;
        refused(&store::disclosure::discard(&record.store, &county.clerk, file, version).await, "有解读材料关联");
        // Another kind interprets nothing, and the file is free again.
        keep(record, &county, text, content("通知")).await.unwrap();
        assert!(store::interpretation::of_policy(&record.store, file).await.unwrap().is_empty());
        store::disclosure::discard(&record.store, &county.clerk, file, version).await.unwrap();
    }

    async fn the_text_is_made_of_the_sections(record: &Record) {
        let county = county(record).await;
        let mut said = structure();
        said.set(Section::Contact, "联系人电话13812345678");
        let other = Disclosure { body: "<p>别的正文</p>".into(), interpretation: Some(said), ..interpreting("解读", &[]) };
        let id = begin(record, &county, other).await;
        let kept = store::disclosure::draft(&record.store, id).await.unwrap().unwrap();
        assert!(kept.body.starts_with("<h2>背景</h2>") && !kept.body.contains("别的正文"), "{}", kept.body);
        assert!(kept.body.contains("<h2>怎么办</h2><ol><li>填表</li><li>交表</li></ol>"), "{}", kept.body);
        let journal = format!("{:?}", store::journal::history(&record.store, "disclosure", &[id]).await.unwrap());
        assert!(!journal.contains("13812345678"), "{journal}");
        let mut less = structure();
        less.set(Section::Basis, "");
        keep(record, &county, id, Disclosure { interpretation: Some(less), ..interpreting("解读", &[]) }).await.unwrap();
        refused(&step(record, &county.clerk, id, Step::Submit).await, "必须改正的问题");
    }
}
