//! When something that was not taken, a mail or a message, is tried again: after a wait that doubles, so that a server that
//! is down for a day costs a few tries, and not for ever.

/// How often and how patiently.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retry {
    /// The wait after the first failure, in microseconds.
    first_wait: i64,
    /// Tries after which it is given up, or from which on the wait stays as it is.
    tries: i32,
}

/// Mails: after a minute, eleven times, about a day in all.
pub(crate) const MAIL: Retry = Retry::new(60, 11);

impl Retry {
    /// `first_wait` in seconds.
    pub(crate) const fn new(first_wait: i64, tries: i32) -> Self {
        Self { first_wait: first_wait * 1_000_000, tries }
    }

    /// Microseconds until the next try, after so many failures.
    pub(crate) fn wait(self, failures: i32) -> i64 {
        self.first_wait << failures.clamp(1, self.tries).saturating_sub(1)
    }

    /// Whether nothing is tried any more after so many failures.
    pub(crate) fn given_up(self, failures: i32) -> bool {
        failures >= self.tries
    }
}

#[cfg(test)]
mod tests {
    use super::MAIL;

    #[test]
    fn the_wait_doubles_and_ends() {
        let minutes: Vec<i64> = (0..5).map(|failures| MAIL.wait(failures) / 60_000_000).collect();
        assert_eq!(minutes, [1, 1, 2, 4, 8]);
        assert_eq!(MAIL.wait(i32::MAX), MAIL.wait(11));
        assert!(!MAIL.given_up(10) && MAIL.given_up(11));
    }
}
