//! Subscriptions (订阅): a reader is written to when something new of a topic is public. The address is confirmed from the
//! mailbox before anything is sent to it, and any mail can end it.

use crate::disclosure::{Kind, SUBJECTS};
use crate::unit::{Directory, UnitId};
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// What is subscribed to: everything public that fits all of these; nothing named is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Topic {
    /// Of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Of this unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Of this sector, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    /// Of this subject, one of [`SUBJECTS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

impl Topic {
    /// The topic with only what exists: a sector or subject nobody knows is none.
    ///
    /// # Errors
    /// A unit nobody knows: its number would make a topic of its own.
    pub fn known(mut self, directory: &Directory) -> Result<Self, UnknownUnit> {
        if self.unit.is_some_and(|unit| directory.unit(unit).is_none()) {
            return Err(UnknownUnit);
        }
        self.sector = self.sector.filter(|sector| crate::sector::find(sector).is_some());
        self.subject = self.subject.filter(|subject| SUBJECTS.contains(&subject.as_str()));
        Ok(self)
    }

    /// The topic in words on a day: `旗民政局 · 政策文件`.
    pub fn words(&self, directory: &Directory, day: Date) -> String {
        let unit = self.unit.and_then(|unit| directory.unit(unit)).map(|unit| unit.name.clone());
        let sector = self.sector.as_deref().and_then(crate::sector::find);
        let sector = sector.map(|sector| format!("{}领域", sector.name_on(day)));
        let kind = self.kind.map(|kind| kind.label().to_owned());
        let parts: Vec<String> = [unit, sector, self.subject.clone(), kind].into_iter().flatten().collect();
        if parts.is_empty() { "全部公开信息".to_owned() } else { parts.join(" · ") }
    }
}

/// The topic names a unit that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("没有找到所选的单位，它可能已经撤销或者合并。请重新选择单位。")]
pub struct UnknownUnit;

/// How often mails come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// 每天一次, on days with something new.
    #[default]
    Daily,
    /// 每周一次, on Mondays.
    Weekly,
}

impl Rhythm {
    /// Every rhythm.
    pub const ALL: [Self; 2] = [Self::Daily, Self::Weekly];

    /// The word kept in the record and used in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }

    /// The rhythm of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rhythm| rhythm.word() == word)
    }

    /// The words people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Daily => "每天一次",
            Self::Weekly => "每周一次",
        }
    }
}

/// Hours in China between which mails are sent, so that none wakes anybody.
pub const HOURS: std::ops::Range<i8> = 8..21;

/// The first day of the turn at a moment: a mail may go out when the last one went out before that day, or none did yet.
/// `None` outside the hours.
pub fn turn(rhythm: Rhythm, now: DateTime) -> Option<Date> {
    if !HOURS.contains(&now.hour()) {
        return None;
    }
    let today = now.date();
    Some(match rhythm {
        Rhythm::Daily => today,
        Rhythm::Weekly => {
            today.saturating_sub(jiff::Span::new().days(today.weekday().to_monday_zero_offset()))
        }
    })
}

/// The address was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("电子邮箱地址写法不对。请按“name@example.com”的写法填写，不要带空格。")]
pub struct BadAddress;

/// A mail address as it is kept: one `@`, a host with a dot, nothing that could be a second address or a header.
///
/// # Errors
/// [`BadAddress`].
pub fn address(typed: &str) -> Result<String, BadAddress> {
    if typed.trim().contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(BadAddress);
    }
    let half: String = typed.trim().chars().filter_map(crate::text::half_width).collect();
    let (local, host) = half.rsplit_once('@').ok_or(BadAddress)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let labels = || host.split('.');
    let whole = (1..=64).contains(&local.len())
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && host.len() <= 190
        && labels().count() >= 2
        && labels().all(|label| {
            !label.is_empty()
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        });
    if whole { Ok(format!("{local}@{}", host.to_ascii_lowercase())) } else { Err(BadAddress) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::{Unit, UnitKind};
    use jiff::civil::{date, datetime};

    #[test]
    fn addresses_are_taken_as_people_type_them() {
        assert_eq!(address(" Name.x+1@Example.COM "), Ok("Name.x+1@example.com".to_owned()));
        assert_eq!(address("name＠example.com"), Ok("name@example.com".to_owned()));
        for wrong in [
            "",
            "name",
            "@example.com",
            "name@",
            "name@localhost",
            "a b@example.com",
            "a@b@example.com",
            "a@example..com",
            "a@-x.com",
            "a,b@example.com",
            "a@example.com\nBcc: x@y.cn",
            ".a@example.com",
        ] {
            assert!(address(wrong).is_err(), "{wrong:?} {:?}", address(wrong));
        }
    }

    #[test]
    fn mails_come_by_day_and_once_a_turn() {
        let (monday, tuesday) = (date(2020, 9, 7), date(2020, 9, 8));
        let at = |day: Date, hour| datetime(day.year(), day.month(), day.day(), hour, 0, 0, 0);
        assert_eq!(turn(Rhythm::Daily, at(tuesday, 8)), Some(tuesday));
        for hour in [7, 21] {
            assert_eq!(turn(Rhythm::Daily, at(tuesday, hour)), None, "{hour}");
        }
        // One that a Monday's outage kept back goes out later in the week.
        for day in [monday, tuesday, date(2020, 9, 13)] {
            assert_eq!(turn(Rhythm::Weekly, at(day, 12)), Some(monday), "{day}");
        }
    }

    #[test]
    fn a_topic_of_nothing_known_is_everything() {
        let topic =
            Topic { sector: Some("nothing".into()), subject: Some("杂项".into()), ..Topic::default() };
        assert_eq!(topic.known(&Directory::default()), Ok(Topic::default()));
    }

    #[test]
    fn a_unit_nobody_knows_makes_no_topic() {
        let unit =
            Unit {
                id: 7, region: 1, name: "示例局".into(), kind: UnitKind::Department, aliases: Vec::new()
            };
        let directory = Directory::new(Vec::new(), vec![unit], Vec::new());
        let of = |unit| Topic { unit: Some(unit), ..Topic::default() }.known(&directory);
        assert_eq!((of(7).map(|topic| topic.unit), of(8)), (Ok(Some(7)), Err(UnknownUnit)));
    }
}
