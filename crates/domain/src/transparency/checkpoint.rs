//! Checkpoints (C2SP tlog-checkpoint): the log's name, its size and its root, signed.

use super::note::{self, Fault, Signer, Verifier};
use super::tree::Hash;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The head of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name: its address without the scheme.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// The signed note.
    pub fn sign(&self, signer: &Signer) -> String {
        signer.sign(&self.text())
    }

    /// Reads the text of a checkpoint; lines after the third are allowed and not read.
    ///
    /// # Errors
    /// [`Fault::Form`].
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut lines = text.strip_suffix('\n').ok_or(Fault::Form)?.split('\n');
        let (origin, size, root) = (lines.next(), lines.next(), lines.next());
        let origin = origin.filter(|origin| !origin.is_empty()).ok_or(Fault::Form)?;
        let written = size.ok_or(Fault::Form)?;
        let size: u64 = written.parse().map_err(|_| Fault::Form)?;
        let root = STANDARD.decode(root.ok_or(Fault::Form)?).map_err(|_| Fault::Form)?;
        if size.to_string() != written || lines.any(str::is_empty) {
            return Err(Fault::Form);
        }
        Ok(Self { origin: origin.to_owned(), size, root: root.try_into().map_err(|_| Fault::Form)? })
    }

    /// The checkpoint of a signed note that the log's key signed.
    ///
    /// # Errors
    /// [`Fault`]; a checkpoint of another log is not the key's to sign.
    pub fn open(signed: &str, key: &Verifier) -> Result<Self, Fault> {
        let (text, _) = note::open(signed, std::slice::from_ref(key))?;
        let checkpoint = Self::parse(text)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(Fault::Unsigned) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_read() {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let read = Checkpoint::parse(text).unwrap();
        assert_eq!((read.origin.as_str(), read.size), ("example.com/behind-the-sofa", 20_852_163));
        assert_eq!(read.text(), text);
        assert!(Checkpoint::parse(&format!("{text}more\n")).is_ok());
        for broken in ["", "a\n1\n", "a\n01\nAA==\n", "\n1\nAA==\n", "a\n-1\nAA==\n", "a\n1\nAA==\n"] {
            assert_eq!(Checkpoint::parse(broken), Err(Fault::Form), "{broken:?}");
        }
    }

    #[test]
    fn only_the_logs_own_key_signs_for_it() {
        let signer = Signer::from_seed("a.cn/log", [1; 32]);
        let head = Checkpoint { origin: "b.cn/log".into(), size: 0, root: super::super::tree::empty_root() };
        assert_eq!(Checkpoint::open(&head.sign(&signer), &signer.verifier()), Err(Fault::Unsigned));
    }
}
