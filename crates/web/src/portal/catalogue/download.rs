//! A version as a file: Excel, Word, PDF, CSV, JSON, JSON-LD.

use super::{public_layout, visible};
use crate::app::App;
use crate::office::{media_type, sent_as_file};
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::catalogue::{Catalogue, Field, Item};
use domain::letter::written_date;
use store::catalogue::VersionRow;
use tables::catalogue::HeaderCell;

#[derive(serde::Serialize)]
struct Exported<'a> {
    number: u32,
    published_at: String,
    unit: &'a str,
    #[serde(flatten)]
    catalogue: &'a Catalogue,
}

pub(in crate::portal) async fn download(
    State(app): State<App>,
    Path((id, number, file)): Path<(i64, u32, String)>,
) -> Result<Response, Problem> {
    let (row, version, content) = visible(&app, id, Some(number)).await?;
    let directory = store::unit::directory(&app.store).await?;
    let unit = directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let all = std::slice::from_ref(&content);
    let (ending, bytes) = match file.as_str() {
        "catalogue.xlsx" => ("xlsx", tables::catalogue::write_xlsx(all).map_err(|fault| unwritten(&fault))?),
        "catalogue.docx" => ("docx", tables::catalogue::write_docx(all).map_err(|fault| unwritten(&fault))?),
        "catalogue.pdf" => ("pdf", print(&app, &content, &unit, &version).await?),
        "catalogue.csv" => ("csv", tables::catalogue::write_csv(&content).into_bytes()),
        "catalogue.json" => {
            let published_at = version.published_at.to_string();
            let exported = Exported { number, published_at, unit: &unit, catalogue: &content };
            ("json", serde_json::to_vec_pretty(&exported).map_err(store::Error::from)?)
        }
        "catalogue.jsonld" => {
            let linked = linked(&app, id, &content, &unit, &version);
            ("jsonld", serde_json::to_vec_pretty(&linked).map_err(store::Error::from)?)
        }
        _ => return Err(Problem::not_found("这个文件")),
    };
    let name = format!("{}（第{number}版）.{ending}", content.title);
    Ok(sent_as_file(&name, media_type(&name), Body::from(bytes)))
}

/// The catalogue as linked data: a `dcat:Catalog` of the items at their permanent addresses, in schema.org's and DCAT's
/// terms where they have one.
fn linked(app: &App, id: i64, content: &Catalogue, unit: &str, version: &VersionRow) -> serde_json::Value {
    let base = format!("{}/catalogues/{id}", app.settings.public_url);
    let item = |item: &Item| {
        serde_json::json!({
            "@id": format!("{base}/items/{}", item.code),
            "@type": ["dcat:Dataset", "schema:GovernmentService"],
            "dct:identifier": item.code,
            "dct:title": item.name(),
            "dct:description": item.words(Field::Elements),
            "schema:position": item.number,
            "dct:publisher": item.publisher.iter().map(|name| organisation(name)).collect::<Vec<_>>(),
            "schema:additionalProperty": properties(item),
        })
    };
    serde_json::json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "schema": "https://schema.org/",
        },
        "@id": format!("{base}/versions/{}", version.number),
        "@type": "dcat:Catalog",
        "dct:title": content.title,
        "dct:language": "zh-CN",
        "dct:isVersionOf": {"@id": base},
        "dct:issued": version.published_at.to_string(),
        "dct:publisher": organisation(unit),
        "dcat:version": version.number.to_string(),
        "dcat:dataset": content.items.iter().map(item).collect::<Vec<_>>(),
    })
}

/// The columns for which neither vocabulary has a term, under the names they bear.
fn properties(item: &Item) -> Vec<serde_json::Value> {
    let fields = [Field::Basis, Field::Limit, Field::Channels, Field::Audience, Field::Mode, Field::Tiers];
    let property = |field: Field| {
        let (name, value) = (field.label(), item.words(field));
        serde_json::json!({"@type": "schema:PropertyValue", "schema:name": name, "schema:value": value})
    };
    fields.into_iter().map(property).collect()
}

fn organisation(name: &str) -> serde_json::Value {
    serde_json::json!({"@type": ["foaf:Organization", "schema:GovernmentOrganization"], "foaf:name": name})
}

/// The official table on A3 landscape, its header on every page.
async fn print(app: &App, content: &Catalogue, unit: &str, version: &VersionRow) -> Result<Vec<u8>, Problem> {
    let layout = public_layout(content);
    let groups = layout.header().into_iter().filter(|cell| cell.column_span > 1 && cell.row == 0);
    let groups: Vec<HeaderCell> = groups.collect();
    let group = |at: usize| {
        let over = groups.iter().find(|cell| (cell.column..cell.column + cell.column_span).contains(&at));
        over.map(|cell| cell.text.clone()).unwrap_or_default()
    };
    let columns =
        layout.flat_header().into_iter().zip(layout.widths()).enumerate().map(|(at, (title, weight))| {
            let align = if weight < 8.0 { print::Align::Center } else { print::Align::Start };
            print::Column { title, group: group(at), weight, align }
        });
    let day = domain::clock::civil_date(version.published_at);
    let sheet = print::TablePage {
        title: content.title.clone(),
        subtitle: format!("编制单位：{unit}　第{}版　{}公布", version.number, written_date(day)),
        columns: columns.collect(),
        rows: content
            .items
            .iter()
            .map(|item| layout.row(item).into_iter().map(print::Cell::new).collect())
            .collect(),
        footer: content.notes.join("\n"),
        sheet: print::Sheet::A3,
        date: day,
        sample: app.settings.site.sample,
    };
    let fonts = app.fonts.clone();
    match tokio::task::spawn_blocking(move || print::table(&sheet, &fonts)).await {
        Ok(Ok(pdf)) => Ok(pdf.bytes),
        Ok(Err(error)) => {
            tracing::error!(?error, "a catalogue could not be printed");
            Err(Problem::bad_input(error.to_string()))
        }
        Err(error) => {
            tracing::error!(?error, "printing broke off");
            Err(Problem::fault())
        }
    }
}

fn unwritten(fault: &tables::sheet::WriteFault) -> Problem {
    tracing::error!(%fault, "a catalogue could not be written");
    Problem::bad_input(fault.to_string())
}
