//! What a citizen keeps of one publication (C2SP tlog-proof): the entry, its place in the tree, and the signed head. It can
//! be checked years later without the site.

use super::checkpoint::Checkpoint;
use super::entry::Entry;
use super::note::{Fault, Verifier};
use super::tree::{self, Hash};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const HEAD: &str = "c2sp.org/tlog-proof@v1";

/// A proof taken apart or about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The entry's bytes, in the proof's extra data.
    pub entry: Vec<u8>,
    /// Its place in the log, from 0.
    pub index: u64,
    /// The hashes from the leaf's sibling up.
    pub path: Vec<Hash>,
    /// The signed checkpoint, whole.
    pub checkpoint: String,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refuted {
    /// The signature.
    #[error(transparent)]
    Note(#[from] Fault),
    /// Not a proof.
    #[error("不是有效的存证证明文件：格式不对，可能没有完整保存。请重新下载。")]
    Form,
    /// Not in the tree.
    #[error("存证不符：这条记录不在签名所指的存证中，证明或记录被改动过。")]
    NotIncluded,
    /// Other content.
    #[error("内容不符：所给的内容与存证时公开的内容不同。")]
    Content,
}

impl Proof {
    /// The proof as a file.
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEAD}\nextra {}\nindex {}\n", STANDARD.encode(&self.entry), self.index);
        for hash in &self.path {
            text.push_str(&STANDARD.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        text
    }

    /// Reads a proof.
    ///
    /// # Errors
    /// [`Refuted::Form`].
    pub fn read(text: &str) -> Result<Self, Refuted> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(Refuted::Form)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEAD) {
            return Err(Refuted::Form);
        }
        let decode = |text: &str| STANDARD.decode(text).map_err(|_| Refuted::Form);
        let extra = lines.next().and_then(|line| line.strip_prefix("extra ")).ok_or(Refuted::Form)?;
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or(Refuted::Form)?;
        let mut path = Vec::new();
        for line in lines {
            if path.len() >= 64 {
                return Err(Refuted::Form);
            }
            path.push(decode(line)?.try_into().map_err(|_| Refuted::Form)?);
        }
        let number: u64 = index.parse().map_err(|_| Refuted::Form)?;
        if number.to_string() != index {
            return Err(Refuted::Form);
        }
        Ok(Self { entry: decode(extra)?, index: number, path, checkpoint: checkpoint.to_owned() })
    }

    /// Checks the proof with the log's key, and the content when it is at hand; what it then proves.
    ///
    /// # Errors
    /// [`Refuted`].
    pub fn check(&self, key: &Verifier, content: Option<&[u8]>) -> Result<(Entry, Checkpoint), Refuted> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        let leaf = tree::leaf_hash(&self.entry);
        if !tree::includes(&leaf, self.index, checkpoint.size, &self.path, &checkpoint.root) {
            return Err(Refuted::NotIncluded);
        }
        let entry = Entry::read(&self.entry).ok_or(Refuted::Form)?;
        if content.is_some_and(|content| content_hash(content) != entry.content) {
            return Err(Refuted::Content);
        }
        Ok((entry, checkpoint))
    }
}

/// SHA-256 of a version's record, as entries name it.
pub fn content_hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::note::Signer;
    use super::*;

    fn proof() -> (Proof, Signer) {
        let signer = Signer::from_seed("示例.cn/log", [5; 32]);
        let entry = Entry { content: content_hash(b"record"), ..super::super::entry::example() };
        let leaves = [tree::leaf_hash(b"first"), tree::leaf_hash(&entry.bytes()), tree::leaf_hash(b"third")];
        let head = Checkpoint { origin: "示例.cn/log".into(), size: 3, root: tree::root(&leaves) };
        let path = vec![leaves[0], leaves[2]];
        (Proof { entry: entry.bytes(), index: 1, path, checkpoint: head.sign(&signer) }, signer)
    }

    #[test]
    fn a_proof_goes_out_comes_back_and_holds() {
        let (proof, signer) = proof();
        let read = Proof::read(&proof.to_text()).unwrap();
        assert_eq!(read, proof);
        let (entry, checkpoint) = read.check(&signer.verifier(), Some(b"record")).unwrap();
        assert_eq!((entry.address.as_str(), checkpoint.size), ("/disclosures/1", 3));
    }

    #[test]
    fn whatever_is_changed_is_seen() {
        let (proof, signer) = proof();
        let key = signer.verifier();
        assert_eq!(proof.check(&key, Some(b"Record")), Err(Refuted::Content));
        let other = Signer::from_seed("示例.cn/log", [6; 32]).verifier();
        assert_eq!(proof.check(&other, None), Err(Refuted::Note(Fault::Unsigned)));
        let moved = Proof { index: 0, ..proof.clone() };
        assert_eq!(moved.check(&key, None), Err(Refuted::NotIncluded));
        let mut entry = proof.clone();
        entry.entry[20] ^= 1;
        assert_eq!(entry.check(&key, None), Err(Refuted::NotIncluded));
        let larger = Proof { checkpoint: proof.checkpoint.replace("\n3\n", "\n4\n"), ..proof.clone() };
        assert_eq!(larger.check(&key, None), Err(Refuted::Note(Fault::Forged)));
        for cut in 0..proof.to_text().len() {
            let text = proof.to_text();
            if let Some(text) = text.get(..cut) {
                assert!(Proof::read(text).and_then(|proof| proof.check(&key, None)).is_err());
            }
        }
    }
}
