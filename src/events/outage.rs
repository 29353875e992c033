//! Whether the receiver as a whole has been failing, so that what waits can be tried at once when it is back.

use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

/// Everything is tried at once at most this often: what fails for reasons of its own has to keep its pauses.
const PAUSE: Duration = Duration::from_mins(1);

/// What has failed since something last worked.
#[derive(Debug, Default)]
pub(super) struct Outage {
    failed: Option<Uuid>,
    is_wide: bool,
    ended: Option<Instant>,
}

impl Outage {
    /// An event of this dialog was not delivered.
    pub(super) fn failed(&mut self, dialog: Uuid) {
        // One dialog alone may have an event that nobody takes.
        self.is_wide |= self.failed.is_some_and(|other| other != dialog);
        self.failed = Some(dialog);
    }

    /// An event was delivered. Whether what has failed meanwhile should be tried now.
    pub(super) fn worked(&mut self, now: Instant) -> bool {
        self.failed = None;
        self.is_wide
            && self
                .ended
                .is_none_or(|last| now.duration_since(last) >= PAUSE)
    }

    /// Nothing is known about what the events of these lanes have met with: somebody else may have been looking after
    /// them.
    pub(super) fn forget(&mut self) {
        *self = Self {
            is_wide: true,
            ..Self::default()
        };
    }

    /// All that has failed will be tried.
    pub(super) fn ended(&mut self, now: Instant) {
        self.is_wide = false;
        self.ended = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_when_several_dialogs_fail_and_none_works() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let now = Instant::now();
        let mut outage = Outage::default();
        assert!(!outage.worked(now));
        outage.failed(one);
        outage.failed(one);
        assert!(!outage.worked(now), "one dialog alone");
        outage.failed(other);
        assert!(!outage.worked(now), "not together");
        outage.failed(one);
        outage.failed(other);
        assert!(outage.worked(now));
        assert!(outage.worked(now), "until all will be tried");
        outage.ended(now);
        assert!(!outage.worked(now));
    }

    #[test]
    fn the_first_success_after_a_start_may_end_an_outage_that_nobody_remembers() {
        let mut outage = Outage::default();
        outage.forget();
        assert!(outage.worked(Instant::now()));
        outage.ended(Instant::now());
        assert!(!outage.worked(Instant::now()));
    }

    #[test]
    fn what_keeps_failing_does_not_make_everything_be_tried_all_the_time() {
        let mut now = Instant::now();
        let mut outage = Outage::default();
        let mut ends = 0;
        for _ in 0..601 {
            outage.failed(Uuid::from_u128(1));
            outage.failed(Uuid::from_u128(2));
            if outage.worked(now) {
                outage.ended(now);
                ends += 1;
            }
            now += Duration::from_secs(1);
        }
        assert_eq!(ends, 11);
    }
}
