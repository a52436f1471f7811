//! Labels and numbers of a report's cells, however they are typed.

use super::Reading;
use domain::annual_report::{Amount, Cell, ProactiveCell};
use domain::finding::Place;
use domain::text::{half_width, head};

/// A label without its number, its punctuation and white space: `（一）予以公开` and `1.予以 公开` are one.
pub(super) fn core(text: &str) -> String {
    let letters: String = text.chars().filter_map(half_width).filter(|c| c.is_alphanumeric()).collect();
    let plain = letters.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = plain.trim_start_matches(|c: char| "一二三四五六七八九十".contains(c));
    // `三类内部事务信息` begins with a numeral of its own.
    if bare.starts_with('类') { plain.to_owned() } else { bare.to_owned() }
}

/// What stands in a cell for a number.
pub(super) enum Value {
    Blank,
    Number(u64),
    Other,
}

/// The number of a cell; the amount's in fen.
fn value(text: &str, amount: bool) -> Value {
    let plain: String = text.chars().filter_map(half_width).filter(|c| !matches!(c, ',' | '\'')).collect();
    if plain.chars().all(|c| matches!(c, '-' | '/' | '\\')) || plain == "无" {
        return Value::Blank;
    }
    let plain = plain.trim_end_matches("万元").trim_end_matches(['件', '项', '宗', '起']);
    let Ok(number) = plain.parse::<Amount>() else { return Value::Other };
    let whole = Amount { fen: 1_000_000 }.fen;
    if amount {
        return Value::Number(number.fen);
    }
    if number.fen % whole == 0 { Value::Number(number.fen / whole) } else { Value::Other }
}

impl Reading {
    /// Takes a cell's text as one of the report's numbers.
    pub(super) fn take(&mut self, cell: Cell, text: &str, at: Place) {
        match value(text, cell == Cell::Proactive(ProactiveCell::Fees)) {
            Value::Number(number) => self.report.set(cell, number),
            Value::Blank => {
                self.report.blank.insert(cell);
            }
            Value::Other => self.err(
                "report-number-unreadable",
                format!(
                    "“{}”的“{}”写的是“{}”，不是非负的数，按0处理。请核对。",
                    cell.row(),
                    cell.column(),
                    head(text, 40)
                ),
                at,
            ),
        }
    }
}

/// A count of the old table 2: blank is none.
pub(super) fn old_count(text: &str) -> Option<u64> {
    match value(text, false) {
        Value::Number(number) => Some(number),
        Value::Blank | Value::Other => None,
    }
}

/// An amount of the old table 2, in 万元.
pub(super) fn old_amount(text: &str) -> Option<Amount> {
    match value(text, true) {
        Value::Number(fen) => Some(Amount { fen }),
        Value::Blank | Value::Other => None,
    }
}

/// A change of the old table 2: `+3`, `-2`, `增3`, `减2`.
pub(super) fn old_change(text: &str) -> Option<i64> {
    let plain: String = text.chars().filter_map(half_width).filter(|c| *c != ',').collect();
    let (negative, number) = match plain.strip_prefix(['-', '减']) {
        Some(rest) => (true, rest),
        None => (false, plain.trim_start_matches(['+', '增'])),
    };
    let number: i64 = number.trim_start_matches(['加', '少']).parse().ok()?;
    if number < 0 { None } else { Some(if negative { -number } else { number }) }
}
