//! Published standard catalogues: by sector and unit, as the official table, version by version, item by item, with
//! downloads and what changed.

mod download;

pub(super) use download::download;

use super::frame;
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::catalogue::change::{self, CellChange};
use domain::catalogue::{Catalogue, Field, Item};
use domain::letter::written_date;
use domain::obligation::{Keeping, Standing};
use domain::sector;
use serde::Deserialize;
use std::collections::HashMap;
use store::catalogue::{CatalogueRow, Filter, VersionRow};
use store::obligation::{self, ItemCoverage};
use tables::catalogue::{ColumnRole, HeaderCell, Layout};

struct ListRow {
    sector: String,
    link: String,
    title: String,
    unit: String,
    items: u32,
    number: u32,
}

#[derive(Template)]
#[template(path = "portal/catalogues.html")]
struct ListPage {
    page: Page,
    rows: Vec<ListRow>,
    sectors: usize,
}

fn labelled(page: Page) -> Page {
    page.labelled("ColumnName", "标准目录")
        .labelled("ColumnDescription", "基层政务公开标准目录：公开什么、谁来公开、何时公开、在哪里公开")
        .labelled("ColumnKeywords", "政务公开,标准目录,公开事项")
        .labelled("ColumnType", "政策文件")
}

/// What a sector is called today; a unit's own catalogue is called so.
fn sector_name(app: &App, id: Option<&str>) -> String {
    let known = id.and_then(sector::find);
    known.map_or("本单位目录", |sector| sector.name_on(app.today())).to_owned()
}

pub(super) async fn list(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let found = store::catalogue::list(&app.store, &Filter { in_force: true, ..Filter::default() }).await?;
    let order = |id: Option<&str>| {
        sector::all().iter().position(|sector| Some(sector.id.as_str()) == id).unwrap_or(usize::MAX)
    };
    let mut rows: Vec<(usize, ListRow)> = Vec::new();
    for catalogue in found {
        let (Some(number), sector) = (catalogue.current, catalogue.sector.as_deref()) else { continue };
        let (title, items) = in_force(&app, &catalogue, number).await?;
        rows.push((
            order(sector),
            ListRow {
                sector: sector_name(&app, sector),
                link: format!("/catalogues/{}", catalogue.id),
                title,
                unit: directory.unit(catalogue.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
                items,
                number,
            },
        ));
    }
    rows.sort_by_key(|(order, _)| *order);
    let mut named: Vec<usize> =
        rows.iter().map(|(order, _)| *order).filter(|order| *order < usize::MAX).collect();
    named.dedup();
    let frame = labelled(frame(&app, &headers, "标准目录", "/catalogues")).under("首页", "/");
    page(&ListPage {
        page: frame,
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        sectors: named.len(),
    })
}

/// Title and number of items of the version in force; a draft's may differ and are nobody's business.
async fn in_force(app: &App, row: &CatalogueRow, number: u32) -> Result<(String, u32), Problem> {
    if row.phase == domain::catalogue::phase::Phase::Published {
        return Ok((row.title.clone(), row.items));
    }
    let version = store::catalogue::version(&app.store, row.id, number).await?;
    let content = version.map(|(_, content)| content).unwrap_or_default();
    Ok((content.title, u32::try_from(content.items.len()).unwrap_or(u32::MAX)))
}

struct VersionLine {
    number: u32,
    link: String,
    changes: Option<String>,
    published_on: String,
    summary: String,
    reason: String,
    withdrawn: Option<String>,
}

#[derive(Template)]
#[template(path = "portal/catalogue.html")]
struct ShowPage {
    page: Page,
    id: i64,
    title: String,
    unit: String,
    number: u32,
    current: bool,
    published_on: String,
    header: Vec<HeaderCell>,
    second: Vec<HeaderCell>,
    rows: Vec<Row>,
    notes: Vec<String>,
    total: usize,
    q: String,
    versions: Vec<VersionLine>,
}

struct Row {
    link: String,
    cells: Vec<(String, String)>,
    kept: Option<ItemCoverage>,
}

impl Row {
    /// When something was last published, in words.
    fn last(&self) -> Option<(String, &str)> {
        let last = self.kept.as_ref()?.last.as_ref()?;
        Some((written_date(last.on), &last.address))
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
}

/// A version the public may see: of a catalogue in force, and not taken back.
async fn visible(
    app: &App,
    id: i64,
    number: Option<u32>,
) -> Result<(CatalogueRow, VersionRow, Catalogue), Problem> {
    let missing = || Problem::not_found("这份目录");
    let row = store::catalogue::find(&app.store, id).await?.ok_or_else(missing)?;
    let current = row.current.ok_or_else(missing)?;
    let found = store::catalogue::version(&app.store, id, number.unwrap_or(current)).await?;
    let (version, content) = found.ok_or_else(missing)?;
    if version.withdrawn.is_some() {
        return Err(missing());
    }
    Ok((row, version, content))
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    version_page(&app, id, None, wanted, &headers).await
}

pub(super) async fn show_version(
    State(app): State<App>,
    Path((id, number)): Path<(i64, u32)>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    version_page(&app, id, Some(number), wanted, &headers).await
}

/// Whether any cell of the item holds the words.
fn matches(item: &Item, words: &str) -> bool {
    Field::ALL.into_iter().any(|field| item.words(field).contains(words))
}

async fn version_page(
    app: &App,
    id: i64,
    number: Option<u32>,
    wanted: Wanted,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let (row, version, content) = visible(app, id, number).await?;
    let directory = store::unit::directory(&app.store).await?;
    let unit = directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let path = match number {
        None => format!("/catalogues/{id}"),
        Some(number) => format!("/catalogues/{id}/versions/{number}"),
    };
    let q: String = wanted.q.trim().chars().take(domain::limits::NAME_CHARACTERS_MAX).collect();
    let layout = public_layout(&content);
    let items = content.items.iter().filter(|item| q.is_empty() || matches(item, &q));
    let labels = layout.flat_header();
    let in_force = row.current == Some(version.number);
    let mut kept = if in_force { kept(app, id).await? } else { HashMap::new() };
    let rows = items
        .map(|item| Row {
            link: format!("/catalogues/{id}/items/{}", item.code),
            cells: labels.iter().cloned().zip(layout.row(item)).collect(),
            kept: kept.remove(&item.code),
        })
        .collect();
    let (header, second) = layout.header().into_iter().partition(|cell| cell.row == 0);
    let published_on = written_date(domain::clock::civil_date(version.published_at));
    let frame = labelled(frame(app, headers, &content.title, &path))
        .labelled("ArticleTitle", &content.title)
        .labelled(
            "PubDate",
            &domain::clock::civil_time(version.published_at).strftime("%Y-%m-%d %H:%M").to_string(),
        )
        .labelled("ContentSource", &unit)
        .labelled("Url", &format!("{}{path}", app.settings.public_url))
        .under("首页", "/")
        .under("标准目录", "/catalogues");
    let template = ShowPage {
        page: frame,
        id,
        current: in_force,
        number: version.number,
        published_on,
        header,
        second,
        rows,
        notes: content.notes,
        total: content.items.len(),
        q,
        versions: version_lines(app, id).await?,
        title: content.title,
        unit,
    };
    page(&template)
}

/// How the items in force are kept, by their codes.
async fn kept(app: &App, id: i64) -> Result<HashMap<String, ItemCoverage>, Problem> {
    let found = obligation::coverage(&app.store, None, Some(id), app.today()).await?;
    let items = found.into_iter().flat_map(|found| found.items);
    Ok(items.map(|item| (item.code.clone(), item)).collect())
}

/// The official columns; permanent codes are in the items' addresses and need no column.
fn public_layout(content: &Catalogue) -> Layout {
    let mut layout = Layout::of(content);
    layout.columns.retain(|role| *role != ColumnRole::Code);
    layout
}

async fn version_lines(app: &App, id: i64) -> Result<Vec<VersionLine>, Problem> {
    let line = |version: VersionRow| VersionLine {
        link: format!("/catalogues/{id}/versions/{}", version.number),
        changes: (version.number > 1)
            .then(|| format!("/catalogues/{id}/versions/{}/changes", version.number)),
        published_on: written_date(domain::clock::civil_date(version.published_at)),
        summary: version.summary,
        reason: version.reason,
        number: version.number,
        withdrawn: version
            .withdrawn
            .map(|(at, why)| format!("{}撤回，原因：{why}", written_date(domain::clock::civil_date(at)))),
    };
    Ok(store::catalogue::versions(&app.store, id).await?.into_iter().map(line).collect())
}

struct ChangedItem {
    name: String,
    cells: Vec<CellChange>,
}

#[derive(Template)]
#[template(path = "portal/catalogue_changes.html")]
struct ChangesPage {
    page: Page,
    title: String,
    number: u32,
    before: u32,
    reason: String,
    published_on: String,
    summary: String,
    added: Vec<String>,
    dropped: Vec<String>,
    changed: Vec<ChangedItem>,
}

pub(super) async fn changes(
    State(app): State<App>,
    Path((id, number)): Path<(i64, u32)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (_, version, content) = visible(&app, id, Some(number)).await?;
    let earlier = store::catalogue::versions(&app.store, id).await?;
    let earlier = earlier.into_iter().find(|row| row.number < number && row.withdrawn.is_none());
    let earlier = earlier.ok_or_else(|| Problem::not_found("更早的版本"))?;
    let (_, _, base) = visible(&app, id, Some(earlier.number)).await?;
    let difference = change::between(&base, &content);
    let names = |items: &[Item]| items.iter().map(Item::name).collect();
    let changed = difference
        .changed
        .iter()
        .map(|changed| ChangedItem { name: changed.after.name(), cells: changed.cells() });
    let path = format!("/catalogues/{id}/versions/{number}/changes");
    let frame = labelled(frame(&app, &headers, &format!("第{number}版调整情况"), &path))
        .under("首页", "/")
        .under("标准目录", "/catalogues")
        .under(&content.title, &format!("/catalogues/{id}"));
    let template = ChangesPage {
        page: frame,
        number,
        before: earlier.number,
        reason: version.reason,
        published_on: written_date(domain::clock::civil_date(version.published_at)),
        summary: difference.summary(),
        added: names(&difference.added),
        dropped: names(&difference.dropped),
        changed: changed.filter(|changed| !changed.cells.is_empty()).collect(),
        title: content.title,
    };
    page(&template)
}

#[derive(Template)]
#[template(path = "portal/catalogue_item.html")]
struct ItemPage {
    page: Page,
    name: String,
    code: String,
    unit: String,
    facts: Vec<(&'static str, String)>,
    understood: String,
    elements: Vec<String>,
    basis: Vec<String>,
    extra: Vec<domain::row::Extra>,
    catalogue: String,
    title: String,
    /// The last version that held it, when it is in force no more.
    gone_after: Option<u32>,
    kept: Option<ItemCoverage>,
    records: Vec<Record>,
}

/// Something of an item that is public or late.
struct Record {
    about: String,
    due: String,
    published: String,
    address: String,
    standing: Standing,
}

/// The records of an item that the public sees: what was published, newest first, and what is late.
async fn records(app: &App, id: i64, code: &str) -> Result<Vec<Record>, Problem> {
    let filter = obligation::Filter {
        catalogue: Some(id),
        item: Some(code.to_owned()),
        ..obligation::Filter::default()
    };
    let (today, soon) = (app.today(), app.soon());
    let request = store::PageRequest { page: 1, size: RECORDS };
    let found = obligation::list(&app.store, &filter, today, soon, request).await?.rows;
    let seen = found.into_iter().map(|found| (found.standing(today, soon), found));
    let seen = seen.filter(|(standing, _)| !matches!(standing, Standing::Soon | Standing::Open));
    let record = |(standing, found): (Standing, obligation::ObligationView)| Record {
        about: if found.about.is_empty() {
            format!("{}的一期", written_date(found.due_on))
        } else {
            found.about
        },
        due: written_date(found.due_on),
        published: found.published_on.map(written_date).unwrap_or_default(),
        address: found.address,
        standing,
    };
    Ok(seen.map(record).collect())
}

/// The records shown with an item.
const RECORDS: u64 = 50;

pub(super) async fn item(
    State(app): State<App>,
    Path((id, code)): Path<(i64, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found("这个公开事项");
    let (row, version, content) = visible(&app, id, None).await?;
    let (content, gone_after) = match content.item(&code) {
        Some(_) => (content, None),
        None => {
            let (_, last) =
                store::catalogue::item_versions(&app.store, id, &code).await?.ok_or_else(missing)?;
            let (_, version, content) = visible(&app, id, Some(last)).await?;
            (content, Some(version.number))
        }
    };
    let item = content.item(&code).ok_or_else(missing)?;
    let directory = store::unit::directory(&app.store).await?;
    let words = |field: Field| item.words(field);
    let facts = [Field::Publisher, Field::Limit, Field::Channels, Field::Audience, Field::Mode, Field::Tiers];
    let path = format!("/catalogues/{id}/items/{code}");
    let frame = labelled(frame(&app, &headers, &item.name(), &path))
        .labelled("ArticleTitle", &item.name())
        .labelled(
            "PubDate",
            &domain::clock::civil_time(version.published_at).strftime("%Y-%m-%d %H:%M").to_string(),
        )
        .under("首页", "/")
        .under("标准目录", "/catalogues")
        .under(&content.title, &format!("/catalogues/{id}"));
    let template = ItemPage {
        page: frame,
        name: item.name(),
        unit: directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
        facts: facts.into_iter().map(|field| (field.label(), words(field))).collect(),
        understood: understood(item, &app),
        elements: item.elements.clone(),
        basis: item.basis.clone(),
        extra: item.extra.clone(),
        catalogue: format!("/catalogues/{id}"),
        title: content.title.clone(),
        kept: if gone_after.is_none() { kept(&app, id).await?.remove(&code) } else { None },
        records: records(&app, id, &code).await?,
        gone_after,
        code,
    };
    page(&template)
}

/// By when, in words for everybody.
fn understood(item: &Item, app: &App) -> String {
    use domain::time_limit::LimitKind;
    let period = domain::obligation::period(app.store.rules());
    match item.limit.kind() {
        LimitKind::Unspecified | LimitKind::Immediate | LimitKind::Permanent => {
            format!(
                "最迟在信息形成或变更后{period}个工作日内公开（{}）",
                app.store.rules().disclosure_period.basis
            )
        }
        kind => kind.words(),
    }
}
