//! The interpretation rate (解读率): interpreted policy files ÷ policy files that need it, by unit and year, with the files
//! behind each number.

use super::{Need, due};
use crate::rule::Rules;
use crate::unit::UnitId;
use crate::vocabulary::words;
use crate::workday::Calendar;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// How one policy file counts.
    FileStanding {
        /// Interpreted within the period.
        InTime = "in_time", "按时解读";
        /// Interpreted after it.
        Late = "late", "逾期解读";
        /// Not interpreted, and there is time.
        Waiting = "waiting", "期限内待解读";
        /// Not interpreted, and too late.
        Missing = "missing", "应解读未解读";
        /// Needs none.
        NotNeeded = "not_needed", "不需要解读";
    }
}

/// A published policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// Which.
    pub id: i64,
    /// The unit that drafted it.
    pub unit: UnitId,
    /// The day it became public.
    pub published: Date,
    /// Whether it is to be interpreted; one of which nobody has said counts as needing it.
    pub need: Option<Need>,
    /// The day its first interpretation became public.
    pub interpreted: Option<Date>,
}

/// A file with how it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RatedFile {
    /// Which.
    pub id: i64,
    /// How it counts.
    pub standing: FileStanding,
    /// The last day for its interpretation.
    pub due: Date,
}

/// The numbers of a unit in a year, of its files published in that year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// Whose.
    pub unit: UnitId,
    /// Of which year.
    pub year: i16,
    /// The files, in the order given.
    pub files: Vec<RatedFile>,
}

impl Rate {
    /// How many files stand so.
    pub fn count(&self, standing: FileStanding) -> usize {
        self.files.iter().filter(|file| file.standing == standing).count()
    }

    /// Files that need an interpretation, those still in time for it included.
    pub fn needed(&self) -> usize {
        self.files.len() - self.count(FileStanding::NotNeeded)
    }

    /// Files that have one.
    pub fn interpreted(&self) -> usize {
        self.count(FileStanding::InTime) + self.count(FileStanding::Late)
    }

    /// The rate in tenths of a percent, rounded; `None` where nothing needed one.
    pub fn per_mille(&self) -> Option<usize> {
        let needed = self.needed();
        (self.interpreted() * 1000 + needed / 2).checked_div(needed)
    }
}

/// The rates of every unit and year that has files, by year and then unit.
pub fn rates(files: &[PolicyFile], today: Date, rules: &Rules, calendar: &Calendar) -> Vec<Rate> {
    let mut rates: BTreeMap<(i16, UnitId), Vec<RatedFile>> = BTreeMap::new();
    for file in files {
        let due = due(file.published, rules, calendar).date;
        let standing = match (&file.need, file.interpreted) {
            (Some(Need::NotNeeded { .. }), None) => FileStanding::NotNeeded,
            (_, Some(day)) if day <= due => FileStanding::InTime,
            (_, Some(_)) => FileStanding::Late,
            (_, None) if today <= due => FileStanding::Waiting,
            (_, None) => FileStanding::Missing,
        };
        let rated = RatedFile { id: file.id, standing, due };
        rates.entry((file.published.year(), file.unit)).or_default().push(rated);
    }
    rates.into_iter().map(|((year, unit), files)| Rate { unit, year, files }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn each_number_has_its_files() {
        let (rules, calendar) = (Rules::builtin().unwrap(), Calendar::builtin());
        let file = |id, unit, published, interpreted| PolicyFile {
            id,
            unit,
            published,
            need: Some(Need::Needed),
            interpreted,
        };
        let day = date(2020, 9, 2);
        let files = [
            // Three working days after a Wednesday end on the Monday.
            file(1, 7, day, Some(date(2020, 9, 7))),
            file(2, 7, day, Some(date(2020, 9, 8))),
            file(3, 7, day, None),
            file(4, 7, date(2020, 9, 9), None),
            PolicyFile {
                need: Some(Need::NotNeeded { reason: "人事任免".into() }), ..file(5, 7, day, None)
            },
            PolicyFile { need: None, ..file(6, 7, day, None) },
            file(7, 8, day, Some(day)),
            file(8, 7, date(2019, 9, 2), Some(date(2019, 9, 2))),
        ];
        let rates = rates(&files, date(2020, 9, 10), &rules, &calendar);
        let keys: Vec<(i16, UnitId, Option<usize>)> =
            rates.iter().map(|rate| (rate.year, rate.unit, rate.per_mille())).collect();
        assert_eq!(keys, [(2019, 7, Some(1000)), (2020, 7, Some(400)), (2020, 8, Some(1000))]);
        let standings: Vec<FileStanding> = rates[1].files.iter().map(|file| file.standing).collect();
        use FileStanding::*;
        assert_eq!(standings, [InTime, Late, Missing, Waiting, NotNeeded, Missing]);
        assert_eq!((rates[1].needed(), rates[1].interpreted()), (5, 2));
        let none = Rate { unit: 7, year: 2020, files: Vec::new() };
        assert_eq!(none.per_mille(), None);
    }
}
