//! What makes a password acceptable (GB/T 22239 身份鉴别; usual assessor's values): at least 8 characters of 3 kinds, or a
//! phrase of at least 16; never the login itself.

/// Shortest password of mixed kinds.
const MIXED_CHARACTERS_MIN: usize = 8;
/// Shortest phrase, whatever its kinds.
const PHRASE_CHARACTERS_MIN: usize = 16;
/// Longest; hashing more is work for nothing.
const CHARACTERS_MAX: usize = 200;

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too short or of too few kinds.
    #[error("密码至少 8 位，且含大写字母、小写字母、数字、符号中的三种；或使用不少于 16 个字的短句。")]
    Weak,
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
pub fn check(password: &str, login: &str) -> Result<(), Refused> {
    let length = password.chars().count();
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
    let mixed = length >= MIXED_CHARACTERS_MIN && kinds >= 3;
    let phrase = length >= PHRASE_CHARACTERS_MIN && distinct.len() >= 6;
    if mixed || phrase { Ok(()) } else { Err(Refused::Weak) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_mixed_kinds_or_a_phrase() {
        for good in ["Gongkai-demo-2026", "aB3$efgh", "草原上的政务公开要天天更新才算数呢"] {
            assert_eq!(check(good, "ziran"), Ok(()), "{good}");
        }
    }

    #[test]
    fn refuses_the_usual_mistakes() {
        for weak in ["", "abc", "abcdefgh", "12345678", "Abcdefgh", "aaaaaaaaaaaaaaaaaaaa"] {
            assert_eq!(check(weak, "ziran"), Err(Refused::Weak), "{weak}");
        }
        assert_eq!(check("Ziran-2026!", "ziran"), Err(Refused::HoldsLogin));
        assert_eq!(check(&"aB3$".repeat(60), "ziran"), Err(Refused::TooLong));
    }
}
