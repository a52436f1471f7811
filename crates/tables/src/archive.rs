//! A zip read within bounds: entries, inflated bytes and their ratio are counted while reading, declared sizes are
//! never trusted.

use crate::{Limits, Refusal};
use domain::limits;
use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufReader, Chain, Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// A part of a zip. Most fit in memory, where reading XML copies nothing; a larger one is read as a stream.
pub(crate) enum Part<R> {
    /// All of it.
    Whole(Vec<u8>),
    /// What was read to see how large it is, and the rest.
    Stream(Stream<R>),
}

/// The beginning of a part from memory, then the rest.
pub(crate) type Stream<R> = BufReader<Chain<Cursor<Vec<u8>>, R>>;

/// An open zip.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes inflated so far, over all parts.
    inflated: Cell<u64>,
    limits: Limits,
}

/// Why reading a part stopped; travels inside an [`io::Error`].
#[derive(Debug)]
struct Bomb;

impl std::fmt::Display for Bomb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("inflates beyond its bounds")
    }
}

impl std::error::Error for Bomb {}

/// What an i/o error while reading a part means.
pub(crate) fn refusal(error: &io::Error) -> Refusal {
    if error.get_ref().is_some_and(|inner| inner.is::<Bomb>()) {
        return Refusal::ZipBomb;
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Refusal::Truncated,
        _ => Refusal::Damaged { part: "压缩内容" },
    }
}

impl<'a> Archive<'a> {
    /// Reads the directory.
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Refusal> {
        // The directory of a hostile file can hold a million entries: count their marks before anything is kept.
        if bytes.len() / 46 > limits.entries {
            let marks = memchr_count(bytes, b"PK\x01\x02");
            if marks > limits.entries.saturating_mul(2) {
                return Err(Refusal::ZipBomb);
            }
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Truncated)?;
        if zip.len() > limits.entries {
            return Err(Refusal::ZipBomb);
        }
        Ok(Self { zip, inflated: Cell::new(0), limits: limits.clone() })
    }

    /// The names of the entries.
    pub(crate) fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.zip.file_names().filter_map(Result::ok)
    }

    /// Whether there is an entry of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// Opens a part for reading; `None` if there is none of that name.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Part<impl Read>>, Refusal> {
        let Some(index) = self.zip.index_for_name(name) else {
            return Ok(None);
        };
        let encrypted = self.zip.by_index_raw(index).map_err(|error| opened(&error))?.encrypted();
        if encrypted {
            return Err(Refusal::Encrypted);
        }
        let entry = self.zip.by_index(index).map_err(|error| opened(&error))?;
        let deflated = entry.compressed_size();
        let mut part = Bounded { entry, deflated, read: 0, inflated: &self.inflated, limits: &self.limits };
        let mut head = Vec::new();
        part.by_ref()
            .take(limits::PART_BYTES_IN_MEMORY)
            .read_to_end(&mut head)
            .map_err(|error| refusal(&error))?;
        let whole = u64::try_from(head.len()).is_ok_and(|length| length < limits::PART_BYTES_IN_MEMORY);
        Ok(Some(if whole {
            Part::Whole(head)
        } else {
            Part::Stream(BufReader::with_capacity(64 * 1024, Cursor::new(head).chain(part)))
        }))
    }
}

fn opened(error: &ZipError) -> Refusal {
    match error {
        ZipError::Io(error) => refusal(error),
        ZipError::UnsupportedArchive(reason) if reason.to_string().contains("assword") => Refusal::Encrypted,
        _ => Refusal::Damaged { part: "压缩包目录" },
    }
}

fn memchr_count(bytes: &[u8], mark: &[u8; 4]) -> usize {
    bytes.windows(4).filter(|window| window == mark).count()
}

struct Bounded<'a, R> {
    entry: R,
    deflated: u64,
    read: u64,
    inflated: &'a Cell<u64>,
    limits: &'a Limits,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.entry.read(buffer)?;
        let count_wide = u64::try_from(count).unwrap_or(u64::MAX);
        self.read = self.read.saturating_add(count_wide);
        self.inflated.set(self.inflated.get().saturating_add(count_wide));
        let over_ratio = self.read > limits::INFLATE_RATIO_FREE_BYTES
            && self.read / self.deflated.max(1) > self.limits.ratio;
        if over_ratio || self.inflated.get() > self.limits.inflated_bytes {
            return Err(io::Error::other(Bomb));
        }
        Ok(count)
    }
}
