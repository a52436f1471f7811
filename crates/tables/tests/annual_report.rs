//! Annual reports: written and read again they are the same; pages as offices publish them are read; nothing panics.

mod support;

use domain::annual_report::{
    AnnualReport, Cell, Column, DisputeKind, DisputeResult, Proactive, ProactiveCell, ReportRow, check,
};
use domain::request::{ApplicantKind, Row};
use proptest::prelude::*;
use support::{codes, read};
use tables::annual_report::{self, write_docx, write_xlsx};

fn text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "2025年，本单位认真落实政府信息公开条例。",
        "（一）主动公开。全年公开信息120条。",
        "新收政府信息公开申请3件，办结3件。",
        "收取信息处理费0元。",
        "=1+1 <b>&amp;</b>",
    ]);
    prop::collection::vec(line, 0..4).prop_map(|lines| lines.join("\n"))
}

/// Any report, its numbers right or wrong; some of its zeros were blank.
fn any_report() -> impl Strategy<Value = AnnualReport> {
    let numbers = prop::collection::vec(prop_oneof![Just(0_u64), 0_u64..100_000], 200);
    let blank = prop::collection::vec(0_usize..180, 0..6);
    (numbers, blank, text(), text(), text()).prop_map(|(numbers, blank, overall, problems, others)| {
        let mut report = AnnualReport::new("乌审旗示例局", 2025);
        for (cell, number) in Cell::all().zip(numbers) {
            report.set(cell, number);
        }
        for cell in blank.into_iter().filter_map(|index| Cell::all().nth(index)) {
            report.set(cell, 0);
            report.blank.insert(cell);
        }
        (report.overall, report.problems, report.others) = (overall, problems, others);
        report
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_report_written_and_read_is_the_same(report in any_report()) {
        let title = format!("<h1>{}{}年政府信息公开工作年度报告</h1>", report.unit, report.year);
        let page = title + &annual_report::write_html(&report);
        for (name, bytes) in [
            ("年报.docx", write_docx(&report).unwrap()),
            ("年报.xlsx", write_xlsx(&report).unwrap()),
            ("年报.html", page.into_bytes()),
        ] {
            let (document, _) = read(name, &bytes).unwrap();
            let (again, findings) = annual_report::read(&document);
            prop_assert_eq!(codes(&findings), Vec::<&str>::new(), "{}", name);
            prop_assert_eq!(&again, &report, "{}", name);
        }
    }

    #[test]
    fn a_damaged_page_never_panics(cut in 0_usize..6_000, put in "[<>td/r0-9一总计]{0,12}", take in 0_usize..200) {
        let page = page(&published());
        let damaged: String =
            page.chars().take(cut).chain(put.chars()).chain(page.chars().skip(cut + take)).collect();
        if let Ok((document, _)) = read("年报.html", damaged.as_bytes()) {
            let (report, _) = annual_report::read(&document);
            let _ = check(&report, None);
        }
    }
}

fn published() -> AnnualReport {
    let mut report = AnnualReport::new("示例市", 2025);
    for (row, numbers) in [
        (ReportRow::New, [13612, 252, 0, 45, 128, 32, 14069]),
        (ReportRow::CarriedIn, [535, 6, 0, 1, 18, 0, 560]),
        (ReportRow::Result(Row::Granted), [13364, 252, 0, 44, 121, 29, 13810]),
        (ReportRow::ResultsTotal, [13364, 252, 0, 44, 121, 29, 13810]),
        (ReportRow::CarriedOut, [783, 6, 0, 2, 25, 3, 819]),
    ] {
        for (column, number) in Column::all().zip(numbers) {
            report.requests.set(row, column, number);
        }
    }
    report
}

/// The page of a report as a site prints it: nested headings, labels broken over lines, numbers with spaces.
fn page(report: &AnnualReport) -> String {
    let mut rows = String::new();
    for row in ReportRow::all() {
        let mut labels = format!("<td colspan=\"3\"><p>{}</p></td>", row.label());
        if let ReportRow::Result(result) = row {
            let lead = if result == Row::Granted {
                "<td rowspan=\"22\">三、本年度<br>办理结果</td>"
            } else {
                ""
            };
            labels = match result {
                Row::Granted | Row::Partial => format!("{lead}<td colspan=\"2\">{}</td>", row.label()),
                Row::StateSecret => format!("<td rowspan=\"8\">（三）不予公开</td><td>{}</td>", row.label()),
                Row::NotHeld => format!("<td rowspan=\"3\">（四）无法提供</td><td>{}</td>", row.label()),
                Row::Petition => format!("<td rowspan=\"5\">（五）不予处理</td><td>{}</td>", row.label()),
                Row::SupplementOverdue => {
                    format!("<td rowspan=\"3\">（六）其他处理</td><td>{}</td>", row.label())
                }
                _ => format!("<td>{}</td>", row.label().replace('，', "，\n<br/>")),
            };
        }
        if row == ReportRow::ResultsTotal {
            labels = format!("<td colspan=\"2\">{}</td>", row.label());
        }
        let numbers =
            Column::all().map(|column| format!("<td>&nbsp;{} </td>", report.requests.get(row, column)));
        rows.push_str(&format!("<tr>{labels}{}</tr>\n", numbers.collect::<String>()));
    }
    format!(
        "<html><body><h1>示例市2025年政府信息公开工作年度报告</h1><p><b>一、总体情况</b></p><p>新收政府信息公开申请14069件。</p>
        <p>二、主动公开政府信息情况</p><table>
        <tr><td colspan=4>第二十条第（一）项</td></tr>
        <tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
        <tr><td>规章</td><td>０</td><td>—</td><td></td></tr>
        <tr><td>行政规范性<br>文件</td><td>5</td><td>2</td><td>1,031</td></tr>
        <tr><td colspan=4>第二十条第（五）项</td></tr>
        <tr><td>信息内容</td><td colspan=3>本年处理决定数量</td></tr>
        <tr><td>行政许可</td><td colspan=3>120件</td></tr>
        <tr><td colspan=4>第二十条第（六）项</td></tr>
        <tr><td>信息内容</td><td colspan=3>本年处理决定数量</td></tr>
        <tr><td>行政处罚</td><td colspan=3>-4</td></tr><tr><td>行政强制</td><td colspan=3>0</td></tr>
        <tr><td colspan=4>第二十条第（八）项</td></tr>
        <tr><td>信息内容</td><td colspan=3>本年收费金额（单位：万元）</td></tr>
        <tr><td>行政事业性收费</td><td colspan=3>385.20</td></tr></table>
        <p>三、收到和处理政府信息公开申请情况</p><table>
        <tr><td rowspan=3 colspan=3>（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）</td><td colspan=7>申请人情况</td></tr>
        <tr><td rowspan=2>自然人</td><td colspan=5>法人或其他组织</td><td rowspan=2>总计</td></tr>
        <tr><td>商业<br>企业</td><td>科研<br>机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td></tr>
        {rows}</table>
        <p>四、政府信息公开行政复议、行政诉讼情况</p><table>
        <tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr>
        <tr>{two}<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr><tr>{one}{one}</tr>
        <tr><td>1</td><td>0</td><td>0</td><td>2</td><td>3</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>4</td><td>0</td><td>4</td></tr></table>
        <p>注：本表不含乡镇。</p>
        <p>五、存在的主要问题及改进情况</p><p>一是公开不及时。</p><p>六、其他需要报告的事项</p><p>收取信息处理费0元。</p></body></html>",
        one = "<td>结果维持</td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td><td>总计</td>",
        two = "<td rowspan=2>结果维持</td><td rowspan=2>结果纠正</td><td rowspan=2>其他结果</td><td rowspan=2>尚未审结</td><td rowspan=2>总计</td>",
    )
}

#[test]
fn a_published_page_is_read_whole() {
    let (document, _) = read("年报.html", page(&published()).as_bytes()).unwrap();
    let (report, findings) = annual_report::read(&document);
    assert_eq!((report.unit.as_str(), report.year), ("示例市", 2025));
    assert_eq!(report.requests, published().requests);
    let numbers = report.proactive.current().unwrap();
    let written: Vec<String> = ProactiveCell::ALL.iter().map(|cell| numbers.written(*cell)).collect();
    assert_eq!(written, ["0", "0", "0", "5", "2", "1031", "120", "0", "0", "385.2"]);
    let blank = [ProactiveCell::RulesRepealed, ProactiveCell::RulesInForce].map(Cell::Proactive);
    assert_eq!(report.blank.iter().copied().collect::<Vec<_>>(), blank);
    let total = |kind| report.disputes.get(kind, DisputeResult::Total);
    assert_eq!(DisputeKind::ALL.iter().map(|kind| total(*kind)).collect::<Vec<_>>(), [3, 0, 4]);
    assert_eq!(report.overall, "新收政府信息公开申请14069件。");
    assert_eq!(
        (report.problems.as_str(), report.others.as_str()),
        ("一是公开不及时。", "收取信息处理费0元。")
    );
    assert_eq!(codes(&findings), ["report-note", "report-number-unreadable"]);
    assert!(findings[0].message.contains("行政处罚") && findings[0].message.contains("-4"), "{findings:?}");
    assert_eq!(check(&report, None), []);
}

#[test]
fn a_word_file_has_headings_and_pages() {
    let mut report = published();
    report.overall = "（一）主动公开\n按时公开各类信息。".to_owned();
    let bytes = write_docx(&report).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
        text
    };
    let document = part("word/document.xml");
    for (style, words) in [
        ("Heading1", "一、总体情况"),
        ("Heading2", "（一）主动公开"),
        ("Paragraph", "按时公开各类信息。"),
        ("Heading1", "六、其他需要报告的事项"),
    ] {
        let paragraph =
            format!("<w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{words}<");
        assert!(document.contains(&paragraph), "{words} is no {style}");
    }
    assert!(document.contains("<w:footerReference"));
    assert!(part("word/footer1.xml").contains(" PAGE "));
    let preview = tables::attachment::preview("年报.docx", &bytes, &tables::Limits::default()).unwrap();
    assert!(
        preview.contains("<h2>一、总体情况</h2><h3>（一）主动公开</h3><p>按时公开各类信息。</p>"),
        "{preview}"
    );
}

#[test]
fn what_is_missing_or_strange_is_said() {
    let whole = page(&published());
    let read_page = |page: &str| annual_report::read(&read("年报.html", page.as_bytes()).unwrap().0);
    let (report, findings) = read_page(&whole.replace("2.重复申请", "2.重复的"));
    assert_eq!(report.requests.get(ReportRow::Result(Row::Repeated), Column::Total), 0);
    assert_eq!(&codes(&findings)[2..], ["report-row-missing", "report-row-unknown"]);
    let (report, findings) = read_page(&whole.replace("<td>法律服务机构</td>", "<td>律所</td>"));
    assert!(codes(&findings).contains(&"report-columns-by-order"));
    assert_eq!(report.requests.get(ReportRow::New, Column::Of(ApplicantKind::Legal)), 128);
    let (_, findings) = read_page(&whole.replace("未经复议直接起诉", "直接起诉的"));
    assert!(findings.iter().any(|finding| finding.message.contains("没有找到“四、")), "{findings:?}");
    let (report, findings) = read_page(&whole.replace("2025年政府", "政府"));
    assert!(codes(&findings).contains(&"report-year-missing"));
    assert_eq!(report.year, 0);
}

#[test]
fn the_form_of_2019_is_read() {
    let page = "<h1>示例局<br>2020年政府信息公开工作年度报告</h1><p>二、主动公开政府信息情况</p><table>
        <tr><td colspan=4>第二十条第（一）项</td></tr>
        <tr><td>信息内容</td><td>本年新制作数量</td><td>本年新公开数量</td><td>对外公开总数量</td></tr>
        <tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr><tr><td>规范性文件</td><td>4</td><td>4</td><td>31</td></tr>
        <tr><td colspan=4>第二十条第（五）项</td></tr>
        <tr><td>信息内容</td><td>上一年项目数量</td><td>本年增/减</td><td>处理决定数量</td></tr>
        <tr><td>行政许可</td><td>120</td><td>-3</td><td>560</td></tr>
        <tr><td>其他对外管理服务事项</td><td>8</td><td>+2</td><td></td></tr>
        <tr><td colspan=4>第二十条第（六）项</td></tr>
        <tr><td>行政处罚</td><td>80</td><td>减2</td><td>12</td></tr><tr><td>行政强制</td><td>9</td><td>0</td><td>1</td></tr>
        <tr><td colspan=4>第二十条第（八）项</td></tr>
        <tr><td>行政事业性收费</td><td>2</td><td colspan=2>增1</td></tr>
        <tr><td colspan=4>第二十条第（九）项</td></tr>
        <tr><td>信息内容</td><td>采购项目数量</td><td colspan=2>采购总金额</td></tr>
        <tr><td>政府集中采购</td><td>14</td><td colspan=2>385.2万元</td></tr></table>";
    let (report, _) = annual_report::read(&read("年报.html", page.as_bytes()).unwrap().0);
    assert_eq!((report.unit.as_str(), report.year), ("示例局", 2020));
    let Proactive::Old(old) = report.proactive else { panic!("the old form") };
    assert_eq!(old.documents[1], [Some(4), Some(4), Some(31)]);
    assert_eq!(old.powers[0], [Some(120), Some(-3), Some(560)]);
    assert_eq!(old.powers[1], [Some(8), Some(2), None]);
    assert_eq!(old.powers[2], [Some(80), Some(-2), Some(12)]);
    assert_eq!((old.charges, old.purchases), ([Some(2), Some(1)], Some(14)));
    assert_eq!(old.purchased.unwrap().to_string(), "385.2");
}
