//! Responses to the public (回应关切): questions and concerns from the portal, the hotline, messages and the media become
//! cases. When a word is due is in `clock`, where a case stands in `state`, the
//! hotline's tables in `hotline`, answers worth keeping in `faq`.

mod clock;
mod faq;
mod hotline;
mod state;

pub use clock::{
    Due, Kept, Standing, Step, dues, is_long_unanswered, kept, long_unanswered_on, next_due, standing,
};
pub use faq::{Faq, matching};
pub use hotline::{HotlineField, Incoming, read};
pub use state::{MARKS, Move, Refused, State, approve, rate, step};

use crate::vocabulary::words;
use serde::{Deserialize, Serialize};

words! {
    /// Where a case comes from.
    Source {
        /// Asked on the portal.
        Portal = "portal", "网站咨询";
        /// Told to the hotline.
        Hotline = "hotline", "12345政务服务便民热线";
        /// Written to an account.
        Message = "message", "新媒体留言";
        /// Seen in the media or on the net.
        Media = "media", "媒体报道和网络舆情";
        /// By letter or in person.
        Visit = "visit", "来信来访";
    }
}

words! {
    /// How much is at stake, which sets the clock.
    Level {
        /// An emergency of the two highest grades.
        Emergency = "emergency", "特别重大、重大突发事件";
        /// Any other concern of the public.
        Concern = "concern", "其他政务舆情";
        /// A question or proposal.
        Question = "question", "一般咨询建议";
    }
}
