//! What operators see of events on their way out, and how they send again what was given up.

use serde::Serialize;
use uuid::Uuid;

use crate::{dialog::timestamp::Timestamp, store::Store};

/// An event on its way, or one that was given up. It does not tell the party, whose name is a personal number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its place in the order.
    pub seq: i64,
    /// The dialog that it is about.
    pub dialog_id: Uuid,
    /// The type of the event.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Attempts so far.
    pub attempts: i16,
    /// When it is tried next; nothing where it is at once, or never.
    pub next_attempt: Option<Timestamp>,
    /// Why it was not delivered the last time.
    pub last_error: Option<String>,
}

impl Store {
    /// The first events that wait, at most `limit`.
    pub async fn waiting_events(&self, limit: i64) -> sqlx::Result<Vec<Entry>> {
        sqlx::query_as!(
            Entry,
            r#"
            SELECT seq, dialog_id, body ->> 'type' AS "kind!", occurred_at AS "occurred_at: Timestamp", attempts,
                   coalesce(due_at, not_before) AS "next_attempt: Timestamp", last_error
              FROM outbox ORDER BY seq LIMIT $1
            "#,
            limit,
        )
        .fetch_all(self.background())
        .await
    }

    /// The first events that were given up, at most `limit`.
    pub async fn dead_events(&self, limit: i64) -> sqlx::Result<Vec<Entry>> {
        sqlx::query_as!(
            Entry,
            r#"
            SELECT seq, dialog_id, body ->> 'type' AS "kind!", occurred_at AS "occurred_at: Timestamp", attempts,
                   NULL::timestamptz AS "next_attempt: Timestamp", last_error AS "last_error?"
              FROM outbox_dead ORDER BY seq LIMIT $1
            "#,
            limit,
        )
        .fetch_all(self.background())
        .await
    }

    /// Puts events that were given up back in their places, to be tried from the start: the one with this number, or
    /// all. How many there were.
    pub async fn redrive_events(&self, seq: Option<i64>) -> sqlx::Result<i64> {
        sqlx::query_scalar!(
            r#"
            WITH raised AS (
                   DELETE FROM outbox_dead WHERE $1::bigint IS NULL OR seq = $1
                   RETURNING seq, dialog_id, kind, body, occurred_at),
                 back AS (
                   INSERT INTO outbox (seq, dialog_id, kind, body, occurred_at) OVERRIDING SYSTEM VALUE
                   SELECT seq, dialog_id, kind, body, occurred_at FROM raised)
            SELECT count(*) AS "count!" FROM raised
            "#,
            seq,
        )
        .fetch_one(self.background())
        .await
    }
}
