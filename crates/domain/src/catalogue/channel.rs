//! Channels and carriers (公开渠道和载体): the standard table's boxes and what stands beside them. Names and their
//! variants are data: `data/channels.toml`.

use crate::text::half_width;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// One box of the standard table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Box {
    /// A stable word for programs.
    pub word: String,
    /// Its name in the standard table.
    pub name: String,
    alias: Vec<String>,
    holds: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    channel: Vec<Box>,
}

struct Vocabulary {
    boxes: Vec<Box>,
    /// Names and aliases in reading form with their box, longest first.
    names: Vec<(Vec<char>, usize)>,
    exact: HashMap<String, usize>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    // The file is part of the program and a test reads it, so an unreadable one cannot be shipped.
    let file = toml::from_str::<File>(include_str!("../../../../data/channels.toml"));
    let boxes = file.map(|file| file.channel).unwrap_or_default();
    let mut exact = HashMap::new();
    for (index, known) in boxes.iter().enumerate() {
        for name in std::iter::once(&known.name).chain(&known.alias) {
            exact.entry(key(name)).or_insert(index);
        }
    }
    let mut names: Vec<(Vec<char>, usize)> =
        exact.iter().map(|(name, index)| (name.chars().collect(), *index)).collect();
    names.sort_by(|one, two| two.0.len().cmp(&one.0.len()).then_with(|| one.0.cmp(&two.0)));
    Vocabulary { boxes, names, exact }
});

/// Every box of the standard table, in its order.
pub fn boxes() -> &'static [Box] {
    &VOCABULARY.boxes
}

/// The word of what is none of the boxes.
const OTHER: &str = "other";

/// The form in which names are compared.
fn key(name: &str) -> String {
    name.chars().filter_map(half_width).collect()
}

/// A channel by its name: a standard one where the words mean just that, else the office's own words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Channel(Cow<'static, str>);

impl Channel {
    /// Reads one name. Empty words are no channel.
    pub fn parse(words: &str) -> Option<Self> {
        let written: String = words.split_whitespace().collect();
        let written = written.trim_matches(['；', ';', '，', ',', '、', '。', '：', ':', '_', '＿']);
        if written.is_empty() {
            return None;
        }
        if let Some(index) = VOCABULARY.exact.get(&key(written)) {
            return boxes().get(*index).map(|known| Self(Cow::Borrowed(&known.name)));
        }
        for lead in ["其他", "其它"] {
            if let Some(rest) = written.strip_prefix(lead) {
                let rest = rest.trim_start_matches(['：', ':', '_', '＿', '-', '—', '（', '(']);
                let rest = rest.trim_end_matches(['）', ')']).trim_end_matches(['_', '＿']);
                return Some(Self(if rest.is_empty() {
                    "其他".into()
                } else {
                    format!("其他：{rest}").into()
                }));
            }
        }
        Some(Self(written.to_owned().into()))
    }

    /// Its name: the standard one or the office's own.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The word of its box; `other` for what fits none.
    pub fn word(&self) -> &'static str {
        let key = key(&self.0);
        let own =
            || boxes().iter().position(|known| known.holds.iter().any(|part| key.contains(part.as_str())));
        let index = VOCABULARY.exact.get(&key).copied().or_else(own);
        index.and_then(|index| boxes().get(index)).map_or(OTHER, |known| known.word.as_str())
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Channel {
    fn from(words: String) -> Self {
        Self::parse(&words).unwrap_or(Self(Cow::Borrowed("其他")))
    }
}

impl From<Channel> for String {
    fn from(channel: Channel) -> Self {
        channel.0.into_owned()
    }
}

/// The channels of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Channels {
    /// Ticked, or simply named.
    pub chosen: Vec<Channel>,
    /// Named beside an empty box: offered by the form, not chosen.
    pub open: Vec<Channel>,
    /// There are boxes but none is ticked: the ticks may have been lost on the way.
    pub unticked: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Ticked,
    Empty,
}

/// Reads a cell: a list of boxes (■ ▄ ▲ ◆ ● ☑ √, □ ☐ 口 ○, and the letters t, R, £ that Wingdings boxes turn into), or
/// plain names with any separator between them, words broken anywhere.
pub fn parse(cell: &str) -> Channels {
    let mut channels = Channels::default();
    let pieces = pieces(cell);
    let boxed = pieces.iter().any(|(mark, _)| mark.is_some());
    for (mark, words) in &pieces {
        let list = if *mark == Some(Mark::Empty) { &mut channels.open } else { &mut channels.chosen };
        for channel in split(words) {
            if !list.contains(&channel) {
                list.push(channel);
            }
        }
    }
    let Channels { chosen, open, .. } = &mut channels;
    open.retain(|channel| !chosen.contains(channel));
    channels.unticked = boxed && channels.chosen.is_empty() && !channels.open.is_empty();
    channels
}

/// Writes a cell that [`parse`] reads as the same: plain names where nothing is offered, else boxes.
pub fn words(chosen: &[Channel], open: &[Channel]) -> String {
    if open.is_empty() {
        return chosen.iter().map(Channel::name).collect::<Vec<_>>().join("；");
    }
    let chosen = chosen.iter().map(|channel| format!("■{channel}"));
    chosen.chain(open.iter().map(|channel| format!("□{channel}"))).collect::<Vec<_>>().join("\n")
}

/// The cell at its boxes: each mark with the words up to the next.
fn pieces(cell: &str) -> Vec<(Option<Mark>, String)> {
    let chars: Vec<char> = cell.chars().collect();
    let mut pieces: Vec<(Option<Mark>, String)> = Vec::new();
    let mut words = String::new();
    let mut mark = None;
    for (at, c) in chars.iter().enumerate() {
        match mark_at(&chars, at) {
            Some(found) => {
                if !words.trim().is_empty() {
                    pieces.push((mark, std::mem::take(&mut words)));
                }
                words.clear();
                mark = Some(found);
            }
            None => words.push(*c),
        }
    }
    if !words.trim().is_empty() {
        pieces.push((mark, words));
    }
    pieces
}

fn mark_at(chars: &[char], at: usize) -> Option<Mark> {
    let before = at.checked_sub(1).and_then(|index| chars.get(index));
    let lone_letter = || {
        let after = chars.get(at + 1).is_some_and(|c| !c.is_ascii_alphanumeric());
        after && before.is_none_or(|c| !c.is_ascii_alphanumeric())
    };
    match chars.get(at)? {
        '■' | '▄' | '▲' | '◆' | '●' | '☑' | '√' | '✓' | '✔' | '☒' | '█' | '\u{f052}' => {
            Some(Mark::Ticked)
        }
        '□' | '☐' | '○' | '〇' | '◇' | '△' | '£' | '￡' | '\u{f0a3}' => Some(Mark::Empty),
        't' | 'R' if lone_letter() => Some(Mark::Ticked),
        '口' if before.is_none_or(|c| !matches!(c, '窗' | '户' | '出' | '进')) && named(chars, at + 1) => {
            Some(Mark::Empty)
        }
        _ => None,
    }
}

/// Whether a known name begins here.
fn named(chars: &[char], at: usize) -> bool {
    let rest: Vec<char> =
        chars.get(at..).unwrap_or_default().iter().filter_map(|c| half_width(*c)).take(6).collect();
    VOCABULARY.names.iter().any(|(name, _)| {
        let length = name.len().min(rest.len());
        length >= 2 && name.get(..length) == rest.get(..length)
    })
}

/// The channels of words without boxes.
fn split(words: &str) -> Vec<Channel> {
    // Each character with whether white space stood before it.
    let mut chars: Vec<(char, bool)> = Vec::new();
    let mut gap = false;
    for c in words.chars() {
        if c.is_whitespace() {
            gap = true;
        } else {
            chars.push((c, gap));
            gap = false;
        }
    }
    let mut channels: Vec<Channel> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        at = after_number(&chars, at);
        let end = known_end(&chars, at).unwrap_or_else(|| unknown_end(&chars, at));
        let name: String = chars.get(at..end).unwrap_or_default().iter().map(|(c, _)| *c).collect();
        if let Some(channel) = Channel::parse(&name).filter(|channel| !channels.contains(channel)) {
            channels.push(channel);
        }
        at = end.max(at + 1);
    }
    channels
}

/// `1.政府网站 2.两微一端`: the number is the list's.
fn after_number(chars: &[(char, bool)], at: usize) -> usize {
    let rest = chars.get(at..).unwrap_or_default();
    let digits = rest.iter().take(2).take_while(|(c, _)| c.is_ascii_digit()).count();
    match rest.get(digits) {
        Some(('.' | '．' | '、', _)) if digits > 0 => at + digits + 1,
        _ => at,
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '；' | ';' | '，' | ',' | '、' | '。' | '|' | '\u{b7}')
}

/// Where a known name that begins here ends, if nothing of the same word follows it.
fn known_end(chars: &[(char, bool)], at: usize) -> Option<usize> {
    let rest: Vec<char> = chars.get(at..)?.iter().take(40).filter_map(|(c, _)| half_width(*c)).collect();
    let name =
        VOCABULARY.names.iter().find(|(name, _)| rest.starts_with(name)).map(|(name, _)| name.len())?;
    let follows = chars.get(at + name);
    let whole = follows.is_none_or(|(c, gap)| *gap || is_separator(*c)) || known_begins(chars, at + name);
    whole.then_some(at + name)
}

fn known_begins(chars: &[(char, bool)], at: usize) -> bool {
    let rest: Vec<char> =
        chars.get(at..).unwrap_or_default().iter().take(40).filter_map(|(c, _)| half_width(*c)).collect();
    VOCABULARY.names.iter().any(|(name, _)| name.len() >= 3 && rest.starts_with(name))
}

/// Where an office's own name ends: at a separator outside brackets, or at white space.
fn unknown_end(chars: &[(char, bool)], at: usize) -> usize {
    let mut depth = 0_usize;
    for (index, (c, gap)) in chars.iter().enumerate().skip(at) {
        match c {
            '（' | '(' | '《' => depth += 1,
            '）' | ')' | '》' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (is_separator(*c) || (*gap && index > at)) {
            return index;
        }
    }
    chars.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(channels: &[Channel]) -> Vec<&str> {
        channels.iter().map(Channel::name).collect()
    }

    #[test]
    fn the_vocabulary_reads_and_its_words_are_unique() {
        assert_eq!(boxes().len(), 14);
        let words: std::collections::BTreeSet<_> = boxes().iter().map(|known| &known.word).collect();
        assert_eq!(words.len(), boxes().len());
        for known in boxes() {
            assert_eq!(Channel::parse(&known.name).unwrap().name(), known.name);
            assert_eq!(Channel::parse(&known.name).unwrap().word(), known.word);
        }
    }

    #[test]
    fn boxes_of_every_kind() {
        for cell in [
            "■政府网站 □政府公报\n■两微一端 □发布会/听证会",
            "■政府网站口政府公报■两微一端口发布会/听证会",
            "▄政府网站\n口政府公报\n▄两微一端\n口发布会听证会",
            "t政府网站 £政府公报 t两微一端 £发布会/听证会",
            "R政府门户网站£政府公报R微信公众号£发布会、听证会",
            "▲政 府网站□政府公\n报▲两微一端□发布会/听证会",
        ] {
            let read = parse(cell);
            assert_eq!(names(&read.chosen), ["政府网站", "两微一端"], "{cell}");
            assert_eq!(names(&read.open), ["政府公报", "发布会/听证会"], "{cell}");
            assert!(!read.unticked);
        }
    }

    #[test]
    fn plain_names_with_any_separator() {
        for cell in [
            "政府网站、两微一端、社区/企事业单位/村公示栏（电子屏）",
            "1.政府网站 2.两微一端 3.社区/企事业单位、村公示栏（电子屏）",
            "政府网站；两微一端\n社区/企事业单位/村公示栏(电\n子屏)",
            "政府网站两微一端社区/村公示栏",
        ] {
            let chosen = parse(cell).chosen;
            assert_eq!(
                names(&chosen),
                ["政府网站", "两微一端", "社区/企事业单位/村公示栏（电子屏）"],
                "{cell}"
            );
        }
    }

    #[test]
    fn an_offices_own_names_are_kept() {
        let read = parse("■政府网站 ■投资项目在线审批监管平台 ■其他:嘎查微信群 □其他_");
        assert_eq!(names(&read.chosen), ["政府网站", "投资项目在线审批监管平台", "其他：嘎查微信群"]);
        assert_eq!(names(&read.open), ["其他"]);
        let own = Channel::parse("县人民政府网站的教育局栏目").unwrap();
        assert_eq!((own.name(), own.word()), ("县人民政府网站的教育局栏目", "website"));
        assert_eq!(Channel::parse("信用中国").unwrap().word(), "other");
        assert_eq!(names(&parse("办事窗口、户口公示栏").chosen), ["政务服务中心", "户口公示栏"]);
    }

    #[test]
    fn boxes_without_a_tick_are_not_taken_for_no() {
        let read = parse("□政府网站□政府公报");
        assert!(read.unticked && read.chosen.is_empty());
        assert_eq!(read.open.len(), 2);
        assert_eq!(parse(" "), Channels::default());
    }

    #[test]
    fn what_is_written_is_read_again() {
        for (chosen, open) in [
            (vec!["政府网站", "12345政务服务热线"], vec![]),
            (vec!["政府网站"], vec!["政府公报", "其他"]),
            (vec!["其他：嘎查微信群", "信用中国网站"], vec!["入户/现场"]),
        ] {
            let list =
                |names: &[&str]| -> Vec<Channel> { names.iter().filter_map(|n| Channel::parse(n)).collect() };
            let (chosen, open) = (list(&chosen), list(&open));
            let read = parse(&words(&chosen, &open));
            assert_eq!((read.chosen, read.open), (chosen, open));
        }
    }
}
