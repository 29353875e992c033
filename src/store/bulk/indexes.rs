//! Building indexes after loading instead of during it: several times faster, and only while nobody misses them.
//!
//! What was set aside is written down in a table of its own, in the same transaction: whoever comes after a process
//! that was killed can put it back. Unique indexes and primary keys stay, as statements refer to them.

use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

use super::session;
use crate::store::outbox;

/// How many indexes are built at once.
const BUILDERS: usize = 2;

/// What became of the indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// They are set aside.
    Done,
    /// They are where they were, as there are dialogs.
    HasDialogs,
    /// They are where they were, as servers use them.
    HasServers,
}

/// Takes the plain indexes and foreign keys off the tables that dialogs are loaded into, if these are empty and nobody
/// serves from them.
pub async fn set_indexes_aside(database: &PgConnectOptions) -> sqlx::Result<Aside> {
    let mut connection = PgConnection::connect_with(&session(database)).await?;
    let mut transaction = connection.begin().await?;
    // Whoever writes the first dialog at this moment is waited for.
    sqlx::raw_sql("LOCK TABLE dialog IN SHARE ROW EXCLUSIVE MODE")
        .execute(&mut *transaction)
        .await?;
    let is_empty = sqlx::query_scalar!(
        r#"SELECT NOT EXISTS (SELECT FROM dialog) AND to_regclass('bulk_set_aside') IS NULL AS "empty!""#
    )
    .fetch_one(&mut *transaction)
    .await?;
    let aside = if !is_empty {
        Aside::HasDialogs
    } else if outbox::dispatchers(&mut transaction).await? > 0 {
        Aside::HasServers
    } else {
        sqlx::raw_sql(SET_ASIDE).execute(&mut *transaction).await?;
        Aside::Done
    };
    transaction.commit().await?;
    connection.close().await?;
    Ok(aside)
}

/// Whether indexes are missing because a process is filling the database, or was killed when it did.
pub async fn are_indexes_aside(database: &PgConnectOptions) -> sqlx::Result<bool> {
    let mut connection = PgConnection::connect_with(&session(database)).await?;
    let are_aside = is_noted(&mut connection).await?;
    connection.close().await?;
    Ok(are_aside)
}

async fn is_noted(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT to_regclass('bulk_set_aside') IS NOT NULL")
        .fetch_one(connection)
        .await
}

const SET_ASIDE: &str = r"
CREATE TABLE bulk_set_aside (
  n int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  is_index boolean NOT NULL,
  restore text NOT NULL,
  remove text NOT NULL);
INSERT INTO bulk_set_aside (is_index, restore, remove)
SELECT false,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
       format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
  FROM pg_constraint
 WHERE contype = 'f'
   AND conrelid IN ('dialog'::regclass, 'transmission'::regclass, 'activity'::regclass, 'seen_log'::regclass,
                    'label_log'::regclass, 'service_owner_label'::regclass, 'dialog_search'::regclass);
INSERT INTO bulk_set_aside (is_index, restore, remove)
SELECT true, pg_get_indexdef(indexrelid), format('DROP INDEX %s', indexrelid::regclass)
  FROM pg_index
 WHERE NOT indisunique
   AND indrelid IN ('dialog'::regclass, 'transmission'::regclass, 'activity'::regclass, 'seen_log'::regclass,
                    'label_log'::regclass, 'service_owner_label'::regclass, 'dialog_search'::regclass)
 ORDER BY pg_relation_size(indrelid) DESC;
DO $$
DECLARE
  statement text;
BEGIN
  FOR statement IN SELECT remove FROM bulk_set_aside LOOP
    EXECUTE statement;
  END LOOP;
END $$;
";

/// Puts back what was set aside, by this process or by one that did not get so far. `progress` is told how many
/// indexes are left.
pub async fn restore_indexes(
    database: &PgConnectOptions,
    progress: impl Fn(i64) + Clone + Send + 'static,
) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect_with(&session(database)).await?;
    if is_noted(&mut connection).await? {
        let mut builders = tokio::task::JoinSet::new();
        for _ in 0..BUILDERS {
            builders.spawn(build_all(database.clone(), true, progress.clone()));
        }
        for built in builders.join_all().await {
            built?;
        }
        // Foreign keys lock two tables each: one after the other.
        build_all(database.clone(), false, progress).await?;
        sqlx::raw_sql("DROP TABLE bulk_set_aside")
            .execute(&mut connection)
            .await?;
    }
    connection.close().await
}

/// Each index or key is back in the same moment in which it is no longer noted.
async fn build_all(
    database: PgConnectOptions,
    indexes: bool,
    progress: impl Fn(i64),
) -> sqlx::Result<()> {
    let database = session(&database).options([("maintenance_work_mem", "512MB")]);
    let mut connection = PgConnection::connect_with(&database).await?;
    loop {
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM bulk_set_aside")
            .fetch_one(&mut connection)
            .await?;
        progress(left);
        let mut transaction = connection.begin().await?;
        let next: Option<String> = sqlx::query_scalar(
            "DELETE FROM bulk_set_aside
              WHERE n = (SELECT n FROM bulk_set_aside WHERE is_index = $1 ORDER BY n LIMIT 1 FOR UPDATE SKIP LOCKED)
             RETURNING restore",
        )
        .bind(indexes)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(statement) = next else {
            transaction.rollback().await?;
            return connection.close().await;
        };
        // Written by PostgreSQL itself.
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    async fn schema(database: &PgConnectOptions) -> Vec<String> {
        let mut connection = PgConnection::connect_with(database).await.unwrap();
        sqlx::query_scalar(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
             UNION ALL
             SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
              WHERE connamespace = 'public'::regnamespace
              ORDER BY 1",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn what_is_set_aside_comes_back_as_it_was() {
        let database = testing::database().await.unwrap();
        let before = schema(&database).await;
        assert!(!are_indexes_aside(&database).await.unwrap());
        for expected in [Aside::Done, Aside::HasDialogs] {
            assert_eq!(set_indexes_aside(&database).await.unwrap(), expected);
            assert!(are_indexes_aside(&database).await.unwrap());
        }
        let without = schema(&database).await;
        assert!(without.len() + 15 < before.len());
        assert!(
            without
                .iter()
                .any(|line| line.contains("dialog_idempotent_key_uq"))
        );
        for _ in 0..2 {
            restore_indexes(&database, |_| {}).await.unwrap();
            assert_eq!(schema(&database).await, before);
        }
        assert!(!are_indexes_aside(&database).await.unwrap());
    }

    #[tokio::test]
    async fn indexes_that_a_server_uses_stay() {
        let database = testing::database().await.unwrap();
        let server = outbox::Session::open(&database).await.unwrap();
        let aside = set_indexes_aside(&database).await.unwrap();
        assert_eq!(aside, Aside::HasServers);
        assert!(!are_indexes_aside(&database).await.unwrap());
        server.close().await;
    }

    #[tokio::test]
    async fn what_binds_the_role_does_not_bind_the_work() {
        let database = testing::database().await.unwrap();
        let bound = database.options([("statement_timeout", "1ms"), ("lock_timeout", "1ms")]);
        let mut connection = PgConnection::connect_with(&session(&bound)).await.unwrap();
        for setting in ["statement_timeout", "lock_timeout"] {
            let shown: String = sqlx::query_scalar("SELECT current_setting($1)")
                .bind(setting)
                .fetch_one(&mut connection)
                .await
                .unwrap();
            assert_eq!(shown, "0", "{setting}");
        }
    }

    #[tokio::test]
    async fn a_database_with_a_dialog_keeps_its_indexes() {
        let database = testing::database().await.unwrap();
        let mut connection = PgConnection::connect_with(&database).await.unwrap();
        sqlx::raw_sql(
            "INSERT INTO org (short_name) VALUES ('o'); INSERT INTO resource (urn) VALUES ('r');
             INSERT INTO party (urn) VALUES ('p');
             INSERT INTO dialog (id, party_id, resource_id, org_id, revision, status, flags, eu_revision, so_revision,
               created_at, updated_at, content_updated_at, resource_type, list, detail)
             VALUES (gen_random_uuid(), 1, 1, 1, gen_random_uuid(), 1, 0, gen_random_uuid(), gen_random_uuid(),
               now(), now(), now(), 't', '{}', '{}')",
        )
        .execute(&mut connection)
        .await
        .unwrap();
        let aside = set_indexes_aside(&database).await.unwrap();
        assert_eq!(aside, Aside::HasDialogs);
    }
}
