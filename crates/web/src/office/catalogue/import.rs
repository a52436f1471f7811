//! A unit's own file as the beginning of a catalogue: what was read beside what was noticed, the meaning of each column to
//! be put right, then taken over. The file is kept; each look reads it anew.

use super::sector_name;
use crate::app::App;
use crate::form::Form;
use crate::office::{Done, back, frame, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::reading::{self, CatalogueReading};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use domain::catalogue::Field;
use domain::finding::Severity;
use domain::role::Act;
use serde::Deserialize;
use tables::catalogue::{ColumnRole, Mapping, Read};

/// Items shown before taking over.
const SHOWN: usize = 30;
/// Findings shown; the rest is counted.
const FINDINGS: usize = 60;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    unit: i64,
    sector: String,
    /// Which of the file's catalogues, from 1; the sector's when left out.
    part: usize,
}

impl Wanted {
    fn address(&self, file: i64) -> String {
        let query = [
            ("unit", self.unit.to_string()),
            ("sector", self.sector.clone()),
            ("part", if self.part == 0 { String::new() } else { self.part.to_string() }),
        ];
        crate::list::link(&format!("/office/catalogues/import/{file}"), &query)
    }

    /// The wanted one among those that were read.
    fn of<'a>(&self, reading: &'a CatalogueReading) -> Option<(usize, &'a Read)> {
        let sector = (!self.sector.is_empty()).then_some(self.sector.as_str());
        let named = || reading.reads.iter().position(|read| read.catalogue.sector.as_deref() == sector);
        let at = if self.part > 0 { Some(self.part - 1) } else { named() }.unwrap_or(0);
        reading.reads.get(at).map(|read| (at, read))
    }
}

struct Choice {
    word: String,
    label: &'static str,
    chosen: bool,
}

struct ColumnChoice {
    header: String,
    choices: Vec<Choice>,
}

struct Noticed {
    severity: Severity,
    message: String,
    place: String,
}

#[derive(Template)]
#[template(path = "office/catalogue_import.html")]
struct ImportPage {
    page: Page,
    csrf: String,
    file: i64,
    name: String,
    unit: i64,
    unit_name: String,
    sector: String,
    sector_name: &'static str,
    title: String,
    parts: Vec<(String, String, bool)>,
    part: usize,
    columns: Vec<ColumnChoice>,
    fields: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    total: usize,
    findings: Vec<Noticed>,
    more: usize,
}

/// The word of a role in forms: the one the record keeps.
fn word(role: ColumnRole) -> String {
    serde_json::to_value(role).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The file, read; only who uploaded it may go on with it, and only for a unit they write for.
async fn read(app: &App, staff: &Staff, file: i64, unit: i64) -> Result<(String, CatalogueReading), Problem> {
    staff.authorise_unit(Act::EditCatalogue, unit)?;
    let own = store::attachment::find_own(&app.store, &staff.actor, file).await?;
    own.ok_or_else(|| Problem::not_found("您上传的这个文件"))?;
    let (own, bytes) = store::attachment::read(&app.store, file).await?;
    let reading = reading::read_catalogues(app, &own.name, bytes).await?;
    Ok((own.name, reading))
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(file): Path<i64>,
    Query(wanted): Query<Wanted>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (name, reading) = read(&app, &staff, file, wanted.unit).await?;
    let Some((at, chosen)) = wanted.of(&reading) else {
        let why = reading.findings.first();
        return Err(Problem::bad_input(why.map_or("文件中没有读到目录事项。", |why| why.message.as_str())));
    };
    let parts = reading.reads.iter().enumerate().map(|(index, read)| {
        let part = Wanted { unit: wanted.unit, sector: wanted.sector.clone(), part: index + 1 };
        let sector = sector_name(read.catalogue.sector.as_deref());
        let label = format!("{}（{sector}，{} 项）", read.catalogue.title, read.catalogue.items.len());
        (part.address(file), label, index == at)
    });
    let columns = chosen.mapping.columns.iter().map(|column| ColumnChoice {
        header: column.header.clone(),
        choices: ColumnRole::ALL
            .into_iter()
            .map(|role| Choice { word: word(role), label: role.label(), chosen: role == column.role })
            .collect(),
    });
    let items = &chosen.catalogue.items;
    let findings = reading.findings.iter().take(FINDINGS).map(|finding| Noticed {
        severity: finding.severity,
        message: finding.message.clone(),
        place: finding.at.to_string(),
    });
    let template = ImportPage {
        page: frame(&app, &staff, &headers, "核对读取结果", "/office/catalogues")
            .await?
            .under("标准目录", "/office/catalogues")
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        file,
        name,
        unit: wanted.unit,
        unit_name: unit_name(&staff, wanted.unit),
        sector_name: sector_name((!wanted.sector.is_empty()).then_some(wanted.sector.as_str())),
        sector: wanted.sector.clone(),
        title: chosen.catalogue.title.clone(),
        parts: parts.collect(),
        part: at + 1,
        columns: columns.collect(),
        fields: Field::ALL.into_iter().map(Field::label).collect(),
        rows: items
            .iter()
            .take(SHOWN)
            .map(|item| Field::ALL.into_iter().map(|field| item.words(field)).collect())
            .collect(),
        total: items.len(),
        findings: findings.collect(),
        more: reading.findings.len().saturating_sub(FINDINGS),
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct MappingForm {
    column: Vec<String>,
}

/// Remembers what the columns mean; every table with these headers is read so from now on.
pub(super) async fn correct(
    State(app): State<App>,
    staff: Staff,
    Path(file): Path<i64>,
    Query(wanted): Query<Wanted>,
    Form(form): Form<MappingForm>,
) -> Result<Response, Problem> {
    let (_, reading) = read(&app, &staff, file, wanted.unit).await?;
    let (_, chosen) = wanted.of(&reading).ok_or_else(|| Problem::not_found("这份目录"))?;
    let mut mapping: Mapping = chosen.mapping.clone();
    if mapping.columns.len() != form.column.len() {
        return Err(Problem::bad_input("表头已经变化，请刷新页面后再改。"));
    }
    for (column, word) in mapping.columns.iter_mut().zip(form.column) {
        let role = serde_json::from_value(serde_json::Value::String(word));
        column.role = role.map_err(|_| Problem::bad_input("没有这种列。请从列表中选择。"))?;
    }
    reading::remember(&app.store, &staff.actor, &mapping).await?;
    Ok(back(&wanted.address(file), "mapping"))
}

#[derive(Deserialize)]
pub(super) struct AcceptForm {
    #[serde(default)]
    title: String,
}

/// Takes the catalogue over as a draft.
pub(super) async fn accept(
    State(app): State<App>,
    staff: Staff,
    Path(file): Path<i64>,
    Query(wanted): Query<Wanted>,
    Form(form): Form<AcceptForm>,
) -> Result<Response, Problem> {
    let (_, reading) = read(&app, &staff, file, wanted.unit).await?;
    let (_, chosen) = wanted.of(&reading).ok_or_else(|| Problem::not_found("这份目录"))?;
    let mut content = chosen.catalogue.clone();
    if !form.title.trim().is_empty() {
        content.title = form.title.trim().to_owned();
    }
    let id = super::begin::create(&app, &staff, wanted.unit, &wanted.sector, content, false).await?;
    Ok(Redirect::to(&format!("/office/catalogues/{id}")).into_response())
}
