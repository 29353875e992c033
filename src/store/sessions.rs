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
    /// the pooler opens from then on have them. Without one: takes them away again, if they are there as we leave them.
    pub async fn settle_role(&self, config: &Config) -> sqlx::Result<RoleSettings> {
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
        // All names and values are ours.
        let (change, settings): (_, Vec<String>) = if config.database.pooled {
            if wanted.iter().all(is_there) {
                return Ok(RoleSettings::Unchanged);
            }
            let set = |(name, value): &(&str, &str)| format!("SET {name} = ''{value}''");
            (RoleSettings::Set, wanted.iter().map(set).collect())
        } else {
            // Somebody else may have set some of them, for reasons of their own; hardly all of them, like this.
            if !USUAL.iter().all(is_there) {
                return Ok(RoleSettings::Unchanged);
            }
            let reset = |(name, _): &(&str, &str)| format!("RESET {name}");
            (RoleSettings::Reset, wanted.iter().map(reset).collect())
        };
        let alter: String = settings
            .iter()
            .map(|setting| {
                format!(
                    "EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I {setting}', current_database());"
                )
            })
            .collect();
        sqlx::raw_sql(AssertSqlSafe(format!("DO $$ BEGIN {alter} END $$")))
            .execute(self.request())
            .await?;
        Ok(change)
    }
}

/// What became of the settings that are kept with the database role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleSettings {
    /// They were as they should be.
    Unchanged,
    /// They are kept there now.
    Set,
    /// They are not kept there any more.
    Reset,
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
        let settled = direct.settle_role(&config).await.unwrap();
        assert_eq!(settled, RoleSettings::Unchanged);
        config.database.pooled = true;
        let before = Store::open(&config, &database).unwrap();
        assert_eq!(shown(&before, "plan_cache_mode").await, "auto");
        for expected in [RoleSettings::Set, RoleSettings::Unchanged] {
            assert_eq!(before.settle_role(&config).await.unwrap(), expected);
        }
        let after = Store::open(&config, &database).unwrap();
        for (name, value) in Sessions::new(&config).of_role() {
            assert_eq!(shown(&after, name).await, value, "{name}");
        }
        config.limits.search_statement_timeout_seconds = 7;
        let settled = after.settle_role(&config).await.unwrap();
        assert_eq!(settled, RoleSettings::Set);
        let later = Store::open(&config, &database).unwrap();
        assert_eq!(shown(&later, "statement_timeout").await, "7s");
        // Work in the background may take as long as it takes.
        let timeout: String = sqlx::query_scalar("SHOW statement_timeout")
            .fetch_one(later.background())
            .await
            .unwrap();
        assert_eq!(timeout, "0");
    }

    #[tokio::test]
    async fn without_a_pooler_the_role_is_left_as_it_was_before_there_was_one() {
        let database = testing::database().await.unwrap();
        let (mut config, direct) = (Config::default(), Config::default());
        config.database.pooled = true;
        let store = Store::open(&config, &database).unwrap();
        let settle = async |config: &Config| store.settle_role(config).await.unwrap();
        settle(&config).await;
        // Whatever the bound on searches is by now.
        config.limits.search_statement_timeout_seconds = 7;
        settle(&config).await;
        sqlx::raw_sql(
            "DO $$ BEGIN
               EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET extra_float_digits = 2', current_database());
             END $$",
        )
        .execute(store.request())
        .await
        .unwrap();
        for expected in [RoleSettings::Reset, RoleSettings::Unchanged] {
            assert_eq!(settle(&direct).await, expected);
        }
        let left: Vec<String> = sqlx::query_scalar(
            "SELECT unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
              WHERE d.datname = current_database()",
        )
        .fetch_all(store.request())
        .await
        .unwrap();
        assert_eq!(left, ["extra_float_digits=2"]);
    }
}
