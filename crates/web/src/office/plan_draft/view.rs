//! The page on which a draft is checked: the table as read, beside what is doubtful.

use super::Wanted;
use crate::app::App;
use crate::office::frame;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::reading::Kept;
use crate::session::Staff;
use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::finding::{Finding, Severity};
use domain::plan::{Plan, UnitMention, UnitRole};
use domain::unit::{Resolution, UnitId};
use std::collections::BTreeSet;
use store::plan_draft::{DraftState, DraftView};
use tables::plan::ColumnRole;

struct FindingRow {
    severity: Severity,
    class: &'static str,
    place: String,
    message: String,
    link: Option<String>,
}

struct AssignmentCells {
    position: usize,
    content: String,
    units: String,
    unit_texts: Vec<(String, bool)>,
    due: String,
    due_read: String,
    remark: String,
    class: &'static str,
    row: Option<u32>,
}

struct TaskRows {
    number: String,
    name: String,
    section: String,
    assignments: Vec<AssignmentCells>,
}

struct UnknownUnit {
    text: String,
    suggestions: Vec<(UnitId, String)>,
    chosen: Vec<UnitId>,
}

struct ColumnChoice {
    index: usize,
    header: String,
    options: Vec<(&'static str, &'static str, bool)>,
}

#[derive(Template)]
#[template(path = "office/plan_draft.html")]
struct DraftPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    attachment: i64,
    title: String,
    file_name: String,
    task_count: usize,
    assignment_count: usize,
    errors: usize,
    warnings: usize,
    tasks: Vec<TaskRows>,
    findings: Vec<FindingRow>,
    unknown: Vec<UnknownUnit>,
    units: Vec<(UnitId, String)>,
    columns: Vec<ColumnChoice>,
    editing: Option<usize>,
    problem: Option<String>,
    open: bool,
    accepted_plan: Option<i64>,
}

impl DraftPage {
    fn is_editing(&self, position: &usize) -> bool {
        self.open && self.editing == Some(*position)
    }
}

/// Unit texts as one cell, roles in words.
fn units_cell(units: &[UnitMention]) -> String {
    let of = |role: UnitRole| {
        let texts: Vec<&str> =
            units.iter().filter(|unit| unit.role == role).map(|unit| unit.text.as_str()).collect();
        texts.join("、")
    };
    let parts =
        [("", UnitRole::Responsible), ("牵头单位：", UnitRole::Lead), ("配合单位：", UnitRole::Cooperating)];
    let written =
        parts.into_iter().map(|(words, role)| (words, of(role))).filter(|(_, texts)| !texts.is_empty());
    written.map(|(words, texts)| format!("{words}{texts}")).collect::<Vec<_>>().join("\n")
}

/// Renders the draft; a problem is said at its top.
pub(super) async fn draft_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    draft: DraftView,
    wanted: Wanted,
    problem: Option<String>,
) -> Result<Response, Problem> {
    let kept = Kept::read(&draft)?;
    let severity_at = |row: Option<u32>| {
        let here = draft.findings.iter().filter(|finding| row.is_some() && finding.at.row == row);
        here.map(|finding| finding.severity).min()
    };
    let known = |text: &str| {
        draft.resolutions.contains_key(text)
            || matches!(staff.directory.resolve(text), Resolution::Unit(_) | Resolution::Group(_))
    };
    let mut position = 0;
    let mut tasks = Vec::new();
    for task in &kept.plan.tasks {
        let mut assignments = Vec::new();
        for assignment in &task.assignments {
            let row = assignment.origin.0.row;
            let class = match severity_at(row) {
                Some(Severity::Error) => "wrong-cell",
                Some(Severity::Warning) => "doubtful",
                _ => "",
            };
            assignments.push(AssignmentCells {
                position,
                content: assignment.content.clone(),
                units: units_cell(&assignment.units),
                unit_texts: assignment
                    .units
                    .iter()
                    .map(|unit| (unit.text.clone(), known(&unit.text)))
                    .collect(),
                due: assignment.due.text.clone(),
                due_read: assignment.due.kind.words(),
                remark: assignment.remark.clone(),
                class,
                row,
            });
            position += 1;
        }
        tasks.push(TaskRows {
            number: task.number.clone(),
            name: task.name.clone(),
            section: task.section.clone(),
            assignments,
        });
    }
    let link = |finding: &Finding| {
        let row = finding.at.row?;
        let cells = tasks.iter().flat_map(|task| &task.assignments).find(|cells| cells.row == Some(row))?;
        Some(format!("#a{}", cells.position))
    };
    let mut findings: Vec<&Finding> = draft.findings.iter().collect();
    findings.sort_by_key(|finding| (finding.severity, finding.at));
    let findings = findings.into_iter().map(|finding| FindingRow {
        severity: finding.severity,
        class: severity_word(finding.severity),
        place: finding.at.to_string(),
        message: finding.message.clone(),
        link: link(finding),
    });
    let findings = findings.collect();
    let count = |severity| draft.findings.iter().filter(|finding| finding.severity == severity).count();
    let title = if kept.plan.title.is_empty() { draft.file_name.clone() } else { kept.plan.title.clone() };
    let frame = frame(app, staff, headers, "核对任务分解表", "/office/plans").await?;
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = DraftPage {
        page: frame
            .under("任务分解表", "/office/plans")
            .under("导入", "/office/plans/import")
            .with_done(wanted.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id: draft.id,
        version: draft.version,
        attachment: draft.attachment,
        title,
        task_count: tasks.len(),
        assignment_count: position,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        tasks,
        findings,
        unknown: unknown(staff, &kept.plan, &draft),
        units: staff.directory.units().iter().map(|unit| (unit.id, unit.name.clone())).collect(),
        columns: columns(&kept),
        file_name: draft.file_name,
        editing: wanted.edit,
        problem,
        open: draft.state == DraftState::Open,
        accepted_plan: match draft.state {
            DraftState::Accepted(plan) => Some(plan),
            _ => None,
        },
    };
    Ok((status, page(&template)?).into_response())
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// Unit texts that mean nobody or several, and whom they may mean.
fn unknown(staff: &Staff, plan: &Plan, draft: &DraftView) -> Vec<UnknownUnit> {
    let texts: BTreeSet<&str> = plan
        .assignments()
        .flat_map(|(_, assignment)| &assignment.units)
        .map(|unit| unit.text.as_str())
        .collect();
    let mut unknown = Vec::new();
    for text in texts {
        let candidates = match staff.directory.resolve(text) {
            Resolution::Unit(_) | Resolution::Group(_) => continue,
            Resolution::Ambiguous(ids) => ids,
            Resolution::Unknown => staff.directory.suggest(text, 5),
        };
        let named =
            candidates.into_iter().filter_map(|id| Some((id, staff.directory.unit(id)?.name.clone())));
        unknown.push(UnknownUnit {
            text: text.to_owned(),
            suggestions: named.collect(),
            chosen: draft.resolutions.get(text).cloned().unwrap_or_default(),
        });
    }
    unknown
}

fn columns(kept: &Kept) -> Vec<ColumnChoice> {
    let options =
        |current: ColumnRole| ColumnRole::ALL.map(|role| (role.word(), role.label(), role == current));
    let columns = kept.mapping.columns.iter().enumerate().map(|(index, column)| ColumnChoice {
        index,
        header: column.header.clone(),
        options: options(column.role).to_vec(),
    });
    columns.collect()
}
