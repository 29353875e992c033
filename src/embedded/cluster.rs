//! The cluster on disk: made once, of one version.

use std::{os::unix::process::CommandExt, path::Path, process::Stdio};

use sqlx::{Connection, PgConnection};

use super::{Durability, Error, NAME, binaries::Binaries, place::Place, user::User};

/// The major version of PostgreSQL that made the cluster, if there is one.
pub(super) fn version(place: &Place) -> Result<Option<u32>, Error> {
    let path = place.data().join("PG_VERSION");
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().split('.').next().and_then(|v| v.parse().ok())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Directory {
            action: "read",
            path,
            source,
            hint: "",
        }),
    }
}

/// Makes the cluster, all or nothing: a crash leaves no half of one.
pub(super) async fn init_if_missing(
    place: &Place,
    binaries: &Binaries,
    durability: Durability,
) -> Result<(), Error> {
    if place.data().exists() {
        return Ok(());
    }
    let draft = place.file("data.new");
    let failed = |action, path: &Path| {
        let path = path.to_owned();
        move |source| Error::Directory {
            action,
            path,
            source,
            hint: "",
        }
    };
    if draft.exists() {
        std::fs::remove_dir_all(&draft).map_err(failed("remove", &draft))?;
    }

    let mut initdb = command(place, &binaries.program("initdb"));
    initdb.arg("--pgdata").arg(&draft).args([
        "--username",
        NAME,
        "--auth=trust",
        "--encoding=UTF8",
        // Bytes order texts, as our indexes want it, but letters beyond ASCII have upper and lower case.
        "--locale=C",
        if cfg!(target_os = "macos") {
            "--lc-ctype=en_US.UTF-8"
        } else {
            "--lc-ctype=C.UTF-8"
        },
        "--no-sync",
        "--no-instructions",
    ]);
    if durability == Durability::Disposable {
        initdb.arg("--wal-segsize=1");
    }
    let output = initdb.output().await.map_err(|source| Error::Unstartable {
        program: binaries.program("initdb"),
        source,
    })?;
    if !output.status.success() {
        return Err(Error::Failed {
            program: "initdb",
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    std::fs::rename(&draft, place.data()).map_err(failed("rename", &draft))?;
    tracing::debug!(major = binaries.major(), "made a database cluster");
    Ok(())
}

/// Makes a database in the running cluster, unless it exists.
pub(super) async fn create_database(place: &Place, name: &'static str) -> Result<(), Error> {
    // The usual case takes one attempt to connect.
    match PgConnection::connect_with(&place.connect_options(name)).await {
        Ok(connection) => return Ok(connection.close().await?),
        Err(error) if is_missing_database(&error) => {}
        Err(error) => return Err(error.into()),
    }
    let mut connection = PgConnection::connect_with(&place.connect_options("postgres")).await?;
    // The name is a constant of ours; names cannot be bound.
    let statement = sqlx::AssertSqlSafe(format!(r#"CREATE DATABASE "{name}""#));
    sqlx::raw_sql(statement).execute(&mut connection).await?;
    compress_pages(&mut connection).await?;
    Ok(connection.close().await?)
}

/// After a checkpoint the first change of each page writes all of it to the log, and a dialog's change touches a dozen
/// pages of indexes. Compressed by lz4 they take a third, and less time in all; not every PostgreSQL was built with it.
async fn compress_pages(connection: &mut PgConnection) -> sqlx::Result<()> {
    let has_lz4 = "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'wal_compression'";
    if sqlx::query_scalar(has_lz4)
        .fetch_one(&mut *connection)
        .await?
    {
        sqlx::raw_sql("ALTER SYSTEM SET wal_compression = lz4")
            .execute(&mut *connection)
            .await?;
        sqlx::raw_sql("SELECT pg_reload_conf()")
            .execute(connection)
            .await?;
    }
    Ok(())
}

fn is_missing_database(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| code == "3D000")
}

/// A program of PostgreSQL, run by the user who owns the cluster, without our environment.
pub(super) fn command(place: &Place, program: &Path) -> tokio::process::Command {
    let mut command = std::process::Command::new(program);
    command
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        .env("HOME", place.base())
        .current_dir(place.base())
        .stdin(Stdio::null());
    if User::current() != place.user() {
        // Other groups of ours are dropped along with the user.
        command.uid(place.user().uid).gid(place.user().gid);
    }
    command.into()
}
