//! A generation of the export: a folder with the pages and what describes them. `current` points to the one in use; a new
//! one is made under the other name and takes its place by one rename.

use super::manifest::Manifest;
use super::{Error, disk};
use crate::app::App;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What an export is as of, and by what it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) epoch: i64,
    /// The hash of the journal's entry at the epoch.
    pub(super) entry: String,
    pub(super) day: Date,
    /// Program and settings: with others, every page may be another.
    pub(super) made_by: String,
}

impl Head {
    pub(super) fn to_text(&self) -> String {
        format!(
            "# gongkai export 1\n# epoch {}\n# entry {}\n# day {}\n# by {}\n",
            self.epoch, self.entry, self.day, self.made_by
        )
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut next = |name: &str| lines.next()?.strip_prefix("# ")?.strip_prefix(name)?.strip_prefix(' ');
        next("gongkai export").filter(|format| *format == "1")?;
        Some(Self {
            epoch: next("epoch")?.parse().ok()?,
            entry: next("entry")?.to_owned(),
            day: next("day")?.parse().ok()?,
            made_by: next("by")?.to_owned(),
        })
    }
}

/// The program's own file and the settings that pages show.
pub(super) fn made_by(app: &App) -> String {
    let program = std::env::current_exe().and_then(fs::metadata);
    let program = program.map(|program| (program.len(), program.modified().ok()));
    let settings = (&app.settings.site, &app.settings.public_url, app.settings.demonstration);
    let key = app.signer.verifier().to_string();
    let digest = Sha256::digest(format!("{program:?} {settings:?} {key}"));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A folder of pages with its manifest.
pub(super) struct Generation {
    folder: PathBuf,
    pub(super) head: Head,
    pub(super) manifest: Arc<Manifest>,
}

const NAMES: [&str; 2] = ["a", "b"];
const CURRENT: &str = "current";
const MANIFEST: &str = "manifest.sha256";
const UNFINISHED: &str = "unfinished";
const LOCK: &str = "lock";

/// Takes the folder for one run.
pub(super) fn lock(folder: &Path) -> Result<File, Error> {
    fs::create_dir_all(folder).map_err(disk(folder))?;
    let path = folder.join(LOCK);
    if !path.exists() && fs::read_dir(folder).map_err(disk(folder))?.next().is_some() {
        return Err(Error::Foreign(folder.to_owned()));
    }
    let file = File::options().create(true).append(true).open(&path).map_err(disk(&path))?;
    file.try_lock().map_err(|_| Error::Busy(folder.to_owned()))?;
    Ok(file)
}

impl Generation {
    /// The one in use; `None` where there is none, or the last run on it broke off.
    pub(super) fn current(folder: &Path) -> Result<Option<Self>, Error> {
        let folder = folder.join(CURRENT);
        let path = folder.join(MANIFEST);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(disk(&path)(error)),
        };
        if folder.join(UNFINISHED).exists() {
            return Ok(None);
        }
        Ok(Manifest::read(text).map(|(head, manifest)| Self { folder, head, manifest: Arc::new(manifest) }))
    }

    /// Begins one under the name that is not in use.
    pub(super) fn begin(folder: &Path) -> Result<Self, Error> {
        let used = fs::read_link(folder.join(CURRENT)).unwrap_or_default();
        let name = if used == Path::new(NAMES[0]) { NAMES[1] } else { NAMES[0] };
        let own = folder.join(name);
        remove(&own)?;
        fs::create_dir_all(own.join("pages")).map_err(disk(&own))?;
        let head = Head { epoch: 0, entry: String::new(), day: Date::ZERO, made_by: String::new() };
        Ok(Self { folder: own, head, manifest: Arc::default() })
    }

    /// Puts it in the place of the one in use, and that one away.
    pub(super) fn take_over(&self, folder: &Path) -> Result<(), Error> {
        let (current, next) = (folder.join(CURRENT), folder.join("next"));
        let name = self.folder.file_name().unwrap_or_default();
        if next.is_symlink() {
            fs::remove_file(&next).map_err(disk(&next))?;
        }
        symlink(Path::new(name), &next).map_err(disk(&next))?;
        fs::rename(&next, &current).map_err(disk(&current))?;
        for other in NAMES.iter().filter(|other| name != **other) {
            remove(&folder.join(other))?;
        }
        Ok(())
    }

    pub(super) fn pages(&self) -> PathBuf {
        self.folder.join("pages")
    }

    /// From here on the files are other than the manifest says.
    pub(super) fn mark_unfinished(&self) -> Result<(), Error> {
        self.write(UNFINISHED, b"")
    }

    /// Files and manifest agree again.
    pub(super) fn mark_finished(&self) -> Result<(), Error> {
        let path = self.folder.join(UNFINISHED);
        fs::remove_file(&path).map_err(disk(&path))
    }

    pub(super) fn write_manifest(&self, text: &str) -> Result<(), Error> {
        self.write(MANIFEST, text.as_bytes())
    }

    /// Writes a file beside the pages, at once or not at all.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let (path, part) = (self.folder.join(name), self.folder.join(format!("{name}.part")));
        let written = File::create(&part).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&part, &path)).map_err(disk(&path))
    }

    /// Reads a file beside the pages.
    pub(super) fn read(&self, name: &str) -> Result<String, Error> {
        let path = self.folder.join(name);
        fs::read_to_string(&path).map_err(disk(&path))
    }
}

/// Takes the pages and files of these disclosures off the site in use; the service then says that they were taken back.
pub(super) fn take_back(folder: &Path, ids: &[i64]) -> Result<(), Error> {
    let pages = folder.join(CURRENT).join("pages/disclosures");
    let page = |id: i64| pages.join(format!("{id}.html"));
    let shown: BTreeSet<i64> = ids.iter().copied().filter(|id| page(*id).exists()).collect();
    if shown.is_empty() {
        return Ok(());
    }
    let id = |name: &str| name.split_once('.').and_then(|(id, _)| id.parse().ok());
    for entry in fs::read_dir(&pages).map_err(disk(&pages))? {
        let path = entry.map_err(disk(&pages))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let id = id(&name).filter(|id| shown.contains(id));
        // The page itself goes last, so that a run that breaks off here is taken up again.
        if id.is_some_and(|id| name != format!("{id}.html")) {
            fs::remove_file(&path).map_err(disk(&path))?;
        }
    }
    for id in shown {
        let path = page(id);
        fs::remove_file(&path).map_err(disk(&path))?;
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(disk(folder)(error)),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}
