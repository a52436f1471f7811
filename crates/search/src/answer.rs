//! Asking the index: the hits of a page with their marks, the counts beside them, and what may have been meant.

use crate::facet::{Counter, Facets};
use crate::query::{Parts, parts};
use crate::question::{NUMBER, Question};
use crate::schema::{ORDER, YEAR_DAYS, date, day};
use crate::{Error, Index, Query, Sort, Vocabulary, highlight, plan};
use domain::disclosure::Validity;
use jiff::civil::Date;
use std::sync::Arc;
use tantivy::collector::{Collector, Count, TopDocs};
use tantivy::columnar::StrColumn;
use tantivy::query::Query as EngineQuery;
use tantivy::schema::Value;
use tantivy::{DocAddress, DocId, Order, Score, Searcher, SegmentReader, TantivyDocument};

/// Hits on a page at most.
const PAGE_MAX: usize = 100;
/// Hits that can be turned to; a person who wants more narrows the question.
const DEPTH_MAX: usize = 10_000;
/// How much more than one of long ago a document of today weighs.
const FRESH: f32 = 0.25;
/// Years after which half of that is gone.
const HALF: f32 = 3.0;

/// What a policy file that has expired or was repealed weighs against one in force: less than any that fits at all. One
/// whose number was asked for comes first all the same.
const ENDED: f32 = 0.01;

/// What the index answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// How many documents fit.
    pub total: usize,
    /// The hits of the page; empty beyond the 10,000th.
    pub hits: Vec<Hit>,
    /// No document holds all the words: these hold some of them.
    pub loosened: bool,
    /// What may have been meant instead.
    pub did_you_mean: Option<String>,
    /// The counts, if the query asks for them.
    pub facets: Option<Facets>,
}

/// A document found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The document.
    pub id: i64,
    /// How well it fits; comparable within one answer only. 0 when sorted by date.
    pub score: f32,
    /// The day of publication.
    pub published_on: Option<Date>,
    /// The title as HTML: escaped, the words in `<mark>`.
    pub title: String,
    /// About 120 characters of the text or of an attachment around the words, as HTML like the title.
    pub snippet: String,
}

/// Hits before they are read: how many, which with their scores, the counts.
type Found = (usize, Vec<(Score, DocAddress)>, Option<Facets>);

impl Index {
    /// Answers a query. No words can make it fail.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn search(&self, query: &Query) -> Result<Answer, Error> {
        let parts = parts(&query.words);
        let vocabulary = self.vocabulary();
        let searcher = self.searcher();
        let question = Question::new(&parts, &vocabulary, &self.fields);
        let mut answer = Answer::default();
        let mut found = self.run(&searcher, query, &parts, question.all())?;
        if !question.is_empty() {
            answer.did_you_mean = self.meant(&searcher, query, &parts, &vocabulary, found.0 > 0)?;
            if found.0 == 0 && question.can_loosen() {
                found = self.run(&searcher, query, &parts, Some(question.any()))?;
                answer.loosened = found.0 > 0;
            }
        }
        let (total, top, facets) = found;
        for (score, address) in top {
            answer.hits.extend(self.hit(&searcher, &question, score, address)?);
        }
        Ok(Answer { total, facets, ..answer })
    }

    /// What may have been meant, when it finds something here. A number is never taken for another one.
    fn meant(
        &self,
        searcher: &Searcher,
        query: &Query,
        typed: &Parts,
        vocabulary: &Vocabulary,
        found: bool,
    ) -> Result<Option<String>, Error> {
        if typed.whole.chars().any(char::is_numeric) {
            return Ok(None);
        }
        let Some(better) = self.correct(searcher, typed, vocabulary, found)? else { return Ok(None) };
        let corrected = parts(&better);
        let words = Question::new(&corrected, vocabulary, &self.fields).all();
        let whole = plan::whole(&self.fields, words, &corrected.excluded, &query.filters);
        let (total, _) = count(searcher, &*whole, false)?;
        Ok((total > 0).then_some(better))
    }

    fn run(
        &self,
        searcher: &Searcher,
        query: &Query,
        parts: &Parts,
        words: Option<Box<dyn EngineQuery>>,
    ) -> Result<Found, Error> {
        let by_date = query.sort == Sort::Newest || words.is_none();
        let whole = plan::whole(&self.fields, words, &parts.excluded, &query.filters);
        let size = query.page_size.clamp(1, PAGE_MAX);
        let offset = query.page.max(1).saturating_sub(1).saturating_mul(size);
        if offset >= DEPTH_MAX {
            let (total, facets) = count(searcher, &*whole, query.facets)?;
            return Ok((total, Vec::new(), facets));
        }
        let top = TopDocs::with_limit(size).and_offset(offset);
        if by_date {
            let top = top.order_by_fast_field::<i64>(ORDER, Order::Desc);
            let (total, top, facets) = collect(searcher, &*whole, query.facets, top)?;
            return Ok((total, top.into_iter().map(|(_, address)| (0.0, address)).collect(), facets));
        }
        let freshness = Arc::new(Freshness::new(newest(searcher)?));
        let top = top.tweak_score(move |segment: &SegmentReader| {
            // A segment without the column holds no documents.
            let orders = segment.fast_fields().i64(ORDER).ok();
            let freshness = Arc::clone(&freshness);
            let ended = Ended::of(segment);
            move |document, score: Score| {
                let order = orders.as_ref().and_then(|orders| orders.first(document));
                let score = if score < NUMBER && ended.holds(document) { score * ENDED } else { score };
                order.map_or(score, |order| score * freshness.of(order))
            }
        });
        collect(searcher, &*whole, query.facets, top)
    }

    fn hit(
        &self,
        searcher: &Searcher,
        question: &Question,
        score: Score,
        address: DocAddress,
    ) -> Result<Option<Hit>, Error> {
        let document: TantivyDocument = searcher.doc(address)?;
        let text = |field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
        let Some(id) = document.get_first(self.fields.id).and_then(|value| value.as_i64()) else {
            return Ok(None);
        };
        let order = document.get_first(self.fields.order).and_then(|value| value.as_i64());
        let texts = [text(self.fields.shown_body), text(self.fields.shown_attachments)];
        Ok(Some(Hit {
            id,
            score,
            published_on: order.and_then(date),
            title: highlight::title(text(self.fields.title), &question.marks),
            snippet: highlight::snippet(&texts, &question.marks),
        }))
    }
}

fn collect<Top: Collector>(
    searcher: &Searcher,
    query: &dyn EngineQuery,
    facets: bool,
    top: Top,
) -> Result<(usize, Top::Fruit, Option<Facets>), Error> {
    if facets {
        let (total, top, counts) = searcher.search(query, &(Count, top, Counter))?;
        return Ok((total, top, Some(counts.facets())));
    }
    let (total, top) = searcher.search(query, &(Count, top))?;
    Ok((total, top, None))
}

fn count(
    searcher: &Searcher,
    query: &dyn EngineQuery,
    facets: bool,
) -> Result<(usize, Option<Facets>), Error> {
    if facets {
        let (total, counts) = searcher.search(query, &(Count, Counter))?;
        return Ok((total, Some(counts.facets())));
    }
    Ok((searcher.search(query, &Count)?, None))
}

/// Which documents of a segment are policy files no longer in force.
struct Ended {
    validities: Option<StrColumn>,
    codes: Vec<u64>,
}

impl Ended {
    fn of(segment: &SegmentReader) -> Self {
        // A segment without the column holds no documents.
        let validities = segment.fast_fields().str("validity").ok().flatten();
        let code = |word: &str| validities.as_ref()?.dictionary().term_ord(word).ok().flatten();
        let codes = [Validity::Expired, Validity::Repealed].into_iter();
        let codes = codes.filter_map(|validity| code(validity.word())).collect();
        Self { validities, codes }
    }

    fn holds(&self, document: DocId) -> bool {
        let of = |validities: &StrColumn| validities.ords().first(document);
        let code = self.validities.as_ref().filter(|_| !self.codes.is_empty()).and_then(of);
        code.is_some_and(|code| self.codes.contains(&code))
    }
}

/// The latest day of any document.
fn newest(searcher: &Searcher) -> Result<i64, Error> {
    let mut newest = 0;
    for segment in searcher.segment_readers() {
        newest = newest.max(segment.fast_fields().i64(ORDER)?.max_value());
    }
    Ok(day(newest))
}

/// What a document's age makes of its score, counted from the newest one: the index does not ask the time. Worked out
/// once for every month of age, as it is asked of every document that fits.
struct Freshness {
    newest: i64,
    by_month: Vec<f32>,
}

impl Freshness {
    const MONTHS: u8 = 240;

    fn new(newest: i64) -> Self {
        let weight = |month: u8| 1.0 + FRESH * (-f32::from(month) / 12.0 / HALF).exp2();
        Self { newest, by_month: (0..Self::MONTHS).map(weight).collect() }
    }

    fn of(&self, order: i64) -> f32 {
        let month = usize::try_from((self.newest - day(order)) / (YEAR_DAYS / 12)).unwrap_or(0);
        self.by_month.get(month).copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
