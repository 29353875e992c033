//! PostgreSQL: the only place with SQL.
//!
//! What can be asked of the database are methods of [`Store`], each beside its statement; one method is one round
//! trip, unless its name or documentation says otherwise.

pub mod bulk;
mod catalogue;
pub mod dialogs;
mod inconsistent;
pub mod keys;
pub mod labels;
pub mod lookup;
mod migrate;
pub mod parts;
mod pools;
pub mod search;
pub mod testing;

pub use self::{
    inconsistent::Inconsistent,
    migrate::{Error as MigrateError, migrate, require_migrated},
    pools::{OpenError, Sizes, connect_options},
};

use std::sync::Arc;

use sqlx::{PgPool, postgres::PgConnectOptions};

use crate::config::Config;
use keys::Keys;
use pools::Pools;

/// The database, as this process uses it. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    pools: Arc<Pools>,
    keys: Keys,
}

impl Store {
    /// Prepares the pools to `primary`, which is the configured database or the embedded one. Nothing is connected
    /// until it is needed. Must be called within a Tokio runtime.
    pub fn open(config: &Config, primary: &PgConnectOptions) -> Result<Self, OpenError> {
        Ok(Self {
            pools: Arc::new(Pools::open(config, primary)?),
            keys: Keys::default(),
        })
    }

    /// For reading and writing single dialogs: the shortest statements.
    pub fn request(&self) -> &PgPool {
        &self.pools.request
    }

    /// For searches: bounded in time, with more memory to sort in. Alternates between the replicas, if any.
    pub fn search(&self) -> &PgPool {
        self.pools.search()
    }

    /// For seen entries and labels that a read writes: losing the last moments of them at a power failure is
    /// better than making readers wait for the disk.
    pub fn seen(&self) -> &PgPool {
        &self.pools.seen
    }

    /// For work that no request waits for.
    pub fn background(&self) -> &PgPool {
        &self.pools.background
    }

    /// Asks the database for an answer, whatever it is.
    pub async fn ping(&self) -> sqlx::Result<()> {
        sqlx::query("SELECT 1")
            .execute(self.request())
            .await
            .map(drop)
    }

    /// Whether the database answers now.
    pub async fn is_ready(&self) -> bool {
        self.ping().await.is_ok()
    }

    /// Waits until all connections have been given back, and closes them.
    pub async fn close(&self) {
        self.pools.close().await;
    }
}
