//! The library of an office's own regulations on disclosure (政府信息公开制度), by six heads. A regulation is a disclosure of
//! kind 公开制度; its versions, validity and links are those of disclosures.

use crate::vocabulary::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

words! {
    /// What a regulation is about.
    Head {
        /// Making, keeping and reviewing information.
        Management = "management", "信息管理";
        /// Publishing it.
        Publication = "publication", "信息发布";
        /// Explaining policies, answering concerns.
        Response = "response", "解读回应";
        /// Requests.
        Request = "request", "依申请公开";
        /// Public participation.
        Participation = "participation", "公众参与";
        /// Supervision and assessment.
        Supervision = "supervision", "监督考核";
    }
}

/// The heads none of the regulations in force is about.
///
/// ```
/// use domain::rulebook::{Head, missing};
/// let heads = Head::ALL.iter().copied().filter(|head| *head != Head::Response);
/// assert_eq!(missing(heads), [Head::Response]);
/// ```
pub fn missing(in_force: impl IntoIterator<Item = Head>) -> Vec<Head> {
    let known: BTreeSet<Head> = in_force.into_iter().collect();
    Head::ALL.iter().copied().filter(|head| !known.contains(head)).collect()
}
