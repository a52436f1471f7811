//! Letters as Word files: the layout of GB/T 9704-2012 with the faces offices have (仿宋_GB2312, 方正小标宋简体), every
//! part of the letter in a named style so that a clerk can go on writing. The PDF of the same letter is `print`'s.

use domain::letter::{Block, Copies, Fact, LETTER_CHARACTERS, Letter, Level, Paragraph, written_date};
use quick_xml::escape::escape;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Why no file was written.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// More text than [`LETTER_CHARACTERS`].
    #[error("公文共{0}字，超过{LETTER_CHARACTERS}字，无法生成Word文件。请将长内容改为附件。")]
    TooMuch(usize),
    /// The package could not be put together.
    #[error("Word文件生成失败（{0}）。请将此提示告知系统维护人员。")]
    Package(#[from] zip::result::ZipError),
    /// A part could not be written.
    #[error("Word文件生成失败（{0}）。请将此提示告知系统维护人员。")]
    Part(#[from] std::io::Error),
}

/// The text area's width: 156 mm in twentieths of a point.
const WIDTH: usize = 8_844;
/// One character of 三号 in twentieths of a point.
const CHARACTER: usize = 320;
/// One line in twentieths of a point: 22 of them fill the 225 mm of the text area.
const LINE: usize = 579;
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The letter as a `.docx` file. The same letter gives the same bytes.
///
/// # Errors
/// [`LetterError::TooMuch`]; the others stand for mistakes of this program.
pub fn write_docx(letter: &Letter) -> Result<Vec<u8>, LetterError> {
    let characters = letter.characters();
    if characters > LETTER_CHARACTERS {
        return Err(LetterError::TooMuch(characters));
    }
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in [
        ("[Content_Types].xml", include_str!("letter/content_types.xml")),
        ("_rels/.rels", include_str!("letter/package.rels")),
        ("docProps/core.xml", &properties(letter)),
        ("word/document.xml", &document(letter)),
        ("word/_rels/document.xml.rels", include_str!("letter/document.rels")),
        ("word/styles.xml", include_str!("letter/styles.xml")),
        ("word/settings.xml", include_str!("letter/settings.xml")),
        ("word/fontTable.xml", include_str!("letter/font_table.xml")),
        ("word/header.xml", &header(letter.sample)),
        ("word/footer_odd.xml", include_str!("letter/footer_odd.xml")),
        ("word/footer_even.xml", include_str!("letter/footer_even.xml")),
    ] {
        package.start_file(name, options)?;
        package.write_all(part.as_bytes())?;
    }
    Ok(package.finish()?.into_inner())
}

fn properties(letter: &Letter) -> String {
    let date = format!("{}T00:00:00Z", letter.date);
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
         <dc:language>zh-CN</dc:language><dcterms:created xsi:type=\"dcterms:W3CDTF\">{date}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{date}</dcterms:modified></cp:coreProperties>",
        clean(&letter.title.replace('\n', "")),
        clean(&letter.signature),
    )
}

fn header(sample: bool) -> String {
    let words = if sample { run("", "【示例数据，不作为公文使用】") } else { String::new() };
    format!("{HEAD}<w:hdr xmlns:w=\"{WORD}\">{}</w:hdr>", paragraph("Sample", "", &words))
}

fn document(letter: &Letter) -> String {
    let mut body = head(letter);
    let number_of_blocks = letter.body.len();
    for (at, block) in letter.body.iter().enumerate() {
        match block {
            // The last paragraph stays with what follows: a signature must not stand alone on a page.
            Block::Paragraph(piece) => body.push_str(&text(piece, at + 1 == number_of_blocks)),
            Block::Facts(rows) => body.push_str(&facts(rows)),
        }
    }
    body.push_str(&attachments(&letter.attachments));
    body.push_str(&signature(letter));
    if let Some(note) = given(&letter.note) {
        let note = note.trim_matches(['（', '）', '(', ')']);
        body.push_str(&paragraph("Note", "", &run("", &format!("（{note}）"))));
    }
    if let Some(copies) = &letter.copies {
        body.push_str(&foot(copies));
    }
    format!(
        "{HEAD}<w:document xmlns:w=\"{WORD}\" xmlns:r=\"{RELATIONS}\"><w:body>{body}<w:sectPr>\
         <w:headerReference w:type=\"default\" r:id=\"rId4\"/><w:headerReference w:type=\"even\" r:id=\"rId4\"/>\
         <w:footerReference w:type=\"default\" r:id=\"rId5\"/><w:footerReference w:type=\"even\" r:id=\"rId6\"/>\
         <w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\" w:header=\"1134\" w:footer=\"1247\" w:gutter=\"0\"/>\
         <w:docGrid w:type=\"lines\" w:linePitch=\"{LINE}\"/></w:sectPr></w:body></w:document>"
    )
}

/// Red head, number with the red line 4 mm below, title, addressee.
fn head(letter: &Letter) -> String {
    let mut out = String::new();
    let agency = letter.agency.trim();
    let line = "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"11\" w:color=\"D7000F\"/></w:pBdr>";
    let number = given(&letter.number);
    if !agency.is_empty() {
        // 45 pt, or what lets the words stand in one line with a little to spare; Word counts half points.
        let size = ((0.95 * WIDTH as f64 / 10.0 / width(agency)) as usize).clamp(32, 90);
        let size = format!("<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>");
        let border = if number.is_none() { line } else { "" };
        out.push_str(&paragraph("Agency", border, &run(&size, agency)));
    }
    if let Some(number) = number {
        let border = if agency.is_empty() { "" } else { line };
        out.push_str(&paragraph("Number", border, &run("", number)));
    }
    // Two lines below the red line, one below nothing.
    let before = if agency.is_empty() { LINE } else { 2 * LINE };
    let spacing =
        format!("<w:spacing w:before=\"{before}\" w:after=\"{LINE}\" w:line=\"700\" w:lineRule=\"exact\"/>");
    out.push_str(&paragraph("Title", &spacing, &run("", letter.title.trim())));
    if let Some(addressee) = given(&letter.addressee) {
        let addressee = addressee.trim_end_matches(['：', ':']);
        out.push_str(&paragraph("Addressee", "", &run("", &format!("{addressee}："))));
    }
    out
}

fn text(piece: &Paragraph, last: bool) -> String {
    let (style, heading_style) = match piece.level {
        Level::First => ("First", "<w:rStyle w:val=\"FirstRun\"/>"),
        Level::Second => ("Second", "<w:rStyle w:val=\"SecondRun\"/>"),
        Level::Body | Level::Third | Level::Fourth => ("Body", ""),
    };
    let keep = if last { "<w:keepNext/>" } else { "" };
    if piece.text.is_empty() && !piece.heading.is_empty() {
        return paragraph(style, keep, &run("", &piece.heading));
    }
    let heading = if piece.heading.is_empty() { String::new() } else { run(heading_style, &piece.heading) };
    paragraph("Body", keep, &format!("{heading}{}", run("", &piece.text)))
}

fn facts(rows: &[Fact]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let longest = rows.iter().map(|fact| width(&fact.name)).fold(4.0, f64::max).min(10.0);
    // 四号 text and the cell's own margins.
    let name_width = (longest * 280.0) as usize + 260;
    let value_width = WIDTH - name_width;
    let mut table = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>{}<w:tblLayout w:type=\"fixed\"/>\
         <w:tblCellMar><w:top w:w=\"57\" w:type=\"dxa\"/><w:bottom w:w=\"57\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>\
         <w:tblGrid><w:gridCol w:w=\"{name_width}\"/><w:gridCol w:w=\"{value_width}\"/></w:tblGrid>",
        borders("tblBorders", &["top", "left", "bottom", "right", "insideH", "insideV"], 4)
    );
    for (at, fact) in rows.iter().enumerate() {
        // A short table stays on one page.
        let keep = if rows.len() <= 10 && at + 1 < rows.len() { "<w:keepNext/>" } else { "" };
        let cell = |width: usize, style: &str, words: &str| {
            format!(
                "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>{}</w:tc>",
                paragraph(style, keep, &run("", words))
            )
        };
        table.push_str(&format!(
            "<w:tr><w:trPr><w:cantSplit/></w:trPr>{}{}</w:tr>",
            cell(name_width, "CellName", &fact.name),
            cell(value_width, "Cell", &fact.value)
        ));
    }
    table.push_str("</w:tbl>");
    table
}

/// 附件说明, two characters from the left, one line below the text; numbered when there are several.
fn attachments(names: &[String]) -> String {
    let mut out = String::new();
    for (at, name) in names.iter().enumerate() {
        let number = if names.len() > 1 { format!("{}. ", at + 1) } else { String::new() };
        let label = if at == 0 { "附件：" } else { "" };
        // Turned lines stand under the name's first character.
        let own = if names.len() > 1 { CHARACTER * 5 / 4 } else { 0 };
        let hanging = if at == 0 { 3 * CHARACTER + own } else { own };
        let before = if at == 0 { format!("<w:spacing w:before=\"{LINE}\"/>") } else { String::new() };
        let layout = format!("{before}<w:ind w:left=\"{}\" w:hanging=\"{hanging}\"/>", 5 * CHARACTER + own);
        out.push_str(&paragraph("Attachment", &layout, &run("", &format!("{label}{number}{}", name.trim()))));
    }
    out
}

/// Signature centred over the date, the date four characters from the right edge, two lines free for the seal.
fn signature(letter: &Letter) -> String {
    let written = written_date(letter.date);
    let middle = 4.0 + width(&written) / 2.0;
    let name = letter.signature.trim();
    let room = (middle - width(name) / 2.0).max(0.0);
    let before = format!("<w:spacing w:before=\"{}\"/>", 2 * LINE);
    let indent =
        |characters: f64| format!("<w:ind w:right=\"{}\"/>", (characters * CHARACTER as f64) as usize);
    let date = run("", &written);
    let last = "<w:keepNext w:val=\"0\"/>";
    if name.is_empty() {
        return paragraph("Signature", &format!("{last}{before}{}", indent(4.0)), &date);
    }
    paragraph("Signature", &format!("{before}{}", indent(room)), &run("", name))
        + &paragraph("Signature", &format!("{last}{}", indent(4.0)), &date)
}

/// 版记: a table that stands at the foot of the page its anchor, the letter's last paragraph, is on.
fn foot(copies: &Copies) -> String {
    let row = |words: &str, tabs: &str, edges: &str| {
        format!(
            "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w=\"{WIDTH}\" w:type=\"dxa\"/>{edges}</w:tcPr>{}</w:tc></w:tr>",
            paragraph("Copies", tabs, words)
        )
    };
    let mut rows = String::new();
    if let Some(to) = given(&copies.copy_to) {
        let words = run("", &format!("抄送：{}。", to.trim_end_matches('。')));
        rows.push_str(&row(
            &words,
            "<w:ind w:left=\"1120\" w:hanging=\"840\"/>",
            &borders("tcBorders", &["bottom"], 6),
        ));
    }
    let tab = format!("<w:tabs><w:tab w:val=\"right\" w:pos=\"{}\"/></w:tabs>", WIDTH - 280);
    let words = format!(
        "{}<w:r><w:tab/></w:r>{}",
        run("", copies.issuer.trim()),
        run("", &format!("{}印发", written_date(copies.issued_on)))
    );
    rows.push_str(&row(&words, &tab, ""));
    format!(
        "<w:tbl><w:tblPr><w:tblpPr w:leftFromText=\"0\" w:rightFromText=\"0\" w:vertAnchor=\"margin\" w:horzAnchor=\"margin\" \
         w:tblpXSpec=\"left\" w:tblpYSpec=\"bottom\"/><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/>{}<w:tblLayout w:type=\"fixed\"/>\
         <w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>\
         <w:tblGrid><w:gridCol w:w=\"{WIDTH}\"/></w:tblGrid>{rows}</w:tbl>{}",
        borders("tblBorders", &["top", "bottom"], 8),
        paragraph("Body", "", "")
    )
}

/// Lines of so many eighths of a point.
fn borders(element: &str, edges: &[&str], eighths: usize) -> String {
    let lines: String = edges
        .iter()
        .map(|edge| {
            format!("<w:{edge} w:val=\"single\" w:sz=\"{eighths}\" w:space=\"0\" w:color=\"000000\"/>")
        })
        .collect();
    format!("<w:{element}>{lines}</w:{element}>")
}

fn paragraph(style: &str, layout: &str, runs: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{layout}</w:pPr>{runs}</w:p>")
}

/// A run of text; line breaks within it stay.
fn run(layout: &str, words: &str) -> String {
    let layout = if layout.is_empty() { String::new() } else { format!("<w:rPr>{layout}</w:rPr>") };
    let words = words.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<String> =
        words.split('\n').map(|line| format!("<w:t xml:space=\"preserve\">{}</w:t>", clean(line))).collect();
    format!("<w:r>{layout}{}</w:r>", lines.join("<w:br/>"))
}

/// Text for XML 1.0: markup escaped, what the format forbids and direction overrides left out.
fn clean(words: &str) -> String {
    let kept: String = words
        .chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| !c.is_control() && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'))
        .collect();
    escape(kept).into_owned()
}

fn given(words: &Option<String>) -> Option<&str> {
    words.as_deref().map(str::trim).filter(|words| !words.is_empty())
}

/// A text's width in full characters; ASCII takes half of one.
fn width(words: &str) -> f64 {
    words.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum::<f64>().max(1.0)
}

#[cfg(test)]
mod tests;
