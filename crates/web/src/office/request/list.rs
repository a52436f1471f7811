//! The queue, the nearest legal day first; and what is asked for again and again.

use super::{Done, PATH, enter, frame, left, unit_name, units};
use crate::app::App;
use crate::list::{Pages, link};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::letter::written_date;
use domain::request::State as Standing;
use domain::role::Act;
use jiff::ToSpan;
use serde::Deserialize;
use store::PageRequest;
use store::request::{CaseRow, Filter, Topic};

/// A case as lists show it.
pub(in crate::office) struct Row {
    pub(in crate::office) link: String,
    pub(in crate::office) number: String,
    pub(in crate::office) wanted: String,
    pub(in crate::office) unit: String,
    pub(in crate::office) state: Standing,
    pub(in crate::office) outcome: String,
    pub(in crate::office) ended: String,
    pub(in crate::office) due: String,
    pub(in crate::office) left: String,
}

/// The day that matters next and how far it is, in words.
fn next(app: &App, found: &CaseRow) -> (String, String) {
    let Some(day) = found.legal_on else { return Default::default() };
    match found.state {
        Standing::NotReceived | Standing::AwaitingConfirmation => {
            let waits = app.calendar.working_days_between(found.arrived_on, app.today()).value;
            let words = if waits > 0 {
                format!("待确认第 {waits} 个工作日")
            } else {
                "今天收到，待确认".to_owned()
            };
            (words, String::new())
        }
        Standing::GivenUp => ("请制发不再处理告知书".to_owned(), String::new()),
        _ => (written_date(day), left(app, Some(day))),
    }
}

fn row(app: &App, staff: &Staff, found: CaseRow) -> Row {
    let (due, left) = next(app, &found);
    Row {
        link: format!("{PATH}/{}", found.id),
        wanted: domain::text::head(&found.wanted, 80),
        unit: unit_name(staff, found.unit),
        state: found.state,
        outcome: found.outcome.map(|outcome| outcome.label().to_owned()).unwrap_or_default(),
        ended: found.ended_on.map(written_date).unwrap_or_default(),
        due,
        left,
        number: found.number,
    }
}

/// Cases shown on the first page.
const NEAR: PageRequest = PageRequest { page: 1, size: 12 };

/// What of the person's cases is near its legal day or past it, and how many there are in all.
pub(in crate::office) async fn near(app: &App, staff: &Staff) -> Result<(Vec<Row>, u64), Problem> {
    let own = staff.units(Act::HandleRequest);
    if own.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let filter = Filter { units: Some(own), legal_until: Some(app.soon()), ..Filter::default() };
    let found = store::request::list(&app.store, &filter, NEAR).await?;
    Ok((found.rows.into_iter().map(|found| row(app, staff, found)).collect(), found.total))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    page: u64,
    state: String,
    number: String,
}

#[derive(Template)]
#[template(path = "office/request/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    pages: Pages,
    tabs: Vec<(String, String, u64, bool)>,
    number: String,
    handles: bool,
    office: i64,
    several_units: bool,
}

/// Open ones, or those of one state.
fn filter(staff: &Staff, wanted: &Wanted) -> Filter {
    let state = Standing::from_word(&wanted.state);
    Filter {
        units: Some(units(staff)),
        states: state.into_iter().collect(),
        open: state.is_none() && wanted.state != "all" && wanted.number.trim().is_empty(),
        number: wanted.number.clone(),
        ..Filter::default()
    }
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    enter(&staff)?;
    let request = PageRequest::number(wanted.page);
    let found = store::request::list(&app.store, &filter(&staff, &wanted), request).await?;
    let all = Filter { units: Some(units(&staff)), ..Filter::default() };
    let counts = store::request::count_by_state(&app.store, &all).await?;
    let still = Filter { open: true, ..all };
    let open = store::request::count_by_state(&app.store, &still).await?.values().sum();
    let of = |state: &str| link(PATH, &[("state", state.to_owned())]);
    let chosen = |state: &str| wanted.state == state && wanted.number.is_empty();
    let mut tabs = vec![("在办".to_owned(), PATH.to_owned(), open, chosen(""))];
    tabs.extend(
        counts
            .iter()
            .map(|(state, count)| (state.label().to_owned(), of(state.word()), *count, chosen(state.word()))),
    );
    tabs.push(("全部".to_owned(), of("all"), counts.values().sum(), chosen("all")));
    let query = [("state", wanted.state.clone()), ("number", wanted.number.clone())];
    let template = ListPage {
        page: frame(&app, &staff, &headers, "依申请公开", PATH).await?.with_done(done.done.as_deref()),
        pages: Pages::of(&found, PATH, &query),
        rows: found.rows.into_iter().map(|found| row(&app, &staff, found)).collect(),
        tabs,
        number: wanted.number,
        handles: staff.may(Act::HandleRequest),
        office: staff.person.unit,
        several_units: units(&staff).len() > 1,
    };
    page(&template)
}

#[derive(Template)]
#[template(path = "office/request/topics.html")]
struct TopicsPage {
    page: Page,
    topics: Vec<Topic>,
    writes: bool,
}

impl TopicsPage {
    /// The form in which a topic is made public: it names cases, for what is asked for is in no address.
    fn link(&self, topic: &Topic) -> String {
        let cases: Vec<String> = topic.cases.iter().take(20).map(|(id, ..)| id.to_string()).collect();
        link("/office/disclosures/new", &[("requests", cases.join(","))])
    }
}

pub(super) async fn topics(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    enter(&staff)?;
    let since = app.today().saturating_sub(1.year());
    let topics = store::request::topics(&app.store, &units(&staff), since).await?;
    let frame = frame(&app, &staff, &headers, "多次申请的内容", PATH).await?.under("依申请公开", PATH);
    page(&TopicsPage { page: frame, topics, writes: staff.may(Act::WriteDisclosure) })
}
