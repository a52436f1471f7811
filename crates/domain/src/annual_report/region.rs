//! The region's report: the sum of its units', cell by cell, and what differs from the figures it states itself.

use super::check::{Constraint, Discrepancy};
use super::disputes::{DisputeKind, DisputeResult};
use super::proactive::{Proactive, ProactiveCell, ProactiveNumbers};
use super::requests::{Column, ReportRow};
use super::{AnnualReport, Cell};

impl Cell {
    /// Every cell of the three tables, 200 of them, part by part.
    pub fn all() -> impl Iterator<Item = Self> {
        let proactive = ProactiveCell::ALL.iter().copied().map(Self::Proactive);
        let requests =
            ReportRow::all().flat_map(|row| Column::all().map(move |column| Self::Request(row, column)));
        let disputes = DisputeKind::ALL
            .iter()
            .flat_map(|kind| DisputeResult::ALL.iter().map(move |result| Self::Dispute(*kind, *result)));
        proactive.chain(requests).chain(disputes)
    }
}

impl AnnualReport {
    /// Puts a number into any of the tables; the fees in fen. An old table 2 gives way to one of the present form.
    pub fn set(&mut self, cell: Cell, number: u64) {
        match cell {
            Cell::Proactive(cell) => match &mut self.proactive {
                Proactive::Current(numbers) => numbers.set(cell, number),
                Proactive::Old(_) => {
                    let mut numbers = ProactiveNumbers::default();
                    numbers.set(cell, number);
                    self.proactive = Proactive::Current(numbers);
                }
            },
            Cell::Request(row, column) => self.requests.set(row, column, number),
            Cell::Dispute(kind, result) => self.disputes.set(kind, result, number),
        }
    }
}

/// The numbers of a region's report from those of its units; its texts are written by hand. Old tables 2 add nothing.
pub fn sum<'a>(
    region: impl Into<String>,
    year: i16,
    units: impl IntoIterator<Item = &'a AnnualReport>,
) -> AnnualReport {
    let mut whole = AnnualReport::new(region, year);
    for unit in units {
        for cell in Cell::all() {
            let number = (whole.number(cell) + unit.number(cell)).clamp(0, u64::MAX.into());
            whole.set(cell, u64::try_from(number).unwrap_or(u64::MAX));
        }
    }
    whole
}

/// The cells in which the region's report is not the sum of its units'.
pub fn against_units<'a>(
    region: &AnnualReport,
    units: impl IntoIterator<Item = &'a AnnualReport>,
) -> Vec<Discrepancy> {
    let whole = sum(region.unit.clone(), region.year, units);
    let differing = Cell::all().filter(|cell| whole.number(*cell) != region.number(*cell));
    differing
        .map(|cell| Discrepancy {
            constraint: Constraint::UnitsSum,
            cell,
            expected: whole.number(cell),
            found: region.number(cell),
            words: None,
            numbers: Vec::new(),
        })
        .collect()
}
