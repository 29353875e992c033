//! `pairs`: removes pairs of party and resource that have no dialogs any more.

use std::time::Duration;

use super::{Failure, Flag, Job, Report, Schedule, Work};

const BATCH: u32 = 1_000;
const PAUSE: Duration = Duration::from_millis(20);
/// How often a busy database is asked to let a batch through.
const ATTEMPTS: u32 = 10;
const BUSY: Duration = Duration::from_secs(1);

pub(super) const JOB: Job = Job {
    name: "pairs",
    about: "Forget which parties had dialogs of which resources once, where none are left",
    flags: &[Flag::DryRun, Flag::Batch, Flag::Pause],
    schedule: |config| Schedule::hours(config.jobs.pairs_interval_hours),
    body: |work| Box::pin(clean(work)),
};

async fn clean(work: Work) -> Result<Report, Failure> {
    let limit = work.options.batch.unwrap_or(BATCH);
    work.progress.expect(work.store.estimated_pairs().await?);
    let (mut examined, mut empty, mut removed) = (0, 0, 0);
    let mut behind = None;
    loop {
        let part = work.store.examine_pairs(behind, limit).await?;
        examined += part.pairs;
        empty += u64::try_from(part.empty.len()).unwrap_or(u64::MAX);
        if !part.empty.is_empty() && !work.options.dry_run {
            removed += remove(&work, &part.empty).await?;
        }
        work.progress.advance(part.pairs);
        behind = part.last;
        if behind.is_none() {
            break;
        }
        work.pause(work.options.pause.unwrap_or(PAUSE)).await?;
    }
    let report = Report::default().with("pairs examined", examined);
    Ok(if work.options.dry_run {
        report.with("pairs to remove", empty)
    } else {
        report.with("pairs removed", removed)
    })
}

/// Pairs that the database has no time for are left to the next run.
async fn remove(work: &Work, empty: &[(i32, i32)]) -> Result<u64, Failure> {
    for _ in 0..ATTEMPTS {
        if let Some(removed) = work.store.drop_empty_pairs(empty).await? {
            return Ok(removed);
        }
        work.pause(BUSY).await?;
    }
    Ok(0)
}
