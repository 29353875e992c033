//! The benchmark's own PostgreSQL, durable as in production, and `pgbench` on it.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use anyhow::{Context, bail};
use dialogporten::{
    config::Environment,
    embedded::{Durability, Embedded, Options, cache_directory},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

/// The name of the user of embedded clusters.
const USER: &str = "dialogporten";
/// Of settings that the server under test has for its own sessions.
const SESSION: &str = "-c plan_cache_mode=force_generic_plan -c jit=off -c random_page_cost=1.1 -c max_parallel_workers_per_gather=0 -c work_mem=16MB";

/// A running cluster.
pub struct Postgres {
    embedded: Embedded,
    programs: PathBuf,
    socket: PathBuf,
    /// Of its first process.
    pub process: u32,
}

impl Postgres {
    /// Starts it below `directory`.
    pub async fn start(directory: &Path) -> anyhow::Result<Self> {
        let environment = Environment::of_process();
        let embedded = Embedded::start(&Options {
            state_dir: directory.to_owned(),
            durability: Durability::Full,
            binaries: None,
            search_path: environment.get("PATH").map(OsString::from),
            cache_dir: cache_directory(&environment),
            install_missing: true,
            ends_when_unused: false,
            settings: [
                "shared_preload_libraries=pg_stat_statements",
                "pg_stat_statements.max=5000",
                "shared_buffers=2GB",
                "max_wal_size=8GB",
                // Checkpoints that are asked for keep few segments of the log for later; while a new one is filled with
                // zeros, nobody commits. Those that come by the clock keep as many as are needed.
                "min_wal_size=4GB",
                "checkpoint_timeout=30min",
                "max_connections=200",
                "log_error_verbosity=default",
                // Whose session it is.
                "log_line_prefix=%a|",
            ]
            .map(str::to_owned)
            .to_vec(),
        })
        .await?;
        let socket = embedded
            .connect_options()
            .get_socket()
            .context("the cluster has no socket")?
            .clone();
        let note = std::fs::read_to_string(embedded.directory().join("data/postmaster.pid"))?;
        let process = note.lines().next().context("no process")?.trim().parse()?;
        Ok(Self {
            programs: programs(environment.get("PATH").unwrap_or_default())?,
            embedded,
            socket,
            process,
        })
    }

    /// Stops it.
    pub async fn stop(self) -> anyhow::Result<()> {
        Ok(self.embedded.stop().await?)
    }

    /// How to connect to a database.
    pub fn options(&self, database: &str) -> PgConnectOptions {
        self.embedded.connect_options().database(database)
    }

    /// The address of a database for the server.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://{USER}@localhost/{database}?host={}",
            self.socket.display()
        )
    }

    /// What the log says.
    pub fn log(&self) -> anyhow::Result<String> {
        let bytes = std::fs::read(self.embedded.directory().join("postgres.log"))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Runs statements, each a transaction.
    pub async fn run(&self, database: &str, statements: &[&str]) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect_with(&self.options(database)).await?;
        for statement in statements {
            sqlx::raw_sql(AssertSqlSafe(*statement))
                .execute(&mut connection)
                .await
                .with_context(|| (*statement).to_owned())?;
        }
        Ok(connection.close().await?)
    }

    /// One number.
    pub async fn number(&self, database: &str, query: &str) -> anyhow::Result<i64> {
        let mut connection = PgConnection::connect_with(&self.options(database)).await?;
        let number = sqlx::query_scalar(AssertSqlSafe(query))
            .fetch_one(&mut connection)
            .await
            .with_context(|| query.to_owned())?;
        connection.close().await?;
        Ok(number)
    }

    /// Whether there is such a database.
    pub async fn has(&self, database: &str) -> anyhow::Result<bool> {
        let query = format!("SELECT count(*) FROM pg_database WHERE datname = '{database}'");
        Ok(self.number("postgres", &query).await? > 0)
    }

    /// Transactions a second of `pgbench`'s own smallest read: what one is, every machine can tell.
    pub fn calibrate(&self, time: Duration) -> anyhow::Result<f64> {
        self.pgbench(&["-i", "-q", "-s", "10"], "calibration")?;
        let seconds = time.as_secs().max(1).to_string();
        let arguments = [
            "-S", "-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", &seconds,
        ];
        self.pgbench(&arguments, "calibration")?;
        rate(&self.pgbench(&arguments, "calibration")?)
    }

    /// Transactions a second of scripts with variables, eight at a time.
    pub fn throughput(
        &self,
        database: &str,
        scripts: &[PathBuf],
        variables: &[(String, String)],
        time: Duration,
    ) -> anyhow::Result<f64> {
        Ok(self
            .load(database, scripts, variables, Amount::Time(time))?
            .0)
    }

    /// Transactions a second of scripts with variables, eight at a time, and how many there were.
    pub fn load(
        &self,
        database: &str,
        scripts: &[PathBuf],
        variables: &[(String, String)],
        amount: Amount,
    ) -> anyhow::Result<(f64, f64)> {
        let mut arguments: Vec<String> = ["-n", "-M", "prepared", "-c", "8", "-j", "2"]
            .map(str::to_owned)
            .to_vec();
        arguments.extend(match amount {
            Amount::Time(time) => ["-T".to_owned(), time.as_secs().max(1).to_string()],
            Amount::Each(count) => ["-t".to_owned(), count.to_string()],
        });
        for (name, value) in variables {
            arguments.extend(["-D".to_owned(), format!("{name}={value}")]);
        }
        for script in scripts {
            arguments.extend(["-f".to_owned(), script.display().to_string()]);
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = self.pgbench(&arguments, database)?;
        Ok((rate(&output)?, count(&output)?))
    }

    fn pgbench(&self, arguments: &[&str], database: &str) -> anyhow::Result<String> {
        self.program("pgbench", arguments, database)
    }

    /// Runs a client program of PostgreSQL.
    pub fn program(
        &self,
        name: &str,
        arguments: &[&str],
        database: &str,
    ) -> anyhow::Result<String> {
        let Output {
            status,
            stdout,
            stderr,
        } = Command::new(self.programs.join(name))
            .env("PGHOST", &self.socket)
            .env("PGUSER", USER)
            .env("PGDATABASE", database)
            .env("PGOPTIONS", SESSION)
            .args(arguments)
            .output()
            .with_context(|| format!("cannot start {name}"))?;
        if !status.success() {
            bail!("{name} failed: {}", String::from_utf8_lossy(&stderr));
        }
        Ok(String::from_utf8_lossy(&stdout).into_owned())
    }
}

/// How much `pgbench` shall do.
#[derive(Debug, Clone, Copy)]
pub enum Amount {
    /// As much as it can in this time.
    Time(Duration),
    /// So many transactions in each of its sessions.
    Each(u64),
}

fn count(output: &str) -> anyhow::Result<f64> {
    let line = output
        .lines()
        .find_map(|line| line.strip_prefix("number of transactions actually processed: "))
        .with_context(|| format!("pgbench told no number: {output}"))?;
    Ok(line.split('/').next().unwrap_or_default().parse()?)
}

fn rate(output: &str) -> anyhow::Result<f64> {
    let line = output
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .with_context(|| format!("pgbench told no rate: {output}"))?;
    Ok(line.split_whitespace().next().unwrap_or_default().parse()?)
}

/// The directory with `pgbench`: the newest of the usual ones, else one of the path.
fn programs(path: &OsStr) -> anyhow::Result<PathBuf> {
    let version = |path: &Path| {
        path.parent()
            .and_then(Path::file_name)
            .and_then(|name| name.to_str())
            .and_then(|name| name.parse::<u32>().ok())
    };
    let mut usual: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    usual.sort_by_key(|path| std::cmp::Reverse(version(path)));
    usual
        .into_iter()
        .chain(std::env::split_paths(path))
        .find(|directory| directory.join("pgbench").exists())
        .context("pgbench is nowhere (Debian: apt install postgresql)")
}
