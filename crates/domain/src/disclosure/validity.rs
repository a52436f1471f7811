//! Validity (有效性) of policy files: what its own days say, and what later files did to it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How a policy file stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// 尚未施行.
    Coming,
    /// 有效.
    InForce,
    /// 已修改: in force, as a later file amended it.
    Amended,
    /// 失效: its last day has passed.
    Expired,
    /// 废止: a later file repealed it.
    Repealed,
}

impl Validity {
    /// Every state, in the order shown to people.
    pub const ALL: [Self; 5] = [Self::InForce, Self::Amended, Self::Coming, Self::Expired, Self::Repealed];

    /// The word kept in the index and used in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Coming => "coming",
            Self::InForce => "in_force",
            Self::Amended => "amended",
            Self::Expired => "expired",
            Self::Repealed => "repealed",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|validity| validity.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Coming => "尚未施行",
            Self::InForce => "有效",
            Self::Amended => "已修改",
            Self::Expired => "失效",
            Self::Repealed => "废止",
        }
    }
}

/// How a file with these days stands, given that later files in force amended or repealed it.
pub fn on(
    day: Date,
    (effective_on, expires_on): (Option<Date>, Option<Date>),
    amended: bool,
    repealed: bool,
) -> Validity {
    if repealed {
        Validity::Repealed
    } else if expires_on.is_some_and(|last| last < day) {
        Validity::Expired
    } else if effective_on.is_some_and(|first| first > day) {
        Validity::Coming
    } else if amended {
        Validity::Amended
    } else {
        Validity::InForce
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_and_later_files_decide() {
        let (first, last) = (Some(date(2018, 1, 1)), Some(date(2020, 12, 31)));
        for (day, amended, repealed, expected) in [
            (date(2017, 12, 31), false, false, Validity::Coming),
            (date(2018, 1, 1), false, false, Validity::InForce),
            (date(2020, 12, 31), true, false, Validity::Amended),
            (date(2021, 1, 1), true, false, Validity::Expired),
            (date(2019, 1, 1), true, true, Validity::Repealed),
        ] {
            assert_eq!(on(day, (first, last), amended, repealed), expected, "{day}");
        }
        assert_eq!(on(date(2050, 1, 1), (None, None), false, false), Validity::InForce);
    }
}
