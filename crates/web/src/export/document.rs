//! The pages of disclosures: read in batches, made and written by a thread a core, never more than a few batches at once.
//! Attachments and their previews follow.

use super::Error;
use super::address::{Form, file};
use super::routed::{self, Routed};
use super::writer::{Packer, Writer};
use crate::app::App;
use crate::office::{media_type, sent_as_file};
use crate::portal::disclosure::document::Scene;
use crate::portal::disclosure::preview::{self, Shown};
use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use domain::disclosure::{File, Kind};
use domain::unit::Directory;
use std::sync::{Arc, Mutex, PoisonError};
use store::disclosure::whole::{self, Standing, Whole};
use tokio::sync::mpsc;

/// Which disclosures.
pub(super) enum Which {
    All,
    These(Vec<i64>),
}

/// Disclosures read at once: enough that a query's own cost is spread, few enough to be held several times over.
const BATCH: usize = 200;
/// Batches that wait for a thread.
const WAITING: usize = 2;

/// A file of a version in view.
pub(super) struct Attached {
    disclosure: i64,
    file: File,
}

/// What goes with the pages: files of versions in view, and the interpretations that have a handout.
#[derive(Default)]
pub(super) struct Beside {
    attached: Vec<Attached>,
    handouts: Vec<i64>,
}

/// Writes the pages; the files that go with them.
pub(super) async fn write(app: &App, writer: &Arc<Writer>, which: Which) -> Result<Beside, Error> {
    let directory = store::unit::directory(&app.store).await?;
    let (sender, receiver) = mpsc::channel(WAITING);
    let receiver = Arc::new(Mutex::new(receiver));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let threads: Vec<_> = (0..threads)
        .map(|_| {
            let (app, writer) = (app.clone(), Arc::clone(writer));
            let (directory, receiver) = (Arc::clone(&directory), Arc::clone(&receiver));
            tokio::task::spawn_blocking(move || work(&app, &directory, &writer, &receiver))
        })
        .collect();
    drop(receiver);
    let read = read(app, which, sender).await;
    let mut beside = Beside::default();
    for thread in threads {
        let one = thread.await.map_err(|_| Error::Page("/disclosures/…".to_owned()))??;
        beside.attached.extend(one.attached);
        beside.handouts.extend(one.handouts);
    }
    read.map(|()| beside)
}

/// Reads batch after batch, as fast as they are taken; stops when nobody takes them any more.
async fn read(app: &App, which: Which, sender: mpsc::Sender<Vec<Standing>>) -> Result<(), Error> {
    match which {
        Which::All => {
            let mut last = 0;
            loop {
                let ids = whole::ids_after(&app.store, last, BATCH as u64).await?;
                let Some(end) = ids.last() else { return Ok(()) };
                last = *end;
                if sender.send(whole::standing(&app.store, &ids).await?).await.is_err() {
                    return Ok(());
                }
            }
        }
        Which::These(ids) => {
            for some in ids.chunks(BATCH) {
                if sender.send(whole::standing(&app.store, some).await?).await.is_err() {
                    return Ok(());
                }
            }
            Ok(())
        }
    }
}

/// One thread's share.
fn work(
    app: &App,
    directory: &Directory,
    writer: &Writer,
    batches: &Mutex<mpsc::Receiver<Vec<Standing>>>,
) -> Result<Beside, Error> {
    let scene = Scene { app, directory, elder: false };
    let mut packer = Packer::default();
    let mut beside = Beside::default();
    loop {
        let batch = batches.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(batch) = batch else { return Ok(beside) };
        for standing in batch {
            match standing {
                Standing::Public(whole) => public(&scene, writer, &whole, &mut packer, &mut beside)?,
                Standing::Withdrawn(id, left) => {
                    let address = format!("/disclosures/{id}");
                    let page = scene.withdrawn(id, &left).map_err(routed::failed(&address))?;
                    writer.put(format!("gone/disclosures/{id}.html"), page.as_bytes(), None)?;
                }
            }
        }
    }
}

fn public(
    scene: &Scene<'_>,
    writer: &Writer,
    whole: &Whole,
    packer: &mut Packer,
    beside: &mut Beside,
) -> Result<(), Error> {
    let (id, current) = (whole.row.id, whole.row.number);
    let base = format!("/disclosures/{id}");
    if let Some(version) = whole.version(current) {
        let content = version.content()?;
        let head = content.head();
        let files = content.files.iter().map(|file| Attached { disclosure: id, file: file.clone() });
        beside.attached.extend(files);
        beside.handouts.extend(content.interpretation.is_some().then_some(id));
        let page = scene.read(whole, current, content, &head).map_err(routed::failed(&base))?;
        writer.page(&base, &page, packer)?;
    }
    if whole.row.kind == Kind::Policy {
        let address = format!("{base}/chain");
        let page = scene.chain(whole).map_err(routed::failed(&address))?;
        writer.page(&address, &page, packer)?;
    }
    for version in &whole.versions {
        let number = version.row.number;
        let address = format!("{base}/versions/{number}");
        if number != current {
            let page = scene.document(whole, number).map_err(routed::failed(&address))?;
            writer.page(&address, &page, packer)?;
        }
        if number > 1 {
            let address = format!("{address}/changes");
            let page = scene.changes(whole, number).map_err(routed::failed(&address))?;
            writer.page(&address, &page, packer)?;
        }
    }
    Ok(())
}

/// Puts attachments beside the pages of their disclosures, with the pages that show them. Both are as they were as long
/// as the attachment is. Handouts name policy files, so they are made each time.
pub(super) async fn attach(app: &App, routed: &Routed<'_>, beside: Beside) -> Result<(), Error> {
    let mut packer = Packer::default();
    for id in beside.handouts {
        routed.file(&format!("/disclosures/{id}/handout.pdf"), None).await?;
    }
    for Attached { disclosure, file: attachment } in beside.attached {
        let address = format!("/disclosures/{disclosure}/files/{}", attachment.id);
        let sent = sent_as_file(&attachment.name, media_type(&attachment.name), Body::empty());
        place(app, routed, &address, &attachment, &sent).await?;
        let shown = format!("{address}/preview");
        match preview::shown(&attachment.name) {
            Some(Shown::Itself) => {
                let sent = preview::itself(&attachment.name, Body::empty());
                place(app, routed, &shown, &attachment, &sent).await?;
            }
            Some(Shown::Page) if !routed.writer.stays(&file(&shown, Form::Page), None) => {
                routed.try_page(&shown, &mut packer).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Puts an attachment's bytes at an address, to be told to browsers as the service tells it.
async fn place(
    app: &App,
    routed: &Routed<'_>,
    address: &str,
    attachment: &File,
    sent: &Response,
) -> Result<(), Error> {
    let name = named(address, &attachment.name);
    if !routed.writer.stays(&name, Some(&attachment.hash)) {
        let place = routed.writer.place(&name)?;
        store::attachment::place(&app.store, &attachment.hash, &place).await?;
        routed.writer.placed(&name, &attachment.hash)?;
    }
    let disposition = sent.headers().get(header::CONTENT_DISPOSITION);
    let disposition = disposition.and_then(|value| value.to_str().ok()).unwrap_or("attachment");
    routed.writer.name(address, &name, disposition);
    Ok(())
}

/// The file of an attachment: with the ending of its name, by which nginx tells what it is.
fn named(address: &str, name: &str) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.filter(|ending| {
        (1..=5).contains(&ending.len()) && ending.bytes().all(|c| c.is_ascii_alphanumeric())
    });
    let file = file(address, Form::File);
    ending.map_or(file.clone(), |ending| format!("{file}.{ending}"))
}
