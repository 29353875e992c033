//! One run of a job: written down before and after, its progress told meanwhile.

use std::time::Duration;

use super::{Failure, Job, Report, Work};
use crate::{
    store::{fanout::News, locks::Locks},
    telemetry::metrics,
};

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
    let took = (now.to_datetime() - started.to_datetime())
        .to_std()
        .unwrap_or_default();
    metrics::job(job.name, succeeded, took, now.seconds());
    let (duration_ms, dry_run) = (took.as_millis(), options.dry_run);
    match &outcome {
        // Jobs that look often and find nothing would fill the log.
        Ok(report) if report.is_empty() => {
            tracing::debug!(
                job = job.name,
                duration_ms,
                dry_run,
                "job found nothing to do"
            );
        }
        Ok(_) => tracing::info!(job = job.name, duration_ms, dry_run, result, "job done"),
        Err(_) => tracing::error!(job = job.name, duration_ms, dry_run, result, "job failed"),
    }
    if is_recorded
        && let Err(error) = store
            .job_finished(job.name, started, now, succeeded, &result)
            .await
    {
        tracing::warn!(job = job.name, %error, "the end of a job could not be written down");
    }
    if is_recorded
        && succeeded
        && let Err(error) = store.tell(News::Topic(job.name.into())).await
    {
        tracing::warn!(job = job.name, %error, "other processes were not told that a job is done");
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
