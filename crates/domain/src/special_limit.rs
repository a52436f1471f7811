//! Limits that a law or regulation sets for some matters and that go before the 20 working days (政府信息公开条例
//! art. 26: 法律、法规另有规定的，从其规定). Which matters, and how long: `data/special_limits.toml`.

use crate::catalogue::Item;
use crate::time_limit::{LimitKind, TimeLimit};
use serde::Deserialize;
use std::sync::LazyLock;

/// A limit of its own for a kind of matter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialLimit {
    /// A stable word for programs.
    pub id: String,
    /// Groups of words: the item's name holds one of each.
    words: Vec<Vec<String>>,
    /// Words that tell another matter.
    #[serde(default)]
    not: Vec<String>,
    /// The law's limit, in the words a catalogue would use.
    #[serde(deserialize_with = "written")]
    pub limit: TimeLimit,
    /// Law and article.
    pub basis: String,
}

fn written<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<TimeLimit, D::Error> {
    Ok(TimeLimit::parse(&String::deserialize(deserializer)?))
}

impl SpecialLimit {
    fn is_for(&self, name: &str) -> bool {
        let holds = |word: &String| name.contains(word.as_str());
        self.words.iter().all(|group| group.iter().any(holds)) && !self.not.iter().any(holds)
    }

    /// Whether a limit grants more time, or a shorter showing, than this one allows. Limits of unlike kinds are not
    /// compared here: their days are, when something falls due.
    pub fn is_exceeded_by(&self, limit: &TimeLimit) -> bool {
        match (self.limit.kind(), limit.kind()) {
            (LimitKind::WorkingDays { working_days: law }, LimitKind::WorkingDays { working_days }) => {
                working_days > law
            }
            (LimitKind::Days { days: law }, LimitKind::Days { days }) => days > law,
            // A working day is at least a day: the same number of them is more.
            (LimitKind::Days { days: law }, LimitKind::WorkingDays { working_days }) => working_days >= law,
            (
                LimitKind::Notice { amount: law, working: law_working, ahead: false },
                LimitKind::Notice { amount, working, ahead: false },
            ) => law_working == working && amount < law,
            _ => false,
        }
    }
}

#[derive(Deserialize)]
struct File {
    special: Vec<SpecialLimit>,
}

static SPECIAL: LazyLock<Vec<SpecialLimit>> = LazyLock::new(|| {
    // The file is part of the program and a test reads it, so an unreadable one cannot be shipped.
    toml::from_str::<File>(include_str!("../../../data/special_limits.toml"))
        .map(|file| file.special)
        .unwrap_or_default()
});

/// The limit that a law sets for an item; `None` where only the general one holds.
pub fn find(item: &Item) -> Option<&'static SpecialLimit> {
    let name: String = [&item.level1, &item.level2]
        .into_iter()
        .flat_map(|level| level.chars())
        .filter_map(crate::text::half_width)
        .collect();
    SPECIAL.iter().find(|special| special.is_for(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(level1: &str, level2: &str) -> Option<&'static str> {
        let item = Item { level1: level1.into(), level2: level2.into(), ..Item::default() };
        find(&item).map(|special| special.id.as_str())
    }

    #[test]
    fn every_limit_of_the_file_is_read() {
        assert_eq!(SPECIAL.len(), 12);
        for special in SPECIAL.iter() {
            assert!(!special.limit.is_unreadable(), "{}", special.id);
            assert!(special.words.iter().all(|group| !group.is_empty()), "{}", special.id);
            assert!(!special.is_exceeded_by(&special.limit), "{}", special.id);
        }
    }

    #[test]
    fn matters_are_told_by_their_names() {
        for (level1, level2, id) in [
            ("部门预算", "部门收支 预算", Some("budget")),
            ("政府决算", "一般公共预算决算", Some("budget")),
            ("政府预算", "预算执行情况", None),
            ("部门决算", "绩效评价", None),
            ("行政执法", "行政处罚结果", Some("double_publicity")),
            ("行政处罚", "行政处罚流程", None),
            ("征地", "征收土地公告", Some("land_notice")),
            ("征地", "拟征收土地预公告", Some("land_announcement")),
            ("政府采购信息", "采购合同公告", Some("procurement_contract")),
            ("政府采购信息", "中标、成交结果公告", Some("procurement_result")),
            ("招标投标", "中标候选人公示", Some("bid_candidates")),
            ("规划编制", "详细规划草案公示", Some("planning_draft")),
            ("政策文件", "重大决策草案", Some("decision_draft")),
            ("社会救助", "救助对象名单", None),
        ] {
            assert_eq!(of(level1, level2), id, "{level1} {level2}");
        }
    }

    #[test]
    fn more_time_than_the_law_allows_is_told() {
        let budget = SPECIAL.iter().find(|special| special.id == "budget").unwrap();
        for (limit, exceeded) in [
            ("批准后20日内", false),
            ("20个工作日内", true),
            ("自形成之日起30日内", true),
            ("批准后7个工作日内", false),
            ("及时公开", false),
        ] {
            assert_eq!(budget.is_exceeded_by(&TimeLimit::parse(limit)), exceeded, "{limit}");
        }
        let draft = SPECIAL.iter().find(|special| special.id == "planning_draft").unwrap();
        assert!(draft.is_exceeded_by(&TimeLimit::parse("公示期不少于7日")));
        assert!(!draft.is_exceeded_by(&TimeLimit::parse("公示期不少于45日")));
    }
}
