//! `sync-resource-policy-information`: reads from the policies which authentication levels resources need.

use super::{Failure, Flag, Job, Report, Schedule, Work, sync_subjects::platform};
use crate::{
    authority::{Unavailable, altinn::sync},
    config,
};

pub(super) const JOB: Job = Job {
    name: "sync-resource-policy-information",
    about: "Read from the policies of all resources which authentication levels they need",
    flags: &[Flag::Concurrency],
    schedule: |config| match config.platform.mode {
        config::Mode::Local => Schedule::Off,
        config::Mode::Altinn => Schedule::hours(config.jobs.levels_interval_hours),
    },
    body: |work| Box::pin(run(work)),
};

async fn run(work: Work) -> Result<Report, Failure> {
    let altinn = platform(&work.authority)?;
    let fetched = altinn.sync_levels(work.options.concurrency).await;
    Ok(fetched.map_err(failure)?.into())
}

pub(super) fn failure(unavailable: Unavailable) -> Failure {
    Failure::Other(unavailable.to_string())
}

impl From<sync::Report> for Report {
    fn from(report: sync::Report) -> Self {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Self::default()
            .with("read", count(report.read))
            .with("skipped", count(report.skipped))
            .with("changed", u64::try_from(report.changed).unwrap_or(0))
    }
}
