//! The numbers that part 一 quotes from the tables, read from its sentences: `新收政府信息公开申请12件`. What a clause is
//! about is told by its words; a number whose clause says nothing known is left alone.

use super::Cell;
use super::disputes::{DisputeKind, DisputeResult};
use super::draft::plain;
use super::proactive::ProactiveCell;
use super::requests::{Column, ReportRow};
use crate::request::{Group, Row};
use crate::text::{half_width, head, number};

/// A number quoted in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// The clause.
    pub words: String,
    /// The number.
    pub number: u64,
    /// The cell it quotes.
    pub cell: Cell,
    /// Cells to be added to that one: litigation is counted in two.
    pub others: Vec<Cell>,
}

/// Words that all stand in a clause about a cell; the first match holds.
const TOPICS: [(&[&str], Topic); 29] = [
    (&["结转下"], Topic::Request(ReportRow::CarriedOut)),
    (&["结转至下"], Topic::Request(ReportRow::CarriedOut)),
    (&["结转到下"], Topic::Request(ReportRow::CarriedOut)),
    (&["上年结转"], Topic::Request(ReportRow::CarriedIn)),
    (&["上年度结转"], Topic::Request(ReportRow::CarriedIn)),
    (&["上一年度结转"], Topic::Request(ReportRow::CarriedIn)),
    (&["行政复议", "维持"], Topic::Dispute(DisputeKind::Review, DisputeResult::Upheld)),
    (&["行政复议", "纠正"], Topic::Dispute(DisputeKind::Review, DisputeResult::Corrected)),
    (&["行政复议", "未审结"], Topic::Dispute(DisputeKind::Review, DisputeResult::Pending)),
    (&["复议后起诉"], Topic::Dispute(DisputeKind::LawsuitAfterReview, DisputeResult::Total)),
    (&["直接起诉"], Topic::Dispute(DisputeKind::LawsuitDirect, DisputeResult::Total)),
    (&["行政诉讼"], Topic::Lawsuits),
    (&["行政复议"], Topic::Dispute(DisputeKind::Review, DisputeResult::Total)),
    (&["制发", "规范性文件"], Topic::Proactive(ProactiveCell::NormativeIssued)),
    (&["废止", "规范性文件"], Topic::Proactive(ProactiveCell::NormativeRepealed)),
    (&["现行有效", "规范性文件"], Topic::Proactive(ProactiveCell::NormativeInForce)),
    (&["行政许可", "决定"], Topic::Decisions(ProactiveCell::Permits)),
    (&["行政处罚", "决定"], Topic::Decisions(ProactiveCell::Penalties)),
    (&["行政强制", "决定"], Topic::Decisions(ProactiveCell::Coercions)),
    (&["新收", "申请"], Topic::Request(ReportRow::New)),
    (&["收到", "公开申请"], Topic::Received),
    (&["受理", "公开申请"], Topic::Received),
    (&["办结"], Topic::Request(ReportRow::ResultsTotal)),
    (&["部分公开"], Topic::Request(ReportRow::Result(Row::Partial))),
    (&["予以公开"], Topic::Request(ReportRow::Result(Row::Granted))),
    (&["本机关不掌握"], Topic::Request(ReportRow::Result(Row::NotHeld))),
    (&["没有现成信息"], Topic::Request(ReportRow::Result(Row::NeedsMaking))),
    (&["重复申请"], Topic::Request(ReportRow::Result(Row::Repeated))),
    (&["信访举报投诉"], Topic::Request(ReportRow::Result(Row::Petition))),
];

/// Clauses about other years, about comparisons or about several rows at once say nothing of a cell.
const ELSEWHERE: [&str; 9] = ["含", "同比", "增长", "增加", "下降", "减少", "历年", "不予公开", "月"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Topic {
    /// What was received: the new ones, unless the text tells these apart.
    Received,
    Proactive(ProactiveCell),
    /// Counted by 项 too, which elsewhere counts matters and measures.
    Decisions(ProactiveCell),
    /// All rows of a head.
    Group(Group),
    Request(ReportRow),
    Dispute(DisputeKind, DisputeResult),
    Lawsuits,
}

/// The numbers quoted, in the order of the text.
///
/// ```
/// use domain::annual_report::quoted;
/// let quotes = quoted("2025年，全旗新收政府信息公开申请１２件，上年结转三件，办结14件，结转下年度继续办理1件。");
/// let numbers: Vec<u64> = quotes.iter().map(|quote| quote.number).collect();
/// assert_eq!(numbers, [12, 3, 14, 1]);
/// ```
pub fn quoted(text: &str) -> Vec<Quoted> {
    let clauses = text.split(['，', '。', '；', '、', '：', '\n', ';', '（', '）']);
    let read: Vec<(Topic, Quoted)> = clauses.filter_map(|clause| read(clause.trim())).collect();
    let told_apart = read.iter().any(|(topic, _)| *topic == Topic::Request(ReportRow::New));
    let quotes = read.into_iter().filter(|(topic, _)| !(told_apart && *topic == Topic::Received));
    quotes.map(|(_, quote)| quote).collect()
}

fn read(clause: &str) -> Option<(Topic, Quoted)> {
    let plain: Vec<char> = clause.chars().filter_map(half_width).filter(|c| *c != ',').collect();
    let words: String = plain.iter().collect();
    let (topic, number) = match group(&words) {
        Some((group, number)) => (Topic::Group(group), number),
        None if ELSEWHERE.iter().any(|word| words.contains(word)) => return None,
        None => {
            let of = |(needed, _): &&(&[&str], Topic)| needed.iter().all(|word| words.contains(word));
            let (_, topic) = TOPICS.iter().find(of)?;
            let measures: &[char] =
                if matches!(topic, Topic::Decisions(_)) { &ALL_MEASURES } else { &MEASURES };
            (*topic, counted(&plain, measures)?)
        }
    };
    let mut others = Vec::new();
    let cell = match topic {
        Topic::Received => Cell::Request(ReportRow::New, Column::Total),
        Topic::Proactive(cell) | Topic::Decisions(cell) => Cell::Proactive(cell),
        Topic::Group(group) => {
            let rows = Row::ALL.iter().filter(|row| row.group() == group);
            let mut cells = rows.map(|row| Cell::Request(ReportRow::Result(*row), Column::Total));
            let first = cells.next()?;
            others.extend(cells);
            first
        }
        Topic::Request(row) => Cell::Request(row, Column::Total),
        Topic::Dispute(kind, result) => Cell::Dispute(kind, result),
        Topic::Lawsuits => {
            others.push(Cell::Dispute(DisputeKind::LawsuitAfterReview, DisputeResult::Total));
            Cell::Dispute(DisputeKind::LawsuitDirect, DisputeResult::Total)
        }
    };
    Some((topic, Quoted { words: head(clause, 60), number, cell, others }))
}

/// `不予公开3件`, alone in its clause: the head of some rows and their sum. Within longer words a head says why a request
/// was refused, not how many were.
fn group(words: &str) -> Option<(Group, u64)> {
    Group::ALL.iter().find_map(|group| {
        let rest: Vec<char> = words.strip_prefix(plain(*group))?.chars().collect();
        let (value, length) = number(&rest)?;
        let measured = rest.get(length).is_some_and(|c| MEASURES.contains(c)) && rest.len() == length + 1;
        measured.then_some((*group, value.into()))
    })
}

/// What requests and files are counted by.
const MEASURES: [char; 3] = ['件', '宗', '起'];
/// What decisions are counted by.
const ALL_MEASURES: [char; 4] = ['件', '宗', '起', '项'];

/// The number before one of the measures in a clause; none when there are several.
fn counted(clause: &[char], measures: &[char]) -> Option<u64> {
    let mut found = None;
    let mut at = 0;
    while at < clause.len() {
        let Some((value, length)) = clause.get(at..).and_then(number) else {
            at += 1;
            continue;
        };
        at += length;
        let measured = clause.get(at).is_some_and(|c| measures.contains(c));
        if measured && found.replace(u64::from(value)).is_some() {
            return None;
        }
    }
    found
}
