//! Whole pages, looked at before they become a file: their text, size and number, and what typst had to say.

use crate::press::{self, DataFor, HANDOUT, LETTER, REPORT, Sheets, TABLE, Template};
use crate::{Align, Cell, Column, Fonts, PrintError, Sheet, TablePage};
use domain::letter::{Block, Copies, Fact, Letter, paragraphs};
use jiff::civil::date;
use typst::layout::{Frame, FrameItem, Point};

fn notice() -> Letter {
    Letter {
        agency: "乌审旗人民政府办公室".into(),
        number: Some("乌政公开督〔2026〕3号".into()),
        title: "关于限期报送基层政务公开标准目录的督办通知".into(),
        addressee: Some("旗教育体育局：".into()),
        body: [
            paragraphs("一、督办事由\n你单位承担的任务已逾期。"),
            vec![Block::Facts(vec![Fact {
                name: "责任单位".into(),
                value:
                    "旗教育体育局\n见https://www.wsq.gov.cn/zwgk/fdzdgknr/202009/t20200904_2729123456789.html"
                        .into(),
            }])],
            paragraphs("二、按时答复。请于2026年12月1日前答复。"),
        ]
        .concat(),
        attachments: vec!["任务分解表".into(), "答复单".into()],
        signature: "乌审旗人民政府办公室".into(),
        date: date(2026, 11, 23),
        note: Some("此件公开发布".into()),
        copies: Some(Copies {
            copy_to: Some("旗政务服务局".into()),
            issuer: "乌审旗人民政府办公室".into(),
            issued_on: date(2026, 11, 24),
        }),
        sample: true,
    }
}

fn wide(rows: usize) -> TablePage {
    let column =
        |title: &str, weight, align| Column { title: title.into(), group: String::new(), weight, align };
    TablePage {
        title: "乌审旗政务公开任务分解表".into(),
        subtitle: "2026年11月23日".into(),
        columns: vec![
            column("序号", 1.0, Align::Center),
            column("主要任务", 3.0, Align::Start),
            column("完成时限", 2.0, Align::Center),
        ],
        rows: (1..=rows)
            .map(|row| {
                let text = format!("第{row}项任务：编制目录并公开{}", "，逐项梳理".repeat(row % 7));
                if row % 3 == 1 {
                    let task = Cell { row_span: 3, ..Cell::new(row.to_string()) };
                    return vec![task, Cell::new(text), Cell::new("2026年12月31日前")];
                }
                vec![Cell::new(text), Cell::new("持续推进")]
            })
            .collect(),
        footer: "注：时限以工作日计。".into(),
        sheet: Sheet::A3,
        date: date(2026, 11, 23),
        sample: false,
    }
}

fn laid_out(template: &Template, data: &DataFor<'_>, fonts: &Fonts) -> Sheets {
    let sheets = press::working(|| press::lay_out(template, data, fonts)).unwrap();
    assert_eq!(sheets.warnings, Vec::<String>::new());
    sheets
}

/// Each page's text without spaces; fails when a glyph is missing or anything stands off the sheet.
fn texts(sheets: &Sheets) -> Vec<String> {
    let pages = sheets.document.pages();
    pages
        .iter()
        .map(|page| {
            let mut text = String::new();
            gather(
                &page.frame,
                Point::zero(),
                (page.frame.width().to_pt(), page.frame.height().to_pt()),
                &mut text,
            );
            text.retain(|c| !c.is_whitespace() && c != '\u{200B}');
            text
        })
        .collect()
}

fn gather(frame: &Frame, origin: Point, sheet: (f64, f64), text: &mut String) {
    for (at, item) in frame.items() {
        let at = *at + origin;
        match item {
            // The mark across the sheet is turned; its own corner says nothing.
            FrameItem::Group(group) if group.transform.is_identity() => gather(&group.frame, at, sheet, text),
            FrameItem::Group(group) => gather(&group.frame, Point::zero(), (f64::MAX, f64::MAX), text),
            FrameItem::Text(run) => {
                text.push_str(&run.text);
                for glyph in &run.glyphs {
                    let drawn = &run.text[glyph.range()];
                    assert!(glyph.id != 0 || drawn == "\u{200B}", "no glyph for {drawn:?}");
                }
                let right = (at.x + run.width()).to_pt();
                assert!(at.x.to_pt() >= 0.0 && right <= sheet.0 - 40.0, "{} reaches {right} pt", run.text);
                assert!(at.y.to_pt() <= sheet.1 - 20.0, "{} stands at {:?}", run.text, at.y);
            }
            _ => {}
        }
    }
}

fn millimetres(sheets: &Sheets) -> (f64, f64) {
    let size = sheets.document.pages()[0].frame.size();
    (size.x.to_mm().round(), size.y.to_mm().round())
}

#[test]
fn a_letter_says_everything_once_on_a4() {
    let fonts = Fonts::embedded();
    let sheets = laid_out(&LETTER, &|fonts| crate::letter::data(&notice(), fonts), &fonts);
    assert_eq!(millimetres(&sheets), (210.0, 297.0));
    let pages = texts(&sheets);
    let whole = pages.concat();
    for said in [
        "【示例数据，不作为公文使用】",
        "乌政公开督〔2026〕3号",
        "旗教育体育局：一、督办事由你单位承担的任务已逾期。",
        "t20200904_2729123456789.html",
        "二、按时答复。请于2026年12月1日前答复。",
        "附件：1.任务分解表2.答复单",
        "2026年11月23日",
        "（此件公开发布）",
        "抄送：旗政务服务局。",
        "2026年11月24日印发",
    ] {
        assert_eq!(whole.matches(said).count(), 1, "{said} in {whole}");
    }
    for (at, page) in pages.iter().enumerate() {
        assert!(page.contains("示例数据") && page.contains(&format!("—{}—", at + 1)), "{page}");
    }
}

#[test]
fn a_page_holds_22_lines_of_28_characters() {
    let fonts = Fonts::embedded();
    let plain = Letter {
        agency: String::new(),
        number: None,
        body: paragraphs(&"字".repeat(28 * 60)),
        attachments: vec![],
        note: None,
        copies: None,
        sample: false,
        ..notice()
    };
    let pages = texts(&laid_out(&LETTER, &|fonts| crate::letter::data(&plain, fonts), &fonts));
    assert_eq!(pages[1].matches('字').count(), 22 * 28, "{pages:?}");
    assert!(!pages.concat().contains("示例"));
}

#[test]
fn a_signature_never_stands_alone() {
    let fonts = Fonts::embedded();
    for lines in 10..=22 {
        let plain = Letter {
            agency: String::new(),
            number: None,
            body: paragraphs(&"字".repeat(28 * lines)),
            attachments: vec![],
            note: None,
            copies: None,
            ..notice()
        };
        let pages = texts(&laid_out(&LETTER, &|fonts| crate::letter::data(&plain, fonts), &fonts));
        let last = pages.last().unwrap();
        assert!(last.contains("2026年11月23日") && last.contains('字'), "{lines} lines: {last}");
    }
}

#[test]
fn a_long_table_repeats_its_header_and_loses_nothing() {
    let fonts = Fonts::embedded();
    let sheets = laid_out(&TABLE, &|fonts| crate::table::data(&wide(120), fonts), &fonts);
    assert_eq!(millimetres(&sheets), (420.0, 297.0));
    let pages = texts(&sheets);
    assert!(pages.len() > 1);
    for (at, page) in pages.iter().enumerate() {
        assert!(page.contains("序号主要任务完成时限"), "{page}");
        assert!(page.contains(&format!("第{}页共{}页", at + 1, pages.len())), "{page}");
    }
    for task in (1..=120).step_by(3) {
        let together = |page: &String| (task..task + 3).all(|row| page.contains(&format!("第{row}项任务：")));
        assert!(pages.iter().any(together), "task {task} is torn");
    }
    let whole = pages.concat();
    for row in 1..=120 {
        assert_eq!(whole.matches(&format!("第{row}项任务：")).count(), 1, "row {row}");
    }
    assert_eq!(whole.matches("注：时限以工作日计。").count(), 1);
}

#[test]
fn a_cell_taller_than_the_sheet_goes_on_overleaf() {
    let fonts = Fonts::embedded();
    let mut page = wide(3);
    page.sheet = Sheet::A4;
    page.rows[0][0].text = "丙".repeat(2_000);
    page.rows[1][0].text = "甲".repeat(4_000);
    page.rows[2][1].text = "乙".repeat(3_000);
    let whole = texts(&laid_out(&TABLE, &|fonts| crate::table::data(&page, fonts), &fonts)).concat();
    assert_eq!(whole.matches('丙').count(), 2_000);
    assert_eq!((whole.matches('甲').count(), whole.matches('乙').count()), (4_000, 3_000));
}

#[test]
fn text_that_will_not_break_stays_on_the_sheet() {
    let fonts = Fonts::embedded();
    let long = "https://www.wsq.gov.cn/".to_owned() + &"WMm0123456789_".repeat(20);
    let fact = Fact { name: long.clone(), value: long.clone() };
    let letter = Letter {
        agency: "乌审旗人民政府".repeat(9),
        number: Some(long.clone()),
        title: long.clone(),
        addressee: Some(long.clone()),
        body: [paragraphs(&format!("一、{long}\n{long}")), vec![Block::Facts(vec![fact])]].concat(),
        attachments: vec![long.clone(), long.clone()],
        signature: long.clone(),
        note: Some(long.clone()),
        copies: Some(Copies {
            copy_to: Some(long.clone()),
            issuer: long.clone(),
            issued_on: date(-9999, 1, 1),
        }),
        sample: false,
        ..notice()
    };
    let whole = texts(&laid_out(&LETTER, &|fonts| crate::letter::data(&letter, fonts), &fonts)).concat();
    // Two cells side by side over two pages are read half and half, so letters are counted, not words.
    for c in ['W', 'M', '_'] {
        assert_eq!(whole.matches(c).count(), 13 * long.matches(c).count(), "{c}");
    }
    let mut page = wide(1);
    page.sheet = Sheet::A4;
    page.columns =
        vec![
            Column { title: "https://www".into(), group: String::new(), weight: 1.0, align: Align::Center };
            40
        ];
    page.rows = vec![vec![Cell::new("https://www.wsq.gov.cn/zwgk/t20200904_2729.html"); 40]];
    let sheets = laid_out(&TABLE, &|fonts| crate::table::data(&page, fonts), &fonts);
    assert_eq!(texts(&sheets).concat().matches("zwgk").count(), 40);
    let column = (297.0 - 30.0) / 25.4 * 72.0 / 40.0;
    for width in sheets.document.pages().iter().flat_map(|page| latin_widths(&page.frame)) {
        assert!(width <= column, "{width} pt in a column of {column} pt");
    }
}

fn latin_widths(frame: &Frame) -> Vec<f64> {
    let items = frame.items().map(|(_, item)| item);
    items
        .flat_map(|item| match item {
            FrameItem::Group(group) => latin_widths(&group.frame),
            FrameItem::Text(run) if run.text.is_ascii() => vec![run.width().to_pt()],
            _ => vec![],
        })
        .collect()
}

#[test]
fn files_are_archival_dated_and_the_same_each_time() {
    let fonts = Fonts::embedded();
    let mut letter = notice();
    letter.title.push_str("（ᠮ）#set page(width: 1cm)");
    let pdf = crate::letter(&letter, &fonts).unwrap();
    assert!(pdf.archival && pdf.bytes.starts_with(b"%PDF-"));
    assert_eq!(pdf.missing, ['ᠮ']);
    assert!(pdf.missing_notice().unwrap().contains("U+182E"));
    let holds = |words: &[u8]| pdf.bytes.windows(words.len()).any(|window| window == words);
    assert!(holds(b"pdfaid:part") && holds(b"2026-11-23") && holds(b"zh-CN"));
    assert_eq!(crate::letter(&letter, &fonts).unwrap(), pdf);
    assert!(crate::table(&wide(3), &fonts).unwrap().archival);
}

#[test]
fn rare_characters_are_drawn_with_debians_faces_where_they_are_installed() {
    let rare = Letter { signature: "龘".into(), ..notice() };
    let pdf = crate::letter(&rare, &Fonts::find(None)).unwrap();
    let installed = std::path::Path::new("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc").exists();
    assert_eq!(pdf.missing, if installed { vec![] } else { vec!['龘'] });
    assert!(pdf.archival);
    assert!(crate::letter(&rare, &Fonts::embedded()).unwrap().missing.contains(&'龘'));
}

#[test]
fn what_cannot_be_printed_is_refused_with_a_reason() {
    let fonts = Fonts::embedded();
    let nameless = Letter { title: " ".into(), ..notice() };
    assert_eq!(crate::letter(&nameless, &fonts), Err(PrintError::NoTitle));
    let endless = Letter { body: paragraphs(&"字".repeat(200_000)), ..notice() };
    assert!(matches!(crate::letter(&endless, &fonts), Err(PrintError::TooMuch { what: "字数", .. })));
    let bare = TablePage { columns: vec![], ..wide(1) };
    assert_eq!(crate::table(&bare, &fonts), Err(PrintError::NoColumns));
    assert!(matches!(crate::table(&wide(4_000), &fonts), Err(PrintError::TooMuch { what: "行数", .. })));
}

#[test]
fn columns_in_groups_get_a_header_of_two_rows() {
    let mut page = wide(6);
    for column in page.columns.iter_mut().take(2) {
        column.group = "公开事项".into();
    }
    let fonts = Fonts::embedded();
    let data = crate::table::data(&page, &fonts).unwrap();
    let heads = data["heads"].as_array().unwrap();
    assert_eq!(data["head_rows"], 2);
    let group: Vec<_> = heads.iter().filter(|head| head["text"] == "公开事项").collect();
    assert_eq!(group.len(), 1);
    assert_eq!((&group[0]["w"], &group[0]["h"], &group[0]["y"]), (&2.into(), &1.into(), &0.into()));
    assert_eq!(heads.iter().filter(|head| head["h"] == 2).count(), page.columns.len() - 2);
    let words = texts(&laid_out(&TABLE, &|fonts| crate::table::data(&page, fonts), &fonts)).concat();
    assert!(words.contains("公开事项") && words.contains("第6项任务"), "{words}");
}

#[test]
fn a_report_holds_its_text_and_merged_cells() {
    use crate::{Grid, GridCell, Piece, Report};
    let cell = |text: &str, at, span| GridCell { text: text.into(), at, span, is_label: at.0 == 0 };
    let mut cells = vec![cell("申请人情况", (0, 0), (1, 15))];
    for row in 1..60 {
        cells.extend((0..15).map(|column| cell(&format!("{}", row * 100 + column), (row, column), (1, 1))));
    }
    let report = Report {
        title: "乌审旗示例局2020年政府信息公开工作年度报告".into(),
        author: "乌审旗示例局".into(),
        pieces: vec![
            Piece::Heading("一、总体情况".into()),
            Piece::Paragraph("2020年，新收政府信息公开申请12件。".repeat(6)),
            Piece::Table(Grid { widths: vec![6.0; 15], header_rows: 1, cells }),
            Piece::Table(Grid {
                widths: vec![1.0; 2],
                header_rows: 0,
                cells: vec![cell("没有表头", (0, 0), (1, 2)), cell("9901", (1, 1), (1, 1))],
            }),
        ],
        date: date(2021, 1, 20),
        sample: true,
    };
    let fonts = Fonts::embedded();
    let sheets = laid_out(&REPORT, &|fonts| crate::report::data(&report, fonts), &fonts);
    let texts = texts(&sheets);
    assert!(texts.len() > 1, "the table goes on");
    assert!(texts.iter().all(|text| text.contains("申请人情况") && text.contains("示例数据")));
    assert!(texts.concat().contains("5914") && texts.concat().contains("9901"), "nothing is lost");
    let empty = Report { title: " ".into(), ..report };
    assert_eq!(crate::report(&empty, &fonts), Err(PrintError::NoTitle));
}

#[test]
fn a_handout_keeps_to_one_page_and_has_its_code() {
    use crate::{Code, Handout, HandoutSection};
    let section = |heading: &str, lines: &[String], numbered| HandoutSection {
        heading: heading.into(),
        lines: lines.to_vec(),
        numbered,
    };
    let steps = ["到嘎查填表", "苏木镇核实", "打到一卡通"].map(str::to_owned);
    let handout = |words: usize| Handout {
        title: "一图读懂示例补助办法".into(),
        unit: "示例旗农牧局".into(),
        explains: vec!["示例补助办法（示农发〔2020〕1号）".into()],
        sections: vec![
            section("谁能享受", &["牧户。".repeat(words)], false),
            section("怎么办", &steps, true),
        ],
        address: "https://www.example.gov.cn/disclosures/1234567".into(),
        code: Some(Code { size: 25, bars: vec![(0, 0, 7), (24, 20, 5)] }),
        date: date(2020, 9, 4),
        sample: true,
    };
    let fonts = Fonts::embedded();
    let short = handout(20);
    let sheets = laid_out(&HANDOUT, &|fonts| crate::handout::data(&short, 16.0, fonts), &fonts);
    assert_eq!((millimetres(&sheets), sheets.document.pages().len()), ((210.0, 297.0), 1));
    let text = texts(&sheets).concat();
    for said in
        ["谁能享受牧户。", "怎么办1.到嘎查填表2.苏木镇核实", "扫码看全文", "disclosures/1234567", "示例数据"]
    {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(crate::handout(&short, &fonts).unwrap().archival);
    // What is too long for large letters is set in smaller ones.
    let long = handout(300);
    let large = laid_out(&HANDOUT, &|fonts| crate::handout::data(&long, 16.0, fonts), &fonts);
    assert!(large.document.pages().len() > 1);
    assert_eq!(crate::handout(&long, &fonts).unwrap().pages, 1);
    let nameless = Handout { title: " ".into(), ..short };
    assert_eq!(crate::handout(&nameless, &fonts), Err(PrintError::NoTitle));
}
