//! Error reports (我为政府网站找错): what a reader found wrong on a page, and what became of it. Each is looked into by the
//! unit whose page it is, within [`Rules::error_report_period`] working days, and answered under its code.

use crate::rule::Rules;
use crate::vocabulary::words;
use crate::workday::{Calendar, Deadline};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// What is wrong.
    Kind {
        /// A slip of the pen.
        Wording = "wording", "错别字、表述有误";
        /// A link or file that does not open.
        Link = "link", "链接或附件打不开";
        /// Out of date, or not right.
        Content = "content", "内容过时、不准确";
        /// Personal data shown.
        Privacy = "privacy", "泄露个人信息";
        /// Anything else.
        Other = "other", "其他问题";
    }
}

words! {
    /// What became of it.
    State {
        /// To be looked into.
        Open = "open", "待核实";
        /// Put right.
        Corrected = "corrected", "已改正";
        /// Right as it stands.
        Upheld = "upheld", "经核实没有错误";
        /// Not about a page.
        Unrelated = "unrelated", "与网站内容无关";
    }
}

/// Why a report or its answer was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing said.
    #[error("请写明哪里有误，例如“第二段的电话号码打不通”。")]
    Empty,
    /// Answered already.
    #[error("这条找错已经答复，不能再改。")]
    Answered,
    /// No words for the reader.
    #[error("请写明核实和改正的情况，提交人凭编号可以看到。")]
    NoAnswer,
}

/// The last day for the answer to a report received on a day.
pub fn due(received: Date, rules: &Rules, calendar: &Calendar) -> Deadline {
    let days = u32::try_from(rules.error_report_period.value).unwrap_or(u32::MAX);
    calendar.add_working_days(received, days)
}

/// The state after an answer.
///
/// # Errors
/// [`Refused`], a sentence for the person who answered.
pub fn answer(state: State, outcome: State, words: &str) -> Result<State, Refused> {
    if state != State::Open {
        return Err(Refused::Answered);
    }
    if words.trim().is_empty() || outcome == State::Open {
        return Err(Refused::NoAnswer);
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_report_is_due_in_three_working_days() {
        let (rules, calendar) = (Rules::builtin().unwrap(), Calendar::builtin());
        // Wednesday before the National Day of 2020: the eight days off do not count, the Saturday after does.
        assert_eq!(due(date(2020, 9, 29), &rules, &calendar).date, date(2020, 10, 10));
    }

    #[test]
    fn it_is_answered_once_and_with_words() {
        assert_eq!(answer(State::Open, State::Corrected, "已改正"), Ok(State::Corrected));
        assert_eq!(answer(State::Upheld, State::Corrected, "已改正"), Err(Refused::Answered));
        assert_eq!(answer(State::Open, State::Corrected, " "), Err(Refused::NoAnswer));
        assert_eq!(answer(State::Open, State::Open, "已改正"), Err(Refused::NoAnswer));
    }
}
