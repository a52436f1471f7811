//! What may be meant while a person types: titles that hold it, by characters or by initials.

use crate::grams::phrase;
use crate::schema::ORDER;
use crate::text::{common, units};
use crate::{Error, Filters, Index, initials, plan, spelled};
use std::collections::HashSet;
use tantivy::collector::TopDocs;
use tantivy::schema::Value;
use tantivy::{Order, TantivyDocument};

/// Titles looked at to find the best.
const CANDIDATES: usize = 60;
/// Characters of a beginning that are read.
const LENGTH_MAX: usize = 40;

/// A title that goes on from what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The document.
    pub id: i64,
    /// Its title, plain text.
    pub title: String,
}

impl Index {
    /// Up to `most` titles, each once: those that begin so first, then those that hold it, newer ones first.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn suggest(&self, beginning: &str, most: usize) -> Result<Vec<Suggestion>, Error> {
        let typed: String = beginning.chars().take(LENGTH_MAX).collect();
        let grams = phrase(&units(&typed));
        let mut queries = Vec::new();
        if !grams.is_empty() {
            queries.push(plan::in_field(self.fields.title, &grams));
        }
        if let Some(letters) = initials::asked(&typed) {
            queries.push(plan::initials(&self.fields, &letters));
            queries.extend(spelled::asked(&letters).into_iter().map(|way| plan::spelled(&self.fields, way)));
        }
        if queries.is_empty() || most == 0 {
            return Ok(Vec::new());
        }
        let words = Box::new(tantivy::query::BooleanQuery::union(queries));
        let query = plan::whole(&self.fields, Some(words), &[], &Filters::default());
        let searcher = self.searcher();
        let newest = TopDocs::with_limit(CANDIDATES).order_by_fast_field::<i64>(ORDER, Order::Desc);
        let form = common(&typed);
        let mut suggestions = Vec::new();
        let mut seen = HashSet::new();
        for (_, address) in searcher.search(&query, &newest)? {
            let document: TantivyDocument = searcher.doc(address)?;
            let id = document.get_first(self.fields.id).and_then(|value| value.as_i64());
            let title = document.get_first(self.fields.title).and_then(|value| value.as_str());
            if let (Some(id), Some(title)) = (id, title)
                && seen.insert(common(title))
            {
                let begins = common(title)
                    .trim_start_matches(|first: char| !first.is_alphanumeric())
                    .starts_with(&form);
                suggestions.push((!begins, Suggestion { id, title: title.to_owned() }));
            }
        }
        suggestions.sort_by_key(|(later, _)| *later);
        Ok(suggestions.into_iter().take(most).map(|(_, suggestion)| suggestion).collect())
    }
}
