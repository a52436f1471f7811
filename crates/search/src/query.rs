//! What a person typed, read without a grammar that could be violated: words, quoted phrases, words with a minus.

/// Most characters of a query that are read.
const LENGTH_MAX: usize = 200;
/// Most parts of a query that are read; nobody types more.
const PARTS_MAX: usize = 24;

/// A question to the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What was typed. Only the first 200 characters are read. `"…"` or `“…”` is a phrase, `-…` must not occur.
    pub words: String,
    /// What the documents must be.
    pub filters: Filters,
    /// The order of the hits.
    pub sort: Sort,
    /// The page, from 1.
    pub page: usize,
    /// Hits on a page, at most 100.
    pub page_size: usize,
    /// Whether to count the hits by unit, sector, year, kind and validity.
    pub facets: bool,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            words: String::new(),
            filters: Filters::default(),
            sort: Sort::Relevance,
            page: 1,
            page_size: 10,
            facets: false,
        }
    }
}

/// What a document must be to be found; what is empty does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// One of these units.
    pub units: Vec<i64>,
    /// One of these sectors.
    pub sectors: Vec<String>,
    /// Of this year or later.
    pub year_from: Option<i16>,
    /// Of this year or earlier.
    pub year_to: Option<i16>,
    /// One of these kinds.
    pub kinds: Vec<String>,
    /// One of these validities.
    pub validities: Vec<String>,
    /// One of these topics.
    pub topics: Vec<String>,
}

/// The order of the hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The best first; of equally good ones the newer.
    #[default]
    Relevance,
    /// The newest first.
    Newest,
}

/// The parts of what was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// What was read, for a look at numbers, which may hold any sign.
    pub(crate) whole: String,
    pub(crate) words: Vec<String>,
    pub(crate) phrases: Vec<String>,
    pub(crate) excluded: Vec<String>,
}

/// Reads what was typed. Every string has a reading: a quotation mark without its partner is none.
pub(crate) fn parts(typed: &str) -> Parts {
    let characters: Vec<char> = typed.chars().take(LENGTH_MAX).collect();
    let mut parts = Parts { whole: characters.iter().collect(), ..Parts::default() };
    let mut at = 0;
    while parts.words.len() + parts.phrases.len() + parts.excluded.len() < PARTS_MAX {
        let rest = characters.get(at..).unwrap_or_default();
        let Some(&first) = rest.first() else { break };
        if is_space(first) {
            at += 1;
            continue;
        }
        let minus = matches!(first, '-' | '－' | '−') && rest.get(1).is_some_and(|next| !is_space(*next));
        let rest = if minus { rest.get(1..).unwrap_or_default() } else { rest };
        at += usize::from(minus);
        let (text, length, phrase) = match quoted(rest) {
            Some((text, length)) => (text, length, true),
            None => {
                let (text, length) = word(rest);
                (text, length, false)
            }
        };
        at += length;
        if !text.chars().any(char::is_alphanumeric) {
            continue;
        }
        match (minus, phrase) {
            (true, _) => parts.excluded.push(text),
            (false, true) => parts.phrases.push(text),
            (false, false) => parts.words.push(text),
        }
    }
    parts
}

fn is_space(character: char) -> bool {
    character.is_whitespace() || character.is_control()
}

/// The partners of an opening quotation mark.
fn partners(open: char) -> &'static [char] {
    match open {
        '"' | '“' | '”' | '＂' | '„' => &['"', '“', '”', '＂'],
        '「' => &['」'],
        '『' => &['』'],
        _ => &[],
    }
}

/// A phrase that begins here, and how many characters it takes with its marks.
fn quoted(rest: &[char]) -> Option<(String, usize)> {
    let partners = partners(*rest.first()?);
    let length = rest.iter().skip(1).position(|character| partners.contains(character))?;
    Some((rest.iter().skip(1).take(length).collect(), length + 2))
}

/// The characters up to a space or a phrase, at least one.
fn word(rest: &[char]) -> (String, usize) {
    let ends = |at: &usize| {
        let rest = rest.get(*at..).unwrap_or_default();
        rest.first().is_some_and(|first| is_space(*first)) || quoted(rest).is_some()
    };
    let length = (1..rest.len()).find(ends).unwrap_or(rest.len());
    (rest.iter().take(length).collect(), length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_string_has_a_reading() {
        for (typed, words, phrases, excluded) in [
            ("低保 申请", "低保|申请", "", ""),
            ("“依申请公开” 流程", "流程", "依申请公开", ""),
            ("低保\"办理条件\"-廉租房", "低保", "办理条件", "廉租房"),
            ("低保 -廉租房 -\"公租 房\"", "低保", "", "廉租房|公租 房"),
            ("\"没有结束", "\"没有结束", "", ""),
            ("- -- \" \"\" ()", "", "", ""),
            ("15062600-2020-1", "15062600-2020-1", "", ""),
            ("title:x AND (y OR z^2~3 *", "title:x|AND|(y|OR|z^2~3", "", ""),
            ("a\u{0}b\tc", "a|b|c", "", ""),
        ] {
            let read = parts(typed);
            let all = [read.words.join("|"), read.phrases.join("|"), read.excluded.join("|")];
            assert_eq!(all, [words, phrases, excluded], "{typed}");
        }
    }

    #[test]
    fn only_the_beginning_of_a_long_query_is_read() {
        let read = parts(&"公开".repeat(5_000_000));
        assert_eq!(read.words.first().map(|word| word.chars().count()), Some(LENGTH_MAX));
    }

    proptest! {
        #[test]
        fn nothing_panics(typed in "[\"“”\\- 公开a\u{0}]{0,250}") {
            parts(&typed);
        }
    }
}
