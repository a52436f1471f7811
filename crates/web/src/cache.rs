//! The portal's pages, kept as they were sent. A page is a function of the public record at an epoch (the sequence of the
//! last public entry of the journal), the day, and what the visitor's browser takes; whatever changes one of them makes
//! it anew. So nothing needs to be thrown away by hand, and nothing old is ever shown.

use crate::app::App;
use crate::page::wants_elder;
use crate::problem::Problem;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jiff::civil::Date;
use moka::sync::Cache;

/// What a page depends on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    address: String,
    encodings: String,
    elder: bool,
}

/// A page as it was sent.
#[derive(Clone)]
struct Kept {
    epoch: i64,
    day: Date,
    headers: HeaderMap,
    body: Bytes,
}

/// The pages kept; the least wanted go first.
pub struct PageCache(Cache<Key, Kept>);

/// Memory for kept pages.
const BYTES_MAX: u64 = 64_000_000;
/// A larger page is made anew each time.
const PAGE_BYTES_MAX: usize = 4_000_000;
/// Addresses longer than this are searches nobody repeats.
const ADDRESS_BYTES_MAX: usize = 300;

impl Default for PageCache {
    fn default() -> Self {
        let weight = |key: &Key, kept: &Kept| {
            u32::try_from(kept.body.len() + key.address.len() + key.encodings.len() + 1_000)
                .unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(BYTES_MAX).weigher(weight).build())
    }
}

/// Answers from the kept pages, or keeps the page that is made.
pub(crate) async fn serve(State(app): State<App>, request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query().map_or("/", |address| address.as_str());
    // The index follows the record a moment later: its answers are not kept.
    let searches = address.starts_with("/search");
    if request.method() != Method::GET || address.len() > ADDRESS_BYTES_MAX || searches {
        return next.run(request).await;
    }
    let headers = request.headers();
    let encodings = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let key = Key {
        address: address.to_owned(),
        encodings: encodings.unwrap_or_default().chars().take(100).collect(),
        elder: wants_elder(headers),
    };
    let epoch = match store::journal::epoch(&app.store).await {
        Ok(epoch) => epoch,
        Err(error) => return Problem::from(error).into_response(),
    };
    let day = app.today();
    if let Some(kept) = app.pages.0.get(&key).filter(|kept| kept.epoch == epoch && kept.day == day) {
        metrics::counter!("gongkai_pages_from_cache").increment(1);
        return (kept.headers, Body::from(kept.body)).into_response();
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.headers().contains_key(header::SET_COOKIE) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let body = match to_bytes(body, usize::MAX).await {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(?error, "a page could not be collected");
            return Problem::fault().into_response();
        }
    };
    if body.len() <= PAGE_BYTES_MAX {
        let kept = Kept { epoch, day, headers: parts.headers.clone(), body: body.clone() };
        app.pages.0.insert(key, kept);
    }
    Response::from_parts(parts, Body::from(body))
}
