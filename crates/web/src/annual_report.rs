//! An annual report as files and as a disclosure: what the office, the command line and the demonstration all need.

use bytes::Bytes;
use domain::annual_report::AnnualReport;
use domain::disclosure::{Disclosure, Kind};
use jiff::civil::Date;
use tables::annual_report::{Piece, lay_out, write_docx, write_html, write_xlsx};

/// `某某局2020年政府信息公开工作年度报告`.
pub fn title(report: &AnnualReport) -> String {
    format!("{}{}年政府信息公开工作年度报告", report.unit, report.year)
}

/// The report for print.
pub fn printable(report: &AnnualReport, date: Date, sample: bool) -> print::Report {
    let cell = |cell: tables::annual_report::PlacedCell| print::GridCell {
        text: cell.text,
        at: cell.at,
        span: cell.span,
        is_label: cell.is_label,
    };
    let piece = |piece| match piece {
        Piece::Heading(text) => print::Piece::Heading(text.to_owned()),
        Piece::Paragraph(text) => print::Piece::Paragraph(text),
        Piece::Table(table) => print::Piece::Table(print::Grid {
            widths: table.widths,
            header_rows: table.header_rows,
            cells: table.cells.into_iter().map(cell).collect(),
        }),
    };
    print::Report {
        title: title(report),
        author: report.unit.clone(),
        pieces: lay_out(report).into_iter().map(piece).collect(),
        date,
        sample,
    }
}

/// A form a report is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A page of its own.
    Html,
    /// Word.
    Docx,
    /// PDF.
    Pdf,
    /// Excel.
    Xlsx,
}

impl Format {
    /// Those that are attached when a report is published.
    pub const ATTACHED: [Self; 3] = [Self::Docx, Self::Pdf, Self::Xlsx];

    /// The ending of a file's name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format of that ending.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Html, Self::Docx, Self::Pdf, Self::Xlsx].into_iter().find(|format| format.word() == word)
    }
}

/// Why a report was not written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// As Word or Excel.
    #[error(transparent)]
    Table(#[from] tables::sheet::WriteFault),
    /// As PDF.
    #[error(transparent)]
    Print(#[from] print::PrintError),
}

/// Writes a report. PDF takes a processor for some hundred milliseconds: call it off the request's thread.
///
/// # Errors
/// [`Unwritten`].
pub fn write(
    report: &AnnualReport,
    format: Format,
    (date, sample): (Date, bool),
    fonts: &print::Fonts,
) -> Result<Vec<u8>, Unwritten> {
    Ok(match format {
        Format::Html => {
            let title = tables::rich::escape(&title(report));
            format!(
                "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body><h1>{title}</h1>{}</body></html>\n",
                write_html(report)
            )
            .into_bytes()
        }
        Format::Docx => write_docx(report)?,
        Format::Pdf => print::report(&printable(report, date, sample), fonts)?.bytes,
        Format::Xlsx => write_xlsx(report)?,
    })
}

/// A file that is published with a report.
pub struct Attached {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Bytes,
}

/// The disclosure a report is published as, without its files, and these.
///
/// # Errors
/// [`Unwritten`].
pub fn disclosure(
    report: &AnnualReport,
    (date, sample): (Date, bool),
    fonts: &print::Fonts,
) -> Result<(Disclosure, Vec<Attached>), Unwritten> {
    let mut files = Vec::new();
    for format in Format::ATTACHED {
        let bytes = write(report, format, (date, sample), fonts)?;
        let name = format!("{}.{}", title(report), format.word());
        let media_type = crate::office::media_type(&name);
        files.push(Attached { name, media_type, bytes: Bytes::from(bytes) });
    }
    let content = Disclosure {
        title: title(report),
        body: write_html(report),
        kind: Kind::AnnualReport,
        subject: "综合政务".to_owned(),
        formed_on: Some(date),
        keywords: vec!["政府信息公开".to_owned(), "年度报告".to_owned(), format!("{}年", report.year)],
        summary: report.requests_sentence(),
        ..Disclosure::default()
    };
    Ok((content, files))
}
