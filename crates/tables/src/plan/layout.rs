//! The layout a plan came in: lines above and below, columns with headers and widths, which columns were merged. A
//! plan is written out in it again.

use super::{ColumnRole, Mapping, gather, line, synonym};
use crate::Document;
use domain::plan::{Plan, UnitRole};
use serde::{Deserialize, Serialize};

/// How a plan's table looks on paper.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// The worksheet's name.
    #[serde(default)]
    pub sheet: String,
    /// Lines above the table.
    pub above: Vec<LayoutLine>,
    /// The columns.
    pub columns: Vec<LayoutColumn>,
    /// Lines below the table.
    #[serde(default)]
    pub below: Vec<String>,
    /// Pages lie on their side.
    #[serde(default)]
    pub landscape: bool,
}

/// A line above the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutLine {
    /// The text; of the title, what it was when read.
    pub text: String,
    /// It is the title: the plan's own is written in its place.
    pub is_title: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayoutColumn {
    /// The header.
    pub header: String,
    /// What it holds.
    pub role: ColumnRole,
    /// Its width in characters of Excel's measure, where the file gave one.
    #[serde(default)]
    pub width: Option<f64>,
    /// Equal cells below each other are one merged cell.
    #[serde(default)]
    pub merged: bool,
}

/// A column of progress to add on the right, a cell for each assignment of the plan in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProgressColumn {
    /// The header.
    pub header: String,
    /// Its width in characters of Excel's measure.
    pub width: f64,
    /// The cells.
    pub cells: Vec<String>,
}

impl LayoutColumn {
    fn of(role: ColumnRole) -> Self {
        let merged = matches!(role, ColumnRole::Due | ColumnRole::Remark);
        Self { header: role.label().to_owned(), role, width: None, merged }
    }

    /// The width to write: the file's own, or what the column usually needs.
    pub(super) fn usable_width(&self) -> f64 {
        self.width.unwrap_or(match self.role {
            ColumnRole::Number => 6.0,
            ColumnRole::Task => 20.0,
            ColumnRole::Content => 50.0,
            ColumnRole::Unit | ColumnRole::LeadUnit | ColumnRole::CooperatingUnit => 22.0,
            ColumnRole::Due => 18.0,
            ColumnRole::Remark | ColumnRole::Extra => 20.0,
        })
    }
}

impl Layout {
    /// The usual layout, for plans that came from no file.
    pub fn standard() -> Self {
        let roles = [
            ColumnRole::Number,
            ColumnRole::Task,
            ColumnRole::Content,
            ColumnRole::Unit,
            ColumnRole::Due,
            ColumnRole::Remark,
        ];
        Self {
            sheet: "任务分解表".to_owned(),
            above: vec![
                LayoutLine { text: "附件".to_owned(), is_title: false },
                LayoutLine { text: String::new(), is_title: true },
            ],
            columns: roles.into_iter().map(LayoutColumn::of).collect(),
            below: Vec::new(),
            landscape: true,
        }
    }

    /// The layout of a document's table.
    pub fn of(document: &Document, mapping: &Mapping) -> Self {
        let Some(grid) = document.tables.get(mapping.table) else { return Self::standard() };
        let frame = line::frame(document, mapping);
        let gathered = gather::gather(document, mapping, &mut Vec::new());
        let body = mapping.body_row();
        let mut columns: Vec<LayoutColumn> = mapping
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| LayoutColumn {
                header: header(&column.header, column.role),
                role: column.role,
                width: grid.widths.get(index).copied().flatten(),
                merged: !grid.knows_merges && matches!(column.role, ColumnRole::Due | ColumnRole::Remark),
            })
            .collect();
        for cell in grid.cells.iter().filter(|cell| cell.row >= body && cell.is_tall()) {
            if let Some(column) = columns.get_mut(cell.column) {
                column.merged = true;
            }
        }
        // Columns without a header that hold nothing are only the sheet's margin.
        let holds = |index: usize| grid.cells.iter().any(|cell| cell.column == index && cell.row >= body);
        let mut index = 0;
        columns.retain(|column| {
            index += 1;
            !column.header.is_empty() || column.role != ColumnRole::Extra || holds(index - 1)
        });
        let mut below = gathered.notes;
        below.extend(frame.below);
        let above = frame.above.into_iter().map(|(text, is_title)| LayoutLine { text, is_title }).collect();
        Self { sheet: grid.name.clone(), above, columns, below, landscape: document.landscape }
    }

    /// The layout with a column for everything the plan holds, and a line for its title.
    pub(super) fn complete(&self, plan: &Plan) -> Self {
        let mut layout = self.clone();
        if !plan.title.is_empty() && !layout.above.iter().any(|line| line.is_title) {
            layout.above.push(LayoutLine { text: String::new(), is_title: true });
        }
        let has = |layout: &Self, role: ColumnRole| layout.columns.iter().any(|column| column.role == role);
        let any = |test: &dyn Fn(&domain::plan::Assignment) -> bool| {
            plan.assignments().any(|(_, assignment)| test(assignment))
        };
        let named = plan.tasks.iter().any(|task| {
            task.assignments.iter().any(|assignment| assignment.content != task.name)
                || task.assignments.len() > 1
        });
        let responsible = any(&|a| a.units.iter().any(|unit| unit.role == UnitRole::Responsible));
        let has_unit_column = layout.columns.iter().any(|column| column.role.names_units());
        let wanted = [
            (
                ColumnRole::Number,
                plan.tasks.iter().any(|task| !task.number.is_empty()) && !self.headings_are_tasks(),
            ),
            (ColumnRole::Task, named && !has(self, ColumnRole::Task) && !self.headings_are_tasks()),
            (ColumnRole::Content, named || !has(self, ColumnRole::Task)),
            (ColumnRole::Unit, responsible || !has_unit_column),
            (ColumnRole::Due, any(&|a| !a.due.text.is_empty())),
            (ColumnRole::Remark, any(&|a| !a.remark.is_empty())),
        ];
        for (index, (role, wanted)) in wanted.into_iter().enumerate() {
            if wanted && !has(&layout, role) {
                let at = index.min(layout.columns.len());
                layout.columns.insert(at, LayoutColumn { merged: false, ..LayoutColumn::of(role) });
            }
        }
        for (_, assignment) in plan.assignments() {
            for extra in &assignment.extra {
                let known =
                    |column: &LayoutColumn| column.role == ColumnRole::Extra && column.header == extra.name;
                if !layout.columns.iter().any(known)
                    && layout.columns.len() < domain::limits::TABLE_COLUMNS_MAX
                {
                    let column =
                        LayoutColumn { header: extra.name.clone(), ..LayoutColumn::of(ColumnRole::Extra) };
                    layout.columns.push(column);
                }
            }
        }
        layout
    }

    /// Tasks stand in heading rows: no column names them.
    pub(super) fn headings_are_tasks(&self) -> bool {
        !self.columns.is_empty()
            && !self.columns.iter().any(|column| matches!(column.role, ColumnRole::Task | ColumnRole::Number))
    }
}

/// Of a header in two rows, the part that says what the column means.
fn header(header: &str, role: ColumnRole) -> String {
    if header.is_empty() && role != ColumnRole::Extra {
        return role.label().to_owned();
    }
    let says = |text: &str| synonym::meaning(text).map(|(role, _)| role);
    if role != ColumnRole::Extra
        && says(header) != Some(role)
        && let Some(part) = header.split(' ').rev().find(|part| says(part) == Some(role))
    {
        return part.to_owned();
    }
    header.to_owned()
}
