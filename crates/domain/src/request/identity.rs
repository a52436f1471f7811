//! The identity proof of an applicant (政府信息公开条例 art. 29): what kind, and whether its number can be right. The number
//! is looked at, not looked up: that it belongs to the applicant is for a person to check.

use crate::vocabulary::words;
use serde::{Deserialize, Serialize};

words! {
    /// What kind of proof.
    Identity {
        /// A resident's card.
        ResidentCard = "resident_card", "居民身份证";
        /// An organisation's code.
        CreditCode = "credit_code", "统一社会信用代码";
        /// A passport or travel permit.
        Passport = "passport", "护照或者通行证";
        /// Another proof.
        Other = "other", "其他身份证明";
    }
}

/// The number was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentity {
    /// Nothing written.
    #[error("请填写身份证明的号码或者名称（政府信息公开条例第二十九条第二款第一项）。")]
    Empty,
    /// No resident's number.
    #[error("居民身份证号码不对，应为18位，最后一位可能是X。请对照证件核对。")]
    ResidentCard,
    /// No organisation's code.
    #[error("统一社会信用代码不对，应为18位数字和大写字母。请对照证照核对。")]
    CreditCode,
    /// No passport's number.
    #[error("证件号码不对，应为5到18位数字和字母。请对照证件核对。")]
    Passport,
}

impl Identity {
    /// The number as it is kept: without spaces, letters in upper case.
    ///
    /// ```
    /// use domain::request::Identity;
    /// assert_eq!(Identity::ResidentCard.number(" 11010119900307123x "), Err(domain::request::BadIdentity::ResidentCard));
    /// assert_eq!(Identity::CreditCode.number("91350100m000100y43").unwrap(), "91350100M000100Y43");
    /// assert_eq!(Identity::Other.number("示例身份证明").unwrap(), "示例身份证明");
    /// ```
    ///
    /// # Errors
    /// [`BadIdentity`], a sentence for the one who typed it.
    pub fn number(self, typed: &str) -> Result<String, BadIdentity> {
        let half = typed.chars().filter_map(crate::text::half_width).filter(|c| !c.is_whitespace());
        let number: String = half.take(NUMBER_CHARACTERS).flat_map(char::to_uppercase).collect();
        let plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match self {
            _ if number.is_empty() => Err(BadIdentity::Empty),
            Self::ResidentCard if !crate::scan::is_identity_number(&number) => Err(BadIdentity::ResidentCard),
            Self::CreditCode if !is_credit_code(&number) => Err(BadIdentity::CreditCode),
            Self::Passport if !plain || !(5..=18).contains(&number.len()) => Err(BadIdentity::Passport),
            _ => Ok(number),
        }
    }
}

/// Longer ones are no numbers.
const NUMBER_CHARACTERS: usize = 60;
/// The characters of a code (GB 32100), each standing for its place.
const CODE: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// GB 32100: the last character follows from the seventeen before it.
fn is_credit_code(code: &str) -> bool {
    let values: Option<Vec<usize>> = code.chars().map(|c| CODE.find(c)).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else { return false };
    let mut weight = 1;
    let mut sum = 0;
    for value in values.iter().take(17) {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    values.last() == Some(&((31 - sum % 31) % 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_held_against_their_check_digits() {
        assert_eq!(Identity::ResidentCard.number("11010519491231002x").unwrap(), "11010519491231002X");
        assert_eq!(
            Identity::ResidentCard.number("１１０１０５ 19491231 002X").unwrap(),
            "11010519491231002X"
        );
        for wrong in ["110105194912310021", "11010519491331002X", "1234", "", "11010519491231002甲"] {
            assert!(Identity::ResidentCard.number(wrong).is_err(), "{wrong}");
        }
        for wrong in ["91350100M000100Y42", "91350100M000100Y4", "91350100I000100Y43"] {
            assert_eq!(Identity::CreditCode.number(wrong), Err(BadIdentity::CreditCode), "{wrong}");
        }
        assert_eq!(Identity::Passport.number("e1234 5678").unwrap(), "E12345678");
        assert_eq!(Identity::Passport.number("护照"), Err(BadIdentity::Passport));
        assert_eq!(Identity::Other.number("  "), Err(BadIdentity::Empty));
    }
}
