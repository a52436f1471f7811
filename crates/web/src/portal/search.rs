//! Search over everything public: words, phrases, numbers, initials; narrowed by what was found; as a page and as a feed.

use super::frame;
use crate::app::App;
use crate::list::{Pages, link};
use crate::page::Page;
use crate::problem::{Problem, page};
use ::search::{Answer, Filters, Query as Question, Sort};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::disclosure::{Kind, Validity};
use domain::request::overlap;
use serde::Deserialize;
use store::PageRequest;
use store::disclosure::public;

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
    kind: String,
    unit: String,
    sector: String,
    year: String,
    validity: String,
    sort: String,
    page: u64,
}

/// Hits on a page.
const HITS: u64 = 15;
/// Entries of a feed.
const ENTRIES: usize = 50;

impl Wanted {
    fn query(&self) -> [(&'static str, String); 7] {
        [
            ("q", self.q.clone()),
            ("kind", self.kind.clone()),
            ("unit", self.unit.clone()),
            ("sector", self.sector.clone()),
            ("year", self.year.clone()),
            ("validity", self.validity.clone()),
            ("sort", self.sort.clone()),
        ]
    }

    /// The same search with one filter set.
    fn with(&self, name: &str, value: &str) -> String {
        let set =
            |(key, kept): (&'static str, String)| (key, if key == name { value.to_owned() } else { kept });
        link("/search", &self.query().map(set))
    }

    fn question(&self) -> Question {
        let some = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        let year = self.year.parse().ok();
        Question {
            words: self.q.clone(),
            filters: Filters {
                units: self.unit.parse().into_iter().collect(),
                sectors: some(&self.sector),
                year_from: year,
                year_to: year,
                kinds: some(&self.kind),
                validities: some(&self.validity),
                topics: Vec::new(),
            },
            sort: if self.sort == "newest" { Sort::Newest } else { Sort::Relevance },
            page: usize::try_from(self.page.max(1)).unwrap_or(1),
            page_size: usize::try_from(HITS).unwrap_or(15),
            facets: true,
        }
    }
}

async fn ask(app: &App, question: Question) -> Result<Answer, Problem> {
    let index = app.search.index.clone();
    let answer = tokio::task::spawn_blocking(move || index.search(&question)).await;
    answer.map_err(|_| Problem::fault())?.map_err(|error| {
        tracing::error!(?error, "a search failed");
        Problem::fault()
    })
}

/// Published disclosures that may answer what somebody is about to ask for, those of the unit asked first: address,
/// title, publisher.
pub(super) async fn likely(
    app: &App,
    unit: &str,
    words: &str,
) -> Result<Vec<(String, String, String)>, Problem> {
    let q: String = words.chars().take(LIKELY_CHARACTERS).collect();
    let wanted = Wanted { q, ..Wanted::default() };
    let question = Question { page_size: LOOKED_AT, facets: false, ..wanted.question() };
    let answer = ask(app, question).await?;
    let directory = store::unit::directory(&app.store).await?;
    let ids: Vec<i64> = answer.hits.iter().map(|hit| hit.id).collect();
    let rows = public::rows(&app.store, &ids).await?;
    let found = |id: &i64| rows.iter().find(|row| row.id == *id);
    let line = |row: &public::PublicRow| {
        let unit = directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default();
        (format!("/disclosures/{}", row.id), row.title.clone(), unit)
    };
    // A search finds what shares a word; worth a look is what shares most of them.
    let least = app.store.rules().request_likely.value;
    let near = |row: &&public::PublicRow| i64::from(overlap(words, &row.title)) >= least;
    let mut near: Vec<&public::PublicRow> = ids.iter().filter_map(found).filter(near).collect();
    near.sort_by_key(|row| row.unit.to_string() != unit);
    Ok(near.into_iter().take(LIKELY).map(line).collect())
}

/// How many are offered of how many looked at, and how many characters of what is asked for are searched for.
const LIKELY: usize = 5;
const LOOKED_AT: usize = 30;
const LIKELY_CHARACTERS: usize = 60;

struct Hit {
    link: String,
    /// Escaped, with the words marked.
    title: String,
    snippet: String,
    unit: String,
    published_on: String,
    number: String,
    validity: Option<Validity>,
}

/// A value the hits can be narrowed to.
struct Choice {
    label: String,
    count: u64,
    link: String,
    chosen: bool,
}

struct Facet {
    label: &'static str,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "portal/search.html")]
struct SearchPage {
    page: Page,
    wanted: Wanted,
    total: usize,
    loosened: bool,
    meant: Option<(String, String)>,
    hits: Vec<Hit>,
    facets: Vec<Facet>,
    suggestions: Vec<(String, String)>,
    pages: Pages,
    sorts: [(&'static str, String, bool); 2],
    feeds: [(&'static str, String); 3],
    clear: String,
    filtered: bool,
}

pub(super) async fn show(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = wanted.q.trim().to_owned();
    let answer = if asked.is_empty() { Answer::default() } else { ask(&app, wanted.question()).await? };
    let filtered =
        wanted.query().iter().any(|(name, value)| !matches!(*name, "q" | "sort") && !value.is_empty());
    if !asked.is_empty() && (answer.total == 0 || answer.loosened) && !filtered && wanted.page <= 1 {
        store::search_miss::count(&app.store, &asked).await?;
    }
    let suggestions = if answer.total == 0 && !asked.is_empty() {
        let index = app.search.index.clone();
        let found = tokio::task::spawn_blocking(move || index.suggest(&asked, 5)).await;
        found.ok().and_then(Result::ok).unwrap_or_default()
    } else {
        Vec::new()
    };
    let found = store::Page::<()>::new(
        Vec::new(),
        answer.total as u64,
        PageRequest { page: wanted.page.max(1), size: HITS },
    );
    let query = wanted.query();
    let template = SearchPage {
        page: frame(&app, &headers, "搜索", "/search")
            .under("首页", "/")
            .labelled("ColumnName", "搜索")
            .labelled("ColumnType", "办事服务"),
        total: answer.total,
        loosened: answer.loosened,
        meant: answer.did_you_mean.clone().map(|words| (wanted.with("q", &words), words)),
        facets: facets(&app, &wanted, &answer).await?,
        hits: hits(&app, &answer).await?,
        suggestions: suggestions
            .into_iter()
            .map(|found| (format!("/disclosures/{}", found.id), found.title))
            .collect(),
        pages: Pages::of(&found, "/search", &query),
        sorts: [
            ("按相关度", wanted.with("sort", ""), wanted.sort != "newest"),
            ("按时间", wanted.with("sort", "newest"), wanted.sort == "newest"),
        ],
        feeds: [("Atom", "atom"), ("RSS", "rss"), ("JSON", "json")]
            .map(|(name, format)| (name, link(&format!("/search/feed/{format}"), &query))),
        clear: link("/search", &[("q", wanted.q.clone())]),
        filtered,
        wanted,
    };
    page(&template)
}

async fn hits(app: &App, answer: &Answer) -> Result<Vec<Hit>, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let ids: Vec<i64> = answer.hits.iter().map(|hit| hit.id).collect();
    let rows = public::rows(&app.store, &ids).await?;
    let (amended, repealed) = public::touched(&app.store, &ids).await?;
    let hit = |hit: &::search::Hit| {
        // What was taken back a moment ago is left out.
        let row = rows.iter().find(|row| row.id == hit.id)?;
        let days = (row.effective_on, row.expires_on);
        let validity = domain::disclosure::validity::on(
            app.today(),
            days,
            amended.contains(&row.id),
            repealed.contains(&row.id),
        );
        Some(Hit {
            link: format!("/disclosures/{}", row.id),
            title: hit.title.clone(),
            snippet: hit.snippet.clone(),
            unit: directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            published_on: domain::clock::civil_date(row.published_at).to_string(),
            number: if row.document_number.is_empty() {
                row.index_number.clone()
            } else {
                row.document_number.clone()
            },
            validity: row.kind.has_validity().then_some(validity),
        })
    };
    Ok(answer.hits.iter().filter_map(hit).collect())
}

/// Values of one facet shown at most.
const CHOICES: usize = 8;

async fn facets(app: &App, wanted: &Wanted, answer: &Answer) -> Result<Vec<Facet>, Problem> {
    let Some(counts) = &answer.facets else { return Ok(Vec::new()) };
    let directory = store::unit::directory(&app.store).await?;
    let choice = |name: &'static str, value: String, label: String, count: u64, chosen: &str| Choice {
        chosen: value == chosen,
        link: wanted.with(name, if value == chosen { "" } else { &value }),
        label,
        count,
    };
    let units = counts.units.iter().map(|(id, count)| {
        let label = directory.unit(*id).map(|unit| unit.name.clone()).unwrap_or_default();
        choice("unit", id.to_string(), label, *count, &wanted.unit)
    });
    let sector_name = |id: &str| {
        let found = domain::sector::all().iter().find(|sector| sector.id == id);
        found.map_or_else(|| id.to_owned(), |sector| sector.name_on(app.today()).to_owned())
    };
    let sectors = counts
        .sectors
        .iter()
        .map(|(id, count)| choice("sector", id.clone(), sector_name(id), *count, &wanted.sector));
    let years = counts
        .years
        .iter()
        .map(|(year, count)| choice("year", year.to_string(), format!("{year}年"), *count, &wanted.year));
    let kinds = counts.kinds.iter().map(|(word, count)| {
        let label = Kind::from_word(word).map_or_else(|| word.clone(), |kind| kind.label().to_owned());
        choice("kind", word.clone(), label, *count, &wanted.kind)
    });
    let validities = counts.validities.iter().filter(|(word, _)| !word.is_empty()).map(|(word, count)| {
        let label = Validity::from_word(word).map_or_else(|| word.clone(), |found| found.label().to_owned());
        choice("validity", word.clone(), label, *count, &wanted.validity)
    });
    let facets = [
        ("种类", kinds.collect::<Vec<_>>()),
        ("年份", years.collect()),
        ("单位", units.collect()),
        ("领域", sectors.collect()),
        ("有效性", validities.collect()),
    ];
    let facet = |(label, mut choices): (&'static str, Vec<Choice>)| {
        choices.truncate(CHOICES);
        Facet { label, choices }
    };
    Ok(facets.into_iter().filter(|(_, choices)| !choices.is_empty()).map(facet).collect())
}

/// What a search finds, the newest first, to subscribe to.
pub(super) async fn feed(
    State(app): State<App>,
    Path(format): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let question =
        Question { sort: Sort::Newest, page: 1, page_size: ENTRIES, facets: false, ..wanted.question() };
    let answer = if wanted.q.trim().is_empty() { Answer::default() } else { ask(&app, question).await? };
    let ids: Vec<i64> = answer.hits.iter().map(|hit| hit.id).collect();
    let rows = public::rows(&app.store, &ids).await?;
    let words: String = wanted.q.chars().take(60).collect();
    let page = link("/search", &wanted.query());
    super::disclosure::feed::rendered(&app, &format!("搜索“{words}”"), &page, rows, &format).await
}
