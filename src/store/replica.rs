//! Streaming replicas for searches: read from only while what they show is known to be less than a second old.
//!
//! How far a replica is behind is measured by positions in the write-ahead log, which needs no clocks that agree: the
//! primary is asked where its log ends, and a replica that has replayed up to there shows everything that was committed
//! before the question was asked. Positions mean something only within one log: a server whose log has another
//! identifier than that of the primary is not read from, whatever it has replayed.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio_util::sync::CancellationToken;

use super::{Store, pool::Pool};
use crate::config::ConnectionUrl;

/// A replica that is further behind is not read from.
const FRESH: Duration = Duration::from_secs(1);
/// How often replicas are measured.
const MEASURED_EVERY: Duration = Duration::from_millis(200);
/// How long a server may take to tell its position.
const PATIENCE: Duration = Duration::from_secs(1);
/// `insufficient_privilege` and `undefined_function`: the server does not tell which log it has.
const UNTOLD: [&str; 2] = ["42501", "42883"];
/// A replica that failed a search is not tried again for this long.
const PENALTY: Duration = Duration::from_secs(5);

/// One replica.
#[derive(Debug)]
pub(super) struct Replica {
    /// For searches.
    pub(super) pool: Pool,
    /// For measuring: searches that wait for a connection must not look like a replica that is far behind.
    probe: PgPool,
    name: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Everything that was committed before this moment is known to be visible.
    visible: Option<Instant>,
    /// Not before.
    shunned_until: Option<Instant>,
    is_used: bool,
    /// What has been said of it in the log.
    unfit: Option<Unfit>,
}

/// Why a server that answers is not read from. That does not change by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Unfit {
    #[error("it is no replica")]
    Primary,
    #[error("it is a replica of another server than database.url leads to")]
    Foreign,
    #[error("it may not be asked for pg_control_system(), and so which server it is a replica of")]
    Untold,
    #[error("the primary server may not be asked for pg_control_system()")]
    PrimaryUntold,
}

/// Where a server stands in which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
struct Place {
    /// The identifier of the cluster, which its replicas share.
    system: i64,
    /// Absent where there is none: a server that is no replica has replayed nothing.
    position: Option<i64>,
}

/// What a server tells of its place: nothing while it is away.
async fn place<'p>(
    pool: impl sqlx::PgExecutor<'p>,
    statement: &'static str,
) -> Result<Option<Place>, Untold> {
    match in_time(sqlx::query_as(statement).fetch_one(pool)).await {
        Ok(place) => Ok(Some(place)),
        Err(sqlx::Error::Database(error))
            if error.code().is_some_and(|code| UNTOLD.contains(&&*code)) =>
        {
            Err(Untold)
        }
        Err(_) => Ok(None),
    }
}

/// The server does not tell.
#[derive(Debug)]
struct Untold;

impl Replica {
    pub(super) fn new(url: &ConnectionUrl, options: &PgConnectOptions, pool: Pool) -> Self {
        let probe = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(options.clone().application_name("dialogporten replica"));
        Self {
            pool,
            probe,
            name: url.to_string(),
            state: Mutex::default(),
        }
    }

    /// Whether a search that begins now sees everything that is older than a second.
    pub(super) fn is_fresh(&self, now: Instant) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_visible = state
            .visible
            .is_some_and(|visible| now.saturating_duration_since(visible) < FRESH);
        is_visible && state.shunned_until.is_none_or(|until| until <= now)
    }

    /// A search failed on it.
    pub(super) fn shun(&self, now: Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.shunned_until = Some(now + PENALTY);
    }

    pub(super) async fn close(&self) {
        tokio::join!(self.pool.close(), self.probe.close());
    }

    /// Up to where it has replayed the log of the primary; nothing while it is away.
    async fn position(&self, system: i64) -> Result<Option<i64>, Unfit> {
        let statement = "SELECT system_identifier AS system, \
                                CASE WHEN pg_is_in_recovery() \
                                     THEN (pg_last_wal_replay_lsn() - '0/0')::bigint END AS position \
                           FROM pg_control_system()";
        let Some(place) = place(&self.probe, statement)
            .await
            .map_err(|Untold| Unfit::Untold)?
        else {
            return Ok(None);
        };
        if place.system != system {
            return Err(Unfit::Foreign);
        }
        place.position.map(Some).ok_or(Unfit::Primary)
    }

    fn learn(&self, visible: Result<Option<Instant>, Unfit>, now: Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match visible {
            Ok(None) => {}
            Ok(visible) => {
                state.visible = visible;
                state.unfit = None;
            }
            Err(unfit) => {
                state.visible = None;
                if state.unfit.replace(unfit) != Some(unfit) {
                    let replica = &self.name;
                    tracing::error!(
                        replica,
                        "database.read_urls: not read from, because {unfit}"
                    );
                }
            }
        }
        drop(state);
        // Once per change: the log is no place for every measurement.
        let is_fresh = self.is_fresh(now);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if is_fresh != state.is_used {
            state.is_used = is_fresh;
            let replica = &self.name;
            if is_fresh {
                tracing::info!(replica, "searches read from the replica");
            } else {
                tracing::warn!(
                    replica,
                    "the replica is away or behind; searches read from the primary server"
                );
            }
        }
    }
}

/// Where the log of the primary ended, and when that was asked.
#[derive(Debug, Default)]
struct Positions {
    /// Which log.
    system: Option<i64>,
    /// The primary does not tell which.
    is_untold: bool,
    ends: VecDeque<(Instant, i64)>,
}

impl Positions {
    fn add(&mut self, asked: Instant, place: Place) {
        if self.system != Some(place.system) {
            *self = Self {
                system: Some(place.system),
                ..Self::default()
            };
        }
        self.ends
            .extend(place.position.map(|position| (asked, position)));
        while self
            .ends
            .front()
            .is_some_and(|(at, _)| asked.saturating_duration_since(*at) > 2 * FRESH)
        {
            self.ends.pop_front();
        }
    }

    fn forget(&mut self) {
        *self = Self {
            is_untold: true,
            ..Self::default()
        };
    }

    /// The last question whose answer a replica that has replayed up to `position` has reached.
    fn reached_by(&self, position: i64) -> Option<Instant> {
        let reached = self.ends.iter().rev().find(|(_, end)| *end <= position);
        reached.map(|(asked, _)| *asked)
    }
}

impl Store {
    /// Measures replicas until `stop`. Until then none is read from.
    pub async fn watch_replicas(self, stop: CancellationToken) {
        let replicas = self.pools.replicas();
        if replicas.is_empty() {
            return;
        }
        let mut positions = Positions::default();
        let mut ticks = tokio::time::interval(MEASURED_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            let round = self.measure(replicas, &mut positions);
            stop.run_until_cancelled(round).await;
        }
    }

    async fn measure(&self, replicas: &[Arc<Replica>], positions: &mut Positions) {
        let asked = Instant::now();
        let statement = "SELECT system_identifier AS system, \
                                (pg_current_wal_insert_lsn() - '0/0')::bigint AS position \
                           FROM pg_control_system()";
        match place(self.background(), statement).await {
            Ok(Some(place)) => positions.add(asked, place),
            Ok(None) => {}
            Err(Untold) => positions.forget(),
        }
        let positions = &*positions;
        let each = replicas.iter().map(async |replica| {
            let visible = match positions.system {
                Some(system) => replica
                    .position(system)
                    .await
                    .map(|at| at.and_then(|at| positions.reached_by(at))),
                None if positions.is_untold => Err(Unfit::PrimaryUntold),
                None => Ok(None),
            };
            replica.learn(visible, Instant::now());
        });
        futures_util::future::join_all(each).await;
    }
}

async fn in_time<T>(work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|elapsed| Err(sqlx::Error::Io(elapsed.into())))
}

#[cfg(test)]
mod tests {
    use std::{
        fs::Permissions,
        os::unix::fs::{MetadataExt, PermissionsExt, chown},
        path::PathBuf,
    };

    use sqlx::{Connection, PgConnection};

    use super::*;
    use crate::{
        config::{Config, Environment},
        embedded::{self, Durability, Embedded},
        store::testing,
    };

    #[test]
    fn a_replica_shows_what_was_committed_before_the_last_position_that_it_reached() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut positions = Positions::default();
        let place = |position| Place {
            system: 1,
            position: Some(position),
        };
        assert_eq!(positions.reached_by(100), None);
        for (time, position) in [(0, 100), (200, 150), (400, 150), (600, 300)] {
            positions.add(at(time), place(position));
        }
        for (position, reached) in [
            (99, None),
            (100, Some(0)),
            (149, Some(0)),
            (150, Some(400)),
            (299, Some(400)),
            (300, Some(600)),
            (900, Some(600)),
        ] {
            assert_eq!(
                positions.reached_by(position),
                reached.map(at),
                "{position}"
            );
        }
        positions.add(at(2_300), place(300));
        assert_eq!(positions.reached_by(120), None, "too long ago to matter");
        positions.add(
            at(2_400),
            Place {
                system: 2,
                ..place(0)
            },
        );
        assert_eq!(positions.reached_by(900), Some(at(2_400)), "another log");
        positions.forget();
        assert_eq!(positions.reached_by(900), None);
    }

    #[tokio::test]
    async fn what_a_replica_shows_grows_old_and_failures_are_remembered() {
        let url: ConnectionUrl = "postgres://nowhere/x".parse().unwrap();
        let options = PgConnectOptions::new_without_pgpass();
        let pool = Pool::of_test(options.clone());
        let replica = Replica::new(&url, &options, pool);
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        assert!(!replica.is_fresh(start));
        replica.learn(Ok(Some(start)), at(100));
        assert!(replica.is_fresh(at(999)));
        assert!(!replica.is_fresh(at(1_000)));
        replica.learn(Ok(Some(at(2_000))), at(2_100));
        replica.shun(at(2_200));
        assert!(!replica.is_fresh(at(2_300)));
        replica.learn(Ok(Some(at(7_100))), at(7_150));
        assert!(!replica.is_fresh(at(7_199)));
        assert!(replica.is_fresh(at(7_200)));
        replica.learn(Ok(None), at(7_210));
        assert!(replica.is_fresh(at(7_220)));
        replica.learn(Err(Unfit::Foreign), at(7_230));
        assert!(!replica.is_fresh(at(7_240)));
        replica.close().await;
    }

    /// A server of its own, in a folder that goes with the test.
    struct Server {
        folder: PathBuf,
        running: Option<Embedded>,
    }

    impl Server {
        fn folder() -> PathBuf {
            std::env::temp_dir().join(format!("replica-{}", crate::dialog::id::random().simple()))
        }

        async fn starts_in(folder: PathBuf) -> Self {
            let environment = Environment::of_process();
            let options = embedded::Options {
                state_dir: folder.clone(),
                durability: Durability::Relaxed,
                binaries: None,
                search_path: environment.get("PATH").map(std::ffi::OsString::from),
                cache_dir: embedded::cache_directory(&environment),
                install_missing: true,
                ends_when_unused: true,
                settings: Vec::new(),
            };
            Self {
                running: Some(Embedded::start(&options).await.unwrap()),
                folder,
            }
        }

        fn options(&self) -> PgConnectOptions {
            self.running.as_ref().unwrap().connect_options()
        }

        fn url(&self) -> ConnectionUrl {
            let sockets = self.options().get_socket().unwrap().display().to_string();
            let sockets = sockets.replace('/', "%2F");
            format!("postgres://dialogporten@localhost/dialogporten?host={sockets}")
                .parse()
                .unwrap()
        }

        async fn execute(&self, statement: &'static str) {
            let mut connection = PgConnection::connect_with(&self.options()).await.unwrap();
            sqlx::raw_sql(statement)
                .execute(&mut connection)
                .await
                .unwrap();
        }

        async fn renames(&self, function: &str, name: &str) {
            let statement = format!("ALTER FUNCTION pg_catalog.{function}() RENAME TO {name}");
            let mut connection = PgConnection::connect_with(&self.options()).await.unwrap();
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
                .execute(&mut connection)
                .await
                .unwrap();
        }

        /// A server that repeats what this one does.
        async fn is_repeated(&self) -> Self {
            let folder = Self::folder();
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
            let mut connection = PgConnection::connect_with(&self.options()).await.unwrap();
            sqlx::query("SELECT pg_backup_start('a test', true)")
                .execute(&mut connection)
                .await
                .unwrap();
            // Files that come and go meanwhile do not matter.
            let _ = std::process::Command::new("cp")
                .args(["-a"])
                .args([&self.folder.join("postgres"), &folder.join("postgres")])
                .stderr(std::process::Stdio::null())
                .status()
                .unwrap();
            let label: String = sqlx::query_scalar("SELECT labelfile FROM pg_backup_stop(false)")
                .fetch_one(&mut connection)
                .await
                .unwrap();
            let base = folder.join("postgres");
            let data = base.join("data");
            for leftover in [".s.PGSQL.5432", ".s.PGSQL.5432.lock", "data/postmaster.pid"] {
                let _ = std::fs::remove_file(base.join(leftover));
            }
            std::fs::write(data.join("backup_label"), label).unwrap();
            std::fs::write(data.join("standby.signal"), "").unwrap();
            let sockets = self.options().get_socket().unwrap().display().to_string();
            std::fs::write(
                data.join("postgresql.auto.conf"),
                format!("primary_conninfo = 'host=''{sockets}'' port=5432 user=dialogporten'\n"),
            )
            .unwrap();
            let owner = base.metadata().unwrap();
            for file in ["backup_label", "standby.signal", "postgresql.auto.conf"] {
                chown(data.join(file), Some(owner.uid()), Some(owner.gid())).unwrap();
            }
            Self::starts_in(folder).await
        }

        async fn ends(&mut self) {
            self.running.take().unwrap().stop().await.unwrap();
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            if let Ok(base) = self.folder.join("postgres").canonicalize() {
                let _ = std::fs::remove_dir_all(base);
            }
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }

    /// Waits until searches read from a replica, or from none; none of them may fail.
    async fn reads_from_replica(store: &Store, expected: bool) {
        let begun = Instant::now();
        while store.reader().replica.is_some() != expected {
            store.resources_in_use().await.unwrap();
            assert!(begun.elapsed() < Duration::from_mins(1), "{expected}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        store.resources_in_use().await.unwrap();
    }

    #[tokio::test]
    async fn searches_read_from_a_replica_that_follows_and_from_no_other() {
        let mut primary = Server::starts_in(Server::folder()).await;
        crate::store::migrate(&primary.options()).await.unwrap();
        let mut replica = primary.is_repeated().await;
        let mut config = Config::default();
        config.database.read_urls = vec![replica.url()];
        let store = Store::open(&config, &primary.options()).unwrap();
        assert!(store.reader().replica.is_none(), "nothing is known yet");

        // Where nobody tells which log it is. An owner of everything cannot be denied it in another way.
        let (there, away) = ("pg_control_system", "pg_control_system_of_old");
        primary.renames(there, away).await;
        store
            .measure(store.pools.replicas(), &mut Positions::default())
            .await;
        assert!(store.reader().replica.is_none());
        let state = store.pools.replicas()[0].state.lock().unwrap().unfit;
        assert_eq!(state, Some(Unfit::PrimaryUntold));
        primary.renames(away, there).await;

        let stop = CancellationToken::new();
        let watch = tokio::spawn(store.clone().watch_replicas(stop.clone()));
        reads_from_replica(&store, true).await;
        replica.execute("SELECT pg_wal_replay_pause()").await;
        primary.execute("CREATE TABLE something_new (id int)").await;
        reads_from_replica(&store, false).await;
        replica.execute("SELECT pg_wal_replay_resume()").await;
        reads_from_replica(&store, true).await;

        replica.ends().await;
        // The next one may still be sent there: it fails over.
        store.resources_in_use().await.unwrap();
        reads_from_replica(&store, false).await;

        stop.cancel();
        watch.await.unwrap();
        store.close().await;
        primary.ends().await;
    }

    #[tokio::test]
    async fn a_replica_of_another_server_is_not_read_from() {
        // Servers of their own: new ones have written about as much as each other.
        let mut primary = Server::starts_in(Server::folder()).await;
        let mut other = Server::starts_in(Server::folder()).await;
        let mut replica = other.is_repeated().await;
        let mut config = Config::default();
        config.database.read_urls = vec![replica.url()];
        let store = Store::open(&config, &primary.options()).unwrap();
        let [watched] = store.pools.replicas() else {
            panic!("one replica")
        };
        // What it has replayed would be enough, by its number.
        let mut positions = Positions::default();
        store.measure(store.pools.replicas(), &mut positions).await;
        let end = positions.ends.back().unwrap().1;
        let begun = Instant::now();
        loop {
            let at: Option<i64> =
                sqlx::query_scalar("SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint")
                    .fetch_one(&watched.pool)
                    .await
                    .unwrap();
            if at.is_some_and(|at| at > end + (64 << 20)) {
                break;
            }
            assert!(begun.elapsed() < Duration::from_mins(2), "{at:?} {end}");
            other
                .execute("CREATE TABLE IF NOT EXISTS x (); DROP TABLE x; SELECT pg_switch_wal()")
                .await;
        }
        store.measure(store.pools.replicas(), &mut positions).await;
        assert!(positions.reached_by(i64::MAX).is_some());
        assert!(store.reader().replica.is_none());
        let state = watched.state.lock().unwrap().unfit;
        assert_eq!(state, Some(Unfit::Foreign));
        store.close().await;
        primary.ends().await;
        replica.ends().await;
        other.ends().await;
    }

    #[tokio::test]
    async fn a_server_that_is_no_replica_is_not_read_from() {
        let database = testing::database().await.unwrap();
        let sockets = database.get_socket().unwrap().display().to_string();
        let url = format!(
            "postgres://dialogporten@localhost/{}?host={}",
            database.get_database().unwrap(),
            sockets.replace('/', "%2F")
        );
        let mut config = Config::default();
        config.database.read_urls = vec![url.parse().unwrap()];
        let store = Store::open(&config, &database).unwrap();
        let mut positions = Positions::default();
        store.measure(store.pools.replicas(), &mut positions).await;
        assert!(!positions.ends.is_empty());
        assert!(store.reader().replica.is_none());
        store.resources_in_use().await.unwrap();
    }
}
