//! Attachments: bytes as they come under every name, and parts within sound packages. What was stripped is read again and
//! hides nothing that could be taken out; the first byte chooses.

#![no_main]

use tables::attachment;

const DOCUMENT: &[u8] = include_bytes!("../parts/document.xml");
const RELATIONS: &[u8] = br#"<Relationships><Relationship Id="a" Type="x/comments" Target="comments.xml"/><Relationship Id="s" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const SHEET: &[u8] = br#"<worksheet><cols><col min="2" max="2" hidden="1"/></cols><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row></sheetData></worksheet>"#;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (choice, rest) = data.split_first().unwrap_or((&0, &[]));
    match choice % 7 {
        0 => whole_way("a.pdf", rest),
        1 => whole_way("a.jpg", rest),
        2 => whole_way("a.png", &[b"\x89PNG\r\n\x1a\n", rest].concat()),
        3 => {
            whole_way("a.html", &[b"<p>", rest].concat());
            if let Ok(text) = std::str::from_utf8(rest) {
                let clean = tables::rich::clean(text);
                let blocks = tables::rich::block::blocks(&clean);
                let places: Vec<_> = (0..blocks.len())
                    .map(|block| tables::rich::block::Place { block, range: 0..blocks[block].text.len() })
                    .collect();
                let marked = tables::rich::block::mark(&clean, &places);
                assert_eq!(tables::rich::block::blocks(&marked).len(), blocks.len());
            }
        }
        4 => whole_way("a.txt", rest),
        5 => {
            let fixed = [
                ("word/document.xml", DOCUMENT),
                ("word/_rels/document.xml.rels", RELATIONS),
                ("word/comments.xml", b"<w:comments/>"),
                ("docProps/core.xml", b"<p/>"),
            ];
            whole_way("a.docx", &fuzz::package(&fixed.map(|(name, _)| name), &fixed, rest));
        }
        _ => {
            let fixed = [
                (
                    "xl/workbook.xml",
                    br#"<workbook><sheets><sheet name="a" r:id="s"/></sheets></workbook>"#.as_slice(),
                ),
                ("xl/_rels/workbook.xml.rels", RELATIONS),
                ("xl/worksheets/sheet1.xml", SHEET),
                ("xl/sharedStrings.xml", b"<sst><si><t>x</t></si><si><t>y</t></si></sst>"),
            ];
            whole_way("a.xlsx", &fuzz::package(&fixed.map(|(name, _)| name), &fixed, rest));
        }
    }
});

fn whole_way(name: &str, bytes: &[u8]) {
    let limits = fuzz::limits();
    let Ok(content) = attachment::read(name, bytes, &limits) else { return };
    if attachment::can_mask(content.kind) {
        let edits: Vec<_> = content
            .segments
            .iter()
            .enumerate()
            .map(|(segment, found)| attachment::Edit {
                segment,
                range: 0..found.text.len(),
                with: "*".into(),
            })
            .collect();
        let _ = attachment::mask(name, bytes, &edits, &limits);
    }
    let _ =
        attachment::strip(name, bytes, &limits).map(|stripped| attachment::read(name, &stripped, &limits));
    let _ = attachment::preview(name, bytes, &limits);
}
