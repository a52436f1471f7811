//! Inspection: a clean site has nothing found, each planted fault is found as itself and as nothing else, what is put right
//! is corrected, scores and the quarter's report.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use domain::error_report::Kind;
use domain::inspection::{
    AccountResult, AccountSeen, Availability, Check, ColumnKind, ColumnSeen, FooterMark, Found, GuideElement,
    Indicators, Inspector, LinkSeen, MessageSeen, Outcome, PageKind, PageSeen, Part, Probe, Quarter,
    QuarterFacts, QuarterReport, SiteResult, SiteSeen, Tracked, WordsSeen, account_vetoes, availability,
    gather, of_report, quarter_report, recheck, score,
};
use domain::rule::Rules;
use domain::scan::Rule;
use domain::workday::Calendar;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static INDICATORS: LazyLock<Indicators> = LazyLock::new(|| Indicators::builtin().unwrap());
static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::builtin);
static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::builtin().unwrap());

const TODAY: Date = date(2020, 9, 10);

fn inspector() -> Inspector<'static> {
    Inspector { indicators: &INDICATORS, rules: &RULES, calendar: &CALENDAR, today: TODAY }
}

fn page(address: &str, kind: PageKind) -> PageSeen {
    let labels = [
        ("SiteName", "示例旗人民政府"),
        ("SiteDomain", "www.example.gov.cn"),
        ("SiteIDCode", "1506260001"),
        ("ColumnName", "通知公告"),
        ("ColumnDescription", "通知和公告"),
        ("ColumnKeywords", "通知,公告"),
        ("ColumnType", "工作动态"),
        ("ArticleTitle", "示例公告"),
        ("PubDate", "2020-09-09 17:18"),
        ("ContentSource", "示例旗财政局"),
    ];
    PageSeen {
        address: address.into(),
        kind,
        unit: Some(2),
        status: Some(200),
        title: "示例".into(),
        language: "zh-CN".into(),
        labels: labels.into_iter().map(|(name, content)| (name.into(), content.into())).collect(),
        links: vec![
            LinkSeen { address: "/a".into(), words: "甲".into(), status: Some(200), file: false },
            // A server that keeps programs out is no dead link.
            LinkSeen {
                address: "https://other.example/".into(),
                words: "乙".into(),
                status: Some(403),
                file: false,
            },
        ],
        published: Some(date(2020, 9, 9)),
        footer: FooterMark::ALL.iter().copied().collect(),
        images_without_words: Vec::new(),
        headings: vec![1, 2, 3, 2],
        words: vec![WordsSeen { rule: Rule::OfficeTelephone, words: "0477-0000000".into() }],
        elements: if kind == PageKind::Guide {
            GuideElement::ALL.iter().copied().collect()
        } else {
            BTreeSet::new()
        },
    }
}

fn column(number: usize, kind: ColumnKind) -> ColumnSeen {
    ColumnSeen {
        name: format!("栏目{number}"),
        address: format!("/columns/{number}"),
        unit: 3,
        kind,
        items: 5,
        newest: Some(date(2020, 9, 8)),
    }
}

/// A week of visits, 24 a day, every one answered.
fn probes() -> Vec<Probe> {
    let first: Timestamp = "2020-09-02T16:30:00Z".parse().unwrap();
    (0..7 * 24)
        .map(|hour| Probe { at: first + SignedDuration::from_hours(hour), millis: Some(200) })
        .collect()
}

/// A site without a fault; every fault below has a place of its own in it.
fn clean() -> SiteSeen {
    let kinds = std::iter::repeat_n(ColumnKind::News, 6)
        .chain(std::iter::repeat_n(ColumnKind::Notice, 6))
        .chain(std::iter::repeat_n(ColumnKind::Other, 30))
        .chain([ColumnKind::Standing]);
    let articles = (0..20).map(|number| page(&format!("/articles/{number}"), PageKind::Article));
    let guides = (0..10).map(|number| page(&format!("/guides/{number}"), PageKind::Guide));
    let home = page("/", PageKind::Home);
    let list = page("/list", PageKind::Column);
    let account = |id| AccountSeen {
        id,
        name: format!("示例发布{id}（微信公众号）"),
        unit: 4,
        newest: Some(date(2020, 9, 1)),
        looked_at: true,
        opened: true,
        interactive: true,
        audited: Some(date(2020, 1, 10)),
    };
    let message = |number: usize, received, answered| MessageSeen {
        number: format!("留言{number}"),
        unit: 5,
        received,
        answered,
    };
    SiteSeen {
        name: "示例旗人民政府门户网站".into(),
        unit: 1,
        probes: probes(),
        home_newest: Some(date(2020, 9, 9)),
        interaction: true,
        services: Some(true),
        pages: [home, list].into_iter().chain(articles).chain(guides).collect(),
        columns: kinds.enumerate().map(|(number, kind)| column(number, kind)).collect(),
        accounts: (0..6).map(account).collect(),
        messages: vec![
            message(0, date(2020, 8, 1), None),
            message(1, date(2020, 1, 1), Some(date(2020, 6, 1))),
            message(2, date(2020, 9, 1), None),
        ],
    }
}

struct Fault {
    plant: fn(&mut SiteSeen),
    found: &'static [(Check, usize)],
}

const fn fault(plant: fn(&mut SiteSeen), found: &'static [(Check, usize)]) -> Fault {
    Fault { plant, found }
}

/// Places in [`clean`]: pages 0 home, 1 list, 2.. articles, 22.. guides; columns 0.. news, 6.. notices, 12.. others.
const FAULTS: &[Fault] = &[
    fault(
        |site| site.probes.iter_mut().take(9).for_each(|probe| probe.millis = None),
        &[(Check::Unreachable, 1)],
    ),
    fault(|site| site.home_newest = Some(date(2020, 8, 26)), &[(Check::HomeStale, 1)]),
    fault(
        |site| site.columns.iter_mut().take(4).for_each(|column| column.newest = Some(date(2020, 8, 26))),
        &[(Check::ColumnNewsStale, 4)],
    ),
    fault(|site| site.columns[6].newest = Some(date(2020, 3, 9)), &[(Check::ColumnNoticeStale, 1)]),
    fault(
        |site| site.columns[12..22].iter_mut().for_each(|column| column.newest = Some(date(2019, 9, 9))),
        &[(Check::ColumnLongStale, 10), (Check::ColumnsLongStale, 1)],
    ),
    fault(
        |site| site.columns[30..35].iter_mut().for_each(|column| (column.items, column.newest) = (0, None)),
        &[(Check::ColumnBlank, 5), (Check::ColumnsBlank, 1)],
    ),
    fault(|site| site.interaction = false, &[(Check::InteractionMissing, 1)]),
    fault(|site| site.services = Some(false), &[(Check::ServicesMissing, 1)]),
    fault(
        |site| {
            site.pages[22..27].iter_mut().for_each(|page| {
                page.elements.remove(&GuideElement::Materials);
            });
        },
        &[(Check::GuideIncomplete, 5), (Check::GuidesIncomplete, 1)],
    ),
    fault(|site| site.pages[2].status = None, &[(Check::PageUnreachable, 1)]),
    fault(|site| site.pages[3].links[0].status = Some(404), &[(Check::LinkDead, 1)]),
    fault(
        |site| (site.pages[4].links[0].status, site.pages[4].links[0].file) = (None, true),
        &[(Check::AttachmentMissing, 1)],
    ),
    fault(
        |site| site.pages[5].words.push(WordsSeen { rule: Rule::Wrong, words: "按装".into() }),
        &[(Check::Wording, 1)],
    ),
    fault(
        |site| site.pages[6].words.push(WordsSeen { rule: Rule::Identity, words: "1506**".into() }),
        &[(Check::PersonalData, 1)],
    ),
    fault(
        |site| {
            site.pages[7].labels.remove("ContentSource");
        },
        &[(Check::LabelMissing, 1)],
    ),
    fault(
        |site| {
            site.pages[8].labels.insert("PubDate".into(), "2020年9月9日".into());
        },
        &[(Check::LabelMissing, 1)],
    ),
    fault(
        |site| {
            site.pages[16].labels.insert("PubDate".into(), "2020-9-9 17:18".into());
        },
        &[(Check::LabelMissing, 1)],
    ),
    fault(
        |site| {
            site.pages[1].labels.insert("ColumnType".into(), " ".into());
        },
        &[(Check::LabelMissing, 1)],
    ),
    fault(
        |site| {
            site.pages[0].labels.insert("SiteIDCode".into(), "15062600".into());
        },
        &[(Check::LabelMissing, 1)],
    ),
    fault(
        |site| {
            site.pages[9].footer.remove(&FooterMark::Police);
        },
        &[(Check::FooterIncomplete, 1)],
    ),
    fault(|site| site.pages[10].published = None, &[(Check::DateDoubtful, 1)]),
    fault(|site| site.pages[11].published = Some(date(2020, 9, 11)), &[(Check::DateDoubtful, 1)]),
    fault(
        |site| site.pages[12].images_without_words = vec!["/a.png".into(), "/b.png".into()],
        &[(Check::ImageWithoutWords, 2)],
    ),
    fault(|site| site.pages[13].headings = vec![1, 3], &[(Check::HeadingOrder, 1)]),
    fault(|site| site.pages[14].headings = vec![2, 3], &[(Check::HeadingOrder, 1)]),
    fault(|site| site.pages[15].language = String::new(), &[(Check::PageUnnamed, 1)]),
    fault(|site| site.messages[0].received = date(2020, 7, 9), &[(Check::MessageSlow, 1)]),
    fault(|site| site.messages[2].received = date(2020, 6, 9), &[(Check::MessageUnanswered, 1)]),
    // Long ago is slow, but no veto any more.
    fault(
        |site| (site.messages[1].received, site.messages[1].answered) = (date(2019, 9, 9), None),
        &[(Check::MessageSlow, 1)],
    ),
    fault(|site| site.accounts[0].newest = Some(date(2020, 8, 26)), &[(Check::AccountStale, 1)]),
    fault(|site| site.accounts[1].newest = None, &[(Check::AccountStale, 1)]),
    fault(|site| site.accounts[2].interactive = false, &[(Check::AccountMute, 1)]),
    fault(|site| site.accounts[3].opened = false, &[(Check::AccountUnreachable, 1)]),
    fault(|site| site.accounts[4].audited = Some(date(2019, 9, 9)), &[(Check::AccountUnaudited, 1)]),
];

fn counted(found: &[Found]) -> BTreeMap<Check, usize> {
    found.iter().fold(BTreeMap::new(), |mut counted, found| {
        *counted.entry(found.check).or_default() += 1;
        counted
    })
}

#[test]
fn a_clean_site_has_nothing_found() {
    assert_eq!(inspector().inspect(&clean()), []);
}

#[test]
fn each_planted_fault_is_found_as_itself() {
    let mut known: BTreeSet<Check> = [Check::Severe, Check::Reported, Check::ColumnsStale].into();
    for (place, fault) in FAULTS.iter().enumerate() {
        let mut site = clean();
        (fault.plant)(&mut site);
        let found = inspector().inspect(&site);
        assert_eq!(counted(&found), fault.found.iter().copied().collect(), "fault {place}");
        known.extend(fault.found.iter().map(|(check, _)| *check));
        for one in &found {
            assert!(one.words.ends_with('。') && one.due > TODAY && !one.place.is_empty(), "{one:?}");
        }
    }
    assert_eq!(known.len(), Check::ALL.len(), "a check nobody plants");
}

#[test]
fn stale_columns_of_news_and_notices_are_counted_together() {
    let mut site = clean();
    for place in [0, 1, 2, 6, 7] {
        site.columns[place].newest = Some(date(2019, 1, 1));
    }
    let expected = [(Check::ColumnsStale, 1), (Check::ColumnNewsStale, 3), (Check::ColumnNoticeStale, 2)];
    let found = inspector().inspect(&site);
    assert_eq!(counted(&found), expected.into_iter().collect());
    assert_eq!(found[0].words, "5个栏目到期未更新：栏目0、栏目1、栏目2、栏目6、栏目7。");
}

#[test]
fn a_blank_column_is_blank_and_not_stale_too() {
    let mut site = clean();
    for column in &mut site.columns[0..5] {
        (column.items, column.newest) = (0, None);
    }
    let expected = [(Check::ColumnBlank, 5), (Check::ColumnsBlank, 1)];
    assert_eq!(counted(&inspector().inspect(&site)), expected.into_iter().collect());
}

#[test]
fn the_day_of_the_limit_is_still_fresh() {
    let mut site = clean();
    site.home_newest = Some(date(2020, 8, 27));
    site.columns[6].newest = Some(date(2020, 3, 10));
    site.columns[12].newest = Some(date(2019, 9, 10));
    site.messages[0].received = date(2020, 7, 10);
    site.accounts[0].newest = Some(date(2020, 8, 27));
    site.accounts[0].audited = Some(date(2019, 9, 10));
    assert_eq!(inspector().inspect(&site), []);
}

#[test]
fn who_answers_is_the_unit_of_the_place() {
    let mut site = clean();
    site.pages[2].images_without_words = vec!["/a.png".into()];
    site.pages[3].images_without_words = vec!["/a.png".into()];
    site.pages[3].unit = None;
    site.columns[30].items = 0;
    let units: Vec<(Check, i64)> =
        inspector().inspect(&site).iter().map(|found| (found.check, found.unit)).collect();
    assert_eq!(
        units,
        [(Check::ColumnBlank, 3), (Check::ImageWithoutWords, 2), (Check::ImageWithoutWords, 1)]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Faults in places of their own are found together as they are alone, in whatever order things were seen.
    #[test]
    fn faults_do_not_hide_one_another(chosen in proptest::collection::vec(any::<bool>(), FAULTS.len())) {
        let mut site = clean();
        let mut expected: BTreeMap<Check, usize> = BTreeMap::new();
        for (fault, _) in FAULTS.iter().zip(&chosen).filter(|(_, chosen)| **chosen) {
            (fault.plant)(&mut site);
            for (check, places) in fault.found {
                *expected.entry(*check).or_default() += places;
            }
        }
        let news = [Check::ColumnNewsStale, Check::ColumnNoticeStale];
        if news.iter().filter_map(|check| expected.get(check)).sum::<usize>() >= 5 {
            expected.insert(Check::ColumnsStale, 1);
        }
        let found = inspector().inspect(&site);
        prop_assert_eq!(counted(&found), expected);
        let mut shuffled = site.clone();
        shuffled.pages.reverse();
        shuffled.accounts.reverse();
        shuffled.messages.reverse();
        shuffled.probes.reverse();
        prop_assert_eq!(&inspector().inspect(&shuffled), &found);
        // Looked at again unchanged all of it stands; put right all of it is corrected.
        let all = |now: &SiteSeen, outcome| recheck(&found, now, &inspector()).iter().all(|(_, one)| *one == outcome);
        prop_assert!(all(&site, Outcome::Standing));
        prop_assert!(all(&clean(), Outcome::Corrected));
    }

    /// A site is down from the limit on, in whole numbers, and never by too few visits.
    #[test]
    fn down_is_a_share_of_the_visits(failed in 0_usize..168, missing in 0_usize..30) {
        let mut probes = probes();
        for probe in probes.iter_mut().take(failed) {
            probe.millis = Some(15_000);
        }
        let kept = probes.len() - missing;
        probes.truncate(kept);
        let counted = availability(&probes, TODAY, &INDICATORS.probing);
        let enough = missing <= 4;
        let failed = failed.min(kept);
        prop_assert_eq!(counted, Availability { visits: kept, failed, enough });
        prop_assert_eq!(counted.is_down(5), enough && failed * 20 >= kept);
    }
}

#[test]
fn visits_of_today_and_of_long_ago_do_not_count() {
    let mut probes = probes();
    let last = probes.last().unwrap().at;
    probes.extend((1..20).map(|hour| Probe { at: last + SignedDuration::from_hours(hour), millis: None }));
    probes.push(Probe { at: "2020-08-01T00:00:00Z".parse().unwrap(), millis: None });
    let counted = availability(&probes, TODAY, &INDICATORS.probing);
    assert_eq!((counted.visits, counted.failed, counted.enough), (168, 0, true));
    assert_eq!(counted.per_myriad(), Some(10_000));
    assert!(probes.iter().any(|probe| probe.millis == Some(200)));
    let down = |failed| Availability { visits: 200, failed, enough: true }.is_down(5);
    assert_eq!((down(9), down(10)), (false, true));
    let nearly = Availability { visits: 168, failed: 8, enough: true };
    assert_eq!((nearly.is_down(5), nearly.per_myriad()), (false, Some(9523)));
    let slow =
        |millis| availability(&[Probe { at: last, millis: Some(millis) }], TODAY, &INDICATORS.probing).failed;
    assert_eq!((slow(14_999), slow(15_000)), (0, 1));
}

#[test]
fn what_was_not_looked_at_is_not_corrected() {
    let mut site = clean();
    site.pages[3].links[0].status = Some(404);
    site.columns[30].items = 0;
    site.accounts[0].newest = None;
    site.messages[2].received = date(2020, 6, 9);
    site.probes.iter_mut().for_each(|probe| probe.millis = None);
    let found = inspector().inspect(&site);
    let outcomes = |now: &SiteSeen| -> Vec<Outcome> {
        recheck(&found, now, &inspector()).into_iter().map(|(_, outcome)| outcome).collect()
    };
    let mut blind = clean();
    (blind.probes, blind.pages, blind.columns) = (Vec::new(), Vec::new(), Vec::new());
    (blind.accounts, blind.messages) = (Vec::new(), Vec::new());
    assert_eq!(outcomes(&blind), [Outcome::Unseen; 5]);
    // The platform kept everybody out this time.
    let mut shut = clean();
    (shut.accounts[0].looked_at, shut.accounts[0].newest) = (false, None);
    let of_account = found.iter().position(|found| found.check == Check::AccountStale).unwrap();
    assert_eq!(outcomes(&shut)[of_account], Outcome::Unseen);
    // A page that answers with a fault of the server says nothing, one that was taken away does.
    let page = |status| {
        let mut now = clean();
        now.pages[3].status = status;
        let of_link = found.iter().position(|found| found.check == Check::LinkDead).unwrap();
        outcomes(&now)[of_link]
    };
    assert_eq!(page(Some(500)), Outcome::Unseen);
    assert_eq!(page(None), Outcome::Unseen);
    assert_eq!(page(Some(410)), Outcome::Corrected);
}

#[test]
fn the_same_fault_on_many_pages_is_one_thing_to_do() {
    let mut site = clean();
    for page in &mut site.pages[2..6] {
        page.links[0].status = None;
        page.headings = vec![1, 3];
    }
    site.pages[5].unit = Some(9);
    let found = inspector().inspect(&site);
    let gathered = gather(&found);
    let shown: Vec<(Check, usize)> = gathered.iter().map(|one| (one.found.check, one.places.len())).collect();
    let heading = (Check::HeadingOrder, 1);
    assert_eq!(shown, [(Check::LinkDead, 3), (Check::LinkDead, 1), heading, heading, heading, heading]);
    assert_eq!(gathered[0].places, ["/articles/0", "/articles/1", "/articles/2"]);
    assert_eq!(gathered.iter().map(|one| one.places.len()).sum::<usize>(), found.len());
}

#[test]
fn accounts_fail_each_for_itself() {
    let mut site = clean();
    site.accounts[1].newest = None;
    site.accounts[1].interactive = false;
    site.accounts[2].audited = None;
    site.interaction = false;
    let found = inspector().inspect(&site);
    let vetoes = account_vetoes(&found, &INDICATORS);
    assert_eq!(vetoes, [("1", vec![Check::AccountStale, Check::AccountMute])].into());
}

#[test]
fn what_readers_report_joins_the_queue_and_is_settled_by_people() {
    let due = date(2020, 9, 15);
    let of = |kind| of_report(kind, 2, "/articles/1", "找错7", "电话打不通", due);
    let checks: Vec<Check> = Kind::ALL.iter().map(|kind| of(*kind).check).collect();
    let expected = [Check::Wording, Check::LinkDead, Check::Reported, Check::PersonalData, Check::Reported];
    assert_eq!(checks, expected);
    let reported = [of(Kind::Other)];
    assert_eq!(reported[0].words, "网民找错：电话打不通");
    assert_eq!(recheck(&reported, &clean(), &inspector())[0].1, Outcome::Unseen);
}

fn found(check: Check, place: &str) -> Found {
    Found {
        check, unit: 1, place: place.into(), detail: String::new(), words: "示例。".into(), due: TODAY
    }
}

#[test]
fn a_veto_fails_and_deductions_end_at_their_most() {
    let scored = |found: &[Found], services, bonus| score(found, &INDICATORS, services, bonus);
    let whole = scored(&[], true, 40);
    assert_eq!((whole.tenths, whole.bonus_tenths, whole.passed), (1000, 300, true));
    let links: Vec<Found> = (0..9).map(|place| found(Check::LinkDead, &place.to_string())).collect();
    let some = scored(&links, true, 10);
    assert_eq!((some.tenths, some.bonus_tenths), (950, 100));
    assert_eq!((some.deductions[0].places, some.deductions[0].points), (9, 5));
    // Without services the other three parts, 75 points, stand for a hundred.
    let without = scored(&links, false, 0);
    assert_eq!((without.tenths, without.parts.len()), (933, 3));
    let veto = scored(&[found(Check::HomeStale, "x")], true, 10);
    assert_eq!((veto.vetoes, veto.passed, veto.bonus_tenths), (vec![Check::HomeStale], false, 0));
    let account = scored(&[found(Check::AccountStale, "1")], true, 0);
    assert!(account.passed && account.vetoes.is_empty());
    // Everything that costs points at its most.
    let all: Vec<Found> = Check::ALL
        .iter()
        .filter(|check| INDICATORS.of(**check).points > 0)
        .flat_map(|check| (0..20).map(|place| found(*check, &place.to_string())))
        .collect();
    let worst = scored(&all, true, 0);
    assert!(!worst.passed && worst.bonus_tenths == 0 && worst.vetoes.is_empty());
    assert!(worst.parts.contains(&(Part::Publication, 0)) && worst.parts.contains(&(Part::Design, 0)));
}

fn text(report: &QuarterReport) -> String {
    let mut lines = vec![report.title.clone()];
    for section in &report.sections {
        lines.push(section.heading.clone());
        lines.extend(section.paragraphs.iter().cloned());
        for table in &section.tables {
            lines.push(format!("[{}]", table.caption));
            lines.extend([&table.head].into_iter().chain(&table.rows).map(|row| row.join("|")));
        }
    }
    lines.join("\n")
}

#[test]
fn the_quarter_is_told_in_the_usual_form() {
    let site = |name: &str, found: &[Found]| SiteResult {
        name: name.into(),
        unit: "示例旗政务服务局".into(),
        score: score(found, &INDICATORS, true, 0),
    };
    let account = |name: &str, vetoes: &[Check]| AccountResult {
        name: name.into(),
        unit: "示例旗财政局".into(),
        vetoes: vetoes.to_vec(),
    };
    let tracked =
        |check, unit: &str, corrected| Tracked { found: found(check, "x"), unit: unit.into(), corrected };
    let facts = QuarterFacts {
        region: "示例旗".into(),
        quarter: Quarter::of(TODAY),
        sites: vec![site("甲网站", &[]), site("乙网站", &[found(Check::ColumnsBlank, "x")])],
        accounts: vec![
            account("甲号", &[]),
            account("乙号", &[Check::AccountStale, Check::AccountMute]),
            account("丙号", &[]),
        ],
        tracked: vec![
            tracked(Check::LinkDead, "财政局", Some(TODAY)),
            tracked(Check::LinkDead, "财政局", Some(TODAY.saturating_add(1.day()))),
            tracked(Check::ColumnBlank, "民政局", None),
        ],
        reports_received: 4,
        reports_answered: 3,
    };
    let report = quarter_report(&facts, TODAY.saturating_add(20.days()), &INDICATORS);
    insta::assert_snapshot!(text(&report), @r"
    示例旗2020年第三季度政府网站与政务新媒体检查情况通报
    一、总体情况
    检查政府网站2个，合格1个，合格率50.0%。
    检查政务新媒体账号3个，合格2个，合格率66.7%。
    “我为政府网站找错”收到留言4条，已答复3条。
    [政府网站检查结果]
    网站|主办单位|得分|结果|单项否决
    甲网站|示例旗政务服务局|100.0|合格|
    乙网站|示例旗政务服务局|—|不合格|多个空白栏目
    [不合格政务新媒体账号]
    账号|主办单位|单项否决
    乙号|示例旗财政局|新媒体账号不更新、新媒体账号没有互动功能
    二、存在的主要问题
    共发现问题3个，涉及2项指标、2个单位。
    [发现的问题]
    指标|问题数|未整改|依据
    空白栏目|1|1|国办秘函〔2019〕19号（空白栏目）
    链接打不开|2|0|《政府网站发展指引》（国办发〔2017〕47号）；国办秘函〔2019〕19号（链接可用）
    三、整改情况
    已整改2个，未整改1个，其中逾期未整改1个。
    [各单位整改情况]
    单位|问题数|按期整改|逾期整改|未整改
    民政局|1|0|0|1
    财政局|2|1|1|0
    ");
    let empty = QuarterFacts { sites: Vec::new(), accounts: Vec::new(), tracked: Vec::new(), ..facts };
    let report = quarter_report(&empty, TODAY, &INDICATORS);
    assert_eq!(report.sections[0].paragraphs[0], "本季度没有检查政府网站。");
    assert_eq!(report.sections[1].paragraphs, ["检查没有发现问题。"]);
    assert!(report.sections.iter().all(|section| section.tables.is_empty()));
}
