//! How much of a week a site could be reached (站点无法访问).

use super::indicator::Probing;
use super::seen::Probe;
use crate::clock::civil_date;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The visits of a period, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Availability {
    /// Visits.
    pub visits: usize,
    /// Those without an answer in time.
    pub failed: usize,
    /// Whether there were enough of them on every day; with fewer nothing is said.
    pub enough: bool,
}

impl Availability {
    /// Whether so many percent or more of the visits failed.
    pub fn is_down(self, percent: i64) -> bool {
        let (visits, failed) = (i64::try_from(self.visits), i64::try_from(self.failed));
        let (Ok(visits), Ok(failed)) = (visits, failed) else { return false };
        self.enough && visits > 0 && failed.saturating_mul(100) >= visits.saturating_mul(percent)
    }

    /// How many of ten thousand visits succeeded, rounded down: 9,512 reads as 95.12 %. `None` without visits.
    pub fn per_myriad(self) -> Option<usize> {
        ((self.visits - self.failed) * 10_000).checked_div(self.visits)
    }
}

/// The visits of the whole days before a day, counted. A visit fails that has no answer, or after too many seconds.
pub fn availability(probes: &[Probe], today: Date, probing: &Probing) -> Availability {
    let first = today.saturating_sub(i64::from(probing.days).days());
    let slow = u64::from(probing.slow_seconds) * 1000;
    let mut days: BTreeMap<Date, usize> = BTreeMap::new();
    let (mut visits, mut failed) = (0, 0);
    for probe in probes {
        let day = civil_date(probe.at);
        if day < first || day >= today {
            continue;
        }
        *days.entry(day).or_default() += 1;
        visits += 1;
        failed += usize::from(probe.millis.is_none_or(|millis| millis >= slow));
    }
    let often = |visits: &usize| u32::try_from(*visits).is_ok_and(|visits| visits >= probing.a_day);
    let enough = u32::try_from(days.len()).is_ok_and(|days| days >= probing.days) && days.values().all(often);
    Availability { visits, failed, enough }
}
