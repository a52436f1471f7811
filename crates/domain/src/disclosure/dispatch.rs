//! What became of a disclosure on the platforms it goes to after the portal ([`crate::account::Platform`]).

use crate::vocabulary::words;
use serde::{Deserialize, Serialize};

words! {
    /// What became of it there.
    State {
        /// To be published there.
        Planned = "planned", "待发布";
        /// Published there.
        Done = "done", "已发布";
        /// Not to be published there.
        Dropped = "dropped", "不发布";
    }
}
