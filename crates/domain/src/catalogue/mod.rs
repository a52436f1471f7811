//! The standard catalogue (标准目录): what must be public, by whom, by when, where and for whom, in the ten columns of
//! 国办发〔2019〕54号. Reading cells is in [`list`], [`channel`] and [`mark`], what a careful clerk notices in [`check`],
//! versions in [`change`] and [`merge`], lower tiers' catalogues in [`lineage`].

pub mod change;
pub mod channel;
pub mod check;
pub mod lineage;
pub mod list;
pub mod mark;
pub mod merge;
pub mod phase;
pub mod reconcile;

mod field;

pub use channel::Channel;
pub use field::Field;
pub use mark::Mark;

use crate::row::{Extra, Origin};
use crate::time_limit::TimeLimit;
use crate::unit::Tier;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A catalogue: of one sector, or of one unit's own matters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The sector's id (`data/sectors.toml`); `None` for a unit's own catalogue, or where the table names none.
    pub sector: Option<String>,
    /// The title above the table.
    pub title: String,
    /// The items, in the table's order.
    pub items: Vec<Item>,
    /// Lines around the table that are not the title: notes, sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// An item (公开事项).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its code, which never changes and is never given again; empty until one is given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The number as written (序号); it may change with every version.
    pub number: String,
    /// 一级事项.
    pub level1: String,
    /// 二级事项.
    pub level2: String,
    /// 公开内容（要素）.
    pub elements: Vec<String>,
    /// 公开依据.
    pub basis: Vec<String>,
    /// 公开时限.
    pub limit: TimeLimit,
    /// 公开主体.
    pub publisher: Vec<String>,
    /// 公开渠道和载体, as chosen.
    pub channels: Vec<Channel>,
    /// Channels the form offers beside empty boxes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels_open: Vec<Channel>,
    /// 公开对象.
    pub audience: Audience,
    /// 公开方式.
    pub mode: BTreeSet<Mode>,
    /// 公开层级.
    pub tiers: BTreeSet<Tier>,
    /// Marks that could not be read: neither yes nor no.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unknown: BTreeSet<Column>,
    /// Columns beyond the standard ones, kept as they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<Extra>,
    /// Where it was read.
    #[serde(skip)]
    pub origin: Origin,
}

/// For whom (公开对象).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// 全社会; `None` when the mark could not be read.
    pub all: Option<bool>,
    /// 特定群体, by name.
    pub groups: Vec<String>,
}

/// How (公开方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 主动公开.
    Proactive,
    /// 依申请公开.
    OnRequest,
}

/// A column that is ticked; named where its mark could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The boxes of 公开渠道和载体.
    Channels,
    /// 全社会.
    AudienceAll,
    /// 特定群体.
    AudienceGroups,
    /// 主动.
    Proactive,
    /// 依申请.
    OnRequest,
    /// 县级.
    County,
    /// 乡级.
    Township,
    /// 村级.
    Village,
}

impl Column {
    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Channels => "公开渠道和载体",
            Self::AudienceAll => "全社会",
            Self::AudienceGroups => "特定群体",
            Self::Proactive => "主动",
            Self::OnRequest => "依申请",
            Self::County => "县级",
            Self::Township => "乡级",
            Self::Village => "村级",
        }
    }

    /// The field it belongs to.
    pub fn field(self) -> Field {
        match self {
            Self::Channels => Field::Channels,
            Self::AudienceAll | Self::AudienceGroups => Field::Audience,
            Self::Proactive | Self::OnRequest => Field::Mode,
            Self::County | Self::Township | Self::Village => Field::Tiers,
        }
    }
}

impl Mode {
    /// Both, in the table's order.
    pub const ALL: [Self; 2] = [Self::Proactive, Self::OnRequest];

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Proactive => "主动",
            Self::OnRequest => "依申请",
        }
    }

    /// Its column.
    pub fn column(self) -> Column {
        match self {
            Self::Proactive => Column::Proactive,
            Self::OnRequest => Column::OnRequest,
        }
    }
}

/// The tiers of a catalogue, in the table's order, with what a column of them is called.
pub const TIERS: [(Tier, &str, Column); 3] = [
    (Tier::County, "县级", Column::County),
    (Tier::Township, "乡级", Column::Township),
    (Tier::Village, "村级", Column::Village),
];

impl Item {
    /// Its name as people say it: 一级事项 and 二级事项.
    pub fn name(&self) -> String {
        match (self.level1.as_str(), self.level2.as_str()) {
            (one, "") => one.to_owned(),
            ("", two) => two.to_owned(),
            (one, two) => format!("{one}—{two}"),
        }
    }

    /// Its name in the form in which names are compared: without white space, in half width.
    pub fn key(&self) -> String {
        let bare = |text: &str| -> String { text.chars().filter_map(crate::text::half_width).collect() };
        format!("{}\u{1f}{}", bare(&self.level1), bare(&self.level2))
    }
}

impl Catalogue {
    /// The item of that code.
    pub fn item(&self, code: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.code == code)
    }

    /// Gives every item without a code the code of the same-named item in `known`, else a new one from `next`.
    /// An item whose code was already taken by one before it counts as without.
    pub fn identify(&mut self, known: &[Item], mut next: impl FnMut() -> String) {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for item in &mut self.items {
            if !item.code.is_empty() && !taken.insert(item.code.clone()) {
                item.code.clear();
            }
        }
        let mut named: std::collections::HashMap<String, &str> = std::collections::HashMap::new();
        for item in known {
            named.entry(item.key()).or_insert(&item.code);
        }
        for item in self.items.iter_mut().filter(|item| item.code.is_empty()) {
            let same = named.get(&item.key()).map(|code| (*code).to_owned());
            item.code = same.filter(|code| !taken.contains(code)).unwrap_or_else(|| {
                loop {
                    let code = next();
                    if !taken.contains(&code) && !known.iter().any(|item| item.code == code) {
                        break code;
                    }
                }
            });
            taken.insert(item.code.clone());
        }
    }
}
