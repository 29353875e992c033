//! Connections of one kind, each lent for one statement.
//!
//! The driver's own pool asks every connection that comes back whether it still lives, a round trip for each statement
//! that costs about as much as reading one row. A statement that has ended has told as much; so only connections that
//! come back in the midst of one (the client went away, say) are asked here, and those that rested for some time.

use std::{
    io::ErrorKind,
    ops::{Deref, DerefMut},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{
    TryStreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use sqlx::{
    ConnectOptions, Connection, Either, Error, Execute, Executor, PgConnection, Postgres, SqlStr,
    postgres::{
        PgConnectOptions, PgDatabaseError, PgQueryResult, PgRow, PgSeverity, PgStatement,
        PgTypeInfo,
    },
};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{interval, sleep, timeout},
};

use super::sessions::require_primary;

/// A connection that rested longer than this is asked whether it still lives before it is used.
const TRUSTED_IDLE: Duration = Duration::from_secs(5);
/// A connection that rested longer than this is closed.
const IDLE_TIMEOUT: Duration = Duration::from_mins(10);
/// No connection grows older, so that what sessions gather goes, and new addresses of a name are found.
const MAX_LIFETIME: Duration = Duration::from_mins(30);
/// Between two looks at connections that rest.
const SWEEP: Duration = Duration::from_mins(1);
/// How long a statement that nobody waits for any more may go on.
const ABANDONED: Duration = Duration::from_secs(30);
/// Between two attempts to connect; twice as long each time.
const PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Connections to one server. Clones share them.
#[derive(Debug, Clone)]
pub struct Pool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: PgConnectOptions,
    max: u32,
    patience: Duration,
    requires_primary: bool,
    places: Arc<Semaphore>,
    /// Last in, first out: what is used most is in the caches of the processor.
    idle: Mutex<Vec<Idle>>,
    open: Arc<AtomicU32>,
    is_closed: AtomicBool,
    /// Goes up when a connection breaks: the others may have, too.
    era: AtomicU64,
}

/// A connection that nobody has.
#[derive(Debug)]
struct Idle {
    session: Session,
    since: Instant,
}

/// A connection that is counted.
#[derive(Debug)]
struct Session {
    connection: PgConnection,
    opened: Instant,
    era: u64,
    _counted: Counted,
}

#[derive(Debug)]
struct Counted(Arc<AtomicU32>);

impl Counted {
    fn new(open: &Arc<AtomicU32>) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Self(open.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What is known of a connection that comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// A statement may still run.
    Unknown,
    /// Its statement has ended.
    Ready,
    /// It is of no use any more.
    Broken,
}

/// A connection for a while. It goes back when it is dropped.
#[derive(Debug)]
pub struct Lease {
    session: Option<Session>,
    place: Option<OwnedSemaphorePermit>,
    condition: Condition,
    pool: Arc<Shared>,
}

impl Pool {
    /// At most `max` connections, opened when they are needed; who gets none within `patience` gets
    /// [`Error::PoolTimedOut`]. With `requires_primary` a standby is refused, and asked again until then. Must be called
    /// within a Tokio runtime.
    pub fn new(
        options: PgConnectOptions,
        max: u32,
        patience: Duration,
        requires_primary: bool,
    ) -> Self {
        let shared = Arc::new(Shared {
            options,
            max,
            patience,
            requires_primary,
            places: Arc::new(Semaphore::new(max as usize)),
            idle: Mutex::default(),
            open: Arc::default(),
            is_closed: AtomicBool::new(false),
            era: AtomicU64::new(0),
        });
        tokio::spawn(sweep(Arc::downgrade(&shared)));
        Self(shared)
    }

    /// A few connections for a test.
    #[cfg(test)]
    pub fn of_test(options: PgConnectOptions) -> Self {
        Self::new(options, 4, Duration::from_secs(30), false)
    }

    /// A connection for more than one statement.
    pub async fn acquire(&self) -> sqlx::Result<Lease> {
        timeout(self.0.patience, take(&self.0))
            .await
            .unwrap_or(Err(Error::PoolTimedOut))
    }

    /// How many connections are open.
    pub fn size(&self) -> u32 {
        self.0.open.load(Ordering::Relaxed)
    }

    /// How many of them nobody has.
    pub fn idle(&self) -> u32 {
        u32::try_from(self.0.resting().len()).unwrap_or(u32::MAX)
    }

    /// How many may be open.
    pub fn max(&self) -> u32 {
        self.0.max
    }

    /// Waits until all connections are back and closes them. Whoever asks from now on gets [`Error::PoolClosed`].
    pub async fn close(&self) {
        self.0.is_closed.store(true, Ordering::Release);
        let all = self.0.places.acquire_many(self.0.max).await;
        self.0.places.close();
        drop(all);
        let resting = std::mem::take(&mut *self.0.resting());
        for idle in resting {
            // The server notices by itself where this fails.
            let _ = idle.session.connection.close().await;
        }
    }
}

impl Shared {
    fn resting(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_back(&self, session: Session) {
        if !self.is_closed.load(Ordering::Acquire) && session.opened.elapsed() < MAX_LIFETIME {
            self.resting().push(Idle {
                session,
                since: Instant::now(),
            });
        }
    }

    /// Takes out what rested for as long, or is too old. In one go: whoever came in between would find none, and open
    /// more than there may be.
    fn dismiss(&self, longest: Duration) -> Vec<Idle> {
        let is_over = |idle: &mut Idle| {
            idle.since.elapsed() >= longest || idle.session.opened.elapsed() >= MAX_LIFETIME
        };
        self.resting().extract_if(.., is_over).collect()
    }

    /// Whether a connection that rested can be used.
    async fn is_alive(&self, idle: &mut Idle) -> bool {
        let era = self.era.load(Ordering::Relaxed);
        if idle.session.opened.elapsed() >= MAX_LIFETIME {
            return false;
        }
        if idle.session.era == era && idle.since.elapsed() <= TRUSTED_IDLE {
            return true;
        }
        idle.session.era = era;
        idle.session.connection.ping().await.is_ok()
    }

    async fn open(&self) -> sqlx::Result<Session> {
        let era = self.era.load(Ordering::Relaxed);
        let mut connection = self.options.connect().await?;
        if self.requires_primary {
            require_primary(&mut connection).await?;
        }
        Ok(Session {
            connection,
            opened: Instant::now(),
            era,
            _counted: Counted::new(&self.open),
        })
    }
}

async fn take(pool: &Arc<Shared>) -> sqlx::Result<Lease> {
    let place = pool.places.clone().acquire_owned().await;
    let place = place.map_err(|_| Error::PoolClosed)?;
    if pool.is_closed.load(Ordering::Acquire) {
        return Err(Error::PoolClosed);
    }
    let mut pause = PAUSE;
    let session = loop {
        let resting = pool.resting().pop();
        if let Some(mut idle) = resting {
            if pool.is_alive(&mut idle).await {
                break idle.session;
            }
            continue;
        }
        match pool.open().await {
            Ok(session) => break session,
            Err(error) if may_come_up(&error) => {
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(error) => return Err(error),
        }
    };
    Ok(Lease {
        session: Some(session),
        place: Some(place),
        condition: Condition::Unknown,
        pool: pool.clone(),
    })
}

/// Whether a server that could not be connected to is worth another attempt: it is not there (yet), starts, or is a
/// standby that may be promoted.
fn may_come_up(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.kind() == ErrorKind::ConnectionRefused,
        // A standby.
        Error::Protocol(_) => true,
        // cannot_connect_now, too_many_connections, and connection exceptions.
        Error::Database(error) => error
            .code()
            .is_some_and(|code| code == "57P03" || code == "53300" || code.starts_with("08")),
        _ => false,
    }
}

/// Closes what rested too long, until the pool is gone.
async fn sweep(pool: Weak<Shared>) {
    let mut ticks = interval(SWEEP);
    loop {
        ticks.tick().await;
        let Some(pool) = pool.upgrade() else { return };
        for idle in pool.dismiss(IDLE_TIMEOUT) {
            // The server notices by itself where this fails.
            let _ = idle.session.connection.close().await;
        }
    }
}

impl Lease {
    /// Notes how a statement ended, so that the connection need not be asked when it comes back.
    fn settle<T>(&mut self, outcome: &sqlx::Result<T>) {
        self.condition = match outcome {
            Ok(_) => Condition::Ready,
            Err(Error::Database(error)) => {
                let severity = error
                    .try_downcast_ref::<PgDatabaseError>()
                    .map(PgDatabaseError::severity);
                match severity {
                    Some(PgSeverity::Fatal | PgSeverity::Panic) => Condition::Broken,
                    _ => Condition::Ready,
                }
            }
            Err(Error::Io(_) | Error::Tls(_) | Error::Protocol(_)) => Condition::Broken,
            Err(_) => Condition::Unknown,
        };
    }
}

impl Deref for Lease {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        let session = self.session.as_ref();
        &session.expect("taken only when dropped").connection
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut PgConnection {
        // Whoever uses it may stop in the midst of a statement.
        self.condition = Condition::Unknown;
        let session = self.session.as_mut();
        &mut session.expect("taken only when dropped").connection
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(session) = self.session.take() else {
            return;
        };
        match self.condition {
            Condition::Ready => self.pool.put_back(session),
            Condition::Broken => {
                self.pool.era.fetch_add(1, Ordering::Relaxed);
            }
            Condition::Unknown => {
                // Without a runtime the connection is dropped, and so closed.
                if let Ok(runtime) = Handle::try_current() {
                    let (pool, place) = (self.pool.clone(), self.place.take());
                    runtime.spawn(async move {
                        let mut session = session;
                        // Waits for the statement, and sends the end of a transaction that was left open.
                        let ended = timeout(ABANDONED, session.connection.ping()).await;
                        if matches!(ended, Ok(Ok(()))) {
                            pool.put_back(session);
                        }
                        drop(place);
                    });
                }
            }
        }
    }
}

/// Each statement on a connection of its own. What is not here goes by `fetch_many`.
impl<'p> Executor<'p> for &'_ Pool {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, sqlx::Result<Either<PgQueryResult, PgRow>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let pool = self.clone();
        // All at once: a connection does not wait for whoever reads the rows.
        let all = async move {
            let mut lease = pool.acquire().await?;
            let outcome: sqlx::Result<Vec<_>> = lease.fetch_many(query).try_collect().await;
            lease.settle(&outcome);
            Ok::<_, Error>(stream::iter(outcome?.into_iter().map(Ok)))
        };
        Box::pin(stream::once(all).try_flatten())
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<PgRow>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let pool = self.clone();
        Box::pin(async move {
            let mut lease = pool.acquire().await?;
            let outcome = lease.fetch_optional(query).await;
            lease.settle(&outcome);
            outcome
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, sqlx::Result<PgStatement>>
    where
        'p: 'e,
    {
        let pool = self.clone();
        Box::pin(async move { pool.acquire().await?.prepare_with(sql, parameters).await })
    }

    #[doc(hidden)]
    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, sqlx::Result<sqlx::Describe<Postgres>>>
    where
        'p: 'e,
    {
        let pool = self.clone();
        Box::pin(async move { pool.acquire().await?.describe(sql).await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    async fn session(pool: &Pool) -> i32 {
        sqlx::query_scalar("SELECT pg_backend_pid()")
            .fetch_one(pool)
            .await
            .unwrap()
    }

    /// Waits until as many connections rest.
    async fn rest(pool: &Pool, count: u32) {
        timeout(Duration::from_mins(1), async {
            while pool.idle() != count {
                sleep(Duration::from_millis(2)).await;
            }
        })
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn a_connection_is_used_again() {
        let pool = Pool::of_test(testing::database().await.unwrap());
        let first = session(&pool).await;
        assert_eq!((pool.size(), pool.idle()), (1, 1));
        assert_eq!(session(&pool).await, first);
        let failed = sqlx::query("SELECT 1 / 0").execute(&pool).await;
        assert!(matches!(failed, Err(Error::Database(_))), "{failed:?}");
        assert_eq!(session(&pool).await, first);
        let rows = sqlx::query("SELECT * FROM generate_series(1, 3)");
        assert_eq!(rows.fetch_all(&pool).await.unwrap().len(), 3);
        let streamed: Vec<_> = sqlx::query("SELECT * FROM generate_series(1, 3)")
            .fetch(&pool)
            .try_collect()
            .await
            .unwrap();
        assert_eq!((streamed.len(), pool.size()), (3, 1));
        pool.close().await;
        assert_eq!(pool.size(), 0);
        let late = pool.acquire().await;
        assert!(matches!(late, Err(Error::PoolClosed)), "{late:?}");
    }

    #[tokio::test]
    async fn who_comes_too_late_is_told_so() {
        let options = testing::database().await.unwrap();
        let pool = Pool::new(options, 2, Duration::from_millis(50), true);
        let _held = (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
        let late = pool.acquire().await;
        assert!(matches!(late, Err(Error::PoolTimedOut)), "{late:?}");
        assert_eq!((pool.size(), pool.idle(), pool.max()), (2, 0, 2));
    }

    #[tokio::test]
    async fn a_statement_that_nobody_waits_for_does_not_disturb_the_next() {
        let options = testing::database().await.unwrap();
        let pool = Pool::new(options, 1, Duration::from_secs(30), false);
        let first = session(&pool).await;
        for _ in 0..20 {
            let abandoned =
                sqlx::query("SELECT pg_sleep(0.02), repeat('x', 100000)").fetch_all(&pool);
            let outcome = timeout(Duration::from_millis(2), abandoned).await;
            assert!(outcome.is_err());
            assert_eq!(session(&pool).await, first);
        }
    }

    #[tokio::test]
    async fn a_transaction_that_was_left_open_is_rolled_back() {
        let pool = Pool::of_test(testing::database().await.unwrap());
        let mut lease = pool.acquire().await.unwrap();
        let mut transaction = lease.begin().await.unwrap();
        sqlx::query("CREATE TABLE left_open ()")
            .execute(&mut *transaction)
            .await
            .unwrap();
        drop(transaction);
        drop(lease);
        rest(&pool, 1).await;
        let found: bool = sqlx::query_scalar("SELECT to_regclass('left_open') IS NOT NULL")
            .fetch_one(&pool)
            .await
            .unwrap();
        assert!(!found);
    }

    #[tokio::test]
    async fn after_one_connection_broke_the_others_are_asked_first() {
        let options = testing::database().await.unwrap();
        let pool = Pool::of_test(options.clone());
        let held = [
            pool.acquire().await.unwrap(),
            pool.acquire().await.unwrap(),
            pool.acquire().await.unwrap(),
        ];
        drop(held);
        rest(&pool, 3).await;
        let mut other = PgConnection::connect_with(&options).await.unwrap();
        sqlx::query(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .execute(&mut other)
        .await
        .unwrap();
        let first = sqlx::query("SELECT 1").execute(&pool).await;
        assert!(first.is_err());
        for _ in 0..5 {
            session(&pool).await;
        }
    }

    #[tokio::test]
    async fn what_rested_too_long_is_closed_and_nothing_else() {
        let pool = Pool::of_test(testing::database().await.unwrap());
        session(&pool).await;
        assert!(pool.0.dismiss(IDLE_TIMEOUT).is_empty());
        assert_eq!((pool.size(), pool.idle()), (1, 1));
        assert_eq!(pool.0.dismiss(Duration::ZERO).len(), 1);
        assert_eq!((pool.size(), pool.idle()), (0, 0));
    }

    #[tokio::test]
    async fn a_pool_that_is_forgotten_closes_its_connections() {
        let options = testing::database().await.unwrap();
        let pool = Pool::of_test(options);
        session(&pool).await;
        let open = pool.0.open.clone();
        drop(pool);
        timeout(Duration::from_mins(1), async {
            while open.load(Ordering::Relaxed) > 0 {
                sleep(Duration::from_millis(2)).await;
            }
        })
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_yet_is_waited_for() {
        // A port that nobody has any more.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let options = PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(port);
        let pool = Pool::new(options, 1, Duration::from_millis(100), false);
        let outcome = pool.acquire().await;
        assert!(matches!(outcome, Err(Error::PoolTimedOut)), "{outcome:?}");
        assert_eq!(pool.size(), 0);
    }
}
