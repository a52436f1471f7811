//! What is made of many disclosures: lists that pages link to, with their feeds, the home page and the site map. Lists a
//! visitor narrows by a form, and pages far behind, are the service's.

use super::Error;
use super::address::{Form, file};
use super::index::Index;
use super::routed;
use super::writer::{Packer, Writer};
use crate::app::App;
use crate::list::link;
use crate::portal::disclosure::{self, Wanted, feed};
use crate::portal::home;
use domain::disclosure::Kind;
use std::collections::BTreeSet;
use store::disclosure::public;
use store::disclosure::whole::Indexed;
use store::{Page, PageRequest};

/// Pages of a list that are written: whoever reads on asks the service.
pub(super) const PAGES: u64 = 20;

/// A list with an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum List {
    All,
    Kind(String),
    Sector(String),
}

impl List {
    /// The lists a disclosure is on.
    pub(super) fn of(row: &Indexed) -> impl Iterator<Item = Self> {
        let sectors: Vec<Self> = row.sectors.iter().cloned().map(Self::Sector).collect();
        [Self::All, Self::Kind(row.kind.clone())].into_iter().chain(sectors)
    }

    pub(super) fn holds(&self, row: &Indexed) -> bool {
        match self {
            Self::All => true,
            Self::Kind(kind) => *kind == row.kind,
            Self::Sector(sector) => row.sectors.contains(sector),
        }
    }

    fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::default();
        match self {
            Self::All => {}
            Self::Kind(kind) => wanted.kind.clone_from(kind),
            Self::Sector(sector) => wanted.sector.clone_from(sector),
        }
        wanted
    }
}

/// The lists that are always there, and those of the sectors in which something is public.
pub(super) fn every(index: &Index) -> BTreeSet<List> {
    let kinds = Kind::ALL.iter().map(|kind| List::Kind(kind.word().to_owned()));
    let sectors = index.sectors().into_keys().map(List::Sector);
    [List::All].into_iter().chain(kinds).chain(sectors).collect()
}

/// Writes some lists, and what is made of all disclosures.
pub(super) async fn write(
    app: &App,
    writer: &Writer,
    index: &Index,
    lists: &BTreeSet<List>,
) -> Result<(), Error> {
    let mut packer = Packer::default();
    let years = index.years();
    for list in lists {
        one(app, writer, index, list, &years, &mut packer).await?;
    }
    let sectors = index.sectors();
    let page = home::first_page(app, false, &sectors).await.map_err(routed::failed("/"))?;
    writer.page("/", &page, &mut packer)?;
    let map = feed::mapped(app, index.addresses());
    writer.put("sitemap.xml".to_owned(), map.as_bytes(), Some(&mut packer))
}

async fn one(
    app: &App,
    writer: &Writer,
    index: &Index,
    list: &List,
    years: &[i16],
    packer: &mut Packer,
) -> Result<(), Error> {
    let wanted = list.wanted();
    let ids = index.on(list);
    let total = ids.len() as u64;
    let size = PageRequest::default().size;
    let address = |page: u64| {
        let mut query = wanted.query().to_vec();
        query.push(("page", if page == 0 { String::new() } else { page.to_string() }));
        link("/disclosures", &query)
    };
    for page in 0..=PAGES {
        writer.claim_file(&file(&address(page), Form::Page));
    }
    let feeds = ["atom", "rss", "json"]
        .map(|format| (link(&format!("/disclosures/feed/{format}"), &wanted.query()), format));
    for (address, _) in &feeds {
        writer.claim_file(&file(address, Form::File));
    }
    if ids.is_empty() && matches!(list, List::Sector(_)) {
        return Ok(());
    }
    let last = total.div_ceil(size).clamp(1, PAGES);
    for page in 1..=last {
        let from = usize::try_from((page - 1) * size).unwrap_or(usize::MAX);
        let some: Vec<i64> =
            ids.iter().skip(from).take(usize::try_from(size).unwrap_or(0)).copied().collect();
        let rows = public::rows(&app.store, &some).await?;
        let request = PageRequest { page, size };
        let found = Page::new(rows, total, request);
        let html = disclosure::listed(app, false, &wanted, found, years).await;
        let html = html.map_err(routed::failed(&address(page)))?;
        writer.page(&address(page), &html, packer)?;
        if page == 1 {
            writer.page(&address(0), &html, packer)?;
        }
    }
    let newest: Vec<i64> = ids.iter().take(usize::try_from(feed::ENTRIES).unwrap_or(0)).copied().collect();
    for (address, format) in feeds {
        let rows = public::rows(&app.store, &newest).await?;
        let response = feed::listed(app, &wanted, rows, format).await.map_err(routed::failed(&address))?;
        let bytes = routed::body(response, &address).await?;
        writer.put(file(&address, Form::File), &bytes, Some(packer))?;
    }
    Ok(())
}
