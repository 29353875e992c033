//! PostgreSQL: the only place with SQL.

mod migrate;
mod pools;
pub mod testing;

pub use self::{
    migrate::{Error as MigrateError, migrate, require_migrated},
    pools::{OpenError, Sizes, connect_options},
};

use std::sync::Arc;

use sqlx::{PgPool, postgres::PgConnectOptions};

use crate::config::Config;
use pools::Pools;

/// The database, as this process uses it. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    pools: Arc<Pools>,
}

impl Store {
    /// Prepares the pools to `primary`, which is the configured database or the embedded one. Nothing is connected
    /// until it is needed. Must be called within a Tokio runtime.
    pub fn open(config: &Config, primary: &PgConnectOptions) -> Result<Self, OpenError> {
        Ok(Self {
            pools: Arc::new(Pools::open(config, primary)?),
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

    /// Whether the database answers now.
    pub async fn is_ready(&self) -> bool {
        sqlx::query("SELECT 1")
            .execute(self.request())
            .await
            .is_ok()
    }

    /// Waits until all connections have been given back, and closes them.
    pub async fn close(&self) {
        self.pools.close().await;
    }
}
