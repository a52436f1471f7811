//! An official letter (公文) as a value: what stands on the page, in the order of GB/T 9704-2012.
//! How it looks on paper is `print`'s affair, how it looks in Word `tables::letter`'s.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most text one letter may carry, in characters: about 200 pages, far beyond any real one.
pub const LETTER_CHARACTERS: usize = 120_000;

/// A letter, from the red head (发文机关标志) to the copies (抄送).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The words of the red head (发文机关标志), e.g. `乌审旗人民政府办公室文件`; no red head when empty.
    pub agency: String,
    /// The document number (发文字号) as written, e.g. `乌政公开督〔2026〕3号`.
    pub number: Option<String>,
    /// The title (标题).
    pub title: String,
    /// To whom (主送机关), without the colon.
    pub addressee: Option<String>,
    /// The text (正文).
    pub body: Vec<Block>,
    /// Names of the attachments (附件说明), without their numbers.
    pub attachments: Vec<String>,
    /// Who signs (发文机关署名).
    pub signature: String,
    /// The day it was formed (成文日期).
    pub date: Date,
    /// The note (附注) without brackets, e.g. `此件公开发布`.
    pub note: Option<String>,
    /// The copies and the printing office (版记).
    pub copies: Option<Copies>,
    /// The letter shows invented data and must say so on every page.
    pub sample: bool,
}

/// One piece of a letter's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paragraph, with its heading if it has one.
    Paragraph(Paragraph),
    /// A two-column table of names and values.
    Facts(Vec<Fact>),
}

/// A row of the table of facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is, e.g. `责任单位`.
    pub name: String,
    /// The fact itself; may hold line breaks.
    pub value: String,
}

/// How deep a heading stands (结构层次序数).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Running text.
    Body,
    /// `一、`, set in 黑体.
    First,
    /// `（一）`, set in 楷体.
    Second,
    /// `1.`, set in 仿宋.
    Third,
    /// `（1）`, set in 仿宋.
    Fourth,
}

/// A paragraph: the words set as a heading, then running text on the same line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// How deep its heading stands; [`Level::Body`] when there is none.
    pub level: Level,
    /// The words set in the heading's face, with their number; empty for running text.
    pub heading: String,
    /// The running text; empty when the paragraph is all heading.
    pub text: String,
}

/// The foot of the last page (版记).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copies {
    /// Who gets a copy (抄送机关), without the final full stop.
    pub copy_to: Option<String>,
    /// Who printed it (印发机关).
    pub issuer: String,
    /// When it was printed (印发日期).
    pub issued_on: Date,
}

impl Paragraph {
    /// Reads one line of text. A numbered line without closing punctuation is a heading; a numbered line whose first
    /// sentence is short and followed by more is a run-in heading; any other line is running text, number and all.
    ///
    /// ```
    /// use domain::letter::{Level, Paragraph};
    /// let run_in = Paragraph::read("一、落实责任。各单位要明确专人负责。");
    /// assert_eq!((run_in.level, run_in.heading.as_str()), (Level::First, "一、落实责任。"));
    /// assert_eq!(run_in.text, "各单位要明确专人负责。");
    /// ```
    pub fn read(line: &str) -> Self {
        let line = line.trim();
        let level = level_of(line);
        let plain = |level| Self { level, heading: String::new(), text: line.to_owned() };
        if matches!(level, Level::Body | Level::Third | Level::Fourth) {
            return plain(level);
        }
        if let Some((head, rest)) = line.split_once('。').filter(|(_, rest)| !rest.trim().is_empty()) {
            if head.chars().count() > RUN_IN_CHARACTERS {
                return plain(Level::Body);
            }
            return Self { level, heading: format!("{head}。"), text: rest.trim_start().to_owned() };
        }
        let closed = line.ends_with(['。', '；', '！', '？', '，', '：', '.', ';', '!', '?', ':', ',']);
        if closed || line.chars().count() > HEADING_CHARACTERS {
            return plain(Level::Body);
        }
        Self { level, heading: line.to_owned(), text: String::new() }
    }
}

/// A heading longer than two printed lines is not a heading.
const HEADING_CHARACTERS: usize = 56;
/// A first sentence longer than a printed line is a sentence, not a run-in heading.
const RUN_IN_CHARACTERS: usize = 30;

/// The blocks of a text typed with one paragraph a line; empty lines are left out.
pub fn paragraphs(text: &str) -> Vec<Block> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| Block::Paragraph(Paragraph::read(line)))
        .collect()
}

/// A date as letters write it: Arabic digits, no leading zero, `2026年11月23日` (GB/T 9704-2012, 7.3.5.4).
pub fn written_date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

impl Letter {
    /// How many characters the whole letter holds, to be held against [`LETTER_CHARACTERS`].
    pub fn characters(&self) -> usize {
        let optional = |text: &Option<String>| text.as_deref().map_or(0, |text| text.chars().count());
        let body: usize = self
            .body
            .iter()
            .map(|block| match block {
                Block::Paragraph(paragraph) => {
                    paragraph.heading.chars().count() + paragraph.text.chars().count()
                }
                Block::Facts(facts) => {
                    facts.iter().map(|fact| fact.name.chars().count() + fact.value.chars().count()).sum()
                }
            })
            .sum();
        let copies = self
            .copies
            .as_ref()
            .map_or(0, |copies| optional(&copies.copy_to) + copies.issuer.chars().count());
        body + copies
            + self.agency.chars().count()
            + self.title.chars().count()
            + self.signature.chars().count()
            + optional(&self.number)
            + optional(&self.addressee)
            + optional(&self.note)
            + self.attachments.iter().map(|name| name.chars().count()).sum::<usize>()
    }
}

fn level_of(line: &str) -> Level {
    let han = |c: char| "一二三四五六七八九十百".contains(c);
    if let Some(rest) = line.strip_prefix(['（', '(']) {
        let Some((number, _)) = rest.split_once(['）', ')']) else { return Level::Body };
        if number.is_empty() {
            return Level::Body;
        }
        if number.chars().all(han) {
            return Level::Second;
        }
        if number.chars().all(|c| c.is_ascii_digit()) && number.len() <= 3 {
            return Level::Fourth;
        }
        return Level::Body;
    }
    let after_han = line.trim_start_matches(han);
    if after_han.len() < line.len() && after_han.starts_with('、') {
        return Level::First;
    }
    let after_digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - after_digits.len();
    let mut rest = after_digits.chars();
    let dotted = matches!(rest.next(), Some('.' | '．' | '、'));
    // `3.5%` and `2020.9.4` are figures, not the number of a heading.
    let figure = rest.next().is_some_and(|c| c.is_ascii_digit());
    if (1..=3).contains(&digits) && dotted && !figure { Level::Third } else { Level::Body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn read(line: &str) -> (Level, String, String) {
        let paragraph = Paragraph::read(line);
        (paragraph.level, paragraph.heading, paragraph.text)
    }

    #[test]
    fn numbers_tell_the_level() {
        let levels = |line: &str| Paragraph::read(line).level;
        assert_eq!(levels("一、总体要求"), Level::First);
        assert_eq!(levels("十二、保障措施"), Level::First);
        assert_eq!(levels("（三）编制目录"), Level::Second);
        assert_eq!(levels("(三)编制目录"), Level::Second);
        assert_eq!(levels("1. 明确专人。"), Level::Third);
        assert_eq!(levels("（1）每周报送。"), Level::Fourth);
        for plain in [
            "",
            "一方面要加强领导",
            "（以下简称旗政府）各部门",
            "2020年9月4日前",
            "3.5%的事项",
            "（）",
            "（a）甲",
        ] {
            assert_eq!(read(plain), (Level::Body, String::new(), plain.to_owned()), "{plain}");
        }
    }

    #[test]
    fn a_sentence_with_a_number_stays_running_text() {
        let listed = "一、旗政务服务局于2020年9月4日前完成目录编制；";
        assert_eq!(read(listed), (Level::Body, String::new(), listed.to_owned()));
        let long = "（一）各苏木镇、各有关部门要对照国务院部门制定的二十六个试点领域标准指引逐项梳理公开事项。逾期通报。";
        assert_eq!(read(long), (Level::Body, String::new(), long.to_owned()));
    }

    #[test]
    fn run_in_headings_keep_every_word() {
        assert_eq!(
            read("（二）按时答复。请于3日内答复。逾期通报。"),
            (Level::Second, "（二）按时答复。".into(), "请于3日内答复。逾期通报。".into())
        );
    }

    #[test]
    fn a_text_is_its_lines() {
        let blocks = paragraphs("一、事由\n\n  目录未编制。\r\n");
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[1], Block::Paragraph(Paragraph::read("目录未编制。")));
    }

    #[test]
    fn dates_have_no_leading_zero() {
        assert_eq!(written_date(date(2026, 1, 5)), "2026年1月5日");
    }
}
