//! Inspection (网站与政务新媒体检查): what was seen of a site and its accounts, held against the indicators of
//! `data/inspection.toml`. Fetching is others' work; what is found depends on what was seen and the day alone.

mod availability;
mod found;
mod indicator;
mod page;
mod reading;
mod report;
mod score;
mod seen;
mod site;

pub use availability::{Availability, availability};
pub use found::{Found, Gathered, Outcome, gather, of_report, recheck};
pub use indicator::{
    Check, Frame, Indicator, IndicatorError, Indicators, Limit, Part, PartPoints, Probing, Subject,
};
pub use report::{
    AccountResult, Quarter, QuarterFacts, QuarterReport, Section, SiteResult, Table, Tracked, quarter_report,
};
pub use score::{Deduction, Score, account_vetoes, score};
pub use seen::{
    AccountSeen, ColumnKind, ColumnSeen, FooterMark, GuideElement, LinkSeen, MessageSeen, PageKind, PageSeen,
    Probe, SiteSeen, WordsSeen,
};

use crate::rule::Rules;
use crate::unit::UnitId;
use crate::workday::Calendar;
use jiff::civil::Date;

/// What an inspection is made with.
#[derive(Debug, Clone, Copy)]
pub struct Inspector<'a> {
    /// The indicators.
    pub indicators: &'a Indicators,
    /// The rules other rooms share: the longest time without an answer, the yearly audit.
    pub rules: &'a Rules,
    /// For the days to correct.
    pub calendar: &'a Calendar,
    /// The day of the inspection.
    pub today: Date,
}

impl Inspector<'_> {
    /// Everything found of a site, in the order of the indicators, then of places. The same sight gives the same findings.
    pub fn inspect(&self, seen: &SiteSeen) -> Vec<Found> {
        let mut found = self.site(seen);
        found.extend(seen.columns.iter().flat_map(|column| self.column(column)));
        found.extend(seen.pages.iter().flat_map(|page| self.page(page, seen.unit)));
        found.extend(seen.messages.iter().filter_map(|message| self.message(message)));
        found.extend(seen.accounts.iter().flat_map(|account| self.account(account)));
        found.sort_by(|one, other| one.key().cmp(&other.key()));
        found.dedup_by(|later, earlier| later.key() == earlier.key());
        found
    }

    fn found(&self, check: Check, unit: UnitId, place: &str, detail: &str, words: String) -> Found {
        Found { check, unit, place: place.to_owned(), detail: detail.to_owned(), words, due: self.due(check) }
    }

    /// The last day to correct what is found today.
    pub fn due(&self, check: Check) -> Date {
        self.calendar.add_working_days(self.today, self.indicators.of(check).correct).date
    }

    /// Whether something last renewed on a day is stale; what never was, or without a date, is.
    fn is_stale(&self, check: Check, newest: Option<Date>) -> bool {
        let Some(limit) = self.indicators.of(check).limit else { return false };
        newest.is_none_or(|newest| newest < limit.before(self.today))
    }

    /// Whether a number reaches an indicator's limit.
    fn reaches(&self, check: Check, number: usize) -> bool {
        let limit = self.indicators.of(check).limit;
        limit.is_some_and(|limit| i64::try_from(number).is_ok_and(|number| number >= limit.value))
    }
}
