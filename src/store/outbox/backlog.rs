//! How far delivery is behind.

use std::time::Duration;

use crate::{dialog::timestamp::Timestamp, store::Store};

/// Counting stops here: beyond it only the age of the oldest matters.
const MOST: i64 = 10_000;

/// The outbox at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lag {
    /// Events whose time has come and dialogs whose first event failed; those that wait behind a failed one are not
    /// counted, nor are more than ten thousand of each.
    pub waiting: i64,
    /// Events whose time has not come; at most ten thousand.
    pub held: i64,
    /// Since when the oldest of them waits: since it happened, or since its dialog became visible.
    pub oldest: Option<Timestamp>,
    /// Events that were given up; at most ten thousand.
    pub dead: i64,
}

impl Lag {
    /// How long the oldest has waited.
    pub fn waited(&self, now: Timestamp) -> Duration {
        self.oldest.map_or(Duration::ZERO, |since| {
            let waited = now.to_datetime() - since.to_datetime();
            waited.to_std().unwrap_or_default()
        })
    }
}

impl Store {
    /// How far delivery is behind. Costs as much with a million events as with ten thousand.
    pub async fn outbox_lag(&self, now: Timestamp) -> sqlx::Result<Lag> {
        sqlx::query_as!(
            Lag,
            r#"
            SELECT (SELECT count(*)
                      FROM (SELECT FROM generate_series(0, 3) AS l (lane)
                             CROSS JOIN LATERAL (SELECT FROM outbox o
                                                  WHERE uuid_hash(o.dialog_id) & 3 = l.lane
                                                    AND coalesce(o.due_at, o.not_before, '-infinity') <= $1
                                                  LIMIT $2) AS due
                             LIMIT $2) AS due)
                   + (SELECT count(*) FROM (SELECT FROM outbox WHERE attempts > 0 AND due_at > $1 LIMIT $2) AS failed)
                     AS "waiting!",
                   (SELECT count(*)
                      FROM (SELECT FROM generate_series(0, 3) AS l (lane)
                             CROSS JOIN LATERAL (SELECT FROM outbox o
                                                  WHERE uuid_hash(o.dialog_id) & 3 = l.lane
                                                    AND coalesce(o.due_at, o.not_before, '-infinity') > $1
                                                    AND o.attempts = 0
                                                  LIMIT $2) AS held
                             LIMIT $2) AS held) AS "held!",
                   least(
                     (SELECT min(fresh.occurred_at)
                        FROM generate_series(0, 3) AS l (lane)
                       CROSS JOIN LATERAL (SELECT o.occurred_at FROM outbox o
                                            WHERE uuid_hash(o.dialog_id) & 3 = l.lane
                                              AND coalesce(o.due_at, o.not_before, '-infinity') = '-infinity'
                                            ORDER BY o.seq LIMIT 1) AS fresh),
                     (SELECT min(held.not_before)
                        FROM generate_series(0, 3) AS l (lane)
                       CROSS JOIN LATERAL (SELECT o.not_before FROM outbox o
                                            WHERE uuid_hash(o.dialog_id) & 3 = l.lane
                                              AND coalesce(o.due_at, o.not_before, '-infinity') > '-infinity'
                                              AND coalesce(o.due_at, o.not_before, '-infinity') <= $1
                                            ORDER BY coalesce(o.due_at, o.not_before, '-infinity'), o.seq
                                            LIMIT 1) AS held),
                     (SELECT min(greatest(failed.occurred_at, failed.not_before))
                        FROM (SELECT occurred_at, not_before FROM outbox
                               WHERE attempts > 0 ORDER BY occurred_at LIMIT 100) AS failed)
                   ) AS "oldest: Timestamp",
                   (SELECT count(*) FROM (SELECT FROM outbox_dead LIMIT $2) AS dead) AS "dead!"
            "#,
            now as Timestamp,
            MOST,
        )
        .fetch_one(self.background())
        .await
    }
}
