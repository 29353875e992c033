//! Brings the schema up to date: forward only, one process at a time.

#[cfg(test)]
mod tests;

use std::time::Duration;

use sqlx::{
    AssertSqlSafe, Connection, PgConnection,
    migrate::{MigrateError, Migration, Migrator},
    postgres::{PgConnectOptions, PgDatabaseError},
};

use super::locks_timed_out;

/// The oldest PostgreSQL that has all we use.
const OLDEST_SERVER: i32 = 15;
/// Names our lock among the advisory locks of the database.
const LOCK: i64 = 0x6469_616c_6f67;
/// How often the lock is tried.
const LOCK_INTERVAL: Duration = Duration::from_millis(100);
/// How long to wait for another process that migrates.
const LOCK_PATIENCE: Duration = Duration::from_mins(10);
/// How long a migration waits for a table, and all requests for that table behind it: well below the time after which
/// these give up, for a lock or for a connection that another one keeps.
const LOCK_TIMEOUT: &str = "1s";
/// How often a migration is tried that cannot get a table because requests hold it.
const ATTEMPTS: usize = 30;

/// Why the schema is not as this program needs it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection.
    #[error("cannot connect to the database: {}{}", told(.0), connection_hint(.0))]
    Unreachable(sqlx::Error),
    /// PostgreSQL is too old.
    #[error("PostgreSQL {OLDEST_SERVER} or newer is needed; this one is {0}")]
    OldServer(String),
    /// Migrations are missing, and this process may not apply them.
    #[error(
        "the database lacks {0} migration(s): run `dialogporten migrate`, or set database.migrate = true"
    )]
    Behind(usize),
    /// A migration that was applied reads otherwise now.
    #[error(
        "migration {0} was applied in another form than this program has: it is not a database of a released \
         version. Use a new database"
    )]
    Changed(i64),
    /// Another process has been migrating for too long.
    #[error(
        "another process has been migrating this database for {} minutes; try again when it has ended",
        LOCK_PATIENCE.as_secs() / 60
    )]
    Busy,
    /// A migration failed; nothing of it remains.
    #[error("migration {version} failed: {}{}", told(error), failure_hint(error))]
    Failed {
        /// Which.
        version: i64,
        /// Why.
        error: sqlx::Error,
    },
    /// Something else.
    #[error("cannot read the state of the database: {}", told(.0))]
    Unreadable(sqlx::Error),
}

/// Applies what is missing. Several processes may do this at once: one works, the others wait. Needs a direct
/// connection, not one through a transaction pooler.
pub async fn migrate(database: &PgConnectOptions) -> Result<(), Error> {
    migrate_with(migrator(), database).await
}

/// The same with other migrations: those of the next version, before they are released.
pub async fn migrate_with(
    mut migrator: Migrator,
    database: &PgConnectOptions,
) -> Result<(), Error> {
    // Another version may have been here: see `require_migrated`. We lock by ourselves.
    migrator.set_ignore_missing(true).set_locking(false);
    let mut connection = connect(database).await?;
    lock(&mut connection).await?;
    let applied = applied(&mut connection).await?;
    for migration in migrator.iter() {
        if !applied.contains(&migration.version) {
            apply(&mut connection, &migrator, migration).await?;
        }
    }
    // Nothing is left to apply; this looks whether what was applied reads as it does here.
    migrator.run(&mut connection).await?;
    // The lock goes with the connection.
    connection.close().await.map_err(Error::Unreadable)
}

async fn apply(
    connection: &mut PgConnection,
    migrator: &Migrator,
    migration: &Migration,
) -> Result<(), Error> {
    let mut attempt = 1;
    loop {
        prepare(connection, migration)
            .await
            .map_err(Error::Unreadable)?;
        match migrator.run_to(migration.version, &mut *connection).await {
            Ok(()) => return Ok(()),
            // Queueing behind a long transaction would make all requests queue behind us: give way, come back.
            Err(MigrateError::ExecuteMigration(error, _))
                if attempt < ATTEMPTS && locks_timed_out(&error) =>
            {
                tracing::info!(attempt, "a table is in use; trying the migration again");
                attempt += 1;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// An index that is built concurrently waits for all transactions, but nobody waits for it, so it may take as long as
/// it takes. One whose build was interrupted is there but useless, and is removed to be built again.
async fn prepare(connection: &mut PgConnection, migration: &Migration) -> sqlx::Result<()> {
    let timeout = if migration.no_tx { "0" } else { LOCK_TIMEOUT };
    sqlx::query("SELECT set_config('lock_timeout', $1, false)")
        .bind(timeout)
        .execute(&mut *connection)
        .await?;
    if !migration.no_tx {
        return Ok(());
    }
    let useless: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
          WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace",
    )
    .fetch_all(&mut *connection)
    .await?;
    for index in useless {
        // Somebody else may be building another one.
        if migration.sql.as_str().contains(&format!(" {index} ")) {
            tracing::info!(index, "removing what an interrupted build of an index left");
            // Names in our migrations need no quotes.
            let statement = format!("DROP INDEX CONCURRENTLY IF EXISTS {index}");
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

/// Asks whether [`migrate`] has nothing to do. Migrations of a newer version do not matter: each version runs on
/// the schema of the next.
pub async fn require_migrated(database: &PgConnectOptions) -> Result<(), Error> {
    let mut connection = connect(database).await?;
    let applied = applied(&mut connection).await?;
    connection.close().await.map_err(Error::Unreadable)?;
    let missing = migrator()
        .iter()
        .filter(|migration| !applied.contains(&migration.version))
        .count();
    if missing == 0 {
        Ok(())
    } else {
        Err(Error::Behind(missing))
    }
}

/// The migrations that have been applied.
async fn applied(connection: &mut PgConnection) -> Result<Vec<i64>, Error> {
    let exists: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await
        .map_err(Error::Unreadable)?;
    if !exists {
        return Ok(Vec::new());
    }
    sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
        .fetch_all(connection)
        .await
        .map_err(Error::Unreadable)
}

/// A name for the schema that this program needs: it changes when a migration does.
pub(super) fn fingerprint() -> String {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for migration in migrator().iter() {
        context.update(&migration.checksum);
    }
    let digest = context.finish();
    digest.as_ref()[..6]
        .iter()
        .fold(String::new(), |name, byte| name + &format!("{byte:02x}"))
}

fn migrator() -> Migrator {
    sqlx::migrate!("./migrations")
}

async fn connect(database: &PgConnectOptions) -> Result<PgConnection, Error> {
    let options = database
        .clone()
        .application_name("dialogporten migrate")
        .options([("lock_timeout", LOCK_TIMEOUT), ("statement_timeout", "0")]);
    let mut connection = PgConnection::connect_with(&options)
        .await
        .map_err(Error::Unreachable)?;
    let (number, version): (i32, String) = sqlx::query_as(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version')",
    )
    .fetch_one(&mut connection)
    .await
    .map_err(Error::Unreadable)?;
    if number < OLDEST_SERVER * 10_000 {
        return Err(Error::OldServer(version));
    }
    Ok(connection)
}

/// Tries, rather than waits inside the database: a statement that waits holds a snapshot, and an index that the
/// other process builds concurrently would wait for it in turn.
async fn lock(connection: &mut PgConnection) -> Result<(), Error> {
    let tries = LOCK_PATIENCE.as_millis() / LOCK_INTERVAL.as_millis();
    for _ in 0..tries {
        let locked: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(LOCK)
            .fetch_one(&mut *connection)
            .await
            .map_err(Error::Unreadable)?;
        if locked {
            return Ok(());
        }
        tokio::time::sleep(LOCK_INTERVAL).await;
    }
    Err(Error::Busy)
}

impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMismatch(version) => Self::Changed(version),
            MigrateError::ExecuteMigration(error, version) => Self::Failed { version, error },
            MigrateError::Execute(source) => Self::Unreadable(source),
            other => Self::Unreadable(sqlx::Error::Migrate(Box::new(other))),
        }
    }
}

fn of_postgres(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref())
}

fn told(error: &sqlx::Error) -> String {
    match (of_postgres(error), error) {
        (Some(error), _) => match error.hint() {
            Some(hint) => format!("{}. {hint}", error.message()),
            None => error.message().to_owned(),
        },
        (None, sqlx::Error::Io(error)) => error.to_string(),
        (None, error) => error.to_string(),
    }
}

fn connection_hint(error: &sqlx::Error) -> &'static str {
    match (of_postgres(error).map(PgDatabaseError::code), error) {
        (Some("3D000"), _) => ". Create the database first",
        (Some("28P01" | "28000"), _) => ". Check user and password in database.url",
        (None, sqlx::Error::Io(_)) => ". Is PostgreSQL running where database.url points?",
        (None, sqlx::Error::Tls(_)) => ". See sslmode and sslrootcert in database.url",
        _ => "",
    }
}

fn failure_hint(error: &sqlx::Error) -> &'static str {
    match of_postgres(error).map(PgDatabaseError::code) {
        Some("42501") => {
            ". The user of database.url needs the right to create in this database (its owner has it)"
        }
        _ => "",
    }
}
