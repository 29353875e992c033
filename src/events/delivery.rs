//! Delivering what waits of one dialog: in order, until something fails.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::sink::Sink;
use crate::{
    clock::Clock,
    dialog::{event::CloudEvent, timestamp::Timestamp},
    store::outbox::Waiting,
};

/// After this long no further event of the dialog is begun: what was delivered is to be settled, lest it is delivered
/// again by whoever comes after us.
const LONGEST: Duration = Duration::from_secs(5);

/// What waits of one dialog, in order.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) dialog: Uuid,
    pub(super) lane: i32,
    pub(super) events: Vec<Waiting>,
}

/// How it ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) dialog: Uuid,
    /// What was delivered, by its place in the order.
    pub(super) delivered: Vec<i64>,
    /// What came after that and was not.
    pub(super) failure: Option<Failure>,
}

/// An event that was not delivered.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) seq: i64,
    /// Attempts, this one included.
    pub(super) attempts: i16,
    /// Since when it could have been delivered.
    pub(super) waiting_since: Timestamp,
    pub(super) error: String,
}

impl Run {
    /// Sorts events into runs; those of a dialog stand together already. An event that is held back, and what comes after
    /// it, is left out.
    pub(super) fn of(events: Vec<Waiting>, now: Timestamp) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        let mut held = None;
        for event in events {
            if event.not_before.is_some_and(|moment| moment > now) {
                held = Some(event.dialog);
            }
            if held == Some(event.dialog) {
                continue;
            }
            match runs.last_mut().filter(|run| run.dialog == event.dialog) {
                Some(run) => run.events.push(event),
                None => runs.push(Self {
                    dialog: event.dialog,
                    lane: event.lane,
                    events: vec![event],
                }),
            }
        }
        runs
    }

    /// Delivers one after the other, until one fails, or the time is up, or nobody wants more.
    pub(super) async fn deliver(
        self,
        sink: Arc<Sink>,
        clock: Clock,
        stop: CancellationToken,
    ) -> Ended {
        let start = Instant::now();
        let mut ended = Ended {
            dialog: self.dialog,
            delivered: Vec::with_capacity(self.events.len()),
            failure: None,
        };
        for event in self.events {
            if stop.is_cancelled() || start.elapsed() > LONGEST {
                break;
            }
            match deliver(&event, &sink, &clock).await {
                Ok(()) => ended.delivered.push(event.seq),
                Err(error) => {
                    ended.failure = Some(Failure {
                        seq: event.seq,
                        attempts: event.attempts.saturating_add(1),
                        waiting_since: event
                            .not_before
                            .map_or(event.occurred_at, |moment| moment.max(event.occurred_at)),
                        error,
                    });
                    break;
                }
            }
        }
        ended
    }
}

async fn deliver(event: &Waiting, sink: &Sink, clock: &Clock) -> Result<(), String> {
    let document: CloudEvent = serde_json::from_str(&event.body)
        .map_err(|_| "the stored event cannot be read by this version".to_owned())?;
    sink.deliver(&document, clock.now())
        .await
        .map_err(|failed| failed.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_back_holds_back_what_follows_it() {
        let now = Clock::system().now();
        let event = |dialog, seq, not_before| Waiting {
            seq,
            dialog: Uuid::from_u128(dialog),
            lane: 0,
            body: String::new(),
            occurred_at: now,
            not_before,
            attempts: 0,
        };
        let later = Some(now + chrono::Duration::seconds(1));
        let events = vec![
            event(1, 1, Some(now)),
            event(1, 4, None),
            event(2, 2, later),
            event(2, 3, None),
            event(3, 5, None),
            event(3, 6, later),
            event(3, 7, None),
        ];
        let runs = Run::of(events, now);
        let seqs: Vec<Vec<i64>> = runs
            .iter()
            .map(|run| run.events.iter().map(|event| event.seq).collect())
            .collect();
        assert_eq!(seqs, [vec![1, 4], vec![5]]);
    }
}
