//! What runs by itself: reminders, mail, messages to other systems, publishing to accounts, forgetting quiet addresses.
//! Each job is idempotent; a missed turn is made up by the next one.

use crate::mail::Mailer;
use crate::{publisher, webhook};
use std::time::Duration;
use web::app::App;

/// How often reminders are looked for; each is sent once, so oftener costs only a look.
const REMINDERS_EVERY: Duration = Duration::from_secs(15 * 60);
/// How often mail that waits is sent.
const MAIL_EVERY: Duration = Duration::from_secs(5);
/// How often disclosures whose time has come are published.
const SCHEDULED_EVERY: Duration = Duration::from_secs(20);
/// How often other systems are told what became public.
const WEBHOOKS_EVERY: Duration = Duration::from_secs(2);
/// How often disclosures are published to accounts.
const ACCOUNTS_EVERY: Duration = Duration::from_secs(10);
/// How often addresses that have been quiet are forgotten, and single times are drawn together into the metrics.
const FORGET_EVERY: Duration = Duration::from_secs(5 * 60);

/// Opens the periods that have come, looks at the clocks of open requests, then reminds of what is near or late.
async fn remind(app: &App) -> store::Result<usize> {
    let today = app.today();
    store::obligation::renew(&app.store, &app.calendar, today).await?;
    store::request::renew(&app.store, &app.calendar, today).await?;
    let tasks = store::reminder::send(&app.store, &app.calendar, today).await?;
    let reports = store::reminder::send_for_reports(&app.store, &app.calendar, today).await?;
    let accounts = store::account::remind(&app.store, &app.calendar, today).await?;
    Ok(tasks
        + reports
        + accounts
        + store::reminder::send_for_obligations(&app.store, &app.calendar, today).await?)
}

/// Starts the jobs; they end with the program.
pub(crate) fn start(app: &App, mailer: Option<Mailer>) {
    let reminders = app.clone();
    tokio::spawn(async move {
        let mut turns = tokio::time::interval(REMINDERS_EVERY);
        loop {
            turns.tick().await;
            match remind(&reminders).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "reminders sent"),
                Err(error) => tracing::error!(?error, "reminders could not be sent; tried again later"),
            }
        }
    });
    let scheduled = app.clone();
    tokio::spawn(async move {
        let mut turns = tokio::time::interval(SCHEDULED_EVERY);
        loop {
            turns.tick().await;
            let scan = |content| {
                let app = scheduled.clone();
                async move { app.scan.marks(&app.store, &content).await }
            };
            match store::disclosure::publish_scheduled(&scheduled.store, &scheduled.calendar, scan).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "scheduled disclosures published"),
                Err(error) => tracing::error!(?error, "what was scheduled was not published; tried again"),
            }
        }
    });
    tokio::spawn(web::search::follow(app.clone()));
    let told = app.clone();
    tokio::spawn(async move {
        let mut turns = tokio::time::interval(WEBHOOKS_EVERY);
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turns.tick().await;
            if let Err(error) = webhook::push(&told).await {
                tracing::error!(?error, "other systems could not be told; tried again later");
            }
        }
    });
    let published = app.clone();
    tokio::spawn(async move {
        let mut turns = tokio::time::interval(ACCOUNTS_EVERY);
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turns.tick().await;
            if let Err(error) = publisher::publish(&published).await {
                tracing::error!(?error, "accounts could not be published to; tried again later");
            }
        }
    });
    let quiet = app.clone();
    tokio::spawn(async move {
        let mut turns = tokio::time::interval(FORGET_EVERY);
        loop {
            turns.tick().await;
            quiet.rate_limits.forget_quiet();
            quiet.metrics.run_upkeep();
        }
    });
    let Some(mailer) = mailer else { return };
    let mail = app.clone();
    tokio::spawn(async move {
        let mut turns = tokio::time::interval(MAIL_EVERY);
        loop {
            turns.tick().await;
            if let Err(error) = mailer.send_pending(&mail).await {
                tracing::error!(?error, "mail could not be sent; tried again later");
            }
        }
    });
}
