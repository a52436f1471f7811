//! Cells of responsible units. No mention may be empty, and what a mention says must be read as that mention again.

#![no_main]

use domain::plan::mention::{self, UnitRole};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((role, words)) = data.split_first() else { return };
    let Ok(words) = std::str::from_utf8(words) else { return };
    let role = [UnitRole::Responsible, UnitRole::Lead, UnitRole::Cooperating][usize::from(*role) % 3];
    let (units, _) = mention::parse(words, role);
    assert!(units.iter().all(|unit| !unit.text.is_empty() && !unit.text.contains(['\n', ' '])));
    let _ = domain::sector::named_in(words);
});
