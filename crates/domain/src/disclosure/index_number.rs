//! Index numbers (索引号): the agency's code, the year, a serial of that year. There is no national rule (the forms seen are
//! many); this is the commonest, `<code>/<year>-<serial>`. A number is given at the first publication and never again.

use std::fmt;

/// An index number such as `150626-012/2020-00001`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexNumber {
    /// The agency's code.
    pub code: String,
    /// The year of the first publication.
    pub year: i16,
    /// Serial within agency and year, from 1.
    pub serial: u32,
}

impl fmt::Display for IndexNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}-{:05}", self.code, self.year, self.serial)
    }
}

impl IndexNumber {
    /// Reads a number written so; `None` for any other form.
    pub fn read(text: &str) -> Option<Self> {
        let (code, rest) = text.trim().rsplit_once('/')?;
        let (year, serial) = rest.split_once('-')?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if code.is_empty() || year.len() != 4 || serial.len() < 5 || !digits(year) || !digits(serial) {
            return None;
        }
        let serial = serial.parse().ok().filter(|serial| *serial > 0)?;
        Some(Self { code: code.to_owned(), year: year.parse().ok()?, serial })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_survives_writing(code in "[0-9A-Z]{4,18}(-[0-9]{1,4})?", year in 1949_i16..2100, serial in 1_u32..2_000_000) {
            let number = IndexNumber { code, year, serial };
            prop_assert_eq!(IndexNumber::read(&number.to_string()), Some(number));
        }
    }

    #[test]
    fn other_forms_are_none() {
        for text in
            ["", "150626/2020", "150626/20-00001", "/2020-00001", "150626/2020-1", "150626/2020-00000"]
        {
            assert_eq!(IndexNumber::read(text), None, "{text}");
        }
    }
}
