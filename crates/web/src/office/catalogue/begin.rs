//! Beginning a catalogue: from the sector's starter, from a file the unit has, or with an empty table.

use super::sector_name;
use crate::app::App;
use crate::form::Upload;
use crate::office::frame;
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
use store::catalogue::NewCatalogue;
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
        Ok(id) => Ok(Redirect::to(&format!("/office/catalogues/{id}")).into_response()),
        Err(problem) if problem.status.is_client_error() => {
            begin_page(&app, &staff, &headers, &upload, Some(problem)).await
        }
        Err(problem) => Err(problem),
    }
}

async fn take_in(app: &App, staff: &Staff, upload: &Upload) -> Result<i64, Problem> {
    let unit: UnitId = upload.field("unit").parse().map_err(|_| Problem::bad_input("请选择编制单位。"))?;
    staff.authorise_unit(Act::EditCatalogue, unit)?;
    let region = staff.directory.unit(unit).map(|unit| unit.region);
    let region = region.ok_or_else(|| Problem::bad_input("请选择编制单位。"))?;
    let wanted = upload.field("sector");
    let sector = match wanted {
        "" => None,
        id => Some(sector::find(id).ok_or_else(|| Problem::bad_input("没有这个领域。请从26个领域中选择。"))?),
    };
    let mut content = match upload.field("source") {
        "starter" => {
            let unit = staff.directory.unit(unit).map(|unit| unit.name.as_str()).unwrap_or_default();
            starter(sector.map(|sector| sector.id.as_str()), unit)?
        }
        "file" => from_file(app, upload, sector.map(|sector| sector.id.as_str())).await?,
        _ => Catalogue { items: vec![Item::default()], ..Catalogue::default() },
    };
    content.sector = sector.map(|sector| sector.id.clone());
    if content.title.is_empty() {
        let name = staff.directory.unit(unit).map(|unit| unit.name.clone()).unwrap_or_default();
        let of = sector
            .map_or("政务公开事项".to_owned(), |sector| format!("{}领域基层政务公开", sector.name));
        content.title = format!("{name}{of}标准目录");
    }
    let new = NewCatalogue { region, unit, content, parent: None, powers: BTreeSet::new() };
    Ok(store::catalogue::create(&app.store, &staff.actor, new).await?)
}

/// A draft from the sector's starter, in the unit's name.
fn starter(sector: Option<&str>, unit: &str) -> Result<Catalogue, Problem> {
    let found = sector.and_then(Starter::of);
    let found = found.ok_or_else(|| {
        Problem::bad_input("本单位目录没有范本。请选择一个领域，或改为从文件导入、从空表开始。")
    })?;
    Ok(found.draft_for(unit)?)
}

/// The catalogue of that sector in the file, or the only one there is.
async fn from_file(app: &App, upload: &Upload, sector: Option<&str>) -> Result<Catalogue, Problem> {
    let file = upload.file("file").ok_or_else(|| Problem::bad_input("请先选择一个文件。"))?;
    let (catalogues, findings) = reading::read_catalogues(app, &file.name, file.file.path()).await?;
    let several = catalogues.len() > 1;
    let named = catalogues.iter().position(|catalogue| catalogue.sector.as_deref() == sector);
    let at = named.or((!several).then_some(0)).filter(|at| *at < catalogues.len());
    match at.and_then(|at| catalogues.into_iter().nth(at)) {
        Some(catalogue) if !catalogue.items.is_empty() => Ok(catalogue),
        _ if several => Err(Problem::bad_input(format!(
            "文件中有几份目录，没有“{}”的。请选择文件中有的领域。",
            sector_name(sector)
        ))),
        _ => {
            let why = findings
                .first()
                .map_or("文件中没有读到目录事项。", |finding| finding.message.as_str());
            Err(Problem::bad_input(why))
        }
    }
}
