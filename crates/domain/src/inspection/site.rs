//! What is found of a site as a whole, its columns, messages and accounts.

use super::Inspector;
use super::availability::availability;
use super::found::Found;
use super::indicator::Check;
use super::seen::{
    AccountSeen, ColumnKind, ColumnSeen, GuideElement, MessageSeen, PageKind, PageSeen, SiteSeen,
};
use crate::account::audit_due;
use crate::letter::written_date;
use crate::response::long_unanswered_on;
use jiff::ToSpan;
use jiff::civil::Date;

/// Messages of so many years back are looked at.
const MESSAGE_YEARS: i64 = 1;

impl Inspector<'_> {
    pub(super) fn site(&self, seen: &SiteSeen) -> Vec<Found> {
        let mut found = Vec::new();
        let mut say =
            |check: Check, words: String| found.push(self.found(check, seen.unit, &seen.name, "", words));
        let visits = availability(&seen.probes, self.today, &self.indicators.probing);
        let limit = self.indicators.of(Check::Unreachable).limit;
        if limit.is_some_and(|limit| visits.is_down(limit.value)) {
            let words = format!("一周内访问{}次，打不开{}次。", visits.visits, visits.failed);
            say(Check::Unreachable, words);
        }
        let home = seen.pages.iter().any(|page| page.kind == PageKind::Home && page.is_open());
        if home && self.is_stale(Check::HomeStale, seen.home_newest) {
            say(Check::HomeStale, format!("首页{}。", since(seen.home_newest)));
        }
        let columns = |check: fn(&Self, &ColumnSeen) -> bool| -> Vec<&str> {
            seen.columns
                .iter()
                .filter(|column| check(self, column))
                .map(|column| column.name.as_str())
                .collect()
        };
        for (check, names, what) in [
            (Check::ColumnsStale, columns(Self::is_due), "到期未更新"),
            (Check::ColumnsLongStale, columns(Self::is_long_due), "长期未更新"),
            (Check::ColumnsBlank, columns(|_, column| column.items == 0), "没有内容"),
        ] {
            if self.reaches(check, names.len()) {
                say(check, format!("{}个栏目{what}：{}。", names.len(), names.join("、")));
            }
        }
        if !seen.interaction {
            say(Check::InteractionMissing, "没有可用的网上咨询、建言渠道。".to_owned());
        }
        if seen.services == Some(false) {
            say(Check::ServicesMissing, "没有办事服务栏目。".to_owned());
        }
        let guides = seen.pages.iter().filter(|page| !missing(page).is_empty()).count();
        if self.reaches(Check::GuidesIncomplete, guides) {
            say(Check::GuidesIncomplete, format!("{guides}个办事指南要素不全。"));
        }
        found
    }

    /// Whether a column of news or notices is stale; a blank one counts as blank only.
    fn is_due(&self, column: &ColumnSeen) -> bool {
        matches!(self.stale(column), Some(Check::ColumnNewsStale | Check::ColumnNoticeStale))
    }

    fn is_long_due(&self, column: &ColumnSeen) -> bool {
        self.stale(column) == Some(Check::ColumnLongStale)
    }

    fn stale(&self, column: &ColumnSeen) -> Option<Check> {
        let check = match column.kind {
            ColumnKind::News => Check::ColumnNewsStale,
            ColumnKind::Notice => Check::ColumnNoticeStale,
            ColumnKind::Other => Check::ColumnLongStale,
            ColumnKind::Standing => return None,
        };
        (column.items > 0 && self.is_stale(check, column.newest)).then_some(check)
    }

    /// What is found of a column.
    pub fn column(&self, column: &ColumnSeen) -> Option<Found> {
        let (check, words) = if column.items == 0 {
            (Check::ColumnBlank, format!("栏目“{}”没有内容。", column.name))
        } else {
            (self.stale(column)?, format!("栏目“{}”{}。", column.name, since(column.newest)))
        };
        Some(self.found(check, column.unit, &column.address, "", words))
    }

    /// What is found of a message.
    pub fn message(&self, message: &MessageSeen) -> Option<Found> {
        if message.answered.is_some() || message.received > self.today {
            return None;
        }
        let year = self.today.saturating_sub(MESSAGE_YEARS.years());
        let check =
            if message.received >= year && self.today > long_unanswered_on(message.received, self.rules) {
                Check::MessageUnanswered
            } else if self.is_stale(Check::MessageSlow, Some(message.received)) {
                Check::MessageSlow
            } else {
                return None;
            };
        let words = format!("留言{}于{}收到，尚未答复。", message.number, written_date(message.received));
        Some(self.found(check, message.unit, &message.number, "", words))
    }

    /// What is found of an account.
    pub fn account(&self, account: &AccountSeen) -> Vec<Found> {
        let mut found = Vec::new();
        let place = account.id.to_string();
        let mut say = |check, words: String| {
            found.push(self.found(check, account.unit, &place, "", format!("“{}”{words}", account.name)));
        };
        if account.looked_at {
            if !account.opened {
                say(Check::AccountUnreachable, "打不开。".to_owned());
            } else if self.is_stale(Check::AccountStale, account.newest) {
                say(Check::AccountStale, format!("{}。", since(account.newest)));
            }
            if account.opened && !account.interactive {
                say(Check::AccountMute, "没有可用的互动功能。".to_owned());
            }
        }
        if account.audited.is_none_or(|last| self.today > audit_due(last, self.rules)) {
            let last = account.audited.map_or_else(
                || "没有审核记录。".to_owned(),
                |day| format!("上次审核（或开设）是{}。", written_date(day)),
            );
            say(Check::AccountUnaudited, last);
        }
        found
    }
}

/// What a guide does not say; nothing for other pages.
pub(super) fn missing(page: &PageSeen) -> Vec<GuideElement> {
    if page.kind != PageKind::Guide || !page.is_open() {
        return Vec::new();
    }
    GuideElement::ALL.iter().copied().filter(|element| !page.elements.contains(element)).collect()
}

fn since(newest: Option<Date>) -> String {
    newest.map_or_else(
        || "没有带日期的信息，视为没有更新".to_owned(),
        |day| format!("自{}以来没有更新", written_date(day)),
    )
}
