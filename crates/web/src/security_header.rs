//! Security headers on every response (GB/T 22239, OWASP), and what may be cached.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// Everything comes from ourselves; no inline script or style, no frames, no plug-ins.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'";

/// What a file shown by the browser itself may do: nothing.
pub(crate) const PREVIEW_POLICY: &str = "default-src 'none'; sandbox";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// The headers that every response bears.
pub(crate) fn always() -> impl Iterator<Item = (HeaderName, &'static str)> {
    ALWAYS.into_iter()
}

/// Marks pages whose address opens what is one reader's: kept by nobody, told to no other page. Not `no-referrer`: with
/// that, browsers do not say either that a form comes from our own page.
pub(crate) async fn keep_secret(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    response
}

/// Adds the headers; office pages are never kept by caches.
pub(crate) async fn add(request: Request, next: Next) -> Response {
    let office = request.uri().path().starts_with("/office");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if office {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}
