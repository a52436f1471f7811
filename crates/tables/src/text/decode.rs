//! Which encoding bytes are in: by their mark, their page's word, their pattern; UTF-8, UTF-16, GB18030.

use crate::Refusal;
use domain::finding::Finding;
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// Turns bytes into text.
///
/// # Errors
/// [`Refusal::UnknownEncoding`] when no encoding gives readable text.
pub(crate) fn decode(bytes: &[u8], is_page: bool, findings: &mut Vec<Finding>) -> Result<String, Refusal> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return checked(encoding, bytes.get(mark..).unwrap_or_default(), findings);
    }
    if let Some(encoding) = looks_like_utf16(bytes) {
        return checked(encoding, bytes, findings);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return readable(text.to_owned());
    }
    let said = is_page.then(|| charset(bytes)).flatten().filter(|said| *said != UTF_8);
    // GBK and GB2312 are parts of GB18030.
    checked(said.unwrap_or(GB18030), bytes, findings)
}

fn checked(
    encoding: &'static Encoding,
    bytes: &[u8],
    findings: &mut Vec<Finding>,
) -> Result<String, Refusal> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let text = text.into_owned();
    let (mut characters, mut wrong) = (0_usize, 0_usize);
    for c in text.chars() {
        characters += 1;
        wrong += usize::from(c == '\u{fffd}');
    }
    if wrong * 50 > characters {
        return Err(Refusal::UnknownEncoding);
    }
    if wrong > 0 {
        findings.push(Finding::warning(
            "encoding-doubtful",
            format!("按 {} 编码读取，有{wrong}处无法识别，显示为“\u{fffd}”。请对照原文件改正，或另存为 UTF-8 编码后重新上传。", encoding.name()),
        ));
    }
    readable(text)
}

/// Text is not full of control characters; a program or a picture is.
fn readable(text: String) -> Result<String, Refusal> {
    let (mut characters, mut controls) = (0_usize, 0_usize);
    for c in text.chars().take(20_000) {
        characters += 1;
        controls += usize::from(c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'));
    }
    if controls * 10 > characters { Err(Refusal::UnknownEncoding) } else { Ok(text) }
}

/// Tabs, line ends and digits of UTF-16 leave a zero in every other byte.
fn looks_like_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let sample = bytes.get(..bytes.len().min(8_000)).unwrap_or(bytes);
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd >= 2 && odd > even * 8 {
        return Some(UTF_16LE);
    }
    (even >= 2 && even > odd * 8).then_some(UTF_16BE)
}

/// `charset=…` in the head of a page.
fn charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head: String = bytes.iter().take(4_000).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let (_, after) = head.split_once("charset=")?;
    let label: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(30)
        .collect();
    Encoding::for_label(label.as_bytes())
}
