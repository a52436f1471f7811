//! Templates of letters: plain text with `{{字段}}`, shipped in `data/letters/`, replaced by an office one by one. A
//! template that names a field its letter does not have is refused when it is read, not when a letter is due.

use super::field::REMEDY;
use super::letter::LetterKind;
use crate::letter::LETTER_CHARACTERS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const BUILTIN: [&str; 3] = [
    include_str!("../../../../data/letters/procedure.toml"),
    include_str!("../../../../data/letters/replies.toml"),
    include_str!("../../../../data/letters/others.toml"),
];

/// A row of the table of facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactLine {
    /// What it is.
    pub name: String,
    /// The fact, with fields.
    pub value: String,
}

/// How a letter reads before its fields are filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Which letter.
    pub kind: LetterKind,
    /// Its title, where it is not the usual one.
    #[serde(default)]
    pub title: Option<String>,
    /// To whom.
    #[serde(default)]
    pub addressee: String,
    /// The text, a paragraph a line.
    #[serde(default)]
    pub body: String,
    /// A table after the text.
    #[serde(default)]
    pub facts: Vec<FactLine>,
    /// Paragraphs after the table.
    #[serde(default)]
    pub closing: String,
    /// Names of the attachments.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// The note.
    #[serde(default)]
    pub note: String,
}

/// Why templates were not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Not the form of `data/letters/*.toml`.
    #[error("文书模板第{line}行写法不对，写法见 data/letters。")]
    Syntax {
        /// Line, from 1.
        line: usize,
    },
    /// The letter has no such fields.
    #[error("“{}”的模板用了没有的内容：{}。可以用的有：{}。", .kind.label(), .names.join("、"), .kind.fields().join("、"))]
    Unknown {
        /// The letter.
        kind: LetterKind,
        /// The names.
        names: Vec<String>,
    },
    /// Opened and not closed.
    #[error("“{}”的模板中有没有写完的 {{{{…}}}}，请补上右边的括号。", .0.label())]
    Open(LetterKind),
    /// No text, or more than a letter holds.
    #[error("“{}”的模板没有正文，或者太长。", .0.label())]
    Length(LetterKind),
    /// The same letter twice in one file.
    #[error("“{}”的模板写了两份。", .0.label())]
    Twice(LetterKind),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    template: Vec<Template>,
}

impl Template {
    /// The templates shipped with the program, one a letter.
    ///
    /// # Errors
    /// None for a program whose tests passed: one of them reads the files.
    pub fn builtin() -> Result<Vec<Self>, TemplateError> {
        let mut all = Vec::new();
        for text in BUILTIN {
            all.extend(Self::parse(text)?);
        }
        Ok(all)
    }

    /// Reads a file of templates.
    ///
    /// # Errors
    /// [`TemplateError`], a sentence for the one who wrote it.
    pub fn parse(text: &str) -> Result<Vec<Self>, TemplateError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file: File = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            TemplateError::Syntax {
                line: text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1,
            }
        })?;
        for (index, template) in file.template.iter().enumerate() {
            template.check()?;
            if file.template.iter().take(index).any(|earlier| earlier.kind == template.kind) {
                return Err(TemplateError::Twice(template.kind));
            }
        }
        Ok(file.template)
    }

    /// Whether it uses only fields its letter has.
    ///
    /// # Errors
    /// [`TemplateError`], a sentence for the one who wrote it.
    pub fn check(&self) -> Result<(), TemplateError> {
        if self.texts().any(|text| text.matches("{{").count() != text.matches("}}").count()) {
            return Err(TemplateError::Open(self.kind));
        }
        let known = self.kind.fields();
        let mut names: Vec<String> =
            self.texts().flat_map(holes).filter(|name| !known.contains(&name.as_str())).collect();
        names.sort();
        names.dedup();
        if !names.is_empty() {
            return Err(TemplateError::Unknown { kind: self.kind, names });
        }
        let length: usize = self.texts().map(|text| text.chars().count()).sum();
        let empty = self.body.trim().is_empty() && self.facts.is_empty();
        if empty || length > LETTER_CHARACTERS { Err(TemplateError::Length(self.kind)) } else { Ok(()) }
    }

    /// The fields it uses that a person or the case fills in, where an applicant may turn among them.
    pub fn fields(&self) -> BTreeSet<String> {
        let mut used: BTreeSet<String> = self.texts().flat_map(holes).collect();
        if used.contains("救济途径") {
            used.extend(REMEDY.map(str::to_owned));
        }
        if used.contains("负责机关告知") {
            used.insert("负责机关".to_owned());
        }
        let automatic = self.kind.automatic();
        used.into_iter().filter(|name| !automatic.contains(&name.as_str())).collect()
    }

    /// Every text that may have fields in it.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let single =
            [self.title.as_deref().unwrap_or(""), &self.addressee, &self.body, &self.closing, &self.note];
        let facts = self.facts.iter().map(|fact| fact.value.as_str());
        single.into_iter().chain(facts).chain(self.attachments.iter().map(String::as_str))
    }
}

/// The names of the fields in a text.
pub(super) fn holes(text: &str) -> Vec<String> {
    let pieces = text.split("{{").skip(1);
    pieces.filter_map(|piece| piece.split_once("}}")).map(|(name, _)| name.trim().to_owned()).collect()
}
