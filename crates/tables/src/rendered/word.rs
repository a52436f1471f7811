//! Tables as a Word document, one after another: merged cells, widths, a header that repeats on each page.

use super::{LineKind, Paper, Rendered, RenderedLine, RenderedRow};
use crate::sheet::WriteFault;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Writes tables as .docx; the pages are as the first table wants them.
///
/// # Errors
/// [`WriteFault`], when the archive cannot be built.
pub(crate) fn write_docx(tables: &[Rendered]) -> Result<Vec<u8>, WriteFault> {
    let document = document(tables);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, content) in [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/_rels/document.xml.rels", DOCUMENT_RELATIONS),
        ("word/styles.xml", STYLES),
        ("word/footer1.xml", FOOTER),
        ("word/document.xml", &document),
    ] {
        zip.start_file(name, options)?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/></Types>"#;

const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

const DOCUMENT_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/></Relationships>"#;

/// 第 X 页, in the middle.
const FOOTER: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:t xml:space="preserve">第 </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> 页</w:t></w:r></w:p></w:ftr>"#;

const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="仿宋_GB2312"/><w:sz w:val="24"/><w:szCs w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:before="240" w:after="240"/><w:jc w:val="center"/></w:pPr><w:rPr><w:rFonts w:eastAsia="方正小标宋简体"/><w:sz w:val="44"/><w:szCs w:val="44"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:next w:val="Paragraph"/><w:pPr><w:keepNext/><w:ind w:firstLineChars="200" w:firstLine="640"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/><w:next w:val="Paragraph"/><w:pPr><w:keepNext/><w:ind w:firstLineChars="200" w:firstLine="640"/><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:rFonts w:eastAsia="楷体_GB2312"/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style><w:style w:type="paragraph" w:customStyle="1" w:styleId="Paragraph"><w:name w:val="Paragraph"/><w:basedOn w:val="Normal"/><w:pPr><w:ind w:firstLineChars="200" w:firstLine="640"/></w:pPr><w:rPr><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style><w:style w:type="paragraph" w:customStyle="1" w:styleId="TableHead"><w:name w:val="Table Head"/><w:basedOn w:val="Normal"/><w:pPr><w:jc w:val="center"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/><w:b/><w:sz w:val="22"/><w:szCs w:val="22"/></w:rPr></w:style><w:style w:type="paragraph" w:customStyle="1" w:styleId="TableText"><w:name w:val="Table Text"/><w:basedOn w:val="Normal"/><w:rPr><w:sz w:val="21"/><w:szCs w:val="21"/></w:rPr></w:style></w:styles>"#;

impl Paper {
    /// Width, height and the width between the margins, in twips.
    fn twips(self) -> (u32, u32, f64) {
        match self {
            Self::A4 => (11_906, 16_838, 9_638.0),
            Self::A4Landscape => (16_838, 11_906, 14_570.0),
            Self::A3Landscape => (23_811, 16_838, 21_543.0),
        }
    }
}

fn document(tables: &[Rendered]) -> String {
    let mut xml = String::with_capacity(64 * 1024);
    xml.push_str(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#);
    xml.push_str(
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>"#,
    );
    for (index, table) in tables.iter().enumerate() {
        if index > 0 {
            xml.push_str(r#"<w:p><w:r><w:br w:type="page"/></w:r></w:p>"#);
        }
        for line in &table.above {
            write_line(&mut xml, table, line);
        }
        write_table(&mut xml, table);
        for line in &table.below {
            write_line(&mut xml, table, line);
        }
        // Word wants a paragraph between a table and the end.
        if table.below.is_empty() {
            xml.push_str("<w:p/>");
        }
    }
    let paper = tables.first().map_or(Paper::A4, |table| table.paper);
    let (width, height, _) = paper.twips();
    let orientation = if paper == Paper::A4 { "" } else { r#" w:orient="landscape""# };
    let _ = write!(
        xml,
        r#"<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="{width}" w:h="{height}"{orientation}/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr></w:body></w:document>"#
    );
    xml
}

fn write_line(xml: &mut String, table: &Rendered, line: &RenderedLine) {
    let style = match line.kind {
        LineKind::Title => return paragraph(xml, &table.title, Some("Title"), false),
        LineKind::Heading => Some("Heading1"),
        LineKind::Subheading => Some("Heading2"),
        LineKind::Paragraph => Some("Paragraph"),
        LineKind::Plain => None,
    };
    paragraph(xml, &line.text, style, false);
}

fn write_table(xml: &mut String, table: &Rendered) {
    let widths = twips(table);
    xml.push_str("<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/><w:jc w:val=\"center\"/><w:tblBorders>");
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        let _ = write!(xml, r#"<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>"#);
    }
    xml.push_str("</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    for width in &widths {
        let _ = write!(xml, r#"<w:gridCol w:w="{width:.0}"/>"#);
    }
    xml.push_str("</w:tblGrid>");
    for row in 0..table.header_rows {
        header_row(xml, table, row, &widths);
    }
    for row in &table.rows {
        xml.push_str("<w:tr>");
        match row {
            RenderedRow::Heading(text) => {
                let span = format!(r#"<w:gridSpan w:val="{}"/>"#, widths.len().max(1));
                cell(xml, text, widths.iter().sum(), &span, "TableHead", false);
            }
            RenderedRow::Cells(cells) => {
                for (column, rendered) in cells.iter().take(widths.len()).enumerate() {
                    let span = rendered.column_span;
                    if span == 0 {
                        continue;
                    }
                    let mut merge = String::new();
                    if span > 1 {
                        let _ = write!(merge, r#"<w:gridSpan w:val="{span}"/>"#);
                    }
                    merge.push_str(match rendered.row_span {
                        0 => "<w:vMerge/>",
                        1 => "",
                        _ => r#"<w:vMerge w:val="restart"/>"#,
                    });
                    let text = if rendered.row_span == 0 { "" } else { rendered.text.as_str() };
                    let width = widths.iter().skip(column).take(span).sum();
                    cell(xml, text, width, &merge, "TableText", rendered.centred);
                }
            }
        }
        xml.push_str("</w:tr>");
    }
    xml.push_str("</w:tbl>");
}

/// One row of the header; places that a cell from above covers go on with it.
fn header_row(xml: &mut String, table: &Rendered, row: usize, widths: &[f64]) {
    xml.push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    let covering =
        table.header.iter().filter(|cell| (cell.row..cell.row + cell.row_span.max(1)).contains(&row));
    let mut cells: Vec<_> = covering.collect();
    cells.sort_by_key(|cell| cell.column);
    for header in cells {
        let span = header.column_span.max(1);
        let width: f64 = widths.iter().skip(header.column).take(span).sum();
        let mut properties = String::new();
        if span > 1 {
            let _ = write!(properties, r#"<w:gridSpan w:val="{span}"/>"#);
        }
        let begins = header.row == row;
        if header.row_span > 1 {
            properties.push_str(if begins { r#"<w:vMerge w:val="restart"/>"# } else { "<w:vMerge/>" });
        }
        cell(xml, if begins { &header.text } else { "" }, width, &properties, "TableHead", true);
    }
    xml.push_str("</w:tr>");
}

/// Widths in twips, made narrower in proportion where the page is not wide enough.
fn twips(table: &Rendered) -> Vec<f64> {
    let widths: Vec<f64> = table.widths.iter().map(|width| width * crate::docx::TWIPS_A_CHARACTER).collect();
    let sum: f64 = widths.iter().sum();
    let (_, _, room) = table.paper.twips();
    if sum <= room || sum <= 0.0 {
        return widths;
    }
    widths.into_iter().map(|width| (width * room / sum).floor()).collect()
}

fn cell(xml: &mut String, text: &str, width: f64, properties: &str, style: &str, centred: bool) {
    let _ = write!(
        xml,
        r#"<w:tc><w:tcPr><w:tcW w:w="{width:.0}" w:type="dxa"/>{properties}<w:vAlign w:val="center"/></w:tcPr>"#
    );
    paragraph(xml, text, Some(style), centred);
    xml.push_str("</w:tc>");
}

fn paragraph(xml: &mut String, text: &str, style: Option<&str>, centred: bool) {
    xml.push_str("<w:p>");
    if style.is_some() || centred {
        xml.push_str("<w:pPr>");
        if let Some(style) = style {
            let _ = write!(xml, r#"<w:pStyle w:val="{style}"/>"#);
        }
        if centred {
            xml.push_str(r#"<w:jc w:val="center"/>"#);
        }
        xml.push_str("</w:pPr>");
    }
    if !text.is_empty() {
        xml.push_str("<w:r>");
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                xml.push_str("<w:br/>");
            }
            xml.push_str(r#"<w:t xml:space="preserve">"#);
            escape(xml, line);
            xml.push_str("</w:t>");
        }
        xml.push_str("</w:r>");
    }
    xml.push_str("</w:p>");
}

/// Characters XML cannot hold are left out.
fn escape(xml: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => xml.push(c),
        }
    }
}
