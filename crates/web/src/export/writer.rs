//! Writes pages: hashed, compressed once for nginx, only where they differ from what lies there. Several threads write at
//! once; what was written, and what no longer is, is put together at the end.

use super::address::{Form, file};
use super::generation::{Generation, Head};
use super::manifest::{Hash, Manifest, push_hex};
use super::{Error, disk};
use flate2::{Compress, Compression, FlushCompress, Status};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Compresses one page after another in the same memory.
pub(super) struct Packer {
    compress: Compress,
    packed: Vec<u8>,
}

/// Level 1 of 9: a page is compressed in a third of the time of the usual level and is a seventh larger.
const LEVEL: u32 = 1;
/// Smaller files travel in one packet anyhow.
const PACKED_FROM_BYTES: usize = 1_400;

impl Default for Packer {
    fn default() -> Self {
        Self { compress: Compress::new_gzip(Compression::new(LEVEL), 15), packed: Vec::new() }
    }
}

impl Packer {
    fn pack(&mut self, bytes: &[u8]) -> io::Result<&[u8]> {
        self.compress.reset();
        self.packed.clear();
        self.packed.reserve(bytes.len() + 1_000);
        match self.compress.compress_vec(bytes, &mut self.packed, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => Ok(&self.packed),
            _ => Err(io::Error::other("a page was not compressed")),
        }
    }
}

/// The pages' folder being written.
pub(super) struct Writer {
    pages: PathBuf,
    /// Nothing lies there yet that anybody reads.
    fresh: bool,
    before: Arc<Manifest>,
    done: Mutex<Done>,
}

#[derive(Default)]
struct Done {
    files: BTreeMap<String, Option<Hash>>,
    claims: Vec<String>,
    claimed: BTreeSet<String>,
    /// The files of addresses whose names nginx must be told, and the names under which browsers save them.
    names: BTreeMap<String, Named>,
    made: usize,
}

/// What was done at the end.
pub(super) struct Outcome {
    pub(super) made: usize,
    pub(super) removed: usize,
    pub(super) addresses: usize,
    pub(super) names: BTreeMap<String, Named>,
    pub(super) gone: BTreeSet<String>,
}

/// Where the bytes of an address lie, and how a browser is told to save them (`Content-Disposition`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) file: String,
    pub(super) disposition: String,
}

impl Writer {
    pub(super) fn fresh(generation: &Generation) -> Self {
        Self { pages: generation.pages(), fresh: true, before: Arc::default(), done: Mutex::default() }
    }

    pub(super) fn onto(generation: &Generation) -> Self {
        let before = Arc::clone(&generation.manifest);
        Self { pages: generation.pages(), fresh: false, before, done: Mutex::default() }
    }

    fn done(&self) -> std::sync::MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Files whose names begin so are gone unless they are written, or kept, in this run.
    pub(super) fn claim(&self, start: &str) {
        self.done().claims.push(start.to_owned());
    }

    /// A file is gone unless it is written, or kept, in this run.
    pub(super) fn claim_file(&self, name: &str) {
        if self.before.hash(name).is_some() {
            self.done().claimed.insert(name.to_owned());
        }
    }

    /// Whether the file stands as it is; it then stays.
    pub(super) fn stays(&self, name: &str, hash: Option<&str>) -> bool {
        let Some(before) = self.before.hash(name) else { return false };
        if hash.is_some_and(|hash| hash != before) {
            return false;
        }
        let Some(hash) = read_hex(before) else { return false };
        self.done().files.insert(name.to_owned(), Some(hash));
        true
    }

    /// Writes a page.
    pub(super) fn page(&self, address: &str, html: &str, packer: &mut Packer) -> Result<(), Error> {
        self.put(file(address, Form::Page), html.as_bytes(), Some(packer))
    }

    /// Writes what is no page; compressed where that pays.
    pub(super) fn put(&self, name: String, bytes: &[u8], packer: Option<&mut Packer>) -> Result<(), Error> {
        let hash: Hash = Sha256::digest(bytes).into();
        let same = !self.fresh && {
            let mut text = String::with_capacity(64);
            push_hex(&mut text, &hash);
            self.before.hash(&name) == Some(text.as_str())
        };
        if !same {
            let path = self.pages.join(&name);
            self.write(&path, bytes).map_err(disk(&path))?;
            let packed = packed_path(&path);
            match packer.filter(|_| bytes.len() >= PACKED_FROM_BYTES) {
                Some(packer) => {
                    let bytes = packer.pack(bytes).map_err(disk(&packed))?;
                    self.write(&packed, bytes).map_err(disk(&packed))?;
                }
                None if !self.fresh => remove(&packed)?,
                None => {}
            }
        }
        let mut done = self.done();
        done.made += 1;
        done.files.insert(name, Some(hash));
        Ok(())
    }

    /// In a folder nobody reads, as it is; else beside it first, so that nobody ever reads half of it.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if self.fresh {
            return in_folder(path, |path| fs::write(path, bytes));
        }
        let part = part_path(path);
        in_folder(&part, |part| fs::write(part, bytes))?;
        fs::rename(&part, path)
    }

    /// Where a file is put that is not made of bytes in memory; [`Writer::placed`] then says that it is there.
    pub(super) fn place(&self, name: &str) -> Result<PathBuf, Error> {
        let part = part_path(&self.pages.join(name));
        if let Some(folder) = part.parent() {
            fs::create_dir_all(folder).map_err(disk(folder))?;
        }
        remove(&part)?;
        Ok(part)
    }

    pub(super) fn placed(&self, name: &str, hash: &str) -> Result<(), Error> {
        let path = self.pages.join(name);
        fs::rename(part_path(&path), &path).map_err(disk(&path))?;
        let hash = read_hex(hash).ok_or_else(|| Error::Page(name.to_owned()))?;
        let mut done = self.done();
        done.made += 1;
        done.files.insert(name.to_owned(), Some(hash));
        Ok(())
    }

    /// The name under which a browser saves a file.
    pub(super) fn name(&self, address: &str, file: &str, disposition: &str) {
        let named = Named { file: file.to_owned(), disposition: disposition.to_owned() };
        self.done().names.insert(address.to_owned(), named);
    }

    /// Removes what is gone; the new manifest.
    pub(super) fn end(&self, head: &Head) -> Result<(String, Outcome), Error> {
        let Done { mut files, claims, claimed, names, made } = std::mem::take(&mut *self.done());
        let begun = claims.iter().flat_map(|start| self.before.beginning(start)).map(str::to_owned);
        let gone: BTreeSet<String> = begun.chain(claimed).filter(|name| !files.contains_key(name)).collect();
        for name in &gone {
            let path = self.pages.join(name);
            for path in [packed_path(&path), path] {
                remove(&path)?;
            }
            files.insert(name.clone(), None);
        }
        let text = self.before.with(head, &files);
        let addresses = text.bytes().filter(|byte| *byte == b'\n').count() - head.to_text().lines().count();
        Ok((text, Outcome { made, removed: gone.len(), addresses, names, gone }))
    }
}

/// Removes a file that may be gone already.
fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(disk(path)(error)),
        _ => Ok(()),
    }
}

fn packed_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".gz");
    PathBuf::from(name)
}

fn part_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// Does something with a path, whose folder is made when it is missing.
fn in_folder(path: &Path, work: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    match work(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().unwrap_or(path))?;
            work(path)
        }
        done => done,
    }
}

fn read_hex(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 64 {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}
