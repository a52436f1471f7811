//! Obligations (应公开事项): an item of a catalogue falling due for a unit. Information that was formed or changed is due
//! by the item's time limit; periodic items fall due by the calendar; each due says on what it rests.

use crate::catalogue::{Item, Mode};
use crate::rule::Rules;
use crate::special_limit;
use crate::time_limit::{LimitDue, LimitKind};
use crate::workday::Calendar;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What makes an item fall due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Information was formed or changed.
    Formed,
    /// Something is to be announced ahead of an event.
    Event,
    /// The item comes back by the calendar.
    Period,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 3] = [Self::Formed, Self::Event, Self::Period];

    /// The word kept in the record.
    pub fn word(self) -> &'static str {
        match self {
            Self::Formed => "formed",
            Self::Event => "event",
            Self::Period => "period",
        }
    }

    /// The cause of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.word() == word)
    }

    /// What the day of it is called.
    pub fn day_label(self) -> &'static str {
        match self {
            Self::Formed => "信息形成或变更日期",
            Self::Event => "事情举行或生效日期",
            Self::Period => "应公开日期",
        }
    }

    /// The cause by which an item falls due; `None` for one that is only given on request.
    pub fn of(item: &Item) -> Option<Self> {
        if !is_proactive(item) {
            return None;
        }
        Some(match item.limit.kind() {
            LimitKind::Periodic { .. } | LimitKind::ByDate { .. } => Self::Period,
            LimitKind::Notice { ahead: true, .. } => Self::Event,
            _ => Self::Formed,
        })
    }
}

/// An item falling due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Obligation {
    /// The item's code.
    pub item: String,
    /// Why.
    pub cause: Cause,
    /// The day of the cause: of forming, of the event, the period's due.
    pub cause_on: Date,
    /// The last day.
    pub due: Date,
    /// Whether every working day counted is published; otherwise the date may still move.
    pub known: bool,
    /// On what the day rests: the catalogue's own words, or the article.
    pub basis: String,
}

/// The obligation that follows from information formed or changed, or from an event to be announced ahead, on a day;
/// `None` for items that are not published proactively or come back by the calendar. A limit that a law sets for the
/// matter goes before a longer one of the catalogue, and before the general period.
pub fn of_day(item: &Item, on: Date, rules: &Rules, calendar: &Calendar) -> Option<Obligation> {
    let cause = Cause::of(item)?;
    let LimitDue { date, known, statutory } = match cause {
        Cause::Formed => item.limit.due_after(on, period(rules), calendar)?,
        Cause::Event => item.limit.due_ahead(on, calendar)?,
        Cause::Period => return None,
    };
    let basis = if statutory { statutory_basis(item, rules) } else { written_basis(item) };
    let obligation =
        |due, known, basis| Obligation { item: item.code.clone(), cause, cause_on: on, due, known, basis };
    if cause == Cause::Formed
        && let Some(special) = special_limit::find(item)
        && let Some(law) = special.limit.due_after(on, period(rules), calendar)
        && !law.statutory
        && law.date < date
    {
        let basis = format!("{}，按{}计算（{}）", written(item), special.basis, special.limit.text());
        return Some(obligation(law.date, law.known, basis));
    }
    Some(obligation(date, known, basis))
}

/// The obligations of a periodic item from one day up to the first on or after another; none for other items.
pub fn of_periods(item: &Item, from: Date, today: Date) -> Vec<Obligation> {
    if Cause::of(item) != Some(Cause::Period) {
        return Vec::new();
    }
    let year_ahead = today.saturating_add(jiff::Span::new().years(1).days(1));
    let dues = item.limit.dues(from, year_ahead);
    let past = dues.iter().take_while(|due| **due < today).count();
    let obligation = |due| Obligation {
        item: item.code.clone(),
        cause: Cause::Period,
        cause_on: due,
        due,
        known: true,
        basis: written_basis(item),
    };
    dues.into_iter().take(past + 1).map(obligation).collect()
}

/// Items whose mode is unknown are taken for proactive: to ask once too often harms nobody.
fn is_proactive(item: &Item) -> bool {
    item.mode.contains(&Mode::Proactive) || !item.mode.contains(&Mode::OnRequest)
}

/// The law's period in working days.
pub fn period(rules: &Rules) -> u32 {
    u32::try_from(rules.disclosure_period.value).unwrap_or(u32::MAX)
}

fn written_basis(item: &Item) -> String {
    format!("目录规定的公开时限：{}", item.limit.text())
}

fn statutory_basis(item: &Item, rules: &Rules) -> String {
    format!("{}，按{}计算", written(item), rules.disclosure_period.basis)
}

/// What the catalogue says, for a due that does not rest on it.
fn written(item: &Item) -> String {
    match item.limit.text() {
        "" => "目录未写明期限".to_owned(),
        words => format!("目录写“{words}”"),
    }
}

/// Why dates were not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A day that has not come.
    #[error("日期还没有到。请填写信息实际形成、变更或公开的日期。")]
    Future,
    /// Public before it was there.
    #[error("公开日期早于信息形成日期。请核对两个日期。")]
    BeforeFormed,
    /// Nothing falls due.
    #[error("这个事项在目录中只依申请公开，不用登记主动公开。")]
    OnRequest,
    /// It comes back by itself.
    #[error("这个事项按期公开，到期由系统自动列出，不用另行登记。请在应公开事项中找到这一期，登记公开情况。")]
    Periodic,
}

/// Checks the day on which information was formed, and the one on which it was published.
///
/// # Errors
/// [`Refused`], a sentence for the person who wrote them.
pub fn check_days(cause: Cause, cause_on: Date, published: Option<Date>, today: Date) -> Result<(), Refused> {
    if cause == Cause::Formed && cause_on > today || published.is_some_and(|day| day > today) {
        return Err(Refused::Future);
    }
    if cause == Cause::Formed && published.is_some_and(|day| day < cause_on) {
        return Err(Refused::BeforeFormed);
    }
    Ok(())
}

/// How an obligation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not published, and the day has passed.
    Overdue,
    /// Not published, and the day is near.
    Soon,
    /// Not published, and there is time.
    Open,
    /// Published after the day.
    KeptLate,
    /// Published in time.
    Kept,
}

impl Standing {
    /// Every standing, the most urgent first.
    pub const ALL: [Self; 5] = [Self::Overdue, Self::Soon, Self::Open, Self::KeptLate, Self::Kept];

    /// The word used in URLs and class names.
    pub fn word(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Soon => "due_soon",
            Self::Open => "on_time",
            Self::KeptLate => "kept_late",
            Self::Kept => "done",
        }
    }

    /// The standing of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Overdue => "逾期未公开",
            Self::Soon => "临近期限",
            Self::Open => "期限内",
            Self::KeptLate => "逾期公开",
            Self::Kept => "按时公开",
        }
    }
}

/// How an obligation stands on `today`. `published` is the first day on which the information was public, if it was;
/// `soon` the last day that counts as near ([`Rules::due_soon`] working days ahead).
pub fn standing(due: Date, published: Option<Date>, today: Date, soon: Date) -> Standing {
    match published {
        Some(day) if day <= due => Standing::Kept,
        Some(_) => Standing::KeptLate,
        None if today > due => Standing::Overdue,
        None if due <= soon => Standing::Soon,
        None => Standing::Open,
    }
}

/// How an item is kept, over all its obligations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeping {
    /// Something should be public and is not.
    Overdue,
    /// Never has anything been published (空白).
    Blank,
    /// What was published last was late.
    Late,
    /// What was published last was in time.
    Kept,
    /// Only given on request.
    OnRequest,
}

impl Keeping {
    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Overdue => "逾期未公开",
            Self::Blank => "暂无内容",
            Self::Late => "逾期公开",
            Self::Kept => "按时公开",
            Self::OnRequest => "依申请公开",
        }
    }

    /// The class of its badge.
    pub fn word(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Blank => "blank",
            Self::Late => "kept_late",
            Self::Kept => "done",
            Self::OnRequest => "undated",
        }
    }
}

/// How an item is kept on `today`: `days` holds the due of each of its obligations and the day it was published.
pub fn keeping(item: &Item, days: &[(Date, Option<Date>)], today: Date) -> Keeping {
    if Cause::of(item).is_none() {
        return Keeping::OnRequest;
    }
    if days.iter().any(|(due, published)| published.is_none() && today > *due) {
        return Keeping::Overdue;
    }
    let last = days.iter().filter_map(|(due, published)| Some(((*published)?, *due))).max();
    match last {
        None => Keeping::Blank,
        Some((published, due)) if published > due => Keeping::Late,
        Some(_) => Keeping::Kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time_limit::TimeLimit;
    use jiff::civil::date;
    use std::collections::BTreeSet;

    fn item(limit: &str, modes: &[Mode]) -> Item {
        Item {
            code: "x-1".into(),
            limit: TimeLimit::parse(limit),
            mode: modes.iter().copied().collect::<BTreeSet<_>>(),
            ..Item::default()
        }
    }

    #[test]
    fn each_due_says_on_what_it_rests() {
        let (rules, calendar) = (Rules::builtin().unwrap(), Calendar::builtin());
        let due = |limit: &str| {
            let found = of_day(&item(limit, &[Mode::Proactive]), date(2026, 9, 18), &rules, &calendar);
            found.map(|found| (found.due, found.basis))
        };
        let (day, basis) = due("7个工作日内").unwrap();
        assert_eq!((day, basis.as_str()), (date(2026, 9, 29), "目录规定的公开时限：7个工作日内"));
        let (day, basis) = due("及时公开").unwrap();
        assert_eq!(day, date(2026, 10, 22));
        assert!(basis.starts_with("目录写“及时公开”，按") && basis.contains("第二十六条"), "{basis}");
        assert!(due("").unwrap().1.starts_with("目录未写明期限"));
        assert_eq!(due("每季度"), None);
    }

    #[test]
    fn a_law_of_its_own_goes_before_a_longer_limit() {
        let (rules, calendar) = (Rules::builtin().unwrap(), Calendar::builtin());
        let budget = |limit| Item {
            level1: "部门预算".into(),
            level2: "部门收支预算".into(),
            ..item(limit, &[Mode::Proactive])
        };
        let day = date(2020, 3, 2);
        let of = |limit| of_day(&budget(limit), day, &rules, &calendar).unwrap();
        // 20 days after 2 March end on Sunday, 22 March: the next working day.
        for limit in ["20个工作日内", "及时公开", ""] {
            assert_eq!(of(limit).due, date(2020, 3, 23), "{limit}");
            assert!(of(limit).basis.contains("预算法》第十四条"), "{}", of(limit).basis);
        }
        let shorter = of("批复后5个工作日内");
        assert_eq!(
            (shorter.due, shorter.basis.as_str()),
            (date(2020, 3, 9), "目录规定的公开时限：批复后5个工作日内")
        );
    }

    #[test]
    fn only_proactive_items_fall_due() {
        let (rules, calendar) = (Rules::builtin().unwrap(), Calendar::builtin());
        let due = |modes: &[Mode]| of_day(&item("20个工作日", modes), date(2026, 9, 18), &rules, &calendar);
        assert!(due(&[Mode::Proactive, Mode::OnRequest]).is_some());
        assert!(due(&[]).is_some(), "an unknown mode is asked for");
        assert!(due(&[Mode::OnRequest]).is_none());
        let periods = |modes: &[Mode]| {
            of_periods(&item("每季度首月20日", modes), date(2026, 1, 1), date(2026, 8, 1)).len()
        };
        assert_eq!((periods(&[Mode::Proactive]), periods(&[Mode::OnRequest])), (4, 0));
    }

    #[test]
    fn periods_reach_to_the_next_one_and_no_further() {
        let dues = |limit: &str, from, today| -> Vec<Date> {
            of_periods(&item(limit, &[Mode::Proactive]), from, today).iter().map(|found| found.due).collect()
        };
        let yearly = [date(2026, 1, 31), date(2027, 1, 31)];
        assert_eq!(dues("每年1月31日前", date(2025, 2, 1), date(2026, 2, 1)), yearly);
        assert_eq!(dues("每年1月31日前", date(2025, 2, 1), date(2026, 1, 31)), [date(2026, 1, 31)]);
        assert_eq!(dues("20个工作日内", date(2025, 2, 1), date(2026, 1, 31)), []);
    }

    #[test]
    fn announcements_are_due_ahead_of_the_event() {
        let (rules, calendar) = (Rules::builtin().unwrap(), Calendar::builtin());
        let due =
            |limit: &str| of_day(&item(limit, &[Mode::Proactive]), date(2026, 10, 12), &rules, &calendar);
        let found = due("提前10日公告").unwrap();
        assert_eq!((found.cause, found.due), (Cause::Event, date(2026, 10, 2)));
        // 8, 9 and the working Saturday of the 10th, then the days before the holiday.
        assert_eq!(due("提前5个工作日公告").unwrap().due, date(2026, 9, 29));
    }

    #[test]
    fn days_out_of_order_are_refused_in_a_sentence() {
        let (formed, today) = (date(2026, 9, 18), date(2026, 9, 24));
        let check = |cause_on, published| check_days(Cause::Formed, cause_on, published, today);
        assert_eq!(check(formed, Some(today)), Ok(()));
        assert_eq!(check(date(2026, 9, 25), None), Err(Refused::Future));
        assert_eq!(check(formed, Some(date(2026, 9, 25))), Err(Refused::Future));
        assert_eq!(check(formed, Some(date(2026, 9, 17))), Err(Refused::BeforeFormed));
        assert_eq!(check_days(Cause::Period, date(2026, 12, 31), Some(today), today), Ok(()));
    }

    #[test]
    fn standings_follow_the_day() {
        let (due, soon) = (date(2026, 9, 30), date(2026, 10, 12));
        let on = |published, today| standing(due, published, today, soon);
        assert_eq!(standing(due, None, date(2026, 8, 1), date(2026, 8, 14)), Standing::Open);
        assert_eq!(on(None, date(2026, 9, 25)), Standing::Soon);
        assert_eq!(on(None, due), Standing::Soon);
        assert_eq!(on(None, date(2026, 10, 1)), Standing::Overdue);
        assert_eq!(on(Some(due), date(2026, 10, 9)), Standing::Kept);
        assert_eq!(on(Some(date(2026, 10, 8)), date(2026, 10, 9)), Standing::KeptLate);
        for standing in Standing::ALL {
            assert_eq!(Standing::from_word(standing.word()), Some(standing));
        }
    }

    #[test]
    fn an_item_is_kept_as_its_obligations_are() {
        let today = date(2026, 9, 24);
        let kept = |days: &[(Date, Option<Date>)]| keeping(&item("每月", &[Mode::Proactive]), days, today);
        let (july, august) = (date(2026, 7, 31), date(2026, 8, 31));
        assert_eq!(kept(&[]), Keeping::Blank);
        assert_eq!(kept(&[(date(2026, 9, 30), None)]), Keeping::Blank, "not due yet");
        assert_eq!(kept(&[(july, Some(july)), (august, None)]), Keeping::Overdue);
        assert_eq!(kept(&[(july, Some(date(2026, 8, 3))), (august, Some(august))]), Keeping::Kept);
        assert_eq!(kept(&[(july, Some(july)), (august, Some(date(2026, 9, 1)))]), Keeping::Late);
        assert_eq!(keeping(&item("每月", &[Mode::OnRequest]), &[], today), Keeping::OnRequest);
    }
}
