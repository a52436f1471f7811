//! The clock as an argument. The real one lives in the program; tests set theirs.
//! Every statutory date is a civil date in China Standard Time (UTC+8, no daylight saving).

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the present instant comes from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Today's civil date in China.
    fn today(&self) -> Date {
        civil_date(self.now())
    }
}

/// A clock that stands where it is put.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock standing at `at`, to the microsecond.
    pub fn new(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.as_microsecond()))
    }

    /// Moves the clock to `at`.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_microsecond(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// The civil date in China at an instant.
///
/// ```
/// let late_evening_utc: jiff::Timestamp = "2020-08-31T16:30:00Z".parse().unwrap();
/// assert_eq!(domain::clock::civil_date(late_evening_utc), jiff::civil::date(2020, 9, 1));
/// ```
pub fn civil_date(at: Timestamp) -> Date {
    civil_time(at).date()
}

/// The civil date and time in China at an instant.
pub fn civil_time(at: Timestamp) -> DateTime {
    Offset::constant(8).to_datetime(at)
}

/// The instant at which a civil date begins in China; `None` at the very edge of the calendar.
pub fn start_of_day(date: Date) -> Option<Timestamp> {
    Offset::constant(8).to_timestamp(date.at(0, 0, 0, 0)).ok()
}
