//! Connections: one pool per kind of work, so that slow work cannot starve quick work.

use std::{
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::try_join_all;
use sqlx::postgres::PgConnectOptions;

use super::{pool::Pool, reader::Reader, replica::Replica, sessions::Sessions};
use crate::{
    config::{Config, ConnectionUrl},
    telemetry::metrics,
};

/// A replica that has no connection within this time is left alone for a while.
const REPLICA_TIMEOUT: Duration = Duration::from_millis(500);

/// Connections that are opened in each pool before the first request.
const WARM: u32 = 4;

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
    pub(super) request: Pool,
    pub(super) seen: Pool,
    pub(super) background: Pool,
    /// On the primary server: for searches that no replica can answer.
    search: Pool,
    replicas: Vec<Arc<Replica>>,
    turn: AtomicUsize,
}

impl Pools {
    /// To `primary`; of work in the background to `direct`, the same server without a pooler before it, by so many
    /// connections or as many as a server has for it.
    pub(super) fn open(
        config: &Config,
        primary: &PgConnectOptions,
        direct: &PgConnectOptions,
        background: Option<u32>,
    ) -> Result<Self, OpenError> {
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        let sizes = Sizes::choose(
            config.database.max_connections,
            u32::try_from(cores).unwrap_or(u32::MAX),
        );

        let replicas = config
            .database
            .read_urls
            .iter()
            .map(|url| connect_options(url).map(|options| (url, options)))
            .collect::<Result<Vec<_>, _>>()?;
        let sessions = Sessions::new(config);
        let patience = Duration::from_secs(config.database.acquire_timeout_seconds);
        let replicas = replicas
            .into_iter()
            .map(|(url, options)| {
                let options_of_searches = sessions.searches(&options);
                let pool = Pool::new(options_of_searches, sizes.search, REPLICA_TIMEOUT, false);
                Arc::new(Replica::new(url, &sessions.requests(&options), pool))
            })
            .collect();

        Ok(Self {
            request: primary_pool(sessions.requests(primary), sizes.request, patience),
            seen: primary_pool(sessions.seen(primary), sizes.seen, patience),
            background: primary_pool(
                Sessions::background(direct),
                background.unwrap_or(sizes.background),
                patience,
            ),
            search: primary_pool(sessions.searches(primary), sizes.search, patience),
            replicas,
            turn: AtomicUsize::new(0),
        })
    }

    /// For one search: a replica that is fresh, each in turn, or else the primary server.
    pub(super) fn reader(&self) -> Reader<'_> {
        let now = Instant::now();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let (before, from) = self
            .replicas
            .split_at(turn.checked_rem(self.replicas.len()).unwrap_or(0));
        let replica = from
            .iter()
            .chain(before)
            .find(|replica| replica.is_fresh(now));
        Reader {
            primary: &self.search,
            replica: replica.map(Arc::as_ref),
        }
    }

    pub(super) fn replicas(&self) -> &[Arc<Replica>] {
        &self.replicas
    }

    /// Opens a few connections where requests will need them.
    pub(super) async fn warm_up(&self) -> sqlx::Result<()> {
        for pool in [&self.search, &self.request, &self.seen] {
            // At once and held until the last is there, so that none is counted twice; no more than there may be.
            let count = WARM.min(pool.max());
            let connections = try_join_all((0..count).map(|_| pool.acquire())).await?;
            drop(connections);
        }
        Ok(())
    }

    /// How many connections each pool has; those of several replicas count together.
    pub(super) fn states(&self) -> Vec<metrics::Pool> {
        let named = |name, pools: &[Pool]| metrics::Pool {
            name,
            open: pools.iter().map(Pool::size).sum(),
            idle: pools.iter().map(Pool::idle).sum(),
            max: pools.iter().map(Pool::max).sum(),
        };
        let replicas = self.replicas.iter().map(|replica| replica.pool.clone());
        let searching: Vec<_> = [self.search.clone()].into_iter().chain(replicas).collect();
        vec![
            named("request", std::slice::from_ref(&self.request)),
            named("search", &searching),
            named("seen", std::slice::from_ref(&self.seen)),
            named("background", std::slice::from_ref(&self.background)),
        ]
    }

    pub(super) async fn close(&self) {
        for replica in &self.replicas {
            replica.close().await;
        }
        tokio::join!(
            self.request.close(),
            self.search.close(),
            self.seen.close(),
            self.background.close()
        );
    }
}

/// To the primary server and no other. A request that gets no connection within `patience` is told to come back later.
fn primary_pool(options: PgConnectOptions, max_connections: u32, patience: Duration) -> Pool {
    Pool::new(options, max_connections, patience, true)
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
