//! The package opened again with other eyes: every part well-formed, every style known, every word in its place.

use super::*;
use domain::letter::paragraphs;
use jiff::civil::date;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::io::Read;

fn notice() -> Letter {
    let fact = |name: &str, value: &str| Fact { name: name.into(), value: value.into() };
    Letter {
        agency: "乌审旗人民政府办公室".into(),
        number: Some("乌政公开督〔2026〕3号".into()),
        title: "关于限期报送<标准目录>的督办通知".into(),
        addressee: Some("旗教育体育局".into()),
        body: [
            paragraphs("一、督办事由\n你单位\u{0}承担的A&B任务已\u{202E}逾期。"),
            vec![Block::Facts(vec![
                fact("责任单位", "旗教育体育局\n\"经办人\"未定"),
                fact("原时限", "2020年9月4日前"),
            ])],
            paragraphs("（一）按时答复。请于2026年12月1日前答复。"),
        ]
        .concat(),
        attachments: vec!["任务分解表".into(), "答复单".into()],
        signature: "乌审旗人民政府办公室".into(),
        date: date(2026, 11, 3),
        note: Some("（此件公开发布）".into()),
        copies: Some(Copies {
            copy_to: Some("旗政务服务局。".into()),
            issuer: "乌审旗人民政府办公室".into(),
            issued_on: date(2026, 11, 4),
        }),
        sample: true,
    }
}

fn parts(file: &[u8]) -> BTreeMap<String, String> {
    let mut package = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    (0..package.len())
        .map(|at| {
            let mut part = package.by_index(at).unwrap();
            let mut xml = String::new();
            part.read_to_string(&mut xml).unwrap();
            (part.name().unwrap().into_owned(), xml)
        })
        .collect()
}

/// The text of each paragraph, `|` for a line break and `>` for a tab stop; fails on anything not well-formed.
fn lines(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut lines = vec![];
    let mut depth = 0_i32;
    let mut words = false;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                depth += 1;
                match start.name().as_ref() {
                    "w:p" => lines.push(String::new()),
                    "w:t" => words = true,
                    _ => {}
                }
            }
            Event::End(_) => {
                depth -= 1;
                words = false;
            }
            Event::Empty(empty) => match (empty.name().as_ref(), lines.last_mut()) {
                ("w:br", Some(line)) => line.push('|'),
                ("w:tab", Some(line)) if depth > 0 && line.ends_with('室') => line.push('>'),
                _ => {}
            },
            Event::Text(text) if words => lines.last_mut().unwrap().push_str(&text),
            Event::GeneralRef(name) if words => {
                let sign = quick_xml::escape::resolve_predefined_entity(&name).unwrap();
                lines.last_mut().unwrap().push_str(sign);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    lines
}

#[test]
fn every_word_stands_in_its_paragraph() {
    let parts = parts(&write_docx(&notice()).unwrap());
    assert_eq!(
        lines(&parts["word/document.xml"]),
        [
            "乌审旗人民政府办公室",
            "乌政公开督〔2026〕3号",
            "关于限期报送<标准目录>的督办通知",
            "旗教育体育局：",
            "一、督办事由",
            "你单位承担的A&B任务已逾期。",
            "责任单位",
            "旗教育体育局|\"经办人\"未定",
            "原时限",
            "2020年9月4日前",
            "（一）按时答复。请于2026年12月1日前答复。",
            "附件：1. 任务分解表",
            "2. 答复单",
            "乌审旗人民政府办公室",
            "2026年11月3日",
            "（此件公开发布）",
            "抄送：旗政务服务局。",
            "乌审旗人民政府办公室>2026年11月4日印发",
            "",
        ]
    );
    assert_eq!(lines(&parts["word/header.xml"]), ["【示例数据，不作为公文使用】"]);
}

#[test]
fn the_package_holds_together() {
    let parts = parts(&write_docx(&notice()).unwrap());
    for (name, xml) in &parts {
        lines(xml);
        let listed = name.ends_with(".rels")
            || name == "[Content_Types].xml"
            || parts["[Content_Types].xml"].contains(&format!("PartName=\"/{name}\""));
        assert!(listed, "{name} has no content type");
    }
    let styles = &parts["word/styles.xml"];
    let used = parts["word/document.xml"].split("Style w:val=\"").skip(1);
    for style in used.map(|rest| rest.split('"').next().unwrap()) {
        assert!(styles.contains(&format!("w:styleId=\"{style}\"")), "no style {style}");
    }
    for target in parts["word/_rels/document.xml.rels"].split("Target=\"").skip(1) {
        let target = target.split('"').next().unwrap();
        assert!(parts.contains_key(&format!("word/{target}")), "{target} is missing");
    }
}

#[test]
fn the_same_letter_is_the_same_file() {
    assert_eq!(write_docx(&notice()).unwrap(), write_docx(&notice()).unwrap());
}

#[test]
fn a_bare_letter_has_no_empty_parts() {
    let bare = Letter {
        agency: " ".into(),
        number: None,
        addressee: None,
        body: vec![Block::Facts(vec![])],
        attachments: vec!["答复单".into()],
        signature: String::new(),
        note: Some(" ".into()),
        copies: None,
        sample: false,
        ..notice()
    };
    let parts = parts(&write_docx(&bare).unwrap());
    assert_eq!(
        lines(&parts["word/document.xml"]),
        ["关于限期报送<标准目录>的督办通知", "附件：答复单", "2026年11月3日"]
    );
    assert_eq!(lines(&parts["word/header.xml"]), [""]);
}

#[test]
fn a_letter_as_long_as_a_book_is_refused() {
    let endless = Letter { body: paragraphs(&"字".repeat(LETTER_CHARACTERS + 1)), ..notice() };
    assert!(matches!(write_docx(&endless), Err(LetterError::TooMuch(_))));
}
