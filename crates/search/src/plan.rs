//! From words to the engine's queries.

use crate::excluded::Excluded;
use crate::grams::{Gram, phrase};
use crate::initials;
use crate::query::Filters;
use crate::schema::Fields;
use crate::text::units;
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhrasePrefixQuery, PhraseQuery,
    Query, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

/// How much more a word in the title says than one in the text.
const TITLE: f32 = 4.0;
/// Words that begin with a single character: more than any index of ours has.
const EXPANSIONS: u32 = 20_000;

/// The phrase in one field.
pub(crate) fn in_field(field: Field, grams: &[Gram]) -> Box<dyn Query> {
    let term = |gram: &Gram| Term::from_field_text(field, &gram.text);
    let terms = || grams.iter().map(|gram| (gram.place, term(gram))).collect::<Vec<_>>();
    match grams {
        [] => Box::new(EmptyQuery),
        [one] if !one.prefix => Box::new(TermQuery::new(term(one), IndexRecordOption::WithFreqs)),
        [_] => {
            let mut query = PhrasePrefixQuery::new_with_offset(terms());
            query.set_max_expansions(EXPANSIONS);
            Box::new(query)
        }
        _ => Box::new(PhraseQuery::new_with_offset(terms())),
    }
}

/// The phrase anywhere, in the title best.
pub(crate) fn anywhere(fields: &Fields, text: &str) -> Option<Box<dyn Query>> {
    let grams = phrase(&units(text));
    if grams.is_empty() {
        return None;
    }
    let title = Box::new(BoostQuery::new(in_field(fields.title, &grams), TITLE));
    Some(Box::new(BooleanQuery::union(vec![title, in_field(fields.body, &grams)])))
}

/// The filters, each a query that weighs nothing.
pub(crate) fn filters(fields: &Fields, filters: &Filters) -> Vec<Box<dyn Query>> {
    let mut queries: Vec<Box<dyn Query>> = Vec::new();
    let mut set = |terms: Vec<Term>| {
        if !terms.is_empty() {
            queries.push(Box::new(ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), 0.0)));
        }
    };
    set(filters.units.iter().map(|unit| Term::from_field_i64(fields.unit, *unit)).collect());
    for (field, codes) in [
        (fields.sector, &filters.sectors),
        (fields.kind, &filters.kinds),
        (fields.validity, &filters.validities),
        (fields.topic, &filters.topics),
    ] {
        set(codes.iter().map(|code| Term::from_field_text(field, code)).collect());
    }
    if filters.year_from.is_some() || filters.year_to.is_some() {
        let bound = |year: Option<i16>| match year {
            Some(year) => Bound::Included(Term::from_field_i64(fields.year, i64::from(year))),
            None => Bound::Unbounded,
        };
        let range = RangeQuery::new(bound(filters.year_from), bound(filters.year_to));
        queries.push(Box::new(ConstScoreQuery::new(Box::new(range), 0.0)));
    }
    queries
}

/// The words, the filters and none of the excluded; every document without words.
pub(crate) fn whole(
    fields: &Fields,
    words: Option<Box<dyn Query>>,
    excluded: &[String],
    filter: &Filters,
) -> Box<dyn Query> {
    let words = words.unwrap_or_else(|| Box::new(ConstScoreQuery::new(Box::new(AllQuery), 1.0)));
    let mut clauses = vec![(Occur::Must, words)];
    clauses.extend(filters(fields, filter).into_iter().map(|query| (Occur::Must, query)));
    let excluded = excluded.iter().filter_map(|text| anywhere(fields, text));
    clauses.extend(excluded.map(|query| (Occur::MustNot, Box::new(Excluded(query)) as Box<_>)));
    if clauses.len() == 1 {
        return clauses.pop().map_or_else(|| Box::new(EmptyQuery) as Box<_>, |(_, words)| words);
    }
    Box::new(BooleanQuery::new(clauses))
}

/// Titles that have these initials.
pub(crate) fn initials(fields: &Fields, letters: &str) -> Box<dyn Query> {
    let pairs = initials::pairs(letters).into_iter();
    let grams: Vec<Gram> = pairs.map(|(place, text)| Gram { place, text, prefix: false }).collect();
    in_field(fields.initials, &grams)
}

/// Titles that hold these syllables one after the other.
pub(crate) fn spelled(fields: &Fields, syllables: Vec<String>) -> Box<dyn Query> {
    let grams = (0..).zip(syllables).map(|(place, text)| Gram { place, text, prefix: false });
    in_field(fields.spelled, &grams.collect::<Vec<_>>())
}
