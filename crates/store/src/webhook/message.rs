//! What a message says and how it is signed. It is made from the record each time it is sent, so that what was taken back
//! meanwhile is not told again.

use crate::disclosure::public::{self, Found};
use crate::entity::journal;
use crate::instant::instant;
use crate::{Result, Store};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// What a secret begins with (Standard Webhooks).
pub(super) const SECRET_PREFIX: &str = "whsec_";

/// The signature of a message: HMAC-SHA256 over id, timestamp and body (Standard Webhooks, symmetric).
pub fn signature(secret: &str, message_id: &str, timestamp: i64, body: &str) -> String {
    let key = STANDARD.decode(secret.trim_start_matches(SECRET_PREFIX)).unwrap_or_default();
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
    mac.update(format!("{message_id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The message that tells of an entry; `root` is the site's address.
pub(super) async fn message(store: &Store, entry: &journal::Model, root: &str) -> Result<String> {
    let mut data = json!({
        "id": entry.subject_id,
        "url": format!("{root}/{}s/{}", entry.subject_kind, entry.subject_id),
    });
    if entry.subject_kind == "disclosure" {
        match public::find(store, entry.subject_id).await? {
            Some(Found::Public(found)) => {
                let (row, _) = *found;
                data["title"] = row.title.into();
                data["kind"] = row.kind.word().into();
                data["index_number"] = row.index_number.into();
                data["document_number"] = row.document_number.into();
                data["version"] = row.number.into();
            }
            Some(Found::Withdrawn(left)) => {
                data["index_number"] = left.index_number.into();
                data["reason"] = left.reason.into();
            }
            None => {}
        }
    }
    let said = json!({
        "type": entry.action,
        "timestamp": instant(entry.at)?.to_string(),
        "sequence": entry.sequence,
        "data": data,
    });
    Ok(said.to_string())
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn a_message_is_signed_as_the_specification_has_it() {
        // HMAC-SHA256 worked out with another implementation over `msg_1.1600000000.{"a":1}`.
        let signed = signature("whsec_c2VjcmV0", "msg_1", 1_600_000_000, r#"{"a":1}"#);
        assert_eq!(signed, "v1,cqOzd0ciB7mDi38IFmr2FkBdO6ogUHcEnXn/v2LnuXs=");
        assert_ne!(signed, signature("whsec_c2VjcmV1", "msg_1", 1_600_000_000, r#"{"a":1}"#));
    }
}
