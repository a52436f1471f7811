//! Personal data that is not a run of digits: mail addresses, number plates. What words give away (addresses, minors, health)
//! is found with the words, in `wording`.

use super::{Hit, Rule};

/// Looks at a mail address around an `@`; returns where to go on.
pub(super) fn mail(line: &str, at: usize, hits: &mut Vec<Hit>) -> usize {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let before = line.get(..at).unwrap_or_default();
    let name: usize = before.chars().rev().take_while(|c| allowed(*c)).take(64).count();
    let after = line.get(at + 1..).unwrap_or_default();
    let length =
        after.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).take(100).count();
    let host = after.get(..length).unwrap_or_default().trim_end_matches(['.', '-']);
    let whole = host.contains('.')
        && host
            .rsplit('.')
            .next()
            .is_some_and(|end| end.len() >= 2 && !end.starts_with(|c: char| c.is_ascii_digit()));
    if name == 0 || !whole {
        return at + 1;
    }
    let range = at - name..at + 1 + host.len();
    let first = line.get(range.start..range.start + 1).unwrap_or_default();
    let office = host == "gov.cn" || host.ends_with(".gov.cn");
    hits.push(Hit {
        rule: if office { Rule::OfficeMail } else { Rule::Mail },
        replacement: Some(format!("{first}***@{host}")),
        range,
        note: String::new(),
    });
    at + 1 + host.len()
}

/// The first character of number plates.
const PROVINCES: &str = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";

/// Looks at a number plate whose letter is at `at` (GA 36); returns where to go on.
pub(super) fn plate(line: &str, at: usize, hits: &mut Vec<Hit>) -> usize {
    let next = at + 1;
    let Some(province) = line.get(..at).and_then(|before| before.chars().next_back()) else { return next };
    if !PROVINCES.contains(province) {
        return next;
    }
    let rest = line.get(next..).unwrap_or_default();
    let dot = rest.chars().next().filter(|c| matches!(c, '·' | '•' | '.' | ' ')).map_or(0, char::len_utf8);
    let plate: String =
        rest.get(dot..).unwrap_or_default().chars().take_while(char::is_ascii_alphanumeric).take(8).collect();
    let digits = plate.bytes().filter(u8::is_ascii_digit).count();
    let shape =
        plate.bytes().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() && !matches!(c, b'I' | b'O'));
    if !shape || !matches!(plate.len(), 5 | 6) || digits < 2 {
        return next;
    }
    let start = at - province.len_utf8();
    let end = next + dot + plate.len();
    let letter = line.get(at..next).unwrap_or_default();
    hits.push(Hit {
        rule: Rule::Plate,
        range: start..end,
        replacement: Some(format!("{province}{letter}*****")),
        note: String::new(),
    });
    end
}
