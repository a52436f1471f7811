//! Personal data at rest (GB/T 22239: 个人信息的存储保密性): what a person gave for one purpose, an address for mail or a
//! document's number, lies in the database sealed with a key that lies beside it in a file of its own, never in a backup.
//! XChaCha20-Poly1305 with a fresh nonce; the place a text belongs to is under the seal, so none can be moved elsewhere.

use crate::secret::{hex, random};
use crate::{Error, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::io::Write;
use std::path::Path;

/// Before each sealed text: its form. Another cipher gets another word.
const FORM: &str = "x1:";
/// The first line of a key's file.
const FILE_MARK: &str = "gongkai-personal-key-1";

/// The key under which personal data is sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey([u8; 32]);

impl std::fmt::Debug for SealKey {
    /// Without the key.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SealKey")
    }
}

impl SealKey {
    /// The key of a file, made when there is none.
    ///
    /// # Errors
    /// A file that is no key, or cannot be read or written.
    pub fn at(path: &Path) -> Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::from_text(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Self(random()?);
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut file = options.open(path)?;
                file.write_all(format!("{FILE_MARK}\n{}\n", STANDARD_NO_PAD.encode(key.0)).as_bytes())?;
                file.sync_all()?;
                Ok(key)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn from_text(text: &str) -> Result<Self> {
        let broken = || Error::Unreadable("personal data key".to_owned());
        let line = text.strip_prefix(FILE_MARK).ok_or_else(broken)?.trim();
        let bytes = STANDARD_NO_PAD.decode(line).map_err(|_| broken())?;
        Ok(Self(bytes.try_into().map_err(|_| broken())?))
    }

    /// Seals a text for a place (`subscription.email`).
    pub(crate) fn seal(&self, place: &str, text: &str) -> Result<String> {
        Ok(format!("{FORM}{}", STANDARD_NO_PAD.encode(self.seal_bytes(place, text.as_bytes())?)))
    }

    /// Opens what was sealed for that place.
    pub(crate) fn open(&self, place: &str, sealed: &str) -> Result<String> {
        let coded = sealed.strip_prefix(FORM).ok_or_else(|| broken(place))?;
        let bytes = STANDARD_NO_PAD.decode(coded).map_err(|_| broken(place))?;
        String::from_utf8(self.open_bytes(place, &bytes)?).map_err(|_| broken(place))
    }

    /// Seals a file's content for a place.
    pub(crate) fn seal_bytes(&self, place: &str, content: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; 24] = random()?;
        let payload = Payload { msg: content, aad: place.as_bytes() };
        let failed = |_| Error::Input(std::io::Error::other("a text could not be sealed"));
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).map_err(failed)?;
        Ok(nonce.into_iter().chain(sealed).collect())
    }

    /// Opens a file's content.
    pub(crate) fn open_bytes(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, message) = sealed.split_first_chunk::<24>().ok_or_else(|| broken(place))?;
        let payload = Payload { msg: message, aad: place.as_bytes() };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| broken(place))
    }

    /// A tag by which the same text is found again without being readable, and which nobody else can make.
    pub(crate) fn tag(&self, place: &str, text: &str) -> String {
        // A key of any length is taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return String::new();
        };
        for part in [b"gongkai-tag-1".as_slice(), place.as_bytes(), text.as_bytes()] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        hex(&mac.finalize().into_bytes())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

fn broken(place: &str) -> Error {
    Error::Unreadable(format!("sealed text of {place}; is the key the right one?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("personal.key");
        let key = SealKey::at(&path).unwrap();
        let sealed = key.seal("request.name", "示例申请人").unwrap();
        assert!(!sealed.contains("示例"));
        assert_ne!(sealed, key.seal("request.name", "示例申请人").unwrap(), "each seal is another");
        let again = SealKey::at(&path).unwrap();
        assert_eq!(again.open("request.name", &sealed).unwrap(), "示例申请人");
        assert!(key.open("request.phone", &sealed).is_err());
        assert!(SealKey([7; 32]).open("request.name", &sealed).is_err());
        let mut spoilt = sealed.clone();
        spoilt.replace_range(40..41, if sealed.as_bytes()[40] == b'A' { "B" } else { "A" });
        assert!(key.open("request.name", &spoilt).is_err());
        for nothing in ["", "x1:", "x1:!!", "x1:AAAA", "甲"] {
            assert!(key.open("request.name", nothing).is_err(), "{nothing}");
        }
        assert_eq!(format!("{key:?}"), "SealKey");
    }

    #[test]
    fn a_tag_finds_the_same_text_in_the_same_place() {
        let (one, other) = (SealKey([1; 32]), SealKey([2; 32]));
        assert_eq!(one.tag("email", "a@b.cn"), one.tag("email", "a@b.cn"));
        assert_ne!(one.tag("email", "a@b.cn"), one.tag("phone", "a@b.cn"));
        assert_ne!(one.tag("email", "a@b.cn"), other.tag("email", "a@b.cn"));
        assert_ne!(one.tag("ab", "c"), one.tag("a", "bc"));
    }

    #[test]
    fn a_file_that_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("personal.key");
        std::fs::write(&path, "gongkai-personal-key-1\n短\n").unwrap();
        assert!(SealKey::at(&path).is_err());
    }
}
