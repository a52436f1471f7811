//! Secrets: random tokens, and the hashes that are kept in their place. The one door to random bytes.

use crate::{Error, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::LazyLock;
use tokio::sync::{Semaphore, oneshot};

/// Passwords hashed at once: each takes 19 MiB.
static HASHING: Semaphore = Semaphore::const_new(2);

/// Memory in KiB, passes, lanes (OWASP's first choice for argon2id).
const ARGON2: (u32, u32, u32) = (19 * 1024, 2, 1);

/// A hash that no password has, so that unknown logins take as long as known ones.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now(b"nobody").unwrap_or_default());

/// Random bytes: a seed, a key, a nonce.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub(crate) fn random<const BYTES: usize>() -> Result<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::Input(std::io::Error::other(error)))?;
    Ok(bytes)
}

/// A token of 256 random bits, safe in URLs and cookies.
pub(crate) fn token() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// Letters and digits that nobody mixes up when reading them out on the telephone.
const CODE_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A code of 60 random bits for looking up one's own matter: `7KQ4-M2XA-9TRE`.
pub(crate) fn code() -> Result<String> {
    let letters = random::<12>()?.map(|byte| char::from(CODE_ALPHABET[usize::from(byte % 32)]));
    Ok([&letters[..4], &letters[4..8], &letters[8..]].map(|part| part.iter().collect::<String>()).join("-"))
}

/// A code as its owner typed it: small letters, spaces, no hyphens.
pub(crate) fn typed_code(typed: &str) -> String {
    let letters: Vec<char> =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(20).collect();
    letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What is kept of a token: its SHA-256. Tokens are random, so no salt is needed.
pub(crate) fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// The form token that goes with a session token; knowing it does not tell the session token.
pub(crate) fn form_token(session_token: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"gongkai-form-1");
    hasher.update(session_token.as_bytes());
    hex(&hasher.finalize())
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn hasher() -> Argon2<'static> {
    let (memory, passes, lanes) = ARGON2;
    let params = Params::new(memory, passes, lanes, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[expect(clippy::disallowed_methods, reason = "salts come through this door too")]
fn hash_now(password: &[u8]) -> Option<String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).ok()?;
    hasher().hash_password_with_salt(password, &salt).ok().map(|hash| hash.to_string())
}

/// Hashes a password, off the async threads.
pub(crate) async fn hash_password(password: &str) -> Result<String> {
    let password = password.to_owned();
    let hash = blocking(move || hash_now(password.as_bytes())).await?;
    hash.ok_or_else(|| Error::Input(std::io::Error::other("the password could not be hashed")))
}

/// Whether the password is the one of the hash; without a hash it takes as long and is wrong.
pub(crate) async fn password_matches(password: &str, hash: Option<&str>) -> Result<bool> {
    let password = password.to_owned();
    let hash = hash.map(str::to_owned);
    blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let Ok(parsed) = PasswordHash::new(&hash) else { return false };
        hasher().verify_password(password.as_bytes(), &parsed).is_ok() && known
    })
    .await
}

/// A thread for each, not one of the pool's: what the allocator keeps of the 19 MiB is used by the next one, where each of
/// the pool's many threads would keep its own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let failed = |error: oneshot::error::RecvError| Error::Input(std::io::Error::other(error));
    let closed = |error: tokio::sync::AcquireError| Error::Input(std::io::Error::other(error));
    let _permit = HASHING.acquire().await.map_err(closed)?;
    let (sender, receiver) = oneshot::channel();
    std::thread::Builder::new().name("password".to_owned()).spawn(move || sender.send(work()))?;
    receiver.await.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_only_itself() {
        let hash = hash_password("政务公开 2026").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(password_matches("政务公开 2026", Some(&hash)).await.unwrap());
        assert!(!password_matches("政务公开 2027", Some(&hash)).await.unwrap());
        assert!(!password_matches("nobody", None).await.unwrap(), "nobody signs in as an unknown login");
    }

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        let code = code().unwrap();
        assert_eq!(code.len(), 14);
        assert_eq!(typed_code(&format!(" {} ", code.to_lowercase().replace('-', " "))), code);
        assert_ne!(code, super::code().unwrap());
    }

    #[test]
    fn tokens_differ_and_hide_their_session() {
        let (one, two) = (token().unwrap(), token().unwrap());
        assert_ne!(one, two);
        assert_ne!(form_token(&one), token_hash(&one));
    }
}
