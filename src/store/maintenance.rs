//! Whether the servers of this database are in maintenance.

use super::Store;
use crate::dialog::timestamp::Timestamp;

/// The switch that all servers look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maintenance {
    /// When it was switched on.
    pub since: Timestamp,
    /// When it is expected to end.
    pub retry_at: Option<Timestamp>,
}

impl Store {
    /// The switch; `None` while it is off.
    pub async fn maintenance(&self) -> sqlx::Result<Option<Maintenance>> {
        sqlx::query_as!(
            Maintenance,
            r#"SELECT since AS "since: Timestamp", retry_at AS "retry_at: Timestamp" FROM maintenance"#,
        )
        .fetch_optional(self.background())
        .await
    }

    /// Switches it on, or changes when it is expected to end.
    pub async fn begin_maintenance(
        &self,
        now: Timestamp,
        retry_at: Option<Timestamp>,
    ) -> sqlx::Result<()> {
        sqlx::query!(
            "
            INSERT INTO maintenance (since, retry_at) VALUES ($1, $2)
                ON CONFLICT (id) DO UPDATE SET retry_at = EXCLUDED.retry_at
            ",
            now.to_datetime(),
            retry_at.map(Timestamp::to_datetime),
        )
        .execute(self.background())
        .await
        .map(drop)
    }

    /// Switches it off, and says whether it was on.
    pub async fn end_maintenance(&self) -> sqlx::Result<bool> {
        sqlx::query!("DELETE FROM maintenance")
            .execute(self.background())
            .await
            .map(|done| done.rows_affected() > 0)
    }
}
