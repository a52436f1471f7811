//! Tiles (C2SP tlog-tiles): the tree's hashes and its entries cut into files of 256, so that anyone can copy the whole log
//! with plain requests.

use super::tree::{Hash, Node};
use std::ops::Range;

/// What a tile's address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// 0 for leaves, 1 for the hashes of 256 of them, …; `None` for entries.
    pub level: Option<u32>,
    /// From 0.
    pub position: u64,
    /// Hashes or entries in it, 1 to 256.
    pub width: u64,
}

impl Tile {
    /// Reads `<level>/<position>[.p/<width>]`, `entries/<position>[.p/<width>]`.
    pub fn read(path: &str) -> Option<Self> {
        let (level, rest) = path.split_once('/')?;
        let level = match level {
            "entries" => None,
            level => Some(plain(level)?.try_into().ok().filter(|level| *level < 8)?),
        };
        let (position, width) = match rest.split_once(".p/") {
            Some((position, width)) => (position, plain(width).filter(|width| (1..256).contains(width))?),
            None => (rest, 256),
        };
        let mut value = 0_u64;
        let parts: Vec<&str> = position.split('/').collect();
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let digits = if last { part } else { part.strip_prefix('x')? };
            if digits.len() != 3 || !digits.bytes().all(|c| c.is_ascii_digit()) {
                return None;
            }
            value = value.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
        }
        let tile = Self { level, position: value, width };
        (tile.path() == path).then_some(tile)
    }

    /// The address.
    pub fn path(&self) -> String {
        let mut parts = vec![format!("{:03}", self.position % 1_000)];
        let mut rest = self.position / 1_000;
        while rest > 0 {
            parts.insert(0, format!("x{:03}", rest % 1_000));
            rest /= 1_000;
        }
        let level = self.level.map_or_else(|| "entries".to_owned(), |level| level.to_string());
        let partial = if self.width == 256 { String::new() } else { format!(".p/{}", self.width) };
        format!("{level}/{}{partial}", parts.join("/"))
    }

    /// The positions of its hashes within its level, or of its entries.
    pub fn range(&self) -> Option<Range<u64>> {
        let start = self.position.checked_mul(256)?;
        Some(start..start.checked_add(self.width)?)
    }

    /// The subtrees whose hashes it holds; none for entries.
    pub fn nodes(&self) -> Vec<Node> {
        let (Some(level), Some(range)) = (self.level, self.range()) else { return Vec::new() };
        range.map(|position| Node { level: level * 8, position }).collect()
    }

    /// Whether a tree of `size` has all of it.
    pub fn is_within(&self, size: u64) -> bool {
        let leaves = self.level.map_or(Some(1), |level| 256_u64.checked_pow(level));
        leaves
            .zip(self.range())
            .is_some_and(|(leaves, range)| range.end.checked_mul(leaves).is_some_and(|end| end <= size))
    }
}

/// A number without leading noughts.
fn plain(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

/// The bytes of a tile of hashes.
pub fn hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.concat()
}

/// The bytes of a bundle of entries: each with its length in two bytes before it. `None` for one that is too long.
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for entry in entries {
        out.extend_from_slice(&u16::try_from(entry.len()).ok()?.to_be_bytes());
        out.extend_from_slice(entry);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_the_specification() {
        for (path, level, position, width) in [
            ("0/x001/x234/067", Some(0), 1_234_067, 256),
            ("1/000.p/17", Some(1), 0, 17),
            ("entries/273.p/112", None, 273, 112),
        ] {
            let tile = Tile { level, position, width };
            assert_eq!(Tile::read(path), Some(tile));
            assert_eq!(tile.path(), path);
        }
        for wrong in [
            "",
            "0",
            "00/000",
            "0/0",
            "0/001/000",
            "0/x000/000",
            "8/000",
            "0/000.p/0",
            "0/000.p/256",
            "a/000",
            "0/000.p/07",
        ] {
            assert_eq!(Tile::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_tree_has_the_tiles_of_its_size() {
        let tile = |path| Tile::read(path).unwrap();
        assert!(tile("0/272").is_within(70_000) && !tile("0/273").is_within(70_000));
        assert!(tile("0/273.p/112").is_within(70_000) && !tile("0/273.p/113").is_within(70_000));
        assert!(tile("2/000.p/1").is_within(70_000) && !tile("2/000.p/2").is_within(70_000));
        assert_eq!(
            tile("1/000.p/2").nodes(),
            [Node { level: 8, position: 0 }, Node { level: 8, position: 1 }]
        );
        assert_eq!(bundle([b"ab".as_slice(), b""]), Some(b"\0\x02ab\0\0".to_vec()));
        assert_eq!(bundle([vec![0; 70_000].as_slice()]), None);
    }
}
