//! The portal as static files: the same bytes that the server sends, laid out for nginx, with a manifest of their hashes.
//!
//! An export is a generation, a folder of its own that `current` points to. The first one, and any after a change that
//! touches every page, is made beside the one in use and takes its place at once. Otherwise only what changed since the
//! manifest's epoch is made anew in place, the manifest last; a run that breaks off leaves a mark, and the next one makes
//! a new generation. What was taken back is taken off the site first, whatever becomes of the rest.

mod address;
mod catalogue;
mod document;
mod generation;
mod index;
mod list;
mod log;
mod manifest;
mod nginx;
mod routed;
mod writer;

pub use nginx::ELDER;

use crate::app::App;
use generation::{Generation, Head};
use index::Index;
use routed::Routed;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::disclosure::whole;
use writer::Writer;

/// Where to, and for whom.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder; made when missing.
    pub folder: PathBuf,
    /// Where nginx finds the service for searches, forms and what is not exported: `127.0.0.1:8080`.
    pub service: String,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The epoch the site is as of.
    pub epoch: i64,
    /// Whether everything was made.
    pub whole: bool,
    /// Addresses made.
    pub made: usize,
    /// Files removed.
    pub removed: usize,
    /// Addresses there are.
    pub addresses: usize,
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The record.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The disk.
    #[error("{}：{error}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The folder is in other use.
    #[error("{} 中有其他文件，不是本程序导出的目录，没有改动。请指定一个新目录。", .0.display())]
    Foreign(PathBuf),
    /// Another export is under way.
    #[error("{} 正在被另一次导出使用。请等它完成后再试。", .0.display())]
    Busy(PathBuf),
    /// A page that could not be made; the log says more.
    #[error("页面 {0} 没有生成。")]
    Page(String),
}

/// What a run has to make.
enum Work {
    /// Everything.
    Whole,
    /// What depends on these.
    Part(Part),
}

/// What changed since the last export.
#[derive(Default)]
struct Part {
    disclosures: BTreeSet<i64>,
    /// Catalogues with a new version, or one taken back.
    catalogues: BTreeSet<i64>,
    /// Catalogues whose items are kept otherwise.
    kept_otherwise: BTreeSet<i64>,
    plans: bool,
    day: bool,
}

/// Writes the site, or what changed of it.
///
/// # Errors
/// The record's and the disk's; the site in use then stays as it was, or half renewed until the next run.
pub async fn site(app: &App, options: &Options) -> Result<Report, Error> {
    let _alone = generation::lock(&options.folder)?;
    // Before anything that may fail.
    generation::take_back(&options.folder, &whole::withdrawn(&app.store).await?)?;
    let made_by = generation::made_by(app);
    let day = app.today();
    let mut previous = Generation::current(&options.folder)?;
    if let Some(before) = &previous {
        // The same history, not one that a backup took back.
        let entry = store::journal::hash_at(&app.store, before.head.epoch).await?;
        if before.head.made_by != made_by || before.head.entry != entry {
            previous = None;
        }
    }
    let (work, epoch) = match &previous {
        None => (Work::Whole, store::journal::epoch(&app.store).await?),
        Some(before) => {
            let (rooms, epoch) = store::journal::changed_rooms(&app.store, before.head.epoch).await?;
            (work(app, rooms, before.head.day, day).await?, epoch)
        }
    };
    let entry = store::journal::hash_at(&app.store, epoch).await?;
    let head = Head { epoch, entry, day, made_by };
    match (previous, work) {
        (Some(previous), Work::Part(part)) => in_part(app, options, previous, &part, head).await,
        (_, Work::Whole | Work::Part(_)) => in_whole(app, options, head).await,
    }
}

/// What the changed rows and days make necessary; rooms that are not known here change everything.
async fn work(
    app: &App,
    rooms: BTreeMap<String, Vec<i64>>,
    before: jiff::civil::Date,
    day: jiff::civil::Date,
) -> Result<Work, Error> {
    let mut part = Part { day: before != day, ..Part::default() };
    if part.day && app.settings.demonstration {
        // Its pages bear the date it pretends.
        return Ok(Work::Whole);
    }
    for (room, ids) in rooms {
        match room.as_str() {
            "disclosure" => part.disclosures.extend(ids),
            "catalogue" => part.catalogues.extend(ids),
            // What readers found wrong is told on the page of a policy file's way.
            "error_report" => {
                part.disclosures.extend(store::interpretation::of_reports(&app.store, &ids).await?);
            }
            "obligation" => match store::obligation::catalogues(&app.store, &ids).await? {
                Some(catalogues) => part.kept_otherwise.extend(catalogues),
                None => return Ok(Work::Whole),
            },
            // Their pages stand alone, and those are made anew each time.
            "guide" | "account" => {}
            "plan" | "assignment" | "responsibility" | "supervision_notice" => part.plans = true,
            _ => return Ok(Work::Whole),
        }
    }
    let changed: Vec<i64> = part.disclosures.iter().copied().collect();
    part.disclosures.extend(whole::neighbours(&app.store, &changed).await?);
    if part.day {
        part.disclosures.extend(whole::turning(&app.store, before, day).await?);
        let late = store::interpretation::turning(&app.store, &app.calendar, before, day).await?;
        part.disclosures.extend(late);
    }
    Ok(Work::Part(part))
}

/// Makes a new generation and puts it in the place of the one in use.
async fn in_whole(app: &App, options: &Options, head: Head) -> Result<Report, Error> {
    let fresh = Generation::begin(&options.folder)?;
    let writer = Arc::new(Writer::fresh(&fresh));
    let index = Index::read_record(app, head.epoch).await?;
    let routed = Routed::new(app, &writer);
    let others = async {
        routed.fixed().await?;
        routed.plans().await?;
        routed.assets().await?;
        catalogue::all(app, &routed).await?;
        log::write(app, &routed).await?;
        list::write(app, &writer, &index, &list::every(&index)).await
    };
    let documents = document::write(app, &writer, document::Which::All);
    let (others, attached) = futures_util::future::join(others, documents).await;
    others?;
    document::attach(app, &routed, attached?).await?;
    let report = finish(app, options, &fresh, writer, &index, head).await?;
    fresh.take_over(&options.folder)?;
    Ok(Report { whole: true, ..report })
}

/// Makes anew what changed, in place.
async fn in_part(
    app: &App,
    options: &Options,
    previous: Generation,
    part: &Part,
    head: Head,
) -> Result<Report, Error> {
    let Some(mut index) = Index::read(&previous, previous.head.epoch)? else {
        return in_whole(app, options, head).await;
    };
    if previous.head == head {
        let addresses = previous.manifest.addresses();
        return Ok(Report { epoch: head.epoch, whole: false, made: 0, removed: 0, addresses });
    }
    previous.mark_unfinished()?;
    let changed: Vec<i64> = part.disclosures.iter().copied().collect();
    let touched = index.update(app, &changed, head.epoch).await?;
    let writer = Arc::new(Writer::onto(&previous));
    let routed = Routed::new(app, &writer);
    for id in &changed {
        writer.claim(&format!("disclosures/{id}."));
        writer.claim(&format!("gone/disclosures/{id}."));
    }
    let attached = document::write(app, &writer, document::Which::These(changed)).await?;
    document::attach(app, &routed, attached).await?;
    let lists = if touched.all || part.day { list::every(&index) } else { touched.lists };
    list::write(app, &writer, &index, &lists).await?;
    if part.plans {
        routed.plans().await?;
    }
    routed.fixed().await?;
    if part.day || !part.catalogues.is_empty() {
        catalogue::all(app, &routed).await?;
    } else {
        catalogue::these(app, &routed, &part.kept_otherwise).await?;
    }
    log::write(app, &routed).await?;
    let report = finish(app, options, &previous, writer, &index, head).await?;
    previous.mark_finished()?;
    Ok(report)
}

/// The index, the settings for nginx, and the manifest, in this order.
async fn finish(
    app: &App,
    options: &Options,
    generation: &Generation,
    writer: Arc<Writer>,
    index: &Index,
    head: Head,
) -> Result<Report, Error> {
    let epoch = head.epoch;
    let (manifest, outcome) = writer.end(&head)?;
    index.write(generation)?;
    nginx::write(app, options, generation, &outcome)?;
    generation.write_manifest(&manifest)?;
    Ok(Report {
        epoch,
        whole: false,
        made: outcome.made,
        removed: outcome.removed,
        addresses: outcome.addresses,
    })
}

/// An error of the disk with its file.
fn disk(path: &Path) -> impl FnOnce(std::io::Error) -> Error + '_ {
    |error| Error::Disk { path: path.to_owned(), error }
}
