//! New words on their way into the index of words.
//!
//! PostgreSQL puts them into a list, which every search for a word reads from end to end, once for each party; the writer
//! who fills the list empties it. So that neither waits for long, a process that has added words empties the list soon
//! afterwards.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Store;

/// How long to gather words: a hundred dialogs at a time cost a tenth of what they cost one by one.
const GATHER: Duration = Duration::from_secs(1);

impl Store {
    /// Empties the list after each time that something was written here, until it is stopped.
    pub async fn merge_words(self, stop: CancellationToken) {
        let next = async || {
            self.added.notified().await;
            tokio::time::sleep(GATHER).await;
        };
        while stop.run_until_cancelled(next()).await.is_some() {
            if let Err(error) = self.merge_new_words().await {
                // Whoever fills the list empties it, as ever.
                tracing::debug!(%error, "new words stay in their list");
            }
        }
    }

    /// Empties the list, and says how many pages it had; `None` where another process is about it, where the index is
    /// set aside, or where it is not ours.
    async fn merge_new_words(&self) -> sqlx::Result<Option<i64>> {
        sqlx::query_scalar(
            "SELECT gin_clean_pending_list(c.oid)
               FROM pg_class c
              WHERE c.oid = to_regclass('dialog_search_vec_ix') AND pg_has_role(c.relowner, 'USAGE')
                AND pg_try_advisory_xact_lock(hashtextextended('dialogporten new words', 0))",
        )
        .fetch_optional(self.background())
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, store::testing};

    #[tokio::test]
    async fn new_words_are_merged_by_one_at_a_time() {
        let options = testing::database().await.unwrap();
        let store = Store::open(&Config::default(), &options).unwrap();
        sqlx::raw_sql(
            "ALTER TABLE dialog_search DROP CONSTRAINT dialog_search_dialog_fk;
             INSERT INTO dialog_search (dialog_id, party_id, vec)
             SELECT gen_random_uuid(), n, to_tsvector('simple', 'elg gran') FROM generate_series(1, 100) AS n",
        )
        .execute(store.background())
        .await
        .unwrap();
        let mut other = store.background().acquire().await.unwrap();
        let lock = "SELECT pg_advisory_lock(hashtextextended('dialogporten new words', 0))";
        sqlx::query(lock).execute(&mut *other).await.unwrap();
        assert_eq!(store.merge_new_words().await.unwrap(), None);
        let unlock = "SELECT pg_advisory_unlock_all()";
        sqlx::query(unlock).execute(&mut *other).await.unwrap();
        assert!(store.merge_new_words().await.unwrap() > Some(0));
        assert_eq!(store.merge_new_words().await.unwrap(), Some(0));
    }
}
