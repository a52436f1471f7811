//! Annual reports (政府信息公开工作年度报告): a published report's page or file into an [`AnnualReport`], and one out again in the
//! form of 国办公开办函〔2021〕30号. Rows and columns are found by their labels, wherever the tables stand; the reports of
//! before that form are read too. A cell that is empty or a dash counts as zero and is remembered as blank.

mod disputes;
mod lines;
mod page;
mod proactive;
mod requests;
mod value;
mod write;

pub use page::{Piece, PlacedCell, TableLayout, lay_out, table_html, write_html};
pub use write::{write_docx, write_xlsx};

use crate::Document;
use domain::annual_report::{AnnualReport, PARTS};
use domain::finding::{Finding, Place, arrange};

/// What a table is read into.
struct Reading {
    report: AnnualReport,
    findings: Vec<Finding>,
}

/// Rows that a table takes, first and last.
type Rows = (usize, usize);

/// Reads a report. What could not be read is among the findings with its place; whether the numbers agree is for
/// [`domain::annual_report::check`] to say.
pub fn read(document: &Document) -> (AnnualReport, Vec<Finding>) {
    let mut reading = Reading { report: AnnualReport::new("", 0), findings: Vec::new() };
    let mut lines = Vec::new();
    let mut found = [false; 3];
    for (table, grid) in document.tables.iter().enumerate() {
        lines.extend(grid.leading.iter().cloned());
        let cover = grid.cover();
        let taken: [Option<Rows>; 3] = [
            proactive::read(&mut reading, table, grid, &cover, found[0]),
            requests::read(&mut reading, table, grid, &cover, found[1]),
            disputes::read(&mut reading, table, grid, &cover, found[2]),
        ];
        for (found, taken) in found.iter_mut().zip(taken) {
            *found |= taken.is_some();
        }
        let taken: Vec<Rows> = taken.into_iter().flatten().collect();
        for row in 0..grid.rows {
            if !taken.iter().any(|(first, last)| (*first..=*last).contains(&row)) {
                lines.extend(cover.row(row).iter().flat_map(|cell| cell.text.lines()).map(str::to_owned));
            }
        }
    }
    lines.extend(document.trailing.iter().cloned());
    for (found, part) in found.into_iter().zip(PARTS.into_iter().skip(1)) {
        if !found {
            let message = format!("没有找到“{part}”的表格，该表各数按0处理。请核对文件是否完整。");
            reading.findings.push(Finding::error("report-table-missing", message));
        }
    }
    lines::read(&mut reading, &lines);
    (reading.report, arrange(reading.findings))
}

impl Reading {
    fn warn(&mut self, code: &'static str, message: String, at: Place) {
        self.findings.push(Finding::warning(code, message).at(at));
    }

    fn err(&mut self, code: &'static str, message: String, at: Place) {
        self.findings.push(Finding::error(code, message).at(at));
    }
}
