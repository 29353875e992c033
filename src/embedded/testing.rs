//! Databases for tests: one server for all test processes of this build, one template with the schema, and from it
//! as many databases as tests ask for, in milliseconds each.
//!
//! The server lives in `postgres-for-tests` in the target directory, promises nothing about power failures, and ends
//! by itself when the last test process has ended. Databases of processes that are gone are dropped by the next one.

use std::{
    ffi::OsString,
    fs::File,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use rustix::process::{Pid, test_kill_process};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

use super::{Durability, Embedded, Error, Options, lock};
use crate::config::Environment;

/// What the names of our databases start with, before the id of their process.
const PREFIX: &str = "test_";

static SERVER: OnceCell<Embedded> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);

/// Why there is no database to test with.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable<E> {
    /// The server.
    #[error(transparent)]
    Server(#[from] Error),
    /// A statement.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The schema.
    #[error("cannot make the schema: {0}")]
    Schema(E),
}

/// A new database with the schema that `make` puts into an empty one. `version` names that schema: `make` is called
/// once for each version, whatever process comes first.
pub async fn database<E>(
    version: &str,
    make: impl AsyncFnOnce(PgConnectOptions) -> Result<(), E>,
) -> Result<PgConnectOptions, Unavailable<E>> {
    let server = SERVER.get_or_try_init(start).await?;
    // One at a time: a template that somebody is connected to cannot be copied.
    let _one_at_a_time = lock(&server.place.file("copy.lock"), File::try_lock).await?;
    let mut connection = connect(server).await?;

    let template = format!("template_{version}");
    let exists: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)",
    )
    .bind(&template)
    .fetch_one(&mut connection)
    .await?;
    if !exists {
        // What an interrupted process left has no schema, or half of it.
        run(
            &mut connection,
            format!("DROP DATABASE IF EXISTS {template} WITH (FORCE)"),
        )
        .await?;
        run(&mut connection, format!("CREATE DATABASE {template}")).await?;
        make(server.place.connect_options(&template))
            .await
            .map_err(Unavailable::Schema)?;
        run(
            &mut connection,
            format!("ALTER DATABASE {template} IS_TEMPLATE true"),
        )
        .await?;
    }

    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("{PREFIX}{}_{count}", std::process::id());
    run(
        &mut connection,
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
    )
    .await?;
    run(
        &mut connection,
        format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"),
    )
    .await?;
    connection.close().await?;
    Ok(server.place.connect_options(&name))
}

async fn start() -> Result<Embedded, Error> {
    let environment = Environment::of_process();
    let server = Embedded::start(&Options {
        state_dir: target_directory().join("postgres-for-tests"),
        durability: Durability::Disposable,
        binaries: None,
        search_path: environment.get("PATH").map(OsString::from),
        cache_dir: super::cache_directory(&environment),
        install_missing: true,
        ends_when_unused: true,
        settings: Vec::new(),
    })
    .await?;
    let _one_at_a_time = lock(&server.place.file("copy.lock"), File::try_lock).await?;
    drop_databases_of_the_dead(&mut connect(&server).await?).await?;
    Ok(server)
}

async fn connect(server: &Embedded) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect_with(&server.place.connect_options("postgres")).await
}

async fn drop_databases_of_the_dead(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let names: Vec<String> =
        sqlx::query_scalar("SELECT datname::text FROM pg_database WHERE NOT datistemplate")
            .fetch_all(&mut *connection)
            .await?;
    for name in names {
        let process = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split('_').next()?.parse().ok())
            .and_then(Pid::from_raw);
        if process.is_some_and(|process| test_kill_process(process).is_err()) {
            run(
                connection,
                format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            )
            .await?;
        }
    }
    Ok(())
}

/// Names of databases cannot be bound; ours are made of letters, digits and underscores.
async fn run(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await
        .map(drop)
}

/// The target directory of the build that this test binary, or a binary beside it, belongs to.
fn target_directory() -> PathBuf {
    std::env::current_exe()
        .ok()
        .and_then(|program| {
            let profile = program.ancestors().find(|directory| {
                directory.join("incremental").is_dir() || directory.join("deps").is_dir()
            })?;
            Some(profile.parent()?.to_owned())
        })
        .unwrap_or_else(|| std::env::temp_dir().join("dialogporten"))
}
