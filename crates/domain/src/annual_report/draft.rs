//! Sentences for parts 一 and 六 that quote the tables, so that text and tables agree from the start. A person goes on from
//! there.

use super::requests::{Column, ReportRow};
use super::text::quoted;
use super::{AnnualReport, Cell, DisputeKind, DisputeResult, OVERALL_HEADS, ProactiveCell};
use crate::request::{Group, Row};
use std::collections::BTreeSet;

/// What the sentence of part 六 speaks of.
const FEES: &str = "信息处理费";

impl AnnualReport {
    /// What part 一 says by the tables, a sentence a head.
    pub fn overall_sentences(&self) -> Vec<String> {
        self.proactive_sentence().into_iter().chain([self.requests_sentence()]).collect()
    }

    /// What part 一 says of proactive disclosure, by table 2; nothing where that is in the old form.
    pub fn proactive_sentence(&self) -> Option<String> {
        let numbers = self.proactive.current()?;
        let at = |cell| numbers.written(cell);
        Some(format!(
            "{}年，制发行政规范性文件{}件，废止行政规范性文件{}件，现行有效行政规范性文件{}件；作出行政许可决定{}项、行政处罚决定{}项、行政强制决定{}项。",
            self.year,
            at(ProactiveCell::NormativeIssued),
            at(ProactiveCell::NormativeRepealed),
            at(ProactiveCell::NormativeInForce),
            at(ProactiveCell::Permits),
            at(ProactiveCell::Penalties),
            at(ProactiveCell::Coercions),
        ))
    }

    /// What part 一 says of requests, reviews and litigation, by tables 3 and 4.
    pub fn requests_sentence(&self) -> String {
        let at = |row| self.requests.get(row, Column::Total);
        let group = |group: Group| -> u64 {
            let rows = Row::ALL.iter().filter(|row| row.group() == group);
            rows.map(|row| at(ReportRow::Result(*row))).fold(0, u64::saturating_add)
        };
        let ended = Group::ALL.iter().filter(|head| group(**head) > 0);
        let ended: Vec<String> = ended.map(|head| format!("{}{}件", plain(*head), group(*head))).collect();
        let ended = if ended.is_empty() { String::new() } else { format!("（{}）", ended.join("、")) };
        let disputes = |kind| self.disputes.get(kind, DisputeResult::Total);
        let lawsuits =
            disputes(DisputeKind::LawsuitDirect).saturating_add(disputes(DisputeKind::LawsuitAfterReview));
        format!(
            "{}年，新收政府信息公开申请{}件，上年结转{}件；办结{}件{ended}；结转下年度继续办理{}件。因政府信息公开引发行政复议{}件、行政诉讼{lawsuits}件。",
            self.year,
            at(ReportRow::New),
            at(ReportRow::CarriedIn),
            at(ReportRow::ResultsTotal),
            at(ReportRow::CarriedOut),
            disputes(DisputeKind::Review),
        )
    }

    /// What part 六 says of the handling fees collected in the year.
    pub fn fees_sentence(&self, yuan: u64) -> String {
        match yuan {
            0 => format!("{}年，未收取政府信息公开信息处理费。", self.year),
            yuan => format!("{}年，收取政府信息公开信息处理费{yuan}元。", self.year),
        }
    }
}

/// A text of a report for the next year's: the years moved on, lines that hold numbers or speak of fees left out, because
/// those are last year's.
pub(super) fn without_numbers(text: &str, year: i16) -> String {
    // The later year first, so that it is not moved twice.
    let [this, next, later] = [0, 1, 2].map(|on| format!("{}年", year.saturating_add(on)));
    let numbered = |line: &&str| {
        let plain = line.replace(&this, "").replace(&next, "");
        let digits = plain.contains(|c: char| matches!(c, '0'..='9' | '０'..='９'));
        digits || plain.contains(FEES) || !quoted(&plain).is_empty()
    };
    let kept: Vec<&str> = text.lines().filter(|line| !numbered(line)).collect();
    kept.join("\n").replace(&next, &later).replace(&this, &next)
}

/// A text with drafted sentences, each below the head of its place; before the text where there are no heads.
pub(super) fn begin(text: &str, sentences: &[String]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut first = 0;
    for (sentence, head) in sentences.iter().zip(OVERALL_HEADS) {
        let number: String = head.chars().take(3).collect();
        let below = lines.iter().position(|line| line.trim().starts_with(&number));
        let place = below.map_or(first, |at| at + 1);
        lines.insert(place, sentence.clone());
        first = place + 1;
    }
    lines.join("\n")
}

/// A text in which a drafted sentence stands in the place of the line that quotes most of the same numbers; below its end
/// where none does.
///
/// ```
/// use domain::annual_report::with_sentence;
/// let text = "（二）依申请公开\n新收申请3件，办结3件。\n专人负责。";
/// let new = "2020年，新收政府信息公开申请5件，办结5件。";
/// assert_eq!(with_sentence(text, new), format!("（二）依申请公开\n{new}\n专人负责。"));
/// assert_eq!(with_sentence("", new), new);
/// ```
pub fn with_sentence(text: &str, sentence: &str) -> String {
    let cells = |text: &str| quoted(text).into_iter().map(|quote| quote.cell).collect::<BTreeSet<Cell>>();
    let wanted = cells(sentence);
    let alike = |line: &str| {
        let both_of_fees = line.contains(FEES) && sentence.contains(FEES);
        cells(line).intersection(&wanted).count() + usize::from(both_of_fees)
    };
    let mut lines: Vec<&str> = text.lines().collect();
    let best = lines.iter().enumerate().map(|(at, line)| (alike(line), at)).filter(|(count, _)| *count > 0);
    // Of lines that quote as many, the first.
    match best.max_by_key(|(count, at)| (*count, std::cmp::Reverse(*at))) {
        Some((_, at)) => {
            if let Some(line) = lines.get_mut(at) {
                *line = sentence;
            }
        }
        None => lines.push(sentence),
    }
    lines.join("\n")
}

/// A head without its number.
pub(super) fn plain(group: Group) -> &'static str {
    group.label().split_once('）').map_or(group.label(), |(_, name)| name)
}
