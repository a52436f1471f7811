//! A report while it is written: the texts and what a person entered. The numbers are counted from the record each time it is
//! looked at; what was entered is for cases and decisions the record does not hold, above all those before the platform.

use super::disputes::Disputes;
use super::proactive::Proactive;
use super::requests::{Column, ReportRow};
use super::{AnnualReport, Cell, Discrepancy, ProactiveNumbers, Requests, draft};
use crate::disclosure::state::State as DisclosureState;
use crate::request::ApplicantKind;
use crate::vocabulary::words;
use jiff::civil::Date;
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

    /// Whether anything was entered in a cell, or in one that it sums up.
    pub fn touches(&self, cell: Cell) -> bool {
        self.0.contains_key(&cell) || cell.parts().into_iter().any(|part| self.touches(part))
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

    /// The report on the next year, begun from this one: what its tables say of the new year, what the texts say without
    /// numbers with the years moved on, and as entered what was carried over without being in the record. `fees` are the
    /// handling fees of the new year in yuan.
    pub fn next(&self, report: &AnnualReport, counted_next: &Counted, fees: u64) -> Self {
        let mut entered = Entered::default();
        for kind in ApplicantKind::ALL {
            let column = Column::Of(*kind);
            let carried = report.requests.get(ReportRow::CarriedOut, column);
            let counted = counted_next.requests.get(ReportRow::CarriedIn, column);
            let rest = carried.saturating_sub(counted);
            entered.set(Cell::Request(ReportRow::CarriedIn, column), (rest > 0).then_some(rest));
        }
        let moved = |text: &str| draft::without_numbers(text, report.year);
        let begun = Self {
            overall: moved(&self.overall),
            problems: moved(&self.problems),
            others: moved(&self.others),
            entered,
            explanation: String::new(),
        };
        let next = begun.of_unit(&report.unit, report.year.saturating_add(1), counted_next);
        Self {
            overall: draft::begin(&begun.overall, &next.overall_sentences()),
            others: draft::begin(&begun.others, &[next.fees_sentence(fees)]),
            ..begun
        }
    }

    /// Why it cannot be handed in now; `None` when it can.
    pub fn refusal(&self, standing: &Standing<'_>) -> Option<Refused> {
        let Standing { year, today, found, waiting } = *standing;
        let empty =
            [&self.overall, &self.problems, &self.others].into_iter().any(|text| text.trim().is_empty());
        let explained = !self.explanation.trim().is_empty();
        if today.year() <= year {
            Some(Refused::YearNotEnded { year, next: year.saturating_add(1) })
        } else if empty {
            Some(Refused::TextMissing)
        } else if found.iter().any(|one| !one.constraint.is_excusable()) {
            Some(Refused::Wrong)
        } else if !found.is_empty() && !explained {
            Some(Refused::Unexplained)
        } else if waiting > 0 && !explained {
            Some(Refused::UnitsWaiting(waiting))
        } else {
            None
        }
    }
}

/// How a report stands when somebody wants to hand it in.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The year it reports on.
    pub year: i16,
    /// The day of handing in.
    pub today: Date,
    /// What does not agree.
    pub found: &'a [Discrepancy],
    /// Units of a region that have not handed in theirs.
    pub waiting: usize,
}

/// Why a report is not handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A text is missing.
    #[error("第一、五、六部分有没有写的，不能提交。没有内容的写“无”。")]
    TextMissing,
    /// The year it counts goes on.
    #[error("{year}年尚未结束，统计期为1月1日至12月31日，请在{next}年1月1日以后提交。")]
    YearNotEnded {
        /// The year.
        year: i16,
        /// The one after it.
        next: i16,
    },
    /// It does not agree with itself; no reason makes that right.
    #[error(
        "表中有对不上的数字，不能提交。报告内部的数字和正文引用的数字必须一致，不能用说明代替，请核对改正。"
    )]
    Wrong,
    /// It does not agree with last year's or with the units', and nobody says why.
    #[error("有的数字与上一年或者各单位的年报对不上，不能提交。请核对改正；确有原因的，在“数据说明”中写明。")]
    Unexplained,
    /// Units have not handed in theirs, and nobody says why this one goes first.
    #[error(
        "{0}个单位还没有提交年报，本级政府的报告暂按系统记录计算，不能直接提交。请催促提交；确需先行提交的，在“数据说明”中写明原因。"
    )]
    UnitsWaiting(usize),
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
        let corner = Cell::Request(ReportRow::ResultsTotal, Column::Total);
        assert!(working.entered.touches(corner), "a part of a part was entered");
        assert!(!working.entered.touches(Cell::Request(ReportRow::CarriedIn, Column::Total)));
        // A total that was entered is held against its parts.
        working.entered.set(Cell::Request(ReportRow::New, Column::Total), Some(5));
        let report = working.of_unit("示例局", 2019, &counted(2019));
        let found = check(&report, None);
        assert!(found.iter().any(|one| one.constraint == Constraint::RowTotal), "{found:?}");
        let standing = Standing { year: 2019, today: date(2020, 1, 1), found: &found, waiting: 0 };
        assert_eq!(working.refusal(&standing), Some(Refused::TextMissing));
        working = Working { explanation: "原报告如此".into(), ..written(working) };
        assert_eq!(working.refusal(&standing), Some(Refused::Wrong), "no reason makes a sum right");
    }

    /// With something in each text.
    fn written(working: Working) -> Working {
        let none = || "无".to_owned();
        Working { overall: none(), problems: none(), others: none(), ..working }
    }

    #[test]
    fn only_what_lies_outside_a_report_is_excused_by_a_reason() {
        let (silent, told) = (
            written(Working::default()),
            Working { explanation: "清理后重新统计".into(), ..written(Working::default()) },
        );
        let found = |constraint| {
            let cell = Cell::Request(ReportRow::CarriedIn, Column::Total);
            [Discrepancy { constraint, cell, expected: 1, found: 2, words: None, numbers: Vec::new() }]
        };
        fn standing(found: &[Discrepancy]) -> Standing<'_> {
            Standing { year: 2019, today: date(2020, 1, 1), found, waiting: 0 }
        }
        for constraint in Constraint::ALL {
            let excused =
                matches!(constraint, Constraint::CarriedOver | Constraint::InForce | Constraint::UnitsSum);
            let found = found(*constraint);
            let refused = if excused { Refused::Unexplained } else { Refused::Wrong };
            assert_eq!(silent.refusal(&standing(&found)), Some(refused), "{constraint:?}");
            assert_eq!(told.refusal(&standing(&found)), (!excused).then_some(refused), "{constraint:?}");
        }
        let waiting = Standing { waiting: 27, ..standing(&[]) };
        assert_eq!(silent.refusal(&waiting), Some(Refused::UnitsWaiting(27)));
        assert_eq!(told.refusal(&waiting), None);
    }

    #[test]
    fn a_year_is_reported_on_when_it_is_over() {
        let working = written(Working::default());
        let on = |today| working.refusal(&Standing { year: 2020, today, found: &[], waiting: 0 });
        let refused = Refused::YearNotEnded { year: 2020, next: 2021 };
        assert_eq!(on(date(2020, 12, 31)), Some(refused));
        assert_eq!(
            refused.to_string(),
            "2020年尚未结束，统计期为1月1日至12月31日，请在2021年1月1日以后提交。"
        );
        assert_eq!(on(date(2021, 1, 1)), None);
    }

    #[test]
    fn the_next_year_begins_where_this_one_ends() {
        let mut working = Working {
            overall: "（一）主动公开\n2019年公开信息，2020年继续。\n2019年，新收政府信息公开申请2件。\n（二）依申请公开\n专人负责。".into(),
            others: "2019年，收取政府信息公开信息处理费300元。".into(),
            ..Working::default()
        };
        let carried = request(ReportRow::CarriedOut, ApplicantKind::Research);
        working.entered.set(request(ReportRow::New, ApplicantKind::Research), Some(1));
        working.entered.set(carried, Some(1));
        let report = working.of_unit("示例局", 2019, &counted(2019));
        let next = working.next(&report, &counted(2020), 0);
        let lines: Vec<&str> = next.overall.lines().collect();
        assert_eq!(lines.len(), 6, "{}", next.overall);
        assert_eq!((lines[0], lines[2]), ("（一）主动公开", "2020年公开信息，2021年继续。"));
        assert!(lines[1].starts_with("2020年，制发行政规范性文件0件"), "{}", lines[1]);
        assert!(lines[4].starts_with("2020年，新收政府信息公开申请0件，上年结转2件"), "{}", lines[4]);
        assert_eq!(lines[5], "专人负责。", "what last year's text says without numbers stays");
        assert_eq!(next.others, "2020年，未收取政府信息公开信息处理费。");
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
