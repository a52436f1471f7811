//! Letters on A4 in the layout of GB/T 9704-2012: 22 lines of 28 characters, red head, seal room, copies at the foot.

use crate::font::{Fonts, Role};
use crate::press::{self, Day};
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
            "to": given(&copies.copy_to).map(|to| to.trim_end_matches('。').to_owned()),
            "issuer": copies.issuer.trim(),
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
        "number": given(&letter.number),
        "title": letter.title.trim(),
        "addressee": given(&letter.addressee).map(|text| text.trim_end_matches(['：', ':']).to_owned()),
        "body": letter.body.iter().map(block).collect::<Vec<_>>(),
        "attachments": letter.attachments.iter().map(|name| name.trim()).collect::<Vec<_>>(),
        "signature": letter.signature.trim(),
        "date": Day::from(letter.date),
        "written": written_date(letter.date),
        "note": given(&letter.note).map(|note| note.trim_matches(['（', '）', '(', ')']).to_owned()),
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
            "heading": paragraph.heading,
            "text": paragraph.text,
        }),
        Block::Facts(facts) => json!({
            "facts": facts.iter().map(|fact| json!([fact.name, crate::text::breakable(&fact.value, FACT_EMS)])).collect::<Vec<_>>(),
        }),
    }
}

/// The least width of a fact's value in ems: the text area less the longest name that still leaves it half.
const FACT_EMS: f64 = 14.0;
