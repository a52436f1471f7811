//! Opening an index: from a directory whatever its state, or in memory.

use crate::schema::{Fields, VERSION};
use crate::{Error, Vocabulary, Writer};
use std::fs;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use tantivy::{IndexReader, ReloadPolicy, Searcher};

/// The directory inside the given one; nothing outside it is ever removed.
const FOLDER: &str = "fulltext";

/// What stood in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// An index of this version, whole.
    Whole,
    /// Nothing yet.
    Missing,
    /// Something that could not be read; it was removed.
    Damaged,
    /// An index of another version of the program; it was removed.
    OtherVersion,
}

/// An index opened from a directory.
#[derive(Debug)]
pub struct Opened {
    /// The index; empty unless `state` is [`State::Whole`].
    pub index: Index,
    /// The journal sequence it is built up to; `None` means: give it everything.
    pub sequence: Option<i64>,
    /// What stood in the directory.
    pub state: State,
}

/// The index. Clones are the same index; searching is possible from any thread at any time.
#[derive(Clone)]
pub struct Index {
    pub(crate) engine: tantivy::Index,
    pub(crate) reader: IndexReader,
    pub(crate) fields: Arc<Fields>,
    vocabulary: Arc<RwLock<Arc<Vocabulary>>>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Index").field("documents", &self.documents()).finish_non_exhaustive()
    }
}

impl Index {
    /// Opens the index in a directory. What is missing, damaged or of another version is replaced by an empty index,
    /// and the answer says so. The directory itself may hold other things; they are left alone.
    ///
    /// # Errors
    /// When the directory cannot be made, read or written.
    pub fn open(directory: &Path) -> Result<Opened, Error> {
        let folder = directory.join(FOLDER);
        fs::create_dir_all(&folder).map_err(Error::Directory)?;
        let empty = fs::read_dir(&folder).map_err(Error::Directory)?.next().is_none();
        let state = if empty {
            State::Missing
        } else {
            match Self::whole(&folder) {
                Ok(Some((index, sequence))) => {
                    return Ok(Opened { index, sequence, state: State::Whole });
                }
                Ok(None) => State::OtherVersion,
                Err(_) => State::Damaged,
            }
        };
        if state != State::Missing {
            fs::remove_dir_all(&folder).map_err(Error::Directory)?;
            fs::create_dir_all(&folder).map_err(Error::Directory)?;
        }
        let fields = Fields::new();
        let engine = tantivy::Index::create_in_dir(&folder, fields.schema.clone())?;
        Ok(Opened { index: Self::of(engine, fields)?, sequence: None, state })
    }

    /// The index in a folder with its sequence; none if it is of another version.
    fn whole(folder: &Path) -> Result<Option<(Self, Option<i64>)>, Error> {
        let fields = Fields::new();
        let engine = tantivy::Index::open_in_dir(folder)?;
        let meta = engine.load_metas()?;
        if engine.schema() != fields.schema {
            return Ok(None);
        }
        let sequence = match meta.payload {
            None if meta.segments.is_empty() => None,
            None => return Ok(None),
            Some(payload) => match payload.split_once(':') {
                Some((version, sequence)) if version == VERSION.to_string() => sequence.parse().ok(),
                _ => return Ok(None),
            },
        };
        Ok(Some((Self::of(engine, fields)?, sequence)))
    }

    /// An index that is gone with the process.
    ///
    /// # Errors
    /// None in practice: only the engine's own refusals.
    pub fn in_memory() -> Result<Self, Error> {
        let fields = Fields::new();
        Self::of(tantivy::Index::create_in_ram(fields.schema.clone()), fields)
    }

    fn of(engine: tantivy::Index, fields: Fields) -> Result<Self, Error> {
        Fields::register(&engine);
        let reader = engine
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(10)
            .try_into()?;
        let vocabulary = Arc::new(Vocabulary::new([""; 0]));
        Ok(Self { engine, reader, fields: Arc::new(fields), vocabulary: Arc::new(RwLock::new(vocabulary)) })
    }

    /// The one writer.
    ///
    /// # Errors
    /// [`Error::Busy`] while another is open.
    pub fn writer(&self) -> Result<Writer, Error> {
        Writer::open(self)
    }

    /// How many documents can be found.
    pub fn documents(&self) -> u64 {
        self.searcher().num_docs()
    }

    /// Cuts questions by another vocabulary from now on, in every clone. Documents need not be put again.
    pub fn set_vocabulary(&self, vocabulary: Arc<Vocabulary>) {
        *self.vocabulary.write().unwrap_or_else(PoisonError::into_inner) = vocabulary;
    }

    /// The vocabulary questions are cut by; without [`Index::set_vocabulary`] the general one.
    pub fn vocabulary(&self) -> Arc<Vocabulary> {
        Arc::clone(&self.vocabulary.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }
}
