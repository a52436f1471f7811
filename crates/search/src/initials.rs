//! Pinyin: the initials of titles, so that `zwgk` finds 政务公开. A character with several readings has several initials.

use crate::text::{Class, units};
use pinyin::{ToPinyin, ToPinyinMulti};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// The initials a character may have; letters and digits stand for themselves, signs are passed over.
fn initials(character: char, class: Class) -> Vec<char> {
    match class {
        Class::Sign => Vec::new(),
        Class::Letter | Class::Digit => vec![character],
        Class::Han => {
            let readings = character.to_pinyin_multi();
            let mut letters: Vec<char> = readings
                .into_iter()
                .flatten()
                .filter_map(|reading| reading.plain().chars().next())
                .filter(char::is_ascii_lowercase)
                .collect();
            letters.sort_unstable();
            letters.dedup();
            letters
        }
    }
}

/// A run of letters that may be initials.
pub(crate) fn asked(word: &str) -> Option<String> {
    let letters = word.trim().to_ascii_lowercase();
    ((2..=20).contains(&letters.len())
        && letters.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && letters.bytes().any(|byte| byte.is_ascii_lowercase()))
    .then_some(letters)
}

/// The pairs that together hold exactly where the letters stand.
pub(crate) fn pairs(letters: &str) -> Vec<(usize, String)> {
    let last = letters.len().saturating_sub(2);
    let places = (0..=last).step_by(2).chain((last % 2 == 1).then_some(last));
    places.filter_map(|place| Some((place, letters.get(place..place + 2)?.to_owned()))).collect()
}

/// The most usual reading of a character without tone.
pub(crate) fn sound(character: char) -> Option<&'static str> {
    character.to_pinyin().map(|reading| reading.plain())
}

/// Cuts a title into pairs of initials, each at the place of its first character.
#[derive(Debug, Clone, Default)]
pub(crate) struct Initials;

impl Tokenizer for Initials {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let letters = units(text).into_iter().map(|unit| initials(unit.character, unit.class));
        let letters: Vec<Vec<char>> = letters.filter(|letters| !letters.is_empty()).collect();
        let mut pairs = Vec::new();
        for (place, two) in letters.windows(2).enumerate() {
            let [first, second] = two else { continue };
            let pair = |a: &char, b: &char| (place, [*a, *b].into_iter().collect::<String>());
            pairs.extend(first.iter().flat_map(|a| second.iter().map(move |b| pair(a, b))));
        }
        Stream::of(pairs)
    }
}

/// What one title is cut into, each at its place.
pub(crate) struct Stream {
    pieces: std::vec::IntoIter<(usize, String)>,
    token: Token,
}

impl Stream {
    pub(crate) fn of(pieces: Vec<(usize, String)>) -> Self {
        Self { pieces: pieces.into_iter(), token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some((place, piece)) = self.pieces.next() else { return false };
        self.token.position = place;
        self.token.text = piece;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_initials() {
        let mut initials = Initials;
        let mut stream = initials.token_stream("《政务》公开A1");
        let mut words = Vec::new();
        while stream.advance() {
            words.push(format!("{}{}", stream.token().position, stream.token().text));
        }
        assert_eq!(words, ["0zw", "1wg", "2gk", "3ka", "4a1"]);
        assert_eq!(pairs("zwgk"), [(0, "zw".to_owned()), (2, "gk".to_owned())]);
        assert_eq!(pairs("zwg"), [(0, "zw".to_owned()), (1, "wg".to_owned())]);
        assert_eq!(asked("ZWGK").as_deref(), Some("zwgk"));
        assert_eq!(asked("2020"), None);
        assert_eq!(asked("公开"), None);
    }

    #[test]
    fn a_character_of_two_readings_has_two_initials() {
        // 行 is xíng and háng, 重 zhòng and chóng.
        assert!(initials('行', Class::Han).contains(&'h') && initials('行', Class::Han).contains(&'x'));
        assert!(initials('重', Class::Han).contains(&'c') && initials('重', Class::Han).contains(&'z'));
        assert_eq!(sound('公'), Some("gong"));
    }
}
