//! A catalogue as comma-separated text in UTF-8, one header row, for programs and for spreadsheets.

use super::Layout;
use domain::catalogue::Catalogue;

/// Writes a catalogue as .csv: its title, its notes, the header, a line an item. A byte-order mark in front tells Excel
/// that it is UTF-8.
pub fn write_csv(catalogue: &Catalogue) -> String {
    let layout = Layout::of(catalogue);
    let mut text = String::from("\u{feff}");
    let lines = std::iter::once(&catalogue.title).chain(&catalogue.notes).filter(|line| !line.is_empty());
    for line in lines {
        record(&mut text, std::iter::once(line.as_str()));
    }
    record(&mut text, layout.flat_header().iter().map(String::as_str));
    for item in &catalogue.items {
        record(&mut text, layout.row(item).iter().map(String::as_str));
    }
    text
}

fn record<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            text.push(',');
        }
        // A cell that begins like a formula is none: an invisible space in front keeps spreadsheets from counting.
        let formula = cell.starts_with(['=', '+', '-', '@']);
        let quoted = cell.contains([',', '"', '\n', '\r', '\t']);
        if quoted {
            text.push('"');
        }
        if formula {
            text.push('\u{200b}');
        }
        if quoted {
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}
