//! Obligations (应公开事项): an item of a catalogue falling due for a unit. Information that was formed or changed is due
//! by the item's time limit; periodic items fall due by the calendar; each due says on what it rests.

use crate::catalogue::{Item, Mode};
use crate::rule::Rules;
use crate::time_limit::LimitDue;
use crate::workday::{Calendar, Known};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why an item falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "cause", content = "on")]
pub enum Cause {
    /// Information was formed or changed on that day.
    Formed(Date),
    /// The period that ends on that day.
    Period(Date),
}

/// An item falling due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Obligation {
    /// The item's code.
    pub item: String,
    /// Why.
    pub cause: Cause,
    /// The last day.
    pub due: Date,
    /// Whether every working day counted is published; otherwise the date may still move.
    pub known: bool,
    /// On what the day rests: the catalogue's own words, or the article.
    pub basis: String,
}

/// The obligation that follows from information formed or changed on a day; `None` for items that are not published
/// proactively, come back by the calendar, or are announced ahead of an event.
pub fn of_event(item: &Item, formed: Date, rules: &Rules, calendar: &Calendar) -> Option<Obligation> {
    if !is_proactive(item) {
        return None;
    }
    let LimitDue { date, known, statutory } = item.limit.due_after(formed, period(rules), calendar)?;
    let basis = if statutory { statutory_basis(item, rules) } else { written_basis(item) };
    Some(Obligation { item: item.code.clone(), cause: Cause::Formed(formed), due: date, known, basis })
}

/// The obligations of a periodic item from one day to another; none for other items.
pub fn of_periods(item: &Item, from: Date, to: Date) -> Vec<Obligation> {
    if !is_proactive(item) {
        return Vec::new();
    }
    let obligation = |due| Obligation {
        item: item.code.clone(),
        cause: Cause::Period(due),
        due,
        known: true,
        basis: written_basis(item),
    };
    item.limit.dues(from, to).into_iter().map(obligation).collect()
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
    let words = item.limit.text();
    let written =
        if words.is_empty() { "目录未写明期限".to_owned() } else { format!("目录写“{words}”") };
    format!("{written}，按{}计算", rules.disclosure_period.basis)
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

/// How an obligation stands on `today`, with the working days left (negative when overdue). `published` is the first
/// day on which the information was public, if it was; near is at most [`Rules::due_soon`] working days.
pub fn standing(
    due: Date,
    published: Option<Date>,
    today: Date,
    rules: &Rules,
    calendar: &Calendar,
) -> (Standing, Known<i64>) {
    let left = calendar.working_days_left(today, due);
    let standing = match published {
        Some(day) if day <= due => Standing::Kept,
        Some(_) => Standing::KeptLate,
        None if today > due => Standing::Overdue,
        None if left.value <= rules.due_soon.value => Standing::Soon,
        None => Standing::Open,
    };
    (standing, left)
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
            let found = of_event(&item(limit, &[Mode::Proactive]), date(2026, 9, 18), &rules, &calendar);
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
    fn only_proactive_items_fall_due() {
        let (rules, calendar) = (Rules::builtin().unwrap(), Calendar::builtin());
        let due = |modes: &[Mode]| of_event(&item("20个工作日", modes), date(2026, 9, 18), &rules, &calendar);
        assert!(due(&[Mode::Proactive, Mode::OnRequest]).is_some());
        assert!(due(&[]).is_some(), "an unknown mode is asked for");
        assert!(due(&[Mode::OnRequest]).is_none());
        let periods = |modes: &[Mode]| {
            of_periods(&item("每季度首月20日", modes), date(2026, 1, 1), date(2026, 12, 31)).len()
        };
        assert_eq!((periods(&[Mode::Proactive]), periods(&[Mode::OnRequest])), (4, 0));
    }

    #[test]
    fn standings_follow_the_day() {
        let (rules, calendar) = (Rules::builtin().unwrap(), Calendar::builtin());
        let due = date(2026, 9, 30);
        let on = |published, today| standing(due, published, today, &rules, &calendar);
        assert_eq!(on(None, date(2026, 8, 1)).0, Standing::Open);
        assert_eq!(on(None, date(2026, 9, 25)), (Standing::Soon, Known { value: 3, known: true }));
        assert_eq!(on(None, due).0, Standing::Soon);
        assert_eq!(on(None, date(2026, 10, 1)).0, Standing::Overdue);
        assert_eq!(on(Some(due), date(2026, 10, 9)).0, Standing::Kept);
        assert_eq!(on(Some(date(2026, 10, 8)), date(2026, 10, 9)).0, Standing::KeptLate);
    }
}
