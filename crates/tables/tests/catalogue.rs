//! Catalogues out of the files offices have, and back into them.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

mod support;

use domain::catalogue::{Audience, Catalogue, Channel, Column, Item, Mode};
use domain::finding::{Finding, Severity};
use domain::row::Extra;
use domain::time_limit::{LimitKind, TimeLimit};
use domain::unit::Tier;
use proptest::prelude::*;
use std::collections::BTreeSet;
use support::{codes, read};
use tables::catalogue::{Read, Starter, write_csv, write_docx, write_xlsx};

fn catalogues_of(name: &str, bytes: &[u8]) -> (Vec<Read>, Vec<Finding>) {
    let (document, mut findings) = read(name, bytes).unwrap();
    let (reads, more) = tables::catalogue::read(&document, &[], 20);
    findings.extend(more);
    (reads, findings)
}

fn one(name: &str, bytes: &[u8]) -> (Catalogue, Vec<Finding>) {
    let (mut reads, findings) = catalogues_of(name, bytes);
    assert_eq!(reads.len(), 1, "{findings:#?}");
    (reads.remove(0).catalogue, findings)
}

fn html(rows: &str) -> Vec<u8> {
    format!("<html><meta charset=utf-8><body><h1>旗就业领域基层政务公开标准目录</h1><table>{rows}</table></body></html>").into_bytes()
}

const HEADER: &str = "<tr><th rowspan=2>序号</th><th colspan=2>公开事项</th><th rowspan=2>公开内容（要素）</th><th rowspan=2>公开依据</th><th rowspan=2>公开时限</th><th rowspan=2>公开主体</th><th rowspan=2>公开渠道和载体</th><th colspan=2>公开对象</th><th colspan=2>公开方式</th><th colspan=2>公开层级</th></tr><tr><th>一级事项</th><th>二级事项</th><th>全社会</th><th>特定群体</th><th>主动</th><th>依申请公开</th><th>县级</th><th>乡、村级</th></tr>";

fn row(cells: &[&str]) -> String {
    format!("<tr>{}</tr>", cells.iter().map(|cell| format!("<td>{cell}</td>")).collect::<String>())
}

const PLAIN: [&str; 14] = [
    "1",
    "就业信息服务",
    "岗位信息发布",
    "1.招聘单位；<br>2.岗位要求",
    "《就业促进法》",
    "信息形成或变更之日起3个工作日内",
    "旗人力资源和社会保障局",
    "■政府网站 □政府公报<br>■两微一端",
    "√",
    "",
    "√",
    "",
    "√",
    "√",
];

#[test]
fn the_standard_form() {
    let (catalogue, findings) = one("a.html", &html(&(HEADER.to_owned() + &row(&PLAIN))));
    assert_eq!(catalogue.sector.as_deref(), Some("employment"));
    assert_eq!(catalogue.title, "旗就业领域基层政务公开标准目录");
    let item = &catalogue.items[0];
    assert_eq!((item.level1.as_str(), item.level2.as_str()), ("就业信息服务", "岗位信息发布"));
    assert_eq!(item.elements, ["招聘单位", "岗位要求"]);
    assert_eq!(item.limit.kind(), LimitKind::WorkingDays { working_days: 3 });
    assert_eq!(item.channels.iter().map(Channel::name).collect::<Vec<_>>(), ["政府网站", "两微一端"]);
    assert_eq!(item.channels_open.iter().map(Channel::name).collect::<Vec<_>>(), ["政府公报"]);
    assert_eq!(item.audience, Audience { all: Some(true), groups: vec![] });
    assert_eq!(item.mode, BTreeSet::from([Mode::Proactive]));
    assert_eq!(item.tiers, BTreeSet::from([Tier::County, Tier::Township, Tier::Village]));
    assert!(item.unknown.is_empty());
    assert_eq!(codes(&findings), Vec::<&str>::new());
}

#[test]
fn merged_cells_and_ditto_marks() {
    let second = "<tr><td>2</td><td>求职登记</td><td>服务对象；地点</td><td>同上</td><td>同上</td><td>同上</td><td>同上</td><td>√</td><td></td><td>√</td><td></td><td>√</td><td></td></tr>";
    let first = row(&PLAIN).replacen("<td>就业信息服务", "<td rowspan=2>就业信息服务", 1);
    let (catalogue, _) = one("a.html", &html(&(HEADER.to_owned() + &first + second)));
    let item = &catalogue.items[1];
    assert_eq!((item.level1.as_str(), item.level2.as_str()), ("就业信息服务", "求职登记"));
    assert_eq!(item.limit.text(), "信息形成或变更之日起3个工作日内");
    assert_eq!(item.publisher, ["旗人力资源和社会保障局"]);
    assert_eq!(item.tiers, BTreeSet::from([Tier::County]));
    let nothing =
        row(&["1", "甲", "乙", "丙", "同上", "同上", "丁局", "政府网站", "√", "", "√", "", "√", ""]);
    let (_, findings) = one("a.html", &html(&(HEADER.to_owned() + &nothing)));
    let place = findings.iter().find(|finding| finding.code == "ditto-nothing").unwrap();
    assert_eq!((place.severity, place.at.row, place.at.column), (Severity::Error, Some(3), Some(5)));
}

#[test]
fn marks_that_were_lost_are_unknown_and_never_no() {
    let mut cells = PLAIN;
    for cell in &mut cells[8..] {
        *cell = "";
    }
    let (catalogue, findings) = one("a.html", &html(&(HEADER.to_owned() + &row(&cells))));
    let item = &catalogue.items[0];
    assert_eq!(item.audience.all, None);
    assert!(item.mode.is_empty() && item.tiers.is_empty());
    for column in [
        Column::AudienceAll,
        Column::Proactive,
        Column::OnRequest,
        Column::County,
        Column::Township,
        Column::Village,
    ] {
        assert!(item.unknown.contains(&column), "{column:?}");
    }
    assert!(codes(&findings).contains(&"mark-unknown"));
    cells[10] = "?";
    cells[12] = "√";
    let (catalogue, _) = one("a.html", &html(&(HEADER.to_owned() + &row(&cells))));
    let item = &catalogue.items[0];
    assert!(item.unknown.contains(&Column::Proactive) && !item.unknown.contains(&Column::OnRequest));
    assert_eq!(item.tiers, BTreeSet::from([Tier::County]));
    assert!(!item.unknown.contains(&Column::Village), "one tier is ticked, so the others are not");
}

#[test]
fn a_row_that_cannot_be_placed_is_refused_and_its_words_are_kept() {
    let short = row(&["2", "甲乙丙丁", "戊己庚辛", "壬癸子丑", "√"]);
    let (catalogue, findings) = one("a.html", &html(&(HEADER.to_owned() + &row(&PLAIN) + &short)));
    assert_eq!(catalogue.items.len(), 1);
    assert!(catalogue.notes.iter().any(|note| note.contains("戊己庚辛")), "{:?}", catalogue.notes);
    let refused = findings.iter().find(|finding| finding.code == "row-unplaced").unwrap();
    assert_eq!((refused.severity, refused.at.row), (Severity::Error, Some(4)));
}

#[test]
fn several_sectors_in_one_table_page_breaks_and_notes() {
    let head = |text: &str| format!("<tr><td colspan=14>{text}</td></tr>");
    let mut repeated = PLAIN;
    repeated[2] = "求职信息登记";
    let mut other = PLAIN;
    (other[1], other[2]) = ("综合业务", "政策法规文件");
    let rows = HEADER.to_owned()
        + &row(&PLAIN)
        + HEADER
        + &row(&repeated)
        + &head("（二）社会救助领域")
        + &row(&other)
        + &head("注：本目录由各单位动态调整。");
    let (reads, _) = catalogues_of("a.html", &html(&rows));
    let seen: Vec<_> =
        reads.iter().map(|read| (read.catalogue.sector.as_deref(), read.catalogue.items.len())).collect();
    assert_eq!(seen, [(Some("employment"), 2), (Some("social-assistance"), 1)]);
    assert_eq!(reads[1].catalogue.notes, ["注：本目录由各单位动态调整。"]);
}

#[test]
fn forms_of_other_places() {
    // Inner Mongolia's: a third level, the text of the article, its rank, the section in charge.
    let header = "<tr><th>序号</th><th>一级事项</th><th>二级事项</th><th>三级事项</th><th>公开内容</th><th>公开依据</th><th>条款内容</th><th>依据效力（位阶）</th><th>公开时限</th><th>公开主体</th><th>责任科室</th><th>公开渠道和载体</th><th>公开层级</th></tr>";
    let cells = [
        "1",
        "政策文件",
        "法律法规",
        "国家层面",
        "标题；文号",
        "《社会救助暂行办法》",
        "第十一条",
        "行政法规",
        "20个工作日",
        "旗民政局",
        "社会救助股",
        "t政府网站 £政府公报",
        "旗级、苏木镇级",
    ];
    let (catalogue, findings) = one("a.html", &html(&(header.to_owned() + &row(&cells))));
    let item = &catalogue.items[0];
    let extra: Vec<_> = item.extra.iter().map(|extra| (extra.name.as_str(), extra.text.as_str())).collect();
    assert_eq!(
        extra,
        [
            ("三级事项", "国家层面"),
            ("条款内容", "第十一条"),
            ("依据效力（位阶）", "行政法规"),
            ("责任科室", "社会救助股")
        ]
    );
    assert_eq!(item.tiers, BTreeSet::from([Tier::County, Tier::Township]));
    assert_eq!(item.channels[0].name(), "政府网站");
    assert!(codes(&findings).contains(&"column-missing"), "audience and mode");
    assert!(!codes(&findings).contains(&"mode-missing"), "said once for the table");

    // Traditional characters, the item's name in one column.
    let header = "<tr><th>序號</th><th>公開事項</th><th>公開內容（要素）</th><th>公開依據</th><th>公開時限</th><th>公開主體</th><th>公開渠道和載體</th></tr>";
    let cells = [
        "1",
        "低保",
        "名單",
        "《社會救助暫行辦法》",
        "自信息形成或者變更之日起20個工作日內",
        "旗民政局",
        "□政府網站■公示欄",
    ];
    let (catalogue, _) = one("a.html", &html(&(header.to_owned() + &row(&cells))));
    let item = &catalogue.items[0];
    assert_eq!((item.level1.as_str(), item.basis[0].as_str()), ("低保", "《社會救助暫行辦法》"));
    assert_eq!(item.limit.kind(), LimitKind::WorkingDays { working_days: 20 });
    assert_eq!(item.channels[0].word(), "board");
}

#[test]
fn a_table_that_is_no_catalogue_is_refused_in_a_sentence() {
    let (reads, findings) =
        catalogues_of("a.html", &html(&(row(&["姓名", "年龄", "住址"]) + &row(&["甲", "1", "乙"]))));
    assert!(reads.is_empty());
    assert!(codes(&findings).contains(&"header-missing") && codes(&findings).contains(&"catalogue-missing"));
}

#[test]
fn two_row_headers_without_merges() {
    let text = "序号\t公开事项\t\t公开内容（要素）\t公开依据\t公开时限\t公开主体\t公开渠道和载体\t公开对象\t\t公开方式\t\t公开层级\t\n\
        \t一级事项\t二级事项\t\t\t\t\t\t全社会\t特定群体\t主动\t依申请\t县级\t乡级\n\
        1\t社会救助\t低保审批\t名单；标准\t《社会救助暂行办法》\t每季度首月20日\t旗民政局\t政府网站、村公示栏\t√\t\t√\t\t√\t√\n\
        2\t\t临时救助\t名单；金额\t《社会救助暂行办法》\t每月公布一次\t旗民政局\t政府网站\t\t申请人\t√\t\t√\t\n";
    let (catalogue, _) = one("a.txt", text.as_bytes());
    assert_eq!(catalogue.items.len(), 2);
    assert_eq!(catalogue.items[1].level1, "社会救助");
    assert_eq!(catalogue.items[1].audience, Audience { all: Some(false), groups: vec!["申请人".into()] });
    assert!(matches!(catalogue.items[0].limit.kind(), LimitKind::Periodic { .. }));
}

#[test]
fn a_draft_from_a_starter_speaks_of_the_unit() {
    let draft = Starter::of("social-assistance").unwrap().draft_for("示例旗民政局").unwrap();
    assert_eq!(draft.title, "社会救助领域基层政务公开标准目录");
    assert!(draft.items.iter().all(|item| item.code.is_empty()));
    assert_eq!(draft.items[2].publisher, ["示例旗民政局", "苏木镇人民政府"]);
    assert!(draft.notes.iter().all(|note| note.starts_with("来源") && !note.contains("范本")));
}

#[test]
fn every_starter_reads_clean_and_comes_back_the_same() {
    let sectors: Vec<&str> = domain::sector::all().iter().map(|sector| sector.id.as_str()).collect();
    assert_eq!(Starter::all().iter().map(|starter| starter.sector).collect::<Vec<_>>(), sectors);
    for starter in Starter::all() {
        let (catalogue, findings) = starter.read().unwrap();
        let worst: Vec<_> = findings.iter().filter(|finding| finding.severity <= Severity::Warning).collect();
        assert!(worst.is_empty(), "{}: {worst:#?}", starter.sector);
        assert!(catalogue.items.len() >= 10, "{}", starter.sector);
        assert!(catalogue.title.contains("范本"), "{}", catalogue.title);
        for item in &catalogue.items {
            assert!(item.code.starts_with(starter.sector), "{}", item.code);
            assert!(!item.limit.is_unreadable(), "{}: {}", item.code, item.limit.text());
            assert!(item.basis.iter().all(|basis| basis.contains('《')), "{}: {:?}", item.code, item.basis);
        }
        for (name, bytes) in written(&catalogue) {
            let (again, _) = one(&name, &bytes);
            assert_eq!(again, catalogue, "{name}");
        }
    }
}

fn written(catalogue: &Catalogue) -> Vec<(String, Vec<u8>)> {
    let all = std::slice::from_ref(catalogue);
    vec![
        ("a.xlsx".to_owned(), write_xlsx(all).unwrap()),
        ("a.docx".to_owned(), write_docx(all).unwrap()),
        ("a.csv".to_owned(), write_csv(catalogue).into_bytes()),
    ]
}

fn any_item(number: usize) -> impl Strategy<Value = Item> {
    let word = |choices: Vec<&'static str>| prop::sample::select(choices).prop_map(str::to_owned);
    let some = |choices: Vec<&'static str>, least| {
        let most = choices.len();
        prop::sample::subsequence(choices, least..=most)
            .prop_map(|chosen| chosen.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let head = (
        word(vec!["政策文件", "=SUM(1)", "办事指南"]),
        word(vec!["法律法规", "<b>&amp;", "“五公开”落实", "申请条件，材料"]),
        some(vec!["文号（标题）", "名称", "收费标准、依据", "@所有人"], 0),
        some(vec!["《甲法》（国令第1号）", "《乙〈丙〉办法》第三条", "相关规定"], 0),
        word(vec!["", "20个工作日内", "及时公开", "每季度首月20日", "按规定时限"]),
        some(vec!["旗民政局", "各苏木镇人民政府"], 0),
    );
    let tail = (
        some(vec!["政府网站", "两微一端", "其他：微信群"], 1),
        some(vec!["政府公报", "精准推送"], 0),
        some(vec!["申请人", "村集体成员"], 0),
        prop::option::of(any::<bool>()),
        prop::sample::subsequence(Mode::ALL.to_vec(), 1..=2),
        prop::sample::subsequence(vec![Tier::County, Tier::Township, Tier::Village], 1..=3),
        prop::option::of(word(vec!["社会救助股", "-1", "2020-09-04"])),
    );
    (head, tail).prop_map(
        move |(
            (level1, level2, elements, basis, limit, publisher),
            (channels, open, groups, all, mode, tiers, extra),
        )| {
            let mut unknown = BTreeSet::new();
            // A mark that says nothing of the whole society beside no group is unknown.
            let all = match all {
                Some(false) if groups.is_empty() => None,
                other => other,
            };
            if all.is_none() {
                unknown.insert(Column::AudienceAll);
            }
            Item {
                number: number.to_string(),
                level1,
                level2: format!("{level2}{number}"),
                elements,
                basis,
                limit: TimeLimit::parse(&limit),
                publisher,
                channels: channels.iter().filter_map(|name| Channel::parse(name)).collect(),
                channels_open: open.iter().filter_map(|name| Channel::parse(name)).collect(),
                audience: Audience { all, groups },
                mode: mode.into_iter().collect(),
                tiers: tiers.into_iter().collect(),
                unknown,
                extra: extra.map(|text| Extra { name: "责任科室".to_owned(), text }).into_iter().collect(),
                ..Item::default()
            }
        },
    )
}

fn any_catalogue() -> impl Strategy<Value = Catalogue> {
    (1usize..6, any::<bool>()).prop_flat_map(|(count, coded)| {
        let items: Vec<_> = (1..=count).map(any_item).collect();
        items.prop_map(move |mut items| {
            for (index, item) in items.iter_mut().enumerate().filter(|_| coded) {
                item.code = format!("social-assistance-{index:03}");
            }
            Catalogue {
                sector: Some("social-assistance".to_owned()),
                title: "旗社会救助领域基层政务公开标准目录".to_owned(),
                items,
                notes: vec!["注：本目录由旗民政局解释。".to_owned()],
            }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_again(catalogue in any_catalogue()) {
        for (name, bytes) in written(&catalogue) {
            let (again, _) = one(&name, &bytes);
            prop_assert_eq!(&again, &catalogue, "{}", name);
        }
    }

    #[test]
    fn several_catalogues_in_one_file(one in any_catalogue(), two in any_catalogue()) {
        let two = Catalogue { sector: Some("employment".into()), title: "就业领域标准目录".into(), ..two };
        let both = [one, two];
        for (name, bytes) in [("a.xlsx", write_xlsx(&both).unwrap()), ("a.docx", write_docx(&both).unwrap())] {
            let (reads, _) = catalogues_of(name, &bytes);
            let again: Vec<Catalogue> = reads.into_iter().map(|read| read.catalogue).collect();
            prop_assert_eq!(&again[..], &both[..], "{}", name);
        }
    }
}
