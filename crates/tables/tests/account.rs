//! The ledger of accounts: written and read again it is the same; tables of offices are read as they are.

mod support;

use domain::account::{Account, Platform, State};
use domain::unit::{Directory, Region, Tier, Unit, UnitKind};
use jiff::civil::date;
use support::{codes, read};

fn directory() -> Directory {
    let code = "150626".to_owned();
    let region = Region { id: 1, code, name: "示例旗".into(), tier: Tier::County, parent: None };
    let unit = |id, name: &str| Unit {
        id,
        region: 1,
        name: name.into(),
        kind: UnitKind::Department,
        aliases: Vec::new(),
    };
    Directory::new(vec![region], vec![unit(1, "示例旗财政局"), unit(2, "示例旗民政局")], Vec::new())
}

fn account(name: &str) -> Account {
    Account {
        name: name.into(),
        platform: Platform::Wechat,
        number: "=SUM(A1)".into(),
        host: 1,
        supervisor: Some(2),
        responsible: "示例责任人".into(),
        phone: "04770000000".into(),
        opened_on: Some(date(2018, 5, 1)),
        address: "https://mp.example/1".into(),
        interactive: true,
    }
}

#[test]
fn a_ledger_written_is_read_as_the_same() {
    let directory = directory();
    let unit = |id| directory.unit(id).unwrap().name.clone();
    let accounts = [(account("示例发布"), State::Normal), (account("示例旧号"), State::Closed)];
    let rows = accounts.iter().map(|(account, state)| account.row(*state, unit));
    let bytes = tables::account::write_xlsx("示例旗账号清单", "填报单位：示例旗（示例数据）", rows).unwrap();
    let (document, _) = read("清单.xlsx", &bytes).unwrap();
    let found = tables::account::read(&document, &directory);
    assert_eq!(found.findings, []);
    let found: Vec<_> = found.rows.into_iter().map(|row| (row.account, row.state)).collect();
    assert_eq!(found, accounts);
}

#[test]
fn a_table_of_an_office_is_read_and_what_is_strange_is_said() {
    let table = "示例旗清单\t\t\t\t\n序号\t新媒体名称\t类型\t主办单位名称\t粉丝数\n\
        1\t示例财政\t微信（订阅号）\t示例旗财政局\t1,200\n\
        序号\t新媒体名称\t类型\t主办单位名称\t粉丝数\n\
        2\t示例民政\t示例平台\t示例旗民政局\t9\n\
        3\t示例无名\t微博\t无名局\t\n\
        4\t\t\t示例旗民政局\t5\n";
    let (document, _) = read("清单.txt", table.as_bytes()).unwrap();
    let found = tables::account::read(&document, &directory());
    let names: Vec<_> =
        found.rows.iter().map(|row| (row.account.name.as_str(), row.account.platform)).collect();
    assert_eq!(names, [("示例财政", Platform::Wechat), ("示例民政", Platform::Other)]);
    let expected = [
        "account-column-unknown",
        "account-platform-unknown",
        "account-row-nameless",
        "account-unit-unknown",
    ];
    assert_eq!(codes(&found.findings), expected);
}

#[test]
fn a_table_without_a_header_is_refused_in_words() {
    let (document, _) = read("表.txt", "甲\t乙\n丙\t丁\n".as_bytes()).unwrap();
    let found = tables::account::read(&document, &directory());
    assert!(found.rows.is_empty());
    assert_eq!(codes(&found.findings), ["account-header-missing"]);
}
