//! Reports on A4: a title, headings, paragraphs, and tables whose cells may be merged.

use crate::font::{Fonts, Role};
use crate::press::{self, Day};
use crate::text::breakable;
use crate::{Pdf, PrintError};
use jiff::civil::Date;
use serde_json::{Value, json};

/// The most characters in one report, tables included.
pub const REPORT_CHARACTERS: usize = 200_000;

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The title, printed once and kept as the file's title.
    pub title: String,
    /// Whose it is; kept as the file's author.
    pub author: String,
    /// What follows, in its order.
    pub pieces: Vec<Piece>,
    /// The file's date.
    pub date: Date,
    /// The report shows invented data and must say so on every page.
    pub sample: bool,
}

/// A piece of a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A table.
    Table(Grid),
}

/// A table with the places of its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Widths of the columns against one another.
    pub widths: Vec<f64>,
    /// Rows at its top that are repeated on each page.
    pub header_rows: usize,
    /// The cells; none stands over another.
    pub cells: Vec<GridCell>,
}

/// A cell of a [`Grid`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridCell {
    /// Its text.
    pub text: String,
    /// Row and column, from 0.
    pub at: (usize, usize),
    /// Rows and columns it covers.
    pub span: (usize, usize),
    /// A label stands on grey.
    pub is_label: bool,
}

/// Left and right margin in millimetres.
const MARGIN: f64 = 22.0;
/// A cell's text in points, and the room beside it.
const CELL_SIZE: f64 = 9.0;
const INSET: f64 = 3.0;
/// A line of text in ems of its 14 pt; the title's 20 pt.
const LINE_EMS: f64 = (210.0 - 2.0 * MARGIN) / 25.4 * 72.0 / 14.0;
const TITLE_EMS: f64 = (210.0 - 2.0 * MARGIN) / 25.4 * 72.0 / 20.0;

/// Prints a report. Takes a processor for some hundred milliseconds and waits for other prints: call it off the request's
/// thread.
///
/// # Errors
/// [`PrintError::NoTitle`], [`PrintError::TooMuch`] beyond [`REPORT_CHARACTERS`], [`PrintError::Layout`].
pub fn report(report: &Report, fonts: &Fonts) -> Result<Pdf, PrintError> {
    press::print(&press::REPORT, &|fonts| data(report, fonts), fonts)
}

pub(crate) fn data(report: &Report, fonts: &Fonts) -> Result<Value, PrintError> {
    if report.title.trim().is_empty() {
        return Err(PrintError::NoTitle);
    }
    let characters = report.pieces.iter().map(characters).sum::<usize>() + report.title.chars().count();
    if characters > REPORT_CHARACTERS {
        return Err(PrintError::TooMuch { what: "字数", found: characters, limit: REPORT_CHARACTERS });
    }
    Ok(json!({
        "faces": {
            "text": fonts.face(Role::FangSong),
            "cell": fonts.face(Role::Song),
            "head": fonts.face(Role::XiaoBiaoSong),
            "bold": fonts.face(Role::Hei),
        },
        "title": report.title.trim(),
        "heading": breakable(report.title.trim(), TITLE_EMS),
        "author": report.author.trim(),
        "pieces": report.pieces.iter().map(piece).collect::<Vec<_>>(),
        "size": CELL_SIZE,
        "inset": INSET,
        "margin": MARGIN,
        "date": Day::from(report.date),
        "sample": report.sample,
    }))
}

fn characters(piece: &Piece) -> usize {
    match piece {
        Piece::Heading(text) | Piece::Paragraph(text) => text.chars().count(),
        Piece::Table(grid) => grid.cells.iter().map(|cell| cell.text.chars().count()).sum(),
    }
}

fn piece(piece: &Piece) -> Value {
    match piece {
        Piece::Heading(text) => json!({ "heading": breakable(text.trim(), LINE_EMS) }),
        Piece::Paragraph(text) => json!({ "text": breakable(text.trim(), LINE_EMS) }),
        Piece::Table(grid) => {
            let total: f64 = grid.widths.iter().sum();
            let width = (210.0 - 2.0 * MARGIN) / 25.4 * 72.0;
            let ems = |(_, column): (usize, usize), (_, columns): (usize, usize)| {
                let share: f64 = grid.widths.iter().skip(column).take(columns).sum();
                (share / total.max(1.0) * width - 2.0 * INSET) / CELL_SIZE
            };
            let cell = |cell: &GridCell| {
                json!({
                    "x": cell.at.1, "y": cell.at.0, "w": cell.span.1.max(1), "h": cell.span.0.max(1),
                    "text": breakable(cell.text.trim(), ems(cell.at, cell.span)),
                    "label": cell.is_label,
                })
            };
            json!({
                "widths": grid.widths,
                "header": grid.header_rows,
                "cells": grid.cells.iter().map(cell).collect::<Vec<_>>(),
            })
        }
    }
}
