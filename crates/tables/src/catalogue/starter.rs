//! The starter catalogues (范本) of the 26 sectors: files a clerk can read, `data/standards`, read like any office's own.

use super::Read;
use crate::{Limits, Refusal};
use domain::catalogue::Catalogue;
use domain::finding::Finding;

/// A starter catalogue as it is shipped.
#[derive(Debug, Clone, Copy)]
pub struct Starter {
    /// The sector's id.
    pub sector: &'static str,
    /// The file: comma-separated text.
    pub text: &'static str,
}

macro_rules! starters {
    ($($sector:literal),* $(,)?) => {
        /// One a sector, in the order of the pilot's table.
        const STARTERS: &[Starter] = &[$(Starter {
            sector: $sector,
            text: include_str!(concat!("../../../../data/standards/", $sector, ".csv")),
        }),*];
    };
}

starters![
    "urban-rural-planning",
    "land-expropriation",
    "major-projects",
    "public-resource-trading",
    "budget",
    "work-safety",
    "disaster-relief",
    "taxation",
    "rural-housing",
    "municipal-services",
    "environment",
    "culture",
    "legal-services",
    "poverty-relief",
    "social-assistance",
    "elderly-care",
    "food-drug-safety",
    "employment",
    "social-insurance",
    "household-registration",
    "agricultural-subsidies",
    "compulsory-education",
    "health",
    "urban-enforcement",
    "building-expropriation",
    "affordable-housing"
];

impl Starter {
    /// Every starter.
    pub fn all() -> &'static [Self] {
        STARTERS
    }

    /// The starter of a sector.
    pub fn of(sector: &str) -> Option<Self> {
        STARTERS.iter().find(|starter| starter.sector == sector).copied()
    }

    /// Reads it.
    ///
    /// # Errors
    /// None for a program whose tests passed: one of them reads every starter.
    pub fn read(&self) -> Result<(Catalogue, Vec<Finding>), Refusal> {
        let name = format!("{}.csv", self.sector);
        let (document, mut findings) = crate::read(&name, self.text.as_bytes(), &Limits::default())?;
        let (reads, more) = super::read(&document, &[], u32::MAX);
        findings.extend(more);
        let Read { mut catalogue, .. } = reads.into_iter().next().ok_or(Refusal::NoTable)?;
        for (number, item) in (1_usize..).zip(&mut catalogue.items) {
            item.number = number.to_string();
        }
        Ok((Catalogue { sector: Some(self.sector.to_owned()), ..catalogue }, findings))
    }

    /// A unit's draft from it: in the unit's name wherever the starter speaks of the department, without the starter's
    /// own codes.
    ///
    /// # Errors
    /// As [`Starter::read`].
    pub fn draft_for(&self, unit: &str) -> Result<Catalogue, Refusal> {
        let (mut draft, _) = self.read()?;
        let department = draft.items.first().and_then(|item| item.publisher.first()).cloned();
        for item in &mut draft.items {
            item.code.clear();
            for publisher in
                item.publisher.iter_mut().filter(|publisher| department.as_ref() == Some(&**publisher))
            {
                unit.clone_into(publisher);
            }
        }
        draft.title = draft.title.replace("（范本）", "");
        for note in &mut draft.notes {
            *note = note.replace("范本，须按本地权责清单核定。", "");
        }
        Ok(draft)
    }
}
