//! Our tables against a normalised layout, as the existing system is described to have: the same dialogs in both, the
//! same requests, both asked by `pgbench` in turn.
//!
//! ```sh
//! cargo bench --bench goals -- --layouts
//! ```
//!
//! The other layout is an emulation after a published description, in a schema of its own of the same database. Where the
//! description is open, it has what costs it less.

mod create;
mod ours;
mod read;
mod report;
mod text;

use anyhow::ensure;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use self::{
    ours::Asked,
    read::Searches,
    report::{Comparison, Facts, Report},
};
use crate::{
    Run,
    capture::Script,
    data::{self, DATABASE, Data, Size},
    measure::median,
    postgres::{Amount, Postgres},
};

const EVENTS: &str = include_str!("events.sql");
const SCHEMA: &str = include_str!("schema.sql");
const FILL: &str = include_str!("fill.sql");
const KEYS: &str = include_str!("keys.sql");

/// Requests that are compared, by the names of their cases, and the agent who searches.
const CREATE: &str = "create, 2 transmissions, 3 attachments …";
const GET: &str = "get, end user, seen before";
const SEARCHES: [(&str, usize, f64); 3] = [
    ("search, 10 pairs", 0, 1.3),
    ("search, 1,000 pairs", 2, 3.0),
    ("search, 10,000 pairs", 3, 5.0),
];
/// Creations of each session, where their log is measured.
const LOGGED: u64 = 300;
/// The first version with all that the scripts need.
const VERSION: i64 = 150_000;

/// Compares, and tells the report.
pub async fn run(run: &Run<'_>, size: Size) -> anyhow::Result<String> {
    let postgres = run.postgres;
    let version = postgres
        .number(
            "postgres",
            "SELECT current_setting('server_version_num')::bigint",
        )
        .await?;
    ensure!(version >= VERSION, "this needs PostgreSQL 15 or later");
    let data = Data::prepare(postgres, run.directory, size).await?;
    postgres.run(DATABASE, &[EVENTS]).await?;
    let names = [CREATE, GET]
        .into_iter()
        .chain(SEARCHES.map(|(name, ..)| name));
    let asked = ours::ask(run, &data, &names.collect::<Vec<_>>()).await?;
    fill(postgres).await?;
    let mut layouts = Layouts {
        run,
        runs: 0,
        report: Report::default(),
    };
    layouts.storage().await?;
    layouts.compare(&data, &asked).await?;
    Ok(layouts.report.text(size, run))
}

async fn fill(postgres: &Postgres) -> anyhow::Result<()> {
    eprintln!("filling the normalised layout");
    let extension = "CREATE EXTENSION IF NOT EXISTS pg_walinspect";
    postgres
        .run(DATABASE, &[extension, SCHEMA, FILL, KEYS])
        .await?;
    let missing = "SELECT (SELECT count(*) FROM public.dialog) - (SELECT count(*) FROM n.dialog)";
    ensure!(
        postgres.number(DATABASE, missing).await? == 0,
        "not all dialogs were copied"
    );
    data::tidy(postgres, DATABASE).await?;
    postgres
        .run(DATABASE, &["VACUUM ANALYZE", "CHECKPOINT"])
        .await
}

struct Layouts<'a> {
    run: &'a Run<'a>,
    /// How often `pgbench` was started: identifiers of other runs are other ones.
    runs: u64,
    report: Report,
}

impl Layouts<'_> {
    async fn storage(&mut self) -> anyhow::Result<()> {
        let postgres = self.run.postgres;
        let dialogs = postgres
            .number(DATABASE, "SELECT count(*) FROM dialog")
            .await?;
        let mut bytes = [0.0; 2];
        for (bytes, schema) in bytes.iter_mut().zip(["n", "public"]) {
            let all = format!(
                "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
                  WHERE relkind = 'r' AND relnamespace = '{schema}'::regnamespace"
            );
            *bytes = postgres.number(DATABASE, &all).await? as f64 / dialogs as f64;
        }
        self.report.at_most("bytes on disk, a dialog", 0.40, bytes);
        Ok(())
    }

    async fn compare(&mut self, data: &Data, asked: &[Asked]) -> anyhow::Result<()> {
        let &Run {
            postgres,
            directory,
            ..
        } = self.run;
        let [create, get, searches @ ..] = asked else {
            return Ok(());
        };
        let created = newest(postgres, create.scripts.len()).await?;
        let creations = create::scripts(postgres, directory, &created).await?;
        let mut comparisons = vec![Comparison::new(GET, 5.0, read::gets(directory, get)?, get)];
        let scope = Searches {
            postgres,
            directory,
            data,
        };
        for ((name, agent, goal), asked) in SEARCHES.into_iter().zip(searches) {
            let scripts = scope.scripts(agent, asked).await?;
            comparisons.push(Comparison::new(name, goal, scripts, asked));
        }
        // Reading first: what is created is not to be tidied up meanwhile.
        self.rounds(&mut comparisons)?;
        let mut writing = vec![
            Comparison::new(CREATE, 5.0, creations.scripts.clone(), create),
            Comparison::not_judged(
                "create, and words gathered afterwards",
                creations.with_words.clone(),
                create,
            ),
        ];
        self.rounds(&mut writing)?;
        self.log(&writing).await?;
        let mut asynchronous = vec![
            Comparison::new(
                "create, not waiting for the disk",
                5.0,
                creations.scripts,
                create,
            ),
            Comparison::not_judged(
                "create, and words gathered afterwards, not waiting for the disk",
                creations.with_words,
                create,
            ),
        ];
        // The database is thrown away by the next run.
        let relax = format!("ALTER DATABASE {DATABASE} SET synchronous_commit = off");
        postgres.run(DATABASE, &[&relax]).await?;
        self.rounds(&mut asynchronous)?;
        writing.append(&mut asynchronous);
        writing.append(&mut comparisons);
        self.report.rates(&writing);
        self.report.facts = Facts {
            rows: creations.rows,
            tables: creations.tables,
        };
        Ok(())
    }

    fn rounds(&mut self, comparisons: &mut [Comparison<'_>]) -> anyhow::Result<()> {
        let amount = Amount::Time(self.run.time);
        for comparison in &mut *comparisons {
            eprintln!("warming: {}", comparison.name);
            self.load(&comparison.normalised, Amount::Each(20))?;
            self.load(comparison.ours, Amount::Each(20))?;
        }
        for round in 1..=self.run.rounds {
            for comparison in &mut *comparisons {
                let normalised = self.load(&comparison.normalised, amount)?.0;
                let ours = self.load(comparison.ours, amount)?.0;
                eprintln!(
                    "round {round} of {}: {}: {normalised:.0}, ours {ours:.0}",
                    self.run.rounds, comparison.name
                );
                comparison.rates[0].push(normalised);
                comparison.rates[1].push(ours);
            }
        }
        Ok(())
    }

    /// What creating writes ahead: records, and with whole pages, of which there are many just after a checkpoint only.
    async fn log(&mut self, comparisons: &[Comparison<'_>]) -> anyhow::Result<()> {
        for comparison in comparisons {
            let normalised = self.written(&comparison.normalised).await?;
            let ours = self.written(comparison.ours).await?;
            let name = format!("bytes of log (WAL), {}", comparison.name);
            let records = [normalised.records, ours.records];
            if comparison.goal.is_some() {
                self.report.at_most(&name, 0.30, records);
                let whole = [normalised.all, ours.all];
                self.report
                    .not_judged(&format!("{name}, whole pages counted"), whole);
            } else {
                self.report.not_judged(&name, records);
            }
        }
        Ok(())
    }

    async fn written(&mut self, scripts: &[Script]) -> anyhow::Result<Written> {
        let mut connection =
            PgConnection::connect_with(&self.run.postgres.options(DATABASE)).await?;
        let place = "SELECT pg_current_wal_flush_lsn()::text";
        let before: String = sqlx::query_scalar(place).fetch_one(&mut connection).await?;
        let (_, count) = self.load(scripts, Amount::Each(LOGGED))?;
        let (all, records): (i64, i64) = sqlx::query_as(
            "SELECT (e.lsn - b.lsn)::bigint, sum(s.record_size)::bigint
               FROM (SELECT $1::pg_lsn) AS b (lsn), pg_current_wal_flush_lsn() AS e (lsn),
                    pg_get_wal_stats(b.lsn, e.lsn) AS s GROUP BY 1",
        )
        .bind(before)
        .fetch_one(&mut connection)
        .await?;
        connection.close().await?;
        Ok(Written {
            all: all as f64 / count,
            records: records as f64 / count,
        })
    }

    /// Transactions a second, and how many.
    fn load(&mut self, scripts: &[Script], amount: Amount) -> anyhow::Result<(f64, f64)> {
        self.runs += 1;
        let paths: Vec<_> = scripts.iter().map(|script| script.path.clone()).collect();
        let mut variables: Vec<_> = scripts
            .iter()
            .flat_map(|script| script.variables.clone())
            .collect();
        variables.push(("n".to_owned(), "0".to_owned()));
        variables.push(("run".to_owned(), self.runs.to_string()));
        self.run.postgres.load(DATABASE, &paths, &variables, amount)
    }
}

/// Bytes of log, a creation.
struct Written {
    /// All of them.
    all: f64,
    /// Without whole pages.
    records: f64,
}

/// The dialogs that the server created last, the oldest of them first.
async fn newest(postgres: &Postgres, count: usize) -> anyhow::Result<Vec<Uuid>> {
    let mut connection = PgConnection::connect_with(&postgres.options(DATABASE)).await?;
    let mut ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM dialog WHERE idempotent_key IS NULL ORDER BY id DESC LIMIT $1",
    )
    .bind(i64::try_from(count)?)
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    ensure!(ids.len() == count, "the server created too few dialogs");
    ids.reverse();
    Ok(ids)
}

/// The middle rates of both layouts: the normalised one, ours.
fn medians(rates: &[Vec<f64>; 2]) -> [f64; 2] {
    [median(&rates[0]), median(&rates[1])]
}
