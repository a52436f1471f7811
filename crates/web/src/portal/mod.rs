//! The portal: for the public. Pages read only the public record; they need no script.

mod account;
mod annual_report;
mod catalogue;
mod dataset;
pub(crate) mod disclosure;
mod error_report;
mod guide;
pub(crate) mod home;
mod log;
mod plan;
mod platform;
mod request;
pub(crate) mod rulebook;
mod search;
mod subscription;

use crate::app::App;
use crate::page::{ELDER_COOKIE, Page, wants_elder};
use axum::Router;
use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use serde::Deserialize;

/// The portal's pages: each a function of the public record, the day and the visitor's browser.
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/map", get(home::map))
        .route("/about", get(home::about))
        .route("/plans", get(plan::list))
        .route("/plans/{id}", get(plan::show))
        .route("/catalogues", get(catalogue::list))
        .route("/catalogues/{id}", get(catalogue::show))
        .route("/catalogues/{id}/items/{code}", get(catalogue::item))
        .route("/catalogues/{id}/versions/{number}", get(catalogue::show_version))
        .route("/catalogues/{id}/versions/{number}/changes", get(catalogue::changes))
        .route("/catalogues/{id}/versions/{number}/{file}", get(catalogue::download))
        .route("/guide", get(guide::show))
        .route("/guide/{unit}", get(guide::show_unit))
        .route("/rules", get(rulebook::show))
        .route("/annual-reports", get(annual_report::show))
        .route("/accounts", get(account::show))
        .route("/disclosures", get(disclosure::list))
        .route("/disclosures/{id}", get(disclosure::show))
        .route("/disclosures/{id}/versions/{number}", get(disclosure::show_version))
        .route("/disclosures/{id}/versions/{number}/changes", get(disclosure::changes))
        .route("/disclosures/{id}/chain", get(disclosure::interpretation::chain))
        .route("/disclosures/{id}/handout.pdf", get(disclosure::interpretation::handout))
        .route("/disclosures/{id}/files/{file}", get(disclosure::file))
        .route("/disclosures/{id}/files/{file}/preview", get(disclosure::preview::show))
        .route("/disclosures/feed/{format}", get(disclosure::feed::feed))
        .route("/disclosures/{id}/versions/{number}/record.json", get(log::disclosure_record))
        .route("/catalogues/{id}/versions/{number}/record.json", get(log::catalogue_record))
        .route("/datasets", get(dataset::show))
        .route("/datasets/catalog.jsonld", get(dataset::described))
        .route("/log", get(log::show))
        .route("/log/checkpoint", get(log::checkpoint))
        .route("/log/key", get(log::key))
        .route("/log/tile/{*path}", get(log::tile))
        .route("/log/consistency", get(log::consistency))
        .route("/log/proof/{position}", get(log::proof))
        .route("/sitemap.xml", get(disclosure::feed::site_map))
        .route("/robots.txt", get(disclosure::feed::robots))
}

/// What depends on more: the search's index, which follows the record a moment later, and a visitor's choice.
pub(crate) fn questions() -> Router<App> {
    Router::new()
        .route("/search", get(search::show))
        .route("/search/feed/{format}", get(search::feed))
        .route("/elder", post(elder))
}

/// The portal's routes that are never kept: what one reader sends, and what became of it.
pub(crate) fn own_routes() -> Router<App> {
    Router::new().merge(error_report::routes()).merge(subscription::routes()).merge(request::routes())
}

/// A page of the portal.
fn frame(app: &App, headers: &HeaderMap, title: &str, path: &str) -> Page {
    framed(app, wants_elder(headers), title, path)
}

/// A page of the portal, in 长者模式 or not.
fn framed(app: &App, elder: bool, title: &str, path: &str) -> Page {
    let mut page = Page::portal(&app.settings.site, title, path).with_elder(elder);
    page.pretended_date = app.pretended_date();
    page
}

/// A file's size in words: `12 KB`.
pub(crate) fn size(bytes: i64) -> String {
    if bytes < 1_000 {
        return format!("{bytes} 字节");
    }
    if bytes < 1_000_000 {
        return format!("{} KB", bytes / 1_000);
    }
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

#[derive(Deserialize)]
struct Elder {
    on: String,
    back: String,
}

/// Switches 长者模式; it changes nothing but how pages look to this visitor.
async fn elder(State(app): State<App>, jar: CookieJar, Form(form): Form<Elder>) -> Response {
    let value = if form.on == "1" { "1" } else { "0" };
    let cookie = Cookie::build((ELDER_COOKIE, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.settings.secure_cookies)
        .permanent();
    let own = form.back.starts_with('/') && !form.back.starts_with("//") && !form.back.contains('\\');
    let back = if own { form.back.as_str() } else { "/" };
    (jar.add(cookie), Redirect::to(back)).into_response()
}
