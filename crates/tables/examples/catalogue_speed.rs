//! Times of what the catalogue does, in one process, beside calamine reading the same cells: figures for people, run by
//! `cargo xtask bench`. A line a figure: what, median, range, tab-separated.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints its figures and may end on any fault"
)]

use calamine::{Data, Reader, Xlsx};
use domain::catalogue::lineage::{Derivation, derive};
use domain::catalogue::{Catalogue, change};
use domain::time_limit::TimeLimit;
use domain::unit::Tier;
use std::hint::black_box;
use std::io::Cursor;
use std::time::Instant;
use tables::Limits;
use tables::catalogue::{Starter, write_xlsx};

const ITEMS: usize = 10_000;
const VILLAGES: usize = 150;
const RUNS: usize = 9;

fn main() {
    let starters: Vec<Catalogue> = Starter::all().iter().map(|starter| starter.read().unwrap().0).collect();
    let large = large(&starters);
    let file = write_xlsx(std::slice::from_ref(&large)).unwrap();
    let ours = || {
        let (document, _) = tables::read("a.xlsx", &file, &Limits::default()).unwrap();
        let (reads, _) = tables::catalogue::read(&document, &[], 20);
        assert_eq!(reads[0].catalogue.items.len(), ITEMS);
    };
    let cells = || {
        let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(&file)).unwrap();
        let name = workbook.sheet_names()[0].clone();
        let range = workbook.worksheet_range(&name).unwrap();
        let filled = range.cells().filter(|(_, _, cell)| !matches!(cell, Data::Empty)).count();
        assert!(filled > ITEMS * 5);
    };
    // By turns, so that a slower moment of the machine falls on both.
    let (ours, cells): (Vec<f64>, Vec<f64>) = (0..RUNS).map(|_| (once(ours), once(cells))).unzip();
    let ours = told("10,000 items of .xlsx to a catalogue, in process", ours);
    let cells = told("the same cells by calamine, in process", cells);
    println!("our time over calamine's\t{:.2}\t", ours / cells);
    let mut next = large.clone();
    for item in next.items.iter_mut().step_by(10) {
        item.limit = TimeLimit::parse("7个工作日内");
    }
    next.items.truncate(ITEMS - 100);
    time("difference of two versions of 10,000 items", || {
        let difference = change::between(&large, &next);
        assert_eq!(difference.dropped.len(), 100);
        black_box(difference);
    });
    time("150 village lists from the county's 26 sectors", || {
        for village in 0..VILLAGES {
            let derivation = Derivation {
                tier: Some(Tier::Village),
                publisher: format!("示例嘎查{village}村民委员会"),
                ..Derivation::default()
            };
            for catalogue in &starters {
                black_box(derive(catalogue, &derivation));
            }
        }
    });
}

/// The starters over and over, each item with a code and a name of its own.
fn large(starters: &[Catalogue]) -> Catalogue {
    let items = starters.iter().flat_map(|catalogue| &catalogue.items).cycle().take(ITEMS);
    let numbered = (1_usize..).zip(items).map(|(number, item)| {
        let mut item = item.clone();
        item.code = format!("item-{number:05}");
        item.number = number.to_string();
        item.level2 = format!("{}（{number}）", item.level2);
        item
    });
    Catalogue {
        title: "就业领域标准目录".to_owned(), items: numbered.collect(), ..Catalogue::default()
    }
}

/// Milliseconds a piece of work takes.
fn once(work: impl Fn()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64() * 1_000.0
}

/// Runs a piece of work a few times; prints the median.
fn time(what: &str, work: impl Fn()) {
    told(what, (0..RUNS).map(|_| once(&work)).collect());
}

/// Prints and returns the median of some runs.
fn told(what: &str, mut runs: Vec<f64>) -> f64 {
    runs.sort_by(f64::total_cmp);
    let median = runs[RUNS / 2];
    println!("{what}\t{median:.1} ms\t{:.1}–{:.1}, {RUNS} runs", runs[0], runs[RUNS - 1]);
    median
}
