//! A handout (一页通) on one page of A4: what people ask first in large letters, and a code that leads to the whole.

use crate::font::{Fonts, Role};
use crate::press::{self, Day};
use crate::text::breakable;
use crate::{Pdf, PrintError};
use jiff::civil::Date;
use serde_json::{Value, json};

/// The most characters in one handout, whether or not they fit on a page.
pub const HANDOUT_CHARACTERS: usize = 20_000;

/// A handout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handout {
    /// The title, also the file's.
    pub title: String,
    /// The unit that answers for it; kept as the file's author.
    pub unit: String,
    /// What it explains: titles of policy files with their numbers.
    pub explains: Vec<String>,
    /// Headings with their lines.
    pub sections: Vec<HandoutSection>,
    /// The address of the whole, in letters.
    pub address: String,
    /// The same as a code; `None` where it cannot be one.
    pub code: Option<Code>,
    /// The file's date.
    pub date: Date,
    /// The handout shows invented data and must say so.
    pub sample: bool,
}

/// A heading with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoutSection {
    /// The heading.
    pub heading: String,
    /// The lines.
    pub lines: Vec<String>,
    /// They are steps to be taken one after another.
    pub numbered: bool,
}

/// A QR code as bars of dark modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Modules on a side, without the margin.
    pub size: usize,
    /// Row, first column, number of columns of each bar.
    pub bars: Vec<(usize, usize, usize)>,
}

/// Sizes of the text in points, the largest that keeps to one page is taken: old people read it.
const SIZES: [f64; 4] = [16.0, 14.0, 12.0, 10.5];
/// Left and right margin in millimetres.
const MARGIN: f64 = 20.0;
const WIDTH: f64 = (210.0 - 2.0 * MARGIN) / 25.4 * 72.0;
/// The title's size in points.
const TITLE: f64 = 22.0;

/// Prints a handout in the largest letters that keep to one page. Takes a processor for some hundred milliseconds and waits
/// for other prints: call it off the request's thread.
///
/// # Errors
/// [`PrintError::NoTitle`], [`PrintError::TooMuch`] beyond [`HANDOUT_CHARACTERS`], [`PrintError::Layout`].
pub fn handout(handout: &Handout, fonts: &Fonts) -> Result<Pdf, PrintError> {
    let [largest, smaller @ ..] = SIZES;
    let printed = |size: f64| press::print(&press::HANDOUT, &|fonts| data(handout, size, fonts), fonts);
    let mut pdf = printed(largest)?;
    for size in smaller {
        if pdf.pages == 1 {
            break;
        }
        pdf = printed(size)?;
    }
    Ok(pdf)
}

pub(crate) fn data(handout: &Handout, size: f64, fonts: &Fonts) -> Result<Value, PrintError> {
    if handout.title.trim().is_empty() {
        return Err(PrintError::NoTitle);
    }
    let lines = handout.sections.iter().flat_map(|section| &section.lines);
    let characters = lines.map(|line| line.chars().count()).sum::<usize>() + handout.title.chars().count();
    if characters > HANDOUT_CHARACTERS {
        return Err(PrintError::TooMuch { what: "字数", found: characters, limit: HANDOUT_CHARACTERS });
    }
    let section = |section: &HandoutSection| {
        let lines: Vec<String> =
            section.lines.iter().map(|line| breakable(line.trim(), WIDTH / size)).collect();
        json!({ "heading": section.heading, "lines": lines, "numbered": section.numbered })
    };
    Ok(json!({
        "faces": {
            "text": fonts.face(Role::Song),
            "head": fonts.face(Role::XiaoBiaoSong),
            "bold": fonts.face(Role::Hei),
        },
        "title": handout.title.trim(),
        "heading": breakable(handout.title.trim(), WIDTH / TITLE),
        "unit": handout.unit.trim(),
        "explains": handout.explains.iter().map(|title| breakable(title, WIDTH / 11.0)).collect::<Vec<_>>(),
        "sections": handout.sections.iter().map(section).collect::<Vec<_>>(),
        "address": breakable(&handout.address, 28.0),
        "code": handout.code.as_ref().map(|code| json!({ "size": code.size, "bars": code.bars })),
        "size": size,
        "margin": MARGIN,
        "date": Day::from(handout.date),
        "sample": handout.sample,
    }))
}
