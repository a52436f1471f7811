//! A report while it is written: the texts and what a person entered. The numbers are counted from the record each time it is
//! looked at; what was entered is for cases and decisions the record does not hold, above all those before the platform.

use super::disputes::Disputes;
use super::proactive::Proactive;
use super::requests::{Column, ReportRow};
use super::{AnnualReport, Cell, Discrepancy, ProactiveNumbers, Requests};
use crate::disclosure::state::State as DisclosureState;
use crate::request::ApplicantKind;
use crate::vocabulary::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// Where a report is: what became of the disclosure it was handed in as.
    State {
        /// Being written, or returned.
        Draft = "draft", "编写中";
        /// Handed in for review.
        Submitted = "submitted", "审查中";
        /// Every review passed.
        Approved = "approved", "待公布";
        /// Public.
        Published = "published", "已公布";
    }
}

impl State {
    /// Of a report whose disclosure is in that state; one taken back or thrown away is written anew.
    pub fn of(disclosure: Option<DisclosureState>) -> Self {
        match disclosure {
            None | Some(DisclosureState::Draft | DisclosureState::Withdrawn) => Self::Draft,
            Some(DisclosureState::Reviewing) => Self::Submitted,
            Some(DisclosureState::Approved | DisclosureState::Scheduled) => Self::Approved,
            Some(DisclosureState::Published) => Self::Published,
        }
    }
}

/// Numbers a person entered; the fees in fen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, u64>", into = "BTreeMap<String, u64>")]
pub struct Entered(BTreeMap<Cell, u64>);

impl From<BTreeMap<String, u64>> for Entered {
    fn from(words: BTreeMap<String, u64>) -> Self {
        let cells = words.into_iter().filter_map(|(word, number)| Some((Cell::from_word(&word)?, number)));
        Self(cells.collect())
    }
}

impl From<Entered> for BTreeMap<String, u64> {
    fn from(entered: Entered) -> Self {
        entered.0.into_iter().map(|(cell, number)| (cell.word(), number)).collect()
    }
}

impl Entered {
    /// What was entered in a cell.
    pub fn get(&self, cell: Cell) -> Option<u64> {
        self.0.get(&cell).copied()
    }

    /// Enters a number; `None` takes it out.
    pub fn set(&mut self, cell: Cell, number: Option<u64>) {
        match number {
            Some(number) => self.0.insert(cell, number),
            None => self.0.remove(&cell),
        };
    }

    /// Whether nothing was entered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All numbers of a report that was published elsewhere; zeros only where they are totals of something.
    pub fn from_report(report: &AnnualReport) -> Self {
        let number = |cell| u64::try_from(report.number(cell)).unwrap_or(0);
        Self(Cell::all().map(|cell| (cell, number(cell))).filter(|(_, number)| *number > 0).collect())
    }
}

/// What a person writes of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Working {
    /// Part 一.
    pub overall: String,
    /// Part 五.
    pub problems: String,
    /// Part 六.
    pub others: String,
    /// Numbers entered by hand.
    pub entered: Entered,
    /// Why numbers may stand that break a rule; for the office, not for the public.
    pub explanation: String,
}

/// What the record counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// Table 2.
    pub proactive: ProactiveNumbers,
    /// Table 3.
    pub requests: Requests,
    /// Table 4.
    pub disputes: Disputes,
}

impl Counted {
    /// As a report without texts.
    fn report(&self, unit: &str, year: i16) -> AnnualReport {
        AnnualReport {
            proactive: Proactive::Current(self.proactive.clone()),
            requests: self.requests.clone(),
            disputes: self.disputes.clone(),
            ..AnnualReport::new(unit, year)
        }
    }
}

impl Working {
    /// A unit's report: what was entered is added to what the record counts. A total stands as entered, so that what another
    /// system summed up is checked; where nobody entered one, it is the sum of its parts.
    pub fn of_unit(&self, unit: &str, year: i16, counted: &Counted) -> AnnualReport {
        let mut report = counted.report(unit, year);
        let add = |report: &mut AnnualReport, cell: Cell| {
            let sum = report.number(cell) + i128::from(self.entered.get(cell).unwrap_or(0));
            report.set(cell, u64::try_from(sum).unwrap_or(u64::MAX));
        };
        for cell in Cell::all().filter(|cell| !cell.is_total()) {
            add(&mut report, cell);
        }
        // Totals of rows need those of columns before them.
        let (corner, sides): (Vec<Cell>, Vec<Cell>) = Cell::all()
            .filter(|cell| cell.is_total())
            .partition(|cell| *cell == Cell::Request(ReportRow::ResultsTotal, Column::Total));
        for cell in sides.into_iter().chain(corner) {
            if self.entered.get(cell).is_some() {
                add(&mut report, cell);
            } else {
                let sum: i128 = cell.parts().into_iter().map(|part| report.number(part)).sum();
                report.set(cell, u64::try_from(sum).unwrap_or(u64::MAX));
            }
        }
        self.with_texts(report)
    }

    /// A region's report: the sum of its units', save for the numbers it states itself.
    pub fn of_region<'a>(
        &self,
        region: &str,
        year: i16,
        units: impl IntoIterator<Item = &'a AnnualReport>,
    ) -> AnnualReport {
        let mut report = super::sum(region, year, units);
        for (cell, number) in &self.entered.0 {
            report.set(*cell, *number);
        }
        self.with_texts(report)
    }

    fn with_texts(&self, mut report: AnnualReport) -> AnnualReport {
        report.overall.clone_from(&self.overall);
        report.problems.clone_from(&self.problems);
        report.others.clone_from(&self.others);
        report
    }

    /// The report on the next year, begun from this one: its texts with the years moved on, and as entered what was carried
    /// over without being in the record.
    pub fn next(&self, report: &AnnualReport, counted_next: &Counted) -> Self {
        let year = report.year;
        let moved = |text: &str| {
            // The later year first, so that it is not moved twice.
            let (this, next) = (year.to_string(), year.saturating_add(1).to_string());
            text.replace(&next, &year.saturating_add(2).to_string()).replace(&this, &next)
        };
        let mut entered = Entered::default();
        for kind in ApplicantKind::ALL {
            let column = Column::Of(*kind);
            let carried = report.requests.get(ReportRow::CarriedOut, column);
            let counted = counted_next.requests.get(ReportRow::CarriedIn, column);
            let rest = carried.saturating_sub(counted);
            entered.set(Cell::Request(ReportRow::CarriedIn, column), (rest > 0).then_some(rest));
        }
        Self {
            overall: moved(&self.overall),
            problems: moved(&self.problems),
            others: moved(&self.others),
            entered,
            explanation: String::new(),
        }
    }

    /// Why it cannot be handed in now; `None` when it can.
    pub fn refusal(&self, found: &[Discrepancy]) -> Option<Refused> {
        let empty =
            [&self.overall, &self.problems, &self.others].into_iter().any(|text| text.trim().is_empty());
        let hard = found.iter().any(|one| !one.constraint.is_soft());
        if empty {
            Some(Refused::TextMissing)
        } else if hard && self.explanation.trim().is_empty() {
            Some(Refused::Discrepancies)
        } else {
            None
        }
    }
}

/// Why a report is not handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A text is missing.
    #[error("第一、五、六部分有没有写的，不能提交。没有内容的写“无”。")]
    TextMissing,
    /// A rule is broken and nobody says why.
    #[error("表中有对不上的数字，不能提交。请核对改正；确有原因的，在“数据说明”中写明。")]
    Discrepancies,
    /// It is under review or public.
    #[error("这份年报已经提交，不能修改。需要修改的，请审查人退回；已公布的，请先开始更正。")]
    NotDraft,
}

#[cfg(test)]
mod tests {
    use super::super::{CaseSummary, Constraint, ProactiveCell, check};
    use super::*;
    use crate::request::{Outcome, Row};
    use jiff::civil::date;

    fn request(row: ReportRow, kind: ApplicantKind) -> Cell {
        Cell::Request(row, Column::Of(kind))
    }

    fn counted(year: i16) -> Counted {
        let case = CaseSummary {
            received: date(2019, 6, 3),
            applicant: ApplicantKind::Person,
            ended: Some((date(2020, 1, 6), Outcome::Granted)),
            disputes: Vec::new(),
        };
        Counted { requests: Requests::from_cases([&case], year), ..Counted::default() }
    }

    #[test]
    fn what_is_entered_is_added_and_totals_follow() {
        let mut working = Working::default();
        working.entered.set(request(ReportRow::New, ApplicantKind::Company), Some(2));
        working.entered.set(request(ReportRow::Result(Row::Granted), ApplicantKind::Company), Some(2));
        working.entered.set(Cell::Proactive(ProactiveCell::Permits), Some(7));
        let report = working.of_unit("示例局", 2019, &counted(2019));
        assert_eq!(report.requests.get(ReportRow::New, Column::Total), 3);
        assert_eq!(report.requests.get(ReportRow::ResultsTotal, Column::Total), 2);
        assert_eq!(report.requests.get(ReportRow::CarriedOut, Column::Total), 1);
        assert_eq!(check(&report, None), []);
        // A total that was entered is held against its parts.
        working.entered.set(Cell::Request(ReportRow::New, Column::Total), Some(5));
        let report = working.of_unit("示例局", 2019, &counted(2019));
        let found = check(&report, None);
        assert!(found.iter().any(|one| one.constraint == Constraint::RowTotal), "{found:?}");
        assert_eq!(working.refusal(&found), Some(Refused::TextMissing));
        for text in [&mut working.overall, &mut working.problems, &mut working.others] {
            "无".clone_into(text);
        }
        assert_eq!(working.refusal(&found), Some(Refused::Discrepancies));
        working.explanation = "原报告如此".into();
        assert_eq!(working.refusal(&found), None);
    }

    #[test]
    fn the_next_year_begins_where_this_one_ends() {
        let mut working =
            Working { overall: "2019年公开信息，2020年继续。".into(), ..Working::default() };
        let carried = request(ReportRow::CarriedOut, ApplicantKind::Research);
        working.entered.set(request(ReportRow::New, ApplicantKind::Research), Some(1));
        working.entered.set(carried, Some(1));
        let report = working.of_unit("示例局", 2019, &counted(2019));
        let next = working.next(&report, &counted(2020));
        assert_eq!(next.overall, "2020年公开信息，2021年继续。");
        let carried_in = request(ReportRow::CarriedIn, ApplicantKind::Research);
        assert_eq!(next.entered.get(carried_in), Some(1), "the record does not know this one");
        assert_eq!(next.entered.get(request(ReportRow::CarriedIn, ApplicantKind::Person)), None);
        let later = next.of_unit("示例局", 2020, &counted(2020));
        assert!(check(&later, Some(&report)).iter().all(|one| one.constraint != Constraint::CarriedOver));
    }

    #[test]
    fn a_region_states_its_own_where_it_must() {
        let unit = Working::default().of_unit("示例局", 2019, &counted(2019));
        let mut working = Working::default();
        let cell = Cell::Request(ReportRow::New, Column::Total);
        working.entered.set(cell, Some(4));
        let report = working.of_region("示例旗", 2019, [&unit, &unit]);
        assert_eq!(report.number(request(ReportRow::New, ApplicantKind::Person)), 2);
        assert_eq!(report.number(cell), 4);
        assert_eq!(super::super::against_units(&report, [&unit, &unit]).len(), 1);
    }

    #[test]
    fn the_record_keeps_what_was_entered_by_words() {
        let mut entered = Entered::default();
        entered.set(Cell::Proactive(ProactiveCell::Fees), Some(120_000));
        entered.set(Cell::Request(ReportRow::New, Column::Total), Some(3));
        let kept = serde_json::to_string(&entered).unwrap();
        assert_eq!(kept, r#"{"proactive.fees":120000,"request.new.total":3}"#);
        assert_eq!(serde_json::from_str::<Entered>(&kept).unwrap(), entered);
        for (disclosure, state) in [
            (None, State::Draft),
            (Some(DisclosureState::Reviewing), State::Submitted),
            (Some(DisclosureState::Scheduled), State::Approved),
            (Some(DisclosureState::Published), State::Published),
            (Some(DisclosureState::Withdrawn), State::Draft),
        ] {
            assert_eq!(State::of(disclosure), state);
        }
    }
}
