//! Sentences for parts 一 and 六 that quote the tables, so that text and tables agree from the start. A person goes on from
//! there.

use super::requests::{Column, ReportRow};
use super::{AnnualReport, DisputeKind, DisputeResult, ProactiveCell};
use crate::request::{Group, Row};

impl AnnualReport {
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

/// A head without its number.
fn plain(group: Group) -> &'static str {
    group.label().split_once('）').map_or(group.label(), |(_, name)| name)
}
