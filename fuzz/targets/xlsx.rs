//! Workbooks: bytes as they come, and one part within a sound package. The first byte chooses the part.

#![no_main]

const RELATIONS: &[u8] = br#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const OWN: &[u8] = br#"<Relationships><Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="t" Type="x/styles" Target="styles.xml"/><Relationship Id="w" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const WORKBOOK: &[u8] = br#"<workbook><workbookPr date1904="0"/><sheets><sheet name="S" sheetId="1" r:id="w"/></sheets></workbook>"#;
const SHEET: &[u8] = include_bytes!("../parts/sheet.xml");
const SHARED: &[u8] = include_bytes!("../parts/shared.xml");
const STYLES: &[u8] = include_bytes!("../parts/styles.xml");

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if data.starts_with(b"PK") {
        let _ = fuzz::whole_way("a.xlsx", data);
        return;
    }
    let fixed = [
        ("_rels/.rels", RELATIONS),
        ("xl/_rels/workbook.xml.rels", OWN),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/worksheets/sheet1.xml", SHEET),
        ("xl/sharedStrings.xml", SHARED),
        ("xl/styles.xml", STYLES),
    ];
    let parts = [
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
    ];
    let _ = fuzz::whole_way("a.xlsx", &fuzz::package(&parts, &fixed, data));
});
