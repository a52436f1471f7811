//! What makes a password acceptable (GB/T 22239 身份鉴别; usual assessor's values): at least 8 characters of 3 kinds, or a
//! phrase of at least 16; never the login itself.

use crate::rule::Rules;

/// Shortest phrase, whatever its kinds.
const PHRASE_CHARACTERS_MIN: usize = 16;
/// Longest; hashing more is work for nothing.
const CHARACTERS_MAX: usize = 200;

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too short or of too few kinds.
    #[error(
        "密码至少{shortest}位，且含大写字母、小写字母、数字、符号中的{fewest}种；或使用不少于16个字的短句。"
    )]
    Weak {
        /// Shortest allowed.
        shortest: i64,
        /// Fewest kinds.
        fewest: i64,
    },
    /// Holds the login.
    #[error("密码中不能包含登录名。")]
    HoldsLogin,
    /// Too long.
    #[error("密码不能超过 200 个字。")]
    TooLong,
}

/// Checks a password chosen for a login.
///
/// # Errors
/// [`Refused`], a sentence for the person.
pub fn check(password: &str, login: &str, rules: &Rules) -> Result<(), Refused> {
    let length = password.chars().count();
    let (shortest, fewest) = (rules.password_length.value, rules.password_kinds.value);
    if length > CHARACTERS_MAX {
        return Err(Refused::TooLong);
    }
    if !login.is_empty() && password.to_lowercase().contains(&login.to_lowercase()) {
        return Err(Refused::HoldsLogin);
    }
    let has = |kind: fn(char) -> bool| usize::from(password.chars().any(kind));
    let kinds = has(|c| c.is_ascii_uppercase())
        + has(|c| c.is_ascii_lowercase())
        + has(|c| c.is_ascii_digit())
        + has(|c| !c.is_ascii_alphanumeric());
    let distinct: std::collections::BTreeSet<char> = password.chars().collect();
    let at_least = |count: usize, least: i64| i64::try_from(count).is_ok_and(|count| count >= least);
    let mixed = at_least(length, shortest) && at_least(kinds, fewest);
    let phrase = length >= PHRASE_CHARACTERS_MIN && distinct.len() >= 6;
    if mixed || phrase { Ok(()) } else { Err(Refused::Weak { shortest, fewest }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str, login: &str) -> Result<(), Refused> {
        super::check(password, login, &Rules::builtin().unwrap())
    }

    #[test]
    fn accepts_mixed_kinds_or_a_phrase() {
        for good in ["Gongkai-demo-2026", "aB3$efgh", "草原上的政务公开要天天更新才算数呢"] {
            assert_eq!(check(good, "ziran"), Ok(()), "{good}");
        }
    }

    #[test]
    fn refuses_the_usual_mistakes() {
        for weak in ["", "abc", "abcdefgh", "12345678", "Abcdefgh", "aaaaaaaaaaaaaaaaaaaa"] {
            assert_eq!(check(weak, "ziran"), Err(Refused::Weak { shortest: 8, fewest: 3 }), "{weak}");
        }
        assert_eq!(check("Ziran-2026!", "ziran"), Err(Refused::HoldsLogin));
        assert_eq!(check(&"aB3$".repeat(60), "ziran"), Err(Refused::TooLong));
    }
}
