//! The annual report of a unit or a region (政府信息公开工作年度报告, 政府信息公开条例 arts 49–50) in the form of
//! 国办公开办函〔2021〕30号: three tables whose numbers must agree with one another, with the year before and with the text.

mod cases;
mod check;
mod disputes;
mod draft;
mod proactive;
mod region;
mod requests;
mod text;
mod word;
mod working;

pub use cases::{CaseSummary, Dispute, DisputeEnd};
pub use check::{Constraint, Discrepancy, check};
pub use disputes::{DisputeKind, DisputeResult, Disputes};
pub use draft::with_sentence;
pub use proactive::{Amount, OldProactive, PolicyFile, Proactive, ProactiveCell, ProactiveNumbers};
pub use region::{against_units, sum};
pub use requests::{Column, ReportRow, Requests};
pub use text::{Quoted, quoted};
pub use working::{Counted, Entered, Refused, Standing, State, Working};

use crate::rule::{Rule, Rules};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The six parts, in their order.
pub const PARTS: [&str; 6] = [
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
];

/// What part 一 usually speaks of, in its order.
pub const OVERALL_HEADS: [&str; 5] = [
    "（一）主动公开",
    "（二）依申请公开",
    "（三）政府信息管理",
    "（四）政府信息公开平台建设",
    "（五）监督保障",
];

/// A report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnualReport {
    /// Whose it is.
    pub unit: String,
    /// The year it reports on, 1 January to 31 December.
    pub year: i16,
    /// Part 一.
    pub overall: String,
    /// Part 二 (table 2).
    pub proactive: Proactive,
    /// Part 三 (table 3).
    pub requests: Requests,
    /// Part 四 (table 4).
    pub disputes: Disputes,
    /// Part 五.
    pub problems: String,
    /// Part 六; states the handling fees collected.
    pub others: String,
    /// Cells that were empty or `—` where the report was read: zero in the tables, and yet not said to be zero.
    pub blank: BTreeSet<Cell>,
}

/// A cell of the three tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Table 2.
    Proactive(ProactiveCell),
    /// Table 3.
    Request(ReportRow, Column),
    /// Table 4.
    Dispute(DisputeKind, DisputeResult),
}

impl Cell {
    /// The row's label as the form prints it.
    pub fn row(self) -> &'static str {
        match self {
            Self::Proactive(cell) => cell.row(),
            Self::Request(row, _) => row.label(),
            Self::Dispute(kind, _) => kind.label(),
        }
    }

    /// The column's label as the form prints it.
    pub fn column(self) -> &'static str {
        match self {
            Self::Proactive(cell) => cell.column(),
            Self::Request(_, column) => column.label(),
            Self::Dispute(_, result) => result.label(),
        }
    }

    /// In which part of the report it stands.
    pub fn part(self) -> &'static str {
        match self {
            Self::Proactive(_) => PARTS[1],
            Self::Request(..) => PARTS[2],
            Self::Dispute(..) => PARTS[3],
        }
    }
}

impl AnnualReport {
    /// A report in which every number is zero.
    pub fn new(unit: impl Into<String>, year: i16) -> Self {
        Self {
            unit: unit.into(),
            year,
            overall: String::new(),
            proactive: Proactive::default(),
            requests: Requests::default(),
            disputes: Disputes::default(),
            problems: String::new(),
            others: String::new(),
            blank: BTreeSet::new(),
        }
    }
}

/// Who reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reporter {
    /// A department or township.
    Unit,
    /// The authority of the region, for its government.
    Region,
}

/// The last day to publish the report on `year` (art. 49).
///
/// ```
/// use domain::annual_report::{Reporter, due};
/// use jiff::civil::date;
/// let rules = domain::rule::Rules::builtin().unwrap();
/// assert_eq!(due(2026, Reporter::Unit, &rules), date(2027, 1, 31));
/// assert_eq!(due(2026, Reporter::Region, &rules), date(2027, 3, 31));
/// ```
pub fn due(year: i16, reporter: Reporter, rules: &Rules) -> Date {
    let last_of_month = |rule: &Rule| {
        let month = i8::try_from(rule.value.clamp(1, 12)).unwrap_or(12);
        Date::new(year.saturating_add(1), month, 1).map_or(Date::MAX, Date::last_of_month)
    };
    match reporter {
        Reporter::Unit => last_of_month(&rules.annual_report_unit),
        Reporter::Region => last_of_month(&rules.annual_report_region),
    }
}
