//! Columns of tables: what their heading says they hold, and cells that hold it though it does not look so.

use super::{Hit, Rule};

/// Words of headings and what stands below them.
const HEADINGS: [(&str, Rule); 19] = [
    ("身份证", Rule::Identity),
    ("公民身份", Rule::Identity),
    ("证件号", Rule::Identity),
    ("手机", Rule::Mobile),
    ("移动电话", Rule::Mobile),
    ("联系电话", Rule::Mobile),
    ("联系方式", Rule::Mobile),
    ("银行卡", Rule::Card),
    ("银行账号", Rule::Card),
    ("银行帐号", Rule::Card),
    ("卡号", Rule::Card),
    ("一卡通", Rule::Card),
    ("账号", Rule::Card),
    ("家庭住址", Rule::Address),
    ("家庭地址", Rule::Address),
    ("详细地址", Rule::Address),
    ("病种", Rule::Health),
    ("患病", Rule::Health),
    ("疾病", Rule::Health),
];

/// What a column of that heading holds of people; `None` when nothing.
pub fn heading(text: &str) -> Option<Rule> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if text.chars().count() > 20 {
        return None;
    }
    HEADINGS.iter().find(|(word, _)| text.contains(word)).map(|(_, rule)| *rule)
}

/// A cell below such a heading that holds what it says without looking so: digits Excel has rounded, numbers cut or
/// mistyped.
pub fn in_column(rule: Rule, cell: &str) -> Option<Hit> {
    let text = cell.trim();
    let hit = |rule, replacement: Option<String>, note: &str| {
        let start = cell.len() - cell.trim_start().len();
        Some(Hit { rule, range: start..start + text.len(), replacement, note: note.to_owned() })
    };
    let rounded =
        text.contains("E+") && text.chars().all(|c| c.is_ascii_digit() || matches!(c, 'E' | '+' | '.'));
    if rounded && matches!(rule, Rule::Identity | Rule::Card) {
        return hit(
            Rule::IdentityDoubtful,
            Some("*".repeat(18)),
            "号码被 Excel 当作数字，后几位已经丢失，而且没有遮盖。请按文本重新录入并遮盖。",
        );
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let shown = text.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-');
    match rule {
        Rule::Identity if shown && digits >= 12 => {
            let tail: String = text.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
            let head: String = text.chars().take(6).collect();
            let stars = "*".repeat(text.chars().count().saturating_sub(10));
            hit(Rule::IdentityDoubtful, Some(format!("{head}{stars}{tail}")), "位数或校验位不对，请核对。")
        }
        Rule::Mobile if shown && digits == 11 => {
            hit(Rule::Mobile, Some(format!("{}****{}", text.get(..3)?, text.get(text.len() - 4..)?)), "")
        }
        Rule::Card if shown && digits >= 12 => {
            let tail = text.get(text.len().saturating_sub(4)..)?;
            hit(Rule::CardDoubtful, Some(format!("{}{tail}", "*".repeat(text.len() - 4))), "")
        }
        Rule::Health if !text.is_empty() => hit(Rule::Health, None, "这一列是个人病情，不应公开。"),
        _ => None,
    }
}
