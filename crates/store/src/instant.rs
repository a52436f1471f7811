//! Instants and dates as the tables keep them: microseconds since 1970, and `YYYY-MM-DD`; both sort and compare alike
//! in both databases.

use crate::{Error, Result};
use jiff::Timestamp;
use jiff::civil::Date;

/// A stored instant.
pub(crate) fn instant(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|_| Error::Unreadable(format!("instant {micros}")))
}

/// A stored date.
pub(crate) fn date(text: &str) -> Result<Date> {
    text.parse().map_err(|_| Error::Unreadable(format!("date {text}")))
}

/// A stored date that may be missing.
pub(crate) fn date_or_none(text: Option<&String>) -> Result<Option<Date>> {
    text.map(|text| date(text)).transpose()
}

/// A stored word of an enum.
pub(crate) fn word<T>(found: Option<T>, word: &str) -> Result<T> {
    found.ok_or_else(|| Error::Unreadable(format!("word {word}")))
}

/// The word an enum of the domain is written with in JSON.
pub(crate) fn json_word(value: &impl serde::Serialize) -> Result<String> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(Error::Unreadable(other.to_string())),
    }
}

/// The enum of such a word.
pub(crate) fn from_json_word<T: serde::de::DeserializeOwned>(word: &str) -> Result<T> {
    Ok(serde_json::from_value(serde_json::Value::String(word.to_owned()))?)
}
