//! The platform over HTTP: `portal` for the public, `office` for staff. A handler parses, authorises, calls the record
//! or the domain, renders. Everything else in this crate serves that: sessions, forms, pages, problems, headers.

pub mod annual_report;
pub mod app;
mod asset;
pub mod cache;
mod chart;
pub mod export;
mod form;
mod front;
mod list;
mod office;
pub mod operations;
mod origin;
pub mod page;
mod place;
mod portal;
mod problem;
mod qr;
pub mod rate;
pub mod reading;
mod request;
pub mod scan;
pub mod search;
mod security_header;
pub mod server;
mod session;

use app::App;
use axum::Router;
use axum::extract::MatchedPath;
use axum::http::{HeaderName, Request, header};
use axum::middleware;
use axum::routing::get;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::ServiceBuilderExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::MakeRequestUuid;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

/// The longest a request may take: a large upload over a slow village line.
const REQUEST_SECONDS_MAX: u64 = 300;

/// What depends on the public record, the day and the visitor's browser, and nothing else.
fn public() -> Router<App> {
    portal::pages().route("/assets/{hash}/{*name}", get(asset::serve))
}

/// Every route with everything around it, save for the [`front`].
pub fn router(app: App) -> Router {
    let request_id = HeaderName::from_static("x-request-id");
    let trace = TraceLayer::new_for_http().make_span_with(|request: &Request<_>| {
        let id =
            request.headers().get("x-request-id").and_then(|value| value.to_str().ok()).unwrap_or_default();
        // The route, not the address: what somebody typed, a code or a token may be in it.
        let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
        tracing::info_span!("request", method = %request.method(), route, id)
    });
    let around = ServiceBuilder::new()
        .set_request_id(request_id.clone(), MakeRequestUuid)
        .sensitive_headers([header::COOKIE, header::SET_COOKIE, header::AUTHORIZATION])
        .layer(trace)
        .propagate_request_id(request_id)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(security_header::add))
        .layer(middleware::from_fn_with_state(app.clone(), problem::render))
        .layer(CatchPanicLayer::custom(problem::after_panic))
        .layer(TimeoutLayer::with_status_code(
            axum::http::StatusCode::REQUEST_TIMEOUT,
            Duration::from_secs(REQUEST_SECONDS_MAX),
        ))
        .layer(middleware::from_fn_with_state(app.clone(), rate::limit))
        .layer(middleware::from_fn(origin::check));
    Router::new()
        .merge(public().route_layer(middleware::from_fn(cache::mark)))
        .merge(portal::questions())
        .merge(portal::own_routes())
        .merge(office::routes())
        .route("/healthz", get(operations::health))
        .route("/readyz", get(operations::ready))
        .route("/metrics", get(operations::metrics))
        .route_layer(middleware::from_fn(operations::measure))
        .layer(around)
        .with_state(app)
}
