//! Something found: where, by which indicator, whose, until when; and whether it is still there when looked at again.

use super::Inspector;
use super::indicator::{Check, Subject};
use super::seen::{PageKind, SiteSeen};
use crate::error_report;
use crate::unit::UnitId;
use crate::vocabulary::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// By which indicator.
    pub check: Check,
    /// The unit that is to put it right.
    pub unit: UnitId,
    /// Where: a page's or column's address, a message's number, an account's id, a site's name.
    pub place: String,
    /// Which of several things there: a link's address, a label, the words; empty where there is but one.
    pub detail: String,
    /// What it is, in a sentence.
    pub words: String,
    /// The last day to put it right.
    pub due: Date,
}

impl Found {
    /// What tells it from others, however it is worded and whenever it was found.
    pub fn key(&self) -> (Check, &str, &str) {
        (self.check, &self.place, &self.detail)
    }
}

/// The same thing found in several places: a dead link in every page's footer is one thing to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered<'a> {
    /// The first of them.
    pub found: &'a Found,
    /// Every place, in order.
    pub places: Vec<&'a str>,
}

/// What was found, the same link, label, mark or picture of several pages of a unit gathered into one; in the order of the
/// first places. Looking again goes by each place, so a gathered one is corrected when all of them are.
pub fn gather(found: &[Found]) -> Vec<Gathered<'_>> {
    let mut gathered: Vec<Gathered<'_>> = Vec::new();
    let mut known = BTreeMap::new();
    for one in found {
        let shared = matches!(
            one.check,
            Check::LinkDead
                | Check::AttachmentMissing
                | Check::LabelMissing
                | Check::FooterIncomplete
                | Check::ImageWithoutWords
                | Check::PageUnnamed
        );
        let place = if shared { "" } else { one.place.as_str() };
        let at = *known.entry((one.check, place, &one.detail, one.unit)).or_insert(gathered.len());
        match gathered.get_mut(at) {
            Some(same) => same.places.push(&one.place),
            None => gathered.push(Gathered { found: one, places: vec![&one.place] }),
        }
    }
    gathered
}

words! {
    /// What became of something found when it was looked at again.
    Outcome {
        /// Not there any more.
        Corrected = "corrected", "已整改";
        /// Still there.
        Standing = "standing", "未整改";
        /// Its place was not looked at.
        Unseen = "unseen", "未复查";
    }
}

/// Looks again at what was found before: each with what became of it, in the order given. What was not looked at is not
/// corrected.
pub fn recheck<'a>(
    before: &'a [Found],
    now: &SiteSeen,
    inspector: &Inspector<'_>,
) -> Vec<(&'a Found, Outcome)> {
    let found = inspector.inspect(now);
    let keys: BTreeSet<_> = found.iter().map(Found::key).collect();
    let outcome = |found: &Found| {
        if keys.contains(&found.key()) {
            Outcome::Standing
        } else if is_seen(found, now, inspector) {
            Outcome::Corrected
        } else {
            Outcome::Unseen
        }
    };
    before.iter().map(|found| (found, outcome(found))).collect()
}

fn is_seen(found: &Found, now: &SiteSeen, inspector: &Inspector<'_>) -> bool {
    // What people found, people settle.
    if matches!(found.check, Check::Severe | Check::Reported) {
        return false;
    }
    match inspector.indicators.of(found.check).on {
        Subject::Site if found.place != now.name => false,
        Subject::Site => match found.check {
            Check::Unreachable => {
                super::availability(&now.probes, inspector.today, &inspector.indicators.probing).enough
            }
            Check::HomeStale => now.pages.iter().any(|page| page.kind == PageKind::Home && page.is_open()),
            Check::ColumnsStale | Check::ColumnsLongStale | Check::ColumnsBlank => !now.columns.is_empty(),
            Check::GuidesIncomplete => now.pages.iter().any(|page| page.kind == PageKind::Guide),
            _ => true,
        },
        Subject::Column => now.columns.iter().any(|column| column.address == found.place),
        // A page that does not answer says nothing about what stood on it; one that was taken away does.
        Subject::Page => {
            now.pages.iter().any(|page| page.address == found.place && (page.is_open() || page.is_gone()))
        }
        Subject::Message => now.messages.iter().any(|message| message.number == found.place),
        Subject::Account => now.accounts.iter().any(|account| {
            account.id.to_string() == found.place
                && (account.looked_at && (account.opened || found.check == Check::AccountUnreachable)
                    || found.check == Check::AccountUnaudited)
        }),
    }
}

/// What a reader reported (找错) as something found, so that both stand in one queue; `number` tells reports apart.
pub fn of_report(
    kind: error_report::Kind,
    unit: UnitId,
    page: &str,
    number: &str,
    words: &str,
    due: Date,
) -> Found {
    let check = match kind {
        error_report::Kind::Wording => Check::Wording,
        error_report::Kind::Link => Check::LinkDead,
        error_report::Kind::Privacy => Check::PersonalData,
        error_report::Kind::Content | error_report::Kind::Other => Check::Reported,
    };
    let (place, detail) = (page.to_owned(), number.to_owned());
    Found { check, unit, place, detail, words: format!("网民找错：{words}"), due }
}
