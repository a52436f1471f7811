//! Beginning a catalogue: from the sector's starter, from one in force, from a file the unit has (see `import`), or with
//! an empty table.

use super::sector_name;
use crate::app::App;
use crate::form::Upload;
use crate::office::{frame, media_type, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::reading;
use crate::session::Staff;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::catalogue::{Catalogue, Item};
use domain::role::Act;
use domain::sector;
use domain::unit::UnitId;
use std::collections::BTreeSet;
use store::catalogue::{Filter, NewCatalogue};
use tables::catalogue::Starter;

#[derive(Template)]
#[template(path = "office/catalogue_new.html")]
struct BeginPage {
    page: Page,
    csrf: String,
    units: Vec<(UnitId, String)>,
    sectors: Vec<(&'static str, &'static str)>,
    unit: String,
    sector: String,
    source: String,
    published: Vec<(i64, String)>,
    problem: Option<String>,
    megabytes: usize,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    begin_page(&app, &staff, &headers, &Upload::default(), None).await
}

async fn begin_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    sent: &Upload,
    problem: Option<Problem>,
) -> Result<Response, Problem> {
    let editable = staff.units(Act::EditCatalogue);
    if editable.is_empty() {
        return Err(domain::role::Denied { act: Act::EditCatalogue }.into());
    }
    let units = staff.directory.units().iter().filter(|unit| editable.contains(&unit.id));
    let filter = Filter { in_force: true, ..Filter::default() };
    let published = store::catalogue::list(&app.store, &filter).await?;
    let source = sent.field("source");
    let status = problem.as_ref().map_or(StatusCode::OK, |problem| problem.status);
    let template = BeginPage {
        page: frame(app, staff, headers, "新建目录", "/office/catalogues")
            .await?
            .under("标准目录", "/office/catalogues"),
        csrf: staff.session.csrf.clone(),
        units: units.map(|unit| (unit.id, unit.name.clone())).collect(),
        sectors: sector::all().iter().map(|sector| (sector.id.as_str(), sector.name.as_str())).collect(),
        unit: sent.field("unit").to_owned(),
        sector: sent.field("sector").to_owned(),
        source: if source.is_empty() { "starter".to_owned() } else { source.to_owned() },
        published: published
            .into_iter()
            .map(|row| {
                (row.id, format!("{}（{}）", sector_name(row.sector.as_deref()), unit_name(staff, row.unit)))
            })
            .collect(),
        problem: problem.map(|problem| problem.message),
        megabytes: domain::limits::UPLOAD_BYTES_MAX / 1_000_000,
    };
    Ok((status, page(&template)?).into_response())
}

pub(super) async fn begin(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Response, Problem> {
    match take_in(&app, &staff, &upload).await {
        Ok(next) => Ok(Redirect::to(&next).into_response()),
        Err(problem) if problem.status.is_client_error() => {
            begin_page(&app, &staff, &headers, &upload, Some(problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// Begins as was asked; returns where to go on.
async fn take_in(app: &App, staff: &Staff, upload: &Upload) -> Result<String, Problem> {
    let unit: UnitId = upload.field("unit").parse().map_err(|_| Problem::bad_input("请选择编制单位。"))?;
    staff.authorise_unit(Act::EditCatalogue, unit)?;
    let sector = upload.field("sector");
    let content = match upload.field("source") {
        "starter" => starter(sector, &unit_name(staff, unit))?,
        "published" => published(app, upload.field("from")).await?,
        "file" => return keep_file(app, staff, upload, unit, sector).await,
        _ => Catalogue { items: vec![Item::default()], ..Catalogue::default() },
    };
    let from_guide = upload.field("source") == "starter";
    let id = create(app, staff, unit, sector, content, from_guide).await?;
    Ok(format!("/office/catalogues/{id}"))
}

/// Makes the draft, for the sector that was asked for.
pub(super) async fn create(
    app: &App,
    staff: &Staff,
    unit: UnitId,
    sector: &str,
    mut content: Catalogue,
    from_guide: bool,
) -> Result<i64, Problem> {
    let region = staff.directory.unit(unit).map(|unit| unit.region);
    let region = region.ok_or_else(|| Problem::bad_input("请选择编制单位。"))?;
    let sector = match sector {
        "" => None,
        id => Some(sector::find(id).ok_or_else(|| Problem::bad_input("没有这个领域。请从26个领域中选择。"))?),
    };
    content.sector = sector.map(|sector| sector.id.clone());
    if content.title.is_empty() {
        let of = sector
            .map_or("政务公开事项".to_owned(), |sector| format!("{}领域基层政务公开", sector.name));
        content.title = format!("{}{of}标准目录", unit_name(staff, unit));
    }
    let new = NewCatalogue { region, unit, content, parent: None, powers: BTreeSet::new(), from_guide };
    Ok(store::catalogue::create(&app.store, &staff.actor, new).await?)
}

/// Keeps the file and goes on to what was read from it.
async fn keep_file(
    app: &App,
    staff: &Staff,
    upload: &Upload,
    unit: UnitId,
    sector: &str,
) -> Result<String, Problem> {
    let file = upload.file("file").ok_or_else(|| Problem::bad_input("请先选择一个文件。"))?;
    let bytes = tokio::fs::read(file.file.path()).await.map_err(|error| {
        tracing::error!(%error, "an upload could not be read back");
        Problem::fault()
    })?;
    let reading = reading::read_catalogues(app, &file.name, bytes.into()).await?;
    if reading.reads.iter().all(|read| read.catalogue.items.is_empty()) {
        let why = reading.findings.first();
        return Err(Problem::bad_input(why.map_or("文件中没有读到目录事项。", |why| why.message.as_str())));
    }
    let (name, kind) = (file.name.as_str(), media_type(&file.name));
    let kept = store::attachment::put_file(&app.store, &staff.actor, name, kind, file.file.path()).await?;
    let query = [("unit", unit.to_string()), ("sector", sector.to_owned())];
    Ok(crate::list::link(&format!("/office/catalogues/import/{}", kept.id), &query))
}

/// A copy of a catalogue in force, without its codes: last year's under another name, or another unit's that does the
/// same work.
async fn published(app: &App, from: &str) -> Result<Catalogue, Problem> {
    let id = from.parse().map_err(|_| Problem::bad_input("请选择从哪一份已公布的目录开始。"))?;
    let missing = || Problem::not_found("这份公布的目录");
    // What is in force is public: anybody may copy it.
    let row = store::catalogue::find(&app.store, id).await?.ok_or_else(missing)?;
    let version = store::catalogue::version(&app.store, id, row.current.unwrap_or(0)).await?;
    let (_, mut content) = version.ok_or_else(missing)?;
    content.items.iter_mut().for_each(|item| item.code.clear());
    Ok(content)
}

/// A draft from the sector's starter, in the unit's name.
fn starter(sector: &str, unit: &str) -> Result<Catalogue, Problem> {
    let found = Starter::of(sector);
    let found = found.ok_or_else(|| {
        Problem::bad_input("本单位目录没有范本。请选择一个领域，或改为从文件导入、从空表开始。")
    })?;
    Ok(found.draft_for(unit)?)
}
