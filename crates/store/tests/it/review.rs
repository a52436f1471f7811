//! Review routes set, kept with a draft, taken back; reviews handed to somebody else, and people away: who can act, under what
//! name, who is told.

use crate::county::{County, PASSWORD, county};
use crate::database::Record;
use crate::on_both_databases;
use domain::absence::Absence;
use domain::disclosure::state::{Review, State, Step};
use domain::disclosure::{Disclosure, Kind};
use domain::review::{By, Route, Stage};
use domain::role::{Actor, Grant, Person, Role, Scope};
use domain::unit::UnitId;
use domain::workday::Calendar;
use jiff::civil::{Date, date};
use std::collections::BTreeSet;
use store::disclosure::DisclosureRow;
use store::session::SignIn;
use store::user::NewUser;
use store::{Error, PageRequest};

const TODAY: Date = date(2020, 8, 3);

async fn enrol(record: &Record, login: &str, name: &str, unit: UnitId, role: Role) -> Person {
    let grants = BTreeSet::from([Grant { role, scope: Scope::Unit(unit) }]);
    let new = NewUser {
        login: login.into(),
        name: name.into(),
        unit,
        email: None,
        grants: grants.clone(),
        password: PASSWORD.into(),
        must_change_password: false,
    };
    let user = store::user::create(&record.store, &Actor::System, new).await.unwrap();
    Person { user, name: name.into(), unit, grants, delegated: Vec::new() }
}

fn actor(person: &Person) -> Actor {
    Actor::Person(person.clone())
}

fn user(actor: &Actor) -> i64 {
    match actor {
        Actor::Person(person) => person.user,
        Actor::System => panic!("the system is nobody"),
    }
}

fn route(scope: Scope, kind: Option<Kind>, stages: &[(Review, By)], basis: &str) -> Route {
    let stages = stages.iter().map(|(review, by)| Stage { review: *review, by: by.clone() }).collect();
    Route { scope, kind, stages, basis: basis.into() }
}

async fn handed_in(record: &Record, county: &County, title: &str) -> i64 {
    let content = Disclosure {
        title: title.into(),
        body: "<p>现将有关事项公告如下。</p>".into(),
        kind: Kind::Notice,
        subject: "国土资源、能源".into(),
        formed_on: Some(TODAY),
        ..Disclosure::default()
    };
    let id =
        store::disclosure::create(&record.store, &county.clerk, county.land, None, content).await.unwrap();
    take(record, &county.clerk, id, Step::Submit).await.unwrap();
    id
}

async fn found(record: &Record, id: i64) -> DisclosureRow {
    store::disclosure::find(&record.store, id).await.unwrap().unwrap()
}

async fn take(record: &Record, actor: &Actor, id: i64, step: Step) -> store::Result<()> {
    let version = found(record, id).await.version;
    store::disclosure::take(&record.store, actor, &Calendar::builtin(), id, version, step).await
}

async fn pass(record: &Record, actor: &Actor, id: i64, review: Review) -> store::Result<()> {
    take(record, actor, id, Step::Pass { review }).await
}

fn refused<T: std::fmt::Debug>(found: &store::Result<T>, words: &str) {
    assert!(matches!(found, Err(Error::Refused(why)) if why.contains(words)), "{words}: {found:?}");
}

async fn signatures(record: &Record, id: i64) -> Vec<String> {
    let reviews = store::disclosure::reviews(&record.store, id).await.unwrap();
    reviews.into_iter().map(|row| row.user_name).collect()
}

/// Who was told of a title.
async fn told(record: &Record, users: &[i64], title: &str) -> Vec<i64> {
    let mut told = Vec::new();
    for user in users {
        let page = store::notification::list(&record.store, *user, PageRequest::default()).await.unwrap();
        if page.rows.iter().any(|row| row.subject.contains(title)) {
            told.push(*user);
        }
    }
    told
}

/// The person as a session knows them.
async fn signed_in(record: &Record, login: &str) -> Person {
    match store::session::sign_in(&record.store, login, PASSWORD, "127.0.0.1").await.unwrap() {
        SignIn::SignedIn { token } => {
            store::session::find(&record.store, &token).await.unwrap().unwrap().person
        }
        other => panic!("{other:?}"),
    }
}

fn days(until: Date, delegate: Option<i64>) -> Absence {
    Absence { from: TODAY, until, reason: "外出学习，电话13812345678".into(), away: true, delegate }
}

on_both_databases! {
    async fn a_route_stays_with_what_was_handed_in_under_it(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let old = handed_in(record, &county, "旧流程").await;
        let three = [(Review::Secrecy, By::Anyone), (Review::Legality, By::Office), (Review::Issue, By::Anyone)];
        let new = route(Scope::Unit(county.land), Some(Kind::Notice), &three, "");
        store::review::set(store, &county.office, new.clone(), 0).await.unwrap();
        let again = store::review::set(store, &county.office, new.clone(), 0).await;
        assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");

        let id = handed_in(record, &county, "新流程").await;
        let history = store::journal::history(store, "disclosure", &[id]).await.unwrap();
        assert!(history.iter().any(|entry| entry.action == "公开信息提交审查" && entry.after.as_ref().is_some_and(|after| after.contains("legality"))), "{history:?}");
        pass(record, &county.office, old, Review::Secrecy).await.unwrap();
        pass(record, &county.office, old, Review::Issue).await.unwrap();
        assert_eq!(found(record, old).await.state, State::Approved, "it keeps the route it was handed in under");

        let kept = store::review::list(store).await.unwrap().remove(0);
        assert_eq!(kept.route, new);
        store::review::remove(store, &county.office, kept.id, kept.version).await.unwrap();
        assert!(store::review::list(store).await.unwrap().is_empty());
        pass(record, &county.office, id, Review::Secrecy).await.unwrap();
        refused(&pass(record, &county.office, id, Review::Issue).await, "还没有轮到");
        take(record, &county.office, id, Step::Return { reason: "缺附图".into() }).await.unwrap();
        assert_eq!(found(record, id).await.route, None, "returned, it goes by what holds when it is handed in again");
        take(record, &county.clerk, id, Step::Submit).await.unwrap();
        pass(record, &county.office, id, Review::Secrecy).await.unwrap();
        pass(record, &county.office, id, Review::Issue).await.unwrap();
        assert_eq!(found(record, id).await.state, State::Approved);
    }

    async fn a_unit_only_tightens_and_an_office_says_why_it_loosens(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let reviewer = enrol(record, "reviewer", "示例审核人", county.land, Role::Reviewer).await;
        let stranger = enrol(record, "stranger", "示例外单位审核人", county.finance, Role::Reviewer).await;
        let land = Scope::Unit(county.land);
        let secrecy = (Review::Secrecy, By::Anyone);
        let policy = |basis| route(land, Some(Kind::Policy), &[secrecy.clone(), (Review::Issue, By::Anyone)], basis);
        refused(&store::review::set(store, &actor(&reviewer), policy("某文件"), 0).await, "只能加严");
        refused(&store::review::set(store, &county.office, policy(""), 0).await, "写明放宽的依据");
        let none = route(land, None, &[(Review::Issue, By::Anyone)], "某文件");
        refused(&store::review::set(store, &county.office, none, 0).await, "保密审查不能取消");
        let named = |user| route(land, None, &[secrecy.clone(), (Review::Legality, By::Anyone), (Review::Issue, By::Named([user].into()))], "");
        refused(&store::review::set(store, &actor(&reviewer), named(stranger.user), 0).await, "没有这项权限");
        store::review::set(store, &actor(&reviewer), named(reviewer.user), 0).await.unwrap();
        store::review::set(store, &county.office, policy("乌政办发〔2020〕1号"), 0).await.unwrap();
        let journal = store::journal::list(store, &store::journal::Filter::default(), PageRequest::default()).await.unwrap();
        let set: Vec<String> = journal.rows.iter().filter(|entry| entry.action == "设置审查流程").filter_map(|entry| entry.after.clone()).collect();
        assert!(set.len() == 2 && set.iter().any(|after| after.contains("乌政办发〔2020〕1号")), "{set:?}");
    }

    async fn a_delegate_reviews_in_anothers_name_and_for_these_days_only(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let reviewer = enrol(record, "reviewer", "示例审核人", county.land, Role::Reviewer).await;
        let delegate = enrol(record, "delegate", "示例代办人", county.land, Role::Clerk).await;
        let everybody = [user(&county.office), user(&county.clerk), reviewer.user, delegate.user];
        let id = handed_in(record, &county, "甲公告").await;
        assert_eq!(told(record, &everybody, "《甲公告》待保密审查").await, [reviewer.user]);
        refused(&pass(record, &actor(&delegate), id, Review::Secrecy).await, "不由您办理");

        let until = date(2020, 8, 7);
        let note = store::absence::note(store, &reviewer, days(until, Some(delegate.user))).await.unwrap();
        assert_eq!(told(record, &everybody, "示例审核人委托您").await, [delegate.user]);
        pass(record, &actor(&delegate), id, Review::Secrecy).await.unwrap();
        assert_eq!(signatures(record, id).await, ["示例代办人（受示例审核人委托）"]);
        let id_two = handed_in(record, &county, "乙公告").await;
        assert_eq!(told(record, &everybody, "《乙公告》待保密审查").await, [delegate.user], "who is away is not waited for");

        let person = signed_in(record, "delegate").await;
        assert_eq!(person.delegated.iter().map(|one| one.user).collect::<Vec<_>>(), [reviewer.user]);
        let waiting = store::review::waiting(store, &person).await.unwrap();
        assert_eq!(waiting.iter().map(|one| (one.disclosure.id, one.principal.as_deref())).collect::<BTreeSet<_>>(), BTreeSet::from([(id, Some("示例审核人")), (id_two, Some("示例审核人"))]));
        let on = store::absence::note(store, &person, days(until, Some(reviewer.user))).await;
        refused(&on, "不能再转委托");

        take(record, &actor(&delegate), id_two, Step::Return { reason: "缺附图".into() }).await.unwrap();
        assert_eq!(signatures(record, id_two).await, ["示例代办人（受示例审核人委托）"]);
        take(record, &actor(&delegate), id_two, Step::Submit).await.unwrap();
        refused(&pass(record, &actor(&delegate), id_two, Review::Secrecy).await, "撰写人不能审查");

        let journal = store::journal::list(store, &store::journal::Filter::default(), PageRequest::default()).await.unwrap();
        assert!(journal.rows.iter().any(|entry| entry.action == "公开信息通过审查" && entry.actor_name == "示例代办人（受示例审核人委托）"));
        assert!(journal.rows.iter().any(|entry| entry.action == "登记外出或委托" && entry.after.as_ref().is_some_and(|after| after.contains("138****5678"))));

        record.set_clock("2020-08-07T16:00:00Z");
        refused(&pass(record, &actor(&delegate), id, Review::Issue).await, "不由您办理");
        assert!(store::review::waiting(store, &person).await.unwrap().is_empty(), "what an old session says counts for nothing");
        record.set_clock("2020-08-07T15:59:00Z");
        let other = store::absence::end(store, &delegate, note).await;
        assert!(matches!(other, Err(Error::NotFound(_))), "only the own: {other:?}");
        store::absence::end(store, &reviewer, note).await.unwrap();
        refused(&pass(record, &actor(&delegate), id, Review::Issue).await, "不由您办理");
        pass(record, &actor(&reviewer), id, Review::Issue).await.unwrap();
        assert!(store::absence::of(store, reviewer.user).await.unwrap()[0].ended);
    }

    async fn where_nobody_is_there_the_office_steps_in(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let reviewer = enrol(record, "reviewer", "示例审核人", county.land, Role::Reviewer).await;
        let named = By::Named([reviewer.user].into());
        let stages = [(Review::Secrecy, named.clone()), (Review::Leader, By::Unit), (Review::Issue, named)];
        let land = Scope::Unit(county.land);
        refused(&store::review::set(store, &county.office, route(land, None, &stages, ""), 0).await, "写明放宽的依据");
        let stages = [stages[0].clone(), (Review::Legality, By::Anyone), stages[1].clone(), stages[2].clone()];
        store::review::set(store, &county.office, route(land, None, &stages, ""), 0).await.unwrap();
        let id = handed_in(record, &county, "丙公告").await;
        refused(&pass(record, &county.office, id, Review::Secrecy).await, "不由您办理");
        store::absence::note(store, &reviewer, days(date(2020, 8, 7), None)).await.unwrap();
        let again = store::absence::note(store, &reviewer, days(date(2020, 8, 3), None)).await;
        refused(&again, "已经登记过");
        for review in Review::ALL {
            pass(record, &county.office, id, review).await.unwrap();
        }
        assert_eq!(found(record, id).await.state, State::Approved);
        let stand_in = "公开办（审查人不在岗，代办）";
        assert_eq!(signatures(record, id).await, [stand_in, "公开办", stand_in, stand_in]);
        let id = handed_in(record, &county, "丁公告").await;
        assert_eq!(told(record, &[reviewer.user, user(&county.office)], "《丁公告》").await, [user(&county.office)]);
        pass(record, &actor(&reviewer), id, Review::Secrecy).await.unwrap();
    }

    async fn a_backup_keeps_routes_and_absences(record: &Record) {
        let county = county(record).await;
        let reviewer = enrol(record, "reviewer", "示例审核人", county.land, Role::Reviewer).await;
        let all = Review::ALL.map(|review| (review, By::Anyone));
        let new = route(Scope::Region(county.county), None, &all, "");
        store::review::set(&record.store, &county.office, new, 0).await.unwrap();
        store::absence::note(&record.store, &reviewer, days(date(2020, 8, 7), None)).await.unwrap();
        let id = handed_in(record, &county, "戊公告").await;
        let archive = record.folder.path().join("backup.zip");
        store::backup::write(&record.store, &archive).await.unwrap();
        let target = Record::new(record.kind).await;
        store::backup::restore(&target.store, &archive).await.unwrap();
        assert_eq!(store::review::list(&target.store).await.unwrap(), store::review::list(&record.store).await.unwrap());
        assert_eq!(store::absence::of(&target.store, reviewer.user).await.unwrap(), store::absence::of(&record.store, reviewer.user).await.unwrap());
        assert_eq!(found(&target, id).await, found(record, id).await);
        target.close().await;
    }
}
