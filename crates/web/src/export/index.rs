//! A line for each public disclosure, kept beside the pages: from it lists, counts and the site map follow without
//! reading the whole record again for one document.

use super::Error;
use super::generation::Generation;
use super::list::List;
use crate::app::App;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use store::disclosure::whole::{self, Indexed};

/// The public disclosures at an epoch.
pub(super) struct Index {
    epoch: i64,
    rows: BTreeMap<i64, Indexed>,
}

/// What a change means for what is made of the whole index.
#[derive(Default)]
pub(super) struct Touched {
    pub(super) lists: BTreeSet<List>,
    /// The first or the last year is another, which every list offers.
    pub(super) all: bool,
}

const FILE: &str = "index.txt";

impl Index {
    /// All of the record.
    pub(super) async fn read_record(app: &App, epoch: i64) -> Result<Self, Error> {
        let rows = whole::indexed(&app.store, None).await?;
        Ok(Self { epoch, rows: rows.into_iter().map(|row| (row.id, row)).collect() })
    }

    /// That of the last export; `None` when it is as of another epoch.
    pub(super) fn read(generation: &Generation, epoch: i64) -> Result<Option<Self>, Error> {
        let text = generation.read(FILE)?;
        let mut lines = text.lines();
        if lines.next().and_then(|line| line.parse().ok()) != Some(epoch) {
            return Ok(None);
        }
        let rows: Option<BTreeMap<i64, Indexed>> =
            lines.map(|line| read(line).map(|row| (row.id, row))).collect();
        Ok(rows.map(|rows| Self { epoch, rows }))
    }

    pub(super) fn write(&self, generation: &Generation) -> Result<(), Error> {
        let mut text = format!("{}\n", self.epoch);
        for row in self.rows.values() {
            let sectors: Vec<&str> = row.sectors.iter().map(String::as_str).collect();
            let _ = writeln!(
                text,
                "{} {} {} {} {}",
                row.id,
                row.kind,
                row.published_at,
                row.changed_at,
                sectors.join(",")
            );
        }
        generation.write(FILE, text.as_bytes())
    }

    /// Takes over the changed disclosures; the lists they were and are on.
    pub(super) async fn update(&mut self, app: &App, ids: &[i64], epoch: i64) -> Result<Touched, Error> {
        let mut touched = Touched::default();
        let years = self.years();
        for some in ids.chunks(5_000) {
            for id in some {
                if let Some(before) = self.rows.remove(id) {
                    touched.lists.extend(List::of(&before));
                }
            }
            for row in whole::indexed(&app.store, Some(some)).await? {
                touched.lists.extend(List::of(&row));
                self.rows.insert(row.id, row);
            }
        }
        touched.all = years != self.years();
        self.epoch = epoch;
        Ok(touched)
    }

    /// The years in which something was first public, newest first.
    pub(super) fn years(&self) -> Vec<i16> {
        let year = |at: i64| {
            let at = Timestamp::from_microsecond(at).unwrap_or_default();
            domain::clock::civil_date(at).year()
        };
        let at = || self.rows.values().map(|row| row.published_at);
        match (at().min(), at().max()) {
            (Some(first), Some(last)) => (year(first)..=year(last)).rev().collect(),
            _ => Vec::new(),
        }
    }

    /// The ids on a list, newest first.
    pub(super) fn on(&self, list: &List) -> Vec<i64> {
        let mut rows: Vec<&Indexed> = self.rows.values().filter(|row| list.holds(row)).collect();
        rows.sort_unstable_by_key(|row| std::cmp::Reverse((row.published_at, row.id)));
        rows.into_iter().map(|row| row.id).collect()
    }

    /// How many are public of each sector.
    pub(super) fn sectors(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for sector in self.rows.values().flat_map(|row| &row.sectors) {
            *counts.entry(sector.clone()).or_default() += 1;
        }
        counts
    }

    /// Ids with when they were last changed, for the site map.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (i64, Timestamp)> {
        self.rows
            .values()
            .map(|row| (row.id, Timestamp::from_microsecond(row.changed_at).unwrap_or_default()))
    }
}

fn read(line: &str) -> Option<Indexed> {
    let mut words = line.split(' ');
    let row = Indexed {
        id: words.next()?.parse().ok()?,
        kind: words.next()?.to_owned(),
        published_at: words.next()?.parse().ok()?,
        changed_at: words.next()?.parse().ok()?,
        sectors: words.next()?.split(',').filter(|sector| !sector.is_empty()).map(str::to_owned).collect(),
    };
    Some(row)
}
