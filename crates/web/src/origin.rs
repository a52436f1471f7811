//! Cross-site request forgery: every request that is not a read must come from our own pages.
//!
//! Browsers say where a request comes from (`Sec-Fetch-Site`, `Origin`); a foreign one is refused here. Where neither
//! header is sent (old browsers), the form must carry the session's token, which [`crate::form`] checks.

use crate::problem::Problem;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;

/// Where a request that changes something comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The browser vouches that it is ours.
    Same,
    /// Nobody says.
    Unknown,
    /// Another site.
    Foreign,
}

impl Origin {
    /// Reads the headers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(site) = text("sec-fetch-site") {
            return if site == "same-origin" { Self::Same } else { Self::Foreign };
        }
        let Some(origin) = text(header::ORIGIN.as_str()) else { return Self::Unknown };
        let host = text(header::HOST.as_str());
        let own = origin.split_once("://").map(|(_, rest)| rest);
        if own.is_some() && own == host { Self::Same } else { Self::Foreign }
    }
}

/// Refuses what comes from another site and notes what is not vouched for.
pub(crate) async fn check(mut request: Request, next: Next) -> Result<Response, Problem> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(next.run(request).await);
    }
    let origin = Origin::of(request.headers());
    if origin == Origin::Foreign {
        return Err(Problem::foreign_form());
    }
    request.extensions_mut().insert(origin);
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_own_pages_from_foreign_ones() {
        for (headers, expected) in [
            (&[("sec-fetch-site", "same-origin")][..], Origin::Same),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://a.test")], Origin::Foreign),
            (&[("sec-fetch-site", "same-site")], Origin::Foreign),
            (&[("origin", "http://a.test:8080"), ("host", "a.test:8080")], Origin::Same),
            (&[("origin", "http://a.test:8081"), ("host", "a.test:8080")], Origin::Foreign),
            (&[("origin", "null"), ("host", "a.test")], Origin::Foreign),
            (&[("host", "a.test")], Origin::Unknown),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, value.parse().unwrap());
            }
            assert_eq!(Origin::of(&map), expected, "{headers:?}");
        }
    }
}
