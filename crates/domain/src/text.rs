//! Small tools the grammars share: one form for full-width and half-width characters, Chinese numerals.

/// Half-width for full-width, one kind of dash, no white space: the form in which dues are read. Characters map one
/// to one or vanish.
pub(crate) fn half_width(c: char) -> Option<char> {
    if c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}') {
        return None;
    }
    Some(match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '—' | '–' | '―' | '‐' | '‑' | '−' | '─' | '﹣' => '-',
        '〜' | '∼' | '∽' => '~',
        '﹒' => '.',
        '○' | '〇' | 'Ο' => '零',
        other => other,
    })
}

/// The value of a Chinese digit, `十` excluded.
pub(crate) fn chinese_digit(c: char) -> Option<u32> {
    Some(match c {
        '零' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// A number at the start of `chars`, in Arabic digits or Chinese numerals below 100 (or a run of Chinese digits such
/// as `二零二零`), with how many characters it takes.
pub(crate) fn number(chars: &[char]) -> Option<(u32, usize)> {
    let digits = chars.iter().take(9).take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        let value = chars.iter().take(digits).filter_map(|c| c.to_digit(10)).fold(0, |sum, d| sum * 10 + d);
        return Some((value, digits));
    }
    chinese_number(chars)
}

fn chinese_number(chars: &[char]) -> Option<(u32, usize)> {
    let numeral = |c: &&char| chinese_digit(**c).is_some() || matches!(**c, '十' | '廿' | '卅' | '拾');
    let length = chars.iter().take(5).take_while(numeral).count();
    let run = chars.get(..length).filter(|run| !run.is_empty())?;
    let Some(ten) = run.iter().position(|c| matches!(c, '十' | '拾' | '廿' | '卅')) else {
        let value = run.iter().filter_map(|c| chinese_digit(*c)).fold(0, |sum, d| sum * 10 + d);
        return Some((value, length));
    };
    let tens = match (run.get(ten), ten) {
        (Some('廿'), 0) => 2,
        (Some('卅'), 0) => 3,
        (_, 0) => 1,
        (_, 1) => chinese_digit(run[0])?,
        _ => return None,
    };
    match run.get(ten + 1) {
        None => Some((tens * 10, ten + 1)),
        Some(c) => match chinese_digit(*c) {
            Some(units) if run.len() == ten + 2 => Some((tens * 10 + units, ten + 2)),
            _ => None,
        },
    }
}

/// The start of a text, for quoting in a message.
pub(crate) fn head(text: &str, characters: usize) -> String {
    let joined: String = text.chars().filter(|c| !c.is_control()).collect();
    if joined.chars().count() <= characters {
        return joined;
    }
    joined.chars().take(characters).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numerals_of_both_kinds() {
        for (text, expected) in [
            ("2020年", Some((2020, 4))),
            ("二零二零年", Some((2020, 4))),
            ("十月", Some((10, 1))),
            ("十二月", Some((12, 2))),
            ("二十", Some((20, 2))),
            ("三十一日", Some((31, 3))),
            ("廿五", Some((25, 2))),
            ("九", Some((9, 1))),
            ("百", None),
            ("", None),
        ] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(number(&chars), expected, "{text}");
        }
    }
}
