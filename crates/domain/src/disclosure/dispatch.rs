//! What became of a disclosure on the platforms it goes to after the portal ([`crate::account::Platform`]).

use crate::vocabulary::words;
use serde::{Deserialize, Serialize};

words! {
    /// What became of it there.
    State {
        /// To be published there.
        Planned = "planned", "待发布";
        /// Left there as a draft; a person looks at it and sends it out.
        Drafted = "drafted", "草稿已送达";
        /// Published there.
        Done = "done", "已发布";
        /// Not to be published there.
        Dropped = "dropped", "不发布";
    }
}

impl State {
    /// Those a person may note; a draft is the program's to leave.
    pub fn of_people() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|state| *state != Self::Drafted)
    }
}
