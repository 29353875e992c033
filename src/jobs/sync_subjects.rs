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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{
        authority::altinn::fixture::{UPDATED, World},
        config::Config,
        jobs::{self, JOBS, Options},
    };

    fn work(world: &World, options: Options) -> Work {
        let mut work = Work::new(
            Arc::new(Config::default()),
            world.clock.clone(),
            world.store.clone(),
            Authority::Altinn(world.altinn.clone()),
            CancellationToken::new(),
        );
        work.options = options;
        work
    }

    async fn run(world: &World, name: &str, options: Options) -> String {
        let job = jobs::find(name).unwrap();
        match jobs::run_alone(job, work(world, options)).await {
            Ok(report) => report.to_string(),
            Err(failure) => failure.to_string(),
        }
    }

    #[tokio::test]
    async fn both_copies_are_fetched_and_told() {
        let world = World::new().await;
        let subjects = async |options| run(&world, JOB.name, options).await;
        let told = subjects(Options::default()).await;
        assert_eq!(told, "read: 2, skipped: 0, changed: 2");
        assert_eq!(
            subjects(Options::default()).await,
            "read: 2, skipped: 0, changed: 0"
        );
        let since = serde_json::from_str("\"2025-01-01T00:00:00Z\"").unwrap();
        let options = Options {
            mode: Some(Mode::Since(since)),
            batch: Some(7),
            ..Options::default()
        };
        subjects(options).await;
        let asked = world.asked(UPDATED);
        let query = asked.last().unwrap().uri.query().unwrap().to_owned();
        assert_eq!(
            query,
            "since=2025-01-01T00%3A00%3A00.0000000%2B00%3A00&limit=7"
        );

        let levels = run(&world, jobs::sync_levels::JOB.name, Options::default()).await;
        assert_eq!(levels, "read: 2, skipped: 0, changed: 2");
        world.says(UPDATED, serde_json::json!(403));
        let failed = subjects(Options::default()).await;
        assert!(failed.starts_with("resource_registry: "), "{failed}");
    }

    #[test]
    fn only_altinns_services_are_fetched_from_by_the_clock() {
        let mut config = Config::default();
        let schedules = |config: &Config| -> Vec<bool> {
            let jobs = JOBS.iter().filter(|job| job.name.starts_with("sync-"));
            jobs.map(|job| (job.schedule)(config) == Schedule::Off)
                .collect()
        };
        assert_eq!(schedules(&config), [true, true]);
        config.platform.mode = config::Mode::Altinn;
        assert_eq!(schedules(&config), [false, false]);
    }
}
