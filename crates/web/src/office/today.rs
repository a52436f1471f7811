//! 今日: what needs me now, the nearest legal day first.

use super::{Done, frame, left, moment, unit_name};
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use domain::letter::written_date;
use domain::progress::Standing;
use domain::role::Act;
use domain::supervision::NoticeState;
use store::responsibility::ResponsibilityRow;
use store::review::Waiting;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/office", get(show))
}

struct Tile {
    standing: Standing,
    count: u64,
}

/// A responsibility as this page and others list it.
pub(super) struct ShareRow {
    pub(super) link: String,
    pub(super) task: String,
    pub(super) content: String,
    pub(super) unit: String,
    pub(super) due_text: String,
    pub(super) left: String,
    pub(super) standing: Standing,
    pub(super) percent: u8,
}

struct ReviewRow {
    link: String,
    title: String,
    unit: String,
    review: &'static str,
    note: String,
    handed_in: String,
}

fn review_row(staff: &Staff, waiting: Waiting) -> ReviewRow {
    let row = waiting.disclosure;
    ReviewRow {
        link: format!("/office/disclosures/{}", row.id),
        unit: unit_name(staff, row.unit),
        title: row.title,
        review: waiting.review.label(),
        note: waiting.principal.map(|name| format!("受{name}委托")).unwrap_or_default(),
        handed_in: moment(row.changed_at),
    }
}

struct NoticeRow {
    link: String,
    number: String,
    unit: String,
    due_on: String,
    left: String,
    state: NoticeState,
}

#[derive(Template)]
#[template(path = "office/today.html")]
struct TodayPage {
    page: Page,
    date: String,
    tiles: Vec<Tile>,
    due: Vec<ShareRow>,
    due_total: u64,
    to_confirm: Vec<ShareRow>,
    reviews: Vec<ReviewRow>,
    away: Option<String>,
    notices: Vec<NoticeRow>,
    obligations: Vec<super::obligation::Row>,
    obligations_total: u64,
    error_reports: u64,
    accounts: usize,
    requests: Vec<super::request::Row>,
    requests_total: u64,
    requests_several: bool,
    reads_plans: bool,
    imports: bool,
    has_plans: bool,
    manages_units: bool,
    manages_users: bool,
    pushes: bool,
    reads_journal: bool,
}

/// A row with its words.
pub(super) fn share_row(app: &App, staff: &Staff, row: ResponsibilityRow) -> ShareRow {
    let share = row.responsibility;
    ShareRow {
        link: format!("/office/assignments/{}#r{}", share.assignment, share.id),
        task: format!("{} {}", row.task_number, row.task_name).trim().to_owned(),
        content: row.content,
        unit: unit_name(staff, share.unit),
        due_text: share.due_on.map_or(row.due_text, written_date),
        left: if row.standing == Standing::Done { String::new() } else { left(app, share.due_on) },
        standing: row.standing,
        percent: share.percent,
    }
}

/// How many of the readers' error reports wait for this person.
async fn waiting(app: &App, staff: &Staff) -> Result<u64, Problem> {
    if !staff.may(Act::AnswerErrorReport) {
        return Ok(0);
    }
    let open = super::error_report::filter(staff, Some(domain::error_report::State::Open));
    Ok(store::error_report::count(&app.store, &open).await?)
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (today, soon) = (app.today(), app.soon());
    let found = store::today::for_person(&app.store, &staff.person, today, soon).await?;
    let reads_plans = staff.may(Act::ReadPlan);
    let tiles = Standing::ALL
        .into_iter()
        .map(|standing| Tile { standing, count: found.standings.get(&standing).copied().unwrap_or(0) });
    let share = |row| share_row(&app, &staff, row);
    let notices = found.notices.into_iter().map(|notice| NoticeRow {
        link: format!("/office/supervision/{}", notice.id),
        number: notice.number.to_string(),
        unit: unit_name(&staff, notice.unit),
        due_on: written_date(notice.due_on),
        left: left(&app, Some(notice.due_on)),
        state: notice.state,
    });
    let (requests, requests_total) = super::request::near(&app, &staff).await?;
    let weekday = domain::workday::weekday_name(today);
    let template = TodayPage {
        page: frame(&app, &staff, &headers, "今日", "/office").await?.with_done(done.done.as_deref()),
        date: format!("{} {weekday}", written_date(today)),
        tiles: tiles.collect(),
        due: found.due.into_iter().map(share).collect(),
        due_total: found.due_total,
        to_confirm: found.to_confirm.into_iter().map(share).collect(),
        reviews: found.reviews.into_iter().map(|waiting| review_row(&staff, waiting)).collect(),
        away: super::absence::away_words(&app, &staff).await?,
        notices: notices.collect(),
        obligations: found
            .obligations
            .iter()
            .map(|found| super::obligation::row(&app, &staff, found))
            .collect(),
        obligations_total: found.obligations_total,
        error_reports: waiting(&app, &staff).await?,
        accounts: super::account::waiting(&app, &staff).await?,
        requests,
        requests_total,
        requests_several: staff.units(Act::HandleRequest).len() > 1,
        reads_plans,
        imports: staff.may(Act::ImportPlan),
        has_plans: reads_plans && !store::plan::list(&app.store).await?.is_empty(),
        manages_units: staff.may(Act::ManageUnits),
        manages_users: staff.may(Act::ManageUsers) || staff.may(Act::UnlockUsers),
        pushes: super::webhook::authorise(&staff).is_ok(),
        reads_journal: super::journal::authorise(&staff).is_ok(),
    };
    page(&template)
}
