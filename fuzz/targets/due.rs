//! The words of dues. The first byte gives the year from context.

#![no_main]

use domain::plan::due::{self, Due};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((year, words)) = data.split_first() else { return };
    let Ok(words) = std::str::from_utf8(words) else { return };
    let year = (*year > 0).then(|| 1949 + i16::from(*year));
    let (read, findings) = due::parse(words, year);
    assert_eq!(read.text, words.trim());
    assert!(findings.iter().all(|finding| !finding.message.is_empty()));
    let json = serde_json::to_string(&read).unwrap_or_default();
    assert_eq!(serde_json::from_str::<Due>(&json).ok(), Some(read));
    let _ = due::first_year(words);
});
