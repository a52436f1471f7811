//! Which column means what; what a person may correct and the office remembers.

use super::synonym;
use crate::Document;
use serde::{Deserialize, Serialize};

/// What a column means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnRole {
    /// 序号.
    Number,
    /// 主要任务.
    Task,
    /// 具体内容.
    Content,
    /// 责任单位.
    Unit,
    /// 牵头单位.
    LeadUnit,
    /// 配合单位.
    CooperatingUnit,
    /// 完成时限.
    Due,
    /// 备注.
    Remark,
    /// Anything else: kept with the assignment as it is.
    #[default]
    Extra,
}

impl ColumnRole {
    /// Every role, in the order a person chooses from.
    pub const ALL: [Self; 9] = [
        Self::Number,
        Self::Task,
        Self::Content,
        Self::Unit,
        Self::LeadUnit,
        Self::CooperatingUnit,
        Self::Due,
        Self::Remark,
        Self::Extra,
    ];

    /// The word used in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Task => "task",
            Self::Content => "content",
            Self::Unit => "unit",
            Self::LeadUnit => "lead_unit",
            Self::CooperatingUnit => "cooperating_unit",
            Self::Due => "due",
            Self::Remark => "remark",
            Self::Extra => "extra",
        }
    }

    /// The role of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Number => "序号",
            Self::Task => "主要任务",
            Self::Content => "具体内容",
            Self::Unit => "责任单位",
            Self::LeadUnit => "牵头单位",
            Self::CooperatingUnit => "配合单位",
            Self::Due => "完成时限",
            Self::Remark => "备注",
            Self::Extra => "其他（原样保留）",
        }
    }

    /// Roles that several columns may have; of the others the first column counts.
    pub(super) fn may_repeat(self) -> bool {
        matches!(self, Self::Unit | Self::LeadUnit | Self::CooperatingUnit | Self::Extra)
    }

    pub(super) fn names_units(self) -> bool {
        matches!(self, Self::Unit | Self::LeadUnit | Self::CooperatingUnit)
    }
}

/// A column with its header and meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedColumn {
    /// The header as written; two-row headers are joined.
    pub header: String,
    /// What it means.
    pub role: ColumnRole,
}

/// Where the plan stands in a document and what its columns mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The table, from 0.
    pub table: usize,
    /// The first row of the header, from 0.
    pub header_row: usize,
    /// How many rows the header has; 0 when there is none.
    pub header_rows: usize,
    /// The columns, from left to right.
    pub columns: Vec<MappedColumn>,
}

impl Mapping {
    /// The headers in a form that stays the same for tables made alike: what a correction is remembered under.
    /// Empty for a table without header: a correction of one says nothing about another.
    pub fn signature(&self) -> String {
        if self.header_rows == 0 {
            return String::new();
        }
        let headers: Vec<String> = self.columns.iter().map(|column| synonym::bare(&column.header)).collect();
        headers.join("|")
    }

    /// The same table with other meanings, column by column; columns beyond `roles` keep theirs.
    #[must_use]
    pub fn with_roles(&self, roles: &[ColumnRole]) -> Self {
        let mut mapping = self.clone();
        for (column, role) in mapping.columns.iter_mut().zip(roles) {
            column.role = *role;
        }
        mapping
    }

    /// The roles, from left to right.
    pub fn roles(&self) -> Vec<ColumnRole> {
        self.columns.iter().map(|column| column.role).collect()
    }

    /// Whether the mapping can be used on a document.
    pub(super) fn fits(&self, document: &Document) -> bool {
        let Some(grid) = document.tables.get(self.table) else { return false };
        self.header_row.saturating_add(self.header_rows) <= grid.rows && !self.columns.is_empty()
    }

    /// The first column of a role.
    pub(super) fn column(&self, role: ColumnRole) -> Option<usize> {
        self.columns.iter().position(|column| column.role == role)
    }

    pub(super) fn has_units(&self) -> bool {
        self.columns.iter().any(|column| column.role.names_units())
    }

    /// The first row below the header.
    pub(super) fn body_row(&self) -> usize {
        self.header_row.saturating_add(self.header_rows)
    }
}
