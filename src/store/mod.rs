//! PostgreSQL: the only place with SQL.
//!
//! What can be asked of the database are methods of [`Store`], each beside its statement; one method is one round
//! trip, unless its name or documentation says otherwise.

pub mod bulk;
mod catalogue;
pub mod dialogs;
pub mod fanout;
mod inconsistent;
pub mod jobs;
pub mod keys;
pub mod labels;
pub mod locks;
pub mod lookup;
mod maintenance;
mod migrate;
pub mod outbox;
pub mod pairs;
pub mod parts;
pub mod platform;
mod pool;
mod pools;
mod reader;
pub mod reindex;
mod replica;
pub mod retention;
pub mod search;
mod sessions;
pub mod testing;
mod usage;
mod words;

pub use self::{
    inconsistent::Inconsistent,
    maintenance::Maintenance,
    migrate::{Error as MigrateError, migrate, migrate_with, require_migrated},
    pool::Pool,
    pools::{OpenError, Sizes, connect_options},
    sessions::RoleSettings,
    usage::{DailyUsage, UsageRow},
};

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{error::DatabaseError, postgres::PgConnectOptions};
use tokio::sync::Notify;

use crate::{config::Config, telemetry::metrics};
use fanout::Fanout;
use keys::Keys;
use pools::Pools;
use reader::Reader;

/// The database, as this process uses it. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    pools: Arc<Pools>,
    direct: Arc<PgConnectOptions>,
    keys: Keys,
    announced: Arc<Notify>,
    /// Words may have been added.
    added: Arc<Notify>,
    fanout: Arc<Fanout>,
}

impl Store {
    /// Prepares the pools to `primary`, which is the configured database or the embedded one. Nothing is connected
    /// until it is needed. Must be called within a Tokio runtime.
    pub fn open(config: &Config, primary: &PgConnectOptions) -> Result<Self, OpenError> {
        Self::open_with(config, primary, None)
    }

    /// The same for a process that has nothing to do but work in the background, by so many connections.
    pub fn open_for_work(
        config: &Config,
        primary: &PgConnectOptions,
        connections: u32,
    ) -> Result<Self, OpenError> {
        Self::open_with(config, primary, Some(connections))
    }

    fn open_with(
        config: &Config,
        primary: &PgConnectOptions,
        background: Option<u32>,
    ) -> Result<Self, OpenError> {
        let direct = match &config.database.direct_url {
            Some(url) => connect_options(url)?,
            None => primary.clone(),
        };
        Ok(Self {
            pools: Arc::new(Pools::open(config, primary, &direct, background)?),
            direct: Arc::new(direct),
            fanout: Arc::default(),
            keys: Keys::default(),
            announced: Arc::default(),
            added: Arc::default(),
        })
    }

    /// For reading and writing single dialogs: the shortest statements.
    pub fn request(&self) -> &Pool {
        &self.pools.request
    }

    /// For one search: bounded in time, with more memory to sort in. From a replica, if there is one that is not
    /// behind.
    fn reader(&self) -> Reader<'_> {
        self.pools.reader()
    }

    /// For seen entries and labels that a read writes: losing the last moments of them at a power failure is
    /// better than making readers wait for the disk.
    pub fn seen(&self) -> &Pool {
        &self.pools.seen
    }

    /// For work that no request waits for. Never through a pooler.
    pub fn background(&self) -> &Pool {
        &self.pools.background
    }

    /// How to reach the primary server itself, past any pooler: for sessions with locks, and for listening.
    pub fn direct(&self) -> &PgConnectOptions {
        &self.direct
    }

    /// Waits until this process has stored an event since the last time somebody waited.
    pub async fn announced(&self) {
        self.announced.notified().await;
    }

    /// Says that an event has been stored; with most of them come words.
    fn announce(&self) {
        self.announced.notify_one();
        self.added.notify_one();
    }

    /// Asks the database for an answer, whatever it is.
    pub async fn ping(&self) -> sqlx::Result<()> {
        sqlx::query("SELECT 1")
            .execute(self.request())
            .await
            .map(drop)
    }

    /// Opens a few connections for the first requests.
    pub async fn warm_up(&self) -> sqlx::Result<()> {
        self.pools.warm_up().await
    }

    /// Whether the database answers now.
    pub async fn is_ready(&self) -> bool {
        self.ping().await.is_ok()
    }

    /// How the pools are now.
    pub fn pools(&self) -> Vec<metrics::Pool> {
        self.pools.states()
    }

    /// How long a request waits for a connection now; `None` where it would get none.
    pub async fn time_to_acquire(&self) -> Option<Duration> {
        let start = Instant::now();
        let connection = self.request().acquire().await;
        connection.is_ok().then(|| start.elapsed())
    }

    /// Waits until all connections have been given back, and closes them.
    pub async fn close(&self) {
        self.pools.close().await;
    }
}

/// Whether a statement gave up because others held what it needed for too long.
pub fn locks_timed_out(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    // Lock not available, deadlock detected.
    matches!(code.as_deref(), Some("55P03" | "40P01"))
}

/// Whether it was this statement that failed, and others may succeed: not a database that is away, has no room, is being
/// stopped, or is a standby.
pub fn is_of_one_statement(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| {
        let is_of_all = ["08", "53", "57P", "25006", "58", "XX"];
        !is_of_all.iter().any(|class| code.starts_with(class))
    })
}
