//! A finding: what a reader or a check noticed, why it matters and what to do, with its place in the file.
//! Readers never fail on what they do not understand; they keep it verbatim and add a finding.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Must be put right before the table is taken into force.
    Error,
    /// Probably a mistake; a person should look.
    Warning,
    /// What was assumed or tidied while reading.
    Info,
}

impl Severity {
    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Error => "错误",
            Self::Warning => "存疑",
            Self::Info => "提示",
        }
    }
}

/// A place in a file: table, row and column, each counted from 1. What is not known is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The table or worksheet.
    pub table: Option<u32>,
    /// The row within it, as the file shows it (header and title rows count).
    pub row: Option<u32>,
    /// The column within it.
    pub column: Option<u32>,
}

impl Place {
    /// The whole file.
    pub const FILE: Self = Self { table: None, row: None, column: None };

    /// A cell, counted from 0 as readers count.
    pub fn cell(table: usize, row: usize, column: usize) -> Self {
        Self { table: counted(table), row: counted(row), column: counted(column) }
    }

    /// A row, counted from 0.
    pub fn row(table: usize, row: usize) -> Self {
        Self { table: counted(table), row: counted(row), column: None }
    }

    /// A table, counted from 0.
    pub fn table(table: usize) -> Self {
        Self { table: counted(table), row: None, column: None }
    }

    /// The same row, another column counted from 0.
    pub fn at_column(self, column: usize) -> Self {
        Self { column: counted(column), ..self }
    }
}

fn counted(index: usize) -> Option<u32> {
    u32::try_from(index).ok().and_then(|index| index.checked_add(1))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(table) = self.table else {
            return f.write_str("全文");
        };
        write!(f, "表{table}")?;
        if let Some(row) = self.row {
            write!(f, "第{row}行")?;
        }
        if let Some(column) = self.column {
            write!(f, "第{column}列")?;
        }
        Ok(())
    }
}

/// Something noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// A stable word for programs, e.g. `year-from-context`.
    pub code: Cow<'static, str>,
    /// What it is, why, and what to do; for people, in Chinese.
    pub message: String,
    /// Where.
    pub at: Place,
}

impl Finding {
    /// Something that must be put right.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code: code.into(), message: message.into(), at: Place::FILE }
    }

    /// Something a person should look at.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, code: code.into(), message: message.into(), at: Place::FILE }
    }

    /// Something assumed or tidied.
    pub fn info(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Info, code: code.into(), message: message.into(), at: Place::FILE }
    }

    /// The same finding, at a place.
    #[must_use]
    pub fn at(mut self, at: Place) -> Self {
        self.at = at;
        self
    }
}

/// Sorts findings by severity, then place, and keeps at most [`crate::limits::FINDINGS_MAX`] of them; what was cut
/// is said in a last one.
pub fn arrange(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.severity, finding.at));
    let excess = findings.len().saturating_sub(crate::limits::FINDINGS_MAX);
    if excess > 0 {
        findings.truncate(crate::limits::FINDINGS_MAX);
        findings.push(Finding::warning(
            "findings-cut",
            format!("问题较多，另有{excess}条没有列出。请先处理已列出的问题，再重新读取。"),
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_as_people_say_it() {
        assert_eq!(Place::FILE.to_string(), "全文");
        assert_eq!(Place::cell(0, 4, 2).to_string(), "表1第5行第3列");
        assert_eq!(Place::row(1, 0).to_string(), "表2第1行");
    }

    #[test]
    fn a_flood_of_findings_is_cut_and_said() {
        let mut findings: Vec<Finding> = (0..crate::limits::FINDINGS_MAX)
            .map(|row| Finding::info("x", "x").at(Place::row(0, row)))
            .collect();
        findings.push(Finding::error("worst", "x"));
        findings.push(Finding::info("x", "x"));
        let arranged = arrange(findings);
        assert_eq!(arranged[0].code, "worst");
        assert_eq!(arranged.len(), crate::limits::FINDINGS_MAX + 1);
        assert!(arranged.last().unwrap().message.contains("另有2条"));
    }

    #[test]
    fn json_keeps_its_shape() {
        let finding = Finding::warning("unit-missing", "缺").at(Place::row(0, 2));
        let json = serde_json::to_value(&finding).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"severity": "warning", "code": "unit-missing", "message": "缺",
                "at": {"table": 1, "row": 3, "column": null}})
        );
        assert_eq!(serde_json::from_value::<Finding>(json).unwrap(), finding);
    }
}
