//! The real clock, and the demonstration's, which runs as fast but stands at another date.

use domain::clock::Clock;
use jiff::{SignedDuration, Timestamp};

/// The machine's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The machine's clock, moved by a fixed span.
pub(crate) struct ShiftedClock {
    shift: SignedDuration,
}

impl ShiftedClock {
    /// A clock that is `shift` ahead of the machine's (behind, when negative).
    pub(crate) fn new(shift: SignedDuration) -> Self {
        Self { shift }
    }

    /// The shift that makes now be `then`.
    pub(crate) fn shift_to(then: Timestamp) -> SignedDuration {
        SystemClock.now().duration_until(then)
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().checked_add(self.shift).unwrap_or(Timestamp::MAX)
    }
}
