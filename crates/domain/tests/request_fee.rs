//! The handling fee against sums worked by hand and against charging one by one.

use domain::request::{Charge, FeeError, Fees, Line};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    before: u64,
    items: Option<u64>,
    pages: Option<u64>,
    yuan: u64,
    why: String,
}

#[test]
fn sums_worked_by_hand() {
    let fees = Fees::builtin().unwrap();
    let file: File = toml::from_str(include_str!("request_fee.toml")).unwrap();
    for Case { name, before, items, pages, yuan, why } in file.case {
        let charge = match (items, pages) {
            (Some(items), None) => Charge::Items { before, items },
            (None, Some(pages)) => Charge::Pages { pages },
            _ => panic!("{name}: by item or by page, never both"),
        };
        assert_eq!(fees.amount(charge), Ok(yuan), "{name}: {why}");
    }
}

#[test]
fn the_notice_shows_each_part() {
    let fees = Fees::builtin().unwrap();
    let line = |from, to, price, amount| Line { from, to, price, amount };
    assert_eq!(
        fees.lines(Charge::Items { before: 0, items: 45 }).unwrap(),
        [line(1, 10, 0, 0), line(11, 30, 100, 2_000), line(31, 40, 200, 2_000), line(41, 45, 300, 1_500)]
    );
    assert!(fees.basis.contains("国办函〔2020〕109号"));
}

#[test]
fn mistaken_prices_and_absurd_numbers_are_refused() {
    let shipped =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/fees.toml")).unwrap();
    assert_eq!(Fees::parse(&shipped), Fees::builtin());
    assert_eq!(Fees::parse("basis = 1"), Err(FeeError::Syntax));
    for (find, put) in [
        ("{ from = 1, price = 0 }", "{ from = 2, price = 0 }"),
        ("{ from = 11, price = 100 }", "{ from = 1, price = 100 }"),
        ("price = 200", "price = 20"),
        ("further_items = 10", "further_items = 0"),
    ] {
        assert_eq!(Fees::parse(&shipped.replacen(find, put, 1)), Err(FeeError::Bands), "{put}");
    }
    let fees = Fees::builtin().unwrap();
    assert!(fees.amount(Charge::Pages { pages: u64::MAX }).is_err());
    assert!(fees.amount(Charge::Items { before: u64::MAX, items: 1 }).is_err());
}

proptest! {
    /// Asking for items one after the other costs what asking for all at once does, and more never costs less.
    #[test]
    fn splitting_a_request_saves_nothing(before in 0_u64..200, one in 0_u64..200, other in 0_u64..200) {
        let fees = Fees::builtin().unwrap();
        let items = |before, items| fees.amount(Charge::Items { before, items }).unwrap();
        prop_assert_eq!(items(before, one + other), items(before, one) + items(before + one, other));
        prop_assert!(items(before + 1, one) >= items(before, one));
        let pages = |pages| fees.amount(Charge::Pages { pages }).unwrap();
        prop_assert!(pages(one + 1) >= pages(one));
    }
}
