//! What runs by itself: reminders, mail, messages to other systems, publishing to accounts, forgetting quiet addresses.
//! Each job is idempotent; a missed turn is made up by the next one.

use crate::mail::Mailer;
use crate::publisher;
use crate::webhook::Pusher;
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

/// Opens the periods that have come, forgets old messages to other systems, looks at the clocks of open requests, then
/// reminds of what is near or late. One that fails holds up none of the others.
async fn remind(app: &App) {
    let (store, calendar, today) = (&app.store, &app.calendar, app.today());
    told("periods opened", store::obligation::renew(store, calendar, today).await);
    told("old messages forgotten", store::webhook::forget(store).await);
    told("requests looked at anew", store::request::renew(store, calendar, today).await);
    told("reminders of tasks sent", store::reminder::send(store, calendar, today).await);
    told("reminders of reports sent", store::reminder::send_for_reports(store, calendar, today).await);
    told(
        "reminders of interpretations sent",
        store::reminder::send_for_interpretations(store, calendar, today).await,
    );
    told("reminders of accounts sent", store::account::remind(store, calendar, today).await);
    told(
        "reminders of obligations sent",
        store::reminder::send_for_obligations(store, calendar, today).await,
    );
}

/// Logs what one of the daily round's jobs did.
fn told(job: &'static str, outcome: store::Result<usize>) {
    match outcome {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "{job}"),
        Err(error) => tracing::error!(job, ?error, "a job of the daily round failed; tried again later"),
    }
}

/// Starts the jobs; they end with the program.
pub(crate) fn start(app: &App, mailer: Option<Mailer>, pusher: Pusher) {
    let reminders = app.clone();
    tokio::spawn(async move {
        let mut turns = tokio::time::interval(REMINDERS_EVERY);
        loop {
            turns.tick().await;
            remind(&reminders).await;
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
            loop {
                match pusher.push(&told).await {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) => {
                        tracing::error!(?error, "other systems could not be told; tried again later");
                        break;
                    }
                }
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
            loop {
                match mailer.send_pending(&mail).await {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) => {
                        tracing::error!(?error, "mail could not be sent; tried again later");
                        break;
                    }
                }
            }
        }
    });
}
