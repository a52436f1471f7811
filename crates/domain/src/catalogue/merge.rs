//! Three-way merge: a lower catalogue follows the upper one's new version and keeps its own wording. Cell by cell: what
//! only the upper version changed is taken, what only the office changed stays, what both changed is a conflict, in
//! which the office's wording stands until a person decides.

use super::{Catalogue, Field, Item};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A merge with what a person must decide.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The result; in conflicts the office's own wording stands.
    pub catalogue: Catalogue,
    /// What both sides changed, in the result's order.
    pub conflicts: Vec<Conflict>,
    /// What was taken over from the upper version.
    pub taken: Vec<Taken>,
}

/// What both sides changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The item.
    pub code: String,
    /// What it is about.
    pub kind: ConflictKind,
    /// The item as the upper version has it; `None` when it dropped it.
    pub theirs: Option<Item>,
    /// The item as the office has it; `None` when it dropped it.
    pub ours: Option<Item>,
}

/// What a conflict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// Both changed the same cell, differently.
    Cell(Field),
    /// The upper version dropped an item the office had changed; it stays.
    DroppedAbove,
    /// The upper version changed an item the office had dropped; it stays dropped.
    DroppedHere,
}

/// What was taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The item.
    pub code: String,
    /// What happened to it.
    pub kind: TakenKind,
}

/// What happened to an item above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakenKind {
    /// A new item.
    Added,
    /// An item is gone.
    Dropped,
    /// A cell says something else.
    Cell(Field),
}

/// Merges what changed from `base` to `theirs` into `ours`. All three hold items with codes, each once.
///
/// ```
/// use domain::catalogue::{Catalogue, Item, merge::merge};
/// let item = |code: &str, name: &str| Item { code: code.into(), level2: name.into(), ..Item::default() };
/// let of = |items| Catalogue { items, ..Catalogue::default() };
/// let base = of(vec![item("a", "低保")]);
/// let theirs = of(vec![item("a", "最低生活保障"), item("b", "临时救助")]);
/// let merged = merge(&base, &theirs, &base);
/// assert_eq!(merged.catalogue, theirs);
/// assert!(merged.conflicts.is_empty());
/// ```
pub fn merge(base: &Catalogue, theirs: &Catalogue, ours: &Catalogue) -> Merged {
    let index = |catalogue: &'_ Catalogue| -> HashMap<String, usize> {
        catalogue.items.iter().enumerate().map(|(at, item)| (item.code.clone(), at)).collect()
    };
    let (in_base, in_theirs, in_ours) = (index(base), index(theirs), index(ours));
    let of = |catalogue: &'_ Catalogue, index: &HashMap<String, usize>, code: &str| -> Option<Item> {
        index.get(code).and_then(|at| catalogue.items.get(*at)).cloned()
    };
    let mut merged = Merged {
        catalogue: Catalogue { items: Vec::new(), ..heading(base, theirs, ours) },
        ..Merged::default()
    };
    for mine in &ours.items {
        let code = mine.code.as_str();
        let before = of(base, &in_base, code);
        let above = of(theirs, &in_theirs, code);
        match (before, above) {
            (None, None) => merged.catalogue.items.push(mine.clone()),
            (None, Some(above)) => merged.item(&Item { origin: mine.origin, ..blank(mine) }, &above, mine),
            (Some(before), Some(above)) => merged.item(&before, &above, mine),
            (Some(before), None) if before.differences(mine).is_empty() => {
                merged.took(code, TakenKind::Dropped);
            }
            (Some(_), None) => {
                merged.clash(code, ConflictKind::DroppedAbove, None, Some(mine.clone()));
                merged.catalogue.items.push(mine.clone());
            }
        }
    }
    for (at, above) in theirs.items.iter().enumerate() {
        let code = above.code.as_str();
        if in_ours.contains_key(code) {
            continue;
        }
        match of(base, &in_base, code) {
            None => {
                merged.took(code, TakenKind::Added);
                let place = merged.place_after(theirs, at);
                merged.catalogue.items.insert(place, above.clone());
            }
            Some(before) if before.differences(above).is_empty() => {}
            Some(_) => merged.clash(code, ConflictKind::DroppedHere, Some(above.clone()), None),
        }
    }
    if base.items.iter().map(|item| &item.code).eq(ours.items.iter().map(|item| &item.code)) {
        merged.follow_order(&in_theirs);
    }
    merged
}

/// The title and notes: the office's own if it changed them.
fn heading(base: &Catalogue, theirs: &Catalogue, ours: &Catalogue) -> Catalogue {
    let pick = |base: &String, theirs: &String, ours: &String| {
        if base == ours { theirs.clone() } else { ours.clone() }
    };
    Catalogue {
        sector: if base.sector == ours.sector { theirs.sector.clone() } else { ours.sector.clone() },
        title: pick(&base.title, &theirs.title, &ours.title),
        notes: if base.notes == ours.notes { theirs.notes.clone() } else { ours.notes.clone() },
        items: Vec::new(),
    }
}

/// An item both sides added under one code has nothing in common but its code.
fn blank(item: &Item) -> Item {
    Item { code: item.code.clone(), number: item.number.clone(), ..Item::default() }
}

impl Merged {
    fn took(&mut self, code: &str, kind: TakenKind) {
        self.taken.push(Taken { code: code.to_owned(), kind });
    }

    fn clash(&mut self, code: &str, kind: ConflictKind, theirs: Option<Item>, ours: Option<Item>) {
        self.conflicts.push(Conflict { code: code.to_owned(), kind, theirs, ours });
    }

    /// Merges one item that all sides hold.
    fn item(&mut self, base: &Item, theirs: &Item, ours: &Item) {
        let mut result = ours.clone();
        if base.number == ours.number {
            result.number.clone_from(&theirs.number);
        }
        for field in Field::ALL {
            if base.agrees(field, theirs) || ours.agrees(field, theirs) {
                continue;
            }
            if base.agrees(field, ours) {
                result.take(field, theirs);
                self.took(&ours.code, TakenKind::Cell(field));
            } else {
                self.clash(&ours.code, ConflictKind::Cell(field), Some(theirs.clone()), Some(ours.clone()));
            }
        }
        self.catalogue.items.push(result);
    }

    /// Where a new item of the upper version belongs: after the nearest one before it that is here.
    fn place_after(&self, theirs: &Catalogue, at: usize) -> usize {
        let before = theirs.items.iter().take(at).rev();
        let mut places =
            before.filter_map(|item| self.catalogue.items.iter().position(|mine| mine.code == item.code));
        places.next().map_or(0, |place| place + 1)
    }

    /// An office that left the order alone follows the upper version's.
    fn follow_order(&mut self, theirs: &HashMap<String, usize>) {
        let all = self.catalogue.items.iter().all(|item| theirs.contains_key(&item.code));
        if all {
            self.catalogue.items.sort_by_key(|item| theirs.get(&item.code).copied());
        }
    }

    /// Decides a conflict about a cell for the upper version.
    pub fn take_theirs(&mut self, code: &str, field: Field) {
        let conflict =
            |conflict: &Conflict| conflict.code == code && conflict.kind == ConflictKind::Cell(field);
        let Some(at) = self.conflicts.iter().position(conflict) else { return };
        let decided = self.conflicts.remove(at);
        if let (Some(theirs), Some(item)) =
            (decided.theirs, self.catalogue.items.iter_mut().find(|item| item.code == code))
        {
            item.take(field, &theirs);
        }
    }
}
