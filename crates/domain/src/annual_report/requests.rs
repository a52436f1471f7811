//! Table 3: requests received and how they ended, 25 rows by 7 columns. All 175 numbers are kept as reported, totals too,
//! so that a published table can be shown as it stands and checked.

use crate::request::{ApplicantKind, Row};
use serde::{Deserialize, Serialize};

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportRow {
    /// 一
    New,
    /// 二
    CarriedIn,
    /// 三, （一） to （六）
    Result(Row),
    /// 三（七）
    ResultsTotal,
    /// 四
    CarriedOut,
}

impl ReportRow {
    /// Rows of the table.
    pub const COUNT: usize = 25;

    /// Every row, from the top.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::New, Self::CarriedIn]
            .into_iter()
            .chain(Row::ALL.iter().copied().map(Self::Result))
            .chain([Self::ResultsTotal, Self::CarriedOut])
    }

    /// Its label as the form prints it.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "一、本年新收政府信息公开申请数量",
            Self::CarriedIn => "二、上年结转政府信息公开申请数量",
            Self::Result(row) => row.label(),
            Self::ResultsTotal => "（七）总计",
            Self::CarriedOut => "四、结转下年度继续办理",
        }
    }

    /// Its place from the top, from 0.
    pub fn index(self) -> usize {
        match self {
            Self::New => 0,
            Self::CarriedIn => 1,
            Self::Result(row) => 2 + row as usize,
            Self::ResultsTotal => Self::COUNT - 2,
            Self::CarriedOut => Self::COUNT - 1,
        }
    }
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// A kind of applicants.
    Of(ApplicantKind),
    /// 总计
    Total,
}

impl Column {
    /// Columns of the table.
    pub const COUNT: usize = 7;

    /// Every column, from the left.
    pub fn all() -> impl Iterator<Item = Self> {
        ApplicantKind::ALL.iter().copied().map(Self::Of).chain([Self::Total])
    }

    /// Its label as the form prints it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Of(kind) => kind.label(),
            Self::Total => "总计",
        }
    }

    /// Its place from the left, from 0.
    pub fn index(self) -> usize {
        match self {
            Self::Of(kind) => kind as usize,
            Self::Total => Self::COUNT - 1,
        }
    }
}

/// The table's numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests([[u64; Column::COUNT]; ReportRow::COUNT]);

impl Requests {
    /// The identity the form prints in its head cell.
    pub const HEAD: &'static str = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）";
    /// The label beside the rows of results.
    pub const RESULTS: &'static str = "三、本年度办理结果";
    /// The label over the five kinds of organisations.
    pub const ORGANISATIONS: &'static str = "法人或其他组织";
    /// The label over all columns.
    pub const APPLICANTS: &'static str = "申请人情况";

    /// A number.
    pub fn get(&self, row: ReportRow, column: Column) -> u64 {
        self.0.get(row.index()).and_then(|row| row.get(column.index())).copied().unwrap_or(0)
    }

    /// Puts a number in.
    pub fn set(&mut self, row: ReportRow, column: Column, number: u64) {
        if let Some(cell) = self.0.get_mut(row.index()).and_then(|row| row.get_mut(column.index())) {
            *cell = number;
        }
    }

    /// Counts one more of a kind, in the totals too.
    pub(super) fn count(&mut self, row: ReportRow, kind: ApplicantKind) {
        let with_total = matches!(row, ReportRow::Result(_)).then_some(ReportRow::ResultsTotal);
        for row in [Some(row), with_total].into_iter().flatten() {
            for column in [Column::Of(kind), Column::Total] {
                self.set(row, column, self.get(row, column).saturating_add(1));
            }
        }
    }

    /// Every cell with its number, row by row.
    pub fn cells(&self) -> impl Iterator<Item = (ReportRow, Column, u64)> + '_ {
        ReportRow::all()
            .flat_map(move |row| Column::all().map(move |column| (row, column, self.get(row, column))))
    }
}
