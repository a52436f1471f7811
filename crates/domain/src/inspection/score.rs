//! The score of a site (国办秘函〔2019〕19号): one veto fails it; else each part less its deductions, bonus points for the good.

use super::found::Found;
use super::indicator::{Check, Indicators, Part, Subject};
use std::collections::BTreeMap;

/// What an indicator cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deduction {
    /// By which indicator.
    pub check: Check,
    /// Of which part.
    pub part: Part,
    /// In how many places.
    pub places: usize,
    /// How many points, never more than the indicator's most.
    pub points: u32,
}

/// A site's score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// What fails it alone.
    pub vetoes: Vec<Check>,
    /// What cost points.
    pub deductions: Vec<Deduction>,
    /// Each part's points left.
    pub parts: Vec<(Part, u32)>,
    /// Points of a hundred, in tenths, rounded; bonus points not among them.
    pub tenths: u32,
    /// Bonus points that count, in tenths.
    pub bonus_tenths: u32,
    /// Whether it passes.
    pub passed: bool,
}

/// The score of what was found of a site; what was found of its accounts and what vetoes aside. `services` says whether
/// the unit has services for the public: without, that part is left out and the others stand for the whole. `bonus` is
/// given by people.
pub fn score(found: &[Found], indicators: &Indicators, services: bool, bonus: u32) -> Score {
    let mut places: BTreeMap<Check, usize> = BTreeMap::new();
    for found in found.iter().filter(|found| indicators.of(found.check).on != Subject::Account) {
        *places.entry(found.check).or_default() += 1;
    }
    let vetoes: Vec<Check> = places.keys().copied().filter(|check| indicators.of(*check).veto).collect();
    let deductions: Vec<Deduction> = places
        .iter()
        .filter_map(|(check, places)| {
            let indicator = indicators.of(*check);
            let each = u32::try_from(*places).unwrap_or(u32::MAX).saturating_mul(indicator.points);
            let points = each.min(indicator.most);
            Some(Deduction { check: *check, part: indicator.part?, places: *places, points })
        })
        .collect();
    let counted = indicators.parts.iter().filter(|part| services || part.id != Part::Service);
    let (mut whole, mut parts) = (0, Vec::new());
    for part in counted {
        let lost: u32 = deductions.iter().filter(|lost| lost.part == part.id).map(|lost| lost.points).sum();
        whole += part.points;
        parts.push((part.id, part.points.saturating_sub(lost)));
    }
    let left: u32 = parts.iter().map(|(_, points)| points).sum();
    let tenths = (left * 1000 + whole / 2).checked_div(whole).unwrap_or(0);
    let frame = &indicators.frame;
    let counts = vetoes.is_empty() && tenths > frame.bonus_over * 10;
    Score {
        passed: vetoes.is_empty() && tenths >= frame.pass * 10,
        bonus_tenths: if counts { bonus.min(frame.bonus_most) * 10 } else { 0 },
        vetoes,
        deductions,
        parts,
        tenths,
    }
}

/// What fails each account that something failing was found of, by its place.
pub fn account_vetoes<'a>(found: &'a [Found], indicators: &Indicators) -> BTreeMap<&'a str, Vec<Check>> {
    let mut vetoes: BTreeMap<&str, Vec<Check>> = BTreeMap::new();
    for found in found {
        let indicator = indicators.of(found.check);
        if indicator.on == Subject::Account && indicator.veto {
            vetoes.entry(&found.place).or_default().push(found.check);
        }
    }
    vetoes
}
