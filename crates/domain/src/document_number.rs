//! Document numbers (文号): agency words, year, serial — `乌政务发〔2020〕10号`.
//! Written one way (GB/T 9704: hexagonal brackets, no 第, no leading zero), read from the many ways offices type it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A document number such as `乌政务发〔2020〕10号`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DocumentNumber {
    /// Agency words (机关代字), e.g. `乌政务发`.
    pub agency: String,
    /// Four-digit year.
    pub year: i16,
    /// Serial within the year, from 1.
    pub serial: u32,
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}〔{}〕{}号", self.agency, self.year, self.serial)
    }
}

impl DocumentNumber {
    /// Reads a number however the brackets are typed (`【2021】`, `(2014)`, `﹝2016﹞`, a lost closing bracket).
    /// `None` when there is no agency, no plausible year (1949–2099) or no serial.
    ///
    /// ```
    /// use domain::document_number::DocumentNumber;
    /// assert_eq!(DocumentNumber::read("国办发〔201680号").unwrap().to_string(), "国办发〔2016〕80号");
    /// ```
    pub fn read(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
        let open = text.find(['〔', '﹝', '[', '【', '(', '［'])?;
        let agency = text.get(..open)?;
        let mut rest = text.get(open..)?.chars().skip(1);
        let year: String = rest.by_ref().take(4).collect();
        let rest: String = rest.collect();
        let rest = rest.trim_start_matches(['〕', '﹞', ']', '】', ')', '］']).trim_start_matches('第');
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if agency.is_empty() || !rest.get(digits.len()..)?.starts_with('号') {
            return None;
        }
        let year: i16 = year.parse().ok().filter(|year| (1949..=2099).contains(year))?;
        let serial: u32 = digits.parse().ok().filter(|serial| *serial > 0)?;
        Some(Self { agency: agency.to_owned(), year, serial })
    }
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from(b'0' + u8::try_from(c as u32 - '０' as u32).unwrap_or(0)),
        '（' => '(',
        '）' => ')',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_seen_on_real_pages() {
        for (typed, written) in [
            ("乌政务发〔2020〕10号", "乌政务发〔2020〕10号"),
            ("内政公发【2021】1号", "内政公发〔2021〕1号"),
            ("辽政办发(2014)74号", "辽政办发〔2014〕74号"),
            ("辽政办发（２０１４）７４号", "辽政办发〔2014〕74号"),
            ("中办发﹝2016﹞8号", "中办发〔2016〕8号"),
            ("税总发〔201744号", "税总发〔2017〕44号"),
            ("鄂康政办发[2020] 第030号", "鄂康政办发〔2020〕30号"),
        ] {
            assert_eq!(
                DocumentNumber::read(typed).map(|n| n.to_string()).as_deref(),
                Some(written),
                "{typed}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        for typed in [
            "",
            "国令第711号",
            "〔2020〕10号",
            "乌政务发〔20〕10号",
            "乌政务发〔2020〕0号",
            "乌政务发〔2020〕10",
        ] {
            assert_eq!(DocumentNumber::read(typed), None, "{typed}");
        }
    }
}
