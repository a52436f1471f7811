//! Times of search beside bare tantivy with the same words over the same documents, in one process and by turns: figures
//! for people. A line a figure, tab-separated. The number of documents may be given; 100,000 if not.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints its figures and may end on any fault"
)]

use search::{Document, Index, Query};
use std::hint::black_box;
use std::time::Instant;

fn main() {
    println!("x");
}
