//! Table 4: administrative reviews and litigation over disclosure, 15 numbers.

use crate::vocabulary::words;
use serde::{Deserialize, Serialize};

words! {
    /// What kind.
    DisputeKind {
        /// Administrative review.
        Review = "review", "行政复议";
        /// Litigation without a review before.
        LawsuitDirect = "lawsuit_direct", "未经复议直接起诉";
        /// Litigation after a review.
        LawsuitAfterReview = "lawsuit_after_review", "复议后起诉";
    }
}

words! {
    /// How it ended; the last one is the sum.
    DisputeResult {
        /// For the agency.
        Upheld = "upheld", "结果维持";
        /// Against it.
        Corrected = "corrected", "结果纠正";
        /// Withdrawn, not admitted and so on.
        Other = "other", "其他结果";
        /// Not decided by the year's end.
        Pending = "pending", "尚未审结";
        /// The sum.
        Total = "total", "总计";
    }
}

impl DisputeResult {
    /// All but the sum.
    pub const PARTS: [Self; 4] = [Self::Upheld, Self::Corrected, Self::Other, Self::Pending];
}

/// The table's numbers, totals as reported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disputes([[u64; 5]; 3]);

impl Disputes {
    /// The label over the two kinds of litigation.
    pub const LAWSUITS: &'static str = "行政诉讼";

    /// A number.
    pub fn get(&self, kind: DisputeKind, result: DisputeResult) -> u64 {
        self.0.get(kind as usize).and_then(|row| row.get(result as usize)).copied().unwrap_or(0)
    }

    /// Puts a number in.
    pub fn set(&mut self, kind: DisputeKind, result: DisputeResult, number: u64) {
        if let Some(cell) = self.0.get_mut(kind as usize).and_then(|row| row.get_mut(result as usize)) {
            *cell = number;
        }
    }

    /// Counts one more, in the total too.
    pub(super) fn count(&mut self, kind: DisputeKind, result: DisputeResult) {
        for result in [result, DisputeResult::Total] {
            self.set(kind, result, self.get(kind, result).saturating_add(1));
        }
    }

    /// Every cell with its number, kind by kind.
    pub fn cells(&self) -> impl Iterator<Item = (DisputeKind, DisputeResult, u64)> + '_ {
        let kinds = DisputeKind::ALL.iter().copied();
        kinds.flat_map(move |kind| {
            DisputeResult::ALL.iter().copied().map(move |result| (kind, result, self.get(kind, result)))
        })
    }
}
