//! Files published with a disclosure: all their text with its place, what a reader does not see (properties, tracked
//! changes, comments, hidden sheets, positions of photographs), copies without it, copies with words masked, and a preview.
//!
//! ```
//! let content = tables::attachment::read("名单.txt", "张某某 138****5678".as_bytes(), &tables::Limits::default()).unwrap();
//! assert_eq!(content.segments[0].text, "张某某 138****5678");
//! ```

mod markup;
mod office;
mod package;
mod pdf;
mod picture;
mod plain;
mod preview;
mod word;
mod workbook;

use crate::{Limits, Refusal};
use package::Package;
pub use preview::preview;
use std::ops::Range;

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Word since 2007.
    Word,
    /// Excel since 2007.
    Workbook,
    /// PDF.
    Pdf,
    /// A JPEG or PNG picture.
    Picture,
    /// A web page.
    Page,
    /// Plain text, CSV.
    Text,
    /// Anything else; its text is not looked at.
    Other,
}

/// What an attachment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// What it is.
    pub kind: Kind,
    /// Its text, piece by piece: paragraphs, cells, pages, lines.
    pub segments: Vec<Segment>,
    /// What a reader does not see.
    pub hidden: Vec<Hidden>,
    /// Why its text could not be looked at, and what to do; `None` when it was.
    pub unread: Option<&'static str>,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Where it stands, in words: 第3段, 工作表“甲”B3, 第2页, 页眉.
    pub place: String,
    /// What it says.
    pub text: String,
    /// Sheet, row and column, each from 0, of a cell.
    pub cell: Option<(usize, usize, usize)>,
}

/// Something a reader does not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// What it is.
    pub what: HiddenKind,
    /// Where.
    pub place: String,
    /// What it says, shortened.
    pub detail: String,
}

/// Kinds of what a reader does not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HiddenKind {
    /// Author, company, manager, custom properties.
    Property,
    /// Text a tracked change adds.
    TrackedInsertion,
    /// Text a tracked change takes away.
    TrackedDeletion,
    /// A comment.
    Comment,
    /// Text formatted as hidden.
    HiddenText,
    /// A hidden sheet.
    HiddenSheet,
    /// A hidden row.
    HiddenRow,
    /// A hidden column.
    HiddenColumn,
    /// Text of deleted cells still in the file.
    Leftover,
    /// A file within the file.
    EmbeddedFile,
    /// A link to a file or template elsewhere.
    ExternalLink,
    /// Where a photograph was taken.
    PicturePosition,
    /// With what, when and by whom a photograph was taken.
    PictureCamera,
    /// Text within a picture's file.
    PictureText,
    /// A note on a page.
    Annotation,
    /// A script.
    Script,
}

impl HiddenKind {
    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Property => "文档属性",
            Self::TrackedInsertion => "修订（插入）",
            Self::TrackedDeletion => "修订（删除）",
            Self::Comment => "批注",
            Self::HiddenText => "隐藏文字",
            Self::HiddenSheet => "隐藏工作表",
            Self::HiddenRow => "隐藏行",
            Self::HiddenColumn => "隐藏列",
            Self::Leftover => "已删单元格残留的文字",
            Self::EmbeddedFile => "嵌入文件",
            Self::ExternalLink => "外部链接",
            Self::PicturePosition => "拍摄位置",
            Self::PictureCamera => "拍摄信息",
            Self::PictureText => "图片附加信息",
            Self::Annotation => "批注",
            Self::Script => "脚本",
        }
    }
}

/// Other words for a range of bytes of a segment's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The segment, by its place in [`Content::segments`].
    pub segment: usize,
    /// The bytes of its text.
    pub range: Range<usize>,
    /// What stands there instead.
    pub with: String,
}

/// A part of a segment's text and the bytes it comes from.
#[derive(Debug, Clone)]
struct Piece {
    text: Range<usize>,
    bytes: Range<usize>,
}

/// Where a segment comes from.
#[derive(Debug, Clone)]
enum Source {
    /// Words in a part.
    Pieces { part: String, pieces: Vec<Piece> },
    /// A cell whose element stands there.
    Cell { part: String, element: Range<usize> },
    /// Nowhere that could be changed.
    Fixed,
}

/// What is read, with where it comes from.
#[derive(Default)]
struct Read {
    segments: Vec<Segment>,
    sources: Vec<Source>,
    hidden: Vec<Hidden>,
    unread: Option<&'static str>,
}

/// What the file is, by its content.
///
/// # Errors
/// [`Refusal`], when it is empty, too large, locked, carries macros, or is not what its name says.
pub fn kind(name: &str, bytes: &[u8], limits: &Limits) -> Result<Kind, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > limits.bytes {
        return Err(Refusal::too_large("文件", limits.bytes / 1_000_000, " MB "));
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.trim().to_ascii_lowercase());
    let extension = extension.unwrap_or_default();
    let is = |kind, label, advice, endings: &[&str]| {
        if extension.is_empty() || endings.contains(&extension.as_str()) {
            Ok(kind)
        } else {
            Err(Refusal::NotWhatItSays { extension: extension.clone(), kind: label, advice })
        }
    };
    let head = bytes.get(..bytes.len().min(1_024)).unwrap_or_default();
    if head.windows(5).any(|window| window == b"%PDF-") {
        return is(Kind::Pdf, "PDF 文件", ".pdf", &["pdf"]);
    }
    if picture::is_picture(bytes) {
        return is(Kind::Picture, "图片", ".jpg 或 .png", &["jpg", "jpeg", "png", "jpe"]);
    }
    let claims = |endings: &[&str]| endings.contains(&extension.as_str());
    if claims(&["pdf", "jpg", "jpeg", "png"]) {
        let kind = crate::kind::of(bytes).map_or("其他格式的文件", crate::Kind::label);
        return Err(Refusal::NotWhatItSays { extension, kind, advice: "正确" });
    }
    match crate::kind::of(bytes) {
        Ok(kind) => {
            crate::kind::agrees(name, kind)?;
            Ok(match kind {
                crate::Kind::Docx => Kind::Word,
                crate::Kind::Xlsx => Kind::Workbook,
                crate::Kind::Html => Kind::Page,
                crate::Kind::Text if !bytes.contains(&0) => Kind::Text,
                _ => Kind::Other,
            })
        }
        Err(refusal @ Refusal::Unsupported { kind: "程序", .. }) => Err(refusal),
        // Slides and packed files are published too; their text is not looked at.
        Err(Refusal::Unsupported { .. }) => Ok(Kind::Other),
        Err(Refusal::Damaged { .. }) if claims(&["pptx", "ppsx", "ofd", "vsdx"]) => Ok(Kind::Other),
        Err(refusal) => Err(refusal),
    }
}

const UNREAD_OTHER: &str =
    "这种格式的文件不能自动检查。请人工核对其中有无个人信息，或者另存为 .docx、.xlsx 或 PDF 后重新上传。";

fn sources(kind: Kind, bytes: &[u8], limits: &Limits) -> Result<Read, Refusal> {
    match kind {
        Kind::Word => word::read(&Package::open(bytes, limits)?, limits),
        Kind::Workbook => workbook::read(&Package::open(bytes, limits)?, limits),
        Kind::Pdf => pdf::read(bytes),
        Kind::Text => plain::read_text(bytes, limits),
        Kind::Page => plain::read_page(bytes, limits),
        Kind::Picture => {
            let hidden = picture::hidden(bytes, "图片");
            let unread = Some("图片中的文字不能自动检查。请人工核对其中有无身份证号、人脸、签名等个人信息。");
            Ok(Read { hidden, unread, ..Read::default() })
        }
        Kind::Other => Ok(Read { unread: Some(UNREAD_OTHER), ..Read::default() }),
    }
}

/// Reads an attachment.
///
/// # Errors
/// [`Refusal`], when it must not be published as it is: locked, broken, a zip bomb, with macros, not what it says.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Content, Refusal> {
    let kind = kind(name, bytes, limits)?;
    let Read { segments, mut hidden, unread, .. } = sources(kind, bytes, limits)?;
    hidden.sort_by_key(|hidden| hidden.what);
    Ok(Content { kind, segments, hidden, unread })
}

/// The file without what a reader does not see. Its text stays as a reader sees it.
///
/// # Errors
/// As [`read`]; kinds whose inside is not known come back as they are.
pub fn strip(name: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    match kind(name, bytes, limits)? {
        Kind::Word => {
            let mut package = Package::open(bytes, limits)?;
            word::strip(&mut package, limits)?;
            package.write()
        }
        Kind::Workbook => {
            let mut package = Package::open(bytes, limits)?;
            workbook::strip(&mut package, limits)?;
            package.write()
        }
        Kind::Pdf => pdf::strip(bytes),
        Kind::Picture => picture::strip(bytes),
        Kind::Page => plain::strip_page(bytes, limits),
        Kind::Text | Kind::Other => Ok(bytes.to_vec()),
    }
}

/// Whether words of such a file can be masked here.
pub fn can_mask(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Workbook | Kind::Text | Kind::Page)
}

/// The file with other words in some places; what is not named stays as it is.
///
/// # Errors
/// As [`read`]; [`Refusal::Unsupported`] for kinds whose words cannot be changed (see [`can_mask`]).
pub fn mask(name: &str, bytes: &[u8], edits: &[Edit], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let kind = kind(name, bytes, limits)?;
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| (edit.segment, edit.range.start));
    match kind {
        Kind::Word => {
            let mut package = Package::open(bytes, limits)?;
            let read = word::read(&package, limits)?;
            word::mask(&mut package, &read, &edits);
            package.write()
        }
        Kind::Workbook => {
            let mut package = Package::open(bytes, limits)?;
            let read = workbook::read(&package, limits)?;
            workbook::mask(&mut package, &read, &edits, limits)?;
            package.write()
        }
        Kind::Text => plain::mask_text(bytes, &edits, limits),
        Kind::Page => plain::mask_page(bytes, &edits, limits),
        Kind::Pdf | Kind::Picture | Kind::Other => Err(Refusal::Unsupported {
            kind: "不能逐字修改的文件",
            advice: "请在原文件中遮盖后重新导出，再上传",
        }),
    }
}
