//! The due (完成时限) of an assignment: a day, phases, ongoing work with or without a rhythm, or nothing, always with
//! the original words. [`parse`] reads the words; what it assumed or could not read comes back as findings.
//!
//! Reading follows administrative practice: the named day is the last day (`9月4日之前` = up to and including
//! 4 September), the named period's last day is meant by `底`, `内` and by the bare period (`2020年9月`). Where two
//! readings are common (`9月前`) the later one is taken and flagged.

mod expression;
mod phase;
mod resolve;

use crate::finding::Finding;
use crate::letter::written_date;
use crate::text;
use crate::words::Text;
use expression::Expression;
use jiff::civil::{Date, date};
use resolve::{Context, Fault};
use serde::{Deserialize, Serialize};

use crate::rhythm::{self, Rhythm};
pub use expression::first_year;

/// By when an assignment is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Form", try_from = "Form")]
pub struct Due {
    /// What the words mean.
    pub kind: DueKind,
    /// The words themselves.
    pub text: String,
}

/// What a due's words mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum DueKind {
    /// Up to and including a day.
    By(Date),
    /// In phases (阶段); a single span of time is one phase without a name. Never empty.
    Phases(Vec<Phase>),
    /// Without an end (持续推进), perhaps with a rhythm (每季度).
    Ongoing(Option<Rhythm>),
    /// Nothing was written, or nothing that could be read.
    #[default]
    Unspecified,
}

/// One phase of a due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// What happens in it (`梳理`), without `阶段`; may be empty.
    pub name: String,
    /// Its first day, if one was written.
    pub from: Option<Date>,
    /// Its last day.
    pub to: Date,
}

impl Due {
    /// Nothing written.
    pub fn none() -> Self {
        Self::default()
    }

    /// The last day there is: of the due, or of its last phase.
    pub fn deadline(&self) -> Option<Date> {
        match &self.kind {
            DueKind::By(day) => Some(*day),
            DueKind::Phases(phases) => phases.iter().map(|phase| phase.to).max(),
            DueKind::Ongoing(_) | DueKind::Unspecified => None,
        }
    }

    /// The first day written, if any.
    pub fn start(&self) -> Option<Date> {
        match &self.kind {
            DueKind::Phases(phases) => phases.iter().filter_map(|phase| phase.from).min(),
            DueKind::By(_) | DueKind::Ongoing(_) | DueKind::Unspecified => None,
        }
    }

    /// The phases, none unless the due has some.
    pub fn phases(&self) -> &[Phase] {
        match &self.kind {
            DueKind::Phases(phases) => phases,
            DueKind::By(_) | DueKind::Ongoing(_) | DueKind::Unspecified => &[],
        }
    }

    /// The rhythm of ongoing work.
    pub fn rhythm(&self) -> Option<&Rhythm> {
        match &self.kind {
            DueKind::Ongoing(rhythm) => rhythm.as_ref(),
            DueKind::By(_) | DueKind::Phases(_) | DueKind::Unspecified => None,
        }
    }
}

impl DueKind {
    /// The meaning in words that an office would write, which [`parse`] reads as the same meaning:
    /// `2020年9月4日前`, `梳理阶段：2020年8月1日至2020年8月31日`, `每季度首月20日前`; nothing for what is not specified.
    pub fn words(&self) -> String {
        match self {
            Self::By(day) => format!("{}前", written_date(*day)),
            Self::Phases(phases) => phases.iter().map(Phase::words).collect::<Vec<_>>().join("；"),
            Self::Ongoing(Some(rhythm)) => rhythm.words(),
            Self::Ongoing(None) => "持续推进".to_owned(),
            Self::Unspecified => String::new(),
        }
    }
}

impl Phase {
    fn words(&self) -> String {
        let name = if self.name.is_empty() { String::new() } else { format!("{}阶段：", self.name) };
        match self.from {
            Some(from) => format!("{name}{}至{}", written_date(from), written_date(self.to)),
            None => format!("{name}{}前", written_date(self.to)),
        }
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    By,
    Phases,
    Ongoing,
    Unspecified,
}

/// The shape of a due in JSON.
#[derive(Serialize, Deserialize)]
struct Form {
    kind: Word,
    date: Option<Date>,
    #[serde(default)]
    phases: Vec<Phase>,
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rhythm: Option<Rhythm>,
}

impl From<Due> for Form {
    fn from(due: Due) -> Self {
        let text = due.text;
        let empty = |kind| Self { kind, date: None, phases: Vec::new(), text: String::new(), rhythm: None };
        match due.kind {
            DueKind::By(day) => Self { date: Some(day), text, ..empty(Word::By) },
            DueKind::Phases(phases) => Self { phases, text, ..empty(Word::Phases) },
            DueKind::Ongoing(rhythm) => Self { rhythm, text, ..empty(Word::Ongoing) },
            DueKind::Unspecified => Self { text, ..empty(Word::Unspecified) },
        }
    }
}

impl TryFrom<Form> for Due {
    type Error = &'static str;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        let kind = match form.kind {
            Word::By => DueKind::By(form.date.ok_or("a due of kind \"by\" needs a date")?),
            Word::Phases if form.phases.is_empty() => return Err("a due of kind \"phases\" needs a phase"),
            Word::Phases => DueKind::Phases(form.phases),
            Word::Ongoing => DueKind::Ongoing(form.rhythm),
            Word::Unspecified => DueKind::Unspecified,
        };
        Ok(Self { kind, text: form.text })
    }
}

/// Words that mean work without an end.
const ONGOING: [&str; 17] = [
    "持续",
    "长期",
    "常年",
    "全年",
    "贯穿",
    "常态",
    "经常",
    "日常",
    "不间断",
    "始终",
    "动态更新",
    "动态调整",
    "随时",
    "实时",
    "一直",
    "永久",
    "坚持",
];

/// Words that count from an event the table does not date.
const RELATIVE: [&str; 10] =
    ["工作日", "之日起", "日内", "天内", "个月内", "小时内", "周内", "年内完成后", "印发后", "下发后"];

/// Reads the words of a due. `year` is the year of dates that name none, from the table's title or other dates.
///
/// The due's text is the words as given, trimmed. Findings carry no place; the caller knows it.
pub fn parse(words: &str, year: Option<i16>) -> (Due, Vec<Finding>) {
    let words = words.trim();
    let mut findings = Vec::new();
    let kind = read(words, year, &mut findings);
    (Due { kind, text: words.to_owned() }, findings)
}

fn read(words: &str, year: Option<i16>, findings: &mut Vec<Finding>) -> DueKind {
    let text = Text::new(words);
    let quoted = text::head(words, 30);
    if text.is_blank() {
        return DueKind::Unspecified;
    }
    if let Some(day) = serial(&text) {
        findings.push(Finding::info(
            "date-serial",
            format!("完成时限“{quoted}”是表格软件的日期序号，已按{day}读取。请核对。"),
        ));
        return DueKind::By(day);
    }
    let rhythms = rhythm::scan(&text);
    let expressions = expression::scan(&text, &rhythms);
    let only_rhythm = !rhythms.is_empty() && expressions.iter().all(Expression::is_loose);
    if expressions.is_empty() || only_rhythm {
        return undated(&text, &rhythms, &quoted, findings);
    }
    match resolve(&text, &expressions, year, &quoted, findings) {
        Ok(spans) => dated(&text, &expressions, &spans, &rhythms, &quoted, findings),
        Err(()) => DueKind::Unspecified,
    }
}

/// What the words mean when they name no date.
fn undated(text: &Text, rhythms: &[rhythm::Found], quoted: &str, findings: &mut Vec<Finding>) -> DueKind {
    if let Some(first) = rhythms.first() {
        if rhythms.len() > 1 {
            findings.push(Finding::warning(
                "due-several",
                format!("完成时限“{quoted}”写有多个周期，只按第一个安排提醒。请核对，必要时拆成几行。"),
            ));
        }
        return DueKind::Ongoing(Some(first.rhythm));
    }
    if ONGOING.iter().any(|word| text.contains(word)) {
        return DueKind::Ongoing(None);
    }
    if RELATIVE.iter().any(|word| text.contains(word)) {
        findings.push(Finding::warning(
            "due-relative",
            format!("完成时限“{quoted}”从某个事件起算，表中没有该事件的日期，无法推算到日。请填写具体日期。"),
        ));
    } else {
        findings.push(Finding::warning(
            "due-unclear",
            format!(
                "完成时限“{quoted}”看不出具体日期，已保留原文，不按期限提醒。请填写日期，或改为“持续推进”。"
            ),
        ));
    }
    DueKind::Unspecified
}

/// A span of days an expression means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: Option<Date>,
    to: Date,
}

/// Gives every expression its days.
fn resolve(
    text: &Text,
    expressions: &[Expression],
    year: Option<i16>,
    quoted: &str,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Span>, ()> {
    let mut context = Context { year, month: None, notes: Vec::new() };
    let mut spans = Vec::with_capacity(expressions.len());
    for found in expressions {
        match found.resolve(&mut context) {
            Ok((from, to)) => spans.push(Span { from, to }),
            Err(Fault::Impossible) => {
                let part = text.original(found.start, found.end);
                findings.push(Finding::error(
                    "date-impossible",
                    format!("完成时限中的“{part}”不存在这一天，没有采用，已保留原文。请改正日期。"),
                ));
                return Err(());
            }
            Err(Fault::NoYear) => {
                findings.push(Finding::warning(
                    "year-missing",
                    format!("完成时限“{quoted}”没有写年份，标题和其他日期中也找不到年份。请补写年份。"),
                ));
                return Err(());
            }
        }
    }
    for note in context.notes {
        findings.push(note.finding(quoted));
    }
    Ok(spans)
}

/// What the words mean when they name dates.
fn dated(
    text: &Text,
    expressions: &[Expression],
    spans: &[Span],
    rhythms: &[rhythm::Found],
    quoted: &str,
    findings: &mut Vec<Finding>,
) -> DueKind {
    if !rhythms.is_empty() || ["持续", "长期", "常态", "坚持"].iter().any(|word| text.contains(word))
    {
        findings.push(Finding::info(
            "due-also-ongoing",
            format!("完成时限“{quoted}”既有日期又要求长期坚持，已按日期安排；到期后仍需继续的，请另列一行。"),
        ));
    }
    let phased = phase::looks_phased(text);
    if let ([only], false) = (spans, phased) {
        return match only.from {
            None => DueKind::By(only.to),
            Some(_) => DueKind::Phases(vec![Phase { name: String::new(), from: only.from, to: only.to }]),
        };
    }
    if !phased {
        findings.push(Finding::info(
            "due-several",
            format!("完成时限“{quoted}”写有多个时间，已按顺序分成几个阶段。请核对。"),
        ));
    }
    DueKind::Phases(phase::name(text, expressions, spans, quoted, findings))
}

/// A bare number that is a spreadsheet's count of days: 2000 to 2099.
fn serial(text: &Text) -> Option<Date> {
    let whole: String = text.chars.iter().collect();
    let days: i64 = whole.strip_suffix(".0").unwrap_or(&whole).parse().ok()?;
    if !(36_526..=73_050).contains(&days) {
        return None;
    }
    date(1899, 12, 30).checked_add(jiff::Span::new().days(days)).ok()
}
