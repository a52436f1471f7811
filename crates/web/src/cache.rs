//! The portal's pages, kept as they were sent. A page is a function of the public record at an epoch (the sequence of the
//! last public entry of the journal), the day, and what the visitor's browser takes; whatever changes one of them makes
//! it anew. So nothing needs to be thrown away by hand, and nothing old is ever shown. Who asks is [`crate::front`].

use crate::page::wants_elder;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use jiff::civil::Date;
use metrics::Counter;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// How a body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// The best one a browser takes (RFC 9110 section 12.5.3): brotli, else gzip, else none. What it likes better among
    /// them does not count, so that there is one kept page for each and no more.
    pub(crate) fn accepted(headers: &HeaderMap) -> Self {
        let (mut brotli, mut gzip, mut any) = (None, None, None);
        let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for coding in values.flat_map(|value| value.split(',')) {
            let mut parts = coding.split(';');
            let name = parts.next().unwrap_or_default().trim();
            let quality = parts.find_map(|part| part.trim().strip_prefix("q="));
            let taken = quality.is_none_or(|quality| quality.trim().parse::<f32>().is_ok_and(|q| q > 0.0));
            match name {
                "*" => any = Some(taken),
                _ if name.eq_ignore_ascii_case("br") => brotli = Some(taken),
                _ if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => {
                    gzip = Some(taken);
                }
                _ => {}
            }
        }
        let any = any.unwrap_or(false);
        match (brotli.unwrap_or(any), gzip.unwrap_or(any)) {
            (true, _) => Self::Brotli,
            (false, true) => Self::Gzip,
            (false, false) => Self::Identity,
        }
    }

    /// Leaves only this encoding in a request's headers.
    pub(crate) fn ask_for(self, headers: &mut HeaderMap) {
        match self {
            Self::Brotli => headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br")),
            Self::Gzip => headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
            Self::Identity => headers.remove(header::ACCEPT_ENCODING),
        };
    }
}

/// What a page is kept under.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    address: String,
    pub(crate) encoding: Encoding,
    elder: bool,
}

/// Addresses longer than this are filters nobody repeats.
const ADDRESS_BYTES_MAX: usize = 300;
/// Addresses that are never kept: what staff see, what the search answers (the index follows the record a moment later),
/// and what those who run the program ask.
const NEVER_KEPT: [&str; 5] = ["/office", "/search", "/metrics", "/healthz", "/readyz"];

impl Key {
    /// What a request asks for; `None` for what is never kept.
    pub(crate) fn of<B>(request: &axum::http::Request<B>) -> Option<Self> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let address = request.uri().path_and_query()?.as_str();
        if address.len() > ADDRESS_BYTES_MAX || NEVER_KEPT.iter().any(|start| address.starts_with(start)) {
            return None;
        }
        let headers = request.headers();
        Some(Self {
            address: address.to_owned(),
            encoding: Encoding::accepted(headers),
            elder: wants_elder(headers),
        })
    }
}

/// What was known before a page was made: it is kept under this and nothing later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AsOf {
    pub(crate) epoch: i64,
    pub(crate) day: Date,
}

/// The handler's word that a response may be kept, and the route that it counts for.
#[derive(Debug, Clone)]
pub(crate) struct Keepable {
    route: String,
}

/// Marks what a route answers as keepable. A browser keeps it too, and asks each time whether it still stands.
pub(crate) async fn mark(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    let mut response = next.run(request).await;
    if response.status() == StatusCode::OK && !response.headers().contains_key(header::SET_COOKIE) {
        response.extensions_mut().insert(Keepable { route });
        let headers = response.headers_mut();
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    }
    response
}

/// A page as it was sent, and its counters.
pub(crate) struct Kept {
    as_of: AsOf,
    tag: HeaderValue,
    headers: HeaderMap,
    unchanged: HeaderMap,
    body: Bytes,
    from_cache: Counter,
    counts: [Counter; 4],
}

/// The tag of a page: of its very bytes, compressed as they are.
fn tag(body: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(body);
    let hash: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

impl Kept {
    pub(crate) fn new(as_of: AsOf, keepable: &Keepable, mut headers: HeaderMap, body: Bytes) -> Self {
        let tag = tag(&body);
        headers.insert(header::ETAG, tag.clone());
        // The body tells its length; a request's number belongs to one request.
        headers.remove(header::CONTENT_LENGTH);
        headers.remove("x-request-id");
        let mut unchanged = headers.clone();
        for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_DISPOSITION] {
            unchanged.remove(name);
        }
        let count = |method: &'static str, status: &'static str| {
            let route = keepable.route.clone();
            metrics::counter!("http_requests_total", "method" => method, "route" => route, "status" => status)
        };
        Self {
            as_of,
            tag,
            headers,
            unchanged,
            body,
            from_cache: metrics::counter!("gongkai_pages_from_cache"),
            counts: [count("GET", "200"), count("GET", "304"), count("HEAD", "200"), count("HEAD", "304")],
        }
    }

    /// The page, or the word that the one the browser has still stands (RFC 9110 section 13.1.2).
    pub(crate) fn answer(&self, known: Option<&HeaderValue>) -> (StatusCode, HeaderMap, Bytes) {
        let (tag, known) = (self.tag.as_bytes(), known.map(HeaderValue::as_bytes).unwrap_or_default());
        let same = known.split(|byte| *byte == b',').any(|known| {
            let known = known.trim_ascii();
            known.strip_prefix(b"W/").unwrap_or(known) == tag || known == b"*"
        });
        if same {
            (StatusCode::NOT_MODIFIED, self.unchanged.clone(), Bytes::new())
        } else {
            (StatusCode::OK, self.headers.clone(), self.body.clone())
        }
    }

    /// Counts an answer that was not made for its request.
    pub(crate) fn count(&self, method: &Method, status: StatusCode) {
        self.from_cache.increment(1);
        let place =
            usize::from(*method == Method::HEAD) * 2 + usize::from(status == StatusCode::NOT_MODIFIED);
        if let Some(counter) = self.counts.get(place) {
            counter.increment(1);
        }
    }
}

/// What becomes of a page that several ask for while it is made; `None` for one that is not kept.
pub(crate) type Flight = Arc<OnceCell<Option<Arc<Kept>>>>;

/// The pages kept, the least wanted go first; and those being made.
pub struct PageCache {
    kept: Cache<Key, Arc<Kept>>,
    flights: Mutex<HashMap<(Key, AsOf), Flight>>,
}

/// Memory for kept pages.
const BYTES_MAX: u64 = 64_000_000;
/// A larger page is made anew each time.
pub(crate) const PAGE_BYTES_MAX: usize = 4_000_000;
/// What a kept page takes beside its body and its address: headers, counters, the cache's own.
const OVERHEAD_BYTES: usize = 3_000;

impl Default for PageCache {
    fn default() -> Self {
        let weight = |key: &Key, kept: &Arc<Kept>| {
            u32::try_from(kept.body.len() + key.address.len() + OVERHEAD_BYTES).unwrap_or(u32::MAX)
        };
        let kept = Cache::builder().max_capacity(BYTES_MAX).weigher(weight).build();
        Self { kept, flights: Mutex::default() }
    }
}

impl PageCache {
    /// The page, if it still stands.
    pub(crate) fn get(&self, key: &Key, as_of: AsOf) -> Option<Arc<Kept>> {
        self.kept.get(key).filter(|kept| kept.as_of == as_of)
    }

    /// The making of a page, shared by all who ask for it meanwhile.
    pub(crate) fn flight(&self, key: &Key, as_of: AsOf) -> Flight {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(flights.entry((key.clone(), as_of)).or_default())
    }

    /// Keeps what was made.
    pub(crate) fn keep(&self, key: &Key, kept: Arc<Kept>) {
        self.kept.insert(key.clone(), kept);
    }

    /// Ends the making when it is dropped; who asks then finds the page kept, or makes it anew.
    pub(crate) fn landing<'a>(&'a self, key: &'a Key, as_of: AsOf) -> Landing<'a> {
        Landing { pages: self, key, as_of }
    }
}

/// The end of a making.
pub(crate) struct Landing<'a> {
    pages: &'a PageCache,
    key: &'a Key,
    as_of: AsOf,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        let mut flights = self.pages.flights.lock().unwrap_or_else(PoisonError::into_inner);
        flights.remove(&(self.key.clone(), self.as_of));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_browser_asks_for_one_of_three() {
        for (asked, expected) in [
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip;q=1.0, br;q=0.1", Encoding::Brotli),
            ("gzip, br;q=0", Encoding::Gzip),
            ("GZIP", Encoding::Gzip),
            ("*", Encoding::Brotli),
            ("*, br;q=0", Encoding::Gzip),
            ("gzip;q=0, *;q=0", Encoding::Identity),
            ("identity", Encoding::Identity),
            ("br;q=nonsense", Encoding::Identity),
            ("", Encoding::Identity),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, asked.parse().unwrap());
            assert_eq!(Encoding::accepted(&headers), expected, "{asked}");
        }
        assert_eq!(Encoding::accepted(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn staffs_pages_and_searches_have_no_key() {
        let key = |method: &str, address: &str| {
            Key::of(&axum::http::Request::builder().method(method).uri(address).body(()).unwrap())
        };
        assert_eq!(key("GET", "/disclosures/1"), key("HEAD", "/disclosures/1"));
        assert!(key("GET", "/disclosures/1").is_some());
        for address in ["/office", "/office/users?page=2", "/search?q=x", "/search/feed/atom", "/metrics"] {
            assert_eq!(key("GET", address), None, "{address}");
        }
        assert_eq!(key("POST", "/elder"), None);
        assert_eq!(key("GET", &format!("/disclosures?unit={}", "1".repeat(300))), None);
    }
}
