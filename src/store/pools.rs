//! Connections: one pool per kind of work, so that slow work cannot starve quick work.

use std::{
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use sqlx::{
    Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::config::{Config, ConnectionUrl};

/// A request that gets no connection within this time is told to come back later.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// A connection that rested longer than this is asked whether it still lives before it is used.
const TRUSTED_IDLE: Duration = Duration::from_secs(5);
const IDLE_TIMEOUT: Duration = Duration::from_mins(10);
const MAX_LIFETIME: Duration = Duration::from_mins(30);
/// Statements prepared per connection: more than the program has, so that none is prepared twice.
const STATEMENT_CACHE: usize = 256;

/// An address of a database that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{url} is not the address of a database: {reason}")]
pub struct OpenError {
    url: ConnectionUrl,
    reason: String,
}

/// Reads the address of a database.
pub fn connect_options(url: &ConnectionUrl) -> Result<PgConnectOptions, OpenError> {
    url.reveal()
        .parse()
        .map_err(|error: sqlx::Error| OpenError {
            url: url.clone(),
            // The cause is about a part of the address (a port, an encoding), never about the password.
            reason: error.to_string(),
        })
}

/// How many connections each pool may open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Single dialogs.
    pub request: u32,
    /// Searches.
    pub search: u32,
    /// Seen entries and labels.
    pub seen: u32,
    /// Work that no request waits for.
    pub background: u32,
}

impl Sizes {
    /// Splits `max_connections`; 0 chooses from the number of cores. More active statements than about twice the
    /// cores of the database only queue inside it, so more connections than these do not help.
    pub fn choose(max_connections: u32, cores: u32) -> Self {
        let cores = cores.clamp(2, 16);
        let total = if max_connections == 0 {
            8 * cores
        } else {
            max_connections.max(8)
        };
        let background = 2;
        let seen = (total / 8).clamp(1, 8);
        let search = (total / 4).max(1);
        Self {
            request: total - search - seen - background,
            search,
            seen,
            background,
        }
    }
}

/// The pools of one process.
#[derive(Debug)]
pub(super) struct Pools {
    pub(super) request: PgPool,
    pub(super) seen: PgPool,
    pub(super) background: PgPool,
    search: Vec<PgPool>,
    turn: AtomicUsize,
}

impl Pools {
    pub(super) fn open(config: &Config, primary: &PgConnectOptions) -> Result<Self, OpenError> {
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        let sizes = Sizes::choose(
            config.database.max_connections,
            u32::try_from(cores).unwrap_or(u32::MAX),
        );

        let replicas = config
            .database
            .read_urls
            .iter()
            .map(connect_options)
            .collect::<Result<Vec<_>, _>>()?;
        let search_on: Vec<&PgConnectOptions> = if replicas.is_empty() {
            vec![primary]
        } else {
            replicas.iter().collect()
        };
        let replica_count = u32::try_from(search_on.len()).unwrap_or(u32::MAX);
        let timeout = format!("{}s", config.limits.search_statement_timeout_seconds);
        let search = search_on
            .into_iter()
            .map(|options| {
                let options = session(options, "search").options([
                    ("statement_timeout", timeout.as_str()),
                    ("work_mem", "16MB"),
                ]);
                pool(options, sizes.search.div_ceil(replica_count))
            })
            .collect();

        Ok(Self {
            request: pool(session(primary, "request"), sizes.request),
            seen: pool(
                session(primary, "seen").options([("synchronous_commit", "off")]),
                sizes.seen,
            ),
            background: pool(session(primary, "background"), sizes.background),
            search,
            turn: AtomicUsize::new(0),
        })
    }

    pub(super) fn search(&self) -> &PgPool {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        &self.search[turn % self.search.len()]
    }

    pub(super) async fn close(&self) {
        for pool in &self.search {
            pool.close().await;
        }
        tokio::join!(
            self.request.close(),
            self.seen.close(),
            self.background.close()
        );
    }
}

/// What every session is set to.
fn session(options: &PgConnectOptions, pool: &str) -> PgConnectOptions {
    options
        .clone()
        .application_name(&format!("dialogporten {pool}"))
        .statement_cache_capacity(STATEMENT_CACHE)
        .options([
            // Statements are written for one plan that suits all values; planning anew costs more than it gains.
            ("plan_cache_mode", "force_generic_plan"),
            ("jit", "off"),
            // What is asked for is in memory or on a disk without moving parts. At the price of a disk arm the planner
            // would read small tables from end to end for each dialog: measured, a third of the time of reading one.
            ("random_page_cost", "1.1"),
            // Every statement reads a few rows by index; a worker started for that would cost more than it reads.
            ("max_parallel_workers_per_gather", "0"),
            ("idle_in_transaction_session_timeout", "10s"),
            ("lock_timeout", "2s"),
        ])
}

fn pool(options: PgConnectOptions, max_connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .max_lifetime(MAX_LIFETIME)
        // A round trip before each use would double the cost of the short statements.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUSTED_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_cores_get_sixteen_connections() {
        let expected = Sizes {
            request: 8,
            search: 4,
            seen: 2,
            background: 2,
        };
        assert_eq!(Sizes::choose(0, 2), expected);
        assert_eq!(Sizes::choose(16, 64), expected);
    }

    #[test]
    fn no_choice_exceeds_what_is_allowed_or_leaves_a_pool_empty() {
        for allowed in 0..300 {
            for cores in [0, 1, 2, 3, 8, 64, u32::MAX] {
                let sizes = Sizes::choose(allowed, cores);
                let total = sizes.request + sizes.search + sizes.seen + sizes.background;
                if allowed == 0 {
                    assert!(total <= 128);
                } else {
                    assert_eq!(total, allowed.max(8));
                }
                assert!(sizes.request > 0 && sizes.search > 0 && sizes.seen > 0);
            }
        }
    }

    #[test]
    fn what_is_wrong_with_an_address_is_told_without_the_password() {
        let url: ConnectionUrl = "postgres://me:hunter2@db:port/x".parse().unwrap();
        let error = connect_options(&url).unwrap_err().to_string();
        assert!(error.contains("port"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}
