//! Asking the index.

use crate::query::parts;
use crate::{Error, Index, Query, plan};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur};

/// What the index answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// How many documents fit.
    pub total: usize,
    /// The hits of the page.
    pub hits: Vec<Hit>,
}

/// A document found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The document.
    pub id: i64,
    /// How well it fits; comparable within one answer only.
    pub score: f32,
}

impl Index {
    /// Answers a query. No words can make it fail.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn search(&self, query: &Query) -> Result<Answer, Error> {
        let parts = parts(&query.words);
        let searcher = self.searcher();
        let clauses: Vec<_> = parts
            .words
            .iter()
            .chain(&parts.phrases)
            .filter_map(|text| plan::anywhere(&self.fields, text))
            .map(|query| (Occur::Must, query))
            .collect();
        let words = (!clauses.is_empty()).then(|| Box::new(BooleanQuery::new(clauses)) as Box<_>);
        let whole = plan::whole(&self.fields, words, &parts, &query.filters);
        let (total, top) = searcher.search(&whole, &(Count, TopDocs::with_limit(10).order_by_score()))?;
        let mut hits = Vec::new();
        for (score, address) in top {
            let ids = searcher.segment_reader(address.segment_ord).fast_fields().i64("id")?;
            hits.extend(ids.first(address.doc_id).map(|id| Hit { id, score }));
        }
        Ok(Answer { total, hits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;

    #[test]
    fn finds_what_was_put() {
        let index = Index::in_memory().unwrap();
        let mut writer = index.writer().unwrap();
        let document = Document {
            id: 7,
            kind: "disclosure".to_owned(),
            title: "示例旗政务公开办法".to_owned(),
            body: "依申请公开的流程".to_owned(),
            attachments: String::new(),
            unit: 1,
            sector: None,
            topics: Vec::new(),
            year: 2026,
            validity: "valid".to_owned(),
            document_number: "示政发〔2026〕1号".to_owned(),
            index_number: String::new(),
            published_on: jiff::civil::date(2026, 5, 15),
        };
        writer.put(&document).unwrap();
        writer.put(&document).unwrap();
        writer.commit(3).unwrap();
        for words in ["政务公开", "\"申请公开\"", "办 流程", "开"] {
            let answer = index.search(&Query { words: words.to_owned(), ..Query::default() }).unwrap();
            assert_eq!(answer.total, 1, "{words}");
            assert_eq!(answer.hits[0].id, 7);
        }
    }
}
