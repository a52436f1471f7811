//! One row of a catalogue into one item: lists, limits, channels and marks, each read by the domain's grammar.

use super::{ColumnRole, Mapping};
use domain::catalogue::channel::{self, Channels};
use domain::catalogue::mark::{self, Mark};
use domain::catalogue::{Column, Item, Mode, TIERS, list};
use domain::finding::{Finding, Place};
use domain::row::{Extra, Origin};
use domain::time_limit::TimeLimit;
use std::collections::{BTreeSet, HashMap};

/// Reads rows one after another; cells that say 同上 take what stood above, and cells that say the same again, as most
/// do, are read once.
#[derive(Default)]
pub(super) struct Rows {
    above: Vec<String>,
    limits: HashMap<String, TimeLimit>,
    channels: HashMap<String, Channels>,
    lists: [HashMap<String, Vec<String>>; 2],
}

impl Rows {
    /// The item of a row, given by its texts from left to right.
    pub(super) fn item(
        &mut self,
        texts: &[&str],
        mapping: &Mapping,
        at: Place,
        findings: &mut Vec<Finding>,
    ) -> Item {
        let mut item = Item { origin: Origin(at), ..Item::default() };
        let mut marks = Marks::default();
        self.above.resize(mapping.columns.len(), String::new());
        for (index, column) in mapping.columns.iter().enumerate() {
            let written = texts.get(index).copied().unwrap_or_default();
            let text = self.resolve(index, written, at, findings);
            self.fill(&mut item, &mut marks, column.role, &column.header, &text);
            if let Some(above) = self.above.get_mut(index) {
                *above = text;
            }
        }
        marks.settle(&mut item);
        item
    }

    /// The text of a cell; 同上 is the text above.
    fn resolve(&self, index: usize, text: &str, at: Place, findings: &mut Vec<Finding>) -> String {
        let bare: String = text.split_whitespace().collect();
        if !matches!(bare.trim_end_matches('。'), "同上" | "同前" | "同上列" | "〃" | "″" | "〞")
        {
            return text.to_owned();
        }
        match self.above.get(index).filter(|above| !above.is_empty()) {
            Some(above) => above.clone(),
            None => {
                findings.push(
                    Finding::error(
                        "ditto-nothing",
                        "这一格写“同上”，但上一行没有内容，不知道同什么。请填写完整。",
                    )
                    .at(at.at_column(index)),
                );
                text.to_owned()
            }
        }
    }

    /// Forgets the row above: another table begins.
    pub(super) fn begin(&mut self) {
        self.above.clear();
    }

    fn fill(&mut self, item: &mut Item, marks: &mut Marks, role: ColumnRole, header: &str, text: &str) {
        let line = || text.split_whitespace().collect::<String>();
        match role {
            ColumnRole::Code => item.code = line(),
            ColumnRole::Number => item.number = line(),
            ColumnRole::Level1 => item.level1 = name(text),
            ColumnRole::Level2 => item.level2 = name(text),
            ColumnRole::Elements => item.elements = list::elements(text),
            ColumnRole::Basis => item.basis = self.list(0, text, list::basis),
            ColumnRole::Publisher => item.publisher = self.list(1, text, list::publishers),
            ColumnRole::Limit => {
                item.limit = match self.limits.get(text) {
                    Some(limit) => limit.clone(),
                    None => {
                        let limit = TimeLimit::parse(&text.split('\n').collect::<String>());
                        self.limits.entry(text.to_owned()).or_insert(limit).clone()
                    }
                };
            }
            ColumnRole::Channels => {
                let read = match self.channels.get(text) {
                    Some(read) => read.clone(),
                    None => self.channels.entry(text.to_owned()).or_insert(channel::parse(text)).clone(),
                };
                if read.unticked {
                    item.unknown.insert(Column::Channels);
                }
                (item.channels, item.channels_open) = (read.chosen, read.open);
            }
            ColumnRole::AudienceGroups => {
                item.audience.groups = match mark::read(text, "") {
                    Mark::Yes => vec![ColumnRole::AudienceGroups.label().to_owned()],
                    Mark::No => Vec::new(),
                    Mark::Unknown => list::publishers(text),
                };
                marks.seen.insert(Column::AudienceGroups);
            }
            ColumnRole::Audience => {
                item.write(domain::catalogue::Field::Audience, text);
                let all = ["全社会", "社会公众", "公众"];
                if let Some(index) =
                    item.audience.groups.iter().position(|group| all.contains(&group.as_str()))
                {
                    item.audience.groups.remove(index);
                    item.audience.all = Some(true);
                }
            }
            ColumnRole::Mode => item.write(domain::catalogue::Field::Mode, text),
            ColumnRole::Tiers => item.tiers = super::layout::tiers(text),
            ColumnRole::Extra => {
                if !text.is_empty() {
                    item.extra.push(Extra { name: header.to_owned(), text: text.to_owned() });
                }
            }
            ticked => {
                let read = mark::read(text, ticked.label());
                for column in ticked.marks() {
                    marks.seen.insert(*column);
                    match read {
                        Mark::Yes => _ = marks.yes.insert(*column),
                        Mark::Unknown => _ = marks.unknown.insert(*column),
                        Mark::No => {}
                    }
                }
            }
        }
    }

    fn list(&mut self, which: usize, text: &str, read: fn(&str) -> Vec<String>) -> Vec<String> {
        let Some(cache) = self.lists.get_mut(which) else { return read(text) };
        match cache.get(text) {
            Some(entries) => entries.clone(),
            None => cache.entry(text.to_owned()).or_insert_with(|| read(text)).clone(),
        }
    }
}

/// A name over several lines is one name; a space between letters stays.
fn name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for part in text.split_whitespace() {
        let joins = name.ends_with(|c: char| c.is_ascii_alphanumeric())
            && part.starts_with(|c: char| c.is_ascii_alphanumeric());
        if joins {
            name.push(' ');
        }
        name.push_str(part);
    }
    name
}

/// The marks of a row.
#[derive(Default)]
struct Marks {
    /// Columns the table has.
    seen: BTreeSet<Column>,
    yes: BTreeSet<Column>,
    unknown: BTreeSet<Column>,
}

impl Marks {
    /// Puts the marks into the item. Where nothing of a group is ticked, the ticks may have been lost on the way (they
    /// are pictures on many pages): the whole group is unknown, not no.
    fn settle(mut self, item: &mut Item) {
        let groups = item.audience.groups.is_empty();
        if self.seen.contains(&Column::AudienceAll) {
            item.audience.all = match (
                self.yes.contains(&Column::AudienceAll),
                self.unknown.contains(&Column::AudienceAll),
            ) {
                (true, _) => Some(true),
                (false, true) => None,
                (false, false) if groups => {
                    self.unknown.insert(Column::AudienceAll);
                    None
                }
                (false, false) => Some(false),
            };
        } else if !groups {
            item.audience.all = Some(item.audience.all == Some(true));
        }
        for group in [
            &[Column::Proactive, Column::OnRequest][..],
            &[Column::County, Column::Township, Column::Village],
        ] {
            let told = |column: &Column| self.yes.contains(column) || self.unknown.contains(column);
            if !group.iter().any(told) {
                self.unknown.extend(group.iter().filter(|column| self.seen.contains(*column)));
            }
        }
        item.mode.extend(Mode::ALL.into_iter().filter(|mode| self.yes.contains(&mode.column())));
        item.tiers.extend(
            TIERS.into_iter().filter(|(.., column)| self.yes.contains(column)).map(|(tier, ..)| tier),
        );
        item.unknown.extend(self.unknown);
    }
}
