//! What must not be published as it stands: personal data, wrong and forbidden words, slips of the pen. Lines are looked at
//! one by one, so a text may come in pieces; each hit has its bytes, its rule and, where there is one, what to put instead.

mod character;
mod column;
mod line;
mod number;
mod personal;
mod wording;
mod words;

pub use column::{heading, in_column};
pub use number::is_identity_number;
pub use words::{Entry, WordLists};

use crate::finding::Severity;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use wording::Wording;

/// Words kept in the record, with the words people read, how much it matters and why.
macro_rules! rules {
    ($($(#[$attribute:meta])* $variant:ident = $word:literal, $severity:ident, $label:literal, $basis:literal;)+) => {
        /// What a hit is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Rule {
            $(#[doc = $label] $(#[$attribute])* $variant,)+
        }

        impl Rule {
            /// Every rule, personal data first.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word kept in the record.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The term people read.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// How much it matters: errors are masked or a reason is given.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// Why it matters and what to do.
            pub fn basis(self) -> &'static str {
                match self { $(Self::$variant => $basis,)+ }
            }
        }
    };
}

rules! {
    Identity = "identity", Error, "身份证号", "身份证号属于个人信息，公开前应当遮盖（个人信息保护法第二十八条；政府信息公开条例第十五条）。";
    IdentityOld = "identity_old", Warning, "疑似15位身份证号", "15位旧身份证号也是个人信息。确认是的，请遮盖。";
    IdentityDoubtful = "identity_doubtful", Warning, "疑似身份证号", "像身份证号，但校验位不对，可能录错了一位。请核对；是身份证号的，请遮盖。";
    OverShown = "over_shown", Error, "遮盖不足", "遮盖后仍能推出原号码。身份证号最多保留前6位和后4位，手机号最多保留前3位和后4位。";
    Mobile = "mobile", Error, "手机号", "手机号属于个人信息。是个人的，请遮盖；是办公用的，请改用固定电话，或者注明理由。";
    Telephone = "telephone", Warning, "固定电话", "看不出是办公电话。是住宅电话的，请遮盖。";
    OfficeTelephone = "office_telephone", Info, "办公电话", "是对外公布的办公电话，可以公开。请核对号码是否正确。";
    Card = "card", Error, "银行卡号", "银行账号属于敏感个人信息，公开前应当遮盖（个人信息保护法第二十八条）。";
    CardDoubtful = "card_doubtful", Warning, "疑似银行卡号", "像银行卡号。确认是的，请遮盖；是编号的，可以不改。";
    Mail = "mail", Warning, "电子邮箱", "个人邮箱属于个人信息。是个人的，请遮盖。";
    OfficeMail = "office_mail", Info, "办公邮箱", "是机关的邮箱，可以公开。请核对是否正确。";
    Plate = "plate", Warning, "车牌号", "个人车辆的号牌属于个人信息。是个人的，请遮盖。";
    Address = "address", Warning, "住址到门牌", "住址写到门牌属于个人信息。写到嘎查（村）、社区即可。";
    Minor = "minor", Warning, "未成年人信息", "不满十四周岁未成年人的信息属于敏感个人信息（个人信息保护法第二十八条）。姓名请以“某”代替。";
    Health = "health", Warning, "个人健康信息", "个人的病情属于敏感个人信息（个人信息保护法第二十八条）。请删去，或者不写姓名。";
    Wrong = "wrong", Warning, "错别字", "常见错别字。";
    Forbidden = "forbidden", Error, "不规范用语", "不应使用的说法。";
    Outdated = "outdated", Info, "旧名称", "机构或领域的名称已经改变。说的是改名以前的事，可以不改。";
    Repeated = "repeated", Warning, "重复", "同样的话连写了两遍。请删去多余的。";
    ImpossibleDate = "impossible_date", Error, "不存在的日期", "没有这一天。请核对。";
    NumberForm = "number_form", Warning, "文号写法", "文号的年份应当用六角括号〔〕，序号不加“第”，不编虚位（GB/T 9704）。";
    Unpaired = "unpaired", Warning, "括号不成对", "括号或书名号只有一半。请补上或删去。";
    FullWidth = "full_width", Info, "全角数字", "数字应当用半角（GB/T 15835）。";
    BadCharacter = "bad_character", Warning, "乱码或不可见字符", "这里有显示不出来的字符，公众可能看到方框或乱码。请删去重新输入。";
}

impl Rule {
    /// Whether it is about a person.
    pub fn is_personal(self) -> bool {
        self <= Self::Health
    }
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is about.
    pub rule: Rule,
    /// The bytes of the text.
    pub range: Range<usize>,
    /// What may stand there instead: a mask, or the right word.
    pub replacement: Option<String>,
    /// Why, when more can be said than the rule's own words.
    pub note: String,
}

/// Looks for everything; built once, shared by all.
#[derive(Debug)]
pub struct Scanner {
    wording: Wording,
}

impl Scanner {
    /// A scanner for these words.
    pub fn new(words: &WordLists) -> Self {
        Self { wording: Wording::new(words) }
    }

    /// Everything found in a text, in the order of the text.
    ///
    /// ```
    /// use domain::scan::{Rule, Scanner, WordLists};
    /// let scanner = Scanner::new(&WordLists::usual());
    /// let hits = scanner.scan("联系人张某某，手机13812345678。");
    /// assert_eq!((hits[0].rule, hits[0].replacement.as_deref()), (Rule::Mobile, Some("138****5678")));
    /// ```
    pub fn scan(&self, text: &str) -> Vec<Hit> {
        let mut stream = Stream::new(self);
        let mut hits = stream.push(text);
        hits.append(&mut stream.finish());
        hits
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new(&WordLists::usual())
    }
}

/// A text that comes in pieces; places count from the beginning of the first.
#[derive(Debug)]
pub struct Stream<'a> {
    scanner: &'a Scanner,
    /// The line not ended yet.
    line: String,
    /// Where that line begins.
    start: usize,
    /// The last line that says something.
    before: String,
    seen: character::Seen,
}

impl<'a> Stream<'a> {
    /// Nothing read yet.
    pub fn new(scanner: &'a Scanner) -> Self {
        Self {
            scanner,
            line: String::new(),
            start: 0,
            before: String::new(),
            seen: character::Seen::default(),
        }
    }

    /// Reads a piece; what the lines ended by it hold.
    pub fn push(&mut self, piece: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut rest = piece;
        while let Some(end) = rest.find('\n') {
            let (line, after) = rest.split_at(end);
            if self.line.is_empty() {
                self.end_line(line, &mut hits);
            } else {
                self.line.push_str(line);
                let line = std::mem::take(&mut self.line);
                self.end_line(&line, &mut hits);
            }
            self.start += 1;
            rest = after.get(1..).unwrap_or_default();
        }
        self.line.push_str(rest);
        hits
    }

    /// What the last line holds.
    pub fn finish(&mut self) -> Vec<Hit> {
        let mut hits = Vec::new();
        let line = std::mem::take(&mut self.line);
        self.end_line(&line, &mut hits);
        hits
    }

    fn end_line(&mut self, line: &str, hits: &mut Vec<Hit>) {
        let mut found = line::scan(line, &self.scanner.wording, &mut self.seen);
        let trimmed = line.trim();
        if trimmed.len() >= REPEATED_LINE_BYTES && trimmed == self.before {
            let start = line.len() - line.trim_start().len();
            found.push(Hit {
                rule: Rule::Repeated,
                range: start..start + trimmed.len(),
                replacement: None,
                note: "这一段与上一段相同。".to_owned(),
            });
        }
        if !trimmed.is_empty() {
            self.before.clear();
            self.before.push_str(trimmed);
        }
        for hit in &mut found {
            hit.range = self.start + hit.range.start..self.start + hit.range.end;
        }
        hits.append(&mut found);
        self.start += line.len();
    }
}

/// Two equal lines shorter than this are no slip: cells, headings.
const REPEATED_LINE_BYTES: usize = 60;

/// The text with masks in the place of personal data that has one; of hits over each other the first holds.
pub fn mask(text: &str, hits: &[Hit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for hit in hits.iter().filter(|hit| hit.rule.is_personal() && hit.rule.severity() != Severity::Info) {
        let Some(replacement) = &hit.replacement else { continue };
        if hit.range.start < at {
            continue;
        }
        out.push_str(text.get(at..hit.range.start).unwrap_or_default());
        out.push_str(replacement);
        at = hit.range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
