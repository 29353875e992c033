//! Now. Everything that needs the time gets a [`Clock`], so that tests can move it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Duration, Utc};

use crate::dialog::timestamp::Timestamp;

/// Tells the time. Clones tell the same time.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Where tests have stopped it.
    stopped: Option<Timestamp>,
    /// Microseconds that tests have added.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is moved; for tests.
    pub fn stopped_at(moment: Timestamp) -> Self {
        Self {
            stopped: Some(moment),
            ahead: Arc::default(),
        }
    }

    /// The time, cut to microseconds.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the machine"
    )]
    pub fn now(&self) -> Timestamp {
        let now: DateTime<Utc> = self.stopped.map_or_else(Utc::now, Timestamp::to_datetime);
        Timestamp::new(now + Duration::microseconds(self.ahead.load(Ordering::Relaxed)))
    }

    /// Moves this clock and its clones; for tests.
    pub fn advance(&self, by: Duration) {
        self.ahead
            .fetch_add(by.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}
