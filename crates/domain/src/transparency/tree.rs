//! The Merkle tree (RFC 6962 section 2.1): hashes of leaves and nodes, what a proof is made of, and checking proofs
//! (RFC 9162 sections 2.1.3.2 and 2.1.4.2). Storage keeps the hashes of complete subtrees; this module says which of them a
//! root or a proof needs and how they are put together.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::ops::Range;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// A complete subtree: of 2^level leaves, the position-th of its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// 0 for leaves.
    pub level: u32,
    /// From 0.
    pub position: u64,
}

/// The hash of an entry.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(entry);
    hasher.finalize().into()
}

/// The hash of two subtrees.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// The root of no entries.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The complete subtrees that cover a range of leaves, from left to right. The range must be a subtree's, or begin at 0.
pub fn nodes(range: Range<u64>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut start = range.start;
    while start < range.end {
        let aligned = if start == 0 { u64::BITS - 1 } else { start.trailing_zeros() };
        let fits = (range.end - start).ilog2();
        let level = aligned.min(fits);
        nodes.push(Node { level, position: start >> level });
        start += 1 << level;
    }
    nodes
}

/// The hash of a range from the hashes of its [`nodes`].
pub fn join(hashes: &[Hash]) -> Hash {
    let mut from_right = hashes.iter().rev();
    let Some(last) = from_right.next() else { return empty_root() };
    from_right.fold(*last, |right, left| node_hash(left, &right))
}

/// The root of some leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut level = leaves.to_vec();
    let mut tree: HashMap<Node, Hash> = HashMap::new();
    for height in 0..u64::BITS {
        for (position, hash) in level.iter().enumerate() {
            tree.insert(Node { level: height, position: position as u64 }, *hash);
        }
        level =
            level.chunks_exact(2).filter_map(|pair| Some(node_hash(pair.first()?, pair.get(1)?))).collect();
        if level.is_empty() {
            break;
        }
    }
    let hashes: Vec<Hash> =
        nodes(0..leaves.len() as u64).iter().filter_map(|node| tree.get(node).copied()).collect();
    join(&hashes)
}

/// The nodes that come to be when a leaf is added to a tree of `size`: the leaf, then each parent it completes, given the
/// hashes of the left halves from the lowest up ([`left_halves`]).
pub fn added(size: u64, leaf: Hash, left_halves: &[Hash]) -> Vec<(Node, Hash)> {
    let mut found = vec![(Node { level: 0, position: size }, leaf)];
    let mut hash = leaf;
    for (level, left) in (1..).zip(left_halves) {
        hash = node_hash(left, &hash);
        found.push((Node { level, position: size >> level }, hash));
    }
    found
}

/// The left halves of the parents that adding a leaf to a tree of `size` completes, from the lowest up.
pub fn left_halves(size: u64) -> Vec<Node> {
    (0..size.trailing_ones()).map(|level| Node { level, position: (size >> level) - 1 }).collect()
}

/// The largest power of two below `size`, which is at least 2.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The ranges whose hashes prove that the leaf at `index` is in a tree of `size`, from the leaf's sibling up.
pub fn inclusion(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut ranges = Vec::new();
    let (mut start, mut end) = (0, size);
    while index < size && end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(start..middle);
            start = middle;
        }
    }
    ranges.reverse();
    ranges
}

/// The ranges whose hashes prove that a tree of `new` leaves begins with one of `old`.
pub fn consistency(old: u64, new: u64) -> Vec<Range<u64>> {
    let mut ranges = Vec::new();
    if old == 0 || old >= new {
        return ranges;
    }
    let (mut start, mut end) = (0, new);
    let mut whole = true;
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(start..middle);
            start = middle;
            whole = false;
        }
    }
    if !whole {
        ranges.push(start..end);
    }
    ranges.reverse();
    ranges
}

/// Whether the proof shows the leaf at `index` in the tree of that size and root.
pub fn includes(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether the proof shows that the newer tree begins with the older one.
pub fn is_consistent(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size > new_size {
        return false;
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    if old_size == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let mut path = proof.iter();
    let first = if old_size.is_power_of_two() { Some(old_root) } else { path.next() };
    let Some(first) = first else { return false };
    let (mut at, mut last) = (old_size - 1, new_size - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut from_old, mut from_new) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            from_old = node_hash(sibling, &from_old);
            from_new = node_hash(sibling, &from_new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && from_old == *old_root && from_new == *new_root
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 6962 section 2.1, word for word.
    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            _ => {
                let (left, right) = leaves.split_at(usize::try_from(split(leaves.len() as u64)).unwrap());
                node_hash(&naive(left), &naive(right))
            }
        }
    }

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
    }

    fn hashes(leaves: &[Hash], ranges: &[Range<u64>]) -> Vec<Hash> {
        let part = |range: &Range<u64>| {
            naive(&leaves[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()])
        };
        ranges.iter().map(part).collect()
    }

    fn hex(hash: &Hash) -> String {
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_test_trees_of_certificate_transparency_have_their_roots() {
        // Inputs and roots as published with the reference implementation of RFC 6962.
        let inputs: [&[u8]; 8] = [
            b"",
            b"\0",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let leaves: Vec<Hash> = inputs.iter().map(|input| leaf_hash(input)).collect();
        assert_eq!(hex(&empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(
            hex(&root(&leaves[..1])),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        assert_eq!(
            hex(&root(&leaves[..2])),
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
        );
        assert_eq!(hex(&root(&leaves)), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }

    #[test]
    fn every_small_tree_proves_what_it_holds() {
        let all = leaves(70);
        let mut kept: HashMap<Node, Hash> = HashMap::new();
        for size in 1..=70_u64 {
            let left: Vec<Hash> = left_halves(size - 1).iter().map(|node| kept[node]).collect();
            kept.extend(added(size - 1, all[usize::try_from(size - 1).unwrap()], &left));
            let tree = &all[..usize::try_from(size).unwrap()];
            let root_hash = naive(tree);
            assert_eq!(root(tree), root_hash);
            let from_nodes: Vec<Hash> = nodes(0..size).iter().map(|node| kept[node]).collect();
            assert_eq!(join(&from_nodes), root_hash);
            for index in 0..size {
                let proof = hashes(tree, &inclusion(index, size));
                let leaf = &tree[usize::try_from(index).unwrap()];
                assert!(includes(leaf, index, size, &proof, &root_hash), "{index} of {size}");
                assert!(!includes(leaf, index + 1, size, &proof, &root_hash));
                assert!(!includes(&[9; 32], index, size, &proof, &root_hash));
                assert!(size == 1 || !includes(leaf, index, size, &proof[1..], &root_hash));
                // What a proof is made of can be put together from complete subtrees.
                for (range, hash) in inclusion(index, size).into_iter().zip(&proof) {
                    let parts: Vec<Hash> = nodes(range).iter().map(|node| kept[node]).collect();
                    assert_eq!(join(&parts), *hash);
                }
            }
            for old in 0..=size {
                let proof = hashes(tree, &consistency(old, size));
                let before = naive(&all[..usize::try_from(old).unwrap()]);
                assert!(is_consistent((old, &before), (size, &root_hash), &proof), "{old} in {size}");
                assert!(!is_consistent((old, &[9; 32]), (size, &root_hash), &proof));
                assert!(old == 0 || !is_consistent((old, &before), (size, &[9; 32]), &proof));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_proof_of_anything_panics(index in any::<u64>(), size in any::<u64>(), proof in proptest::collection::vec(any::<[u8; 32]>(), 0..70)) {
            prop_assert!(!includes(&[1; 32], index, size, &proof, &[2; 32]));
            prop_assert!(!is_consistent((index, &[1; 32]), (size, &[2; 32]), &proof));
            let _ = (inclusion(index, size), consistency(index, size));
        }
    }
}
