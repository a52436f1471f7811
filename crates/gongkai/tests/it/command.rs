//! The command line: what it prints, and how it complains.

use crate::program::{complained, printed, run};
use serde_json::Value;

fn pilot(file: &str) -> String {
    format!("{}/../../data/pilot/{file}", env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> Value {
    let output = run(&["plan", "read", &pilot(file), "--json"]);
    assert!(output.status.success(), "{}", complained(&output));
    serde_json::from_str(&printed(&output)).unwrap()
}

#[test]
fn the_three_forms_of_the_pilots_table_give_the_same_plan() {
    let (text, word, excel) = (read("plan.txt"), read("plan.docx"), read("plan.xlsx"));
    assert_eq!(text["tasks"], word["tasks"]);
    assert_eq!(word["tasks"], excel["tasks"]);
    let tasks = word["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 9);
    let assignments: usize = tasks.iter().map(|task| task["assignments"].as_array().unwrap().len()).sum();
    assert_eq!(assignments, 32);
    let phases = &tasks[1]["assignments"][0]["due"];
    assert_eq!(phases["kind"], "phases");
    assert_eq!(phases["phases"][0]["from"], "2020-08-01");
    assert_eq!(phases["phases"][2]["to"], "2020-10-20");
    let codes: Vec<&str> = word["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    for code in ["count-mismatch", "repeated-words", "year-from-context"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
}

#[test]
fn working_days_are_counted_by_the_notices() {
    let output = run(&["calendar", "add", "2026-09-25", "20", "--json"]);
    let answer: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!((answer["date"].as_str(), answer["known"].as_bool()), (Some("2026-10-29"), Some(true)));
    assert!(answer["skipped"].as_array().unwrap().len() > 7);
    let far = run(&["calendar", "add", "2030-01-01", "1", "--json"]);
    let far: Value = serde_json::from_str(&printed(&far)).unwrap();
    assert_eq!(far["known"].as_bool(), Some(false));
}

#[test]
fn a_file_that_is_no_table_gets_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("空.xlsx");
    std::fs::write(&path, "").unwrap();
    let output = run(&["plan", "read", path.to_str().unwrap()]);
    assert!(!output.status.success());
    assert!(complained(&output).contains("文件是空的"), "{}", complained(&output));
}

#[test]
fn a_missing_configuration_says_where_to_put_it() {
    let output = run(&["journal", "verify", "--config", "nowhere.toml"]);
    assert!(!output.status.success());
    assert!(complained(&output).contains("读不到配置文件 nowhere.toml"), "{}", complained(&output));
}

#[test]
fn a_catalogue_is_taken_into_the_record_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let names = ["name", "domain", "id_code", "host_unit", "organiser", "contact", "icp", "police"];
    let configuration = format!(
        "database = \"sqlite:{}\"\nattachments = \"{}\"\npublic_url = \"http://127.0.0.1\"\n\n[site]\n{}",
        path("record.db"),
        path("attachments"),
        names.map(|name| format!("{name} = \"示例\"\n")).concat()
    );
    std::fs::write(path("gongkai.toml"), configuration).unwrap();
    let roster =
        "[county]\ncode = \"150626\"\nname = \"示例旗\"\n\n[[department]]\nname = \"示例旗民政局\"\n";
    std::fs::write(path("roster.toml"), roster).unwrap();
    let config = path("gongkai.toml");
    let output = run(&["setup", &path("roster.toml"), "--config", &config]);
    assert!(output.status.success(), "{}", complained(&output));
    run(&["catalogue", "export", "养老服务", "--format", "xlsx", "--out", &path("a.xlsx")]);
    let import = |unit: &str, more: &[&str]| {
        let file = path("a.xlsx");
        let mut arguments = vec!["catalogue", "import", &file, "--unit", unit, "--config", &config];
        arguments.extend(more);
        run(&arguments)
    };
    assert!(complained(&import("神秘局", &[])).contains("单位名录中没有“神秘局”"));
    assert!(complained(&import("旗民政局", &["--sector", "天文"])).contains("没有“天文”这个领域"));
    let output = import("旗民政局", &[]);
    assert!(printed(&output).contains("已作为草稿保存"), "{} {}", printed(&output), complained(&output));
    assert!(complained(&import("旗民政局", &[])).contains("本单位已有这个领域的目录"));
    assert!(import("旗民政局", &["--sector", "社会救助"]).status.success());
    assert!(run(&["journal", "verify", "--config", &config]).status.success());
}

#[test]
fn a_catalogue_is_exported_read_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (form, file) in [("xlsx", "a.xlsx"), ("docx", "a.docx"), ("csv", "a.csv")] {
        let output = run(&["catalogue", "export", "就业", "--format", form, "--out", &path(file)]);
        assert!(output.status.success(), "{}", complained(&output));
    }
    let output = run(&["catalogue", "read", &path("a.docx"), "--json"]);
    let read: Value = serde_json::from_str(&printed(&output)).unwrap();
    let catalogue = &read["catalogues"][0];
    assert_eq!(catalogue["sector"], "employment");
    let item = &catalogue["items"][0];
    assert_eq!(item["limit"]["kind"], "working_days");
    assert_eq!(item["limit"]["working_days"], 20);
    assert_eq!(item["audience"]["all"], true);
    assert_eq!(item["mode"], serde_json::json!(["proactive"]));
    assert_eq!(item["tiers"], serde_json::json!(["county", "township"]));
    assert!(item["elements"].as_array().unwrap().len() > 3);
    let same = run(&["catalogue", "diff", &path("a.xlsx"), &path("a.docx")]);
    assert_eq!(printed(&same).trim(), "事项无变化");
    let changed =
        std::fs::read_to_string(path("a.csv")).unwrap().replacen("每年公布一次", "每季度公布一次", 1);
    std::fs::write(path("b.csv"), changed).unwrap();
    let difference = printed(&run(&["catalogue", "diff", &path("a.csv"), &path("b.csv")]));
    assert!(difference.contains("调整1项"), "{difference}");
    assert!(difference.contains("公开时限由“每年公布一次”改为“每季度公布一次”"), "{difference}");
}
