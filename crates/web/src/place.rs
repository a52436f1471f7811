//! Places for what readers of the portal upload: so many at once, so few from one address, and fewer still while their
//! files are in memory to be sealed. A place is free again when it is dropped.

use domain::limits::{PUBLIC_UPLOADS_MAX, PUBLIC_UPLOADS_OF_ADDRESS_MAX, PUBLIC_UPLOADS_READ_MAX};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Every place.
pub(crate) struct Places {
    /// How many each address has.
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    reading: Arc<Semaphore>,
}

/// One reader's place.
pub(crate) struct Place {
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
    reading: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Default for Places {
    fn default() -> Self {
        Self { taken: Arc::default(), reading: Arc::new(Semaphore::new(PUBLIC_UPLOADS_READ_MAX)) }
    }
}

impl Places {
    /// A place for an upload from this address, unless there is none.
    pub(crate) fn take(&self, address: IpAddr) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&address).copied().unwrap_or(0);
        if own >= PUBLIC_UPLOADS_OF_ADDRESS_MAX || taken.values().sum::<usize>() >= PUBLIC_UPLOADS_MAX {
            return None;
        }
        taken.insert(address, own + 1);
        drop(taken);
        let (taken, reading) = (Arc::clone(&self.taken), Arc::clone(&self.reading));
        Some(Place { taken, address, reading, permit: None })
    }
}

impl Place {
    /// Waits until its files may be read into memory.
    pub(crate) async fn wait_to_read(&mut self) {
        self.permit = Arc::clone(&self.reading).acquire_owned().await.ok();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.address) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::net::Ipv4Addr;

    fn address(last: u8) -> IpAddr {
        Ipv4Addr::new(192, 0, 2, last).into()
    }

    #[test]
    fn one_address_does_not_take_every_place() {
        let places = Places::default();
        let own: Vec<_> =
            (0..PUBLIC_UPLOADS_OF_ADDRESS_MAX).map(|_| places.take(address(1)).unwrap()).collect();
        assert!(places.take(address(1)).is_none());
        let others: Vec<_> = (2..50).filter_map(|last| places.take(address(last))).collect();
        assert_eq!(own.len() + others.len(), PUBLIC_UPLOADS_MAX);
        drop(own);
        assert!(places.take(address(1)).is_some());
        drop(others);
        assert!(places.taken.lock().unwrap().is_empty(), "addresses are not remembered");
    }

    #[test]
    fn few_are_in_memory_at_a_time() {
        let places = Places::default();
        let mut all: Vec<_> = (0..=PUBLIC_UPLOADS_READ_MAX)
            .map(|last| places.take(address(u8::try_from(last).unwrap())).unwrap())
            .collect();
        let mut last = all.pop().unwrap();
        for place in &mut all {
            place.wait_to_read().now_or_never().unwrap();
        }
        assert!(last.wait_to_read().now_or_never().is_none());
        all.pop();
        assert!(last.wait_to_read().now_or_never().is_some());
    }
}
