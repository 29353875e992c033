//! What sessions with the database are set to.
//!
//! Settings usually travel with the request to connect. A transaction pooler takes none there, and what one statement
//! sets the next may not see, so behind one they are kept with the role instead, for this database only.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row, postgres::PgConnectOptions};

use super::Store;
use crate::config::Config;

/// Statements prepared per connection: more than the program has, so that none is prepared twice.
const STATEMENT_CACHE: usize = 256;

/// What every session is set to.
const USUAL: [(&str, &str); 6] = [
    // Statements are written for one plan that suits all values; planning anew costs more than it gains.
    ("plan_cache_mode", "force_generic_plan"),
    ("jit", "off"),
    // What is asked for is in memory, or on a disk without moving parts. At the price of a disk arm the planner reads
    // all resources to find that of one dialog: measured, a third of the time of reading a dialog.
    ("random_page_cost", "1.1"),
    // Every statement reads a few rows by index; a worker started for that would cost more than it reads.
    ("max_parallel_workers_per_gather", "0"),
    ("idle_in_transaction_session_timeout", "10s"),
    ("lock_timeout", "2s"),
];
/// For sorting what a search found.
const SEARCH_MEMORY: (&str, &str) = ("work_mem", "16MB");

/// How sessions are opened.
#[derive(Debug, Clone)]
pub(super) struct Sessions {
    is_pooled: bool,
    search_timeout: String,
}

impl Sessions {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            is_pooled: config.database.pooled,
            search_timeout: format!("{}s", config.limits.search_statement_timeout_seconds),
        }
    }

    /// For reading and writing single dialogs.
    pub(super) fn requests(&self, options: &PgConnectOptions) -> PgConnectOptions {
        self.pooled(options, "request", &[])
    }

    /// For seen entries: they may be lost at a power failure. A pooler's are not, at the cost of waiting for the disk.
    pub(super) fn seen(&self, options: &PgConnectOptions) -> PgConnectOptions {
        self.pooled(options, "seen", &[("synchronous_commit", "off")])
    }

    /// For searches.
    pub(super) fn searches(&self, options: &PgConnectOptions) -> PgConnectOptions {
        let timeout = ("statement_timeout", self.search_timeout.as_str());
        self.pooled(options, "search", &[timeout, SEARCH_MEMORY])
    }

    /// For work that no request waits for; never through a pooler.
    pub(super) fn background(options: &PgConnectOptions) -> PgConnectOptions {
        named(options, "background")
            .options(USUAL)
            .options([("statement_timeout", "0")])
    }

    /// For delivering events, with lanes that go with the session when the database has not heard of it for `silence`;
    /// never through a pooler.
    pub(super) fn events(options: &PgConnectOptions, silence: &str) -> PgConnectOptions {
        named(options, "events").options(USUAL).options([
            ("statement_timeout", "10s"),
            ("idle_session_timeout", silence),
            // What a crash takes back is delivered once more, as after a crash before it was written.
            ("synchronous_commit", "off"),
            // Plans are made while there is little to read, and must do when there is a lot.
            ("enable_seqscan", "off"),
        ])
    }

    fn pooled(
        &self,
        options: &PgConnectOptions,
        name: &str,
        settings: &[(&str, &str)],
    ) -> PgConnectOptions {
        let options = named(options, name);
        if self.is_pooled {
            // A parameter that poolers refuse; since PostgreSQL 12 numbers are exact without it.
            options.extra_float_digits(None)
        } else {
            options.options(USUAL).options(settings.iter().copied())
        }
    }

    /// What the role is to have behind a pooler, where all kinds of sessions are one: the bound on searches holds for
    /// everything.
    fn of_role(&self) -> Vec<(&str, &str)> {
        let timeout = ("statement_timeout", self.search_timeout.as_str());
        USUAL.into_iter().chain([timeout, SEARCH_MEMORY]).collect()
    }
}

/// Refuses a standby. An address can lead to one for a while after a switch-over, when the old primary has come back; a
/// session that stayed there could never write, and its locks would not keep anybody from anything.
pub(super) async fn require_primary(connection: &mut PgConnection) -> sqlx::Result<()> {
    // Not prepared: one round trip.
    let answer = connection
        .fetch_one(sqlx::raw_sql("SELECT pg_is_in_recovery()"))
        .await?;
    if answer.try_get(0)? {
        let reason = "the address of the database leads to a standby";
        return Err(sqlx::Error::Protocol(reason.to_owned()));
    }
    Ok(())
}

fn named(options: &PgConnectOptions, name: &str) -> PgConnectOptions {
    options
        .clone()
        .application_name(&format!("dialogporten {name}"))
        .statement_cache_capacity(STATEMENT_CACHE)
}

impl Store {
    /// Behind a transaction pooler: keeps the settings of sessions with the role, where they are not yet. Sessions that
    /// the pooler opens from then on have them. Whether anything was changed.
    pub async fn settle_role(&self, config: &Config) -> sqlx::Result<bool> {
        if !config.database.pooled {
            return Ok(false);
        }
        let sessions = Sessions::new(config);
        let wanted = sessions.of_role();
        let found: Vec<String> = sqlx::query_scalar!(
            r#"
            SELECT unnest(setconfig) AS "setting!"
              FROM pg_db_role_setting
             WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
               AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
            "#,
        )
        .fetch_all(self.request())
        .await?;
        let is_there = |(name, value): &(&str, &str)| found.contains(&format!("{name}={value}"));
        if wanted.iter().all(is_there) {
            return Ok(false);
        }
        // All names and values are ours.
        let alter: String = wanted
            .iter()
            .map(|(name, value)| {
                format!(
                    "EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET {name} = ''{value}''', current_database());"
                )
            })
            .collect();
        sqlx::raw_sql(AssertSqlSafe(format!("DO $$ BEGIN {alter} END $$")))
            .execute(self.request())
            .await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    async fn shown(store: &Store, name: &str) -> String {
        sqlx::query_scalar("SELECT current_setting($1)")
            .bind(name)
            .fetch_one(store.request())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn behind_a_pooler_sessions_are_set_by_their_role() {
        let database = testing::database().await.unwrap();
        let mut config = Config::default();
        let direct = Store::open(&config, &database).unwrap();
        assert!(!direct.settle_role(&config).await.unwrap());
        config.database.pooled = true;
        let before = Store::open(&config, &database).unwrap();
        assert_eq!(shown(&before, "plan_cache_mode").await, "auto");
        assert!(before.settle_role(&config).await.unwrap());
        assert!(!before.settle_role(&config).await.unwrap());
        let after = Store::open(&config, &database).unwrap();
        for (name, value) in Sessions::new(&config).of_role() {
            assert_eq!(shown(&after, name).await, value, "{name}");
        }
        config.limits.search_statement_timeout_seconds = 7;
        assert!(after.settle_role(&config).await.unwrap());
        let later = Store::open(&config, &database).unwrap();
        assert_eq!(shown(&later, "statement_timeout").await, "7s");
        // Work in the background may take as long as it takes.
        let timeout: String = sqlx::query_scalar("SHOW statement_timeout")
            .fetch_one(later.background())
            .await
            .unwrap();
        assert_eq!(timeout, "0");
    }
}
