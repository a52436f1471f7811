//! A question: the typed words cut, joined by synonyms, numbers and initials, as clauses for the engine and as words to
//! mark in the hits.

use crate::query::Parts;
use crate::schema::Fields;
use crate::text::{Unit, units};
use crate::{Vocabulary, initials, number, plan, spelled};
use tantivy::Term;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

/// What a synonym weighs beside the typed word.
const SYNONYM: f32 = 0.6;
/// What the words in the typed order weigh on top.
const TOGETHER: f32 = 2.0;
/// What each word a document holds weighs when it does not hold them all.
const HELD: f32 = 100.0;
/// A document of exactly the number asked for comes first.
pub(crate) const NUMBER: f32 = 1_000.0;

/// A question ready to be asked.
pub(crate) struct Question {
    /// Each should hold.
    needed: Vec<Box<dyn Query>>,
    /// Make a document better.
    better: Vec<Box<dyn Query>>,
    /// Fit by themselves.
    numbers: Vec<Box<dyn Query>>,
    /// What to mark.
    pub(crate) marks: Vec<Vec<Unit>>,
}

impl Question {
    pub(crate) fn new(parts: &Parts, vocabulary: &Vocabulary, fields: &Fields) -> Self {
        let mut question =
            Self { needed: Vec::new(), better: Vec::new(), numbers: Vec::new(), marks: Vec::new() };
        for phrase in &parts.phrases {
            question.needed.extend(plan::anywhere(fields, phrase));
            question.mark(phrase);
        }
        let mut idle = Vec::new();
        for typed in &parts.words {
            let words = vocabulary.cut(typed).needed;
            if let [word] = words.as_slice()
                && vocabulary.is_idle(word)
            {
                idle.push(word.clone());
                continue;
            }
            if words.len() > 1 {
                let together = plan::anywhere(fields, typed);
                question
                    .better
                    .extend(together.map(|query| Box::new(BoostQuery::new(query, TOGETHER)) as Box<_>));
            }
            for word in &words {
                question.word(word, vocabulary, fields);
            }
        }
        // 怎么 办 alone is a question about these words after all.
        if question.needed.is_empty() {
            for word in &idle {
                question.word(word, vocabulary, fields);
            }
        }
        let mut asked: Vec<String> = [&parts.whole]
            .into_iter()
            .chain(&parts.words)
            .chain(&parts.phrases)
            .filter_map(|text| number::asked(text))
            .collect();
        asked.dedup();
        for form in asked {
            let term = TermQuery::new(Term::from_field_text(fields.number, &form), IndexRecordOption::Basic);
            question.numbers.push(Box::new(ConstScoreQuery::new(Box::new(term), NUMBER)));
        }
        question
    }

    fn mark(&mut self, text: &str) {
        let units = units(text);
        if !units.is_empty() {
            self.marks.push(units);
        }
    }

    fn word(&mut self, word: &str, vocabulary: &Vocabulary, fields: &Fields) {
        let Some(typed) = plan::anywhere(fields, word) else { return };
        self.mark(word);
        let mut forms = vec![typed];
        for synonym in vocabulary.synonyms(word) {
            self.mark(synonym);
            let query = plan::anywhere(fields, synonym);
            forms.extend(query.map(|query| Box::new(BoostQuery::new(query, SYNONYM)) as Box<_>));
        }
        if let Some(letters) = initials::asked(word) {
            forms.push(plan::initials(fields, &letters));
            forms.extend(spelled::asked(&letters).into_iter().map(|way| plan::spelled(fields, way)));
        }
        self.needed.push(union(forms));
    }

    /// Whether anything was asked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.needed.is_empty() && self.numbers.is_empty()
    }

    /// Whether fewer words could find more.
    pub(crate) fn can_loosen(&self) -> bool {
        self.needed.len() > 1
    }

    /// Documents that hold all words, or have the number.
    pub(crate) fn all(&self) -> Option<Box<dyn Query>> {
        let all: Box<dyn Query> = match (self.needed.as_slice(), self.better.as_slice()) {
            ([], _) => return (!self.numbers.is_empty()).then(|| union(copies(&self.numbers))),
            ([one], []) => one.box_clone(),
            (needed, better) => {
                let needed = needed.iter().map(|query| (Occur::Must, query.box_clone()));
                let better = better.iter().map(|query| (Occur::Should, query.box_clone()));
                Box::new(BooleanQuery::new(needed.chain(better).collect()))
            }
        };
        Some(self.or_number(all))
    }

    /// Documents that hold any of the words; one more word outweighs any number of one.
    pub(crate) fn any(&self) -> Box<dyn Query> {
        let held = copies(&self.needed).into_iter();
        let held = held.map(|query| Box::new(ConstScoreQuery::new(query, HELD)) as Box<dyn Query>);
        self.or_number(union(copies(&self.needed).into_iter().chain(held).collect()))
    }

    fn or_number(&self, words: Box<dyn Query>) -> Box<dyn Query> {
        union(std::iter::once(words).chain(copies(&self.numbers)).collect())
    }
}

fn copies(queries: &[Box<dyn Query>]) -> Vec<Box<dyn Query>> {
    queries.iter().map(|query| query.box_clone()).collect()
}

fn union(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.pop() {
        Some(only) if queries.is_empty() => only,
        last => {
            queries.extend(last);
            Box::new(BooleanQuery::union(queries))
        }
    }
}
