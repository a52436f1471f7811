//! Plans written out and read again are the same plans; readers survive anything.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

mod support;

use domain::plan::mention::{self, UnitRole};
use domain::plan::{Assignment, Plan, Task, UnitMention, due};
use proptest::prelude::*;
use support::{pilot, plan_of, read};
use tables::plan::{ColumnRole, Layout, LayoutColumn, LayoutLine};

/// Words of contents: with line breaks, with what spreadsheets and XML take amiss, never the same line twice.
fn content() -> impl Strategy<Value = String> {
    let phrase = prop::sample::select(vec![
        "编制政务公开事项标准目录",
        "在政府门户网站公开",
        "=SUM(A1:A9)",
        "<b>&amp;“五公开”</b>",
        "+8613800000000",
        "@提醒",
        "-1",
        "1.5",
        "2020-09-04",
        "\"引号\"",
        "解读回应，依申请公开；公众参与。",
        "'单引号",
        "a\tb".split('\t').next().unwrap(),
    ]);
    (prop::sample::subsequence((0..4).collect::<Vec<u8>>(), 1..4), prop::collection::vec(phrase, 4)).prop_map(
        |(lines, phrases)| {
            let lines: Vec<String> =
                lines.iter().map(|n| format!("{n}{}", phrases[usize::from(*n)])).collect();
            lines.join("\n")
        },
    )
}

fn units() -> impl Strategy<Value = Vec<UnitMention>> {
    let names = vec![
        "旗财政局",
        "旗发展和改革委员会",
        "各苏木镇",
        "旗人力资源和社会保障局",
        "旗政府办",
        "国家税务总局乌审旗税务局",
        "各有关部门",
        "旗文化和旅游局",
        "旗教育体育局（盖章）",
    ];
    (prop::sample::subsequence(names, 0..5).prop_shuffle(), prop::collection::vec(0..3_u8, 5)).prop_map(
        |(names, roles)| {
            let role = |n: &u8| match n {
                0 => UnitRole::Responsible,
                1 => UnitRole::Lead,
                _ => UnitRole::Cooperating,
            };
            names
                .iter()
                .zip(&roles)
                .map(|(name, n)| UnitMention {
                    role: role(n),
                    ..mention::parse(name, UnitRole::Responsible).0.remove(0)
                })
                .collect()
        },
    )
}

fn due_words() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "2020年9月4日之前",
        "2021年3月\n底前",
        "持续推进",
        "每季度末",
        "2020年8月1日至8月31日",
        "印发之日起20个工作日内",
        "第一阶段（2020年3月—4月）：动员部署；第二阶段（2020年5月—9月）：组织实施",
        "2020年2月30日",
    ])
}

fn assignment() -> impl Strategy<Value = Assignment> {
    (content(), units(), due_words(), prop::option::of(content())).prop_map(
        |(content, units, words, remark)| Assignment {
            content,
            units,
            due: due::parse(words, None).0,
            remark: remark.unwrap_or_default(),
            ..Assignment::default()
        },
    )
}

fn plan() -> impl Strategy<Value = Plan> {
    let sections = prop::sample::select(vec!["", "一、主动公开", "二、依申请公开\n（一）规范办理"]);
    let task = (content(), sections, prop::collection::vec(assignment(), 1..5), any::<bool>());
    ("[一-龥]{4,20}", prop::collection::vec(task, 1..6)).prop_map(|(title, tasks)| {
        let mut tasks: Vec<Task> = tasks
            .into_iter()
            .enumerate()
            .map(|(index, (name, section, assignments, numbered))| Task {
                // A task without number is told from the one before by its name.
                number: if numbered { (index + 1).to_string() } else { String::new() },
                name: format!("任务{index}：{name}"),
                section: section.to_owned(),
                assignments,
            })
            .collect();
        // Headings stand once above their tasks, so sections come in order.
        tasks.sort_by_key(|task| task.section.clone());
        Plan { title: format!("{title}分解表"), tasks }
    })
}

fn layouts() -> impl Strategy<Value = Layout> {
    let column =
        |header: &str, role, merged| LayoutColumn { header: header.into(), role, width: Some(15.0), merged };
    let all = Layout {
        sheet: String::new(),
        above: vec![
            LayoutLine { text: "附件2".into(), is_title: false },
            LayoutLine { text: String::new(), is_title: true },
        ],
        columns: vec![
            column("序号", ColumnRole::Number, true),
            column("重点任务", ColumnRole::Task, true),
            column("工作要求", ColumnRole::Content, false),
            column("责任部门", ColumnRole::Unit, true),
            column("时限要求", ColumnRole::Due, true),
        ],
        below: vec!["注：按月报送。".into()],
        landscape: false,
    };
    prop::sample::select(vec![Layout::standard(), all])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_plan_survives_excel_and_word(plan in plan(), layout in layouts()) {
        let xlsx = tables::plan::write_xlsx(&plan, &layout, None).unwrap();
        prop_assert_eq!(&plan_of("a.xlsx", &xlsx).0, &plan);
        let docx = tables::plan::write_docx(&plan, &layout, None).unwrap();
        prop_assert_eq!(&plan_of("a.docx", &docx).0, &plan);
        prop_assert_eq!(tables::plan::write_docx(&plan, &layout, None).unwrap(), docx, "the same bytes each time");
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000), name in "a\\.(txt|xls|docx|html|csv)") {
        let _ = read(&name, &bytes);
    }

    #[test]
    fn arbitrary_text_never_panics(text in "(序号|主要任务|责任单位|\t|\n|,|\\||<td>|<tr rowspan=2>|</table>|<table>|[ -~]|\u{3000}|  |\"|年底前){0,80}") {
        for name in ["a.txt", "a.html"] {
            if let Ok((document, _)) = read(name, text.as_bytes()) {
                let (_, _, mapping) = tables::plan::read(&document, None, Some(2020));
                let _ = Layout::of(&document, &mapping);
            }
        }
    }

    /// The pilot's files with bytes changed, removed and doubled, zipped parts among them.
    #[test]
    fn broken_copies_of_the_pilot_never_panic(
        which in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..8),
    ) {
        let (name, part) = [("plan.txt", ""), ("plan.docx", "word/document.xml"), ("plan.xlsx", "xl/worksheets/sheet1.xml")][which];
        let whole = pilot(name);
        let mut bytes = if part.is_empty() { whole.clone() } else { unzip(&whole, part) };
        for (at, byte, kind) in &changes {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = *byte,
                1 => drop(bytes.drain(at..(at + usize::from(*byte)).min(bytes.len() - 1))),
                _ => {
                    let copy = bytes[at..(at + usize::from(*byte) * 4).min(bytes.len())].to_vec();
                    bytes.splice(at..at, copy);
                }
            }
        }
        let broken = if part.is_empty() { bytes } else { support::zip(&[("xl/workbook.xml", &unzip_or(&whole, "xl/workbook.xml")), ("xl/_rels/workbook.xml.rels", &unzip_or(&whole, "xl/_rels/workbook.xml.rels")), (part, &bytes)]) };
        let name = if which == 0 { "a.txt" } else { "a" };
        if let Ok((document, _)) = read(name, &broken) {
            let (plan, _, mapping) = tables::plan::read(&document, None, None);
            let layout = Layout::of(&document, &mapping);
            let _ = tables::plan::write_docx(&plan, &layout, None);
        }
    }
}

fn unzip(bytes: &[u8], part: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut content = Vec::new();
    std::io::Read::read_to_end(&mut zip.by_name(part).unwrap(), &mut content).unwrap();
    content
}

fn unzip_or(bytes: &[u8], part: &str) -> Vec<u8> {
    let zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    if zip.index_for_name(part).is_some() { unzip(bytes, part) } else { Vec::new() }
}
