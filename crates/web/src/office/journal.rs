//! The journal (操作日志), for auditors.

use super::{frame, moment};
use crate::app::App;
use crate::list::Pages;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use domain::clock::start_of_day;
use domain::journal::Action;
use domain::role::{Act, Denied};
use jiff::civil::Date;
use serde::Deserialize;
use store::PageRequest;
use store::journal::Filter;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/office/journal", get(show)).route("/office/journal/verify", get(verify))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    page: u64,
    actor: String,
    action: String,
    from: String,
    to: String,
}

struct Row {
    sequence: i64,
    at: String,
    actor: String,
    action: String,
    subject: String,
    before: String,
    after: String,
}

#[derive(Template)]
#[template(path = "office/journal.html")]
struct JournalPage {
    page: Page,
    wanted: Wanted,
    actions: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    pages: Pages,
    retention: String,
}

/// The journal spans the whole record: only who audits the county reads it.
pub(super) fn authorise(staff: &Staff) -> Result<(), Denied> {
    staff.authorise_county(Act::ReadJournal)
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    let day = |text: &str| text.parse::<Date>().ok();
    let filter = Filter {
        actor: wanted.actor.trim().to_owned(),
        action: Action::from_word(&wanted.action),
        subject_kind: String::new(),
        from: day(&wanted.from).and_then(start_of_day),
        until: day(&wanted.to).and_then(|day| day.tomorrow().ok()).and_then(start_of_day),
    };
    let found = store::journal::list(&app.store, &filter, PageRequest::number(wanted.page)).await?;
    let query = [
        ("actor", wanted.actor.clone()),
        ("action", wanted.action.clone()),
        ("from", wanted.from.clone()),
        ("to", wanted.to.clone()),
    ];
    let pages = Pages::of(&found, "/office/journal", &query);
    let rows = found.rows.into_iter().map(|entry| Row {
        sequence: entry.sequence,
        at: moment(entry.at),
        actor: entry.actor_name,
        action: entry.action,
        subject: format!("{} {}", entry.subject_kind, entry.subject_id),
        before: entry.before.unwrap_or_default(),
        after: entry.after.unwrap_or_default(),
    });
    let template = JournalPage {
        page: frame(&app, &staff, &headers, "操作日志", "/office/journal").await?,
        wanted,
        actions: Action::ALL.iter().map(|action| (action.word(), action.label())).collect(),
        rows: rows.collect(),
        pages,
        retention: app.store.rules().log_retention.text.clone(),
    };
    page(&template)
}

#[derive(Template)]
#[template(path = "office/journal_verify.html")]
struct VerifyPage {
    page: Page,
    entries: i64,
    head: String,
    broken: Option<String>,
}

async fn verify(State(app): State<App>, staff: Staff, headers: HeaderMap) -> Result<Response, Problem> {
    authorise(&staff)?;
    let outcome = store::journal::verify(&app.store).await?;
    let frame = frame(&app, &staff, &headers, "核验操作日志", "/office/journal").await?;
    let page_frame = frame.under("操作日志", "/office/journal");
    let template = match outcome {
        Ok(verified) => VerifyPage {
            page: page_frame,
            entries: verified.entries,
            head: verified.head.iter().map(|byte| format!("{byte:02x}")).collect(),
            broken: None,
        },
        Err(broken) => {
            VerifyPage { page: page_frame, entries: 0, head: String::new(), broken: Some(broken.to_string()) }
        }
    };
    page(&template)
}
