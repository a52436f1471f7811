//! Public disclosures (公开信息): lists by kind, unit, sector, subject and year; each with its head table, files, versions and
//! what they changed; a tombstone where one was taken back. Feeds and the site map are in `feed`.

pub(super) mod feed;
pub(super) mod preview;

use super::platform::{self, DISCLOSURES};
use super::{frame, size};
use crate::app::App;
use crate::list::{Pages, link};
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::clock::civil_time;
use domain::disclosure::difference::{self, Change, Difference};
use domain::disclosure::{Disclosure, Kind, SUBJECTS, Validity};
use domain::letter::written_date;
use domain::sector;
use jiff::Timestamp;
use serde::Deserialize;
use store::PageRequest;
use store::disclosure::public::{self, Filter, Found, PublicRow};

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Wanted {
    page: u64,
    kind: String,
    unit: String,
    sector: String,
    subject: String,
    year: String,
}

impl Wanted {
    fn query(&self) -> [(&'static str, String); 5] {
        [
            ("kind", self.kind.clone()),
            ("unit", self.unit.clone()),
            ("sector", self.sector.clone()),
            ("subject", self.subject.clone()),
            ("year", self.year.clone()),
        ]
    }

    fn filter(&self) -> Filter {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Filter {
            kinds: Kind::from_word(&self.kind).into_iter().collect(),
            unit: self.unit.parse().ok(),
            sector: text(&self.sector),
            subject: text(&self.subject),
            year: self.year.parse().ok(),
            ..Filter::default()
        }
    }
}

/// A disclosure as lists show it.
pub(crate) struct Line {
    pub(crate) link: String,
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) document_number: String,
    pub(crate) published_on: String,
    pub(crate) datetime: String,
    pub(crate) validity: Option<Validity>,
}

/// Lines for some rows, with how their policy files stand today.
pub(super) async fn lines(app: &App, rows: Vec<PublicRow>) -> Result<Vec<Line>, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let policies: Vec<i64> = rows.iter().filter(|row| row.kind.has_validity()).map(|row| row.id).collect();
    let (amended, repealed) = public::touched(&app.store, &policies).await?;
    let line = |row: PublicRow| {
        let days = (row.effective_on, row.expires_on);
        let (amended, repealed) = (amended.contains(&row.id), repealed.contains(&row.id));
        let validity = domain::disclosure::validity::on(app.today(), days, amended, repealed);
        let published_on = domain::clock::civil_date(row.published_at);
        Line {
            link: format!("/disclosures/{}", row.id),
            unit: directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            published_on: published_on.to_string(),
            datetime: published_on.to_string(),
            validity: row.kind.has_validity().then_some(validity),
            title: row.title,
            document_number: row.document_number,
        }
    };
    Ok(rows.into_iter().map(line).collect())
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

fn choices(options: impl Iterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    options.map(|(value, label)| Choice { chosen: value == chosen, value, label }).collect()
}

#[derive(Template)]
#[template(path = "portal/disclosures.html")]
struct ListPage {
    page: Page,
    heading: String,
    kinds: Vec<Choice>,
    units: Vec<Choice>,
    sectors: Vec<Choice>,
    subjects: Vec<Choice>,
    years: Vec<Choice>,
    lines: Vec<Line>,
    pages: Pages,
    filtered: bool,
    feeds: [(&'static str, String); 3],
    subscribe: String,
}

pub(super) async fn list(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let found = public::list(&app.store, &wanted.filter(), PageRequest::number(wanted.page)).await?;
    let query = wanted.query();
    let kind = Kind::from_word(&wanted.kind);
    let heading = kind.map_or(DISCLOSURES.name, Kind::label).to_owned();
    let units = directory.units().iter().map(|unit| (unit.id.to_string(), unit.name.clone()));
    let sectors =
        sector::all().iter().map(|sector| (sector.id.clone(), sector.name_on(app.today()).to_owned()));
    let years = public::years(&app.store).await?;
    let page_of_lists = frame(&app, &headers, &heading, "/disclosures");
    let template = ListPage {
        page: platform::of(kind).labelled(page_of_lists).under("首页", "/"),
        kinds: choices(
            Kind::ALL.iter().map(|kind| (kind.word().to_owned(), kind.label().to_owned())),
            &wanted.kind,
        ),
        units: choices(units, &wanted.unit),
        sectors: choices(sectors, &wanted.sector),
        subjects: choices(
            SUBJECTS.iter().map(|subject| ((*subject).to_owned(), (*subject).to_owned())),
            &wanted.subject,
        ),
        years: choices(years.iter().map(|year| (year.to_string(), format!("{year}年"))), &wanted.year),
        pages: Pages::of(&found, "/disclosures", &query),
        lines: lines(&app, found.rows).await?,
        filtered: query.iter().any(|(_, value)| !value.is_empty()),
        feeds: [("Atom", "atom"), ("RSS", "rss"), ("JSON", "json")]
            .map(|(name, format)| (name, link(&format!("/disclosures/feed/{format}"), &query))),
        subscribe: link("/subscriptions", &query),
        heading,
    };
    page(&template)
}

struct FileLine {
    name: String,
    link: String,
    size: String,
    preview: Option<String>,
}

fn files(id: i64, content: &Disclosure) -> Vec<FileLine> {
    let line = |file: &domain::disclosure::File| FileLine {
        link: format!("/disclosures/{id}/files/{}", file.id),
        preview: preview::can_show(&file.name)
            .then(|| format!("/disclosures/{id}/files/{}/preview", file.id)),
        size: size(file.bytes),
        name: file.name.clone(),
    };
    content.files.iter().map(line).collect()
}

struct VersionLine {
    number: u32,
    link: String,
    changes: Option<String>,
    at: String,
    reason: String,
    current: bool,
}

/// A row of the head table.
struct Fact {
    label: &'static str,
    value: String,
}

#[derive(Template)]
#[template(path = "portal/disclosure.html")]
struct ShowPage {
    page: Page,
    id: i64,
    title: String,
    facts: Vec<Fact>,
    validity: Option<Validity>,
    links: Vec<(&'static str, Vec<Line>)>,
    body: String,
    /// Tables of the body are wide: it takes the whole width, and is scrolled on phones.
    wide: bool,
    files: Vec<FileLine>,
    items: Vec<(String, String)>,
    versions: Vec<VersionLine>,
    old: Option<String>,
    structured: String,
    address: String,
    qr: Option<String>,
    subscribe: String,
    /// The place of this version in the transparency log.
    logged: Option<u64>,
    record: String,
}

#[derive(Template)]
#[template(path = "portal/disclosure_withdrawn.html")]
struct WithdrawnPage {
    page: Page,
    unit: String,
    index_number: String,
    at: String,
    reason: String,
}

/// `2020-09-04 09:30`, as page labels want it.
pub(super) fn minute(at: Timestamp) -> String {
    civil_time(at).strftime("%Y-%m-%d %H:%M").to_string()
}

async fn withdrawn(
    app: &App,
    headers: &HeaderMap,
    id: i64,
    left: public::Tombstone,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let path = format!("/disclosures/{id}");
    let frame =
        frame(app, headers, "信息已撤回", &path).under("首页", "/").under(DISCLOSURES.name, DISCLOSURES.link);
    let template = WithdrawnPage {
        page: DISCLOSURES.labelled(frame),
        unit: directory.unit(left.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
        index_number: left.index_number,
        at: written_date(domain::clock::civil_date(left.at)),
        reason: left.reason,
    };
    Ok((StatusCode::GONE, page(&template)?).into_response())
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match public::find(&app.store, id).await?.ok_or_else(|| Problem::not_found("这条信息"))? {
        Found::Withdrawn(left) => withdrawn(&app, &headers, id, left).await,
        Found::Public(found) => {
            let (row, content) = *found;
            let number = row.number;
            document(&app, &headers, row, content, number).await
        }
    }
}

pub(super) async fn show_version(
    State(app): State<App>,
    Path((id, number)): Path<(i64, u32)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match public::find(&app.store, id).await?.ok_or_else(|| Problem::not_found("这条信息"))? {
        Found::Withdrawn(left) => withdrawn(&app, &headers, id, left).await,
        Found::Public(found) => {
            let version = public::version(&app.store, id, number).await?;
            let (_, content) = version.ok_or_else(|| Problem::not_found("这个版本"))?;
            document(&app, &headers, found.0, content, number).await
        }
    }
}

async fn document(
    app: &App,
    headers: &HeaderMap,
    row: PublicRow,
    content: Disclosure,
    number: u32,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let unit = directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let links = public::links(&app.store, row.id).await?;
    let validity = row.kind.has_validity().then(|| links.validity(&row, app.today()));
    let day = |day: Option<jiff::civil::Date>| day.map(written_date).unwrap_or_default();
    let source = if content.source.is_empty() { unit.clone() } else { content.source.clone() };
    let facts = [
        ("索引号", row.index_number.clone()),
        ("主题分类", content.subject.clone()),
        ("发布机构", unit.clone()),
        ("成文日期", day(content.formed_on)),
        ("标题", content.title.clone()),
        ("文号", content.document_number.clone()),
        ("发布日期", written_date(domain::clock::civil_date(row.published_at))),
        ("有效性", validity.map(|validity| validity.label().to_owned()).unwrap_or_default()),
        ("施行日期", day(content.effective_on)),
        ("失效日期", day(content.expires_on)),
    ];
    let always = ["索引号", "主题分类", "发布机构", "成文日期", "标题", "文号", "发布日期", "有效性"];
    let facts = facts.into_iter().filter(|(label, value)| !value.is_empty() || always.contains(label));
    let versions = public::versions(&app.store, row.id).await?;
    let base = format!("/disclosures/{}", row.id);
    let version_line = |version: store::disclosure::VersionRow| VersionLine {
        link: if version.number == row.number {
            base.clone()
        } else {
            format!("{base}/versions/{}", version.number)
        },
        changes: (version.number > 1).then(|| format!("{base}/versions/{}/changes", version.number)),
        at: minute(version.published_at),
        reason: version.reason,
        current: version.number == row.number,
        number: version.number,
    };
    let old = number != row.number;
    let path = if old { format!("{base}/versions/{number}") } else { base.clone() };
    let head = content.head();
    let column = platform::of(Some(row.kind));
    let mut frame =
        frame(app, headers, &content.title, &path).under("首页", "/").under(column.name, column.link);
    if !row.kind.is_about_disclosure() {
        frame = frame.under(row.kind.label(), &format!("/disclosures?kind={}", row.kind.word()));
    }
    let mut frame = frame
        .labelled("ColumnName", row.kind.label())
        .labelled("ColumnType", column.kind)
        .labelled("ArticleTitle", &content.title)
        .labelled("PubDate", &minute(row.published_at))
        .labelled("ContentSource", &source)
        .labelled("Author", &unit)
        .labelled("Description", &head)
        .labelled("Url", &format!("{}{base}", app.settings.public_url));
    if !content.keywords.is_empty() {
        frame = frame.labelled("Keywords", &content.keywords.join(","));
    }
    let mut related = Vec::new();
    for (label, rows) in [
        ("修改了", links.amends),
        ("废止了", links.repeals),
        ("被下列文件修改", links.amended_by),
        ("被下列文件废止", links.repealed_by),
    ] {
        if !rows.is_empty() {
            related.push((label, lines(app, rows).await?));
        }
    }
    let item = |item: &domain::disclosure::ItemLink| {
        (item.name.clone(), format!("/catalogues/{}/items/{}", item.catalogue, item.code))
    };
    let address = format!("{}{base}", app.settings.public_url);
    let template = ShowPage {
        page: frame,
        id: row.id,
        subscribe: link(
            "/subscriptions",
            &[("kind", row.kind.word().to_owned()), ("unit", row.unit.to_string())],
        ),
        title: content.title.clone(),
        facts: facts.map(|(label, value)| Fact { label, value }).collect(),
        validity,
        links: related,
        files: files(row.id, &content),
        items: content.items.iter().map(item).collect(),
        versions: versions.into_iter().map(version_line).collect(),
        old: old.then_some(base),
        structured: format!("/disclosures/{}/document.jsonld", row.id),
        qr: crate::qr::svg(&address, "本页网址的二维码"),
        address,
        logged: super::log::proof_of(app, "disclosure", row.id, number).await?,
        record: format!("/disclosures/{}/versions/{number}/record.json", row.id),
        wide: content.kind == Kind::AnnualReport,
        body: content.body,
    };
    page(&template)
}

#[derive(Template)]
#[template(path = "portal/disclosure_changes.html")]
struct ChangesPage {
    page: Page,
    title: String,
    number: u32,
    reason: String,
    at: String,
    difference: Difference,
    link: String,
}

pub(super) async fn changes(
    State(app): State<App>,
    Path((id, number)): Path<(i64, u32)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let before = public::version(&app.store, id, number.saturating_sub(1)).await?;
    let after = public::version(&app.store, id, number).await?;
    let (Some((_, before)), Some((version, after))) = (before, after) else {
        return Err(Problem::not_found("这个版本的变化"));
    };
    let base = format!("/disclosures/{id}");
    let path = format!("{base}/versions/{number}/changes");
    let frame = frame(&app, &headers, &format!("第{number}版的变化"), &path)
        .under("首页", "/")
        .under(DISCLOSURES.name, DISCLOSURES.link)
        .under(&after.title, &base);
    let template = ChangesPage {
        page: DISCLOSURES.labelled(frame),
        number,
        reason: version.reason,
        at: minute(version.published_at),
        difference: difference::between(&before, &after),
        title: after.title,
        link: base,
    };
    page(&template)
}

/// A file of the version in view.
pub(super) async fn file(
    State(app): State<App>,
    Path((id, attachment)): Path<(i64, i64)>,
) -> Result<Response, Problem> {
    let file = public::file(&app.store, id, attachment).await?;
    let file = file.ok_or_else(|| Problem::not_found("这个附件"))?;
    let (kept, content) = store::attachment::get(&app.store, attachment).await?;
    let body = Body::from_stream(content);
    Ok(crate::office::sent_as_file(&file.name, &kept.media_type, body))
}
