//! Units (单位): regions, units with their other names, groups.

use super::{Done, back, frame};
use crate::app::App;
use crate::form::Form;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use domain::role::Act;
use domain::unit::{RegionId, Tier, UnitId, UnitKind};
use serde::Deserialize;
use store::unit::{NewGroup, NewUnit};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/units", get(list).post(create))
        .route("/office/units/{id}", get(show).post(change))
        .route("/office/unit-groups/{id}", get(show_group).post(change_group))
}

struct UnitRow {
    id: UnitId,
    name: String,
    kind: &'static str,
    region: String,
    aliases: String,
}

struct GroupRow {
    id: i64,
    name: String,
    aliases: String,
    count: usize,
}

struct RegionChoice {
    id: RegionId,
    name: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "office/units.html")]
struct UnitsPage {
    page: Page,
    csrf: String,
    units: Vec<UnitRow>,
    groups: Vec<GroupRow>,
    regions: Vec<RegionChoice>,
    manages: bool,
}

fn joined(names: &[String]) -> String {
    names.join("、")
}

/// Names typed one a line or with separators.
fn split(text: &str) -> Vec<String> {
    text.split(['、', '，', ',', ';', '；', '\n'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn regions(staff: &Staff, chosen: Option<RegionId>) -> Vec<RegionChoice> {
    let choice = |region: &domain::unit::Region| RegionChoice {
        id: region.id,
        name: region.name.clone(),
        chosen: chosen.map_or(region.tier == Tier::County, |chosen| chosen == region.id),
    };
    staff.directory.regions().iter().map(choice).collect()
}

async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let directory = &staff.directory;
    let region = |id| directory.region(id).map(|region| region.name.clone()).unwrap_or_default();
    let units = directory.units().iter().map(|unit| UnitRow {
        id: unit.id,
        name: unit.name.clone(),
        kind: unit.kind.label(),
        region: region(unit.region),
        aliases: joined(&unit.aliases),
    });
    let groups = directory.groups().iter().map(|group| GroupRow {
        id: group.id,
        name: group.name.clone(),
        aliases: joined(&group.aliases),
        count: group.members.len(),
    });
    let template = UnitsPage {
        page: frame(&app, &staff, &headers, "单位", "/office/units").await?.with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        units: units.collect(),
        groups: groups.collect(),
        regions: regions(&staff, None),
        manages: staff.may(Act::ManageUnits),
    };
    page(&template)
}

#[derive(Deserialize)]
struct UnitForm {
    #[serde(default)]
    version: i64,
    name: String,
    region: RegionId,
    kind: String,
    #[serde(default)]
    aliases: String,
}

impl UnitForm {
    fn read(self) -> Result<NewUnit, Problem> {
        let kind = match self.kind.as_str() {
            "department" => UnitKind::Department,
            "township" => UnitKind::Township,
            "village" => UnitKind::Village,
            _ => return Err(Problem::bad_input("请选择单位类别。")),
        };
        Ok(NewUnit { region: self.region, name: self.name, kind, aliases: split(&self.aliases) })
    }
}

async fn create(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<UnitForm>,
) -> Result<Response, Problem> {
    staff.authorise_region(Act::ManageUnits, form.region)?;
    store::unit::create_unit(&app.store, &staff.actor, form.read()?).await?;
    Ok(back("/office/units", "created"))
}

#[derive(Template)]
#[template(path = "office/unit.html")]
struct UnitPage {
    page: Page,
    csrf: String,
    id: UnitId,
    version: i64,
    name: String,
    kind: UnitKind,
    aliases: String,
    regions: Vec<RegionChoice>,
    manages: bool,
    has_feed: bool,
    new_feed: Option<String>,
    reads: bool,
}

impl UnitPage {
    fn is(&self, kind: &str) -> bool {
        matches!(
            (self.kind, kind),
            (UnitKind::Department, "department")
                | (UnitKind::Township, "township")
                | (UnitKind::Village, "village")
        )
    }
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<UnitId>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    unit_page(&app, &staff, id, &headers, done.done.as_deref(), None).await
}

/// The unit's page; with a new feed address it is shown this once.
pub(super) async fn unit_page(
    app: &App,
    staff: &Staff,
    id: UnitId,
    headers: &HeaderMap,
    done: Option<&str>,
    new_feed: Option<String>,
) -> Result<Response, Problem> {
    let unit = staff.directory.unit(id).ok_or_else(|| Problem::not_found("这个单位"))?;
    let frame = frame(app, staff, headers, &unit.name, "/office/units").await?;
    let template = UnitPage {
        page: frame.under("单位", "/office/units").with_done(done),
        csrf: staff.session.csrf.clone(),
        id,
        version: store::unit::unit_version(&app.store, id).await?.unwrap_or(0),
        name: unit.name.clone(),
        kind: unit.kind,
        aliases: unit.aliases.join("\n"),
        regions: regions(staff, Some(unit.region)),
        manages: staff.authorise_unit(Act::ManageUnits, id).is_ok(),
        has_feed: store::feed::exists(&app.store, id).await?,
        new_feed,
        reads: staff.authorise_unit(Act::ReadPlan, id).is_ok(),
    };
    page(&template)
}

async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<UnitId>,
    Form(form): Form<UnitForm>,
) -> Result<Response, Problem> {
    staff.authorise_unit(Act::ManageUnits, id)?;
    staff.authorise_region(Act::ManageUnits, form.region)?;
    let seen = form.version;
    store::unit::change_unit(&app.store, &staff.actor, id, seen, form.read()?).await?;
    Ok(back(&format!("/office/units/{id}"), "changed"))
}

struct MemberChoice {
    id: UnitId,
    name: String,
    kind: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "office/unit_group.html")]
struct GroupPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    name: String,
    aliases: String,
    members: Vec<MemberChoice>,
    manages: bool,
}

async fn show_group(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let group = staff.directory.group(id).ok_or_else(|| Problem::not_found("这个单位组"))?;
    let members = staff.directory.units().iter().map(|unit| MemberChoice {
        id: unit.id,
        name: unit.name.clone(),
        kind: unit.kind.label(),
        chosen: group.members.contains(&unit.id),
    });
    let frame = frame(&app, &staff, &headers, &group.name, "/office/units").await?;
    let template = GroupPage {
        page: frame.under("单位", "/office/units").with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        version: store::unit::group_version(&app.store, id).await?.unwrap_or(0),
        name: group.name.clone(),
        aliases: group.aliases.join("\n"),
        members: members.collect(),
        manages: authorise_groups(&staff).is_ok(),
    };
    page(&template)
}

/// Groups are the county's: whoever manages its units manages them.
fn authorise_groups(staff: &Staff) -> Result<(), Problem> {
    Ok(staff.authorise_county(Act::ManageUnits)?)
}

#[derive(Deserialize)]
struct GroupForm {
    version: i64,
    name: String,
    #[serde(default)]
    aliases: String,
    #[serde(default)]
    member: Vec<UnitId>,
}

async fn change_group(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<GroupForm>,
) -> Result<Response, Problem> {
    authorise_groups(&staff)?;
    let new = NewGroup { name: form.name, aliases: split(&form.aliases), members: form.member };
    store::unit::change_group(&app.store, &staff.actor, id, form.version, new).await?;
    Ok(back(&format!("/office/unit-groups/{id}"), "changed"))
}
