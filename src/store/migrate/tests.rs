//! Databases in all states that migrations may find them in.

use sqlx::AssertSqlSafe;

use super::*;
use crate::store::testing;

#[tokio::test]
async fn migrating_again_and_at_the_same_time_changes_nothing() {
    let database = testing::database().await.unwrap();
    let (one, other) = tokio::join!(migrate(&database), migrate(&database));
    one.unwrap();
    other.unwrap();
    require_migrated(&database).await.unwrap();
}

#[tokio::test]
async fn what_is_missing_is_noticed_and_what_is_newer_is_not() {
    let database = testing::database().await.unwrap();
    let mut connection = PgConnection::connect_with(&database).await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1")
        .execute(&mut connection)
        .await
        .unwrap();
    let missing = require_migrated(&database).await.unwrap_err();
    assert!(
        missing.to_string().contains("dialogporten migrate"),
        "{missing}"
    );
    sqlx::query("INSERT INTO _sqlx_migrations SELECT 1, description, installed_on, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 9999")
        .execute(&mut connection)
        .await
        .unwrap();
    require_migrated(&database).await.unwrap();
    migrate(&database).await.unwrap();
}

#[tokio::test]
async fn errors_say_what_to_do() {
    let database = testing::database().await.unwrap();
    let missing = migrate(&database.clone().database("absent"))
        .await
        .unwrap_err();
    assert!(
        missing.to_string().contains("Create the database"),
        "{missing}"
    );
    let nowhere = PgConnectOptions::new_without_pgpass().socket("/nowhere");
    let unreachable = migrate(&nowhere).await.unwrap_err();
    assert!(
        unreachable.to_string().contains("Is PostgreSQL running"),
        "{unreachable}"
    );

    let mut connection = PgConnection::connect_with(&database).await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET checksum = '\\x00'")
        .execute(&mut connection)
        .await
        .unwrap();
    assert!(matches!(migrate(&database).await, Err(Error::Changed(_))));
}

/// A database with the first migrations only, and a session with it.
async fn database_of_version(version: i64) -> (PgConnectOptions, PgConnection) {
    let migrated = testing::database().await.unwrap();
    let name = format!("{}_old", migrated.get_database().unwrap());
    let mut connection = PgConnection::connect_with(&migrated).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .unwrap();
    let old = migrated.database(&name);
    let mut connection = PgConnection::connect_with(&old).await.unwrap();
    migrator().run_to(version, &mut connection).await.unwrap();
    (old, connection)
}

async fn execute(connection: &mut PgConnection, statement: &'static str) {
    sqlx::raw_sql(statement).execute(connection).await.unwrap();
}

#[tokio::test]
async fn what_an_interrupted_build_of_an_index_left_is_built_again() {
    let (old, mut connection) = database_of_version(11).await;
    execute(
        &mut connection,
        "CREATE INDEX dialog_deleted_ix ON dialog (org_id);
         UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'dialog_deleted_ix'::regclass;
         CREATE INDEX somebody_elses_ix ON dialog (org_id);
         UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'somebody_elses_ix'::regclass",
    )
    .await;
    migrate(&old).await.unwrap();
    let valid: Vec<(String, bool)> = sqlx::query_as(
        "SELECT indexrelid::regclass::text, indisvalid AND indnatts = 3 FROM pg_index
          WHERE indexrelid IN ('dialog_deleted_ix'::regclass, 'somebody_elses_ix'::regclass) ORDER BY 1",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(
        valid,
        [
            ("dialog_deleted_ix".to_owned(), true),
            ("somebody_elses_ix".to_owned(), false)
        ]
    );
}

/// Whether the session that migrates waits for a lock.
async fn waits(connection: &mut PgConnection) -> bool {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_stat_activity
                         WHERE datname = current_database() AND application_name = 'dialogporten migrate'
                           AND wait_event_type = 'Lock')",
    )
    .fetch_one(connection)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_migration_gives_way_to_a_long_transaction_and_comes_back() {
    let (old, mut holder) = database_of_version(5).await;
    let mut watcher = PgConnection::connect_with(&old).await.unwrap();
    execute(&mut holder, "BEGIN; LOCK TABLE outbox IN ACCESS SHARE MODE").await;
    let watching = async {
        let begun = std::time::Instant::now();
        for expected in [true, false] {
            while waits(&mut watcher).await != expected {
                assert!(begun.elapsed() < Duration::from_mins(1), "{expected}");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        execute(&mut holder, "COMMIT").await;
    };
    let (migrated, ()) = tokio::join!(migrate(&old), watching);
    migrated.unwrap();
}
