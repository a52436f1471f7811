//! Sends what other systems are to be told. Each message is tried until it is taken; the answer is noted, its content is
//! nobody's business.

use std::time::Duration;
use store::webhook::Outgoing;
use web::app::App;

/// Messages sent in one turn.
const BATCH: u64 = 20;
/// How long the other system may take.
const WAIT: Duration = Duration::from_secs(10);

/// Collects what became public and sends what waits; returns how many messages were taken.
///
/// # Errors
/// Only the record's.
pub(crate) async fn push(app: &App) -> store::Result<usize> {
    store::webhook::collect(&app.store, &app.settings.public_url).await?;
    let mut taken = 0;
    for outgoing in store::webhook::claim(&app.store, BATCH).await? {
        let id = outgoing.id;
        let answer = tokio::task::spawn_blocking(move || send(&outgoing)).await;
        let answer = answer.unwrap_or_else(|_| Err((None, "推送中断，稍后重试。".to_owned())));
        taken += usize::from(answer.is_ok());
        store::webhook::answered(&app.store, id, answer).await?;
    }
    Ok(taken)
}

/// The status when the message was taken (2xx), else the status, if any, and the reason.
fn send(outgoing: &Outgoing) -> Result<u16, (Option<u16>, String)> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(WAIT))
        // Another address than the one registered is not told.
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let answer = agent
        .post(&outgoing.url)
        .header("content-type", "application/json")
        .header("webhook-id", &outgoing.message_id)
        .header("webhook-timestamp", outgoing.timestamp.to_string())
        .header("webhook-signature", &outgoing.signature)
        .send(&outgoing.body);
    match answer.map(|answer| answer.status()) {
        Ok(status) if status.is_success() => Ok(status.as_u16()),
        Ok(status) => Err((Some(status.as_u16()), "对方系统没有接收。".to_owned())),
        Err(error) => Err((None, format!("连不上对方系统：{error}"))),
    }
}
