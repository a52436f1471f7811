//! Reviews in the demonstration (示例数据): one department with a stricter route, one reviewer away whose reviews somebody
//! else does meanwhile, and something that waits for them.

use super::disclosures::{Teller, begin, to};
use anyhow::{Context, Result};
use domain::absence::Absence;
use domain::disclosure::state::{Review, State};
use domain::disclosure::{Disclosure, Kind};
use domain::review::{By, Route, Stage};
use domain::role::{Actor, Person, Scope};
use jiff::civil::date;
use store::PageRequest;
use store::user::UserView;

/// Who is away, and who reviews meanwhile: logins of the roster.
const AWAY: (&str, &str) = ("shenhe", "fenguan");
/// The department that asks more of itself.
const STRICT: &str = "自然资源局";

/// Sets the route, notes the absence, hands something in.
pub(super) async fn tell(teller: &Teller<'_>) -> Result<()> {
    let directory = store::unit::directory(teller.store).await?;
    let strict = directory.units().iter().find(|unit| unit.name.contains(STRICT));
    let strict = strict.context("the demonstration has no such unit")?;
    let stages = [
        (Review::Secrecy, By::Anyone),
        (Review::Legality, By::Office),
        (Review::Leader, By::Office),
        (Review::Issue, By::Office),
    ];
    let stages = stages.into_iter().map(|(review, by)| Stage { review, by }).collect();
    let route = Route { scope: Scope::Unit(strict.id), kind: None, stages, basis: String::new() };
    store::review::set(teller.store, &Actor::System, route, 0).await?;

    let (reviewer, deputy) = (person(teller, AWAY.0).await?, person(teller, AWAY.1).await?);
    let absence = Absence {
        from: date(2020, 9, 18),
        until: date(2020, 9, 30),
        reason: "外出学习（示例数据）".to_owned(),
        away: true,
        delegate: Some(deputy.id),
    };
    let unit = reviewer.unit;
    let away = Person {
        user: reviewer.id,
        name: reviewer.name,
        unit,
        grants: reviewer.grants,
        delegated: Vec::new(),
    };
    store::absence::note(teller.store, &away, absence).await?;
    let content = Disclosure {
        title: "关于临时救助受理窗口调整的通知（示例数据）".to_owned(),
        body: "<p>临时救助受理窗口调整到政务服务大厅一楼，现通知如下。</p>".to_owned(),
        kind: Kind::Notice,
        subject: "民政、扶贫、救灾".to_owned(),
        formed_on: Some(date(2020, 9, 18)),
        ..Disclosure::default()
    };
    let id = begin(teller, unit, content).await?;
    to(teller, id, State::Reviewing).await
}

async fn person(teller: &Teller<'_>, login: &str) -> Result<UserView> {
    let found = store::user::list(teller.store, None, login, PageRequest::default()).await?;
    let found = found.rows.into_iter().find(|user| user.login == login);
    found.with_context(|| format!("the demonstration has no person {login}"))
}
