//! Table 2: proactive disclosure by the items of art. 20. Since the reports on 2021 it holds ten numbers; the reports on 2019
//! and 2020 (国办公开办函〔2019〕60号) asked for others, which imported reports keep.

use crate::vocabulary::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

words! {
    /// The ten numbers.
    ProactiveCell {
        /// 规章, made.
        RulesIssued = "rules_issued", "规章本年制发件数";
        /// 规章, repealed.
        RulesRepealed = "rules_repealed", "规章本年废止件数";
        /// 规章, in force.
        RulesInForce = "rules_in_force", "规章现行有效件数";
        /// 行政规范性文件, made.
        NormativeIssued = "normative_issued", "行政规范性文件本年制发件数";
        /// 行政规范性文件, repealed.
        NormativeRepealed = "normative_repealed", "行政规范性文件本年废止件数";
        /// 行政规范性文件, in force.
        NormativeInForce = "normative_in_force", "行政规范性文件现行有效件数";
        /// 行政许可.
        Permits = "permits", "行政许可本年处理决定数量";
        /// 行政处罚.
        Penalties = "penalties", "行政处罚本年处理决定数量";
        /// 行政强制.
        Coercions = "coercions", "行政强制本年处理决定数量";
        /// 行政事业性收费.
        Fees = "fees", "行政事业性收费本年收费金额";
    }
}

impl ProactiveCell {
    /// The row's label as the form prints it.
    pub fn row(self) -> &'static str {
        match self {
            Self::RulesIssued | Self::RulesRepealed | Self::RulesInForce => "规章",
            Self::NormativeIssued | Self::NormativeRepealed | Self::NormativeInForce => "行政规范性文件",
            Self::Permits => "行政许可",
            Self::Penalties => "行政处罚",
            Self::Coercions => "行政强制",
            Self::Fees => "行政事业性收费",
        }
    }

    /// The column's label as the form prints it.
    pub fn column(self) -> &'static str {
        match self {
            Self::RulesIssued | Self::NormativeIssued => "本年制发件数",
            Self::RulesRepealed | Self::NormativeRepealed => "本年废止件数",
            Self::RulesInForce | Self::NormativeInForce => "现行有效件数",
            Self::Permits | Self::Penalties | Self::Coercions => "本年处理决定数量",
            Self::Fees => "本年收费金额（单位：万元）",
        }
    }

    /// The head of its block: the item of art. 20.
    pub fn block(self) -> &'static str {
        match self {
            Self::Permits => "第二十条第（五）项",
            Self::Penalties | Self::Coercions => "第二十条第（六）项",
            Self::Fees => "第二十条第（八）项",
            _ => "第二十条第（一）项",
        }
    }
}

/// An amount in 万元, exact to the fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount {
    /// In fen: a millionth of 万元.
    pub fen: u64,
}

const FEN: u64 = 1_000_000;

impl fmt::Display for Amount {
    /// In 万元, without needless zeros: `12.5`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.fen / FEN, self.fen % FEN);
        if rest == 0 {
            return write!(formatter, "{whole}");
        }
        let decimals = format!("{rest:06}");
        write!(formatter, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

impl FromStr for Amount {
    type Err = ();

    /// Reads 万元 with up to six decimals.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(decimals) {
            return Err(());
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > 6 {
            return Err(());
        }
        let rest: u64 = format!("{decimals:0<6}").parse().map_err(|_| ())?;
        let whole: u64 = whole.parse().map_err(|_| ())?;
        let fen = whole.checked_mul(FEN).and_then(|fen| fen.checked_add(rest)).ok_or(())?;
        Ok(Self { fen })
    }
}

/// The ten numbers of the present form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProactiveNumbers {
    counts: [u64; 9],
    /// 行政事业性收费.
    pub fees: Amount,
}

impl ProactiveNumbers {
    /// A number; the fees in fen.
    pub fn get(&self, cell: ProactiveCell) -> u64 {
        match cell {
            ProactiveCell::Fees => self.fees.fen,
            cell => self.counts.get(cell as usize).copied().unwrap_or(0),
        }
    }

    /// Puts a number in; the fees in fen.
    pub fn set(&mut self, cell: ProactiveCell, number: u64) {
        match cell {
            ProactiveCell::Fees => self.fees.fen = number,
            cell => {
                if let Some(count) = self.counts.get_mut(cell as usize) {
                    *count = number;
                }
            }
        }
    }

    /// The number as people write it; the fees in 万元.
    pub fn written(&self, cell: ProactiveCell) -> String {
        match cell {
            ProactiveCell::Fees => self.fees.to_string(),
            cell => self.get(cell).to_string(),
        }
    }
}

/// What the reports on 2019 and 2020 stated; what a table left out is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OldProactive {
    /// 第（一）项: 规章, then 规范性文件 — 本年新制作数量, 本年新公开数量, 对外公开总数量.
    pub documents: [[Option<u64>; 3]; 2],
    /// 第（五）项 行政许可, 其他对外管理服务事项; 第（六）项 行政处罚, 行政强制 — 上一年项目数量, 本年增/减, 处理决定数量.
    pub powers: [[Option<i64>; 3]; 4],
    /// 第（八）项 行政事业性收费 — 上一年项目数量, 本年增/减.
    pub charges: [Option<i64>; 2],
    /// 第（九）项 政府集中采购: number of projects.
    pub purchases: Option<u64>,
    /// 第（九）项 政府集中采购: sum.
    pub purchased: Option<Amount>,
}

/// Table 2 in the form of its year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proactive {
    /// 国办公开办函〔2021〕30号.
    Current(ProactiveNumbers),
    /// 国办公开办函〔2019〕60号.
    Old(Box<OldProactive>),
}

impl Default for Proactive {
    fn default() -> Self {
        Self::Current(ProactiveNumbers::default())
    }
}

impl Proactive {
    /// The ten numbers, if it is in the present form.
    pub fn current(&self) -> Option<&ProactiveNumbers> {
        match self {
            Self::Current(numbers) => Some(numbers),
            Self::Old(_) => None,
        }
    }
}

/// A policy file as table 2 counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// When it was made.
    pub issued_on: Date,
    /// Its last day, if it has one.
    pub expires_on: Option<Date>,
    /// From when a later file repealed it.
    pub repealed_on: Option<Date>,
}

impl PolicyFile {
    /// Whether a cell of table 2 counts it in a year: made in it, repealed in it, or in force at its end.
    pub fn counts(&self, cell: ProactiveCell, year: i16) -> bool {
        let over = |day: Option<Date>| day.is_some_and(|day| day.year() <= year);
        match cell {
            ProactiveCell::NormativeIssued => self.issued_on.year() == year,
            ProactiveCell::NormativeRepealed => self.repealed_on.is_some_and(|day| day.year() == year),
            ProactiveCell::NormativeInForce => {
                let last =
                    self.expires_on.filter(|day| (day.month(), day.day()) != (12, 31) || day.year() < year);
                self.issued_on.year() <= year && !over(self.repealed_on) && !over(last)
            }
            _ => false,
        }
    }
}

impl ProactiveNumbers {
    /// What policy files alone tell of a year; the rest of the table is entered.
    pub fn from_policies<'a>(files: impl IntoIterator<Item = &'a PolicyFile>, year: i16) -> Self {
        let mut numbers = Self::default();
        for file in files {
            for cell in ProactiveCell::ALL.iter().filter(|cell| file.counts(**cell, year)) {
                numbers.set(*cell, numbers.get(*cell).saturating_add(1));
            }
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn policy_files_are_counted_where_their_days_put_them() {
        let file = |issued_on, expires_on, repealed_on| PolicyFile { issued_on, expires_on, repealed_on };
        let files = [
            file(date(2017, 5, 10), None, Some(date(2020, 7, 20))),
            file(date(2018, 6, 1), Some(date(2020, 12, 31)), None),
            file(date(2018, 6, 1), Some(date(2020, 5, 31)), None),
            file(date(2020, 7, 20), None, None),
            file(date(2021, 1, 1), None, None),
        ];
        let counted = |year| {
            let numbers = ProactiveNumbers::from_policies(&files, year);
            let cells = [
                ProactiveCell::NormativeIssued,
                ProactiveCell::NormativeRepealed,
                ProactiveCell::NormativeInForce,
            ];
            cells.map(|cell| numbers.get(cell))
        };
        assert_eq!(counted(2017), [1, 0, 1]);
        assert_eq!(counted(2019), [0, 0, 3]);
        assert_eq!(
            counted(2020),
            [1, 1, 2],
            "one was repealed, one ran out in May, one holds to the last day"
        );
        assert_eq!(counted(2021), [1, 0, 2]);
    }
}
