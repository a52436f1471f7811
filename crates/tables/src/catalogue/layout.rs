//! The official table of 国办发〔2019〕54号 as rows of cells: a header in two rows, one row an item, then the office's own
//! columns and the permanent codes.

use super::ColumnRole;
use crate::rendered::{Paper, Rendered, RenderedCell, RenderedHeader, RenderedLine, RenderedRow, merge};
use domain::catalogue::{Catalogue, Column, Field, Item, Mode, TIERS};
use domain::sector;
use domain::unit::Tier;
use std::collections::BTreeSet;

/// The official columns of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// What each column holds, from left to right.
    pub columns: Vec<ColumnRole>,
    /// The header of each [`ColumnRole::Extra`], in order.
    pub extras: Vec<String>,
}

/// A cell of the official header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderCell {
    /// Its words.
    pub text: String,
    /// Its row, 0 or 1.
    pub row: usize,
    /// Its first column.
    pub column: usize,
    /// How many rows it covers.
    pub row_span: usize,
    /// How many columns it covers.
    pub column_span: usize,
}

/// One item as the texts of the official columns.
pub type OfficialRow = Vec<String>;

/// What an unknown mark is written as; it is read as unknown again.
const UNKNOWN: &str = "？";
const TICK: &str = "√";

/// Groups of the header: their words and columns.
const GROUPS: [(&str, &[ColumnRole]); 4] = [
    ("公开事项", &[ColumnRole::Level1, ColumnRole::Level2]),
    ("公开对象", &[ColumnRole::AudienceAll, ColumnRole::AudienceGroups]),
    ("公开方式", &[ColumnRole::Proactive, ColumnRole::OnRequest]),
    (
        "公开层级",
        &[ColumnRole::County, ColumnRole::Township, ColumnRole::Village, ColumnRole::TownshipAndVillage],
    ),
];

impl From<HeaderCell> for RenderedHeader {
    fn from(cell: HeaderCell) -> Self {
        let HeaderCell { text, row, column, row_span, column_span } = cell;
        Self { text, row, column, row_span, column_span }
    }
}

impl Layout {
    /// The columns a catalogue needs. Where every item names the township's and the village's tier alike, they share
    /// a column, as in the national form.
    pub fn of(catalogue: &Catalogue) -> Self {
        let alike = |item: &Item| {
            item.tiers.contains(&Tier::Township) == item.tiers.contains(&Tier::Village)
                && item.unknown.contains(&Column::Township) == item.unknown.contains(&Column::Village)
        };
        let mut columns = vec![
            ColumnRole::Number,
            ColumnRole::Level1,
            ColumnRole::Level2,
            ColumnRole::Elements,
            ColumnRole::Basis,
            ColumnRole::Limit,
            ColumnRole::Publisher,
            ColumnRole::Channels,
            ColumnRole::AudienceAll,
            ColumnRole::AudienceGroups,
            ColumnRole::Proactive,
            ColumnRole::OnRequest,
            ColumnRole::County,
        ];
        if catalogue.items.iter().all(alike) {
            columns.push(ColumnRole::TownshipAndVillage);
        } else {
            columns.extend([ColumnRole::Township, ColumnRole::Village]);
        }
        let mut extras: Vec<String> = Vec::new();
        for extra in catalogue.items.iter().flat_map(|item| &item.extra) {
            if !extras.contains(&extra.name) && extras.len() < domain::limits::TABLE_COLUMNS_MAX / 2 {
                extras.push(extra.name.clone());
            }
        }
        columns.extend(extras.iter().map(|_| ColumnRole::Extra));
        if catalogue.items.iter().any(|item| !item.code.is_empty()) {
            columns.push(ColumnRole::Code);
        }
        Self { columns, extras }
    }

    /// The header's cells, from left to right.
    pub fn header(&self) -> Vec<HeaderCell> {
        let flat = self.flat_header();
        let label = |at: usize| flat.get(at).cloned().unwrap_or_default();
        let mut cells = Vec::new();
        let mut column = 0;
        while let Some(role) = self.columns.get(column) {
            let Some((text, roles)) = GROUPS.into_iter().find(|(_, roles)| roles.contains(role)) else {
                cells.push(HeaderCell { text: label(column), row: 0, column, row_span: 2, column_span: 1 });
                column += 1;
                continue;
            };
            let span = self.columns.iter().skip(column).take_while(|role| roles.contains(role)).count();
            cells.push(HeaderCell { text: text.to_owned(), row: 0, column, row_span: 1, column_span: span });
            let below = column..column + span;
            cells.extend(below.map(|at| HeaderCell {
                text: label(at),
                row: 1,
                column: at,
                row_span: 1,
                column_span: 1,
            }));
            column += span;
        }
        cells
    }

    /// The header of each column in one line, for forms that have one header row only.
    pub fn flat_header(&self) -> Vec<String> {
        let mut extras = self.extras.iter();
        let header = |role: &ColumnRole| match role {
            ColumnRole::Extra => extras.next().cloned().unwrap_or_default(),
            role => role.label().to_owned(),
        };
        self.columns.iter().map(header).collect()
    }

    /// An item's texts in the columns.
    pub fn row(&self, item: &Item) -> OfficialRow {
        let mut extras = self.extras.iter();
        let text = |role: &ColumnRole| match role {
            ColumnRole::Extra => {
                let name = extras.next();
                let named = item.extra.iter().find(|extra| Some(&extra.name) == name);
                named.map(|extra| extra.text.clone()).unwrap_or_default()
            }
            role => text(item, *role),
        };
        self.columns.iter().map(text).collect()
    }

    /// The share of the page's width each column takes, in characters.
    pub fn widths(&self) -> Vec<f64> {
        let width = |role: &ColumnRole| match role {
            ColumnRole::Number => 5.0,
            ColumnRole::Level1 | ColumnRole::Publisher => 12.0,
            ColumnRole::Level2 | ColumnRole::Limit => 16.0,
            ColumnRole::Elements => 34.0,
            ColumnRole::Basis => 32.0,
            ColumnRole::Channels => 24.0,
            ColumnRole::AudienceGroups => 10.0,
            ColumnRole::Extra => 14.0,
            ColumnRole::Code => 18.0,
            _ => 6.0,
        };
        self.columns.iter().map(width).collect()
    }
}

fn text(item: &Item, role: ColumnRole) -> String {
    let tick = |column: Column, yes: bool| {
        let text = if item.unknown.contains(&column) {
            UNKNOWN
        } else if yes {
            TICK
        } else {
            ""
        };
        text.to_owned()
    };
    let mode = |mode: Mode| tick(mode.column(), item.mode.contains(&mode));
    let tier = |wanted: Tier, column: Column| tick(column, item.tiers.contains(&wanted));
    match role {
        ColumnRole::Code => item.code.clone(),
        ColumnRole::Number => item.number.clone(),
        ColumnRole::Level1 => item.level1.clone(),
        ColumnRole::Level2 => item.level2.clone(),
        ColumnRole::Elements => item.words(Field::Elements),
        ColumnRole::Basis => item.words(Field::Basis),
        ColumnRole::Limit => item.limit.text().to_owned(),
        ColumnRole::Publisher => item.words(Field::Publisher),
        ColumnRole::Channels => item.words(Field::Channels),
        ColumnRole::Audience => item.words(Field::Audience),
        ColumnRole::AudienceAll => match item.audience.all {
            Some(true) => TICK.to_owned(),
            Some(false) => String::new(),
            None => UNKNOWN.to_owned(),
        },
        ColumnRole::AudienceGroups => domain::catalogue::list::join(&item.audience.groups),
        ColumnRole::Mode => item.words(Field::Mode),
        ColumnRole::Proactive => mode(Mode::Proactive),
        ColumnRole::OnRequest => mode(Mode::OnRequest),
        ColumnRole::Tiers => item.words(Field::Tiers),
        ColumnRole::County => tier(Tier::County, Column::County),
        ColumnRole::Township | ColumnRole::TownshipAndVillage => tier(Tier::Township, Column::Township),
        ColumnRole::Village => tier(Tier::Village, Column::Village),
        ColumnRole::Extra => String::new(),
    }
}

/// The tiers a text names (`县级、乡镇级`, `旗级/嘎查村级`, `镇街、村`).
pub(super) fn tiers(text: &str) -> BTreeSet<Tier> {
    let named = |words: &[&str]| words.iter().any(|word| text.contains(word));
    TIERS
        .into_iter()
        .map(|(tier, ..)| tier)
        .filter(|tier| match tier {
            Tier::County => named(&["县", "旗", "区级", "市级", "本级"]),
            Tier::Township => named(&["乡", "镇", "街", "苏木"]),
            Tier::Village => named(&["村", "嘎查", "社区"]),
        })
        .collect()
}

/// A catalogue in the official layout, before it becomes Excel or Word.
pub(super) fn render(catalogue: &Catalogue) -> Rendered {
    let layout = Layout::of(catalogue);
    let mut table: Vec<Vec<RenderedCell>> = catalogue
        .items
        .iter()
        .map(|item| layout.row(item).into_iter().map(RenderedCell::new).collect())
        .collect();
    if let Some(level1) = layout.columns.iter().position(|role| *role == ColumnRole::Level1) {
        merge(&mut table, level1, false);
    }
    let sector = catalogue.sector.as_deref().and_then(sector::find);
    let titled = !catalogue.title.is_empty();
    Rendered {
        sheet: sector.map_or_else(|| "目录".to_owned(), |sector| sector.name.clone()),
        title: catalogue.title.clone(),
        above: titled.then(RenderedLine::title).into_iter().collect(),
        header: layout.header().into_iter().map(RenderedHeader::from).collect(),
        header_rows: 2,
        widths: layout.widths(),
        rows: table.into_iter().map(RenderedRow::Cells).collect(),
        below: catalogue.notes.iter().cloned().map(RenderedLine::plain).collect(),
        paper: Paper::A3Landscape,
    }
}
