//! Annual reports at the command line: written from the demonstration's record in every form, read again and checked.

use crate::demo::config;
use crate::program::{Demo, complained, printed, run};
use serde_json::Value;

/// What is said of a file whose numbers agree, or differ.
fn checked(file: &str, agrees: bool) -> Value {
    let output = run(&["report", "check", file, "--json"]);
    let code = if agrees { 0 } else { 2 };
    assert_eq!(output.status.code(), Some(code), "{}", complained(&output));
    serde_json::from_str(&printed(&output)).unwrap()
}

#[test]
fn a_report_is_written_and_checked_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Demo::start(&data).kill();
    let config = config(&data);
    let path = |ending: &str| folder.path().join(format!("年报.{ending}")).to_str().unwrap().to_owned();
    for (unit, ending) in
        [("民政局", "html"), ("民政局", "docx"), ("民政局", "xlsx"), ("民政局", "pdf"), ("乌审旗", "json")]
    {
        let out = path(ending);
        let output = run(&[
            "report",
            "annual",
            "--year",
            "2019",
            "--unit",
            unit,
            "--format",
            ending,
            "--out",
            &out,
            "--config",
            config.to_str().unwrap(),
        ]);
        assert!(output.status.success(), "{ending}: {}", complained(&output));
    }
    for ending in ["html", "docx", "xlsx"] {
        let read = checked(&path(ending), true);
        assert_eq!((&read["year"], &read["tables"]), (&Value::from(2019), &Value::from(3)), "{ending}");
        assert_eq!(read["findings"], Value::Array(Vec::new()), "{ending}");
    }
    assert!(std::fs::read(path("pdf")).unwrap().starts_with(b"%PDF"));
    let region: Value = serde_json::from_str(&std::fs::read_to_string(path("json")).unwrap()).unwrap();
    // Three units enter 4, 5 + 3 and 2 requests of 2019, beside the cases of the record.
    assert!(region["numbers"]["request.new.total"].as_i64().unwrap() >= 14);
    assert_eq!(region["findings"], Value::Array(Vec::new()));

    // A number changed by hand is found, with its row and column.
    let page = std::fs::read_to_string(path("html")).unwrap();
    let row = "一、本年新收政府信息公开申请数量";
    let (before, after) = page.split_once(row).unwrap();
    std::fs::write(path("html"), format!("{before}{row}{}", after.replacen("<td>", "<td>9", 1))).unwrap();
    let findings = checked(&path("html"), false);
    let found = findings["findings"].as_array().unwrap();
    let told = found.iter().find(|one| one["rule"] == "row_total").unwrap();
    assert_eq!((told["row"].as_str(), told["column"].as_str()), (Some(row), Some("总计")));
    assert!(told["expected"].as_i64() > told["found"].as_i64(), "{told}");
    assert_eq!(told["part"], "三、收到和处理政府信息公开申请情况");
    assert!(told["message"].as_str().unwrap().contains("总计等于各类申请人之和"), "{told}");
    let balance = found.iter().find(|one| one["rule"] == "balance").unwrap();
    assert!(balance["message"].as_str().unwrap().contains("两边不等，请核对这四个数。"), "{balance}");
}

#[test]
fn a_file_that_is_no_report_and_a_unit_nobody_knows_get_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("通知.html");
    std::fs::write(
        &path,
        "<h1>通知</h1><table><tr><td>甲</td><td>乙</td></tr><tr><td>一</td><td>二</td></tr></table>",
    )
    .unwrap();
    let text = folder.path().join("通知.txt");
    std::fs::write(&text, "关于报送年度报告的通知\n各单位：请按时报送。\n").unwrap();
    for path in [path, text] {
        let output = run(&["report", "check", path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1));
        assert!(complained(&output).contains("没有读到年度报告的表格"), "{}", complained(&output));
    }
}
