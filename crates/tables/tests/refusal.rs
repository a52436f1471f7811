//! Files that are not read: each gets one sentence saying what is wrong and what to do, and costs little.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

mod support;

use support::{docx, ole, paragraph, pilot, read, sheet_rows, word_table, xlsx, zip};
use tables::{Limits, Refusal};

fn refused(name: &str, bytes: &[u8]) -> String {
    let refusal = read(name, bytes).unwrap_err();
    let message = refusal.to_string();
    assert!(message.contains('请'), "it says what to do: {message}");
    format!("{}: {message}", refusal.code())
}

#[test]
fn a_file_without_content() {
    insta::assert_snapshot!(refused("a.xlsx", b""), @"empty: 文件是空的，没有任何内容。请确认选对了文件后重新上传。");
}

#[test]
fn a_truncated_file() {
    for name in ["plan.docx", "plan.xlsx"] {
        let bytes = pilot(name);
        for length in [3, 10, 100, bytes.len() / 2, bytes.len() - 30] {
            assert_eq!(
                read(name, &bytes[..length]).unwrap_err().code(),
                "truncated",
                "{name} cut at {length}"
            );
        }
    }
    insta::assert_snapshot!(refused("plan.docx", &pilot("plan.docx")[..20_000]), @"truncated: 文件不完整，可能没有下载或复制完。请重新获取原文件，用 Word、Excel 或 WPS 确认能打开后再上传。");
    assert_eq!(read("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").unwrap_err(), Refusal::Truncated);
}

#[test]
fn a_part_that_is_cut_off() {
    let relations = br#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/></Relationships>"#;
    let document = b"<w:document><w:body><w:tbl><w:tr>";
    let bytes = zip(&[
        ("_rels/.rels", relations),
        ("word/document.xml", document),
        ("[Content_Types].xml", b"<Types/>"),
    ]);
    assert_eq!(read("a.docx", &bytes).unwrap_err(), Refusal::Truncated);
    let document = b"<w:document><w:body></w:tbl></w:body></w:document>";
    let bytes = zip(&[("_rels/.rels", relations), ("word/document.xml", document)]);
    insta::assert_snapshot!(refused("a.docx", &bytes), @"damaged: 文件已损坏（正文无法读取）。请用 Word、Excel 或 WPS 打开后另存为新文件，再重新上传。");
}

#[test]
fn a_zip_bomb() {
    let spaces = " ".repeat(3_000_000);
    let bytes = xlsx(&sheet_rows(&[&["序号", "主要任务"]]), &spaces);
    assert!(bytes.len() < 20_000);
    insta::assert_snapshot!(refused("a.xlsx", &bytes), @"zip-bomb: 文件解压后异常庞大，疑似压缩炸弹，已停止读取。请用 Word、Excel 或 WPS 打开原文件另存为新文件后重新上传。");
    // Within the ratio, but too much altogether.
    let limits = Limits { inflated_bytes: 100_000, ..Limits::default() };
    let refusal = tables::read("plan.docx", &pilot("plan.docx"), &limits).map(|_| ());
    assert_eq!(refusal, Ok(()), "styles and pictures are not even inflated");
    let limits = Limits { inflated_bytes: 10_000, ..Limits::default() };
    assert_eq!(tables::read("plan.docx", &pilot("plan.docx"), &limits).unwrap_err(), Refusal::ZipBomb);
}

#[test]
fn a_zip_of_thousands_of_entries() {
    let names: Vec<String> = (0..2_100).map(|index| format!("xl/{index}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(read("a.xlsx", &zip(&parts)).unwrap_err(), Refusal::ZipBomb);
}

#[test]
fn a_document_nested_without_end() {
    let body = format!("{}{}", "<w:sdt>".repeat(100), "</w:sdt>".repeat(100));
    insta::assert_snapshot!(refused("a.docx", &docx(&body)), @"too-deep: 文件内部结构嵌套过深，已停止读取。请把表格复制到一个新建的文件中再上传。");
    let nested = format!("{}{}", "<table><tr><td>".repeat(100), "</td></tr></table>".repeat(100));
    assert_eq!(read("a.html", nested.as_bytes()).unwrap_err(), Refusal::TooDeep);
}

#[test]
fn entities_are_never_expanded() {
    let bomb = r#"<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>"#;
    let document = format!(
        "<?xml version=\"1.0\"?>{bomb}<w:document><w:body>{}</w:body></w:document>",
        word_table(&[&["序号", "主要任务&b;&f;", "责任单位"], &["1", "编制目录&amp;公开", "旗财政局"]])
    );
    let bytes = zip(&[("word/document.xml", document.as_bytes())]);
    let (document, _) = read("a.docx", &bytes).unwrap();
    let texts: Vec<&str> = document.tables[0].cells.iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(texts, ["序号", "主要任务", "责任单位", "1", "编制目录&公开", "旗财政局"]);
}

#[test]
fn macros_are_not_let_in() {
    let workbook = zip(&[("xl/workbook.xml", b"<workbook/>"), ("xl/vbaProject.bin", b"x")]);
    insta::assert_snapshot!(refused("a.xlsm", &workbook), @"macro-workbook: 文件带有宏，出于安全考虑不读取。请另存为不带宏的 .xlsx 或 .docx 文件后重新上传。");
    let document = zip(&[("word/document.xml", b"<w:document/>"), ("word/vbaProject.bin", b"x")]);
    assert_eq!(read("a.docm", &document).unwrap_err(), Refusal::MacroWorkbook);
    let old = ole(&[("/Workbook", &[0; 5_000]), ("/_VBA_PROJECT_CUR/", b"")]);
    assert_eq!(read("a.xls", &old).unwrap_err(), Refusal::MacroWorkbook);
}

#[test]
fn password_protected_files() {
    let package = ole(&[("/EncryptionInfo", b"x"), ("/EncryptedPackage", &[0; 5_000])]);
    insta::assert_snapshot!(refused("a.xlsx", &package), @"encrypted: 文件设有打开密码，无法读取。请取消密码保护后重新上传。");
    // FILEPASS in an old workbook.
    let mut stream = vec![0x09, 0x08, 0x10, 0x00];
    stream.extend([0; 16]);
    stream.extend([0x2f, 0x00, 0x02, 0x00, 0x00, 0x00]);
    stream.resize(5_000, 0);
    assert_eq!(read("a.xls", &ole(&[("/Workbook", &stream)])).unwrap_err(), Refusal::Encrypted);
    // The encryption flag of a zip's entries.
    let mut bytes = pilot("plan.docx");
    let marks: Vec<(usize, usize)> = (0..bytes.len() - 4)
        .filter_map(|at| match &bytes[at..at + 4] {
            b"PK\x03\x04" => Some((at, 6)),
            b"PK\x01\x02" => Some((at, 8)),
            _ => None,
        })
        .collect();
    for (at, flags) in marks {
        bytes[at + flags] |= 1;
    }
    assert_eq!(read("plan.docx", &bytes).unwrap_err(), Refusal::Encrypted);
}

#[test]
fn a_file_that_is_not_what_its_name_says() {
    insta::assert_snapshot!(refused("任务分解表.xlsx", &pilot("plan.docx")), @"not-what-it-says: 文件名的后缀是“.xlsx”，内容却是“Word 文档（.docx）”。请核对是否选错了文件；确认无误的，改正后缀或另存为 .docx 格式后重新上传。");
    insta::assert_snapshot!(refused("任务分解表.docx", &pilot("plan.txt")), @"not-what-it-says: 文件名的后缀是“.docx”，内容却是“纯文本”。请核对是否选错了文件；确认无误的，改正后缀或另存为 .txt 格式后重新上传。");
    insta::assert_snapshot!(refused("任务分解表.xlsx", b"\x89PNG\r\n\x1a\n0000"), @"unsupported: 这是“图片”，不能读取其中的表格。请把图片中的表格录成 Word 或 Excel 文件后重新上传。");
    insta::assert_snapshot!(refused("任务分解表.docx", b"%PDF-1.7 ..."), @"unsupported: 这是“PDF 文件”，不能读取其中的表格。请上传排版前的 Word 或 Excel 原文件；只有 PDF 的，请先转成 Word 文档再上传。");
    insta::assert_snapshot!(refused("任务分解表.zip", &zip(&[("a.txt", b"x")])), @"unsupported: 这是“压缩包”，不能读取其中的表格。请解压后上传其中的 Word 或 Excel 文件。");
    for name in ["plan", "plan.2020年版", "a/b.DOCX "] {
        assert!(read(name, &pilot("plan.docx")).is_ok(), "{name}");
    }
}

#[test]
fn old_formats_need_libreoffice() {
    insta::assert_snapshot!(refused("a.doc", &ole(&[("/WordDocument", &[0; 5_000])])), @"libreoffice-missing: “旧版 Word 文档（.doc、.wps）”需要借助 LibreOffice 转换，本服务器没有安装。请另存为 .docx 或 .xlsx 后重新上传，或请管理员安装 LibreOffice。");
    assert_eq!(read("a.rtf", b"{\\rtf1 x}").unwrap_err().code(), "libreoffice-missing");
}

#[test]
fn files_without_a_table() {
    insta::assert_snapshot!(refused("a.docx", &docx(&paragraph("各有关部门：请落实。"))), @"no-table: 文件中没有找到表格。请上传含有任务分解表的 Word、Excel、网页或文本文件；表格是图片的，请先录成文字。");
    for (name, bytes) in [
        ("a.txt", "各有关部门：\n请认真落实。\n".as_bytes().to_vec()),
        ("a.html", b"<html><body><p>x</p></body></html>".to_vec()),
        ("a.xlsx", xlsx("", "")),
    ] {
        assert_eq!(read(name, &bytes).unwrap_err(), Refusal::NoTable, "{name}");
    }
}

#[test]
fn bytes_that_are_no_text() {
    let noise: Vec<u8> =
        (0..5_000_u32).map(|i| u8::try_from((i * 7919 + i * i % 251) % 256).unwrap()).collect();
    insta::assert_snapshot!(refused("a.txt", &noise), @"unknown-encoding: 文本的编码无法识别，读出来会是乱码。请用记事本打开后另存为 UTF-8 编码，再重新上传。");
}

#[test]
fn a_sheet_that_claims_the_whole_grid() {
    let far =
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    insta::assert_snapshot!(refused("a.xlsx", &xlsx(far, "")), @"too-large: 表格的行数超过50000行的上限，没有读取。请删去无关的工作表、图片或空行，或拆分后重新上传。");
    let wide = r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#;
    assert_eq!(read("a.xlsx", &xlsx(wide, "")).unwrap_err().code(), "too-large");
    // An old workbook's largest sheet, claimed with two cells.
    let number = |row: u16, column: u16| {
        let mut record = vec![0x03, 0x02, 14, 0];
        record.extend(row.to_le_bytes());
        record.extend(column.to_le_bytes());
        record.extend([0; 10]);
        record
    };
    let begin: Vec<u8> = [0x09, 0x08, 0x10, 0x00].into_iter().chain([0; 16]).collect();
    let mut stream = begin.clone();
    // One sheet, named A, that begins after this record.
    stream.extend([0x85, 0, 9, 0, 33, 0, 0, 0, 0, 0, 1, 0, b'A']);
    stream.extend(begin);
    stream.extend(number(0, 0));
    stream.extend(number(65_535, 255));
    stream.resize(5_000, 0);
    assert_eq!(read("a.xls", &ole(&[("/Workbook", &stream)])).unwrap_err().code(), "too-large");
    let spans = "<table><tr><td rowspan=999999999 colspan=999999999>a<td>b<tr><td>c<td>d</table>";
    assert_eq!(read("a.html", spans.as_bytes()).unwrap_err().code(), "too-large");
}

#[test]
fn larger_than_the_limit() {
    let limits = Limits { bytes: 1_000_000, ..Limits::default() };
    let refusal = tables::read("a.txt", &vec![b'a'; 1_000_001], &limits).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "文件超过1 MB 的上限，没有读取。请删去无关的工作表、图片或空行，或拆分后重新上传。"
    );
}
