//! Public disclosures (公开信息): lists by kind, unit, sector, subject and year; each with its head table, files, versions and
//! what they changed; a tombstone where one was taken back. Feeds and the site map are in `feed`.

pub(crate) mod document;
pub(crate) mod feed;
pub(crate) mod interpretation;
pub(crate) mod preview;

use super::platform::{self, DISCLOSURES};
use super::{framed, size};
use crate::app::App;
use crate::list::{Pages, link};
use crate::page::{Page, wants_elder};
use crate::problem::Problem;
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use document::Scene;
use domain::disclosure::{Kind, SUBJECTS, Validity};
use domain::sector;
use domain::unit::Directory;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::PageRequest;
use store::disclosure::public::{self, Filter, PublicRow};
use store::disclosure::whole::{self, Standing, Whole};

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(crate) struct Wanted {
    page: u64,
    pub(crate) kind: String,
    unit: String,
    pub(crate) sector: String,
    subject: String,
    year: String,
    validity: String,
    number: String,
}

impl Wanted {
    pub(crate) fn query(&self) -> [(&'static str, String); 7] {
        [
            ("kind", self.kind.clone()),
            ("unit", self.unit.clone()),
            ("sector", self.sector.clone()),
            ("subject", self.subject.clone()),
            ("year", self.year.clone()),
            ("validity", self.validity.clone()),
            ("number", self.number.clone()),
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
            number: self.number.trim().chars().take(domain::limits::NAME_CHARACTERS_MAX).collect(),
            ..Filter::default()
        }
    }

    /// The same, with what stands so today looked up: validity follows from days and from other files.
    async fn looked_up(&self, app: &App) -> Result<Filter, Problem> {
        let mut filter = self.filter();
        if let Some(wanted) = Validity::from_word(&self.validity) {
            let rows = public::newest(&app.store, &filter, domain::limits::EXPORT_ROWS_MAX).await?;
            let rows: Vec<PublicRow> = rows.into_iter().filter(|row| row.kind.has_validity()).collect();
            let standing = validities(app, &rows).await?;
            let same = standing.into_iter().filter(|(_, standing)| *standing == wanted);
            filter.ids = Some(same.map(|(id, _)| id).collect());
        }
        Ok(filter)
    }
}

/// How policy files stand today.
async fn validities(app: &App, rows: &[PublicRow]) -> Result<BTreeMap<i64, Validity>, Problem> {
    let policies: Vec<i64> = rows.iter().filter(|row| row.kind.has_validity()).map(|row| row.id).collect();
    let mut standing = BTreeMap::new();
    for ids in policies.chunks(LOOKED_UP) {
        let (amended, repealed) = public::touched(&app.store, ids).await?;
        for row in rows.iter().filter(|row| ids.contains(&row.id)) {
            let days = (row.effective_on, row.expires_on);
            let (amended, repealed) = (amended.contains(&row.id), repealed.contains(&row.id));
            let validity = domain::disclosure::validity::on(app.today(), days, amended, repealed);
            standing.insert(row.id, validity);
        }
    }
    Ok(standing)
}

/// Files asked about at once.
const LOOKED_UP: usize = 500;

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
    let validities = validities(app, &rows).await?;
    let line = |row: PublicRow| {
        let published_on = domain::clock::civil_date(row.published_at);
        Line {
            link: format!("/disclosures/{}", row.id),
            unit: directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            published_on: published_on.to_string(),
            datetime: published_on.to_string(),
            validity: validities.get(&row.id).copied(),
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
    /// Of what is in force for a time only.
    validities: Vec<Choice>,
    number: String,
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
    let filter = wanted.looked_up(&app).await?;
    let found = public::list(&app.store, &filter, PageRequest::number(wanted.page)).await?;
    let years = public::years(&app.store).await?;
    Ok(Html(listed(&app, wants_elder(&headers), &wanted, found, &years).await?).into_response())
}

/// A page of a list.
pub(crate) async fn listed(
    app: &App,
    elder: bool,
    wanted: &Wanted,
    found: store::Page<PublicRow>,
    years: &[i16],
) -> Result<String, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let query = wanted.query();
    let kind = Kind::from_word(&wanted.kind);
    let heading = kind.map_or(DISCLOSURES.name, Kind::label).to_owned();
    let units = directory.units().iter().map(|unit| (unit.id.to_string(), unit.name.clone()));
    let sectors =
        sector::all().iter().map(|sector| (sector.id.clone(), sector.name_on(app.today()).to_owned()));
    let template = ListPage {
        page: platform::of(kind).labelled(framed(app, elder, &heading, "/disclosures")).under("首页", "/"),
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
        validities: if kind.is_some_and(Kind::has_validity) {
            choices(
                Validity::ALL.into_iter().map(|one| (one.word().to_owned(), one.label().to_owned())),
                &wanted.validity,
            )
        } else {
            Vec::new()
        },
        number: wanted.number.clone(),
        pages: Pages::of(&found, "/disclosures", &query),
        lines: lines(app, found.rows).await?,
        filtered: query.iter().any(|(_, value)| !value.is_empty()),
        feeds: [("Atom", "atom"), ("RSS", "rss"), ("JSON", "json")]
            .map(|(name, format)| (name, link(&format!("/disclosures/feed/{format}"), &query))),
        subscribe: link("/subscriptions", &query),
        heading,
    };
    Ok(template.render()?)
}

/// What stands at the address, as a response.
fn answered(
    app: &App,
    headers: &HeaderMap,
    directory: &Directory,
    standing: &Standing,
    number: Option<u32>,
) -> Result<Response, Problem> {
    let scene = Scene { app, directory, elder: wants_elder(headers) };
    match standing {
        Standing::Withdrawn(id, left) => {
            Ok((StatusCode::GONE, Html(scene.withdrawn(*id, left)?)).into_response())
        }
        Standing::Public(whole) => {
            Ok(Html(scene.document(whole, number.unwrap_or(whole.row.number))?).into_response())
        }
    }
}

async fn find(app: &App, id: i64) -> Result<Standing, Problem> {
    whole::find(&app.store, id).await?.ok_or_else(|| Problem::not_found("这条信息"))
}

/// A public disclosure with all its versions.
async fn find_public(app: &App, id: i64) -> Result<Box<Whole>, Problem> {
    match find(app, id).await? {
        Standing::Public(whole) => Ok(whole),
        Standing::Withdrawn(..) => Err(Problem::not_found("这条信息")),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    answered(&app, &headers, &directory, &find(&app, id).await?, None)
}

pub(super) async fn show_version(
    State(app): State<App>,
    Path((id, number)): Path<(i64, u32)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    answered(&app, &headers, &directory, &find(&app, id).await?, Some(number))
}

pub(super) async fn changes(
    State(app): State<App>,
    Path((id, number)): Path<(i64, u32)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let scene = Scene { app: &app, directory: &directory, elder: wants_elder(&headers) };
    Ok(Html(scene.changes(&*find_public(&app, id).await?, number)?).into_response())
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
