//! The words of the index: pairs of neighbouring Chinese characters, whole runs of letters and of digits, each at the
//! place of its first character. Pairs do not depend on where a dictionary cuts, so a quoted phrase is found wherever it
//! stands and nowhere else, and the dictionary may change without a new index.
//!
//! A run of Chinese characters begins and ends with a word of one character as well: so a phrase may begin or end beside a
//! number, and with the pairs that begin with it every occurrence of a single character can be found.

use crate::text::{Class, Unit, read};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Longest run kept as one word; longer ones go in pieces, so that nothing is lost.
const RUN_MAX: usize = 40;

/// A word at its place, counted in characters of the common form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gram {
    pub(crate) place: usize,
    pub(crate) text: String,
    /// Stands for every word that begins so: a phrase of a single character.
    pub(crate) prefix: bool,
}

/// Where the word that begins at `place` ends: of letters or digits the run, of Chinese characters the pair.
fn word_end(units: &[Unit], place: usize) -> usize {
    let Some(first) = units.get(place) else { return place };
    let most = match first.class {
        Class::Sign => return place,
        Class::Han => 2,
        Class::Letter | Class::Digit => RUN_MAX,
    };
    let same = |unit: &&Unit| unit.class == first.class && (!unit.apart || first.class == Class::Han);
    place + 1 + units.iter().skip(place + 1).take(most - 1).take_while(same).count()
}

/// The words that together hold exactly where the phrase stands: as few as cover each character once, signs at either
/// end left out. Empty when there is nothing but signs.
pub(crate) fn phrase(units: &[Unit]) -> Vec<Gram> {
    let sign = |unit: &&Unit| unit.class == Class::Sign;
    let begin = units.iter().take_while(sign).count();
    let finish = units.len() - units.iter().rev().take_while(sign).count();
    let units = units.get(begin..finish).unwrap_or_default();
    let mut grams: Vec<Gram> = Vec::new();
    let mut place = 0;
    while let Some(unit) = units.get(place) {
        let end = word_end(units, place);
        if unit.class == Class::Sign {
            place += 1;
            continue;
        }
        let single = unit.class == Class::Han && end == place + 1;
        // The last of an odd run: the pair it closes says the same without looking up every pair it may open.
        let closing =
            single && place > 0 && units.get(place - 1).is_some_and(|before| before.class == Class::Han);
        let from = if closing { place - 1 } else { place };
        let text = units.get(from..end).unwrap_or_default().iter().map(|unit| unit.character).collect();
        grams.push(Gram { place: from, text, prefix: single && units.len() == 1 });
        place = end.max(place + 1);
    }
    grams
}

/// Cuts text into the words of the index.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grams {
    units: Vec<Unit>,
    token: Token,
}

/// Whether a run of Chinese characters begins at a place and goes on: then its first character is a word, too.
fn begins(units: &[Unit], place: usize) -> bool {
    let han = |place: Option<usize>| {
        place.and_then(|place| units.get(place)).is_some_and(|unit| unit.class == Class::Han)
    };
    han(Some(place)) && han(Some(place + 1)) && !han(place.checked_sub(1))
}

impl Tokenizer for Grams {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        read(text, &mut self.units);
        self.token.reset();
        Stream { units: &self.units, token: &mut self.token, place: 0, begun: false }
    }
}

/// The words of one text, one after the other.
pub(crate) struct Stream<'a> {
    units: &'a [Unit],
    token: &'a mut Token,
    place: usize,
    /// The first character of the run at this place has been given.
    begun: bool,
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        while let Some(unit) = self.units.get(self.place) {
            let place = self.place;
            self.begun = !self.begun && begins(self.units, place);
            if self.begun {
                self.token.text.clear();
                self.token.text.push(unit.character);
                self.token.offset_from = unit.start;
                self.token.offset_to = unit.end;
                self.token.position = place;
                return true;
            }
            let end = word_end(self.units, place);
            // Pairs overlap, runs do not.
            self.place = if unit.class == Class::Han { place + 1 } else { end.max(place + 1) };
            let word = self.units.get(place..end).unwrap_or_default();
            let Some(last) = word.last() else { continue };
            self.token.text.clear();
            self.token.text.extend(word.iter().map(|unit| unit.character));
            self.token.offset_from = unit.start;
            self.token.offset_to = last.end;
            self.token.position = place;
            self.token.position_length = 1;
            return true;
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::units;

    fn words(text: &str) -> Vec<(usize, String)> {
        let mut grams = Grams::default();
        let mut stream = grams.token_stream(text);
        let mut words = Vec::new();
        while stream.advance() {
            words.push((stream.token().position, stream.token().text.clone()));
        }
        words
    }

    #[test]
    fn cuts_pairs_and_runs() {
        let of = |text: &str| {
            words(text).into_iter().map(|(place, word)| format!("{place}{word}")).collect::<Vec<_>>()
        };
        assert_eq!(of("政务 公开"), ["0政", "0政务", "1务公", "2公开", "3开"]);
        assert_eq!(of("2020年10月底"), ["02020", "4年", "510", "7月", "7月底", "8底"]);
        assert_eq!(of("GB9704,WORD word"), ["0gb", "29704", "7word", "11word"]);
        assert_eq!(of("，。"), Vec::<String>::new());
        assert_eq!(words(&"a".repeat(100)).len(), 3);
    }

    #[test]
    fn a_phrase_covers_each_character() {
        let of = |text: &str| {
            let mark =
                |gram: &Gram| format!("{}{}{}", gram.place, gram.text, if gram.prefix { "*" } else { "" });
            phrase(&units(text)).iter().map(mark).collect::<Vec<_>>()
        };
        assert_eq!(of("政务公开"), ["0政务", "2公开"]);
        assert_eq!(of("依申请公开"), ["0依申", "2请公", "3公开"]);
        assert_eq!(of("税"), ["0税*"]);
        assert_eq!(of("《2020年》"), ["02020", "4年"]);
        assert_eq!(of("2020年10月"), ["02020", "4年", "510", "7月"]);
        assert_eq!(of("、"), Vec::<String>::new());
    }
}
