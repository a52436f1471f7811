//! Disclosure on request (依申请公开, 政府信息公开条例 arts 27–45): what happens to a request, its clock, what the law allows
//! next, how it may end, what it costs, the letters it takes. A case is its list of [`Event`]s; all else follows from it.

mod applicant;
mod clock;
mod correction;
mod course;
mod effect;
mod event;
mod fee;
mod field;
mod identity;
mod letter;
mod outcome;
mod refused;
mod similar;
mod state;
mod strip;
mod template;

pub use applicant::{Applicant, ApplicantKind, Form, Missing, Obtaining, Providing, Way};
pub use clock::{Clock, Stop, StopKind, clock, clock_of_json};
pub use correction::corrected;
pub use event::{Event, EventKind, Reading, Unread, read_events};
pub use fee::{Band, Charge, FeeError, Fees, Line, fees_paid};
pub use field::{follows, is_optional};
pub use identity::{BadIdentity, Identity};
pub use letter::{Fields, LetterKind, Remedies, RenderError, remedies, render};
pub use outcome::{Group, Outcome, Row};
pub use refused::Refused;
pub use similar::{Similar, groups, likeness, overlap, similar};
pub use state::{Action, State, actions, outcomes, step};
pub use strip::{Mark, StripDay};
pub use template::{FactLine, Template, TemplateError};
