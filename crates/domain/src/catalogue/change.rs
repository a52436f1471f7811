//! What changed between two versions of a catalogue, item by item and cell by cell. Items are matched by their codes,
//! so a renamed item is a changed one, not one dropped and one added.

use super::{Catalogue, Field, Item};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// What leads from one version to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// New items, in the new version's order.
    pub added: Vec<Item>,
    /// Items that are gone, in the old version's order.
    pub dropped: Vec<Item>,
    /// Items that say something else, in the new version's order.
    pub changed: Vec<Changed>,
    /// The codes in the new order, when what both versions hold stands in another order or new items are not last.
    pub order: Option<Vec<String>>,
    /// The new title with notes, if they differ.
    pub heading: Option<Heading>,
}

/// An item before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// As it was.
    pub before: Item,
    /// As it is.
    pub after: Item,
}

/// What stands around the items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// The title.
    pub title: String,
    /// The notes.
    pub notes: Vec<String>,
    /// The sector.
    pub sector: Option<String>,
}

/// A cell before and after, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellChange {
    /// The column.
    pub field: Field,
    /// As it was; empty where nothing stood.
    pub before: String,
    /// As it is.
    pub after: String,
}

impl CellChange {
    /// In a sentence a clerk understands: `公开时限由“20个工作日”改为“7个工作日”`.
    pub fn sentence(&self) -> String {
        let label = self.field.label();
        match (self.before.as_str(), self.after.as_str()) {
            ("", after) => format!("{label}补充为“{after}”"),
            (before, "") => format!("{label}删去“{before}”"),
            (before, after) => format!("{label}由“{before}”改为“{after}”"),
        }
    }
}

impl Changed {
    /// The cells that differ. An item whose number alone changed has none.
    pub fn cells(&self) -> Vec<CellChange> {
        let cell =
            |field| CellChange { field, before: self.before.words(field), after: self.after.words(field) };
        self.before.differences(&self.after).into_iter().map(cell).collect()
    }
}

impl Difference {
    /// Nothing that an item says has changed (numbers and order aside).
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.dropped.is_empty()
            && self.heading.is_none()
            && self.changed.iter().all(|changed| changed.before.differences(&changed.after).is_empty())
    }

    /// In one line: `新增2项，调整3项，取消1项`.
    pub fn summary(&self) -> String {
        let adjusted = self.changed.iter().filter(|changed| !changed.cells().is_empty()).count();
        let counts = [("新增", self.added.len()), ("调整", adjusted), ("取消", self.dropped.len())];
        let parts: Vec<String> = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(word, count)| format!("{word}{count}项"))
            .collect();
        if parts.is_empty() { "事项无变化".to_owned() } else { parts.join("，") }
    }
}

/// What leads from `before` to `after`. Items without code, or with a code given twice, must not occur in either.
///
/// ```
/// use domain::catalogue::{Catalogue, Item, change};
/// let item = |code: &str| Item { code: code.into(), ..Item::default() };
/// let before = Catalogue { items: vec![item("a"), item("b")], ..Catalogue::default() };
/// let after = Catalogue { items: vec![item("b"), item("c")], ..Catalogue::default() };
/// let difference = change::between(&before, &after);
/// assert_eq!(difference.summary(), "新增1项，取消1项");
/// assert_eq!(change::apply(&before, &difference), after);
/// ```
pub fn between(before: &Catalogue, after: &Catalogue) -> Difference {
    let old: HashMap<&str, &Item> = before.items.iter().map(|item| (item.code.as_str(), item)).collect();
    let new: HashSet<&str> = after.items.iter().map(|item| item.code.as_str()).collect();
    let mut difference = Difference::default();
    for item in &after.items {
        match old.get(item.code.as_str()) {
            None => difference.added.push(item.clone()),
            Some(known) if **known != *item => {
                difference.changed.push(Changed { before: (*known).clone(), after: item.clone() });
            }
            Some(_) => {}
        }
    }
    difference.dropped =
        before.items.iter().filter(|item| !new.contains(item.code.as_str())).cloned().collect();
    let kept = before.items.iter().map(|item| item.code.as_str()).filter(|code| new.contains(code));
    let expected = kept.chain(difference.added.iter().map(|item| item.code.as_str()));
    if !expected.eq(after.items.iter().map(|item| item.code.as_str())) {
        difference.order = Some(after.items.iter().map(|item| item.code.clone()).collect());
    }
    if before.title != after.title || before.notes != after.notes || before.sector != after.sector {
        difference.heading = Some(Heading {
            title: after.title.clone(),
            notes: after.notes.clone(),
            sector: after.sector.clone(),
        });
    }
    difference
}

/// The new version from the old one and what leads to it.
pub fn apply(before: &Catalogue, difference: &Difference) -> Catalogue {
    let dropped: HashSet<&str> = difference.dropped.iter().map(|item| item.code.as_str()).collect();
    let changed: HashMap<&str, &Item> =
        difference.changed.iter().map(|changed| (changed.after.code.as_str(), &changed.after)).collect();
    let kept = before.items.iter().filter(|item| !dropped.contains(item.code.as_str()));
    let kept = kept.map(|item| changed.get(item.code.as_str()).copied().unwrap_or(item));
    let mut items: Vec<Item> = kept.chain(&difference.added).cloned().collect();
    if let Some(order) = &difference.order {
        let place: HashMap<&str, usize> =
            order.iter().enumerate().map(|(at, code)| (code.as_str(), at)).collect();
        items.sort_by_key(|item| place.get(item.code.as_str()).copied().unwrap_or(usize::MAX));
    }
    match &difference.heading {
        Some(heading) => Catalogue {
            sector: heading.sector.clone(),
            title: heading.title.clone(),
            notes: heading.notes.clone(),
            items,
        },
        None => Catalogue { items, ..heading_of(before) },
    }
}

fn heading_of(catalogue: &Catalogue) -> Catalogue {
    Catalogue {
        sector: catalogue.sector.clone(),
        title: catalogue.title.clone(),
        notes: catalogue.notes.clone(),
        items: Vec::new(),
    }
}
