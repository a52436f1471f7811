//! Text made fit for paper: what cannot be seen goes, what no font can draw is marked and remembered, what has no
//! place to break gets one.

use crate::font::Fonts;
use serde_json::Value;
use std::collections::BTreeSet;

/// Stands where a character could not be drawn; printers' old sign for a missing type (铅空, U+3013).
pub(crate) const GETA: char = '〓';
const BREAK: char = '\u{200B}';

/// Cleans every string of `data` in place and returns the characters none of the fonts can draw.
pub(crate) fn fit(data: &mut Value, fonts: &Fonts) -> Vec<char> {
    let mut known = BTreeSet::new();
    let mut missing = BTreeSet::new();
    walk(data, &mut |text| {
        let fitted: String = clean(text)
            .chars()
            .map(|c| {
                if c == '\n' || c == BREAK || known.contains(&c) {
                    return c;
                }
                if fonts.covers(c) {
                    known.insert(c);
                    return c;
                }
                missing.insert(c);
                GETA
            })
            .collect();
        *text = fitted;
    });
    missing.into_iter().collect()
}

fn walk(data: &mut Value, change: &mut impl FnMut(&mut String)) {
    match data {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| walk(field, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// One kind of line end; no control characters, byte order marks, direction overrides or variation selectors.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars()
        .filter_map(|c| match c {
            '\r' | '\n' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\t' | '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => Some(' '),
            BREAK => Some(BREAK),
            c if c.is_control() => None,
            '\u{AD}' | '\u{200C}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => None,
            '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}' => {
                None
            }
            '\u{2610}' => Some('□'),
            '\u{2714}' => Some('✓'),
            c => Some(c),
        })
        .collect()
}

/// Gives long runs without a place to break (addresses of pages, codes) such places, so that nothing reaches over the
/// edge of a cell `width` ems wide.
pub(crate) fn breakable(text: &str, width: f64) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = 0.0;
    for c in text.chars().filter(|c| *c != BREAK) {
        if !c.is_ascii_graphic() && !('\u{A1}'..='\u{2FF}').contains(&c) {
            run = 0.0;
            out.push(c);
            continue;
        }
        let wide = estimated_width(c);
        if run + wide > width {
            out.push(BREAK);
            run = 0.0;
        }
        run += wide;
        out.push(c);
    }
    out
}

/// A Latin letter's width in ems, on the safe side.
fn estimated_width(c: char) -> f64 {
    match c {
        'W' | 'M' | '@' | '%' | 'm' | 'w' => 1.0,
        'A'..='Z' | '&' | '#' | '+' | '=' | '<' | '>' | '~' | '^' => 0.8,
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '/' => 0.45,
        _ => 0.65,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_unseen_goes_and_the_undrawable_is_told() {
        let fonts = Fonts::embedded();
        let mut data = json!({"a": ["乌\u{202E}审\u{0}旗\u{FEFF}", "龘\r\nᠮ龘"], "n": 3});
        assert_eq!(fit(&mut data, &fonts), ['ᠮ', '龘']);
        assert_eq!(data, json!({"a": ["乌审旗", "〓\n〓〓"], "n": 3}));
    }

    #[test]
    fn long_addresses_break_and_short_words_do_not() {
        let broken = breakable("见https://www.wsq.gov.cn/zwgk/fdzdgknr/202009/t20200904_2729.html", 10.0);
        assert!(broken.split('\u{200B}').all(|piece| piece.chars().count() < 24), "{broken}");
        assert_eq!(
            broken.replace('\u{200B}', "").len(),
            broken.len() - 3 * broken.matches('\u{200B}').count()
        );
        assert_eq!(breakable("2020年9月4日前 A4纸", 5.0), "2020年9月4日前 A4纸");
    }
}
