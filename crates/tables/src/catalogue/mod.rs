//! Standard catalogues (标准目录): a document's tables into [`Catalogue`]s, columns found by their meaning, and a catalogue
//! back into the official ten-column table.
//!
//! One file may hold several sectors, one a table, a sheet or a part of a table under a title of its own. What could not
//! be placed is never guessed: a mark that cannot be read is *unknown*, a row whose columns cannot be told is reported
//! with its words and kept among the notes, a table without a header that means anything is refused.

mod body;
mod csv;
mod header;
mod layout;
mod role;
mod row;
mod section;
mod starter;
mod word;
mod workbook;

pub use csv::write_csv;
pub use layout::{HeaderCell, Layout, OfficialRow};
pub use role::ColumnRole;
pub use starter::Starter;
pub use word::write_docx;
pub use workbook::write_xlsx;

use crate::Document;
use domain::catalogue::{Catalogue, Field, check};
use domain::finding::{Finding, Place, arrange};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a column means, with its header as written (several rows joined).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedColumn {
    /// The header.
    pub header: String,
    /// What it means.
    pub role: ColumnRole,
}

/// The columns of a table, from left to right.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The columns.
    pub columns: Vec<MappedColumn>,
}

impl Mapping {
    /// The headers in a form that stays the same for tables made alike: what a correction is remembered under.
    pub fn signature(&self) -> String {
        self.columns.iter().map(|column| role::bare(&column.header)).collect::<Vec<_>>().join("|")
    }

    fn has(&self, role: ColumnRole) -> bool {
        self.columns.iter().any(|column| column.role == role)
    }

    /// The fields for which the table has a column.
    fn fields(&self) -> BTreeSet<Field> {
        self.columns.iter().filter_map(|column| column.role.field()).collect()
    }
}

/// A catalogue with the mapping it was read by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// The catalogue.
    pub catalogue: Catalogue,
    /// What its columns were taken to mean.
    pub mapping: Mapping,
}

/// Reads every catalogue of a document. `known` are mappings a person corrected; they hold for tables with the same
/// headers. `statutory` is the law's period in working days, for the clerk's checks, whose findings are included.
pub fn read(document: &Document, known: &[Mapping], statutory: u32) -> (Vec<Read>, Vec<Finding>) {
    let mut findings = Vec::new();
    let reads = section::read(document, known, &mut findings);
    if reads.is_empty() {
        findings.push(Finding::error(
            "catalogue-missing",
            "没有找到标准目录的表头（如“序号、公开事项、公开内容（要素）、公开依据、公开时限、公开主体、公开渠道和载体”）。请确认上传的是目录表，或在原表加上表头后重新上传。",
        ));
    }
    for read in &reads {
        missing_columns(read, &mut findings);
        let fields = read.mapping.fields();
        let checked = check::catalogue(&read.catalogue, statutory);
        // A column the table does not have is said once, not for every item.
        let missing = |field: Field| !fields.contains(&field);
        let told = |found: &check::ItemFinding| {
            !(found.field.is_some_and(missing) && found.finding.code.ends_with("-missing"))
        };
        findings.extend(checked.into_iter().filter(told).map(|found| found.finding));
    }
    (reads, arrange(findings))
}

fn missing_columns(read: &Read, findings: &mut Vec<Finding>) {
    let fields = read.mapping.fields();
    let wanted = Field::ALL.into_iter().filter(|field| !matches!(field, Field::Extra | Field::Level1));
    let named = fields.contains(&Field::Level1) || fields.contains(&Field::Level2);
    let missing: Vec<&str> = wanted
        .filter(|field| !(fields.contains(field) || *field == Field::Level2 && named))
        .map(Field::label)
        .collect();
    if !missing.is_empty() {
        let first = read.catalogue.items.first().map(|item| item.origin.0).unwrap_or_default();
        findings.push(
            Finding::warning(
                "column-missing",
                format!(
                    "“{}”的表头中没有“{}”列。有这一列的，请指定是哪一列；确实没有的，请逐项补充。",
                    title_of(read),
                    missing.join("”“")
                ),
            )
            .at(Place { table: first.table, row: None, column: None }),
        );
    }
}

fn title_of(read: &Read) -> &str {
    if read.catalogue.title.is_empty() { "目录" } else { &read.catalogue.title }
}
