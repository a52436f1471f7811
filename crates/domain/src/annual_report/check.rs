//! What must hold in a report (国办公开办函〔2021〕30号 and its notes): within a table, against the year before, against its own
//! text. One pass finds everything.

use super::disputes::{DisputeKind, DisputeResult};
use super::proactive::{Amount, ProactiveCell};
use super::requests::{Column, ReportRow};
use super::text::quoted;
use super::{AnnualReport, Cell};
use crate::finding::Finding;
use crate::request::{ApplicantKind, Row};
use crate::vocabulary::words;
use serde::{Deserialize, Serialize};

words! {
    /// A rule that a report keeps.
    Constraint {
        /// In each column of table 3.
        Balance = "balance", "本年新收加上年结转，等于办理结果总计加结转下年度";
        /// In each column of table 3.
        ResultsSum = "results_sum", "办理结果总计等于各项之和";
        /// In each row of table 3.
        RowTotal = "row_total", "总计等于各类申请人之和";
        /// In each part of table 4.
        DisputeTotal = "dispute_total", "总计等于维持、纠正、其他、尚未审结之和";
        /// Across years, in each column.
        CarriedOver = "carried_over", "上年结转等于上一年度报告的结转下年度继续办理";
        /// Text against tables.
        Quoted = "quoted", "正文引用的数字与表格一致";
        /// The region's report against its units'.
        UnitsSum = "units_sum", "本级政府报告等于各单位报告之和";
        /// Across years; a review of all documents may count anew.
        InForce = "in_force", "现行有效件数等于上年现行有效加本年制发减本年废止";
    }
}

impl Constraint {
    /// Whether a stated reason excuses it: what is held against other reports may have been counted anew; a report that
    /// does not agree with itself is wrong.
    pub fn is_excusable(self) -> bool {
        matches!(self, Self::CarriedOver | Self::InForce | Self::UnitsSum)
    }

    /// Whether a report may differ with good reason.
    pub fn is_soft(self) -> bool {
        self == Self::InForce
    }
}

/// A number that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discrepancy {
    /// The rule.
    pub constraint: Constraint,
    /// The number looked at.
    pub cell: Cell,
    /// What it should be by the others.
    pub expected: i128,
    /// What it is.
    pub found: i128,
    /// The words of the text, where it is the text that differs.
    pub words: Option<String>,
    /// The numbers that were held against one another, where one cell does not tell it: the four of a balance, those a
    /// text sums up.
    pub numbers: Vec<(Cell, i128)>,
}

impl Discrepancy {
    /// For people.
    pub fn finding(&self) -> Finding {
        let (expected, found) = (self.written(self.expected), self.written(self.found));
        let place = format!("{}“{}”的“{}”", self.cell.part(), self.cell.row(), self.cell.column());
        let rule = self.constraint.label();
        let code = self.constraint.word();
        let message = match (&self.words, self.numbers.as_slice()) {
            (Some(words), [_, _, ..]) => format!(
                "正文“{words}”写的是{found}，{place}等{}个数合计是{expected}，两处应当一致。",
                self.numbers.len()
            ),
            (Some(words), _) => {
                format!("正文“{words}”写的是{found}，{place}是{expected}，两处应当一致。")
            }
            // Which of the four is wrong nobody knows; what one of them “should” be may even be less than nothing.
            (None, [(_, new), (_, carried_in), (_, results), (_, carried_out)]) => format!(
                "{}“{}”一列：本年新收{new}＋上年结转{carried_in}＝{}，办理结果{results}＋结转{carried_out}＝{}，两边不等，请核对这四个数。",
                self.cell.part(),
                self.cell.column(),
                new + carried_in,
                results + carried_out
            ),
            (None, _) => format!("{place}应为{expected}，现为{found}（{rule}）。"),
        };
        if self.constraint.is_soft() {
            Finding::warning(code, format!("{message}因清理重新统计的，请在报告中说明。"))
        } else {
            Finding::error(code, message)
        }
    }

    fn written(&self, number: i128) -> String {
        match (self.cell, u64::try_from(number)) {
            (Cell::Proactive(ProactiveCell::Fees), Ok(fen)) => format!("{}万元", Amount { fen }),
            _ => number.to_string(),
        }
    }
}

/// Everything in a report that does not agree; `previous` is the same unit's report on the year before.
pub fn check(report: &AnnualReport, previous: Option<&AnnualReport>) -> Vec<Discrepancy> {
    let mut found = Vec::new();
    requests(report, &mut found);
    disputes(report, &mut found);
    if let Some(previous) = previous {
        carried(report, previous, &mut found);
    }
    for quote in quoted(&report.overall) {
        let stated = report.number(quote.cell);
        let others = quote.others.iter().map(|cell| (*cell, report.number(*cell)));
        let numbers: Vec<(Cell, i128)> = [(quote.cell, stated)].into_iter().chain(others).collect();
        let expected = numbers.iter().map(|(_, number)| number).sum();
        if expected != quote.number.into() {
            found.push(Discrepancy {
                constraint: Constraint::Quoted,
                cell: quote.cell,
                expected,
                found: quote.number.into(),
                words: Some(quote.words),
                numbers,
            });
        }
    }
    found
}

impl AnnualReport {
    /// A number of any of the tables; the fees in fen, none of an old table 2.
    pub fn number(&self, cell: Cell) -> i128 {
        match cell {
            Cell::Proactive(cell) => self.proactive.current().map_or(0, |numbers| numbers.get(cell)).into(),
            Cell::Request(row, column) => self.requests.get(row, column).into(),
            Cell::Dispute(kind, result) => self.disputes.get(kind, result).into(),
        }
    }
}

/// Holds a cell against what it should be.
fn hold(
    report: &AnnualReport,
    constraint: Constraint,
    cell: Cell,
    expected: i128,
    into: &mut Vec<Discrepancy>,
) {
    let found = report.number(cell);
    if found != expected {
        into.push(Discrepancy { constraint, cell, expected, found, words: None, numbers: Vec::new() });
    }
}

fn requests(report: &AnnualReport, into: &mut Vec<Discrepancy>) {
    for column in Column::all() {
        let at = |row| report.number(Cell::Request(row, column));
        let results = Row::ALL.iter().map(|row| at(ReportRow::Result(*row))).sum();
        hold(report, Constraint::ResultsSum, Cell::Request(ReportRow::ResultsTotal, column), results, into);
        let four = [ReportRow::New, ReportRow::CarriedIn, ReportRow::ResultsTotal, ReportRow::CarriedOut];
        let [new, carried_in, ended, carried_out] = four.map(at);
        let expected = new + carried_in - ended;
        if expected != carried_out {
            into.push(Discrepancy {
                constraint: Constraint::Balance,
                cell: Cell::Request(ReportRow::CarriedOut, column),
                expected,
                found: carried_out,
                words: None,
                numbers: four.map(|row| (Cell::Request(row, column), at(row))).to_vec(),
            });
        }
    }
    for row in ReportRow::all() {
        let of = |kind: &ApplicantKind| report.number(Cell::Request(row, Column::Of(*kind)));
        let sum = ApplicantKind::ALL.iter().map(of).sum();
        hold(report, Constraint::RowTotal, Cell::Request(row, Column::Total), sum, into);
    }
}

fn disputes(report: &AnnualReport, into: &mut Vec<Discrepancy>) {
    for kind in DisputeKind::ALL {
        let sum = DisputeResult::PARTS.map(|result| report.number(Cell::Dispute(*kind, result))).iter().sum();
        let total = Cell::Dispute(*kind, DisputeResult::Total);
        hold(report, Constraint::DisputeTotal, total, sum, into);
    }
}

fn carried(report: &AnnualReport, previous: &AnnualReport, into: &mut Vec<Discrepancy>) {
    for column in Column::all() {
        let before = previous.number(Cell::Request(ReportRow::CarriedOut, column));
        hold(report, Constraint::CarriedOver, Cell::Request(ReportRow::CarriedIn, column), before, into);
    }
    if report.proactive.current().is_none() || previous.proactive.current().is_none() {
        return;
    }
    for [in_force, issued, repealed] in [
        [ProactiveCell::RulesInForce, ProactiveCell::RulesIssued, ProactiveCell::RulesRepealed],
        [ProactiveCell::NormativeInForce, ProactiveCell::NormativeIssued, ProactiveCell::NormativeRepealed],
    ] {
        let at = |cell| report.number(Cell::Proactive(cell));
        let expected = previous.number(Cell::Proactive(in_force)) + at(issued) - at(repealed);
        hold(report, Constraint::InForce, Cell::Proactive(in_force), expected, into);
    }
}
