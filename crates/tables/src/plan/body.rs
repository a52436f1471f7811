//! Rows to tasks and assignments: where a task begins, what merged and blank cells stand for, whose year a date has.

use super::gather::{Field, Row, RowCells};
use super::{ColumnRole, Mapping};
use domain::finding::{Finding, Place};
use domain::plan::mention::{self, UnitRole};
use domain::plan::{Assignment, Due, Task, UnitMention, due};
use domain::row::{Extra, Origin};
use std::collections::{BTreeMap, HashMap, HashSet};

/// An assignment whose due has not been read yet: the year may stand further down.
struct Draft {
    task: usize,
    assignment: Assignment,
    due_text: String,
}

struct Body<'a> {
    mapping: &'a Mapping,
    findings: &'a mut Vec<Finding>,
    tasks: Vec<Task>,
    drafts: Vec<Draft>,
    /// The headings above, outermost first, each with its level.
    headings: Vec<(usize, String)>,
    /// Headings stand for tasks: there is no column that does.
    headings_are_tasks: bool,
    /// The fields of the row before, blanks filled.
    last: Vec<String>,
    /// By column: blanks taken from the row above.
    filled: BTreeMap<usize, (usize, Place)>,
    units: HashMap<(String, UnitRole), Vec<UnitMention>>,
}

/// Builds the tasks.
pub(super) fn tasks(
    rows: Vec<Row>,
    mapping: &Mapping,
    title: &str,
    context_year: Option<i16>,
    findings: &mut Vec<Finding>,
) -> Vec<Task> {
    let no_task_column =
        mapping.column(ColumnRole::Task).is_none() && mapping.column(ColumnRole::Number).is_none();
    let mut body = Body {
        mapping,
        findings,
        tasks: Vec::new(),
        drafts: Vec::new(),
        headings: Vec::new(),
        headings_are_tasks: no_task_column && rows.iter().any(|row| matches!(row, Row::Heading(..))),
        last: vec![String::new(); mapping.columns.len()],
        filled: BTreeMap::new(),
        units: HashMap::new(),
    };
    for row in rows {
        match row {
            Row::Heading(text, level) => body.heading(&text, level),
            Row::Cells(cells) => body.cells(cells),
        }
    }
    body.finish(title, context_year)
}

impl Body<'_> {
    fn heading(&mut self, text: &str, level: usize) {
        // A heading without an ordinal stands beside the one before it.
        let level = if level == 0 { self.headings.last().map_or(1, |(level, _)| *level) } else { level };
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, text.to_owned()));
        if self.headings_are_tasks {
            let (number, name) = ordinal(text);
            let outer = self.headings.len().saturating_sub(1);
            let section = join(self.headings.iter().take(outer));
            self.tasks.push(Task { number, name, section, assignments: Vec::new() });
        }
        self.last = vec![String::new(); self.mapping.columns.len()];
    }

    fn cells(&mut self, mut row: RowCells) {
        self.ditto(&mut row);
        let says_nothing = row.fields.iter().enumerate().all(|(column, field)| {
            field.is_blank() || field.goes_on || self.role(column) == ColumnRole::Number
        });
        if says_nothing && self.mapping.columns.len() > 1 {
            if let Some(number) = row.fields.iter().find(|field| !field.is_blank() && !field.goes_on) {
                self.findings.push(
                    Finding::info(
                        "row-empty",
                        format!("这一行只有序号“{}”，没有内容，已略去。", number.text),
                    )
                    .at(row.at),
                );
            }
            return;
        }
        let begins = self.begins_task(&row);
        if begins {
            self.begin_task(&row);
        } else if row.blanks_continue {
            self.fill_blanks(&mut row);
        }
        let due_text = self.text(&row, ColumnRole::Due);
        let assignment = self.assignment(&row);
        self.drafts.push(Draft { task: self.tasks.len().saturating_sub(1), assignment, due_text });
        self.last = row.fields.into_iter().map(|field| field.text).collect();
    }

    fn role(&self, column: usize) -> ColumnRole {
        self.mapping.columns.get(column).map_or(ColumnRole::Extra, |column| column.role)
    }

    fn field<'r>(&self, row: &'r RowCells, role: ColumnRole) -> Option<&'r Field> {
        row.fields.get(self.mapping.column(role)?)
    }

    fn text(&self, row: &RowCells, role: ColumnRole) -> String {
        self.field(row, role).map(|field| field.text.clone()).unwrap_or_default()
    }

    /// 同上 stands for the cell above.
    fn ditto(&self, row: &mut RowCells) {
        for (field, above) in row.fields.iter_mut().zip(&self.last) {
            if matches!(field.text.as_str(), "同上" | "〃" | "″" | "同上。" | "\"") && !above.is_empty()
            {
                field.text.clone_from(above);
            }
        }
    }

    /// Blank cells of a task's further rows, where merged cells cannot be told from blank ones.
    fn fill_blanks(&mut self, row: &mut RowCells) {
        for (column, field) in row.fields.iter_mut().enumerate() {
            let role = self.mapping.columns.get(column).map_or(ColumnRole::Extra, |column| column.role);
            let fills = matches!(role, ColumnRole::Due | ColumnRole::Remark) || role.names_units();
            let above = self.last.get(column).map_or("", String::as_str);
            if fills && field.is_blank() && !above.is_empty() {
                field.text = above.to_owned();
                field.goes_on = true;
                let place = row.at.at_column(column);
                self.filled.entry(column).or_insert((0, place)).0 += 1;
            }
        }
    }

    /// Whether a row begins a new task. Repeated numbers and names, as after a page break, do not.
    fn begins_task(&mut self, row: &RowCells) -> bool {
        let Some(current) = self.tasks.last() else { return true };
        if self.headings_are_tasks {
            return false;
        }
        let number = self.field(row, ColumnRole::Number);
        let Some(task) = self.field(row, ColumnRole::Task) else {
            // Without a column of tasks each row is one, unless its number covers several.
            return !number.is_some_and(|number| number.goes_on);
        };
        let new_section = current.section != join(self.headings.iter());
        let same_name = task.text == current.name;
        match number.filter(|number| !number.is_blank()) {
            Some(number) if number.goes_on => !(task.goes_on || task.is_blank() || same_name),
            Some(number) if number.text == current.number && !new_section => {
                if task.goes_on || task.is_blank() || same_name {
                    return false;
                }
                if alike(&task.text, &current.name) {
                    self.findings.push(
                        Finding::warning(
                            "repeated-cell-differs",
                            format!(
                                "序号“{}”在分页处重复，任务名称却不一样：“{}”与“{}”，已按前者读取。请核对。",
                                number.text, current.name, task.text
                            ),
                        )
                        .at(row.at),
                    );
                    return false;
                }
                true
            }
            Some(_) => true,
            None if task.goes_on || task.is_blank() => new_section && !task.goes_on,
            None => !same_name || new_section,
        }
    }

    fn begin_task(&mut self, row: &RowCells) {
        let content = self.text(row, ColumnRole::Content);
        let name = match self.field(row, ColumnRole::Task) {
            Some(field) => field.text.clone(),
            None => content,
        };
        self.tasks.push(Task {
            number: self.text(row, ColumnRole::Number),
            name,
            section: join(self.headings.iter()),
            assignments: Vec::new(),
        });
    }

    fn assignment(&mut self, row: &RowCells) -> Assignment {
        let content = match self.field(row, ColumnRole::Content) {
            Some(field) => field.text.clone(),
            None => self.tasks.last().map(|task| task.name.clone()).unwrap_or_default(),
        };
        let column = self.mapping.column(ColumnRole::Content).or(self.mapping.column(ColumnRole::Task));
        let at = column.map_or(row.at, |column| row.at.at_column(column));
        let units = self.units(row);
        let mut extra = Vec::new();
        for (column, field) in row.fields.iter().enumerate() {
            if self.role(column) == ColumnRole::Extra && !field.is_blank() {
                let header = self.mapping.columns.get(column).map_or("", |column| column.header.as_str());
                let name =
                    if header.is_empty() { format!("第{}列", column + 1) } else { header.to_owned() };
                extra.push(Extra { name, text: field.text.clone() });
            }
        }
        Assignment {
            content,
            units,
            due: Due::none(),
            remark: self.text(row, ColumnRole::Remark),
            extra,
            origin: Origin(at),
        }
    }

    fn units(&mut self, row: &RowCells) -> Vec<UnitMention> {
        let mut units: Vec<UnitMention> = Vec::new();
        for (column, field) in row.fields.iter().enumerate().filter(|(_, field)| !field.is_blank()) {
            let role = match self.role(column) {
                ColumnRole::Unit => UnitRole::Responsible,
                ColumnRole::LeadUnit => UnitRole::Lead,
                ColumnRole::CooperatingUnit => UnitRole::Cooperating,
                _ => continue,
            };
            let key = (field.text.clone(), role);
            let found = match self.units.get(&key) {
                Some(known) => known.clone(),
                None => {
                    let (found, notes) = mention::parse(&field.text, role);
                    self.findings.extend(notes.into_iter().map(|note| note.at(row.at.at_column(column))));
                    self.units.insert(key, found.clone());
                    found
                }
            };
            for unit in found {
                if !units.iter().any(|known| known.text == unit.text && known.role == unit.role) {
                    units.push(unit);
                }
            }
        }
        units
    }

    fn finish(mut self, title: &str, context_year: Option<i16>) -> Vec<Task> {
        for (column, (count, at)) in &self.filled {
            let name = self.mapping.columns.get(*column).map_or("", |column| column.header.as_str());
            self.findings.push(
                Finding::info(
                    "blank-continued",
                    format!("“{name}”列有{count}个空白单元格，按同一任务的上一行读取（这个文件看不出是空白还是合并单元格）。请核对。"),
                )
                .at(*at),
            );
        }
        let years = years(&self.drafts, title, context_year);
        let due_column = self.mapping.column(ColumnRole::Due);
        let mut said: HashSet<(usize, String)> = HashSet::new();
        let mut known: HashMap<(String, Option<i16>), Due> = HashMap::new();
        for (draft, year) in self.drafts.into_iter().zip(years) {
            let mut assignment = draft.assignment;
            let key = (draft.due_text, year);
            let first = said.insert((draft.task, key.0.clone()));
            assignment.due = match known.get(&key).filter(|_| !first) {
                Some(due) => due.clone(),
                None => {
                    let (due, notes) = due::parse(&key.0, year);
                    let at = assignment.origin.0;
                    let at = due_column.map_or(at, |column| at.at_column(column));
                    self.findings.extend(notes.into_iter().map(|note| note.at(at)));
                    known.insert(key, due.clone());
                    due
                }
            };
            if let Some(task) = self.tasks.get_mut(draft.task) {
                task.assignments.push(assignment);
            }
        }
        self.tasks.retain(|task| !task.assignments.is_empty());
        self.tasks
    }
}

/// The year for each row's dates that name none: the one given, the title's, that of the nearest date above, below,
/// and at last the one the contents name most.
fn years(drafts: &[Draft], title: &str, context_year: Option<i16>) -> Vec<Option<i16>> {
    if let Some(year) = context_year.or_else(|| due::first_year(title)) {
        return vec![Some(year); drafts.len()];
    }
    let mut named: HashMap<&str, Option<i16>> = HashMap::new();
    let own: Vec<Option<i16>> = drafts
        .iter()
        .map(|draft| {
            *named.entry(draft.due_text.as_str()).or_insert_with(|| due::first_year(&draft.due_text))
        })
        .collect();
    let mut years = Vec::with_capacity(drafts.len());
    let mut above = None;
    for year in &own {
        above = year.or(above);
        years.push(above);
    }
    let mut below = None;
    for (year, own) in years.iter_mut().zip(&own).rev() {
        below = own.or(below);
        *year = year.or(below);
    }
    if years.iter().any(Option::is_none) {
        let mut counts: BTreeMap<i16, usize> = BTreeMap::new();
        for draft in drafts.iter().take(2_000) {
            for text in [&draft.assignment.content, &draft.assignment.remark] {
                if let Some(year) = due::first_year(text) {
                    *counts.entry(year).or_insert(0) += 1;
                }
            }
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count).map(|(year, _)| year);
        for year in &mut years {
            *year = year.or(most);
        }
    }
    years
}

fn join<'a>(headings: impl Iterator<Item = &'a (usize, String)>) -> String {
    headings.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n")
}

/// `一、主动公开` as number and name.
fn ordinal(text: &str) -> (String, String) {
    let end = text.find(['、', '）', ')', '.', '．', ' ']).filter(|end| *end <= 15);
    match end.map(|end| text.split_at(end)) {
        Some((number, rest)) => {
            let number = number.trim_matches(['（', '(']).to_owned();
            let name: String = rest.chars().skip(1).collect();
            (number, name.trim().to_owned())
        }
        None => (String::new(), text.to_owned()),
    }
}

/// Whether two names are one with a slip: most pairs of characters are shared.
fn alike(a: &str, b: &str) -> bool {
    let pairs = |text: &str| -> HashSet<(char, char)> {
        let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        chars.iter().copied().zip(chars.iter().copied().skip(1)).collect()
    };
    let (a, b) = (pairs(a), pairs(b));
    let shared = a.intersection(&b).count();
    shared * 2 * 10 >= (a.len() + b.len()) * 6
}
