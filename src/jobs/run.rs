//! One run of a job: written down before and after, its progress told meanwhile.

use std::time::Duration;

use super::{Failure, Job, Report, Work};
use crate::store::locks::Locks;

/// How often a long run is told in the log.
const TOLD_EVERY: Duration = Duration::from_secs(30);

/// Runs a job once, unless it is running already in some process.
pub async fn run_alone(job: &Job, work: Work) -> Result<Report, Failure> {
    work.options.check(job)?;
    let mut locks = Locks::open(&work.store).await?;
    if !locks.try_lock(&lock_name(job)).await? {
        return Err(Failure::Running(job.name));
    }
    let outcome = tokio::select! {
        outcome = run(job, work) => outcome,
        error = locks.lost() => Err(Failure::LockLost(error)),
    };
    locks.close().await;
    outcome
}

/// The lock that a run of a job holds.
pub(super) fn lock_name(job: &Job) -> String {
    format!("job {}", job.name)
}

/// Runs a job once. Whoever calls holds its lock.
pub async fn run(job: &Job, work: Work) -> Result<Report, Failure> {
    let Work {
        clock,
        store,
        progress,
        options,
        ..
    } = work.clone();
    let started = clock.now();
    let is_recorded = !options.dry_run;
    if is_recorded {
        store.job_started(job.name, started).await?;
    }
    let outcome = tokio::select! {
        outcome = (job.body)(work) => outcome,
        never = tell(job, &progress) => match never {},
    };
    let now = clock.now();
    let (succeeded, result) = match &outcome {
        Ok(report) => (true, report.to_string()),
        Err(failure) => (false, failure.to_string()),
    };
    let duration_ms = (now.to_datetime() - started.to_datetime()).num_milliseconds();
    let dry_run = options.dry_run;
    if succeeded {
        tracing::info!(job = job.name, duration_ms, dry_run, result, "job done");
    } else {
        tracing::error!(job = job.name, duration_ms, dry_run, result, "job failed");
    }
    if is_recorded
        && let Err(error) = store
            .job_finished(job.name, started, now, succeeded, &result)
            .await
    {
        tracing::warn!(job = job.name, %error, "the end of a job could not be written down");
    }
    outcome
}

async fn tell(job: &Job, progress: &super::Progress) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(TOLD_EVERY).await;
        let (done, total) = progress.now();
        tracing::info!(job = job.name, done, total, "job goes on");
    }
}
