//! Letters on A4 in the layout of GB/T 9704-2012: 22 lines of 28 characters, red head, seal room, copies at the foot.

use crate::font::{Fonts, Role};
use crate::press::{self, Day};
use crate::text::breakable;
use crate::{Pdf, PrintError};
use domain::letter::{Block, LETTER_CHARACTERS, Letter, Level, written_date};
use serde_json::{Value, json};

/// Prints a letter. Takes a processor for some tens of milliseconds and waits for other prints: call it off the
/// request's thread.
///
/// # Errors
/// [`PrintError::NoTitle`], [`PrintError::TooMuch`] beyond [`LETTER_CHARACTERS`], [`PrintError::Layout`].
pub fn letter(letter: &Letter, fonts: &Fonts) -> Result<Pdf, PrintError> {
    press::print(&press::LETTER, &|fonts| data(letter, fonts), fonts)
}

pub(crate) fn data(letter: &Letter, fonts: &Fonts) -> Result<Value, PrintError> {
    if letter.title.trim().is_empty() {
        return Err(PrintError::NoTitle);
    }
    let characters = letter.characters();
    if characters > LETTER_CHARACTERS {
        return Err(PrintError::TooMuch { what: "字数", found: characters, limit: LETTER_CHARACTERS });
    }
    let given = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let copies = letter.copies.as_ref().map(|copies| {
        json!({
            "to": given(&copies.copy_to).map(|to| breakable(to.trim_end_matches('。'), LINE_EMS)),
            "issuer": breakable(copies.issuer.trim(), ATTACHMENT_EMS),
            "on": format!("{}印发", written_date(copies.issued_on)),
        })
    });
    Ok(json!({
        "faces": {
            "body": fonts.face(Role::FangSong),
            "head": fonts.face(Role::XiaoBiaoSong),
            "first": fonts.face(Role::Hei),
            "second": fonts.face(Role::Kai),
            "page": fonts.face(Role::Song),
        },
        "agency": letter.agency.trim(),
        "number": given(&letter.number).map(|text| breakable(&text, LINE_EMS)),
        "title": letter.title.trim(),
        "heading": breakable(letter.title.trim(), TITLE_EMS),
        "addressee": given(&letter.addressee).map(|text| breakable(text.trim_end_matches(['：', ':']), LINE_EMS)),
        "body": letter.body.iter().map(block).collect::<Vec<_>>(),
        "attachments": letter.attachments.iter().map(|name| breakable(name.trim(), ATTACHMENT_EMS)).collect::<Vec<_>>(),
        "signature": breakable(letter.signature.trim(), LINE_EMS),
        "date": Day::from(letter.date),
        "written": written_date(letter.date),
        "note": given(&letter.note).map(|note| breakable(note.trim_matches(['（', '）', '(', ')']), LINE_EMS)),
        "copies": copies,
        "sample": letter.sample,
    }))
}

fn block(block: &Block) -> Value {
    match block {
        Block::Paragraph(paragraph) => json!({
            "level": match paragraph.level {
                Level::Body => 0,
                Level::First => 1,
                Level::Second => 2,
                Level::Third => 3,
                Level::Fourth => 4,
            },
            "heading": breakable(&paragraph.heading, LINE_EMS),
            "text": breakable(&paragraph.text, LINE_EMS),
        }),
        Block::Facts(facts) => {
            let longest = facts.iter().map(|fact| fact.name.chars().count()).max().unwrap_or(0);
            let name_ems = longest.clamp(4, 10) as f64;
            let value_ems = FACTS_EMS - name_ems;
            let rows: Vec<Value> = facts
                .iter()
                .map(|fact| json!([breakable(&fact.name, name_ems), breakable(&fact.value, value_ems)]))
                .collect();
            json!({ "facts": rows, "name_ems": name_ems })
        }
    }
}

/// What a line holds without reaching the edge: 28 characters less the indent.
const LINE_EMS: f64 = 26.0;
/// The same for names of attachments, which begin six characters in.
const ATTACHMENT_EMS: f64 = 20.0;
/// The same for the title's 22 pt.
const TITLE_EMS: f64 = 18.0;
/// Both columns of the table of facts in ems of its 14 pt, without the cells' margins (7 pt each).
const FACTS_EMS: f64 = 156.0 / 25.4 * 72.0 / 14.0 - 2.0;
