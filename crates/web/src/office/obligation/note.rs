//! Noting information that was formed or changed: first the catalogue, then the item, then what and when.

use super::day;
use crate::app::App;
use crate::form::Form;
use crate::office::{back, frame, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::obligation::Cause;
use domain::role::Act;
use serde::Deserialize;
use store::catalogue::{CatalogueRow, Filter};
use store::obligation::{Noted, Publication};

struct Choice {
    code: String,
    name: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "office/obligation_new.html")]
struct NotePage {
    page: Page,
    csrf: String,
    catalogues: Vec<(i64, String)>,
    catalogue: i64,
    items: Vec<Choice>,
    day_label: &'static str,
    today: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    catalogue: i64,
    item: String,
}

/// The catalogues in force of the units the person may note for.
async fn catalogues(app: &App, staff: &Staff) -> Result<Vec<CatalogueRow>, Problem> {
    let units = staff.units(Act::NotePublication).into_iter().collect();
    let filter = Filter { units: Some(units), in_force: true, ..Filter::default() };
    Ok(store::catalogue::list(&app.store, &filter).await?)
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !staff.may(Act::NotePublication) {
        return Err(domain::role::Denied { act: Act::NotePublication }.into());
    }
    let rows = catalogues(&app, &staff).await?;
    let chosen = match rows.as_slice() {
        [only] => Some(only),
        rows => rows.iter().find(|row| row.id == wanted.catalogue),
    };
    let mut items = Vec::new();
    let mut day_label = Cause::Formed.day_label();
    if let Some(row) = chosen {
        let version = store::catalogue::version(&app.store, row.id, row.current.unwrap_or(0)).await?;
        let (_, content) = version.ok_or_else(|| Problem::not_found("这份目录"))?;
        let noted = |cause| matches!(cause, Some(Cause::Formed | Cause::Event));
        for item in content.items.iter().filter(|item| noted(Cause::of(item))) {
            let chosen = item.code == wanted.item;
            if chosen && Cause::of(item) == Some(Cause::Event) {
                day_label = Cause::Event.day_label();
            }
            items.push(Choice {
                name: format!("{}　{}", item.number, item.name()),
                chosen,
                code: item.code.clone(),
            });
        }
    }
    let named = |row: &CatalogueRow| {
        let sector = super::super::catalogue::sector_name(row.sector.as_deref());
        (row.id, format!("{sector}（{}）", unit_name(&staff, row.unit)))
    };
    let template = NotePage {
        page: frame(&app, &staff, &headers, "登记信息形成", "/office/obligations")
            .await?
            .under("应公开事项", "/office/obligations"),
        csrf: staff.session.csrf.clone(),
        catalogue: chosen.map_or(0, |row| row.id),
        catalogues: rows.iter().map(named).collect(),
        items,
        day_label,
        today: app.today().to_string(),
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct NoteForm {
    catalogue: i64,
    item: String,
    about: String,
    on: String,
    #[serde(default)]
    published_on: String,
    #[serde(default)]
    address: String,
}

pub(super) async fn note(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<NoteForm>,
) -> Result<Response, Problem> {
    let row = store::catalogue::find(&app.store, form.catalogue).await?;
    let row = row.ok_or_else(|| Problem::not_found("这份目录"))?;
    staff.authorise_unit(Act::NotePublication, row.unit)?;
    let published = match form.published_on.trim() {
        "" if form.address.trim().is_empty() => None,
        "" => return Err(Problem::bad_input("填了公开地址，还要填公开日期。请返回上一页补上。")),
        on => Some(Publication { on: day(on)?, address: form.address }),
    };
    let noted = Noted {
        catalogue: form.catalogue,
        item: form.item,
        about: form.about,
        on: day(&form.on)?,
        published,
    };
    let id = store::obligation::note(&app.store, &staff.actor, &app.calendar, noted).await?;
    Ok(back(&format!("/office/obligations/{id}"), "noted"))
}
