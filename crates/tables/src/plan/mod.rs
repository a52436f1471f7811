//! Breakdown tables (任务分解表): a document's table into a [`Plan`], its columns found by meaning, and a plan back
//! into the table it came from.

mod body;
mod gather;
mod guess;
mod header;
mod layout;
mod line;
mod mapping;
mod realign;
mod render;
mod synonym;

pub use layout::{Layout, LayoutColumn, LayoutLine, ProgressColumn};
pub(crate) use line::heading_level;
pub use mapping::{ColumnRole, MappedColumn, Mapping};

use crate::Document;
use crate::sheet::WriteFault;
use domain::finding::{Finding, arrange};
use domain::plan::{Plan, check};

/// Reads the plan of a document.
///
/// `mapping` is what a person said about the columns (or what was remembered of the same header); without it the
/// columns are found by their headers, and failing that by their content. `context_year` is the year of dates that
/// name none; without it the title and the table's other dates decide. The findings hold what the reading noticed
/// and what [`check::plan`] did, worst first. The mapping that was used comes back for the person to correct.
pub fn read(
    document: &Document,
    mapping: Option<&Mapping>,
    context_year: Option<i16>,
) -> (Plan, Vec<Finding>, Mapping) {
    let mut findings = Vec::new();
    let known = mapping.filter(|mapping| mapping.fits(document)).cloned();
    let Some(mapping) = known.or_else(|| header::find(document, &mut findings)) else {
        return (Plan::default(), arrange(findings), Mapping::default());
    };
    header::report(document, &mapping, &mut findings);
    let frame = line::frame(document, &mapping);
    let mut plan = Plan { title: frame.title, tasks: Vec::new() };
    if plan.title.is_empty() {
        findings.push(Finding::warning(
            "title-missing",
            "没有找到标题。请补填任务分解表的名称，便于查找和公开。",
        ));
    }
    let rows = gather::rows(document, &mapping, &mut findings);
    plan.tasks = body::tasks(rows, &mapping, &plan.title, context_year, &mut findings);
    if plan.tasks.is_empty() {
        findings.push(Finding::error(
            "plan-empty",
            "表头下面没有读到任务。请核对选对了工作表，或在下方重新指定各列的含义。",
        ));
    }
    for note in frame.notes {
        findings.push(note);
    }
    findings.extend(check::plan(&plan));
    (plan, arrange(findings), mapping)
}

/// Writes a plan as .xlsx in its layout, with columns of progress on the right if wanted.
///
/// # Errors
/// [`WriteFault`], when the plan is larger than a worksheet.
pub fn write_xlsx(
    plan: &Plan,
    layout: &Layout,
    progress: Option<&[ProgressColumn]>,
) -> Result<Vec<u8>, WriteFault> {
    crate::rendered::write_xlsx(&[render::render(plan, layout, progress.unwrap_or_default())])
}

/// Writes a plan as .docx in its layout, with columns of progress on the right if wanted.
///
/// # Errors
/// [`WriteFault`], when the archive cannot be built.
pub fn write_docx(
    plan: &Plan,
    layout: &Layout,
    progress: Option<&[ProgressColumn]>,
) -> Result<Vec<u8>, WriteFault> {
    crate::rendered::write_docx(&[render::render(plan, layout, progress.unwrap_or_default())])
}
