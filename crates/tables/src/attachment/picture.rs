//! Pictures: what a camera or an editor wrote beside the pixels, and the picture without it. Pixels are not touched.

use super::{Hidden, HiddenKind};
use crate::Refusal;
use exif::{In, Tag, Value};
use std::ops::Range;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Whether the bytes are a picture known here.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(PNG) || bytes.starts_with(b"\xff\xd8\xff")
}

/// What a picture carries beside its pixels.
pub(super) fn hidden(bytes: &[u8], place: &str) -> Vec<Hidden> {
    let mut found = Vec::new();
    let mut say = |what, detail: String| found.push(Hidden { what, place: place.to_owned(), detail });
    for part in parts(bytes).unwrap_or_default() {
        let content = bytes.get(part.content).unwrap_or_default();
        match part.sort {
            Sort::Exif => {
                for (what, detail) in exif(content) {
                    say(what, detail);
                }
            }
            Sort::Description => say(HiddenKind::PictureText, printable(content)),
            Sort::Needed => {}
        }
    }
    found
}

/// The picture with nothing but what showing it needs. A picture that lies on its side keeps saying so.
///
/// # Errors
/// [`Refusal::Truncated`], when its parts do not add up.
pub(super) fn strip(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let parts = parts(bytes).ok_or(Refusal::Truncated)?;
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for part in parts {
        if part.sort == Sort::Needed {
            continue;
        }
        out.extend_from_slice(bytes.get(at..part.whole.start).unwrap_or_default());
        at = part.whole.end;
        let content = bytes.get(part.content).unwrap_or_default();
        if part.sort == Sort::Exif
            && bytes.starts_with(b"\xff\xd8")
            && let Some(turned) = orientation(content).filter(|turned| (2..=8).contains(turned))
        {
            out.extend_from_slice(&turn(turned));
        }
    }
    out.extend_from_slice(bytes.get(at..).unwrap_or_default());
    Ok(out)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Needed,
    Exif,
    Description,
}

struct PicturePart {
    sort: Sort,
    /// Marker, length and content.
    whole: Range<usize>,
    content: Range<usize>,
}

/// The parts before the pixels; `None` when the picture is cut off.
fn parts(bytes: &[u8]) -> Option<Vec<PicturePart>> {
    if bytes.starts_with(PNG) { png(bytes) } else { jpeg(bytes) }
}

fn png(bytes: &[u8]) -> Option<Vec<PicturePart>> {
    let mut parts = Vec::new();
    let mut at = PNG.len();
    loop {
        let length = usize::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()?;
        let name = bytes.get(at + 4..at + 8)?;
        let end = at.checked_add(length)?.checked_add(12)?;
        bytes.get(at..end)?;
        let sort = match name {
            b"eXIf" => Sort::Exif,
            b"tEXt" | b"zTXt" | b"iTXt" | b"tIME" => Sort::Description,
            _ => Sort::Needed,
        };
        parts.push(PicturePart { sort, whole: at..end, content: at + 8..end - 4 });
        if name == b"IEND" {
            if end < bytes.len() {
                parts.push(PicturePart {
                    sort: Sort::Description,
                    whole: end..bytes.len(),
                    content: end..bytes.len(),
                });
            }
            return Some(parts);
        }
        at = end;
    }
}

fn jpeg(bytes: &[u8]) -> Option<Vec<PicturePart>> {
    let mut parts = Vec::new();
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        // Fill bytes before a marker are allowed.
        if marker == 0xff {
            at += 1;
            continue;
        }
        // The pixels begin: what follows is theirs.
        if marker == 0xda || marker == 0xd9 {
            return Some(parts);
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?));
        let end = at.checked_add(2)?.checked_add(length.max(2))?;
        let content = bytes.get(at + 4..end)?;
        let sort = match marker {
            0xe1 if content.starts_with(b"Exif\0\0") => Sort::Exif,
            // Other applications' notes: XMP, IPTC, maker's data. Colour profiles (2) and Adobe's transform (14) are needed.
            0xe1 | 0xe3..=0xed | 0xef | 0xfe => Sort::Description,
            _ => Sort::Needed,
        };
        let skip = if sort == Sort::Exif { 6 } else { 0 };
        parts.push(PicturePart { sort, whole: at..end, content: at + 4 + skip..end });
        at = end;
    }
}

fn exif(raw: &[u8]) -> Vec<(HiddenKind, String)> {
    let Ok(exif) = exif::Reader::new().read_raw(raw.to_vec()) else {
        return vec![(HiddenKind::PictureText, "拍摄信息".to_owned())];
    };
    let shown = |tag| exif.get_field(tag, In::PRIMARY).map(|field| field.display_value().to_string());
    let mut found = Vec::new();
    if let (Some(latitude), Some(longitude)) = (shown(Tag::GPSLatitude), shown(Tag::GPSLongitude)) {
        found.push((HiddenKind::PicturePosition, format!("{latitude}，{longitude}")));
    }
    let camera: Vec<String> = [
        Tag::Make,
        Tag::Model,
        Tag::Software,
        Tag::Artist,
        Tag::Copyright,
        Tag::CameraOwnerName,
        Tag::BodySerialNumber,
    ]
    .into_iter()
    .filter_map(shown)
    .map(|value| value.trim_matches('"').to_owned())
    .collect();
    let taken = shown(Tag::DateTimeOriginal);
    let told: Vec<String> = camera.into_iter().chain(taken).filter(|value| !value.is_empty()).collect();
    if !told.is_empty() {
        found.push((HiddenKind::PictureCamera, told.join("，")));
    }
    let turned_only = exif.fields().all(|field| field.tag == Tag::Orientation);
    if found.is_empty() && !turned_only {
        found.push((HiddenKind::PictureCamera, "拍摄参数".to_owned()));
    }
    found
}

fn orientation(raw: &[u8]) -> Option<u8> {
    let exif = exif::Reader::new().read_raw(raw.to_vec()).ok()?;
    match &exif.get_field(Tag::Orientation, In::PRIMARY)?.value {
        Value::Short(values) => values.first().and_then(|value| u8::try_from(*value).ok()),
        _ => None,
    }
}

/// A JPEG segment that says nothing but how the picture lies (Exif 2.32, tag 0x0112).
fn turn(orientation: u8) -> Vec<u8> {
    let mut segment = vec![0xff, 0xe1, 0, 34];
    segment.extend_from_slice(b"Exif\0\0");
    segment.extend_from_slice(b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    segment.push(orientation);
    segment.extend_from_slice(&[0, 0, 0, 0, 0, 0]);
    segment
}

fn printable(content: &[u8]) -> String {
    let text = String::from_utf8_lossy(content);
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    domain::text::head(text.trim(), 80)
}
