//! How many of the hits belong to each unit, sector, year, kind and validity, counted in the pass that finds them.

use std::collections::HashMap;
use std::hash::Hash;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader, TantivyError};

/// Numbers of hits by what they belong to, largest first; what has none is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By unit.
    pub units: Vec<(i64, u64)>,
    /// By the code of the sector.
    pub sectors: Vec<(String, u64)>,
    /// By year, the latest first.
    pub years: Vec<(i16, u64)>,
    /// By the code of the kind.
    pub kinds: Vec<(String, u64)>,
    /// By the code of the validity.
    pub validities: Vec<(String, u64)>,
}

/// Counts of one segment or of all.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    units: HashMap<i64, u64>,
    years: HashMap<i64, u64>,
    sectors: HashMap<String, u64>,
    kinds: HashMap<String, u64>,
    validities: HashMap<String, u64>,
}

impl Counts {
    pub(crate) fn facets(self) -> Facets {
        let years = sorted(self.years).into_iter();
        let mut years: Vec<(i16, u64)> =
            years.filter_map(|(year, count)| Some((i16::try_from(year).ok()?, count))).collect();
        years.sort_unstable_by(|one, other| other.cmp(one));
        Facets {
            units: sorted(self.units),
            sectors: sorted(self.sectors),
            years,
            kinds: sorted(self.kinds),
            validities: sorted(self.validities),
        }
    }
}

fn sorted<Key: Ord>(counts: HashMap<Key, u64>) -> Vec<(Key, u64)> {
    let mut sorted: Vec<(Key, u64)> = counts.into_iter().collect();
    sorted.sort_unstable_by(|(key, count), (other_key, other)| {
        other.cmp(count).then_with(|| key.cmp(other_key))
    });
    sorted
}

/// Counts the hits of every facet.
pub(crate) struct Counter;

impl Collector for Counter {
    type Fruit = Counts;
    type Child = SegmentCounter;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentCounter> {
        let fast = segment.fast_fields();
        Ok(SegmentCounter {
            units: Numbers::new(fast.i64("unit")?),
            years: Numbers::new(fast.i64("year")?),
            sectors: Codes::new(fast.str("sector")?),
            kinds: Codes::new(fast.str("kind")?),
            validities: Codes::new(fast.str("validity")?),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<Counts>>) -> tantivy::Result<Counts> {
        let mut sum = Counts::default();
        for counts in fruits {
            let counts = counts?;
            add(&mut sum.units, counts.units);
            add(&mut sum.years, counts.years);
            add(&mut sum.sectors, counts.sectors);
            add(&mut sum.kinds, counts.kinds);
            add(&mut sum.validities, counts.validities);
        }
        Ok(sum)
    }
}

fn add<Key: Eq + Hash>(sum: &mut HashMap<Key, u64>, counts: HashMap<Key, u64>) {
    for (key, count) in counts {
        *sum.entry(key).or_default() += count;
    }
}

/// Counts in one segment.
pub(crate) struct SegmentCounter {
    units: Numbers,
    years: Numbers,
    sectors: Codes,
    kinds: Codes,
    validities: Codes,
}

impl SegmentCollector for SegmentCounter {
    type Fruit = tantivy::Result<Counts>;

    fn collect(&mut self, document: DocId, _: Score) {
        self.units.collect(document);
        self.years.collect(document);
        self.sectors.collect(document);
        self.kinds.collect(document);
        self.validities.collect(document);
    }

    fn harvest(self) -> Self::Fruit {
        Ok(Counts {
            units: self.units.harvest(),
            years: self.years.harvest(),
            sectors: self.sectors.harvest()?,
            kinds: self.kinds.harvest()?,
            validities: self.validities.harvest()?,
        })
    }
}

/// Most numbers that are counted in a table; wider ranges go into a map.
const TABLE_MAX: u64 = 1 << 16;

struct Numbers {
    column: Column<i64>,
    least: i64,
    table: Vec<u64>,
    map: HashMap<i64, u64>,
}

impl Numbers {
    fn new(column: Column<i64>) -> Self {
        let least = column.min_value();
        let range = column.max_value().abs_diff(least).saturating_add(1);
        let length = if range <= TABLE_MAX { usize::try_from(range).unwrap_or(0) } else { 0 };
        Self { column, least, table: vec![0; length], map: HashMap::new() }
    }

    fn collect(&mut self, document: DocId) {
        let Some(number) = self.column.first(document) else { return };
        let place = usize::try_from(number.abs_diff(self.least)).unwrap_or(usize::MAX);
        match self.table.get_mut(place) {
            Some(count) => *count += 1,
            None => *self.map.entry(number).or_default() += 1,
        }
    }

    fn harvest(mut self) -> HashMap<i64, u64> {
        let numbers = (self.least..).zip(self.table).filter(|(_, count)| *count > 0);
        self.map.extend(numbers);
        self.map
    }
}

struct Codes {
    column: Option<StrColumn>,
    table: Vec<u64>,
}

impl Codes {
    fn new(column: Option<StrColumn>) -> Self {
        let length = column.as_ref().map_or(0, |column| column.num_terms());
        Self { column, table: vec![0; length] }
    }

    fn collect(&mut self, document: DocId) {
        let Some(column) = &self.column else { return };
        let Some(ordinal) = column.ords().first(document) else { return };
        if let Some(count) = usize::try_from(ordinal).ok().and_then(|place| self.table.get_mut(place)) {
            *count += 1;
        }
    }

    fn harvest(self) -> tantivy::Result<HashMap<String, u64>> {
        let mut counts = HashMap::new();
        let Some(column) = self.column else { return Ok(counts) };
        for (ordinal, count) in (0_u64..).zip(self.table).filter(|(_, count)| *count > 0) {
            let mut code = String::new();
            column.ord_to_str(ordinal, &mut code).map_err(TantivyError::from)?;
            counts.insert(code, count);
        }
        Ok(counts)
    }
}
