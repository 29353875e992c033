//! When an event that was not delivered is tried again, and when it is given up.

use chrono::Duration;

use super::delivery::Failure;
use crate::dialog::timestamp::Timestamp;

/// The longest pause between two attempts.
const LONGEST: Duration = Duration::hours(1);
/// How far clocks may differ from each other.
const CLOCKS: Duration = Duration::minutes(5);
/// An event that waited this long, for whatever reason, is given up,
const PATIENCE: Duration = Duration::days(7);
/// but not before it was tried this often: after a long time without a server there has to be a chance.
const FEWEST_ATTEMPTS: i16 = 8;

/// The pause after so many failed attempts: about 2 seconds, then twice as long each time, up to an hour. `chance` makes
/// it up to a half shorter, so that what failed together is not tried again together.
pub(super) fn pause(attempts: i16, chance: u16) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or(0).min(12);
    let longest = Duration::milliseconds(1_000 << doublings).min(LONGEST);
    longest - longest / 2 * i32::from(chance) / i32::from(u16::MAX)
}

/// An event that failed before now waits no longer than until then; who says otherwise had a clock that was wrong.
pub(super) fn latest(now: Timestamp) -> Timestamp {
    now + LONGEST + CLOCKS
}

/// Whether an event that failed once more is given up.
pub(super) fn is_hopeless(failure: &Failure, now: Timestamp) -> bool {
    now - PATIENCE >= failure.waiting_since && failure.attempts >= FEWEST_ATTEMPTS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pauses_grow_from_seconds_to_an_hour(attempts in 1_i16.., chance: u16) {
            let pause = super::pause(attempts, chance);
            prop_assert!(pause >= Duration::seconds(1) && pause <= LONGEST, "{pause}");
            // Twice as long, or as long as they get, even with the worst of luck.
            let next = super::pause(attempts.saturating_add(1), u16::MAX);
            prop_assert!(next >= super::pause(attempts, 0).min(LONGEST / 2), "{next}");
        }
    }

    #[test]
    fn the_first_pause_is_seconds_and_the_last_an_hour() {
        assert_eq!(pause(1, 0), Duration::seconds(2));
        assert_eq!(pause(1, u16::MAX), Duration::seconds(1));
        assert_eq!(pause(5, 0), Duration::seconds(32));
        assert_eq!(pause(12, 0), Duration::hours(1));
        assert_eq!(pause(i16::MAX, 0), Duration::hours(1));
    }

    #[test]
    fn an_event_is_given_up_after_a_week_and_several_attempts() {
        let now: Timestamp = serde_json::from_str("\"2026-03-09T08:00:00Z\"").unwrap();
        for (days, attempts, expected) in [
            (0, 1, false),
            (6, 300, false),
            (7, 7, false),
            (7, 8, true),
            (30, 1, false),
        ] {
            let failure = Failure {
                seq: 1,
                attempts,
                waiting_since: now - Duration::days(days),
                error: String::new(),
            };
            assert_eq!(is_hopeless(&failure, now), expected, "{days} {attempts}");
        }
    }
}
