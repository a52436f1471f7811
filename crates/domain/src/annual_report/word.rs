//! The words by which cells are named in forms, addresses and the record: `proactive.permits`, `request.new.person`,
//! `dispute.review.upheld`.

use super::Cell;
use super::disputes::{DisputeKind, DisputeResult};
use super::proactive::ProactiveCell;
use super::requests::{Column, ReportRow};
use crate::request::{ApplicantKind, Row};

impl ReportRow {
    /// The word kept in the record and used in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::CarriedIn => "carried_in",
            Self::Result(row) => row.word(),
            Self::ResultsTotal => "results_total",
            Self::CarriedOut => "carried_out",
        }
    }

    /// The row of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::all().find(|row| row.word() == word)
    }
}

impl Column {
    /// The word kept in the record and used in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Of(kind) => kind.word(),
            Self::Total => "total",
        }
    }

    /// The column of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        if word == Self::Total.word() {
            return Some(Self::Total);
        }
        ApplicantKind::from_word(word).map(Self::Of)
    }
}

impl Cell {
    /// The word kept in the record and used in addresses.
    ///
    /// ```
    /// use domain::annual_report::{Cell, ProactiveCell};
    /// let cell = Cell::Proactive(ProactiveCell::Permits);
    /// assert_eq!(cell.word(), "proactive.permits");
    /// assert_eq!(Cell::from_word("proactive.permits"), Some(cell));
    /// ```
    pub fn word(self) -> String {
        match self {
            Self::Proactive(cell) => format!("proactive.{}", cell.word()),
            Self::Request(row, column) => format!("request.{}.{}", row.word(), column.word()),
            Self::Dispute(kind, result) => format!("dispute.{}.{}", kind.word(), result.word()),
        }
    }

    /// The cell of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        let mut parts = word.split('.');
        let cell = match (parts.next()?, parts.next()?, parts.next()) {
            ("proactive", cell, None) => Self::Proactive(ProactiveCell::from_word(cell)?),
            ("request", row, Some(column)) => {
                Self::Request(ReportRow::from_word(row)?, Column::from_word(column)?)
            }
            ("dispute", kind, Some(result)) => {
                Self::Dispute(DisputeKind::from_word(kind)?, DisputeResult::from_word(result)?)
            }
            _ => return None,
        };
        parts.next().is_none().then_some(cell)
    }

    /// Whether the form makes it the sum of others.
    pub fn is_total(self) -> bool {
        match self {
            Self::Proactive(_) => false,
            Self::Request(row, column) => row == ReportRow::ResultsTotal || column == Column::Total,
            Self::Dispute(_, result) => result == DisputeResult::Total,
        }
    }

    /// The cells that make a total.
    pub fn parts(self) -> Vec<Self> {
        match self {
            Self::Request(row, Column::Total) => {
                ApplicantKind::ALL.iter().map(|kind| Self::Request(row, Column::Of(*kind))).collect()
            }
            Self::Request(ReportRow::ResultsTotal, column) => {
                Row::ALL.iter().map(|row| Self::Request(ReportRow::Result(*row), column)).collect()
            }
            Self::Dispute(kind, DisputeResult::Total) => {
                DisputeResult::PARTS.map(|result| Self::Dispute(kind, result)).to_vec()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_cell_has_a_word_of_its_own() {
        let words: BTreeSet<String> = Cell::all().map(Cell::word).collect();
        assert_eq!(words.len(), 200);
        for cell in Cell::all() {
            assert_eq!(Cell::from_word(&cell.word()), Some(cell));
        }
        for foreign in
            ["", "request.new", "request.new.person.x", "proactive.permits.x", "dispute.review.won"]
        {
            assert_eq!(Cell::from_word(foreign), None, "{foreign}");
        }
    }
}
