//! Office files to domain values and back: xlsx, xls, docx, web pages and text into a [`Document`] of [`Grid`]s, a
//! document into a [`domain::plan::Plan`], [`domain::catalogue::Catalogue`]s or a
//! [`domain::annual_report::AnnualReport`], and each out again.
//!
//! Readers never panic and never lose text: what could not be placed comes back as a finding with its place.
//! A file that cannot be read at all is a [`Refusal`], one sentence saying what is wrong and what to do.
#![warn(missing_docs)]

pub mod account;
pub mod annual_report;
mod archive;
pub mod attachment;
pub mod catalogue;
pub mod convert;
mod document;
mod docx;
mod html;
pub mod icalendar;
mod kind;
pub mod letter;
mod limits;
mod normal;
pub mod plan;
mod realign;
mod refusal;
mod rendered;
pub mod rich;
pub mod sheet;
mod text;
mod xls;
mod xlsx;
mod xml;

pub use document::{Cell, Document, Grid};
pub use kind::Kind;
pub use limits::Limits;
pub use refusal::Refusal;

use domain::finding::Finding;

/// Reads a file. What it is is decided by its content; `name` only serves to tell when the two differ.
///
/// # Errors
/// [`Refusal`], when the file cannot be read, is not safe to read, or holds no table. Old formats (`.doc`, `.wps`)
/// are refused with [`Refusal::LibreOfficeMissing`]; see [`convert::read`].
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<(Document, Vec<Finding>), Refusal> {
    let (document, findings) = read_any(name, bytes, limits)?;
    if document.tables.is_empty() {
        return Err(Refusal::NoTable);
    }
    Ok((document, findings))
}

/// Reads a file that may hold no table at all.
fn read_any(name: &str, bytes: &[u8], limits: &Limits) -> Result<(Document, Vec<Finding>), Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > limits.bytes {
        return Err(Refusal::too_large("文件", limits.bytes / 1_000_000, " MB "));
    }
    let kind = kind::of(bytes)?;
    let mut findings = kind::agrees(name, kind)?.into_iter().collect();
    let mut document = match kind {
        Kind::Xlsx => xlsx::read(bytes, limits, &mut findings)?,
        Kind::Docx => docx::read(bytes, limits, &mut findings)?,
        Kind::Xls => xls::read(bytes, limits, &mut findings)?,
        Kind::Html => html::read(bytes, limits, &mut findings)?,
        Kind::Text => text::read(bytes, limits, &mut findings)?,
        Kind::Doc | Kind::Rtf | Kind::OpenDocument | Kind::ExcelXml => {
            return Err(Refusal::LibreOfficeMissing { kind: kind.label() });
        }
    };
    document.kind = kind;
    normal::tidy(&mut document, limits, &mut findings)?;
    Ok((document, findings))
}
