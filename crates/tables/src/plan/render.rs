//! A plan as rows of cells in a layout, before it becomes Excel or Word.

use super::ColumnRole;
use super::layout::{Layout, LayoutColumn, ProgressColumn};
use crate::rendered::{Paper, Rendered, RenderedCell, RenderedHeader, RenderedLine, RenderedRow, merge};
use domain::plan::{Assignment, Plan, Task, UnitRole};
use std::collections::HashMap;

pub(super) fn render(plan: &Plan, layout: &Layout, progress: &[ProgressColumn]) -> Rendered {
    let layout = layout.complete(plan);
    let mut headers: Vec<String> = layout.columns.iter().map(|column| column.header.clone()).collect();
    headers.extend(progress.iter().map(|column| column.header.clone()));
    let mut widths: Vec<f64> = layout.columns.iter().map(LayoutColumn::usable_width).collect();
    widths.extend(progress.iter().map(|column| column.width.clamp(4.0, 100.0)));
    let mut rows = Vec::new();
    let mut section: Vec<&str> = Vec::new();
    let mut index = 0;
    for task in &plan.tasks {
        let own: Vec<&str> = task.section.split('\n').filter(|line| !line.is_empty()).collect();
        let shared = own.iter().zip(&section).take_while(|(a, b)| a == b).count();
        rows.extend(own.iter().skip(shared).map(|line| RenderedRow::Heading((*line).to_owned())));
        section = own;
        if layout.headings_are_tasks() {
            let name = if task.number.is_empty() {
                task.name.clone()
            } else {
                format!("{}、{}", task.number, task.name)
            };
            rows.push(RenderedRow::Heading(name));
        }
        task_rows(task, &layout, progress, index, &mut rows);
        index += task.assignments.len();
    }
    Rendered {
        sheet: if layout.sheet.is_empty() { "任务分解表".to_owned() } else { layout.sheet.clone() },
        title: plan.title.clone(),
        above: layout
            .above
            .into_iter()
            .map(|line| if line.is_title { RenderedLine::title() } else { RenderedLine::plain(line.text) })
            .collect(),
        header: RenderedHeader::flat(headers),
        header_rows: 1,
        widths,
        rows,
        below: layout.below.into_iter().map(RenderedLine::plain).collect(),
        paper: if layout.landscape { Paper::A4Landscape } else { Paper::A4 },
    }
}

fn task_rows(
    task: &Task,
    layout: &Layout,
    progress: &[ProgressColumn],
    first: usize,
    rows: &mut Vec<RenderedRow>,
) {
    let mut table: Vec<Vec<RenderedCell>> = task
        .assignments
        .iter()
        .enumerate()
        .map(|(offset, assignment)| {
            let mut cells = texts(task, assignment, layout);
            cells.extend(
                progress.iter().map(|column| column.cells.get(first + offset).cloned().unwrap_or_default()),
            );
            cells.into_iter().map(RenderedCell::new).collect()
        })
        .collect();
    for (column, described) in layout.columns.iter().enumerate() {
        let whole = matches!(described.role, ColumnRole::Number | ColumnRole::Task);
        if whole || described.merged {
            merge(&mut table, column, whole);
        }
    }
    rows.extend(table.into_iter().map(RenderedRow::Cells));
}

fn texts(task: &Task, assignment: &Assignment, layout: &Layout) -> Vec<String> {
    let has = |role: ColumnRole| layout.columns.iter().any(|column| column.role == role);
    let mut taken: HashMap<&str, usize> = HashMap::new();
    let mut seen_roles: Vec<ColumnRole> = Vec::new();
    layout
        .columns
        .iter()
        .map(|column| {
            let again = seen_roles.contains(&column.role);
            seen_roles.push(column.role);
            match column.role {
                ColumnRole::Number => task.number.clone(),
                ColumnRole::Task => task.name.clone(),
                ColumnRole::Content => assignment.content.clone(),
                ColumnRole::Due => due(assignment),
                ColumnRole::Remark => assignment.remark.clone(),
                // Of two columns of units with the same meaning the first takes all.
                role if role.names_units() && again => String::new(),
                ColumnRole::LeadUnit => units(assignment, &[UnitRole::Lead], UnitRole::Lead),
                ColumnRole::CooperatingUnit => {
                    units(assignment, &[UnitRole::Cooperating], UnitRole::Cooperating)
                }
                ColumnRole::Unit => {
                    let mut roles = vec![UnitRole::Responsible];
                    if !has(ColumnRole::LeadUnit) {
                        roles.push(UnitRole::Lead);
                    }
                    if !has(ColumnRole::CooperatingUnit) {
                        roles.push(UnitRole::Cooperating);
                    }
                    units(assignment, &roles, UnitRole::Responsible)
                }
                ColumnRole::Extra => {
                    let nth = taken.entry(column.header.as_str()).or_insert(0);
                    *nth += 1;
                    let mut named = assignment.extra.iter().filter(|extra| extra.name == column.header);
                    named.nth(*nth - 1).map(|extra| extra.text.clone()).unwrap_or_default()
                }
            }
        })
        .collect()
}

/// The units with these roles; roles other than the column's are said in brackets.
fn units(assignment: &Assignment, roles: &[UnitRole], column: UnitRole) -> String {
    let named: Vec<String> = assignment
        .units
        .iter()
        .filter(|unit| roles.contains(&unit.role))
        .map(|unit| {
            if unit.role == column {
                unit.text.clone()
            } else {
                format!("{}（{}）", unit.text, unit.role.label())
            }
        })
        .collect();
    named.join("、")
}

/// The due's own words; a due made without words is put into some.
fn due(assignment: &Assignment) -> String {
    if !assignment.due.text.is_empty() {
        return assignment.due.text.clone();
    }
    assignment.due.kind.words()
}
