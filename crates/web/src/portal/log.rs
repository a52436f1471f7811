//! The transparency log (公开存证): its head, its tiles, proofs, and a page that says what it is and how to check it.

use super::frame;
use crate::app::App;
use crate::list::Pages;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::clock::civil_time;
use domain::transparency::tile::Tile;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::PageRequest;
use store::disclosure::public::{self, Found};
use store::transparency::Logged;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    page: u64,
}

struct Line {
    position: u64,
    act: &'static str,
    address: String,
    version: u32,
    /// The title as it is public now, else the number, else the address.
    title: String,
    unit: String,
    at: String,
    reason: String,
}

/// The titles of what the entries are about, by address; of what was taken back nothing is said.
async fn titles(app: &App, rows: &[Logged]) -> Result<BTreeMap<String, String>, Problem> {
    let id = |start: &str, row: &Logged| row.entry.address.strip_prefix(start)?.parse::<i64>().ok();
    let disclosures: Vec<i64> = rows.iter().filter_map(|row| id("/disclosures/", row)).collect();
    let known = public::rows(&app.store, &disclosures).await?;
    let mut titles: BTreeMap<String, String> =
        known.into_iter().map(|row| (format!("/disclosures/{}", row.id), row.title)).collect();
    let filter = store::catalogue::Filter { in_force: true, ..Default::default() };
    for catalogue in store::catalogue::list(&app.store, &filter).await? {
        titles.insert(format!("/catalogues/{}", catalogue.id), catalogue.title);
    }
    Ok(titles)
}

fn line(logged: Logged, titles: &BTreeMap<String, String>) -> Line {
    let Logged { position, entry } = logged;
    let number = if entry.index_number.is_empty() { &entry.address } else { &entry.index_number };
    let title = titles.get(&entry.address).unwrap_or(number).clone();
    let at = entry.at.parse().map(civil_time);
    Line {
        position,
        title,
        act: entry.act.label(),
        address: entry.address,
        version: entry.version,
        unit: entry.unit,
        at: at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default(),
        reason: entry.reason,
    }
}

#[derive(Template)]
#[template(path = "portal/log.html")]
struct LogPage {
    page: Page,
    checkpoint: String,
    key: String,
    size: u64,
    lines: Vec<Line>,
    pages: Pages,
    address: String,
}

pub(super) async fn show(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let head = store::transparency::checkpoint(&app.store, &app.signer).await?;
    let found = store::transparency::list(&app.store, PageRequest::number(wanted.page)).await?;
    let titles = titles(&app, &found.rows).await?;
    let template = LogPage {
        page: frame(&app, &headers, "公开存证", "/log")
            .under("首页", "/")
            .labelled("ColumnName", "公开存证")
            .labelled("ColumnDescription", "每一次公开、修订和撤回的存证，任何人都可以核验")
            .labelled("ColumnKeywords", "公开存证,核验,政府信息公开")
            .labelled("ColumnType", "公开存证"),
        checkpoint: head.sign(&app.signer),
        key: app.signer.verifier().to_string(),
        size: head.size,
        pages: Pages::of(&found, "/log", &[]),
        lines: found.rows.into_iter().map(|row| line(row, &titles)).collect(),
        address: app.settings.public_url.clone(),
    };
    page(&template)
}

const TEXT: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];

pub(super) async fn checkpoint(State(app): State<App>) -> Result<Response, Problem> {
    let head = store::transparency::checkpoint(&app.store, &app.signer).await?;
    Ok((TEXT, head.sign(&app.signer)).into_response())
}

pub(super) async fn key(State(app): State<App>) -> Response {
    (TEXT, format!("{}\n", app.signer.verifier())).into_response()
}

pub(super) async fn tile(State(app): State<App>, Path(path): Path<String>) -> Result<Response, Problem> {
    let tile = Tile::read(&path).ok_or_else(|| Problem::not_found("这一块存证"))?;
    let bytes = store::transparency::tile(&app.store, tile).await?;
    let bytes = bytes.ok_or_else(|| Problem::not_found("这一块存证"))?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}

#[derive(Deserialize)]
pub(super) struct Sizes {
    old: u64,
    new: u64,
}

/// The hashes that show that the log of `new` entries begins with that of `old`, a line each.
pub(super) async fn consistency(
    State(app): State<App>,
    Query(sizes): Query<Sizes>,
) -> Result<Response, Problem> {
    let hashes = store::transparency::consistency(&app.store, sizes.old, sizes.new).await?;
    let lines: String = hashes.iter().map(|hash| format!("{}\n", STANDARD.encode(hash))).collect();
    Ok((TEXT, lines).into_response())
}

/// The proof of an entry, as a file to keep.
pub(super) async fn proof(State(app): State<App>, Path(position): Path<u64>) -> Result<Response, Problem> {
    let proof = store::transparency::proof(&app.store, &app.signer, position).await?;
    let name = format!("attachment; filename=\"{position}.tlog-proof\"");
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, proof.to_text()).into_response())
}

/// The record of a public version, byte for byte as it is hashed.
pub(super) async fn disclosure_record(
    State(app): State<App>,
    Path((id, number)): Path<(i64, u32)>,
) -> Result<Response, Problem> {
    let public = matches!(public::find(&app.store, id).await?, Some(Found::Public(_)));
    record(&app, "disclosure", id, number, public).await
}

pub(super) async fn catalogue_record(
    State(app): State<App>,
    Path((id, number)): Path<(i64, u32)>,
) -> Result<Response, Problem> {
    let row = store::catalogue::find(&app.store, id).await?;
    let public = row.is_some_and(|row| row.current.is_some_and(|current| number <= current));
    record(&app, "catalogue", id, number, public).await
}

async fn record(app: &App, kind: &str, id: i64, number: u32, public: bool) -> Result<Response, Problem> {
    let found = if public { store::transparency::record(&app.store, kind, id, number).await? } else { None };
    let record = found.ok_or_else(|| Problem::not_found("这个版本的记录"))?;
    Ok(([(header::CONTENT_TYPE, "application/json; charset=utf-8")], record).into_response())
}
