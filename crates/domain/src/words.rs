//! The words of a due or a time limit in the form in which they are read.

use crate::text::{half_width, number};

/// The words in half-width form without white space, beside the words as written.
pub(crate) struct Text {
    pub(crate) chars: Vec<char>,
    originals: Vec<char>,
}

impl Text {
    pub(crate) fn new(words: &str) -> Self {
        let mut text = Self { chars: Vec::new(), originals: Vec::new() };
        let mut rest = words.chars();
        while let Some(c) = rest.next() {
            match half_width(c) {
                Some(half) => text.push(half, c),
                // `2020-09-04 12:00` must not become `…0412:00`.
                None if is_time(rest.as_str()) => text.push(' ', c),
                None => {}
            }
        }
        text
    }

    fn push(&mut self, half: char, original: char) {
        self.chars.push(half);
        self.originals.push(original);
    }

    pub(crate) fn starts(&self, at: usize, word: &str) -> bool {
        let mut rest = self.chars.get(at..).unwrap_or_default().iter();
        word.chars().all(|c| rest.next() == Some(&c))
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        (0..self.chars.len()).any(|at| self.starts(at, word))
    }

    /// The words as written between two places.
    pub(crate) fn original(&self, start: usize, end: usize) -> String {
        self.originals.get(start..end).unwrap_or_default().iter().collect()
    }

    /// Nothing but punctuation, or `无`.
    pub(crate) fn is_blank(&self) -> bool {
        let word = |c: &char| c.is_alphanumeric();
        !self.chars.iter().any(word) || matches!(self.chars.as_slice(), ['无'])
    }

    pub(crate) fn at(&self, index: usize) -> Option<char> {
        self.chars.get(index).copied()
    }

    /// The first of the words that stands here, and where it ends.
    pub(crate) fn word(&self, at: usize, words: &[&str]) -> Option<usize> {
        words.iter().find(|word| self.starts(at, word)).map(|word| at + word.chars().count())
    }

    /// A number here, with where it ends.
    pub(crate) fn number(&self, at: usize) -> Option<(u32, usize)> {
        number(self.chars.get(at..)?).map(|(value, length)| (value, at + length))
    }

    /// A run of Arabic digits here that is not longer than `most`.
    pub(crate) fn digits(&self, at: usize, most: usize) -> Option<(u32, usize)> {
        let length = self.chars.get(at..)?.iter().take_while(|c| c.is_ascii_digit()).count();
        let run = (1..=most).contains(&length).then(|| self.chars.get(at..at + length))??;
        Some((run.iter().filter_map(|c| c.to_digit(10)).fold(0, |sum, d| sum * 10 + d), at + length))
    }
}

fn is_time(rest: &str) -> bool {
    let digits = rest.bytes().take(3).take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && rest.as_bytes().get(digits) == Some(&b':')
}
