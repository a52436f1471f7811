//! Number formats and fonts, as far as they carry meaning: is the number a date, is the text struck out or bold.

use crate::archive::Archive;
use crate::xml::{Xml, attribute, number, on};
use crate::{Limits, Refusal};
use jiff::civil::{Date, date};
use quick_xml::events::Event;
use std::collections::HashMap;

/// How a cell's number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Shown {
    #[default]
    Number,
    Percent,
    /// A date, with which of its parts.
    Date {
        year: bool,
        month: bool,
        day: bool,
        time: bool,
    },
}

/// What a cell style says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Style {
    pub(crate) shown: Shown,
    pub(crate) bold: bool,
    pub(crate) struck: bool,
}

/// Reads the styles; none if the workbook has none.
pub(crate) fn read(archive: &mut Archive<'_>, path: &str, limits: &Limits) -> Result<Vec<Style>, Refusal> {
    let mut styles = Vec::new();
    let Some(mut part) = archive.part(path)? else {
        return Ok(styles);
    };
    let mut xml = Xml::new(&mut part, limits.depth, "样式");
    let mut formats: HashMap<u32, String> = HashMap::new();
    let mut fonts: Vec<(bool, bool)> = Vec::new();
    let (mut in_fonts, mut in_cell_styles) = (false, false);
    loop {
        match xml.next()? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().into_inner() {
                "numFmt" if formats.len() < limits.cells => {
                    if let Some(id) = number(&element, "numFmtId") {
                        formats.insert(id, attribute(&element, "formatCode").unwrap_or_default());
                    }
                }
                "fonts" => in_fonts = true,
                "font" if in_fonts && fonts.len() < limits.cells => fonts.push((false, false)),
                "b" if in_fonts => {
                    if let Some(font) = fonts.last_mut() {
                        font.0 = on(&element, "val");
                    }
                }
                "strike" if in_fonts => {
                    if let Some(font) = fonts.last_mut() {
                        font.1 = on(&element, "val");
                    }
                }
                "cellXfs" => in_cell_styles = true,
                "xf" if in_cell_styles && styles.len() < limits.cells => {
                    let id: u32 = number(&element, "numFmtId").unwrap_or(0);
                    let font: usize = number(&element, "fontId").unwrap_or(0);
                    let (bold, struck) = fonts.get(font).copied().unwrap_or_default();
                    let shown = formats.get(&id).map_or_else(|| builtin(id), |code| custom(code));
                    styles.push(Style { shown, bold, struck });
                }
                _ => {}
            },
            Event::End(element) => match element.local_name().into_inner() {
                "fonts" => in_fonts = false,
                "cellXfs" => in_cell_styles = false,
                _ => {}
            },
            Event::Eof => return Ok(styles),
            _ => {}
        }
    }
}

/// Formats every Excel knows by number, Chinese ones included.
fn builtin(id: u32) -> Shown {
    let date = |year, month, day, time| Shown::Date { year, month, day, time };
    match id {
        9 | 10 => Shown::Percent,
        14 | 15 | 30 | 31 | 36 | 50 | 51 | 53 | 54 | 58 => date(true, true, true, false),
        16 | 28 | 29 => date(true, true, true, false),
        17 | 27 | 52 | 55 | 57 => date(true, true, false, false),
        22 => date(true, true, true, true),
        18..=21 | 32..=35 | 45..=47 | 56 => date(false, false, false, true),
        _ => Shown::Number,
    }
}

/// Reads a format code such as `yyyy"年"m"月"d"日"`.
pub(crate) fn custom(code: &str) -> Shown {
    let code = code.split(';').next().unwrap_or(code);
    let (mut year, mut month, mut day, mut time, mut percent) = (false, false, false, false, false);
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let mut inside = String::new();
                while let Some(c) = chars.next().filter(|c| *c != ']') {
                    inside.push(c.to_ascii_lowercase());
                }
                time |= matches!(inside.as_str(), "h" | "hh" | "m" | "mm" | "s" | "ss");
            }
            'y' | 'Y' | 'e' if !matches!(chars.peek(), Some('+' | '-')) => year = true,
            'm' | 'M' => month = true,
            'd' | 'D' => day = true,
            'h' | 'H' | 's' | 'S' => time = true,
            '%' => percent = true,
            _ => {}
        }
    }
    // General holds an `e`, and `m` beside hours is minutes.
    if code.eq_ignore_ascii_case("general") || code.starts_with("General") {
        return Shown::Number;
    }
    if time && !year && !day {
        return Shown::Date { year: false, month: false, day: false, time: true };
    }
    if year || month || day {
        return Shown::Date { year, month, day, time };
    }
    if percent { Shown::Percent } else { Shown::Number }
}

/// A number as the person sees it.
pub(crate) fn show(value: f64, shown: Shown, since_1904: bool) -> String {
    match shown {
        Shown::Number => plain(value),
        Shown::Percent => format!("{}%", plain(value * 100.0)),
        Shown::Date { year: false, month: false, day: false, .. } => time(value),
        Shown::Date { year, month, day, time: with_time } => {
            let Some(on) = day_of(value, since_1904) else { return plain(value) };
            match (year, month, day) {
                (_, true, false) | (true, false, true) => format!("{}年{}月", on.year(), on.month()),
                (true, false, false) => format!("{}年", on.year()),
                _ if with_time && value.fract() > 0.000_001 => format!("{on} {}", time(value)),
                _ => on.to_string(),
            }
        }
    }
}

/// Fifteen significant digits, as spreadsheets show: 0.1 + 0.2 is 0.3.
fn plain(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    rounded.to_string()
}

fn time(value: f64) -> String {
    let minutes = (value.fract().abs() * 24.0 * 60.0).round();
    let minutes = if (0.0..1440.0).contains(&minutes) { minutes } else { 0.0 };
    let (hours, rest) = ((minutes / 60.0).floor(), minutes % 60.0);
    format!("{hours:02.0}:{rest:02.0}")
}

/// The day a count of days means. Excel thinks that 1900 had a 29 February; days before March 1900 are one off.
pub(crate) fn day_of(value: f64, since_1904: bool) -> Option<Date> {
    if !(0.0..3_000_000.0).contains(&value) {
        return None;
    }
    let days: i64 = format!("{:.0}", value.floor()).parse().ok()?;
    let start = match (since_1904, days) {
        (true, _) => date(1904, 1, 1),
        (false, ..60) => date(1899, 12, 31),
        (false, _) => date(1899, 12, 30),
    };
    start.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_people_see_them() {
        let full = Shown::Date { year: true, month: true, day: true, time: false };
        for (value, shown, since_1904, text) in [
            (1.0, Shown::Number, false, "1"),
            (0.1 + 0.2, Shown::Number, false, "0.3"),
            (0.25, Shown::Percent, false, "25%"),
            (44_078.0, full, false, "2020-09-04"),
            (42_616.0, full, true, "2020-09-04"),
            (
                44_078.75,
                Shown::Date { year: true, month: true, day: true, time: true },
                false,
                "2020-09-04 18:00",
            ),
            (44_075.0, custom("yyyy\"年\"m\"月\""), false, "2020年9月"),
            (44_078.0, custom("[$-804]yyyy\"年\"m\"月\"d\"日\";@"), false, "2020-09-04"),
            (44_078.0, custom("m\"月\"d\"日\""), false, "2020-09-04"),
            (44_078.0, custom("yyyy"), false, "2020年"),
            (1234.5, custom("#,##0.00_);[Red]\\(#,##0.00\\)"), false, "1234.5"),
            (0.5, custom("0.0%"), false, "50%"),
            (0.75, custom("h:mm"), false, "18:00"),
            (3.0, custom("General"), false, "3"),
        ] {
            assert_eq!(show(value, shown, since_1904), text, "{value}");
        }
        assert_eq!(day_of(60.0, false), Some(date(1900, 2, 28)));
        assert_eq!(day_of(1.0, false), Some(date(1900, 1, 1)));
        assert_eq!(day_of(-1.0, false), None);
        assert_eq!(day_of(f64::NAN, false), None);
    }
}
