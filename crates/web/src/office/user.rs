//! People (人员): the administrator adds and changes them, the security officer lifts locks.

use super::{Done, back, frame, moment, unit_name};
use crate::app::App;
use crate::form::Form;
use crate::list::Pages;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use domain::role::{Act, Denied, Grant, Role, Scope};
use domain::unit::UnitId;
use serde::Deserialize;
use std::collections::BTreeSet;
use store::PageRequest;
use store::user::{NewUser, UserChange, UserView};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/users", get(list).post(create))
        .route("/office/users/{id}", get(show).post(change))
        .route("/office/users/{id}/password", post(reset_password))
        .route("/office/users/{id}/unlock", post(unlock))
}

struct Row {
    id: i64,
    login: String,
    name: String,
    unit: String,
    grants: String,
    active: bool,
    locked: bool,
}

struct UnitChoice {
    id: UnitId,
    name: String,
    chosen: bool,
}

struct RoleChoice {
    word: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "office/users.html")]
struct UsersPage {
    page: Page,
    csrf: String,
    text: String,
    rows: Vec<Row>,
    pages: Pages,
    units: Vec<UnitChoice>,
    roles: Vec<RoleChoice>,
    manages: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    page: u64,
    q: String,
    done: Option<String>,
}

fn scope_name(staff: &Staff, scope: Scope) -> String {
    match scope {
        Scope::Unit(unit) => unit_name(staff, unit),
        Scope::Region(region) => {
            staff.directory.region(region).map(|region| format!("{}全域", region.name)).unwrap_or_default()
        }
    }
}

fn grants_in_words(staff: &Staff, grants: &BTreeSet<Grant>) -> String {
    let words =
        grants.iter().map(|grant| format!("{}（{}）", grant.role.label(), scope_name(staff, grant.scope)));
    words.collect::<Vec<_>>().join("、")
}

fn units(staff: &Staff, act: Act, chosen: Option<UnitId>) -> Vec<UnitChoice> {
    let allowed = staff.units(act);
    let units = staff.directory.units().iter().filter(|unit| allowed.contains(&unit.id));
    units
        .map(|unit| UnitChoice { id: unit.id, name: unit.name.clone(), chosen: chosen == Some(unit.id) })
        .collect()
}

fn roles(grants: &BTreeSet<Grant>) -> Vec<RoleChoice> {
    let choice = |role: Role| RoleChoice {
        word: role.word(),
        label: role.label(),
        chosen: grants.iter().any(|grant| grant.role == role),
    };
    Role::ALL.into_iter().map(choice).collect()
}

/// The units whose people the person may see.
fn seen(staff: &Staff) -> Result<BTreeSet<UnitId>, Denied> {
    if !staff.may(Act::ManageUsers) && !staff.may(Act::UnlockUsers) {
        return Err(Denied { act: Act::ManageUsers });
    }
    let mut units = staff.units(Act::ManageUsers);
    units.extend(staff.units(Act::UnlockUsers));
    Ok(units)
}

async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let seen = seen(&staff)?;
    let request = PageRequest::number(wanted.page);
    let found = store::user::list(&app.store, Some(&seen), &wanted.q, request).await?;
    let pages = Pages::of(&found, "/office/users", &[("q", wanted.q.clone())]);
    let rows = found.rows.into_iter().map(|user| Row {
        id: user.id,
        unit: unit_name(&staff, user.unit),
        grants: grants_in_words(&staff, &user.grants),
        login: user.login,
        name: user.name,
        active: user.active,
        locked: user.locked_until.is_some(),
    });
    let frame = frame(&app, &staff, &headers, "人员", "/office/users").await?;
    let template = UsersPage {
        page: frame.with_done(wanted.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        text: wanted.q,
        rows: rows.collect(),
        pages,
        units: units(&staff, Act::ManageUsers, None),
        roles: roles(&BTreeSet::new()),
        manages: staff.may(Act::ManageUsers),
    };
    page(&template)
}

#[derive(Deserialize)]
struct UserForm {
    #[serde(default)]
    login: String,
    name: String,
    unit: UnitId,
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: Vec<String>,
    #[serde(default)]
    password: String,
    #[serde(default)]
    active: bool,
    #[serde(default)]
    version: i64,
}

/// The grants the roles mean for a person of that unit: a clerk's and a reviewer's end at the unit, the others' cover
/// its region.
fn grants(staff: &Staff, unit: UnitId, roles: &[String]) -> Result<BTreeSet<Grant>, Problem> {
    let region = staff.directory.unit(unit).map(|unit| unit.region);
    let region = region.ok_or_else(|| Problem::bad_input("请选择单位。"))?;
    let grant = |word: &String| {
        let role = Role::from_word(word).ok_or_else(|| Problem::bad_input("请选择角色。"))?;
        let scope = match role {
            Role::Clerk | Role::Reviewer => Scope::Unit(unit),
            _ => Scope::Region(region),
        };
        Ok(Grant { role, scope })
    };
    let grants: BTreeSet<Grant> = roles.iter().map(grant).collect::<Result<_, Problem>>()?;
    let apart = [Role::Administrator, Role::SecurityOfficer, Role::Auditor];
    let held = grants.iter().filter(|grant| apart.contains(&grant.role)).count();
    if held > 1 || (held == 1 && grants.len() > 1) {
        return Err(Problem::bad_input(
            "系统管理员、安全管理员、审计员须由不同的人担任，也不能兼任业务角色（等保“三员分立”）。请重新选择角色。",
        ));
    }
    Ok(grants)
}

/// Nobody hands out what lies outside their own scope.
fn authorise_grants(staff: &Staff, unit: UnitId, grants: &BTreeSet<Grant>) -> Result<(), Problem> {
    staff.authorise_unit(Act::ManageUsers, unit)?;
    for grant in grants {
        match grant.scope {
            Scope::Unit(unit) => staff.authorise_unit(Act::ManageUsers, unit)?,
            Scope::Region(region) => staff.authorise_region(Act::ManageUsers, region)?,
        }
    }
    Ok(())
}

async fn create(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<UserForm>,
) -> Result<Response, Problem> {
    let grants = grants(&staff, form.unit, &form.role)?;
    authorise_grants(&staff, form.unit, &grants)?;
    let new = NewUser {
        login: form.login,
        name: form.name,
        unit: form.unit,
        email: Some(form.email),
        grants,
        password: form.password,
        must_change_password: true,
    };
    store::user::create(&app.store, &staff.actor, new).await?;
    Ok(back("/office/users", "created"))
}

#[derive(Template)]
#[template(path = "office/user.html")]
struct UserPage {
    page: Page,
    csrf: String,
    user: UserView,
    email: String,
    grants: String,
    locked_until: Option<String>,
    units: Vec<UnitChoice>,
    roles: Vec<RoleChoice>,
    manages: bool,
    unlocks: bool,
}

async fn found(app: &App, id: i64) -> Result<UserView, Problem> {
    store::user::find(&app.store, id).await?.ok_or_else(|| Problem::not_found("这位人员"))
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let seen = seen(&staff)?;
    let user = found(&app, id).await?;
    if !seen.contains(&user.unit) {
        return Err(Denied { act: Act::ManageUsers }.into());
    }
    let frame = frame(&app, &staff, &headers, &user.name, "/office/users").await?;
    let template = UserPage {
        page: frame.under("人员", "/office/users").with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        email: user.email.clone().unwrap_or_default(),
        grants: grants_in_words(&staff, &user.grants),
        locked_until: user.locked_until.map(moment),
        units: units(&staff, Act::ManageUsers, Some(user.unit)),
        roles: roles(&user.grants),
        manages: staff.authorise_unit(Act::ManageUsers, user.unit).is_ok(),
        unlocks: staff.authorise_unit(Act::UnlockUsers, user.unit).is_ok(),
        user,
    };
    page(&template)
}

async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<UserForm>,
) -> Result<Response, Problem> {
    let user = found(&app, id).await?;
    staff.authorise_unit(Act::ManageUsers, user.unit)?;
    let grants = grants(&staff, form.unit, &form.role)?;
    authorise_grants(&staff, form.unit, &grants)?;
    if id == staff.person.user && !form.active {
        return Err(Problem::bad_input("不能停用自己的账号，请由另一位系统管理员办理。"));
    }
    let change =
        UserChange { name: form.name, unit: form.unit, email: Some(form.email), grants, active: form.active };
    store::user::change(&app.store, &staff.actor, id, form.version, change).await?;
    Ok(back(&format!("/office/users/{id}"), "changed"))
}

#[derive(Deserialize)]
struct PasswordForm {
    password: String,
}

async fn reset_password(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Problem> {
    staff.authorise_unit(Act::ManageUsers, found(&app, id).await?.unit)?;
    store::user::set_password(&app.store, &staff.actor, id, &form.password).await?;
    Ok(back(&format!("/office/users/{id}"), "reset"))
}

#[derive(Deserialize)]
struct Nothing {}

async fn unlock(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    staff.authorise_unit(Act::UnlockUsers, found(&app, id).await?.unit)?;
    store::user::unlock(&app.store, &staff.actor, id).await?;
    Ok(back(&format!("/office/users/{id}"), "unlocked"))
}
