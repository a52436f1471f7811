//! The fields of an item as people compare, edit and merge them: one column of the standard table each.

use super::{Audience, Column, Item, Mode, TIERS, channel, list};
use crate::row::Extra;
use crate::time_limit::TimeLimit;
use serde::{Deserialize, Serialize};

/// A field of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 一级事项.
    Level1,
    /// 二级事项.
    Level2,
    /// 公开内容（要素）.
    Elements,
    /// 公开依据.
    Basis,
    /// 公开时限.
    Limit,
    /// 公开主体.
    Publisher,
    /// 公开渠道和载体.
    Channels,
    /// 公开对象.
    Audience,
    /// 公开方式.
    Mode,
    /// 公开层级.
    Tiers,
    /// Columns of the office's own.
    Extra,
}

impl Field {
    /// Every field, in the table's order.
    pub const ALL: [Self; 11] = [
        Self::Level1,
        Self::Level2,
        Self::Elements,
        Self::Basis,
        Self::Limit,
        Self::Publisher,
        Self::Channels,
        Self::Audience,
        Self::Mode,
        Self::Tiers,
        Self::Extra,
    ];

    /// The word used in forms and in the record.
    pub fn word(self) -> &'static str {
        match self {
            Self::Level1 => "level1",
            Self::Level2 => "level2",
            Self::Elements => "elements",
            Self::Basis => "basis",
            Self::Limit => "limit",
            Self::Publisher => "publisher",
            Self::Channels => "channels",
            Self::Audience => "audience",
            Self::Mode => "mode",
            Self::Tiers => "tiers",
            Self::Extra => "extra",
        }
    }

    /// The field of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.word() == word)
    }

    /// The column's name in the standard table.
    pub fn label(self) -> &'static str {
        match self {
            Self::Level1 => "一级事项",
            Self::Level2 => "二级事项",
            Self::Elements => "公开内容（要素）",
            Self::Basis => "公开依据",
            Self::Limit => "公开时限",
            Self::Publisher => "公开主体",
            Self::Channels => "公开渠道和载体",
            Self::Audience => "公开对象",
            Self::Mode => "公开方式",
            Self::Tiers => "公开层级",
            Self::Extra => "其他列",
        }
    }
}

/// Entries of an office's own columns in words stand one a line, their header before a colon.
const HEADER_END: char = '：';

impl Item {
    /// A field in words that [`Item::write`] reads as the same.
    pub fn words(&self, field: Field) -> String {
        match field {
            Field::Level1 => self.level1.clone(),
            Field::Level2 => self.level2.clone(),
            Field::Elements => list::join(&self.elements),
            Field::Basis => list::join(&self.basis),
            Field::Limit => self.limit.text().to_owned(),
            Field::Publisher => list::join(&self.publisher),
            Field::Channels => channel::words(&self.channels, &self.channels_open),
            Field::Audience => {
                let all = (self.audience.all == Some(true)).then(|| "全社会".to_owned());
                list::join(&all.into_iter().chain(self.audience.groups.iter().cloned()).collect::<Vec<_>>())
            }
            Field::Mode => self.mode.iter().map(|mode| mode.label()).collect::<Vec<_>>().join("；"),
            Field::Tiers => {
                let named = TIERS.into_iter().filter(|(tier, ..)| self.tiers.contains(tier));
                named.map(|(_, label, _)| label).collect::<Vec<_>>().join("；")
            }
            Field::Extra => {
                let lines = self
                    .extra
                    .iter()
                    .map(|extra| format!("{}{HEADER_END}{}", extra.name, extra.text.replace('\n', " ")));
                lines.collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// Sets a field from words a person wrote. What a person wrote is no longer unknown.
    pub fn write(&mut self, field: Field, words: &str) {
        let line = || words.split_whitespace().collect::<Vec<_>>().join(" ");
        match field {
            Field::Level1 => self.level1 = line(),
            Field::Level2 => self.level2 = line(),
            Field::Elements => self.elements = list::elements(words),
            Field::Basis => self.basis = list::basis(words),
            Field::Limit => self.limit = TimeLimit::parse(words),
            Field::Publisher => self.publisher = list::publishers(words),
            Field::Channels => {
                let read = channel::parse(words);
                (self.channels, self.channels_open) = (read.chosen, read.open);
            }
            Field::Audience => {
                let mut groups = list::publishers(words);
                let named = groups.len();
                groups.retain(|group| group != "全社会");
                self.audience = Audience { all: Some(groups.len() < named), groups };
            }
            Field::Mode => {
                self.mode = Mode::ALL.into_iter().filter(|mode| words.contains(mode.label())).collect();
            }
            Field::Tiers => {
                let named = |label: &str| words.contains(label.trim_end_matches('级'));
                self.tiers =
                    TIERS.into_iter().filter(|(_, label, _)| named(label)).map(|(tier, ..)| tier).collect();
            }
            Field::Extra => {
                let entry = |line: &str| {
                    let (name, text) = line.split_once([HEADER_END, ':'])?;
                    Some(Extra { name: name.trim().to_owned(), text: text.trim().to_owned() })
                };
                self.extra = words.lines().filter_map(entry).collect();
            }
        }
        self.unknown.retain(|column| column.field() != field);
    }

    /// Takes a field from another item.
    pub fn take(&mut self, field: Field, other: &Self) {
        match field {
            Field::Level1 => self.level1.clone_from(&other.level1),
            Field::Level2 => self.level2.clone_from(&other.level2),
            Field::Elements => self.elements.clone_from(&other.elements),
            Field::Basis => self.basis.clone_from(&other.basis),
            Field::Limit => self.limit.clone_from(&other.limit),
            Field::Publisher => self.publisher.clone_from(&other.publisher),
            Field::Channels => {
                self.channels.clone_from(&other.channels);
                self.channels_open.clone_from(&other.channels_open);
            }
            Field::Audience => self.audience.clone_from(&other.audience),
            Field::Mode => self.mode.clone_from(&other.mode),
            Field::Tiers => self.tiers.clone_from(&other.tiers),
            Field::Extra => self.extra.clone_from(&other.extra),
        }
        self.unknown.retain(|column| column.field() != field);
        self.unknown.extend(other.unknown.iter().filter(|column| column.field() == field));
    }

    /// Whether a field says the same in both.
    pub fn agrees(&self, field: Field, other: &Self) -> bool {
        let same = match field {
            Field::Level1 => self.level1 == other.level1,
            Field::Level2 => self.level2 == other.level2,
            Field::Elements => self.elements == other.elements,
            Field::Basis => self.basis == other.basis,
            Field::Limit => self.limit == other.limit,
            Field::Publisher => self.publisher == other.publisher,
            Field::Channels => self.channels == other.channels && self.channels_open == other.channels_open,
            Field::Audience => self.audience == other.audience,
            Field::Mode => self.mode == other.mode,
            Field::Tiers => self.tiers == other.tiers,
            Field::Extra => self.extra == other.extra,
        };
        same && (self.unknown == other.unknown || self.unknown_in(field).eq(other.unknown_in(field)))
    }

    fn unknown_in(&self, field: Field) -> impl Iterator<Item = &Column> {
        self.unknown.iter().filter(move |column| column.field() == field)
    }

    /// The fields in which two items differ.
    pub fn differences(&self, other: &Self) -> Vec<Field> {
        Field::ALL.into_iter().filter(|field| !self.agrees(*field, other)).collect()
    }

    /// Whether nothing of the field is known.
    pub fn is_blank(&self, field: Field) -> bool {
        match field {
            Field::Level1 => self.level1.is_empty(),
            Field::Level2 => self.level2.is_empty(),
            Field::Elements => self.elements.is_empty(),
            Field::Basis => self.basis.is_empty(),
            Field::Limit => self.limit.text().is_empty(),
            Field::Publisher => self.publisher.is_empty(),
            Field::Channels => self.channels.is_empty() && self.channels_open.is_empty(),
            Field::Audience => self.audience.all != Some(true) && self.audience.groups.is_empty(),
            Field::Mode => self.mode.is_empty(),
            Field::Tiers => self.tiers.is_empty(),
            Field::Extra => self.extra.is_empty(),
        }
    }
}
