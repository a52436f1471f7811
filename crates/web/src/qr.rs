//! QR codes as SVG: an address to be photographed from a screen, a poster, a handout.

use fast_qr::{Mask, QRBuilder};
use std::fmt::Write as _;

/// Light modules around the code, as the standard's readers expect at least.
const MARGIN: usize = 2;

/// The code of an address as an inline picture, named for those who do not see it; `None` for a text too long for one.
pub(crate) fn svg(address: &str, name: &str) -> Option<String> {
    // Any mask can be read. To choose the prettiest of eight costs more than all the rest of a page.
    let code = QRBuilder::new(address).mask(Mask::Checkerboard).build().ok()?;
    let name = name.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let size = code.size + 2 * MARGIN;
    let mut picture = String::with_capacity(4_000);
    let _ = write!(
        picture,
        "<svg role=\"img\" aria-label=\"{name}\" class=\"qr\" viewBox=\"0 0 {size} {size}\" xmlns=\"http://www.w3.org/2000/svg\"><path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/><path d=\""
    );
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let dark = code[row][column..].iter().take_while(|module| module.value()).count();
            if dark > 0 {
                // A bar of neighbouring dark modules.
                let _ = write!(picture, "M{} {}h{dark}v1h-{dark}z", column + MARGIN, row + MARGIN);
            }
            column += dark.max(1);
        }
    }
    picture.push_str("\"/></svg>");
    Some(picture)
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

    #[test]
    fn every_dark_module_is_drawn_once() {
        let address = "https://www.example.gov.cn/disclosures/1";
        let code = QRBuilder::new(address).mask(Mask::Checkerboard).build().unwrap();
        let dark = (0..code.size).flat_map(|row| code[row].iter()).filter(|module| module.value()).count();
        let picture = svg(address, "甲").unwrap();
        let (_, bars) = picture.rsplit_once("d=\"").unwrap();
        let drawn = bars.split('h').skip(1).filter_map(|bar| bar.split('v').next()?.parse::<usize>().ok());
        assert_eq!(drawn.sum::<usize>(), dark);
    }
}
