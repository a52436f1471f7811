//! Word documents: bytes as they come, and the document or numbering part within a sound package. The first byte
//! chooses the part.

#![no_main]

const RELATIONS: &[u8] = br#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/></Relationships>"#;
const OWN: &[u8] = br#"<Relationships><Relationship Id="n" Type="x/numbering" Target="numbering.xml"/><Relationship Id="h" Type="x/header" Target="header1.xml"/></Relationships>"#;
const DOCUMENT: &[u8] = include_bytes!("../parts/document.xml");
const NUMBERING: &[u8] = include_bytes!("../parts/numbering.xml");

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if data.starts_with(b"PK") {
        let _ = fuzz::whole_way("a.docx", data);
        return;
    }
    let fixed = [
        ("_rels/.rels", RELATIONS),
        ("word/_rels/document.xml.rels", OWN),
        ("word/document.xml", DOCUMENT),
        ("word/numbering.xml", NUMBERING),
        ("word/header1.xml", b"<w:hdr/>"),
    ];
    let parts = [
        "word/document.xml",
        "word/document.xml",
        "word/numbering.xml",
        "word/header1.xml",
        "word/_rels/document.xml.rels",
    ];
    let _ = fuzz::whole_way("a.docx", &fuzz::package(&parts, &fixed, data));
});
