//! The portal's pages, kept as they were sent. A page is a function of the public record at an epoch (the sequence of the
//! last public entry of the journal), the day, and what the visitor's browser takes; whatever changes one of them makes
//! it anew. So nothing needs to be thrown away by hand, and nothing old is ever shown.

use crate::app::App;
use crate::page::wants_elder;
use crate::problem::Problem;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jiff::civil::Date;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

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
    let known = headers.get(header::IF_NONE_MATCH).cloned();
    if let Some(kept) = app.pages.0.get(&key).filter(|kept| kept.epoch == epoch && kept.day == day) {
        metrics::counter!("gongkai_pages_from_cache").increment(1);
        return answer(kept.headers, kept.body, known.as_ref());
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.headers().contains_key(header::SET_COOKIE) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = match to_bytes(body, usize::MAX).await {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(?error, "a page could not be collected");
            return Problem::fault().into_response();
        }
    };
    parts.headers.insert(header::ETAG, tag(&body));
    // A browser keeps the page and asks each time whether it still stands.
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if body.len() <= PAGE_BYTES_MAX {
        let kept = Kept { epoch, day, headers: parts.headers.clone(), body: body.clone() };
        app.pages.0.insert(key, kept);
    }
    answer(parts.headers, body, known.as_ref())
}

/// The tag of a page: of its very bytes, compressed as they are.
fn tag(body: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(body);
    let hash: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// The page, or the word that the one the browser has still stands (RFC 9110 section 13.1.2).
fn answer(headers: HeaderMap, body: Bytes, known: Option<&HeaderValue>) -> Response {
    let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).unwrap_or_default();
    let known = known.and_then(|known| known.to_str().ok()).unwrap_or_default();
    let same =
        known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag || known.trim() == "*");
    if !same || tag.is_empty() {
        return (headers, Body::from(body)).into_response();
    }
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    for name in [header::ETAG, header::CACHE_CONTROL, header::VARY] {
        if let Some(value) = headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}
