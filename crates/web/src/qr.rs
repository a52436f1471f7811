//! QR codes as SVG: an address to be photographed from a screen, a poster, a handout.

use fast_qr::QRBuilder;
use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;

/// The code of an address as an inline picture, named for those who do not see it; `None` for a text too long for one.
pub(crate) fn svg(address: &str, name: &str) -> Option<String> {
    let code = QRBuilder::new(address).build().ok()?;
    let picture = SvgBuilder::default().margin(2).to_str(&code);
    let name = name.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    Some(picture.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{name}\" class=\"qr\" "), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_named_picture() {
        let picture = svg("https://www.example.gov.cn/disclosures/1", "甲\"<").unwrap();
        assert!(picture.starts_with("<svg role=\"img\" aria-label=\"甲&quot;&lt;\""));
        assert!(!picture.contains("style="), "the page's policy shows no inline style");
        assert_eq!(svg(&"长".repeat(5_000), "乙"), None);
    }
}
