//! What the applicant does over the portal.

use super::step::{Bench, checked, enter, found, readable};
use super::{NewFile, file};
use crate::text::written;
use crate::{Error, Result, Store};
use domain::request::{Event, EventKind, Refused};
use domain::role::Actor;
use domain::workday::Calendar;

/// An event of today, with words and files.
async fn by_applicant(
    store: &Store,
    calendar: &Calendar,
    id: i64,
    kind: EventKind,
    words: &str,
    files: Vec<NewFile>,
) -> Result<()> {
    let words = written(words)?;
    let case = super::find(store, id).await?.ok_or(Error::NotFound("这件申请"))?;
    let bench = Bench::new(store, calendar, case.unit).await?;
    let event =
        Event { note: Some(words).filter(|words| !words.is_empty()), ..Event::new(bench.today, kind) };
    readable(&event)?;
    // What is refused leaves no file behind.
    checked(store.reader(), &bench, id, &event).await?;
    file::room(store.reader(), id, files.len()).await?;
    let sealed = file::seal_all(store, files).await?;
    store
        .commit(&Actor::System, move |transaction| {
            Box::pin(async move {
                let row = found(transaction, id, None).await?;
                enter(transaction, &bench, row, &event, &[]).await?;
                file::insert_all(transaction, id, sealed).await?;
                Ok(())
            })
        })
        .await
}

/// The applicant supplements.
///
/// # Errors
/// Nothing said; not asked for, or too late.
pub async fn supplement(
    store: &Store,
    calendar: &Calendar,
    id: i64,
    words: &str,
    files: Vec<NewFile>,
) -> Result<()> {
    if words.trim().is_empty() {
        return Err(Error::refused("请写明补正的内容（政府信息公开条例第三十条）。"));
    }
    by_applicant(store, calendar, id, EventKind::SupplementReceived, words, files).await
}

/// The applicant gives the reasons asked for.
///
/// # Errors
/// Nothing said; not asked for.
pub async fn give_reasons(store: &Store, calendar: &Calendar, id: i64, words: &str) -> Result<()> {
    if words.trim().is_empty() {
        return Err(Error::refused("请写明申请的理由（政府信息公开条例第三十五条）。"));
    }
    by_applicant(store, calendar, id, EventKind::ReasonsGiven, words, Vec::new()).await
}

/// The applicant takes the request back.
///
/// # Errors
/// It has ended.
pub async fn withdraw(store: &Store, calendar: &Calendar, id: i64) -> Result<()> {
    let ended = super::find(store, id).await?.and_then(|case| case.ended_on.map(|_| case.state));
    if let Some(state) = ended {
        return Err(Error::refused(Refused::Ended(state)));
    }
    by_applicant(store, calendar, id, EventKind::Withdrawn, "", Vec::new()).await
}
