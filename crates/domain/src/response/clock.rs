//! When a word is due: hours for emergencies and concerns, which run through nights and holidays; working days for
//! questions. A message unanswered for months fails its site, so that day is named apart.

use super::Level;
use crate::clock::{civil_date, civil_time, start_of_day};
use crate::rule::{Rule, Rules};
use crate::vocabulary::words;
use crate::workday::Calendar;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

words! {
    /// What is due.
    Step {
        /// The first authoritative word.
        FirstWord = "first_word", "发布权威信息";
        /// A press conference.
        Conference = "conference", "举行新闻发布会";
        /// The answer to a concern.
        Response = "response", "回应";
        /// The answer to a question.
        Answer = "answer", "答复";
    }
}

/// A word that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due<'a> {
    /// What.
    pub step: Step,
    /// The first instant that is too late.
    pub at: Timestamp,
    /// Whether every day it rests on is published; otherwise it may still move.
    pub known: bool,
    /// The rule that says so.
    pub rule: &'a Rule,
}

impl Due<'_> {
    /// When, in words: `2020年9月7日15时30分前`, or the last day where days are counted.
    pub fn words(&self) -> String {
        let written =
            |time: jiff::civil::DateTime| format!("{}年{}月{}日", time.year(), time.month(), time.day());
        if self.step == Step::Answer {
            return format!("{}前", written(civil_time(self.at - SignedDuration::from_nanos(1))));
        }
        let time = civil_time(self.at);
        format!("{}{}时{:02}分前", written(time), time.hour(), time.minute())
    }
}

/// What is due for a case received at an instant, the nearest first. Hours run from the instant on, without a break;
/// working days from the day after, to the end of the last one.
///
/// ```
/// use domain::response::{Level, dues};
/// let (rules, calendar) = (domain::rule::Rules::builtin().unwrap(), domain::workday::Calendar::builtin());
/// // Half past eleven at night before the National Day, in China.
/// let received = "2026-09-30T15:30:00Z".parse().unwrap();
/// let words: Vec<String> =
///     dues(Level::Emergency, received, &rules, &calendar).iter().map(|due| due.words()).collect();
/// assert_eq!(words, ["2026年10月1日4时30分前", "2026年10月1日23时30分前"]);
/// assert_eq!(dues(Level::Question, received, &rules, &calendar)[0].words(), "2026年10月13日前");
/// ```
pub fn dues<'a>(level: Level, received: Timestamp, rules: &'a Rules, calendar: &Calendar) -> Vec<Due<'a>> {
    let hours = |step, rule: &'a Rule| {
        let at = received.saturating_add(SignedDuration::from_hours(rule.value)).unwrap_or(Timestamp::MAX);
        Due { step, at, known: true, rule }
    };
    let mut dues = match level {
        Level::Emergency => vec![
            hours(Step::FirstWord, &rules.response_first_word),
            hours(Step::Conference, &rules.response_conference),
        ],
        Level::Concern => vec![hours(Step::Response, &rules.response_concern)],
        Level::Question => {
            let rule = &rules.response_question;
            let days = u32::try_from(rule.value).unwrap_or(u32::MAX);
            let last = calendar.add_working_days(civil_date(received), days);
            let at = last.date.tomorrow().ok().and_then(start_of_day).unwrap_or(Timestamp::MAX);
            vec![Due { step: Step::Answer, at, known: last.known, rule }]
        }
    };
    dues.sort_by_key(|due| due.at);
    dues
}

/// How a word was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// Not given, and there is time.
    Open,
    /// Not given, and too late.
    Overdue,
    /// Given in time.
    InTime,
    /// Given too late.
    Late,
}

/// How a word stands `now`, given at an instant or not yet.
pub fn kept(due: &Due<'_>, given: Option<Timestamp>, now: Timestamp) -> Kept {
    match given {
        Some(at) if at < due.at => Kept::InTime,
        Some(_) => Kept::Late,
        None if now < due.at => Kept::Open,
        None => Kept::Overdue,
    }
}

words! {
    /// How a case stands, the most urgent first.
    Standing {
        /// Unanswered for longer than any may be.
        LongUnanswered = "long_unanswered", "长期未答复";
        /// A word is late.
        Overdue = "overdue", "逾期";
        /// A word is due, and there is time.
        Open = "open", "期限内";
        /// Nothing more is owed.
        Ended = "ended", "已办结";
    }
}

/// How a case stands `now`; `given` holds the words given so far, `ended` says that nothing more is owed.
pub fn standing(
    level: Level,
    received: Timestamp,
    given: &[Step],
    ended: bool,
    now: Timestamp,
    rules: &Rules,
    calendar: &Calendar,
) -> Standing {
    if ended {
        return Standing::Ended;
    }
    if is_long_unanswered(received, None, now, rules) {
        return Standing::LongUnanswered;
    }
    let dues = dues(level, received, rules, calendar);
    let late = next_due(&dues, given).is_some_and(|due| kept(due, None, now) == Kept::Overdue);
    if late { Standing::Overdue } else { Standing::Open }
}

/// The nearest word not given yet; `given` holds those that were.
pub fn next_due<'a, 'b>(dues: &'b [Due<'a>], given: &[Step]) -> Option<&'b Due<'a>> {
    dues.iter().find(|due| !given.contains(&due.step))
}

/// The last day on which a message received on a day is not yet long unanswered (超过3个月未答复), by calendar months: of
/// 30 November it is the last of February.
pub fn long_unanswered_on(received: Date, rules: &Rules) -> Date {
    received.saturating_add(rules.response_longest.value.months())
}

/// Whether a message is unanswered for longer than any may be.
pub fn is_long_unanswered(
    received: Timestamp,
    answered: Option<Timestamp>,
    now: Timestamp,
    rules: &Rules,
) -> bool {
    civil_date(answered.unwrap_or(now)) > long_unanswered_on(civil_date(received), rules)
}
