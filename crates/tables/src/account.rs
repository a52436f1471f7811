//! The ledger of accounts (政务新媒体和网站清单) as a table: accounts read from under a header of the office's own, and the
//! ledger written as a workbook.

use crate::document::{Cover, Document, Grid};
use crate::rendered::{Paper, Rendered, RenderedCell, RenderedHeader, RenderedLine, RenderedRow};
use crate::sheet::WriteFault;
use domain::account::{Account, Field, State};
use domain::finding::{Finding, Place, arrange};
use domain::unit::Directory;
use std::collections::BTreeMap;

/// An account of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub at: Place,
    /// The account.
    pub account: Account,
    /// Whether it is in use.
    pub state: State,
}

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// The accounts, in the table's order.
    pub rows: Vec<Row>,
    /// What was not understood, with its place.
    pub findings: Vec<Finding>,
}

/// The column of the row's number, which says nothing.
const NUMBER: &str = "序号";

/// Reads the accounts of every table that has a header with a name and a host.
pub fn read(document: &Document, directory: &Directory) -> Read {
    let mut read = Read::default();
    for (number, grid) in document.tables.iter().enumerate() {
        let cover = grid.cover();
        if let Some((header, columns)) = header(grid, &cover) {
            unknown_columns(&mut read, number, header, grid, &cover);
            for row in header + 1..grid.rows {
                read_row(&mut read, (number, row), grid, &cover, &columns, directory);
            }
        } else if grid.cells.iter().any(|cell| !cell.text.is_empty()) {
            let message = "没有找到表头。表头应至少有“账号名称”和“主办单位”两列。";
            read.findings.push(Finding::error("account-header-missing", message).at(Place::table(number)));
        }
    }
    read.findings = arrange(read.findings);
    read
}

/// Which column holds what.
type Columns = BTreeMap<Field, usize>;

fn header(grid: &Grid, cover: &Cover<'_>) -> Option<(usize, Columns)> {
    (0..grid.rows).find_map(|row| {
        let columns = named(row, grid, cover);
        let enough = columns.contains_key(&Field::Name) && columns.contains_key(&Field::Host);
        enough.then_some((row, columns))
    })
}

/// The columns that a row names; of two with one name, the first.
fn named(row: usize, grid: &Grid, cover: &Cover<'_>) -> Columns {
    let mut columns = Columns::new();
    for column in 0..grid.columns {
        if let Some(field) = Field::of_header(cover.text(row, column)) {
            columns.entry(field).or_insert(column);
        }
    }
    columns
}

fn unknown_columns(read: &mut Read, table: usize, header: usize, grid: &Grid, cover: &Cover<'_>) {
    for column in 0..grid.columns {
        let text = cover.text(header, column);
        if !text.is_empty() && text != NUMBER && Field::of_header(text).is_none() {
            let message = format!("清单中没有“{text}”这一栏，没有读入。");
            let place = Place::cell(table, header, column);
            read.findings.push(Finding::info("account-column-unknown", message).at(place));
        }
    }
}

fn read_row(
    read: &mut Read,
    (table, row): (usize, usize),
    grid: &Grid,
    cover: &Cover<'_>,
    columns: &Columns,
    directory: &Directory,
) {
    let cells: BTreeMap<Field, String> = columns
        .iter()
        .map(|(field, column)| (*field, cover.text(row, *column).to_owned()))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    // A header is repeated on each page of some ledgers.
    if cells.is_empty() || named(row, grid, cover).len() > 1 {
        return;
    }
    let at = Place::row(table, row);
    if !cells.contains_key(&Field::Name) {
        let words: Vec<&str> = cover.row(row).iter().map(|cell| cell.text.as_str()).collect();
        let message = format!("这一行没有账号名称，没有读入：{}。", words.join(" "));
        read.findings.push(Finding::warning("account-row-nameless", message).at(at));
        return;
    }
    let found = domain::account::read(&cells, directory);
    for (field, finding) in found.findings {
        let place = columns.get(&field).map_or(at, |column| at.at_column(*column));
        read.findings.push(finding.at(place));
    }
    if let Some(account) = found.account {
        read.rows.push(Row { at, account, state: found.state });
    }
}

/// Widths of the ledger's columns in characters, the row's number first.
const WIDTHS: [f64; 12] = [6.0, 24.0, 16.0, 20.0, 28.0, 28.0, 12.0, 18.0, 14.0, 36.0, 10.0, 10.0];

/// Writes the ledger as .xlsx; `about` stands between the title and the table, each row has a cell for each of
/// [`Field::ALL`].
///
/// # Errors
/// [`WriteFault`], when the ledger is larger than a worksheet.
pub fn write_xlsx(
    title: &str,
    about: &str,
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<Vec<u8>, WriteFault> {
    let numbered = (1..).zip(rows).map(|(number, row): (usize, Vec<String>)| {
        let cells = std::iter::once(number.to_string()).chain(row);
        RenderedRow::Cells(cells.map(RenderedCell::new).collect())
    });
    let headers = std::iter::once(NUMBER).chain(Field::ALL.iter().map(|field| field.label()));
    crate::rendered::write_xlsx(&[Rendered {
        sheet: "账号清单".to_owned(),
        title: title.to_owned(),
        above: vec![RenderedLine::title(), RenderedLine::plain(about.to_owned())],
        header: RenderedHeader::flat(headers.map(str::to_owned)),
        header_rows: 1,
        widths: WIDTHS.to_vec(),
        rows: numbered.collect(),
        below: Vec::new(),
        paper: Paper::A3Landscape,
    }])
}
