//! Locks that at most one process holds, over all processes that share the database.
//!
//! They are advisory locks of a session, so they end with it: a process that dies, or that cannot be reached, loses
//! its locks and another may take them. This needs a connection of its own that no transaction pooler stands before.

use std::time::Duration;

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use super::{Store, sessions::require_primary};

/// The database ends the session of a holder that has not been heard of for this long.
const SILENCE: &str = "60s";
/// A holder says that it lives this often: several times within the time above.
pub const HEARTBEAT: Duration = Duration::from_secs(5);
/// A database that takes longer to answer counts as gone. Shorter than the silence, so that a holder knows that it
/// has lost its locks before another can take them.
const PATIENCE: Duration = Duration::from_secs(30);

/// The locks that one session holds.
#[derive(Debug)]
pub struct Locks(PgConnection);

impl Locks {
    /// Opens a session without locks.
    pub async fn open(store: &Store) -> sqlx::Result<Self> {
        Self::open_at(store.direct()).await
    }

    /// The same where there is no store yet.
    pub async fn open_at(direct: &PgConnectOptions) -> sqlx::Result<Self> {
        let options = direct
            .clone()
            .application_name("dialogporten locks")
            .options([("idle_session_timeout", SILENCE)]);
        let mut connection = in_time(PgConnection::connect_with(&options)).await?;
        in_time(require_primary(&mut connection)).await?;
        Ok(Self(connection))
    }

    /// Takes a lock unless another session has it. A session that asks twice has it twice.
    pub async fn try_lock(&mut self, name: &str) -> sqlx::Result<bool> {
        let statement = sqlx::query_scalar!(
            r#"SELECT pg_try_advisory_lock(hashtextextended('dialogporten ' || $1, 0)) AS "locked!""#,
            name,
        );
        in_time(statement.fetch_one(&mut self.0)).await
    }

    /// Gives a lock back.
    pub async fn unlock(&mut self, name: &str) -> sqlx::Result<()> {
        let statement = sqlx::query_scalar!(
            r#"SELECT pg_advisory_unlock(hashtextextended('dialogporten ' || $1, 0)) AS "unlocked!""#,
            name,
        );
        in_time(statement.fetch_one(&mut self.0)).await.map(drop)
    }

    /// Says that the holder lives. An error means that all locks may be gone.
    pub async fn keep(&mut self) -> sqlx::Result<()> {
        // A bare ping would not count as activity.
        in_time(sqlx::query("SELECT").execute(&mut self.0))
            .await
            .map(drop)
    }

    /// Keeps the locks for as long as they can be kept, and tells why no longer.
    pub async fn lost(&mut self) -> sqlx::Error {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            if let Err(error) = self.keep().await {
                return error;
            }
        }
    }

    /// Gives all locks back.
    pub async fn close(mut self) {
        // Whatever goes wrong here, the session ends; but its end comes some time after the last answer, and whoever waits
        // for a lock wants to know now.
        let unlock = sqlx::query("SELECT pg_advisory_unlock_all()").execute(&mut self.0);
        let _ = in_time(unlock).await;
        let _ = in_time(self.0.close()).await;
    }
}

async fn in_time<T>(work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|elapsed| Err(sqlx::Error::Io(elapsed.into())))
}

/// Ends all sessions with locks of this database, as if their holders could not be reached any more.
#[cfg(test)]
pub(crate) async fn end_sessions(store: &Store) {
    sqlx::query(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'dialogporten locks'",
    )
    .execute(store.background())
    .await
    .unwrap();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, store::testing};

    #[tokio::test]
    async fn one_session_has_a_lock_until_it_ends() {
        let database = testing::database().await.unwrap();
        let store = Store::open(&Config::default(), &database).unwrap();
        let mut one = Locks::open(&store).await.unwrap();
        let mut other = Locks::open(&store).await.unwrap();
        assert!(one.try_lock("a").await.unwrap());
        assert!(!other.try_lock("a").await.unwrap());
        assert!(other.try_lock("b").await.unwrap());
        one.unlock("a").await.unwrap();
        assert!(other.try_lock("a").await.unwrap());
        assert!(!one.try_lock("b").await.unwrap());
        other.close().await;
        assert!(one.try_lock("a").await.unwrap());
        assert!(one.try_lock("b").await.unwrap());
    }

    #[tokio::test]
    async fn a_holder_learns_that_its_session_was_ended() {
        let database = testing::database().await.unwrap();
        let store = Store::open(&Config::default(), &database).unwrap();
        let mut locks = Locks::open(&store).await.unwrap();
        locks.keep().await.unwrap();
        end_sessions(&store).await;
        locks.keep().await.unwrap_err();
    }
}
