//! A private PostgreSQL for a machine that has no database yet.
//!
//! It finds PostgreSQL's programs (or fetches them, see [`install`]), makes a cluster in the data directory, starts
//! the server on a socket that only its user can open, and stops it when nobody uses it any more. A server that
//! outlived a killed process is taken over. Two processes may use one cluster: files with advisory locks keep them
//! apart while they start and stop it, and tell the last one that it is the last.

mod binaries;
mod cluster;
pub mod install;
mod leftovers;
mod place;
mod process;
pub mod testing;
#[cfg(test)]
mod tests;
mod user;

use std::{
    ffi::OsString,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::postgres::PgConnectOptions;

use self::{binaries::Binaries, place::Place, process::Server};
use crate::config::Environment;

/// The name of the database, and of its owner.
const NAME: &str = "dialogporten";
/// How long another process may take to start or stop the same cluster.
const LOCK_PATIENCE: Duration = Duration::from_secs(90);

/// What survives what. In each case the death of our own process, however sudden, loses nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A commit is on disk before it is acknowledged.
    Full,
    /// When the power fails, or PostgreSQL itself is killed, the last 0.2 seconds may be lost; what remains is
    /// consistent.
    Relaxed,
    /// When the power fails, everything may be lost. For tests.
    Disposable,
}

/// How to run the cluster.
#[derive(Debug, Clone)]
pub struct Options {
    /// The cluster lives in `postgres` below this directory, which is made if it is missing.
    pub state_dir: PathBuf,
    /// What survives what.
    pub durability: Durability,
    /// The directory with PostgreSQL's programs, when it is configured.
    pub binaries: Option<PathBuf>,
    /// `PATH`.
    pub search_path: Option<OsString>,
    /// Where fetched programs are kept.
    pub cache_dir: PathBuf,
    /// Fetch the programs when they are nowhere.
    pub install_missing: bool,
    /// The server ends by itself some seconds after the last process that used it, where util-linux is at hand;
    /// nobody has to stop it. For tests, which have no last moment.
    pub ends_when_unused: bool,
    /// Settings of the server beside our own, `name=value`; the last one of a name counts. Only for a server that this
    /// process starts.
    pub settings: Vec<String>,
}

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// PostgreSQL is nowhere.
    #[error(
        "no PostgreSQL {} or newer was found on this machine.{}{}",
        binaries::OLDEST,
        .skipped.iter().map(|line| format!("\n  {line}")).collect::<String>(),
        install::CHOICES
    )]
    NotFound {
        /// What was looked at and not taken, with the reason.
        skipped: Vec<String>,
    },
    /// The programs cannot be fetched.
    #[error(transparent)]
    Install(#[from] install::Error),
    /// The cluster was made by another version.
    #[error(
        "the data in {} was made by PostgreSQL {data}, but only version {found} was found. Install PostgreSQL \
         {data} beside it, or move the data over with pg_dump and psql",
        .directory.display()
    )]
    OtherVersion {
        /// The cluster.
        directory: PathBuf,
        /// Its major version.
        data: u32,
        /// The versions at hand.
        found: String,
    },
    /// PostgreSQL refuses to run as root, and there is nobody else.
    #[error(
        "PostgreSQL does not run as root, and this machine has neither a user `postgres` nor `nobody`: run this \
         as another user, or name a database in database.url"
    )]
    NoUser,
    /// A directory of ours cannot be used.
    #[error("cannot {action} {}: {source}{hint}", .path.display())]
    Directory {
        /// What failed.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
        /// What to do, if we know.
        hint: &'static str,
    },
    /// A program failed.
    #[error("{program} failed{}", told(.output))]
    Failed {
        /// Which.
        program: &'static str,
        /// What it said last.
        output: String,
    },
    /// A program cannot be started.
    #[error("cannot start {}: {source}", .program.display())]
    Unstartable {
        /// Which.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The server does not answer.
    #[error("PostgreSQL did not answer within {} seconds{}", .after.as_secs(), told(.log))]
    Silent {
        /// How long we waited.
        after: Duration,
        /// The end of its log.
        log: String,
    },
    /// Another process holds the lock.
    #[error(
        "another process has been starting or stopping the database in {} for {} seconds",
        .0.display(),
        LOCK_PATIENCE.as_secs()
    )]
    Locked(PathBuf),
    /// The server answers, but with an error.
    #[error("the embedded database refuses to work: {0}")]
    Refused(#[from] sqlx::Error),
}

fn told(output: &str) -> String {
    if output.trim().is_empty() {
        return String::new();
    }
    let lines: String = output.lines().map(|line| format!("\n  {line}")).collect();
    format!(":{lines}")
}

/// A running cluster that this process uses.
#[derive(Debug)]
pub struct Embedded {
    place: Place,
    server: Server,
    /// A shared lock for as long as we use the cluster; it goes with the process, however that ends.
    users: File,
}

impl Embedded {
    /// Starts the cluster, or joins the one that runs, and makes the database if it is missing.
    pub async fn start(options: &Options) -> Result<Self, Error> {
        let place = Place::prepare(&options.state_dir)?;
        let starting = lock(&place.file("start.lock"), File::try_lock).await?;
        let users = lock(&place.file("users.lock"), File::try_lock_shared).await?;

        let server = match process::adopt(&place).await? {
            Some(server) => server,
            None => {
                let binaries = find(options, &place).await?;
                cluster::init_if_missing(&place, &binaries, options.durability).await?;
                process::start(&place, &binaries, options).await?
            }
        };
        cluster::create_database(&place, NAME).await?;
        drop(starting);
        Ok(Self {
            place,
            server,
            users,
        })
    }

    /// How to connect to the database.
    pub fn connect_options(&self) -> PgConnectOptions {
        self.place.connect_options(NAME)
    }

    /// The directory with the data.
    pub fn directory(&self) -> &Path {
        self.place.base()
    }

    /// Waits until the server ends by itself, which it should not, and tells the end of its log. Never returns for
    /// a server that another process started.
    pub async fn ended(&mut self) -> String {
        self.server.ended().await;
        process::end_of_log(&self.place)
    }

    /// Leaves the cluster, and stops it if nobody else uses it. Connections should have been closed before.
    pub async fn stop(self) -> Result<(), Error> {
        let _stopping = lock(&self.place.file("start.lock"), File::try_lock).await?;
        let is_last = self.users.unlock().is_ok() && self.users.try_lock().is_ok();
        if is_last {
            self.server.stop(&self.place).await;
        }
        Ok(())
    }
}

/// PostgreSQL's programs: of the version that made the cluster, if there is one.
async fn find(options: &Options, place: &Place) -> Result<Binaries, Error> {
    let data_version = cluster::version(place)?;
    let search = binaries::Search {
        configured: options.binaries.as_deref(),
        path: options.search_path.as_deref(),
        cache_dir: &options.cache_dir,
        user: place.user(),
    };
    match search.find(data_version) {
        Err(binaries::NotFound { other, .. }) if !other.is_empty() => Err(Error::OtherVersion {
            directory: place.data(),
            data: data_version.unwrap_or_default(),
            found: other,
        }),
        Err(binaries::NotFound { skipped, .. })
            if !options.install_missing || options.binaries.is_some() =>
        {
            Err(Error::NotFound { skipped })
        }
        Err(_) => {
            tracing::info!("no PostgreSQL on this machine: fetching its programs");
            install::install(&options.cache_dir, options.search_path.as_deref()).await?;
            search
                .find(data_version)
                .map_err(|not_found| Error::NotFound {
                    skipped: not_found.skipped,
                })
        }
        Ok(binaries) => Ok(binaries),
    }
}

/// Takes the lock of a file; it goes when the file is closed.
async fn lock(path: &Path, attempt: fn(&File) -> Result<(), TryLockError>) -> Result<File, Error> {
    let failed = |action| {
        move |source| Error::Directory {
            action,
            path: path.to_owned(),
            source,
            hint: "",
        }
    };
    let file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(failed("open"))?;
    let deadline = tokio::time::Instant::now() + LOCK_PATIENCE;
    loop {
        match attempt(&file) {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Err(TryLockError::WouldBlock) => return Err(Error::Locked(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(failed("lock")(source)),
        }
    }
}

/// Where fetched programs are kept.
pub fn cache_directory(environment: &Environment) -> PathBuf {
    environment.cache_directory(user::User::current().is_root())
}
