//! The office: for staff. One file a room, as in the store; this file holds what the rooms share.

mod absence;
mod account;
mod annual_report;
mod assignment;
mod attachment;
mod catalogue;
mod disclosure;
mod error_report;
mod feed;
mod guide;
mod interpretation;
mod journal;
mod notification;
mod obligation;
mod plan;
mod plan_draft;
mod request;
mod responsibility;
mod review;
mod rulebook;
mod search_miss;
mod sign_in;
mod supervision;
mod today;
mod unit;
mod user;
mod webhook;
mod wording;

pub(crate) use attachment::{media_type, sent_as_file, sent_inline};

use crate::app::App;
use crate::page::{Entry, Menu, Page};
use crate::problem::Problem;
use crate::session::Staff;
use axum::Router;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use domain::role::Act;
use jiff::Timestamp;
use jiff::civil::Date;

/// The office's routes, room by room.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(sign_in::routes())
        .merge(today::routes())
        .merge(plan::routes())
        .merge(plan_draft::routes())
        .merge(catalogue::routes())
        .merge(obligation::routes())
        .merge(disclosure::routes())
        .merge(interpretation::routes())
        .merge(assignment::routes())
        .merge(responsibility::routes())
        .merge(supervision::routes())
        .merge(attachment::routes())
        .merge(unit::routes())
        .merge(user::routes())
        .merge(review::routes())
        .merge(absence::routes())
        .merge(account::routes())
        .merge(annual_report::routes())
        .merge(guide::routes())
        .merge(rulebook::routes())
        .merge(wording::routes())
        .merge(error_report::routes())
        .merge(request::routes())
        .merge(webhook::routes())
        .merge(search_miss::routes())
        .merge(notification::routes())
        .merge(journal::routes())
        .merge(feed::routes())
}

/// A page of the office for this person.
pub(crate) async fn frame(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    title: &str,
    path: &'static str,
) -> Result<Page, Problem> {
    let entry = |label, link| Entry { label, link, current: link == path };
    let mut entries = vec![entry("今日", "/office")];
    if staff.may(Act::ReadPlan) {
        entries.push(entry("任务分解表", "/office/plans"));
        entries.push(entry("标准目录", "/office/catalogues"));
        entries.push(entry("应公开事项", "/office/obligations"));
    }
    // Somebody may be here only to review for another.
    if staff.may(Act::ReadDisclosure) {
        entries.push(entry("公开信息", "/office/disclosures"));
        entries.push(entry("政策解读", interpretation::PATH));
        entries.push(entry("年度报告", "/office/annual-reports"));
    }
    if staff.may(Act::ReadAccount) {
        entries.push(entry("平台矩阵", account::PATH));
    }
    if staff.may(Act::TightenReviewRoute) {
        entries.push(entry("审查流程", "/office/reviews"));
    }
    if staff.may(Act::ReadPlan) {
        entries.push(entry("全部任务", "/office/assignments"));
        entries.push(entry("督办", "/office/supervision"));
    }
    if request::concerns(staff) {
        entries.push(entry("依申请公开", request::PATH));
    }
    if staff.may(Act::ReadPlan) || staff.may(Act::ManageUnits) {
        entries.push(entry("单位", "/office/units"));
    }
    if staff.may(Act::ManageUsers) || staff.may(Act::UnlockUsers) {
        entries.push(entry("人员", "/office/users"));
    }
    if journal::authorise(staff).is_ok() {
        entries.push(entry("操作日志", "/office/journal"));
    }
    let unit = staff.directory.unit(staff.person.unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let mut page =
        Page::portal(&app.settings.site, title, path).with_elder(crate::page::wants_elder(headers));
    page.pretended_date = app.pretended_date();
    page.menu = Some(Menu {
        name: staff.person.name.clone(),
        unit,
        csrf: staff.session.csrf.clone(),
        unread: store::notification::unread_count(&app.store, staff.person.user).await?,
        entries,
    });
    Ok(page)
}

/// Back to a page, which says what was done.
pub(crate) fn back(to: &str, done: &str) -> Response {
    let (path, fragment) = to.split_once('#').map_or((to, ""), |(path, fragment)| (path, fragment));
    let joint = if path.contains('?') { '&' } else { '?' };
    let hash = if fragment.is_empty() { "" } else { "#" };
    Redirect::to(&format!("{path}{joint}done={done}{hash}{fragment}")).into_response()
}

/// The unit's name, or a dash.
pub(crate) fn unit_name(staff: &Staff, unit: i64) -> String {
    staff.directory.unit(unit).map_or_else(|| "—".to_owned(), |unit| unit.name.clone())
}

/// `2020-09-04 09:30`, in China.
pub(crate) fn moment(at: Timestamp) -> String {
    domain::clock::civil_time(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// How far a due is, in working days: `剩 3 个工作日`, `逾期 2 个工作日`; marked where the year's arrangement is unknown.
pub(crate) fn left(app: &App, due: Option<Date>) -> String {
    let Some(due) = due else { return String::new() };
    let today = app.today();
    let left = app.calendar.working_days_left(today, due);
    let words = match left.value {
        0 => "今天到期".to_owned(),
        days if days > 0 => format!("剩 {days} 个工作日"),
        days => format!("逾期 {} 个工作日", days.saturating_neg()),
    };
    if left.known { words } else { format!("{words}（暂定）") }
}

/// `?done=` of a page.
#[derive(serde::Deserialize, Default)]
pub(crate) struct Done {
    pub(crate) done: Option<String>,
}
