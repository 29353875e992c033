//! How many events wait to be delivered.

use std::time::Duration;

use super::Store;
use crate::dialog::timestamp::Timestamp;

/// Counting stops here: beyond it only the age of the first matters.
const MOST: i64 = 100_000;

/// The outbox at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Events whose time has come; at most a hundred thousand are counted, of all kinds together.
    pub due: i64,
    /// Events held back until their dialog is visible.
    pub held: i64,
    /// Since when the first of the due ones has waited.
    pub oldest_due: Option<Timestamp>,
}

impl Backlog {
    /// How long the first of the due ones has waited.
    pub fn waited(&self, now: Timestamp) -> Duration {
        self.oldest_due.map_or(Duration::ZERO, |since| {
            let waited = now.to_datetime() - since.to_datetime();
            waited.to_std().unwrap_or_default()
        })
    }
}

impl Store {
    /// What waits in the outbox. An event that could not be delivered is due even while its next attempt is not.
    pub async fn backlog(&self, now: Timestamp) -> sqlx::Result<Backlog> {
        let row = sqlx::query!(
            r#"
            WITH event AS (
                   SELECT occurred_at, not_before,
                          attempts > 0 OR not_before IS NULL OR not_before <= $1 AS is_due,
                          attempts > 0 AS has_failed
                     FROM outbox
                    ORDER BY seq
                    LIMIT $2)
            SELECT count(*) FILTER (WHERE is_due) AS "due!",
                   count(*) FILTER (WHERE NOT is_due) AS "held!",
                   min(CASE WHEN has_failed OR not_before IS NULL THEN occurred_at ELSE not_before END)
                     FILTER (WHERE is_due) AS "oldest_due: Timestamp"
              FROM event
            "#,
            now.to_datetime(),
            MOST,
        )
        .fetch_one(self.background())
        .await?;
        Ok(Backlog {
            due: row.due,
            held: row.held,
            oldest_due: row.oldest_due,
        })
    }
}
