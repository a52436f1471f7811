//! A report as a Word document or an Excel workbook, its tables with the labels and merged cells of the form.

use crate::rendered::{Paper, Rendered, RenderedCell, RenderedHeader, RenderedLine, RenderedRow};
use crate::sheet::WriteFault;
use domain::annual_report::{
    AnnualReport, Cell, Column, DisputeKind, DisputeResult, Disputes, PARTS, ProactiveCell, ReportRow,
    Requests,
};
use domain::request::{Group, Row};

/// Writes a report as .docx.
///
/// # Errors
/// [`WriteFault`], when the archive cannot be built.
pub fn write_docx(report: &AnnualReport) -> Result<Vec<u8>, WriteFault> {
    crate::rendered::write_docx(&render(report))
}

/// Writes a report as .xlsx, a table a sheet.
///
/// # Errors
/// [`WriteFault`], when a text is longer than a cell can hold.
pub fn write_xlsx(report: &AnnualReport) -> Result<Vec<u8>, WriteFault> {
    crate::rendered::write_xlsx(&render(report))
}

pub(super) fn render(report: &AnnualReport) -> [Rendered; 3] {
    let title = format!("{}{}年政府信息公开工作年度报告", report.unit, report.year);
    let line = RenderedLine::of_text;
    let lines = |text: &str| text.lines().map(line).collect::<Vec<_>>();
    let mut above = vec![RenderedLine::title(), line(PARTS[0])];
    above.extend(lines(&report.overall));
    above.push(line(PARTS[1]));
    let below = [vec![line(PARTS[4])], lines(&report.problems), vec![line(PARTS[5])], lines(&report.others)];
    let table = |sheet: &str, widths: Vec<f64>| Rendered {
        sheet: sheet.to_owned(),
        title: title.clone(),
        above: Vec::new(),
        header: Vec::new(),
        header_rows: 0,
        widths,
        rows: Vec::new(),
        below: Vec::new(),
        paper: Paper::A4,
    };
    [
        Rendered { above, rows: proactive(report), ..table("主动公开", vec![22.0; 4]) },
        Rendered {
            above: vec![line(PARTS[2])],
            header: requests_header(),
            header_rows: 3,
            rows: requests(report),
            ..table("依申请公开", [vec![8.0, 10.0, 26.0], vec![7.0; 7]].concat())
        },
        Rendered {
            above: vec![line(PARTS[3])],
            header: disputes_header(),
            header_rows: 3,
            rows: vec![RenderedRow::Cells(disputes(report))],
            below: below.into_iter().flatten().collect(),
            ..table("复议诉讼", vec![6.0; 15])
        },
    ]
}

/// The number as the form shows it; a cell that was blank stays so.
fn shown(report: &AnnualReport, cell: Cell) -> String {
    if report.blank.contains(&cell) {
        return String::new();
    }
    match cell {
        Cell::Proactive(cell) => {
            report.proactive.current().map_or_else(String::new, |table| table.written(cell))
        }
        cell => report.number(cell).to_string(),
    }
}

fn wide(text: impl Into<String>, columns: usize) -> Vec<RenderedCell> {
    let cell = RenderedCell { column_span: columns, centred: true, ..RenderedCell::new(text.into()) };
    let covered = || RenderedCell { column_span: 0, ..RenderedCell::new(String::new()) };
    std::iter::once(cell).chain(std::iter::repeat_with(covered).take(columns.saturating_sub(1))).collect()
}

/// A number over some columns, with the cell's word.
fn keyed(report: &AnnualReport, cell: Cell, columns: usize) -> Vec<RenderedCell> {
    let mut cells = wide(shown(report, cell), columns);
    if let Some(first) = cells.first_mut() {
        first.key = Some(cell.word());
    }
    cells
}

fn proactive(report: &AnnualReport) -> Vec<RenderedRow> {
    let mut rows = Vec::new();
    for block in ProactiveCell::ALL.chunk_by(|one, next| one.block() == next.block()) {
        rows.push(RenderedRow::Cells(wide(block.first().map_or("", |cell| cell.block()), 4)));
        let lines: Vec<&[ProactiveCell]> = block.chunk_by(|one, next| one.row() == next.row()).collect();
        let first = lines.first().copied().unwrap_or_default();
        let heads = first.iter().map(|cell| cell.column().to_owned()).collect();
        rows.push(across("信息内容", heads));
        for line in lines {
            let mut cells = wide(line.first().map_or("", |cell| cell.row()), 1);
            for cell in line {
                cells.extend(keyed(report, Cell::Proactive(*cell), 3 / line.len().max(1)));
            }
            rows.push(RenderedRow::Cells(cells));
        }
    }
    rows
}

/// A label, and one or three texts over the other three columns.
fn across(label: &str, texts: Vec<String>) -> RenderedRow {
    let span = 3 / texts.len().max(1);
    let cells = wide(label, 1).into_iter().chain(texts.into_iter().flat_map(|text| wide(text, span)));
    RenderedRow::Cells(cells.collect())
}

fn header(text: &str, (row, rows): (usize, usize), (column, columns): (usize, usize)) -> RenderedHeader {
    RenderedHeader { text: text.to_owned(), row, column, row_span: rows, column_span: columns }
}

fn requests_header() -> Vec<RenderedHeader> {
    let mut cells = vec![
        header(Requests::HEAD, (0, 3), (0, 3)),
        header(Requests::APPLICANTS, (0, 1), (3, 7)),
        header(Requests::ORGANISATIONS, (1, 1), (4, 5)),
    ];
    for column in Column::all() {
        let place = 3 + column.index();
        let alone = matches!(column.index(), 0 | 6);
        cells.push(header(column.label(), if alone { (1, 2) } else { (2, 1) }, (place, 1)));
    }
    cells
}

fn requests(report: &AnnualReport) -> Vec<RenderedRow> {
    let results = Row::ALL.len() + 1;
    let mut rows = Vec::new();
    for row in ReportRow::all() {
        let mut cells = match row {
            ReportRow::New | ReportRow::CarriedIn | ReportRow::CarriedOut => wide(row.label(), 3),
            ReportRow::Result(_) | ReportRow::ResultsTotal => {
                let first = row == ReportRow::Result(Row::Granted);
                let label = RenderedCell::new(Requests::RESULTS.to_owned());
                let mut cells = vec![RenderedCell { row_span: if first { results } else { 0 }, ..label }];
                cells.extend(result_labels(row));
                cells
            }
        };
        cells.extend(Column::all().flat_map(|column| keyed(report, Cell::Request(row, column), 1)));
        rows.push(RenderedRow::Cells(cells));
    }
    rows
}

/// The group and the row's own label, or one over both where the group has a single row.
fn result_labels(row: ReportRow) -> Vec<RenderedCell> {
    let ReportRow::Result(row) = row else { return wide(row.label(), 2) };
    let group = row.group();
    if matches!(group, Group::Granted | Group::Partial) {
        return wide(row.label(), 2);
    }
    let members: Vec<&Row> = Row::ALL.iter().filter(|other| other.group() == group).collect();
    let first = members.first() == Some(&&row);
    vec![
        RenderedCell {
            row_span: if first { members.len() } else { 0 },
            ..RenderedCell::new(group.label().to_owned())
        },
        RenderedCell::new(row.label().to_owned()),
    ]
}

fn disputes_header() -> Vec<RenderedHeader> {
    let mut cells = vec![
        header(DisputeKind::Review.label(), (0, 1), (0, 5)),
        header(Disputes::LAWSUITS, (0, 1), (5, 10)),
        header(DisputeKind::LawsuitDirect.label(), (1, 1), (5, 5)),
        header(DisputeKind::LawsuitAfterReview.label(), (1, 1), (10, 5)),
    ];
    for (index, kind) in DisputeKind::ALL.iter().enumerate() {
        let rows = if *kind == DisputeKind::Review { (1, 2) } else { (2, 1) };
        for (place, result) in DisputeResult::ALL.iter().enumerate() {
            cells.push(header(result.label(), rows, (index * 5 + place, 1)));
        }
    }
    cells
}

fn disputes(report: &AnnualReport) -> Vec<RenderedCell> {
    report
        .disputes
        .cells()
        .flat_map(|(kind, result, _)| keyed(report, Cell::Dispute(kind, result), 1))
        .collect()
}
