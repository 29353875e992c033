//! Leaves a system alone that mostly fails: waiting for it would only hold those up who ask, and it down.
//!
//! Closed, everything goes through and is counted: a call once, however many attempts it takes. When most of many calls
//! have failed it opens, and nothing goes through for a while. Then one call may, with one attempt: it closes the
//! breaker, or begins another, longer while.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::Duration;

use crate::{clock::Clock, dialog::timestamp::Timestamp};

/// How long calls are counted together.
const WINDOW: Duration = Duration::seconds(30);
/// Fewer calls than this say nothing about a system.
const FEWEST: u32 = 20;
/// The first while, and the longest; each is twice the one before.
const FIRST: Duration = Duration::seconds(5);
const LONGEST: Duration = Duration::seconds(60);

/// The breaker of one system.
pub(super) struct Breaker {
    system: &'static str,
    clock: Clock,
    state: Mutex<State>,
}

enum State {
    Closed {
        since: Timestamp,
        seen: u32,
        failed: u32,
    },
    Open {
        since: Timestamp,
        pause: Duration,
        is_tried: bool,
    },
}

/// Leave to make one call. Dropped without a verdict it counts as none.
pub(super) struct Admitted<'a> {
    breaker: &'a Breaker,
    /// The one call that decides whether an open breaker closes.
    is_trial: bool,
}

impl Breaker {
    pub(super) fn new(system: &'static str, clock: Clock) -> Self {
        let state = Mutex::new(State::fresh(clock.now()));
        Self {
            system,
            clock,
            state,
        }
    }

    /// Leave to ask the system now; `None` while it is left alone.
    pub(super) fn admit(&self) -> Option<Admitted<'_>> {
        let now = self.clock.now();
        let is_trial = match &mut *self.state() {
            State::Closed { .. } => false,
            State::Open { is_tried: true, .. } => return None,
            State::Open {
                since,
                pause,
                is_tried,
            } => {
                // A clock that was set back must not keep the breaker open for as long.
                if (*since..*since + *pause).contains(&now) {
                    return None;
                }
                *is_tried = true;
                true
            }
        };
        Some(Admitted {
            breaker: self,
            is_trial,
        })
    }

    fn count(&self, is_trial: bool, has_failed: bool) {
        let now = self.clock.now();
        let mut state = self.state();
        match &mut *state {
            State::Closed {
                since,
                seen,
                failed,
            } => {
                if !(*since..*since + WINDOW).contains(&now) {
                    (*since, *seen, *failed) = (now, 0, 0);
                }
                *seen += 1;
                *failed += u32::from(has_failed);
                if *seen >= FEWEST && *failed * 2 > *seen {
                    tracing::warn!(
                        system = self.system,
                        failed,
                        seen,
                        "a system mostly fails and is left alone for a while"
                    );
                    *state = State::open(now, FIRST);
                }
            }
            // What began before the breaker opened comes too late to say anything new.
            State::Open { .. } if !is_trial => {}
            State::Open { pause, .. } if has_failed => {
                *state = State::open(now, (*pause * 2).min(LONGEST));
            }
            State::Open { .. } => {
                tracing::info!(system = self.system, "a system that failed answers again");
                *state = State::fresh(now);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admitted<'_> {
    /// Whether another attempt may be made: not once the breaker is open, and not to find out whether it may close.
    pub(super) fn may_try_again(&self) -> bool {
        !self.is_trial && matches!(*self.breaker.state(), State::Closed { .. })
    }

    /// The call was made, and went well or did not.
    pub(super) fn ended(self, has_failed: bool) {
        self.breaker.count(self.is_trial, has_failed);
    }
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        if self.is_trial
            && let State::Open { is_tried, .. } = &mut *self.breaker.state()
        {
            *is_tried = false;
        }
    }
}

impl State {
    fn fresh(now: Timestamp) -> Self {
        Self::Closed {
            since: now,
            seen: 0,
            failed: 0,
        }
    }

    fn open(now: Timestamp, pause: Duration) -> Self {
        Self::Open {
            since: now,
            pause,
            is_tried: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker() -> (Breaker, Clock) {
        let clock = Clock::stopped_at(Clock::system().now());
        (Breaker::new("test", clock.clone()), clock)
    }

    fn calls(breaker: &Breaker, count: u32, has_failed: bool) {
        for _ in 0..count {
            breaker.admit().unwrap().ended(has_failed);
        }
    }

    #[test]
    fn opens_when_most_of_many_calls_have_failed() {
        for (good, bad, is_open) in [
            (0, 19, false),
            (0, 20, true),
            (10, 10, false),
            (10, 11, true),
            (100, 99, false),
        ] {
            let (breaker, _) = breaker();
            calls(&breaker, good, false);
            calls(&breaker, bad, true);
            assert_eq!(breaker.admit().is_none(), is_open, "{good} {bad}");
        }
    }

    #[test]
    fn what_is_long_ago_does_not_count() {
        let (breaker, clock) = breaker();
        calls(&breaker, 19, true);
        clock.advance(WINDOW);
        calls(&breaker, 19, true);
        assert!(breaker.admit().is_some());
    }

    #[test]
    fn one_call_at_a_time_finds_out_whether_the_system_is_back() {
        let (breaker, clock) = breaker();
        calls(&breaker, FEWEST, true);
        clock.advance(FIRST - Duration::microseconds(1));
        assert!(breaker.admit().is_none());
        clock.advance(Duration::microseconds(1));
        let trial = breaker.admit().unwrap();
        assert!(breaker.admit().is_none(), "a second one at the same time");
        drop(trial);
        let trial = breaker.admit().expect("the first was given up");
        trial.ended(false);
        calls(&breaker, FEWEST - 1, true);
        assert!(breaker.admit().is_some(), "old failures are forgotten");
    }

    #[test]
    fn leaves_the_system_alone_for_longer_and_longer() {
        let (breaker, clock) = breaker();
        calls(&breaker, FEWEST, true);
        for seconds in [5, 10, 20, 40, 60, 60] {
            clock.advance(Duration::milliseconds(seconds * 1_000 - 1));
            assert!(breaker.admit().is_none(), "{seconds}");
            clock.advance(Duration::milliseconds(1));
            breaker.admit().unwrap().ended(true);
        }
    }

    #[test]
    fn who_is_on_the_way_does_not_try_again_once_it_is_open() {
        let (breaker, clock) = breaker();
        let early = breaker.admit().unwrap();
        assert!(early.may_try_again());
        calls(&breaker, FEWEST, true);
        assert!(!early.may_try_again());
        clock.advance(FIRST);
        assert!(!breaker.admit().unwrap().may_try_again());
    }

    #[test]
    fn answers_to_older_calls_do_not_close_it() {
        let (breaker, _) = breaker();
        let early = breaker.admit().unwrap();
        calls(&breaker, FEWEST, true);
        early.ended(false);
        assert!(breaker.admit().is_none());
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_keep_it_open() {
        let (breaker, clock) = breaker();
        calls(&breaker, FEWEST, true);
        clock.advance(Duration::hours(-1));
        assert!(breaker.admit().is_some());
    }
}
