//! One row of a catalogue into one item: lists, limits, channels and marks, each read by the domain's grammar.

use super::{ColumnRole, Mapping};
use domain::catalogue::channel::{self, Channels};
use domain::catalogue::mark::{self, Mark};
use domain::catalogue::{Column, Item, Mode, TIERS, list};
use domain::finding::{Finding, Place};
use domain::row::{Extra, Origin};
use domain::time_limit::TimeLimit;
use std::collections::HashMap;

/// Reads rows one after another; cells that say 同上 take what stood above, and cells that say the same again, as most
/// do, are read once.
#[derive(Default)]
pub(super) struct Rows<'a> {
    above: Vec<&'a str>,
    limits: HashMap<&'a str, TimeLimit>,
    channels: HashMap<&'a str, Channels>,
    lists: [HashMap<&'a str, Vec<String>>; 3],
}

impl<'a> Rows<'a> {
    /// The item of a row, given by its texts from left to right.
    pub(super) fn item(
        &mut self,
        texts: &[&'a str],
        mapping: &Mapping,
        at: Place,
        findings: &mut Vec<Finding>,
    ) -> Item {
        let mut item = Item { origin: Origin(at), ..Item::default() };
        let mut marks = Marks::default();
        self.above.resize(mapping.columns.len(), "");
        for (index, column) in mapping.columns.iter().enumerate() {
            let written = texts.get(index).copied().unwrap_or_default();
            let text = self.resolve(index, written, at, findings);
            self.fill(&mut item, &mut marks, column.role, &column.header, text);
            if let Some(above) = self.above.get_mut(index) {
                *above = text;
            }
        }
        marks.settle(&mut item);
        item
    }

    /// The text of a cell; 同上 is the text above.
    fn resolve(&self, index: usize, text: &'a str, at: Place, findings: &mut Vec<Finding>) -> &'a str {
        if !is_ditto(text) {
            return text;
        }
        if let Some(above) = self.above.get(index).filter(|above| !above.is_empty()) {
            return above;
        }
        findings.push(
            Finding::error("ditto-nothing", "这一格写“同上”，但上一行没有内容，不知道同什么。请填写完整。")
                .at(at.at_column(index)),
        );
        text
    }

    /// Forgets the row above: another table begins.
    pub(super) fn begin(&mut self) {
        self.above.clear();
    }

    fn fill(&mut self, item: &mut Item, marks: &mut Marks, role: ColumnRole, header: &str, text: &'a str) {
        let line = || text.split_whitespace().collect::<String>();
        match role {
            ColumnRole::Code => item.code = line(),
            ColumnRole::Number => item.number = line(),
            ColumnRole::Level1 => item.level1 = name(text),
            ColumnRole::Level2 => item.level2 = name(text),
            ColumnRole::Elements => item.elements = self.list(2, text, list::elements),
            ColumnRole::Basis => item.basis = self.list(0, text, list::basis),
            ColumnRole::Publisher => item.publisher = self.list(1, text, list::publishers),
            ColumnRole::Limit => {
                item.limit = match self.limits.get(text) {
                    Some(limit) => limit.clone(),
                    None => {
                        let limit = TimeLimit::parse(&text.split('\n').collect::<String>());
                        self.limits.entry(text).or_insert(limit).clone()
                    }
                };
            }
            ColumnRole::Channels => {
                let read = match self.channels.get(text) {
                    Some(read) => read.clone(),
                    None => self.channels.entry(text).or_insert(channel::parse(text)).clone(),
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
                marks.0.extend(ticked.marks().iter().map(|column| (*column, read)));
            }
        }
    }

    fn list(&mut self, which: usize, text: &'a str, read: fn(&str) -> Vec<String>) -> Vec<String> {
        let Some(cache) = self.lists.get_mut(which) else { return read(text) };
        match cache.get(text) {
            Some(entries) => entries.clone(),
            None => cache.entry(text).or_insert_with(|| read(text)).clone(),
        }
    }
}

fn is_ditto(text: &str) -> bool {
    // 同上列。 with white space in between is no longer than this.
    if text.is_empty() || text.len() > 24 {
        return false;
    }
    let bare: String = text.split_whitespace().collect();
    matches!(bare.trim_end_matches('。'), "同上" | "同前" | "同上列" | "〃" | "″" | "〞")
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

/// What the ticked columns of a row say; a column the table does not have says nothing.
#[derive(Default)]
struct Marks(Vec<(Column, Mark)>);

impl Marks {
    fn of(&self, column: Column) -> Option<Mark> {
        self.0.iter().find(|(known, _)| *known == column).map(|(_, mark)| *mark)
    }

    /// Puts the marks into the item. Where nothing of a group is ticked, the ticks may have been lost on the way (they
    /// are pictures on many pages): the whole group is unknown, not no.
    fn settle(self, item: &mut Item) {
        let nobody = item.audience.groups.is_empty();
        item.audience.all = match self.of(Column::AudienceAll) {
            Some(Mark::Yes) => Some(true),
            Some(Mark::No) if !nobody => Some(false),
            Some(Mark::No | Mark::Unknown) => {
                item.unknown.insert(Column::AudienceAll);
                None
            }
            None if nobody => item.audience.all,
            None => Some(item.audience.all == Some(true)),
        };
        for group in [
            &[Column::Proactive, Column::OnRequest][..],
            &[Column::County, Column::Township, Column::Village],
        ] {
            let lost = group.iter().all(|column| matches!(self.of(*column), None | Some(Mark::No)));
            let unknown = |column: &Column| match self.of(*column) {
                Some(mark) => lost || mark == Mark::Unknown,
                None => false,
            };
            item.unknown.extend(group.iter().copied().filter(unknown));
        }
        let yes = |column: Column| self.of(column) == Some(Mark::Yes);
        item.mode.extend(Mode::ALL.into_iter().filter(|mode| yes(mode.column())));
        item.tiers.extend(TIERS.into_iter().filter(|(.., column)| yes(*column)).map(|(tier, ..)| tier));
    }
}
