//! Tables 3 and 4 from the cases themselves. Each case is counted where its days put it, so the identities of the form hold
//! whatever the cases are.

use super::Cell;
use super::disputes::{DisputeKind, DisputeResult, Disputes};
use super::requests::{ReportRow, Requests};
use crate::request::{ApplicantKind, Outcome};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the report needs of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSummary {
    /// The day of receipt (art. 31).
    pub received: Date,
    /// Who asked.
    pub applicant: ApplicantKind,
    /// When and how it ended; a day before the receipt counts as the day of receipt.
    pub ended: Option<(Date, Outcome)>,
    /// Reviews and litigation that followed.
    pub disputes: Vec<Dispute>,
}

/// A review or a lawsuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Which.
    pub kind: DisputeKind,
    /// When it was admitted.
    pub started: Date,
    /// When and how it ended.
    pub ended: Option<(Date, DisputeEnd)>,
}

/// How a review or lawsuit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeEnd {
    /// 结果维持
    Upheld,
    /// 结果纠正
    Corrected,
    /// 其他结果
    Other,
}

impl CaseSummary {
    /// Whether a number of a year's tables 3 and 4 counts it.
    pub fn counts(&self, cell: Cell, year: i16) -> bool {
        match cell {
            Cell::Proactive(_) => false,
            Cell::Request(row, column) => Requests::from_cases([self], year).get(row, column) > 0,
            Cell::Dispute(kind, result) => Disputes::from_cases([self], year).get(kind, result) > 0,
        }
    }
}

impl From<DisputeEnd> for DisputeResult {
    fn from(end: DisputeEnd) -> Self {
        match end {
            DisputeEnd::Upheld => Self::Upheld,
            DisputeEnd::Corrected => Self::Corrected,
            DisputeEnd::Other => Self::Other,
        }
    }
}

impl Requests {
    /// Table 3 of a year: new are those received in it; carried in, those received before and open at its start.
    pub fn from_cases<'a>(cases: impl IntoIterator<Item = &'a CaseSummary>, year: i16) -> Self {
        let mut table = Self::default();
        for case in cases {
            let ended = case.ended.map(|(on, outcome)| (on.max(case.received).year(), outcome));
            let over = |before: i16| ended.is_some_and(|(end, _)| end < before);
            if case.received.year() > year || over(year) {
                continue;
            }
            let row = if case.received.year() == year { ReportRow::New } else { ReportRow::CarriedIn };
            table.count(row, case.applicant);
            match ended.filter(|(end, _)| *end == year) {
                Some((_, outcome)) => table.count(ReportRow::Result(outcome.row()), case.applicant),
                None => table.count(ReportRow::CarriedOut, case.applicant),
            }
        }
        table
    }
}

impl Disputes {
    /// Table 4 of a year: those that ended in it, by result, and those open at its end.
    pub fn from_cases<'a>(cases: impl IntoIterator<Item = &'a CaseSummary>, year: i16) -> Self {
        let mut table = Self::default();
        for dispute in cases.into_iter().flat_map(|case| &case.disputes) {
            let ended = dispute.ended.map(|(on, end)| (on.max(dispute.started).year(), end));
            match ended {
                Some((end, result)) if end == year => table.count(dispute.kind, result.into()),
                Some((end, _)) if end < year => {}
                _ if dispute.started.year() <= year => table.count(dispute.kind, DisputeResult::Pending),
                _ => {}
            }
        }
        table
    }
}
