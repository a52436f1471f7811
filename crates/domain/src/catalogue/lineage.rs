//! Lineage (national guide → county → township → village): which items of a catalogue a lower tier holds, and under whose
//! name. A township holds the items of its tier and those whose powers it has taken over (权力清单); a village those of its
//! tier. Following a new upper version is [`super::merge`] over two derivations.

use super::{Catalogue, Item};
use crate::rule::Rules;
use crate::unit::{RegionId, Tier};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// How a lower catalogue comes from an upper one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Derivation {
    /// The lower tier.
    pub tier: Option<Tier>,
    /// Codes of the items whose powers the lower office has taken over, whatever their tier says.
    pub powers: BTreeSet<String>,
    /// Who publishes there; empty = as above.
    pub publisher: String,
    /// The title; empty = as above.
    pub title: String,
}

impl Derivation {
    /// Whether the lower catalogue holds the item.
    pub fn holds(&self, item: &Item) -> bool {
        self.powers.contains(&item.code) || self.tier.is_none_or(|tier| item.tiers.contains(&tier))
    }
}

/// The lower catalogue as it follows from the upper one; codes stay, numbers begin anew.
pub fn derive(upper: &Catalogue, derivation: &Derivation) -> Catalogue {
    let mut items: Vec<Item> = upper.items.iter().filter(|item| derivation.holds(item)).cloned().collect();
    for (number, item) in (1_usize..).zip(&mut items) {
        item.number = number.to_string();
        if !derivation.publisher.is_empty() {
            item.publisher = vec![derivation.publisher.clone()];
        }
        if let Some(tier) = derivation.tier {
            item.tiers.insert(tier);
        }
    }
    let title = if derivation.title.is_empty() { upper.title.clone() } else { derivation.title.clone() };
    Catalogue { sector: upper.sector.clone(), title, items, notes: upper.notes.clone() }
}

/// The catalogues an assignment of the plan asks its units for: sector ids, and an empty text for the unit's own. An
/// assignment asks for one when its task is to compile (编制) catalogues.
///
/// ```
/// use domain::catalogue::lineage::asked_for;
/// assert_eq!(asked_for("编制旗镇两级26个领域标准目录。", "就业、社会保险领域。"), ["employment", "social-insurance"]);
/// assert_eq!(asked_for("编制政务公开事项标准目录。", "编制完成本单位本部门政务公开事项标准目录。"), [""]);
/// assert!(asked_for("推进村务公开。", "公开养老服务、社会救助等信息。").is_empty());
/// ```
pub fn asked_for(task: &str, content: &str) -> Vec<String> {
    if !(task.contains("编制") && task.contains("目录")) {
        return Vec::new();
    }
    let sectors: Vec<String> =
        crate::sector::named_in(content).into_iter().map(|sector| sector.id.clone()).collect();
    if sectors.is_empty() && content.contains("本单位") { vec![String::new()] } else { sectors }
}

/// Whether an assignment of the plan asks its units to readjust the catalogues they have: its task is to bring catalogues
/// up to date (更新、调整), not to compile them.
///
/// ```
/// use domain::catalogue::lineage::asks_to_readjust;
/// assert!(asks_to_readjust("更新完善政务公开事项标准目录。", "各部门要重新调整更新本部门政务公开事项标准目录。"));
/// assert!(!asks_to_readjust("编制政务公开事项标准目录。", "编制完成后及时调整更新目录。"));
/// ```
pub fn asks_to_readjust(task: &str, content: &str) -> bool {
    let asks = |text: &str| text.contains("目录") && (text.contains("调整") || text.contains("更新"));
    asks(task) && asks(content) && !task.contains("编制")
}

/// The day on which a year's readjusted version came into force: the last of that year that is not the catalogue's
/// first.
pub fn readjusted(versions: &[(u32, Date)], year: i16) -> Option<Date> {
    let of_year = versions.iter().filter(|(number, day)| *number > 1 && day.year() == year);
    of_year.map(|(_, day)| *day).max()
}

/// The last day of a year's readjustment.
///
/// ```
/// use domain::catalogue::lineage::readjustment_due;
/// let rules = domain::rule::Rules::builtin().unwrap();
/// assert_eq!(readjustment_due(2026, &rules), Some(jiff::civil::date(2026, 12, 1)));
/// ```
pub fn readjustment_due(year: i16, rules: &Rules) -> Option<Date> {
    let end = Date::new(year.checked_add(1)?, 1, 1).ok()?;
    end.checked_sub(jiff::Span::new().try_days(rules.readjustment_lead.value).ok()?).ok()
}

/// Why a derivation was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineageError {
    /// A catalogue would come from itself.
    #[error("目录不能从自己或自己的下级目录派生。请选择上级目录。")]
    Cyclic,
    /// The upper catalogue's region does not lie above the lower one's.
    #[error("只能从本级以上的目录派生。请选择上级行政区划的目录。")]
    NotAbove,
}

/// Whether a region's catalogue may come from another's. `chain` is the lower region with all above it, nearest first;
/// `upper_chain` the regions from which the upper catalogue itself comes.
///
/// # Errors
/// [`LineageError`].
pub fn may_derive(chain: &[RegionId], upper: RegionId, upper_chain: &[RegionId]) -> Result<(), LineageError> {
    let Some(own) = chain.first() else { return Err(LineageError::NotAbove) };
    if upper == *own || upper_chain.contains(own) {
        return Err(LineageError::Cyclic);
    }
    if chain.contains(&upper) { Ok(()) } else { Err(LineageError::NotAbove) }
}
