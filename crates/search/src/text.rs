//! One form for what was typed in many: compatibility forms, full width, capitals and traditional characters become one
//! character each way it may be looked for, and every character remembers the bytes it came from.

use unicode_normalization::UnicodeNormalization;

/// What a character is to the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// A character of a script written without spaces: a word of its own or part of one.
    Han,
    /// A letter of a script whose words stand apart.
    Letter,
    /// A digit.
    Digit,
    /// Punctuation and signs: holds a place, is never looked for.
    Sign,
}

/// One character of the common form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) character: char,
    pub(crate) class: Class,
    /// White space stood before it.
    pub(crate) apart: bool,
    /// Where the original character begins, in bytes.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// The text in its common form. White space leaves no unit, only a mark on the next.
pub(crate) fn units(text: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    read(text, &mut units);
    units
}

/// The same in the place of what `units` held.
pub(crate) fn read(text: &str, units: &mut Vec<Unit>) {
    units.clear();
    units.reserve(text.len() / 3 + 1);
    let mut apart = false;
    for (start, original) in text.char_indices() {
        let end = start + original.len_utf8();
        let mut push = |character: char| {
            units.push(Unit { character, class: class(character), apart, start, end });
            apart = false;
        };
        match original {
            // Joiners and variation selectors of Mongolian and emoji change the look, not the word.
            '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{ad}' => {}
            '\0'..='\u{7f}' if original.is_whitespace() || original.is_control() => apart = true,
            '\0'..='\u{7f}' => push(original.to_ascii_lowercase()),
            '\u{4e00}'..='\u{9fff}' => push(domain::text::half_width(original).unwrap_or(original)),
            _ if original.is_whitespace() => apart = true,
            _ => {
                let forms = std::iter::once(original).nfkc();
                for form in forms.filter_map(domain::text::half_width).flat_map(char::to_lowercase) {
                    push(form);
                }
            }
        }
    }
}

fn class(character: char) -> Class {
    match character {
        '0'..='9' => Class::Digit,
        'a'..='z' => Class::Letter,
        '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' => Class::Han,
        '々' | '〆' => Class::Han,
        other if other.is_numeric() => Class::Digit,
        other if other.is_alphabetic() => Class::Letter,
        _ => Class::Sign,
    }
}

/// The common form as a string, white space gone.
pub(crate) fn common(text: &str) -> String {
    units(text).iter().map(|unit| unit.character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn many_forms_become_one() {
        for (typed, form) in [
            ("政務公開", "政务公开"),
            ("ＡＢＣ１２３", "abc123"),
            ("第 一\n条", "第一条"),
            ("①㈠½", "1(一)1⁄2"),
            ("公\u{200b}开", "公开"),
            ("二〇二〇年", "二零二零年"),
            ("——", "--"),
            ("", ""),
        ] {
            assert_eq!(common(typed), form, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn places_are_places_of_the_text(text in any::<String>()) {
            for unit in units(&text) {
                prop_assert!(text.get(unit.start..unit.end).is_some_and(|original| original.chars().count() == 1));
            }
        }
    }
}
