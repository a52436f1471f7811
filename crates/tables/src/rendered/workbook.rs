//! Tables as an Excel workbook, one a sheet: merged cells, widths, a header that stays in view and on each page.

use super::{LineKind, Paper, Rendered, RenderedLine, RenderedRow};
use crate::sheet::{WriteFault, finished, new_workbook, sheet_name};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet};

/// Writes tables as .xlsx.
///
/// # Errors
/// [`WriteFault`], when a table is larger than a worksheet.
pub(crate) fn write_xlsx(tables: &[Rendered]) -> Result<Vec<u8>, WriteFault> {
    let mut workbook = new_workbook(tables.first().map_or("", |table| table.title.as_str()))?;
    let mut names: Vec<String> = Vec::new();
    for (number, table) in (1..).zip(tables) {
        let mut name = sheet_name(&table.sheet, "表");
        if names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            let short: String = name.chars().take(25).collect();
            name = format!("{short}（{number}）");
        }
        let sheet = workbook.add_worksheet();
        sheet.set_name(&name)?;
        names.push(name);
        fill(sheet, table)?;
    }
    finished(workbook)
}

fn fill(sheet: &mut Worksheet, table: &Rendered) -> Result<(), WriteFault> {
    let last_column =
        u16::try_from(table.widths.len().saturating_sub(1)).map_err(|_| WriteFault::TooLarge)?;
    for (column, width) in (0_u16..).zip(&table.widths) {
        sheet.set_column_width(column, *width)?;
    }
    let title_format = Format::new()
        .set_font_name("方正小标宋简体")
        .set_font_size(TITLE_POINTS)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    let line_format = Format::new().set_font_name("仿宋_GB2312").set_font_size(LINE_POINTS).set_text_wrap();
    let cell_format = Format::new()
        .set_font_name("仿宋_GB2312")
        .set_font_size(11)
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin);
    let centred_format = cell_format.clone().set_align(FormatAlign::Center);
    let header_format = centred_format.clone().set_font_name("黑体").set_bold();
    let heading_format = cell_format.clone().set_font_name("黑体");
    let mut row = 0;
    let width: f64 = table.widths.iter().sum();
    let text = |sheet: &mut Worksheet, row: u32, line: &RenderedLine| {
        let (text, format, points) = match line.kind {
            LineKind::Title => (&table.title, &title_format, TITLE_POINTS),
            _ => (&line.text, &line_format, LINE_POINTS),
        };
        // Excel finds the height of a row by itself, but not of one whose cells are merged.
        sheet.set_row_height(row, height(text, width, points))?;
        across(sheet, row, last_column, text, format)
    };
    for line in &table.above {
        text(sheet, row, line)?;
        row += 1;
    }
    let header_row = row;
    let header_rows = u32::try_from(table.header_rows).map_err(|_| WriteFault::TooLarge)?;
    for header in &table.header {
        let top = header_row + u32::try_from(header.row).map_err(|_| WriteFault::TooLarge)?;
        let left = u16::try_from(header.column).map_err(|_| WriteFault::TooLarge)?;
        let bottom = top + u32::try_from(header.row_span.max(1) - 1).map_err(|_| WriteFault::TooLarge)?;
        let right = left + u16::try_from(header.column_span.max(1) - 1).map_err(|_| WriteFault::TooLarge)?;
        if (top, left) == (bottom, right) {
            sheet.write_string_with_format(top, left, header.text.as_str(), &header_format)?;
        } else {
            sheet.merge_range(top, left, bottom, right, &header.text, &header_format)?;
        }
    }
    row += header_rows;
    for rendered in &table.rows {
        match rendered {
            RenderedRow::Heading(text) => across(sheet, row, last_column, text, &heading_format)?,
            RenderedRow::Cells(cells) => {
                for (column, cell) in (0_u16..).zip(cells) {
                    let format = if cell.centred { &centred_format } else { &cell_format };
                    match (cell.row_span, cell.column_span) {
                        (0, _) | (_, 0) => {}
                        (1, 1) => write(sheet, row, column, &cell.text, format)?,
                        (rows, columns) => {
                            let below = u32::try_from(rows - 1).map_err(|_| WriteFault::TooLarge)?;
                            let beside = u16::try_from(columns - 1).map_err(|_| WriteFault::TooLarge)?;
                            sheet.merge_range(row, column, row + below, column + beside, "", format)?;
                            write(sheet, row, column, &cell.text, format)?;
                        }
                    }
                }
            }
        }
        row += 1;
    }
    for line in &table.below {
        text(sheet, row, line)?;
        row += 1;
    }
    sheet.set_freeze_panes(header_row + header_rows, 0)?;
    sheet.set_repeat_rows(header_row, header_row + header_rows.max(1) - 1)?;
    // 8 is A3, 9 is A4.
    sheet.set_paper_size(if table.paper == Paper::A3Landscape { 8 } else { 9 }).set_print_fit_to_pages(1, 0);
    if table.paper != Paper::A4 {
        sheet.set_landscape();
    }
    Ok(())
}

/// Of the title and of lines.
const TITLE_POINTS: f64 = 18.0;
const LINE_POINTS: f64 = 12.0;
/// Widths of columns are told in characters of this size.
const WIDTH_POINTS: f64 = 11.0;
/// The height of a line, in times its characters' size.
const LEADING: f64 = 1.5;
/// No row is higher, in points.
const HEIGHT_MAX: f64 = 409.0;

/// How high a row is whose text is broken over so many characters' width.
fn height(text: &str, width: f64, points: f64) -> f64 {
    let room = (width * WIDTH_POINTS / points).max(1.0);
    let lines = |line: &str| {
        // A Chinese character is as wide as two others.
        let taken: f64 = line.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum();
        (taken / room).ceil().max(1.0)
    };
    let lines: f64 = text.split('\n').map(lines).sum();
    (lines * points * LEADING).min(HEIGHT_MAX)
}

/// One text over the whole width.
fn across(
    sheet: &mut Worksheet,
    row: u32,
    last_column: u16,
    text: &str,
    format: &Format,
) -> Result<(), WriteFault> {
    if last_column == 0 {
        sheet.write_string_with_format(row, 0, text, format)?;
    } else {
        sheet.merge_range(row, 0, row, last_column, text, format)?;
    }
    Ok(())
}

/// Text is always written as text, so no cell can become a formula; a plain whole number as a number.
fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &Format,
) -> Result<(), WriteFault> {
    let whole: Option<u32> = text.parse().ok().filter(|number: &u32| number.to_string() == text);
    match whole {
        Some(number) => sheet.write_number_with_format(row, column, number, format)?,
        None if text.is_empty() => sheet.write_blank(row, column, format)?,
        None => sheet.write_string_with_format(row, column, text, format)?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::height;

    #[test]
    fn a_long_text_has_as_many_lines_as_it_needs() {
        assert_eq!(height("短", 88.0, 12.0), 18.0);
        // 88 characters of 11 points are 80 of 12, or 40 Chinese ones.
        assert_eq!(height(&"长".repeat(40), 88.0, 12.0), 18.0);
        assert_eq!(height(&"长".repeat(41), 88.0, 12.0), 36.0);
        assert_eq!(height("一\n二\n三", 88.0, 12.0), 54.0);
        assert_eq!(height(&"长".repeat(4_000), 88.0, 12.0), 409.0);
    }
}
