//! Open data: what is public as tables, described in DCAT so that other catalogues of data can take it over: every
//! standard catalogue in force, and every disclosure whose files are tables.

use super::frame;
use crate::app::App;
use crate::list::Pages;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::disclosure::File;
use domain::unit::Directory;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use store::PageRequest;
use store::disclosure::public;

/// A table that can be downloaded.
struct Distribution {
    name: String,
    link: String,
    media_type: &'static str,
    bytes: Option<i64>,
}

/// What is described.
struct Dataset {
    title: String,
    link: String,
    unit: String,
    issued: Timestamp,
    modified: Timestamp,
    files: Vec<Distribution>,
}

impl Dataset {
    fn changed(&self) -> String {
        domain::clock::civil_date(self.modified).to_string()
    }
}

/// The forms of a table that programs read.
const TABLES: [&str; 4] = ["csv", "xlsx", "xls", "json"];

fn is_table(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| TABLES.contains(&extension.as_str()))
}

fn unit_name(directory: &Directory, unit: i64) -> String {
    directory.unit(unit).map(|unit| unit.name.clone()).unwrap_or_default()
}

/// The catalogues in force.
async fn catalogues(app: &App, directory: &Directory) -> Result<Vec<Dataset>, Problem> {
    let mut found = Vec::new();
    let filter = store::catalogue::Filter { in_force: true, ..Default::default() };
    for catalogue in store::catalogue::list(&app.store, &filter).await? {
        let number = catalogue.current.unwrap_or(0);
        let Some((version, content)) = store::catalogue::version(&app.store, catalogue.id, number).await?
        else {
            continue;
        };
        let link = format!("/catalogues/{}", catalogue.id);
        let file = |ending: &str| {
            let link = format!("{link}/versions/{number}/catalogue.{ending}");
            let media_type = crate::office::media_type(&link);
            Distribution { name: ending.to_uppercase(), link, media_type, bytes: None }
        };
        found.push(Dataset {
            title: content.title,
            unit: unit_name(directory, catalogue.unit),
            issued: version.published_at,
            modified: version.published_at,
            files: ["csv", "json", "xlsx"].map(file).into(),
            link,
        });
    }
    Ok(found)
}

/// A page of the disclosures whose files are tables.
async fn disclosures(
    app: &App,
    directory: &Directory,
    request: PageRequest,
) -> Result<store::Page<Dataset>, Problem> {
    let found = public::with_files(&app.store, &TABLES, request).await?;
    let dataset = |(row, files): (public::PublicRow, Vec<File>)| {
        let link = format!("/disclosures/{}", row.id);
        let file = |file: File| Distribution {
            link: format!("{link}/files/{}", file.id),
            media_type: crate::office::media_type(&file.name),
            bytes: Some(file.bytes),
            name: file.name,
        };
        Dataset {
            files: files.into_iter().filter(|file| is_table(&file.name)).map(file).collect(),
            title: row.title,
            unit: unit_name(directory, row.unit),
            issued: row.published_at,
            modified: row.revised_at.unwrap_or(row.published_at),
            link,
        }
    };
    let rows = found.rows.into_iter().map(dataset).collect();
    Ok(store::Page::new(rows, found.total, request))
}

/// All there is.
async fn whole(app: &App) -> Result<Vec<Dataset>, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let mut found = catalogues(app, &directory).await?;
    found.extend(disclosures(app, &directory, PageRequest::whole()).await?.rows);
    Ok(found)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    page: u64,
}

#[derive(Template)]
#[template(path = "portal/datasets.html")]
struct DatasetsPage {
    page: Page,
    datasets: Vec<Dataset>,
    pages: Pages,
}

pub(super) async fn show(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let found = disclosures(&app, &directory, PageRequest::number(wanted.page)).await?;
    let pages = Pages::of(&found, "/datasets", &[]);
    // The catalogues, few as they are, stand before the first disclosures.
    let mut datasets = if found.page == 1 { catalogues(&app, &directory).await? } else { Vec::new() };
    datasets.extend(found.rows);
    let template = DatasetsPage {
        page: frame(&app, &headers, "数据开放", "/datasets")
            .under("首页", "/")
            .labelled("ColumnName", "数据开放")
            .labelled("ColumnDescription", "可以下载、供程序读取的公开数据表")
            .labelled("ColumnKeywords", "数据开放,标准目录,数据下载")
            .labelled("ColumnType", "数据开放"),
        datasets,
        pages,
    };
    page(&template)
}

/// The same as a `dcat:Catalog` (DCAT 3) in JSON-LD.
pub(super) async fn described(State(app): State<App>) -> Result<Response, Problem> {
    let root = &app.settings.public_url;
    let organisation = |name: &str| json!({ "@type": "foaf:Organization", "foaf:name": name });
    let file = |file: &Distribution| {
        let mut said = json!({
            "@type": "dcat:Distribution",
            "dct:title": file.name,
            "dcat:downloadURL": { "@id": format!("{root}{}", file.link) },
            "dcat:mediaType": file.media_type,
        });
        if let Some(bytes) = file.bytes {
            said["dcat:byteSize"] = json!(bytes);
        }
        said
    };
    let dataset = |one: &Dataset| {
        json!({
            "@id": format!("{root}{}", one.link),
            "@type": "dcat:Dataset",
            "dct:title": one.title,
            "dct:publisher": organisation(&one.unit),
            "dct:issued": one.issued.to_string(),
            "dct:modified": one.modified.to_string(),
            "dct:language": "zh-CN",
            "dcat:landingPage": { "@id": format!("{root}{}", one.link) },
            "dcat:distribution": one.files.iter().map(file).collect::<Vec<Value>>(),
        })
    };
    let said = json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
        },
        "@id": format!("{root}/datasets"),
        "@type": "dcat:Catalog",
        "dct:title": format!("{}数据开放", app.settings.site.name),
        "dct:publisher": organisation(&app.settings.site.host_unit),
        "dct:language": "zh-CN",
        "dcat:dataset": whole(&app).await?.iter().map(dataset).collect::<Vec<Value>>(),
    });
    Ok(([(header::CONTENT_TYPE, "application/ld+json; charset=utf-8")], said.to_string()).into_response())
}

#[cfg(test)]
mod tests {
    use super::is_table;

    #[test]
    fn tables_are_told_by_their_ending() {
        assert!(is_table("名单.CSV") && is_table("a.b.xlsx"));
        assert!(!is_table("说明.pdf") && !is_table("csv") && !is_table("照片.jpg"));
    }
}
