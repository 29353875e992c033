//! Which PostgreSQL, and how many connections.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::secret::{ConnectionUrl, absent_when_empty};

/// `[database]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `postgres://user:password@host/database`. Absent: the embedded PostgreSQL.
    #[serde(deserialize_with = "absent_when_empty")]
    pub url: Option<ConnectionUrl>,
    /// The server itself, where `url` is that of a pooler: for migrations, locks and notifications.
    #[serde(deserialize_with = "absent_when_empty")]
    pub direct_url: Option<ConnectionUrl>,
    /// Whether `url` is that of a pooler that lends connections for a transaction (`PgBouncer` 1.21 or newer).
    pub pooled: bool,
    /// Streaming replicas that searches read from while they are less than a second behind.
    pub read_urls: Vec<ConnectionUrl>,
    /// Connections this process may hold, over all pools; 0 chooses from the number of cores. At least 8 otherwise.
    pub max_connections: u32,
    /// Seconds that a request waits for a connection before it is answered 503; 1 to 60.
    pub acquire_timeout_seconds: u64,
    /// Whether `serve` applies migrations before it listens.
    pub migrate: bool,
    /// The directory with `postgres` and `initdb` for the embedded database. Absent: the usual places.
    #[serde(deserialize_with = "absent_when_empty")]
    pub postgres_directory: Option<PathBuf>,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: None,
            direct_url: None,
            pooled: false,
            read_urls: Vec::new(),
            max_connections: 0,
            acquire_timeout_seconds: 2,
            migrate: true,
            postgres_directory: None,
        }
    }
}
