//! The epoch in memory, so that a kept page can be answered without asking the database. Our own commits make it known
//! at once; what others write (the command line on the same file, other nodes) is learned by a look at the journal's
//! head, made when somebody asks and the last look is too old.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, MutexGuard};

/// For how long a look holds. What another process publishes is public at most this much later than there: no visitor
/// notices, and the database is asked five times a second at most, however many visitors there are.
const LOOK_HOLDS: Duration = Duration::from_millis(200);

/// The epoch as last heard of.
pub(crate) struct Epoch {
    value: AtomicI64,
    /// Until when the last look holds, in milliseconds since `started`; zero before the first one.
    holds_until: AtomicU64,
    started: Instant,
    looking: Mutex<()>,
}

impl Default for Epoch {
    fn default() -> Self {
        Self {
            value: AtomicI64::new(0),
            holds_until: AtomicU64::new(0),
            started: Instant::now(),
            looking: Mutex::new(()),
        }
    }
}

/// A look under way: the epoch known when it began, and when that was.
pub(crate) struct Look<'a> {
    epoch: &'a Epoch,
    known: i64,
    at: u64,
    _alone: MutexGuard<'a, ()>,
}

impl Epoch {
    fn milliseconds(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The epoch, if the last look still holds.
    pub(crate) fn known(&self) -> Option<i64> {
        let holds = self.milliseconds() < self.holds_until.load(Ordering::SeqCst);
        holds.then(|| self.value.load(Ordering::SeqCst))
    }

    /// A commit of our own reached this epoch. Commits may be heard of out of their order.
    pub(crate) fn raise(&self, epoch: i64) {
        self.value.fetch_max(epoch, Ordering::SeqCst);
    }

    /// The record is another one: the next who asks must look.
    pub(crate) fn forget(&self) {
        self.holds_until.store(0, Ordering::SeqCst);
    }

    /// Begins a look; whoever waited for the one before should see whether that is enough.
    pub(crate) async fn look(&self) -> Look<'_> {
        let alone = self.looking.lock().await;
        Look { epoch: self, known: self.value.load(Ordering::SeqCst), at: self.milliseconds(), _alone: alone }
    }
}

impl Look<'_> {
    /// What the journal's head says; returns the epoch, which may be later still by a commit of our own.
    pub(crate) fn found(self, epoch: i64) -> i64 {
        let value = &self.epoch.value;
        // Lower only in a record that was replaced; then nothing of ours was committed meanwhile.
        if value.compare_exchange(self.known, epoch, Ordering::SeqCst, Ordering::SeqCst).is_err() {
            value.fetch_max(epoch, Ordering::SeqCst);
        }
        let holds = u64::try_from(LOOK_HOLDS.as_millis()).unwrap_or(0);
        self.epoch.holds_until.store(self.at + holds, Ordering::SeqCst);
        value.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_known_before_the_first_look_and_after_forgetting() {
        let epoch = Epoch::default();
        assert_eq!(epoch.known(), None);
        assert_eq!(epoch.look().await.found(7), 7);
        assert_eq!(epoch.known(), Some(7));
        epoch.forget();
        assert_eq!(epoch.known(), None);
        assert_eq!(epoch.look().await.found(3), 3, "a record that was replaced may be younger");
    }

    #[tokio::test]
    async fn a_look_never_takes_back_a_commit_made_meanwhile() {
        let epoch = Epoch::default();
        epoch.look().await.found(7);
        let look = epoch.look().await;
        epoch.raise(9);
        assert_eq!(look.found(7), 9);
        let look = epoch.look().await;
        epoch.raise(10);
        assert_eq!(look.found(12), 12, "another process was faster");
        epoch.raise(11);
        assert_eq!(epoch.known(), Some(12), "heard of late");
    }
}
