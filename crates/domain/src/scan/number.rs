//! Runs of digits: identity numbers, telephones, bank cards, dates, document numbers, numbers masked too little.

use super::{Hit, Rule};
use crate::document_number::DocumentNumber;
use jiff::civil::Date;
use std::ops::Range;

/// Digits that stand together, and where.
struct Group {
    digits: String,
    range: Range<usize>,
}

/// The value of a half-width or full-width digit.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

/// What may stand between the digits of one number when people type it.
fn separates(c: char) -> bool {
    matches!(c, ' ' | '-' | '\u{a0}' | '－' | '—' | '\u{3000}' | '–')
}

/// Looks at a run that begins at `at`; returns where to go on.
pub(super) fn run(line: &str, at: usize, hits: &mut Vec<Hit>) -> usize {
    if let Some(end) = plain(line, at) {
        return end;
    }
    let (groups, end) = groups(line, at);
    full_width(line, &groups, hits);
    if !date(line, &groups, hits) {
        numbers(line, &groups, hits);
    }
    masked(line, at, end, hits);
    document_number(line, &groups, end, hits);
    end
}

/// Where a run ends that is too short to be anything and stands beside nothing that would make it more: most are.
fn plain(line: &str, at: usize) -> Option<usize> {
    let bytes = line.as_bytes().get(at..)?;
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if length == 0 || length > 9 {
        return None;
    }
    let end = at + length;
    let next = line.get(end..)?;
    let goes_on = match bytes.get(length) {
        None => false,
        Some(b' ' | b'-' | b'*' | b'X' | b'x' | 0xc2) => true,
        Some(0xe2 | 0xe3 | 0xef) => {
            next.starts_with(|c: char| separates(c) || digit(c).is_some() || matches!(c, '＊' | 'Ｘ'))
        }
        Some(0xc3) => next.starts_with('×'),
        Some(_) => next.starts_with('月'),
    };
    let in_brackets = length == 4 && line.get(..at)?.ends_with(|c: char| "[(（【﹝〔［".contains(c));
    (!goes_on && !in_brackets).then_some(end)
}

/// The groups of digits with single separators between them, and where the last ends.
fn groups(line: &str, at: usize) -> (Vec<Group>, usize) {
    let mut groups: Vec<Group> = Vec::new();
    let mut end = at;
    let mut current = Group { digits: String::new(), range: at..at };
    let mut chars = line.get(at..).unwrap_or_default().char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let place = at + offset;
        if let Some(digit) = digit(c) {
            if current.digits.is_empty() {
                current.range.start = place;
            }
            current.digits.push(digit);
            current.range.end = place + c.len_utf8();
            end = current.range.end;
            continue;
        }
        // The check digit of an identity number may be X.
        if matches!(c, 'X' | 'x' | 'Ｘ') && ends_in_check(&groups, &current) {
            current.digits.push('X');
            current.range.end = place + c.len_utf8();
            end = current.range.end;
            break;
        }
        if separates(c)
            && !current.digits.is_empty()
            && chars.peek().is_some_and(|(_, next)| digit(*next).is_some())
        {
            let next = Group { digits: String::new(), range: place..place };
            groups.push(std::mem::replace(&mut current, next));
            continue;
        }
        break;
    }
    if !current.digits.is_empty() {
        groups.push(current);
    }
    (groups, end.max(at + 1))
}

/// Whether seventeen digits stand there, alone or in groups.
fn ends_in_check(groups: &[Group], current: &Group) -> bool {
    let before: usize = groups.iter().map(|group| group.digits.len()).sum();
    current.digits.len() == 17 || !current.digits.is_empty() && before + current.digits.len() == 17
}

/// Digits written full-width are read all the same, and told of.
fn full_width(line: &str, groups: &[Group], hits: &mut Vec<Hit>) {
    for group in groups {
        if group.range.len() != group.digits.len()
            && line
                .get(group.range.clone())
                .is_some_and(|raw| raw.contains(['０', '１', '２', '３', '４', '５', '６', '７', '８', '９']))
        {
            hits.push(Hit {
                rule: Rule::FullWidth,
                range: group.range.clone(),
                replacement: Some(group.digits.clone()),
                note: String::new(),
            });
        }
    }
}

/// Looks for numbers of known shapes: in each group, then in groups next to each other.
fn numbers(line: &str, groups: &[Group], hits: &mut Vec<Hit>) {
    let mut first = 0;
    while first < groups.len() {
        let mut taken = 1;
        let mut joined = String::new();
        for last in first..groups.len().min(first + 6) {
            let Some(group) = groups.get(last) else { break };
            joined.push_str(&group.digits);
            if joined.len() > 19 {
                break;
            }
            let start = groups.get(first).map_or(0, |group| group.range.start);
            let range = start..group.range.end;
            if let Some(hit) = number(line, &joined, range, last > first) {
                taken = last + 1 - first;
                hits.push(hit);
                break;
            }
        }
        first += taken;
    }
}

fn number(line: &str, digits: &str, range: Range<usize>, joined: bool) -> Option<Hit> {
    let before = line.get(..range.start).unwrap_or_default();
    let after = line.get(range.end..).unwrap_or_default();
    // Part of a code with letters: 统一社会信用代码, a serial number.
    let letter = |c: char| c.is_ascii_alphabetic();
    if before.ends_with(letter) || after.starts_with(letter) {
        return None;
    }
    let hit = |rule, replacement: String| Hit {
        rule,
        range: range.clone(),
        replacement: Some(replacement),
        note: String::new(),
    };
    let keep = |head: usize, tail: usize| {
        let stars = digits.len().saturating_sub(head + tail);
        format!(
            "{}{}{}",
            digits.get(..head).unwrap_or_default(),
            "*".repeat(stars),
            digits.get(digits.len() - tail.min(digits.len())..).unwrap_or_default()
        )
    };
    match digits.len() {
        18 if has_province(digits) && birth(digits.get(6..14)?).is_some() => {
            let rule = if check_digit(digits) { Rule::Identity } else { Rule::IdentityDoubtful };
            Some(hit(rule, keep(6, 4)))
        }
        15 if has_province(digits) && birth(&format!("19{}", digits.get(6..12)?)).is_some() && !joined => {
            Some(hit(Rule::IdentityOld, keep(6, 3)))
        }
        11 if is_mobile(digits) => Some(hit(Rule::Mobile, keep(3, 4))),
        13 if digits.starts_with("86") && is_mobile(digits.get(2..)?) => Some(hit(Rule::Mobile, keep(5, 4))),
        16..=19 if luhn(digits) && digits.starts_with(['3', '4', '5', '6']) => {
            let rule = if digits.starts_with("62") || says(before, CARD_WORDS) {
                Rule::Card
            } else {
                Rule::CardDoubtful
            };
            Some(hit(rule, keep(0, 4)))
        }
        10..=12 if is_telephone(digits) => {
            let area = if digits.starts_with("01") || digits.starts_with("02") { 3 } else { 4 };
            let rule = if says(before, CONTACT_WORDS) { Rule::OfficeTelephone } else { Rule::Telephone };
            Some(hit(rule, keep(area, 2)))
        }
        _ => None,
    }
}

/// Words before a number that say it is an office's.
const CONTACT_WORDS: &[&str] = &[
    "电话",
    "热线",
    "传真",
    "咨询",
    "监督",
    "举报",
    "投诉",
    "值班",
    "办公",
    "受理",
    "窗口",
    "服务",
    "联系方式",
];
const CARD_WORDS: &[&str] = &["卡号", "账号", "帐号", "账户", "一卡通", "银行"];

/// Whether one of the words stands within the last 24 characters.
fn says(before: &str, words: &[&str]) -> bool {
    let start = before.char_indices().rev().nth(23).map_or(0, |(at, _)| at);
    let near = before.get(start..).unwrap_or_default();
    words.iter().any(|word| near.contains(word))
}

/// Whether a text is a resident's identity number (GB 11643): place, day of birth and check digit are possible.
pub fn is_identity_number(text: &str) -> bool {
    text.len() == 18
        && text.get(..17).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        && has_province(text)
        && text.get(6..14).and_then(birth).is_some()
        && check_digit(text)
}

/// The codes of provinces (GB/T 2260), with Hong Kong, Macao and Taiwan's residence permits.
fn has_province(digits: &str) -> bool {
    let code = digits.get(..2).and_then(|code| code.parse().ok()).unwrap_or(0);
    matches!(code, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
}

fn birth(digits: &str) -> Option<Date> {
    let number = |range: Range<usize>| digits.get(range)?.parse::<i16>().ok();
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    if !(1900..=2099).contains(&year) {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// GB 11643: the last digit follows from the seventeen before it.
fn check_digit(digits: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let values = digits.chars().map(|c| c.to_digit(10).unwrap_or(10));
    let sum: u32 = values.clone().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    "10X98765432".chars().nth(usize::try_from(sum % 11).unwrap_or(0)) == digits.chars().last()
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11
        && digits.starts_with('1')
        && digits.get(1..2).is_some_and(|second| ("3"..="9").contains(&second))
}

/// An area code and seven or eight digits.
fn is_telephone(digits: &str) -> bool {
    let Some(rest) = digits.strip_prefix('0') else { return false };
    let local = match rest.as_bytes().first() {
        Some(b'1' | b'2') => digits.len().checked_sub(3),
        Some(b'3'..=b'9') => digits.len().checked_sub(4),
        _ => None,
    };
    matches!(local, Some(7 | 8))
}

/// ISO/IEC 7812: the sum of digits, every second one from the right doubled, ends in nought.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(index, value)| if index % 2 == 1 { value * 2 / 10 + value * 2 % 10 } else { value })
        .sum();
    digits.chars().all(|c| c.is_ascii_digit()) && sum.is_multiple_of(10)
}

/// `2021年2月30日`, `2021-02-30`; tells whether the run is a date at all.
fn date(line: &str, groups: &[Group], hits: &mut Vec<Hit>) -> bool {
    if let [year, month, day] = groups
        && year.digits.len() == 4
        && month.digits.len() <= 2
        && day.digits.len() <= 2
        && ("1900".."2100").contains(&year.digits.as_str())
    {
        let range = year.range.start..day.range.end;
        say_impossible(&year.digits, &month.digits, &day.digits, range, hits);
        return true;
    }
    let [month] = groups else { return false };
    let after = line.get(month.range.end..).unwrap_or_default();
    if month.digits.len() > 2 || !after.starts_with('月') {
        return false;
    }
    let before = line.get(..month.range.start).unwrap_or_default();
    let year: String = match before.strip_suffix('年') {
        Some(before) => {
            let digits: Vec<char> = before.chars().rev().map_while(digit).take(5).collect();
            digits.into_iter().rev().collect()
        }
        None => String::new(),
    };
    let rest = after.strip_prefix('月').unwrap_or_default();
    let day: String = rest.chars().map_while(digit).take(3).collect();
    let shown: usize = rest.chars().take(day.len()).map(char::len_utf8).sum();
    let is_day = rest.get(shown..).is_some_and(|rest| rest.starts_with(['日', '号']));
    let end = month.range.end + '月'.len_utf8() + if is_day { shown + '日'.len_utf8() } else { 0 };
    let start = if year.len() == 4 { month.range.start - '年'.len_utf8() - 4 } else { month.range.start };
    let start = if line.is_char_boundary(start) { start } else { month.range.start };
    let day = if is_day { day } else { "1".to_owned() };
    // Without a year a leap day may be meant.
    let year = if year.len() == 4 { year } else { "2000".to_owned() };
    say_impossible(&year, &month.digits, &day, start..end, hits);
    true
}

fn say_impossible(year: &str, month: &str, day: &str, range: Range<usize>, hits: &mut Vec<Hit>) {
    let read = |text: &str| text.parse::<i16>().ok();
    let parsed = read(year).and_then(|year| {
        Date::new(year, i8::try_from(read(month)?).ok()?, i8::try_from(read(day)?).ok()?).ok()
    });
    if parsed.is_none() {
        hits.push(Hit { rule: Rule::ImpossibleDate, range, replacement: None, note: String::new() });
    }
}

/// A number of which more than allowed is shown beside the stars.
fn masked(line: &str, at: usize, end: usize, hits: &mut Vec<Hit>) {
    let rest = line.get(end..).unwrap_or_default();
    let stars: Vec<char> =
        rest.chars().take_while(|c| matches!(c, '*' | '＊' | '×' | 'X' | 'x')).take(20).collect();
    if stars.len() < 2 {
        return;
    }
    let hidden: usize = stars.iter().map(|c| c.len_utf8()).sum();
    let tail: String = rest.get(hidden..).unwrap_or_default().chars().map_while(digit).take(19).collect();
    let bytes: usize =
        rest.get(hidden..).unwrap_or_default().chars().take(tail.len()).map(char::len_utf8).sum();
    let head: String = line.get(at..end).unwrap_or_default().chars().filter_map(digit).collect();
    let total = head.len() + stars.len() + tail.len();
    let (most_head, most_tail) = match total {
        18 | 15 if has_province(&head) => (6, 4),
        11 if head.starts_with('1') => (3, 4),
        16 | 17 | 19 if head.starts_with("62") => (6, 4),
        _ => return,
    };
    if head.len() > most_head || tail.len() > most_tail {
        let (head, tail_kept) =
            (head.get(..most_head.min(head.len())).unwrap_or_default(), tail.len().min(most_tail));
        let stars = "*".repeat(total - head.len() - tail_kept);
        let replacement = format!("{head}{stars}{}", tail.get(tail.len() - tail_kept..).unwrap_or_default());
        hits.push(Hit {
            rule: Rule::OverShown,
            range: at..end + hidden + bytes,
            replacement: Some(replacement),
            note: String::new(),
        });
    }
}

/// `(2020)第010号` after words of an agency.
fn document_number(line: &str, groups: &[Group], end: usize, hits: &mut Vec<Hit>) {
    let [year] = groups else { return };
    if year.digits.len() != 4 {
        return;
    }
    let before = line.get(..year.range.start).unwrap_or_default();
    let Some(open) = before.chars().next_back().filter(|c| "[(（【﹝〔［".contains(*c)) else { return };
    let agency = before.get(..before.len() - open.len_utf8()).unwrap_or_default();
    // Agency words end in 发, 函, 字 and the like; without them it is a year in brackets.
    if !agency.ends_with(['发', '函', '字', '办', '令', '通', '规', '政', '号', '批', '公', '告', '任', '电'])
    {
        return;
    }
    let rest = line.get(end..).unwrap_or_default();
    let Some(close) = rest.chars().next().filter(|c| "])）】﹞〕］".contains(*c)) else { return };
    let tail = rest.get(close.len_utf8()..).unwrap_or_default();
    let Some(length) =
        tail.char_indices().take(12).find(|(_, c)| *c == '号').map(|(at, c)| at + c.len_utf8())
    else {
        return;
    };
    let start = year.range.start - open.len_utf8();
    let range = start..end + close.len_utf8() + length;
    let written = line.get(range.clone()).unwrap_or_default();
    let Some(read) = DocumentNumber::read(&format!("发{written}")) else { return };
    let right = read.to_string();
    let right = right.strip_prefix('发').unwrap_or(&right).to_owned();
    if right != written {
        let note = format!("应为“{right}”。");
        hits.push(Hit { rule: Rule::NumberForm, range, replacement: Some(right), note });
    }
}
