//! Lists as Excel workbooks: a frozen header, sensible widths, real numbers and dates. Text is always text, so no
//! cell of a list can become a formula.

use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteFault {
    /// More rows or columns than a worksheet has.
    #[error("内容超过了一张工作表能容纳的行数或列数。请缩小范围后分次导出。")]
    TooLarge,
    /// The writer's own complaint.
    #[error("导出文件时出错，请缩小范围后重试。")]
    Writer(#[from] XlsxError),
    /// The archive's own complaint.
    #[error("导出文件时出错，请缩小范围后重试。")]
    Archive(#[from] zip::result::ZipError),
    /// The memory's own complaint.
    #[error("导出文件时出错，请缩小范围后重试。")]
    Io(#[from] std::io::Error),
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The header.
    pub header: String,
    /// Its width in characters.
    pub width: f64,
}

impl Column {
    /// A column.
    pub fn new(header: impl Into<String>, width: f64) -> Self {
        Self { header: header.into(), width }
    }
}

/// A cell of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, written as text whatever it looks like.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A share from 0 to 100, shown with %.
    Percent(u8),
    /// A day.
    Date(Date),
    /// Nothing.
    Empty,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Option<Date>> for Value {
    fn from(day: Option<Date>) -> Self {
        day.map_or(Self::Empty, Self::Date)
    }
}

/// Writes a list as .xlsx; the header is the first row and stays in view.
///
/// # Errors
/// [`WriteFault`], when the list is larger than a worksheet.
pub fn write(
    title: &str,
    columns: &[Column],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<Vec<u8>, WriteFault> {
    let mut workbook = new_workbook(title)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(title, "导出"))?;
    let header = Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_border(FormatBorder::Thin)
        .set_text_wrap();
    let text = Format::new().set_align(FormatAlign::Top).set_text_wrap();
    let day = text.clone().set_num_format("yyyy-mm-dd");
    let percent = text.clone().set_num_format("0%");
    for (index, column) in (0_u16..).zip(columns) {
        sheet.set_column_width(index, column.width.clamp(2.0, 255.0))?;
        sheet.write_string_with_format(0, index, cut(&column.header), &header)?;
    }
    let mut row = 0_u32;
    for values in rows {
        row += 1;
        for (column, value) in (0_u16..).zip(values) {
            match value {
                Value::Empty => continue,
                Value::Text(value) => sheet.write_string_with_format(row, column, cut(&value), &text)?,
                Value::Number(value) => sheet.write_number_with_format(row, column, value, &text)?,
                #[expect(clippy::cast_precision_loss, reason = "counts and ids here stay far below 2^53")]
                Value::Integer(value) => sheet.write_number_with_format(row, column, value as f64, &text)?,
                Value::Percent(value) => {
                    sheet.write_number_with_format(row, column, f64::from(value) / 100.0, &percent)?
                }
                Value::Date(value) => match excel_day(value) {
                    Some(date) => sheet.write_datetime_with_format(row, column, date, &day)?,
                    None => sheet.write_string_with_format(row, column, value.to_string(), &text)?,
                },
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    if let Some(last) = u16::try_from(columns.len()).ok().and_then(|count| count.checked_sub(1)) {
        sheet.autofilter(0, 0, row, last)?;
    }
    finished(workbook)
}

fn excel_day(day: Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|year| *year >= 1900)?;
    ExcelDateTime::from_ymd(year, u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?).ok()
}

/// A cell of Excel holds 32,767 characters; the rest is said to be left out.
fn cut(text: &str) -> String {
    const MOST: usize = domain::limits::CELL_CHARACTERS_MAX;
    if text.len() <= MOST || text.chars().count() <= MOST {
        return text.to_owned();
    }
    const MARK: &str = "……（超出单元格上限，未全部导出）";
    let kept = MOST - MARK.chars().count();
    text.chars().take(kept).chain(MARK.chars()).collect()
}

/// A workbook that does not tell when it was made: the same content gives the same bytes.
pub(crate) fn new_workbook(title: &str) -> Result<Workbook, WriteFault> {
    let mut workbook = Workbook::new();
    let title: String = title.chars().take(255).collect();
    let made = ExcelDateTime::from_ymd(2020, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    Ok(workbook)
}

pub(crate) fn finished(mut workbook: Workbook) -> Result<Vec<u8>, WriteFault> {
    Ok(workbook.save_to_buffer()?)
}

/// A name Excel accepts: at most 31 characters, none of `[]:*?/\`, no quotes at the ends.
pub(crate) fn sheet_name(name: &str, otherwise: &str) -> String {
    let clean: String = name
        .chars()
        .filter(|c| !c.is_control() && !"[]:*?/\\'".contains(*c))
        .collect::<String>()
        .trim()
        .to_owned();
    let mut units = 0;
    let short: String = clean
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= 31
        })
        .collect();
    if short.is_empty() || short.eq_ignore_ascii_case("history") { otherwise.to_owned() } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_made_acceptable() {
        assert_eq!(sheet_name("任务[1]/分解:表", "导出"), "任务1分解表");
        assert_eq!(sheet_name(" '' ", "导出"), "导出");
        assert_eq!(sheet_name(&"长".repeat(40), "导出").chars().count(), 31);
    }
}
