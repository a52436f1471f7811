//! For those who run the program: is it alive, is it ready, what has it counted. Metrics name routes, never people.

use crate::app::App;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The process answers.
pub async fn health() -> &'static str {
    "ok\n"
}

/// The record can be read.
pub async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(?error, "not ready: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "database unavailable\n")
        }
    }
}

/// Counters in Prometheus' text format.
pub async fn metrics(State(app): State<App>) -> String {
    app.metrics.render()
}

/// Counts and times requests by route.
pub async fn measure(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    let method = request.method().to_string();
    let started = Instant::now();
    let response = next.run(request).await;
    let labels = [("method", method), ("route", route), ("status", response.status().as_u16().to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels).record(started.elapsed().as_secs_f64());
    response
}

/// Sets up the counters; a second call in one process gets the first one's.
///
/// # Errors
/// Another recorder was installed.
pub fn install_metrics() -> Result<PrometheusHandle, metrics::SetRecorderError<PrometheusRecorder>> {
    static HANDLE: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut handle = HANDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = handle.as_ref() {
        return Ok(handle.clone());
    }
    let recorder = PrometheusBuilder::new().build_recorder();
    let own = recorder.handle();
    metrics::set_global_recorder(recorder)?;
    Ok(handle.insert(own).clone())
}
