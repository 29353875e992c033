//! Migrated databases for tests.

use sqlx::postgres::PgConnectOptions;

use super::migrate;
use crate::embedded::testing::{self, Unavailable};

/// A new, empty, migrated database; see [`testing`].
pub async fn database() -> Result<PgConnectOptions, Unavailable<migrate::Error>> {
    testing::database(&migrate::fingerprint(), async |options| {
        migrate::migrate(&options).await
    })
    .await
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection, PgConnection};

    use super::*;

    #[tokio::test]
    async fn each_test_has_a_database_of_its_own_with_the_schema() {
        let (one, other) = (database().await.unwrap(), database().await.unwrap());
        assert_ne!(one.get_database(), other.get_database());
        for options in [one, other] {
            let mut connection = PgConnection::connect_with(&options).await.unwrap();
            sqlx::query("INSERT INTO party (urn) VALUES ('urn:one')")
                .execute(&mut connection)
                .await
                .unwrap();
            let parties: i64 = sqlx::query_scalar("SELECT count(*) FROM party")
                .fetch_one(&mut connection)
                .await
                .unwrap();
            assert_eq!(parties, 1);
        }
    }
}
