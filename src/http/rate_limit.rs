//! How often one caller may ask: the generic cell rate algorithm, a token bucket of one number per caller.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;

use crate::{clock::Clock, config, telemetry::metrics};

/// Callers remembered at most, some 30 bytes each. While all of them are busy, further ones are not held back.
const CALLERS: usize = 100_000;
const SECOND: i64 = 1_000_000;

/// The limit of one process. Clones are the same.
#[derive(Debug, Clone)]
pub struct RateLimit {
    clock: Clock,
    terms: Arc<ArcSwap<config::RateLimit>>,
    callers: Arc<Mutex<Callers>>,
    /// Keyed by chance, so that nobody can aim at somebody else's place.
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Callers {
    /// When each caller's bucket will be full again, in microseconds since 1970.
    full_at: HashMap<u64, i64>,
    /// When those that are full again were last forgotten.
    swept_at: i64,
}

/// The caller has asked too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests; the next one in {retry_after} s")]
pub struct TooMany {
    /// Whole seconds after which one request is let in again; at least 1.
    pub retry_after: u64,
}

impl RateLimit {
    /// A limit that nobody has touched yet.
    pub fn new(terms: config::RateLimit, clock: Clock) -> Self {
        Self {
            clock,
            terms: Arc::new(ArcSwap::from_pointee(terms)),
            callers: Arc::default(),
            hasher: RandomState::new(),
        }
    }

    /// Other terms from now on.
    pub fn set(&self, terms: config::RateLimit) {
        self.terms.store(Arc::new(terms));
    }

    /// Counts a request of `caller`, unless there are too many.
    pub fn admit(&self, caller: impl Hash) -> Result<(), TooMany> {
        let terms = **self.terms.load();
        let Some(interval) = SECOND.checked_div(i64::from(terms.requests_per_second)) else {
            return Ok(());
        };
        let interval = interval.max(1);
        let room = interval * i64::from(terms.burst.max(1));
        let now = self.clock.now().micros();
        let key = self.hasher.hash_one(caller);

        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        callers.make_room(now);
        let is_known = callers.full_at.contains_key(&key);
        if !is_known && callers.full_at.len() >= CALLERS {
            return Ok(());
        }
        let full_at = callers.full_at.entry(key).or_insert(now);
        let next = (*full_at).max(now) + interval;
        if next - now > room {
            metrics::refused("rate");
            let wait = (next - now - room).unsigned_abs();
            return Err(TooMany {
                retry_after: wait.div_ceil(SECOND.unsigned_abs()).max(1),
            });
        }
        *full_at = next;
        Ok(())
    }
}

impl Callers {
    /// Forgets those whose buckets are full again, at most once a second.
    fn make_room(&mut self, now: i64) {
        if self.full_at.len() >= CALLERS && now - self.swept_at >= SECOND {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.swept_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    fn limit(requests_per_second: u32, burst: u32) -> (RateLimit, Clock) {
        let clock = Clock::stopped_at(Clock::system().now());
        let terms = config::RateLimit {
            requests_per_second,
            burst,
        };
        (RateLimit::new(terms, clock.clone()), clock)
    }

    #[test]
    fn a_burst_is_let_in_and_then_one_at_a_time() {
        let (limit, clock) = limit(2, 3);
        for _ in 0..3 {
            limit.admit("one").unwrap();
        }
        assert_eq!(limit.admit("one"), Err(TooMany { retry_after: 1 }));
        limit.admit("other").unwrap();

        clock.advance(Duration::milliseconds(499));
        assert!(limit.admit("one").is_err());
        clock.advance(Duration::milliseconds(1));
        limit.admit("one").unwrap();
        assert!(limit.admit("one").is_err());

        clock.advance(Duration::hours(1));
        for _ in 0..3 {
            limit.admit("one").unwrap();
        }
        assert!(limit.admit("one").is_err());
    }

    #[test]
    fn without_a_limit_nothing_is_counted_and_it_can_come_later() {
        let (limit, _) = limit(0, 1);
        for _ in 0..1_000 {
            limit.admit("one").unwrap();
        }
        assert!(limit.callers.lock().unwrap().full_at.is_empty());
        limit.set(config::RateLimit {
            requests_per_second: 1,
            burst: 1,
        });
        limit.admit("one").unwrap();
        assert!(limit.admit("one").is_err());
    }

    #[test]
    fn callers_beyond_the_bound_are_let_in_and_the_quiet_ones_forgotten() {
        let (limit, clock) = limit(1, 1);
        for caller in 0..CALLERS + 10 {
            limit.admit(caller).unwrap();
        }
        assert_eq!(limit.callers.lock().unwrap().full_at.len(), CALLERS);
        limit.admit(CALLERS + 1).unwrap();
        limit.admit(CALLERS + 1).unwrap();

        clock.advance(Duration::seconds(2));
        limit.admit("new").unwrap();
        assert_eq!(limit.callers.lock().unwrap().full_at.len(), 1);
        assert!(limit.admit("new").is_err());
    }
}
