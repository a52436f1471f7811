//! What the words of a question are: cut by a dictionary that knows this office's words, joined by synonyms. Only
//! questions pass here, never documents, so a new vocabulary needs no new index.

use crate::number;
use crate::text::{Class, Unit, common, units};
use jieba_rs::Jieba;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

const SYNONYMS: &str = include_str!("../../../data/words/synonyms.toml");
/// Longest word a vocabulary takes; a longer name is a sentence and found as one anyway.
const WORD_MAX: usize = 20;

#[derive(Debug, Default, Deserialize)]
struct Written {
    questions: Vec<String>,
    terms: Vec<String>,
    groups: Vec<Vec<String>>,
}

/// The words questions are cut into.
pub struct Vocabulary {
    /// This office's words and ours, in the common form.
    words: BTreeSet<String>,
    idle: HashSet<String>,
    synonyms: HashMap<String, Vec<String>>,
    /// The dictionary is large: it is read when the first question comes.
    dictionary: OnceLock<Jieba>,
}

impl std::fmt::Debug for Vocabulary {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Vocabulary").field("words", &self.words.len()).finish_non_exhaustive()
    }
}

/// The words of a part of a question.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// A document should hold each.
    pub(crate) needed: Vec<String>,
    /// Some characters are words the dictionary does not know, perhaps mistyped.
    pub(crate) strange: bool,
}

impl Vocabulary {
    /// A vocabulary with words of this office: names of units, sectors and catalogue items. Words of one character or
    /// more than 20 are passed over.
    pub fn new<Word: AsRef<str>>(words: impl IntoIterator<Item = Word>) -> Self {
        let written: Written = toml::from_str(SYNONYMS).unwrap_or_default();
        let mut synonyms: HashMap<String, Vec<String>> = HashMap::new();
        for group in &written.groups {
            let group: Vec<String> = group.iter().map(|word| common(word)).collect();
            for word in &group {
                let others = group.iter().filter(|other| *other != word).cloned();
                synonyms.entry(word.clone()).or_default().extend(others);
            }
        }
        let own = words.into_iter().map(|word| common(word.as_ref()));
        let known = written.terms.iter().map(|word| common(word)).chain(synonyms.keys().cloned()).chain(own);
        let words = known.filter(|word| (2..=WORD_MAX).contains(&word.chars().count())).collect();
        let idle = written.questions.into_iter().collect();
        Self { words, idle, synonyms, dictionary: OnceLock::new() }
    }

    /// Reads the dictionary now, a fifth of a second, instead of at the first question.
    pub fn load(&self) {
        self.dictionary();
    }

    fn dictionary(&self) -> &Jieba {
        self.dictionary.get_or_init(|| {
            let mut dictionary = Jieba::new();
            for word in &self.words {
                dictionary.add_word(word, None, None);
            }
            dictionary
        })
    }

    /// The other words for a word.
    pub(crate) fn synonyms(&self, word: &str) -> &[String] {
        self.synonyms.get(word).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a word only makes a question.
    pub(crate) fn is_idle(&self, word: &str) -> bool {
        self.idle.contains(word)
    }

    /// The words of this office and ours.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// The words of a part that was typed without spaces.
    pub(crate) fn cut(&self, typed: &str) -> Words {
        let units = units(typed);
        if held_together(&units) {
            let written = number::asked(typed).unwrap_or_else(|| common(typed));
            return Words { needed: vec![written], strange: false };
        }
        let mut words = Words::default();
        let mut spare: Vec<String> = Vec::new();
        for run in units.split(|unit| unit.class == Class::Sign).filter(|run| !run.is_empty()) {
            let text: String = run.iter().map(|unit| unit.character).collect();
            self.cut_run(&text, &mut words, &mut spare);
        }
        if words.needed.is_empty() {
            words.needed = spare;
        }
        let mut seen = HashSet::new();
        words.needed.retain(|word| seen.insert(word.clone()));
        words
    }

    /// Words of several characters are needed; neighbouring single characters are one word the dictionary does not
    /// know; a single one between words, and what only makes a question, is spare.
    fn cut_run(&self, text: &str, words: &mut Words, spare: &mut Vec<String>) {
        let mut singles = String::new();
        let mut after_number = false;
        for token in self.dictionary().cut(text, false) {
            let word = token.word;
            let short = word.chars().count() == 1 && !word.is_ascii();
            if short && !self.idle.contains(word) {
                match words.needed.last_mut() {
                    // 2020 and 年.
                    Some(number) if after_number => number.push_str(word),
                    _ => singles.push_str(word),
                }
                after_number = false;
                continue;
            }
            settle(&mut singles, words, spare);
            after_number = word.ends_with(|last: char| last.is_ascii_digit());
            if self.idle.contains(word) {
                spare.push(word.to_owned());
            } else {
                words.needed.push(word.to_owned());
            }
        }
        settle(&mut singles, words, spare);
    }
}

fn settle(singles: &mut String, words: &mut Words, spare: &mut Vec<String>) {
    let word = std::mem::take(singles);
    if word.is_empty() {
        return;
    }
    words.strange = true;
    if word.chars().count() > 1 { words.needed.push(word) } else { spare.push(word) }
}

/// A number with signs in it, such as an index number or a document number, is one word.
fn held_together(units: &[Unit]) -> bool {
    let has = |class: Class| units.iter().any(|unit| unit.class == class);
    if !has(Class::Digit) || !has(Class::Sign) {
        return false;
    }
    let year = |opening: &[Unit]| {
        let [open, rest @ ..] = opening else { return false };
        open.class == Class::Sign && rest.len() == 4 && rest.iter().all(|unit| unit.class == Class::Digit)
    };
    let number = units.last().is_some_and(|last| last.character == '号') && units.windows(5).any(year);
    number || !has(Class::Han)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_synonyms_are_read_and_no_word_means_itself() {
        let vocabulary = Vocabulary::new([""; 0]);
        assert!(vocabulary.synonyms.len() > 120);
        for (word, others) in &vocabulary.synonyms {
            assert!(!others.contains(word), "{word}");
        }
        assert_eq!(vocabulary.synonyms("低保"), ["最低生活保障"]);
    }

    #[test]
    fn cuts_questions() {
        let vocabulary = Vocabulary::new(["乌兰示例嘎查村民委员会", "救助对象认定"]);
        for (typed, expected) in [
            ("低保怎么申请", "低保|申请"),
            ("住房公积金提取条件", "住房公积金|提取|条件"),
            ("依申请公开", "依申请公开"),
            ("2020年工作要点", "2020年|工作|要点"),
            ("救助对象认定", "救助对象认定"),
            ("税", "税"),
            ("怎么办", "怎么办"),
            ("乌政务发〔2020〕10号", "乌政务发〔2020〕10号"),
            ("15062600/2020-00001", "15062600/2020-00001"),
            ("预算、决算", "预算|决算"),
        ] {
            assert_eq!(vocabulary.cut(typed).needed.join("|"), expected, "{typed}");
        }
        assert!(vocabulary.cut("依申请工开").strange);
        assert!(!vocabulary.cut("低保申请").strange);
    }
}
