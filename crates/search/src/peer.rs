//! For the benchmark, which gives bare tantivy the same words.

use crate::grams::Grams;
use crate::text::units;
use tantivy::tokenizer::Tokenizer;

/// The tokenizer of titles and texts.
pub fn words() -> impl Tokenizer {
    Grams::default()
}

/// The words, with their places, that hold exactly where a phrase of two characters or more stands.
pub fn phrase(text: &str) -> Vec<(usize, String)> {
    crate::grams::phrase(&units(text)).into_iter().map(|gram| (gram.place, gram.text)).collect()
}
