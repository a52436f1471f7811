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
    let mut picture = String::with_capacity(3_000);
    let _ = write!(
        picture,
        "<svg role=\"img\" aria-label=\"{name}\" class=\"qr\" viewBox=\"0 0 {size} {size}\" xmlns=\"http://www.w3.org/2000/svg\"><path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/><path stroke=\"#000\" d=\""
    );
    for row in 0..code.size {
        // A stroke one module wide along the row's middle, a bar for neighbouring dark modules, moving on over light ones.
        let (mut column, mut pen) = (0, None);
        while column < code.size {
            let dark = code[row][column..].iter().take_while(|module| module.value()).count();
            if dark > 0 {
                match pen {
                    None => {
                        picture.push('M');
                        push(&mut picture, column + MARGIN);
                        picture.push(' ');
                        push(&mut picture, row + MARGIN);
                        picture.push_str(".5");
                    }
                    Some(pen) => {
                        picture.push('m');
                        push(&mut picture, column - pen);
                        picture.push_str(" 0");
                    }
                }
                picture.push('h');
                push(&mut picture, dark);
                pen = Some(column + dark);
            }
            column += dark.max(1);
        }
    }
    picture.push_str("\"/></svg>");
    Some(picture)
}

/// The code of an address for paper; `None` for a text too long for one.
pub(crate) fn printed(address: &str) -> Option<print::Code> {
    let code = QRBuilder::new(address).mask(Mask::Checkerboard).build().ok()?;
    let mut bars = Vec::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let dark = code[row][column..code.size].iter().take_while(|module| module.value()).count();
            if dark > 0 {
                bars.push((row, column, dark));
            }
            column += dark.max(1);
        }
    }
    Some(print::Code { size: code.size, bars })
}

/// A number in digits, without the machinery of formatting: a page's code has some six hundred.
fn push(text: &mut String, number: usize) {
    if number >= 10 {
        push(text, number / 10);
    }
    text.push(char::from_digit((number % 10) as u32, 10).unwrap_or('0'));
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
    fn the_printed_bars_are_the_code() {
        let address = "https://www.example.gov.cn/disclosures/1";
        let code = QRBuilder::new(address).mask(Mask::Checkerboard).build().unwrap();
        let printed = printed(address).unwrap();
        assert_eq!(printed.size, code.size);
        let dark = |row: usize, column: usize| {
            printed
                .bars
                .iter()
                .any(|(at, from, length)| *at == row && (*from..from + length).contains(&column))
        };
        for row in 0..code.size {
            for column in 0..code.size {
                assert_eq!(dark(row, column), code[row][column].value(), "row {row}, column {column}");
            }
        }
    }

    #[test]
    fn the_picture_is_the_code() {
        let address = "https://www.example.gov.cn/disclosures/1";
        let code = QRBuilder::new(address).mask(Mask::Checkerboard).build().unwrap();
        let picture = svg(address, "甲").unwrap();
        let (_, bars) = picture.rsplit_once("d=\"").unwrap();
        let mut drawn = vec![vec![false; code.size]; code.size];
        for line in bars.trim_end_matches("\"/></svg>").split('M').skip(1) {
            let (start, moves) = line.split_once('h').unwrap();
            let (column, row) = start.split_once(' ').unwrap();
            let row = row.strip_suffix(".5").unwrap().parse::<usize>().unwrap() - MARGIN;
            let mut column = column.parse::<usize>().unwrap() - MARGIN;
            let mut rest = moves;
            loop {
                let end = rest.find('m').unwrap_or(rest.len());
                for _ in 0..rest[..end].parse::<usize>().unwrap() {
                    assert!(!std::mem::replace(&mut drawn[row][column], true));
                    column += 1;
                }
                let Some((gap, next)) = rest[end..].strip_prefix('m').and_then(|gap| gap.split_once(" 0h"))
                else {
                    break;
                };
                column += gap.parse::<usize>().unwrap();
                rest = next;
            }
        }
        for (row, line) in drawn.iter().enumerate() {
            let dark: Vec<bool> = code[row][..code.size].iter().map(|module| module.value()).collect();
            assert_eq!(line, &dark, "row {row}");
        }
    }
}
