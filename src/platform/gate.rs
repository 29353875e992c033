//! Lets so many in at a time, lets some wait, and turns the rest away.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout_at},
};

/// How many may wait for each that is let in.
const WAITING: usize = 4;

/// The gate of one system.
pub(super) struct Gate {
    places: Semaphore,
    waiting: AtomicUsize,
    most_waiting: usize,
}

/// Leaves the queue, however waiting ends.
struct Waits<'a>(&'a AtomicUsize);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gate {
    pub(super) fn new(at_once: usize) -> Self {
        Self {
            places: Semaphore::new(at_once),
            waiting: AtomicUsize::new(0),
            most_waiting: at_once * WAITING,
        }
    }

    /// A place, kept until the result is dropped; `None` when the queue is full or does not move until `deadline`.
    pub(super) async fn enter(&self, deadline: Instant) -> Option<SemaphorePermit<'_>> {
        if let Ok(place) = self.places.try_acquire() {
            return Some(place);
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waits = Waits(&self.waiting);
        if before >= self.most_waiting {
            return None;
        }
        timeout_at(deadline, self.places.acquire()).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::{FutureExt, future::join_all, poll};

    use super::*;

    #[tokio::test]
    async fn the_queue_has_an_end() {
        let gate = Gate::new(2);
        let later = Instant::now() + Duration::from_mins(10);
        let inside = (gate.enter(later).await, gate.enter(later).await);
        assert!(inside.0.is_some() && inside.1.is_some());
        let mut queue = Box::pin(join_all((0..8).map(|_| gate.enter(later).map(drop_place))));
        assert!(poll!(&mut queue).is_pending());
        assert!(gate.enter(later).await.is_none(), "the ninth");
        drop(inside);
        assert_eq!(queue.await, [true; 8]);
        assert!(gate.enter(later).await.is_some());
    }

    #[tokio::test]
    async fn nobody_waits_beyond_the_deadline() {
        let gate = Gate::new(1);
        let place = gate.enter(Instant::now()).await;
        assert!(place.is_some());
        assert!(gate.enter(Instant::now()).await.is_none());
        drop(place);
        assert!(gate.enter(Instant::now()).await.is_some());
    }

    fn drop_place(place: Option<SemaphorePermit<'_>>) -> bool {
        place.is_some()
    }
}
