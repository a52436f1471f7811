//! Pinyin written out: the syllables of titles, so that `dibao` finds 低保. A character with several readings has several.

use crate::correct::is_sound;
use crate::initials::Stream;
use crate::text::{Class, units};
use pinyin::ToPinyinMulti;
use tantivy::tokenizer::Tokenizer;

/// Letters of the longest syllable: zhuang.
const SYLLABLE_MAX: usize = 6;
/// Ways to cut a run of letters that are tried: `xian` is one syllable or two.
const WAYS: usize = 6;

/// The ways in which a run of letters is at least two syllables. One alone would find half of all titles.
pub(crate) fn asked(letters: &str) -> Vec<Vec<String>> {
    let mut ways = Vec::new();
    let mut open = vec![(Vec::<String>::new(), letters)];
    while let Some((before, rest)) = open.pop() {
        if rest.is_empty() {
            if before.len() > 1 {
                ways.push(before);
            }
            continue;
        }
        if ways.len() + open.len() >= WAYS * SYLLABLE_MAX {
            break;
        }
        for length in 1..=SYLLABLE_MAX.min(rest.len()) {
            // Only letters of ASCII come here; nothing is cut within a character.
            let Some((syllable, after)) = rest.split_at_checked(length) else { continue };
            if is_sound(syllable) {
                let with = before.iter().cloned().chain([syllable.to_owned()]).collect();
                open.push((with, after));
            }
        }
    }
    // Fewer syllables are more likely meant.
    ways.sort_by_key(Vec::len);
    ways.truncate(WAYS);
    ways
}

/// Cuts a title into syllables, each at the place of its character.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spelled;

impl Tokenizer for Spelled {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let mut syllables = Vec::new();
        let spoken = units(text).into_iter().filter(|unit| unit.class == Class::Han);
        for (place, unit) in spoken.enumerate() {
            let readings = unit.character.to_pinyin_multi().into_iter().flatten();
            let mut readings: Vec<&str> = readings.map(|reading| reading.plain()).collect();
            readings.sort_unstable();
            readings.dedup();
            syllables.extend(readings.into_iter().map(|reading| (place, reading.to_owned())));
        }
        Stream::of(syllables)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantivy::tokenizer::TokenStream;

    #[test]
    fn letters_are_cut_into_syllables() {
        assert_eq!(asked("dibao")[0], ["di", "bao"]);
        let ways = asked("xianshi");
        assert_eq!(ways[0], ["xian", "shi"]);
        assert!(ways.contains(&["xi", "an", "shi"].map(str::to_owned).to_vec()), "{ways:?}");
        for nothing in ["shui", "zwgk", "a1", ""] {
            assert!(asked(nothing).is_empty(), "{nothing}");
        }
        assert!(asked(&"ana".repeat(60)).len() <= WAYS);
    }

    #[test]
    fn titles_are_spelled_out() {
        let mut spelled = Spelled;
        let mut stream = spelled.token_stream("《低保》重A");
        let mut words = Vec::new();
        while stream.advance() {
            words.push(format!("{}{}", stream.token().position, stream.token().text));
        }
        assert_eq!(words[..2], ["0di", "1bao"]);
        assert!(words.contains(&"2zhong".to_owned()) && words.contains(&"2chong".to_owned()), "{words:?}");
    }
}
