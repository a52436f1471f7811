//! Writing: documents replaced or removed, and the journal sequence committed with them.

use crate::schema::VERSION;
use crate::{Document, Error, Index};
use std::collections::HashSet;
use tantivy::{IndexWriter, TantivyDocument};

/// Bytes of memory the writer's threads share before they write a segment out.
const BUDGET: usize = 100_000_000;
const THREADS: usize = 2;

/// The one writer of an index. What was not committed when it is dropped, or the process killed, never happened.
pub struct Writer {
    index: Index,
    engine: IndexWriter<TantivyDocument>,
    /// While an empty index is filled: the documents it has, so that only a second put of one looks for the first.
    fresh: Option<HashSet<i64>>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Writer").field("index", &self.index).finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) fn open(index: &Index) -> Result<Self, Error> {
        let engine = index.engine.writer_with_num_threads(THREADS, BUDGET)?;
        index.reader.reload()?;
        let fresh = index.engine.searchable_segment_metas()?.is_empty().then(HashSet::new);
        Ok(Self { index: index.clone(), engine, fresh })
    }

    /// Puts a document in the place of the one with its id, if there is one.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put(&mut self, document: &Document) -> Result<(), Error> {
        let new = self.fresh.as_mut().is_some_and(|fresh| fresh.insert(document.id));
        if !new {
            self.engine.delete_term(self.index.fields.key(document.id));
        }
        self.engine.add_document(self.index.fields.document(document))?;
        Ok(())
    }

    /// Removes a document; nothing happens when there is none.
    pub fn delete(&mut self, id: i64) {
        self.engine.delete_term(self.index.fields.key(id));
    }

    /// Makes everything since the last commit durable and visible at once, as of a journal sequence.
    ///
    /// # Errors
    /// When the disk refuses: then the index stays at the last commit and the changes have to be given again.
    pub fn commit(&mut self, sequence: i64) -> Result<(), Error> {
        let mut prepared = self.engine.prepare_commit()?;
        prepared.set_payload(&format!("{VERSION}:{sequence}"));
        prepared.commit()?;
        self.index.reader.reload()?;
        Ok(())
    }

    /// Removes everything, to be built anew; readers see the old state until the next commit.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn clear(&mut self) -> Result<(), Error> {
        // Documents still in the threads' hands would outlive the removal.
        self.engine.rollback()?;
        self.engine.delete_all_documents()?;
        self.fresh = Some(HashSet::new());
        Ok(())
    }

    /// Forgets everything since the last commit.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn rollback(&mut self) -> Result<(), Error> {
        self.engine.rollback()?;
        self.fresh = None;
        Ok(())
    }
}
