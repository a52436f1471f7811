//! Words of the lists in a line, and words that give a person away: addresses to the door, minors, illnesses.

use super::{Hit, Rule, WordLists};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::ops::Range;

/// Words that make one look closer.
const TRIGGERS: [(&str, Trigger); 23] = [
    ("单元", Trigger::Door),
    ("号楼", Trigger::Door),
    ("室", Trigger::Door),
    ("岁", Trigger::Age),
    ("艾滋病", Trigger::Illness),
    ("乙肝", Trigger::Illness),
    ("肺结核", Trigger::Illness),
    ("精神分裂", Trigger::Illness),
    ("抑郁症", Trigger::Illness),
    ("癫痫", Trigger::Illness),
    ("尿毒症", Trigger::Illness),
    ("白血病", Trigger::Illness),
    ("恶性肿瘤", Trigger::Illness),
    ("癌", Trigger::Illness),
    ("脑梗", Trigger::Illness),
    ("脑瘫", Trigger::Illness),
    ("心脏病", Trigger::Illness),
    ("糖尿病", Trigger::Illness),
    ("梅毒", Trigger::Illness),
    ("肝硬化", Trigger::Illness),
    ("怀孕", Trigger::Illness),
    ("流产", Trigger::Illness),
    ("智力残疾", Trigger::Illness),
];

#[derive(Debug, Clone, Copy)]
enum Trigger {
    Door,
    Age,
    Illness,
}

/// The automata and what their words mean.
#[derive(Debug)]
pub(super) struct Wording {
    words: Option<AhoCorasick>,
    entries: Vec<(Rule, super::Entry)>,
    triggers: Option<AhoCorasick>,
}

fn automaton<'a>(words: impl Iterator<Item = &'a str>) -> Option<AhoCorasick> {
    let kind = Some(AhoCorasickKind::DFA);
    AhoCorasick::builder().kind(kind).match_kind(MatchKind::LeftmostLongest).build(words).ok()
}

impl Wording {
    pub(super) fn new(lists: &WordLists) -> Self {
        let entries = lists.entries().to_vec();
        Self {
            words: automaton(entries.iter().map(|(_, entry)| entry.word.as_str())),
            triggers: automaton(TRIGGERS.iter().map(|(word, _)| *word)),
            entries,
        }
    }

    pub(super) fn scan(&self, line: &str, hits: &mut Vec<Hit>) {
        for found in self.words.iter().flat_map(|words| words.find_iter(line)) {
            let Some((rule, entry)) = self.entries.get(found.pattern().as_usize()) else { continue };
            let range = found.range();
            if entry.except.iter().any(|context| stands_in(line, &range, &entry.word, context)) {
                continue;
            }
            hits.push(Hit {
                rule: *rule,
                replacement: (!entry.right.is_empty()).then(|| entry.right.clone()),
                note: entry.reason.clone(),
                range,
            });
        }
        for found in self.triggers.iter().flat_map(|triggers| triggers.find_iter(line)) {
            let Some((_, trigger)) = TRIGGERS.get(found.pattern().as_usize()) else { continue };
            hits.extend(match trigger {
                Trigger::Door => door(line, &found.range()),
                Trigger::Age => age(line, &found.range()),
                Trigger::Illness => illness(line, &found.range()),
            });
        }
    }
}

/// Whether a match is part of a longer word that is right.
fn stands_in(line: &str, range: &Range<usize>, word: &str, context: &str) -> bool {
    context.match_indices(word).any(|(at, _)| {
        let Some(start) = range.start.checked_sub(at) else { return false };
        line.get(start..start + context.len()) == Some(context)
    })
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十".contains(c) || c.is_ascii_uppercase()
}

/// `3号楼2单元501室`: from the house's number on. An office's own address is left.
fn door(line: &str, found: &Range<usize>) -> Option<Hit> {
    let before = line.get(..found.start)?;
    let after = line.get(found.end..)?;
    let word = line.get(found.clone())?;
    if !before.ends_with(is_numeral) {
        return None;
    }
    // What follows the word on the way to the door.
    let tail: usize = after
        .chars()
        .take(12)
        .take_while(|c| is_numeral(*c) || "号楼栋幢座层单元室户门-".contains(*c))
        .map(char::len_utf8)
        .sum();
    let way = after.get(..tail)?;
    let head: usize = before
        .chars()
        .rev()
        .take(14)
        .take_while(|c| is_numeral(*c) || "号楼栋幢座层单元期-".contains(*c))
        .map(char::len_utf8)
        .sum();
    let range = found.start - head..found.end + tail;
    let whole = line.get(range.clone())?;
    let houses = ["楼", "栋", "幢", "座", "单元"].iter().any(|word| whole.contains(word));
    let doors = whole.contains("单元") && (!way.is_empty() || word == "室") || word == "室" && houses;
    // A meeting room, an office's door.
    let office =
        ["办公", "地址", "地点", "窗口", "大厅", "中心", "会议", "机关", "评标", "开标", "递交", "报名"];
    if !doors || office.iter().any(|word| line.contains(word)) && !line.contains("住址") {
        return None;
    }
    Some(Hit { rule: Rule::Address, range, replacement: Some("***".to_owned()), note: String::new() })
}

/// A child's age beside a name.
fn age(line: &str, found: &Range<usize>) -> Option<Hit> {
    let before = line.get(..found.start)?;
    let digits: Vec<char> = before.chars().rev().map_while(|c| c.to_digit(10).map(|_| c)).take(3).collect();
    let number: u32 = digits.iter().rev().collect::<String>().parse().ok()?;
    if number >= 14 {
        return None;
    }
    let lead = before.get(..before.len() - digits.len())?;
    let person = lead.ends_with(['男', '女', '，', ',', '、', '（', '('])
        && (lead.contains('男') || lead.contains('女') || lead.contains('某'));
    let start = found.start - digits.len();
    person.then(|| Hit { rule: Rule::Minor, range: start..found.end, replacement: None, note: String::new() })
}

/// An illness in a line that speaks of one person.
fn illness(line: &str, found: &Range<usize>) -> Option<Hit> {
    let person = ["，男", "，女", ",男", ",女", "某某", "先生", "女士", "患者", "姓名", "户主", "申请人"];
    let has = ["患", "确诊", "病情", "病因", "因病", "致贫", "诊断", "残疾"];
    let speaks = person.iter().any(|word| line.contains(word)) && has.iter().any(|word| line.contains(word));
    speaks.then(|| Hit { rule: Rule::Health, range: found.clone(), replacement: None, note: String::new() })
}
