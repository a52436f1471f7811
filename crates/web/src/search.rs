//! The search index kept up with the public record: a reader of the journal that can be thrown away and built anew.

use crate::app::App;
use domain::disclosure::Disclosure;
use domain::scan::{self, Scanner};
use search::{Document, Index, Vocabulary, Writer};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use store::disclosure::public;
use store::disclosure::whole::{self, Standing, Whole};

/// How often the journal is looked at.
const EVERY: Duration = Duration::from_millis(300);
/// Documents read at once.
const BATCH: usize = 200;
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
        let ids: Vec<i64> = public::addresses(&app.store).await?.into_iter().map(|(id, _)| id).collect();
        put(app, writer, &ids).await?;
        writer.commit(head)?;
        *sequence = Some(head);
        return Ok(ids.len());
    };
    if store::journal::epoch(&app.store).await? <= after {
        return Ok(0);
    }
    let (ids, head) = store::journal::changed(&app.store, "disclosure", after).await?;
    put(app, writer, &ids).await?;
    writer.commit(head)?;
    *sequence = Some(head);
    Ok(ids.len())
}

/// Some disclosures as the record has them, with their first sectors.
type Batch = (Vec<Whole>, BTreeMap<i64, String>);

async fn read(store: Store, ids: Vec<i64>) -> store::Result<Batch> {
    let public = |standing| match standing {
        Standing::Public(whole) => Some(*whole),
        Standing::Withdrawn(..) => None,
    };
    let found = whole::standing(&store, &ids).await?.into_iter().filter_map(public).collect();
    let sectors = whole::indexed(&store, Some(&ids)).await?.into_iter();
    let sectors = sectors.filter_map(|one| Some((one.id, one.sectors.into_iter().next()?))).collect();
    Ok((found, sectors))
}

/// Puts what is public of these into the index, and removes the others. A batch is read while the one before it is put.
async fn put(app: &App, writer: &mut Writer, ids: &[i64]) -> Result<(), Error> {
    let scanner = app.scan.scanner(&app.store).await?;
    let mut batches = ids.chunks(BATCH);
    let mut begin = || batches.next().map(|ids| (ids, tokio::spawn(read(app.store.clone(), ids.to_vec()))));
    let mut reading = begin();
    while let Some((ids, read)) = reading {
        let (found, mut sectors) =
            read.await.map_err(std::io::Error::other).map_err(store::Error::Input)??;
        reading = begin();
        let mut gone: BTreeSet<i64> = ids.iter().copied().collect();
        for whole in found {
            gone.remove(&whole.row.id);
            let sector = sectors.remove(&whole.row.id);
            writer.put(&document(app, &scanner, whole, sector).await?)?;
        }
        for id in gone {
            writer.delete(id);
        }
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// A public disclosure as the index sees it.
async fn document(
    app: &App,
    scanner: &Scanner,
    whole: Whole,
    sector: Option<String>,
) -> store::Result<Document> {
    let row = &whole.row;
    let content = match whole.version(row.number) {
        Some(version) => version.content()?,
        None => Disclosure::default(),
    };
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
    let validity = row.kind.has_validity().then(|| whole.links.validity(row, app.today()));
    Ok(Document {
        id: row.id,
        kind: row.kind.word().to_owned(),
        title: masked(&content.title),
        body: masked(&content.text()),
        attachments,
        unit: row.unit,
        sector,
        topics: if content.subject.is_empty() { Vec::new() } else { vec![content.subject] },
        year: domain::clock::civil_date(row.published_at).year(),
        validity: validity.map_or("", domain::disclosure::Validity::word).to_owned(),
        document_number: whole.row.document_number,
        index_number: whole.row.index_number,
        published_on: domain::clock::civil_date(whole.row.published_at),
    })
}
