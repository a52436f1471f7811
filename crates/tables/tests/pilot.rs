//! The pilot county's real table: three forms, one plan; written out and read again, the same plan.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use domain::finding::{Finding, Severity};
use domain::plan::{DueKind, MentionKind, Plan, check};
use jiff::civil::date;
use std::collections::BTreeSet;
use tables::plan::{Layout, Mapping, ProgressColumn};
use tables::{Document, Limits};

const FORMS: [&str; 3] = ["plan.txt", "plan.docx", "plan.xlsx"];

fn document(name: &str) -> Document {
    let path = format!("{}/../../data/pilot/{name}", env!("CARGO_MANIFEST_DIR"));
    let (document, findings) = tables::read(name, &std::fs::read(path).unwrap(), &Limits::default()).unwrap();
    assert_eq!(findings, [], "{name}");
    document
}

fn read(name: &str) -> (Plan, Vec<Finding>, Mapping) {
    tables::plan::read(&document(name), None, None)
}

fn codes(findings: &[Finding]) -> BTreeSet<&str> {
    findings.iter().map(|finding| finding.code.as_ref()).collect()
}

#[test]
fn three_forms_give_one_plan() {
    let (txt, _, _) = read("plan.txt");
    let (docx, _, _) = read("plan.docx");
    let (xlsx, _, _) = read("plan.xlsx");
    assert_eq!(docx, xlsx);
    assert_eq!(txt, docx);
}

#[test]
fn the_plan_is_what_the_county_wrote() {
    let (plan, _, mapping) = read("plan.docx");
    assert_eq!(plan.title, "乌审旗基层政务公开标准化规范化重点任务分解表");
    assert_eq!(mapping.signature(), "序号|主要任务|具体内容|责任单位|完成时限|备注");
    assert_eq!(plan.tasks.len(), 9);
    assert_eq!(plan.assignments().count(), 32);
    let counts: Vec<(&str, usize)> =
        plan.tasks.iter().map(|task| (task.number.as_str(), task.assignments.len())).collect();
    assert_eq!(
        counts,
        [("1", 1), ("2", 23), ("3", 1), ("4", 2), ("5", 1), ("6", 1), ("7", 1), ("8", 1), ("9", 1)]
    );
    let second = &plan.tasks[1];
    assert_eq!(second.name, "编制旗镇两级26个领域政务公开事项标准目录。");
    assert_eq!(check::sectors_under(second).len(), 26);
    for assignment in &second.assignments {
        let DueKind::Phases(phases) = &assignment.due.kind else { panic!("{:?}", assignment.due) };
        let said: Vec<(&str, _, _)> =
            phases.iter().map(|phase| (phase.name.as_str(), phase.from.unwrap(), phase.to)).collect();
        assert_eq!(
            said,
            [
                ("梳理", date(2020, 8, 1), date(2020, 8, 31)),
                ("审查", date(2020, 9, 1), date(2020, 9, 30)),
                ("公布", date(2020, 10, 9), date(2020, 10, 20)),
            ]
        );
        assert!(assignment.remark.starts_with("镇级26个领域"));
    }
    let employment = &second.assignments[13];
    let units: Vec<&str> = employment.units.iter().map(|unit| unit.text.as_str()).collect();
    assert_eq!(units, ["旗人力资源和社会保障局", "旗社保和就业综合服务中心"]);
    let dues: Vec<String> = plan.tasks[2..]
        .iter()
        .flat_map(|task| &task.assignments)
        .map(|assignment| match &assignment.due.kind {
            DueKind::By(day) => day.to_string(),
            DueKind::Ongoing(None) => "ongoing".to_owned(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        dues,
        [
            "2020-12-01",
            "2021-03-31",
            "2021-03-31",
            "2020-10-31",
            "ongoing",
            "ongoing",
            "2021-09-30",
            "ongoing"
        ]
    );
    assert_eq!(plan.tasks[3].assignments[1].due.text, "2021年3月\n底前", "the words are kept as written");
    let ninth: Vec<(&str, MentionKind)> =
        plan.tasks[8].assignments[0].units.iter().map(|unit| (unit.text.as_str(), unit.kind)).collect();
    assert_eq!(ninth, [("各苏木镇", MentionKind::Group), ("旗政务服务局", MentionKind::Unit)]);
}

#[test]
fn the_findings_are_those_of_a_careful_clerk() {
    for name in FORMS {
        let (_, findings, _) = read(name);
        let expected: &[&str] = match name {
            "plan.txt" => {
                &["blank-continued", "count-mismatch", "repeated-cell", "repeated-words", "year-from-context"]
            }
            _ => &["count-mismatch", "repeated-words", "year-from-context"],
        };
        assert_eq!(codes(&findings), expected.iter().copied().collect(), "{name}: {findings:#?}");
        assert!(findings.iter().all(|finding| finding.severity != Severity::Error), "{name}");
        let count = |code: &str| findings.iter().filter(|finding| finding.code == code).count();
        assert_eq!((count("repeated-words"), count("count-mismatch"), count("year-from-context")), (1, 1, 1));
        let mismatch = findings.iter().find(|finding| finding.code == "count-mismatch").unwrap();
        assert_eq!(
            mismatch.message,
            "“特别是涉及26个领域的21个部门要重新调整更新目录。”写21个部门，表中各领域的责任部门有19个（连同并列、括号中的单位共20个）。请核对是数字有误还是缺行。",
        );
    }
    let (_, findings, _) = read("plan.txt");
    let repeated: Vec<_> = findings.iter().filter(|finding| finding.code == "repeated-cell").collect();
    assert_eq!(repeated.len(), 4);
}

#[test]
fn findings_point_to_the_place_in_the_file() {
    let (_, findings, _) = read("plan.xlsx");
    let place = |code: &str| findings.iter().find(|finding| finding.code == code).unwrap().at.to_string();
    assert_eq!(place("repeated-words"), "表1第32行第3列");
    assert_eq!(place("count-mismatch"), "表1第28行");
    assert_eq!(place("year-from-context"), "表1第5行第5列");
}

#[test]
fn json_has_the_agreed_shape() {
    let (plan, _, _) = read("plan.docx");
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(
        json["tasks"][0],
        serde_json::json!({
            "number": "1",
            "name": "编制政务公开事项标准目录。",
            "assignments": [{
                "content": "结合《中华人民共和国政府信息公开条例》、职能职责和“五公开”工作要求，编制完成本单位本部门政务公开事项标准目录。",
                "units": [{"text": "各苏木镇", "kind": "group"}, {"text": "各有关部门", "kind": "group"}],
                "due": {"kind": "by", "date": "2020-09-04", "phases": [], "text": "2020年9月4日之前"},
                "remark": "",
            }],
        })
    );
    assert_eq!(serde_json::from_value::<Plan>(json).unwrap(), plan);
}

#[test]
fn written_out_and_read_again_it_is_the_same_plan() {
    for name in FORMS {
        let document = document(name);
        let (plan, _, mapping) = tables::plan::read(&document, None, None);
        let layout = Layout::of(&document, &mapping);
        let layout: Layout = serde_json::from_str(&serde_json::to_string(&layout).unwrap()).unwrap();
        let progress = [ProgressColumn {
            header: "进展".into(),
            width: 12.0,
            cells: (0..32).map(|index| format!("第{index}项")).collect(),
        }];
        for progress in [None, Some(&progress[..])] {
            let xlsx = tables::plan::write_xlsx(&plan, &layout, progress).unwrap();
            let docx = tables::plan::write_docx(&plan, &layout, progress).unwrap();
            for (form, bytes) in [("again.xlsx", xlsx), ("again.docx", docx)] {
                let (document, findings) = tables::read(form, &bytes, &Limits::default()).unwrap();
                assert_eq!(findings, []);
                let (mut again, _, mapping) = tables::plan::read(&document, None, None);
                assert_eq!(mapping.columns.len(), if progress.is_some() { 7 } else { 6 });
                for (index, assignment) in
                    again.tasks.iter_mut().flat_map(|task| &mut task.assignments).enumerate()
                {
                    let extra = std::mem::take(&mut assignment.extra);
                    let texts: Vec<String> = extra.into_iter().map(|extra| extra.text).collect();
                    assert_eq!(texts, progress.map_or(vec![], |_| vec![format!("第{index}项")]));
                }
                assert_eq!(again, plan, "{name} as {form}");
                let again = Layout::of(&document, &mapping);
                assert_eq!(again.above, layout.above, "{name} as {form}");
            }
        }
    }
}

#[test]
fn the_layout_is_the_one_it_came_in() {
    let document = document("plan.docx");
    let (plan, _, mapping) = tables::plan::read(&document, None, None);
    let layout = Layout::of(&document, &mapping);
    let above: Vec<(&str, bool)> =
        layout.above.iter().map(|line| (line.text.as_str(), line.is_title)).collect();
    assert_eq!(above, [("附件", false), ("乌审旗基层政务公开标准化规范化重点任务分解表", true)]);
    let merged: Vec<bool> = layout.columns.iter().map(|column| column.merged).collect();
    assert_eq!(merged, [true, true, false, false, true, true]);
    let bytes = tables::plan::write_docx(&plan, &layout, None).unwrap();
    let (again, _) = tables::read("a.docx", &bytes, &Limits::default()).unwrap();
    let spans = |document: &Document| -> Vec<(usize, usize, usize)> {
        let cells = document.tables[0].cells.iter().filter(|cell| cell.row_span > 1 && !cell.text.is_empty());
        cells.map(|cell| (cell.row, cell.column, cell.row_span)).collect()
    };
    assert_eq!(spans(&again), spans(&document));
    assert_eq!(again.tables[0].widths, document.tables[0].widths);
}
