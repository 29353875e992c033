//! When jobs ran, and how far those got that can be resumed.

use serde::{Serialize, de::DeserializeOwned};
use sqlx::types::Json;

use super::Store;
use crate::dialog::timestamp::Timestamp;

/// The last run of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// Which job.
    pub name: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it runs and after its process died.
    pub finished_at: Option<Timestamp>,
    /// Whether it did what it should.
    pub succeeded: Option<bool>,
    /// What it reported, in words.
    pub result: Option<String>,
}

impl Store {
    /// The last run of every job that ever ran.
    pub async fn last_runs(&self) -> sqlx::Result<Vec<LastRun>> {
        sqlx::query_as!(
            LastRun,
            r#"
            SELECT name, started_at AS "started_at: Timestamp", finished_at AS "finished_at: Timestamp", succeeded, result
              FROM job
            "#,
        )
        .fetch_all(self.background())
        .await
    }

    /// Writes down that a job begins.
    pub async fn job_started(&self, name: &str, now: Timestamp) -> sqlx::Result<()> {
        sqlx::query!(
            r#"
            INSERT INTO job (name, started_at) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE
               SET started_at = $2, finished_at = NULL, succeeded = NULL, result = NULL, duration_ms = NULL
            "#,
            name,
            now as Timestamp,
        )
        .execute(self.background())
        .await
        .map(drop)
    }

    /// Writes down how the run ended that began at `started`.
    pub async fn job_finished(
        &self,
        name: &str,
        started: Timestamp,
        now: Timestamp,
        succeeded: bool,
        result: &str,
    ) -> sqlx::Result<()> {
        let duration = now.to_datetime() - started.to_datetime();
        sqlx::query!(
            r#"
            UPDATE job SET finished_at = $3, succeeded = $4, result = $5, duration_ms = $6
             WHERE name = $1 AND started_at = $2
            "#,
            name,
            started as Timestamp,
            now as Timestamp,
            succeeded,
            result,
            duration.num_milliseconds(),
        )
        .execute(self.background())
        .await
        .map(drop)
    }

    /// How far a job got, as it wrote down itself.
    pub async fn job_state<T: DeserializeOwned + Send + Unpin + 'static>(
        &self,
        name: &str,
    ) -> sqlx::Result<Option<T>> {
        let state: Option<Option<Json<T>>> =
            sqlx::query_scalar("SELECT state FROM job WHERE name = $1")
                .bind(name)
                .fetch_optional(self.background())
                .await?;
        Ok(state.flatten().map(|state| state.0))
    }

    /// Writes down how far a job got; `None` when there is nothing to resume.
    pub async fn set_job_state<T: Serialize + Sync>(
        &self,
        name: &str,
        state: Option<&T>,
    ) -> sqlx::Result<()> {
        sqlx::query("UPDATE job SET state = $2 WHERE name = $1")
            .bind(name)
            .bind(state.map(Json))
            .execute(self.background())
            .await
            .map(drop)
    }
}
