//! The scanner: what it finds, what it leaves, masks, pieces.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use domain::finding::Severity;
use domain::scan::{Entry, Rule, Scanner, Stream, WordLists, heading, in_column, mask};
use proptest::prelude::*;
use std::sync::LazyLock;

static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::default);

#[derive(serde::Deserialize)]
struct Cases {
    case: Vec<Case>,
}

/// A text and what is found in it: rule, words, replacement.
#[derive(serde::Deserialize)]
struct Case {
    text: String,
    #[serde(default)]
    hits: Vec<(String, String, String)>,
}

#[test]
fn what_is_found_is_as_the_table_says() {
    let cases: Cases = toml::from_str(include_str!("scan.toml")).unwrap();
    assert!(cases.case.len() >= 60);
    for case in cases.case {
        let found: Vec<(String, String, String)> = SCANNER
            .scan(&case.text)
            .into_iter()
            .map(|hit| {
                (
                    hit.rule.word().to_owned(),
                    case.text[hit.range].to_owned(),
                    hit.replacement.unwrap_or_default(),
                )
            })
            .collect();
        assert_eq!(found, case.hits, "{}", case.text);
    }
}

#[test]
fn the_lists_are_sound() {
    let lists = WordLists::usual();
    let of = |rule| lists.entries().iter().filter(|(of, _)| *of == rule).count();
    assert!(of(Rule::Wrong) >= 150 && of(Rule::Forbidden) >= 25 && of(Rule::Outdated) >= 20);
    for (rule, entry) in lists.entries() {
        let hits = SCANNER.scan(&entry.word);
        assert!(hits.iter().any(|hit| hit.rule == *rule), "{} is not found", entry.word);
        // What is right, or an exception, is left alone.
        for right in entry.except.iter().chain((!entry.right.is_empty()).then_some(&entry.right)) {
            let hits = SCANNER.scan(right);
            assert!(!hits.iter().any(|hit| right[hit.range.clone()] == entry.word), "{right}");
        }
    }
}

#[test]
fn an_office_adds_and_takes_out_words() {
    let mut lists = WordLists::usual();
    lists
        .push(
            Rule::Wrong,
            Entry {
                word: "示例错词".into(),
                right: "示例正词".into(),
                reason: String::new(),
                except: Vec::new(),
            },
        )
        .unwrap();
    lists.remove("按装");
    let scanner = Scanner::new(&lists);
    assert_eq!(scanner.scan("示例错词")[0].replacement.as_deref(), Some("示例正词"));
    assert_eq!(scanner.scan("按装"), []);
    let entry = |word: &str, right: &str| Entry {
        word: word.into(),
        right: right.into(),
        reason: String::new(),
        except: Vec::new(),
    };
    assert!(lists.push(Rule::Wrong, entry("的", "地")).is_err());
    assert!(lists.push(Rule::Wrong, entry("甲乙", "甲乙")).is_err());
    assert!(lists.push(Rule::Wrong, entry("甲乙", "甲乙丙")).is_err());
    assert!(lists.add(Rule::Wrong, "entry = 3").is_err());
}

#[test]
fn headings_of_columns_say_what_they_hold() {
    for (text, rule) in [
        ("身份证号码", Some(Rule::Identity)),
        ("联系 电话", Some(Rule::Mobile)),
        ("惠农一卡通", Some(Rule::Card)),
        ("家庭住址", Some(Rule::Address)),
        ("患病情况", Some(Rule::Health)),
        ("发放金额", None),
        ("姓名", None),
    ] {
        assert_eq!(heading(text), rule, "{text}");
    }
    let hit = in_column(Rule::Identity, "1.50125E+17").unwrap();
    assert_eq!((hit.rule, hit.note.contains("Excel")), (Rule::IdentityDoubtful, true));
    assert!(in_column(Rule::Identity, "150626199001011").is_some());
    assert_eq!(in_column(Rule::Identity, "150626********1234"), None);
    assert_eq!(in_column(Rule::Health, "无").map(|hit| hit.rule), Some(Rule::Health));
    assert_eq!(in_column(Rule::Mobile, "见附件"), None);
}

#[test]
fn equal_paragraphs_one_after_the_other_are_told() {
    let paragraph = "各苏木镇、各有关部门要高度重视，明确专人负责，按照时限认真组织实施。";
    let hits = SCANNER.scan(&format!("{paragraph}\n\n{paragraph}\n"));
    assert_eq!(hits.iter().map(|hit| hit.rule).collect::<Vec<_>>(), [Rule::Repeated]);
    assert_eq!(SCANNER.scan("张某某\n张某某\n"), []);
}

fn identity() -> impl Strategy<Value = String> {
    (0_usize..4, 0_u32..10_000, 1950_u32..2015, 1_u32..13, 1_u32..29, 0_u32..1000).prop_map(
        |(province, area, year, month, day, serial)| {
            let province = ["15", "11", "62", "44"][province];
            let digits = format!("{province}{area:04}{year}{month:02}{day:02}{serial:03}");
            let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
            let sum: u32 =
                digits.chars().zip(weights).map(|(c, weight)| c.to_digit(10).unwrap() * weight).sum();
            format!("{digits}{}", "10X98765432".chars().nth(sum as usize % 11).unwrap())
        },
    )
}

fn card() -> impl Strategy<Value = String> {
    "62[0-9]{14,16}".prop_map(|head| {
        let sum: u32 = head
            .chars()
            .rev()
            .enumerate()
            .map(|(index, c)| {
                let value = c.to_digit(10).unwrap();
                if index % 2 == 0 { value * 2 / 10 + value * 2 % 10 } else { value }
            })
            .sum();
        format!("{head}{}", (10 - sum % 10) % 10)
    })
}

fn filler() -> impl Strategy<Value = String> {
    "[一张王村发放的，。：、元a ]{0,12}"
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn personal_numbers_are_found_wherever_they_stand(before in filler(), after in filler(), identity in identity(), mobile in "1[3-9][0-9]{9}", card in card(), which in 0_usize..3, spaced in any::<bool>()) {
        let (number, rule) = match which {
            0 => (identity, Rule::Identity),
            1 => (mobile, Rule::Mobile),
            _ => (card, Rule::Card),
        };
        let before = before.trim_end_matches('a').to_owned();
        let after = after.trim_start_matches('a').to_owned();
        let typed = if spaced { format!("{} {}", &number[..4], &number[4..]) } else { number };
        let text = format!("{before}{typed}{after}");
        let hits = SCANNER.scan(&text);
        // A card may happen to be an identity number too.
        let hit = hits.iter().find(|hit| hit.range == (before.len()..before.len() + typed.len()));
        prop_assert!(hit.is_some_and(|hit| hit.rule == rule || hit.rule.is_personal()), "{text} {hits:?}");
        let masked = mask(&text, &hits);
        prop_assert!(SCANNER.scan(&masked).iter().all(|hit| !hit.rule.is_personal() || hit.rule.severity() != Severity::Error), "{masked}");
        prop_assert!(!masked.contains(&typed));
    }

    #[test]
    fn pieces_are_found_as_the_whole(text in "[0-9一二三\\n（）岁男某138X*@a.]{0,80}", cuts in proptest::collection::vec(0_usize..90, 0..5)) {
        let mut bounds: Vec<usize> = cuts.into_iter().map(|cut| text.char_indices().nth(cut).map_or(text.len(), |(at, _)| at)).collect();
        bounds.sort_unstable();
        let mut stream = Stream::new(&SCANNER);
        let mut hits = Vec::new();
        let mut at = 0;
        for bound in bounds {
            hits.extend(stream.push(&text[at..bound]));
            at = bound;
        }
        hits.extend(stream.push(&text[at..]));
        hits.extend(stream.finish());
        prop_assert_eq!(hits, SCANNER.scan(&text));
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,60}|[\\x00-\\x7f０-９（）\u{e000}\u{feff}室单元岁]{0,60}") {
        for hit in SCANNER.scan(&text) {
            prop_assert!(text.get(hit.range).is_some());
        }
    }
}
