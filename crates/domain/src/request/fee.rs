//! The handling fee (信息处理费, 国办函〔2020〕109号): by item or by page, each part at its own price, never both ways for one
//! request. The prices are data (`data/fees.toml`); what is charged is whole yuan.

use super::{Event, EventKind};
use serde::{Deserialize, Serialize};

/// A price from some number on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// From which item or page on.
    pub from: u64,
    /// Yuan for each.
    pub price: u64,
}

/// The prices.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fees {
    /// On what they rest.
    pub basis: String,
    /// By item: one applicant's requests to one agency in one calendar month.
    pub items: Vec<Band>,
    /// Beyond the last band of items: a further band of so many …
    pub further_items: u64,
    /// … costs so many yuan more for each item.
    pub further_price: u64,
    /// By page of one request.
    pub pages: Vec<Band>,
}

/// What one request is charged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// 按件计收: this request has `items` of them after `before` earlier ones of the same applicant to the agency in the
    /// month.
    Items {
        /// Items of the same applicant, agency and month before these.
        before: u64,
        /// Items of this request.
        items: u64,
    },
    /// 按量计收: so many pages.
    Pages {
        /// Pages.
        pages: u64,
    },
}

/// One part of a sum, for the notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Line {
    /// From which item or page.
    pub from: u64,
    /// To which.
    pub to: u64,
    /// Yuan for each.
    pub price: u64,
    /// Yuan in all.
    pub amount: u64,
}

/// Why prices were not taken or nothing can be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FeeError {
    /// Not the form of `data/fees.toml`.
    #[error("收费标准文件写法不对，写法见 data/fees.toml。")]
    Syntax,
    /// The bands do not begin at 1 or do not rise.
    #[error("收费标准的档次应当从第1件（页）开始，依次升高，每档件数大于零。")]
    Bands,
    /// More than anyone asks for.
    #[error("数量超过{0}，请核对。")]
    TooMany(u64),
}

/// More items or pages than any request has; keeps sums within bounds.
const COUNT_MAX: u64 = 1_000_000;

impl Fees {
    /// The prices shipped with the program.
    ///
    /// # Errors
    /// None for a program whose tests passed: one of them reads the file.
    ///
    /// ```
    /// use domain::request::{Charge, Fees};
    /// let fees = Fees::builtin().unwrap();
    /// assert_eq!(fees.amount(Charge::Items { before: 0, items: 35 }).unwrap(), 3_000);
    /// assert_eq!(fees.amount(Charge::Pages { pages: 250 }).unwrap(), 4_700);
    /// ```
    pub fn builtin() -> Result<Self, FeeError> {
        Self::parse(include_str!("../../../../data/fees.toml"))
    }

    /// Reads a file of prices.
    ///
    /// # Errors
    /// [`FeeError::Syntax`], [`FeeError::Bands`].
    pub fn parse(text: &str) -> Result<Self, FeeError> {
        let fees: Self = toml::from_str(text).map_err(|_| FeeError::Syntax)?;
        let rises = |bands: &[Band]| {
            bands.first().is_some_and(|band| band.from == 1)
                && bands.is_sorted_by(|one, next| one.from < next.from && one.price <= next.price)
                && bands.iter().all(|band| band.from <= COUNT_MAX && band.price <= COUNT_MAX)
        };
        let further = (1..=COUNT_MAX).contains(&fees.further_items) && fees.further_price <= COUNT_MAX;
        if rises(&fees.items) && rises(&fees.pages) && further { Ok(fees) } else { Err(FeeError::Bands) }
    }

    /// Yuan for a charge.
    ///
    /// # Errors
    /// [`FeeError::TooMany`].
    pub fn amount(&self, charge: Charge) -> Result<u64, FeeError> {
        Ok(self.lines(charge)?.iter().map(|line| line.amount).sum())
    }

    /// The parts of a charge, free ones too, in their order.
    ///
    /// # Errors
    /// [`FeeError::TooMany`].
    pub fn lines(&self, charge: Charge) -> Result<Vec<Line>, FeeError> {
        let (before, count) = match charge {
            Charge::Items { before, items } => (before, items),
            Charge::Pages { pages } => (0, pages),
        };
        if before > COUNT_MAX || count > COUNT_MAX {
            return Err(FeeError::TooMany(COUNT_MAX));
        }
        let (mut from, last) = (before + 1, before + count);
        let mut lines = Vec::new();
        while from <= last {
            let (price, end) = self.band(charge, from);
            let to = end.map_or(last, |end| end.min(last));
            lines.push(Line { from, to, price, amount: (to - from + 1) * price });
            from = to + 1;
        }
        Ok(lines)
    }

    /// The price of the `number`-th, and up to which number it holds.
    fn band(&self, charge: Charge, number: u64) -> (u64, Option<u64>) {
        let bands = match charge {
            Charge::Items { .. } => &self.items,
            Charge::Pages { .. } => &self.pages,
        };
        let next = bands.iter().find(|band| band.from > number).map(|band| band.from - 1);
        let Some(band) = bands.iter().rfind(|band| band.from <= number) else { return (0, next) };
        if next.is_some() || matches!(charge, Charge::Pages { .. }) {
            return (band.price, next);
        }
        let further = (number - band.from) / self.further_items;
        (band.price + further * self.further_price, Some(band.from + (further + 1) * self.further_items - 1))
    }
}

/// Yuan a request's applicant paid in a year: what was paid, or what was charged where the payment names no sum.
///
/// ```
/// let events = domain::request::read_events(
///     r#"[{"on":"2025-12-30","kind":"fee_noticed","yuan":40},{"on":"2026-01-04","kind":"fee_paid"}]"#,
/// );
/// let paid = |year| domain::request::fees_paid(&events.events, year);
/// assert_eq!((paid(2025), paid(2026)), (0, 40));
/// ```
pub fn fees_paid(events: &[Event], year: i16) -> u64 {
    let charged = events.iter().rev().find(|event| event.kind == EventKind::FeeNoticed);
    let charged = charged.and_then(|event| event.yuan);
    let paid = events.iter().filter(|event| event.kind == EventKind::FeePaid && event.on.year() == year);
    paid.filter_map(|event| event.yuan.or(charged)).fold(0, u64::saturating_add)
}
