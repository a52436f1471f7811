//! Unit mentions (责任单位): the words of a cell taken apart into units and groups, each kept as written. Who is meant
//! is resolved later by [`crate::unit::Directory`].

use crate::finding::Finding;
use crate::text::head;
use serde::{Deserialize, Serialize};

/// What a mention names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentionKind {
    /// One unit.
    #[default]
    Unit,
    /// A name that stands for a set of units (各苏木镇).
    Group,
}

/// The part a mention plays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitRole {
    /// 责任单位; not written out in JSON.
    #[default]
    Responsible,
    /// 牵头单位.
    Lead,
    /// 配合单位.
    Cooperating,
}

impl UnitRole {
    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Responsible => "责任",
            Self::Lead => "牵头",
            Self::Cooperating => "配合",
        }
    }

    fn is_default(&self) -> bool {
        *self == Self::Responsible
    }
}

/// A unit or group named in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitMention {
    /// The name as written, without the line breaks of its cell.
    pub text: String,
    /// A unit or a group.
    pub kind: MentionKind,
    /// Its part.
    #[serde(default, skip_serializing_if = "UnitRole::is_default")]
    pub role: UnitRole,
}

/// What unit names end in. A name that ends so is complete: a separator may follow.
const ENDINGS: [&str; 58] = [
    "局",
    "委",
    "办",
    "中心",
    "镇",
    "苏木",
    "委员会",
    "政府",
    "部",
    "厅",
    "院",
    "队",
    "站",
    "所",
    "公司",
    "学校",
    "银行",
    "办公室",
    "街道",
    "乡",
    "嘎查",
    "村",
    "社区",
    "园区",
    "开发区",
    "管委会",
    "协会",
    "联合会",
    "工会",
    "妇联",
    "残联",
    "团委",
    "工商联",
    "文联",
    "科协",
    "红十字会",
    "法院",
    "检察院",
    "部门",
    "单位",
    "科",
    "室",
    "处",
    "股",
    "组",
    "馆",
    "台",
    "社",
    "厂",
    "集团",
    "旗区",
    "乡镇",
    "分局",
    "大队",
    "林场",
    "农场",
    "基地",
    "联社",
];

/// Names too general to stand alone after a line break: the break fell inside a name.
const TAILS: [&str; 12] = [
    "办公室",
    "委员会",
    "管理局",
    "服务中心",
    "分局",
    "领导小组",
    "人民政府",
    "监督管理局",
    "管理委员会",
    "管委会",
    "大队",
    "支队",
];

/// Words after a list that do not name anybody.
const OPEN_ENDS: [&str; 14] = [
    "等各有关部门",
    "等有关部门",
    "等相关部门",
    "等责任部门",
    "等各部门",
    "等有关单位",
    "等相关单位",
    "等各单位",
    "等部门和单位",
    "等部门单位",
    "等部门",
    "等单位",
    "等地",
    "等",
];

/// Words that say how the work is shared, not who does it.
const MANNERS: [&str; 9] = [
    "按照职责分工负责",
    "按照职责分工",
    "按职责分工负责",
    "按职责分工落实",
    "按职责分工",
    "按职责负责",
    "分工负责",
    "根据职责分工",
    "依职责分工",
];

/// Words that give the units before them a role: `民政局牵头`.
const ROLE_ENDINGS: [(&str, UnitRole); 12] = [
    ("牵头负责", UnitRole::Lead),
    ("牵头实施", UnitRole::Lead),
    ("总牵头", UnitRole::Lead),
    ("牵头", UnitRole::Lead),
    ("主办", UnitRole::Lead),
    ("协助配合", UnitRole::Cooperating),
    ("配合", UnitRole::Cooperating),
    ("协助", UnitRole::Cooperating),
    ("协办", UnitRole::Cooperating),
    ("协同", UnitRole::Cooperating),
    ("参与", UnitRole::Cooperating),
    ("负责", UnitRole::Responsible),
];

/// Words that give the units after them a role: `牵头单位：…`.
const ROLE_STARTS: [(&str, UnitRole); 14] = [
    ("牵头责任单位", UnitRole::Lead),
    ("牵头单位", UnitRole::Lead),
    ("牵头部门", UnitRole::Lead),
    ("主办单位", UnitRole::Lead),
    ("牵头", UnitRole::Lead),
    ("配合责任单位", UnitRole::Cooperating),
    ("配合单位", UnitRole::Cooperating),
    ("配合部门", UnitRole::Cooperating),
    ("协办单位", UnitRole::Cooperating),
    ("参与单位", UnitRole::Cooperating),
    ("配合", UnitRole::Cooperating),
    ("责任单位", UnitRole::Responsible),
    ("责任部门", UnitRole::Responsible),
    ("责任科室", UnitRole::Responsible),
];

/// Takes a cell of units apart. `role` is what its column says; words in the cell go before it.
///
/// Nothing is dropped unsaid: words that name nobody come back in a finding, without a place.
pub fn parse(words: &str, role: UnitRole) -> (Vec<UnitMention>, Vec<Finding>) {
    let mut reader =
        Reader { role, mentions: Vec::new(), unmarked: 0, dropped: Vec::new(), repeated: Vec::new() };
    reader.list(words);
    let Reader { mentions, dropped, repeated, .. } = reader;
    let mut findings = Vec::new();
    let (open, manner): (Vec<_>, Vec<_>) = dropped.into_iter().partition(|word| word.starts_with('等'));
    if !open.is_empty() {
        findings.push(Finding::info(
            "units-open-ended",
            format!(
                "责任单位“{}”用了“{}”，还有哪些单位表中没有写明。请补全，未写明的单位不会收到任务。",
                head(words, 40),
                open.join("、")
            ),
        ));
    }
    if !manner.is_empty() {
        findings.push(Finding::info(
            "unit-words-left",
            format!(
                "责任单位“{}”中的“{}”不是单位名称，没有列为责任单位。",
                head(words, 40),
                manner.join("、")
            ),
        ));
    }
    if !repeated.is_empty() {
        findings.push(Finding::info(
            "unit-repeated",
            format!("责任单位“{}”在同一格中写了两次，只保留一次。", repeated.join("、")),
        ));
    }
    (mentions, findings)
}

struct Reader {
    role: UnitRole,
    mentions: Vec<UnitMention>,
    /// Mentions from here on have not been given a role by a word after them.
    unmarked: usize,
    dropped: Vec<String>,
    repeated: Vec<String>,
}

impl Reader {
    fn list(&mut self, words: &str) {
        for part in split(words) {
            self.part(&part);
        }
    }

    fn part(&mut self, part: &str) {
        let mut part = part.trim_matches(|c: char| c.is_whitespace() || is_edge(c));
        for (word, role) in ROLE_STARTS {
            let rest = part.strip_prefix(word).map(|rest| rest.trim_start().trim_start_matches([':', '：']));
            // `牵头单位` alone, or before a colon; `配合` before a name is left to the name.
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.len() < part.len() - word.len()) {
                self.role = role;
                self.unmarked = self.mentions.len();
                part = rest.trim_matches(|c: char| c.is_whitespace() || is_edge(c));
                break;
            }
        }
        let part = self.strip_words(part);
        if !part.is_empty() {
            self.named(&part);
        }
    }

    /// Takes off what follows a name: 等, 按职责分工, 牵头, 配合.
    fn strip_words(&mut self, part: &str) -> String {
        let mut part = part.to_owned();
        let mut given = None;
        loop {
            let before = part.len();
            for (word, role) in ROLE_ENDINGS {
                if let Some(rest) = part.strip_suffix(word).filter(|rest| !rest.is_empty()) {
                    given = given.or(Some(role));
                    part = rest.trim_end().to_owned();
                }
            }
            let words = MANNERS.iter().chain(&OPEN_ENDS);
            for word in words {
                if let Some(rest) = part.strip_suffix(word) {
                    self.dropped.push((*word).to_owned());
                    part = rest.trim_end_matches(|c: char| c.is_whitespace() || is_edge(c)).to_owned();
                }
            }
            if part.len() == before {
                break;
            }
        }
        let Some(role) = given else { return part };
        if !part.is_empty() {
            self.named(&part);
        }
        // `甲局、乙局牵头`: the word speaks for all before it.
        if role != UnitRole::Responsible {
            for mention in self.mentions.iter_mut().skip(self.unmarked) {
                mention.role = role;
            }
        }
        self.unmarked = self.mentions.len();
        String::new()
    }

    /// A name, perhaps with its part (`（牵头）`) or another name in brackets behind it.
    fn named(&mut self, part: &str) {
        if let Some((name, role)) = role_in_brackets(part) {
            let before = std::mem::replace(&mut self.role, role);
            self.named(name);
            self.role = before;
            return;
        }
        let Some((name, inner, after)) = bracket(part) else {
            self.push(&squeeze(part), self.role);
            return;
        };
        let inner = inner.trim();
        if is_group(name) || !is_complete(inner) || name.trim().is_empty() {
            self.push(&squeeze(part), self.role);
            return;
        }
        self.push(&squeeze(name), self.role);
        self.list(inner);
        let after = after.trim_matches(|c: char| c.is_whitespace() || is_edge(c));
        if !after.is_empty() {
            self.part(after);
        }
    }

    fn push(&mut self, text: &str, role: UnitRole) {
        if text.is_empty() {
            return;
        }
        if self.mentions.iter().any(|mention| mention.text == text) {
            self.repeated.push(text.to_owned());
            return;
        }
        let kind = if is_group(text) { MentionKind::Group } else { MentionKind::Unit };
        self.mentions.push(UnitMention { text: text.to_owned(), kind, role });
    }
}

/// Punctuation that may hang on a name.
fn is_edge(c: char) -> bool {
    matches!(c, '。' | '.' | '、' | ',' | '，' | ';' | '；' | ':' | '：' | '/' | '\\' | '|' | '-' | '—' | '*')
}

/// Cuts at separators outside of brackets; at white space and 和 only between complete names.
fn split(words: &str) -> Vec<String> {
    let chars: Vec<char> = words.chars().collect();
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut depth = 0_usize;
    for (index, c) in chars.iter().copied().enumerate() {
        match c {
            '(' | '（' | '[' | '［' | '【' | '〔' => depth += 1,
            ')' | '）' | ']' | '］' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let rest = chars.get(index + 1..).unwrap_or_default();
        let cut = depth == 0
            && match c {
                '、' | '，' | ',' | ';' | '；' | '/' | '／' | '|' | '｜' | '。' | '＋' | '+' => true,
                ':' | '：' => ROLE_STARTS.iter().any(|(word, _)| squeeze(&part).ends_with(word)),
                c if c.is_whitespace() => breaks(&part, rest),
                '和' | '及' | '与' | '暨' => joins(&part, rest),
                _ => false,
            };
        if !cut {
            part.push(c);
            continue;
        }
        // The colon stays with the word that gives the role.
        if matches!(c, ':' | '：') {
            part.push(c);
        }
        parts.push(std::mem::take(&mut part));
        if parts.len() >= crate::limits::FINDINGS_MAX {
            break;
        }
    }
    parts.push(part);
    parts
}

/// Whether white space ends a name: what is before is complete, what follows can stand alone.
fn breaks(before: &str, rest: &[char]) -> bool {
    let before = squeeze(before);
    let next: String =
        rest.iter().skip_while(|c| c.is_whitespace()).take_while(|c| !c.is_whitespace()).take(40).collect();
    let next_name: String = next.chars().take_while(|c| !is_edge(*c)).collect();
    if next_name.is_empty() || next.starts_with(['(', '（']) {
        return false;
    }
    let role_follows = ROLE_STARTS.iter().any(|(word, _)| next.starts_with(word));
    let finished = is_complete(&before)
        || before.ends_with([')', '）', '等'])
        || ROLE_ENDINGS.iter().any(|(word, _)| before.ends_with(word));
    let stands = is_complete(strip_tail(&next_name)) && next_name.chars().count() > 2;
    finished && (role_follows || (stands && !TAILS.contains(&next_name.as_str())))
}

fn strip_tail(name: &str) -> &str {
    let name = OPEN_ENDS.iter().chain(&MANNERS).find_map(|word| name.strip_suffix(word)).unwrap_or(name);
    let name = ROLE_ENDINGS.iter().find_map(|(word, _)| name.strip_suffix(word)).unwrap_or(name);
    name.split(['(', '（']).next().unwrap_or(name)
}

/// Whether 和 stands between two complete names and not inside one (发展和改革委员会, 文化和旅游局).
fn joins(before: &str, rest: &[char]) -> bool {
    let before = squeeze(before);
    if !is_complete(&before) || before.chars().count() < 2 {
        return false;
    }
    let next: String = rest.iter().take(40).take_while(|c| !is_edge(**c)).collect();
    // The name may be broken over lines, or end at the first of them.
    let first = next.split_whitespace().next().unwrap_or_default();
    !next.starts_with(['其', '所'])
        && [first, &squeeze(&next)].iter().any(|name| is_complete(strip_tail(name)))
}

/// Whether a name ends as names of units do, or stands for a group.
pub fn is_complete(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending) && name.len() > ending.len())
        || matches!(name, "街道" | "苏木" | "社区" | "乡镇" | "政府办")
        || is_group(name)
}

/// Whether a name stands for a set of units.
fn is_group(name: &str) -> bool {
    let starts = ["各", "全旗", "全县", "全市", "全区", "所有", "有关", "相关", "其他", "其余", "涉及"];
    let ends = ["部门", "单位", "乡镇", "苏木镇", "镇街", "嘎查村", "旗区", "旗县区", "县区", "成员"];
    starts.iter().any(|word| name.starts_with(word))
        || name.contains('各')
        || ends.iter().any(|word| name.ends_with(word))
        || matches!(name, "街道" | "苏木" | "社区")
}

/// `name（牵头）`: the name and the role its last brackets give.
fn role_in_brackets(part: &str) -> Option<(&str, UnitRole)> {
    let inside = part.trim_end().strip_suffix(['）', ')'])?;
    let open = inside.rfind(['（', '('])?;
    let (name, inner) = inside.split_at(open);
    let inner = inner.trim_start_matches(['（', '(']).trim();
    let named = [("责任", UnitRole::Responsible)];
    let (_, role) = ROLE_ENDINGS.iter().chain(&ROLE_STARTS).chain(&named).find(|(word, _)| *word == inner)?;
    (!name.trim().is_empty()).then_some((name, *role))
}

/// `name（inner）after`, of the first pair of brackets.
fn bracket(part: &str) -> Option<(&str, &str, &str)> {
    let open = part.find(['(', '（'])?;
    let (name, rest) = part.split_at(open);
    let inner_start = rest.chars().next()?.len_utf8();
    let close = rest.find([')', '）'])?;
    let after = rest.get(close..)?;
    let after = after.get(after.chars().next()?.len_utf8()..)?;
    Some((name, rest.get(inner_start..close)?, after))
}

/// Without the white space and line breaks of the cell.
fn squeeze(text: &str) -> String {
    let words = text.trim_matches(|c: char| c.is_whitespace() || is_edge(c));
    words.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}
