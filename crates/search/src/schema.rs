//! The fields of the index. A change here is a change of [`VERSION`]: an index of another version is built anew.

use crate::grams::Grams;
use crate::initials::Initials;
use crate::spelled::Spelled;
use crate::{Document, number};
use jiff::civil::Date;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, Term};

/// The version of fields and words together.
pub(crate) const VERSION: u32 = 2;

const GRAMS: &str = "grams";
const INITIALS: &str = "initials";
const SPELLED: &str = "spelled";

/// The fields by name.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    pub(crate) id: Field,
    pub(crate) title: Field,
    /// The text, and the attachments as a second value, so that one word looks through both.
    pub(crate) body: Field,
    /// Pairs of pinyin initials of the title.
    pub(crate) initials: Field,
    /// Pinyin syllables of the title.
    pub(crate) spelled: Field,
    pub(crate) shown_body: Field,
    pub(crate) shown_attachments: Field,
    pub(crate) number: Field,
    pub(crate) unit: Field,
    pub(crate) kind: Field,
    pub(crate) sector: Field,
    pub(crate) topic: Field,
    pub(crate) validity: Field,
    pub(crate) year: Field,
    /// Orders documents by day, then by id; see [`order`].
    pub(crate) order: Field,
}

impl Fields {
    pub(crate) fn new() -> Self {
        let mut builder = SchemaBuilder::new();
        let words = |tokenizer: &str, stored: bool| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions);
            let options = TextOptions::default().set_indexing_options(indexing);
            if stored { options.set_stored() } else { options }
        };
        let code = || {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_fieldnorms(false)
                .set_index_option(IndexRecordOption::Basic);
            TextOptions::default().set_indexing_options(indexing)
        };
        Self {
            id: builder.add_i64_field("id", INDEXED | STORED),
            title: builder.add_text_field("title", words(GRAMS, true)),
            body: builder.add_text_field("body", words(GRAMS, false)),
            initials: builder.add_text_field("initials", words(INITIALS, false)),
            spelled: builder.add_text_field("spelled", words(SPELLED, false)),
            shown_body: builder.add_text_field("shown_body", STORED),
            shown_attachments: builder.add_text_field("shown_attachments", STORED),
            number: builder.add_text_field("number", code()),
            unit: builder.add_i64_field("unit", INDEXED | FAST),
            kind: builder.add_text_field("kind", code().set_fast("raw")),
            sector: builder.add_text_field("sector", code().set_fast("raw")),
            topic: builder.add_text_field("topic", code()),
            validity: builder.add_text_field("validity", code().set_fast("raw")),
            year: builder.add_i64_field("year", INDEXED | FAST),
            order: builder.add_i64_field(ORDER, FAST | STORED),
            schema: builder.build(),
        }
    }

    /// Teaches an index to cut words.
    pub(crate) fn register(index: &tantivy::Index) {
        index.tokenizers().register(GRAMS, Grams::default());
        index.tokenizers().register(INITIALS, Initials);
        index.tokenizers().register(SPELLED, Spelled);
    }

    /// The term that is this document and no other.
    pub(crate) fn key(&self, id: i64) -> Term {
        Term::from_field_i64(self.id, id)
    }

    pub(crate) fn document(&self, document: &Document) -> TantivyDocument {
        let mut fields = TantivyDocument::default();
        fields.add_i64(self.id, document.id);
        fields.add_text(self.title, &document.title);
        fields.add_text(self.initials, &document.title);
        fields.add_text(self.spelled, &document.title);
        fields.add_text(self.body, &document.body);
        fields.add_text(self.shown_body, &document.body);
        if !document.attachments.is_empty() {
            fields.add_text(self.body, &document.attachments);
            fields.add_text(self.shown_attachments, &document.attachments);
        }
        let numbers = [&document.document_number, &document.index_number];
        for form in numbers.into_iter().flat_map(|number| number::forms(number)) {
            fields.add_text(self.number, form);
        }
        fields.add_i64(self.unit, document.unit);
        fields.add_text(self.kind, &document.kind);
        if let Some(sector) = &document.sector {
            fields.add_text(self.sector, sector);
        }
        for topic in &document.topics {
            fields.add_text(self.topic, topic);
        }
        fields.add_text(self.validity, &document.validity);
        fields.add_i64(self.year, i64::from(document.year));
        fields.add_i64(self.order, order(document.published_on, document.id));
        fields
    }
}

/// Days in a year of twelve months of 31: a number that orders dates and can be read back.
pub(crate) const YEAR_DAYS: i64 = 12 * 31;

/// The column that orders documents.
pub(crate) const ORDER: &str = "order";

/// What one day weighs in the column; ids beyond only lose their order within the day.
const DAY: i64 = 1 << DAY_BITS;
const DAY_BITS: u32 = 40;

/// A number that orders documents by day, months counted as 31 days, then by id.
fn order(date: Date, id: i64) -> i64 {
    let months = i64::from(date.year()) * YEAR_DAYS + (i64::from(date.month()) - 1) * 31;
    (months + i64::from(date.day()) - 1) * DAY + id.rem_euclid(DAY)
}

/// The day in a number made by [`order`].
pub(crate) fn day(order: i64) -> i64 {
    order >> DAY_BITS
}

/// The date of a number made by [`order`].
pub(crate) fn date(order: i64) -> Option<Date> {
    let day = day(order);
    let month = i8::try_from(day.rem_euclid(YEAR_DAYS) / 31 + 1).ok()?;
    let of_month = i8::try_from(day.rem_euclid(31) + 1).ok()?;
    Date::new(i16::try_from(day.div_euclid(YEAR_DAYS)).ok()?, month, of_month).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_come_back() {
        for written in ["2020-02-29", "1949-10-01", "2026-12-31", "2026-01-01"] {
            let given: Date = written.parse().unwrap();
            assert_eq!(date(order(given, 77)), Some(given));
            assert!(order(given, 2) > order(given, 1));
        }
    }
}
