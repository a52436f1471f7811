//! An office file as its parts in memory, within bounds, and back: parts taken out take their relationships and content
//! types with them.

use super::markup::{Markup, Patch};
use crate::archive::{Archive, Part};
use crate::{Limits, Refusal};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The parts of an office file, in the order of the file.
pub(super) struct Package {
    names: Vec<String>,
    parts: BTreeMap<String, Vec<u8>>,
}

/// Elements that mean nothing without the part they point to.
const POINTERS: [&str; 16] = [
    "legacyDrawing",
    "legacyDrawingHF",
    "externalReference",
    "oleObject",
    "OLEObject",
    "control",
    "externalData",
    "attachedTemplate",
    "mailMerge",
    "dataSource",
    "headerSource",
    "pivotCache",
    "person",
    "sheet",
    "customXmlPr",
    "subDoc",
];

impl Package {
    /// Reads all parts.
    pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Self, Refusal> {
        let mut archive = Archive::open(bytes, limits)?;
        let names: Vec<String> = archive.names().map(|name| name.into_owned()).collect();
        let mut parts = BTreeMap::new();
        for name in &names {
            if name.ends_with('/') {
                continue;
            }
            let Some(part) = archive.part(name)? else { continue };
            let content = match part {
                Part::Whole(bytes) => bytes,
                Part::Stream(mut stream) => {
                    let mut bytes = Vec::new();
                    stream.read_to_end(&mut bytes).map_err(|error| crate::archive::refusal(&error))?;
                    bytes
                }
            };
            parts.insert(name.clone(), content);
        }
        Ok(Self { names, parts })
    }

    /// The names of the parts, in the order of the file.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str).filter(|name| self.parts.contains_key(*name))
    }

    /// A part's bytes.
    pub(super) fn part(&self, name: &str) -> Option<&[u8]> {
        self.parts.get(name).map(Vec::as_slice)
    }

    /// A part as markup; `None` where there is none of that name.
    pub(super) fn markup(
        &self,
        name: &str,
        limits: &Limits,
        what: &'static str,
    ) -> Result<Option<Markup<'_>>, Refusal> {
        self.part(name).map(|bytes| Markup::read(bytes, limits, what)).transpose()
    }

    /// Puts other bytes into a part.
    pub(super) fn put(&mut self, name: &str, bytes: Vec<u8>) {
        if let Some(part) = self.parts.get_mut(name) {
            *part = bytes;
        }
    }

    /// Changes a part.
    pub(super) fn patch(&mut self, name: &str, patch: Patch) {
        if patch.is_empty() {
            return;
        }
        if let Some(part) = self.parts.get_mut(name) {
            let bytes = part.strip_prefix(b"\xef\xbb\xbf").unwrap_or(part);
            *part = patch.apply(bytes);
        }
    }

    /// The parts a part points to: relationship id → kind's last word, target.
    pub(super) fn relations(
        &self,
        source: &str,
        limits: &Limits,
    ) -> Result<HashMap<String, (String, String)>, Refusal> {
        let mut found = HashMap::new();
        let Some(markup) = self.markup(&relations_of(source), limits, "目录")? else { return Ok(found) };
        let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
        for index in 0..markup.tokens.len() {
            if !markup.begins(index, "Relationship") {
                continue;
            }
            let attribute = |name| markup.attribute(index, name).unwrap_or_default();
            let kind = attribute("Type");
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let target = attribute("Target");
            let external = attribute("TargetMode") == "External";
            let target = if external { target } else { crate::xlsx::resolve(folder, &target) };
            found.insert(attribute("Id"), (if external { format!("external:{kind}") } else { kind }, target));
        }
        Ok(found)
    }

    /// Takes out parts, and relationships to the outside, with everything that points to them.
    ///
    /// # Errors
    /// A directory of the file that cannot be read.
    pub(super) fn remove(
        &mut self,
        goes: impl Fn(&str) -> bool,
        goes_outside: impl Fn(&str) -> bool,
        limits: &Limits,
    ) -> Result<(), Refusal> {
        let gone: HashSet<String> = self.parts.keys().filter(|name| goes(name)).cloned().collect();
        for name in &gone {
            self.parts.remove(name);
            self.parts.remove(&relations_of(name));
        }
        self.forget_types(&gone, limits)?;
        let directories: Vec<String> =
            self.parts.keys().filter(|name| name.ends_with(".rels")).cloned().collect();
        for directory in directories {
            let source = source_of(&directory);
            let relations = self.relations(&source, limits)?;
            let lost: HashSet<&str> = relations
                .iter()
                .filter(|(_, (kind, target))| match kind.strip_prefix("external:") {
                    Some(kind) => goes_outside(kind),
                    None => gone.contains(target),
                })
                .map(|(id, _)| id.as_str())
                .collect();
            if lost.is_empty() {
                continue;
            }
            let Some(markup) = self.markup(&directory, limits, "目录")? else { continue };
            let mut patch = Patch::default();
            for index in 0..markup.tokens.len() {
                let id = markup.attribute(index, "Id").unwrap_or_default();
                if markup.begins(index, "Relationship") && lost.contains(id.as_str()) {
                    patch.remove(markup.element(index));
                }
            }
            self.patch(&directory, patch);
            self.forget_pointers(&source, &lost, limits)?;
        }
        Ok(())
    }

    fn forget_types(&mut self, gone: &HashSet<String>, limits: &Limits) -> Result<(), Refusal> {
        let Some(markup) = self.markup("[Content_Types].xml", limits, "目录")? else { return Ok(()) };
        let mut patch = Patch::default();
        for index in 0..markup.tokens.len() {
            let name = markup.attribute(index, "PartName").unwrap_or_default();
            if markup.begins(index, "Override") && gone.contains(name.trim_start_matches('/')) {
                patch.remove(markup.element(index));
            }
        }
        self.patch("[Content_Types].xml", patch);
        Ok(())
    }

    fn forget_pointers(
        &mut self,
        source: &str,
        lost: &HashSet<&str>,
        limits: &Limits,
    ) -> Result<(), Refusal> {
        let Some(markup) = self.markup(source, limits, "正文")? else { return Ok(()) };
        let mut patch = Patch::default();
        for (index, token) in markup.tokens.iter().enumerate() {
            let (raw, start) = (markup.raw(index), token.range().start);
            if !raw.starts_with('<') || raw.starts_with("</") {
                continue;
            }
            for (range, value) in references(raw) {
                if !lost.contains(value) {
                    continue;
                }
                if POINTERS.contains(&markup.name(index)) {
                    patch.remove(markup.element(index));
                } else {
                    patch.remove(start + range.start..start + range.end);
                }
            }
        }
        self.patch(source, patch);
        Ok(())
    }

    /// Writes the file, without times.
    ///
    /// # Errors
    /// The zip cannot be built.
    pub(super) fn write(self) -> Result<Vec<u8>, Refusal> {
        let damaged = |_| Refusal::Damaged { part: "压缩内容" };
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        for name in &self.names {
            if let Some(bytes) = self.parts.get(name) {
                zip.start_file(name.as_str(), options).map_err(damaged)?;
                zip.write_all(bytes).map_err(|_| Refusal::Damaged { part: "压缩内容" })?;
            }
        }
        Ok(zip.finish().map_err(damaged)?.into_inner())
    }
}

/// The directory of a part's relationships.
fn relations_of(source: &str) -> String {
    match source.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{source}.rels"),
    }
}

fn source_of(directory: &str) -> String {
    directory.trim_end_matches(".rels").replace("_rels/", "")
}

/// The attributes of a tag that point to a relationship (`r:id`, `r:embed`, `r:link`): their bytes with the space before,
/// and the id.
fn references(raw: &str) -> Vec<(std::ops::Range<usize>, &str)> {
    let mut found = Vec::new();
    for name in ["r:id=", "r:embed=", "r:link=", "r:pict="] {
        let Some(at) = raw.find(name) else { continue };
        let from = at + name.len();
        let Some(quote) =
            raw.get(from..).and_then(|rest| rest.chars().next()).filter(|c| matches!(c, '"' | '\''))
        else {
            continue;
        };
        let value = raw.get(from + 1..).and_then(|rest| rest.split(quote).next()).unwrap_or_default();
        let start = at - raw.get(..at).map_or(0, |before| before.len() - before.trim_end().len());
        found.push((start..from + value.len() + 2, value));
    }
    found
}
