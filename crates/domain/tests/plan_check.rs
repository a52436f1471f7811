//! The clerk's checks: each finds its mistake and leaves a right plan alone.

use domain::finding::{Finding, Place};
use domain::plan::mention::{self, UnitRole};
use domain::plan::{Assignment, Plan, Task, check, due};
use domain::row::Origin;
use domain::unit::{Directory, Region, Tier, Unit, UnitKind};

fn assignment(row: usize, content: &str, units: &str, due_words: &str) -> Assignment {
    Assignment {
        content: content.into(),
        units: mention::parse(units, UnitRole::Responsible).0,
        due: due::parse(due_words, Some(2020)).0,
        origin: Origin(Place::cell(0, row, 2)),
        ..Assignment::default()
    }
}

fn task(number: &str, name: &str, assignments: Vec<Assignment>) -> Task {
    Task { number: number.into(), name: name.into(), assignments, ..Task::default() }
}

fn right() -> Plan {
    Plan {
        title: "乌审旗2020年重点任务分解表".into(),
        tasks: vec![
            task("1", "编制目录", vec![assignment(1, "编制本单位目录。", "各苏木镇", "2020年9月4日之前")]),
            task("2", "公开信息", vec![assignment(2, "公开就业领域信息。", "旗人社局", "持续推进")]),
            task("3", "总结", vec![assignment(3, "报送总结，进一步一步一步落实。", "旗政府办", "2020年底")]),
        ],
    }
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_ref()).collect()
}

#[test]
fn a_right_plan_has_no_findings() {
    assert_eq!(check::plan(&right()), []);
    assert_eq!(check::plan(&Plan::default()), []);
}

#[test]
fn words_written_twice() {
    let mut plan = right();
    plan.tasks[0].assignments[0].content = "严格执行严格执行《通知》。".into();
    let findings = check::plan(&plan);
    assert_eq!(codes(&findings), ["repeated-words"]);
    assert_eq!(findings[0].message, "具体内容中“严格执行”连写了两遍，像是笔误。请核对，多余的请删去。");
    assert_eq!(findings[0].at, Place::cell(0, 1, 2));
    for meant in ["进一步一步落实", "……………………", "20202020年", "哈哈哈哈哈哈哈哈", "一个一个"]
    {
        plan.tasks[0].assignments[0].content = meant.into();
        assert_eq!(check::plan(&plan), [], "{meant}");
    }
}

#[test]
fn numbers_repeated_and_left_out() {
    let mut plan = right();
    plan.tasks[2].number = "2".into();
    assert_eq!(codes(&check::plan(&plan)), ["task-number-repeated"]);
    plan.tasks[2].number = "5".into();
    let findings = check::plan(&plan);
    assert_eq!(codes(&findings), ["task-number-gap"]);
    assert_eq!(findings[0].message, "序号从“2”跳到“5”。请核对是否缺行或序号有误。");
    for (index, number) in ["一", "（二）", "三、"].iter().enumerate() {
        plan.tasks[index].number = (*number).into();
    }
    assert_eq!(check::plan(&plan), [], "Chinese numerals count as numbers");
    plan.tasks[2].number = "1".into();
    plan.tasks[2].section = "二、另一部分".into();
    assert_eq!(check::plan(&plan), [], "numbering may start anew under a heading");
}

#[test]
fn dues_that_cannot_be() {
    let mut plan = right();
    plan.tasks[0].assignments[0].due = due::parse("2020年9月30日至9月1日", None).0;
    assert_eq!(codes(&check::plan(&plan)), ["due-before-start"]);
    plan.tasks[0].assignments[0].due =
        due::parse("梳理阶段：2020年9月1日至9月30日；公布阶段：2020年8月1日至8月31日", None).0;
    let findings = check::plan(&plan);
    assert_eq!(codes(&findings), ["phase-order"]);
    assert!(findings[0].message.contains("阶段“公布”"), "{}", findings[0].message);
    plan.tasks[0].assignments[0].due = due::parse("2019年9月底前", None).0;
    assert_eq!(codes(&check::plan(&plan)), ["due-before-plan-year"]);
    plan.title = "重点任务分解表".into();
    assert_eq!(check::plan(&plan), [], "without a year in the title nothing can be said");
}

#[test]
fn missing_units_and_content() {
    let mut plan = right();
    plan.tasks[0].assignments[0].units.clear();
    plan.tasks[1].assignments[0].content.clear();
    assert_eq!(codes(&check::plan(&plan)), ["unit-missing", "content-missing"]);
}

#[test]
fn the_same_content_for_the_same_units() {
    let mut plan = right();
    let again = Assignment { origin: Origin(Place::cell(0, 9, 2)), ..plan.tasks[0].assignments[0].clone() };
    plan.tasks[2].assignments.push(again);
    let findings = check::plan(&plan);
    assert_eq!(codes(&findings), ["content-repeated"]);
    assert!(findings[0].message.contains("与表1第2行的"), "{}", findings[0].message);
    plan.tasks[2].assignments[1].units = mention::parse("旗司法局", UnitRole::Responsible).0;
    assert_eq!(check::plan(&plan), [], "other units may do the same");
}

#[test]
fn sectors_and_departments_are_counted() {
    let mut plan = right();
    let rows = vec![
        assignment(1, "就业领域、救灾领域。", "旗人社局（旗就业中心）", "2020年底"),
        assignment(2, "税收管理领域。", "旗税务局", "2020年底"),
    ];
    plan.tasks[0] = task("1", "编制旗镇两级3个领域目录", rows);
    plan.tasks[1].assignments[0].content = "公开信息。".into();
    assert_eq!(check::plan(&plan), []);
    plan.tasks[0].name = "编制旗镇两级四个领域目录".into();
    let findings = check::plan(&plan);
    assert_eq!(codes(&findings), ["count-mismatch"]);
    assert!(findings[0].message.contains("写4个领域，具体内容列出的领域有3个"), "{}", findings[0].message);

    plan.tasks[0].name = "编制目录".into();
    for (claimed, wrong) in [(1, true), (2, false), (3, false), (4, true)] {
        plan.tasks[2].assignments[0].remark = format!("涉及3个领域的{claimed}个部门要调整目录。");
        let findings = check::plan(&plan);
        assert_eq!(codes(&findings), if wrong { vec!["count-mismatch"] } else { vec![] }, "{claimed}");
    }
    plan.tasks[2].assignments[0].remark = "另有4个部门参加。".into();
    assert_eq!(check::plan(&plan), [], "only numbers said of the sectors are counted");
}

#[test]
fn units_nobody_knows() {
    let county =
        Region { id: 1, code: "150626".into(), name: "乌审旗".into(), tier: Tier::County, parent: None };
    let unit = |id, name: &str| Unit {
        id,
        region: 1,
        name: name.into(),
        kind: UnitKind::Department,
        aliases: Vec::new(),
    };
    let directory =
        Directory::new(vec![county], vec![unit(1, "乌审旗财政局"), unit(2, "乌审旗民政局")], vec![]);
    let mut plan = right();
    for (index, units) in ["旗财政局", "旗财政和国资局", "旗财政和国资局、水利局"].iter().enumerate()
    {
        plan.tasks[index].assignments[0].units = mention::parse(units, UnitRole::Responsible).0;
    }
    let findings = check::units(&plan, &directory);
    assert_eq!(codes(&findings), ["unit-unknown", "unit-unknown"], "each name once");
    assert!(findings[0].message.contains("可能是：乌审旗财政局"), "{}", findings[0].message);
    assert_eq!(findings[0].at, Place::cell(0, 2, 2));
}
