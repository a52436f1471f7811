//! Standard catalogues: the list, each with its versions, items, changes, downloads and records.

use super::Error;
use super::address::{Form, file};
use super::routed::Routed;
use super::writer::Packer;
use crate::app::App;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::BTreeSet;
use store::catalogue::{CatalogueRow, Filter};

/// Pages made at the same time.
const AT_ONCE: usize = 4;
/// The forms in which a version can be downloaded.
const DOWNLOADS: [&str; 6] = ["xlsx", "docx", "pdf", "csv", "json", "jsonld"];

async fn in_force(app: &App) -> Result<Vec<CatalogueRow>, Error> {
    Ok(store::catalogue::list(&app.store, &Filter { in_force: true, ..Filter::default() }).await?)
}

/// All of them, and the list.
pub(super) async fn all(app: &App, routed: &Routed<'_>) -> Result<(), Error> {
    routed.writer.claim("catalogues/");
    let rows = in_force(app).await?;
    for row in &rows {
        one(app, routed, row).await?;
    }
    routed.page("/catalogues", &mut Packer::default()).await
}

/// Those whose items are kept otherwise than before.
pub(super) async fn these(app: &App, routed: &Routed<'_>, ids: &BTreeSet<i64>) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    for row in in_force(app).await?.iter().filter(|row| ids.contains(&row.id)) {
        one(app, routed, row).await?;
    }
    Ok(())
}

async fn one(app: &App, routed: &Routed<'_>, row: &CatalogueRow) -> Result<(), Error> {
    let base = format!("/catalogues/{}", row.id);
    let mut pages = vec![base.clone()];
    let mut codes = BTreeSet::new();
    let mut earlier = false;
    let mut versions = store::catalogue::versions(&app.store, row.id).await?;
    versions.sort_unstable_by_key(|version| version.number);
    for version in versions.into_iter().filter(|version| version.withdrawn.is_none()) {
        let Some((_, content)) = store::catalogue::version(&app.store, row.id, version.number).await? else {
            continue;
        };
        codes.extend(content.items.into_iter().map(|item| item.code));
        let address = format!("{base}/versions/{}", version.number);
        if std::mem::replace(&mut earlier, true) {
            pages.push(format!("{address}/changes"));
        }
        // A version never changes, and neither do its files.
        for ending in DOWNLOADS {
            kept(routed, &format!("{address}/catalogue.{ending}")).await?;
        }
        kept(routed, &format!("{address}/record.json")).await?;
        pages.push(address);
    }
    pages.extend(codes.into_iter().map(|code| format!("{base}/items/{code}")));
    let page = async |address: String| routed.page(&address, &mut Packer::default()).await;
    stream::iter(pages).map(page).buffer_unordered(AT_ONCE).try_collect().await
}

async fn kept(routed: &Routed<'_>, address: &str) -> Result<(), Error> {
    if routed.writer.stays(&file(address, Form::File), None) {
        return Ok(());
    }
    routed.file(address, None).await
}
