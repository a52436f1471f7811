//! An entry of the log: one line of JSON with its fields in a fixed order, so that the same act is always the same bytes and
//! a person can read it. It names what became public by its address and the hash of its content; it holds no personal data.

use serde::{Deserialize, Serialize};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// First publication.
    Publish,
    /// A later version.
    Revise,
    /// Taken back.
    Withdraw,
}

impl Act {
    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Publish => "公开",
            Self::Revise => "修订",
            Self::Withdraw => "撤回",
        }
    }
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What was done.
    pub act: Act,
    /// Of what: its permanent address within the site.
    pub address: String,
    /// The version; of a withdrawal, the last one.
    pub version: u32,
    /// 索引号; empty for what has none.
    pub index_number: String,
    /// The unit.
    pub unit: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// SHA-256 of the version's record, hexadecimal. The record names its files by their SHA-256.
    pub content: String,
    /// Why; of revisions and withdrawals, as it is public.
    pub reason: String,
}

impl Entry {
    /// The bytes that are hashed.
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads an entry; bytes that are not exactly what [`Self::bytes`] writes are none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let entry: Self = serde_json::from_slice(bytes).ok()?;
        (entry.bytes() == bytes).then_some(entry)
    }
}

#[cfg(test)]
pub(super) fn example() -> Entry {
    Entry {
        act: Act::Publish,
        address: "/disclosures/1".into(),
        version: 1,
        index_number: "150626-001/2020-00001".into(),
        unit: "示例单位".into(),
        at: "2020-09-04T01:00:00Z".into(),
        content: "00".repeat(32),
        reason: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_one_line_and_comes_back() {
        let entry = example();
        let bytes = entry.bytes();
        assert_eq!(
            std::str::from_utf8(&bytes).unwrap(),
            format!(
                r#"{{"act":"publish","address":"/disclosures/1","version":1,"index_number":"150626-001/2020-00001","unit":"示例单位","at":"2020-09-04T01:00:00Z","content":"{}","reason":""}}"#,
                "00".repeat(32)
            )
        );
        assert_eq!(Entry::read(&bytes), Some(entry));
        assert_eq!(Entry::read(b"{}"), None);
        assert_eq!(Entry::read(&[bytes.as_slice(), b" "].concat()), None);
    }
}
