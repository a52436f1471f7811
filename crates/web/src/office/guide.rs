//! The disclosure guides (公开指南): what is missing in which, and the form that says it.

use super::review::{scope_name, scope_of, scope_word};
use super::{Done, back, frame, moment};
use crate::app::App;
use crate::form::Form;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use domain::guide::{Field, Guide};
use domain::role::{Act, Denied, Scope};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/office/guides", get(list)).route("/office/guide", get(show).post(put))
}

/// Whose guides the person writes: regions first.
fn places(staff: &Staff) -> Vec<Scope> {
    let regions = staff.directory.regions().iter().map(|region| Scope::Region(region.id));
    let units = staff.directory.units().iter().map(|unit| Scope::Unit(unit.id));
    regions.chain(units).filter(|scope| authorise(staff, *scope).is_ok()).collect()
}

fn authorise(staff: &Staff, scope: Scope) -> Result<(), Denied> {
    match scope {
        Scope::Unit(unit) => staff.authorise_unit(Act::EditGuide, unit),
        Scope::Region(region) => staff.authorise_region(Act::EditGuide, region),
    }
}

struct Line {
    name: String,
    link: String,
    missing: Vec<&'static str>,
    taken_back: bool,
    changed: Option<String>,
}

#[derive(Template)]
#[template(path = "office/guides.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !staff.may(Act::EditGuide) {
        return Err(Denied { act: Act::EditGuide }.into());
    }
    let rows = store::guide::list(&app.store).await?;
    let of = |scope: Scope| rows.iter().find(|row| row.scope == scope);
    let line = |scope: Scope| Line {
        name: scope_name(&staff, scope),
        link: format!("/office/guide?place={}", scope_word(scope)),
        missing: whole(&staff, &rows, scope).missing().into_iter().map(Field::label).collect(),
        taken_back: of(scope).is_some_and(|row| row.guide.taken_back),
        changed: of(scope).map(|row| format!("{}　{}", row.changed_by_name, moment(row.changed_at))),
    };
    let template = ListPage {
        page: frame(&app, &staff, &headers, "公开指南", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .with_done(done.done.as_deref()),
        lines: places(&staff).into_iter().map(line).collect(),
    };
    page(&template)
}

/// A guide with what it shares with the public ones of the regions above it.
fn whole(staff: &Staff, rows: &[store::guide::GuideRow], scope: Scope) -> Guide {
    let of = |scope: Scope| rows.iter().find(|row| row.scope == scope).map(|row| &row.guide);
    let own = of(scope).cloned().unwrap_or_default();
    let region = match scope {
        Scope::Unit(unit) => staff.directory.unit(unit).map(|unit| unit.region),
        Scope::Region(region) => Some(region),
    };
    let above = region.map(|region| staff.directory.chain(region)).unwrap_or_default();
    let public = |region: i64| {
        of(Scope::Region(region)).filter(|_| Scope::Region(region) != scope)?.clone().public(None)
    };
    above.into_iter().filter_map(public).fold(own, |own, region| own.over(&region))
}

#[derive(Deserialize)]
struct Wanted {
    place: String,
}

/// A field of the form.
struct Input {
    name: String,
    label: &'static str,
    text: String,
    required: bool,
    long: bool,
    /// What stands there when it is left empty.
    shared: String,
}

#[derive(Template)]
#[template(path = "office/guide.html")]
struct GuidePage {
    page: Page,
    csrf: String,
    place: String,
    name: String,
    version: i64,
    inputs: Vec<Input>,
    missing: Vec<&'static str>,
    taken_back: bool,
    /// Where the public reads it; none as long as it does not.
    public: Option<String>,
}

/// The name of a field in the form.
fn input_name(field: Field) -> String {
    format!("guide_{}", field.word())
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let scope = scope_of(&wanted.place).ok_or_else(|| Problem::not_found("这份公开指南"))?;
    authorise(&staff, scope)?;
    let rows = store::guide::list(&app.store).await?;
    let row = rows.iter().find(|row| row.scope == scope);
    let own = row.map(|row| row.guide.clone()).unwrap_or_default();
    let whole = whole(&staff, &rows, scope);
    let input = |field: &Field| Input {
        name: input_name(*field),
        label: field.label(),
        text: own.get(*field).to_owned(),
        required: field.is_required(),
        long: field.is_long(),
        shared: if own.get(*field).is_empty() { whole.get(*field).to_owned() } else { String::new() },
    };
    let name = scope_name(&staff, scope);
    let template = GuidePage {
        page: frame(&app, &staff, &headers, &name, "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .under("公开指南", "/office/guides")
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        place: scope_word(scope),
        name,
        version: row.map_or(0, |row| row.version),
        inputs: Field::ALL.iter().map(input).collect(),
        missing: whole.missing().into_iter().map(Field::label).collect(),
        taken_back: own.taken_back,
        public: row.filter(|_| whole.public(None).is_some()).map(|_| match scope {
            Scope::Unit(unit) => format!("/guide/{unit}"),
            Scope::Region(_) => "/guide".to_owned(),
        }),
    };
    page(&template)
}

#[derive(Deserialize)]
struct Put {
    place: String,
    version: i64,
    /// `take-back` takes it off the site.
    #[serde(default)]
    act: String,
    #[serde(flatten)]
    texts: BTreeMap<String, String>,
}

async fn put(State(app): State<App>, staff: Staff, Form(form): Form<Put>) -> Result<Response, Problem> {
    let scope = scope_of(&form.place).ok_or_else(|| Problem::not_found("这份公开指南"))?;
    authorise(&staff, scope)?;
    let mut guide = Guide::new(form.act == "take-back");
    for field in Field::ALL {
        guide.set(*field, form.texts.get(&input_name(*field)).map_or("", String::as_str));
    }
    store::guide::put(&app.store, &staff.actor, scope, guide, form.version).await?;
    let rows = store::guide::list(&app.store).await?;
    let whole = whole(&staff, &rows, scope);
    let done = match (whole.taken_back, whole.missing().is_empty()) {
        (true, _) => "guide-taken-back",
        (false, true) => return Ok(back("/office/guides", "guide-kept")),
        (false, false) => "guide-draft",
    };
    Ok(back(&format!("/office/guide?place={}", scope_word(scope)), done))
}
