//! The search index kept up with the public record: a reader of the journal that can be thrown away and built anew.

use crate::app::App;
use domain::scan;
use search::{Document, Index, Vocabulary, Writer};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::disclosure::public::{self, Found};

/// How often the journal is looked at.
const EVERY: Duration = Duration::from_millis(300);
/// Documents between two commits while everything is read.
const BATCH: usize = 500;
/// Bytes of one attachment's text that are searched.
const ATTACHMENT_BYTES_MAX: usize = 400_000;

/// The index, and up to where in the journal it goes.
pub struct Search {
    /// Asks.
    pub index: Index,
    writer: tokio::sync::Mutex<(Writer, Option<i64>)>,
}

impl Search {
    /// Opens the index in a folder; a damaged or foreign one is begun anew.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn open(folder: &Path) -> Result<Self, search::Error> {
        let opened = Index::open(folder)?;
        if opened.sequence.is_none() {
            tracing::info!(state = ?opened.state, "the search index is built anew");
        }
        let writer = opened.index.writer()?;
        Ok(Self { index: opened.index, writer: tokio::sync::Mutex::new((writer, opened.sequence)) })
    }
}

/// Keeps the index up until the program ends.
pub async fn follow(app: App) {
    let mut turns = tokio::time::interval(EVERY);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    match vocabulary(&app).await {
        Ok(vocabulary) => {
            // The dictionary is loaded by the first question: a site nobody searches does without its memory.
            app.search.index.set_vocabulary(Arc::new(vocabulary));
        }
        Err(error) => tracing::error!(?error, "names for the search could not be read"),
    }
    loop {
        turns.tick().await;
        if let Err(error) = update(&app).await {
            tracing::error!(?error, "the search index could not be brought up; tried again");
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    }
}

/// The county's own names, so that they are not cut apart.
async fn vocabulary(app: &App) -> store::Result<Vocabulary> {
    let directory = store::unit::directory(&app.store).await?;
    let units = directory.units().iter().map(|unit| unit.name.clone());
    let sectors = domain::sector::all().iter().map(|sector| sector.name_on(app.today()).to_owned());
    Ok(Vocabulary::new(units.chain(sectors)))
}

/// Why the index is behind.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The record.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The index.
    #[error(transparent)]
    Search(#[from] search::Error),
}

/// Takes what became public, or is so no longer, since the last time; all of it when the index is new. Returns how many
/// documents were put or removed.
///
/// # Errors
/// The store's, the disk's; the index then stays as it was.
pub async fn update(app: &App) -> Result<usize, Error> {
    let mut held = app.search.writer.lock().await;
    let (writer, sequence) = &mut *held;
    let Some(after) = *sequence else {
        let head = store::journal::epoch(&app.store).await?;
        writer.clear()?;
        let mut count = 0;
        for (id, _) in public::addresses(&app.store).await? {
            put(app, writer, id).await?;
            count += 1;
            if count % BATCH == 0 {
                tokio::task::yield_now().await;
            }
        }
        writer.commit(head)?;
        *sequence = Some(head);
        return Ok(count);
    };
    if store::journal::epoch(&app.store).await? <= after {
        return Ok(0);
    }
    let (ids, head) = store::journal::changed(&app.store, "disclosure", after).await?;
    for id in &ids {
        put(app, writer, *id).await?;
    }
    writer.commit(head)?;
    *sequence = Some(head);
    Ok(ids.len())
}

async fn put(app: &App, writer: &mut Writer, id: i64) -> Result<(), Error> {
    match document(app, id).await? {
        Some(document) => writer.put(&document)?,
        None => writer.delete(id),
    }
    Ok(())
}

/// A disclosure as the index sees it; `None` when it is not public.
async fn document(app: &App, id: i64) -> store::Result<Option<Document>> {
    let Some(Found::Public(found)) = public::find(&app.store, id).await? else { return Ok(None) };
    let (row, content) = *found;
    let scanner = app.scan.scanner(&app.store).await?;
    // Numbers that were left with a reason are public on the page; the index does not help to look for people.
    let masked = |text: &str| scan::mask(text, &scanner.scan(text));
    let mut attachments = String::new();
    for file in &content.files {
        attachments.push_str(&file.name);
        attachments.push('\n');
        let (_, bytes) = store::attachment::read(&app.store, file.id).await?;
        let name = file.name.clone();
        let read = move || tables::attachment::read(&name, &bytes, &tables::Limits::default());
        let Ok(Ok(read)) = tokio::task::spawn_blocking(read).await else { continue };
        let mut length = 0;
        for segment in &read.segments {
            length += segment.text.len();
            if length > ATTACHMENT_BYTES_MAX {
                break;
            }
            attachments.push_str(&masked(&segment.text));
            attachments.push('\n');
        }
    }
    let validity = public::links(&app.store, id).await?.validity(&row, app.today());
    Ok(Some(Document {
        id,
        kind: row.kind.word().to_owned(),
        title: masked(&content.title),
        body: masked(&content.text()),
        attachments,
        unit: row.unit,
        sector: public::sectors(&app.store, id).await?.into_iter().next(),
        topics: if content.subject.is_empty() { Vec::new() } else { vec![content.subject.clone()] },
        year: domain::clock::civil_date(row.published_at).year(),
        validity: if row.kind.has_validity() { validity.word().to_owned() } else { String::new() },
        document_number: row.document_number,
        index_number: row.index_number,
        published_on: domain::clock::civil_date(row.published_at),
    }))
}
