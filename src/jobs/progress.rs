//! How far a run is.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Counts what is done. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Tells how much there is to do, as well as one knows.
    pub fn expect(&self, total: u64) {
        self.0.total.store(total, Ordering::Relaxed);
    }

    /// Tells that more is done.
    pub fn advance(&self, by: u64) {
        self.0.done.fetch_add(by, Ordering::Relaxed);
    }

    /// How much is done, and of how much; 0 where that is not known.
    pub fn now(&self) -> (u64, u64) {
        let done = self.0.done.load(Ordering::Relaxed);
        let total = self.0.total.load(Ordering::Relaxed);
        // An estimate that has been surpassed was too small.
        (done, if total == 0 { 0 } else { total.max(done) })
    }
}
