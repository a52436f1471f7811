//! The disclosure guide (政府信息公开指南, 政府信息公开条例 art. 12): what a unit or a region says of itself. The pages set these
//! words among the numbers of the rules, so that neither is written twice.

use crate::vocabulary::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// Something a guide says.
    Field {
        /// The office that does the work of disclosure (art. 4).
        Office = "office", "政府信息公开工作机构";
        /// Where it is.
        Address = "address", "办公地址";
        /// When it is open.
        Hours = "hours", "办公时间";
        /// Its telephone.
        Phone = "phone", "联系电话";
        /// Its fax.
        Fax = "fax", "传真号码";
        /// For letters.
        PostCode = "post_code", "邮政编码";
        /// Its mail address.
        Mail = "mail", "电子邮箱";
        /// Where it is found on the internet, beside this platform.
        Web = "web", "其他互联网联系方式";
        /// How information is classed and arranged.
        Arrangement = "arrangement", "信息的分类和编排体系";
        /// How the public gets at it, a way a line.
        Ways = "ways", "获取方式";
        /// Where it is read (art. 25), a place a line.
        ReadingPlaces = "reading_places", "查阅场所";
        /// Who takes complaints (art. 51), with telephone and address.
        Complaints = "complaints", "监督投诉机构";
        /// Who reviews a reply (行政复议机关).
        ReviewAuthority = "review_authority", "行政复议机关";
        /// Which court hears a lawsuit over it.
        Court = "court", "有管辖权的人民法院";
    }
}

impl Field {
    /// Whether a guide is incomplete without it: what art. 12 names, and what a reply must tell of remedies.
    pub fn is_required(self) -> bool {
        self != Self::Web
    }

    /// Whether a unit that leaves it out means its region's.
    pub fn is_shared(self) -> bool {
        matches!(
            self,
            Self::Arrangement
                | Self::Ways
                | Self::ReadingPlaces
                | Self::Complaints
                | Self::ReviewAuthority
                | Self::Court
        )
    }

    /// Whether it takes several lines.
    pub fn is_long(self) -> bool {
        matches!(self, Self::Arrangement | Self::Ways | Self::ReadingPlaces | Self::Complaints)
    }
}

/// What a guide says, field by field; what is not said is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    #[serde(flatten)]
    texts: BTreeMap<Field, String>,
    /// Taken off the site by who writes it, until it is kept anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub taken_back: bool,
}

impl Guide {
    /// One that says nothing yet, taken off the site or not.
    pub fn new(taken_back: bool) -> Self {
        Self { taken_back, ..Self::default() }
    }

    /// What it says of a field; empty where it says nothing.
    pub fn get(&self, field: Field) -> &str {
        self.texts.get(&field).map_or("", String::as_str)
    }

    /// Says something of a field; white space says nothing.
    pub fn set(&mut self, field: Field, text: &str) {
        match text.trim() {
            "" => self.texts.remove(&field),
            text => self.texts.insert(field, text.to_owned()),
        };
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The required fields it says nothing of, in their order.
    pub fn missing(&self) -> Vec<Field> {
        let required = Field::ALL.iter().copied().filter(|field| field.is_required());
        required.filter(|field| self.get(*field).is_empty()).collect()
    }

    /// The guide as the public sees it, with what it shares with its region's public one; none as long as something is
    /// missing or after it was taken back.
    pub fn public(self, region: Option<&Self>) -> Option<Self> {
        let whole = match region {
            Some(region) => self.over(region),
            None => self,
        };
        (!whole.taken_back && whole.missing().is_empty()).then_some(whole)
    }

    /// A unit's guide with what it shares with its region.
    ///
    /// ```
    /// use domain::guide::{Field, Guide};
    /// let mut region = Guide::default();
    /// region.set(Field::Court, "示例旗人民法院");
    /// region.set(Field::Phone, "0477-0000000");
    /// let whole = Guide::default().over(&region);
    /// assert_eq!(whole.get(Field::Court), "示例旗人民法院");
    /// assert_eq!(whole.get(Field::Phone), "");
    /// ```
    pub fn over(mut self, region: &Self) -> Self {
        for (field, text) in region.texts.iter().filter(|(field, _)| field.is_shared()) {
            self.texts.entry(*field).or_insert_with(|| text.clone());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_says_what_it_lacks() {
        let mut guide = Guide::default();
        assert_eq!(guide.missing().len(), Field::ALL.len() - 1);
        for field in Field::ALL {
            guide.set(*field, " 示例 ");
        }
        assert_eq!(guide.missing(), []);
        assert_eq!(guide.get(Field::Office), "示例");
        guide.set(Field::Web, "");
        assert_eq!(guide.missing(), []);
        guide.set(Field::Fax, " \n");
        assert_eq!(guide.missing(), [Field::Fax]);
    }

    #[test]
    fn only_a_complete_guide_is_public() {
        let (mut region, mut unit) = (Guide::default(), Guide::default());
        for field in Field::ALL {
            let of = if field.is_shared() { &mut region } else { &mut unit };
            of.set(*field, "示例");
        }
        assert_eq!(unit.clone().public(None), None, "what it shares is not there");
        assert_eq!(region.clone().public(None), None);
        let whole = unit.clone().public(Some(&region)).unwrap();
        assert_eq!(whole.missing(), []);
        let back = Guide { taken_back: true, ..unit };
        assert_eq!(back.clone().public(Some(&region)), None);
        let kept = serde_json::to_string(&back).unwrap();
        assert!(kept.ends_with(r#""taken_back":true}"#), "{kept}");
        assert_eq!(serde_json::from_str::<Guide>(&kept).unwrap(), back);
    }

    #[test]
    fn a_unit_keeps_its_own_words() {
        let mut region = Guide::default();
        let mut unit = Guide::default();
        region.set(Field::Ways, "网站");
        region.set(Field::Complaints, "旗政务服务局");
        unit.set(Field::Ways, "窗口");
        let whole = unit.over(&region);
        assert_eq!((whole.get(Field::Ways), whole.get(Field::Complaints)), ("窗口", "旗政务服务局"));
    }

    #[test]
    fn the_record_keeps_it_by_its_words() {
        let mut guide = Guide::default();
        guide.set(Field::PostCode, "017300");
        let kept = serde_json::to_string(&guide).unwrap();
        assert_eq!(kept, r#"{"post_code":"017300"}"#);
        assert_eq!(serde_json::from_str::<Guide>(&kept).unwrap(), guide);
    }
}
