//! Unit mentions: cells of real tables against what they name, and that no name is ever lost.

use domain::plan::mention::{self, MentionKind, UnitMention, UnitRole};
use proptest::prelude::*;
use serde::Deserialize;
use std::fmt::Write;

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    units: Vec<String>,
    #[serde(default)]
    codes: Vec<String>,
}

fn say(unit: &UnitMention) -> String {
    let kind = if unit.kind == MentionKind::Group { " [group]" } else { "" };
    let role = match unit.role {
        UnitRole::Responsible => "",
        UnitRole::Lead => " <lead>",
        UnitRole::Cooperating => " <cooperating>",
    };
    format!("{}{kind}{role}", unit.text)
}

#[test]
fn every_cell_names_whom_the_office_means() {
    let cases: Cases = toml::from_str(include_str!("plan_mention.toml")).unwrap();
    let mut wrong = String::new();
    for case in &cases.case {
        let (units, findings) = mention::parse(&case.text, UnitRole::Responsible);
        let units: Vec<String> = units.iter().map(say).collect();
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_ref()).collect();
        if units != case.units || codes != case.codes {
            writeln!(
                wrong,
                "{:?}\n  is   {:?} {:?}\n  read {units:?} {codes:?}",
                case.text, case.units, case.codes
            )
            .unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_column_gives_the_role_and_words_in_the_cell_override_it() {
    let (units, _) = mention::parse("旗财政局、旗民政局牵头、旗司法局", UnitRole::Cooperating);
    assert_eq!(
        units.iter().map(say).collect::<Vec<_>>(),
        ["旗财政局 <lead>", "旗民政局 <lead>", "旗司法局 <cooperating>"]
    );
}

#[test]
fn json_leaves_out_the_usual_role() {
    let (units, _) = mention::parse("旗财政局", UnitRole::Responsible);
    assert_eq!(serde_json::to_string(&units).unwrap(), r#"[{"text":"旗财政局","kind":"unit"}]"#);
    let (units, _) = mention::parse("各部门", UnitRole::Cooperating);
    assert_eq!(
        serde_json::to_string(&units).unwrap(),
        r#"[{"text":"各部门","kind":"group","role":"cooperating"}]"#
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_never_panics(words in ".{0,80}") {
        let _ = mention::parse(&words, UnitRole::Lead);
    }

    /// Whatever the separators, each distinct name comes back, once, in order.
    #[test]
    fn lists_come_apart_as_they_were_put_together(
        names in prop::sample::subsequence(
            vec!["旗财政局", "旗发展和改革委员会", "各苏木镇", "旗人力资源和社会保障局", "旗文化和旅游局", "旗政府办",
                "国家税务总局乌审旗税务局", "旗公共资源交易中心", "嘎鲁图镇", "各有关部门"], 1..8).prop_shuffle(),
        separators in prop::collection::vec(prop::sample::select(vec!["、", "，", "；", "\n", ",", " ", "、\n", "和"]), 8),
    ) {
        let mut cell = String::new();
        for (index, name) in names.iter().enumerate() {
            if index > 0 {
                cell.push_str(separators[index]);
            }
            cell.push_str(name);
        }
        let (units, findings) = mention::parse(&cell, UnitRole::Responsible);
        let texts: Vec<&str> = units.iter().map(|unit| unit.text.as_str()).collect();
        prop_assert_eq!(texts, names, "{}", cell);
        prop_assert!(findings.is_empty());
    }

    /// Letters and digits of the cell are either in a mention, in a finding, or a word that only gives a role.
    #[test]
    fn no_name_is_lost(pieces in prop::collection::vec(prop::sample::select(vec![
        "旗财政局", "民政", "（", "）", "等", "牵头", "配合", "、", "和", "\n", "甲", "乙局", "按职责分工", "单位：", "各", "负责"]), 0..10)) {
        let cell = pieces.concat();
        let (units, findings) = mention::parse(&cell, UnitRole::Responsible);
        let mut kept: String = units.iter().map(|unit| unit.text.as_str()).collect();
        kept.extend(findings.iter().map(|finding| finding.message.as_str()));
        for name in ["旗财政局", "民政", "甲", "乙局"] {
            if pieces.contains(&name) {
                prop_assert!(kept.contains(name), "{:?} lost {}: {}", cell, name, kept);
            }
        }
    }
}
