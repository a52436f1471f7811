//! Similar requests: those whose words are nearly the same, so that a person looks whether they repeat one another
//! (政府信息公开条例 art. 36 (6)) or ask for what should be public to all (art. 44). The same words give the same answer.

use crate::rule::Rules;
use std::collections::{BTreeSet, HashMap};

/// A request that is like another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar<Id> {
    /// Which.
    pub id: Id,
    /// How much, in percent.
    pub percent: u32,
}

/// Words in every request that say nothing about what is asked for.
const COMMON: [&str; 12] = [
    "政府信息公开",
    "依法申请公开",
    "申请公开",
    "请求公开",
    "请公开",
    "申请",
    "请提供",
    "贵单位",
    "贵机关",
    "贵局",
    "相关",
    "有关",
];

/// How many neighbouring characters make one piece: two hold a Chinese word and survive changed order.
const PIECE: usize = 2;

/// How like two texts are, in percent: pieces in both ÷ pieces in either, over letters and digits only, full-width ones
/// and upper case made plain, phrases of every request left out.
///
/// ```
/// use domain::request::likeness;
/// assert_eq!(likeness("申请公开２０２５年征地补偿标准。", "请公开2025年征地补偿标准"), 100);
/// assert_eq!(likeness("征地补偿标准", "义务教育招生范围"), 0);
/// ```
pub fn likeness(one: &str, other: &str) -> u32 {
    let (one, other) = (pieces(one), pieces(other));
    percent(&one, &other)
}

/// How much of what is asked for a title says, in percent: pieces in both ÷ pieces of the shorter one, years and other
/// numbers left out, which any two titles share.
///
/// ```
/// use domain::request::overlap;
/// assert!(overlap("某镇2019年征地补偿标准和安置方案，要盖章的", "征地补偿标准") == 100);
/// assert!(overlap("某镇2019年征地补偿标准", "2019年政府信息公开工作年度报告") < 40);
/// ```
pub fn overlap(wanted: &str, title: &str) -> u32 {
    let words = |text: &str| {
        let mut pieces = pieces(text);
        pieces.retain(|piece| !piece.iter().any(char::is_ascii_digit));
        pieces
    };
    let (wanted, title) = (words(wanted), words(title));
    let both = wanted.intersection(&title).count();
    u32::try_from((both * 100).checked_div(wanted.len().min(title.len())).unwrap_or(0)).unwrap_or(100)
}

/// The earlier requests like this one, the most like first; the threshold is `request_similar` of the rules.
pub fn similar<Id: Clone>(
    wanted: &str,
    earlier: impl IntoIterator<Item = (Id, impl AsRef<str>)>,
    rules: &Rules,
) -> Vec<Similar<Id>> {
    let wanted = pieces(wanted);
    let threshold = rules.request_similar.value;
    let mut found: Vec<Similar<Id>> = earlier
        .into_iter()
        .map(|(id, text)| Similar { id, percent: percent(&wanted, &pieces(text.as_ref())) })
        .filter(|similar| similar.percent > 0 && i64::from(similar.percent) >= threshold)
        .collect();
    found.sort_by_key(|similar| std::cmp::Reverse(similar.percent));
    found
}

/// Texts that are like one another, as groups of their places: a text belongs to the first earlier group whose first
/// text it is like, by the same threshold as [`similar`]. A text without words is like none.
///
/// ```
/// use domain::request::groups;
/// let rules = domain::rule::Rules::builtin().unwrap();
/// let texts = ["申请公开征地补偿标准", "学校招生范围", "请公开征地补偿标准。", ""];
/// assert_eq!(groups(&texts, &rules), [vec![0, 2], vec![1]]);
/// ```
pub fn groups(texts: &[impl AsRef<str>], rules: &Rules) -> Vec<Vec<usize>> {
    let threshold = rules.request_similar.value;
    let cut: Vec<BTreeSet<Vec<char>>> = texts.iter().map(|text| pieces(text.as_ref())).collect();
    // Which groups begin with a text that holds a piece: only those need to be compared.
    let mut holding: HashMap<&[char], Vec<usize>> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut firsts: Vec<&BTreeSet<Vec<char>>> = Vec::new();
    for (place, own) in cut.iter().enumerate().filter(|(_, own)| !own.is_empty()) {
        let near: BTreeSet<usize> =
            own.iter().filter_map(|piece| holding.get(piece.as_slice())).flatten().copied().collect();
        let like = |group: &usize| {
            firsts.get(*group).is_some_and(|first| i64::from(percent(own, first)) >= threshold)
        };
        if let Some(group) = near.into_iter().find(like).and_then(|group| groups.get_mut(group)) {
            group.push(place);
            continue;
        }
        for piece in own {
            holding.entry(piece).or_default().push(groups.len());
        }
        firsts.push(own);
        groups.push(vec![place]);
    }
    groups
}

fn pieces(text: &str) -> BTreeSet<Vec<char>> {
    let mut plain: String = text.chars().map(plain_character).filter(|c| c.is_alphanumeric()).collect();
    for common in COMMON {
        plain = plain.replace(common, "");
    }
    let characters: Vec<char> = plain.chars().flat_map(char::to_lowercase).collect();
    if characters.len() < PIECE {
        return characters.into_iter().map(|c| vec![c]).collect();
    }
    characters.windows(PIECE).map(<[char]>::to_vec).collect()
}

fn plain_character(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

fn percent(one: &BTreeSet<Vec<char>>, other: &BTreeSet<Vec<char>>) -> u32 {
    let both = one.intersection(other).count();
    let either = one.len() + other.len() - both;
    u32::try_from((both * 100).checked_div(either).unwrap_or(0)).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_the_same_is_found_and_the_most_like_comes_first() {
        let rules = Rules::builtin().unwrap();
        let earlier = [
            (1, "某镇2025年度草原生态保护补助奖励资金发放明细"),
            (2, "申请公开某镇2024年度草原生态保护补助奖励资金发放明细表"),
            (3, "某镇卫生院2025年度部门预算"),
            (4, ""),
        ];
        let found = similar("请公开某镇2025年度草原生态保护补助奖励资金发放明细。", earlier, &rules);
        assert_eq!(found.iter().map(|similar| similar.id).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(found[0].percent, 100);
        assert!(similar("", earlier, &rules).is_empty(), "nothing is like nothing");
    }

    #[test]
    fn likeness_is_the_same_both_ways() {
        let texts = ["征地补偿安置方案", "征地补偿标准", "A区b路改造", "ａ区B路改造", "地"];
        for one in texts {
            assert_eq!(likeness(one, one), 100);
            for other in texts {
                assert_eq!(likeness(one, other), likeness(other, one));
            }
        }
        assert_eq!(likeness("A区b路改造", "ａ区B路改造"), 100);
        assert!((1..100).contains(&likeness("征地补偿安置方案", "征地补偿标准")));
    }
}
