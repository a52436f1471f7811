//! What a careful clerk notices in a catalogue: columns left empty or doubtful, limits the law does not allow, items twice.

use super::{Catalogue, Column, Field, Item};
use crate::finding::{Finding, Severity};
use crate::special_limit;
use crate::time_limit::LimitKind;
use std::collections::HashMap;

/// A finding about an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFinding {
    /// The item, counted from 0.
    pub item: usize,
    /// The field; `None` for the item as a whole.
    pub field: Option<Field>,
    /// What was noticed, at the place where the item was read.
    pub finding: Finding,
}

/// Everything noticed, in the items' order. `statutory` is the law's period in working days (art. 26).
pub fn catalogue(catalogue: &Catalogue, statutory: u32) -> Vec<ItemFinding> {
    let mut found = Vec::new();
    let mut codes: HashMap<&str, usize> = HashMap::new();
    let mut names: HashMap<String, usize> = HashMap::new();
    for (at, item) in catalogue.items.iter().enumerate() {
        let mut say = |field, finding: Finding| {
            found.push(ItemFinding { item: at, field, finding: finding.at(item.origin.0) });
        };
        columns(item, &mut say);
        limit(item, statutory, &mut say);
        if !item.code.is_empty()
            && let Some(first) = codes.insert(&item.code, at)
        {
            codes.insert(&item.code, first);
            say(
                None,
                Finding::error(
                    "code-twice",
                    format!(
                        "事项编码“{}”与第{}项重复。编码须一项一码，请删去其中一个编码，系统将另行编定。",
                        item.code,
                        first + 1
                    ),
                ),
            );
        }
        if !(item.level1.is_empty() && item.level2.is_empty())
            && let Some(first) = names.insert(item.key(), at)
        {
            names.insert(item.key(), first);
            say(
                Some(Field::Level2),
                Finding::warning(
                    "item-twice",
                    format!(
                        "“{}”与第{}项同名。确为两项的，请改名区分；重复的，请删去一项。",
                        item.name(),
                        first + 1
                    ),
                ),
            );
        }
    }
    found
}

/// The worst that was noticed about each item.
pub fn worst(findings: &[ItemFinding]) -> HashMap<usize, Severity> {
    let mut worst: HashMap<usize, Severity> = HashMap::new();
    for found in findings {
        let severity = found.finding.severity;
        worst.entry(found.item).and_modify(|known| *known = (*known).min(severity)).or_insert(severity);
    }
    worst
}

fn columns(item: &Item, say: &mut impl FnMut(Option<Field>, Finding)) {
    if item.level1.is_empty() && item.level2.is_empty() {
        say(
            Some(Field::Level2),
            Finding::error(
                "item-nameless",
                "一级事项和二级事项都是空的，看不出公开什么。请填写事项名称，或删去此行。",
            ),
        );
    } else if item.level2.is_empty() {
        say(
            Some(Field::Level2),
            Finding::info("level2-empty", format!("“{}”没有二级事项。没有下一级的，可以保留。", item.level1)),
        );
    } else if item.level1.is_empty() {
        say(
            Some(Field::Level1),
            Finding::warning(
                "level1-empty",
                format!("“{}”没有一级事项。请填写，或从上一行复制。", item.level2),
            ),
        );
    }
    if item.publisher.is_empty() {
        say(
            Some(Field::Publisher),
            Finding::error(
                "publisher-missing",
                format!("“{}”没有公开主体，无法落实由谁公开。请填写单位。", item.name()),
            ),
        );
    }
    for (field, code) in [
        (Field::Elements, "elements-missing"),
        (Field::Basis, "basis-missing"),
        (Field::Channels, "channels-missing"),
        (Field::Audience, "audience-missing"),
        (Field::Mode, "mode-missing"),
        (Field::Tiers, "tiers-missing"),
    ] {
        let doubtful = item.unknown.iter().any(|column| column.field() == field);
        if item.is_blank(field) && !doubtful {
            say(
                Some(field),
                Finding::warning(code, format!("“{}”没有填写{}。请补充。", item.name(), field.label())),
            );
        }
    }
    for column in &item.unknown {
        let finding = match column {
            Column::Channels => Finding::warning(
                "boxes-unticked",
                format!("“{}”的公开渠道只有空框，没有勾选，可能是勾选符号丢失。请逐项确认。", item.name()),
            ),
            _ => Finding::warning(
                "mark-unknown",
                format!("“{}”的“{}”一栏看不出是否勾选，暂记为“不明”。请确认。", item.name(), column.label()),
            ),
        };
        say(Some(column.field()), finding);
    }
}

fn limit(item: &Item, statutory: u32, say: &mut impl FnMut(Option<Field>, Finding)) {
    let mut say = |finding| say(Some(Field::Limit), finding);
    let text = || crate::text::head(item.limit.text(), 30);
    if item.limit.text().is_empty() {
        let message =
            format!("“{}”没有填写公开时限，暂按法定的{statutory}个工作日计算。请补充。", item.name());
        say(Finding::warning("limit-missing", message));
        return;
    }
    let kind = item.limit.kind();
    if let Some(special) = special_limit::find(item).filter(|special| special.is_exceeded_by(&item.limit)) {
        let message = format!(
            "公开时限“{}”不符合{}的规定（{}）。请按法定时限改正。",
            text(),
            special.basis,
            special.limit.text()
        );
        say(Finding::warning("limit-special", message));
        return;
    }
    let long = match kind {
        LimitKind::Unspecified => {
            let message = format!(
                "公开时限“{}”看不出期限，已保留原文，暂按法定的{statutory}个工作日计算。请核对。",
                text()
            );
            say(Finding::warning("limit-unreadable", message));
            false
        }
        LimitKind::WorkingDays { working_days } => working_days > statutory,
        LimitKind::Days { days } => days > statutory.saturating_mul(2),
        _ => false,
    };
    if long {
        let message = format!(
            "公开时限“{}”长于法定的{statutory}个工作日（政府信息公开条例第二十六条）。法律、法规另有规定的，请在公开依据中写明。",
            text()
        );
        say(Finding::warning("limit-long", message));
    }
    let counted = |kind| matches!(kind, LimitKind::WorkingDays { .. } | LimitKind::Days { .. });
    let general = item.limit.clauses().iter().filter(|clause| !clause.about.starts_with("其中"));
    if general.filter(|clause| counted(clause.kind)).count() > 1 {
        let message = format!(
            "公开时限“{}”写有几个期限，按“{}”计算，其余只作提示。请核对，必要时拆成几项。",
            text(),
            kind.words()
        );
        say(Finding::info("limit-several", message));
    }
}
