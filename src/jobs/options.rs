//! What can be said about one run of a job.

use std::{fmt, time::Duration};

use super::{Failure, Job};
use crate::dialog::timestamp::Timestamp;

/// A flag of the command line that a job understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// `--dry-run`
    DryRun,
    /// `--full`, `--since`, `--resume`, `--stale-only`: exactly one of them
    Mode,
    /// `--since` alone
    Since,
    /// `--batch`
    Batch,
    /// `--concurrency`
    Concurrency,
    /// `--pause-ms`
    Pause,
}

/// Which part of everything a run is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All.
    Full,
    /// What changed at or after this moment.
    Since(Timestamp),
    /// What a run before this one left.
    Resume,
    /// What is missing or out of date.
    StaleOnly,
}

/// How a run differs from one by the clock; by default not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Only say what would be done.
    pub dry_run: bool,
    /// Which part.
    pub mode: Option<Mode>,
    /// Things per batch.
    pub batch: Option<u32>,
    /// Things at the same time.
    pub concurrency: Option<u32>,
    /// Between two batches.
    pub pause: Option<Duration>,
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DryRun => "--dry-run",
            Self::Mode => "--full, --since, --resume or --stale-only",
            Self::Since => "--since",
            Self::Batch => "--batch",
            Self::Concurrency => "--concurrency",
            Self::Pause => "--pause-ms",
        })
    }
}

impl Options {
    /// Refuses what the job does not understand.
    pub fn check(&self, job: &Job) -> Result<(), Failure> {
        let has = |flag| job.flags.contains(&flag);
        let takes_mode = match self.mode {
            None => true,
            Some(Mode::Since(_)) => has(Flag::Mode) || has(Flag::Since),
            Some(_) => has(Flag::Mode),
        };
        let refused = [
            (self.dry_run && !has(Flag::DryRun), "--dry-run"),
            (
                !takes_mode,
                match self.mode {
                    Some(Mode::Since(_)) => "--since",
                    Some(Mode::Full) => "--full",
                    Some(Mode::Resume) => "--resume",
                    _ => "--stale-only",
                },
            ),
            (self.batch.is_some() && !has(Flag::Batch), "--batch"),
            (
                self.concurrency.is_some() && !has(Flag::Concurrency),
                "--concurrency",
            ),
            (self.pause.is_some() && !has(Flag::Pause), "--pause-ms"),
        ];
        if let Some((_, flag)) = refused.into_iter().find(|(is_refused, _)| *is_refused) {
            return Err(Failure::Usage(format!("job {} takes no {flag}", job.name)));
        }
        if has(Flag::Mode) && self.mode.is_none() {
            let job = job.name;
            return Err(Failure::Usage(format!(
                "job {job} needs one of --full, --since TIME, --resume and --stale-only"
            )));
        }
        Ok(())
    }
}
