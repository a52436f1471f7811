//! The checks a careful clerk makes on a plan: numbers said in words against the table, words written twice, dues
//! that cannot be, missing and unknown units. Pure; [`plan`] needs nothing but the plan, [`units`] the directory.

use super::{Assignment, MentionKind, Plan, Task};
use crate::finding::{Finding, Place};
use crate::sector;
use crate::text::{head, number};
use crate::unit::{Directory, Resolution};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The least characters that must be repeated for a repetition to be a slip: shorter ones are often meant (进一步一步).
const REPEATED_CHARACTERS_MIN: usize = 4;
/// The most characters a repeated phrase is searched for.
const REPEATED_CHARACTERS_MAX: usize = 40;

/// Everything that can be checked without knowing the county's units.
pub fn plan(plan: &Plan) -> Vec<Finding> {
    let mut findings = Vec::new();
    if plan.tasks.is_empty() {
        return findings;
    }
    repeated_words(&plan.title, "标题", Place::FILE, &mut findings);
    numbers(plan, &mut findings);
    same_content(plan, &mut findings);
    let year = plan.year();
    for task in &plan.tasks {
        let at = task.assignments.first().map_or(Place::FILE, |assignment| row(assignment.origin.0));
        repeated_words(&task.name, "主要任务", at, &mut findings);
        sectors_claimed(task, at, &mut findings);
        for assignment in &task.assignments {
            check_assignment(task, assignment, year, &mut findings);
        }
    }
    units_claimed(plan, &mut findings);
    findings
}

fn row(at: Place) -> Place {
    Place { column: None, ..at }
}

fn check_assignment(task: &Task, assignment: &Assignment, year: Option<i16>, findings: &mut Vec<Finding>) {
    let at = assignment.origin.0;
    if assignment.content != task.name {
        repeated_words(&assignment.content, "具体内容", at, findings);
    }
    repeated_words(&assignment.remark, "备注", at, findings);
    let what = head(if assignment.content.is_empty() { &task.name } else { &assignment.content }, 20);
    if assignment.content.is_empty() {
        findings.push(
            Finding::warning("content-missing", "这一行没有具体内容。请补填，或删去这一行。".to_owned())
                .at(at),
        );
    }
    if assignment.units.is_empty() {
        findings.push(
            Finding::warning(
                "unit-missing",
                format!("“{what}”没有写责任单位，不会有单位收到这项任务。请补填责任单位。"),
            )
            .at(at),
        );
    }
    dues(assignment, &what, year, findings);
}

fn dues(assignment: &Assignment, what: &str, year: Option<i16>, findings: &mut Vec<Finding>) {
    let at = assignment.origin.0;
    let phases = assignment.due.phases();
    for phase in phases {
        if let Some(from) = phase.from.filter(|from| *from > phase.to) {
            findings.push(
                Finding::error(
                    "due-before-start",
                    format!("“{what}”的完成时限{}早于开始时间{from}。请改正日期。", phase.to),
                )
                .at(at),
            );
        }
    }
    for pair in phases.windows(2) {
        let [earlier, later] = pair else { continue };
        let out_of_order = match (earlier.from, later.from) {
            (Some(first), Some(second)) => second < first || later.to < earlier.to,
            _ => later.to < earlier.to,
        };
        if out_of_order {
            let name = if later.name.is_empty() { "后一阶段" } else { &later.name };
            findings.push(
                Finding::warning(
                    "phase-order",
                    format!(
                        "“{what}”的阶段“{name}”（到{}）排在后面，时间却更早。请核对各阶段日期。",
                        later.to
                    ),
                )
                .at(at),
            );
        }
    }
    if let (Some(year), Some(deadline)) = (year, assignment.due.deadline())
        && deadline.year() < year
    {
        findings.push(
            Finding::warning(
                "due-before-plan-year",
                format!("“{what}”的完成时限{deadline}早于标题所写的{year}年。请核对年份。"),
            )
            .at(at),
        );
    }
}

/// A phrase written twice in a row: `严格执行严格执行`.
fn repeated_words(text: &str, column: &str, at: Place, findings: &mut Vec<Finding>) {
    if let Some(phrase) = repeated_phrase(text) {
        findings.push(
            Finding::warning(
                "repeated-words",
                format!("{column}中“{phrase}”连写了两遍，像是笔误。请核对，多余的请删去。"),
            )
            .at(at),
        );
    }
}

fn repeated_phrase(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    for start in 0..chars.len() {
        let longest = REPEATED_CHARACTERS_MAX.min((chars.len() - start) / 2);
        for length in REPEATED_CHARACTERS_MIN..=longest {
            let (Some(first), Some(second)) =
                (chars.get(start..start + length), chars.get(start + length..start + 2 * length))
            else {
                break;
            };
            if first.first() == second.first() && first == second && is_phrase(first) {
                return Some(first.iter().collect());
            }
        }
    }
    None
}

/// Words, not a row of dots or digits, nor one character over and over.
fn is_phrase(chars: &[char]) -> bool {
    let words = chars.iter().filter(|c| c.is_alphabetic()).collect::<BTreeSet<_>>().len();
    words >= 2
        && chars.iter().all(|c| c.is_alphabetic() || c.is_numeric() || matches!(c, '、' | '，' | '“' | '”'))
}

/// Task numbers: none twice, none left out.
fn numbers(plan: &Plan, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<(&str, u32), ()> = BTreeMap::new();
    let mut last: Option<(&str, u32)> = None;
    for task in &plan.tasks {
        let at = task.assignments.first().map_or(Place::FILE, |assignment| row(assignment.origin.0));
        let Some(value) = plain_number(&task.number) else {
            last = None;
            continue;
        };
        let section = task.section.as_str();
        if seen.insert((section, value), ()).is_some() {
            findings.push(
                Finding::warning(
                    "task-number-repeated",
                    format!("序号“{}”出现了不止一次，任务却不同。请核对序号。", task.number),
                )
                .at(at),
            );
        } else if let Some((before_section, before)) = last
            && value != before + 1
            // Numbering that starts anew under a new heading is right, and so is one that goes on.
            && !(before_section != section && value == 1)
        {
            findings.push(
                Finding::warning(
                    "task-number-gap",
                    format!("序号从“{before}”跳到“{}”。请核对是否缺行或序号有误。", task.number),
                )
                .at(at),
            );
        }
        last = Some((section, value));
    }
}

/// The value of `3`, `三`, `(3)`, `3.`; nothing for `3.1` or `二十条`.
fn plain_number(text: &str) -> Option<u32> {
    let bare: Vec<char> =
        text.chars().filter_map(crate::text::half_width).filter(|c| !matches!(c, '(' | ')' | '、')).collect();
    let bare = bare.strip_suffix(&['.']).unwrap_or(&bare);
    let (value, length) = number(bare)?;
    (length == bare.len() && value < 100_000).then_some(value)
}

/// The same content twice, for the same units.
fn same_content(plan: &Plan, findings: &mut Vec<Finding>) {
    let mut seen: HashMap<String, Place> = HashMap::new();
    for (_, assignment) in plan.assignments() {
        let content: String = assignment.content.chars().filter(|c| c.is_alphanumeric()).collect();
        if content.is_empty() {
            continue;
        }
        let units: Vec<&str> = assignment.units.iter().map(|unit| unit.text.as_str()).collect();
        let key = format!("{content}\n{}", units.join("\n"));
        match seen.get(&key) {
            Some(first) => findings.push(
                Finding::warning(
                    "content-repeated",
                    format!(
                        "“{}”与{first}的内容和责任单位相同。请核对是否重复。",
                        head(&assignment.content, 20)
                    ),
                )
                .at(assignment.origin.0),
            ),
            None => {
                seen.insert(key, row(assignment.origin.0));
            }
        }
    }
}

/// `26个领域` in a task's name against the sectors its rows name.
fn sectors_claimed(task: &Task, at: Place, findings: &mut Vec<Finding>) {
    let Some(claimed) = claims(&task.name, &["个领域", "个试点领域"]).next() else {
        return;
    };
    let named: BTreeSet<&str> = sectors_under(task).into_iter().map(|sector| sector.id.as_str()).collect();
    let found = u32::try_from(named.len()).unwrap_or(u32::MAX);
    if found < 2 || found == claimed {
        return;
    }
    let missing: Vec<&str> = sector::all()
        .iter()
        .filter(|sector| claimed == 26 && !named.contains(sector.id.as_str()))
        .map(|sector| sector.name.as_str())
        .collect();
    let missing = if missing.is_empty() {
        String::new()
    } else {
        format!("没有列出的有：{}。", missing.join("、"))
    };
    findings.push(
        Finding::warning(
            "count-mismatch",
            format!("主要任务写{claimed}个领域，具体内容列出的领域有{found}个。{missing}请核对。"),
        )
        .at(at),
    );
}

/// The sectors named in the rows of a task, each once, in their order.
pub fn sectors_under(task: &Task) -> Vec<&'static sector::Sector> {
    let mut sectors: Vec<&'static sector::Sector> = Vec::new();
    for sector in task.assignments.iter().flat_map(|assignment| sector::named_in(&assignment.content)) {
        if !sectors.iter().any(|known| known.id == sector.id) {
            sectors.push(sector);
        }
    }
    sectors
}

/// `26个领域的21个部门` anywhere against the units responsible for the sectors.
fn units_claimed(plan: &Plan, findings: &mut Vec<Finding>) {
    // A task divides sectors among units when several of its rows name some; one row that mentions a sector in
    // passing does not.
    let by_sector: Vec<&Assignment> = plan
        .tasks
        .iter()
        .map(|task| {
            let naming = |assignment: &&Assignment| !sector::named_in(&assignment.content).is_empty();
            task.assignments.iter().filter(naming).collect::<Vec<_>>()
        })
        .filter(|naming| naming.len() > 1)
        .flatten()
        .collect();
    let units = |first_only: bool| -> BTreeSet<&str> {
        by_sector
            .iter()
            .flat_map(|assignment| assignment.units.iter().take(if first_only { 1 } else { usize::MAX }))
            .filter(|unit| unit.kind == MentionKind::Unit)
            .map(|unit| unit.text.as_str())
            .collect()
    };
    let (leading, all) = (units(true).len(), units(false).len());
    if leading < 2 {
        return;
    }
    for (task, assignment) in plan.assignments() {
        for text in [&task.name, &assignment.content, &assignment.remark] {
            for claimed in claims(text, &["个部门", "个单位", "家单位"]) {
                let claimed_here = usize::try_from(claimed).unwrap_or(usize::MAX);
                if !text.contains(&format!("领域的{claimed}")) || (leading..=all).contains(&claimed_here) {
                    continue;
                }
                let also = if all > leading {
                    format!("（连同并列、括号中的单位共{all}个）")
                } else {
                    String::new()
                };
                let finding = Finding::warning(
                    "count-mismatch",
                    format!(
                        "“{}”写{claimed}个部门，表中各领域的责任部门有{leading}个{also}。请核对是数字有误还是缺行。",
                        head(text, 30)
                    ),
                )
                .at(row(assignment.origin.0));
                if !findings.contains(&finding) {
                    findings.push(finding);
                }
            }
        }
    }
}

/// The numbers before any of the words: 26 in `26个领域`.
fn claims<'a>(text: &'a str, words: &'a [&str]) -> impl Iterator<Item = u32> + 'a {
    let chars: Vec<char> = text.chars().filter_map(crate::text::half_width).collect();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < chars.len() {
            let Some((value, length)) = chars.get(at..).and_then(number) else {
                at += 1;
                continue;
            };
            at += length;
            let rest: String = chars.get(at..).unwrap_or_default().iter().take(6).collect();
            if words.iter().any(|word| rest.starts_with(word)) {
                return Some(value);
            }
        }
        None
    })
}

/// Units that the directory does not know, or knows more than once.
pub fn units(plan: &Plan, directory: &Directory) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for (_, assignment) in plan.assignments() {
        for unit in &assignment.units {
            if said.contains(unit.text.as_str()) {
                continue;
            }
            let finding = match directory.resolve(&unit.text) {
                Resolution::Unit(_) | Resolution::Group(_) => continue,
                Resolution::Ambiguous(ids) => Finding::warning(
                    "unit-ambiguous",
                    format!("“{}”对应{}个单位，不能确定是哪一个。请选定。", unit.text, ids.len()),
                ),
                Resolution::Unknown => unknown(&unit.text, directory),
            };
            said.insert(&unit.text);
            findings.push(finding.at(assignment.origin.0));
        }
    }
    findings
}

fn unknown(text: &str, directory: &Directory) -> Finding {
    let likely: Vec<&str> = directory
        .suggest(text, 3)
        .into_iter()
        .filter_map(|id| directory.unit(id))
        .map(|unit| unit.name.as_str())
        .collect();
    let hint =
        if likely.is_empty() { String::new() } else { format!("可能是：{}。", likely.join("、")) };
    Finding::warning(
        "unit-unknown",
        format!("单位名录中没有“{text}”。{hint}请选定对应单位，或先在单位名录中登记。"),
    )
}
