//! Versions of a catalogue: what changed and back, three-way merges, derivations; over made-up catalogues.

use domain::catalogue::change::{apply, between};
use domain::catalogue::lineage::{Derivation, LineageError, derive, may_derive};
use domain::catalogue::merge::{ConflictKind, merge};
use domain::catalogue::{Audience, Catalogue, Channel, Field, Item, Mode, check};
use domain::time_limit::TimeLimit;
use domain::unit::Tier;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn any_item(code: String) -> impl Strategy<Value = Item> {
    let words = |choices: [&'static str; 3]| prop::sample::select(choices.map(str::to_owned).to_vec());
    (
        words(["政策文件", "办事指南", "结果公示"]),
        words(["法律法规", "申请条件", "名单"]),
        prop::sample::subsequence(vec!["文号", "名称", "标准"], 0..3),
        words(["20个工作日", "及时公开", "每季度"]),
        words(["旗民政局", "旗农牧局", "苏木镇人民政府"]),
        prop::sample::subsequence(vec!["政府网站", "两微一端", "其他：微信群"], 0..3),
        prop::sample::subsequence(vec![Tier::County, Tier::Township, Tier::Village], 1..3),
        any::<bool>(),
    )
        .prop_map(move |(level1, level2, elements, limit, publisher, channels, tiers, all)| Item {
            code: code.clone(),
            number: "1".to_owned(),
            level1,
            level2,
            elements: elements.into_iter().map(str::to_owned).collect(),
            limit: TimeLimit::parse(&limit),
            publisher: vec![publisher],
            channels: channels.into_iter().filter_map(Channel::parse).collect(),
            audience: Audience {
                all: Some(all),
                groups: if all { vec![] } else { vec!["申请人".to_owned()] },
            },
            mode: BTreeSet::from([Mode::Proactive]),
            tiers: tiers.into_iter().collect(),
            ..Item::default()
        })
}

fn any_catalogue() -> impl Strategy<Value = Catalogue> {
    let codes: Vec<String> = (0..8).map(|number| format!("item-{number}")).collect();
    (prop::sample::subsequence(codes, 0..8).prop_shuffle(), prop::sample::select(vec!["甲", "乙"]))
        .prop_flat_map(|(codes, title)| {
            let items: Vec<_> = codes.into_iter().map(any_item).collect();
            items.prop_map(move |items| Catalogue { title: title.to_owned(), items, ..Catalogue::default() })
        })
}

fn codes(catalogue: &Catalogue) -> BTreeSet<&str> {
    catalogue.items.iter().map(|item| item.code.as_str()).collect()
}

proptest! {
    #[test]
    fn a_difference_leads_from_one_version_to_the_next(before in any_catalogue(), after in any_catalogue()) {
        let difference = between(&before, &after);
        prop_assert_eq!(apply(&before, &difference), after);
    }

    #[test]
    fn a_version_does_not_differ_from_itself(one in any_catalogue()) {
        let difference = between(&one, &one);
        prop_assert!(difference.is_empty());
        prop_assert_eq!(difference, Default::default());
    }

    #[test]
    fn every_changed_cell_is_named_and_no_other(before in any_item("a".into()), after in any_item("a".into())) {
        let of = |item: &Item| Catalogue { items: vec![item.clone()], ..Catalogue::default() };
        let difference = between(&of(&before), &of(&after));
        let named: Vec<Field> = difference.changed.iter().flat_map(|changed| changed.cells()).map(|cell| cell.field).collect();
        let expected: Vec<Field> =
            Field::ALL.into_iter().filter(|field| before.words(*field) != after.words(*field)).collect();
        prop_assert_eq!(named, expected);
    }

    #[test]
    fn merging_nothing_changes_nothing(base in any_catalogue(), ours in any_catalogue()) {
        let merged = merge(&base, &base, &ours);
        prop_assert_eq!(&merged.catalogue, &ours);
        prop_assert!(merged.conflicts.is_empty() && merged.taken.is_empty());
    }

    #[test]
    fn an_untouched_catalogue_becomes_the_upper_one(base in any_catalogue(), theirs in any_catalogue()) {
        let merged = merge(&base, &theirs, &base);
        prop_assert_eq!(&merged.catalogue, &theirs);
        prop_assert!(merged.conflicts.is_empty());
    }

    #[test]
    fn no_local_wording_is_lost(base in any_catalogue(), theirs in any_catalogue(), ours in any_catalogue()) {
        let merged = merge(&base, &theirs, &ours);
        for mine in &ours.items {
            let before = base.item(&mine.code);
            let touched = |field: &Field| before.is_none_or(|before| !before.agrees(*field, mine));
            let Some(result) = merged.catalogue.item(&mine.code) else {
                prop_assert!(before.is_some_and(|before| before.differences(mine).is_empty()));
                continue;
            };
            for field in Field::ALL.into_iter().filter(touched) {
                let only_here = theirs.item(&mine.code).is_none_or(|above| before.is_some_and(|before| before.agrees(field, above)));
                prop_assert!(result.agrees(field, mine) || (!only_here && mine.is_blank(field)), "{:?}", field);
            }
        }
    }

    #[test]
    fn what_the_upper_version_says_is_taken_or_asked(base in any_catalogue(), theirs in any_catalogue(), ours in any_catalogue()) {
        let merged = merge(&base, &theirs, &ours);
        for above in &theirs.items {
            let asked = |kind: fn(&ConflictKind) -> bool| {
                merged.conflicts.iter().any(|conflict| conflict.code == above.code && kind(&conflict.kind))
            };
            match merged.catalogue.item(&above.code) {
                None => {
                    let unchanged = base.item(&above.code).is_some_and(|before| before.differences(above).is_empty());
                    prop_assert!(unchanged || asked(|kind| *kind == ConflictKind::DroppedHere));
                }
                Some(result) => for field in Field::ALL {
                    let kept = base.item(&above.code).map_or(above.is_blank(field), |before| before.agrees(field, above));
                    let clash = merged.conflicts.iter().any(|conflict| conflict.code == above.code && conflict.kind == ConflictKind::Cell(field));
                    prop_assert!(result.agrees(field, above) || kept || clash, "{:?}", field);
                },
            }
        }
        prop_assert_eq!(codes(&merged.catalogue).len(), merged.catalogue.items.len(), "no code twice");
    }

    #[test]
    fn taking_their_side_of_every_cell_leaves_no_cell_to_decide(base in any_catalogue(), theirs in any_catalogue(), ours in any_catalogue()) {
        let mut merged = merge(&base, &theirs, &ours);
        let cells: Vec<(String, Field)> = merged.conflicts.iter().filter_map(|conflict| match conflict.kind {
            ConflictKind::Cell(field) => Some((conflict.code.clone(), field)),
            _ => None,
        }).collect();
        for (code, field) in &cells {
            merged.take_theirs(code, *field);
            prop_assert!(merged.catalogue.item(code).unwrap().agrees(*field, theirs.item(code).unwrap()));
        }
        prop_assert!(!merged.conflicts.iter().any(|conflict| matches!(conflict.kind, ConflictKind::Cell(_))));
    }

    #[test]
    fn words_of_a_field_are_read_as_the_same(item in any_item("a".into())) {
        let mut again = Item { code: item.code.clone(), number: item.number.clone(), ..Item::default() };
        for field in Field::ALL {
            again.write(field, &item.words(field));
        }
        prop_assert_eq!(again, item);
    }

    #[test]
    fn json_keeps_a_catalogue(one in any_catalogue()) {
        let json = serde_json::to_string(&one).unwrap();
        prop_assert_eq!(serde_json::from_str::<Catalogue>(&json).unwrap(), one);
    }
}

fn item(code: &str, level2: &str, tiers: &[Tier]) -> Item {
    Item {
        code: code.to_owned(),
        level1: "社会救助".to_owned(),
        level2: level2.to_owned(),
        publisher: vec!["旗民政局".to_owned()],
        limit: TimeLimit::parse("20个工作日"),
        tiers: tiers.iter().copied().collect(),
        ..Item::default()
    }
}

#[test]
fn a_township_holds_its_tier_and_the_powers_taken_over() {
    use Tier::{County, Township, Village};
    let county = Catalogue {
        items: vec![
            item("a", "低保", &[County, Township, Village]),
            item("b", "许可", &[County]),
            item("c", "处罚", &[County]),
        ],
        ..Catalogue::default()
    };
    let township = derive(
        &county,
        &Derivation {
            tier: Some(Township),
            powers: BTreeSet::from(["c".to_owned()]),
            publisher: "嘎鲁图镇人民政府".to_owned(),
            title: String::new(),
        },
    );
    assert_eq!(codes(&township), BTreeSet::from(["a", "c"]));
    assert!(township.items.iter().all(|item| item.publisher == ["嘎鲁图镇人民政府"]));
    assert_eq!(township.items.iter().map(|item| item.number.as_str()).collect::<Vec<_>>(), ["1", "2"]);
    let village = derive(&township, &Derivation { tier: Some(Village), ..Derivation::default() });
    assert_eq!(codes(&village), BTreeSet::from(["a"]));
}

#[test]
fn a_lower_catalogue_follows_the_upper_one_and_keeps_its_wording() {
    use Tier::{County, Township};
    let derivation =
        Derivation {
            tier: Some(Township), publisher: "图克镇人民政府".to_owned(), ..Derivation::default()
        };
    let first = Catalogue { items: vec![item("a", "低保", &[County, Township])], ..Catalogue::default() };
    let mut second = first.clone();
    second.items[0].limit = TimeLimit::parse("7个工作日");
    second.items[0].publisher = vec!["旗民政局、旗乡村振兴局".to_owned()];
    second.items.push(item("d", "临时救助", &[Township]));
    let base = derive(&first, &derivation);
    let mut ours = base.clone();
    ours.items[0].level2 = "低保（牧区）".to_owned();
    let merged = merge(&base, &derive(&second, &derivation), &ours);
    assert!(merged.conflicts.is_empty(), "the publisher is the township's in both derivations");
    assert_eq!(merged.catalogue.items[0].level2, "低保（牧区）");
    assert_eq!(merged.catalogue.items[0].limit.text(), "7个工作日");
    assert_eq!(merged.catalogue.items[1].publisher, ["图克镇人民政府"]);
}

#[test]
fn catalogues_do_not_come_from_themselves() {
    // Village 9 of township 2 of county 1; township 3 beside.
    assert_eq!(may_derive(&[2, 1], 1, &[]), Ok(()));
    assert_eq!(may_derive(&[9, 2, 1], 2, &[1]), Ok(()));
    assert_eq!(may_derive(&[2, 1], 2, &[]), Err(LineageError::Cyclic));
    assert_eq!(may_derive(&[2, 1], 1, &[2]), Err(LineageError::Cyclic));
    assert_eq!(may_derive(&[2, 1], 3, &[]), Err(LineageError::NotAbove));
    assert_eq!(may_derive(&[], 1, &[]), Err(LineageError::NotAbove));
}

#[test]
fn codes_are_given_once_and_follow_the_name() {
    let known = vec![item("s-001", "低保", &[]), item("s-002", "临时救助", &[])];
    let mut fresh = Catalogue {
        items: vec![
            item("", "临 时救助", &[]),
            item("", "特困", &[]),
            item("x", "甲", &[]),
            item("x", "乙", &[]),
            item("", "低保", &[]),
            item("", "低保", &[]),
        ],
        ..Catalogue::default()
    };
    let mut number = 0;
    fresh.identify(&known, || {
        number += 1;
        format!("s-{number:03}")
    });
    let given: Vec<&str> = fresh.items.iter().map(|item| item.code.as_str()).collect();
    assert_eq!(given, ["s-002", "s-003", "x", "s-004", "s-001", "s-005"]);
}

#[test]
fn a_careful_clerk_notices() {
    let mut one = item("a", "低保", &[Tier::County]);
    one.publisher.clear();
    one.limit = TimeLimit::parse("30个工作日内");
    let mut two = item("a", "低 保", &[]);
    two.limit = TimeLimit::parse("按规定时限");
    let found = check::catalogue(&Catalogue { items: vec![one, two], ..Catalogue::default() }, 20);
    let said = |at: usize| -> BTreeSet<&str> {
        found.iter().filter(|found| found.item == at).map(|found| found.finding.code.as_ref()).collect()
    };
    for code in ["publisher-missing", "limit-long", "elements-missing", "basis-missing", "audience-missing"] {
        assert!(said(0).contains(code), "{code}");
    }
    for code in ["code-twice", "item-twice", "limit-unreadable", "tiers-missing"] {
        assert!(said(1).contains(code), "{code}");
    }
    assert!(!said(0).contains("item-twice") && !said(0).contains("tiers-missing"));
}
