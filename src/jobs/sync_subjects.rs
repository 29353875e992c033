//! `sync-subject-resource-mappings`: fetches which roles and access packages open which resources.

use super::{Failure, Flag, Job, Mode, Report, Schedule, Work};
use crate::{
    authority::{Altinn, Authority},
    config,
};

pub(super) const JOB: Job = Job {
    name: "sync-subject-resource-mappings",
    about: "Fetch which roles and access packages open which resources, as far as that has changed",
    flags: &[Flag::Since, Flag::Batch],
    schedule: |config| match config.platform.mode {
        config::Mode::Local => Schedule::Off,
        config::Mode::Altinn => Schedule::seconds(config.jobs.subjects_interval_seconds),
    },
    body: |work| Box::pin(run(work)),
};

async fn run(work: Work) -> Result<Report, Failure> {
    let since = match work.options.mode {
        Some(Mode::Since(since)) => Some(since),
        _ => None,
    };
    let altinn = platform(&work.authority)?;
    let fetched = altinn.sync_subjects(since, work.options.batch).await;
    Ok(fetched.map_err(super::sync_levels::failure)?.into())
}

/// Only Altinn's services are fetched from; a directory is read as it is.
pub(super) fn platform(authority: &Authority) -> Result<&Altinn, Failure> {
    match authority {
        Authority::Altinn(altinn) => Ok(altinn),
        Authority::Local(_) => Err(Failure::Usage(
            "there is nothing to fetch: platform.mode is \"local\"".to_owned(),
        )),
    }
}
