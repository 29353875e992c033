//! When a job is due.

use std::time::Duration;

use crate::{dialog::timestamp::Timestamp, store::jobs::LastRun};

/// A run that failed or whose process died is tried again after this time, or its interval if that is shorter.
const RETRY: Duration = Duration::from_mins(5);

/// When a job runs by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// Never.
    Off,
    /// At the start of the first process, and then as often as this; from beginning to beginning.
    Every(Duration),
}

impl Schedule {
    /// Every so many hours; 0 never.
    pub fn hours(hours: u32) -> Self {
        Self::seconds(hours.saturating_mul(60 * 60))
    }

    /// Every so many seconds; 0 never.
    pub fn seconds(seconds: u32) -> Self {
        match seconds {
            0 => Self::Off,
            seconds => Self::Every(Duration::from_secs(seconds.into())),
        }
    }

    /// Whether a job should begin now that ran last as `last` says and runs no longer.
    pub(super) fn is_due(self, last: Option<&LastRun>, now: Timestamp) -> bool {
        let Self::Every(interval) = self else {
            return false;
        };
        let Some(last) = last else {
            return true;
        };
        let (since, wait) = match (last.finished_at, last.succeeded) {
            (Some(_), Some(true)) => (last.started_at, interval),
            (Some(finished), _) => (finished, interval.min(RETRY)),
            (None, _) => (last.started_at, interval.min(RETRY)),
        };
        let elapsed = now.to_datetime() - since.to_datetime();
        // A beginning that lies ahead was written down by a clock that was wrong.
        elapsed < chrono::Duration::zero() || elapsed.to_std().is_ok_and(|elapsed| elapsed >= wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::new(chrono::DateTime::from_timestamp(seconds, 0).unwrap())
    }

    fn run(started: i64, finished: Option<i64>, succeeded: Option<bool>) -> LastRun {
        LastRun {
            name: "a".to_owned(),
            started_at: at(started),
            finished_at: finished.map(at),
            succeeded,
            result: None,
        }
    }

    #[test]
    fn jobs_are_due_an_interval_after_they_began_and_sooner_after_a_failure() {
        let hourly = Schedule::hours(1);
        let often = Schedule::seconds(60);
        let done = run(10_000, Some(10_100), Some(true));
        let failed = run(10_000, Some(10_100), Some(false));
        let died = run(10_000, None, None);
        for (schedule, last, now, due) in [
            (Schedule::Off, None, 0, false),
            (Schedule::Off, Some(&died), 99_999, false),
            (hourly, None, 0, true),
            (hourly, Some(&done), 13_599, false),
            (hourly, Some(&done), 13_600, true),
            (hourly, Some(&failed), 10_399, false),
            (hourly, Some(&failed), 10_400, true),
            (hourly, Some(&died), 10_299, false),
            (hourly, Some(&died), 10_300, true),
            (often, Some(&done), 10_060, true),
            (often, Some(&failed), 10_159, false),
            (often, Some(&failed), 10_160, true),
            (hourly, Some(&done), 9_999, true),
        ] {
            assert_eq!(
                schedule.is_due(last, at(now)),
                due,
                "{schedule:?} {last:?} {now}"
            );
        }
        assert_eq!(Schedule::hours(0), Schedule::Off);
    }
}
