//! A plan as an Excel workbook in its layout: merged cells, widths, header that stays in view and on each page.

use super::layout::{Layout, ProgressColumn};
use super::render::{Rendered, RenderedRow, render};
use crate::sheet::{WriteFault, finished, new_workbook, sheet_name};
use domain::plan::Plan;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet};

/// Writes a plan as .xlsx in its layout, with columns of progress on the right if wanted.
///
/// # Errors
/// [`WriteFault`], when the plan is larger than a worksheet.
pub fn write_xlsx(
    plan: &Plan,
    layout: &Layout,
    progress: Option<&[ProgressColumn]>,
) -> Result<Vec<u8>, WriteFault> {
    let table = render(plan, layout, progress.unwrap_or_default());
    let mut workbook = new_workbook(&plan.title)?;
    let sheet = workbook.add_worksheet();
    fill(sheet, &table)?;
    finished(workbook)
}

fn fill(sheet: &mut Worksheet, table: &Rendered) -> Result<(), WriteFault> {
    sheet.set_name(sheet_name(&table.sheet, "任务分解表"))?;
    let last_column =
        u16::try_from(table.headers.len().saturating_sub(1)).map_err(|_| WriteFault::TooLarge)?;
    for (column, width) in (0_u16..).zip(&table.widths) {
        sheet.set_column_width(column, *width)?;
    }
    let title_format = Format::new()
        .set_font_name("方正小标宋简体")
        .set_font_size(18)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    let line_format = Format::new().set_font_name("仿宋_GB2312").set_font_size(12).set_text_wrap();
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
    for line in &table.above {
        let (text, format) =
            if line.is_title { (&table.title, &title_format) } else { (&line.text, &line_format) };
        if line.is_title {
            sheet.set_row_height(row, 36)?;
        }
        across(sheet, row, last_column, text, format)?;
        row += 1;
    }
    let header_row = row;
    for (column, header) in (0_u16..).zip(&table.headers) {
        sheet.write_string_with_format(row, column, header.as_str(), &header_format)?;
    }
    row += 1;
    for rendered in &table.rows {
        match rendered {
            RenderedRow::Heading(text) => across(sheet, row, last_column, text, &heading_format)?,
            RenderedRow::Cells(cells) => {
                for (column, cell) in (0_u16..).zip(cells) {
                    let format = if cell.centred { &centred_format } else { &cell_format };
                    match cell.row_span {
                        0 => {}
                        1 => write(sheet, row, column, &cell.text, format)?,
                        span => {
                            let below = u32::try_from(span - 1).map_err(|_| WriteFault::TooLarge)?;
                            sheet.merge_range(row, column, row + below, column, "", format)?;
                            write(sheet, row, column, &cell.text, format)?;
                        }
                    }
                }
            }
        }
        row += 1;
    }
    for line in &table.below {
        across(sheet, row, last_column, line, &line_format)?;
        row += 1;
    }
    sheet.set_freeze_panes(header_row + 1, 0)?;
    sheet.set_repeat_rows(header_row, header_row)?;
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    if table.landscape {
        sheet.set_landscape();
    }
    Ok(())
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
