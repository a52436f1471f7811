//! Lists of words: wrong ones, forbidden ones, names that have changed. They ship as data and an office adds its own.

use super::Rule;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A word that should not stand, and what should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The word as it is written.
    pub word: String,
    /// What should stand instead; empty where that depends.
    #[serde(default)]
    pub right: String,
    /// Why; empty where the word says it all.
    #[serde(default)]
    pub reason: String,
    /// Words that hold it and are right.
    #[serde(default)]
    pub except: Vec<String>,
}

/// The lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordLists {
    entries: Vec<(Rule, Entry)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "source")]
    _source: String,
    entry: Vec<Entry>,
}

impl WordLists {
    /// The lists that ship with the program.
    pub fn usual() -> Self {
        static USUAL: LazyLock<WordLists> = LazyLock::new(WordLists::read);
        USUAL.clone()
    }

    fn read() -> Self {
        let mut lists = Self::default();
        for (rule, text) in [
            (Rule::Wrong, include_str!("../../../../data/words/wrong.toml")),
            (Rule::Forbidden, include_str!("../../../../data/words/forbidden.toml")),
            (Rule::Outdated, include_str!("../../../../data/words/outdated.toml")),
        ] {
            // Checked by a test; a list that cannot be read would be empty.
            let _ = lists.add(rule, text);
        }
        lists
    }

    /// Adds the entries of a list.
    ///
    /// # Errors
    /// What is wrong with it, with its line.
    pub fn add(&mut self, rule: Rule, text: &str) -> Result<(), String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        for entry in file.entry {
            self.push(rule, entry)?;
        }
        Ok(())
    }

    /// Adds an entry; a later one for the same word holds.
    ///
    /// # Errors
    /// A word of one character or none would be found everywhere; a word that is its own correction.
    pub fn push(&mut self, rule: Rule, entry: Entry) -> Result<(), String> {
        if entry.word.chars().count() < 2 {
            return Err(format!("“{}”太短，到处都会碰到。请写两个字以上的词。", entry.word));
        }
        if entry.word == entry.right {
            return Err(format!("“{}”的正确写法与原词相同。请改正。", entry.word));
        }
        if entry.right.contains(&entry.word) && !entry.except.contains(&entry.right) {
            return Err(format!("“{}”的正确写法含有原词，会改个不停。请把正确写法也列为例外。", entry.word));
        }
        self.entries.retain(|(_, known)| known.word != entry.word);
        self.entries.push((rule, entry));
        Ok(())
    }

    /// Leaves a word out.
    pub fn remove(&mut self, word: &str) {
        self.entries.retain(|(_, known)| known.word != word);
    }

    /// The entries with their rule.
    pub fn entries(&self) -> &[(Rule, Entry)] {
        &self.entries
    }
}
