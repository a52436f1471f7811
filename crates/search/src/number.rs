//! Document numbers (文号) and index numbers (索引号) in one form each, so that any way of typing the brackets finds them.

use crate::text::common;
use domain::document_number::DocumentNumber;

/// The forms under which a number is kept: as a document number is written, and the same without the agency's words;
/// else the common form without brackets' kinds. Empty for a text without letters or digits.
pub(crate) fn forms(text: &str) -> Vec<String> {
    let short: String = text.chars().take(100).collect();
    if let Some(number) = DocumentNumber::read(&bracketed(&short)) {
        let tail = format!("〔{}〕{}号", number.year, number.serial);
        return vec![format!("{}{tail}", common(&number.agency)), tail];
    }
    let form = bracketed(&short);
    if form.chars().any(char::is_alphanumeric) { vec![form] } else { Vec::new() }
}

/// The one form to ask for, if the text may be a number: it has a digit.
pub(crate) fn asked(text: &str) -> Option<String> {
    if !text.chars().any(char::is_numeric) {
        return None;
    }
    let form = bracketed(text);
    if let Some(number) = DocumentNumber::read(&form) {
        return Some(format!("{}〔{}〕{}号", common(&number.agency), number.year, number.serial));
    }
    // Without the agency's words: read with words of our own.
    if let Some(number) = DocumentNumber::read(&format!("号{form}")).filter(|number| number.agency == "号")
    {
        return Some(format!("〔{}〕{}号", number.year, number.serial));
    }
    form.chars().any(char::is_alphanumeric).then_some(form)
}

/// The common form with every kind of bracket as a hexagonal one.
fn bracketed(text: &str) -> String {
    let bracket = |character| match character {
        '(' | '[' | '【' | '﹝' | '〔' | '{' | '<' | '〈' | '《' => '〔',
        ')' | ']' | '】' | '﹞' | '〕' | '}' | '>' | '〉' | '》' => '〕',
        other => other,
    };
    common(text).chars().map(bracket).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_brackets_ask_for_the_same() {
        let kept = forms("乌政务发〔2020〕10号");
        for typed in [
            "乌政务发〔2020〕10号",
            "乌政务发[2020]10号",
            "乌政务发（2020）10号",
            "乌政务发【２０２０】第010号",
            " 乌政务发 ﹝2020﹞ 10 号 ",
            "乌政务发〔202010号",
            "〔2020〕10号",
            "[2020]10号",
        ] {
            assert!(kept.contains(&asked(typed).unwrap()), "{typed}");
        }
        assert!(!kept.contains(&asked("乌政务发〔2020〕1号").unwrap()));
        assert_eq!(asked("15062600/2020-00001"), forms("15062600/2020-00001").pop());
        assert_eq!(asked("政务公开"), None);
        assert_eq!(forms("（）"), Vec::<String>::new());
    }
}
