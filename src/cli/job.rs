//! `dialogporten job`: runs one background job once.

use std::{
    io::{IsTerminal, Write},
    num::NonZero,
    time::Duration,
};

use anyhow::Context;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::{Invocation, database::Database, say};
use crate::{
    app::App,
    clock::Clock,
    config::Config,
    dialog::timestamp::Timestamp,
    http::serve::Lifecycle,
    jobs::{self, Failure, Mode, Options, Progress},
};

/// Run one background job once, and exit
///
/// The server runs jobs by itself, each in one process at a time; this is for a run at another time, or another kind
/// of run. Exits with 0 if the job did what it should, else with 1. A database behind a transaction pooler needs
/// `database.direct_url`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dialogporten job retention --dry-run\n  dialogporten job search-reindex --full"
)]
pub(super) struct Arguments {
    /// Which job
    #[arg(value_parser = names())]
    name: String,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// All of it, from the beginning
    #[arg(long, group = "mode")]
    full: bool,
    /// Only what changed at or after this time, such as 2026-01-31T12:00:00Z
    #[arg(long, group = "mode", value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,
    /// What a run before this one left
    #[arg(long, group = "mode")]
    resume: bool,
    /// Only what is missing
    #[arg(long, group = "mode")]
    stale_only: bool,
    /// How much at once, 1 to 5000
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=5000))]
    batch: Option<u32>,
    /// How many batches or requests at the same time, 1 to 50
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=50))]
    concurrency: Option<u32>,
    /// Milliseconds of rest between batches
    #[arg(long, value_name = "MS")]
    pause_ms: Option<u32>,
}

impl Arguments {
    pub(super) async fn run(self, invocation: &Invocation) -> anyhow::Result<()> {
        let config = invocation.config()?;
        let job = jobs::find(&self.name).context("there is no such job")?;
        let options = self.options();
        options.check(job)?;
        let mut database = Database::open(&config, invocation).await?;
        let outcome = run(config, job, options, &mut database).await;
        let closed = database.close().await;
        say(outcome?);
        closed
    }

    fn options(&self) -> Options {
        let mode = match (self.full, self.since, self.resume, self.stale_only) {
            (true, ..) => Some(Mode::Full),
            (_, Some(since), ..) => Some(Mode::Since(since)),
            (_, _, true, _) => Some(Mode::Resume),
            (.., true) => Some(Mode::StaleOnly),
            _ => None,
        };
        Options {
            dry_run: self.dry_run,
            mode,
            batch: self.batch,
            concurrency: self.concurrency,
            pause: self.pause_ms.map(|ms| Duration::from_millis(ms.into())),
        }
    }
}

async fn run(
    config: Config,
    job: &jobs::Job,
    options: Options,
    database: &mut Database,
) -> anyhow::Result<String> {
    super::local::prepare(&config)?;
    let store = database
        .store_for_work(&config, connections(&options))
        .await?;
    let app = App::open(config, Clock::system(), store, Lifecycle::default())?;
    let mut work = app.work();
    work.options = options;
    let progress = work.progress.clone();
    let stop = work.stop.clone();
    let running = async {
        let mut running = std::pin::pin!(jobs::run_alone(job, work));
        tokio::select! {
            outcome = &mut running => outcome,
            // What is going on ends in order; a second one ends it at once.
            _ = tokio::signal::ctrl_c() => {
                stop.cancel();
                tokio::select! {
                    outcome = &mut running => outcome,
                    _ = tokio::signal::ctrl_c() => Err(Failure::Stopped),
                }
            }
        }
    };
    let outcome = tokio::select! {
        outcome = running => outcome,
        error = database.ended() => Err(Failure::Other(error.to_string())),
        never = draw(job.name, &progress) => match never {},
    };
    app.close().await;
    Ok(format!("{}: {}", job.name, outcome?))
}

/// One for each thing that is done at the same time, and one for everything else.
fn connections(options: &Options) -> u32 {
    options.concurrency.unwrap_or(1) + 1
}

fn names() -> PossibleValuesParser {
    let value = |job: &jobs::Job| PossibleValue::new(job.name).help(job.about);
    PossibleValuesParser::new(jobs::JOBS.iter().map(value))
}

fn time(text: &str) -> Result<Timestamp, String> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|time| Timestamp::new(time.to_utc()))
        .map_err(|_| "give a time such as 2026-01-31T12:00:00Z".to_owned())
}

/// Shows on a terminal how far a job is.
async fn draw(name: &str, progress: &Progress) -> std::convert::Infallible {
    if !std::io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let (done, total) = progress.now();
        let _ = write!(std::io::stderr(), "\r{name}: {}\x1b[K", bar(done, total));
    }
}

fn bar(done: u64, total: u64) -> String {
    const WIDTH: u64 = 30;
    let Some(total) = NonZero::new(total) else {
        return done.to_string();
    };
    let filled = usize::try_from(done.min(total.get()) * WIDTH / total).unwrap_or(0);
    let percent = done.min(total.get()) * 100 / total;
    format!(
        "[{:<width$}] {percent} % ({done} of {total})",
        "=".repeat(filled),
        width = 30
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_run_has_a_connection_for_each_thing_that_it_does_at_the_same_time() {
        let nowhere = sqlx::postgres::PgConnectOptions::new_without_pgpass();
        for (concurrency, connections) in [(None, 2), (Some(1), 2), (Some(50), 51)] {
            let options = Options {
                concurrency,
                ..Options::default()
            };
            let store =
                Store::open_for_work(&Config::default(), &nowhere, super::connections(&options));
            let pools = store.unwrap().pools();
            let background = pools.iter().find(|pool| pool.name == "background").unwrap();
            assert_eq!(background.max, connections, "{concurrency:?}");
        }
    }

    #[test]
    fn a_bar_is_as_full_as_the_work_is_done() {
        for (done, total, expected) in [
            (7, 0, "7"),
            (0, 10, "[                              ] 0 % (0 of 10)"),
            (5, 10, "[===============               ] 50 % (5 of 10)"),
            (10, 10, "[==============================] 100 % (10 of 10)"),
        ] {
            assert_eq!(bar(done, total), expected);
        }
    }
}
