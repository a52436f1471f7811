//! The 26 pilot sectors (领域) of 国办发〔2019〕54号 with their other names, and finding the sectors a text names.
//! Names and dates are data: `data/sectors.toml`.

use jiff::civil::Date;
use serde::Deserialize;
use std::sync::LazyLock;

/// A sector (领域).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sector {
    /// A stable word for programs and addresses.
    pub id: String,
    /// The name in 国办发〔2019〕54号.
    pub name: String,
    /// Until when that name was the usual one; `None` = it still is.
    pub until: Option<Date>,
    /// Other names.
    #[serde(default)]
    pub alias: Vec<Alias>,
}

/// Another name of a sector.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// The name.
    pub name: String,
    /// Since when it is the usual one; `None` = only another wording.
    pub since: Option<Date>,
}

impl Sector {
    /// What the sector is called on a day: `扶贫` became `乡村振兴` in 2021.
    pub fn name_on(&self, day: Date) -> &str {
        if self.until.is_none_or(|until| day < until) {
            return &self.name;
        }
        let usual = self.alias.iter().filter(|alias| alias.since.is_some_and(|since| since <= day));
        usual.max_by_key(|alias| alias.since).map_or(&self.name, |alias| &alias.name)
    }
}

#[derive(Deserialize)]
struct File {
    sector: Vec<Sector>,
}

static SECTORS: LazyLock<Vec<Sector>> = LazyLock::new(|| {
    // The file is part of the program and a test reads it, so an unreadable one cannot be shipped.
    toml::from_str::<File>(include_str!("../../../data/sectors.toml"))
        .map(|file| file.sector)
        .unwrap_or_default()
});

/// The names in the order in which a text is searched: longest first.
static NAMES: LazyLock<Vec<(&'static str, &'static Sector)>> = LazyLock::new(|| {
    let mut names: Vec<(&str, &Sector)> = SECTORS
        .iter()
        .flat_map(|sector| {
            let aliases = sector.alias.iter().map(|alias| alias.name.as_str());
            std::iter::once(sector.name.as_str()).chain(aliases).map(move |name| (name, sector))
        })
        .collect();
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    names
});

/// All 26, in the order of the pilot's table.
pub fn all() -> &'static [Sector] {
    &SECTORS
}

/// The sector of that id.
pub fn find(id: &str) -> Option<&'static Sector> {
    SECTORS.iter().find(|sector| sector.id == id)
}

/// The sectors a text names, in its order, each once. A name counts as an item of a list or before `领域`:
/// `就业领域、救灾领域` names two, `旗社保和就业综合服务中心` none.
pub fn named_in(text: &str) -> Vec<&'static Sector> {
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut found: Vec<(usize, &'static Sector)> = Vec::new();
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for (name, sector) in NAMES.iter() {
        for (start, _) in squeezed.match_indices(name) {
            let end = start + name.len();
            let free = taken.iter().all(|(from, to)| end <= *from || start >= *to);
            if free && stands_alone(&squeezed, start, end) {
                taken.push((start, end));
                found.push((start, sector));
            }
        }
    }
    found.sort_by_key(|(start, _)| *start);
    let mut sectors: Vec<&Sector> = Vec::new();
    for (_, sector) in found {
        if !sectors.iter().any(|known| known.id == sector.id) {
            sectors.push(sector);
        }
    }
    sectors
}

/// The sector whose catalogue or page a title is: `乌审旗就业领域基层政务公开标准目录`, or just `就业`. Of several names the
/// longest counts.
pub fn titled(title: &str) -> Option<&'static Sector> {
    let squeezed: String = title.chars().filter_map(crate::text::half_width).collect();
    let is_number =
        |c: char| c.is_ascii_punctuation() || c.is_ascii_digit() || "、一二三四五六七八九十".contains(c);
    let bare = squeezed.trim_start_matches(is_number);
    let names = |name: &str| {
        bare == name
            || squeezed.match_indices(name).any(|(start, _)| {
                let after = squeezed.get(start + name.len()..).unwrap_or_default();
                ["领域", "基层", "政务公开", "标准目录", "目录", "类"]
                    .iter()
                    .any(|word| after.starts_with(word))
            })
    };
    NAMES.iter().find(|(name, _)| names(name)).map(|(_, sector)| *sector)
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let opens = before.is_empty()
        || before.ends_with(|c: char| !c.is_alphanumeric())
        || ["和", "及", "与", "编制", "推进", "开展", "抓好", "做好"]
            .iter()
            .any(|word| before.ends_with(word));
    let closes = after.is_empty()
        || after.starts_with("领域")
        || after.starts_with("等")
        || after.starts_with(['和', '及', '与'])
        || after.starts_with(|c: char| !c.is_alphanumeric());
    opens && closes
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::collections::BTreeSet;

    fn ids(text: &str) -> Vec<&'static str> {
        named_in(text).into_iter().map(|sector| sector.id.as_str()).collect()
    }

    #[test]
    fn there_are_26_with_names_of_their_own() {
        assert_eq!(all().len(), 26);
        assert_eq!(all().iter().map(|sector| &sector.id).collect::<BTreeSet<_>>().len(), 26);
        assert_eq!(NAMES.iter().map(|(name, _)| name).collect::<BTreeSet<_>>().len(), NAMES.len());
        for sector in all() {
            assert_eq!(ids(&format!("{}领域。", sector.name)), [sector.id.as_str()]);
        }
    }

    #[test]
    fn a_name_counts_only_where_it_stands_alone() {
        assert_eq!(ids("城乡规划领域、征地补偿领域。"), ["urban-rural-planning", "land-expropriation"]);
        assert_eq!(ids("就业、社会保险领域"), ["employment", "social-insurance"]);
        assert_eq!(ids("旗社保和就业综合服务中心"), Vec::<&str>::new());
        assert_eq!(ids("国有土地上房屋征收与补偿领域"), ["building-expropriation"]);
        assert_eq!(ids("食品药\n品监管领域和救灾领域"), ["food-drug-safety", "disaster-relief"]);
        assert_eq!(ids("编制镇级26个领域政务公开事项标准目录。"), Vec::<&str>::new());
    }

    #[test]
    fn a_title_names_its_sector() {
        let id = |title: &str| titled(title).map(|sector| sector.id.as_str());
        for sector in all() {
            assert_eq!(
                id(&format!("乌审旗{}领域基层政务公开标准目录", sector.name)),
                Some(sector.id.as_str())
            );
            assert_eq!(id(&sector.name), Some(sector.id.as_str()));
        }
        assert_eq!(id("（一）就 业"), Some("employment"));
        assert_eq!(id("旗社会保险领域标准目录（2020年版）"), Some("social-insurance"));
        assert_eq!(id("乌审旗文化和旅游局政务公开事项标准目录"), None);
    }

    #[test]
    fn names_change_with_the_years() {
        let sector = find("poverty-relief").unwrap();
        assert_eq!(sector.name_on(date(2020, 9, 4)), "扶贫");
        assert_eq!(sector.name_on(date(2022, 1, 1)), "乡村振兴");
        assert_eq!(ids("乡村振兴领域"), ["poverty-relief"]);
    }
}
