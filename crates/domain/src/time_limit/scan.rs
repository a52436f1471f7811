//! Finding the parts of a time limit in its words. The words are read without white space and in half-width form,
//! because pages break them anywhere.

use super::{Clause, LimitKind};
use crate::rhythm::{self, Every, Rhythm};
use crate::words::Text;
use jiff::civil::Date;

/// Longest periods taken for real: longer ones are misprints.
const WORKING_DAYS_MAX: u32 = 400;
const DAYS_MAX: u32 = 3_650;

/// Something found in the words.
struct Found {
    start: usize,
    end: usize,
    kind: LimitKind,
}

/// Every part of the limit, in order.
pub(super) fn clauses(words: &str) -> Vec<Clause> {
    let text = Text::new(words);
    if text.is_blank() {
        return Vec::new();
    }
    if let Some(rhythm) = bare_period(&text) {
        return vec![Clause { about: String::new(), kind: LimitKind::Periodic { rhythm } }];
    }
    let found = scan(&text);
    let numeric = |kind: LimitKind| matches!(kind, LimitKind::WorkingDays { .. } | LimitKind::Days { .. });
    let mut clauses: Vec<Clause> = Vec::new();
    let mut lead = 0;
    for part in &found {
        // 20个工作日内及时公开 asks for 20 working days: the word adds nothing to the number beside it.
        let beside = |other: &Found| numeric(other.kind) && same_clause(&text, other, part);
        if part.kind == LimitKind::Immediate && found.iter().any(beside) {
            lead = part.end;
            continue;
        }
        let about = about(&text, lead, part.start);
        // 内公开内公开, 长期公开（动态调整）: said twice, meant once.
        let bracketed = part.kind == LimitKind::Permanent;
        let again = |known: &Clause| {
            known.kind == part.kind && (bracketed || known.about == about || about.is_empty())
        };
        if !clauses.iter().any(again) {
            clauses.push(Clause { about, kind: part.kind });
        }
        lead = part.end;
    }
    clauses
}

/// `1年`, `6个月`, `年度`: nothing but a period.
fn bare_period(text: &Text) -> Option<Rhythm> {
    let whole: String = text.chars.iter().collect();
    let every =
        match whole.trim_end_matches(['。', ';', ',']).trim_end_matches("公开").trim_end_matches("公布")
        {
            "1年" | "一年" | "年度" | "每年度" | "按年度" => Every::Year,
            "6个月" | "六个月" | "半年" | "半年度" => Every::HalfYear,
            "3个月" | "三个月" | "季度" => Every::Quarter,
            "1个月" | "一个月" | "月度" => Every::Month,
            "1周" | "一周" => Every::Week,
            _ => return None,
        };
    Some(Rhythm { every, month: None, day: None })
}

fn scan(text: &Text) -> Vec<Found> {
    let rhythms = rhythm::scan(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.chars.len() {
        let part = rhythms.iter().find(|rhythm| rhythm.start == at).map(periodic);
        let part = part.or_else(|| at_least(text, at)).or_else(|| date(text, at));
        match part.or_else(|| amount(text, at)).or_else(|| word(text, at)) {
            Some(part) => {
                at = part.end.max(at + 1);
                found.push(part);
            }
            None => at += 1,
        }
    }
    found
}

/// Every year by a day of a month is a date; all other rhythms stay rhythms.
fn periodic(found: &rhythm::Found) -> Found {
    let rhythm = found.rhythm;
    let kind = match (rhythm.every, rhythm.month) {
        (Every::Year, Some(month)) => {
            LimitKind::ByDate { year: None, month, day: rhythm.day.unwrap_or_else(|| longest(month)) }
        }
        _ => LimitKind::Periodic { rhythm },
    };
    Found { start: found.start, end: found.end, kind }
}

/// `半年至少更新1次`, `年内不少于2次` name a rhythm without 每.
fn at_least(text: &Text, at: usize) -> Option<Found> {
    let (word, every) =
        [("半年", Every::HalfYear), ("季度", Every::Quarter), ("年", Every::Year), ("月", Every::Month)]
            .into_iter()
            .find(|(word, _)| text.starts(at, word))?;
    let mut end = text.word(at + word.chars().count(), &["至少", "不少于"])?;
    end = text.word(end, &["更新", "公布", "公开"]).unwrap_or(end);
    let (_, after) = text.number(end)?;
    let end = text.word(after, &["次"])?;
    let kind = LimitKind::Periodic { rhythm: Rhythm { every, month: None, day: None } };
    Some(Found { start: at, end, kind })
}

/// `1月31日前`, `6月底前`, `2026年3月31日前`. A day of a month in a rhythm was taken by it.
fn date(text: &Text, at: usize) -> Option<Found> {
    if at > 0 && text.at(at - 1).is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    let (first, mut next) = text.number(at)?;
    let mut year = None;
    let mut month = first;
    if text.starts(next, "年") && (2000..2100).contains(&first) {
        year = i16::try_from(first).ok();
        (month, next) = text.number(next + 1)?;
    }
    let month = i8::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
    next = text.word(next, &["月份", "月"])?;
    let (day, end) = if let Some(end) = text.word(next, &["底前", "底之前", "末前", "底", "末"]) {
        (longest(month), end)
    } else {
        let (day, after) = text.number(next)?;
        let day = i8::try_from(day).ok().filter(|day| (1..=longest(month)).contains(day))?;
        (day, text.word(after, &["日", "号"])?)
    };
    let end = text.word(end, &["之前", "以前", "前"]).unwrap_or(end);
    Some(Found { start: at, end, kind: LimitKind::ByDate { year, month, day } })
}

/// A number of days: after an event, ahead of one, or of showing. After a month it would be a date that does not exist.
fn amount(text: &Text, at: usize) -> Option<Found> {
    if at > 0 && text.at(at - 1).is_some_and(|c| c.is_ascii_digit() || c == '月') {
        return None;
    }
    let (count, next) = text.number(at)?;
    let next = text.word(next, &["个"]).unwrap_or(next);
    let (working, count, mut end) = if let Some(end) = text.word(next, &["工作日", "法定工作日"]) {
        (true, count, end)
    } else if let Some(end) = text.word(next, &["自然日", "日", "天"]) {
        (false, count, end)
    } else if let Some(end) = text.word(next, &["星期", "周"]) {
        (false, count.checked_mul(7)?, end)
    } else {
        return None;
    };
    let bound = if working { WORKING_DAYS_MAX } else { DAYS_MAX };
    if count == 0 || count > bound {
        return None;
    }
    let before = |words: &[&str]| preceded(text, at, words);
    let ahead = before(&["提前", "事前", "前"])
        || text.word(end, &["之前", "以前", "前"]).is_some_and(|after| !text.starts(after, "后"));
    let shown = ["公示", "公告", "征求意见", "期限", "时间", "公布期", "期"].iter().any(|word| {
        let words: Vec<String> = ["不少于", "不得少于", "不短于", "至少", "为", "满", "不低于", ""]
            .iter()
            .map(|link| format!("{word}{link}"))
            .collect();
        before(&words.iter().map(String::as_str).collect::<Vec<_>>())
    });
    let kind = if ahead {
        LimitKind::Notice { amount: count, working, ahead: true }
    } else if shown {
        LimitKind::Notice { amount: count, working, ahead: false }
    } else if working {
        LimitKind::WorkingDays { working_days: count }
    } else {
        LimitKind::Days { days: count }
    };
    end = text.word(end, &["之内", "以内", "内", "之前", "以前", "前"]).unwrap_or(end);
    Some(Found { start: at, end, kind })
}

fn preceded(text: &Text, at: usize, words: &[&str]) -> bool {
    words
        .iter()
        .any(|word| at.checked_sub(word.chars().count()).is_some_and(|start| text.starts(start, word)))
}

fn word(text: &Text, at: usize) -> Option<Found> {
    let immediate =
        ["及时", "实时", "即时", "随时", "立即", "当日", "当天", "当场", "第一时间", "同步", "同时公开"];
    let permanent = ["长期", "永久", "常年", "动态"];
    if let Some(end) = text.word(at, &immediate) {
        return Some(Found { start: at, end, kind: LimitKind::Immediate });
    }
    let end = text.word(at, &permanent)?;
    Some(Found { start: at, end, kind: LimitKind::Permanent })
}

/// No end of a sentence stands between two parts.
fn same_clause(text: &Text, one: &Found, other: &Found) -> bool {
    let (from, to) = (one.end.min(other.end), one.start.max(other.start));
    !text.chars.get(from..to).unwrap_or_default().iter().any(|c| matches!(c, ';' | '。'))
}

/// What the words before a part say it is about.
fn about(text: &Text, from: usize, to: usize) -> String {
    let words = text.original(from, to);
    let words = words
        .trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '《' | '》' | '(' | ')' | '（' | '）'));
    let words =
        words.strip_prefix("公开").unwrap_or(words).trim_start_matches(['；', ';', '，', ',', '。', '内']);
    let mut words = words.trim_start_matches("自");
    for tail in ["个", "之日起", "之后", "以后", "的", "后", "起", "应", "于", "在"] {
        words = words.strip_suffix(tail).unwrap_or(words);
    }
    words
        .trim_matches(|c: char| c.is_ascii_punctuation() || c.is_ascii_digit() || "，。；、：".contains(c))
        .to_owned()
}

/// The longest a month can be.
fn longest(month: i8) -> i8 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// That day of that year; 29 February is its last day.
pub(super) fn last_day(year: i16, month: i8, day: i8) -> Option<Date> {
    let first = Date::new(year, month, 1).ok()?;
    Date::new(year, month, day.min(first.days_in_month())).ok()
}
