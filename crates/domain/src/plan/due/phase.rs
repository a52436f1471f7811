//! Phases (阶段): which words of a due belong to which span of days, and what each phase is called.

use super::expression::Expression;
use super::{Phase, Span};
use crate::finding::Finding;
use crate::text::number;
use crate::words::Text;

/// Words that say a due runs in phases.
pub(super) fn looks_phased(text: &Text) -> bool {
    text.contains("阶段") || text.contains("分步") || text.contains("第一步")
}

/// A piece of the text between two marks, with the places it covers.
struct Piece {
    start: usize,
    end: usize,
}

/// Names the spans: every piece of the text that holds dates gives one phase a date.
pub(super) fn name(
    text: &Text,
    expressions: &[Expression],
    spans: &[Span],
    quoted: &str,
    findings: &mut Vec<Finding>,
) -> Vec<Phase> {
    let pieces = pieces(text, expressions);
    let mut phases = Vec::with_capacity(spans.len());
    for (index, (expression, span)) in expressions.iter().zip(spans).enumerate() {
        let piece = pieces.iter().find(|piece| (piece.start..piece.end).contains(&expression.start));
        let (mut start, mut end) = piece.map_or((0, text.chars.len()), |piece| (piece.start, piece.end));
        let before = index.checked_sub(1).and_then(|index| expressions.get(index));
        if let Some(before) = before.filter(|before| before.end > start) {
            start = before.end;
        }
        if let Some(after) = expressions.get(index + 1).filter(|after| after.start < end) {
            end = after.start;
        }
        let named = named_phase(text, start, expression.start)
            .or_else(|| named_phase(text, expression.end, end))
            .or_else(|| described(text, expression.end, end))
            .or_else(|| described(text, start, expression.start));
        phases.push(Phase { name: named.unwrap_or_default(), from: span.from, to: span.to });
    }
    if let Some(claimed) = claimed_phases(text).filter(|claimed| *claimed != phases.len()) {
        findings.push(Finding::warning(
            "phase-count",
            format!(
                "完成时限“{quoted}”说分{claimed}个阶段，读出带日期的阶段有{}个。请核对日期是否写全。",
                phases.len()
            ),
        ));
    }
    phases
}

/// How many phases the words claim.
fn claimed_phases(text: &Text) -> Option<usize> {
    (0..text.chars.len()).find_map(|at| claim(text, at)).and_then(|(count, _)| usize::try_from(count).ok())
}

/// `分三个阶段` here: the number, and where the words end.
fn claim(text: &Text, at: usize) -> Option<(u32, usize)> {
    let at = text.word(at, &["分为", "分成", "分"])?;
    let (count, end) = text.number(at)?;
    Some((count, text.word(end, &["个阶段", "阶段", "步"])?))
}

/// Cuts the text at ordinal marks if it has them (第一阶段, （一）, 1.), else at sentence ends, else at commas that
/// stand between two dates.
fn pieces(text: &Text, expressions: &[Expression]) -> Vec<Piece> {
    let inside = |at: usize| expressions.iter().any(|e| (e.start..e.end).contains(&at));
    let ordinals: Vec<usize> =
        (0..text.chars.len()).filter(|at| !inside(*at) && is_ordinal(text, *at)).collect();
    let marks = if ordinals.len() >= 2 {
        ordinals
    } else {
        let ends = |c: char| matches!(c, ';' | '。' | ',' | '、');
        (0..text.chars.len())
            .filter(|at| !inside(*at) && text.chars.get(*at).copied().is_some_and(ends))
            .collect()
    };
    let mut pieces = Vec::with_capacity(marks.len() + 1);
    let mut start = 0;
    for mark in marks.into_iter().chain([text.chars.len()]) {
        pieces.push(Piece { start, end: mark });
        start = mark;
    }
    join_dateless(pieces, expressions)
}

/// A piece without a date belongs to the dated one before it: `3月底前完成，并公布`.
fn join_dateless(pieces: Vec<Piece>, expressions: &[Expression]) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let dated = expressions.iter().any(|e| (piece.start..piece.end).contains(&e.start));
        match joined.last_mut() {
            Some(before) if !dated => before.end = piece.end,
            Some(before) if !expressions.iter().any(|e| (before.start..before.end).contains(&e.start)) => {
                before.end = piece.end;
            }
            _ => joined.push(piece),
        }
    }
    joined
}

/// An ordinal that begins a phase: 第一阶段, 第1个阶段, 第一步, (一), 一是, 一、, 1、, ①.
fn is_ordinal(text: &Text, at: usize) -> bool {
    if text.starts(at, "第") {
        return ordinal_phase_end(text, at).is_some();
    }
    let Some(first) = text.chars.get(at) else { return false };
    if ('①'..='⑩').contains(first) {
        return true;
    }
    let at_start = at == 0 || matches!(text.chars.get(at - 1), Some(';' | '。' | ',' | ':' | '、'));
    let bracketed = *first == '(';
    let from = at + usize::from(bracketed);
    let Some((_, length)) = text.chars.get(from..).and_then(number) else { return false };
    match text.chars.get(from + length) {
        Some(')') => bracketed,
        Some('、' | '.') => {
            !bracketed && (at_start || !first.is_ascii_digit()) && !digit_at(text, from + length + 1)
        }
        Some('是') => !bracketed && at_start,
        _ => false,
    }
}

fn digit_at(text: &Text, at: usize) -> bool {
    text.chars.get(at).is_some_and(char::is_ascii_digit)
}

/// Where `第一个阶段`, `第一阶段` or `第一步` ends.
fn ordinal_phase_end(text: &Text, at: usize) -> Option<usize> {
    if !text.starts(at, "第") {
        return None;
    }
    let (_, length) = number(text.chars.get(at + 1..)?)?;
    let end = at + 1 + length;
    ["个阶段", "阶段", "步"].iter().find(|word| text.starts(end, word)).map(|word| end + word.chars().count())
}

/// `…梳理阶段…` within the places: the words before the last 阶段 that is not itself an ordinal.
fn named_phase(text: &Text, start: usize, end: usize) -> Option<String> {
    let mut at = start;
    let mut name_start = start;
    let mut found = None;
    while at < end {
        let marked = ordinal_phase_end(text, at).or_else(|| claim(text, at).map(|(_, after)| after));
        if let Some(after) = marked {
            at = after;
            name_start = at;
            continue;
        }
        if text.starts(at, "阶段") {
            found = Some((name_start, at));
            break;
        }
        if text.chars.get(at).is_some_and(|c| is_boundary(*c))
            || text.starts(at, "为")
            || text.starts(at, "是")
        {
            name_start = at + 1;
        }
        at += 1;
    }
    let (from, to) = found?;
    clean(&text.original(from, to))
}

fn is_boundary(c: char) -> bool {
    matches!(c, ',' | '。' | ';' | ':' | '、' | '(' | ')' | '.' | '-' | '~' | '!' | '?' | '"' | '“' | '”')
        || ('①'..='⑩').contains(&c)
}

/// Words beside a date that say what is done: `9月底前完成目录编制`.
fn described(text: &Text, start: usize, end: usize) -> Option<String> {
    let mut from = start;
    while from < end {
        if let Some(after) =
            ordinal_phase_end(text, from).or_else(|| claim(text, from).map(|(_, after)| after))
        {
            from = after;
        } else if text.chars.get(from).is_some_and(|c| is_boundary(*c)) {
            from += 1;
        } else {
            break;
        }
    }
    if let Some((_, length)) = text.chars.get(from..end).and_then(number)
        && text.chars.get(from + length).is_some_and(|c| matches!(c, ')' | '、' | '.' | '是'))
    {
        from += length + 1;
    }
    let to = (from..end).find(|at| text.chars.get(*at).is_some_and(|c| is_boundary(*c))).unwrap_or(end);
    clean(&text.original(from, to))
}

/// Without the words around a name; nothing when only such words are left.
fn clean(name: &str) -> Option<String> {
    let mut name = name.trim();
    loop {
        let before = name;
        for word in ["完成时限", "时限", "时间", "为", "是", "于", "在", "自", "从"] {
            name = name.strip_prefix(word).unwrap_or(name).trim();
        }
        for word in ["完成时限", "时限", "时间", "为", "于", "在", "自", "从", "至"] {
            name = name.strip_suffix(word).unwrap_or(name).trim();
        }
        if name == before {
            break;
        }
    }
    let whole = name.chars().count();
    let says = !matches!(name, "" | "完成" | "结束" | "起" | "开始" | "前完成" | "各" | "并");
    (says && whole <= 30).then(|| name.to_owned())
}
