//! The annual report: its form, what must agree in it, and that tables made from cases always do.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use domain::annual_report::{
    Amount, AnnualReport, CaseSummary, Cell, Column, Constraint, Dispute, DisputeEnd, DisputeKind,
    DisputeResult, Disputes, OldProactive, Proactive, ProactiveCell, ReportRow, Requests, against_units,
    check, quoted, sum,
};
use domain::finding::Severity;
use domain::request::{ApplicantKind, Outcome, Row};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde::Deserialize;

fn results(row: Row) -> ReportRow {
    ReportRow::Result(row)
}

/// A city's published totals of 2025, all results in one row.
fn published() -> AnnualReport {
    let mut report = AnnualReport::new("示例市", 2025);
    for (row, numbers) in [
        (ReportRow::New, [13612, 252, 0, 45, 128, 32, 14069]),
        (ReportRow::CarriedIn, [535, 6, 0, 1, 18, 0, 560]),
        (results(Row::Granted), [13364, 252, 0, 44, 121, 29, 13810]),
        (ReportRow::ResultsTotal, [13364, 252, 0, 44, 121, 29, 13810]),
        (ReportRow::CarriedOut, [783, 6, 0, 2, 25, 3, 819]),
    ] {
        for (column, number) in Column::all().zip(numbers) {
            report.requests.set(row, column, number);
        }
    }
    report
}

#[test]
fn the_form_has_its_rows_and_columns() {
    let rows: Vec<&str> = ReportRow::all().map(ReportRow::label).collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    一、本年新收政府信息公开申请数量
    二、上年结转政府信息公开申请数量
    （一）予以公开
    （二）部分公开（区分处理的，只计这一情形，不计其他情形）
    1.属于国家秘密
    2.其他法律行政法规禁止公开
    3.危及“三安全一稳定”
    4.保护第三方合法权益
    5.属于三类内部事务信息
    6.属于四类过程性信息
    7.属于行政执法案卷
    8.属于行政查询事项
    1.本机关不掌握相关政府信息
    2.没有现成信息需要另行制作
    3.补正后申请内容仍不明确
    1.信访举报投诉类申请
    2.重复申请
    3.要求提供公开出版物
    4.无正当理由大量反复申请
    5.要求行政机关确认或重新出具已获取信息
    1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请
    2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请
    3.其他
    （七）总计
    四、结转下年度继续办理
    ");
    let columns: Vec<&str> = Column::all().map(Column::label).collect();
    assert_eq!(columns, ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]);
    for (index, row) in ReportRow::all().enumerate() {
        assert_eq!(row.index(), index);
    }
    for (index, column) in Column::all().enumerate() {
        assert_eq!(column.index(), index);
    }
    assert_eq!(ReportRow::all().count() * Column::all().count(), 175);
    assert_eq!(Cell::all().count(), 10 + 175 + 15);
}

#[test]
fn a_published_report_holds() {
    assert_eq!(check(&published(), None), []);
    let json = serde_json::to_string(&published()).unwrap();
    assert_eq!(serde_json::from_str::<AnnualReport>(&json).unwrap(), published());
}

/// What is wrong, as `rule row column expected found`.
fn wrong(report: &AnnualReport, previous: Option<&AnnualReport>) -> Vec<String> {
    let told = |wrong: &domain::annual_report::Discrepancy| {
        let (rule, cell) = (wrong.constraint.word(), wrong.cell);
        format!("{rule} {} {} {} {}", cell.row(), cell.column(), wrong.expected, wrong.found)
    };
    check(report, previous).iter().map(told).collect()
}

#[test]
fn each_rule_finds_its_own_number() {
    let person = Column::Of(ApplicantKind::Person);
    let mut report = published();
    report.requests.set(ReportRow::CarriedOut, person, 784);
    assert_eq!(
        wrong(&report, None),
        ["balance 四、结转下年度继续办理 自然人 783 784", "row_total 四、结转下年度继续办理 总计 820 819"]
    );

    let mut report = published();
    report.requests.set(results(Row::Repeated), Column::Of(ApplicantKind::Research), 2);
    assert_eq!(
        wrong(&report, None),
        ["results_sum （七）总计 科研机构 2 0", "row_total 2.重复申请 总计 2 0"]
    );

    let mut report = published();
    report.requests.set(results(Row::Other), Column::Total, 1);
    assert_eq!(
        wrong(&report, None),
        ["results_sum （七）总计 总计 13811 13810", "row_total 3.其他 总计 0 1"]
    );

    let mut report = published();
    report.disputes.set(DisputeKind::Review, DisputeResult::Upheld, 3);
    report.disputes.set(DisputeKind::LawsuitDirect, DisputeResult::Total, 1);
    assert_eq!(
        wrong(&report, None),
        ["dispute_total 行政复议 总计 3 0", "dispute_total 未经复议直接起诉 总计 0 1"]
    );
}

#[test]
fn a_balance_tells_its_four_numbers() {
    let mut report = published();
    for (row, number) in [
        (ReportRow::New, 13),
        (ReportRow::CarriedIn, 2),
        (ReportRow::ResultsTotal, 18),
        (ReportRow::CarriedOut, 1),
    ] {
        report.requests.set(row, Column::Of(ApplicantKind::Research), number);
    }
    let found = check(&report, None);
    let balance = found.iter().find(|one| one.constraint == Constraint::Balance).unwrap();
    assert_eq!((balance.expected, balance.found), (-3, 1));
    assert_eq!(
        balance.finding().message,
        "三、收到和处理政府信息公开申请情况“科研机构”一列：本年新收13＋上年结转2＝15，办理结果18＋结转1＝19，两边不等，请核对这四个数。"
    );
}

#[test]
fn two_years_fit_together() {
    let (before, mut report) = (published(), AnnualReport::new("示例市", 2026));
    for (column, number) in Column::all().zip([783, 6, 0, 2, 25, 3, 819]) {
        report.requests.set(ReportRow::CarriedIn, column, number);
        report.requests.set(ReportRow::CarriedOut, column, number);
    }
    assert_eq!(wrong(&report, Some(&before)), [""; 0]);
    report.set(Cell::Request(ReportRow::CarriedIn, Column::Of(ApplicantKind::Company)), 7);
    report.set(Cell::Request(ReportRow::CarriedOut, Column::Of(ApplicantKind::Company)), 7);
    report.set(Cell::Proactive(ProactiveCell::NormativeIssued), 5);
    report.set(Cell::Proactive(ProactiveCell::NormativeRepealed), 2);
    report.set(Cell::Proactive(ProactiveCell::NormativeInForce), 4);
    let found = check(&report, Some(&before));
    let last: Vec<(Constraint, i128, i128)> =
        found.iter().rev().take(2).map(|wrong| (wrong.constraint, wrong.expected, wrong.found)).collect();
    assert_eq!(last, [(Constraint::InForce, 3, 4), (Constraint::CarriedOver, 6, 7)]);
    assert_eq!(found[found.len() - 1].finding().severity, Severity::Warning, "documents may be counted anew");
    assert_eq!(
        found[found.len() - 2].finding().message,
        "三、收到和处理政府信息公开申请情况“二、上年结转政府信息公开申请数量”的“商业企业”应为6，现为7（上年结转等于上一年度报告的结转下年度继续办理）。"
    );
}

#[derive(Deserialize)]
struct File {
    case: Vec<TextCase>,
}

#[derive(Deserialize)]
struct TextCase {
    text: String,
    reads: Vec<String>,
}

fn word(cell: Cell) -> String {
    match cell {
        Cell::Proactive(cell) => cell.word().to_owned(),
        Cell::Request(ReportRow::Result(row), _) => row.word().to_owned(),
        Cell::Request(row, _) => serde_json::to_value(row).unwrap().as_str().unwrap().to_owned(),
        Cell::Dispute(kind, result) => format!("{}.{}", kind.word(), result.word()),
    }
}

#[test]
fn numbers_quoted_in_the_text() {
    let file: File = toml::from_str(include_str!("annual_report_text.toml")).unwrap();
    for TextCase { text, reads } in file.case {
        let read: Vec<String> = quoted(&text)
            .iter()
            .map(|quote| {
                let cells: Vec<String> =
                    [quote.cell].iter().chain(&quote.others).copied().map(word).collect();
                format!("{} {}", cells.join("+"), quote.number)
            })
            .collect();
        assert_eq!(read, reads, "{text}");
    }
}

#[test]
fn the_text_is_held_against_the_tables() {
    let mut report = published();
    report.overall = "全市新收政府信息公开申请14069件，办结13801件，行政诉讼2件。".to_owned();
    report.disputes.set(DisputeKind::LawsuitDirect, DisputeResult::Other, 1);
    report.disputes.set(DisputeKind::LawsuitDirect, DisputeResult::Total, 1);
    report.disputes.set(DisputeKind::LawsuitAfterReview, DisputeResult::Pending, 1);
    report.disputes.set(DisputeKind::LawsuitAfterReview, DisputeResult::Total, 1);
    let found = check(&report, None);
    assert_eq!(found.len(), 1, "{found:?}");
    report.overall = "办结13810件（不予公开3件）。".to_owned();
    assert_eq!(
        check(&report, None)[0].finding().message,
        "正文“不予公开3件”写的是3，三、收到和处理政府信息公开申请情况“1.属于国家秘密”的“总计”等8个数合计是0，两处应当一致。"
    );
    assert_eq!(
        found[0].finding().message,
        "正文“办结13801件”写的是13801，三、收到和处理政府信息公开申请情况“（七）总计”的“总计”是13810，两处应当一致。"
    );
}

fn case(received: Date, applicant: ApplicantKind, ended: Option<(Date, Outcome)>) -> CaseSummary {
    CaseSummary { received, applicant, ended, disputes: Vec::new() }
}

#[test]
fn cases_are_counted_where_their_days_put_them() {
    let (person, firm) = (ApplicantKind::Person, ApplicantKind::Company);
    let mut cases = vec![
        case(date(2024, 12, 30), person, Some((date(2025, 1, 20), Outcome::Granted))),
        case(date(2024, 12, 31), firm, Some((date(2024, 12, 31), Outcome::Granted))),
        case(date(2023, 5, 1), person, None),
        case(date(2025, 1, 1), person, Some((date(2025, 12, 31), Outcome::AlreadyPublic))),
        case(date(2025, 6, 2), firm, Some((date(2025, 6, 20), Outcome::NotResponsible))),
        case(date(2025, 6, 3), firm, Some((date(2025, 6, 1), Outcome::Partial))),
        case(date(2025, 12, 31), person, Some((date(2026, 1, 4), Outcome::Granted))),
        case(date(2025, 12, 31), ApplicantKind::Other, None),
        case(date(2026, 1, 1), person, Some((date(2026, 1, 1), Outcome::Granted))),
    ];
    let dispute = |kind, started, ended| Dispute { kind, started, ended };
    cases[0].disputes = vec![
        dispute(DisputeKind::Review, date(2025, 2, 1), Some((date(2025, 3, 1), DisputeEnd::Upheld))),
        dispute(
            DisputeKind::LawsuitAfterReview,
            date(2025, 4, 1),
            Some((date(2026, 1, 5), DisputeEnd::Corrected)),
        ),
        dispute(DisputeKind::LawsuitDirect, date(2026, 1, 1), None),
        dispute(DisputeKind::Review, date(2024, 1, 1), Some((date(2024, 9, 1), DisputeEnd::Other))),
    ];
    let table = Requests::from_cases(&cases, 2025);
    let seen: Vec<String> = table
        .cells()
        .filter(|(_, column, number)| *column != Column::Total && *number > 0)
        .map(|(row, column, number)| format!("{} {} {number}", row.label(), column.label()))
        .collect();
    assert_eq!(
        seen,
        [
            "一、本年新收政府信息公开申请数量 自然人 2",
            "一、本年新收政府信息公开申请数量 商业企业 2",
            "一、本年新收政府信息公开申请数量 其他 1",
            "二、上年结转政府信息公开申请数量 自然人 2",
            "（一）予以公开 自然人 2",
            "（二）部分公开（区分处理的，只计这一情形，不计其他情形） 商业企业 1",
            "1.本机关不掌握相关政府信息 商业企业 1",
            "（七）总计 自然人 2",
            "（七）总计 商业企业 2",
            "四、结转下年度继续办理 自然人 2",
            "四、结转下年度继续办理 其他 1",
        ]
    );
    let disputes = Disputes::from_cases(&cases, 2025);
    let seen: Vec<String> = disputes
        .cells()
        .filter(|(.., number)| *number > 0)
        .map(|(kind, result, number)| format!("{} {} {number}", kind.label(), result.label()))
        .collect();
    assert_eq!(
        seen,
        ["行政复议 结果维持 1", "行政复议 总计 1", "复议后起诉 尚未审结 1", "复议后起诉 总计 1"]
    );
}

#[test]
fn drafted_sentences_read_as_offices_write() {
    let mut report = published();
    report.set(Cell::Proactive(ProactiveCell::NormativeIssued), 5);
    report.set(Cell::Proactive(ProactiveCell::NormativeInForce), 31);
    report.set(Cell::Proactive(ProactiveCell::Permits), 120);
    assert_eq!(
        report.proactive_sentence().unwrap(),
        "2025年，制发行政规范性文件5件，废止行政规范性文件0件，现行有效行政规范性文件31件；作出行政许可决定120项、行政处罚决定0项、行政强制决定0项。"
    );
    assert_eq!(
        report.requests_sentence(),
        "2025年，新收政府信息公开申请14069件，上年结转560件；办结13810件（予以公开13810件）；结转下年度继续办理819件。因政府信息公开引发行政复议0件、行政诉讼0件。"
    );
    assert_eq!(report.fees_sentence(0), "2025年，未收取政府信息公开信息处理费。");
    assert_eq!(report.fees_sentence(3_000), "2025年，收取政府信息公开信息处理费3000元。");
    report.proactive = Proactive::Old(Box::default());
    assert_eq!(report.proactive_sentence(), None);
}

#[test]
fn a_region_is_the_sum_of_its_units() {
    let (mut one, mut other) = (published(), published());
    one.set(Cell::Proactive(ProactiveCell::Fees), "0.5".parse::<Amount>().unwrap().fen);
    other.set(Cell::Proactive(ProactiveCell::Fees), "12.345678".parse::<Amount>().unwrap().fen);
    other.proactive = Proactive::Current(other.proactive.current().unwrap().clone());
    let mut region = sum("示例省", 2025, [&one, &other]);
    assert_eq!(region.proactive.current().unwrap().written(ProactiveCell::Fees), "12.845678");
    assert_eq!(region.requests.get(ReportRow::New, Column::Total), 28_138);
    assert_eq!((check(&region, None), against_units(&region, [&one, &other])), (vec![], vec![]));
    region.set(Cell::Proactive(ProactiveCell::Fees), 13_000_000);
    let found = against_units(&region, [&one, &other]);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].finding().message.contains("应为12.845678万元，现为13万元"),
        "{}",
        found[0].finding().message
    );
}

#[test]
fn amounts_are_exact() {
    for (text, written) in
        [("0", "0"), ("12.50", "12.5"), ("0.000001", "0.000001"), ("007", "7"), ("1.1000000", "1.1")]
    {
        assert_eq!(text.parse::<Amount>().unwrap().to_string(), written);
    }
    for text in ["", ".5", "1.2.3", "-1", "1e3", "1.0000001", "99999999999999999999", "１"] {
        assert!(text.parse::<Amount>().is_err(), "{text}");
    }
}

#[test]
fn the_old_form_is_kept_as_it_was() {
    let mut report = published();
    let old = OldProactive {
        documents: [[Some(0), Some(0), Some(0)], [Some(4), Some(4), Some(31)]],
        powers: [
            [Some(120), Some(-3), Some(560)],
            [None; 3],
            [Some(80), Some(0), Some(12)],
            [Some(9), None, None],
        ],
        charges: [Some(2), Some(0)],
        purchases: Some(14),
        purchased: Some("385.2".parse().unwrap()),
    };
    report.proactive = Proactive::Old(Box::new(old));
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<AnnualReport>(&json).unwrap(), report);
    assert_eq!(check(&published(), Some(&report)).len(), 5, "only what was carried over is compared");
    report.set(Cell::Proactive(ProactiveCell::Permits), 3);
    assert_eq!(report.number(Cell::Proactive(ProactiveCell::Permits)), 3);
}

fn any_day() -> impl Strategy<Value = Date> {
    (2022_i16..=2027, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

fn any_dispute() -> impl Strategy<Value = Dispute> {
    let end = prop::sample::select(vec![DisputeEnd::Upheld, DisputeEnd::Corrected, DisputeEnd::Other]);
    (prop::sample::select(DisputeKind::ALL), any_day(), prop::option::of((any_day(), end)))
        .prop_map(|(kind, started, ended)| Dispute { kind, started, ended })
}

fn any_case() -> impl Strategy<Value = CaseSummary> {
    let ended = prop::option::of((any_day(), prop::sample::select(Outcome::ALL)));
    let applicant = prop::sample::select(ApplicantKind::ALL);
    (any_day(), applicant, ended, prop::collection::vec(any_dispute(), 0..3)).prop_map(
        |(received, applicant, ended, disputes)| CaseSummary { received, applicant, ended, disputes },
    )
}

fn report_of(cases: &[CaseSummary], year: i16) -> AnnualReport {
    let mut report = AnnualReport::new("示例局", year);
    report.requests = Requests::from_cases(cases, year);
    report.disputes = Disputes::from_cases(cases, year);
    report
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the cases are, every rule holds, in each year and from year to year; and nobody is counted twice or lost.
    #[test]
    fn tables_made_from_cases_always_agree(cases in prop::collection::vec(any_case(), 0..40)) {
        let mut previous = report_of(&cases, 2021);
        let mut new = 0;
        for year in 2022..=2028 {
            let report = report_of(&cases, year);
            prop_assert_eq!(check(&report, Some(&previous)), vec![]);
            new += report.requests.get(ReportRow::New, Column::Total);
            previous = report;
        }
        prop_assert_eq!(new, u64::try_from(cases.len()).unwrap());
    }

    /// A drafted text quotes its tables rightly, and enough of them.
    #[test]
    fn drafted_sentences_agree_with_the_tables(
        cases in prop::collection::vec(any_case(), 0..40), documents in 0_u64..2_000,
    ) {
        let mut report = report_of(&cases, 2025);
        report.set(Cell::Proactive(ProactiveCell::NormativeInForce), documents);
        report.overall = format!("{}\n{}", report.proactive_sentence().unwrap(), report.requests_sentence());
        prop_assert!(quoted(&report.overall).len() >= 12);
        prop_assert_eq!(check(&report, None), vec![]);
    }

    /// Units' reports add up to the report on all their cases together.
    #[test]
    fn units_add_up(one in prop::collection::vec(any_case(), 0..20), other in prop::collection::vec(any_case(), 0..20)) {
        let all: Vec<CaseSummary> = one.iter().chain(&other).cloned().collect();
        let units = [report_of(&one, 2025), report_of(&other, 2025)];
        prop_assert_eq!(against_units(&report_of(&all, 2025), &units), vec![]);
    }

    /// Any one number changed in a report that holds is found.
    #[test]
    fn no_changed_number_of_tables_three_and_four_goes_unseen(
        cases in prop::collection::vec(any_case(), 0..20), cell in 10_usize..200, more in 1_u64..5,
    ) {
        let mut report = report_of(&cases, 2025);
        let cell = Cell::all().nth(cell).unwrap();
        let number = u64::try_from(report.number(cell)).unwrap();
        report.set(cell, number + more);
        prop_assert!(!check(&report, None).is_empty());
    }

    #[test]
    fn any_text_is_read(text in ".{0,60}", number in any::<u32>()) {
        let _ = quoted(&text);
        let _ = quoted(&format!("{text}新收申请{number}件{text}"));
    }

    #[test]
    fn any_amount_is_read_as_written(fen in any::<u64>()) {
        let amount = Amount { fen };
        prop_assert_eq!(amount.to_string().parse::<Amount>(), Ok(amount));
    }
}
