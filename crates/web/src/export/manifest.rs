//! The manifest: a head, then a line a file in the order of their names, as `sha256sum --check` reads it. It is searched
//! and merged as it lies in memory: a hundred thousand documents make some thirty megabytes of it.

use super::generation::Head;
use std::collections::BTreeMap;

/// SHA-256 of a file.
pub(super) type Hash = [u8; 32];

/// The lines of an earlier export.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    text: String,
    /// Where the lines begin.
    start: usize,
}

/// The folder of pages, as the manifest names it.
const FOLDER: &str = "pages/";
/// A line up to its file: the hash, two spaces, the folder.
const BEFORE: usize = 64 + 2 + FOLDER.len();

impl Manifest {
    /// Reads a manifest; `None` for what is none.
    pub(super) fn read(text: String) -> Option<(Head, Self)> {
        let start =
            text.match_indices('\n').map(|(at, _)| at + 1).find(|at| !text[*at..].starts_with('#'))?;
        let head = Head::read(text.get(..start)?)?;
        Some((head, Self { text, start }))
    }

    /// The line that begins at or after a byte, and where the next one begins.
    fn line(&self, at: usize) -> Option<(&str, &str, usize)> {
        let line = self.text.get(at..)?.split('\n').next().filter(|line| line.len() > BEFORE)?;
        Some((line.get(..64)?, line.get(BEFORE..)?, at + line.len() + 1))
    }

    /// Where the first line stands whose file is not before `name`.
    fn place(&self, name: &str) -> usize {
        let (mut low, mut high) = (self.start, self.text.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let begin = self.text.as_bytes()[low..middle]
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(low, |at| low + at + 1);
            match self.line(begin) {
                Some((_, file, next)) if file < name => low = next,
                _ => high = begin,
            }
        }
        low
    }

    /// The hash of a file.
    pub(super) fn hash(&self, name: &str) -> Option<&str> {
        let (hash, file, _) = self.line(self.place(name))?;
        (file == name).then_some(hash)
    }

    /// The files whose names begin so.
    pub(super) fn beginning<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a str> {
        let mut at = self.place(start);
        std::iter::from_fn(move || {
            let (_, file, next) = self.line(at)?;
            at = next;
            file.starts_with(start).then_some(file)
        })
    }

    /// Whether this is no earlier export's.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// How many files there are.
    pub(super) fn addresses(&self) -> usize {
        self.text.as_bytes()[self.start..].iter().filter(|byte| **byte == b'\n').count()
    }

    /// A new manifest: these lines with some changed, added or (`None`) dropped.
    pub(super) fn with(&self, head: &Head, changes: &BTreeMap<String, Option<Hash>>) -> String {
        let mut text = String::with_capacity(self.text.len() + changes.len() * 120 + 200);
        text.push_str(&head.to_text());
        let mut at = self.start;
        for (file, hash) in changes {
            let place = self.place(file).max(at);
            text.push_str(&self.text[at..place]);
            at = match self.line(place) {
                Some((_, found, next)) if found == file => next,
                _ => place,
            };
            if let Some(hash) = hash {
                push_hex(&mut text, hash);
                text.push_str("  ");
                text.push_str(FOLDER);
                text.push_str(file);
                text.push('\n');
            }
        }
        text.push_str(self.text.get(at..).unwrap_or_default());
        text
    }
}

/// A hash as the manifest writes it.
pub(super) fn push_hex(text: &mut String, hash: &Hash) {
    for byte in hash {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(epoch: i64) -> Head {
        Head { epoch, entry: "e".to_owned(), day: "2020-09-21".parse().unwrap(), made_by: "x".to_owned() }
    }

    #[test]
    fn lines_are_found_changed_added_and_dropped() {
        let files = ["a.html", "disclosures/1.html", "disclosures/1.json", "disclosures/10.html", "z"];
        let changes = files.iter().map(|file| ((*file).to_owned(), Some([7; 32]))).collect();
        let text = Manifest::default().with(&head(3), &changes);
        let (read, manifest) = Manifest::read(text).unwrap();
        assert_eq!((read, manifest.addresses()), (head(3), 5));
        assert_eq!(manifest.hash("z"), Some("07".repeat(32).as_str()));
        assert_eq!((manifest.hash("a"), manifest.hash("zz")), (None, None));
        let of = |start: &'static str| manifest.beginning(start).collect::<Vec<_>>();
        assert_eq!(of("disclosures/1."), ["disclosures/1.html", "disclosures/1.json"]);
        let changes = BTreeMap::from([
            ("a.html".to_owned(), None),
            ("b".to_owned(), Some([1; 32])),
            ("disclosures/1.json".to_owned(), Some([2; 32])),
            ("zz".to_owned(), Some([3; 32])),
        ]);
        let (_, next) = Manifest::read(manifest.with(&head(4), &changes)).unwrap();
        let names: Vec<&str> = next.beginning("").collect();
        assert_eq!(
            names,
            ["b", "disclosures/1.html", "disclosures/1.json", "disclosures/10.html", "z", "zz"]
        );
        assert_eq!(next.hash("disclosures/1.json"), Some("02".repeat(32).as_str()));
    }
}
