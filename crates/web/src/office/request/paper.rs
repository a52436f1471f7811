//! A case's letters on the screen: the fields a person writes, those that follow from the case, and the letter as it would
//! be issued.

use crate::app::App;
use crate::problem::Problem;
use domain::letter::{Block, Fact, Letter, written_date};
use domain::request::{Clock, Event, LetterKind, follows, is_optional};
use std::collections::{BTreeMap, HashMap};
use store::request::{Case, LetterDraft};

/// A piece of a letter's text, in the letter's order: a line, or a table where there are rows.
pub(super) struct Piece {
    pub(super) line: String,
    pub(super) facts: Vec<Fact>,
}

/// A letter as the office looks at it before it is issued.
pub(super) struct Paper {
    pub(super) title: String,
    pub(super) number: String,
    pub(super) addressee: String,
    pub(super) pieces: Vec<Piece>,
    pub(super) attachments: Vec<String>,
    pub(super) signature: String,
    pub(super) date: String,
    pub(super) note: String,
}

impl Paper {
    pub(super) fn of(letter: &Letter) -> Self {
        let piece = |block: &Block| match block {
            Block::Paragraph(paragraph) => {
                Piece { line: format!("{}{}", paragraph.heading, paragraph.text), facts: Vec::new() }
            }
            Block::Facts(rows) => Piece { line: String::new(), facts: rows.clone() },
        };
        Self {
            title: letter.title.clone(),
            number: letter.number.clone().unwrap_or_default(),
            addressee: letter.addressee.clone().unwrap_or_default(),
            pieces: letter.body.iter().map(piece).collect(),
            attachments: letter.attachments.clone(),
            signature: letter.signature.clone(),
            date: written_date(letter.date),
            note: letter.note.clone().unwrap_or_default(),
        }
    }
}

/// A field of a letter in the form.
pub(super) struct FieldLine {
    /// Its name in the form.
    pub(super) name: String,
    pub(super) label: &'static str,
    pub(super) value: String,
    /// It takes a sentence or more.
    pub(super) long: bool,
    /// It follows from the case and is only shown.
    pub(super) fixed: bool,
    pub(super) optional: bool,
    /// What may be written there: for a proof of service, the case's letters.
    pub(super) choices: Vec<String>,
}

/// A letter's fields in the form.
pub(super) struct LetterForm {
    pub(super) kind: LetterKind,
    pub(super) fields: Vec<FieldLine>,
    pub(super) paper: Option<Paper>,
}

/// Fields with a sentence or more.
const LONG: [&str; 16] = [
    "申请内容",
    "补正事项",
    "申请情况",
    "延期理由",
    "征求事项",
    "公开内容",
    "公开理由",
    "收费明细",
    "获取途径",
    "不予公开内容",
    "不予公开理由",
    "检索情况",
    "另行制作说明",
    "补正情况",
    "不予处理理由",
    "处理理由",
];

/// What a case tells of a letter's fields, with what a step adds.
async fn told(
    app: &App,
    case: &Case,
    kind: LetterKind,
    (event, clock): (Option<&Event>, &Clock),
    further: &[(&'static str, String)],
) -> Result<BTreeMap<String, String>, Problem> {
    let office = store::request::office(&app.store, case.row.unit).await?;
    let mut values = store::request::prefill(kind, case, &office, event, clock);
    for (field, value) in further.iter().filter(|(field, _)| kind.fields().contains(field)) {
        values.insert((*field).to_owned(), value.clone());
    }
    Ok(values)
}

/// The letters of a form: what follows from the case, and what was typed of the rest, or what the case tells where
/// nothing was typed yet.
pub(super) async fn drafts(
    app: &App,
    case: &Case,
    kinds: Vec<LetterKind>,
    now: (Option<&Event>, &Clock),
    typed: &HashMap<String, String>,
    further: &[(&'static str, String)],
) -> Result<Vec<LetterDraft>, Problem> {
    let mut drafts = Vec::new();
    for (index, kind) in kinds.into_iter().enumerate() {
        let mut values = told(app, case, kind, now, further).await?;
        for field in kind.fields() {
            if follows(field) && values.contains_key(field) {
                continue;
            }
            if let Some(value) = typed.get(&format!("{index}:{field}")) {
                values.insert(field.to_owned(), value.trim().to_owned());
            }
        }
        let outcome = now.0.and_then(|event| event.outcome).filter(|outcome| outcome.letter() == Some(kind));
        drafts.push(LetterDraft { kind, values, outcome, sample: app.settings.site.sample });
    }
    Ok(drafts)
}

/// The letters as the form shows them, and why one cannot be issued yet.
pub(super) async fn letter_forms(
    app: &App,
    case: &Case,
    drafts: &[LetterDraft],
    now: (Option<&Event>, &Clock),
    further: &[(&'static str, String)],
) -> Result<(Vec<LetterForm>, Option<String>), Problem> {
    let mut forms = Vec::new();
    let mut problem = None;
    for (index, draft) in drafts.iter().enumerate() {
        let template = store::request::template(&app.store, draft.kind).await?;
        let used = template.fields();
        let known = told(app, case, draft.kind, now, further).await?;
        let offered = draft.kind.fields().into_iter().filter(|field| used.iter().any(|name| name == field));
        let line = |field: &'static str| FieldLine {
            name: format!("{index}:{field}"),
            label: field,
            value: draft.values.get(field).cloned().unwrap_or_default(),
            long: LONG.contains(&field),
            fixed: follows(field) && known.contains_key(field),
            optional: is_optional(field),
            choices: choices(case, field),
        };
        let fields = offered.map(line).collect();
        let paper = match paper(app, case, draft, index).await {
            Ok(paper) => Some(paper),
            Err(store::Error::Refused(words)) => {
                problem = problem.or(Some(words));
                None
            }
            Err(error) => return Err(error.into()),
        };
        forms.push(LetterForm { kind: draft.kind, fields, paper });
    }
    Ok((forms, problem))
}

/// What a field of a case's letter may say, where there is a choice.
fn choices(case: &Case, field: &str) -> Vec<String> {
    let served = case.letters.iter().filter(|letter| letter.kind != LetterKind::ServiceReturn);
    match field {
        "送达文书" => served.map(|letter| letter.letter.title.clone()).collect(),
        "文书编号" => served.map(|letter| letter.number.clone()).collect(),
        _ => Vec::new(),
    }
}

/// A letter as it would be issued now, after `before` others of the same step.
pub(super) async fn paper(
    app: &App,
    case: &Case,
    draft: &LetterDraft,
    before: usize,
) -> store::Result<Paper> {
    let letter =
        store::request::preview(&app.store, &app.calendar, case.row.unit, draft.clone(), before).await?;
    Ok(Paper::of(&letter))
}
