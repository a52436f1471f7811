//! Full-text search over published documents: what is written here is the only code that knows tantivy, jieba and
//! pinyin. The index is a reader of the journal: it holds the sequence it is built up to and can be thrown away.

mod answer;
mod correct;
mod error;
mod excluded;
mod facet;
mod grams;
mod highlight;
mod index;
mod initials;
mod number;
#[doc(hidden)]
pub mod peer;
mod plan;
mod query;
mod question;
mod schema;
mod spelled;
mod suggest;
mod text;
mod vocabulary;
mod writer;

pub use answer::{Answer, Hit};
pub use error::Error;
pub use facet::Facets;
pub use index::{Index, Opened, State};
pub use query::{Filters, Query, Sort};
pub use suggest::Suggestion;
pub use vocabulary::Vocabulary;
pub use writer::Writer;

use jiff::civil::Date;

/// A published document as the index sees it; all text is plain text, not HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The one document of this number; putting it again replaces it.
    pub id: i64,
    /// What it is, a code such as `disclosure` or `policy`.
    pub kind: String,
    /// The title, one line.
    pub title: String,
    /// The text.
    pub body: String,
    /// The text of the attachments, one after the other.
    pub attachments: String,
    /// The unit that published it.
    pub unit: i64,
    /// The code of the sector (试点领域), if it belongs to one.
    pub sector: Option<String>,
    /// Codes of topics and audiences.
    pub topics: Vec<String>,
    /// The year to filter by, usually of publication.
    pub year: i16,
    /// The code of the validity, such as `valid` or `repealed`.
    pub validity: String,
    /// The document number (文号) as written; empty when there is none.
    pub document_number: String,
    /// The index number (索引号); empty when there is none.
    pub index_number: String,
    /// The day of publication.
    pub published_on: Date,
}
