//! Frequent questions (常见问题): published answers that are worth keeping, found by words like those of a new question.

use super::State;
use crate::request::{Similar, similar};
use crate::rule::Rules;
use serde::{Deserialize, Serialize};

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faq {
    /// The question, in plain words and without who asked.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// The cases it was made from.
    pub cases: Vec<i64>,
}

impl Faq {
    /// An entry made from a case; `None` where its answer is not public or says nothing.
    pub fn of_case(case: i64, state: State, public: bool, question: &str, answer: &str) -> Option<Self> {
        let (question, answer) = (question.trim(), answer.trim());
        let worth = state == State::Answered && public && !question.is_empty() && !answer.is_empty();
        worth.then(|| Self { question: question.to_owned(), answer: answer.to_owned(), cases: vec![case] })
    }
}

/// The entries whose question is like this one, the most like first: shown before somebody asks, and to who answers.
pub fn matching<'a>(
    question: &str,
    entries: impl IntoIterator<Item = (i64, &'a Faq)>,
    rules: &Rules,
) -> Vec<Similar<i64>> {
    similar(question, entries.into_iter().map(|(id, faq)| (id, faq.question.as_str())), rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_public_answer_is_kept() {
        let of = |state, public, answer| Faq::of_case(7, state, public, " 医保怎么缴费？", answer);
        let kept = of(State::Answered, true, "在手机上缴。\n").unwrap();
        assert_eq!((kept.question.as_str(), kept.answer.as_str()), ("医保怎么缴费？", "在手机上缴。"));
        assert_eq!(kept.cases, [7]);
        assert_eq!(of(State::Answered, false, "在手机上缴。"), None);
        assert_eq!(of(State::AwaitingApproval, true, "在手机上缴。"), None);
        assert_eq!(of(State::Answered, true, " "), None);
    }

    #[test]
    fn a_question_finds_its_like() {
        let rules = Rules::builtin().unwrap();
        let faq = |question: &str| Faq { question: question.into(), answer: "答".into(), cases: Vec::new() };
        let (one, two) = (faq("城乡居民医保怎么缴费？"), faq("草原补奖什么时候发放？"));
        let found = matching("城乡居民医保怎么缴费", [(1, &one), (2, &two)], &rules);
        assert_eq!(found.iter().map(|similar| similar.id).collect::<Vec<_>>(), [1]);
    }
}
