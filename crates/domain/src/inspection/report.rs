//! The quarterly report on sites and accounts as a value: sections of paragraphs and tables, in the form in which
//! counties publish it. Page, Word and paper are others' work.

use super::found::Found;
use super::indicator::{Check, Indicators};
use super::score::Score;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    /// The year.
    pub year: i16,
    /// 1 to 4.
    pub number: i8,
}

impl Quarter {
    /// The quarter of a day.
    ///
    /// ```
    /// use domain::inspection::Quarter;
    /// use jiff::civil::date;
    /// let quarter = Quarter::of(date(2020, 9, 30));
    /// assert_eq!((quarter.to_string().as_str(), quarter.days()), ("2020年第三季度", (date(2020, 7, 1), date(2020, 9, 30))));
    /// ```
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), number: (day.month() - 1) / 3 + 1 }
    }

    /// Its first and last day.
    pub fn days(self) -> (Date, Date) {
        let month = (self.number.clamp(1, 4) - 1) * 3 + 1;
        let first = Date::new(self.year, month, 1).unwrap_or(Date::MIN);
        (first, first.saturating_add(3.months()).saturating_sub(1.day()))
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = ["一", "二", "三", "四"][usize::from(self.number.clamp(1, 4).unsigned_abs()) - 1];
        write!(f, "{}年第{number}季度", self.year)
    }
}

/// A site's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteResult {
    /// Its name.
    pub name: String,
    /// The unit that answers for it.
    pub unit: String,
    /// Its score.
    pub score: Score,
}

/// An account's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountResult {
    /// Its name with its platform.
    pub name: String,
    /// The unit that answers for it.
    pub unit: String,
    /// What fails it; nothing when it passes.
    pub vetoes: Vec<Check>,
}

/// Something found in the quarter, followed to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracked {
    /// What.
    pub found: Found,
    /// The unit's name.
    pub unit: String,
    /// When it was put right.
    pub corrected: Option<Date>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The names of its columns.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading with its number.
    pub heading: String,
    /// What it says.
    pub paragraphs: Vec<String>,
    /// What it shows; a table without rows is left out.
    pub tables: Vec<Table>,
}

/// The report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarterReport {
    /// Its title.
    pub title: String,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// What a report is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarterFacts {
    /// The region's name.
    pub region: String,
    /// The quarter.
    pub quarter: Quarter,
    /// The sites looked at.
    pub sites: Vec<SiteResult>,
    /// The accounts looked at.
    pub accounts: Vec<AccountResult>,
    /// What was found.
    pub tracked: Vec<Tracked>,
    /// Readers' reports received.
    pub reports_received: usize,
    /// Those of them that were answered.
    pub reports_answered: usize,
}

/// The report on a quarter as of a day: sites and accounts looked at, what was found, what became of it.
pub fn quarter_report(facts: &QuarterFacts, today: Date, indicators: &Indicators) -> QuarterReport {
    let mut sections =
        vec![overall(facts), problems(&facts.tracked, indicators), correction(&facts.tracked, today)];
    for section in &mut sections {
        section.tables.retain(|table| !table.rows.is_empty());
    }
    let title = format!("{}{}政府网站与政务新媒体检查情况通报", facts.region, facts.quarter);
    QuarterReport { title, sections }
}

fn table(caption: &str, head: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table { caption: caption.to_owned(), head: head.iter().map(|name| (*name).to_owned()).collect(), rows }
}

fn overall(facts: &QuarterFacts) -> Section {
    let (sites, accounts) = (&facts.sites, &facts.accounts);
    let failed: Vec<&AccountResult> = accounts.iter().filter(|account| !account.vetoes.is_empty()).collect();
    let row =
        |account: &&AccountResult| vec![account.name.clone(), account.unit.clone(), labels(&account.vetoes)];
    Section {
        heading: "一、总体情况".to_owned(),
        paragraphs: vec![
            passed("政府网站", sites.len(), sites.iter().filter(|site| site.score.passed).count()),
            passed("政务新媒体账号", accounts.len(), accounts.len() - failed.len()),
            format!(
                "“我为政府网站找错”收到留言{}条，已答复{}条。",
                facts.reports_received, facts.reports_answered
            ),
        ],
        tables: vec![
            table(
                "政府网站检查结果",
                &["网站", "主办单位", "得分", "结果", "单项否决"],
                sites.iter().map(site_row).collect(),
            ),
            table(
                "不合格政务新媒体账号",
                &["账号", "主办单位", "单项否决"],
                failed.iter().map(row).collect(),
            ),
        ],
    }
}

fn problems(tracked: &[Tracked], indicators: &Indicators) -> Section {
    let mut by_check: BTreeMap<Check, (usize, usize)> = BTreeMap::new();
    for one in tracked {
        let (all, left) = by_check.entry(one.found.check).or_default();
        *all += 1;
        *left += usize::from(one.corrected.is_none());
    }
    let units: BTreeSet<&str> = tracked.iter().map(|one| one.unit.as_str()).collect();
    let said = if tracked.is_empty() {
        "检查没有发现问题。".to_owned()
    } else {
        format!("共发现问题{}个，涉及{}项指标、{}个单位。", tracked.len(), by_check.len(), units.len())
    };
    let rows = by_check.iter().map(|(check, (all, left))| {
        vec![check.label().to_owned(), all.to_string(), left.to_string(), indicators.of(*check).basis.clone()]
    });
    Section {
        heading: "二、存在的主要问题".to_owned(),
        paragraphs: vec![said],
        tables: vec![table("发现的问题", &["指标", "问题数", "未整改", "依据"], rows.collect())],
    }
}

fn correction(tracked: &[Tracked], today: Date) -> Section {
    let mut by_unit: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for one in tracked {
        let [all, in_time, late, left] = by_unit.entry(&one.unit).or_default();
        *all += 1;
        *match one.corrected {
            Some(day) if day <= one.found.due => in_time,
            Some(_) => late,
            None => left,
        } += 1;
    }
    let left: Vec<&Tracked> = tracked.iter().filter(|one| one.corrected.is_none()).collect();
    let late = left.iter().filter(|one| one.found.due < today).count();
    let said =
        format!("已整改{}个，未整改{}个，其中逾期未整改{late}个。", tracked.len() - left.len(), left.len());
    let rows = by_unit.iter().map(|(unit, counts)| {
        std::iter::once((*unit).to_owned()).chain(counts.iter().map(usize::to_string)).collect()
    });
    Section {
        heading: "三、整改情况".to_owned(),
        paragraphs: vec![said],
        tables: vec![table(
            "各单位整改情况",
            &["单位", "问题数", "按期整改", "逾期整改", "未整改"],
            rows.collect(),
        )],
    }
}

fn passed(what: &str, all: usize, passed: usize) -> String {
    match (passed * 1000 + all / 2).checked_div(all) {
        None => format!("本季度没有检查{what}。"),
        Some(rate) => format!("检查{what}{all}个，合格{passed}个，合格率{}.{}%。", rate / 10, rate % 10),
    }
}

fn site_row(site: &SiteResult) -> Vec<String> {
    let tenths = site.score.tenths + site.score.bonus_tenths;
    let result = if site.score.passed { "合格" } else { "不合格" };
    let points = if site.score.vetoes.is_empty() {
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        "—".to_owned()
    };
    vec![site.name.clone(), site.unit.clone(), points, result.to_owned(), labels(&site.score.vetoes)]
}

fn labels(checks: &[Check]) -> String {
    checks.iter().map(|check| check.label()).collect::<Vec<_>>().join("、")
}
