//! Builds office files byte by byte, so that they can be as broken as those in the wild.

#![allow(dead_code, unreachable_pub, reason = "each test file uses some of these builders")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use domain::finding::Finding;
use domain::plan::Plan;
use std::io::{Cursor, Write};
use tables::{Document, Limits, Refusal};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub fn pilot(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../data/pilot/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub fn pilot_plan() -> Plan {
    let (document, _) = tables::read("plan.docx", &pilot("plan.docx"), &Limits::default()).unwrap();
    tables::plan::read(&document, None, None).0
}

pub fn read(name: &str, bytes: &[u8]) -> Result<(Document, Vec<Finding>), Refusal> {
    tables::read(name, bytes, &Limits::default())
}

/// The plan of a file and everything noticed.
pub fn plan_of(name: &str, bytes: &[u8]) -> (Plan, Vec<Finding>) {
    let (document, mut findings) = read(name, bytes).unwrap();
    let (plan, more, _) = tables::plan::read(&document, None, None);
    findings.extend(more);
    (plan, findings)
}

pub fn codes(findings: &[Finding]) -> Vec<&str> {
    let mut codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_ref()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// A plan in few lines: number, name and section, then each assignment.
pub fn outline(plan: &Plan) -> String {
    let mut text = format!("# {}\n", if plan.title.is_empty() { "无标题" } else { &plan.title });
    for task in &plan.tasks {
        text += &format!("{} {}", task.number, task.name);
        if !task.section.is_empty() {
            text += &format!(" [{}]", task.section.replace('\n', " / "));
        }
        text += "\n";
        for assignment in &task.assignments {
            let units: Vec<String> = assignment
                .units
                .iter()
                .map(|unit| match serde_json::to_value(unit).unwrap().get("role") {
                    Some(role) => format!("{}({})", unit.text, role.as_str().unwrap()),
                    None => unit.text.clone(),
                })
                .collect();
            let due = assignment.due.deadline().map_or_else(
                || format!("{:?}", serde_json::to_value(&assignment.due).unwrap()["kind"].as_str().unwrap()),
                |day| day.to_string(),
            );
            let remark = if assignment.remark.is_empty() {
                String::new()
            } else {
                format!(" ({})", assignment.remark)
            };
            let extra: String =
                assignment.extra.iter().map(|extra| format!(" {{{}={}}}", extra.name, extra.text)).collect();
            text += &format!("  - {} | {} | {due}{remark}{extra}\n", assignment.content, units.join("、"));
        }
    }
    text.trim_end().to_owned()
}

pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn relation(id: &str, kind: &str, target: &str) -> String {
    format!(r#"<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
}

/// A Word document with this body, and perhaps a numbering part.
pub fn docx_with(body: &str, numbering: Option<&str>) -> Vec<u8> {
    let document = format!(
        r#"<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
    );
    let relations =
        format!("<Relationships>{}</Relationships>", relation("r1", "officeDocument", "word/document.xml"));
    let own = format!("<Relationships>{}</Relationships>", relation("r1", "numbering", "numbering.xml"));
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", relations.as_bytes()),
        ("word/document.xml", document.as_bytes()),
    ];
    if let Some(numbering) = numbering {
        parts.push(("word/_rels/document.xml.rels", own.as_bytes()));
        parts.push(("word/numbering.xml", numbering.as_bytes()));
    }
    zip(&parts)
}

pub fn docx(body: &str) -> Vec<u8> {
    docx_with(body, None)
}

pub fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A table of a Word document, a paragraph a cell.
pub fn word_table(rows: &[&[&str]]) -> String {
    let rows: String = rows
        .iter()
        .map(|row| {
            let cells: String = row.iter().map(|cell| format!("<w:tc>{}</w:tc>", paragraph(cell))).collect();
            format!("<w:tr>{cells}</w:tr>")
        })
        .collect();
    format!("<w:tbl>{rows}</w:tbl>")
}

/// A workbook whose sheets are given as XML; `workbook` goes into workbook.xml before the sheets.
pub fn xlsx_with(workbook: &str, sheets: &[(&str, &str, &str)], styles: &str, shared: &str) -> Vec<u8> {
    let relations =
        format!("<Relationships>{}</Relationships>", relation("r1", "officeDocument", "xl/workbook.xml"));
    let mut listed = String::new();
    let mut own =
        relation("s1", "styles", "styles.xml") + &relation("s2", "sharedStrings", "sharedStrings.xml");
    for (index, (name, attributes, _)) in sheets.iter().enumerate() {
        listed += &format!(r#"<sheet name="{name}" sheetId="{index}" r:id="w{index}" {attributes}/>"#);
        own += &relation(&format!("w{index}"), "worksheet", &format!("worksheets/sheet{index}.xml"));
    }
    let workbook = format!("<workbook>{workbook}<sheets>{listed}</sheets></workbook>");
    let own = format!("<Relationships>{own}</Relationships>");
    let names: Vec<String> =
        (0..sheets.len()).map(|index| format!("xl/worksheets/sheet{index}.xml")).collect();
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", relations.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", own.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/sharedStrings.xml", shared.as_bytes()),
    ];
    for (name, (_, _, sheet)) in names.iter().zip(sheets) {
        parts.push((name, sheet.as_bytes()));
    }
    zip(&parts)
}

/// A workbook of one sheet with this `<sheetData>` and what follows it.
pub fn xlsx(data: &str, after: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{data}</sheetData>{after}</worksheet>");
    xlsx_with("", &[("Sheet1", "", &sheet)], "<styleSheet/>", "<sst/>")
}

/// Rows of inline strings, from row 1.
pub fn sheet_rows(rows: &[&[&str]]) -> String {
    rows.iter()
        .enumerate()
        .map(|(row, cells)| {
            let cells: String = cells
                .iter()
                .enumerate()
                .filter(|(_, text)| !text.is_empty())
                .map(|(column, text)| {
                    let letter = char::from(b'A' + u8::try_from(column).unwrap());
                    format!(r#"<c r="{letter}{}" t="inlineStr"><is><t>{text}</t></is></c>"#, row + 1)
                })
                .collect();
            format!(r#"<row r="{}">{cells}</row>"#, row + 1)
        })
        .collect()
}

/// A compound file with these streams; a name ending in `/` is a storage.
pub fn ole(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
    for (name, content) in streams {
        if name.ends_with('/') {
            file.create_storage(name.trim_end_matches('/')).unwrap();
        } else {
            file.create_stream(name).unwrap().write_all(content).unwrap();
        }
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// An old Excel workbook (BIFF8) of one sheet with these texts and merged areas (first row, last row, first column,
/// last column).
pub fn xls(rows: &[&[&str]], merges: &[(u16, u16, u16, u16)]) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| -> Vec<u8> {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
        bytes.extend(data);
        bytes
    };
    let bof = |kind: u16| {
        let mut data = 0x0600_u16.to_le_bytes().to_vec();
        data.extend(kind.to_le_bytes());
        data.extend([0; 12]);
        record(0x0809, &data)
    };
    let mut sheet = bof(0x0010);
    let mut dimensions = vec![0; 14];
    dimensions[4] = u8::try_from(rows.len()).unwrap();
    dimensions[10] = 40;
    sheet.extend(record(0x0200, &dimensions));
    for (row, cells) in rows.iter().enumerate() {
        for (column, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let units: Vec<u16> = text.encode_utf16().collect();
            let mut data = u16::try_from(row).unwrap().to_le_bytes().to_vec();
            data.extend(u16::try_from(column).unwrap().to_le_bytes());
            data.extend([0, 0]);
            data.extend(u16::try_from(units.len()).unwrap().to_le_bytes());
            data.push(1);
            data.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
            sheet.extend(record(0x0204, &data));
        }
    }
    let mut merged = u16::try_from(merges.len()).unwrap().to_le_bytes().to_vec();
    for (first_row, last_row, first_column, last_column) in merges {
        for value in [first_row, last_row, first_column, last_column] {
            merged.extend(value.to_le_bytes());
        }
    }
    sheet.extend(record(0x00e5, &merged));
    sheet.extend(record(0x000a, &[]));
    let globals = |position: u32| {
        let mut globals = bof(0x0005);
        globals.extend(record(0x0042, &1200_u16.to_le_bytes()));
        let mut listed = position.to_le_bytes().to_vec();
        listed.extend([0, 0, 6, 0]);
        listed.extend(b"Sheet1");
        globals.extend(record(0x0085, &listed));
        globals.extend(record(0x000a, &[]));
        globals
    };
    let length = u32::try_from(globals(0).len()).unwrap();
    let mut stream = globals(length);
    stream.extend(sheet);
    // A stream of some size, as Excel's are: small ones live elsewhere in the file.
    stream.resize(stream.len().max(4096), 0);
    ole(&[("/Workbook", &stream)])
}
