//! Signed notes (C2SP signed-note): a text, a blank line, and a line a signature. Keys are written as the formats do.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// Signature lines of one note that are looked at.
const SIGNATURES_MAX: usize = 64;

/// What a signature says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// The log's own (type 0x01).
    Ed25519,
    /// A witness's, with the time (type 0x04).
    Cosignature,
}

impl Algorithm {
    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Cosignature => 4,
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        [Self::Ed25519, Self::Cosignature].into_iter().find(|algorithm| algorithm.byte() == byte)
    }
}

/// Why a note or a key is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not in the form of a signed note.
    #[error("不是有效的签名文本：格式不对，可能没有完整保存。请重新下载。")]
    Form,
    /// A key that cannot be read.
    #[error("公钥或私钥写法不对。请核对是否完整复制。")]
    Key,
    /// None of the known keys signed it.
    #[error("没有所信任的公钥的签名，不能采信。")]
    Unsigned,
    /// A known key's signature does not fit.
    #[error("签名不符：内容在签名之后被改动过。")]
    Forged,
}

/// A name for a key: not empty, no spaces, no plus.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

fn key_id(name: &str, algorithm: Algorithm, key: &VerifyingKey) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(name.as_bytes());
    hasher.update([b'\n', algorithm.byte()]);
    hasher.update(key.as_bytes());
    let hash: [u8; 32] = hasher.finalize().into();
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

fn hex(id: [u8; 4]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A key that checks signatures, written `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    algorithm: Algorithm,
    key: VerifyingKey,
}

impl fmt::Display for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.algorithm.byte()];
        key.extend_from_slice(self.key.as_bytes());
        let id = hex(key_id(&self.name, self.algorithm, &self.key));
        write!(formatter, "{}+{id}+{}", self.name, STANDARD.encode(key))
    }
}

impl std::str::FromStr for Verifier {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let mut parts = text.trim().splitn(3, '+');
        let (name, id, key) = (parts.next(), parts.next(), parts.next());
        let name = name.filter(|name| is_name(name)).ok_or(Fault::Key)?;
        let key = STANDARD.decode(key.ok_or(Fault::Key)?).map_err(|_| Fault::Key)?;
        let (algorithm, key) = key.split_first().ok_or(Fault::Key)?;
        let algorithm = Algorithm::from_byte(*algorithm).ok_or(Fault::Key)?;
        let key =
            VerifyingKey::from_bytes(key.try_into().map_err(|_| Fault::Key)?).map_err(|_| Fault::Key)?;
        let verifier = Self { name: name.to_owned(), algorithm, key };
        if Some(hex(key_id(name, algorithm, &key)).as_str()) == id { Ok(verifier) } else { Err(Fault::Key) }
    }
}

impl Verifier {
    /// Whose key it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its signatures say.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether one of the lines is this key's, and then that it fits; `None` when none is. For cosignatures the time in
    /// seconds since 1970 comes with it.
    fn check(&self, note: &Note<'_>) -> Option<Result<u64, Fault>> {
        let id = key_id(&self.name, self.algorithm, &self.key);
        let (_, _, signature) =
            note.signatures.iter().find(|(name, key, _)| *name == self.name && *key == id)?;
        Some(self.fits(note.text, signature))
    }

    fn fits(&self, text: &str, signature: &[u8]) -> Result<u64, Fault> {
        let (time, signature, message) = match self.algorithm {
            Algorithm::Ed25519 => (0, signature, text.to_owned()),
            Algorithm::Cosignature => {
                let (time, signature) = signature.split_at_checked(8).ok_or(Fault::Forged)?;
                let time = u64::from_be_bytes(time.try_into().map_err(|_| Fault::Forged)?);
                (time, signature, cosigned(time, text))
            }
        };
        let signature = Signature::from_slice(signature).map_err(|_| Fault::Forged)?;
        self.key.verify_strict(message.as_bytes(), &signature).map(|()| time).map_err(|_| Fault::Forged)
    }
}

/// What a witness signs.
fn cosigned(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// A key that signs, written `PRIVATE+KEY+name+id+seed`.
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Signer").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Signer {
    /// The key of a seed, under a name.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Self {
        Self { name: name.to_owned(), key: SigningKey::from_bytes(&seed) }
    }

    /// The key as it is kept in a file.
    pub fn to_text(&self) -> String {
        let mut seed = vec![Algorithm::Ed25519.byte()];
        seed.extend_from_slice(self.key.as_bytes());
        let id = hex(key_id(&self.name, Algorithm::Ed25519, &self.key.verifying_key()));
        format!("PRIVATE+KEY+{}+{id}+{}", self.name, STANDARD.encode(seed))
    }

    /// Reads a key.
    ///
    /// # Errors
    /// [`Fault::Key`].
    pub fn from_text(text: &str) -> Result<Self, Fault> {
        let mut parts = text.trim().strip_prefix("PRIVATE+KEY+").ok_or(Fault::Key)?.splitn(3, '+');
        let (name, id, seed) = (parts.next(), parts.next(), parts.next());
        let name = name.filter(|name| is_name(name)).ok_or(Fault::Key)?;
        let seed = STANDARD.decode(seed.ok_or(Fault::Key)?).map_err(|_| Fault::Key)?;
        let (1, seed) = seed.split_first().map(|(byte, seed)| (*byte, seed)).ok_or(Fault::Key)? else {
            return Err(Fault::Key);
        };
        let signer = Self::from_seed(name, seed.try_into().map_err(|_| Fault::Key)?);
        let own = hex(key_id(name, Algorithm::Ed25519, &signer.key.verifying_key()));
        if Some(own.as_str()) == id { Ok(signer) } else { Err(Fault::Key) }
    }

    /// The key that checks its signatures on notes.
    pub fn verifier(&self) -> Verifier {
        let key = self.key.verifying_key();
        Verifier { name: self.name.clone(), algorithm: Algorithm::Ed25519, key }
    }

    /// The key that checks its cosignatures.
    pub fn witness(&self) -> Verifier {
        Verifier { algorithm: Algorithm::Cosignature, ..self.verifier() }
    }

    /// A text, which ends in a line end, with its signature.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        format!("{text}\n{}", self.line(Algorithm::Ed25519, &signature))
    }

    /// The line a witness adds to a signed note whose text this is, at a time in seconds since 1970.
    pub fn cosign(&self, text: &str, time: u64) -> String {
        let mut signature = time.to_be_bytes().to_vec();
        signature.extend_from_slice(&self.key.sign(cosigned(time, text).as_bytes()).to_bytes());
        self.line(Algorithm::Cosignature, &signature)
    }

    fn line(&self, algorithm: Algorithm, signature: &[u8]) -> String {
        let mut bytes = key_id(&self.name, algorithm, &self.key.verifying_key()).to_vec();
        bytes.extend_from_slice(signature);
        format!("— {} {}\n", self.name, STANDARD.encode(bytes))
    }
}

/// A signed note taken apart; nothing of it is to be believed before [`open`].
struct Note<'a> {
    text: &'a str,
    signatures: Vec<(&'a str, [u8; 4], Vec<u8>)>,
}

fn parse(note: &str) -> Result<Note<'_>, Fault> {
    if note.chars().any(|c| c.is_ascii_control() && c != '\n') {
        return Err(Fault::Form);
    }
    let at = note.rfind("\n\n").ok_or(Fault::Form)?;
    let text = note.get(..=at).ok_or(Fault::Form)?;
    let lines = note.get(at + 2..).and_then(|lines| lines.strip_suffix('\n')).ok_or(Fault::Form)?;
    let mut signatures = Vec::new();
    for line in lines.split('\n') {
        let (name, signature) =
            line.strip_prefix("— ").and_then(|line| line.split_once(' ')).ok_or(Fault::Form)?;
        let bytes = STANDARD.decode(signature).map_err(|_| Fault::Form)?;
        let (id, signature) = bytes.split_at_checked(4).ok_or(Fault::Form)?;
        if !is_name(name) || signature.is_empty() || signatures.len() >= SIGNATURES_MAX {
            return Err(Fault::Form);
        }
        signatures.push((name, id.try_into().map_err(|_| Fault::Form)?, signature.to_vec()));
    }
    Ok(Note { text, signatures })
}

/// Whose signature it is and, of a witness, when in seconds since 1970.
pub type Signed = (String, u64);

/// The text of a note that every one of these keys that signed it signed rightly, and at least one did; with whose
/// signatures they are and, of witnesses, when.
///
/// # Errors
/// [`Fault`].
pub fn open<'a>(note: &'a str, keys: &[Verifier]) -> Result<(&'a str, Vec<Signed>), Fault> {
    let parsed = parse(note)?;
    let mut signed = Vec::new();
    for key in keys {
        if let Some(checked) = key.check(&parsed) {
            signed.push((key.name.clone(), checked?));
        }
    }
    if signed.is_empty() { Err(Fault::Unsigned) } else { Ok((parsed.text, signed)) }
}

/// The text of a note without looking at its signatures; only to know which log it speaks of.
///
/// # Errors
/// [`Fault::Form`].
pub fn text_of(note: &str) -> Result<&str, Fault> {
    parse(note).map(|note| note.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_known_note_is_opened() {
        // A public example of the format: Go's checksum database tests.
        let key: Verifier =
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
        let note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let (text, signed) = open(note, &[key]).unwrap();
        assert!(text.ends_with("is.\n"));
        assert_eq!(signed[0].0, "PeterNeumann");
    }

    #[test]
    fn keys_and_signatures_go_out_and_come_back() {
        let signer = Signer::from_seed("示例.cn/log", [3; 32]);
        let same = Signer::from_text(&signer.to_text()).unwrap();
        assert_eq!(same.verifier(), signer.verifier());
        assert_eq!(signer.verifier().to_string().parse(), Ok(signer.verifier()));
        assert_eq!(signer.witness().to_string().parse(), Ok(signer.witness()));
        let note = signer.sign("甲\n\n乙\n");
        assert_eq!(open(&note, &[signer.verifier()]).unwrap().0, "甲\n\n乙\n");
        let other = Signer::from_seed("示例.cn/log", [4; 32]);
        assert_eq!(open(&note, &[other.verifier()]), Err(Fault::Unsigned));
        let changed = note.replace('乙', "丙");
        assert_eq!(open(&changed, &[signer.verifier()]), Err(Fault::Forged));
        let witnessed = format!("{note}{}", other.cosign("甲\n\n乙\n", 1_600_000_000));
        let (_, signed) = open(&witnessed, &[signer.verifier(), other.witness()]).unwrap();
        assert_eq!(signed[1], ("示例.cn/log".to_owned(), 1_600_000_000));
        assert!(!format!("{signer:?}").contains("PRIVATE"));
    }

    #[test]
    fn broken_ones_are_refused() {
        let signer = Signer::from_seed("a.cn", [3; 32]);
        for broken in
            ["", "甲\n", "甲\n\n", "甲\n\n— a.cn x\n", "甲\r\n\n— a.cn AAAAAAA=\n", "甲\n\n- a.cn AAAAAAA=\n"]
        {
            assert_eq!(open(broken, &[signer.verifier()]), Err(Fault::Form), "{broken:?}");
        }
        for broken in ["", "a.cn", "a.cn+00000000+AQ==", "a b+00000000+AQ=="] {
            assert_eq!(broken.parse::<Verifier>(), Err(Fault::Key), "{broken}");
            assert!(Signer::from_text(broken).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read(text in "[—a \\n=A+甲]{0,60}|.{0,60}") {
            let _ = (open(&text, &[]), text.parse::<Verifier>(), Signer::from_text(&text));
        }
    }
}
