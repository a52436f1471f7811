//! The time limit (公开时限) of a catalogue item: the words as written and what they mean. A limit is a pure function of
//! its words, so records keep the words and read them anew; what could not be read stays verbatim and counts as the
//! statutory period (政府信息公开条例 art. 26), never as no limit.

mod scan;

use crate::rhythm::Rhythm;
use crate::workday::Calendar;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A time limit as written, with what it means.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Form", from = "Words")]
pub struct TimeLimit {
    text: String,
    clauses: Vec<Clause>,
}

/// One part of a limit: `其中行政许可…7个工作日内` is a second one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Clause {
    /// What the part is about or counts from, in the limit's own words (`其中行政许可事项应自作出行政决定`); may be empty.
    pub about: String,
    /// What it asks.
    #[serde(flatten)]
    pub kind: LimitKind,
}

/// What a limit asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LimitKind {
    /// Within so many working days (工作日) after the information was formed or changed.
    WorkingDays {
        /// How many.
        working_days: u32,
    },
    /// Within so many calendar days (日).
    Days {
        /// How many.
        days: u32,
    },
    /// At once: 及时, 实时, 即时.
    Immediate,
    /// Again and again: 每季度, 每月.
    Periodic {
        /// How often and on which day.
        rhythm: Rhythm,
    },
    /// Every year by a day (每年1月31日前), or once if the year is named.
    ByDate {
        /// The year, if one is named.
        year: Option<i16>,
        /// The month.
        month: i8,
        /// The last day.
        day: i8,
    },
    /// To be kept public: 长期公开.
    Permanent,
    /// To be shown for, or announced ahead by, a time: 公示期不少于5个工作日, 提前30日.
    Notice {
        /// How long.
        amount: u32,
        /// In working days; else calendar days.
        working: bool,
        /// Ahead of an event, which is then the latest day; else a period of showing.
        ahead: bool,
    },
    /// Not written, or not to be read.
    #[default]
    Unspecified,
}

impl LimitKind {
    /// The word used in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::WorkingDays { .. } => "working_days",
            Self::Days { .. } => "days",
            Self::Immediate => "immediate",
            Self::Periodic { .. } => "periodic",
            Self::ByDate { .. } => "by_date",
            Self::Permanent => "permanent",
            Self::Notice { .. } => "notice",
            Self::Unspecified => "unspecified",
        }
    }

    /// What is understood, in words.
    pub fn words(self) -> String {
        match self {
            Self::WorkingDays { working_days } => format!("形成或变更后{working_days}个工作日内"),
            Self::Days { days } => format!("形成或变更后{days}日内"),
            Self::Immediate => "及时".to_owned(),
            Self::Periodic { rhythm } => rhythm.words(),
            Self::ByDate { year: Some(year), month, day } => format!("{year}年{month}月{day}日前"),
            Self::ByDate { year: None, month, day } => format!("每年{month}月{day}日前"),
            Self::Permanent => "长期公开".to_owned(),
            Self::Notice { amount, working, ahead } => {
                let unit = if working { "个工作日" } else { "日" };
                if ahead { format!("提前{amount}{unit}") } else { format!("公示不少于{amount}{unit}") }
            }
            Self::Unspecified => "未能识别".to_owned(),
        }
    }

    /// Which clause speaks for the whole limit: the lower, the sooner.
    fn rank(self) -> u8 {
        match self {
            Self::WorkingDays { .. } | Self::Days { .. } => 0,
            Self::ByDate { .. } | Self::Periodic { .. } => 1,
            Self::Immediate => 2,
            Self::Notice { .. } => 3,
            Self::Permanent => 4,
            Self::Unspecified => 5,
        }
    }
}

/// A day by which something must be public, and why that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LimitDue {
    /// The last day.
    pub date: Date,
    /// Whether every working day counted is published; otherwise the date may still move.
    pub known: bool,
    /// The statutory period was taken, because the limit names none of its own.
    pub statutory: bool,
}

impl TimeLimit {
    /// Reads a limit. Never fails: see [`LimitKind::Unspecified`].
    ///
    /// ```
    /// use domain::time_limit::{LimitKind, TimeLimit};
    /// let limit = TimeLimit::parse("自信息形成或者变更之日起20个工作日内予以公开");
    /// assert_eq!(limit.kind(), LimitKind::WorkingDays { working_days: 20 });
    /// ```
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        Self { clauses: scan::clauses(text), text: text.to_owned() }
    }

    /// The words as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every part that was understood, in the order written.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// What the limit as a whole asks: its first general part that counts from the information's forming, else the
    /// first that names days at all.
    pub fn kind(&self) -> LimitKind {
        let special = |clause: &Clause| clause.about.starts_with("其中") || clause.about.starts_with('除');
        let best = self.clauses.iter().min_by_key(|clause| (clause.kind.rank(), special(clause)));
        best.map_or(LimitKind::Unspecified, |clause| clause.kind)
    }

    /// Something is written that could not be read.
    pub fn is_unreadable(&self) -> bool {
        !self.text.is_empty() && self.kind() == LimitKind::Unspecified
    }

    /// The last day for information formed or changed on `formed`, whose own day is not counted. `statutory` is the
    /// law's period in working days; it holds where the limit names none, and for 及时 as its outer bound. `None` for
    /// what comes back by the calendar ([`TimeLimit::dues`]) or must be announced ahead of an event
    /// ([`TimeLimit::due_ahead`]).
    pub fn due_after(&self, formed: Date, statutory: u32, calendar: &Calendar) -> Option<LimitDue> {
        let (deadline, statutory) = match self.kind() {
            LimitKind::WorkingDays { working_days } => {
                (calendar.add_working_days(formed, working_days), false)
            }
            LimitKind::Days { days } => (calendar.add_days_rolled(formed, days), false),
            LimitKind::Immediate | LimitKind::Permanent | LimitKind::Unspecified => {
                (calendar.add_working_days(formed, statutory), true)
            }
            LimitKind::Notice { ahead: false, .. } => (calendar.add_working_days(formed, statutory), true),
            LimitKind::Periodic { .. } | LimitKind::ByDate { .. } | LimitKind::Notice { ahead: true, .. } => {
                return None;
            }
        };
        Some(LimitDue { date: deadline.date, known: deadline.known, statutory })
    }

    /// The last day for what must be announced ahead of an event (提前30日); `None` for every other limit.
    pub fn due_ahead(&self, event: Date, calendar: &Calendar) -> Option<LimitDue> {
        let LimitKind::Notice { amount, working, ahead: true } = self.kind() else { return None };
        let (date, known) = if working {
            let deadline = calendar.subtract_working_days(event, amount);
            (deadline.date, deadline.known)
        } else {
            (event.saturating_sub(jiff::Span::new().days(i64::from(amount).min(36_500))), true)
        };
        Some(LimitDue { date, known, statutory: false })
    }

    /// The days from `from` to `to` on which periodic information is due. At most 1,000.
    pub fn dues(&self, from: Date, to: Date) -> Vec<Date> {
        let mut days = Vec::new();
        let mut next = self.next_due(from);
        while let Some(day) = next.filter(|day| *day <= to && days.len() < 1_000) {
            days.push(day);
            next = day.tomorrow().ok().and_then(|after| self.next_due(after));
        }
        days
    }

    /// The first such day on or after `from`.
    fn next_due(&self, from: Date) -> Option<Date> {
        match self.kind() {
            LimitKind::Periodic { rhythm } => rhythm.next(from),
            LimitKind::ByDate { year: Some(year), month, day } => {
                Date::new(year, month, day).ok().filter(|due| *due >= from)
            }
            LimitKind::ByDate { year: None, month, day } => {
                let of = |year| scan::last_day(year, month, day);
                of(from.year()).filter(|due| *due >= from).or_else(|| of(from.year().checked_add(1)?))
            }
            _ => None,
        }
    }
}

impl From<&str> for TimeLimit {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

/// What JSON shows of a limit: its words, what it asks, and the number that goes with it.
#[derive(Default, Serialize)]
struct Form {
    text: String,
    kind: &'static str,
    working_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rhythm: Option<Rhythm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    clauses: Vec<Clause>,
}

impl From<TimeLimit> for Form {
    fn from(limit: TimeLimit) -> Self {
        let kind = limit.kind();
        let clauses = if limit.clauses.len() > 1 { limit.clauses } else { Vec::new() };
        let mut form = Self { text: limit.text, kind: kind.word(), clauses, ..Self::default() };
        match kind {
            LimitKind::WorkingDays { working_days } => form.working_days = Some(working_days),
            LimitKind::Days { days } => form.days = Some(days),
            LimitKind::Periodic { rhythm } => form.rhythm = Some(rhythm),
            LimitKind::ByDate { .. } => form.date = Some(kind.words()),
            LimitKind::Notice { .. } => form.notice = Some(kind.words()),
            LimitKind::Immediate | LimitKind::Permanent | LimitKind::Unspecified => {}
        }
        form
    }
}

/// What JSON needs to say of one: its words.
#[derive(Deserialize)]
struct Words {
    text: String,
}

impl From<Words> for TimeLimit {
    fn from(words: Words) -> Self {
        Self::parse(&words.text)
    }
}
