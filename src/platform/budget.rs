//! How often calls may be made again: each call earns a share of a further attempt, so that a system that is down gets
//! a fifth more than usual, not four times as much.

use std::sync::{Mutex, PoisonError};

use crate::{clock::Clock, dialog::timestamp::Timestamp};

/// What one further attempt costs, in shares.
const PRICE: i64 = 5;
/// What can be saved up: twenty attempts.
const MOST: i64 = 20 * PRICE;

/// The budget of one system.
pub(super) struct Budget {
    clock: Clock,
    saved: Mutex<Saved>,
}

struct Saved {
    shares: i64,
    at: Timestamp,
}

impl Budget {
    pub(super) fn new(clock: Clock) -> Self {
        let saved = Mutex::new(Saved {
            shares: MOST,
            at: clock.now(),
        });
        Self { clock, saved }
    }

    /// A call is made: a share is earned.
    pub(super) fn earn(&self) {
        self.change(|saved| saved.shares = (saved.shares + 1).min(MOST));
    }

    /// Whether a call may be made again.
    pub(super) fn spend(&self) -> bool {
        self.change(|saved| {
            let is_enough = saved.shares >= PRICE;
            if is_enough {
                saved.shares -= PRICE;
            }
            is_enough
        })
    }

    /// Each second earns an attempt too: where there is little to do, nothing needs to be saved.
    fn change<T>(&self, change: impl FnOnce(&mut Saved) -> T) -> T {
        let now = self.clock.now();
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = (now.to_datetime() - saved.at.to_datetime()).num_seconds();
        if seconds != 0 {
            let earned = seconds.clamp(0, MOST) * PRICE;
            *saved = Saved {
                shares: (saved.shares + earned).min(MOST),
                at: now,
            };
        }
        change(&mut saved)
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn is_earned_by_calls_and_by_time_and_saved_up_to_a_bound() {
        let clock = Clock::stopped_at(Clock::system().now());
        let budget = Budget::new(clock.clone());
        let spends = || std::iter::from_fn(|| budget.spend().then_some(())).count();
        assert_eq!(spends(), 20, "at first");
        (0..10).for_each(|_| budget.earn());
        assert_eq!(spends(), 2, "by ten calls");
        clock.advance(Duration::seconds(3));
        assert_eq!(spends(), 3, "by three seconds");
        clock.advance(Duration::hours(1));
        assert_eq!(spends(), 20, "by an hour");
        clock.advance(Duration::hours(-1));
        assert_eq!(spends(), 0, "by a clock that is set back");
    }
}
