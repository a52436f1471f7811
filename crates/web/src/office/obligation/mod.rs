//! Obligations (应公开事项) in the office: what falls due, what is late, what became public when. Noting what was formed is
//! in `note`, how whole catalogues are kept in `coverage`.

mod coverage;
mod note;

use super::{back, frame, left, moment, unit_name};
use crate::app::App;
use crate::form::Form;
use crate::list::{Pages, link};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use domain::letter::written_date;
use domain::obligation::{Cause, Standing};
use domain::role::Act;
use domain::sector;
use jiff::civil::Date;
use serde::Deserialize;
use store::PageRequest;
use store::obligation::{Filter, ObligationView, Publication};
use tables::sheet::{self, Column, Value};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/obligations", get(list))
        .route("/office/obligations/export.xlsx", get(export))
        .route("/office/obligations/new", get(note::show).post(note::note))
        .route("/office/obligations/{id}", get(show))
        .route("/office/obligations/{id}/publish", post(publish))
        .route("/office/obligations/{id}/cancel", post(cancel))
        .route("/office/coverage", get(coverage::show))
        .route("/office/coverage/{id}", get(coverage::show_catalogue))
}

/// A day as a form sends it.
pub(super) fn day(text: &str) -> Result<Date, Problem> {
    text.trim()
        .parse()
        .map_err(|_| Problem::bad_input("日期没有填写或写法不对。请按“2020-09-04”的写法填写。"))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    page: u64,
    q: String,
    unit: String,
    sector: String,
    standing: String,
}

/// The word by which the filter asks for units' own catalogues.
const OWN: &str = "own";

impl Wanted {
    fn query(&self) -> Vec<(&'static str, String)> {
        vec![
            ("q", self.q.clone()),
            ("unit", self.unit.clone()),
            ("sector", self.sector.clone()),
            ("standing", self.standing.clone()),
        ]
    }

    fn filter(&self, staff: &Staff) -> Filter {
        let mut units = staff.units(Act::ReadCatalogue);
        if let Ok(unit) = self.unit.parse::<i64>() {
            units.retain(|known| *known == unit);
        }
        let sector = match self.sector.as_str() {
            "" => None,
            OWN => Some(String::new()),
            id => Some(id.to_owned()),
        };
        Filter {
            units: Some(units),
            sector,
            standing: Standing::from_word(&self.standing),
            text: self.q.trim().chars().take(domain::limits::NAME_CHARACTERS_MAX).collect(),
            ..Filter::default()
        }
    }
}

/// An obligation as lists show it.
pub(in crate::office) struct Row {
    pub(in crate::office) link: String,
    pub(in crate::office) item: String,
    pub(in crate::office) about: String,
    pub(in crate::office) unit: String,
    pub(in crate::office) due: String,
    pub(in crate::office) left: String,
    pub(in crate::office) published: String,
    pub(in crate::office) standing: Standing,
}

/// A row with its words.
pub(in crate::office) fn row(app: &App, staff: &Staff, found: &ObligationView) -> Row {
    Row {
        link: format!("/office/obligations/{}", found.id),
        item: found.item_name.clone(),
        about: about(found),
        unit: unit_name(staff, found.unit),
        due: written_date(found.due_on),
        left: if found.published_on.is_some() { String::new() } else { left(app, Some(found.due_on)) },
        published: found.published_on.map(written_date).unwrap_or_default(),
        standing: found.standing(app.today(), app.soon()),
    }
}

/// What it is about, in words.
fn about(found: &ObligationView) -> String {
    match found.cause {
        Cause::Period => found.basis.clone(),
        Cause::Formed | Cause::Event => found.about.clone(),
    }
}

#[derive(Template)]
#[template(path = "office/obligations.html")]
struct ListPage {
    page: Page,
    wanted: Wanted,
    tiles: Vec<(Standing, u64, String)>,
    rows: Vec<Row>,
    pages: Pages,
    units: Vec<(String, String)>,
    sectors: Vec<(&'static str, &'static str)>,
    export: String,
    filtered: bool,
    may_note: bool,
}

impl ListPage {
    fn standings(&self) -> [(&'static str, &'static str); 5] {
        Standing::ALL.map(|standing| (standing.word(), standing.label()))
    }
}

async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    Query(done): Query<super::Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !staff.may(Act::ReadCatalogue) {
        return Err(domain::role::Denied { act: Act::ReadCatalogue }.into());
    }
    let filter = wanted.filter(&staff);
    let (today, soon) = (app.today(), app.soon());
    let request = PageRequest::number(wanted.page);
    let found = store::obligation::list(&app.store, &filter, today, soon, request).await?;
    let counts = store::obligation::count_by_standing(&app.store, &filter, today, soon).await?;
    let query = wanted.query();
    let tile = |(standing, count): (Standing, u64)| {
        let mut query = query.clone();
        query.retain(|(name, _)| *name != "standing");
        query.push(("standing", standing.word().to_owned()));
        (standing, count, link("/office/obligations", &query))
    };
    let visible = staff.units(Act::ReadCatalogue);
    let units = staff.directory.units().iter().filter(|unit| visible.contains(&unit.id));
    let template = ListPage {
        page: frame(&app, &staff, &headers, "应公开事项", "/office/obligations")
            .await?
            .with_done(done.done.as_deref()),
        tiles: counts.into_iter().map(tile).collect(),
        pages: Pages::of(&found, "/office/obligations", &query),
        rows: found.rows.iter().map(|found| row(&app, &staff, found)).collect(),
        units: units.map(|unit| (unit.id.to_string(), unit.name.clone())).collect(),
        sectors: sector::all().iter().map(|sector| (sector.id.as_str(), sector.name.as_str())).collect(),
        export: link("/office/obligations/export.xlsx", &query),
        filtered: query.iter().any(|(_, value)| !value.is_empty()),
        may_note: staff.may(Act::NotePublication),
        wanted,
    };
    page(&template)
}

async fn export(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let filter = wanted.filter(&staff);
    let (today, soon) = (app.today(), app.soon());
    let found = store::obligation::list(&app.store, &filter, today, soon, PageRequest::whole()).await?;
    let columns = [
        Column::new("公开事项", 36.0),
        Column::new("信息或周期", 44.0),
        Column::new("单位", 26.0),
        Column::new("公开期限", 14.0),
        Column::new("期限依据", 44.0),
        Column::new("公开日期", 14.0),
        Column::new("公开地址", 40.0),
        Column::new("状态", 14.0),
    ];
    let rows = found.rows.into_iter().map(|found| {
        let row = row(&app, &staff, &found);
        vec![
            Value::Text(row.item),
            Value::Text(row.about),
            Value::Text(row.unit),
            Value::Date(found.due_on),
            Value::Text(found.basis),
            found.published_on.map_or(Value::Empty, Value::Date),
            Value::Text(found.address),
            Value::Text(row.standing.label().to_owned()),
        ]
    });
    let bytes = sheet::write("应公开事项", &columns, rows).map_err(|error| {
        tracing::error!(?error, "a list could not be written as xlsx");
        Problem::fault()
    })?;
    let name = format!("应公开事项{today}.xlsx");
    Ok(super::attachment::sent_as_file(&name, super::attachment::media_type(&name), Body::from(bytes)))
}

#[derive(Template)]
#[template(path = "office/obligation.html")]
struct ShowPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    item: String,
    item_link: String,
    about: String,
    unit: String,
    cause_label: &'static str,
    cause_on: String,
    due: String,
    due_known: bool,
    left: String,
    basis: String,
    standing: Standing,
    published_on: String,
    published_words: String,
    address: String,
    changed: String,
    today: String,
    may_note: bool,
    may_write: bool,
    may_cancel: bool,
}

/// The obligation, when the person may see it.
async fn found(app: &App, staff: &Staff, id: i64) -> Result<ObligationView, Problem> {
    let found = store::obligation::find(&app.store, id).await?;
    let found = found.ok_or_else(|| Problem::not_found("这条应公开事项"))?;
    staff.authorise_unit(Act::ReadCatalogue, found.unit)?;
    Ok(found)
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<super::Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = found(&app, &staff, id).await?;
    let row = row(&app, &staff, &found);
    let may_note = staff.authorise_unit(Act::NotePublication, found.unit).is_ok();
    let template = ShowPage {
        page: frame(&app, &staff, &headers, &found.item_name, "/office/obligations")
            .await?
            .under("应公开事项", "/office/obligations")
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        version: found.version,
        item: row.item,
        item_link: format!("/catalogues/{}/items/{}", found.catalogue, found.item),
        about: found.about.clone(),
        unit: row.unit,
        cause_label: found.cause.day_label(),
        cause_on: written_date(found.cause_on),
        due: row.due,
        due_known: found.due_known,
        left: row.left,
        basis: found.basis,
        standing: row.standing,
        published_on: found.published_on.map(|day| day.to_string()).unwrap_or_default(),
        published_words: row.published,
        address: found.address,
        changed: format!("{}　{}", found.changed_by_name, moment(found.changed_at)),
        today: app.today().to_string(),
        may_note,
        may_write: staff.authorise_unit(Act::WriteDisclosure, found.unit).is_ok(),
        may_cancel: may_note && found.published_on.is_none() && found.cause != Cause::Period,
    };
    page(&template)
}

#[derive(Deserialize)]
struct PublishForm {
    version: i64,
    on: String,
    #[serde(default)]
    address: String,
}

async fn publish(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<PublishForm>,
) -> Result<Response, Problem> {
    let found = found(&app, &staff, id).await?;
    staff.authorise_unit(Act::NotePublication, found.unit)?;
    let publication = Publication { on: day(&form.on)?, address: form.address };
    store::obligation::publish(&app.store, &staff.actor, id, form.version, publication).await?;
    Ok(back(&format!("/office/obligations/{id}"), "noted-published"))
}

#[derive(Deserialize)]
struct CancelForm {
    version: i64,
    #[serde(default)]
    reason: String,
}

async fn cancel(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<CancelForm>,
) -> Result<Response, Problem> {
    let found = found(&app, &staff, id).await?;
    staff.authorise_unit(Act::NotePublication, found.unit)?;
    store::obligation::cancel(&app.store, &staff.actor, id, form.version, &form.reason).await?;
    Ok(back("/office/obligations", "note-cancelled"))
}
