//! Standard catalogues (标准目录) in the office: the draft as a table with what is missing or doubtful, the phases. Who is how
//! far is in `list`, beginning one in `begin` and `import`, lower tiers' in `derive`, one item's page in `item`, the yearly round in
//! `readjustment`, a unit's own against its sectors' in `reconcile`.

mod begin;
mod cell;
mod comment;
mod derive;
mod import;
mod item;
mod list;
mod readjustment;
mod reconcile;

use super::{back, frame, moment, unit_name};
use crate::app::App;
use crate::form::Form;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use comment::Remark;
use domain::catalogue::phase::{Phase, Step};
use domain::catalogue::{Catalogue, Field, check};
use domain::finding::Severity;
use domain::obligation;
use domain::role::Act;
use domain::sector;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::catalogue::{CatalogueRow, CellComment, Edit, Undoable, VersionRow};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/catalogues", get(list::show))
        .route("/office/catalogues/readjustment", get(readjustment::show))
        .route(
            "/office/catalogues/new",
            get(begin::show).post(begin::begin).layer(DefaultBodyLimit::disable()),
        )
        .route("/office/catalogues/import/{file}", get(import::show))
        .route("/office/catalogues/import/{file}/mapping", post(import::correct))
        .route("/office/catalogues/import/{file}/accept", post(import::accept))
        .route("/office/catalogues/reconcile/{unit}", get(reconcile::show).post(reconcile::take))
        .route("/office/catalogues/derive", get(derive::show).post(derive::derive))
        .route("/office/catalogues/{id}/follow", get(derive::show_follow).post(derive::follow))
        .route("/office/catalogues/{id}/guide", post(derive::take_guide).layer(DefaultBodyLimit::disable()))
        .route("/office/catalogues/{id}", get(show))
        .route("/office/catalogues/{id}/rows", post(rows))
        .route("/office/catalogues/{id}/step", post(step))
        .route("/office/catalogues/{id}/cells", post(cell::change))
        .route("/office/catalogues/{id}/undo", post(cell::undo))
        .route("/office/catalogues/{id}/items/{code}/comments", post(comment::add))
        .route("/office/catalogues/{id}/items/{code}/comments/{comment}/settle", post(comment::settle))
        .route("/office/catalogues/{id}/items/{code}", get(item::show).post(item::change))
}

/// The name of a catalogue's sector, or what a unit's own is called.
pub(super) fn sector_name(id: Option<&str>) -> &'static str {
    id.and_then(sector::find).map_or("本单位目录", |sector| sector.name.as_str())
}

struct Cell {
    label: &'static str,
    field: &'static str,
    words: String,
    worst: Option<Severity>,
    /// It has an open comment.
    remarked: bool,
}

struct ItemRow {
    number: String,
    code: String,
    link: String,
    cells: Vec<Cell>,
    notes: Vec<(Severity, String)>,
    remarks: Vec<Remark>,
}

struct VersionLine {
    number: u32,
    at: String,
    by: String,
    summary: String,
    withdrawn: bool,
}

#[derive(Template)]
#[template(path = "office/catalogue.html")]
struct ShowPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    title: String,
    unit: String,
    sector: &'static str,
    phase: Phase,
    current: Option<u32>,
    reason: String,
    changed: String,
    fields: Vec<&'static str>,
    rows: Vec<ItemRow>,
    counts: Vec<(Severity, usize)>,
    versions: Vec<VersionLine>,
    undoable: Option<Undoable>,
    open_remarks: usize,
    upper: Option<String>,
    /// The upper catalogue's new version, when there is one to follow.
    newer: Option<u32>,
    /// The guide it was begun from says something new.
    guide_newer: bool,
    from_guide: bool,
    /// Where a unit's own and its sectors' catalogues are reconciled.
    reconcile: String,
    may_edit: bool,
    may_review: bool,
    may_publish: bool,
}

/// The catalogue, when the person may see it.
async fn found(app: &App, staff: &Staff, id: i64) -> Result<CatalogueRow, Problem> {
    let row = store::catalogue::find(&app.store, id).await?;
    let row = row.ok_or_else(|| Problem::not_found("这份目录"))?;
    staff.authorise_unit(Act::ReadCatalogue, row.unit)?;
    Ok(row)
}

/// The draft, else the version in force.
async fn content(app: &App, row: &CatalogueRow) -> Result<Catalogue, Problem> {
    if let Some(draft) = store::catalogue::draft(&app.store, row.id).await? {
        return Ok(draft);
    }
    let number = row.current.unwrap_or(0);
    let version = store::catalogue::version(&app.store, row.id, number).await?;
    version.map(|(_, content)| content).ok_or_else(|| Problem::not_found("这份目录"))
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<super::Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id).await?;
    let content = content(&app, &row).await?;
    let findings = check::catalogue(&content, obligation::period(app.store.rules()));
    let fields: Vec<Field> = Field::ALL.into_iter().filter(|field| *field != Field::Extra).collect();
    let count = |severity| findings.iter().filter(|found| found.finding.severity == severity).count();
    let counts =
        [Severity::Error, Severity::Warning, Severity::Info].map(|severity| (severity, count(severity)));
    let mut notes: BTreeMap<usize, Vec<&check::ItemFinding>> = BTreeMap::new();
    for found in &findings {
        notes.entry(found.item).or_default().push(found);
    }
    let mut remarks: BTreeMap<String, Vec<CellComment>> = BTreeMap::new();
    for comment in store::catalogue::comments(&app.store, id).await? {
        if comment.resolved.is_none() {
            remarks.entry(comment.item.clone()).or_default().push(comment);
        }
    }
    let open_remarks = remarks.values().map(Vec::len).sum();
    let rows = content.items.iter().enumerate().map(|(at, item)| {
        let remarks = remarks.remove(&item.code).unwrap_or_default();
        let own = notes.get(&at).map(Vec::as_slice).unwrap_or_default();
        let worst = |field: Field| {
            own.iter().filter(|found| found.field == Some(field)).map(|found| found.finding.severity).min()
        };
        let cell = |field: &Field| Cell {
            label: field.label(),
            field: field.word(),
            words: item.words(*field),
            worst: worst(*field),
            remarked: remarks.iter().any(|comment| comment.field == Some(*field)),
        };
        ItemRow {
            number: item.number.clone(),
            link: format!("/office/catalogues/{id}/items/{}", item.code),
            code: item.code.clone(),
            cells: fields.iter().map(cell).collect(),
            remarks: remarks.into_iter().map(comment::remark).collect(),
            notes: own.iter().map(|found| (found.finding.severity, found.finding.message.clone())).collect(),
        }
    });
    let line = |version: VersionRow| VersionLine {
        number: version.number,
        at: moment(version.published_at),
        by: version.published_by_name,
        summary: version.summary,
        withdrawn: version.withdrawn.is_some(),
    };
    let upper = match row.parent {
        Some((id, _)) => store::catalogue::find(&app.store, id).await?,
        None => None,
    };
    let newer = upper
        .as_ref()
        .and_then(|upper| upper.current)
        .filter(|to| row.parent.is_some_and(|(_, from)| from != *to));
    let upper = upper.map(|upper| format!("{}第{}版", upper.title, row.parent.map_or(0, |(_, from)| from)));
    let may_edit = staff.authorise_unit(Act::EditCatalogue, row.unit).is_ok();
    let rows: Vec<ItemRow> = rows.collect();
    let template = ShowPage {
        page: frame(&app, &staff, &headers, &content.title, "/office/catalogues")
            .await?
            .under("标准目录", "/office/catalogues")
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        version: row.version,
        unit: unit_name(&staff, row.unit),
        sector: sector_name(row.sector.as_deref()),
        phase: row.phase,
        current: row.current,
        reason: row.reason.clone(),
        changed: format!("{}　{}", row.changed_by_name, moment(row.changed_at)),
        fields: fields.iter().map(|field| field.label()).collect(),
        rows,
        counts: counts.into_iter().filter(|(_, count)| *count > 0).collect(),
        versions: store::catalogue::versions(&app.store, id).await?.into_iter().map(line).collect(),
        undoable: if may_edit && row.phase == Phase::Compiling {
            store::catalogue::undoable(&app.store, id).await?
        } else {
            None
        },
        open_remarks,
        reconcile: format!("/office/catalogues/reconcile/{}", row.unit),
        may_edit,
        may_review: staff.authorise_unit(Act::ReviewCatalogue, row.unit).is_ok(),
        may_publish: staff.authorise_unit(Act::PublishCatalogue, row.unit).is_ok(),
        upper,
        newer,
        from_guide: row.from_guide,
        guide_newer: derive::guide_news(&app, &staff, &row, None).await?.is_some(),
        title: content.title,
    };
    page(&template)
}

#[derive(Deserialize)]
struct RowsForm {
    version: i64,
    act: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    place: usize,
}

/// Adds, copies, moves, splits and removes items; changes the title.
async fn rows(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<RowsForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id).await?;
    staff.authorise_unit(Act::EditCatalogue, row.unit)?;
    let code = form.code;
    let edit = match form.act.as_str() {
        "add" => Edit::Add { below: (!code.is_empty()).then_some(code) },
        "copy" => Edit::Copy { code },
        "split" => Edit::Split { code, elements: form.place },
        "move" => Edit::Move { code, to: form.place.saturating_sub(1) },
        "remove" => Edit::Remove { code },
        "title" => Edit::Title(form.title),
        _ => return Err(Problem::bad_input("没有这种操作。请返回上一页重新选择。")),
    };
    store::catalogue::edit(&app.store, &staff.actor, id, form.version, edit).await?;
    Ok(back(&format!("/office/catalogues/{id}"), "changed"))
}

#[derive(Deserialize)]
struct StepForm {
    version: i64,
    step: String,
    #[serde(default)]
    reason: String,
}

async fn step(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<StepForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id).await?;
    let reason = form.reason;
    let (act, wanted, done) = match form.step.as_str() {
        "submit" => (Act::EditCatalogue, Step::Submit, "handed-in"),
        "return" => (Act::ReviewCatalogue, Step::Return { reason }, "sent-back"),
        "approve" => (Act::ReviewCatalogue, Step::Approve, "approved"),
        "publish" => (Act::PublishCatalogue, Step::Publish, "in-force"),
        "adjust" => (Act::EditCatalogue, Step::Adjust { reason }, "adjusting"),
        "abandon" => (Act::EditCatalogue, Step::Abandon, "abandoned"),
        "withdraw" => (Act::PublishCatalogue, Step::Withdraw { reason }, "withdrawn"),
        _ => return Err(Problem::bad_input("没有这种操作。请返回上一页重新选择。")),
    };
    staff.authorise_unit(act, row.unit)?;
    store::catalogue::take(&app.store, &staff.actor, id, form.version, wanted).await?;
    Ok(back(&format!("/office/catalogues/{id}"), done))
}
