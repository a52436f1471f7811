//! Rate limits: how often one address may ask, sign in, upload. Sign-in is also limited per account by the store.

use crate::app::App;
use crate::place::Places;
use crate::problem::Problem;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;

/// One limiter for each kind of request.
pub struct RateLimits {
    any: DefaultKeyedRateLimiter<IpAddr>,
    sign_in: DefaultKeyedRateLimiter<IpAddr>,
    upload: DefaultKeyedRateLimiter<IpAddr>,
    send: DefaultKeyedRateLimiter<IpAddr>,
    /// Uploads of the portal under way.
    pub(crate) uploads: Places,
}

impl Default for RateLimits {
    /// 50 requests a second with bursts of 200 (an office behind one address); 30 sign-ins and 60 uploads a minute; 20
    /// forms of the portal a minute (a service hall behind one address).
    fn default() -> Self {
        let count = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            any: RateLimiter::keyed(Quota::per_second(count(50)).allow_burst(count(200))),
            sign_in: RateLimiter::keyed(Quota::per_minute(count(30))),
            upload: RateLimiter::keyed(Quota::per_minute(count(60))),
            send: RateLimiter::keyed(Quota::per_minute(count(20))),
            uploads: Places::default(),
        }
    }
}

impl RateLimits {
    /// Forgets addresses that have been quiet, so that memory stays bounded; called by a job every few minutes.
    pub fn forget_quiet(&self) {
        for limiter in [&self.any, &self.sign_in, &self.upload, &self.send] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// The client's address: the connection's, or behind a proxy the last hop it reports.
pub fn client_address(headers: &HeaderMap, connection: Option<SocketAddr>, behind_proxy: bool) -> IpAddr {
    let reported = || {
        let list = headers.get("x-forwarded-for")?.to_str().ok()?;
        list.rsplit(',').next()?.trim().parse().ok()
    };
    let direct = connection.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
    if behind_proxy { reported().unwrap_or(direct) } else { direct }
}

/// Refuses requests over the limit with 429.
pub(crate) async fn limit(State(app): State<App>, request: Request, next: Next) -> Result<Response, Problem> {
    let connection = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let address = client_address(request.headers(), connection, app.settings.behind_proxy);
    let path = request.uri().path();
    let limits = &app.rate_limits;
    let signing_in = request.method() == Method::POST && path == "/office/sign-in";
    // 长者模式 is a form too, but keeps nothing.
    let sending = request.method() == Method::POST && !path.starts_with("/office") && path != "/elder";
    let uploading = request
        .headers()
        .get(axum::http::header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"multipart/"));
    let within = limits.any.check_key(&address).is_ok()
        && (!signing_in || limits.sign_in.check_key(&address).is_ok())
        && (!sending || limits.send.check_key(&address).is_ok())
        && (!uploading || limits.upload.check_key(&address).is_ok());
    if !within {
        return Err(Problem::too_many());
    }
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forged_forwarding_header_counts_only_behind_a_proxy() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "1.2.3.4, 10.0.0.9".parse().unwrap());
        let connection = Some("127.0.0.1:5000".parse().unwrap());
        assert_eq!(client_address(&headers, connection, false).to_string(), "127.0.0.1");
        assert_eq!(client_address(&headers, connection, true).to_string(), "10.0.0.9");
    }
}
