//! What a file is, by its content; and whether its name says so.

use crate::Refusal;
use domain::finding::Finding;
use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Excel since 2007, and WPS.
    Xlsx,
    /// Excel until 2003, and WPS's .et.
    Xls,
    /// Word since 2007, and WPS.
    Docx,
    /// A web page.
    Html,
    /// Plain text.
    #[default]
    Text,
    /// Word until 2003, and WPS's .wps.
    Doc,
    /// Rich text.
    Rtf,
    /// LibreOffice.
    OpenDocument,
    /// Excel 2003's XML.
    ExcelXml,
}

impl Kind {
    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Xlsx => "Excel 工作簿（.xlsx）",
            Self::Xls => "旧版 Excel 工作簿（.xls、.et）",
            Self::Docx => "Word 文档（.docx）",
            Self::Html => "网页",
            Self::Text => "纯文本",
            Self::Doc => "旧版 Word 文档（.doc、.wps）",
            Self::Rtf => "RTF 文档",
            Self::OpenDocument => "OpenDocument 文件（.odt、.ods）",
            Self::ExcelXml => "Excel 2003 XML 表格",
        }
    }

    /// Endings of names that go with it. Systems export web pages and text as `.xls` and `.doc`, and WPS saves new
    /// formats under old names; those are read and reported, not refused.
    fn endings(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Xlsx => (&["xlsx"], &["xls", "et"]),
            Self::Xls => (&["xls", "et", "xlt"], &[]),
            Self::Docx => (&["docx"], &["doc", "wps"]),
            Self::Html => {
                (&["html", "htm", "xhtml", "shtml", "jsp", "mht"], &["xls", "doc", "et", "wps", "txt"])
            }
            Self::Text => (&["txt", "csv", "tsv", "md", "text", "tab"], &["xls", "et"]),
            Self::Doc => (&["doc", "wps", "dot"], &[]),
            Self::Rtf => (&["rtf"], &["doc", "wps"]),
            Self::OpenDocument => (&["odt", "ods", "fods", "fodt"], &[]),
            Self::ExcelXml => (&["xml"], &["xls", "et"]),
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Xlsx | Self::Xls | Self::ExcelXml => ".xlsx",
            Self::Docx | Self::Doc | Self::Rtf | Self::OpenDocument => ".docx",
            Self::Html => ".html",
            Self::Text => ".txt",
        }
    }
}

const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// What the content is.
pub(crate) fn of(bytes: &[u8]) -> Result<Kind, Refusal> {
    if bytes.starts_with(ZIP) {
        return in_zip(bytes);
    }
    if bytes.starts_with(OLE) {
        return in_ole(bytes);
    }
    if OLE.starts_with(bytes) || (bytes.len() < 4 && ZIP.starts_with(bytes)) {
        return Err(Refusal::Truncated);
    }
    for (magic, kind, advice) in BINARY {
        if bytes.starts_with(magic) {
            return Err(Refusal::Unsupported { kind, advice });
        }
    }
    if bytes.starts_with(b"{\\rtf") {
        return Ok(Kind::Rtf);
    }
    let head: String = bytes
        .iter()
        .take(4_000)
        .filter(|byte| byte.is_ascii() && **byte != 0)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    let start = head.trim_start();
    if start.starts_with("<?xml") && head.contains("urn:schemas-microsoft-com:office:spreadsheet") {
        return Ok(Kind::ExcelXml);
    }
    if start.starts_with("mime-version:") {
        let advice = "请用 Excel 或 Word 打开，另存为 .xlsx 或 .docx 后重新上传";
        return Err(Refusal::Unsupported { kind: "单个文件网页（.mht）", advice });
    }
    let tags = ["<html", "<!doctype html", "<table", "<body", "<meta", "<tr", "<head", "<div", "<p>"];
    if start.starts_with('<') && tags.iter().any(|tag| head.contains(tag)) || head.contains("<table") {
        return Ok(Kind::Html);
    }
    Ok(Kind::Text)
}

const BINARY: [(&[u8], &str, &str); 11] = [
    (b"%PDF", "PDF 文件", "请上传排版前的 Word 或 Excel 原文件；只有 PDF 的，请先转成 Word 文档再上传"),
    (b"\x89PNG", "图片", "请把图片中的表格录成 Word 或 Excel 文件后重新上传"),
    (b"\xff\xd8\xff", "图片", "请把图片中的表格录成 Word 或 Excel 文件后重新上传"),
    (b"GIF8", "图片", "请把图片中的表格录成 Word 或 Excel 文件后重新上传"),
    (b"BM", "图片", "请把图片中的表格录成 Word 或 Excel 文件后重新上传"),
    (b"II*\0", "图片", "请把图片中的表格录成 Word 或 Excel 文件后重新上传"),
    (b"Rar!", "压缩包", "请解压后上传其中的 Word 或 Excel 文件"),
    (b"7z\xbc\xaf", "压缩包", "请解压后上传其中的 Word 或 Excel 文件"),
    (b"\x1f\x8b", "压缩包", "请解压后上传其中的 Word 或 Excel 文件"),
    (b"PK\x05\x06", "空压缩包", "请上传 Word 或 Excel 文件"),
    (b"MZ", "程序", "请确认选对了文件后重新上传"),
];

/// An office file is a zip with a certain part. The directory is read by the archive; here its names are enough.
fn in_zip(bytes: &[u8]) -> Result<Kind, Refusal> {
    let archive = crate::archive::Archive::open(bytes, &crate::Limits::default())?;
    if archive.has("xl/workbook.bin") {
        let advice = "请用 Excel 打开，另存为 .xlsx 后重新上传";
        return Err(Refusal::Unsupported { kind: "Excel 二进制工作簿（.xlsb）", advice });
    }
    let macros = |name: &str| {
        let lower = name.to_ascii_lowercase();
        lower.ends_with("vbaproject.bin") || lower.ends_with("vbadata.xml") || lower.contains("/macrosheets/")
    };
    if archive.names().any(|name| macros(&name)) {
        return Err(Refusal::MacroWorkbook);
    }
    if archive.names().any(|name| name.starts_with("xl/worksheets/")) || archive.has("xl/workbook.xml") {
        return Ok(Kind::Xlsx);
    }
    if archive.has("word/document.xml") {
        return Ok(Kind::Docx);
    }
    if archive.has("content.xml") && archive.has("mimetype") {
        return Ok(Kind::OpenDocument);
    }
    if archive.has("[Content_Types].xml") {
        return Err(Refusal::Damaged { part: "正文" });
    }
    Err(Refusal::Unsupported {
        kind: "压缩包", advice: "请解压后上传其中的 Word 或 Excel 文件"
    })
}

/// An old office file is a compound file with a certain stream.
fn in_ole(bytes: &[u8]) -> Result<Kind, Refusal> {
    if bytes.len() < 512 {
        return Err(Refusal::Truncated);
    }
    let file = cfb::CompoundFile::open(std::io::Cursor::new(bytes))
        .map_err(|_| Refusal::Damaged { part: "目录" })?;
    let has = |name: &str| file.is_stream(name) || file.is_storage(name);
    if has("/EncryptedPackage") || has("/EncryptionInfo") {
        return Err(Refusal::Encrypted);
    }
    if has("/_VBA_PROJECT_CUR") || has("/Macros") {
        return Err(Refusal::MacroWorkbook);
    }
    if has("/Workbook") || has("/Book") {
        return Ok(Kind::Xls);
    }
    if has("/WordDocument") {
        return Ok(Kind::Doc);
    }
    Err(Refusal::Unsupported {
        kind: "不含表格的旧版 Office 文件",
        advice: "请确认选对了文件，另存为 .docx 或 .xlsx 后重新上传",
    })
}

/// Whether the name's ending goes with the content: yes, near enough (a finding), or no.
pub(crate) fn agrees(name: &str, kind: Kind) -> Result<Option<Finding>, Refusal> {
    let Some((_, extension)) = name.rsplit_once('.') else {
        return Ok(None);
    };
    let extension = extension.trim().to_ascii_lowercase();
    let (right, near) = kind.endings();
    let known = extension.len() <= 5 && extension.chars().all(|c| c.is_ascii_alphanumeric());
    if extension.is_empty() || !known || right.contains(&extension.as_str()) {
        return Ok(None);
    }
    if near.contains(&extension.as_str()) {
        return Ok(Some(Finding::info(
            "name-mismatch",
            format!("文件名的后缀是“.{extension}”，内容是{}，已按内容读取。请核对选对了文件。", kind.label()),
        )));
    }
    Err(Refusal::NotWhatItSays { extension, kind: kind.label(), advice: kind.advice() })
}
