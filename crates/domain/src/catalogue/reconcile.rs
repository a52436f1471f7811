//! Reconciling a unit's own catalogue (by its functions) with its sectors' (by the guides): an item in one and not in the
//! other is shown, and so is what the two say differently. The pilot's third task asks departments of the 26 sectors to
//! bring the two together.

use super::{Catalogue, Field, Item};
use std::collections::{HashMap, HashSet};

/// What reconciling found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// Items of the sectors that the unit's own catalogue lacks, with their sector's place in the list given.
    pub missing: Vec<(usize, Item)>,
    /// Items of the unit's own catalogue that no sector has: of its other functions, or forgotten there.
    pub own_only: Vec<Item>,
    /// Items of both that differ in what an item of the same name should say alike.
    pub different: Vec<Difference>,
    /// How many items of both say the same.
    pub alike: usize,
}

/// One item that two catalogues say differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The sector's place in the list given.
    pub sector: usize,
    /// As the unit's own catalogue has it.
    pub own: Item,
    /// As the sector's has it.
    pub theirs: Item,
    /// The columns that differ.
    pub fields: Vec<Field>,
}

/// The columns in which two catalogues of one unit must not disagree: what is public, on what basis, by when, how.
const COMPARED: [Field; 5] = [Field::Elements, Field::Basis, Field::Limit, Field::Mode, Field::Audience];

/// The item's own name alone, as compared: where the level above is grouped otherwise.
fn own_name(item: &Item) -> String {
    let name = if item.level2.is_empty() { &item.level1 } else { &item.level2 };
    name.chars().filter_map(crate::text::half_width).collect()
}

/// Reconciles. Items are the same when both levels are called alike, or else when the lower level is and no other item of
/// either side is called so.
pub fn reconcile(own: &Catalogue, sectors: &[&Catalogue]) -> Reconciliation {
    let mut by_key: HashMap<String, usize> = HashMap::new();
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, item) in own.items.iter().enumerate() {
        by_key.entry(item.key()).or_insert(at);
        by_name.entry(own_name(item)).or_default().push(at);
    }
    let mut theirs: HashMap<String, usize> = HashMap::new();
    for item in sectors.iter().flat_map(|sector| &sector.items) {
        *theirs.entry(own_name(item)).or_default() += 1;
    }
    let mut found = Reconciliation::default();
    let mut matched: HashSet<usize> = HashSet::new();
    for (sector, catalogue) in sectors.iter().enumerate() {
        for item in &catalogue.items {
            let name = own_name(item);
            let alone = || match by_name.get(&name).map(Vec::as_slice) {
                Some([only]) if theirs.get(&name) == Some(&1) && !name.is_empty() => Some(*only),
                _ => None,
            };
            let same = by_key.get(&item.key()).copied().or_else(alone);
            let Some((at, mine)) = same.and_then(|at| Some((at, own.items.get(at)?))) else {
                found.missing.push((sector, item.clone()));
                continue;
            };
            matched.insert(at);
            let fields: Vec<Field> =
                COMPARED.into_iter().filter(|field| mine.words(*field) != item.words(*field)).collect();
            if fields.is_empty() {
                found.alike += 1;
            } else {
                found.different.push(Difference { sector, own: mine.clone(), theirs: item.clone(), fields });
            }
        }
    }
    let items = own.items.iter().enumerate().filter(|(at, _)| !matched.contains(at));
    found.own_only = items.map(|(_, item)| item.clone()).collect();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time_limit::TimeLimit;

    fn item(level1: &str, level2: &str, limit: &str) -> Item {
        let limit = TimeLimit::parse(limit);
        Item { level1: level1.into(), level2: level2.into(), limit, ..Item::default() }
    }

    fn catalogue(items: Vec<Item>) -> Catalogue {
        Catalogue { items, ..Catalogue::default() }
    }

    #[test]
    fn what_one_has_and_the_other_lacks_is_shown() {
        let own = catalogue(vec![
            item("机构职能", "内设机构", "20个工作日"),
            item("就业服务", "职业介绍", "20个工作日"),
            item("就业", "失业登记", "20个工作日"),
        ]);
        let employment = catalogue(vec![
            item("就业服务", "职业 介绍", "20个工作日"),
            item("就业失业登记", "失业登记", "7个工作日"),
            item("创业服务", "创业补贴", "及时"),
        ]);
        let found = reconcile(&own, &[&employment]);
        assert_eq!(found.own_only, [own.items[0].clone()]);
        assert_eq!(found.missing, [(0, employment.items[2].clone())]);
        assert_eq!(found.alike, 1);
        let fields: Vec<_> = found.different.iter().map(|found| (&found.own.level1, &found.fields)).collect();
        assert_eq!(fields, [(&"就业".to_owned(), &vec![Field::Limit])]);
    }

    #[test]
    fn a_name_that_several_items_bear_is_no_match() {
        let own = catalogue(vec![item("低保", "办事指南", ""), item("特困", "办事指南", "")]);
        let sector = catalogue(vec![item("临时救助", "办事指南", "")]);
        let found = reconcile(&own, &[&sector]);
        assert_eq!((found.missing.len(), found.own_only.len(), found.different.len()), (1, 2, 0));
    }

    #[test]
    fn a_catalogue_agrees_with_itself() {
        let own = catalogue(vec![item("甲", "乙", "每月"), item("甲", "丙", "")]);
        let found = reconcile(&own, &[&own]);
        assert_eq!(found, Reconciliation { alike: 2, ..Reconciliation::default() });
    }
}
