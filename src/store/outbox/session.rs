//! The session in which a process delivers: it holds lanes by advisory locks, claims what is due in them, and settles
//! what became of it.
//!
//! A dialog always falls into the same lane, and a lane belongs to one session at a time: no two processes ever have
//! events of one dialog at the same time. Nothing is locked, and no transaction is open, while an event is on its way
//! to a receiver who may be slow. Whoever loses the session loses its lanes, and with them the means to settle: what it
//! had claimed is claimed again by the next.

use std::time::Duration;

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

use crate::{
    dialog::timestamp::Timestamp,
    store::sessions::{Sessions, require_primary},
};

/// How many lanes there are; the migrations know, too.
pub const LANES: u8 = 4;
/// Names our locks among the advisory locks of the database: one per lane, and one that all dispatchers share.
const SPACE: i32 = 0x6f75_7462;
/// The lock that all dispatchers share, so that they can be counted.
const PRESENCE: i32 = LANES as i32;
/// The database ends a session that it has not heard of for this long, and others get its lanes.
const SILENCE: &str = "30s";
/// A database that takes longer to answer counts as gone. Shorter than the silence, so that a dispatcher knows that it
/// has lost its lanes before another has them.
const PATIENCE: Duration = Duration::from_secs(15);

/// How many events are hastened at a time.
const HASTENED: i64 = 1_000;

/// An event to be delivered now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its place in the order.
    pub seq: i64,
    /// The dialog that it is about.
    pub dialog: Uuid,
    /// The lane of the dialog.
    pub lane: i32,
    /// The document, as stored.
    pub body: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Until when it was held back.
    pub not_before: Option<Timestamp>,
    /// Attempts so far.
    pub attempts: i16,
}

/// An event that was not delivered, and is to be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Its place in the order.
    pub seq: i64,
    /// When.
    pub due_at: Timestamp,
    /// Why it was not delivered.
    pub error: String,
}

/// An event that is given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    /// Its place in the order.
    pub seq: i64,
    /// Why it was not delivered the last time.
    pub error: String,
}

/// A connection of its own, past any transaction pooler, with the lanes that it holds.
#[derive(Debug)]
pub struct Session {
    connection: PgConnection,
    lanes: Vec<i32>,
    /// Lanes to be given to another process as soon as nothing of them is on its way.
    leaving: Vec<i32>,
    /// From which place in the order on to look for events that nobody has looked at.
    from: i64,
}

impl Session {
    /// Opens a session without lanes.
    pub async fn open(direct: &PgConnectOptions) -> sqlx::Result<Self> {
        let options = Sessions::events(direct, SILENCE);
        let mut session = Self {
            connection: in_time(PgConnection::connect_with(&options)).await?,
            lanes: Vec::new(),
            leaving: Vec::new(),
            from: 0,
        };
        in_time(require_primary(&mut session.connection)).await?;
        let counted = sqlx::query_scalar!(
            r#"SELECT pg_try_advisory_lock_shared($1, $2) AS "locked!""#,
            SPACE,
            PRESENCE,
        );
        in_time(counted.fetch_one(&mut session.connection)).await?;
        Ok(session)
    }

    /// The lanes whose events it may claim.
    pub fn lanes(&self) -> &[i32] {
        &self.lanes
    }

    /// Takes lanes that nobody holds, up to a fair share among all dispatchers, and gives lanes beyond it away, except
    /// `busy` ones. No dispatcher has two more than another for long.
    pub async fn share_lanes(&mut self, busy: &[i32]) -> sqlx::Result<()> {
        let share = fair_share(&in_time(holdings(&mut self.connection)).await?);
        while self.lanes.len() > share {
            self.leaving.extend(self.lanes.pop());
        }
        let (leaving, left): (Vec<i32>, Vec<i32>) = std::mem::take(&mut self.leaving)
            .into_iter()
            .partition(|lane| busy.contains(lane));
        self.leaving = leaving;
        for lane in left {
            self.unlock(lane).await?;
        }
        while self.lanes.len() < share
            && let Some(lane) = self.leaving.pop()
        {
            self.lanes.push(lane);
        }
        for lane in (0..LANES).map(i32::from) {
            if self.lanes.len() >= share {
                break;
            }
            let is_ours = self.lanes.contains(&lane) || self.leaving.contains(&lane);
            if !is_ours && self.try_lock(lane).await? {
                self.lanes.push(lane);
            }
        }
        Ok(())
    }

    async fn try_lock(&mut self, lane: i32) -> sqlx::Result<bool> {
        let statement = sqlx::query_scalar!(
            r#"SELECT pg_try_advisory_lock($1, $2) AS "locked!""#,
            SPACE,
            lane
        );
        in_time(statement.fetch_one(&mut self.connection)).await
    }

    async fn unlock(&mut self, lane: i32) -> sqlx::Result<()> {
        let statement = sqlx::query_scalar!(
            r#"SELECT pg_advisory_unlock($1, $2) AS "unlocked!""#,
            SPACE,
            lane
        );
        in_time(statement.fetch_one(&mut self.connection))
            .await
            .map(drop)
    }

    /// Looks for events that nobody has looked at from this place in the order on, 0 for all. The index keeps what was
    /// removed until the next vacuum, so looking from the start costs the more the more has been delivered since.
    /// Transactions can end in another order than that of their events, so all must be looked for now and then.
    pub fn look_from(&mut self, place: i64) {
        self.from = place;
    }

    /// Events that are due in the lanes of this session: the first of each of at most `dialogs` dialogs that are not
    /// `busy`, and what follows it, at most `each` of a dialog. In the order of delivery, dialog by dialog.
    ///
    /// At most `again` of the dialogs are those whose first event has failed before, so that these never keep fresh ones
    /// waiting, nor the other way round.
    ///
    /// An event behind another that waits is put aside until then, so that it is not looked at over and over. It is
    /// looked at again after a while in any case.
    pub async fn claim(
        &mut self,
        now: Timestamp,
        busy: &[Uuid],
        dialogs: i64,
        again: i64,
        each: i64,
    ) -> sqlx::Result<Vec<Waiting>> {
        let statement = sqlx::query_as!(
            Waiting,
            r#"
            WITH candidate AS MATERIALIZED (
                   SELECT DISTINCT c.dialog_id
                     FROM unnest($1::int[]) AS l (lane)
                    CROSS JOIN LATERAL (
                      (SELECT o.dialog_id FROM outbox o
                        WHERE uuid_hash(o.dialog_id) & 3 = l.lane
                          AND coalesce(o.due_at, o.not_before, '-infinity') = '-infinity' AND o.seq >= $7
                          AND o.dialog_id <> ALL ($2::uuid[])
                        ORDER BY o.seq LIMIT $4::bigint * 4)
                      UNION ALL
                      (SELECT o.dialog_id FROM outbox o
                        WHERE uuid_hash(o.dialog_id) & 3 = l.lane
                          AND coalesce(o.due_at, o.not_before, '-infinity') > '-infinity'
                          AND coalesce(o.due_at, o.not_before, '-infinity') <= $3
                          AND o.dialog_id <> ALL ($2::uuid[])
                        ORDER BY coalesce(o.due_at, o.not_before, '-infinity'), o.seq LIMIT $4 * 4)) c),
                 first AS MATERIALIZED (
                   SELECT c.dialog_id, f.seq, f.attempts, coalesce(f.due_at, f.not_before, '-infinity') AS due
                     FROM candidate c
                    CROSS JOIN LATERAL (SELECT o.seq, o.due_at, o.not_before, o.attempts FROM outbox o
                                         WHERE o.dialog_id = c.dialog_id ORDER BY o.seq LIMIT 1) f),
                 put_aside AS (
                   UPDATE outbox o SET due_at = greatest(behind.due, $3::timestamptz + interval '5 minutes')
                     FROM (SELECT n.seq, f.due FROM first f
                            CROSS JOIN LATERAL (SELECT n.seq FROM outbox n
                                                 WHERE n.dialog_id = f.dialog_id AND n.seq > f.seq
                                                   AND coalesce(n.due_at, n.not_before, '-infinity') <= $3
                                                 ORDER BY n.seq LIMIT 5000) AS n
                            WHERE f.due > $3
                            LIMIT 5000) AS behind
                    WHERE o.seq = behind.seq),
                 chosen AS (
                   (SELECT dialog_id FROM first WHERE due <= $3 AND attempts > 0 ORDER BY seq LIMIT $6)
                   UNION ALL
                   (SELECT dialog_id FROM first WHERE due <= $3 AND attempts = 0 ORDER BY seq LIMIT $4))
            SELECT e.seq, e.dialog_id AS dialog, uuid_hash(e.dialog_id) & 3 AS "lane!", e.body::text AS "body!",
                   e.occurred_at AS "occurred_at: Timestamp", e.not_before AS "not_before: Timestamp", e.attempts
              FROM (SELECT dialog_id FROM chosen LIMIT $4) d
             CROSS JOIN LATERAL (SELECT * FROM outbox o WHERE o.dialog_id = d.dialog_id ORDER BY o.seq LIMIT $5) e
             ORDER BY e.dialog_id, e.seq
            "#,
            &self.lanes,
            busy,
            now as Timestamp,
            dialogs,
            each,
            again,
            self.from,
        );
        in_time(statement.fetch_all(&mut self.connection)).await
    }

    /// Removes what was delivered, puts failed events off, and buries those that are given up. What comes after a
    /// removed event is due at once.
    pub async fn settle(
        &mut self,
        delivered: &[i64],
        retries: &[Retry],
        dead: &[Dead],
        now: Timestamp,
    ) -> sqlx::Result<()> {
        let statement = sqlx::query!(
            r#"
            WITH delivered AS (
                   DELETE FROM outbox WHERE seq = ANY ($1::bigint[]) RETURNING dialog_id),
                 failed AS (
                   UPDATE outbox o SET attempts = o.attempts + 1, due_at = x.due_at, last_error = x.error
                     FROM unnest($2::bigint[], $3::timestamptz[], $4::text[]) AS x (seq, due_at, error)
                    WHERE o.seq = x.seq
                   RETURNING o.dialog_id),
                 dead AS (
                   DELETE FROM outbox o
                    USING unnest($5::bigint[], $6::text[]) AS x (seq, error)
                    WHERE o.seq = x.seq
                   RETURNING o.seq, o.dialog_id, o.kind, o.body, o.occurred_at, o.attempts, x.error),
                 buried AS (
                   INSERT INTO outbox_dead (seq, dialog_id, kind, body, occurred_at, attempts, last_error, died_at)
                   SELECT seq, dialog_id, kind, body, occurred_at, attempts + 1, error, $7 FROM dead
                       ON CONFLICT (seq) DO NOTHING)
            UPDATE outbox o SET due_at = NULL
              FROM (SELECT dialog_id FROM delivered UNION SELECT dialog_id FROM dead
                    EXCEPT SELECT dialog_id FROM failed) d
             CROSS JOIN LATERAL (SELECT n.seq FROM outbox n
                                  WHERE n.dialog_id = d.dialog_id AND n.seq <> ALL ($1) AND n.seq <> ALL ($5)
                                  ORDER BY n.seq LIMIT 1) AS next
             WHERE o.seq = next.seq AND o.due_at IS NOT NULL
            "#,
            delivered,
            &retries.iter().map(|r| r.seq).collect::<Vec<_>>(),
            &retries.iter().map(|r| r.due_at).collect::<Vec<_>>() as &[Timestamp],
            &retries.iter().map(|r| r.error.clone()).collect::<Vec<_>>(),
            &dead.iter().map(|d| d.seq).collect::<Vec<_>>(),
            &dead.iter().map(|d| d.error.clone()).collect::<Vec<_>>(),
            now as Timestamp,
        );
        in_time(statement.execute(&mut self.connection))
            .await
            .map(drop)
    }

    /// Makes the oldest of the failed events in the lanes of this session due now, some at a time. Whether those were all.
    pub async fn hasten(&mut self, now: Timestamp) -> sqlx::Result<bool> {
        let statement = sqlx::query!(
            r#"
            UPDATE outbox SET due_at = $2
             WHERE seq IN (SELECT seq FROM outbox
                            WHERE attempts > 0 AND due_at > $2 AND uuid_hash(dialog_id) & 3 = ANY ($1::int[])
                            ORDER BY occurred_at LIMIT $3)
            "#,
            &self.lanes,
            now as Timestamp,
            HASTENED,
        );
        let hastened = in_time(statement.execute(&mut self.connection)).await?;
        Ok(i64::try_from(hastened.rows_affected()).unwrap_or(i64::MAX) < HASTENED)
    }

    /// Makes failed events in the lanes of this session due now that are put off until after `latest`, some at a time: a
    /// clock that was wrong has done that. What is held back stays so.
    pub async fn distrust(&mut self, now: Timestamp, latest: Timestamp) -> sqlx::Result<()> {
        let statement = sqlx::query!(
            r#"
            UPDATE outbox SET due_at = $2
             WHERE seq IN (SELECT seq FROM outbox
                            WHERE attempts > 0 AND due_at > $3 AND coalesce(not_before <= $2, true)
                              AND uuid_hash(dialog_id) & 3 = ANY ($1::int[])
                            ORDER BY occurred_at LIMIT $4)
            "#,
            &self.lanes,
            now as Timestamp,
            latest as Timestamp,
            HASTENED,
        );
        in_time(statement.execute(&mut self.connection))
            .await
            .map(drop)
    }

    /// Gives all lanes back.
    pub async fn close(self) {
        // Whatever goes wrong here, the session ends.
        let _ = in_time(self.connection.close()).await;
    }
}

/// What one dispatcher has.
#[derive(Debug, Clone, Copy)]
struct Holding {
    lanes: i64,
    is_own: bool,
}

/// How many lanes we may have. As many have one more than the others as there are lanes left over; who comes first has
/// it.
fn fair_share(holdings: &[Holding]) -> usize {
    let all = holdings.len().max(1);
    let (fewest, left_over) = (usize::from(LANES) / all, usize::from(LANES) % all);
    let has_more = |other: &&Holding| {
        !other.is_own && usize::try_from(other.lanes).is_ok_and(|lanes| lanes > fewest)
    };
    fewest + usize::from(holdings.iter().filter(has_more).count() < left_over)
}

async fn holdings(connection: &mut PgConnection) -> sqlx::Result<Vec<Holding>> {
    sqlx::query_as!(
        Holding,
        r#"
        SELECT count(*) FILTER (WHERE objid <> $2::int::oid) AS "lanes!", pid = pg_backend_pid() AS "is_own!"
          FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND objsubid = 2
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND classid = $1::int::oid
         GROUP BY pid
        "#,
        SPACE,
        PRESENCE,
    )
    .fetch_all(connection)
    .await
}

/// How many servers deliver from this database: each that runs has one session for that.
pub async fn dispatchers(connection: &mut PgConnection) -> sqlx::Result<usize> {
    Ok(holdings(connection).await?.len())
}

async fn in_time<T>(work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|elapsed| Err(sqlx::Error::Io(elapsed.into())))
}
