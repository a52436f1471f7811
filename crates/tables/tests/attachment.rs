//! Attachments: their text, what is hidden, stripped and masked copies, previews, refusals.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

mod support;

use proptest::prelude::*;
use rust_xlsxwriter::{DocProperties, Format, Note, Workbook};
use std::io::{Cursor, Read as _, Write as _};
use support::pilot;
use tables::attachment::{self, Content, Edit, HiddenKind, Kind};
use tables::{Limits, Refusal};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn read(name: &str, bytes: &[u8]) -> Content {
    attachment::read(name, bytes, &Limits::default()).unwrap()
}

fn strip(name: &str, bytes: &[u8]) -> Vec<u8> {
    attachment::strip(name, bytes, &Limits::default()).unwrap()
}

fn texts(content: &Content) -> Vec<&str> {
    content.segments.iter().map(|segment| segment.text.as_str()).collect()
}

fn kinds(content: &Content) -> Vec<HiddenKind> {
    let mut kinds: Vec<HiddenKind> = content.hidden.iter().map(|hidden| hidden.what).collect();
    kinds.dedup();
    kinds
}

/// A Word document of a body and other parts.
fn word(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let document = format!(
        r#"<?xml version="1.0"?><w:document xmlns:w="w" xmlns:r="r"><w:body>{body}</w:body></w:document>"#
    );
    let overrides: String =
        parts.iter().map(|(name, _)| format!(r#"<Override PartName="/{name}" ContentType="x"/>"#)).collect();
    let types = format!(
        r#"<Types><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="d"/>{overrides}</Types>"#
    );
    let main = r#"<Relationships><Relationship Id="rId1" Type="t/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="t/core-properties" Target="docProps/core.xml"/></Relationships>"#;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in
        [("[Content_Types].xml", types.as_str()), ("_rels/.rels", main), ("word/document.xml", &document)]
            .iter()
            .chain(parts)
    {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn part(bytes: &[u8], name: &str) -> Option<String> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name).ok()?.read_to_string(&mut text).unwrap();
    Some(text)
}

fn paragraph(runs: &str) -> String {
    format!("<w:p>{runs}</w:p>")
}

fn run(words: &str) -> String {
    format!("<w:r><w:rPr><w:b/></w:rPr><w:t>{words}</w:t></w:r>")
}

fn telling_word() -> Vec<u8> {
    let body = [
        paragraph(&format!("{}{}", run("电话138"), run("12345678"))),
        paragraph(r#"<w:r><w:t>甲</w:t></w:r><w:del w:author="x"><w:r><w:delText>删去的话</w:delText></w:r></w:del><w:ins w:author="x"><w:r><w:t>加上的话</w:t></w:r></w:ins>"#),
        paragraph(r#"<w:commentRangeStart w:id="0"/><w:r><w:t>乙</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>"#),
        paragraph(r#"<w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见的话</w:t></w:r><w:r><w:t>丙</w:t></w:r>"#),
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>删去的行</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>留下的行</w:t></w:r></w:p></w:tc></w:tr></w:tbl>".to_owned(),
        paragraph(r#"<w:r><w:object><v:shape/><o:OLEObject r:id="rId9"/></w:object></w:r>"#),
    ]
    .concat();
    word(
        &body,
        &[
            (
                "word/_rels/document.xml.rels",
                r#"<Relationships><Relationship Id="rId3" Type="t/comments" Target="comments.xml"/><Relationship Id="rId9" Type="t/oleObject" Target="embeddings/book.xlsx"/><Relationship Id="rId7" Type="t/hyperlink" Target="https://www.gov.cn/" TargetMode="External"/></Relationships>"#,
            ),
            (
                "word/comments.xml",
                r#"<w:comments xmlns:w="w"><w:comment w:id="0" w:author="张某某"><w:p><w:r><w:t>此处涉密</w:t></w:r></w:p></w:comment></w:comments>"#,
            ),
            ("word/embeddings/book.xlsx", "PK"),
            ("word/footer1.xml", r#"<w:ftr xmlns:w="w"><w:p><w:r><w:t>联系人</w:t></w:r></w:p></w:ftr>"#),
            (
                "word/settings.xml",
                r#"<w:settings xmlns:w="w" xmlns:r="r"><w:attachedTemplate r:id="rId1"/><w:trackRevisions/></w:settings>"#,
            ),
            (
                "word/_rels/settings.xml.rels",
                r#"<Relationships><Relationship Id="rId1" Type="t/attachedTemplate" Target="file:///C:/Users/x/Normal.dot" TargetMode="External"/></Relationships>"#,
            ),
            (
                "docProps/core.xml",
                r#"<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>张某某</dc:creator><cp:lastModifiedBy>李某某</cp:lastModifiedBy></cp:coreProperties>"#,
            ),
        ],
    )
}

#[test]
fn a_word_file_tells_all_its_text_and_what_is_hidden() {
    let content = read("通知.docx", &telling_word());
    assert_eq!(content.kind, Kind::Word);
    assert_eq!(
        texts(&content),
        [
            "电话13812345678",
            "甲删去的话加上的话",
            "乙",
            "看不见的话丙",
            "删去的行",
            "留下的行",
            "此处涉密",
            "联系人"
        ]
    );
    assert_eq!(content.segments[0].place, "第1段");
    assert_eq!(content.segments[6].place, "批注");
    assert_eq!(
        kinds(&content),
        [
            HiddenKind::Property,
            HiddenKind::TrackedInsertion,
            HiddenKind::TrackedDeletion,
            HiddenKind::Comment,
            HiddenKind::HiddenText,
            HiddenKind::EmbeddedFile,
            HiddenKind::ExternalLink,
        ]
    );
}

#[test]
fn a_stripped_word_file_hides_nothing_and_reads_the_same() {
    let stripped = strip("通知.docx", &telling_word());
    let content = read("通知.docx", &stripped);
    assert_eq!(content.hidden, []);
    assert_eq!(texts(&content), ["电话13812345678", "甲加上的话", "乙", "丙", "留下的行", "联系人"]);
    let whole: String =
        ["word/document.xml", "word/settings.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"]
            .iter()
            .filter_map(|name| part(&stripped, name))
            .collect();
    for gone in ["张某某", "comments", "embeddings", "OLEObject", "Users", "w:ins", "w:del"] {
        assert!(!whole.contains(gone), "{gone}");
    }
    assert!(whole.contains("https://www.gov.cn/"));
    assert_eq!(part(&stripped, "word/comments.xml"), None);
}

#[test]
fn words_of_a_word_file_are_masked_wherever_runs_cut_them() {
    let file = telling_word();
    let edit =
        Edit { segment: 0, range: "电话".len().."电话13812345678".len(), with: "138****5678".to_owned() };
    let masked = attachment::mask("通知.docx", &file, &[edit], &Limits::default()).unwrap();
    let (before, after) = (read("通知.docx", &file), read("通知.docx", &masked));
    assert_eq!(after.segments[0].text, "电话138****5678");
    assert_eq!(before.segments[1..], after.segments[1..]);
    assert!(part(&masked, "word/document.xml").unwrap().contains("<w:b/>"));
}

fn telling_workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_author("张某某").set_company("示例单位"));
    let sheet = workbook.add_worksheet().set_name("名单").unwrap();
    sheet.write(0, 0, "姓名").unwrap();
    sheet.write(0, 1, "电话").unwrap();
    for row in 1..4 {
        sheet.write(row, 0, "张某某").unwrap();
        sheet.write(row, 1, "13812345678").unwrap();
    }
    sheet.write_number_with_format(4, 1, 13_912_345_678.0, &Format::new().set_num_format("0")).unwrap();
    sheet.write(1, 3, "藏在列里").unwrap();
    sheet.set_column_hidden(3).unwrap();
    sheet.write(6, 0, "藏在行里").unwrap();
    sheet.set_row_hidden(6).unwrap();
    sheet.write_formula(8, 0, "=底稿!A1").unwrap();
    sheet.insert_note(0, 0, &Note::new("核对过").set_author("张某某")).unwrap();
    sheet.set_repeat_rows(0, 0).unwrap();
    let draft = workbook.add_worksheet().set_name("底稿").unwrap();
    draft.write(0, 0, "藏在表里").unwrap();
    draft.set_hidden(true);
    let last = workbook.add_worksheet().set_name("汇总").unwrap();
    last.write(0, 0, "合计").unwrap();
    last.set_print_area(0, 0, 3, 3).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_tells_all_its_cells_and_what_is_hidden() {
    let content = read("名单.xlsx", &telling_workbook());
    assert_eq!(content.kind, Kind::Workbook);
    let phone = content.segments.iter().find(|segment| segment.text == "13812345678").unwrap();
    assert_eq!((phone.place.as_str(), phone.cell), ("工作表“名单”B2", Some((0, 1, 1))));
    assert!(texts(&content).contains(&"13912345678"));
    assert!(texts(&content).contains(&"藏在表里"));
    assert_eq!(
        kinds(&content),
        [
            HiddenKind::Property,
            HiddenKind::Comment,
            HiddenKind::HiddenSheet,
            HiddenKind::HiddenRow,
            HiddenKind::HiddenColumn,
        ]
    );
}

#[test]
fn a_stripped_workbook_hides_nothing_and_still_opens() {
    let stripped = strip("名单.xlsx", &telling_workbook());
    let content = read("名单.xlsx", &stripped);
    assert_eq!(content.hidden, []);
    assert!(!texts(&content).iter().any(|text| text.contains("藏在") || text.contains("核对过")));
    let strings = part(&stripped, "xl/sharedStrings.xml").unwrap();
    assert!(!strings.contains("藏在") && strings.contains("张某某"));
    let whole = part(&stripped, "xl/workbook.xml").unwrap();
    assert!(!whole.contains("底稿"), "{whole}");
    assert!(whole.contains("localSheetId=\"1\"") && whole.contains("汇总"), "{whole}");
    assert!(!part(&stripped, "xl/worksheets/sheet1.xml").unwrap().contains("<f>"));
    // Another reader opens it: nothing points to what is gone.
    let mut book: calamine::Xlsx<_> = calamine::Reader::new(Cursor::new(&stripped)).unwrap();
    assert_eq!(calamine::Reader::sheet_names(&book), ["名单", "汇总"]);
    let range = calamine::Reader::worksheet_range(&mut book, "名单").unwrap();
    assert_eq!(range.get_value((1, 1)).map(ToString::to_string).as_deref(), Some("13812345678"));
}

#[test]
fn one_cell_of_those_that_share_a_string_is_masked_alone() {
    let file = telling_workbook();
    let before = read("名单.xlsx", &file);
    let at = |place: &str| before.segments.iter().position(|segment| segment.place.ends_with(place)).unwrap();
    let edits = [
        Edit { segment: at("”B3"), range: 3..7, with: "****".to_owned() },
        Edit { segment: at("”B5"), range: 3..7, with: "****".to_owned() },
    ];
    let masked = attachment::mask("名单.xlsx", &file, &edits, &Limits::default()).unwrap();
    let after = read("名单.xlsx", &masked);
    assert_eq!(after.segments[at("”B2")].text, "13812345678");
    assert_eq!(after.segments[at("”B3")].text, "138****5678");
    assert_eq!(after.segments[at("”B5")].text, "139****5678");
    // When the last cell goes the string goes from the file.
    let all: Vec<Edit> = (2..5)
        .map(|row| Edit { segment: at(&format!("”B{row}")), range: 3..7, with: "****".to_owned() })
        .collect();
    let masked = attachment::mask("名单.xlsx", &file, &all, &Limits::default()).unwrap();
    assert!(!part(&masked, "xl/sharedStrings.xml").unwrap().contains("13812345678"));
}

#[test]
fn text_and_pages_are_read_stripped_and_masked() {
    let edit = |range| Edit { segment: 1, range, with: "****".to_owned() };
    let text = "姓名,电话\r\n张某某,13812345678\r\n";
    let masked = attachment::mask("名单.csv", text.as_bytes(), &[edit(13..17)], &Limits::default()).unwrap();
    assert_eq!(String::from_utf8(masked).unwrap(), "姓名,电话\r\n张某某,138****5678\r\n");
    let page =
        "<html><body><!-- 内部 --><p>一</p><p>电话<b>1381234</b>5678</p><script>x()</script></body></html>";
    let content = read("页.html", page.as_bytes());
    assert_eq!(texts(&content), ["一", "电话13812345678"]);
    assert_eq!(kinds(&content), [HiddenKind::Comment, HiddenKind::Script]);
    assert_eq!(read("页.html", &strip("页.html", page.as_bytes())).hidden, []);
    let masked = attachment::mask("页.html", page.as_bytes(), &[edit(9..13)], &Limits::default()).unwrap();
    assert_eq!(texts(&read("页.html", &masked))[1], "电话138****5678");
}

/// A JPEG of one segment each, with a position, a camera and an orientation.
fn photograph() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let mut bytes = tag.to_be_bytes().to_vec();
        bytes.extend(kind.to_be_bytes());
        bytes.extend(count.to_be_bytes());
        bytes.extend(value);
        bytes
    };
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    tiff.extend(3_u16.to_be_bytes());
    tiff.extend(entry(0x010f, 2, 4, *b"ABC\0"));
    tiff.extend(entry(0x0112, 3, 1, [0, 6, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, 50_u32.to_be_bytes()));
    tiff.extend(0_u32.to_be_bytes());
    assert_eq!(tiff.len(), 50);
    tiff.extend(4_u16.to_be_bytes());
    tiff.extend(entry(1, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(2, 5, 3, 104_u32.to_be_bytes()));
    tiff.extend(entry(3, 2, 2, *b"E\0\0\0"));
    tiff.extend(entry(4, 5, 3, 104_u32.to_be_bytes()));
    tiff.extend(0_u32.to_be_bytes());
    assert_eq!(tiff.len(), 104);
    for number in [38_u32, 1, 36, 1, 0, 1] {
        tiff.extend(number.to_be_bytes());
    }
    let mut jpeg = vec![0xff, 0xd8];
    let mut segment = |marker: u8, content: &[u8]| {
        jpeg.extend([0xff, marker]);
        jpeg.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
        jpeg.extend(content);
    };
    segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    segment(0xe1, &[b"Exif\0\0".as_slice(), &tiff].concat());
    segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>");
    segment(0xfe, "示例备注".as_bytes());
    segment(0xdb, &[0; 65]);
    jpeg.extend([0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]);
    jpeg
}

#[test]
fn a_photograph_keeps_its_pixels_and_how_it_lies_but_not_where_it_was_taken() {
    let photograph = photograph();
    let content = read("现场.jpg", &photograph);
    assert_eq!(
        kinds(&content),
        [HiddenKind::PicturePosition, HiddenKind::PictureCamera, HiddenKind::PictureText]
    );
    assert!(content.unread.is_some());
    let stripped = strip("现场.jpg", &photograph);
    assert_eq!(read("现场.jpg", &stripped).hidden, []);
    let pixels = [0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9];
    assert!(stripped.ends_with(&pixels));
    let exif = exif::Reader::new().read_from_container(&mut Cursor::new(&stripped)).unwrap();
    let turned = exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY).unwrap();
    assert_eq!(turned.value.get_uint(0), Some(6));
    assert_eq!(strip("现场.jpg", &stripped), stripped);
}

#[test]
fn a_picture_without_loss_drops_its_texts() {
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let mut bytes = u32::try_from(content.len()).unwrap().to_be_bytes().to_vec();
        bytes.extend(name);
        bytes.extend(content);
        bytes.extend([0; 4]);
        bytes
    };
    let whole = |text: bool| {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        bytes.extend(chunk(b"IHDR", &[0; 13]));
        if text {
            bytes.extend(chunk(b"tEXt", b"Author\0zhang"));
        }
        bytes.extend(chunk(b"IDAT", &[1, 2, 3]));
        bytes.extend(chunk(b"IEND", &[]));
        bytes
    };
    assert_eq!(kinds(&read("图.png", &whole(true))), [HiddenKind::PictureText]);
    assert_eq!(strip("图.png", &whole(true)), whole(false));
}

fn pdf(encrypt: bool) -> Vec<u8> {
    use lopdf::content::{Content, Operation};
    use lopdf::{Document, Object, Stream, StringFormat, dictionary};
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let font =
        document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let operations = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 12.into()]),
        Operation::new("Td", vec![50.into(), 700.into()]),
        Operation::new("Tj", vec![Object::string_literal("13812345678")]),
        Operation::new("ET", vec![]),
    ];
    let content = document.add_object(Stream::new(dictionary! {}, Content { operations }.encode().unwrap()));
    let note = document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Text", "Contents" => Object::string_literal("secret note"), "Rect" => vec![0.into(), 0.into(), 9.into(), 9.into()],
    });
    let link = document.add_object(dictionary! { "Type" => "Annot", "Subtype" => "Link", "Rect" => vec![0.into(), 0.into(), 9.into(), 9.into()] });
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Annots" => vec![note.into(), link.into()],
    });
    document.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }),
    );
    let script = document
        .add_object(dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") });
    let catalog =
        document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages, "OpenAction" => script });
    document.trailer.set("Root", catalog);
    let information = document.add_object(dictionary! { "Author" => Object::string_literal("zhang") });
    document.trailer.set("Info", information);
    document.trailer.set(
        "ID",
        Object::Array(vec![
            Object::String(vec![1; 16], StringFormat::Hexadecimal),
            Object::String(vec![1; 16], StringFormat::Hexadecimal),
        ]),
    );
    if encrypt {
        let version = lopdf::EncryptionVersion::V1 {
            document: &document,
            owner_password: "owner",
            user_password: "user",
            permissions: lopdf::Permissions::all(),
        };
        let state = lopdf::EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
    }
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_pdf_tells_its_text_and_what_is_hidden_and_is_stripped() {
    let file = pdf(false);
    let content = read("决算.pdf", &file);
    assert_eq!(texts(&content).concat().trim(), "13812345678");
    assert_eq!(content.segments[0].place, "第1页");
    assert_eq!(kinds(&content), [HiddenKind::Property, HiddenKind::Annotation, HiddenKind::Script]);
    let stripped = strip("决算.pdf", &file);
    let content = read("决算.pdf", &stripped);
    assert_eq!(content.hidden, []);
    assert_eq!(texts(&content).concat().trim(), "13812345678");
    for gone in [b"zhang".as_slice(), b"secret note", b"app.alert"] {
        assert!(!stripped.windows(gone.len()).any(|window| window == gone));
    }
}

#[test]
fn what_must_not_be_published_as_it_is_is_refused() {
    let limits = Limits::default();
    let refusal = |name: &str, bytes: &[u8]| attachment::read(name, bytes, &limits).unwrap_err().code();
    assert_eq!(refusal("空.docx", b""), "empty");
    assert_eq!(refusal("锁.pdf", &pdf(true)), "encrypted");
    assert_eq!(refusal("假.pdf", &telling_word()), "not-what-it-says");
    assert_eq!(refusal("假.docx", &pdf(false)), "not-what-it-says");
    assert_eq!(refusal("假.jpg", "文字".as_bytes()), "not-what-it-says");
    assert_eq!(refusal("假.xlsx", &telling_word()), "not-what-it-says");
    assert_eq!(refusal("断.docx", &telling_word()[..400]), "truncated");
    let macros = word("", &[("word/vbaProject.bin", "x")]);
    assert_eq!(refusal("宏.docx", &macros), "macro-workbook");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    for _ in 0..30 {
        zip.write_all(&[b' '; 1_000_000]).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 1_000_000);
    assert_eq!(refusal("弹.docx", &bomb), "zip-bomb");
    let small = Limits { bytes: 100, ..Limits::default() };
    let too_large = attachment::read("大.docx", &telling_word(), &small).unwrap_err();
    assert!(matches!(too_large, Refusal::TooLarge { .. }));
}

#[test]
fn a_preview_shows_lines_and_tables() {
    let limits = Limits::default();
    let html = attachment::preview("plan.docx", &pilot("plan.docx"), &limits).unwrap();
    assert!(html.contains("<table>") && html.contains("rowspan="));
    assert_eq!(
        attachment::preview("甲.txt", "一 <b>\n二".as_bytes(), &limits).unwrap(),
        "<p>一 &lt;b&gt;</p><p>二</p>"
    );
    let html = attachment::preview("名单.csv", "单位,户数\n\"甲,镇\",12\n\n".as_bytes(), &limits).unwrap();
    assert_eq!(
        html,
        "<table><tbody><tr><td>单位</td><td>户数</td></tr><tr><td>甲,镇</td><td>12</td></tr></tbody></table>"
    );
    let html = attachment::preview("名单.xlsx", &telling_workbook(), &limits).unwrap();
    assert!(html.contains("<caption>名单</caption>") && !html.contains("藏在表里"));
}

#[test]
fn the_pilots_files_are_stripped_without_a_word_lost() {
    for name in ["plan.docx", "plan.xlsx"] {
        let file = pilot(name);
        let before = read(name, &file);
        let after = read(name, &strip(name, &file));
        assert_eq!(texts(&before), texts(&after), "{name}");
        assert_eq!(after.hidden, [], "{name}");
        assert_eq!(
            support::read(name, &file).unwrap().0.tables,
            support::read(name, &strip(name, &file)).unwrap().0.tables
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn masking_changes_just_the_words(words in proptest::collection::vec("[甲乙丙a<&\"0-9]{1,6}", 1..8), cuts in proptest::collection::vec(1_usize..4, 8), at in 0_usize..8) {
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
        let body: String = words
            .iter()
            .zip(&cuts)
            .map(|(word, cut)| {
                let characters: Vec<char> = word.chars().collect();
                let runs: String = characters.chunks(*cut).map(|chunk| run(&escaped(&chunk.iter().collect::<String>()))).collect();
                paragraph(&runs)
            })
            .collect();
        let file = word(&body, &[]);
        let before = read("甲.docx", &file);
        prop_assert_eq!(texts(&before), words.iter().map(String::as_str).collect::<Vec<_>>());
        let at = at % words.len();
        let start = words[at].chars().next().unwrap().len_utf8();
        let edit = Edit { segment: at, range: start..words[at].len(), with: "*<".to_owned() };
        let after = read("甲.docx", &attachment::mask("甲.docx", &file, &[edit], &Limits::default()).unwrap());
        let mut expected = words.clone();
        if start < words[at].len() {
            expected[at] = format!("{}*<", &words[at][..start]);
        }
        prop_assert_eq!(texts(&after), expected.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn no_broken_file_stops_the_reader(which in 0_usize..5, flips in proptest::collection::vec((0.0_f64..1.0, any::<u8>()), 1..12), cut in 0.0_f64..1.0) {
        let (name, mut bytes) = match which {
            0 => ("甲.docx", telling_word()),
            1 => ("甲.xlsx", telling_workbook()),
            2 => ("甲.jpg", photograph()),
            3 => ("甲.html", b"<p>1<!-- x --><b>2</b><script>3</script>".to_vec()),
            _ => ("甲.pdf", pdf(false)),
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a small file")]
        for (place, value) in flips {
            let at = (place * bytes.len() as f64) as usize;
            bytes[at] = value;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a small file")]
        bytes.truncate(bytes.len() / 2 + (cut * (bytes.len() / 2) as f64) as usize);
        let limits = Limits::default();
        if attachment::read(name, &bytes, &limits).is_ok()
            && let Ok(stripped) = attachment::strip(name, &bytes, &limits)
        {
            let _ = attachment::read(name, &stripped, &limits);
        }
        let _ = attachment::preview(name, &bytes, &limits);
    }
}
