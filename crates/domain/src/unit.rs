//! Regions (行政区划), units (单位) and unit groups (各苏木镇、各有关部门), and finding the unit a table means
//! by the words it uses. Who belongs to a unit and what they may do is `role`'s matter.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// Identifies a region.
pub type RegionId = i64;
/// Identifies a unit.
pub type UnitId = i64;
/// Identifies a unit group.
pub type GroupId = i64;

/// The tier of a region (层级).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// 旗、县、区.
    County,
    /// 苏木、镇、乡、街道.
    Township,
    /// 嘎查、村、社区.
    Village,
}

/// A region with its code (GB/T 2260 at county level, GB/T 10114 below).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Identity in the record.
    pub id: RegionId,
    /// Official code: 6 digits for a county, 9 for a township, 12 for a village.
    pub code: String,
    /// Official name.
    pub name: String,
    /// County, township or village.
    pub tier: Tier,
    /// The region above, `None` for the county itself.
    pub parent: Option<RegionId>,
}

/// What kind of body a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// A department of the county (部门), branches of upper authorities included.
    Department,
    /// A township's government (苏木镇人民政府).
    Township,
    /// A village committee (嘎查村民委员会).
    Village,
}

impl UnitKind {
    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Department => "部门",
            Self::Township => "苏木镇",
            Self::Village => "嘎查村",
        }
    }
}

/// A unit (单位).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Identity in the record.
    pub id: UnitId,
    /// The region it serves.
    pub region: RegionId,
    /// Official full name.
    pub name: String,
    /// Department, township or village.
    pub kind: UnitKind,
    /// Other names it is called by.
    pub aliases: Vec<String>,
}

/// A name that stands for a set of units (各苏木镇、各有关部门).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitGroup {
    /// Identity in the record.
    pub id: GroupId,
    /// The usual name.
    pub name: String,
    /// Other ways to say it.
    pub aliases: Vec<String>,
    /// The units it stands for.
    pub members: Vec<UnitId>,
}

/// What a unit text of a table was found to mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// One unit.
    Unit(UnitId),
    /// A group of units.
    Group(GroupId),
    /// Several units bear this name.
    Ambiguous(Vec<UnitId>),
    /// Nobody bears this name.
    Unknown,
}

/// Every region, unit and group of one county, searchable by name.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    regions: Vec<Region>,
    units: Vec<Unit>,
    groups: Vec<UnitGroup>,
    unit_by_key: HashMap<String, BTreeSet<UnitId>>,
    group_by_key: HashMap<String, GroupId>,
}

impl Directory {
    /// Builds the directory and its name index.
    pub fn new(regions: Vec<Region>, units: Vec<Unit>, groups: Vec<UnitGroup>) -> Self {
        let mut directory = Self { regions, units, groups, ..Self::default() };
        let counties: Vec<String> = directory
            .regions
            .iter()
            .filter(|region| region.tier == Tier::County)
            .map(|r| key(&r.name))
            .collect();
        for unit in &directory.units {
            for name in std::iter::once(&unit.name).chain(&unit.aliases) {
                for form in forms(&key(name), &counties) {
                    directory.unit_by_key.entry(form).or_default().insert(unit.id);
                }
            }
        }
        for group in &directory.groups {
            for name in std::iter::once(&group.name).chain(&group.aliases) {
                directory.group_by_key.insert(key(name), group.id);
            }
        }
        directory
    }

    /// The regions, in the order given.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The units, in the order given.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The groups, in the order given.
    pub fn groups(&self) -> &[UnitGroup] {
        &self.groups
    }

    /// The unit of that id.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.id == id)
    }

    /// The group of that id.
    pub fn group(&self, id: GroupId) -> Option<&UnitGroup> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The region of that id.
    pub fn region(&self, id: RegionId) -> Option<&Region> {
        self.regions.iter().find(|region| region.id == id)
    }

    /// The county itself: the region without one above.
    pub fn county(&self) -> Option<&Region> {
        self.regions.iter().find(|region| region.parent.is_none())
    }

    /// The unit's name without its county's and without 人民政府: for narrow columns. `财政局`, `嘎鲁图镇`.
    pub fn short_name(&self, id: UnitId) -> &str {
        let Some(unit) = self.unit(id) else { return "" };
        let name = unit.name.strip_suffix("人民政府").unwrap_or(&unit.name);
        let counties = self.chain(unit.region).into_iter().filter_map(|region| self.region(region));
        let mut counties = counties.filter(|region| region.tier == Tier::County);
        let rest = counties.find_map(|region| name.strip_prefix(region.name.as_str()));
        rest.filter(|rest| rest.chars().count() >= 2).unwrap_or(name)
    }

    /// A region and all regions above it, nearest first. A loop in the data ends the walk.
    pub fn chain(&self, id: RegionId) -> Vec<RegionId> {
        let mut chain = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next.filter(|id| !chain.contains(id)) {
            chain.push(id);
            next = self.region(id).and_then(|region| region.parent);
        }
        chain
    }

    /// Finds whom a table means. Spaces, line breaks, full-width forms and the county's own name or `旗`/`县` in
    /// front make no difference; nothing else is guessed (see [`Directory::suggest`]).
    pub fn resolve(&self, text: &str) -> Resolution {
        let wanted = key(text);
        if wanted.is_empty() {
            return Resolution::Unknown;
        }
        if let Some(id) = self.group_by_key.get(&wanted) {
            return Resolution::Group(*id);
        }
        match self.unit_by_key.get(&wanted) {
            Some(ids) if ids.len() == 1 => {
                ids.first().map_or(Resolution::Unknown, |id| Resolution::Unit(*id))
            }
            Some(ids) => Resolution::Ambiguous(ids.iter().copied().collect()),
            None => Resolution::Unknown,
        }
    }

    /// The units whose names look most like the text, likeliest first, at most `limit`; for a person to choose from.
    pub fn suggest(&self, text: &str, limit: usize) -> Vec<UnitId> {
        let wanted = pairs(&key(text));
        let mut scored: Vec<(usize, UnitId)> = self
            .units
            .iter()
            .filter_map(|unit| {
                let best = std::iter::once(&unit.name)
                    .chain(&unit.aliases)
                    .map(|name| likeness(&wanted, &pairs(&key(name))))
                    .max()
                    .unwrap_or(0);
                (best >= 300).then_some((best, unit.id))
            })
            .collect();
        scored.sort_by_key(|(score, id)| (std::cmp::Reverse(*score), *id));
        scored.into_iter().take(limit).map(|(_, id)| id).collect()
    }

    /// The units a resolution stands for: one, a group's members, or none.
    pub fn members(&self, resolution: &Resolution) -> Vec<UnitId> {
        match resolution {
            Resolution::Unit(id) => vec![*id],
            Resolution::Group(id) => self.group(*id).map(|group| group.members.clone()).unwrap_or_default(),
            Resolution::Ambiguous(_) | Resolution::Unknown => Vec::new(),
        }
    }
}

/// The form in which names are compared: no white space, half-width, lower case, one kind of bracket.
fn key(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}'))
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// The ways a name is shortened in the county's own papers: `乌审旗财政局`, `旗财政局`, `财政局`.
fn forms(name: &str, counties: &[String]) -> Vec<String> {
    let mut forms = vec![name.to_owned()];
    for county in counties {
        let Some(rest) = name.strip_prefix(county.as_str()).filter(|rest| rest.chars().count() >= 2) else {
            continue;
        };
        forms.push(rest.to_owned());
        if let Some(last) = county.chars().last() {
            forms.push(format!("{last}{rest}"));
        }
    }
    if let Some(rest) = name.strip_prefix(['旗', '县', '区', '市']).filter(|rest| rest.chars().count() >= 3)
    {
        forms.push(rest.to_owned());
    }
    forms
}

fn pairs(text: &str) -> BTreeSet<(char, char)> {
    text.chars().zip(text.chars().skip(1)).collect()
}

/// Dice's coefficient of shared character pairs, in thousandths.
fn likeness(a: &BTreeSet<(char, char)>, b: &BTreeSet<(char, char)>) -> usize {
    2000 * a.intersection(b).count() / (a.len() + b.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wushen() -> Directory {
        let region = |id, code: &str, name: &str, tier, parent| Region {
            id,
            code: code.into(),
            name: name.into(),
            tier,
            parent,
        };
        let unit = |id, region, name: &str, kind, aliases: &[&str]| Unit {
            id,
            region,
            name: name.into(),
            kind,
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        };
        Directory::new(
            vec![
                region(1, "150626", "乌审旗", Tier::County, None),
                region(2, "150626100", "嘎鲁图镇", Tier::Township, Some(1)),
                region(3, "150626100001", "示例嘎查", Tier::Village, Some(2)),
            ],
            vec![
                unit(1, 1, "乌审旗自然资源局", UnitKind::Department, &[]),
                unit(2, 1, "国家税务总局乌审旗税务局", UnitKind::Department, &["旗税务局"]),
                unit(3, 1, "乌审旗人民政府办公室", UnitKind::Department, &["旗政府办", "政府办"]),
                unit(4, 2, "嘎鲁图镇人民政府", UnitKind::Township, &["嘎鲁图镇"]),
                unit(5, 1, "乌审旗发展和改革委员会", UnitKind::Department, &["旗发改委"]),
                unit(6, 1, "乌审旗综合执法局", UnitKind::Department, &["执法队"]),
                unit(7, 2, "嘎鲁图镇综合执法局", UnitKind::Department, &["执法队"]),
            ],
            vec![UnitGroup {
                id: 1,
                name: "各苏木镇".into(),
                aliases: vec!["各镇".into()],
                members: vec![4],
            }],
        )
    }

    #[test]
    fn short_names_leave_out_what_everybody_knows() {
        let directory = wushen();
        let short = [1, 2, 3, 4].map(|id| directory.short_name(id));
        assert_eq!(short, ["自然资源局", "国家税务总局乌审旗税务局", "人民政府办公室", "嘎鲁图镇"]);
    }

    #[test]
    fn finds_a_unit_by_every_name_its_papers_use() {
        let directory = wushen();
        for (text, id) in [
            ("旗自然资源局", 1),
            ("自然资源局", 1),
            ("乌审旗 自然\n资源局", 1),
            ("国家税务总局乌审旗税务局", 2),
            ("税务局", 2),
            ("旗政府办", 3),
            ("政府办", 3),
            ("嘎鲁图镇", 4),
            ("发改委", 5),
        ] {
            assert_eq!(directory.resolve(text), Resolution::Unit(id), "{text}");
        }
    }

    #[test]
    fn never_guesses() {
        let directory = wushen();
        assert_eq!(directory.resolve("水利局"), Resolution::Unknown);
        assert_eq!(directory.resolve(" \n"), Resolution::Unknown);
        assert_eq!(directory.resolve("执法队"), Resolution::Ambiguous(vec![6, 7]));
        assert_eq!(directory.resolve("各镇"), Resolution::Group(1));
        assert_eq!(directory.members(&Resolution::Group(1)), vec![4]);
    }

    #[test]
    fn suggests_the_likeliest_name() {
        assert_eq!(wushen().suggest("自然资源和规划局", 1), vec![1]);
        assert_eq!(wushen().suggest("发展改革委", 1), vec![5]);
        assert!(wushen().suggest("完全不相干", 3).is_empty());
    }

    #[test]
    fn a_chain_of_regions_ends_even_in_a_loop() {
        assert_eq!(wushen().chain(3), vec![3, 2, 1]);
        let looped = Directory::new(
            vec![Region { id: 1, code: "1".into(), name: "甲".into(), tier: Tier::County, parent: Some(1) }],
            vec![],
            vec![],
        );
        assert_eq!(looped.chain(1), vec![1]);
    }
}
