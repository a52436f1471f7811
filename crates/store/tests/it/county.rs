//! A small county for the cases: two departments, two townships, one village, three people, one plan.

use crate::database::Record;
use domain::plan::{Assignment, Due, DueKind, MentionKind, Plan, Task, UnitMention, UnitRole};
use domain::role::{Actor, Grant, Person, Role, Scope};
use domain::unit::{RegionId, Tier, UnitId, UnitKind};
use jiff::civil::{Date, date};
use std::collections::BTreeSet;
use store::plan_draft::NewDraft;
use store::unit::{NewGroup, NewRegion, NewUnit};
use store::user::NewUser;

pub(crate) const PASSWORD: &str = "Caoyuan-2020";

pub(crate) struct County {
    pub(crate) county: RegionId,
    pub(crate) finance: UnitId,
    pub(crate) land: UnitId,
    pub(crate) town_two: UnitId,
    pub(crate) office: Actor,
    pub(crate) clerk: Actor,
    pub(crate) clerk_user: i64,
}

pub(crate) async fn county(record: &Record) -> County {
    let (store, system) = (&record.store, Actor::System);
    let region = async |code: &str, name: &str, tier, parent| {
        let new = NewRegion { code: code.into(), name: name.into(), tier, parent };
        store::unit::create_region(store, &system, new).await.unwrap()
    };
    let county = region("150626", "示例旗", Tier::County, None).await;
    let one = region("150626100", "甲镇", Tier::Township, Some(county)).await;
    let two = region("150626101", "乙苏木", Tier::Township, Some(county)).await;
    let unit = async |region, name: &str, kind, aliases: &[&str]| {
        let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        let new = NewUnit { region, name: name.into(), kind, aliases };
        store::unit::create_unit(store, &system, new).await.unwrap()
    };
    let finance = unit(county, "示例旗财政局", UnitKind::Department, &[]).await;
    let land = unit(county, "示例旗自然资源局", UnitKind::Department, &["旗国土局"]).await;
    let town_one = unit(one, "甲镇人民政府", UnitKind::Township, &["甲镇"]).await;
    let town_two = unit(two, "乙苏木人民政府", UnitKind::Township, &["乙苏木"]).await;
    let group =
        NewGroup {
            name: "各苏木镇".into(), aliases: vec!["各镇".into()], members: vec![town_one, town_two]
        };
    store::unit::create_group(store, &system, group).await.unwrap();
    let person = async |login: &str, name: &str, unit, role, scope| {
        let grants = BTreeSet::from([Grant { role, scope }]);
        let new = NewUser {
            login: login.into(),
            name: name.into(),
            unit,
            email: Some(format!("{login}@example.invalid")),
            grants: grants.clone(),
            password: PASSWORD.into(),
            must_change_password: false,
        };
        let user = store::user::create(store, &system, new).await.unwrap();
        (Actor::Person(Person { user, name: name.into(), unit, grants, delegated: Vec::new() }), user)
    };
    let (office, _) = person("office", "公开办", finance, Role::Coordinator, Scope::Region(county)).await;
    let (clerk, clerk_user) = person("clerk", "自然资源局信息员", land, Role::Clerk, Scope::Unit(land)).await;
    County { county, finance, land, town_two, office, clerk, clerk_user }
}

pub(crate) fn due(on: Option<Date>, text: &str) -> Due {
    let kind = on.map_or(DueKind::Ongoing(None), DueKind::By);
    Due { kind, text: text.into() }
}

fn mention(text: &str, kind: MentionKind) -> UnitMention {
    UnitMention { text: text.into(), kind, role: UnitRole::Responsible }
}

/// Two tasks: one for a department and the townships, one for a unit nobody knows and the other department.
pub(crate) fn plan() -> Plan {
    let assignment = |content: &str, units, due| Assignment {
        content: content.into(),
        units,
        due,
        ..Assignment::default()
    };
    Plan {
        title: "示例旗2020年重点任务分解表".into(),
        tasks: vec![
            Task {
                number: "1".into(),
                name: "编制标准目录。".into(),
                assignments: vec![assignment(
                    "编制目录，覆盖率100%",
                    vec![
                        mention("旗自然资源局", MentionKind::Unit),
                        mention("甲镇", MentionKind::Unit),
                        mention("各苏木镇", MentionKind::Group),
                    ],
                    due(Some(date(2020, 9, 4)), "2020年9月4日之前"),
                )],
                ..Task::default()
            },
            Task {
                number: "2".into(),
                name: "建设平台。".into(),
                assignments: vec![assignment(
                    "建设100_平台",
                    vec![mention("旗神秘局", MentionKind::Unit), mention("旗财政局", MentionKind::Unit)],
                    due(None, "持续推进"),
                )],
                ..Task::default()
            },
        ],
    }
}

pub(crate) async fn draft(record: &Record, county: &County) -> i64 {
    let store = &record.store;
    let file =
        store::attachment::put(store, &county.office, "表.docx", "application/octet-stream", "内容".into());
    let new = NewDraft {
        region: county.county,
        attachment: file.await.unwrap().id,
        file_name: "表.docx".into(),
        plan: plan(),
        findings: Vec::new(),
        document: serde_json::json!({"tables": []}),
        mapping: serde_json::json!({"columns": []}),
    };
    store::plan_draft::create(store, &county.office, new).await.unwrap()
}

/// The plan in force.
pub(crate) async fn accepted(record: &Record, county: &County) -> i64 {
    let draft = draft(record, county).await;
    store::plan_draft::accept(&record.store, &county.office, draft, 1).await.unwrap()
}

/// The responsibility of a unit within a plan.
pub(crate) async fn share_of(record: &Record, unit: UnitId) -> store::responsibility::ResponsibilityView {
    let filter = store::responsibility::Filter { units: Some(BTreeSet::from([unit])), ..Default::default() };
    let (today, soon) = (date(2020, 8, 3), date(2020, 8, 17));
    let rows =
        store::responsibility::list(&record.store, &filter, today, soon, store::PageRequest::whole()).await;
    rows.unwrap().rows.remove(0).responsibility
}
