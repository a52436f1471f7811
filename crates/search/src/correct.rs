//! "Did you mean": what was typed with one character wrong, missing, doubled or swapped, or written by sound, when the
//! corrected words stand in the index and the typed ones do not.

use crate::grams::phrase;
use crate::initials::sound;
use crate::query::Parts;
use crate::text::{Class, common, units};
use crate::{Error, Index, Vocabulary, plan};
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;
use tantivy::collector::Count;
use tantivy::{Searcher, Term};

/// Characters of a run that can be corrected; a longer one is a sentence.
const RUN: std::ops::RangeInclusive<usize> = 2..=10;
/// Corrections that are counted in the index.
const CANDIDATES: usize = 48;
/// What sounding the same says against other corrections.
const SAME_SOUND: usize = 8;

/// Characters by sound.
static SOUNDS: LazyLock<HashMap<&'static str, Vec<char>>> = LazyLock::new(|| {
    let mut sounds: HashMap<&'static str, Vec<char>> = HashMap::new();
    for character in '\u{4e00}'..='\u{9fff}' {
        if let Some(sound) = sound(character) {
            sounds.entry(sound).or_default().push(character);
        }
    }
    sounds
});

/// Whether some character sounds so.
pub(crate) fn is_sound(syllable: &str) -> bool {
    SOUNDS.contains_key(syllable)
}

/// Which pairs of characters stand in titles or texts.
struct Pairs<'a> {
    searcher: &'a Searcher,
    index: &'a Index,
}

impl Pairs<'_> {
    /// In how many documents two characters stand side by side.
    fn count(&self, first: char, second: char) -> Result<u64, Error> {
        let text: String = [first, second].into_iter().collect();
        let count = |field| self.searcher.doc_freq(&Term::from_field_text(field, &text));
        Ok(count(self.index.fields.title)? + count(self.index.fields.body)?)
    }

    /// The same in titles only, for the many pairs that are only tried.
    fn in_titles(&self, first: char, second: char) -> Result<u64, Error> {
        let text: String = [first, second].into_iter().collect();
        Ok(self.searcher.doc_freq(&Term::from_field_text(self.index.fields.title, &text))?)
    }

    /// The characters that follow one in titles.
    fn after(&self, first: char) -> Result<BTreeSet<char>, Error> {
        let mut characters = BTreeSet::new();
        let prefix = first.to_string();
        for segment in self.searcher.segment_readers() {
            let words = segment.inverted_index(self.index.fields.title)?;
            let beyond = char::from_u32(first as u32 + 1).unwrap_or(char::MAX).to_string();
            let range = words.terms().range().ge(prefix.as_bytes()).lt(beyond.as_bytes());
            let mut terms = range.into_stream().map_err(tantivy::TantivyError::from)?;
            while terms.advance() {
                let text = std::str::from_utf8(terms.key()).unwrap_or_default();
                characters.extend(text.chars().nth(1));
            }
        }
        Ok(characters)
    }

    /// The least count of the pairs of a run: none of its phrases stands in more documents.
    fn least(&self, run: &[char]) -> Result<u64, Error> {
        let mut least = u64::MAX;
        for pair in run.windows(2) {
            if let [first, second] = pair {
                least = least.min(self.count(*first, *second)?);
            }
        }
        Ok(least)
    }
}

impl Index {
    /// What was typed with its unknown words corrected; none when nothing better stands in the index.
    pub(crate) fn correct(
        &self,
        searcher: &Searcher,
        parts: &Parts,
        vocabulary: &Vocabulary,
        found: bool,
    ) -> Result<Option<String>, Error> {
        // A phrase that was found is what was meant; a word that was found may still be cut from a mistyped one.
        let phrases = parts.phrases.iter().filter(|_| !found);
        for typed in phrases.chain(&parts.words) {
            let words = vocabulary.cut(typed);
            if found && !words.strange {
                continue;
            }
            // The run as it was typed first: a wrong character may make the dictionary cut it wrongly.
            let cut = words.needed.iter().filter(|_| !found);
            for suspect in std::iter::once(&common(typed)).chain(cut) {
                if let Some(better) = self.correct_run(searcher, suspect, vocabulary)? {
                    let whole = common_with_spaces(&parts.whole);
                    return Ok(
                        Some(whole.replacen(suspect.as_str(), &better, 1)).filter(|better| *better != whole)
                    );
                }
            }
        }
        Ok(None)
    }

    fn correct_run(
        &self,
        searcher: &Searcher,
        typed: &str,
        vocabulary: &Vocabulary,
    ) -> Result<Option<String>, Error> {
        let run: Vec<char> = typed.chars().collect();
        let only_characters = units(typed).iter().all(|unit| unit.class == Class::Han);
        if !RUN.contains(&run.len()) || !only_characters || self.count(searcher, typed)? > 0 {
            return Ok(None);
        }
        let pairs = Pairs { searcher, index: self };
        let mut candidates: Vec<(bool, u64, String)> = Vec::new();
        let near = one_change(&pairs, &run)?.into_iter().chain(by_sound(&run, vocabulary));
        for candidate in near.collect::<BTreeSet<_>>() {
            let least = pairs.least(&candidate)?;
            if least > 0 && candidate.len() > 1 && candidate != run {
                let text = candidate.iter().collect();
                candidates.push((same_sound(&run, &candidate), least, text));
            }
        }
        candidates.sort_unstable_by(|one, other| other.cmp(one));
        let mut best: Option<(usize, String)> = None;
        for (sounds, _, candidate) in candidates.into_iter().take(CANDIDATES) {
            let count = self.count(searcher, &candidate)? * if sounds { SAME_SOUND } else { 1 };
            if count > best.as_ref().map_or(0, |(count, _)| *count) {
                best = Some((count, candidate));
            }
        }
        Ok(best.map(|(_, candidate)| candidate))
    }

    fn count(&self, searcher: &Searcher, text: &str) -> Result<usize, Error> {
        if phrase(&units(text)).is_empty() {
            return Ok(0);
        }
        plan::anywhere(&self.fields, text).map_or(Ok(0), |query| Ok(searcher.search(&query, &Count)?))
    }
}

/// The common form of what was typed, with the spaces it had.
fn common_with_spaces(typed: &str) -> String {
    let mut text = String::new();
    for unit in units(typed) {
        if unit.apart && !text.is_empty() {
            text.push(' ');
        }
        text.push(unit.character);
    }
    text
}

fn same_sound(one: &[char], other: &[char]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(a, b)| a == b || (sound(*a).is_some() && sound(*a) == sound(*b)))
}

/// The run with one character replaced, added, removed or swapped with the next.
fn one_change(pairs: &Pairs<'_>, run: &[char]) -> Result<Vec<Vec<char>>, Error> {
    let mut candidates = Vec::new();
    let with = |range: std::ops::Range<usize>, new: &[char]| {
        let mut candidate = run.to_vec();
        candidate.splice(range, new.iter().copied());
        candidate
    };
    for (place, character) in run.iter().copied().enumerate() {
        let next = run.get(place + 1).copied();
        if let Some(next) = next {
            candidates.push(with(place..place + 2, &[next, character]));
            for between in pairs.after(character)? {
                if pairs.in_titles(between, next)? > 0 {
                    candidates.push(with(place + 1..place + 1, &[between]));
                }
            }
        }
        if run.len() > 2 {
            candidates.push(with(place..place + 1, &[]));
        }
        // A run of two says too little for any replacement but one of the same sound.
        let before = place.checked_sub(1).and_then(|before| run.get(before));
        let others: BTreeSet<char> = match before.filter(|_| run.len() > 2) {
            Some(before) => pairs.after(*before)?,
            None => BTreeSet::new(),
        };
        let alike = sound(character).and_then(|sound| SOUNDS.get(sound)).into_iter().flatten().copied();
        for other in others {
            if next.map_or(Ok(1), |next| pairs.in_titles(other, next))? > 0 {
                candidates.push(with(place..place + 1, &[other]));
            }
        }
        for other in alike {
            let stands = match (before, next) {
                (Some(before), _) => pairs.count(*before, other)?,
                (None, Some(next)) => pairs.count(other, next)?,
                (None, None) => 0,
            };
            if stands > 0 {
                candidates.push(with(place..place + 1, &[other]));
            }
        }
    }
    Ok(candidates)
}

/// The run with a part replaced by a known word of the same sound.
fn by_sound(run: &[char], vocabulary: &Vocabulary) -> Vec<Vec<char>> {
    let mut candidates = Vec::new();
    for word in vocabulary.words() {
        let word: Vec<char> = word.chars().collect();
        for (place, part) in run.windows(word.len()).enumerate() {
            if part != word && same_sound(part, &word) {
                let mut candidate = run.to_vec();
                candidate.splice(place..place + word.len(), word.iter().copied());
                candidates.push(candidate);
            }
        }
    }
    candidates
}
