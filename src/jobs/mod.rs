//! Work that no request waits for: jobs that run by the clock in one process at a time, or once by
//! `dialogporten job NAME`.
//!
//! To add a job: a file with a `JOB` and a line in [`JOBS`]. What it needs is in [`Work`]. A job may be ended between
//! any two statements, by a stop of the server or a lost connection, and is run again later: it must be able to.

mod dead_letters;
mod options;
mod pairs;
mod progress;
mod reindex;
mod report;
mod rest;
mod retention;
mod run;
mod schedule;
pub mod scheduler;
mod sync_levels;
mod sync_subjects;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

pub use self::{
    options::{Flag, Mode, Options},
    progress::Progress,
    report::{Failure, Report},
    rest::Rest,
    run::{run, run_alone},
    schedule::Schedule,
    scheduler::Scheduler,
};
use crate::{authority::Authority, clock::Clock, config::Config, store::Store};

/// Every job there is.
pub const JOBS: &[Job] = &[
    retention::JOB,
    pairs::JOB,
    reindex::JOB,
    dead_letters::JOB,
    sync_subjects::JOB,
    sync_levels::JOB,
];

/// One job.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// What the command line, the logs and the table of runs call it; never changes.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// What can be said on the command line about a run.
    pub flags: &'static [Flag],
    /// When it runs by itself, with these settings.
    pub schedule: fn(&Config) -> Schedule,
    /// Does it.
    pub body: fn(Work) -> BoxFuture<'static, Result<Report, Failure>>,
}

/// What a run of a job has to work with. Clones share everything.
#[derive(Clone)]
pub struct Work {
    /// The settings.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub store: Store,
    /// Who may do what, and where that is known from.
    pub authority: Authority,
    /// How this run differs from one by the clock.
    pub options: Options,
    /// How far the run is; the job tells, whoever started it looks.
    pub progress: Progress,
    /// Cancelled when the run is to end soon: a job that works in batches looks between them.
    pub stop: CancellationToken,
    /// Whether runs by the clock rest between two batches.
    pub rest: Rest,
}

impl Work {
    /// What runs by the clock start from.
    pub fn new(
        config: Arc<Config>,
        clock: Clock,
        store: Store,
        authority: Authority,
        stop: CancellationToken,
    ) -> Self {
        Self {
            config,
            clock,
            store,
            authority,
            options: Options::default(),
            progress: Progress::default(),
            stop,
            rest: Rest::default(),
        }
    }

    /// Rests between two batches, so that requests come first, and for as long as maintenance lasts. An error when the
    /// run is to end.
    pub async fn pause(&self, length: std::time::Duration) -> Result<(), Failure> {
        let paused = async {
            tokio::time::sleep(length).await;
            self.rest.is_over().await;
        };
        tokio::select! {
            () = self.stop.cancelled() => Err(Failure::Stopped),
            () = paused, if !self.stop.is_cancelled() => Ok(()),
        }
    }
}

/// The job of this name.
pub fn find(name: &str) -> Option<&'static Job> {
    JOBS.iter().find(|job| job.name == name)
}
